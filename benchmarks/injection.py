"""Whether people's words can become live in Slack: ``python benchmarks/injection.py --cases N``.

A case is one hostile string in one place where people's words go: names, titles, quotes, labels,
topics, values of buttons, forms. Twelve go into each post, through the very prompts, Markdown and
Block Kit that the bot uses, and once more to a person's page and a form. Then everything live in
what Slack would be sent is counted: mentions, links, dates, emoji, buttons, marked-up text. All
that we did not put there ourselves was injected, and what we did must be there. Prints the first of
what is wrong, and exits with 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from slack_sdk.models.basic_objects import JsonObject

from bot.domain.charts import RunChart
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Field, Home, Image, Post
from bot.platforms.slack.blocks import MORE, to_home, to_message
from bot.platforms.slack.forms import to_view
from bot.ports import DeliveryError
from bot.prompting import PromptError, Prompts

IN_A_POST = 12
SITE = "https://t.slack.com"
HERE, ADA, PLACE = ChannelId("slack:T1/C1"), MemberId("slack:T1/U1"), "slack:T1/C2"
PAGE, WRITTEN = "https://example.org/page", f"message:{PLACE}/1746418574223589"

POST = """# {{ a }}
{{ mention(b, person) }} wrote in {{ mention(c, place) }}: **{{ d }}**, *{{ e }}* and {{ f }}.
> {{ g }}

