"""shape and output: what the code shown gives when it runs. The answer is computed, never typed by the author."""

from __future__ import annotations

import re

from kdl.quiz.block import Block
from kdl.quiz.item import Item, Question, Unreadable, Verdict
from kdl.quiz.kinds.base import Job, Kind, typed_mode

_FREE = {"none", "?", "b", "batch", "n"}  # what people write for the axis that is not fixed


def read_shape(text: str) -> tuple[int | None, ...]:
    """`(None, 26, 26, 32)`, `[?, 26, 26, 32]` or `None 26 26 32` -> a tuple.

    Raises:
        Unreadable: something in it is neither a size nor None.
    """
    plain = text.replace("`", " ").strip().removeprefix("TensorShape").strip()
    while plain[:1] + plain[-1:] in ("()", "[]"):
        plain = plain[1:-1].strip()
    if any(bracket in plain for bracket in "()[]"):
        raise Unreadable(f"The parentheses of {text.strip()!r} do not match. Type a shape as (None, 28, 28, 3).")
    sizes: list[int | None] = []
    for word in re.split(r"[\s,;x×]+", plain):
        if not word:
            continue
        if word.casefold() in _FREE:
            sizes.append(None)
        elif word.isdecimal() and len(word) <= 9:
            sizes.append(int(word))
        else:
            raise Unreadable(f"{text.strip()!r} is not a shape. Type one as (None, 28, 28, 3).")
    if not sizes and not re.fullmatch(r"\s*[(\[]\s*[)\]]\s*", text):
        raise Unreadable("Type a shape as (None, 28, 28, 3).")
    return tuple(sizes)


def shown_shape(sizes) -> str:
    return "(" + ", ".join(map(str, sizes)) + (",)" if len(sizes) == 1 else ")")


class _Computed(Kind):
    default: str | None = None

    def compile(self, block: Block) -> dict:
        block.only("oracle", "wrong")
        if not block.code():
            raise block.bad("shows no ```python code to run", fix="Show the code in a ```python block.")
        wrongs = [{"value": given, "feedback": feedback} for given, feedback, _ in self._readable(block)]
        if not wrongs:
            raise block.bad("has no wrong answer with its feedback", fix="Add `wrong: ANSWER => what is wrong with it`.")
        return {"code": block.code(), "oracle": block.value("oracle", self.default), "wrong": wrongs, "answer": None}

    def _readable(self, block: Block):
        for given, feedback, line in block.wrongs():
            try:
                self.read(given)
            except Unreadable as error:
                raise block.bad(f"`wrong`: {error}", line=line) from error
            yield given, feedback, line

    def answer(self, spec: dict) -> object:
        return spec["answer"]

    def present(self, item: Item, part: str, seed: int) -> Question:
        return Question(item.prompt, typed_mode([self.right(item, part, None)]), self.ask, seed)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        value, right = self.read(text), self.right(item, part, question)
        if value == self.read(right):
            return Verdict(True, "", right)
        for wrong in item.spec["wrong"]:
            if value == self.read(wrong["value"]):
                return Verdict(False, wrong["feedback"], right)
        return Verdict(False, "", right)

    def jobs(self, spec: dict) -> list[Job]:
        return [Job(spec["code"], spec["oracle"], self.name, {})]

    def settle(self, spec: dict, results: list) -> dict:
        return {**spec, "answer": results[0]}

    def check(self, item: Item) -> list[str]:
        right = self.right(item, "", None)
        problems = []
        for wrong in item.spec["wrong"]:
            if self.read(wrong["value"]) == self.read(right):
                problems.append(f"a `wrong` equals the computed answer {right}")
        if right in item.prompt:
            problems.append("prints its answer in the question")
        return problems


class Shape(_Computed):
    name, default, ask = "shape", "y.shape", "a shape, as (None, 28, 28, 3)"

    def read(self, text: str):
        return read_shape(text)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        verdict = super().judge(item, part, question, text)
        value, right = self.read(text), tuple(item.spec["answer"])
        if not verdict.correct and not verdict.feedback and right[:1] == (None,) and value == right[1:]:
            return Verdict(False, "the batch axis is missing: a shape in Keras starts with it, as None.", verdict.answer)
        return verdict

    def right(self, item: Item, part: str, question: Question) -> str:
        return shown_shape(item.spec["answer"])


class Output(_Computed):
    name, default, ask = "output", "None", "what it prints"

    def read(self, text: str):
        if not text.strip():
            raise Unreadable("Type what the code prints, or ? if you do not know.")
        return re.sub(r"\s+", " ", text.replace("`", "")).strip()

    def settle(self, spec: dict, results: list) -> dict:
        if not results[0]:
            raise ValueError("its code prints nothing")
        return super().settle(spec, results)

    def right(self, item: Item, part: str, question: Question) -> str:
        return item.spec["answer"]
