"""Tell somebody of their coffee pairs: what they asked for by taking part, in their own hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.domain.posts import Attachment
from bot.judgement.limits import Kind
from bot.storage.places import Person

LASTING = timedelta(days=4)


def tell(
    ctx: Context,
    person: Person,
    prompt: str,
    key: str,
    *,
    lasting: timedelta = LASTING,
    attachment: Attachment | None = None,
    **values: Any,
) -> None:
    """Tell somebody what they asked for by taking part: of no number, yet in working hours."""
    at = ctx.opens(person.address)
    if at is None:
        return
    ctx.say(
        person.address,
        prompt,
        kind=Kind.ANSWER,
        key=key,
        at=at,
        lasting=lasting,
        attachment=attachment,
        **values,
    )
