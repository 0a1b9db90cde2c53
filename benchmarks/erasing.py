"""Is somebody who has everything erased gone from the disk? ``python benchmarks/erasing.py``.

One person of a small network does all that there is to do: they write, react, come and go, tend
for a while, type every command with every example, fill in every form with a word that nobody
else uses, and press what they are shown. Then they have it all erased. A minute later (by the
bot's clock; the seconds on the wall are printed) their id, their name and that word are looked
for in the bytes of the database file, of its write-ahead log, of the log that the bot wrote, and
in what everybody else can export; then the same past is imported again, and they are looked for
once more. The daily totals have to stay as they were. Prints what was found; the bar is nothing.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import logs
from bot.domain.events import MemberJoined, MessagePosted, PersonSeen, ReactionAdded, to_micros
from bot.domain.posts import Post
from bot.storage import days, places
from bot.storage.activity import ChannelDay
from bot.storage.base import connect
from handlers import FEATURES
from tests.databases import SqliteFiles, hurried
from tests.town import Town, as_settings

WHO, NAME, WORD = "zqxv", "Zebedee Quillfeather", "kingfisher"
OTHERS = ("ada", "ben", "cy", "dot", "eve", "fay")
WITHIN = timedelta(seconds=60)
PRESSES = 200
OF_ALL = ("network.settings", "founding.")
"""Forms in which a lead describes the network itself: these words are everybody's, and stay."""

SPARED = ("mydata.delete", "mydata.keep", "mydata.export")
"""Buttons that are pressed at the end, or say no."""

Event = MessagePosted | ReactionAdded | PersonSeen | MemberJoined


class Story:
    """A network on a disk, and one person in it who does everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        engine = hurried(connect(SqliteFiles(folder).url()))
        self.path = Path(str(engine.url.database))
        self.town = Town(engine, sections=as_settings({}, FEATURES))
        self.member = self.town.person(WHO)
        self.past: list[Event] = [PersonSeen(member=self.member, name=NAME, timezone="Asia/Tokyo")]
        self.past.append(
            MemberJoined(
                channel=self.town.place("general"),
                member=self.member,
                at=to_micros(self.town.now - timedelta(days=60)),
            )
        )

    def talks(self) -> None:
        """Sixty days of talk, theirs among it."""
        for day in range(60, 0, -1):
            first = self.town.message("ben", "Does anybody know?", hours=-24 * day)
            answer = self.town.message(WHO, thread=first.ts, hours=-24 * day + 1)
            mark = ReactionAdded(
                channel=first.channel, ts=first.ts, member=self.member, emoji="bulb"
            )
            others = [self.town.message(who, hours=-24 * day + 2) for who in OTHERS]
            self.past += [first, answer, mark, *others]
        self.town.recounts(*self.past)
        for who in OTHERS:
            self.town.joins(who)
        self.town.lead("ada")
        self.town.lead(WHO)

    def does_everything(self) -> tuple[int, int]:
        """Types, fills in and presses all there is; how many things, and how many forms."""
        done = 0
        for feature in self.town.app.registry.features:
            for command in feature.commands:
                for typed in (command.typed, f"{command.typed} {WORD}", *command.examples):
                    self.town.types(WHO, typed, mentions="ben" if "@" in typed else "")
                    done += 1 + self.fills()
            for shortcut in feature.shortcuts:
                self.town.uses(WHO, shortcut, self.town.says(WHO, hours=done / 3600))
                done += 1 + self.fills()
        for _ in range(3):
            done += self.presses()
            self.town.lives(days=1)
        return done, len(self.town.forms)

    def fills(self) -> int:
        """Fill in the form that was opened, with the word in every line of it."""
        opened = self.town.platform.opened
        if not opened or opened[-1][0] != self.member:
            return 0
        form = opened[-1][1]
        is_of_all = form.name.startswith(OF_ALL)
        values = {
            each.name: each.value or ("Anything" if is_of_all else f"A {WORD} by the water")
            for each in form.fields
        }
        self.town.fills(WHO, **values)
        opened.clear()
        return 1

    def presses(self) -> int:
        """Press each button that they are shown, once."""
        before = {
            (button.action, button.value): (button, post)
            for post in self.town.sees(WHO)
            for button in post.buttons
        }
        shown = [each for key, each in before.items() if key[0] not in SPARED]
        for button, post in shown[-PRESSES:]:
            self.press(button.label, post)
        return len(shown)

    def press(self, label: str, post: Post) -> None:
        """Press one button, and fill in what it opens."""
        self.town.platform.said.append(post)
        self.town.presses(WHO, label)
        self.fills()

    def erases(self) -> float:
        """Have it all erased; the seconds on the wall until a minute of the bot's has passed."""
        began = time.monotonic()
        self.town.types(WHO, "/net mydata delete")
        self.town.presses(WHO, "Delete everything")
        self.town.app.tick()
        self.town.passes(hours=WITHIN / timedelta(hours=1))
        self.town.app.tick()
        return time.monotonic() - began

    def totals(self) -> list[tuple[object, ...]]:
        """The daily counts of every channel."""
        with self.town.sessions.begin() as session:
            return _totals(session, places.networks(session)[0])

    def traces(self, log: str) -> Iterator[str]:
        """Where something of them is still to be found."""
        files = {each.name: each.read_bytes() for each in self.folder.glob(f"{self.path.name}*")}
        files["the log"] = log.encode()
        for who in OTHERS:
            self.town.types(who, "/net mydata export")
            said = self.town.sees(who)[-1].text
            files[f"the export of {who}"] = said.encode()
        for place, content in files.items():
            for what in (self.member, f"U-{WHO}", *NAME.split(), WORD):
                if what.casefold().encode() in content.lower():
                    yield f"{what!r} in {place}"


def _totals(session: Session, network: places.Network) -> list[tuple[object, ...]]:
    days.close_days(session, network, through=network.created_at.date())
    found = session.execute(select(*ChannelDay.__table__.columns))
    return sorted((tuple(row) for row in found), key=repr)


def main() -> int:
    """Tell the story, and what was found."""
    written = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(written):
        logs.configure("info", as_json=True)
        story = Story(Path(folder))
        story.talks()
        done, forms = story.does_everything()
        before = story.totals()
        had = len(list(story.traces("")))
        seconds = story.erases()
        after = list(story.traces(written.getvalue()))
        totals = story.totals()
        story.town.recounts(*story.past)
        story.town.app.tick()
        again = list(story.traces(written.getvalue()))
    lines = written.getvalue().count("\n")
    print(f"did {done} things, {forms} forms left open; found in {had} places before")
    print(f"lines in the log: {lines}")
    print(f"erased in {seconds:.1f} s; found after: {after or 'nothing'}")
    print(f"daily totals as they were: {totals[: len(before)] == before} ({len(before)} rows)")
    print(f"after the past was imported again: {again or 'nothing'}")
    return bool(after or again or totals[: len(before)] != before or not had)


if __name__ == "__main__":
    sys.exit(main())
