"""The operator's door: every command of ``animateur``."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from bot import __version__
from bot.cli.chat import chat
from bot.cli.demo import demo
from bot.cli.importing import import_
from bot.cli.reading import digest_app, pulse
from bot.cli.running import backup, check, migrate, run
from bot.cli.slack import slack_app

app = typer.Typer(
    name="animateur",
    help="A quiet assistant to the people who tend a network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"animateur {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """A quiet assistant to the people who tend a network.

    It notices the ebb and flow of energy and says why that might be, brings people together,
    amplifies little-known ideas, and remembers what people agreed.

    Start with [bold]animateur demo[/bold], then [bold]animateur chat[/bold].
    """


app.command()(demo)
app.command("import")(import_)
app.command()(pulse)
app.add_typer(digest_app, name="digest")
app.command()(chat)
app.add_typer(slack_app, name="slack")
app.command()(run)
app.command()(check)
app.command()(migrate)
app.command()(backup)


def main() -> None:
    """Run the command that was typed."""
    # what is loaded by now stays: to look it over for garbage cost the demo a fifth of its time
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    app()
