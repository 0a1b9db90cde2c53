"""Whatever is said, Slack takes it: so say slack_sdk, the stand-in, and Slack's own types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.injection import MARKUP, SIGNS
from bot.domain.charts import RunChart
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Button, Field, Form, Home, Image, Post
from bot.platforms.slack.acts import to_act
from bot.platforms.slack.blocks import LARGEST, MORE, to_home, to_message
from bot.platforms.slack.forms import to_view
from bot.platforms.slack.me import Me
from bot.platforms.slack.rich import clean
from tests.standin.rules import block_problems, too_long
from tests.standin.rules_views import is_too_large, view_problems
from tests.standin.typed import complaints

HERE, ADA = ChannelId("slack:T1/C1"), MemberId("slack:T1/U1")
LIVE = ("[Ada](to:slack:T1/U1)", "[here](to:slack:T1/C2)", "[x](https://a.b/c)", "[y](message:x/1)")
MARKS = (
    "**",
    "*",
    "`",
    "\n",
    "\n\n",
    "\n# ",
    "\n> ",
    "\n- ",
    "\n  - ",
    "\n1. ",
    " ",
    "word ",
    "wort",
)

words = st.lists(st.sampled_from(MARKUP + SIGNS + MARKS) | st.text(max_size=9), max_size=12).map(
    "".join
)
texts = words | st.lists(st.sampled_from(LIVE + MARKS) | words, max_size=12).map("".join)
long_texts = st.tuples(texts, st.sampled_from((1, 1, 1, 1, 60))).map(lambda some: some[0] * some[1])
buttons = st.lists(
    st.builds(
        Button,
        label=words,
        action=st.sampled_from(("asks.help", "asks.no", "energy.leave")),
        value=words,
        is_primary=st.booleans(),
    ),
    max_size=9,
).map(tuple)
images = st.none() | st.builds(Image, chart=st.just(RunChart(title="", weeks=())), alt=long_texts)
posts = st.builds(Post, to=st.just(HERE), text=long_texts, buttons=buttons, image=images)


pytestmark = pytest.mark.at_length

some = settings(max_examples=40, deadline=None)
few = settings(max_examples=8, deadline=None)


def names(address: str) -> str:
    return {"slack:T1/U1": "@Ada <!here>"}.get(address, "")


def without_offsets(thing: object) -> object:
    """*thing* without the first numbers of lists, which Slack's pages know and its types don't."""
    if isinstance(thing, dict):
        kept = thing.items()
        is_list = thing.get("type") == "rich_text_list"
        return {k: without_offsets(v) for k, v in kept if not (is_list and k == "offset")}
    return [without_offsets(part) for part in thing] if isinstance(thing, list) else thing


def is_readable(text: str) -> bool:
    """Whether Slack shows *text* as it stands, with nothing live in it."""
    entities = re.sub(r"&(amp|lt|gt);", "", text)
    return (
        bool(text.strip())
        and len(text.encode("utf-16-le")) <= 8_000
        and not set(entities) & set("<>&")
    )


@some
@given(posts, st.sampled_from(("", "F12345678")))
def test_any_post_is_taken(post: Post, file: str) -> None:
    message = to_message(post, names, site="https://town.slack.com", file=file)
    blocks = [block.to_dict() for block in message.blocks]
    assert block_problems(blocks, surface="message") == []
    assert not too_long(blocks)
    assert len(blocks) <= 45
    assert len(json.dumps(blocks, ensure_ascii=False)) <= LARGEST
    assert is_readable(message.text)


@few
@given(posts)
def test_any_post_is_of_the_types_that_slack_publishes(post: Post) -> None:
    blocks = [block.to_dict() for block in to_message(post, names, file="F12345678").blocks]
    assert complaints(without_offsets(blocks), "Blocks") == []


@some
@given(posts)
def test_every_button_comes_back_as_it_was(post: Post) -> None:
    blocks = [block.to_dict() for block in to_message(post, names).blocks]
    found = [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
    assert len({one["action_id"] for one in found}) == len(found) == len(post.buttons)
    for place, (one, button) in enumerate(zip(found, post.buttons, strict=True)):
        act = to_act(pressed(one, place), Me(team="T1"), at=7)
        assert (act.action, act.value) == (button.action, whole(button.value))  # type: ignore[union-attr]
        label = one["text"]["text"].removesuffix("…")
        assert (
            "".join(label.split()) in "".join(clean(button.label).split()) or label == button.action
        )


def pressed(button: dict[str, object], place: int) -> dict[str, object]:
    """What Slack sends when Ada presses *button*."""
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "channel": {"id": "C1"},
        "trigger_id": "1.2.a",
        "actions": [{"type": "button", "action_ts": f"{place + 1}.000001"} | button],
    }


def whole(text: str) -> str:
    """*text* as it survives a journey as JSON: no NUL, no half a character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


PLAIN = st.lists(st.sampled_from(("wörd", "two words", "(a)", "b.")), min_size=1, max_size=60)


@given(PLAIN, st.sampled_from(("\n", "\n\n", "\n- ", "\n> ", "\n1. ", "\n# ", " **and** ")))
def test_what_fits_is_there_to_the_last_word(said: list[str], between: str) -> None:
    message = to_message(Post(to=HERE, text=between.join(said)), names)
    assert MORE not in message.text
    everything = "".join(read([block.to_dict() for block in message.blocks]))
    for part in (everything, message.text):
        letters = re.sub(r"\W|and|^1", "", re.sub(r"\n\d\.", "", unescape(part)))
        assert letters == re.sub(r"\W", "", "".join(said))


def read(thing: object) -> Iterator[str]:
    """All that is to be read in *thing*, in order."""
    if isinstance(thing, dict):
        text = thing.get("text")
        yield from [text] if isinstance(text, str) else read(text)
        for part in thing.get("elements", ()):
            yield from read(part)
    elif isinstance(thing, list):
        for part in thing:
            yield from read(part)


homes = st.builds(Home, member=st.just(ADA), parts=st.lists(posts, max_size=3).map(tuple))


@settings(max_examples=20, deadline=None)
@given(homes)
def test_any_page_is_taken(home: Home) -> None:
    view = to_home(home, names, site="https://town.slack.com").to_dict()
    assert view_problems(view, surface="home") == []
    assert not is_too_large(view)


fields = st.builds(
    Field,
    name=st.uuids().map(str),
    label=long_texts,
    hint=long_texts,
    value=words,
    options=st.lists(words.map(lambda word: word[:60]).filter(bool), max_size=9).map(tuple),
    is_required=st.booleans(),
    is_long=st.booleans(),
)
forms = st.builds(
    Form,
    name=st.just("asks.new"),
    title=words,
    submit=words,
    context=words,
    fields=st.lists(fields, max_size=5).map(tuple),
)


@some
@given(forms)
def test_any_form_is_taken(form: Form) -> None:
    view = to_view(form, channel=HERE).to_dict()
    assert view_problems(view, surface="modal") == []
    assert not is_too_large(view)


@few
@given(homes, forms)
def test_any_view_is_of_the_types_that_slack_publishes(home: Home, form: Form) -> None:
    for view in (to_home(home, names), to_view(form)):
        assert complaints(without_offsets(view.to_dict()), "View") == []


def test_what_slack_would_refuse_is_noticed() -> None:
    twice = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}
    blocks = [{"type": "actions", "elements": [twice, twice]}, {"type": "rich_text"}]
    assert len(block_problems(blocks, surface="message")) == 4
    assert complaints(blocks, "Blocks") != []
    assert not is_readable("a <@U1>")
    assert not is_readable("a & b")
    assert not is_readable(" ")
