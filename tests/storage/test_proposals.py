"""Whatever people do, and in whatever order: no objection is passed over, no history changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from bot.domain import amending, charter_ledger
from bot.domain.charter import Said, charter_of, starter
from bot.domain.proposals import Kind, Outcome, Settled, Stage, Stance
from bot.storage import charter, proposals
from bot.storage.base import Sessions
from bot.storage.places import Network, Person
from bot.storage.proposals import Proposal, Stale

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = 8
"""Two of whom never agree to the charter at the beginning."""
people = st.integers(0, PEOPLE - 1)
given = st.lists(
    st.tuples(people, st.sampled_from([Stance.CONSENT, Stance.CONSENT, *Stance])), max_size=5
)
PARTS = ("rule/1", "rule/2", "drop/2", "new", "purpose", "decides")
NUMBERS = iter(range(1, 1_000_000))


class Consent(RuleBasedStateMachine):
    """A network whose members propose, answer, object, come round, agree, go, and are erased."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions
        self.now = MONDAY
        self.said: dict[int, dict[int, Stance]] = {}
        self.history: list[str] = []
        self.adopted: set[int] = set()
        self.gone: set[int] = set()
        self.lines: list[str] = []
        self.stages: Counter[str] = Counter()
        self.is_changed = False

    @initialize()
    def begins(self) -> None:
        """A new network in the same database, with its first charter."""
        number = next(NUMBERS)
        with self.sessions.begin() as session:
            network = Network(workspace=f"fake:T{number}", name="N", created_at=self.now)
            session.add(network)
            crowd = [Person(ref=f"fake:T{number}/U{n}", name=f"P{n}") for n in range(PEOPLE)]
            session.add_all(crowd)
            session.flush()
            self.network, self.people = network, [person.id for person in crowd]
            self.adopts(session, charter_of("For.", ["One.", "Two.", "Three."], "So.", "Few."))
            version = charter.current(session, network)
            assert version is not None
            for person in crowd[:-2]:
                charter.acknowledge(session, network, person, version, Said.AGREED, now=self.now)

    def adopts(self, session: Session, found: charter.Charter) -> None:
        charter.adopt(
            session, self.network, found, why="", is_material=True, took_part=None,
            effective_on=self.now.date(), review_on=None, proposal=None, now=self.now,
        )  # fmt: skip

    def acts(self, do: Callable[[Session, Proposal], None], pick: int, *stages: Stage) -> None:
        """Do something with one of the proposals in these stages."""
        with self.sessions.begin() as session:
            numbers = [each.id for each in proposals.in_stages(session, self.network, stages)]
            if numbers:
                found = proposals.numbered(session, self.network, numbers[pick % len(numbers)])
                assert found is not None
                do(session, found)

    def person(self, session: Session, who: int) -> Person | None:
        return None if who in self.gone else session.get_one(Person, self.people[who])

    @precondition(lambda self: self.stages[Stage.CONSENT] < 3)
    @rule(who=people, part=st.sampled_from(PARTS), word=st.integers(1, 4))
    def proposes(self, who: int, part: str, word: int) -> None:
        """Somebody proposes a change, or another decision, and it comes to its consent round."""
        with self.sessions.begin() as session:
            person, base = self.person(session, who), charter.current(session, self.network)
            assert base is not None
            if person is None or amending.number_of(part) > len(base.charter.rules):
                return
            draft = Proposal(
                network_id=self.network.id,
                kind=(Kind.GENERAL if word == 4 else Kind.CHARTER).value,
                proposer_id=person.id,
                part="" if word == 4 else part,
                base=base.number,
                before=amending.before(base.charter, part),
                wording="" if part.startswith("drop") else f"Word {word}.",
                tension="It is so.",
                created_at=self.now,
                changed_at=self.now,
            )
            self.opens(session, proposals.keep(session, draft), is_minor=word == 1)

    def opens(self, session: Session, found: Proposal, **more: object) -> None:
        later = self.now + timedelta(days=7)
        if found.stage == Stage.DRAFT and not more.get("is_minor"):
            assert proposals.open_questions(session, found, now=self.now, until=later)
            assert proposals.open_reactions(session, found, until=later)
        needed = proposals.needed(session, self.network)
        assert proposals.open_round(session, found, until=later, needed=needed, **more)
        self.said[found.id] = {}

    @precondition(lambda self: self.stages[Stage.CONSENT])
    @rule(pick=st.integers(0, 3), given=given, is_over=st.booleans())
    def answers(self, pick: int, given: Sequence[tuple[int, Stance]], is_over: bool) -> None:
        """Some answer, anew or in the place of what they said; and the round may be over then."""

        def say(session: Session, found: Proposal) -> None:
            for who, stance in given:
                if (person := self.person(session, who)) is None:
                    continue
                taken = proposals.answer(
                    session, self.network, found, person, stance, reason="because", now=self.now
                )
                if taken in (proposals.Taken.NEW, proposals.Taken.CHANGED):
                    self.said[found.id][who] = stance

            if is_over:
                self.closes(session, found)

        self.acts(say, pick, Stage.CONSENT)

    @precondition(lambda self: self.stages[Stage.INTEGRATE])
    @rule(pick=st.integers(0, 3), who=people, how=st.sampled_from(["dispute", "words", "withdraw"]))
    def goes_on(self, pick: int, who: int, how: str) -> None:
        """An objection is set aside once it is disputed, withdrawn, or taken up by other words."""

        def go_on(session: Session, found: Proposal) -> None:
            person = self.person(session, who)
            if how == "words":
                proposals.suggest(session, found, f"{found.wording} And more.")
                self.opens(session, found, **proposals.in_other_words(found))
                return
            if how == "withdraw" and person and proposals.reconsider(session, found, person):
                self.said[found.id][who] = Stance.NOT_MINE
            for each in proposals.objections(session, found) if how == "dispute" else ():
                assert not proposals.set_aside(session, each), "nobody disputes it"
                assert proposals.dispute(session, each)
                assert proposals.set_aside(session, each)
                assert each.settled == Settled.SET_ASIDE
                self.said[found.id][self.people.index(each.person_id)] = Stance.NOT_MINE
            self.ends(session, found)

        self.acts(go_on, pick, Stage.INTEGRATE)

    def ends(self, session: Session, found: Proposal) -> None:
        proposals.follow_charter(session, self.network, now=self.now)
        before, needed = self.standing(session, found), found.needed
        if proposals.after_objections(session, self.network, found, now=self.now) is Stage.ADOPTED:
            self.is_fair(before, needed, is_minor=False)

    def closes(self, session: Session, found: Proposal) -> None:
        """The time of a round is over, and not before."""
        closing = partial(proposals.close_round, session, self.network, found)
        assert found.closes_at is not None
        early = found.closes_at - timedelta(seconds=1)
        assert closing(now=early, later=early) is None
        self.now = max(self.now, found.closes_at)
        proposals.follow_charter(session, self.network, now=self.now)
        before, needed, is_minor = self.standing(session, found), found.needed, found.is_minor
        outcome = closing(now=self.now, later=self.now + timedelta(days=7))
        if outcome is Outcome.ADOPT:
            self.is_fair(before, needed, is_minor=is_minor)
            assert found.stage == Stage.ADOPTED
            assert (found.version is not None) is (found.kind == Kind.CHARTER)

    def standing(self, session: Session, found: Proposal) -> list[Stance]:
        """What those who agree to the charter said, by an account of our own."""
        said = self.said.get(found.id, {}).items()
        return [stance for who, stance in said if self.agrees(session, who)]

    def agrees(self, session: Session, who: int) -> bool:
        person = self.person(session, who)
        found = charter.standing(session, self.network, person) if person else None
        return found is not None and found.agreed is not None

    def is_fair(self, said: Sequence[Stance], needed: int, *, is_minor: bool) -> None:
        assert Stance.OBJECT not in said, "nothing passes over an objection"
        assert is_minor or len(said) >= needed >= 1, "nor without a quorum"
        assert is_minor or {Stance.CONSENT, Stance.WORRY} & {*said}, "nor by silence"

    @precondition(lambda self: len(self.history) < PEOPLE + 6)
    @rule(who=people, said=st.sampled_from([*Said]))
    def acknowledges(self, who: int, said: Said) -> None:
        """Somebody agrees to the charter as it is, or doesn't any more."""
        with self.sessions.begin() as session:
            person, version = self.person(session, who), charter.current(session, self.network)
            assert version is not None
            if person is not None:
                charter.acknowledge(session, self.network, person, version, said, now=self.now)

    @precondition(lambda self: len(self.gone) < 2)
    @rule(who=people)
    def is_erased(self, who: int) -> None:
        """Somebody goes without a trace."""
        with self.sessions.begin() as session:
            person = self.person(session, who)
            if person is None:
                return
            proposals.forget(session, person, now=self.now)
            charter.forget(session, person)
            session.delete(session.get_one(Person, person.id))
            self.gone.add(who)

    @precondition(lambda self: not self.is_changed)
    @rule(word=st.integers(1, 3))
    def changes_otherwise(self, word: int) -> None:
        """The charter changes by another way than a proposal: what it overtakes is a draft."""
        with self.sessions.begin() as session:
            self.adopts(session, starter(f"Word {word}."))
            self.is_changed = True

    @invariant()
    def history_stays(self) -> None:
        """All that was ever in the ledger is there as it was, and the whole of it holds."""
        with self.sessions.begin() as session:
            ledger = charter.ledger(session, self.network)
        assert charter_ledger.verify(charter_ledger.written(ledger)) == []
        lines = [charter_ledger.fingerprint(each) for each in ledger.versions]
        said = [charter_ledger.fingerprint(each) for each in ledger.acknowledgements]
        assert lines[: len(self.lines)] == self.lines
        assert said[: len(self.history)] == self.history
        self.lines, self.history = lines, said

    @invariant()
    def only_what_was_adopted_is_in_the_charter(self) -> None:
        """A version that came of a proposal is of one that was adopted, each of one."""
        with self.sessions.begin() as session:
            versions = charter.versions(session, self.network)
            came_of = [each.proposal for each in versions if each.proposal is not None]
            known = proposals.in_stages(session, self.network, [*Stage])
            decided = {each.id: each for each in known if each.stage == Stage.ADOPTED}
            self.stages = Counter(each.stage for each in known)
            assert len(came_of) == len({*came_of})
            assert {*came_of} == {k for k, each in decided.items() if each.kind == Kind.CHARTER}
            assert self.adopted <= decided.keys(), "what was adopted stays so"
            self.adopted = {*decided}


