"""The network's energy is read each day, and told where it asks something of somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import ChannelKind
from tests.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    """A town that ada tends."""
    town.lead("ada")
    return town


def test_at_first_it_is_too_early_to_tell(town: Town) -> None:
    town.says("bob", at=town.now - timedelta(days=2))
    assert "It is too early to tell what is usual" in town.types("bob", "/net pulse")
    assert "I need about eight weeks" in town.types("ada", "/tend pulse")


@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.DIRECT, ChannelKind.UNKNOWN])
def test_a_channel_that_is_not_open_is_not_read_alone(town: Town, kind: ChannelKind) -> None:
    town.opens("ward", kind=kind)
    told = town.types("ada", "/tend pulse #ward")
    assert told.startswith("I know no open channel called \\#ward. I know general.")


def test_an_open_channel_is_read_alone(town: Town) -> None:
    town.says("bob", channel="frailty", at=town.now - timedelta(days=20))
    for name in ("#frailty", "Frailty"):
        assert "what is usual in \\#frailty" in town.types("ada", f"/tend pulse {name}")
