"""By a mention or a name, only people of here can be meant, and only one of them."""

from __future__ import annotations

import pytest

from bot.domain.events import PersonSeen
from bot.domain.ids import MemberId
from bot.storage import belonging
from tests.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    """Ada, two Joes, somebody of another organisation, a program, and somebody who has gone."""
    for name in ("ada", "joe", "jo"):
        town.tells(PersonSeen(member=town.person(name), name="Ada" if name == "ada" else "Joe"))
    town.tells(
        PersonSeen(member=town.person("eve"), name="Eve", is_external=True),
        PersonSeen(member=town.person("tool"), name="Tool", is_bot=True),
        PersonSeen(member=town.person("gus"), name="Gus", is_gone=True),
    )
    return town


@pytest.mark.parametrize(
    ("name", "mentioned", "found"),
    [
        pytest.param("Ada", "", "ada", id="by name"),
        pytest.param(" @ada ", "", "ada", id="as it is typed"),
        pytest.param("", "joe", "joe", id="by a mention, which tells two of a name apart"),
        pytest.param("Joe", "", "", id="two of a name"),
        pytest.param("Eve", "", "", id="somebody of elsewhere, by name"),
        pytest.param("", "eve", "", id="somebody of elsewhere, mentioned"),
        pytest.param("", "tool", "", id="a program"),
        pytest.param("", "gus", "", id="somebody who has gone"),
        pytest.param("Nobody", "", "", id="nobody"),
    ],
)
def test_whom_somebody_means(town: Town, name: str, mentioned: str, found: str) -> None:
    ref = town.person(mentioned) if mentioned else None
    with town.sessions.begin() as session:
        person = belonging.somebody(session, town.network, name, ref)
        assert (person.ref if person else "") == (town.person(found) if found else "")


def test_people_of_another_workspace_do_not_belong(town: Town) -> None:
    network, ada = town.network, town.person("ada")
    with town.sessions.begin() as session:
        assert belonging.belongs(session, network, ada)
        assert not belonging.belongs(session, network, MemberId("fake:T2/U-ada"))
