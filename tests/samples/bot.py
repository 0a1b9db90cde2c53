"""Sample values for the prompts of the bot itself."""

from bot.domain.events import CommandGiven
from bot.domain.ids import ChannelId, MemberId
from bot.registry import Registry
from bot.storage.places import Network, Person
from handlers import FEATURES

COMMANDS = Registry(FEATURES, None).gathered.commands
TYPED = CommandGiven(
    id="1",
    command="net",
    text="hlep",
    channel=ChannelId("fake:T1/C1"),
    member=MemberId("fake:T1/U1"),
    at=1,
)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "failed": [{}],
    "took_too_long": [{}],
    "leads_only": [{"leads": [Person(name="Ada"), Person(name="Bob")]}, {"leads": []}],
    "not_of_here": [{"network": Network(name="Frailty Friends")}],
    "for_sponsor": [
        {"network": Network(name="Frailty Friends", purpose=purpose)}
        for purpose in ("", "Together we make the first hour kinder.")
    ],
    "out_of_date": [{}],
    "identifier": [{"fault": "This looks like a telephone number. Please leave it out."}],
    "switched_off": [{"feature": "digest"}],
    "too_long": [{"most": 3000}],
    "unknown_command": [{"typed": TYPED, "near": COMMANDS[:3]}],
}
