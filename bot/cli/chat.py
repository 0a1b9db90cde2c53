"""`animateur chat`: talk to the bot here in the terminal, as any member or as a lead."""

from __future__ import annotations

import os
import sys
from datetime import datetime, tzinfo
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console as Screen
from sqlalchemy.orm import Session

from bot import inbox, outbox
from bot.app import App, utcnow
from bot.cli.opening import ConfigOption, fail, open_app
from bot.domain.events import Batch, Bookmark, to_micros
from bot.domain.ids import MemberId
from bot.domain.schedule import Slot
from bot.platforms.console import Console
from bot.platforms.console.clock import MovableClock, kept_as
from bot.platforms.console.directory import WORKSPACE, NoName
from bot.platforms.console.lines import Lines, lines_from_here
from bot.platforms.console.sitting import Sitting, Surroundings
from bot.platforms.console.typed import WORDS
from bot.storage import listening, places
from bot.storage.places import Network

FILES = Path("animateur-files")
"""Where files that go with what the bot says are written, for their reader to open."""

OF_CONSOLE = "console:"


def chat(
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Who you are; somebody new joins.")
    ] = "",
    lead: Annotated[
        bool, typer.Option("--lead", help="Let this person tend the network first.")
    ] = False,
    channel: Annotated[
        str, typer.Option("--channel", metavar="NAME", help="Where you are; a new one is made.")
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Talk to the bot here in the terminal, as any member or as a lead.

    What is typed stays in this window: the database gets who wrote when, never the words.

    Examples:

        animateur chat                        as yourself

        animateur chat --as ada               as Ada; somebody new simply joins

        animateur chat --as priya --lead      as Priya, who tends the network

        animateur chat --as "Priya Raman"     as somebody of the demo, in a database that it kept

        echo /net help | animateur chat       a line from a script
    """
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    clock = MovableClock(utcnow)
    console = Console(clock=clock, folder=FILES)
    opened = open_app(config, platforms=[console], clock=clock, level="error")
    try:
        room = Room(opened.app, console, clock)
        sitting = room.sit(
            name or os.environ.get("USER") or "me",
            channel,
            lines=lines_from_here(room.words()),
            screen=Screen(highlight=False),
        )
        if lead:
            room.make_lead(sitting.member)
        try:
            sitting.run()
        finally:
            room.leave()
    except NoName as problem:
        fail(str(problem), code=2)
    finally:
        opened.engine.dispose()


def _workspace(session: Session) -> str:
    """The terminal's own workspace, or the demo's where the database was kept from it."""
    known = [each.workspace for each in places.networks(session)]
    is_of_demo = len(known) == 1 and known[0].startswith(OF_CONSOLE)
    return known[0] if is_of_demo else WORKSPACE


class Room:
    """The app with a console, and what is known of the people who talked here before."""

    def __init__(self, app: App, console: Console, clock: MovableClock) -> None:
        self.app = app
        self.sessions = app.sessions
        self.console = console
        self.clock = clock
        with self.sessions.begin() as session:
            self.workspace = _workspace(session)
            self._remember(session)
        self.slots: list[Slot] = []
        self.console.start(self.hear, self.app.check, self.app.topics_in)

    def hear(self, batch: Batch) -> None:
        """Answer *batch*, and do what follows from it at once: no other thread is going to."""
        self.app.hear(batch)
        if self.app.work():
            self.app.deliver()

    def words(self) -> dict[str, str]:
        """What can be typed after a slash, and what each does."""
        commands = self.app.registry.gathered.commands
        return {f"/{word}": meaning for word, meaning in WORDS.items()} | {
            command.typed: command.help for command in commands
        }

    def sit(self, name: str, channel: str, *, lines: Lines, screen: Screen) -> Sitting:
        """Seat the person called *name* in *channel*, else where everybody is.

        Raises:
            NoName: a name has no letter or digit.
        """
        place = self.console.channel(channel or self._main())
        member = self.console.comes(name, place)
        return Sitting(
            self.console,
            lines=lines,
            screen=screen,
            clock=self.clock,
            around=Surroundings(
                tick=self.tick,
                leads=self.leads,
                zone=self.zone,
                unmovable=self._unmovable(),
                shortcuts={each.name: each.label for each in self.app.registry.gathered.shortcuts},
            ),
            member=member,
            channel=place,
        )

    def leave(self) -> None:
        """Pass on what is left, and keep how far time has come."""
        self.console.stop()
        with self.sessions.begin() as session:
            self._mark(session)

    def tick(self) -> None:
        """Do what has become due; the workspace has been listened to all the while.

        To look first is worth it: `/time +4w` comes by here 672 times.
        """
        slots = self._slots()
        with self.sessions.begin() as session:
            is_due = slots != self.slots or bool(outbox.counts(session).get("pending"))
            if is_due:
                self._mark(session)
        if is_due:
            self.app.tick()
            self.slots = slots

    def _slots(self) -> list[Slot]:
        """The newest slot of every job, by this network's time and settings."""
        now = self.clock()
        with self.sessions.begin() as session:
            network = self._network(session)
        return [
            job.schedule(self.app.settings(feature, network)).latest(now=now, zone=network.zone)
            for feature, job in self.app.registry.jobs()
        ]

    def make_lead(self, member: MemberId) -> None:
        """Let *member* tend this network."""
        with self.sessions.begin() as session:
            person = places.person_at(session, member)
            if person is not None:
                places.make_lead(session, self._network(session), person, now=self.clock())

    def leads(self) -> set[MemberId]:
        """Those who tend this network."""
        with self.sessions.begin() as session:
            return {lead.address for lead in places.leads(session, self._network(session))}

    def zone(self) -> tzinfo:
        """This network's time zone."""
        with self.sessions.begin() as session:
            return self._network(session).zone

    def _network(self, session: Session) -> Network:
        return places.network_of(
            session, self.workspace, newborn=self.app.newborn, now=self.clock()
        )

    def _main(self) -> str:
        """The channel where everybody is."""
        with self.sessions.begin() as session:
            found = places.main_channel(session, self._network(session))
            return found.name if found else "general"

    def _remember(self, session: Session) -> None:
        """Who and what was here before, and how far time had come.

        The demo's network lives on from where it ended, whatever the real time is.
        """
        directory = self.console.directory
        directory.workspace = self.workspace
        for person in places.people_of(session, self.workspace):
            if not person.is_bot:
                directory.people[person.address] = person.name
        position = inbox.position_of(session, kept_as(self.workspace))
        if position is not None and not self._others(session):
            at = datetime.fromisoformat(position)
            self.clock.begin(at if self.workspace != WORKSPACE else max(at, self.clock()))
        for channel in places.channels(session, self._network(session)):
            directory.channels[channel.address] = channel.name

    def _mark(self, session: Session) -> None:
        now = self.clock()
        network = self._network(session)
        since = to_micros(network.created_at)
        listening.listened(session, self.workspace, since=since, until=to_micros(now))
        bookmark = Bookmark(source=kept_as(self.workspace), position=now.isoformat())
        inbox.keep_position(session, bookmark, now=now)

    def _others(self, session: Session) -> list[Network]:
        """The networks that live elsewhere, whose time is the real one."""
        return [each for each in places.networks(session) if each.workspace != self.workspace]

    def _unmovable(self) -> str:
        """Why time must stand here: others live by it."""
        with self.sessions.begin() as session:
            others = self._others(session)
        if not others:
            return ""
        return (
            f"Time can't be moved here: {others[0].name} lives in the same database, and would "
            "miss what falls into the time skipped. Give the chat a database of its own: "
            "ANIMATEUR_BOT_DATABASE=sqlite:///chat.db animateur chat"
        )
