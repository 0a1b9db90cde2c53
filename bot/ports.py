"""What the core asks of the outside world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.events import Batch, FormSubmitted
from bot.domain.ids import Address, MemberId
from bot.domain.posts import Form, Home, Post
from bot.domain.topics import TopicsIn, none_followed

Clock = Callable[[], datetime]
Receive = Callable[[Batch], None]
"""Commits what happened: once it returns, whoever sent it may be told that it arrived."""

Check = Callable[[FormSubmitted], Mapping[str, str]]
"""What is wrong with a form that was sent, by the field's name; empty where it may be taken."""


def nothing_wrong(_: FormSubmitted) -> Mapping[str, str]:
    """The check of those who take every form as it is."""
    return {}


class Platform(Protocol):
    """A place where people talk: it tells us what happens, and says what we ask it to."""

    name: str
    """The prefix of this platform's ids: "slack", "console"."""

    @property
    def shares_out(self) -> bool:
        """Whether each thing that happens is told to one of all who listen, and not to each."""

    def start(
        self, receive: Receive, check: Check = nothing_wrong, topics: TopicsIn = none_followed
    ) -> None:
        """Begin to pass on what happens, and ask what is wrong with a form before it is taken.

        *topics* tells of words, which go no further, what that is followed they are about.
        """

    def stop(self) -> None:
        """Pass nothing on from here."""

    def post(self, post: Post, *, key: str) -> str:
        """Say *post* and return the platform's name for it.

        *key* names the occasion and travels with the post, for `find`.

        Raises:
            DeliveryError: the platform refused it, or didn't answer.
        """
        ...

    def update(self, message: str, post: Post) -> None:
        """Put *post* in the place of the earlier *message*.

        Raises:
            DeliveryError: as for `post`.
        """

    def delete(self, message: str, to: Address) -> None:
        """Take the earlier *message* back, which was said to *to*.

        Raises:
            DeliveryError: as for `post`; one that is gone already is no error.
        """

    def show(self, home: Home) -> None:
        """Put *home* in the place of what the member saw on the bot's own page.

        Raises:
            DeliveryError: as for `post`.
        """

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Show *form* to *member*, by the permit that came with what they did.

        Raises:
            DeliveryError: as for `post`.
        """

    def find(self, to: Address, *, key: str, since: datetime) -> str | None:
        """The platform's name of the post made for *key* since then, or None where there is none.

        Raises:
            DeliveryError: the platform can't tell.
        """
        ...


class DeliveryError(Exception):
    """The platform didn't take a post.

    `retry_in` is how long to wait before another try, or None where another try is useless.
    `may_have_arrived` says that the post could be there all the same.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_in: timedelta | None = None,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_in = retry_in
        self.may_have_arrived = may_have_arrived
