"""``animateur demo``: half a year of a network in half a minute or so, week by week."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.text import Text
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from bot import inbox, logs
from bot.app import App
from bot.cli.opening import err, fail, out
from bot.cli.reading import print_post, printer
from bot.cli.replay import Heard, Stage, catch_up, live, local_day, moment, only_network, prepare
from bot.context import Context
from bot.domain.events import Bookmark, CommandGiven, Event
from bot.domain.ids import ChannelId, MemberId
from bot.domain.schedule import week_name
from bot.platforms.console.clock import kept_as
from bot.platforms.export import ExportError, Report, open_export
from bot.simulation import Truth, frailty_friends, simulate, truth
from bot.storage import days, places, readings, schema
from bot.storage.base import connect, sessions_of
from bot.storage.places import Network
from handlers import digest, energy

WEEK = timedelta(weeks=1)
SHOWN = 26
PURPOSE = (
    "Together we can make the first hour of a frail person's crisis kinder and safer: "
    "none of us owns that hour alone."
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is lived: its events in order of time, and what is known to be true of it."""

    events: Sequence[Event]
    truth: Truth | None


def demo(
    export: Annotated[
        Path | None, typer.Option(help="Live your own Slack export instead: a zip or a folder.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the database in this file, for other commands.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show all that was said, whole.")] = False,
    weeks: Annotated[int, typer.Option(min=1, help="Show the last so many weeks.")] = SHOWN,
    seed: Annotated[int, typer.Option(help="Another half-year of the same people.")] = 1,
) -> None:
    """Live half a year of an invented network of 140 people, and see what it would have seen.

    No account, no token, no network connection. You see what members and leads would have read,
    what the bot left unsaid, and why.

    Examples:

        animateur demo

        animateur demo --export export.zip
    """
    logs.configure("error", as_json=not err.is_terminal)
    with _database(keep) as path:
        stage = Stage(name="slack" if export else "console", now=datetime(2000, 1, 1, tzinfo=UTC))
        app = _app(path, stage)
        story = _exported(export) if export else _simulated(seed)
        timed = prepare(app, stage, story.events)
        if not timed:
            fail("There are no messages in this export, so there is nothing to show.")
        network = only_network(app)
        if not export:
            network = _describe(app, network)
        _tell(app, stage, network, Story(events=timed, truth=story.truth), weeks, is_full=full)
        if not export:
            _keep_time(app, network)
        _next(keep, is_own=export is not None)


def _keep_time(app: App, network: Network) -> None:
    """Keep how far time has come, so that a chat goes on from there."""
    now = app.clock()
    mark = Bookmark(source=kept_as(network.workspace), position=now.isoformat())
    with app.sessions.begin() as session:
        inbox.keep_position(session, mark, now=now)


@contextmanager
def _database(keep: Path | None) -> Iterator[Path]:
    if keep is not None and keep.exists():
        fail(f"{keep} is there already; choose another name.", code=2)
    with tempfile.TemporaryDirectory(prefix="animateur-") as folder:
        yield keep or Path(folder) / "demo.db"


def _app(path: Path, stage: Stage) -> App:
    engine = connect(f"sqlite:///{path}")
    # nobody would miss it after a power cut
    event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA synchronous = OFF").close())
    try:
        schema.migrate(engine, now=stage.now)
    except SQLAlchemyError as error:
        fail(f"{path} can't be made: {getattr(error, 'orig', None) or error}.")
    return App(sessions=sessions_of(engine), platforms=[stage], clock=stage.clock)


def _simulated(seed: int) -> Story:
    plan = frailty_friends(seed)
    facts = truth(plan)
    [room] = [plan.channel_id(each.name) for each in plan.channels if each.for_leads]
    lead = plan.member_id(_lead())
    acts = [_declares(lead, room, day, plan.midnight(day - WEEK)) for day in facts.gatherings]
    return Story(events=[*simulate(plan), *acts], truth=facts)


def _lead() -> str:
    """Who tends the invented network, and would type for it."""
    return next(person.name for person in frailty_friends().people if person.is_lead)


def _declares(lead: MemberId, room: ChannelId, day: date, at: int) -> CommandGiven:
    """A lead puts a gathering into the calendar, a week before."""
    text = f'calendar add "Network day" {day} gathering'
    nine = at + 9 * 3_600_000_000
    return CommandGiven(
        id=f"demo/{day}", command="tend", text=text, channel=room, member=lead, at=nine
    )


def _exported(path: Path) -> Story:
    try:
        with open_export(path) as export:
            found = [e for batch in export.batches(report=Report()) for e in batch.events]
    except ExportError as error:
        fail(str(error))
    return Story(events=found, truth=None)


def _describe(app: App, network: Network) -> Network:
    """Say of the invented network what its first lead would have said."""
    plan = frailty_friends()
    with app.sessions.begin() as session:
        mine = session.get_one(Network, network.id)
        mine.name, mine.purpose, mine.country = "Frailty Friends", PURPOSE, "GB-ENG"
        [room] = [each.name for each in plan.channels if each.for_leads]
        mine.leads_room = plan.channel_id(room)
        for person in plan.people:
            if person.is_lead and (known := places.person_at(session, plan.member_id(person.name))):
                places.make_lead(session, mine, known, now=app.clock())
    return mine


