"""Whatever people do, and in whatever order: what was given is what was got, to the last hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from bot.domain.asks import MET, UNDER_WAY, AskState, Draft
from bot.domain.events import ChannelKind
from bot.domain.exchanges import COUNTED, Audience, ExchangeState, balances
from bot.storage import asks, exchanges, giving, thanking
from bot.storage.asks import Ask, Asked
from bot.storage.base import Sessions
from bot.storage.exchanges import Exchange
from bot.storage.places import Channel, Network, Person

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = 5
people = st.integers(0, PEOPLE - 1)
choices = st.integers(0, 99)
NUMBERS = iter(range(1, 1_000_000))


class Hands(RuleBasedStateMachine):
    """People who ask, help, step back, thank, change their mind, delete, and are erased.

    `counted` is kept beside: who was told to have helped whom, by the number of each help.
    """

    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions
        self.now = MONDAY
        self.gone: set[int] = set()

    @initialize()
    def begins(self) -> None:
        """A new network in the same database."""
        number = next(NUMBERS)
        with self.sessions.begin() as session:
            network = Network(workspace=f"fake:T{number}", name="N", created_at=self.now)
            session.add(network)
            session.flush()
            channel = Channel(
                ref=f"fake:T{number}/C",
                name="asks",
                kind=ChannelKind.PUBLIC.value,
                network_id=network.id,
            )
            crowd = [Person(ref=f"fake:T{number}/U{n}", name=f"P{n}") for n in range(PEOPLE)]
            session.add_all([channel, *crowd])
            session.flush()
            self.network, self.channel = network, channel
            self.people = [person.id for person in crowd]
        self.counted: dict[int, tuple[int | None, int | None]] = {}

    def person(self, session: Session, number: int) -> Person | None:
        """Somebody, while they are here."""
        return session.get(Person, self.people[number])

    def one_of(self, session: Session, choice: int) -> Ask | None:
        """One of the asks that were ever posted."""
        found = asks.opened(session, self.network, until=self.now + timedelta(days=1))
        return found[choice % len(found)] if found else None

    @rule(who=people, several=st.booleans())
    def asks(self, who: int, several: bool) -> None:
        """Somebody asks for something."""
        with self.sessions.begin() as session:
            person = self.person(session, who)
            if person is not None:
                given = Draft(words="Help.", due=date(2026, 4, 1), takes_several=several)
                asks.post(session, self.network, person, given, self.channel, now=self.now)

    @rule(who=people, choice=choices)
    def helps(self, who: int, choice: int) -> None:
        """Somebody takes an ask up, once."""
        with self.sessions.begin() as session:
            ask, person = self.one_of(session, choice), self.person(session, who)
            if ask is None or person is None or ask.person_id in (None, person.id):
                return
            if ask.state in UNDER_WAY:
                exchanges.begin(session, ask, person, now=self.now)
                assert exchanges.begin(session, ask, person, now=self.now) is None
                asks.move(session, ask, AskState.TAKEN, answered_at=self.now)

    @rule(who=people, choice=choices)
    def steps_back(self, who: int, choice: int) -> None:
        """Somebody can't after all; what is settled stays."""
        with self.sessions.begin() as session:
            ask = self.one_of(session, choice)
            for each in exchanges.of_ask(session, ask) if ask else []:
                if each.giver_id == self.people[who]:
                    is_settled = each.state in COUNTED
                    assert exchanges.step_back(session, each) is not is_settled

    @rule(choice=choices, is_whole=st.booleans())
    def lands(self, choice: int, is_whole: bool) -> None:
        """Whoever asked says that it landed, or did in part."""
        state = ExchangeState.DONE if is_whole else ExchangeState.PARTLY
        with self.sessions.begin() as session:
            ask = self.one_of(session, choice)
            for each in exchanges.of_ask(session, ask) if ask else []:
                exchanges.settle(session, each, state, now=self.now)
                assert not exchanges.settle(session, each, state, now=self.now)
                self.counted[each.id] = (each.giver_id, each.receiver_id)
                assert ask is not None
                asks.move(session, ask, MET[not is_whole], closed_at=self.now)

    @rule(choice=choices)
    def misses(self, choice: int) -> None:
        """It didn't happen: nothing is kept of it, unless it was thanked for."""
        with self.sessions.begin() as session:
            ask = self.one_of(session, choice)
            for each in exchanges.of_ask(session, ask) if ask else []:
                number = each.id
                if exchanges.drop(session, each):
                    self.counted.pop(number, None)

    @rule(who=people, whom=people, audience=st.sampled_from(Audience), is_for_an_ask=st.booleans())
    def thanks(self, who: int, whom: int, audience: Audience, is_for_an_ask: bool) -> None:
        """Somebody thanks somebody, for what is under way or for itself; twice is once."""
        with self.sessions.begin() as session:
            receiver, giver = self.person(session, who), self.person(session, whom)
            if receiver is None or giver is None or who == whom:
                return
            waits = thanking.unthanked(session, self.network, receiver, giver)
            of = waits[0] if waits and is_for_an_ask else None
            say = partial(thanking.thank, session, self.network, receiver, giver, "For it.")
            kept = say(audience, now=self.now, of=of)
            assert kept is not None
            if kept.state == ExchangeState.UNDER_WAY:
                exchanges.settle(session, kept, ExchangeState.DONE, now=self.now)
            self.counted[kept.id] = (giver.id, receiver.id)
            assert say(audience, now=self.now, of=kept) is None

    @rule(choice=choices)
    def deletes(self, choice: int) -> None:
        """Whoever asked deletes the ask; help that landed stands for itself."""
        with self.sessions.begin() as session:
            ask = self.one_of(session, choice)
            if ask is not None and ask.state != AskState.DELETED:
                for each in exchanges.of_ask(session, ask):
                    exchanges.step_back(session, each)
                exchanges.part_from(session, ask)
                asks.clear(session, self.network, ask, now=self.now)

    @rule(who=people)
    def is_erased(self, who: int) -> None:
        """Somebody is let go of; the others' balances stand."""
        with self.sessions.begin() as session:
            person = self.person(session, who)
            if person is None or len(self.gone) > 1:
                return
            for ask in asks.all_of(session, person):
                for each in exchanges.of_ask(session, ask):
                    exchanges.step_back(session, each)
                exchanges.part_from(session, ask)
            exchanges.forget(session, person)
            asks.forget(session, person, now=self.now)
            session.delete(person)
            gone = self.people[who]
            self.gone.add(gone)
            self.counted = {
                number: tuple(None if each == gone else each for each in pair)  # type: ignore[misc]
                for number, pair in self.counted.items()
            }

    @rule()
    def time_goes_by(self) -> None:
        """A while passes."""
        self.now += timedelta(hours=7)

    @invariant()
    def the_ledger_balances(self) -> None:
        """What is kept is what was told, and all that was given was got."""
        with self.sessions.begin() as session:
            kept = giving.counted(session, self.network)
            assert {each.id: (each.giver_id, each.receiver_id) for each in kept} == self.counted
            found = balances(self.counted.values())
            assert sum(each.gave for each in found.values()) == len(kept)
            assert sum(each.got for each in found.values()) == len(kept)
            for number in self.people:
                person = session.get(Person, number)
                if person is not None:
                    own = giving.balance(session, self.network, person)
                    assert own == found.get(number, (0, 0))
            ledger = giving.ledger_of(session, self.network, now=self.now + timedelta(days=1))
            assert len(ledger.helped if ledger else ()) == len(kept)

    @invariant()
    def nothing_is_left_of_who_went(self) -> None:
        """No row names who was erased, and none has a word of theirs."""
        with self.sessions.begin() as session:
            for each in session.query(Exchange).where(Exchange.network_id == self.network.id):
                assert not {each.giver_id, each.receiver_id} & self.gone
                is_whole = None not in (each.giver_id, each.receiver_id)
                assert is_whole or not each.thanks
            for ask in asks.opened(session, self.network, until=self.now + timedelta(days=1)):
                assert ask.person_id not in self.gone
                assert (ask.person_id is None) is (ask.words == "")


@pytest.mark.at_length
def test_the_ledger_balances_exactly_whatever_people_do(sessions: Sessions) -> None:
    run_state_machine_as_test(
        partial(Hands, sessions),  # type: ignore[arg-type]
        settings=settings(max_examples=5, stateful_step_count=12, deadline=None),
    )


def test_a_reader_of_private_questions_learns_no_answers(sessions: Sessions) -> None:
    columns = {column.name for column in Asked.__table__.columns}
    assert columns == {"ask_id", "person_id", "network_id", "at"}
