"""Simulated networks whose truth is known: for the demo, for tests, for measuring judgement."""

from bot.simulation.circles import calm_circle, wide_network
from bot.simulation.export import write_export
from bot.simulation.frailty import frailty_friends
from bot.simulation.large import large_network
from bot.simulation.life import simulate, simulate_with_text, text_of, texts
from bot.simulation.plan import Bot, Channel, Habits, Person, Plan
from bot.simulation.truth import Truth, truth

__all__ = [
    "Bot",
    "Channel",
    "Habits",
    "Person",
    "Plan",
    "Truth",
    "calm_circle",
    "frailty_friends",
    "large_network",
    "simulate",
    "simulate_with_text",
    "text_of",
    "texts",
    "truth",
    "wide_network",
    "write_export",
]