def _tell(
    app: App, stage: Stage, network: Network, story: Story, weeks: int, *, is_full: bool
) -> None:
    """Live the story, and show its last *weeks* weeks as they end."""
    first, last = (local_day(story.events[n], network) for n in (0, -1))
    begin = max(last - (weeks - 1) * WEEK, first)
    begin -= timedelta(days=begin.weekday())
    until = days.midnight(begin, network.zone)
    old = bisect_left(story.events, until, key=moment)
    catch_up(app, stage, network, story.events[:old], until=until)
    shown, known = 0, set[str]()
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("Living it again", total=(last - begin).days + 1)
        for day in live(app, stage, network, story.events[old:]):
            progress.advance(task)
            if day.weekday() != 6 and day != last:
                continue
            said, shown = stage.heard[shown:], len(stage.heard)
            with app.context(network, occasion=f"demo/{day}") as ctx:
                _show_week(app, ctx, day, story.truth)
                _show_said(ctx, said, set() if is_full else known)
    with app.context(network, occasion="demo/preview") as ctx:
        _show_preview(app, ctx, last)


def _show_week(app: App, ctx: Context, day: date, facts: Truth | None) -> None:
    """A week's reading, what is true of it, and what was left unsaid."""
    first = day - timedelta(days=day.weekday())
    out.rule(f"{week_name(day)} · {first:%-d %B} to {day:%-d %B %Y}", style="dim")
    pulse = energy.pulse_on(app.settings(energy.feature, ctx.network), ctx, day)
    out.print(ctx.prompts.render("energy/week", **energy.values(pulse)).text, markup=False)
    if facts is not None and (kinds := _kinds(facts, first, day)):
        out.print(Text(f"In truth: {'; '.join(kinds)}.", style="italic dim"))
    since = datetime.combine(first, time(), ctx.network.zone)
    for decision in reversed(readings.decisions(ctx.session, ctx.network, since=since)):
        if not decision.did_speak and decision.what == "energy.alert":
            out.print(Text(f"Left unsaid: {decision.reason}", style="dim"))


def _show_said(ctx: Context, said: Sequence[Heard], known: set[str]) -> None:
    """What was said in a week: whole where it is the first of its kind or an alert, else a line."""
    draw = printer(ctx)
    for heard in said:
        kind, post = heard.key.partition("/")[0], heard.first or heard.post
        if post.only_for is not None:
            continue
        if kind not in known or kind == "energy.alert":
            out.print(draw(post))
        else:
            out.print(draw(post).summary(), no_wrap=True, overflow="ellipsis")
        known.add(kind)


def _show_preview(app: App, ctx: Context, day: date) -> None:
    """The newest digest as its editor sees it: with whom would be asked, and why."""
    settings = app.settings(digest.feature, ctx.network)
    period = digest.period_of(settings, week_name(day), is_preview=True)
    values = digest.preview_values(settings, ctx, period)
    out.rule("What those who tend see with /tend digest preview", style="dim")
    print_post(ctx, ctx.prompts.render("digest/preview", **values).text, out)


PLANTED = {
    "unknown": "a lasting ebb",
    "newcomers": "newcomers go unanswered",
    "asks_waiting": "questions go unanswered",
    "key_voice": "one of the busiest voices is quiet",
    "gathering_lift": "the days around a gathering",
    "after_gathering": "the lull after it",
    "quiet_season": "Easter",
    "little_known": "a good idea that few have seen",
    "popular": "a post with forty reactions",
}


def _kinds(facts: Truth, first: date, last: date) -> list[str]:
    """What was planted in these days, in words."""
    spells = [spell.kind for spell in facts.spells if spell.first <= last and spell.last >= first]
    return [PLANTED[kind] for kind in spells]


def _next(keep: Path | None, *, is_own: bool) -> None:
    out.rule(style="dim")
    out.print("What to type next:")
    name = _typed()
    if keep is not None:
        at = f"ANIMATEUR_BOT_DATABASE=sqlite:///{keep} {name}"
        lines = [f"{at} pulse --chart pulse.png", f"{at} digest preview"]
        if not is_own:
            lines.append(f'{at} chat --as "{_lead()}"    talk to it as one who tends it')
    else:
        lines = [f"{name} demo --keep demo.db    keep it, and ask it more"]
    if not is_own:
        lines.append(f"{name} demo --export PATH     the same on your own Slack export")
    if keep is None or is_own:
        lines.append(f"{name} chat --as ada          talk to it in a small network of your own")
    for line in lines:
        out.print(f"  {line}", markup=False, soft_wrap=True)


def _typed() -> str:
    """How this program is called from here: by its name where that is known, else by its path."""
    called = Path(sys.argv[0])
    if shutil.which("animateur") or called.name != "animateur":
        return "animateur"
    return os.path.relpath(called)
