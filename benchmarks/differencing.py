"""Can a lead tell a few people's numbers from what they see? ``benchmarks/differencing.py``.

In each of 1,000 made-up small networks (3 to 14 people, one to three channels, ten weeks) a lead
asks for the network's and every channel's pulse with its chart, and for the digest; in each tenth
they type every other command of theirs too, and look at their own page. Then an adversary who
knows how numbers are veiled goes through every way in which people could have spread over the
channels, and keeps those that would have looked the same. A group of one to four is recovered
where all of these agree on its size; so is a number below five that is simply said of people.
Prints how many were recovered; the bar is none.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy.engine import Engine

from bot.judgement.few import FEW, told
from bot.storage import places
from bot.storage.base import connect
from handlers import FEATURES
from tests.databases import SqliteFiles, hurried
from tests.town import Town, as_settings

WEEKS = 10
_SMALL = r"(?:[1-4]|one|two|three|four)"
_OF_PEOPLE = re.compile(
    rf"\b{_SMALL} (?:people|person|members?|of us|voices?|others?|newcomers?)\b(?! are enough)",
    re.IGNORECASE,
)
Cells = tuple[int, ...]
"""How many spoke in exactly each set of channels, by the set's bits, beginning with 1."""


class Tell(Protocol):
    """What is told of a channel (`bot.judgement.few.told`)."""

    def __call__(self, all_told: int, here: int, there: int | None, *, channels: int) -> int: ...

    def __hash__(self) -> int: ...


class Found(NamedTuple):
    """What an adversary learned: a sentence, or a group's size in a week."""

    how: str
    what: str


def live(engine: Engine, number: int, rng: random.Random) -> tuple[Town, list[str]]:
    """A small network, and its channels; its lead is "ada"."""
    town = Town(engine, workspace=f"fake:D{number}", sections=as_settings({}, FEATURES))
    town._acts = (number + 1) * 1000  # the names of acts are one for all of a platform
    names = ["ada", *(f"p{n}" for n in range(rng.randint(2, 7)))]
    channels = ["general", "ward", "night"][: rng.randint(1, 3)]
    if len(channels) < 3:
        names += [f"q{n}" for n in range(rng.randint(0, 6))]
    for channel in channels[1:]:
        town.opens(channel)
    homes = {name: rng.sample(channels, rng.randint(1, len(channels))) for name in names}
    wrote = [
        town.message(
            name, channel=rng.choice(homes[name]), at=town.now - timedelta(days=day, minutes=n)
        )
        for day in range(7 * WEEKS, 0, -1)
        for n, name in enumerate(names)
        if rng.random() < 0.25
    ]
    town.recounts(*sorted(wrote, key=lambda each: each.ts))
    make_lead(town)
    return town, channels


def what_is_always_said(engine: Engine, *, all_of_it: bool) -> frozenset[str]:
    """What a lead is told in a network in which nobody ever wrote a word."""
    town = Town(engine, workspace="fake:D", sections=as_settings({}, FEATURES))
    town.joins("ada")
    make_lead(town)
    return frozenset(looks_at(town, ["general"], all_of_it=all_of_it))


def make_lead(town: Town) -> None:
    """Let ada tend the town's own network."""
    with town.sessions.begin() as session:
        network = places.first_of(session, town.workspace)
        person = places.person_at(session, town.person("ada"))
        assert network is not None
        assert person is not None
        places.make_lead(session, network, person, now=town.now)


def looks_at(town: Town, channels: Sequence[str], *, all_of_it: bool) -> list[str]:
    """What the lead is told of numbers, line by line; also by every other command of theirs."""
    typed = [f"/tend pulse {channel} 12" for channel in ("", *channels)]
    typed += ["/tend digest preview", "/net pulse"]
    if all_of_it:
        for feature in town.app.registry.features:
            typed += [command.typed for command in feature.commands]
    told_them = [town.types("ada", " ".join(each.split())) for each in typed]
    if all_of_it:
        told_them += [part.text for part in town.looks("ada")]
    return [line for words in told_them for line in words.splitlines()]


