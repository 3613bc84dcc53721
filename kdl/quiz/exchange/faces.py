"""An item as other programs can show it: question, options, answer, what to say of wrong answers, explanation.

Fresh numbers, shuffled options and other wordings do not exist there: each card is shown as the seed 0 draws it, in its first
wording and with one choice of its options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kdl.quiz import expression, numbers
from kdl.quiz.item import Item, Question
from kdl.quiz.kinds import KINDS

SEED = 0


@dataclass(frozen=True)
class Remark:
    """An answer that somebody may give, whether it is right, and what to say of it."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Face:
    """One card as it is shown. All texts are Markdown."""

    card_id: str
    item: Item
    part: str
    question: Question
    answer: str
    remarks: tuple[Remark, ...]
    why: str

    @property
    def asked(self) -> str:
        """The question with its options below it."""
        options = "\n".join(f"- {key}) {text}" for key, text in self.question.options)
        return f"{self.question.text}\n\n{options}" if options else self.question.text

    @property
    def explained(self) -> str:
        """The explanation with what is to be said of each answer."""
        said = "\n".join(f"- {remark.text}: {remark.feedback}" for remark in self.remarks if remark.feedback)
        return f"{self.why}\n\n{said}" if said else self.why


def faces(items: Sequence[Item]) -> Iterator[Face]:
    """Every card of the items, in their order."""
    for item in items:
        for card_id in item.cards:
            part, kind = card_id.partition("#")[2], KINDS[item.kind]
            question = kind.present(item, part, SEED)
            remarks = tuple(_remarks(item, part, question))
            yield Face(card_id, item, part, question, kind.right(item, part, question), remarks, kind.why(item, question))


def _remarks(item: Item, part: str, question: Question) -> Iterator[Remark]:
    spec, kind = item.spec, KINDS[item.kind]
    match item.kind:
        case "mcq" | "multi":
            for (_, text), index in zip(question.options, question.values["order"], strict=True):
                option = spec["options"][index]
                yield Remark(text, option["right"], option["feedback"])
        case "numeric" | "params":
            yield Remark(numbers.shown(question.values["="]), True, "")
            for wrong in spec["wrong"]:
                value = expression.evaluate(wrong["value"], question.values)
                yield Remark(numbers.shown(value), False, kind.told(wrong["feedback"], question))
        case "cloze":
            asked = part or next(iter(spec["accepted"]))
            yield from (Remark(form, True, "") for form in spec["accepted"][asked])
            yield from (Remark(wrong["text"], False, wrong["feedback"]) for wrong in spec["wrong"] if wrong["part"] == asked)
        case "shape" | "output":
            yield Remark(kind.right(item, part, question), True, "")
            for wrong in spec["wrong"]:
                yield Remark(kind.told(wrong["value"], question), False, kind.told(wrong["feedback"], question))
        case "bug":
            yield Remark(str(spec["answer"]), True, f"it should be `{spec['fix'].strip()}`")
            yield from (Remark(str(wrong["line"]), False, wrong["feedback"]) for wrong in spec["wrong"])
        case "order":
            for number, step in enumerate(spec["steps"], 1):
                yield Remark(f"{number}. {step['text']}", True, step["feedback"])
        case "match":
            for pair in spec["pairs"]:
                yield Remark(f"{pair['left']} = {pair['right']}", True, pair["feedback"])
