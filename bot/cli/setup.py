"""``animateur setup slack``: a first run that explains each step, and checks what it is given."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import tomlkit
import typer
from rich.markup import escape

from bot import sealing
from bot.cli.opening import DEFAULT, ConfigOption, fail, out, settings, slack_settings
from bot.cli.slack import NEW_APP, changed, manifest_for
from bot.config import is_given, load, read
from bot.platforms.slack import looking
from bot.platforms.slack import manifest as asked
from bot.platforms.slack.settings import SlackSettings

setup_app = typer.Typer(help="A guided first run.", no_args_is_help=True)

SECRETS = ("bot_token", "app_token", "signing_secret")

TRIES = 5
"""How often a secret may be given wrongly before we stop."""

STEPS = {
    "app": """\
[bold]1. Make an app of your own.[/bold] An app is what lets me into a workspace; this one will be \
yours alone. What it may do stands in {file}, and [bold]animateur slack manifest --explain[/bold] \
says why.

   Open {new_app}
   Choose [bold]From a manifest[/bold], then your workspace.
   Paste all that is in {file} (JSON), press [bold]Next[/bold], then [bold]Create[/bold].
""",
    "bot_token": """\
[bold]2. Let it in.[/bold] Only now does it become a member of your workspace, and gets the token \
by which it speaks. It sees no channel before somebody invites it there.

   Press [bold]Install App[/bold] at the left, then [bold]Install to Workspace[/bold], \
then [bold]Allow[/bold].
   Copy the [bold]Bot User OAuth Token[/bold] that appears.
""",
    "app_token": """\
[bold]3. Let us be connected.[/bold] I keep a connection to Slack open, so you need no address on \
the internet. That takes a token of its own.

   Press [bold]Basic Information[/bold] at the left, and go down to [bold]App-Level Tokens[/bold].
   Press [bold]Generate Token and Scopes[/bold], call it as you like, add [bold]connections:write\
[/bold], press [bold]Generate[/bold].
   Copy the token.
""",
    "signing_secret": """\
[bold]3. Know Slack from others.[/bold] Slack sends to an address that everybody can reach, and \
signs what it sends. With this secret I know its signature from any other.

   Press [bold]Basic Information[/bold] at the left, and go down to [bold]App Credentials[/bold].
   Press [bold]Show[/bold] beside [bold]Signing Secret[/bold], and copy it.
""",
}

Option = typer.Option


@setup_app.callback()
def about() -> None:
    """A guided first run."""


@setup_app.command()
def slack(
    mode: Annotated[
        Literal["socket", "http"] | None,
        Option(help="How Slack reaches me: by a connection of mine, or at an address."),
    ] = None,
    url: Annotated[str, Option(help="That address, for --mode http.")] = "",
    private_channels: Annotated[
        bool | None,
        Option("--private-channels/--no-private-channels", help="Private channels too?"),
    ] = None,
    bot_token: Annotated[str, Option(help="Better left to be asked for.")] = "",
    app_token: Annotated[str, Option(help="Better left to be asked for.")] = "",
    signing_secret: Annotated[str, Option(help="Better left to be asked for.")] = "",
    ask: Annotated[
        bool | None, Option("--ask/--no-ask", help="Ask for what is missing; in a terminal, yes.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Connect me to your Slack workspace, step by step. It takes about five minutes.

    What is there already is kept, so run it again whenever you like. What stands in the
    environment, as ANIMATEUR_SLACK_BOT_TOKEN, is used and not written down.

    Examples:

        animateur setup slack

        animateur setup slack --mode http --url https://bot.example.org
    """
    path = config or DEFAULT
    _, sections = settings(path) if path.exists() else (None, load(None, os.environ))
    before = slack_settings(sections)
    wanted = changed(
        before,
        mode=mode,
        private_channels=private_channels,
        bot_token=bot_token or None,
        app_token=app_token or None,
        signing_secret=signing_secret or None,
    )
    if sys.stdin.isatty() if ask is None else ask:
        manifest = path.parent / "slack-manifest.json"
        if looking.problem_of("bot_token", wanted.bot_token) is not None:
            made = manifest_for(wanted, sections, url=url)
            manifest.write_text(asked.to_json(made), encoding="utf-8")
        wanted = _guide(wanted, manifest)
    found = looking.look(wanted)
    _tell(found)
    if found.workspace is None:
        fail("Nothing was written. Run this again when that is mended.")
    _write(path, before, wanted)
    _close(wanted, found)


