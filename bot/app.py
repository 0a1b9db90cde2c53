"""The composition root: the one file that sees every room, and the one that reads the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import duties, inbox, news, outbox, routing
from bot.config import Sections
from bot.context import Context
from bot.domain.events import (
    Batch,
    Event,
    FormSubmitted,
    HomeOpened,
    PostSeen,
    ReactionAdded,
)
from bot.domain.ids import ChannelId, workspace_of
from bot.domain.schedule import Slot
from bot.domain.topics import Followed
from bot.feature import Feature
from bot.ports import Clock, Platform
from bot.prompting import Prompts
from bot.registry import Registry
from bot.storage import belonging, membership, places, sponsors, surroundings, topics
from bot.storage.base import Sessions, truncate_log
from bot.storage.places import Network, Newborn
from bot.storage.record import Act, Recorder
from bot.storage.surroundings import Here
from handlers import FEATURES

log = structlog.get_logger()


def utcnow() -> datetime:
    """The clock."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


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
        self._elapsed = elapsed or (lambda: 0.0)
        self._watch = outbox.Watch(elapsed) if elapsed else None
        self._followed: Mapping[str, Followed] = {}
        self._knows_topics = False
        self._noted: Here | None = None
        self._doing = duties.Doing(sessions, self.registry, self._of_job, self._elapsed)

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
            with self.sessions.begin() as session:
                self._learn_topics(session)
        return handled

    def topics_in(self, workspace: str, text: str) -> tuple[str, ...]:
        """Which topics that somebody there follows *text* is about; it asks no database."""
        followed = self._followed.get(workspace)
        return () if followed is None else followed.find(text)

    def _learn_topics(self, session: Session) -> None:
        """Learn what is followed: at first, after whatever a member did, and now and then."""
        self._knows_topics = True
        if self.registry.is_on("topics"):
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
        own = cache(partial(places.own_settings, session))
        means = cache(
            lambda emoji, network: news.means_since(self.registry, emoji, own(network), now)
        )
        for event in news.among(self.registry, heard.events, now):
            if isinstance(event, ReactionAdded) and event.ts < means(
                event.emoji, heard.networks.get(event.channel)
            ):
                continue
            if isinstance(event, Act):
                if inbox.is_new(session, event, now):
                    self._knows_topics = False
                    self._answer(session, event, now)
                    own.cache_clear()  # it may have been about the network's settings
                    means.cache_clear()
            elif isinstance(event, PostSeen):
                outbox.seen(session, event.key, event.message, now)
            elif (place := getattr(event, "channel", None)) and (network := network_of(place)):
                self._tell(session, event, network, now)

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
            self._guard(session, run.__qualname__, partial(run, event, settings, ctx))

    def _answer(self, session: Session, act: Act, now: datetime) -> None:
        network = places.network_holding(session, act.channel) or places.network_of(
            session, workspace_of(act.member), newborn=self.newborn, now=now
        )
        belongs = belonging.belongs(session, network, act.member)
        is_sponsor = belongs and sponsors.is_sponsor(session, network, act.member)
        ctx = replace(
            self._context(session, network, now, occasion=f"act/{act.id}"),
            member=act.member,
            where=act.channel,
            trigger="" if isinstance(act, FormSubmitted | HomeOpened) else act.trigger,
            belongs=belongs,
            is_lead=belongs and places.is_lead(session, network, act.member),
            is_sponsor=is_sponsor,
        )
        is_apart = is_sponsor and not membership.is_in(session, network, ctx.me)
        route = routing.route_sponsor if is_apart else routing.route
        route = route if belongs else routing.route_stranger
        if not self._guard(session, act.id, partial(route, self.registry, act, ctx)):
            ctx.reply("bot/failed")

    def _guard(self, session: Session, what: str, call: Callable[[], None]) -> bool:
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
        self._knows_topics = True  # for now: it is learnt below
        with self.sessions.begin() as session:
            is_any_left, numbers = inbox.is_any(session), self._look_around(session)
        if is_any_left:
            self.work()
            with self.sessions.begin() as session:
                numbers = self._look_around(session)
        for number in numbers:
            self._run_due(number)
        self._see_to(self._what_is_open())
        truncate_log(self.sessions)

    def _look_around(self, session: Session) -> Sequence[int]:
        """The networks, by number; what is followed is learnt, which another may have heard."""
        self._learn_topics(session)
        return places.numbers(session)

    def _what_is_open(self) -> outbox.Open:
        """What there is to say, to settle or to tell; where the database is, is to be noted too."""
        here, noted = self.here, self._noted
        self._noted = here
        if here != noted:
            return outbox.EVERYTHING
        with self.sessions.begin() as session:
            return outbox.what_is_open(session, self.clock())

    def _see_to(self, what: outbox.Open) -> None:
        if what.is_in_doubt:
            self.recover()
        if what.is_due or what.is_in_doubt:
            self.deliver()
        if any(what) and self.tell_outcomes():
            self.deliver()

    def _run_due(self, number: int) -> None:
        """Do what is due in a network; what fails is due again, and harms no other network."""
        try:
            self._doing.do_all(number, self.clock())
        except Exception:
            log.exception("jobs.failed", network=number)

    def _of_job(
        self, session: Session, network: Network, now: datetime, duty: duties.Duty
    ) -> Context:
        return self._context(session, network, now, occasion=duty.name, slot=duty.slot)

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
                self.sessions,
                self.platforms,
                self.clock,
                limits=limits,
                here=self.here,
                elapsed=self._elapsed if self._watch else None,
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
    ) -> Context:
        return Context(
            now=now,
            session=session,
            network=network,
            prompts=self.prompts,
            gathered=self.registry.gathered,
            occasion=occasion,
            slot=slot,
            here=self.here,
            limits=self.registry.bot.limits,
        )
