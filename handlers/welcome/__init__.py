"""Let nobody wait in vain: newcomers are met by people, and questions get an answer."""

from __future__ import annotations

from handlers.welcome import catching_up, hello, holding, leads, showing
from handlers.welcome.feature import Settings, feature

__all__ = ["Settings", "catching_up", "feature", "hello", "holding", "leads", "showing"]
