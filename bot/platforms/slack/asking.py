"""Asks Slack, each method never sooner than it allows, and again when it stumbles.

Only for what may be asked twice: nothing is posted or changed from here. How often each method may
be called is told at https://docs.slack.dev/apis/web-api/rate-limits.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from threading import Event as Signal
from threading import Lock

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

log = structlog.get_logger()

WINDOW = 60.0
A_MINUTE = {
    "users.list": 18,
    "users.conversations": 45,
    "conversations.info": 45,
    "conversations.history": 40,
    "conversations.replies": 40,
}
"""Calls in any minute: a little below what Slack allows, which leaves some for others."""

OTHERS = 90
SHORTEST_PAUSE = 0.001
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
PAGE = 200

_WORD = re.compile(r"[a-z_]{1,80}")

Answer = Mapping[str, object]
Wait = Callable[[float], bool]
"""Waits for so many seconds, or less where it is time to stop; tells whether it is."""


def patience(seconds: float) -> Wait:
    """Waits for so many *seconds* altogether, and for nothing that takes longer."""
    left = seconds
    never = Signal()

    def wait(longer: float) -> bool:
        nonlocal left
        left -= longer
        return left < 0 or never.wait(longer)

    return wait


class Stopped(Exception):
    """There was no more time to wait for an answer: it was to be asked for in `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Refused(Exception):
    """Slack won't tell; the message is its word for why: ``channel_not_found``."""


class Asker:
    """Calls a workspace's Web API through *client*, which must not try again by itself.

    Each method has a pace of its own, kept by all threads that ask: who waits for one method
    holds up nobody who asks another. `asked` counts calls.
    """

    def __init__(
        self,
        client: WebClient,
        *,
        wait: Wait | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.asked = 0
        self._client = client
        self._wait = wait or Signal().wait
        self._elapsed = elapsed
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._not_before: dict[str, float] = {}
        self._counting = Lock()

    def ask(self, method: str, **given: str | int | bool) -> Answer:
        """What *method* answers, however long that takes.

        Raises:
            Refused: Slack won't tell, now or later.
            Stopped: it is time to stop.
        """
        pause = FIRST_PAUSE
        while True:
            self._take_turn(method)
            try:
                return self._call(method, given)
            except SlackApiError as error:
                told = _patience(error)
                if told is None:
                    raise Refused(_word(error)) from None
                self._rest(method, told or pause)
            except (SlackClientError, HTTPException, OSError, ValueError, AttributeError) as error:
                log.info("slack.asked_in_vain", method=method, why=type(error).__name__)
                self._rest(method, pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def pages(self, method: str, key: str, **given: str | int | bool) -> Iterator[object]:
        """All that *method* lists under *key*, page by page.

        Raises:
            Refused, Stopped: as for `ask`.
        """
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = self.ask(method, limit=PAGE, **given, **more)
            found = answer.get(key)
            yield from found if isinstance(found, list) else ()
            following = next_cursor(answer)
            if not following or following == cursor:
                return
            cursor = following

    def _call(self, method: str, given: Mapping[str, object]) -> Answer:
        found = self._client.api_call(method, params=dict(given)).data
        if not isinstance(found, dict):
            raise ValueError("not JSON")
        return found

    def _take_turn(self, method: str) -> None:
        """Wait until *method* may be called once more, and count that call.

        Raises:
            Stopped: it is time to stop.
        """
        while (seconds := self._early(method)) > 0:
            if self._wait(max(seconds, SHORTEST_PAUSE)):
                raise Stopped(seconds)

    def _early(self, method: str) -> float:
        """Seconds until *method* may be called; where it may be now, the call is counted."""
        most = A_MINUTE.get(method, OTHERS)
        with self._counting:
            now, calls = self._elapsed(), self._calls[method]
            while calls and calls[0] + WINDOW <= now:
                calls.popleft()
            paced = calls[0] + WINDOW - now if len(calls) >= most else 0.0
            seconds = max(paced, self._not_before.get(method, now) - now)
            if seconds <= 0:
                calls.append(now)
                self.asked += 1
            return seconds

    def _rest(self, method: str, seconds: float) -> None:
        """Let nobody call *method* for so long."""
        with self._counting:
            until = self._elapsed() + seconds
            self._not_before[method] = max(until, self._not_before.get(method, until))


def next_cursor(answer: Answer) -> str:
    """Where the next page begins; "" where there is none."""
    found = answer.get("response_metadata")
    cursor = found.get("next_cursor") if isinstance(found, dict) else None
    return cursor if isinstance(cursor, str) else ""


def _patience(error: SlackApiError) -> float | None:
    """Seconds after which to ask again (0: Slack doesn't say), or None where that is useless."""
    response = error.response
    headers = {name.lower(): value for name, value in dict(response.headers or {}).items()}
    if response.status_code == 429 or _word(error) in ("ratelimited", "rate_limited"):
        told = headers.get("retry-after", "")
        told = told[0] if isinstance(told, list) and told else told
        return float(told) if str(told).isdecimal() else 0.0
    is_theirs = response.status_code >= 500 or _word(error) in _STUMBLES
    return 0.0 if is_theirs else None


_STUMBLES = frozenset(
    (
        "no_answer",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    )
)


def _word(error: SlackApiError) -> str:
    """Slack's word for what is wrong; a body that is cut off holds none."""
    data = error.response.data
    word = data.get("error") if isinstance(data, dict) else None
    return word if isinstance(word, str) and _WORD.fullmatch(word) else "no_answer"
