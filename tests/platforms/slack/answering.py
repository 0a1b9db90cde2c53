"""A Slack that answers each method as a test wants it: for those who only ask it something."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from bot.platforms.slack import manifest

BOT = "xoxb-1111111111-2222222222-abcdefghijklmnop"
APP = "xapp-1-A0123456789-1111111111-abcdef0123456789"
SIGNING = "8f742231b10e8888abcd99effe85a501"
GRANTED = ",".join(manifest.scopes(private_channels=False))

Answer = tuple[int, dict[str, str], str]


def ok(**more: object) -> Answer:
    """Slack says yes."""
    return 200, {"x-oauth-scopes": GRANTED}, json.dumps({"ok": True, **more})


def no(error: str, **more: object) -> Answer:
    """Slack says no."""
    return 200, {}, json.dumps({"ok": False, "error": error, **more})


class Slack:
    """Answers each method as a test wants it, on a port of its own; keeps what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {
            "auth.test": [
                ok(
                    team="Frailty Friends",
                    team_id="T1",
                    user="animateur",
                    url="https://f.slack.com/",
                )
            ],
            "apps.connections.open": [ok(url="wss://x")],
            "users.conversations": [ok(channels=[{"id": "C1", "name": "frailty"}, {"id": "C2"}])],
        }
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []
        slack = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"] or 0)
                given = parse_qs(self.rfile.read(length).decode())
                method = self.path.removeprefix("/api/")
                slack.asked.append((method, self.headers["Authorization"], given))
                answers = slack.answers[method]
                status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def api(self) -> str:
        """Where its methods are."""
        return f"http://127.0.0.1:{self.server.server_port}/api/"

    def stop(self) -> None:
        """Answer nobody from here."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
