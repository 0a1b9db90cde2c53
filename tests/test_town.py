"""The town that all stories are told in does what its verbs say."""

from __future__ import annotations

import pytest

from tests.town import Town, said

pytestmark = pytest.mark.both_databases


def test_the_first_to_describe_the_network_tends_it(town: Town) -> None:
    town.types("ada", "/tend settings")
    town.fills("ada", purpose="Safer discharge for everybody.")
    assert "from now on you tend it" in said(town.sees("ada"))[-1]
    assert town.types("bob", "/tend settings").startswith("That is for those who tend")
    assert [form.name for form in town.forms] == ["network.settings"]
    assert town.hears == []
