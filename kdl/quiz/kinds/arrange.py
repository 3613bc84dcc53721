"""order: put the steps in their order. match: find the partner of each."""

from __future__ import annotations

from kdl.quiz.block import Block
from kdl.quiz.dice import Dice
from kdl.quiz.item import Item, Question, Unreadable, Verdict
from kdl.quiz.kinds.base import LETTERS, Kind, letters_of, split_feedback

FEWEST, MOST = 3, 5


def _mixed(item: Item, seed: int, count: int) -> list[int]:
    """A shuffled range that is never in order: the screen must not show the answer."""
    dice = Dice("order", item.id, seed)
    order = dice.shuffled(range(count))
    while order == list(range(count)):
        order = dice.shuffled(order)
    return order


class _Arrange(Kind):
    shared = ("steps", "table")

    def _placed(self, item: Item, question: Question, text: str) -> list[int]:
        """The indices of the things in the order in which their letters were typed."""
        keys = [key for key, _ in question.options]
        letters = letters_of(text, keys)
        if len(letters) != len(keys):
            raise Unreadable(f"Type all {len(keys)} letters, as {''.join(reversed(keys))}.")
        return [question.values["order"][LETTERS.index(letter)] for letter in letters]

    def typed(self, item: Item, part: str, question: Question) -> str:
        """The letter behind which each thing stands."""
        order = question.values["order"]
        return "".join(LETTERS[order.index(index)] for index in range(len(order)))

    def _options(self, item: Item, seed: int, texts: list[str]) -> tuple[tuple, list[int]]:
        order = _mixed(item, seed, len(texts))
        return tuple((LETTERS[place], texts[index]) for place, index in enumerate(order)), order


class Order(_Arrange):
    name = "order"

    def compile(self, block: Block) -> dict:
        block.only()
        lists = block.of_kind("steps")
        if len(lists) != 1:
            raise block.bad(f"has {len(lists)} numbered lists; its steps are one list in the right order")
        steps = []
        for text, line in lists[0].rows:
            step, feedback = split_feedback(text)
            if not feedback:
                raise block.bad(f"the step {step!r} has no feedback", fix="Write ` — ` and why it stands there.", line=line)
            steps.append({"text": step, "feedback": feedback})
        if not FEWEST <= len(steps) <= MOST or len({step["text"] for step in steps}) < len(steps):
            raise block.bad(f"has {len(steps)} steps; {FEWEST} to {MOST} different ones are allowed", line=lists[0].line)
        return {"steps": steps}

    def answer(self, spec: dict) -> object:
        return [step["text"] for step in spec["steps"]]

    def present(self, item: Item, part: str, seed: int) -> Question:
        options, order = self._options(item, seed, self.answer(item.spec))
        ask = f"all {len(options)} letters, first step first"
        return Question(item.worded(seed), "keys", ask, seed, options, " ".join(map(str, order)), {"order": order})

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        placed = self._placed(item, question, text)
        right = self.right(item, part, question)
        wrong = next((place for place, index in enumerate(placed) if place != index), None)
        if wrong is None:
            return Verdict(True, "", right)
        step = item.spec["steps"][wrong]
        return Verdict(False, f"Place {wrong + 1} is {step['text']}: {step['feedback']}", right)

    def right(self, item: Item, part: str, question: Question) -> str:
        steps = zip(self.typed(item, part, question), self.answer(item.spec), strict=True)
        return " → ".join(f"{letter}) {text}" for letter, text in steps)


class Match(_Arrange):
    name = "match"

    def compile(self, block: Block) -> dict:
        block.only()
        tables = block.of_kind("table")
        if len(tables) != 1 or any(len(cells) != 3 for cells, _ in tables[0].rows):
            fix = "Write `| left | right | why they belong together |`."
            raise block.bad("needs one table of three columns: left, right, feedback", fix=fix)
        pairs = [{"left": cells[0], "right": cells[1], "feedback": cells[2]} for cells, _ in tables[0].rows]
        for pair, (_, line) in zip(pairs, tables[0].rows, strict=True):
            if not all(pair.values()):
                raise block.bad("a row has an empty cell; the third column is its feedback", line=line)
        if not FEWEST <= len(pairs) <= MOST or len({pair["right"] for pair in pairs}) < len(pairs):
            wrong = f"has {len(pairs)} rows; {FEWEST} to {MOST} with different partners are allowed"
            raise block.bad(wrong, line=tables[0].line)
        if len({pair["left"] for pair in pairs}) < len(pairs):
            wrong, fix = "has equal left sides: nobody can tell their partners apart", "Say on the left what sets them apart."
            raise block.bad(wrong, fix=fix, line=tables[0].line)
        return {"pairs": pairs}

    def answer(self, spec: dict) -> object:
        return [[pair["left"], pair["right"]] for pair in spec["pairs"]]

    def present(self, item: Item, part: str, seed: int) -> Question:
        pairs = item.spec["pairs"]
        options, order = self._options(item, seed, [pair["right"] for pair in pairs])
        lefts = "\n".join(f"{number}. {pair['left']}" for number, pair in enumerate(pairs, 1))
        ask = f"{len(options)} letters, the partner of 1 first"
        text = f"{item.worded(seed)}\n\n{lefts}"
        return Question(text, "keys", ask, seed, options, " ".join(map(str, order)), {"order": order})

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        placed = self._placed(item, question, text)
        wrong = [item.spec["pairs"][place] for place, index in enumerate(placed) if place != index]
        feedback = "\n".join(f"{pair['left']}: {pair['right']}. {pair['feedback']}" for pair in wrong)
        return Verdict(not wrong, feedback, self.right(item, part, question))

    def right(self, item: Item, part: str, question: Question) -> str:
        rows = zip(self.typed(item, part, question), item.spec["pairs"], strict=True)
        return "; ".join(f"{number}: {letter}) {pair['right']}" for number, (letter, pair) in enumerate(rows, 1))
