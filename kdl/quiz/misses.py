"""Predictions that were wrong though the learner was sure become cards: `prediction:p52-remembers-50`.

The question and its choices are read from the pair's file without running it, so that no arm is imported to ask.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from kdl import catalog
from kdl.errors import BadContent
from kdl.quiz.item import Item, Topic
from kdl.store import predictions
from kdl.store.predictions import Kept

PREFIX = "prediction:"


def items(db: sqlite3.Connection, topics: Sequence[Topic]) -> list[Item]:
    """One item for each claim that was last predicted wrong by someone who was sure, or ever was: what came out is asked.

    A claim whose pair or choices are gone is left out.
    """
    found: dict[str, Item] = {}
    for miss in predictions.confident_misses(predictions.every(db)):
        card = catalog.pairs().get(miss.pair)
        if card is None:
            continue
        question, choices = prediction(card.path)
        if miss.outcome in choices and miss.choice in choices:
            one = _item(miss, card, question, choices, topics)
            found[one.id] = one
    return list(found.values())


def prediction(path: Path) -> tuple[str, dict[str, str]]:
    """The question of a pair file's PREDICTION and its choices.

    Raises:
        BadContent: it is not written in plain literals.
    """
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [getattr(name, "id", "") for name in node.targets] == ["PREDICTION"]:
            try:
                fields = {word.arg: ast.literal_eval(word.value) for word in node.value.keywords}
                return fields["question"], fields["choices"]
            except (AttributeError, KeyError, ValueError) as error:
                raise BadContent(path, node.lineno, "PREDICTION is not written in plain text and numbers") from error
    raise BadContent(path, 1, "assigns no PREDICTION")


def _item(miss: Kept, card: catalog.PairCard, question: str, choices: dict[str, str], topics: Sequence[Topic]) -> Item:
    topic = next((topic for topic in topics if miss.pair in topic.pairs), None)
    chosen = f"You chose this and were {miss.confidence:.0%} sure." if miss.confidence else "You chose this."
    options = [
        {
            "text": text,
            "right": name == miss.outcome,
            "feedback": "That is what came out." if name == miss.outcome else chosen if name == miss.choice else "It did not.",
        }
        for name, text in choices.items()
    ]
    where = f"run {miss.run}" if miss.run else "the committed run"
    body = json.dumps([question, choices, miss.outcome], sort_keys=True)
    return Item(
        id=f"{PREFIX}{miss.pair}-{miss.claim}".lower(),
        kind="mcq",
        unit=topic.unit if topic else card.unit,
        topic=topic.id if topic else "",
        file=topic.file if topic else "",
        line=1,
        end=1,
        heading=topic.title if topic else card.question,
        entries=card.arms,
        errata=(),
        needs=(),
        rev=1,
        parts=(),
        prompt=f"You predicted this before {card.id}. {question}",
        hint="",
        why=f"{where.capitalize()} showed it: `kdl pair show {card.id}`.",
        spec={"options": options},
        body_fp=_fingerprint(body),
        answer_fp=_fingerprint(choices[miss.outcome]),
    )


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
