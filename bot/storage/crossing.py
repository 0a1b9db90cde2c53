"""Who answered or helped whom in a network, of whichever groups they are."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.events import to_micros
from bot.domain.exchanges import COUNTED
from bot.judgement.bridging import Exchanged
from bot.storage import talk, threads
from bot.storage.exchanges import Exchange
from bot.storage.places import Network


def exchanged(
    session: Session, network: Network, *, first: date, last: date, now: datetime
) -> list[Exchanged]:
    """Who answered or helped whom from the local day *first* to the end of *last*."""
    setting = talk.setting(session, network, first=first, last=last, now=now)
    said = threads.conversations(session, network, setting, first=first, last=last)
    authors, at, answers = said.author.tolist(), said.ts.tolist(), said.answers.tolist()
    found = [
        Exchanged(at[n], authors[n], authors[before])
        for n, before in enumerate(answers)
        if before >= 0
    ]
    rows = session.execute(
        select(Exchange.settled_at, Exchange.giver_id, Exchange.receiver_id).where(
            Exchange.network_id == network.id,
            Exchange.state.in_([each.value for each in COUNTED]),
            Exchange.settled_at.is_not(None),
        )
    )
    since = threads.midnight(first, network)
    helped = [(to_micros(when), giver, got) for when, giver, got in rows if when and giver and got]
    return found + [Exchanged(when, giver, got) for when, giver, got in helped if when >= since]