- {{ h }} ({{ link(i, page) }}; {{ link(j, written) }})
1. `{{ k }}`
**[Yes, {{ l }}](button:test.yes/{{ k }})** [No](button:test.no)
"""
FORM = """# {{ a }}
## one: {{ b }}
{{ c }}
## two: {{ d }}
[Send {{ e }}](submit)
"""
OURS = Counter(["user U1", "channel C2", f"link {PAGE}", f"link {SITE}/archives/C2"])
PRESSED = Counter(["test.yes", "test.no"])

MARKUP = (
    "<!channel>", "<!here|x>", "<!everyone>", "<!subteam^S1|x>", "<@U9>", "<@U9|<!channel>>",
    "<#C9|x>", "<https://evil.example|https://good.example>", "<mailto:a@evil.example|x>",
    "<!date^1392734382^{date}^https://evil.example|x>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;",
    "@channel", "@here", "@everyone", ":tada:", "https://evil.example", "www.evil.example",
    "[x](https://evil.example)", "](https://evil.example)", "[x](to:slack:T1/U9)",
    "](to:slack:T1/U9)", "[x](to:slack:T1/C9)", "[x](message:slack:T1/C9/1746418574223589)",
    "[x](button:evil.act/1)", "](button:evil.act)", "**[x](button:evil.act/1)**", "[x](submit)",
    "## two: x", "(to:slack:T1/U9)", "to:slack:T1/U9", "\\\\](to:slack:T1/U9)", "{{ 7*7 }}",
    "{% raw %}", "{{ mention('x', 'slack:T1/U9') }}", "${7*7}", "%n", "![x](https://evil.example)",
    '{"type":"user","user_id":"U9"}', '"}]}', "[x]: https://evil.example", "<script>",
    "javascript:x",
)  # fmt: skip
SIGNS = (
    "\\", "\\\\", "`", "``", "```", "*", "**", "_", "~", "[", "]", "(", ")", "![", "|", "<", ">",
    "#", "# ", "> ", "- ", "1. ", "\n", "\n\n", "\r", "\r\n", "\t", " ", "\u2028", "\u2029", "\x0b",
    "\x85", "\x00", "\x1b[31m", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad",
    "\ud800", "\ufe0f", "\u20e3", "é", "e\u0301", "\u0301" * 9, "👩\u200d⚕\ufe0f", "🇬🇧", "🇬",
    "👍🏽", "１", "ﬁ", "＜", "＠", "［", "］", "（", "）", "：", "\u0430", "ا", "א", "ก็", "क्ष",
    "각", "\U000e0041", "\ufffe",
)  # fmt: skip
WORDS = (
    "a",
    "tea",
    "falls",
    "evil.example",
    "U9",
    "C9",
    "slack",
    "x" * 90,
    "7",
    ".",
    ",",
    "!",
    "@",
)


def hostile(chance: Random) -> str:
    """A string that somebody might write who wants to be heard by everybody."""
    kinds = chance.choices((MARKUP, SIGNS, WORDS), weights=(3, 4, 2), k=chance.randrange(1, 9))
    parts = [chance.choice(kind) for kind in kinds]
    if chance.random() < 0.2:
        cut = chance.randrange(len(parts[0]) + 1)  # half of something
        parts[0] = parts[0][cut:]
    if chance.random() < 0.1:
        parts.append(chr(chance.randrange(0x110000)))
    return "".join(parts)


MENTIONS = {"user", "channel", "usergroup", "broadcast", "team"}
LIVE = MENTIONS | {"date", "emoji", "link", "color", "mrkdwn", "image"}


def live(payload: object) -> Iterator[str]:
    """All that a reader of Slack could follow, or be called by, in *payload*."""
    if isinstance(payload, dict):
        kind = payload.get("type")
        if kind in LIVE:
            target = payload.get("user_id") or payload.get("channel_id") or payload.get("url") or ""
            yield f"{kind} {str(target).partition('/p1746')[0]}"
        if kind == "plain_text" and payload.get("emoji") is not False:
            yield "emoji in plain text"
        for part in payload.values():
            yield from live(part)
    elif isinstance(payload, list):
        for part in payload:
            yield from live(part)


def pressed(payload: object) -> Iterator[str]:
    """The actions of all buttons in *payload*."""
    if isinstance(payload, dict):
        if payload.get("type") == "button":
            yield str(payload.get("action_id")).partition("#")[0]
        for part in payload.values():
            yield from pressed(part)
    elif isinstance(payload, list):
        for part in payload:
            yield from pressed(part)


def known(address: str) -> str:
    """What people call those whom the bot knows."""
    return {ADA: "@Ada", PLACE: "#falls"}.get(address, "")


@dataclass
class Fuzzing:
    """Puts hostile strings everywhere and counts what comes alive; the same for the same *seed*.

    They go into prompts as *value* makes them: `str` for what people write.
    """

    prompts: Prompts
    seed: int = 0
    value: Callable[[str], str] = str
    cases: int = 0
    posts: int = 0
    injected: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def run(self, cases: int) -> None:
        """Try *cases* strings."""
        while self.cases < cases:
            words = self.words(self.posts)
            self.cases += IN_A_POST
            self.posts += 1
            try:
                self._judge(words)
            except (PromptError, DeliveryError) as error:
                self.injected.append(f"post {self.posts - 1} is broken: {error}")

    def _judge(self, words: list[str]) -> None:
        where = f"of post {self.posts - 1}"
        for what, found, ours in self._drawn(words):
            if extra := found - ours:
                self.injected.append(f"{what} {where}: {dict(extra)}")
            if missing := ours - found:
                self.lost.append(f"{what} {where}: {dict(missing)}")

    def words(self, number: int) -> list[str]:
        """The hostile strings of one post."""
        chance = Random(f"{self.seed}/{number}")
        return [hostile(chance) for _ in range(IN_A_POST)]

    def post(self, words: list[str]) -> Post:
        """A post with *words* wherever people's words go."""
        values = self._values(words)
        said = self.prompts.render(
            "post", **values, person=ADA, place=PLACE, page=PAGE, written=WRITTEN
        )
        alt = words[len(words[0]) % IN_A_POST]
        image = Image(chart=RunChart(title="", weeks=()), alt=alt)
        return Post(to=HERE, text=said.text, buttons=said.buttons, image=image)

    def _values(self, words: list[str]) -> dict[str, str]:
        return dict(zip("abcdefghijkl", map(self.value, words), strict=True))

    def _drawn(self, words: list[str]) -> Iterator[tuple[str, Counter[str], Counter[str]]]:
        """What is alive in each thing that *words* go into, and what of that is ours."""
        post = self.post(words)
        message = to_message(post, known, site=SITE)
        payload = [as_sent(block) for block in message.blocks]
        whole = OURS if MORE not in message.text else Counter(live(payload)) & OURS
        yield "message", Counter(live(payload)), whole
        yield "its buttons", Counter(pressed(payload)), PRESSED
        yield "its plain words", Counter(sign for sign in message.text if sign in "<>"), Counter()
        if self.posts % 4 == 0:
            page = as_sent(to_home(Home(member=ADA, parts=(post,)), known, site=SITE))
            yield "page", Counter(live(page)), OURS
            yield "its buttons", Counter(pressed(page)), PRESSED
        else:
            yield "form", Counter(live(self._form(self._values(words)))), Counter[str]()

    def _form(self, values: dict[str, str]) -> object:
        options = tuple(word[:100] for word in dict.fromkeys(values.values()) if word[:100])
        fields = [Field(name="one", value=values["f"]), Field(name="two", options=options)]
        form = self.prompts.form("form", name="test.form", fields=fields, **values)
        return as_sent(to_view(form))


def as_sent(thing: JsonObject) -> object:
    """A model of slack_sdk's as it goes over the line."""
    return thing.to_dict()


@contextmanager
def fuzzing(*, seed: int = 0, value: Callable[[str], str] = str) -> Iterator[Fuzzing]:
    """Something to fuzz with, its prompts in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "post.md.j2").write_text(POST)
        (Path(folder) / "form.md.j2").write_text(FORM)
        yield Fuzzing(prompts=Prompts(Path(folder)), seed=seed, value=value)


def main() -> int:
    """Try as many as asked for, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    began = time.process_time()
    with fuzzing(seed=asked.seed) as run:
        run.run(asked.cases)
    spent = time.process_time() - began
    print(f"{run.cases:,} hostile strings in {run.posts:,} posts, {spent:.0f} s of CPU")
    print(f"injected: {len(run.injected)}; of our own lost: {len(run.lost)}")
    for found in [*run.injected[:10], *run.lost[:10]]:
        print(f"  {found}")
    return 1 if run.injected or run.lost else 0


if __name__ == "__main__":
    sys.exit(main())
