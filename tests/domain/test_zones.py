"""The names of time zones are read once."""

from __future__ import annotations

from zoneinfo import available_timezones

from bot.domain.zones import zone_names


def test_all_zones_are_known_and_read_once() -> None:
    assert zone_names() == available_timezones()
    assert zone_names() is zone_names()
