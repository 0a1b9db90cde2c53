"""Where an act goes: to the command, the button, the form or the shortcut that it names."""

from __future__ import annotations

import msgspec

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, HomeOpened, ShortcutUsed
from bot.domain.identifiers import fault_in
from bot.domain.typed import LONGEST, shortened, storable
from bot.registry import Registry
from bot.storage.record import Act

OWN_DATA = "mydata"
"""The one feature that is there for everybody of whom something may be held."""


def route(registry: Registry, act: Act, ctx: Context) -> None:
    """Let who answers to *act* have it; where nobody does, say so."""
    match act:
        case CommandGiven():
            _command(registry, act, ctx)
        case ActionTaken(action=name):
            _run_bound(registry, "actions", name, act, ctx)
        case FormSubmitted(form=name, values=values):
            kept = {key: storable(value)[:LONGEST] for key, value in values.items()}
            if fault := next(filter(None, map(fault_in, kept.values())), ""):
                ctx.reply("bot/identifier", fault=fault)
            else:
                filled = msgspec.structs.replace(act, values=kept)
                _run_bound(registry, "forms", name, filled, ctx)
        case ShortcutUsed(shortcut=name):
            _run_bound(registry, "shortcuts", name, act, ctx)
        case HomeOpened():
            for feature, run in registry.hearing(HomeOpened):
                run(act, registry.settings(feature, ctx.network), ctx)


def route_stranger(registry: Registry, act: Act, ctx: Context) -> None:
    """Let somebody of elsewhere see what is held of them, and nothing that is ours."""
    if _is_own_data(registry, act):
        route(registry, act, ctx)
    elif not isinstance(act, HomeOpened):
        ctx.reply("bot/not_of_here", network=ctx.network)


def route_sponsor(registry: Registry, act: Act, ctx: Context) -> None:
    """Let a sponsor, who isn't in our channels, see what we are for and what comes to them."""
    if _is_own_data(registry, act) or _is_for_sponsors(registry, act):
        route(registry, act, ctx)
    elif isinstance(act, HomeOpened):
        ctx.show([ctx.prompts.render("bot/for_sponsor", network=ctx.network)])
    else:
        ctx.reply("bot/for_sponsor", network=ctx.network)


def _is_own_data(registry: Registry, act: Act) -> bool:
    """Whether somebody wants to see, or have a say over, what is held of themselves."""
    match act:
        case CommandGiven(command=command, text=text):
            found = registry.command(command, text)
            return found is not None and found[0].name == OWN_DATA
        case ActionTaken(action=name):
            return name.partition(".")[0] == OWN_DATA
        case _:
            return False


def _is_for_sponsors(registry: Registry, act: Act) -> bool:
    match act:
        case ActionTaken(action=name):
            bound = registry.answering("actions", name)
        case FormSubmitted(form=name):
            bound = registry.answering("forms", name)
        case _:
            return False
    return bound is not None and bool(getattr(bound[1], "is_for_sponsors", False))


def _command(registry: Registry, given: CommandGiven, ctx: Context) -> None:
    given = msgspec.structs.replace(given, text=storable(given.text))
    found = registry.command(given.command, given.text)
    if given.command == "tend" and not ctx.may_tend:
        ctx.refuse()
    elif len(given.text) > LONGEST:
        ctx.reply("bot/too_long", most=LONGEST)
    elif fault := fault_in(given.text):
        ctx.reply("bot/identifier", fault=fault)
    elif found is not None:
        feature, command, rest = found
        settings = registry.settings(feature, ctx.network)
        command.run(msgspec.structs.replace(given, text=rest), settings, ctx)
    elif (name := registry.switched_off(given.command, given.text)) is not None:
        ctx.reply("bot/switched_off", feature=name)
    else:
        near = registry.nearest(given.command, given.text)
        shown = msgspec.structs.replace(given, text=shortened(given.text))
        ctx.reply("bot/unknown_command", typed=shown, near=near)


def _run_bound(registry: Registry, kind: str, name: str, act: Act, ctx: Context) -> None:
    bound = registry.answering(kind, name)
    if bound is None:
        ctx.reply("bot/out_of_date")
        return
    feature, run = bound
    run(act, registry.settings(feature, ctx.network), ctx)
