"""Of two who get a yes for one day at once, one has the day; and nothing is kept of what wasn't."""

from __future__ import annotations

from datetime import date, time, timedelta
from threading import Barrier, Thread

import pytest

from bot.domain.asks import HelpKind
from bot.domain.offers import Draft
from bot.domain.resources import Slot, UseState
from bot.storage import lending, offers, places
from bot.storage.exchanges import Exchange
from bot.storage.lending import Agreed, OfferUse
from bot.storage.offers import Offer
from tests.town import MONDAY, Town

DAY = date(2026, 3, 10)
UNTIL = date(2026, 9, 1)


def offered(town: Town, **more: str) -> int:
    """The number of a room that Rosa offers, and that Dan and Sian would use on one day."""
    network = town.network
    people = {name: town.person(name) for name in ("rosa", "dan", "sian")}
    with town.sessions.begin() as session:
        known = {name: places.person_at(session, member) for name, member in people.items()}
        rosa, dan, sian = (known[name] for name in ("rosa", "dan", "sian"))
        assert rosa is not None
        room = offers.make(
            session, network, rosa, "A room", kind=HelpKind.RESOURCES, until=UNTIL, now=MONDAY
        )
        draft = Draft(words="A room", kind=HelpKind.RESOURCES, resource="room", **more)
        offers.change(session, room, draft, UNTIL)
        for person in filter(None, (dan, sian)):
            slot = Slot(DAY, time(14), time(16))
            assert lending.ask(session, room, person, slot, "a talk", now=MONDAY) is not None
            assert lending.ask(session, room, person, slot, "a talk", now=MONDAY) is None
        return room.id


def asked(town: Town) -> list[int]:
    """The numbers of what is asked for."""
    with town.sessions.begin() as session:
        return [each.id for each in lending.under_way(session, town.network)]


@pytest.mark.both_databases
def test_of_two_yeses_at_once_for_one_day_one_holds(town: Town) -> None:
    offered(town)
    came: list[Agreed] = []
    ready = Barrier(2)

    def agrees(number: int) -> None:
        ready.wait()
        with town.sessions.begin() as session:
            found = session.get_one(OfferUse, number)
            came.append(lending.agree(session, found, before=UseState.ASKED, now=MONDAY))

    threads = [Thread(target=agrees, args=(number,)) for number in asked(town)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(came) == [Agreed.TAKEN, Agreed.YES]
    with town.sessions.begin() as session:
        room = session.query(Offer).one()
        assert lending.taken_days(session, room, first=DAY) == {DAY}
        states = [each.state for each in session.query(OfferUse)]
        assert sorted(states) == ["agreed", "asked"]


@pytest.mark.both_databases
def test_what_is_agreed_is_help_from_its_day_on_and_gone_without_a_trace_when_let_go(
    town: Town,
) -> None:
    offered(town, often="1 times")
    first, second = asked(town)
    network = town.network
    with town.sessions.begin() as session:
        one, two = (session.get_one(OfferUse, number) for number in (first, second))
        assert lending.agree(session, one, before=UseState.ASKED, now=MONDAY) == Agreed.YES
        assert lending.agree(session, one, before=UseState.ASKED, now=MONDAY) == Agreed.ENOUGH
        assert [each.id for each in lending.rivals(session, one)] == [two.id]
        assert lending.suggest(session, two, Slot(DAY + timedelta(days=7)))
        assert not lending.suggest(session, one, Slot(DAY))
        lending.begin(session, one, now=MONDAY)
        lending.begin(session, one, now=MONDAY)
        [exchange] = session.query(Exchange).all()
        assert (exchange.minutes, exchange.state) == (120, "under_way")
        assert lending.exchange_of(session, one) is exchange
        assert lending.note(session, one, reminded=True, now=MONDAY)
        assert not lending.note(session, one, reminded=True, now=MONDAY)
        assert lending.used(session, one)
        assert not lending.used(session, one)
        assert not lending.let_go(session, one), "it was used"
        assert lending.let_go(session, two)
        lending.let_old_go(session, network, today=DAY + timedelta(days=181))
        assert session.query(OfferUse).all() == []
