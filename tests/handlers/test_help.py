"""What can be typed is shown, to members and to leads, all of it or one."""

from __future__ import annotations

from tests.conftest import Community
from tests.town import Town


def test_members_see_their_own_commands_each_with_what_it_does(town: Town) -> None:
    shown = town.types("ada", "/net help")
    assert "- `/net`: where we are, and what you can do here" in shown
    assert "- `/net help`: what you can type here, as in `/net help mydata`" in shown
    assert "/tend" not in shown


def test_leads_are_reminded_of_theirs(town: Town) -> None:
    town.lead("priya")
    assert "You tend this network too: `/tend help`." in town.types("priya", "/net help")
    shown = town.types("priya", "/tend help")
    assert "- `/tend settings`: the network's name" in shown
    assert "`/net" not in shown


def test_one_command_can_be_asked_about(town: Town) -> None:
    assert town.types("ada", "/net help HELP").startswith("- `/net help`")
    assert "\n" not in town.types("ada", "/net help help")


def test_each_example_stands_on_its_own(town: Town) -> None:
    shown = town.types("priya", "/tend help digest")
    assert "as in `/tend digest preview`, `/tend digest preview 2026-W10`, " in shown


def test_a_word_that_is_no_command_shows_everything(town: Town) -> None:
    assert town.types("ada", "/net help dancing") == town.types("ada", "/net help")


def test_what_is_switched_off_is_not_shown(community: Community) -> None:
    town = community(network=None)
    town.lead("priya")
    assert "/tend settings" not in town.types("priya", "/tend help")
