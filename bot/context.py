"""What a feature works with: one event or one run of a job, and the bot's verbs in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from itertools import count
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from bot import inbox, outbox
from bot.domain.drafts import D, taken_from
from bot.domain.events import ActionTaken
from bot.domain.ids import Address, ChannelId, MemberId
from bot.domain.posts import Attachment, Field, Form, Home, Image, Post
from bot.domain.schedule import Slot
from bot.feature import CatchUpItem, Command, Period, Section, Shortcut, Since
from bot.judgement.limits import Kind, Limits, Wait
from bot.prompting import Prompts, Words
from bot.storage import occasions, places
from bot.storage.places import Network, Person
from bot.storage.rhythm import Decision
from bot.storage.surroundings import Here

H = TypeVar("H", bound=Callable[..., Any])
_Act = Callable[[ActionTaken, Any, "Context"], None]


def leads_only(run: H) -> H:
    """For a button or a form of leads: whoever it is by then, ask again whether they may."""

    @wraps(run)
    def checked(act: object, settings: object, ctx: Context) -> None:
        if ctx.may_tend:
            run(act, settings, ctx)
        else:
            ctx.refuse()

    vars(checked)["is_for_leads"] = True  # so that a test can walk them
    return cast(H, checked)


def with_draft(kind: type[D]) -> Callable[[Callable[[D, Any, Context], None]], _Act]:
    """For a button that carries a draft of *kind*: run it with that, or say that it's too old."""

    def decorate(run: Callable[[D, Any, Context], None]) -> _Act:
        @wraps(run)
        def taken(pressed: ActionTaken, settings: Any, ctx: Context) -> None:
            draft = taken_from(pressed.value, kind)
            if draft is None:
                ctx.reply("bot/out_of_date")
            else:
                run(draft, settings, ctx)

        return taken

    return decorate


