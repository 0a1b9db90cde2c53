"""Frailty Friends: the network of the demo, half a year of about 140 people, with known truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from bot.simulation import contexts as c
from bot.simulation.names import invented
from bot.simulation.plan import Bot, Channel, Habits, Person, Plan
from bot.simulation.roster import invented_person

START = date(2026, 1, 5)
WEEKS = 26
GROUPS = (
    "St Luke's Hospital",
    "Ellerby Cottage Hospital",
    "Northmoor Infirmary",
    "Marsh Lane Community Team",
    "Harbour Ambulance",
    "Quayside Practices",
    "Orchard Care Homes",
    "Kind Company (charity)",
    "Families and Carers",
)
ENGLISH_HOLIDAYS = (
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
)
PRIYA, TOM = "Priya Raman", "Tom Ackroyd"
DAN, ROSA, SIAN, JOE = "Dan Whitlock", "Rosa Almeida", "Siân Pryce", "Joe Tanner"
AMINA, HELEN, BAYO = "Amina Yusuf", "Helen Marchbank", "Bayo Adeyemi"

CAST = (
    Person(name=PRIYA, group=GROUPS[0], voice=7.0, is_lead=True, stays=True),
    Person(name=TOM, group=GROUPS[3], voice=6.0, is_lead=True, stays=True),
    Person(name=DAN, group=GROUPS[4], voice=42.0, stays=True),
    Person(name=ROSA, group=GROUPS[2], voice=3.5, stays=True),
    Person(name=SIAN, group=GROUPS[6], voice=3.0, stays=True),
    Person(name=JOE, group=GROUPS[8], voice=2.5, stays=True),
    Person(name=BAYO, group=GROUPS[1], voice=2.0, stays=True),
    Person(name=HELEN, group=GROUPS[0], voice=0.3, stays=True),
    Person(name=AMINA, group=GROUPS[0], voice=0.12, stays=True, joins=date(2026, 2, 2)),
)
CHANNELS = (
    Channel(name="general", rate=4, asks=0.1, is_main=True),
    Channel(name="frailty", rate=26, share=0.9, asks=0.3),
    Channel(name="frailty-asks", rate=10, share=0.75, asks=0.85),
    Channel(name="frailty-homes", rate=7, share=0.35, asks=0.3),
    Channel(name="frailty-ambulance", rate=4, share=0.25, asks=0.3),
    Channel(name="frailty-leads", rate=1.5, asks=0.3, for_leads=True),
)
BOTS = (
    Bot(name="Library alerts", channel="general", per_day=0.8),
    Bot(name="Rota", channel="frailty", per_day=0.8),
)

TRUTH: tuple[c.Context, ...] = (
    # Nine ordinary weeks, then a gathering on Wednesday 11 March.
    c.GatheringLift(start=date(2026, 3, 4), days=10, gathering=date(2026, 3, 11)),
    c.AfterGathering(start=date(2026, 3, 14), days=12),
    # Easter: Good Friday is 3 April.
    c.QuietSeason(start=date(2026, 3, 30), days=14, factor=0.35),
    # One of the three most active falls quiet for four weeks and two days.
    c.KeyVoiceQuiet(start=date(2026, 4, 20), days=30, who=DAN),
    # From mid-May newcomers go unanswered; three weeks later a lasting ebb begins.
    c.NewcomersUnanswered(start=date(2026, 5, 20), days=47),
    c.Ebb(start=date(2026, 6, 8), days=28, factor=0.5, ramp=4),
    c.AsksWaiting(start=date(2026, 6, 22), days=14, channel="frailty-asks"),
    # In the last week, a popular post and an idea that few have seen.
    c.LittleKnownIdea(
        start=date(2026, 6, 30),
        channel="frailty",
        who=AMINA,
        begins=ROSA,
        answers=TOM,
        sparks=(SIAN, BAYO),
    ),
    c.PopularPost(start=date(2026, 7, 1), channel="frailty", who=PRIYA),
)


def frailty_friends(seed: int = 1, *, contexts: tuple[c.Context, ...] = TRUTH) -> Plan:
    """The demo's network: 26 weeks from 5 January 2026, about 50 messages a working day.

    With other *contexts* (or none) it is the same people in another half-year.
    """
    return Plan(
        seed=seed,
        start=START,
        weeks=WEEKS,
        people=(*CAST, *_others(seed)),
        channels=CHANNELS,
        bots=BOTS,
        country="GB",
        holidays=ENGLISH_HOLIDAYS,
        habits=Habits(),
        joins_per_week=1.3,
        leaves_per_week=0.9,
        contexts=contexts,
    )


def _others(seed: int) -> list[Person]:
    rng = Random(f"{seed}/people")
    names = invented(rng, {person.name for person in CAST})
    people = [invented_person(GROUPS, next(names), rng) for _ in range(111)]
    return [
        replace(person, group=GROUPS[n % len(GROUPS)], voice=min(person.voice, 5.0))
        for n, person in enumerate(people)
    ]
