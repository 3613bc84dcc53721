"""basic: recall, look, judge yourself. explain: say it in your own words, then hold it against a rubric."""

from __future__ import annotations

from kdl.quiz.block import Block
from kdl.quiz.item import Item, Question, Verdict
from kdl.quiz.kinds.base import Kind


class _Recall(Kind):
    def present(self, item: Item, part: str, seed: int) -> Question:
        return Question(item.worded(seed), "self", self.ask, seed)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        return Verdict(None, "", self.right(item, part, question))

    def typed(self, item: Item, part: str, question: Question) -> str:
        return ""

    def question(self, block: Block) -> str:
        return block.prompt()


class Basic(_Recall):
    name, ask = "basic", "answer in your head, then Enter"

    def compile(self, block: Block) -> dict:
        block.only()
        answer = block.label("Answer")
        if not answer:
            raise block.bad("has no answer", fix="Add a paragraph that starts with `Answer:`.")
        return {"answer": answer}

    def answer(self, spec: dict) -> object:
        return spec["answer"]

    def right(self, item: Item, part: str, question: Question) -> str:
        return item.spec["answer"]


class Explain(_Recall):
    name, ask = "explain", "say or type it, then Enter"

    def compile(self, block: Block) -> dict:
        block.only()
        points = [text for part in block.labels.get("Rubric", ()) for text, _ in part.rows]
        if not 2 <= len(points) <= 4:
            raise block.bad(
                f"its rubric has {len(points)} points; 2 to 4 can be held in mind",
                fix="Add `Rubric:` and below it a list of what a good explanation says.",
            )
        return {"points": points}

    def answer(self, spec: dict) -> object:
        return spec["points"]

    def right(self, item: Item, part: str, question: Question) -> str:
        return "a good explanation says\n\n" + "\n".join(f"- {point}" for point in item.spec["points"])