def sponsors_too(run: H) -> H:
    """For a button or a form that a network's sponsor may use too, who isn't in its channels."""
    vars(run)["is_for_sponsors"] = True
    return run


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What all features add to shared places, ready to be asked."""

    digest: Callable[[Context, Period], Sequence[Section]]
    mydata: Callable[[Context, Person], Sequence[Section]]
    erase: Callable[[Context, Person], None]
    home: Callable[[Context], Sequence[Section]]
    catchup: Callable[[Context, Since], Sequence[Sequence[CatchUpItem]]]
    found: Callable[[Context, str, int], Words | None]
    commands: Sequence[Command]
    shortcuts: Sequence[Shortcut]
    writes: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Context:
    """One event or one job run: its instant, its transaction, its network, and the bot's verbs.

    `occasion` names it: replies are keyed by it. A job's run has its `slot`. `member` and `where`
    are whose act it is, and in which place; `trigger` is the permit to open a form; `belongs`
    whether the member is of this workspace, `is_lead` whether they tend here, `is_sponsor` whether
    they support it from the hierarchy. `here` is where this process finds its database, and
    `limits` when, and how much, it may say unasked.
    """

    now: datetime
    session: Session
    network: Network
    prompts: Prompts
    gathered: Gathered
    occasion: str
    slot: Slot | None = None
    member: MemberId | None = None
    where: Address | None = None
    trigger: str = ""
    belongs: bool = True
    is_lead: bool = False
    is_sponsor: bool = False
    here: Here = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    numbers: count[int] = field(default_factory=count)

    def say(
        self,
        to: Address,
        prompt: str,
        *,
        kind: Kind,
        key: str,
        at: datetime | None = None,
        lasting: timedelta = timedelta(days=1),
        image: Image | None = None,
        attachment: Attachment | None = None,
        quotes: Sequence[str] = (),
        **values: object,
    ) -> bool:
        """Queue *prompt* for *to*, once for each *key*; too late to be of use after *lasting*.

        *kind* decides when and how often it may be said (`bot.judgement.limits`): it may wait for
        the next working day, or not be said at all. *quotes* are the messages (`outbox.ref_of`)
        that it quotes or points to; when one goes, the post has to be amended.
        """
        words = self.prompts.render(prompt, **values)
        due_at = at or self.now
        post = Post(
            to=to, text=words.text, buttons=words.buttons, image=image, attachment=attachment
        )
        return outbox.enqueue(
            self.session,
            outbox.Saying(post=post),
            key=key,
            network_id=self.network.id,
            due_at=due_at,
            expires_at=due_at + lasting,
            kind=kind,
            quotes=quotes,
            about=prompt.partition("/")[0],
        )

    def room_for(self, to: Address, kind: Kind) -> bool:
        """Whether *to* has had nothing of *kind* today, nor is about to have."""
        today = datetime.combine(
            self.now.astimezone(self.network.zone).date(), time(0), self.network.zone
        )
        return not outbox.said_to(self.session, to, kind, since=today.astimezone(UTC))

    def foresee(
        self, to: Address, kind: Kind, *, at: datetime, besides: str = "", about: str = ""
    ) -> Wait | None:
        """Whether something of *kind* may be said to *to* at *at*; None, or when else and why.

        What was queued under the key *besides* doesn't count: it is about to be taken back.
        *about* is the feature whose words they would be, which they may not want.
        """
        return outbox.foresee(
            self.session,
            to,
            kind,
            network_id=self.network.id,
            at=at,
            now=self.now,
            limits=self.limits,
            besides=besides,
            about=about,
        )

    def opens(self, to: Address) -> datetime | None:
        """When *to* may next hear of what they asked for: by their own hours and pause alone.

        None where that is in no time that can be foreseen.
        """
        return outbox.opens(
            self.session, to, network_id=self.network.id, now=self.now, limits=self.limits
        )

    def amend(
        self, key: str, to: Address, prompt: str, *, quotes: Sequence[str] = (), **values: object
    ) -> bool:
        """Put *prompt* in the place of what was queued for *to* under *key*, said yet or not."""
        words = self.prompts.render(prompt, **values)
        post = Post(to=to, text=words.text, buttons=words.buttons)
        return outbox.amend(self.session, key, post, now=self.now, quotes=quotes)

    def reply(self, prompt: str, *, image: Image | None = None, **values: object) -> None:
        """Answer the member where they are, so that only they see it."""
        assert self.member is not None, "there is nobody to reply to"
        words = self.prompts.render(prompt, **values)
        post = Post(
            to=self.where or self.member,
            text=words.text,
            buttons=words.buttons,
            image=image,
            only_for=self.member,
        )
        self._enqueue_now(outbox.Saying(post=post))

    def ask(
        self,
        prompt: str,
        *,
        name: str,
        fields: Sequence[Field],
        context: str = "",
        **values: object,
    ) -> None:
        """Open the form of *prompt* for the member; where it comes too late, tell them so."""
        assert self.member is not None, "there is nobody to ask"
        form: Form = self.prompts.form(prompt, name=name, fields=fields, context=context, **values)
        late = Post(
            to=self.where or self.member,
            text=self.prompts.render("bot/took_too_long").text,
            only_for=self.member,
        )
        asking = outbox.Asking(form=form, member=self.member, trigger=self.trigger, otherwise=late)
        self._enqueue_now(asking)

    def update(self, message: str, to: Address, prompt: str, **values: object) -> None:
        """Put *prompt* in the place of an earlier *message*."""
        words = self.prompts.render(prompt, **values)
        post = Post(to=to, text=words.text, buttons=words.buttons)
        self._enqueue_now(outbox.Changing(message=message, post=post))

    def show(self, parts: Sequence[Words]) -> None:
        """Put *parts* on the bot's own page, as the member alone sees it, one below the other."""
        assert self.member is not None, "there is nobody to show it to"
        posts = (
            Post(to=self.member, text=words.text, buttons=words.buttons, only_for=self.member)
            for words in parts
        )
        home = Home(member=self.member, parts=tuple(posts))
        self._enqueue_now(outbox.Showing(home=home))

    def understands(self, command: str) -> bool:
        """Whether *command*, as "/net meet", is of a feature that is switched on here."""
        return any(each.typed == command for each in self.gathered.commands)

    def press(self, action: str, value: str, *, because: str) -> None:
        """Press another feature's button for the member, once this is committed.

        *because* tells apart what is pressed for in one act. It answers where the member is.
        """
        place = self.where
        if place is None and (channel := places.main_channel(self.session, self.network)):
            place = channel.address
        if place is None or self.member is None:
            return
        pressed = ActionTaken(
            id=f"{action}/{because}/{self.occasion}",
            action=action,
            value=value,
            channel=ChannelId(place),
            member=self.member,
            at=0,
            trigger=self.trigger,
        )
        inbox.follow_up(self.session, [pressed], now=self.now)

    @property
    def me(self) -> Person:
        """The member, met for the first time where that is so."""
        assert self.member is not None, "somebody does it"
        person = places.person_at(self.session, self.member)
        if person is None:
            places.meet_people(self.session, [self.member], bots=frozenset())
            person = places.person_at(self.session, self.member)
        assert person is not None, "they have been met"
        return person

    @property
    def now_there(self) -> datetime:
        """The instant, by the network's own clock."""
        return self.now.astimezone(self.network.zone)

    @property
    def may_tend(self) -> bool:
        """Whether the member may do what leads do: a lead, or any of us until there is one.

        A sponsor never does.
        """
        if not self.belongs or self.is_sponsor:
            return False
        return self.is_lead or not places.leads(self.session, self.network)

    def refuse(self) -> None:
        """Tell the member that this is for those who tend, and who they are."""
        self.reply("bot/leads_only", leads=places.leads(self.session, self.network))

    def once(self, key: str) -> bool:
        """Whether what *key* names happens for the first time; from now on it doesn't."""
        return occasions.first_time(self.session, key, now=self.now)

    def skip(self, what: str, reason: str) -> None:
        """Keep why nothing was said of *what*: the answer to "why didn't it speak?"."""
        self._decided(what, reason, did_speak=False)

    def spoke(self, what: str, reason: str) -> None:
        """Keep why something was said."""
        self._decided(what, reason, did_speak=True)

    def _decided(self, what: str, reason: str, *, did_speak: bool) -> None:
        self.session.add(
            Decision(
                network_id=self.network.id,
                at=self.now,
                what=what,
                did_speak=did_speak,
                reason=reason,
            )
        )

    def _enqueue_now(self, utterance: outbox.Utterance) -> None:
        outbox.enqueue(
            self.session,
            utterance,
            key=f"{self.occasion}/{next(self.numbers)}",
            network_id=self.network.id,
            due_at=self.now,
            expires_at=self.now + timedelta(minutes=10),
        )
