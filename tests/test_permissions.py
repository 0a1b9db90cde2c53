"""Who may do what, walked from the registry: each command, button, form and shortcut, each role.

A bypass is a state that changed, or something for leads that was shown, for somebody who may
not. Buttons and forms are sent as nobody's platform would: stale, forged, from another network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import count, product
from typing import NamedTuple

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.events import (
    ActionTaken,
    Batch,
    Bookmark,
    CommandGiven,
    FormSubmitted,
    HomeOpened,
    PersonSeen,
    ShortcutUsed,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Post
from bot.storage import holdings, places, schema, sponsors
from bot.storage.delivery import Outgoing
from bot.storage.leaving import _of as rows_of_workspace
from bot.storage.places import Lead, Person
from bot.storage.rhythm import Decision
from tests.conftest import Community
from tests.town import Town

pytestmark = pytest.mark.at_length

CANARY = "kingfisher"
"""A word in everything that is for leads alone."""

SECRETS = (CANARY, "drafted by Ada", "red jug")
"""What leads alone see, and what somebody keeps to themselves."""

FREE = frozenset({"inbox", "handled_acts", "outbox", "paces", "people", "quotes", "read_positions"})
"""Tables in which every act leaves a trace: that it was handled, and what was answered."""

OF_LEADS = frozenset(
    {
        "alternatives", "calendar", "energy_memory", "hand_ons", "lead_terms", "leads", "looks",
        "networks", "nudges", "pauses", "readings", "rebases", "sense_notes", "setting_changes",
        "sponsors", "standing_permissions",
    }
)  # fmt: skip
"""Tables that only those who tend may change."""

LENT = frozenset({"digest.send", "/net edit-digest send"})
"""What anybody may do with what isn't theirs: whoever offers makes up this week's digest."""

EACH = 3
"""Each role goes through each third door, so that each door is tried by two; 1 tries all by all."""

VALUES = ("", "1", "1/1", "2026-W10", "2026-W10/1", "9" * 30)
Act = CommandGiven | ActionTaken | FormSubmitted | ShortcutUsed | HomeOpened
Rows = dict[str, list[tuple[object, ...]]]
_numbers = count(1)


class Door(NamedTuple):
    """One way in: a command's words, or the name of a button, a form or a shortcut."""

    kind: str
    name: str
    is_for_leads: bool


def doors(town: Town) -> list[Door]:
    """Every way in that there is."""
    found = []
    for feature in town.app.registry.features:
        for command in feature.commands:
            words = {command.typed, *command.examples}
            found += [Door("command", each, command.command == "tend") for each in sorted(words)]
        for kind, table in (("action", feature.actions), ("form", feature.forms)):
            found += [Door(kind, name, is_for_leads(run)) for name, run in table.items()]
        found += [Door("shortcut", name, is_for_leads(r)) for name, r in feature.shortcuts.items()]
    return found


def is_for_leads(run: Callable[..., None]) -> bool:
    """Whether it asks again, as it is pressed, if whoever does may."""
    return bool(getattr(run, "is_for_leads", False))


def places_of(town: Town, member: MemberId) -> list[ChannelId]:
    """Where an act may come from: a channel, a talk with the bot alone, the bot's own page."""
    alone = member.replace("/U-", "/D-")
    return [town.place("general"), ChannelId(alone), ChannelId(member)]


def act(door: Door, member: MemberId, channel: ChannelId, value: str = "") -> Act:
    """*member* goes through *door*, with a *value* that they made up."""
    name = f"p{next(_numbers)}"
    match door.kind:
        case "command":
            word, _, text = door.name.removeprefix("/").partition(" ")
            return CommandGiven(
                id=name, command=word, text=text, channel=channel, member=member, at=1, trigger="p"
            )
        case "action":
            return ActionTaken(
                id=name, action=door.name, value=value, channel=channel, member=member, at=1,
                trigger="p", message="1",
            )  # fmt: skip
        case "form":
            given = dict.fromkeys(("name", "purpose", "words", "why", "line", "text"), "A heron")
            return FormSubmitted(
                id=name, form=door.name, values=given, context=value, channel=channel,
                member=member, at=1,
            )  # fmt: skip
        case _:
            return ShortcutUsed(
                id=name, shortcut=door.name, channel=channel, ts=1, member=member, at=1
            )


