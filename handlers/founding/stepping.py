"""From step to step: what each asks, what was answered or skipped, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken
from bot.domain.founding import Step, next_step
from bot.domain.leading import Role
from bot.prompting import Plain
from bot.storage import charter, founding, leading, places, sponsors, talk, threads
from bot.storage.places import Person
from handlers.founding.feature import Settings, feature


@feature.action("open")
@leads_only
def open_here(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show the step that comes next; pressed for a bare `/tend` before the network is set up."""
    show_next(ctx, is_first=True)


def show_next(ctx: Context, *, is_first: bool = False) -> None:
    """Show the next step; after the last one, what comes now."""
    found = founding.begun(ctx.session, ctx.network, now=ctx.now)
    step = next_step(found.steps)
    if step is Step.CHARTER and charter.current(ctx.session, ctx.network) is not None:
        done(ctx, step)
    elif step is None:
        finish(ctx)
    else:
        show(ctx, step, is_first=is_first and not found.steps)


def show(ctx: Context, step: Step, *, is_first: bool = False) -> None:
    """Show a step, with what is there already; any of them at any time."""
    founding.begun(ctx.session, ctx.network, now=ctx.now)
    ctx.reply(f"founding/{step.value}", step=step, is_first=is_first, **_values(ctx, step))


def _values(ctx: Context, step: Step) -> Mapping[str, Any]:
    session, network = ctx.session, ctx.network
    match step:
        case Step.CHANNELS:
            notice = ctx.prompts.render(
                "network/arrival", network=network, leads=places.leads(session, network)
            )
            shown = list(threads.open_channels(session, network).values())
            return {"notice": [*map(Plain, notice.text.splitlines())], "channels": shown}
        case Step.CHARTER:
            version = charter.current(session, network)
            return {"has_charter": version is not None, "is_on": has_charters(ctx)}
        case Step.HOURS:
            quiet = [each for each in talk.calendar(session, network) if each.kind == "quiet"]
            return {
                "network": network,
                "quiet": quiet,
                "opens": f"{ctx.limits.opens:%H:%M}",
                "closes": f"{ctx.limits.closes:%H:%M}",
            }
        case Step.SPONSOR:
            found = sponsors.person_of(session, network)
            return {"sponsor": found.name if found else "", "is_on": has_sponsors(ctx)}
        case _:
            return {"network": network}


def has_charters(ctx: Context) -> bool:
    """Whether charters can be read and agreed to here."""
    return ctx.understands("/net charter")


def has_sponsors(ctx: Context) -> bool:
    """Whether somebody can be named as a sponsor here."""
    return ctx.understands("/tend sponsor")


def done(ctx: Context, step: Step) -> None:
    """Keep that a step was answered or skipped, and show the next; who begins here tends it."""
    tend(ctx)
    founding.note(ctx.session, ctx.network, step.value, now=ctx.now)
    show_next(ctx)


def tend(ctx: Context) -> None:
    """Let the member tend the network where nobody does yet."""
    leading.take_turns(ctx.session, ctx.network)
    if not places.leads(ctx.session, ctx.network):
        places.make_lead(ctx.session, ctx.network, ctx.me, now=ctx.now)


def finish(ctx: Context) -> None:
    """Say that all is well as it is, and when more can be said."""
    tend(ctx)
    session, network = ctx.session, ctx.network
    founding.finish(session, network, now=ctx.now)
    sponsor = sponsors.person_of(session, network)
    asked = leading.open_from(session, network, ctx.me)
    is_asked = asked is not None and asked.role == Role.SPONSOR
    ctx.reply(
        "founding/finished",
        network=network,
        has_charter=charter.current(session, network) is not None,
        sponsor=sponsor.name if sponsor else "",
        asked=session.get_one(Person, asked.person_id).name if asked and is_asked else "",
        leads=places.leads(session, network),
    )
