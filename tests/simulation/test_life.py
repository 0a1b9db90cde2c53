"""Tells whether a simulated network behaves as its plan says, and tells its truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import (
    ChannelKind,
    ChannelSeen,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
)
from bot.domain.ids import ChannelId
from bot.judgement.traits import traits
from bot.simulation import (
    Plan,
    frailty_friends,
    simulate,
    simulate_with_text,
    text_of,
    texts,
    truth,
)
from bot.simulation import contexts as c
from bot.simulation.diary import Told
from bot.simulation.frailty import AMINA, DAN, PRIYA
from bot.simulation.life import tell
from bot.simulation.names import invented
from bot.simulation.phrases import Kind, words
from bot.simulation.planted import channel_named


@lru_cache(maxsize=4)
def told(plan: Plan) -> list[Told]:
    return list(tell(plan))


def posts(plan: Plan) -> list[MessagePosted]:
    return [event for _, event, _ in told(plan) if isinstance(event, MessagePosted)]


def human(plan: Plan) -> list[MessagePosted]:
    return [post for post in posts(plan) if not post.by_bot]


DEMO = frailty_friends()
ORDINARY = frailty_friends(contexts=())


def test_the_same_plan_gives_the_same_events() -> None:
    short = replace(DEMO, weeks=3)
    assert list(simulate(short)) == [event for event, _ in simulate_with_text(short)]


def test_another_seed_gives_another_half_year() -> None:
    assert posts(replace(frailty_friends(2), weeks=1)) != posts(replace(DEMO, weeks=1))


def test_events_come_in_the_order_of_time() -> None:
    moments = [at for at, _, _ in told(DEMO)]
    assert all(one <= other for one, other in pairwise(moments))
    assert moments[-1] < DEMO.midnight(DEMO.end)


def test_no_two_messages_of_a_channel_share_a_moment() -> None:
    names = [(post.channel, post.ts) for post in posts(DEMO)]
    assert len(names) == len(set(names))


def test_everybody_and_every_channel_is_seen_before_it_is_spoken_of() -> None:
    seen: set[str] = set()
    for _, event, _ in told(DEMO):
        match event:
            case PersonSeen(member=one) | ChannelSeen(channel=one):
                seen.add(one)
            case MessagePosted():
                assert {event.channel, event.author} <= seen
            case MemberJoined() | MemberLeft() | ReactionAdded():
                assert {event.channel, event.member} <= seen


def test_an_answer_and_an_edit_come_after_what_they_belong_to() -> None:
    said: set[tuple[str, int]] = set()
    for _, event, _ in told(DEMO):
        match event:
            case MessagePosted():
                assert event.thread is None or (event.channel, event.thread) in said
                said.add((event.channel, event.ts))
            case MessageEdited() | MessageDeleted() | ReactionAdded():
                assert (event.channel, event.ts) in said


def test_the_demo_has_the_size_of_a_real_network() -> None:
    days = Counter(DEMO.day_of(post.ts) for post in human(ORDINARY))
    working = [n for day, n in days.items() if DEMO.is_working_day(day)]
    assert 40 <= sum(working) / len(working) <= 62
    assert 5_000 <= len(human(DEMO)) <= 7_500
    assert 125 <= sum(not p.is_bot for p in people(DEMO)) <= 165
    assert len(DEMO.groups) == 9


def people(plan: Plan) -> list[PersonSeen]:
    return [event for _, event, _ in told(plan) if isinstance(event, PersonSeen)]


def test_weekdays_are_as_planned() -> None:
    steady = [day for day in ORDINARY.days() if day not in ORDINARY.holidays]
    days = Counter(ORDINARY.day_of(post.ts) for post in human(ORDINARY))
    means = [
        sum(days[day] for day in steady if day.weekday() == n)
        / sum(day.weekday() == n for day in steady)
        for n in range(7)
    ]
    planned = ORDINARY.weekdays
    for n in range(5):
        assert means[n] / sum(means) == pytest.approx(planned[n] / sum(planned), abs=0.035)
    assert max(means[5:]) < 0.2 * min(means[:5])


def test_holidays_are_quiet_and_nights_quieter() -> None:
    days = Counter(ORDINARY.day_of(post.ts) for post in human(ORDINARY))
    inside = [day for day in ORDINARY.holidays if day >= ORDINARY.start]
    assert len(inside) == 4
    assert sum(days[day] for day in inside) / len(inside) < 15
    hours = Counter(
        (post.ts - ORDINARY.midnight(ORDINARY.day_of(post.ts))) // 3_600_000_000
        for post in human(ORDINARY)
    )
    assert sum(hours[n] for n in range(7)) == 0
    assert hours[10] > 2 * hours[19]


def test_an_ordinary_half_year_only_varies() -> None:
    weeks = Counter((ORDINARY.day_of(x.ts) - ORDINARY.start).days // 7 for x in human(ORDINARY))
    short = {(day - ORDINARY.start).days // 7 for day in ORDINARY.holidays}
    full = [n for week, n in weeks.items() if week not in short]
    assert all(0.6 < n / median(full) < 1.5 for n in full)
    first, second = full[: len(full) // 2], full[len(full) // 2 :]
    assert sum(second) / len(second) == pytest.approx(sum(first) / len(first), rel=0.15)
    assert truth(ORDINARY).spells == ()


def test_most_is_answered_and_newcomers_introduce_themselves() -> None:
    answered = {(x.channel, x.thread) for x in human(ORDINARY)}
    openings = [x for x in human(ORDINARY) if x.thread is None]
    assert 0.7 < sum((x.channel, x.ts) in answered for x in openings) / len(openings) < 0.95
    start = ORDINARY.midnight(ORDINARY.start)
    came = {x.member for _, x, _ in told(ORDINARY) if isinstance(x, MemberJoined) and x.at > start}
    spoke = {x.author for x in human(ORDINARY)}
    assert len(came & spoke) > 0.7 * len(came)


def test_bots_say_so_and_leads_have_a_room() -> None:
    machines = {person.member for person in people(DEMO) if person.is_bot}
    assert {post.author for post in posts(DEMO) if post.by_bot} == machines
    room = DEMO.channel_id("frailty-leads")
    leads = {DEMO.member_id(person.name) for person in DEMO.people if person.is_lead}
    assert {post.author for post in human(DEMO) if post.channel == room} == leads
    kinds = {x.name: x.kind for _, x, _ in told(DEMO) if isinstance(x, ChannelSeen)}
    assert kinds["frailty-leads"] is ChannelKind.PRIVATE
    assert kinds["frailty"] is ChannelKind.PUBLIC


def test_who_leaves_says_nothing_new_after_it() -> None:
    gone: dict[str, int] = {}
    for _, event, _ in told(ORDINARY):
        match event:
            case MemberLeft(member=who, at=at):
                gone[who] = at
            case MessagePosted(thread=None) if event.author in gone:
                pytest.fail("somebody who had left began a conversation")
    assert len(gone) > 5


def test_the_little_known_idea_is_where_the_truth_says() -> None:
    (idea,) = truth(DEMO).little_known
    about = [x for x in posts(DEMO) if (x.channel, x.ts) == (idea.channel, idea.ts)]
    (said,) = about
    assert said.author == DEMO.member_id(AMINA)
    assert said.thread == idea.thread
    assert said.length > 500
    assert said.worth > median(post.worth for post in human(DEMO))
    marks = marks_on(idea.channel, idea.ts)
    groups = {truth(DEMO).groups[mark.member] for mark in marks}
    assert [mark.emoji for mark in marks] == ["bulb", "bulb"]
    assert len(groups - {truth(DEMO).groups[idea.author]}) == 2
    later = [x for x in posts(DEMO) if x.thread == idea.thread and x.ts > idea.ts]
    assert len(later) == 1


def marks_on(channel: ChannelId, ts: int) -> list[ReactionAdded]:
    marks = [event for _, event, _ in told(DEMO) if isinstance(event, ReactionAdded)]
    return [mark for mark in marks if (mark.channel, mark.ts) == (channel, ts)]


def test_the_popular_post_has_forty_marks_by_as_many_people() -> None:
    (popular,) = truth(DEMO).popular
    marks = marks_on(popular.channel, popular.ts)
    assert len({mark.member for mark in marks}) == len(marks) == 40
    assert popular.author == DEMO.member_id(PRIYA)
    answers = [x for x in posts(DEMO) if x.thread == popular.ts]
    assert len(answers) >= 12


def test_the_quiet_voice_was_among_the_three_most_active_and_fell_to_a_quarter() -> None:
    quiet = truth(DEMO).quiet_voices[0]
    assert quiet == DEMO.member_id(DAN)
    weeks = Counter(
        (DEMO.day_of(x.ts) - DEMO.start).days // 7 for x in posts(DEMO) if x.author == quiet
    )
    before = Counter(x.author for x in human(DEMO) if DEMO.day_of(x.ts) < date(2026, 3, 1))
    assert quiet in dict(before.most_common(3))
    assert sum(weeks[n] for n in range(15, 19)) / 4 < sum(weeks[n] for n in range(8)) / 8 / 4


def test_the_truth_is_known_for_every_day() -> None:
    known = truth(DEMO)
    assert known.on(date(2026, 2, 10)) == ()
    assert known.on(date(2026, 4, 3)) == ("quiet_season",)
    assert known.on(date(2026, 5, 19)) == ("key_voice",)
    assert set(known.on(date(2026, 6, 30))) == {
        "newcomers",
        "unknown",
        "asks_waiting",
        "little_known",
    }
    assert known.gatherings == (date(2026, 3, 11),)
    asks = next(spell for spell in known.spells if spell.kind == "asks_waiting")
    assert asks.channel == DEMO.channel_id("frailty-asks")


def test_after_a_gap_people_go_on_as_if_nothing_had_been() -> None:
    gap = c.CoverageGap(start=date(2026, 1, 12), days=7)
    plan = replace(ORDINARY, weeks=3)
    deaf = replace(plan, contexts=(gap,))
    heard = {(x.channel, x.ts) for x in posts(deaf)}
    missed = [x for x in posts(plan) if (x.channel, x.ts) not in heard]
    assert {plan.day_of(x.ts) for x in missed} <= {gap.start + timedelta(days=n) for n in range(7)}
    assert len(missed) > 150


def test_texts_fit_what_the_events_say() -> None:
    for event, text in simulate_with_text(replace(DEMO, weeks=4)):
        if isinstance(event, MessagePosted | MessageEdited):
            assert text is not None
            seen = traits(text)
            assert (event.length, event.worth, event.asks) == (seen.length, seen.worth, seen.asks)
            assert event.asks == ("?" in text)
        else:
            assert text is None


def test_a_text_is_found_as_it_finally_stands() -> None:
    plan = replace(DEMO, weeks=4)
    final = texts(plan)
    gone = [x for _, x, _ in told(plan) if isinstance(x, MessageDeleted)]
    edited = [x for _, x, _ in told(plan) if isinstance(x, MessageEdited)]
    assert gone
    assert edited
    assert not any((x.channel, x.ts) in final for x in gone)
    assert all(
        len(final[x.channel, x.ts]) == x.length for x in edited if (x.channel, x.ts) in final
    )
    assert text_of(plan, edited[0].channel, edited[0].ts) == final[edited[0].channel, edited[0].ts]
    assert text_of(plan, gone[0].channel, gone[0].ts) is None


def test_ids_bear_the_prefix_of_the_platform_they_are_for() -> None:
    plan = replace(DEMO, weeks=1, prefix="export:T1")
    assert {post.channel.partition("/")[0] for post in posts(plan)} == {"export:T1"}
    assert plan.channel_id("general") == "export:T1/C1"


def test_a_plan_knows_no_channel_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="not in"):
        DEMO.channel_id("nowhere")
    with pytest.raises(ValueError, match="not in"):
        channel_named(DEMO, "nowhere")


def test_a_channel_of_some_groups_is_theirs_and_the_leads() -> None:
    group = DEMO.groups[6]
    homes = replace(DEMO.channels[3], groups=(group,), share=1.0)
    plan = replace(ORDINARY, weeks=2, channels=(*DEMO.channels[:3], homes))
    group_of = truth(plan).groups
    inside = [
        x.member
        for _, x, _ in told(plan)
        if isinstance(x, MemberJoined) and x.channel == plan.channel_id(homes.name)
    ]
    leads = {plan.member_id(person.name) for person in plan.people if person.is_lead}
    assert all(group_of.get(who, group) == group or who in leads for who in inside)
    assert leads <= set(inside)


@given(chance=st.integers(0, 2**128 - 1), kind=st.sampled_from(Kind))
@settings(max_examples=200, deadline=None)
def test_only_what_is_meant_to_ask_holds_a_question(chance: int, kind: Kind) -> None:
    asks = {Kind.ASK, Kind.ASK_BACK, Kind.INTRODUCTION}
    assert ("?" in words(kind, chance)) == (kind in asks)
    assert words(kind, chance) == words(kind, chance)


def test_names_never_run_out() -> None:
    names = invented(Random(1), {"Tess Gill"})
    thousands = [next(names) for _ in range(9_000)]
    assert len(set(thousands)) == 9_000
    assert "Tess Gill" not in thousands
