"""What becomes of an ask: kept, posted, changed, moved on, and let go."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import (
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.domain.asks import MET, ROUND, AskState, Stage, sources
from bot.domain.asks import Draft as AskDraft
from bot.storage import finding
from bot.storage.asks.looking import IS_UNDER_WAY, all_of, find, numbered
from bot.storage.asks.table import Ask, Asked, Follower, Seldom, Told
from bot.storage.base import change_if, change_many
from bot.storage.places import Channel, Network, Person

KIND = "ask"
"""What an answered ask is among all that can be found."""


KEPT = timedelta(days=180)
"""How long an ask is kept that came to nothing, and a draft that nobody posted."""


def draft(session: Session, network: Network, person: Person, words: str, *, now: datetime) -> Ask:
    """Keep an ask for its asker alone, until they post it or let it go."""
    return _add(session, network, person, now=now, words=words)


def _add(
    session: Session, network: Network, person: Person, *, now: datetime, **values: object
) -> Ask:
    found = Ask(network_id=network.id, person_id=person.id, created_at=now, **values)
    session.add(found)
    session.flush()
    return found


def post(
    session: Session,
    network: Network,
    person: Person,
    given: AskDraft,
    channel: Channel,
    *,
    now: datetime,
) -> Ask:
    """Keep an ask that is posted in *channel*; the asker's draft of that number becomes it."""
    found = numbered(session, network, given.number) if given.number else None
    if found is None or found.person_id != person.id:
        found = _add(session, network, person, now=now, words=given.words)
    place, _, ts = given.source.partition("/")
    change(session, found, given)
    move(
        session,
        found,
        AskState.OPEN,
        channel_id=channel.id,
        source_channel_id=int(place) if ts and place != ROUND else None,
        source_ts=int(ts) if ts and place != ROUND else None,
        round_id=int(ts) if ts and place == ROUND else None,
        opened_at=now,
    )
    return found


def redraft(session: Session, found: Ask, *, now: datetime) -> Ask:
    """Put a draft in the place of an ask that could not be posted, under a number of its own.

    Another post of it is another occasion.
    """
    kept = {
        name: getattr(found, name)
        for name in (
            *("network_id", "person_id", "words", "why", "kind", "due_on", "minutes"),
            *("takes_several", "source_channel_id", "source_ts", "round_id"),
        )
    }
    fresh = Ask(state=AskState.DRAFT.value, created_at=now, **kept)
    session.delete(found)
    session.add(fresh)
    session.flush()
    return fresh


def change(session: Session, found: Ask, given: AskDraft) -> None:
    """Let an ask say what its asker wrote by now."""
    found.words, found.why, found.kind = given.words, given.why, given.kind.value
    found.due_on, found.minutes, found.takes_several = given.due, given.minutes, given.takes_several
    session.flush()


def move(session: Session, found: Ask, to: AskState, **values: object) -> bool:
    """Let an ask come to be *to*; False where it can't from where it is by now."""
    is_before = Ask.state.in_([each.value for each in sources(to)])
    return change_if(session, found, is_before, state=to.value, **values)


def carry_on(session: Session, found: Ask, stage: Stage) -> bool:
    """Keep that an ask which nobody took up has come to *stage*; False where it had."""
    is_open = Ask.state == AskState.OPEN.value
    return change_if(session, found, is_open, Ask.stage == found.stage, stage=stage.value)


def post_again(session: Session, found: Ask) -> bool:
    """An open ask is posted for the second time; False where it was already."""
    is_open = Ask.state == AskState.OPEN.value
    return change_if(session, found, is_open, Ask.is_again.is_(False), is_again=True)


def note_post(session: Session, found: Ask, key: str, ts: int | None) -> None:
    """Keep which message of its channel the post of that *key* is."""
    if key == found.key_again:
        found.again_ts = ts
    else:
        found.posted_ts = ts
    session.flush()


def open_again(session: Session, found: Ask, due: date, *, now: datetime) -> bool:
    """Let an ask that is over be open once more, until *due*, and be carried on anew."""
    return move(
        session,
        found,
        AskState.OPEN,
        stage=Stage.POSTED.value,
        due_on=due,
        opened_at=now,
        closed_at=None,
        answered_at=None,
    )


def let_find(session: Session, network: Network, found: Ask, *, now: datetime) -> None:
    """Let an answered ask be found."""
    finding.keep(session, network, KIND, found.id, f"{found.words}\n{found.why}", now=now)


def let_nobody_find(session: Session, network: Network, found: Ask) -> None:
    """Let an ask not be found, any more or at all."""
    finding.drop(session, network, KIND, found.id)


def clear(session: Session, network: Network, found: Ask, *, now: datetime) -> bool:
    """Delete an ask: all that is left is that there was one, and whether it was answered."""
    let_nobody_find(session, network, found)
    gone = (delete(each).where(each.ask_id == found.id) for each in (Asked, Follower, Told))
    change_many(session, *gone)
    return move(
        session,
        found,
        AskState.DELETED,
        person_id=None,
        words="",
        why="",
        due_on=None,
        minutes=0,
        source_channel_id=None,
        source_ts=None,
        round_id=None,
        posted_ts=None,
        again_ts=None,
        closed_at=found.closed_at or now,
    )


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else ask or take up anything in *network* until this transaction ends."""
    session.execute(select(Network.id).where(Network.id == network.id).with_for_update())


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Delete what came to nothing half a year ago, and drafts that nobody posted."""
    is_old = or_(
        (Ask.state == AskState.DRAFT.value) & (Ask.created_at < now - KEPT),
        ~IS_UNDER_WAY & Ask.state.not_in([*MET, AskState.DRAFT]) & (Ask.closed_at < now - KEPT),
    )
    for found in find(session, network, is_old, Ask.state != AskState.DELETED.value):
        clear(session, network, found, now=now)


def forget(session: Session, person: Person, *, now: datetime) -> None:
    """Let go of all asks of *person*, and of what they were asked and follow."""
    for found in all_of(session, person):
        clear(session, session.get_one(Network, found.network_id), found, now=now)
    theirs = (delete(each).where(each.person_id == person.id) for each in (Asked, Follower, Seldom))
    change_many(session, *theirs)


def hand_over(session: Session, old: int, new: int) -> None:
    """What was asked in one channel, or from a message there, is of the other."""
    places = (Ask.channel_id, Ask.source_channel_id)
    change_many(session, *(update(Ask).where(each == old).values({each: new}) for each in places))