def does(town: Town, acts: Sequence[Act]) -> dict[str, list[str]]:
    """Let the bot handle *acts*; what each was answered, by its id. Nothing is delivered."""
    mark = Bookmark(source=f"{town.workspace}/acts", position=f"{next(_numbers)}")
    town.app.receive(Batch(events=tuple(acts), bookmark=mark))  # in one transaction, to be quick
    with town.sessions.begin() as session:
        rows = session.execute(
            select(Outgoing.key, Outgoing.payload).where(Outgoing.key.startswith("act/p"))
        ).all()
    told: dict[str, list[str]] = {each.id: [] for each in acts}
    for key, payload in rows:
        name = key.split("/")[1]
        if name in told:
            told[name].append(words_of(payload))
    return told


def words_of(payload: bytes) -> str:
    """What a queued utterance says."""
    found = msgspec.json.decode(payload)
    return str(found["post"]["text"]) if "post" in found else str(found)


def kept(town: Town, workspace: str) -> Rows:
    """All rows of *workspace* but those in which every act leaves a trace."""
    with town.sessions.begin() as session:
        return {name: rows for name, rows in _kept(session, workspace) if name not in FREE}


def _kept(session: Session, workspace: str) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    for table in schema.metadata.sorted_tables:
        if table.name not in FREE:
            condition = rows_of_workspace(table, workspace, session)
            if condition is not None:
                found = session.connection().execute(select(table).where(condition))
                yield table.name, sorted(map(tuple, found), key=repr)


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables whose rows aren't the same."""
    return {name for name in after if before.get(name) != after[name]}


def blamed(town: Town, acts: Sequence[Act]) -> str:
    """The first of *acts* that changes something, tried one by one; for a failing test to name."""
    for each in acts:
        again = msgspec.structs.replace(each, id=f"p{next(_numbers)}")
        before = kept(town, "fake:T1")
        does(town, [again])
        if names := changed(before, kept(town, "fake:T1")):
            return f"{again} changes {sorted(names)}"
    return "none of them alone"


@pytest.fixture
def lived(community: Community) -> Town:
    """A town tended by ada, in which there is something of every kind to get at."""
    town = community()
    for name in ("ada", "ben", "ed", "mallory", "noor", "helen", "una", "bo"):
        town.joins(name) if name != "helen" else town.person(name)
    town.tells(PersonSeen(member=MemberId("fake:T1/U-xena"), name="Xena", is_external=True))
    town.tells(PersonSeen(member=MemberId("fake:T1/U-robot"), name="Robot", is_bot=True))
    for name in ("ada", "bo", "ed"):
        town.lead(name)
    first = town.says("ben", "Does anybody know a good leaflet?")
    town.says("bo", thread=first, hours=1)
    town.types("ada", "/tend settings")
    town.fills("ada", purpose="Safer discharge.")
    town.types("ada", '/tend calendar add "Summer" 22 Jul to 30 Aug quiet')
    town.types("ada", "/tend convene question-round wed 10:00")
    town.fills("ada", words=f"Have you seen the {CANARY}?", hope=f"One {CANARY} at least.")
    town.types("ben", "/net idea Watch a cup of tea being made before deciding about tonight.")
    town.presses("ben", "Put it in the digest, with my name")
    town.types("ben", "/net try a red jug until 31 July")
    town.presses("ben", "Keep it to myself")
    loses_the_role(town)
    return town


def loses_the_role(town: Town) -> None:
    """bo tends no more, helen is the sponsor, ed is erased, una isn't counted; more was noted."""
    with town.sessions.begin() as session:
        bo = places.person_at(session, town.person("bo"))
        assert bo is not None
        session.query(Lead).filter(Lead.person_id == bo.id).delete()
        network = places.networks(session)[0]
        helen = places.person_at(session, town.person("helen"))
        assert helen is not None
        sponsors.appoint(session, network, helen, until=date(2027, 3, 2), now=town.now)
        session.add(
            Decision(
                network_id=network.id,
                at=town.now,
                what="digest.weekly",
                did_speak=False,
                reason=f"the {CANARY} was away",
            )
        )
        holdings.stop_counting(session, town.person("una"))
        holdings.erase(session, town.person("ed"), now=town.now)


OUR_OWN = ("mallory", "noor", "helen", "una", "bo", "ed")
"""A member, who looks in, a sponsor in no channel, uncounted, tended once, erased."""

