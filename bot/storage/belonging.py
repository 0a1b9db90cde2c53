"""Who is of here, and whom somebody means by a mention or a name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.domain.ids import MemberId, workspace_of
from bot.storage import places
from bot.storage.places import Network, Person


def belongs(session: Session, network: Network, member: MemberId) -> bool:
    """Whether *member* is a person of the network's own workspace, and not of elsewhere."""
    if workspace_of(member) != network.workspace:
        return False
    person = places.person_at(session, member)
    return person is None or not (person.is_external or person.is_bot)


def somebody(
    session: Session, network: Network, name: str, mentioned: MemberId | None
) -> Person | None:
    """Whom the platform's mention names, or else the one person here of that name."""
    if mentioned is not None:
        found = [places.person_at(session, mentioned)]
    else:
        wanted = name.strip().removeprefix("@").strip().casefold()
        here = places.people_of(session, network.workspace)
        found = [each for each in here if each.name.casefold() == wanted]
    person = found[0] if len(found) == 1 else None
    if person is None or person.is_gone or not belongs(session, network, person.address):
        return None
    return person
