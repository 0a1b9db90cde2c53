"""How far anybody could get who learns: rankers fitted to all communities but the one they judge.

They are given all that a document tells, some forty figures of each message, and nothing else: no
word of who is heard how often, no place for anybody. Needs scikit-learn, which the bot doesn't.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.amplify_figures import Digest, K, Ranker
from bot.judgement.little_known_document import IdeasDocument, MessageGiven
from bot.judgement.traits import SHORTEST, traits

HAS_LEARNERS = find_spec("sklearn") is not None
DAY = 86_400.0
SIGNS = ("://", "<@", "@**", "`", "```", "\n", "\n\n", "\n- ", "?", "？", "!", "！", "*", "<#")


def features(document: IdeasDocument) -> np.ndarray:
    """What can be told of each message of *document*: a row each, the same columns always."""
    given = document.messages
    own = np.array([_own(one, float(document.now)) for one in given])  # type: ignore[arg-type]
    length, voice, attention = own[:, 0], own[:, 1], own[:, 2]
    is_long = length >= SHORTEST
    beside = [_rank(column, is_long) for column in own.T[:8]]
    beside += [attention - np.median(attention)]
    groups: tuple[Callable[[MessageGiven], Hashable], ...] = (
        lambda one: one.channel,
        lambda one: one.user,
        lambda one: (one.channel, one.thread or one.id),
    )
    for group in groups:
        beside += _among(given, group, length, voice)
    return np.column_stack([own, *beside])


def _own(one: MessageGiven, now: float) -> list[float]:
    text = one.text or ""
    found = traits(text)
    return [
        *(len(text), one.author_90d or 0, one.attention or 0, one.audience_28d or 0),
        *(len(text.split()), len(set(text.split())), (now - one.ts) / DAY, found.worth),
        *(found.asks, not one.is_reply, text.isascii(), bool(re.search(r"\d", text))),
        *(text.startswith((">", "&gt;")), text.rstrip().endswith((":", "："))),
        *(text.count(sign) for sign in SIGNS),
    ]


def _rank(column: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The share of those that count which are no greater."""
    beside = np.sort(column[counts])
    return np.asarray(np.searchsorted(beside, column, side="right") / max(1, len(beside)))


def _among(
    given: Sequence[MessageGiven],
    group: Callable[[MessageGiven], Hashable],
    length: np.ndarray,
    voice: np.ndarray,
) -> list[np.ndarray]:
    """Of each message's group: size, its place there, and how long beside the others it is."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for place in sorted(range(len(given)), key=lambda each: given[each].ts):
        members[group(given[place])].append(place)
    size, before, longer, people = (np.zeros(len(given)) for _ in range(4))
    logs = np.log1p(length)
    for places in members.values():
        size[places] = len(places)
        before[places] = np.arange(len(places))
        longer[places] = logs[places] - logs[places].mean()
        people[places] = len(set(voice[places]))
    return [size, before, longer, people]


Maker = Callable[[], Any]


def _boosted() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]

    return HistGradientBoostingClassifier(
        max_iter=100,
        learning_rate=0.05,
        max_leaf_nodes=6,
        min_samples_leaf=200,
        l2_regularization=5,
        random_state=0,
    )


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
    from sklearn.preprocessing import FunctionTransformer, StandardScaler  # type: ignore

    near = FunctionTransformer(lambda x: np.sign(x) * np.log1p(np.abs(x)))
    within = FunctionTransformer(lambda x: np.clip(x, -3, 3))
    fitted = LogisticRegression(C=0.0003, max_iter=300)
    return make_pipeline(near, StandardScaler(), within, fitted)


LEARNERS: dict[str, Maker] = {"learned, boosted": _boosted, "learned, linear": _regression}


def learned(given: dict[str, list[list[Digest]]], make: Maker) -> dict[str, Callable[[], Ranker]]:
    """For each community a ranker that was fitted to what proved right in all the others."""
    rows = {name: _rows([one for cut in cuts for one in cut]) for name, cuts in given.items()}
    return {name: _fitted([rows[each] for each in rows if each != name], make) for name in given}


Rows = tuple[np.ndarray, np.ndarray]


def _rows(digests: list[Digest]) -> Rows | None:
    """The messages of digests in which something little attended to proved right, and which."""
    told = [one for one in digests if one.truths["hidden"]]
    if not told:
        return None
    found, right = [], []
    for one in told:
        is_long = [len(each.text or "") >= SHORTEST for each in one.document.messages]
        found.append(features(one.document)[is_long])
        truth = np.array([each in one.truths["hidden"] for each in range(len(is_long))])
        right.append(truth[is_long])
    return np.concatenate(found), np.concatenate(right)


def _fitted(rows: list[Rows | None], make: Maker) -> Callable[[], Ranker]:
    """A ranker fitted to *rows*, each community weighing the same."""
    told = [each for each in rows if each is not None]
    model = make()
    weights = np.concatenate([np.full(len(right), 1 / right.sum()) for _, right in told])
    name = f"{model.steps[-1][0]}__sample_weight" if hasattr(model, "steps") else "sample_weight"
    model.fit(
        np.concatenate([found for found, _ in told]),
        np.concatenate([right for _, right in told]),
        **{name: weights / weights.mean()},
    )

    def ranker(document: IdeasDocument) -> Sequence[int | str]:
        scores = model.predict_proba(features(document))[:, 1]
        is_long = [len(one.text or "") >= SHORTEST for one in document.messages]
        order = np.argsort(np.where(is_long, -scores, 1.0), kind="stable")
        return [document.messages[each].id for each in order[:K]]

    return lambda: ranker
