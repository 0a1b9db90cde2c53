"""``animateur slack manifest``: what a Slack workspace is asked for, ready to be pasted there."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

import typer
from rich.table import Table

from bot.cli.opening import JsonOption, fail, out
from bot.platforms.slack import manifest as asked

slack_app = typer.Typer(help="Your own Slack workspace.", no_args_is_help=True)

NEW_APP = "https://api.slack.com/apps?new_app=1"


@slack_app.callback()
def about() -> None:
    """Your own Slack workspace. To connect it, begin with: animateur setup slack."""


@slack_app.command()
def manifest(
    mode: Annotated[
        Literal["socket", "http"],
        typer.Option(help="How Slack reaches me: by a connection of mine, or at an address."),
    ] = "socket",
    url: Annotated[str, typer.Option(help="That address, for --mode http.")] = "",
    private_channels: Annotated[
        bool, typer.Option("--private-channels", help="Private channels too, when invited there.")
    ] = False,
    json: JsonOption = False,
    yaml: Annotated[bool, typer.Option("--yaml", help="Print YAML, which it does anyway.")] = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link that brings it along, instead.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each permission is asked for, instead.")
    ] = False,
) -> None:
    """Print the app manifest, to paste at https://api.slack.com/apps?new_app=1.

    It makes an app of your own, for your workspace alone, that may do what it needs and no more.

    Examples:

        animateur slack manifest

        animateur slack manifest --mode http --url https://bot.example.org

        animateur slack manifest --explain
    """
    if explain:
        _explain(private_channels)
        return
    if sum((json, yaml, link)) > 1:
        fail("Choose one of --json, --yaml and --link.", code=2)
    try:
        made = asked.manifest(mode=mode, url=url, private_channels=private_channels)
    except ValueError as error:
        fail(f"{error} Say which with --url.", code=2)
    if link:
        typer.echo(link_of(made))
    else:
        typer.echo(asked.to_json(made) if json else asked.to_yaml(made))


def link_of(made: asked.Manifest) -> str:
    """An address at which Slack has the manifest filled in already."""
    return f"{NEW_APP}&manifest_json={quote(asked.to_json(made, indent=-1), safe='')}"


def _explain(private_channels: bool) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for scope in asked.scopes(private_channels=private_channels):
        table.add_row(scope, asked.REASONS[scope])
    out.print(table, markup=False)
