"""What is held of somebody's joining: shown to them alone, and gone with them."""

from __future__ import annotations

from bot.context import Context
from bot.domain.membership import MembershipState
from bot.feature import Section
from bot.storage import membership
from bot.storage.places import Network, Person
from handlers.joining import beginning, introducing
from handlers.joining.feature import Settings, feature


@feature.home_section(order=6)
def on_page(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: the way in for who is new, and the way back for who rests."""
    found = membership.standing(ctx.session, ctx.network, ctx.me)
    shown = (MembershipState.INVITED, MembershipState.RESTING)
    if found is None or found.state not in shown:
        return None
    until = found.rests_until.astimezone(ctx.network.zone) if found.rests_until else None
    words = ctx.prompts.render(
        "joining/home",
        is_resting=found.state == MembershipState.RESTING,
        until=until,
        rules=beginning.rules(ctx),
    )
    return Section(name="joining", words=words, facts={"state": found.state})


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """How somebody stands with each network."""
    stands = membership.of_person(ctx.session, person)
    if not stands:
        return None
    shown = [
        {
            "network": ctx.session.get_one(Network, each.network_id).name,
            "state": each.state,
            "joined_at": each.joined_at,
            "moved_at": each.moved_at,
            "welcomed_at": each.welcomed_at,
            "introduced_at": each.introduced_at,
            "checked_at": each.checked_at,
            "use": each.use,
            "reminded_at": each.reminded_at,
            "rests_until": each.rests_until,
        }
        for each in stands
    ]
    words = ctx.prompts.render("joining/mydata", stands=shown)
    return Section(name="joining", words=words, facts={"memberships": shown})


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it, and of the introduction wherever it is."""
    for each in membership.of_person(ctx.session, person):
        introducing.take_down(ctx, each)
    membership.forget(ctx.session, person)
