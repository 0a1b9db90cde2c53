"""A bridge goes on between channels that get other names, and never leads to where it begins."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.events import ChannelMoved
from bot.domain.introductions import BridgeState
from bot.storage import bridges, places
from bot.storage.bridges import Bridge
from tests.town import MONDAY, Town

TODAY = date(2026, 3, 2)


@pytest.mark.both_databases
def test_bridges_to_a_channel_are_to_the_one_that_takes_its_place(town: Town) -> None:
    general, ward, care, wing = (town.place(each) for each in ("general", "ward", "care", "wing"))
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        numbers = {}
        for each in (general, ward, care, wing):
            channel = places.channel_at(session, each)
            assert channel is not None
            numbers[each] = channel.id
        for one, other in ((general, care), (ward, care), (ward, wing), (care, wing)):
            pair = (numbers[one], numbers[other])
            asked = BridgeState.ASKED
            assert bridges.keep(session, here, pair, asked, today=TODAY, now=MONDAY)
            assert not bridges.keep(session, here, pair, asked, today=TODAY, now=MONDAY)
    town.tells(ChannelMoved(channel=ward, became=general))
    town.tells(ChannelMoved(channel=wing, became=general))
    with town.sessions.begin() as session:
        found = session.execute(select(Bridge.one_id, Bridge.other_id)).all()
    assert found == [(numbers[general], numbers[care])], "of two of one week the first is kept"
