"""Which features are on and with which settings, and what they hear and answer."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

import structlog
from msgspec import Struct

from bot.config import BotSettings, ConfigError, Sections, nearest, section
from bot.context import Context, Gathered
from bot.domain.events import FormSubmitted
from bot.domain.identifiers import fault_in
from bot.domain.schedule import Schedule
from bot.domain.typed import LONGEST, word_of
from bot.feature import CatchUpItem, Command, Feature, Job, Period, Section, Since
from bot.prompting import Words
from bot.storage.places import Network, Person

log = structlog.get_logger()

Bound = tuple[Feature[Any], Callable[..., Any]]
_Planned = tuple[Feature[Any], Job, Schedule]

NO_FEATURES = ("bot", "slack")
"""Sections that switch no feature on or off: the installation's own, and the platforms'."""


class Registry:
    """The features of one installation. Where no feature has a section, every one is on.

    Raises:
        ConfigError: a section or a key is unknown, or a value is not of its type.
    """

    def __init__(self, features: Sequence[Feature[Any]], sections: Sections | None) -> None:
        given = dict(sections or {})
        if not given.keys() - NO_FEATURES:
            given |= {feature.name: {} for feature in features}
        known = [*NO_FEATURES, *(feature.name for feature in features)]
        for name in given:
            if name not in known:
                raise ConfigError(f"There is no [{name}]{nearest(name, known)}")
        self.bot = section(BotSettings, "bot", given.get("bot", {}))
        self.sections = given
        self.features = [feature for feature in features if feature.name in given]
        self.off = [feature for feature in features if feature.name not in given]
        self._defaults = {feature.name: _default(feature, given) for feature in self.features}
        self._plans: dict[int, tuple[Mapping[str, Any], list[_Planned]]] = {}
        self._hearing: dict[type[Any], list[Bound]] = {}
        self._lasting: dict[type[Any], timedelta | None] = {}
        self.gathered = Gathered(
            digest=self._digest,
            mydata=self._mydata,
            erase=self._erase,
            home=self._home,
            catchup=self._catchup,
            found=self._found,
            commands=[command for feature in self.features for command in feature.commands],
            writes={each.name: each.writes for each in self.features if each.writes},
            shortcuts=[each for feature in self.features for each in feature.menu],
        )

    def is_on(self, name: str) -> bool:
        """Whether there is a feature of that name, and it is on."""
        return any(feature.name == name for feature in self.features)

    def settings(self, feature: Feature[Any], network: Network) -> Struct:
        """A feature's settings for *network*: its own over the installation's."""
        return self._settings(feature, network.settings)

    def _settings(self, feature: Feature[Any], of_network: Mapping[str, Any]) -> Struct:
        own: Mapping[str, Any] = of_network.get(feature.name, {})
        if not own:
            return self._defaults[feature.name]
        merged = {**self.sections[feature.name], **own}
        settings: Struct = section(feature.settings, feature.name, merged)
        return settings

    def hearing(self, kind: type[Any]) -> list[Bound]:
        """Who hears events of *kind*, in the order of the features."""
        if kind not in self._hearing:
            self._hearing[kind] = [
                (feature, run)
                for feature in self.features
                for heard, run, _ in feature.hears
                if issubclass(kind, heard)
            ]
        return self._hearing[kind]

    def lasting(self, kind: type[Any]) -> timedelta | None:
        """How long an event of *kind* is news to who hears it; None: for ever; 0: to nobody."""
        if kind not in self._lasting:
            self._lasting[kind] = _longest(
                lasting
                for feature in self.features
                for heard, _, lasting in feature.hears
                if issubclass(kind, heard)
            )
        return self._lasting[kind]

    def jobs(self) -> list[tuple[Feature[Any], Job]]:
        """All jobs, in the order of the features."""
        return [(feature, job) for feature in self.features for job in feature.jobs]

    def plan(self, network: Network) -> Sequence[_Planned]:
        """All jobs of *network* with their schedules, by its settings; one that has none fails.

        It is worked out once for as long as these settings hold.
        """
        own, found = self._plans.get(network.id, ({}, None))
        if found is None or own != network.settings:
            found = [*self._planned(network)]
            self._plans[network.id] = deepcopy(dict(network.settings)), found
        return found

    def _planned(self, network: Network) -> Iterator[_Planned]:
        for feature, job in self.jobs():
            try:
                yield feature, job, job.schedule(self.settings(feature, network))
            except Exception:
                log.exception("job.failed", job=job.name, network=network.id)

    def job(self, name: str) -> tuple[Feature[Any], Job]:
        """The job called *name*."""
        return next((feature, job) for feature, job in self.jobs() if job.name == name)

    def answering(self, kind: str, name: str) -> Bound | None:
        """Who takes the button ("actions"), the form or the shortcut called *name*."""
        for feature in self.features:
            table: Mapping[str, Callable[..., None]] = getattr(feature, kind)
            if name in table:
                return feature, table[name]
        return None

    def meaning(self, emoji: str, own: Mapping[str, Any]) -> list[Bound]:
        """To whom a reaction with *emoji* means something, by a network's *own* settings."""
        return [
            (feature, sign.run)
            for feature in self.features
            for sign in feature.signs
            if emoji in sign.emoji(self._settings(feature, own))
        ]

    def meaning_lasts(self, emoji: str, own: Mapping[str, Any]) -> timedelta | None:
        """How old a message may be on which *emoji* means something, as with `lasting`."""
        return _longest(
            sign.lasting
            for feature in self.features
            for sign in feature.signs
            if emoji in sign.emoji(self._settings(feature, own))
        )

    @property
    def reads_emoji(self) -> bool:
        """Whether reactions mean anything to anybody."""
        return any(feature.signs for feature in self.features)

    def check(self, submitted: FormSubmitted) -> Mapping[str, str]:
        """What is wrong with a form, by the installation's settings; nothing if it is unknown."""
        too_long = [name for name, value in submitted.values.items() if len(value) > LONGEST]
        if too_long:
            return dict.fromkeys(
                too_long, f"That is too long: {LONGEST:,} characters are the most."
            )
        found = {name: fault_in(value) for name, value in submitted.values.items()}
        wrong = {name: fault for name, fault in found.items() if fault}
        for feature in self.features:
            if (check := feature.checks.get(submitted.form)) is not None:
                return {**check(submitted, self._defaults[feature.name]), **wrong}
        return wrong

    def command(self, command: str, text: str) -> tuple[Feature[Any], Command, str] | None:
        """Who answers what was typed after ``/net`` or ``/tend``, and the rest of it."""
        word, rest = word_of(text, command)
        for feature in self.features:
            for known in feature.commands:
                if known.command == command and word in (known.word, *known.aliases):
                    return feature, known, rest
        return None

    def switched_off(self, command: str, text: str) -> str | None:
        """The feature that would answer, were it on."""
        word, _ = word_of(text, command)
        for feature in self.off:
            for known in feature.commands:
                if known.command == command and word in (known.word, *known.aliases):
                    return feature.name
        return None

    def nearest(self, command: str, text: str) -> list[Command]:
        """The three commands that look most like what was typed."""
        word, _ = word_of(text, command)
        mine = [known for known in self.gathered.commands if known.command == command]
        near = {name: known for known in mine for name in (known.word, *known.aliases) if name}
        matches = difflib.get_close_matches(word, near, 3, cutoff=0.4)
        found = list({near[match].word: near[match] for match in matches}.values())
        return (found + [known for known in mine if known.word and known not in found])[:3]

    def _digest(self, ctx: Context, period: Period) -> Sequence[Section]:
        parts = [
            (part.order, feature, part)
            for feature in self.features
            for part in feature.digest_parts
        ]
        found = [
            part.compose(self.settings(feature, ctx.network), ctx, period)
            for _, feature, part in sorted(parts, key=lambda each: each[0])
        ]
        return [each for each in found if each is not None]

    def _home(self, ctx: Context) -> Sequence[Section]:
        parts = [
            (part.order, feature, part)
            for feature in self.features
            for part in feature.home_parts
            if ctx.is_lead or not part.for_leads
        ]
        found = [
            part.compose(self.settings(feature, ctx.network), ctx)
            for _, feature, part in sorted(parts, key=lambda each: each[0])
        ]
        return [each for each in found if each is not None]

    def _catchup(self, ctx: Context, since: Since) -> Sequence[Sequence[CatchUpItem]]:
        """What each part has, in the order of the parts."""
        parts = [
            (part.order, feature, part)
            for feature in self.features
            for part in feature.catchup_parts
        ]
        return [
            part.compose(self.settings(feature, ctx.network), ctx, since)
            for _, feature, part in sorted(parts, key=lambda each: each[0])
        ]

    def _found(self, ctx: Context, kind: str, number: int) -> Words | None:
        for feature in self.features:
            if (show := feature.finders.get(kind)) is not None:
                words: Words | None = show(self.settings(feature, ctx.network), ctx, number)
                return words
        return None

    def _mydata(self, ctx: Context, person: Person) -> Sequence[Section]:
        found = [
            tell(self.settings(feature, ctx.network), ctx, person)
            for feature in self.features
            for tell in feature.holdings
        ]
        return [each for each in found if each is not None]

    def _erase(self, ctx: Context, person: Person) -> None:
        for feature in self.features:
            for run in feature.erasers:
                run(self.settings(feature, ctx.network), ctx, person)


def _longest(spans: Iterable[timedelta | None]) -> timedelta | None:
    """The longest of *spans*, of which None is longer than any."""
    found = list(spans)
    return None if None in found else max(filter(None, found), default=timedelta())


def _default(feature: Feature[Any], given: Sections) -> Struct:
    """The installation's own settings of *feature*, by which all its jobs can be planned."""
    settings: Struct = section(feature.settings, feature.name, given[feature.name])
    try:
        for job in feature.jobs:
            job.schedule(settings)
    except ValueError as error:
        raise ConfigError(f"[{feature.name}] {error}.") from None
    return settings