def charts(town: Town) -> Mapping[str, Mapping[date, int]]:
    """What the charts show, by their title: the network's own, and each channel's."""
    found = {}
    for post in town.platform.said:
        if post.image is not None:
            weeks = post.image.chart.weeks
            title = post.image.chart.title.partition(":")[0].removeprefix("#")
            found[title] = {day: count for day, count in weeks if count is not None}
    return found


@cache
def shapes(parts: int, most: int) -> tuple[Cells, ...]:
    """Every way in which at most *most* people fall into *parts* cells."""
    if parts == 0:
        return ((),)
    return tuple(
        (first, *rest) for first in range(most + 1) for rest in shapes(parts - 1, most - first)
    )


def seen(cells: Cells, channels: int, tell: Tell) -> tuple[int, ...]:
    """What charts would show of *cells*: the network's number, then each channel's."""
    all_told = sum(cells)
    here = [
        sum(size for bits, size in enumerate(cells, 1) if bits >> channel & 1)
        for channel in range(channels)
    ]
    if channels == 1:
        return (max(all_told, FEW - 1), max(here[0], FEW - 1))
    others = [here[1 - n] if channels == 2 else None for n in range(channels)]
    shown = (
        tell(all_told, mine, there, channels=channels)
        for mine, there in zip(here, others, strict=True)
    )
    return (max(all_told, FEW - 1), *shown)


@cache
def alike(channels: int, most: int, tell: Tell) -> Mapping[tuple[int, ...], tuple[Cells, ...]]:
    """All ways that would look the same, by how they look."""
    found: dict[tuple[int, ...], list[Cells]] = {}
    for cells in shapes(2**channels - 1, most):
        found.setdefault(seen(cells, channels, tell), []).append(cells)
    return {look: tuple(ways) for look, ways in found.items()}


def recovered(look: tuple[int, ...], channels: int, most: int, tell: Tell) -> list[int]:
    """The sizes, from one to four, of groups that all ways which look so agree on."""
    ways = alike(channels, most, tell).get(look, ())
    groups = zip(*ways, strict=True)
    pinned = [sizes[0] for sizes in groups if len(set(sizes)) == 1]
    if channels == 1:
        return []  # the network's own number, of five or more, or a few
    return [size for size in pinned if 0 < size < FEW]


def attack(
    town: Town, channels: Sequence[str], *, always: frozenset[str], all_of_it: bool
) -> Iterator[Found]:
    """All that can be learned of a few in one network; *always* is said in an empty one too."""
    for line in looks_at(town, channels, all_of_it=all_of_it):
        if line not in always and _OF_PEOPLE.search(line):
            yield Found("said", line)
    shown = charts(town)
    whole = next((weeks for title, weeks in shown.items() if title not in channels), {})
    most = 15 if len(channels) < 3 else 8
    for day, all_told in whole.items():
        each = [shown.get(name, {}).get(day, FEW - 1) for name in channels]
        for size in recovered((all_told, *each), len(channels), most, told):
            yield Found("pinned", f"{size} in the week of {day}")


def run(
    networks: int, seed: int = 20260302, *, all_of_it_each: int = 10
) -> tuple[int, list[Found]]:
    """Attack so many networks; how many weeks were looked at, and what was learned."""
    rng = random.Random(seed)
    weeks = 0
    found: list[Found] = []
    always: frozenset[str] = frozenset()
    with tempfile.TemporaryDirectory() as folder:
        files = SqliteFiles(Path(folder))
        for number in range(networks):
            if number % 50 == 0:
                engine = hurried(connect(files.url()))
                always = always or what_is_always_said(engine, all_of_it=bool(all_of_it_each))
            town, channels = live(engine, number, rng)
            is_all = bool(all_of_it_each) and number % all_of_it_each == 0
            found += attack(town, channels, always=always, all_of_it=is_all)
            weeks += sum(len(each) for each in charts(town).values())
            if number % 50 == 49:
                engine.dispose()
                print(f"{number + 1} networks, {len(found)} recovered", file=sys.stderr, flush=True)
    return weeks, found


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    looked_at, learned = run(number)
    print(f"{number} networks, {looked_at} weeks in charts: {len(learned)} recovered")
    for each in learned[:20]:
        print(f"  {each.how}: {each.what}")
    sys.exit(bool(learned))
