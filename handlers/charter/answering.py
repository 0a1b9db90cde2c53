"""What somebody answers to the charter, and what follows from it."""

from __future__ import annotations

from datetime import timedelta

from bot import outbox
from bot.context import Context
from bot.domain.charter import Said
from bot.judgement.limits import Kind
from bot.storage import charter, membership, places, traces
from bot.storage.charter import CharterVersion
from bot.storage.places import Network
from handlers.charter.feature import answers

LASTING = timedelta(days=7)


def answer(ctx: Context, said: Said, seen: str | None, *, is_told: bool = True) -> None:
    """Keep what the member says of the charter; of the version *seen*, or the newest if None.

    Nobody agrees to words that they haven't seen: whoever answers an older version is shown the
    newest one first.
    """
    newest = charter.current(ctx.session, ctx.network)
    if newest is None:
        if is_told:
            ctx.reply("charter/none", network=ctx.network, may_tend=ctx.may_tend)
        return
    if said is Said.AGREED and seen is not None and seen != f"{newest.number}":
        ctx.reply("charter/changed_meanwhile", version=newest)
        return
    before = charter.standing(ctx.session, ctx.network, ctx.me)
    agreed_before = before.agreed if before else None
    if said is Said.REVOKED and agreed_before is None:
        if is_told:
            ctx.reply("charter/nothing_to_take_back")
        return
    charter.acknowledge(ctx.session, ctx.network, ctx.me, newest, said, now=ctx.now)
    if said is not Said.WANTS_TO_TALK:
        _leads_need_not_know(ctx, newest)
    is_first = said is Said.AGREED and agreed_before is None
    if is_told:
        leads = places.leads(ctx.session, ctx.network)
        ctx.reply(
            f"charter/said/{said.value}",
            version=newest,
            leads=leads,
            is_first=is_first,
            still_agrees=agreed_before,
        )
    _follow(ctx, said, newest, is_first=is_first)


def _follow(ctx: Context, said: Said, version: CharterVersion, *, is_first: bool) -> None:
    """Let the features know that have to do with who is a member."""
    if said is Said.WANTS_TO_TALK:
        _tell_leads(ctx, version)
    elif answers(ctx, "join"):
        if is_first:
            ctx.press("joining.welcomed", "", because="agreed")
        elif said in (Said.OBSERVES, Said.REVOKED):
            ctx.press("joining.observes", "", because="observes")


def asked_to_talk(network: Network, token: str) -> str:
    """What begins the occasions of leads hearing that the bearer of *token* would like to talk.

    It names nobody, so that what they heard can be found and taken back once its writer has gone.
    """
    return f"charter.talk/{network.id}/{token}/"


def _token(ctx: Context) -> str:
    standing = charter.standing(ctx.session, ctx.network, ctx.me)
    assert standing is not None, "they have said something of it just now"
    return standing.token


def _tell_leads(ctx: Context, version: CharterVersion) -> None:
    """Tell those who tend, once for each version, that the member would like to talk."""
    about = asked_to_talk(ctx.network, _token(ctx))
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "charter/talk",
            kind=Kind.TENDING,
            key=f"{about}{version.number}/{to}",
            lasting=LASTING,
            who=ctx.me,
            version=version,
            network=ctx.network,
        )


def _leads_need_not_know(ctx: Context, version: CharterVersion) -> None:
    """Take back what wasn't said yet of a wish to talk that is settled."""
    about = f"{asked_to_talk(ctx.network, _token(ctx))}{version.number}/"
    for key in membership.waiting(ctx.session, traces.keys_under(ctx.session, about)):
        outbox.retract(ctx.session, key, now=ctx.now)
