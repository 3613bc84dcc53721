"""The format ladder: an item that is well remembered is asked in a harder way. Options help at first and hide later how much
is known.

Which rung a card stands on follows from its stability alone, so that the log, which holds the stability before each answer,
says how each was asked, and a lapse leads back down.
"""

from __future__ import annotations

import re

from kdl.quiz.item import Item, Question, Verdict
from kdl.quiz.kinds import KINDS
from kdl.quiz.kinds.base import fingerprint_text

FREE_FROM = 21.0  # days of stability beyond which the options are left out
_LETTER = re.compile(r"(?<!\S)[a-e]\) ")
LADDERS = {"mcq": ("recall",)}  # kind -> what `ladder=` may say


def free(item: Item, stability: float | None) -> bool:
    """The item is asked without its options."""
    return item.ladder == "recall" and stability is not None and stability > FREE_FROM


def present(item: Item, part: str, seed: int, stability: float | None) -> Question:
    """The item as it is asked of someone who remembers it for `stability` days."""
    if free(item, stability):
        return Question(item.worded(seed), "self", "answer without options, then Enter", seed, values={"free": True})
    return KINDS[item.kind].present(item, part, seed)


def judge(item: Item, part: str, question: Question, text: str) -> Verdict:
    """The judgement of an answer on either rung; None for one that only the learner can judge.

    Raises:
        Unreadable: it is no answer to this question.
    """
    if not question.values.get("free"):
        return KINDS[item.kind].judge(item, part, question, text)
    for option in item.spec["options"]:
        if fingerprint_text(option["text"]) == fingerprint_text(text):
            return Verdict(option["right"], option["feedback"], right(item, part, question))
    return Verdict(None, "", right(item, part, question))


def right(item: Item, part: str, question: Question) -> str:
    """The right answer as text, on either rung."""
    if not question.values.get("free"):
        return KINDS[item.kind].right(item, part, question)
    return next(option["text"] for option in item.spec["options"] if option["right"])


def stated(item: Item, part: str, question: Question) -> str:
    """The right answer without the letters of this time's order: what the log keeps, to be compared with a later one."""
    text = right(item, part, question)
    return _LETTER.sub("", text) if question.order else text
