"""Stories of what came of what we did: by whom, for which audiences, and which digest told them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, Index, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.audiences import Audience, in_order
from bot.domain.stories import StoryState
from bot.storage import finding
from bot.storage.base import Base, Instant, change_if, clear_out
from bot.storage.places import Network, Person

State = StoryState

KIND = "story"
"""What a story is among all that can be found."""

KEPT = timedelta(days=180)
"""How long it is held that there was a story which was taken back."""


class Story(Base):
    """What somebody told of: what we did, what they learned, did differently, and what came of it.

    The lines are there only while it is shared. `audiences` are those its teller agreed to;
    `is_named`: with their name. `author_id` is whom it was told to as an idea of theirs. `week` is
    that of the digest that tells it, "" until then. It goes when its teller is erased.
    """

    __tablename__ = "stories"
    __table_args__ = (
        Index("stories_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    try_id: Mapped[int | None] = mapped_column(ForeignKey("tries.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(default=State.SHARED.value)
    did: Mapped[str] = mapped_column(default="")
    learned: Mapped[str] = mapped_column(default="")
    changed: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    sure: Mapped[str] = mapped_column(default="")
    audiences: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_named: Mapped[bool] = mapped_column(default=False)
    week: Mapped[str] = mapped_column(default="")
    shared_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of telling an idea's author what came of it."""
        return f"story/{self.id}"

    @property
    def text(self) -> str:
        """All of its lines, for being found by."""
        return "\n".join(filter(None, (self.did, self.learned, self.changed, self.result)))


def keep(session: Session, story: Story) -> Story:
    """Keep a story that its teller shares, and let it be found; it has its number then."""
    session.add(story)
    session.flush()
    here = session.get_one(Network, story.network_id)
    finding.keep(session, here, KIND, story.id, story.text, now=story.shared_at)
    return story


def numbered(session: Session, network: Network, number: int) -> Story | None:
    """One of the network's stories, as it is by now."""
    return session.scalars(
        select(Story)
        .where(Story.network_id == network.id, Story.id == number)
        .execution_options(populate_existing=True)
    ).first()


_IS_SHARED = Story.state == State.SHARED.value


def withdraw(session: Session, story: Story, *, now: datetime) -> bool:
    """Delete its lines and let nobody be told any more; False where that was done before."""
    _let_nobody_find(session, story)
    nothing = dict.fromkeys(("did", "learned", "changed", "result", "sure"), "")
    return change_if(
        session,
        story,
        _IS_SHARED,
        state=State.WITHDRAWN.value,
        audiences=[],
        is_named=False,
        withdrawn_at=now,
        **nothing,
    )


def _let_nobody_find(session: Session, story: Story) -> None:
    here = session.get_one(Network, story.network_id)
    finding.drop(session, here, KIND, story.id)


def narrow(session: Session, story: Story, audience: Audience) -> bool:
    """Let *audience* not be told any more; False where it was not to be, or it is taken back."""
    left = [each for each in story.audiences if each != audience]
    if left == story.audiences:
        return False
    return change_if(session, story, _IS_SHARED, audiences=left)


def shared(
    session: Session, network: Network, audience: Audience, *, at_most: int
) -> Sequence[Story]:
    """The newest stories that *audience* may be told."""
    found = session.scalars(
        select(Story)
        .where(Story.network_id == network.id, _IS_SHARED)
        .order_by(Story.shared_at.desc(), Story.id.desc())
    )
    return [each for each in found if audience in in_order(each.audiences)][:at_most]


def untold(session: Session, network: Network) -> Story | None:
    """The oldest story that all members may be told, and no digest told."""
    found = session.scalars(
        select(Story)
        .where(Story.network_id == network.id, _IS_SHARED, Story.week == "")
        .order_by(Story.shared_at, Story.id)
    )
    return next((each for each in found if Audience.NETWORK in in_order(each.audiences)), None)


def of_week(session: Session, network: Network, week: str) -> Story | None:
    """The story of the digest of *week*, also where it was taken back since."""
    return session.scalars(
        select(Story).where(Story.network_id == network.id, Story.week == week)
    ).first()


def take(session: Session, story: Story, week: str) -> bool:
    """Let the digest of *week* have it, and no other digest."""
    return change_if(session, story, _IS_SHARED, Story.week == "", week=week)


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    session.execute(
        update(Story)
        .where(Story.network_id == network.id, Story.week == week)
        .values(week="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def of_try(session: Session, number: int) -> Story | None:
    """The story that is shared of a try."""
    return session.scalars(select(Story).where(Story.try_id == number, _IS_SHARED)).first()


def of_person(session: Session, person: Person) -> Sequence[Story]:
    """All that is kept of somebody's stories, oldest first."""
    return session.scalars(
        select(Story).where(Story.person_id == person.id).order_by(Story.id)
    ).all()


_OLD = delete(Story).where(
    Story.network_id == bindparam("network"), Story.withdrawn_at < bindparam("before")
)


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of what was taken back half a year ago."""
    clear_out(session, _OLD, network=network.id, before=now - KEPT)


def forget(session: Session, person: Person) -> None:
    """Let go of all stories of *person*."""
    for story in of_person(session, person):
        _let_nobody_find(session, story)
    session.execute(
        delete(Story)
        .where(Story.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
