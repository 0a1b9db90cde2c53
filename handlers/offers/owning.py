"""What becomes of one's own offer: renewed, changed, or taken back."""

from __future__ import annotations

from bot import outbox
from bot.context import Context
from bot.domain.asks import HelpKind
from bot.domain.events import ActionTaken
from bot.domain.offers import REMIND, USUAL, Draft
from bot.storage import offers
from handlers.offers import making, settling
from handlers.offers.feature import Settings, feature, own


@feature.action("renew")
def press_renew(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let an offer stand for half a year more."""
    renew(ctx, taken.value)


def renew(ctx: Context, number: str) -> None:
    """Let an offer stand for half a year more from today."""
    found = own(ctx, number)
    if found is not None:
        outbox.retract(ctx.session, found.key, now=ctx.now)
        offers.renew(ctx.session, found, ctx.now_there.date() + USUAL)
        offers.let_find(ctx.session, ctx.network, found, now=ctx.now)
        ctx.reply("offers/kept", number=found.id, until=found.until)


@feature.action("change")
def press_change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for an offer of the member's own."""
    change(ctx, taken.value)


def change(ctx: Context, number: str) -> None:
    """Open the form for an offer of the member's own."""
    found = own(ctx, number)
    if found is not None:
        draft = Draft(
            words=found.words,
            kind=HelpKind(found.kind),
            until=max(found.until, ctx.now_there.date() + REMIND),
            when=found.when,
            number=found.id,
            resource=found.resource,
            how=found.how,
            often=found.often,
        )
        making.open_form(ctx, draft)


@feature.action("withdraw")
def press_withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take an offer back."""
    withdraw(ctx, taken.value)


def withdraw(ctx: Context, number: str) -> None:
    """Take an offer back, and delete its words; who was to use it is told."""
    found = own(ctx, number)
    if found is not None:
        outbox.retract(ctx.session, found.key, now=ctx.now)
        settling.let_all_go(ctx, found)
        if found.week:
            ctx.press("digest.mend", found.week, because=found.key)
        offers.withdraw(ctx.session, found, now=ctx.now)
        ctx.reply("offers/withdrawn")
