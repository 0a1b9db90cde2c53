"""The operator's door: every command of ``animateur``."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from bot import __version__

COMMANDS = {
    "demo": "bot.cli.demo:demo",
    "import": "bot.cli.importing:import_",
    "pulse": "bot.cli.reading:pulse",
    "digest": "bot.cli.reading:digest_app",
    "chat": "bot.cli.chat:chat",
    "setup": "bot.cli.setup:setup_app",
    "run": "bot.cli.running:run",
    "pause": "bot.cli.keeping:pause",
    "resume": "bot.cli.keeping:resume",
    "check": "bot.cli.checking:check",
    "migrate": "bot.cli.keeping:migrate",
    "backup": "bot.cli.keeping:backup",
    "slack": "bot.cli.slack:slack_app",
    "charter": "bot.cli.charter:charter_app",
    "judge": "bot.cli.judging:judge_app",
}
"""Where each command is: a function, or a group of commands, in the order of help."""


class Commands(TyperGroup):
    """Loads a command when it is asked for, so that none pays for what only others need."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All of them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command *cmd_name*; None where there is none, and then its like is suggested."""
        wanted = {cmd_name} if cmd_name in COMMANDS else {*COMMANDS}
        for name in wanted - self.commands.keys():
            self.add_command(_load(name), name)
        return super().get_command(ctx, cmd_name)


def _load(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    alone = typer.Typer(rich_markup_mode="rich", callback=lambda: None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


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


@app.callback(cls=Commands)
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


def main() -> None:
    """Run the command that was typed."""
    for name in COMMANDS.keys() & set(sys.argv[1:2]):
        import_module(COMMANDS[name].partition(":")[0])
    # what is loaded by now stays: to look it over for garbage cost the demo a fifth of its time
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    app()
