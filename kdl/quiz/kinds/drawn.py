"""Drawn numbers in texts, and code that is run on a few draws when the item is built: its answers are stored, one is asked."""

from __future__ import annotations

import abc
import re
from dataclasses import replace

from kdl.quiz import draw, expression, numbers
from kdl.quiz.block import Block
from kdl.quiz.expression import BadExpression, Number
from kdl.quiz.item import Item, Question
from kdl.quiz.kinds.base import Job, Kind

MOST, FEWEST = 6, 2  # draws whose answers are stored, and those of them that can be asked
_TRIES = 60
_SLOT = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def fill(text: str, known: dict) -> str:
    """`{{n}}` -> its number; `{{n + 1}}` works too."""
    return _SLOT.sub(lambda slot: numbers.shown(expression.evaluate(slot[1], known)), text)


def draws(text: str) -> list[dict[str, Number]]:
    """The first different draws of a `draw` line, the same in every build; one empty draw where nothing is drawn.

    Raises:
        BadExpression: the line cannot be read, or leaves nothing to draw.
    """
    if not text:
        return [{}]
    found: list[dict[str, Number]] = []
    for index in range(_TRIES):
        known = draw.values(draw.parse(text), "built", index)
        if known not in found and len(found) < MOST:
            found.append(known)
    return found


def checked_draws(block: Block) -> list[dict[str, Number]]:
    """The draws of a container, after every `{{...}}` of its texts was filled with each of them.

    Raises:
        BadContent: its `draw` cannot be read, or a `{{...}}` is no expression of drawn names.
    """
    fields = block.values("draw")
    try:
        known = draws(block.value("draw", ""))
    except BadExpression as error:
        raise block.bad(str(error), line=fields[0].line) from error
    if not fields:
        return known
    if not known[0]:
        raise block.bad("`draw` draws nothing", fix="Write `draw: n = int(3, 12)`.", line=fields[0].line)
    labelled = [part for parts in (*block.labels.values(), *block.wordings) for part in parts]
    texts = [(part.markdown, part.line) for part in (*block.question, *labelled)]
    for text, line in texts + [(field.value, field.line) for field in block.fields]:
        try:
            for one in known:
                fill(text, one)
        except BadExpression as error:
            raise block.bad(str(error), fix="In `{{...}}` stands an expression of drawn names.", line=line) from error
    return known


def filled(text: str, known: dict) -> str:
    """A text with its numbers, where any were drawn besides the answer."""
    return fill(text, known) if len(known) > 1 else text


class Drawn(Kind):
    """An item whose texts may show the numbers of this time's draw."""

    def told(self, text: str, question: Question) -> str:
        return filled(text, question.values)

    def whole(self, item: Item, part: str) -> tuple[Question, ...]:
        first = self.present(item, part, 0)
        return tuple(replace(first, text=filled(text, first.values)) for text in item.prompts)


class Computed(Drawn):
    """An item that shows code and asks what it gives: for the code as it stands, or with the numbers of one of a few draws."""

    shared = ("code",)
    result = ""  # what is wanted of the code, as in Job
    default: str | None = None

    def asked_with(self, block: Block) -> list[str]:
        return [part.markdown for part in block.of_kind("code")]

    def code_of(self, block: Block) -> dict:
        """What the spec holds of the code. A `draw` is there only where something is drawn."""
        if not block.code():
            raise block.bad("shows no ```python code to run", fix="Show the code in a ```python block.")
        drawn = {"draw": block.value("draw")} if block.values("draw") else {}
        return {**drawn, "code": block.code(), "oracle": block.value("oracle", self.default), "answer": None}

    def answer(self, spec: dict) -> object:
        return spec["answer"]

    def jobs(self, spec: dict) -> list[Job]:
        if "draw" not in spec:
            return [Job(spec["code"], spec["oracle"], self.result, {})]
        known = draws(spec["draw"])
        return [Job(fill(spec["code"], one), fill(spec["oracle"], one), self.result, {}) for one in known]

    def settle(self, spec: dict, results: list) -> dict:
        if "draw" not in spec:
            return {**spec, "answer": results[0]}
        answers = [{**known, "=": result} for known, result in zip(draws(spec["draw"]), results, strict=True)]
        return {**spec, "answer": answers}

    @abc.abstractmethod
    def faults(self, item: Item, known: dict) -> list[str]:
        """What is wrong with one draw: a `wrong` that equals the answer, a question that prints it."""

    def asked(self, item: Item, seed: int) -> dict:
        """The drawn names of this time, and the answer under `=`.

        Raises:
            BadExpression: no draw can be asked.
        """
        spec = item.spec
        if "draw" not in spec:
            return {"=": spec["answer"]}
        usable = [known for known in spec["answer"] if not self.faults(item, known)]
        if not usable:
            raise BadExpression(f"item {item.id!r}: none of its {len(spec['answer'])} draws can be asked")
        return usable[seed % len(usable)]

    def check(self, item: Item) -> list[str]:
        if "draw" not in item.spec:
            return self.faults(item, {"=": item.spec["answer"]})
        faults = [self.faults(item, known) for known in item.spec["answer"]]
        usable = faults.count([])
        if usable >= FEWEST:
            return []
        why = next((some[0] for some in faults if some), f"`draw` gives only {len(faults)}")
        return [f"{usable} of its {len(faults)} draws can be asked, {FEWEST} are needed: {why}"]
