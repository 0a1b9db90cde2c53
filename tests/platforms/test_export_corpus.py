"""Whatever an export is like, its good records are read, and each bad one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.events import ChannelSeen, MessagePosted
from bot.platforms.export import ExportError, Report, open_export
from tests.platforms.export_corpus import CASES, Case


@pytest.mark.parametrize("case", [pytest.param(case, id=case.says) for case in CASES])
def test_what_is_good_is_read_and_what_is_bad_is_named(case: Case, tmp_path: Path) -> None:
    path = case.make(tmp_path)
    if case.error:
        with pytest.raises(ExportError, match=case.error):
            open_export(path, include=case.include, limits=case.limits)
        return
    report = Report()
    with open_export(path, include=case.include, limits=case.limits) as export:
        events = [event for batch in export.batches(report=report) for event in batch.events]
    posted = {(event.channel, event.ts) for event in events if isinstance(event, MessagePosted)}
    assert len(posted) == case.good
    assert report.messages == case.good
    assert [(aside.file, aside.index) for aside in report.set_aside] == list(case.bad)
    assert report.total_set_aside == len(case.bad)
    if case.channels is not None:
        seen = {event.name for event in events if isinstance(event, ChannelSeen)}
        assert seen == case.channels
