"""The composition root: the one file that sees every room, and the one that reads the clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import inbox, outbox
from bot.config import Sections
from bot.context import Context
from bot.domain.events import (
    ActionTaken,
    Batch,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    PostSeen,
    ReactionAdded,
    ShortcutUsed,
    to_micros,
)
from bot.domain.identifiers import fault_in
from bot.domain.ids import Address, ChannelId, MemberId, workspace_of
from bot.domain.schedule import Slot
from bot.domain.topics import Followed
from bot.domain.typed import LONGEST, shortened, storable
from bot.feature import Feature, Job
from bot.ports import Clock, Platform
from bot.prompting import Prompts
from bot.registry import Registry
from bot.storage import belonging, membership, occasions, places, sponsors, surroundings, topics
from bot.storage.base import Sessions, truncate_log
from bot.storage.places import Network, Newborn
from bot.storage.record import Act, Recorder
from bot.storage.surroundings import Here
from handlers import FEATURES

log = structlog.get_logger()

OWN_DATA = "mydata"
"""The one feature that is there for everybody of whom something may be held."""


def utcnow() -> datetime:
    """The clock."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


def _begin(lasting: timedelta | None, now: datetime) -> float:
    """From when on (microseconds) what is news for so long is news *now*."""
    if lasting is None:
        return 0
    return to_micros(now - lasting) if lasting else math.inf


