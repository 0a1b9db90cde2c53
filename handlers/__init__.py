"""What the bot does: one module for each feature, in the order of work."""

from __future__ import annotations

from typing import Any

from bot.feature import Feature
from handlers import (
    asks,
    calendar,
    catchup,
    charter,
    convening,
    digest,
    energy,
    flags,
    founding,
    home,
    ideas,
    introductions,
    joining,
    knowledge,
    leading,
    meeting,
    mydata,
    network,
    offers,
    pausing,
    proposals,
    questions,
    stories,
    tending,
    thanks,
    topics,
    welcome,
)
from handlers import help as helping

FEATURES: tuple[Feature[Any], ...] = (
    network.feature,
    founding.feature,
    leading.feature,
    calendar.feature,
    energy.feature,
    convening.feature,
    charter.feature,
    proposals.feature,
    joining.feature,
    welcome.feature,
    asks.feature,
    offers.feature,
    thanks.feature,
    meeting.feature,
    introductions.feature,
    ideas.feature,
    stories.feature,
    questions.feature,
    knowledge.feature,
    digest.feature,
    catchup.feature,
    topics.feature,
    flags.feature,
    pausing.feature,
    tending.feature,
    mydata.feature,
    home.feature,
    helping.feature,
)
