"""Post the digest of a week, once, and make it anew when something in it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.ids import Address
from bot.domain.posts import Button
from bot.feature import Period, Section
from bot.judgement.limits import Kind
from bot.outbox import Outdated
from bot.prompting import Plain, carried, neutral
from bot.storage import editions, glossary, ideas, places, talk
from bot.storage.glossary import Term
from handlers.digest.feature import Settings, feature, period_of, schedule

LATE = timedelta(hours=2)
FRESH = timedelta(days=4)  # from before a long weekend to after it
OLD = timedelta(weeks=8)
OPENING = "where we are"
JOB = "digest.weekly"


def compose(ctx: Context, period: Period) -> list[Section]:
    """The sections of a digest; none at all where there is nothing to tell."""
    sections = list(ctx.gathered.digest(ctx, period))
    return [] if all(map(_is_nothing, sections)) else sections


def _is_nothing(section: Section) -> bool:
    """Whether *section* is no reason to post: a week without voices, or what goes with others."""
    is_still = section.name == OPENING and not section.facts.get("voices")
    return is_still or bool(section.facts.get("is_aside"))


@feature.job(schedule, late=timedelta(days=6))
def weekly(settings: Settings, ctx: Context) -> None:
    """Post the digest of this week, once."""
    assert ctx.slot is not None, "the weekly digest is a job"
    period = period_of(settings, ctx.slot.name)
    edition = editions.of_week(ctx.session, ctx.network, period.name)
    if edition is not None and edition.is_skipped:
        ctx.skip("digest", f"{period.name}: its editor let this week go by")
        return
    post(ctx, period, due=ctx.slot.due)


def post(ctx: Context, period: Period, *, due: datetime) -> bool:
    """Queue the digest of *period*; False, and the reason kept, where there is none."""
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None:
        ctx.skip("digest", "there is no open channel to post it in")
        return False
    ideas.take_turns(ctx.session, ctx.network)
    sections = compose(ctx, period)
    if not sections:
        ctx.skip("digest", f"{period.name}: nothing to tell")
        return False
    ideas.take(ctx.session, ctx.network, told(sections), period.name)
    for take in [section.take for section in sections if section.take]:
        take()
    glossary.take(ctx.session, _glosses(ctx, period, sections), period.name)
    editions.close(ctx.session, ctx.network, period.name, now=ctx.now)
    ctx.say(
        channel.address,
        "digest/weekly",
        kind=Kind.DIGEST,
        key=editions.key_of(ctx.network, period.name),
        lasting=FRESH,
        **values(ctx, period, sections, is_late=ctx.now - due > LATE),
    )
    ctx.spoke("digest", period.name)
    return True


def told(sections: Sequence[Section]) -> list[int]:
    """The numbers of the ideas that *sections* tell, in their order."""
    found: list[int] = []
    for section in sections:
        items = section.facts.get("ideas", ())
        found += [each["number"] for each in items] if isinstance(items, list) else []
    return found


def room(sections: Sequence[Section]) -> bool:
    """Whether *sections* would tell more ideas, if more waited."""
    return any(section.facts.get("room") for section in sections)


def values(
    ctx: Context, period: Period, sections: Sequence[Section], *, is_late: bool = False
) -> dict[str, Any]:
    """What a posted digest is made from, and the messages that it points to."""
    edition = editions.of_week(ctx.session, ctx.network, period.name)
    editor = editions.editor_of(ctx.session, edition)
    return {
        "quotes": [ref for section in sections for ref in section.quotes],
        "network": ctx.network,
        "period": period,
        "sections": sections,
        "glosses": _glosses(ctx, period, sections),
        "is_late": is_late,
        "opening": edition.opening if edition else "",
        "editor": editor.name if editor else "",
        "buttons": [_written(each) for section in sections for each in section.words.buttons],
    }


def _glosses(ctx: Context, period: Period, sections: Sequence[Section]) -> list[Term]:
    """The network's own words among those of the digest, which it explains at its end."""
    if editions.is_closed(ctx.session, ctx.network, period.name):
        return glossary.of_week(ctx.session, ctx.network, period.name)
    text = "\n".join(section.words.text for section in sections).replace("\\", "")
    return glossary.due(ctx.session, ctx.network, text, period.name)


def _written(button: Button) -> Plain:
    """*button* as a prompt writes it, since the words of a section have none of theirs."""
    label, value = neutral(button.label), carried(button.value)
    return Plain(f"[{label}](button:{button.action}/{value})")


@feature.on(Outdated)
def mend(event: Outdated, settings: Settings, ctx: Context) -> None:
    """Compose a digest anew that points to what has been changed or deleted since."""
    if week := editions.week_of(ctx.network, event.key):
        _anew(settings, ctx, week, event.to)


@feature.action("mend")
def mend_week(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Compose a digest anew from which somebody took back what they had agreed to."""
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is not None and editions.is_closed(ctx.session, ctx.network, taken.value):
        _anew(settings, ctx, taken.value, channel.address)


def _anew(settings: Settings, ctx: Context, week: str, to: Address) -> None:
    """Compose the digest of *week* anew; one too old to be composed again is withdrawn."""
    period = period_of(settings, week)
    is_old = talk.local_day(ctx.now, ctx.network) - period.last > OLD
    sections = [] if is_old else compose(ctx, period)
    if sections:
        prompt, given = "digest/weekly", values(ctx, period, sections)
    else:
        prompt, given = "digest/withdrawn", {"network": ctx.network, "period": period}
    if ctx.amend(editions.key_of(ctx.network, week), to, prompt, **given):
        ctx.spoke("digest.mend", f"{week}: something that it pointed to was changed or deleted")
