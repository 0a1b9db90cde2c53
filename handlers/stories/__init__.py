"""What came of it: a story in four lines, told to those alone whom its teller agrees to."""

from __future__ import annotations

from handlers.stories import meanwhile, sharing, showing, writing
from handlers.stories.feature import Settings, feature

__all__ = ["Settings", "feature", "meanwhile", "sharing", "showing", "writing"]
