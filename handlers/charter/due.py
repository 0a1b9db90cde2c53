"""What falls due: members asked anew when the charter changed, or after a year; its review day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot import outbox
from bot.context import Context
from bot.domain.charter import Said, difference
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.storage import charter, membership, places, talk
from bot.storage.charter import Acknowledged, CharterVersion, Standing
from handlers.charter.beginning import months_on
from handlers.charter.feature import Settings, answers, feature

REMINDED = timedelta(days=10)
WAITED = timedelta(days=28)
"""How long after a change members are asked, and after how many days a second and last time."""
LASTING = timedelta(days=9)
"""How long such a word may wait for its turn: each hears at most one word a week."""
REVIEWED = timedelta(days=60)
"""How long after its day a review may still be spoken of."""


@feature.job(
    lambda settings: Daily(at=time.fromisoformat(settings.at)), while_any=(CharterVersion,)
)
def look(settings: Settings, ctx: Context) -> None:
    """Do what is due today."""
    version = charter.last_material(ctx.session, ctx.network)
    newest = charter.current(ctx.session, ctx.network)
    if version is None or newest is None:
        return
    today = talk.local_day(ctx.now, ctx.network)
    everybody = charter.everybody(ctx.session, ctx.network)
    ask_anew(ctx, version, newest, everybody, today)
    renew(settings, ctx, version, everybody, today)
    review(ctx, newest, today)


def ask_anew(
    ctx: Context,
    version: CharterVersion,
    newest: CharterVersion,
    everybody: Sequence[Acknowledged],
    today: date,
) -> None:
    """Tell who agreed to an earlier version what changed: once, and once more after ten days."""
    agreed_on = talk.local_day(version.agreed_at, ctx.network)
    if version.number == 1 or today - agreed_on >= WAITED:
        return
    which = "reminded" if today - agreed_on >= REMINDED else "changed"
    known = {each.number: each for each in charter.versions(ctx.session, ctx.network)}
    settled: list[str] = []
    asked = 0
    for person, standing in everybody:
        about = f"{ctx.network.id}/{version.number}/{person.address}"
        if standing.agreed is None or not _is_to_ask(standing, version):
            settled += (f"charter.changed/{about}", f"charter.reminded/{about}")
            continue
        asked += ctx.say(
            person.address,
            f"charter/{which}",
            kind=Kind.WORD,
            key=f"charter.{which}/{about}",
            lasting=LASTING,
            network=ctx.network,
            newest=newest,
            version=version,
            agreed=standing.agreed,
            changes=difference(known[standing.agreed].charter, newest.charter),
            until=agreed_on + WAITED,
        )
    for key in membership.waiting(ctx.session, settled):
        outbox.retract(ctx.session, key, now=ctx.now)
    if asked:
        ctx.spoke("charter.ask_anew", f"version {version.number}: members hear what changed")


def _is_to_ask(standing: Standing, version: CharterVersion) -> bool:
    """Whether they agreed to an earlier version, and said nothing of this one."""
    is_heard = standing.said is Said.WANTS_TO_TALK and standing.version >= version.number
    return (standing.agreed or version.number) < version.number and not is_heard


def renew(
    settings: Settings,
    ctx: Context,
    version: CharterVersion,
    everybody: Sequence[Acknowledged],
    today: date,
) -> None:
    """Ask who agreed a year ago, and to nothing newer that waits, whether it still suits them."""
    for person, standing in everybody:
        agreed, since = standing.agreed, standing.agreed_on
        if agreed is None or since is None or agreed < version.number:
            continue
        years = _years(since, settings.renew_months, today)
        if years:
            ctx.say(
                person.address,
                "charter/renewal",
                kind=Kind.WORD,
                key=f"charter.renewal/{ctx.network.id}/{since}/{years}/{person.address}",
                lasting=LASTING,
                network=ctx.network,
                agreed=agreed,
                since=since,
                newest=charter.current(ctx.session, ctx.network),
            )


def _years(since: date, months: int, today: date) -> int:
    """How many terms of *months* are over since less than a fortnight; 0 if it is no such time."""
    terms = 1
    while months_on(since, terms * months) <= today - timedelta(days=14):
        terms += 1
    return terms if months_on(since, terms * months) <= today else 0


def review(ctx: Context, newest: CharterVersion, today: date) -> None:
    """Tell those who tend, once, that the charter is to be looked at again."""
    due = newest.review_on
    if due is None or not due <= today < due + REVIEWED:
        return
    leads = places.leads_of(ctx.session, ctx.network)
    if not leads or not ctx.once(f"charter.review/{ctx.network.id}/{newest.number}"):
        return
    for to in leads:
        ctx.say(
            to,
            "charter/review",
            kind=Kind.TENDING,
            key=f"charter.review/{ctx.network.id}/{newest.number}/{to}",
            lasting=LASTING,
            network=ctx.network,
            version=newest,
            may_suggest=answers(ctx, "propose"),
        )
    ctx.spoke("charter.review", f"version {newest.number} was to be looked at on {due}")
