"""shape and output: what the code shown gives when it runs. The answer is computed, never typed by the author."""

from __future__ import annotations

import re

from kdl.quiz.block import Block
from kdl.quiz.item import Item, Question, Unreadable, Verdict
from kdl.quiz.kinds.base import typed_mode
from kdl.quiz.kinds.drawn import Computed, checked_draws, fill, filled

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


class _Typed(Computed):
    def compile(self, block: Block) -> dict:
        block.only("draw", "oracle", "wrong")
        spec, known = self.code_of(block), checked_draws(block)
        wrongs = [{"value": given, "feedback": feedback} for given, feedback, _ in self._readable(block, known)]
        if not wrongs:
            raise block.bad("has no wrong answer with its feedback", fix="Add `wrong: ANSWER => what is wrong with it`.")
        return {**spec, "wrong": wrongs}

    def _readable(self, block: Block, known: list[dict]):
        drawn = bool(block.values("draw"))
        for given, feedback, line in block.wrongs():
            try:
                for one in known:
                    self.read(fill(given, one) if drawn else given)
            except Unreadable as error:
                raise block.bad(f"`wrong`: {error}", line=line) from error
            yield given, feedback, line

    def present(self, item: Item, part: str, seed: int) -> Question:
        known = self.asked(item, seed)
        mode = typed_mode([self.shown(known["="])])
        return Question(filled(item.worded(seed), known), mode, self.ask, seed, values=known)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        value, right = self.read(text), self.right(item, part, question)
        if value == self.read(right):
            return Verdict(True, "", right)
        for wrong in item.spec["wrong"]:
            if value == self.read(self.told(wrong["value"], question)):
                return Verdict(False, self.told(wrong["feedback"], question), right)
        return Verdict(False, "", right)

    def right(self, item: Item, part: str, question: Question) -> str:
        return self.shown(question.values["="])

    def faults(self, item: Item, known: dict) -> list[str]:
        right = self.shown(known["="])
        problems = []
        for wrong in item.spec["wrong"]:
            if self.read(filled(wrong["value"], known)) == self.read(right):
                problems.append(f"a `wrong` equals the computed answer {right}")
        if any(right in filled(text, known) for text in item.prompts):
            problems.append("prints its answer in the question")
        return problems


class Shape(_Typed):
    name, result, default, ask = "shape", "shape", "y.shape", "a shape, as (None, 28, 28, 3)"

    def read(self, text: str):
        return read_shape(text)

    def shown(self, answer: list) -> str:
        return shown_shape(answer)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        verdict = super().judge(item, part, question, text)
        value, right = self.read(text), tuple(question.values["="])
        if not verdict.correct and not verdict.feedback and right[:1] == (None,) and value == right[1:]:
            return Verdict(False, "the batch axis is missing: a shape in Keras starts with it, as None.", verdict.answer)
        return verdict


class Output(_Typed):
    name, result, default, ask = "output", "output", "None", "what it prints"

    def read(self, text: str):
        if not text.strip():
            raise Unreadable("Type what the code prints, or ? if you do not know.")
        return re.sub(r"\s+", " ", text.replace("`", "")).strip()

    def shown(self, answer: str) -> str:
        return answer

    def settle(self, spec: dict, results: list) -> dict:
        if not all(results):
            raise ValueError("its code prints nothing")
        return super().settle(spec, results)