@pytest.mark.at_length
def test_no_objection_is_passed_over_and_no_history_changes(sessions: Sessions) -> None:
    how = settings(
        max_examples=5,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    run_state_machine_as_test(partial(Consent, sessions), settings=how)


@pytest.mark.both_databases
def test_what_reads_otherwise_by_now_is_not_adopted(sessions: Sessions) -> None:
    town = Consent(sessions)
    town.begins()
    town.proposes(0, "rule/1", 2)
    town.answers(0, [(1, Stance.CONSENT), (2, Stance.CONSENT)], is_over=False)
    town.changes_otherwise(1)
    town.now += timedelta(days=8)
    with sessions.begin() as session:
        [found] = proposals.in_stages(session, town.network)
        close = partial(proposals.close_round, session, town.network, now=town.now)
        with pytest.raises(Stale, match="rule/1"):
            close(found, later=town.now)
        [overtaken] = proposals.follow_charter(session, town.network, now=town.now)
        assert overtaken.stage == Stage.DRAFT
        assert overtaken.before.startswith("Bring something")
        assert close(overtaken, later=town.now) is None


@pytest.mark.both_databases
def test_where_there_is_no_charter_whoever_is_here_counts(sessions: Sessions) -> None:
    with sessions.begin() as session:
        network = Network(workspace="fake:T0", name="N", created_at=MONDAY)
        session.add(network)
        crowd = [Person(ref=f"fake:T0/U{n}", name=f"P{n}", is_bot=n == 2) for n in range(3)]
        session.add_all(crowd)
        session.flush()
        assert proposals.agreed(session, network) == 0
        draft = Proposal(
            network_id=network.id, proposer_id=crowd[0].id, created_at=MONDAY, changed_at=MONDAY
        )
        found = proposals.keep(session, draft)
        later = MONDAY + timedelta(days=7)
        proposals.open_round(session, found, until=later, needed=1)
        say = partial(proposals.answer, session, network, found, now=MONDAY)
        assert say(crowd[0], Stance.CONSENT) is proposals.Taken.NEW, "a founder is alone"
        assert proposals.counts(session, network, crowd[1])
        assert not proposals.counts(session, network, crowd[2])
        close = partial(proposals.close_round, session, network, now=later, later=later)
        assert close(found) is Outcome.ADOPT
        assert close(found) is None, "once"
