"""bug: name the line that is wrong."""

from __future__ import annotations

from kdl.quiz.block import Block
from kdl.quiz.item import Item, Question, Unreadable, Verdict
from kdl.quiz.kinds.base import Kind


class Bug(Kind):
    name = "bug"
    shared = ("code",)

    def compile(self, block: Block) -> dict:
        block.only("answer", "fix", "wrong")
        lines = block.code().splitlines()
        if not 2 <= len(lines) <= 12:
            raise block.bad(f"shows {len(lines)} lines of ```python code; 2 to 12 are allowed")
        answer = self._line(block, block.value("answer"), lines)
        wrongs = []
        for given, feedback, line in block.wrongs():
            number = self._line(block, given, lines, line)
            if number == answer:
                raise block.bad(f"`wrong` names line {number}, which is the answer", line=line)
            wrongs.append({"line": number, "feedback": feedback})
        if not wrongs:
            raise block.bad("clears no suspect line", fix="Add `wrong: LINE => why that line is right`.")
        return {"lines": lines, "answer": answer, "fix": block.value("fix"), "wrong": wrongs}

    def _line(self, block: Block, text: str, lines: list[str], line: int | None = None) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= len(lines) or not lines[int(text) - 1].strip():
            raise block.bad(f"{text!r} is no line of the code shown", line=line)
        return int(text)

    def question(self, block: Block) -> str:
        return block.prompt("text")

    def answer(self, spec: dict) -> object:
        return [spec["answer"], spec["fix"]]

    def present(self, item: Item, part: str, seed: int) -> Question:
        numbered = "\n".join(f"{number:2}  {line}" for number, line in enumerate(item.spec["lines"], 1))
        return Question(f"{item.worded(seed)}\n\n```python\n{numbered}\n```", "line", "the number of the wrong line", seed)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        typed = text.strip().casefold().removeprefix("line").strip()
        if not typed.isdecimal() or not 1 <= int(typed) <= len(item.spec["lines"]):
            raise Unreadable(f"Type a line number from 1 to {len(item.spec['lines'])}.")
        right = self.right(item, part, question)
        if int(typed) == item.spec["answer"]:
            return Verdict(True, "", right)
        feedback = next((wrong["feedback"] for wrong in item.spec["wrong"] if wrong["line"] == int(typed)), "")
        return Verdict(False, feedback or "That line does what it should.", right)

    def typed(self, item: Item, part: str, question: Question) -> str:
        return str(item.spec["answer"])

    def right(self, item: Item, part: str, question: Question) -> str:
        return f"line {item.spec['answer']}; it should be `{item.spec['fix'].strip()}`"
