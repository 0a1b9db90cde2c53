"""The charter's history is only ever added to, and nobody who was erased can be told from it."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot.domain import charter_ledger
from bot.domain.charter import Said, charter_of, starter
from bot.storage import charter, holdings, leaving, places
from bot.storage.charter import CharterVersion, Numbers
from bot.storage.places import Network, Person
from tests.town import MONDAY, Town

FIRST = starter("Together we can make the first hour kinder.")
SECOND = charter_of(
    FIRST.purpose, [*FIRST.rules[:3], "Say whose it was.", *FIRST.rules[4:]], "By consent.", "Few."
)


def adopt(session: Session, network: Network, which: int = 1, took_part: int = 7) -> CharterVersion:
    """Adopt the first charter or the second one."""
    return charter.adopt(
        session,
        network,
        FIRST if which == 1 else SECOND,
        why="To begin with",
        is_material=True,
        took_part=took_part,
        effective_on=MONDAY.date(),
        review_on=date(2026, 9, 2),
        proposal=None,
        now=MONDAY + timedelta(microseconds=5),
    )


def met(session: Session, town: Town, name: str) -> Person:
    """Somebody, as storage knows them."""
    found = places.person_at(session, town.person(name))
    assert found is not None
    return found


def lives(town: Town, *names: str) -> Network:
    """Two versions; everybody agrees to the first, and the first of them to the second too."""
    for name in names:
        town.person(name)
    with town.sessions.begin() as session:
        network = places.first_of(session, town.workspace)
        assert network is not None
        first = adopt(session, network)
        people = [met(session, town, name) for name in names]
        for person in people:
            charter.acknowledge(session, network, person, first, Said.AGREED, now=town.now)
        second = adopt(session, network, which=2, took_part=4)
        later = town.now + timedelta(days=1)
        charter.acknowledge(session, network, people[0], second, Said.AGREED, now=later)
    return network


@pytest.mark.both_databases
def test_the_history_is_bound_together_and_no_statement_changes_it(town: Town) -> None:
    here = lives(town, "ada", "bob")
    with town.sessions.begin() as session:
        first, second = charter.versions(session, here)
        assert (first.charter, second.charter) == (FIRST, SECOND)
        assert (first.took_part, second.took_part) == (7, None)
        assert (first.before, second.before) == ("", first.sha256)
        assert second.changed == "Rule 4 changed, How we decide changed, What the bot keeps changed"
        assert charter.current(session, here) == second
        assert charter.numbered(session, here, 1) == first
        assert charter.numbered(session, here, 3) is None
        before = charter_ledger.written(charter.ledger(session, here))
        assert session.get_one(Network, here.id).purpose == FIRST.purpose
    assert charter_ledger.verify(before, expected=first.sha256) == []
    replaces = (
        "INSERT OR REPLACE INTO charter_versions (id, network_id, number, canonical, agreed_at, "
        "effective_on, is_material, why, changed, before, sha256) SELECT 1, network_id, 9, "
        "canonical, agreed_at, effective_on, is_material, why, changed, before, sha256 "
        "FROM charter_versions WHERE number = 2"
    )
    is_postgres = town.sessions.kw["bind"].dialect.name == "postgresql"
    for statement in (
        "TRUNCATE charter_versions" if is_postgres else replaces,
        "UPDATE charter_versions SET why = ''",
        "UPDATE charter_acknowledgements SET said = 'agreed'",
        "DELETE FROM charter_versions",
        "DELETE FROM charter_acknowledgements WHERE number = 1",
    ):
        with pytest.raises(DatabaseError), town.sessions.begin() as session:
            session.execute(text(statement))
    with town.sessions.begin() as session:
        assert charter_ledger.written(charter.ledger(session, here)) == before


@pytest.mark.both_databases
def test_a_network_that_is_closed_takes_its_history_along_and_no_other_s(town: Town) -> None:
    lives(town, "ada")
    there = Town(town.sessions.kw["bind"], workspace="fake:T10")
    over_there = lives(there, "ada")
    with town.sessions.begin() as session:
        rows = leaving.leave(session, "fake:T1")
    assert [rows[name] for name in rows if name.startswith("charter_")] == [2, 2, 1, 1]
    with town.sessions.begin() as session:
        assert len(charter.versions(session, over_there)) == 2
        assert session.scalar(text("SELECT count(*) FROM charter_closings")) == 0


def test_who_is_erased_leaves_a_whole_ledger_in_which_nobody_can_tell_them(town: Town) -> None:
    here = lives(town, "ada", "bob")
    with town.sessions.begin() as session:
        before = charter_ledger.written(charter.ledger(session, here))
        assert charter.agreed_to_some(session, here) == 2
        holdings.erase(session, town.person("ada"), now=town.now)
    with town.sessions.begin() as session:
        assert charter_ledger.written(charter.ledger(session, here)) == before
        assert charter.agreed_to_some(session, here) == 1
        charter.forget(session, met(session, town, "bob"))
        assert charter.everybody(session, here) == []
    town.passes(hours=1)
    town.says("ada")
    with town.sessions.begin() as session:
        network, ada = session.merge(here), met(session, town, "ada")
        assert charter.standing(session, network, ada) is None
        newest = charter.current(session, network)
        assert newest is not None
        anew = charter.acknowledge(session, network, ada, newest, Said.AGREED, now=town.now)
        assert anew is not None
        assert charter.of_token(session, network, anew.who) == [anew]


def test_what_somebody_said_last_is_how_they_stand(town: Town) -> None:
    here = lives(town, "ada", "bob", "carol")
    with town.sessions.begin() as session:
        network = session.merge(here)
        ada, bob, carol = (met(session, town, name) for name in ("ada", "bob", "carol"))
        first, second = charter.versions(session, network)

        def says(who: Person, said: Said, version: CharterVersion, days: int) -> bool:
            now = town.now + timedelta(days=days)
            return charter.acknowledge(session, network, who, version, said, now=now) is not None

        assert not says(ada, Said.AGREED, second, 200)
        assert says(ada, Said.AGREED, second, 301)
        assert says(bob, Said.WANTS_TO_TALK, second, 2)
        assert says(carol, Said.OBSERVES, second, 2)
        stands = {each.person.name: each.standing for each in charter.everybody(session, network)}
        assert [(each.said, each.agreed) for each in stands.values()] == [
            (Said.AGREED, 2),
            (Said.WANTS_TO_TALK, 1),
            (Said.OBSERVES, None),
        ]
        assert stands["Ada"].agreed_on == (town.now + timedelta(days=301)).date()
        assert charter.numbers(session, network, second) == Numbers(members=2, agreed=1)
        assert charter.agreed_to_some(session, network) == 2, "who wants to talk stays a member"
        ada.is_gone = True
        assert charter.agreed_to_some(session, network) == 1
        ada.is_gone = False
        tomorrow = town.now.date() + timedelta(days=1)
        as_of = charter.numbers(session, network, second, before=tomorrow)
        assert as_of == Numbers(members=3, agreed=0)
        assert as_of.are_few
        assert says(bob, Said.REVOKED, first, 3)
        assert charter.standing(session, network, bob) == stands["Bob"]._replace(
            said=Said.REVOKED, version=1, on=date(2026, 3, 5), agreed=None, agreed_on=None
        )
        town_of_100 = Numbers(members=100, agreed=97)
        assert (town_of_100.are_few, town_of_100.are_nearly_all) == (False, True)


@pytest.mark.both_databases
def test_of_many_who_agree_at_once_each_has_a_place_in_the_ledger(town: Town) -> None:
    here = lives(town, "ada", "bob", "carol")
    names, barrier = ("bob", "carol"), Barrier(2)

    def agree(name: str) -> None:
        barrier.wait()
        with town.sessions.begin() as session:
            network, person = session.merge(here), met(session, town, name)
            newest = charter.current(session, network)
            assert newest is not None
            charter.acknowledge(session, network, person, newest, Said.AGREED, now=town.now)

    for name in names:
        town.person(name)
    threads = [Thread(target=agree, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with town.sessions.begin() as session:
        document = charter_ledger.written(charter.ledger(session, here))
    assert charter_ledger.verify(document) == []
    assert document.count(b'"acknowledgement":') == 6
