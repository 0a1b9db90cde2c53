"""Write a story: the form that follows the chain, and what others would read of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.context import Context, with_draft
from bot.domain.audiences import Audience
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.posts import Field
from bot.domain.stories import Draft, Sure, faults_in
from bot.domain.tries import DONE, TryState
from bot.domain.typed import number_of, simplified
from bot.storage import tries
from bot.storage.tries import Try
from handlers.stories import sharing
from handlers.stories.feature import Settings, feature

NAMED, UNNAMED = "With my name", "Without my name"
READERS: Mapping[str, tuple[Audience, ...]] = {
    "Everybody in this network": (Audience.NETWORK,),
    "This network, and our sponsor": (Audience.NETWORK, Audience.SPONSOR),
    "This network, our sponsor, and anybody at all": tuple(Audience),
}
"""Who may read it: as the form asks it."""

GOING_ON: Mapping[str, TryState] = {
    "We keep doing it": TryState.KEPT,
    "We changed it": TryState.CHANGED,
    "We stopped": TryState.STOPPED,
}
_TAKE_BACK = re.compile(
    r"(?:withdraw|take back)\s+#?(\d{1,9})(?:\s+(network|sponsor|public))?[\s.]*", re.IGNORECASE
)
_OF_TRY = re.compile(r"(?:of )?try\s+#?(\d{1,9})[\s.]*", re.IGNORECASE)


@feature.command(
    "net",
    "story",
    help="tell what came of something we did: four lines, shown to you before anybody else",
    examples=("/net story", "/net story of try 3", "/net story withdraw 3"),
    aliases=("impact",),
)
def story(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form, or take a story back; further words begin the first line."""
    typed = " ".join(given.text.split())
    if found := _TAKE_BACK.fullmatch(simplified(typed)):
        sharing.take_back(ctx, found[1], Audience(found[2].casefold()) if found[2] else None)
    elif found := _OF_TRY.fullmatch(simplified(typed)):
        tell_of(ctx, found[1])
    else:
        _open(ctx, Draft(did=typed, learned=""))


@feature.action("write")
def write(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form with nothing in it."""
    _open(ctx, Draft(did="", learned=""))


@feature.action("tell")
def tell(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for what came of a try."""
    tell_of(ctx, taken.value)


def tell_of(ctx: Context, number: str) -> None:
    """Open the form for a try of the member's own; its own words begin the first line."""
    found = own_try(ctx, number)
    if found is None:
        ctx.reply("stories/not_your_try")
        return
    _open(ctx, Draft(did=found.words, learned="", of_try=found.id, outcome=found.state))


def own_try(ctx: Context, number: str) -> Try | None:
    """The try of that number, if it is the member's own."""
    found = tries.numbered(ctx.session, ctx.network, number_of(number))
    return found if found is not None and found.person_id == ctx.me.id else None


def _open(ctx: Context, draft: Draft) -> None:
    """Open the form, with what *draft* has in it."""
    readers = next(label for label, found in READERS.items() if found == draft.audiences)
    sure, labels = draft.sure.label, tuple(each.label for each in Sure)
    name = NAMED if draft.is_named else UNNAMED
    fields = [
        Field(name="did", value=draft.did, is_required=True, is_long=True),
        Field(name="learned", value=draft.learned, is_required=True, is_long=True),
        Field(name="changed", value=draft.changed, is_long=True),
        Field(name="result", value=draft.result, is_long=True),
        Field(name="sure", value=sure, options=labels, is_required=True),
        Field(name="readers", value=readers, options=tuple(READERS), is_required=True),
        Field(name="name", value=name, options=(NAMED, UNNAMED), is_required=True),
    ]
    if draft.of_try:
        chosen = next((k for k, state in GOING_ON.items() if state == draft.outcome), "")
        going_on = Field(name="going_on", value=chosen, options=tuple(GOING_ON), is_required=True)
        fields.insert(4, going_on)
    ctx.ask("stories/form", name="stories.story", fields=fields, context=f"{draft.of_try}")


def drafted(submitted: FormSubmitted) -> Draft:
    """What somebody wrote; a choice that isn't one is taken for the narrowest."""
    given = submitted.values
    of_try = submitted.context
    return Draft(
        **{name: " ".join(given.get(name, "").split()) for name in ("did", "learned")},
        **{name: " ".join(given.get(name, "").split()) for name in ("changed", "result")},
        sure=next((each for each in Sure if each.label == given.get("sure")), Sure.HUNCH),
        audiences=READERS.get(given.get("readers", ""), (Audience.NETWORK,)),
        is_named=given.get("name") == NAMED,
        of_try=number_of(of_try),
        outcome=GOING_ON.get(given.get("going_on", ""), ""),
    )


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with a story, beside its lines."""
    return faults_in(drafted(submitted))


@feature.form("story", check=faults)
def preview(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show whoever wrote it what others would read; nothing is kept yet."""
    draft = drafted(submitted)
    if wrong := faults_in(draft):
        ctx.reply("stories/fault", fault=next(iter(wrong.values())))
        return
    ctx.reply(
        "stories/preview",
        told=sharing.as_told(draft, ctx.me.name),
        audiences=draft.audiences,
        draft=carried(draft),
        is_named=draft.is_named,
    )


@feature.action("rewrite")
@with_draft(Draft)
def rewrite(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Open the form again with what was written."""
    _open(ctx, draft)


@feature.action("nothing")
def nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("stories/nothing")


@feature.action("share")
@with_draft(Draft)
def share(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Keep a story, for those whom its teller agreed to."""
    if faults_in(draft):
        ctx.reply("bot/out_of_date")
        return
    found = own_try(ctx, f"{draft.of_try}") if draft.of_try else None
    if found is not None and draft.outcome in DONE:
        is_new = tries.settle(ctx.session, found, TryState(draft.outcome), now=ctx.now)
        if is_new and found.week:
            ctx.press("digest.mend", found.week, because=found.key)
    sharing.share(ctx, draft, ctx.me, found)
