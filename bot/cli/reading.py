"""``animateur pulse`` and ``animateur digest preview``: what the bot would say, from a shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from bot.cli.opening import ConfigOption, JsonOption, NetworkOption, fail, open_app, out
from bot.context import Context
from bot.domain.ids import MemberId
from bot.domain.posts import Post
from bot.platforms.console.drawing import Drawing, show
from bot.storage import places
from handlers import digest, energy
from handlers.energy.pulse import Pulse

digest_app = typer.Typer(help="The weekly digest.", no_args_is_help=True)


def pulse(
    channel: Annotated[str | None, typer.Option(help="One channel, by its name.")] = None,
    weeks: Annotated[int, typer.Option(min=4, max=200, help="Weeks to show.")] = 26,
    chart: Annotated[
        Path | None, typer.Option(help="Draw the run chart into this file, PNG or SVG.")
    ] = None,
    network: NetworkOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Say where the network is, why that might be, and what can't be seen.

    Examples:

        animateur pulse

        animateur pulse --channel frailty --weeks 52 --chart frailty.svg
    """
    opened = open_app(config, level="warning")
    mine = opened.network(network)
    with opened.app.context(mine, occasion="pulse") as ctx:
        found = None
        if channel is not None and (found := energy.channel_named(ctx, channel)) is None:
            names = ", ".join(each.name for each in energy.open_channels(ctx))
            fail(f"There is no open channel called {channel}. There are: {names}.", code=2)
        settings = opened.app.settings(energy.feature, mine)
        taken = energy.pulse_of(settings, ctx, channel=found, weeks=weeks)
        words = ctx.prompts.render("energy/pulse", **energy.values(taken, weeks=weeks)).text
        if chart is not None:
            _draw(taken, chart, weeks)
        if json:
            _print_json(energy.facts(taken, weeks=weeks))
        else:
            print_post(ctx, words, out)
            if chart is not None:
                out.print(f"The run chart is in {chart}", markup=False)


def _draw(taken: Pulse, target: Path, weeks: int) -> None:
    from bot.platforms.charts import ChartError, draw

    try:
        draw(energy.run_chart(taken, weeks=weeks), target)
    except ChartError as error:
        fail(str(error), code=2)


@digest_app.command("preview")
def preview(
    week: Annotated[str | None, typer.Option(help="An ISO week, as 2026-W10.")] = None,
    network: NetworkOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Show the digest of a week as it would be posted, and whom it would ask first.

    Example:

        animateur digest preview --week 2026-W10
    """
    opened = open_app(config, level="warning")
    mine = opened.network(network)
    settings = opened.app.settings(digest.feature, mine)
    with opened.app.context(mine, occasion="preview") as ctx:
        name = week or digest.newest_week(settings, energy.last_day(ctx))
        try:
            period = digest.period_of(settings, name, is_preview=True)
        except ValueError:
            fail(f"I don't know the week {name}. A week is written as 2026-W10.", code=2)
        if json:
            sections = digest.compose(ctx, period)
            _print_json(
                {
                    "week": period.name,
                    "first": period.first,
                    "last": period.last,
                    "sections": [{"name": each.name, **each.facts} for each in sections],
                }
            )
            return
        values = digest.preview_values(settings, ctx, period)
        print_post(ctx, ctx.prompts.render("digest/preview", **values).text, out)


def print_post(ctx: Context, text: str, console: Console) -> None:
    """Print *text* as a post that only whoever asked sees."""
    you = MemberId(f"{ctx.network.workspace}/you")
    console.print(printer(ctx)(Post(to=you, text=text, only_for=you), reader=you))


def printer(ctx: Context) -> Callable[..., Drawing]:
    """What draws a post of this network for a terminal, with the names that people know."""
    known = places.channels(ctx.session, ctx.network)
    names = {channel.ref: f"#{channel.name}" for channel in known}

    def called(address: str) -> str:
        person = places.person_at(ctx.session, MemberId(address))
        return names.get(address) or (f"@{person.name}" if person else "")

    def draw(post: Post, *, reader: MemberId | None = None) -> Drawing:
        return show(post, called, reader=reader)

    return draw


def _print_json(value: Any) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