STRANGERS = ("fake:T1/U-xena", "fake:T1/U-robot", "fake:T2/U-eve")
"""Of a connected organisation, a program, and somebody of another workspace."""


def test_what_is_for_leads_is_refused_to_everybody_else_wherever_they_are(lived: Town) -> None:
    before = kept(lived, "fake:T1")
    for_leads = [door for door in doors(lived) if door.is_for_leads]
    assert len(for_leads) > 60
    acts = []
    for (n, door), (m, name) in product(enumerate(for_leads), enumerate(OUR_OWN)):
        if (n + m) % EACH:
            continue
        member = lived.person(name)
        where = places_of(lived, member)[(n + m) % 3]
        acts.append(act(door, member, where, VALUES[(n + m) % len(VALUES)]))
    told = does(lived, acts)
    refusal = "That is for those who tend the network: Ada. Everything for members is under `/net`."
    helen = lived.person("helen")
    bypasses = [
        each for each in acts if told[each.id] != [FOR_SPONSOR if each.member == helen else refusal]
    ]
    assert bypasses == []
    assert changed(before, kept(lived, "fake:T1")) == set(), blamed(lived, acts)


FOR_SPONSOR = (
    "You are the sponsor of Our network. *Safer discharge.*\n\n"
    "What its members choose to pass on to you comes to you here, by itself. "
    "Nothing about any one person does. There is nothing that you have to type."
)


def test_a_sponsor_in_no_channel_sees_what_the_network_is_for_wherever_they_knock(
    lived: Town,
) -> None:
    helen = lived.person("helen")
    ways = [door for door in doors(lived) if not is_own_data(door)]
    closed = [door for door in ways if not is_for_sponsors(lived, door)]
    assert len(closed) > 250
    acts = [
        act(door, helen, places_of(lived, helen)[n % 3], VALUES[n % len(VALUES)])
        for n, door in enumerate(closed)
    ]
    before = kept(lived, "fake:T1")
    told = does(lived, acts)
    assert {tuple(words) for words in told.values()} == {(FOR_SPONSOR,)}
    assert changed(before, kept(lived, "fake:T1")) == set(), blamed(lived, acts)
    assert [part.text for part in lived.looks("helen")] == [FOR_SPONSOR]
    theirs = [door for door in ways if is_for_sponsors(lived, door)]
    told = does(lived, [act(door, helen, places_of(lived, helen)[1], "1") for door in theirs])
    assert changed(before, kept(lived, "fake:T1")) <= {"sponsors"}
    shown = [words for answers in told.values() for words in answers]
    assert [words for words in shown for secret in (*SECRETS, "Ben") if secret in words] == []


def is_for_sponsors(town: Town, door: Door) -> bool:
    """A button or a form of a sponsor's own."""
    bound = town.app.registry.answering(f"{door.kind}s", door.name) if "." in door.name else None
    return bound is not None and bool(getattr(bound[1], "is_for_sponsors", False))


def test_nobody_of_elsewhere_gets_at_anything_of_ours(lived: Town) -> None:
    ways = doors(lived)
    acts = [
        act(door, MemberId(stranger), places_of(lived, MemberId(stranger))[0], VALUES[n % 6])
        for n, door in enumerate(ways)
        for stranger in (STRANGERS[n % 3],)
        if not is_own_data(door)
    ]
    before = kept(lived, "fake:T1")
    told = does(lived, acts)
    assert {tuple(words) for words in told.values()} == {
        (
            "That is for the people of Our network. What I hold about you is yours all the same: "
            "`/net mydata` shows it.",
        )
    }
    looks = [
        HomeOpened(id=f"p{next(_numbers)}", member=MemberId(who), channel=ChannelId(who), at=1)
        for who in STRANGERS[:2]
    ]
    assert [*does(lived, looks).values()] == [[], []]
    assert changed(before, kept(lived, "fake:T1")) == set(), blamed(lived, acts)


def is_own_data(door: Door) -> bool:
    """What everybody may ask for: what is held of themselves."""
    return door.name.startswith(("mydata.", "/net mydata"))


