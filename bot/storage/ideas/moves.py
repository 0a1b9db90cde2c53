"""How an idea goes from state to state: each move is one conditional update."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from bot.domain.ideas import TAKEN_OUT, TOLD, sources
from bot.storage import finding
from bot.storage.base import change_if, clear_out, insert_missing
from bot.storage.ideas.table import Idea, State
from bot.storage.places import Network, Person

KIND = "idea"
"""As what an idea is found."""


def keep(session: Session, idea: Idea) -> Idea:
    """Keep words that their author handed over; it has its number then."""
    session.add(idea)
    session.flush()
    return idea


def choose(
    session: Session,
    network: Network,
    *,
    channel: int,
    ts: int,
    author: int,
    reasons: Sequence[Mapping[str, Any]],
    is_less_heard: bool,
    now: datetime,
) -> Idea | None:
    """Keep a message as a candidate; None where its author was asked about it before."""
    row = {
        "network_id": network.id,
        "channel_id": channel,
        "ts": ts,
        "person_id": author,
        "state": State.CANDIDATE.value,
        "reasons": list(reasons),
        "is_less_heard": is_less_heard,
        "plain_words": "",
        "is_named": False,
        "week": "",
        "created_at": now,
    }
    statement = insert_missing(session, Idea).returning(Idea.id)
    made = session.execute(statement, [row]).first()
    return None if made is None else session.get_one(Idea, made[0])


def move(session: Session, idea: Idea, to: State, **values: object) -> bool:
    """Bring *idea* into the state *to*; False where it is in none from which it may come there.

    Whatever takes it out takes its words with it. Of two who do it at once one is first.
    """
    if to in TAKEN_OUT:
        values = {**values, "plain_words": "", "is_named": False}
    is_before = Idea.state.in_([each.value for each in sources(to)])
    done = change_if(session, idea, is_before, state=to.value, **values)
    if done:
        index(session, idea)
    return done


def index(session: Session, idea: Idea) -> None:
    """Let *idea* be found while it is told, by the words that it is told in."""
    network = session.get_one(Network, idea.network_id)
    if idea.state == State.FEATURED and idea.featured_at:
        finding.keep(session, network, KIND, idea.id, idea.plain_words, now=idea.featured_at)
    else:
        finding.drop(session, network, KIND, idea.id)


def reword(session: Session, idea: Idea, *, words: str, is_named: bool) -> bool:
    """Put other words in the place of those agreed to; False where there is no consent now."""
    is_agreed = Idea.state.in_([each.value for each in TOLD])
    done = change_if(session, idea, is_agreed, plain_words=words, is_named=is_named)
    if done:
        index(session, idea)
    return done


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else choose or compose in *network* until this transaction ends."""
    session.execute(select(Network.id).where(Network.id == network.id).with_for_update())


def let_go(session: Session, idea: Idea) -> None:
    """Forget an idea whose author could not be asked: they may be another time."""
    session.delete(idea)
    session.flush()


def remove(session: Session, idea: Idea) -> None:
    """Delete an idea that another stands for; its words are found no more."""
    finding.drop(session, session.get_one(Network, idea.network_id), KIND, idea.id)
    let_go(session, idea)


def take(session: Session, network: Network, numbers: Collection[int], week: str) -> None:
    """Let the digest of *week* have these, and no other digest."""
    session.execute(
        update(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.id.in_(sorted(numbers)),
            Idea.state == State.AGREED.value,
            Idea.week == "",
        )
        .values(week=week)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    session.execute(
        update(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.state == State.AGREED.value,
            Idea.week == week,
        )
        .values(week="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def feature(session: Session, network: Network, week: str, *, at: datetime) -> int:
    """The digest of *week* was posted: what was in it is featured; returns how many were."""
    done = session.execute(
        update(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.state == State.AGREED.value,
            Idea.week == week,
        )
        .values(state=State.FEATURED.value, featured_at=at)
        .returning(Idea.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    for (number,) in done:
        index(session, session.get_one(Idea, number))
    return len(done)


_OLD = delete(Idea).where(
    Idea.network_id == bindparam("network"),
    Idea.state.in_([each.value for each in State if each not in (State.ASKED, *TOLD)]),
    Idea.created_at < bindparam("before"),
)


def settled_go(session: Session, network: Network, *, before: datetime) -> None:
    """Let go of ideas of *before* that were not told, or are no longer, and that nobody waits for.

    That an author was asked needs to be known no longer than the message itself is held.
    """
    clear_out(session, _OLD, network=network.id, before=before)


def forget(session: Session, person: Person) -> None:
    """Let go of all ideas of *person*."""
    for idea in session.scalars(select(Idea).where(Idea.person_id == person.id)):
        finding.drop(session, session.get_one(Network, idea.network_id), KIND, idea.id)
    session.execute(
        delete(Idea).where(Idea.person_id == person.id).execution_options(synchronize_session=False)
    )
    session.expire_all()