def _guide(wanted: SlackSettings, manifest: Path) -> SlackSettings:
    """Go through the steps with whoever sits there."""
    out.print("\n[bold]Connecting me to your Slack workspace[/bold]: three steps, then a check.\n")
    if looking.problem_of("bot_token", wanted.bot_token) is not None:
        shown = escape(str(manifest))
        out.print(STEPS["app"].format(file=shown, new_app=NEW_APP))
    for name in ("bot_token", "app_token" if wanted.mode == "socket" else "signing_secret"):
        out.print(STEPS[name])
        wanted = changed(wanted, **{name: _secret(name, getattr(wanted, name))})
    return wanted


def _secret(name: str, known: str) -> str:
    """Ask for the secret called *name* until it looks like one; Enter keeps what is known."""
    label = name.replace("_", " ").capitalize()
    keeps = not looking.problem_of(name, known)
    question = f"   {label} (Enter keeps the one you have)" if keeps else f"   {label}"
    for _ in range(TRIES):
        typed: str = typer.prompt(question, default="", hide_input=True, show_default=False)
        value = typed.strip() or (known if keeps else "")
        problem = looking.problem_of(name, value)
        if problem is None:
            break
        out.print(f"   {problem}", style="yellow", markup=False, soft_wrap=True)
    else:
        fail("That is enough for now. Run this again when you have it.")
    out.print()
    return value


def _tell(found: looking.Found) -> None:
    if found.workspace is not None:
        out.print(f"Connected to {found.workspace}, as {found.bot}.", markup=False)
    for problem in found.problems:
        out.print(f"Look at this: {problem}", style="yellow", markup=False, soft_wrap=True)


def _write(path: Path, before: SlackSettings, wanted: SlackSettings) -> None:
    """Put into the file's [slack] what was given, but not what the environment says anyway."""
    values = {
        key: value
        for key, value in msgspec.structs.asdict(wanted).items()
        if not is_given(os.environ, "slack", key)
        and (value != getattr(SlackSettings(), key) or value != getattr(before, key))
    }
    if not values:
        out.print("Everything stands in the environment; nothing was written.")
        return
    secrets = [key for key in SECRETS if values.get(key)]
    try:
        write_section(path, "slack", values | _sealed(path, before, values, secrets))
    except OSError as error:
        fail(f"{path} can't be written: {error.strerror}.")
    except sealing.SealError as error:
        fail(f"{sealing.FILE} beside {path} isn't of use: {error}. Take it away; I make another.")
    out.print(f"Written to [slack] in {path}, which nobody else may read.", markup=False)
    if secrets:
        out.print(
            f"The secrets there are sealed; their key is in {sealing.FILE} beside it. Keep the two"
            " apart in backups: neither is of use without the other.",
            soft_wrap=True,
        )


def _sealed(
    path: Path, before: SlackSettings, values: Mapping[str, object], secrets: Sequence[str]
) -> dict[str, str]:
    """Those of the *values* that are secret, sealed; what stands sealed already stays as it is."""
    stands = read(path).get("slack", {}) if path.exists() else {}
    sealed: dict[str, str] = {}
    for name in secrets:
        now = str(stands.get(name, ""))
        if values[name] == getattr(before, name) and now.startswith(sealing.SEALED):
            sealed[name] = now
        else:
            key = sealing.key_for(path, os.environ) or sealing.make_key(path)
            sealed[name] = sealing.seal(str(values[name]), key)
    return sealed


def write_section(path: Path, name: str, values: Mapping[str, object]) -> None:
    """Set *values* in a section of a TOML file, which is for its owner alone from then on.

    All else stays as it is, comments too. The file is replaced in one step.

    Raises:
        OSError: it can't be written.
    """
    path = path.resolve()
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    document = tomlkit.parse(text)
    section = document.setdefault(name, tomlkit.table())
    for key, value in values.items():
        section[key] = value
    handle, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # of mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        Path(new).unlink(missing_ok=True)


def _close(wanted: SlackSettings, found: looking.Found) -> None:
    """What comes next."""
    out.print("\nNow: [bold]animateur run[/bold]")
    if wanted.mode == "http":
        out.print("then, under Event Subscriptions of the app: press [bold]Verify[/bold]")
    name = escape(found.bot or "animateur")
    out.print(f"then, in a channel of your network: [bold]/invite @{name}[/bold]")
    out.print("and there, to say what it is for and to tend it: [bold]/tend settings[/bold]")
    if found.problems:
        raise typer.Exit(1)