def test_a_lead_of_another_network_reaches_nothing_of_ours_by_forged_numbers(lived: Town) -> None:
    there = Town(
        lived.sessions.kw["bind"], workspace="fake:T2", features=lived.app.registry.features
    )
    there._acts = 10_000  # the names of acts are one for all of a platform
    there.person("eve")
    there.types("eve", "/tend settings")
    there.fills("eve", purpose="Elsewhere.")
    before = kept(lived, "fake:T1")
    ways = [door for door in doors(lived) if door.kind != "command"]
    acts = [
        act(door, there.person("eve"), there.place("general"), value)
        for n, door in enumerate(ways)
        for value in (VALUES[1 + n % 5],)
    ]
    told = does(there, acts)
    assert changed(before, kept(lived, "fake:T1")) == set(), blamed(there, acts)
    shown = [words for answers in told.values() for words in answers]
    assert [words for words in shown for secret in SECRETS if secret in words] == []


def test_members_change_nothing_of_leads_nor_of_each_other_by_forged_numbers(lived: Town) -> None:
    mallory = lived.person("mallory")
    ways = [door for door in doors(lived) if not door.is_for_leads and not is_own_data(door)]
    ways = [door for door in ways if door.name not in LENT]
    acts = [
        act(door, mallory, places_of(lived, mallory)[n % 3], value)
        for n, door in enumerate(ways)
        for value in ([""] if door.kind == "command" else [VALUES[1 + n % 5]])
    ]
    before = kept(lived, "fake:T1")
    told = does(lived, acts)
    after = kept(lived, "fake:T1")
    assert changed(before, after) & OF_LEADS == set(), blamed(lived, acts)
    with lived.sessions.begin() as session:
        number = session.scalars(select(Person.id).where(Person.ref == mallory)).one()
    lost = {name: of_others(lost_rows(before, after, name), name, number) for name in after}
    assert {name: rows for name, rows in lost.items() if rows} == {}
    shown = [words for answers in told.values() for words in answers]
    assert [words for words in shown for secret in SECRETS if secret in words] == []


def lost_rows(before: Rows, after: Rows, table: str) -> list[tuple[object, ...]]:
    """Rows of *table* that were there, and aren't as they were."""
    return [row for row in before[table] if row not in after[table]]


def of_others(rows: Sequence[tuple[object, ...]], name: str, number: int) -> list[object]:
    """Those of *rows* that belong to somebody else than person *number*, or to everybody."""
    columns = list(schema.metadata.tables[name].columns.keys())
    owner = columns.index("person_id") if "person_id" in columns else None
    return [row for row in rows if owner is None or row[owner] != number]


def test_a_lead_may_go_through_the_same_doors(lived: Town) -> None:
    """What was refused above was so for want of the role, and not because nothing was there."""
    ada = lived.person("ada")
    for_leads = [door for door in doors(lived) if door.is_for_leads and door.kind == "command"]
    told = does(lived, [act(door, ada, lived.place("general")) for door in for_leads])
    shown = [words for answers in told.values() for words in answers]
    assert not any(words.startswith("That is for those who tend") for words in shown)
    assert any("drafted by Ada" in words for words in shown)


def test_a_network_that_nobody_tends_is_taken_on_by_nobody_of_elsewhere(
    community: Community,
) -> None:
    town = community()
    town.tells(PersonSeen(member=MemberId("fake:T1/U-xena"), name="Xena", is_external=True))
    town.tells(PersonSeen(member=MemberId("fake:T1/U-robot"), name="Robot", is_bot=True))
    door = Door("form", "network.settings", is_for_leads=True)
    values = {"name": "Us", "purpose": "Mine", "timezone": "Europe/London", "country": "GB"}
    for who in STRANGERS:
        sent = act(door, MemberId(who), town.place("general"))
        assert isinstance(sent, FormSubmitted)
        does(town, [msgspec.structs.replace(sent, values=values)])
    assert town.network.purpose == ""
    assert "Nobody tends this network yet" in town.types("ada", "/net")


def test_what_a_lead_opened_is_refused_once_the_role_is_lost(lived: Town) -> None:
    lived.types("ada", "/tend settings")
    opened: list[tuple[MemberId, Form]] = lived.platform.opened
    assert opened[-1][1].name == "network.settings"
    drafted: list[Post] = lived.sees("ada")
    with lived.sessions.begin() as session:
        session.query(Lead).delete()
        bo = places.person_at(session, lived.person("bo"))
        assert bo is not None
        places.make_lead(session, places.networks(session)[0], bo, now=lived.now)
    assert "is for those who tend the network: Bo" in lived.fills("ada", purpose="Mine again.")
    assert lived.network.purpose == "Safer discharge."
    assert drafted
