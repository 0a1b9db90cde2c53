"""What the stand-in tells of a life in channels is understood as what was done there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from bot.domain.events import (
    BotInvited,
    BotRemoved,
    BotUninstalled,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    Event,
    HomeOpened,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    PostSeen,
    ReactionAdded,
    ReactionRemoved,
    WasDeaf,
)
from bot.platforms.slack.inward import Me, read_envelope, to_events
from tests.platforms.slack.pastime import client_of
from tests.standin.server import StandIn


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace with an open, a private and a shared channel, and a visitor."""
    with StandIn() as slack:
        for name in ("Ada", "Rosa"):
            slack.person(name)
        slack.person("Visitor", team="Elsewhere")
        slack.channel("falls", "Ada", "Rosa", bot=True)
        slack.channel("committee", "Ada", kind="private", bot=True)
        slack.channel("friends", "Ada", "Visitor", bot=True)
        slack.shares("friends", "Elsewhere")
        slack.deliveries.all.clear()
        yield slack


@pytest.fixture
def me(slack: StandIn) -> Me:
    """The bot, which knows its channels."""
    bot, world = slack.app.bot, slack.world
    found = Me(
        team=world.team.id,
        user=bot.id,
        bot=bot.bot_id or "",
        app=bot.app_id or "",
        knows=True,
        external={world.person("Visitor").id},
    )
    for name, kind, is_shared in (
        ("falls", ChannelKind.PUBLIC, False),
        ("committee", ChannelKind.PRIVATE, False),
        ("friends", ChannelKind.PUBLIC, True),
    ):
        address = found.channel(world.channel(name).id)
        found.note([ChannelSeen(channel=address, name=name, kind=kind, is_shared=is_shared)])
    return found


def heard(slack: StandIn, me: Me) -> list[Event]:
    """What becomes of all that was delivered since the last time."""
    found = []
    for delivery in slack.deliveries.all:
        raw = json.dumps(delivery.payload).encode()
        events = to_events(read_envelope(raw), me)
        me.note(events)
        found += events
    slack.deliveries.all.clear()
    return found


Deed = Callable[[StandIn], object]

DEEDS = [
    pytest.param(lambda s: s.writes("Ada", "falls", "hello"), [MessagePosted], id="writes"),
    pytest.param(
        lambda s: s.replies("Rosa", s.writes("Ada", "falls", "who?"), "me", broadcast=True),
        [MessagePosted, MessagePosted],
        id="answers, also to the channel",
    ),
    pytest.param(
        lambda s: s.edits(s.writes("Ada", "falls", "helo"), "hello"),
        [MessagePosted, MessageEdited],
        id="edits",
    ),
    pytest.param(
        lambda s: s.unfurls(s.writes("Ada", "falls", "see https://example.org")),
        [MessagePosted],
        id="points to a page",
    ),
    pytest.param(
        lambda s: s.deletes(s.writes("Ada", "falls", "oops")),
        [MessagePosted, MessageDeleted],
        id="deletes",
    ),
    pytest.param(
        lambda s: s.joins(s.person("Bo", joins=True), "falls"),
        [PersonSeen, MemberJoined],
        id="joins",
    ),
    pytest.param(lambda s: s.leaves("Rosa", "falls"), [MemberLeft], id="leaves"),
    pytest.param(
        lambda s: s.invites_bot("Ada", s.channel("new", "Ada")), [BotInvited], id="invites the bot"
    ),
    pytest.param(lambda s: s.renames("falls", "slips"), [ChannelSeen], id="renames"),
    pytest.param(lambda s: s.archives("falls"), [ChannelSeen], id="archives"),
    pytest.param(lambda s: s.shares("falls", "Elsewhere"), [ChannelSeen], id="shares"),
    pytest.param(lambda s: s.unshares("friends", "Elsewhere"), [ChannelSeen], id="unshares"),
    pytest.param(lambda s: s.moves("falls"), [ChannelMoved], id="moves"),
    pytest.param(lambda s: s.converts_to_private("falls"), [ChannelSeen], id="closes"),
    pytest.param(lambda s: s.opens_home("Ada"), [HomeOpened], id="opens home"),
    pytest.param(lambda s: s.rate_limits_the_app(), [WasDeaf], id="is too loud"),
    pytest.param(lambda s: s.writes("Ada", "committee", "hush"), [], id="writes in private"),
    pytest.param(lambda s: s.writes("Ada", "friends", "hello"), [], id="writes among strangers"),
    pytest.param(lambda s: s.writes("Visitor", "friends", "hello"), [], id="a stranger writes"),
    pytest.param(lambda s: s.writes_to_bot("Ada", "hello, bot"), [], id="writes to the bot"),
    pytest.param(lambda s: s.renames("committee", "cabal"), [], id="renames in private"),
]


@pytest.mark.parametrize(("deed", "kinds"), DEEDS)
def test_a_deed_is_heard_as_what_it_was(
    slack: StandIn, me: Me, deed: Deed, kinds: list[type[Event]]
) -> None:
    deed(slack)
    assert [type(event) for event in heard(slack, me)] == kinds


def test_a_first_message_that_has_answers_is_gone_when_it_is_deleted(
    slack: StandIn, me: Me
) -> None:
    first = slack.writes("Ada", "falls", "who?")
    slack.replies("Rosa", first, "me")
    heard(slack, me)
    slack.deletes(first)
    (gone,) = heard(slack, me)
    assert isinstance(gone, MessageDeleted)
    assert gone.ts == int(first.ts.replace(".", ""))


def test_reactions_come_and_go(slack: StandIn, me: Me) -> None:
    message = slack.writes("Ada", "falls", "hello")
    heard(slack, me)
    slack.reacts("Rosa", message, "bulb")
    slack.unreacts("Rosa", message, "bulb")
    added, removed = heard(slack, me)
    assert isinstance(added, ReactionAdded)
    assert isinstance(removed, ReactionRemoved)
    assert added.ts == removed.ts == int(message.ts.replace(".", ""))


def test_the_bot_goes_and_is_shown_out(slack: StandIn, me: Me) -> None:
    slack.removes_bot("Ada", "falls")
    assert {type(event) for event in heard(slack, me)} == {BotRemoved}
    slack.uninstalls()
    assert {type(event) for event in heard(slack, me)} == {BotUninstalled}


def test_our_own_post_is_seen_by_its_key_and_counted_as_a_bots(slack: StandIn, me: Me) -> None:
    falls = slack.world.channel("falls")
    metadata = {"event_type": "animateur_post", "event_payload": {"key": "digest/1"}}
    sent = client_of(slack).chat_postMessage(channel=falls.id, text="Good day.", metadata=metadata)
    found = heard(slack, me)
    posts = [event for event in found if isinstance(event, PostSeen)]
    assert posts == [
        PostSeen(channel=me.channel(falls.id), key="digest/1", message=f"{falls.id}/{sent['ts']}")
    ]
    written = [event for event in found if isinstance(event, MessagePosted)]
    assert [event.by_bot for event in written] == [True]
