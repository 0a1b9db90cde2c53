"""What can be typed is shown, to members and to leads: what to begin with, all of it, or one."""

from __future__ import annotations

from handlers import asks, network, thanks
from handlers import help as helping
from tests.conftest import Community
from tests.town import Town


def test_members_see_what_to_begin_with_and_every_other_word(town: Town) -> None:
    shown = town.types("ada", "/net help")
    asking = "- `/net ask`: ask for help: shown to you before anybody else, as in `/net ask someone"
    assert asking in shown
    begin, rest = shown.split("you can also type:")
    assert [line.split("`")[1] for line in begin.splitlines() if line.startswith("- ")] == [
        "/net ask",
        "/net offer",
        "/net thanks",
        "/net idea",
        "/net catchup",
        "/net charter",
    ]
    assert "`mydata`" in rest
    assert "`ask`" not in rest
    assert "/tend" not in shown


def test_pressing_shows_each_with_what_it_does(town: Town) -> None:
    town.types("ada", "/net help")
    town.presses("ada", "Show what each does")
    shown = town.sees("ada")[-1].text
    assert "- `/net`: where we are, and what you can do here" in shown
    assert "- `/net help`: what you can type here, as in `/net help mydata`" in shown


def test_the_word_that_help_gives_as_its_example_can_be_asked_about(town: Town) -> None:
    example = town.types("ada", "/net help").split("`/net help ")[1].partition("`")[0]
    assert town.types("ada", f"/net help {example}").startswith(f"- `/net {example}`: ")


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
    assert "`/net help`" in community(features=(helping.feature,)).types("ada", "/net help")
    few = community(features=(network.feature, helping.feature, asks.feature, thanks.feature))
    begin = few.types("ada", "/net help").split("you can also type:")[0]
    assert "/net thanks" in begin
    assert "/net idea" not in begin
