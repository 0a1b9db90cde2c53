"""Notice the ebb and flow of a network's energy, and say why that might be."""

from handlers.energy import rebasing, telling, timeline
from handlers.energy.answering import channel_named, open_channels, where_we_are
from handlers.energy.reading import last_day
from handlers.energy.settings import Settings, feature, pulse_of, pulse_on, values
from handlers.energy.showing import facts, run_chart

__all__ = [
    "Settings",
    "channel_named",
    "facts",
    "feature",
    "last_day",
    "open_channels",
    "pulse_of",
    "pulse_on",
    "rebasing",
    "run_chart",
    "telling",
    "timeline",
    "values",
    "where_we_are",
]
