"""``animateur slack manifest``: what a Slack workspace is asked for, ready to be pasted there."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

import msgspec
import typer
from rich.table import Table

from bot.cli.opening import ConfigOption, JsonOption, fail, out, settings, slack_settings
from bot.config import ConfigError, Sections
from bot.platforms.slack import manifest as asked
from bot.platforms.slack.settings import SlackSettings
from bot.registry import Registry
from handlers import FEATURES

slack_app = typer.Typer(help="Your own Slack workspace.", no_args_is_help=True)

NEW_APP = "https://api.slack.com/apps?new_app=1"


@slack_app.callback()
def about() -> None:
    """Your own Slack workspace. To connect it, begin with: animateur setup slack."""


@slack_app.command()
def manifest(
    mode: Annotated[
        Literal["socket", "http"] | None,
        typer.Option(help="How Slack reaches me: by a connection of mine, or at an address."),
    ] = None,
    url: Annotated[str, typer.Option(help="That address, for --mode http.")] = "",
    private_channels: Annotated[
        bool | None,
        typer.Option(
            "--private-channels/--no-private-channels",
            help="Private channels too, once their members invite me?",
        ),
    ] = None,
    json: JsonOption = False,
    yaml: Annotated[bool, typer.Option("--yaml", help="Print YAML, as without it.")] = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link that brings it along, instead.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each permission is asked for, instead.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Print the app manifest, to paste at https://api.slack.com/apps?new_app=1.

    It makes an app of your own, for your workspace alone, that may do what it needs and no more.
    What is not said here is as in [slack] of the settings.

    Examples:

        animateur slack manifest

        animateur slack manifest --mode http --url https://bot.example.org

        animateur slack manifest --explain
    """
    if sum((json, yaml, link, explain)) > 1:
        fail("Choose one of --json, --yaml, --link and --explain.", code=2)
    _, sections = settings(config)
    wanted = changed(slack_settings(sections), mode=mode, private_channels=private_channels)
    if explain:
        _explain(wanted.private_channels)
        return
    made = manifest_for(wanted, sections, url=url)
    if link:
        typer.echo(link_of(made))
    else:
        typer.echo(asked.to_json(made) if json else asked.to_yaml(made))


def changed(before: SlackSettings, **values: object) -> SlackSettings:
    """*before* with those of *values* that are there."""
    there = {key: value for key, value in values.items() if value is not None}
    return msgspec.structs.replace(before, **there)


def manifest_for(wanted: SlackSettings, sections: Sections | None, *, url: str) -> asked.Manifest:
    """The manifest for *wanted*, with what the features that are on put into a message's menu."""
    try:
        menu = [
            asked.Shortcut(name=each.label, callback_id=each.name, description=each.label)
            for each in Registry(FEATURES, sections).gathered.shortcuts
        ]
        return asked.manifest(
            mode=wanted.mode, url=url, private_channels=wanted.private_channels, shortcuts=menu
        )
    except ConfigError as error:
        fail(str(error), code=2)
    except ValueError as error:
        fail(f"{error} Say where it finds me: --url https://bot.example.org", code=2)


def link_of(made: asked.Manifest) -> str:
    """An address at which Slack has the manifest filled in already."""
    return f"{NEW_APP}&manifest_json={quote(asked.to_json(made, indent=-1), safe='')}"


def _explain(private_channels: bool) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for scope in asked.scopes(private_channels=private_channels):
        table.add_row(scope, asked.REASONS[scope])
    out.print(table, markup=False)
