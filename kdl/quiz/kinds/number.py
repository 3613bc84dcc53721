"""numeric: fresh numbers at each review. params: the number that Keras counts for the code shown."""

from __future__ import annotations

import re

from kdl.quiz import draw, expression, numbers
from kdl.quiz.block import Block
from kdl.quiz.expression import BadExpression
from kdl.quiz.item import Item, Question, Verdict
from kdl.quiz.kinds.base import Job
from kdl.quiz.kinds.drawn import Computed, Drawn, checked_draws, fill, filled

SAMPLE = 200  # draws on which an item is checked
AGAINST_ORACLE = 24  # of them, draws computed a second time by its oracle
FLOAT32_NOISE = 1e-5  # relative; an oracle may compute in float32
_TRIES = 60


def printed(answer: expression.Number, text: str) -> bool:
    """The answer stands in the question as a number of its own."""
    return re.search(rf"(?<![\w.,]){re.escape(numbers.shown(answer))}(?![\w]|[.,]\d)", text) is not None


def compiled_wrongs(block: Block, known: set[str]) -> list[dict]:
    """The `wrong` expressions with their feedback, each checked to use drawn names only."""
    wrongs = []
    for given, feedback, line in block.wrongs():
        try:
            unknown = expression.names(expression.parse(given)) - known
        except BadExpression as error:
            raise block.bad(f"`wrong`: {error}", line=line) from error
        if unknown:
            raise block.bad(f"`wrong` uses {sorted(unknown)[0]!r}, which is not drawn", line=line)
        wrongs.append({"value": given, "feedback": feedback})
    if not wrongs:
        raise block.bad("has no wrong answer with its feedback", fix="Add `wrong: EXPRESSION => what was forgotten`.")
    return wrongs


class _Number(Drawn):
    def _tolerance(self, block: Block) -> dict:
        text = block.value("tolerance", "0").strip()
        relative = text.endswith("%")
        try:
            size = expression.evaluate(text.removesuffix("%").strip())
        except BadExpression as error:
            raise block.bad(f"tolerance {text!r} is neither a number nor a percentage") from error
        return {"tolerance": size / 100 if relative else size, "relative": relative}

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        spec, known = item.spec, question.values
        value = numbers.read(text, spec.get("unit", ""))
        right = self.right(item, part, question)
        near = {"tolerance": spec["tolerance"], "relative": spec["relative"]}
        if numbers.equal(value, known["="], **near):
            return Verdict(True, "", right)
        for wrong in spec["wrong"]:
            if numbers.equal(value, expression.evaluate(wrong["value"], known), **near):
                return Verdict(False, self.told(wrong["feedback"], question), right)
        return Verdict(False, "", right)

    def right(self, item: Item, part: str, question: Question) -> str:
        unit = item.spec.get("unit", "")
        return numbers.shown(question.values["="]) + (f" {unit}" if unit else "")


class Numeric(_Number):
    name = "numeric"

    def compile(self, block: Block) -> dict:
        block.only("draw", "answer", "wrong", "oracle", "tolerance", "unit")
        text = block.value("draw")
        try:
            draws = draw.parse(text)
            answer = expression.parse(block.value("answer"))
        except BadExpression as error:
            raise block.bad(str(error)) from error
        checked_draws(block)
        names = {one.name for one in draws}
        unknown = expression.names(answer) - names
        if unknown:
            raise block.bad(f"`answer` uses {sorted(unknown)[0]!r}, which is not drawn")
        return {
            "draw": text,
            "answer": block.value("answer"),
            "wrong": compiled_wrongs(block, names),
            "oracle": [field.value for field in block.values("oracle")],
            "unit": block.value("unit", ""),
            **self._tolerance(block),
        }

    def answer(self, spec: dict) -> object:
        return [spec["draw"], spec["answer"]]

    def _draw(self, item: Item, *key: object) -> dict | None:
        """The values of one draw and the answer, under `=`; None where a wrong answer would be right, or the question
        prints the answer."""
        spec = item.spec
        known = draw.values(draw.parse(spec["draw"]), item.id, *key)
        known["="] = expression.evaluate(spec["answer"], known)
        near = {"tolerance": spec["tolerance"], "relative": spec["relative"]}
        clash = any(numbers.equal(expression.evaluate(wrong["value"], known), known["="], **near) for wrong in spec["wrong"])
        return None if clash or any(printed(known["="], fill(text, known)) for text in item.prompts) else known

    def present(self, item: Item, part: str, seed: int) -> Question:
        for attempt in range(_TRIES):
            known = self._draw(item, seed, attempt)
            if known is not None:
                return Question(fill(item.worded(seed), known), "line", "a number", seed, values=known)
        raise BadExpression(f"item {item.id!r}: no usable draw in {_TRIES}")

    def jobs(self, spec: dict) -> list[Job]:
        if not spec["oracle"]:
            return []
        *code, expression_ = spec["oracle"]
        draws = draw.parse(spec["draw"])
        return [
            Job("\n".join(code), expression_, "number", draw.values(draws, "oracle", index)) for index in range(AGAINST_ORACLE)
        ]

    def settle(self, spec: dict, results: list) -> dict:
        near = {"tolerance": spec["tolerance"], "relative": spec["relative"]}
        for job, result in zip(self.jobs(spec), results, strict=True):
            value = expression.evaluate(spec["answer"], job.values)
            noise = 0.0 if isinstance(result, int) else FLOAT32_NOISE
            if not numbers.equal(value, result, noise) and not numbers.equal(value, result, **near):
                drawn = ", ".join(f"{name}={numbers.shown(number)}" for name, number in job.values.items())
                raise ValueError(f"for {drawn} the answer is {numbers.shown(value)}, the oracle says {numbers.shown(result)}")
        return spec

    def check(self, item: Item) -> list[str]:
        problems = []
        if not item.spec["oracle"]:
            problems.append("has no `oracle`: a number that code can compute is computed twice")
        usable = sum(self._draw(item, "check", index) is not None for index in range(SAMPLE))
        if usable < SAMPLE / 2:
            problems.append(f"on {SAMPLE - usable} of {SAMPLE} draws a `wrong` equals the answer, or the question prints it")
        return problems


class Params(_Number, Computed):
    name, result, default = "params", "number", "model.count_params()"

    def compile(self, block: Block) -> dict:
        block.only("draw", "oracle", "wrong", "tolerance", "unit")
        spec, known = self.code_of(block), checked_draws(block)
        wrongs = compiled_wrongs(block, set(known[0]))
        for wrong, (_, _, line) in zip(wrongs, block.wrongs(), strict=True):
            try:
                for one in known:
                    expression.evaluate(wrong["value"], one)
            except BadExpression as error:
                raise block.bad(f"`wrong`: {error}", line=line) from error
        return {**spec, "wrong": wrongs, "unit": block.value("unit", ""), **self._tolerance(block)}

    def present(self, item: Item, part: str, seed: int) -> Question:
        known = self.asked(item, seed)
        return Question(filled(item.worded(seed), known), "line", "a number, or the sum that gives it", seed, values=known)

    def faults(self, item: Item, known: dict) -> list[str]:
        problems = []
        for wrong in item.spec["wrong"]:
            if numbers.equal(expression.evaluate(wrong["value"], known), known["="]):
                problems.append(f"`wrong: {wrong['value']}` equals the answer")
        if any(printed(known["="], filled(text, known)) for text in item.prompts):
            problems.append("prints its answer in the question")
        return problems