class App:
    """Batches of events and ticks come in; facts, decisions and posts come out.

    *elapsed* gives seconds by a clock that nobody sets, where `clock` is one that somebody may.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        platforms: Sequence[Platform] = (),
        sections: Sections | None = None,
        features: Sequence[Feature[Any]] = FEATURES,
        clock: Clock = utcnow,
        elapsed: Callable[[], float] | None = None,
    ) -> None:
        self.sessions = sessions
        self.platforms = {platform.name: platform for platform in platforms}
        self.registry = Registry(features, sections)
        bot = self.registry.bot
        self.prompts = Prompts(Path(bot.prompts) if bot.prompts else None)
        self.clock = clock
        self.newborn = Newborn(name=bot.network, timezone=bot.timezone, country=bot.country)
        self.recorder = Recorder(self.newborn)
        # asked before anything is under way: SQLite lets nobody in beside who writes
        self._database = surroundings.of_database(sessions, home=bot.home)
        self._speaking = Lock()
        self._watch = outbox.Watch(elapsed) if elapsed else None
        self._followed: Mapping[str, Followed] = {}
        self._knows_topics = False
        self.settled: set[tuple[int, str, str]] = set()  # spares asking the database again

    # What comes in

    def receive(self, batch: Batch) -> None:
        """Keep and handle *batch*. Once this returns, nothing of it can be lost."""
        if batch.bookmark is None:
            self.accept(batch)
            self.work()
            return
        with self.sessions.begin() as session:
            self._handle(session, batch.events)
            inbox.keep_position(session, batch.bookmark, now=self.clock())

    def accept(self, batch: Batch) -> None:
        """Commit *batch* to the inbox, so that its sender may be told that it arrived."""
        inbox.accept(self.sessions, batch.events, now=self.clock())

    def work(self) -> int:
        """Handle what waits in the inbox; return how much."""
        handled = inbox.work(self.sessions, self._handle)
        if not self._knows_topics:
            self._learn_topics()
        return handled

    def topics_in(self, workspace: str, text: str) -> tuple[str, ...]:
        """Which topics that somebody there follows *text* is about; it asks no database."""
        followed = self._followed.get(workspace)
        return () if followed is None else followed.find(text)

    def _learn_topics(self) -> None:
        """Learn what is followed: at first, after whatever a member did, and now and then."""
        self._knows_topics = True
        if self.registry.is_on("topics"):
            with self.sessions.begin() as session:
                self._followed = topics.followed(session)

    def hear(self, batch: Batch) -> None:
        """Receive *batch*, and say at once what there is to say to it."""
        self.receive(batch)
        self.deliver()

    def check(self, form: FormSubmitted) -> Mapping[str, str]:
        """What is wrong with a form that was sent, by the field's name, in plain English.

        It is quick and asks no database: somebody waits for it.
        """
        try:
            return self.registry.check(form)
        except Exception:  # it is taken then, and whoever takes it says what is wrong
            log.exception("check.failed", what=form.form)
            return {}

    def _handle(self, session: Session, events: Sequence[Event]) -> None:
        now = self.clock()
        heard = self.recorder.record(session, events, now=now)
        for outdated in outbox.outdated(session, events):
            self._tell(session, outdated, session.get_one(Network, outdated.network_id), now)
        network_of = cache(lambda channel: self._network(session, channel, heard.networks))
        means = cache(lambda emoji, network: self._means_since(session, emoji, network, now))
        for event in self._news(heard.events, now):
            if isinstance(event, ReactionAdded) and event.ts < means(
                event.emoji, heard.networks.get(event.channel)
            ):
                continue
            if isinstance(event, Act):
                if inbox.is_new(session, event, now):
                    self._knows_topics = False
                    self._answer(session, event, now)
            elif isinstance(event, PostSeen):
                outbox.seen(session, event.key, event.message, now)
            elif (place := getattr(event, "channel", None)) and (network := network_of(place)):
                self._tell(session, event, network, now)

    def _news(self, events: Sequence[Event], now: datetime) -> list[Event]:
        """Those of *events* that somebody may have to be told of: most are only counted."""
        since = {kind: self._news_since(kind, now) for kind in set(map(type, events))}
        heard = {kind for kind, begin in since.items() if begin < math.inf}
        some = [event for event in events if type(event) in heard]
        return [event for event in some if getattr(event, "at", 0) >= since[type(event)]]

    def _news_since(self, kind: type[Event], now: datetime) -> float:
        """From when on (microseconds) events of *kind* are news to somebody; never is infinity."""
        if issubclass(kind, Act | PostSeen):
            return 0
        if kind is ReactionAdded and self.registry.reads_emoji:
            return 0
        return _begin(self.registry.lasting(kind), now)

    def _means_since(
        self, session: Session, emoji: str, network_id: int | None, now: datetime
    ) -> float:
        """From when on (microseconds) a message is news to somebody when *emoji* is put on it."""
        own = places.own_settings(session, network_id)
        meant = _begin(self.registry.meaning_lasts(emoji, own), now)
        return min(meant, _begin(self.registry.lasting(ReactionAdded), now))

    def _network(
        self, session: Session, channel: ChannelId, known: Mapping[str, int | None]
    ) -> Network | None:
        """The network of a channel that counts."""
        if channel not in known:
            return places.network_holding(session, channel)
        number = known[channel]
        return None if number is None else session.get(Network, number)

    def _tell(
        self,
        session: Session,
        event: Event | outbox.Notice,
        network: Network,
        now: datetime,
    ) -> None:
        bound = self.registry.hearing(type(event))
        if isinstance(event, ReactionAdded):
            bound = [*bound, *self.registry.meaning(event.emoji, network.settings)]
        ctx = self._context(session, network, now, occasion=repr(event))
        for feature, run in bound:
            settings = self.registry.settings(feature, network)
            self._guard(session, run.__qualname__, lambda r=run, s=settings: r(event, s, ctx))

    def _answer(self, session: Session, act: Act, now: datetime) -> None:
        network = places.network_holding(session, act.channel) or places.network_of(
            session, workspace_of(act.member), newborn=self.newborn, now=now
        )
        belongs = belonging.belongs(session, network, act.member)
        is_sponsor = belongs and sponsors.is_sponsor(session, network, act.member)
        ctx = self._context(
            session,
            network,
            now,
            occasion=f"act/{act.id}",
            member=act.member,
            where=act.channel,
            trigger="" if isinstance(act, FormSubmitted | HomeOpened) else act.trigger,
            belongs=belongs,
            is_lead=belongs and places.is_lead(session, network, act.member),
            is_sponsor=is_sponsor,
        )
        is_apart = is_sponsor and not membership.is_in(session, network, ctx.me)
        route = self._route_sponsor if is_apart else self._route
        route = route if belongs else self._route_stranger
        if not self._guard(session, act.id, lambda: route(act, ctx)):
            ctx.reply("bot/failed")

    def _route(self, act: Act, ctx: Context) -> None:
        match act:
            case CommandGiven():
                self._command(act, ctx)
            case ActionTaken(action=name):
                self._run_bound("actions", name, act, ctx)
            case FormSubmitted(form=name, values=values):
                kept = {key: storable(value)[:LONGEST] for key, value in values.items()}
                if fault := next(filter(None, map(fault_in, kept.values())), ""):
                    ctx.reply("bot/identifier", fault=fault)
                else:
                    self._run_bound("forms", name, msgspec.structs.replace(act, values=kept), ctx)
            case ShortcutUsed(shortcut=name):
                self._run_bound("shortcuts", name, act, ctx)
            case HomeOpened():
                for feature, run in self.registry.hearing(HomeOpened):
                    run(act, self.registry.settings(feature, ctx.network), ctx)

    def _route_stranger(self, act: Act, ctx: Context) -> None:
        """Let somebody of elsewhere see what is held of them, and nothing that is ours."""
        if self._is_own_data(act):
            self._route(act, ctx)
        elif not isinstance(act, HomeOpened):
            ctx.reply("bot/not_of_here", network=ctx.network)

    def _route_sponsor(self, act: Act, ctx: Context) -> None:
        """Let a sponsor, who isn't in our channels, see what we are for and what comes to them."""
        if self._is_own_data(act) or self._is_for_sponsors(act):
            self._route(act, ctx)
        elif isinstance(act, HomeOpened):
            ctx.show([ctx.prompts.render("bot/for_sponsor", network=ctx.network)])
        else:
            ctx.reply("bot/for_sponsor", network=ctx.network)

    def _is_own_data(self, act: Act) -> bool:
        """Whether somebody wants to see, or have a say over, what is held of themselves."""
        match act:
            case CommandGiven(command=command, text=text):
                found = self.registry.command(command, text)
                return found is not None and found[0].name == OWN_DATA
            case ActionTaken(action=name):
                return name.partition(".")[0] == OWN_DATA
            case _:
                return False

    def _is_for_sponsors(self, act: Act) -> bool:
        match act:
            case ActionTaken(action=name):
                bound = self.registry.answering("actions", name)
            case FormSubmitted(form=name):
                bound = self.registry.answering("forms", name)
            case _:
                return False
        return bound is not None and bool(getattr(bound[1], "is_for_sponsors", False))

    def _command(self, given: CommandGiven, ctx: Context) -> None:
        given = msgspec.structs.replace(given, text=storable(given.text))
        found = self.registry.command(given.command, given.text)
        if given.command == "tend" and not ctx.may_tend:
            ctx.refuse()
        elif len(given.text) > LONGEST:
            ctx.reply("bot/too_long", most=LONGEST)
        elif fault := fault_in(given.text):
            ctx.reply("bot/identifier", fault=fault)
        elif found is not None:
            feature, command, rest = found
            settings = self.registry.settings(feature, ctx.network)
            command.run(msgspec.structs.replace(given, text=rest), settings, ctx)
        elif (name := self.registry.switched_off(given.command, given.text)) is not None:
            ctx.reply("bot/switched_off", feature=name)
        else:
            near = self.registry.nearest(given.command, given.text)
            shown = msgspec.structs.replace(given, text=shortened(given.text))
            ctx.reply("bot/unknown_command", typed=shown, near=near)

    def _run_bound(self, kind: str, name: str, act: Act, ctx: Context) -> None:
        bound = self.registry.answering(kind, name)
        if bound is None:
            ctx.reply("bot/out_of_date")
            return
        feature, run = bound
        run(act, self.registry.settings(feature, ctx.network), ctx)

    def _guard(self, session: Session, what: str, call: Any) -> bool:
        """Run *call* so that its failure harms nobody else; return whether it went well.

        Raises:
            OperationalError: it is the database that fails, which may have undone all there was
                before, and commits each statement for itself from then on: nothing may follow.
        """
        try:
            with session.begin_nested():
                call()
        except OperationalError:
            raise
        except Exception:
            log.exception("handler.failed", what=what)
            return False
        return True

    # What is due

    def tick(self) -> None:
        """Work off the inbox, run every job that is due, and say what there is to say."""
        self._knows_topics = False  # another process may have heard what this one didn't
        self.work()
        with self.sessions.begin() as session:
            networks = places.networks(session)
        for network in networks:
            for feature, job in self.registry.jobs():
                self._run_due(network, feature, job)
        self.recover()
        self.deliver()
        if self.tell_outcomes():
            self.deliver()
        truncate_log(self.sessions)

    def _run_due(self, network: Network, feature: Feature[Any], job: Job) -> None:
        now = self.clock()
        try:
            schedule = job.schedule(self.registry.settings(feature, network))
            slot = schedule.latest(now=now, zone=network.zone)
            occasion = (network.id, job.name, slot.name)
            if slot.due < network.created_at or occasion in self.settled:
                return
            with self.sessions.begin() as session:
                if occasions.begin(session, network, job.name, slot, now=now):
                    self._run(session, network.id, feature, job, slot, now)
            self.settled.add(occasion)
        except Exception:
            log.exception("job.failed", job=job.name, network=network.id)

    def _run(
        self,
        session: Session,
        network_id: int,
        feature: Feature[Any],
        job: Job,
        slot: Slot,
        now: datetime,
    ) -> None:
        network = session.get_one(Network, network_id)
        occasion = f"{job.name}/{network_id}/{slot.name}"
        ctx = self._context(session, network, now, occasion=occasion, slot=slot)
        if now - slot.due > job.late:
            ctx.skip(job.name, f"{slot.name} was missed: it was due at {slot.due:%d %b %H:%M} UTC")
            return
        job.run(self.registry.settings(feature, network), ctx)

    def deliver(self) -> int:
        """Say what is due; return how many things were said.

        One thread speaks at a time, so that a pause which a platform asks for holds for all of
        this process; who finds another speaking leaves it to that one.
        """
        if not self._speaking.acquire(blocking=False):
            return 0
        try:
            limits = self.registry.bot.limits
            return outbox.deliver(
                self.sessions, self.platforms, self.clock, limits=limits, here=self.here
            )
        finally:
            self._speaking.release()

    def tell_outcomes(self) -> int:
        """Tell whoever hears what became of the bot's own posts; return how many there were."""
        with self.sessions.begin() as session:
            found = outbox.outcomes(session, now=self.clock())
            for each in found:
                network = session.get_one(Network, each.network_id)
                self._tell(session, each, network, self.clock())
        return len(found)

    def recover(self) -> int:
        """Settle what an earlier process left half said; return how much a person must look at."""
        return outbox.recover(
            self.sessions,
            self.platforms,
            self.clock,
            here=self.here,
            tell=self._tell_held,
            watch=self._watch,
        )

    def _tell_held(self, session: Session, held: outbox.Held) -> None:
        network = session.get_one(Network, held.network_id)
        self._tell(session, held, network, self.clock())

    @property
    def here(self) -> Here:
        """Where this process finds its database, and as whom it speaks on each platform."""
        return {**self._database, **surroundings.identities(self.platforms)}

    def is_here(self) -> bool:
        """Whether the database is where it was, as far as is known; a copy of it isn't."""
        with self.sessions.begin() as session:
            return surroundings.is_here(session, self.here, now=self.clock())

    # For the operator's door

    @contextmanager
    def context(
        self, network: Network, *, occasion: str, slot: Slot | None = None
    ) -> Iterator[Context]:
        """A context of *network*, in a transaction of its own; a job's run has a *slot*."""
        with self.sessions.begin() as session:
            mine = session.get_one(Network, network.id)
            yield self._context(session, mine, self.clock(), occasion=occasion, slot=slot)

    def settings(self, feature: Feature[Any], network: Network) -> Any:
        """The settings of *feature* for *network*."""
        return self.registry.settings(feature, network)

    def _context(
        self,
        session: Session,
        network: Network,
        now: datetime,
        *,
        occasion: str,
        slot: Slot | None = None,
        member: MemberId | None = None,
        where: Address | None = None,
        trigger: str = "",
        belongs: bool = True,
        is_lead: bool = False,
        is_sponsor: bool = False,
    ) -> Context:
        return Context(
            now=now,
            session=session,
            network=network,
            prompts=self.prompts,
            gathered=self.registry.gathered,
            occasion=occasion,
            slot=slot,
            member=member,
            where=where,
            trigger=trigger,
            belongs=belongs,
            is_lead=is_lead,
            is_sponsor=is_sponsor,
            here=self.here,
            limits=self.registry.bot.limits,
        )
