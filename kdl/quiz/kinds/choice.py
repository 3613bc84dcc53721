"""mcq: one option is right. multi: all the right ones, and no other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kdl.quiz.block import Block
from kdl.quiz.dice import Dice
from kdl.quiz.item import Item, Question, Unreadable, Verdict
from kdl.quiz.kinds.base import LETTERS, Kind, letters_of, split_feedback

_OPTION = re.compile(r"^\[([ xX])\]\s+(.*)$", re.DOTALL)
MOST = 8  # options in the file
SHOWN = {"mcq": 4, "multi": 5}  # of them on the screen at a time; letters from f on are keys of the session


def options_of(block: Block) -> list[dict]:
    """The task list of a container: text, whether it is right, feedback."""
    lists = block.of_kind("bullets")
    if len(lists) != 1:
        fix = "Write `- [ ] option — feedback` lines."
        raise block.bad(f"has {len(lists)} bullet lists; its options are one list", fix=fix)
    options = []
    for text, line in lists[0].rows:
        match = _OPTION.match(text)
        if not match:
            raise block.bad("an option starts with `[ ]` or `[x]`", fix="Write `- [ ] option — feedback`.", line=line)
        shown, feedback = split_feedback(match[2])
        if not feedback:
            raise block.bad(
                f"the option {shown!r} has no feedback", fix="Write ` — ` and what it gets right or wrong.", line=line
            )
        options.append({"text": shown, "right": match[1] != " ", "feedback": feedback})
    if not 2 <= len(options) <= MOST:
        raise block.bad(f"has {len(options)} options; 2 to {MOST} are allowed", line=lists[0].line)
    if len({option["text"] for option in options}) < len(options):
        raise block.bad("has two equal options", line=lists[0].line)
    return options


class _Choice(Kind):
    shared = ("bullets",)

    def present(self, item: Item, part: str, seed: int) -> Question:
        return self._shown(item, seed, self._picked(item, seed))

    def whole(self, item: Item, part: str) -> tuple[Question, ...]:
        every = range(len(item.spec["options"]))
        return tuple(self._shown(item, seed, every) for seed in range(len(item.prompts)))

    def _picked(self, item: Item, seed: int) -> list[int]:
        """The options that are shown: the right ones, and as many of the wrong ones as there is room for."""
        options = item.spec["options"]
        if len(options) <= SHOWN[self.name]:
            return list(range(len(options)))
        right = [index for index, option in enumerate(options) if option["right"]]
        wrong = [index for index, option in enumerate(options) if not option["right"]]
        return sorted(right + Dice("options", item.id, seed).shuffled(wrong)[: SHOWN[self.name] - len(right)])

    def _shown(self, item: Item, seed: int, picked: Sequence[int]) -> Question:
        order = Dice("order", item.id, seed).shuffled(picked)
        options = tuple((LETTERS[place], item.spec["options"][index]["text"]) for place, index in enumerate(order))
        return Question(item.worded(seed), self.mode, self.ask, seed, options, " ".join(map(str, order)), {"order": order})

    def chosen(self, item: Item, question: Question, letters: list[str]) -> list[dict]:
        return [item.spec["options"][question.values["order"][LETTERS.index(letter)]] for letter in letters]

    def typed(self, item: Item, part: str, question: Question) -> str:
        keys = zip(question.options, question.values["order"], strict=True)
        return "".join(key for (key, _), index in keys if item.spec["options"][index]["right"])

    def right(self, item: Item, part: str, question: Question) -> str:
        right = self.typed(item, part, question)
        return "; ".join(f"{key}) {text}" for key, text in question.options if key in right)

    def answer(self, spec: dict) -> object:
        return sorted(option["text"] for option in spec["options"] if option["right"])


class Mcq(_Choice):
    name, mode, ask = "mcq", "key", "one letter"

    def compile(self, block: Block) -> dict:
        block.only()
        options = options_of(block)
        right = sum(option["right"] for option in options)
        if right != 1:
            fix = "Use kind=multi, or mark one with [x]."
            raise block.bad(f"marks {right} options as right; kind mcq has exactly one", fix=fix)
        return {"options": options}

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        letters = letters_of(text, [key for key, _ in question.options])
        if len(letters) != 1:
            raise Unreadable("Type one letter.")
        option = self.chosen(item, question, letters)[0]
        return Verdict(option["right"], option["feedback"], self.right(item, part, question))


class Multi(_Choice):
    name, mode, ask = "multi", "keys", "the letters of all that are right, as ac"

    def compile(self, block: Block) -> dict:
        block.only()
        options = options_of(block)
        right = sum(option["right"] for option in options)
        if not right:
            raise block.bad("marks no option as right", fix="Mark each right one with [x].")
        if right == len(options) or right >= SHOWN[self.name]:
            most = SHOWN[self.name]
            wrong = f"marks {right} of {len(options)} options as right; of the {most} shown at a time one must be wrong"
            raise block.bad(wrong, fix=f"Mark at most {most - 1}, and leave at least one wrong.")
        return {"options": options}

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        keys = [key for key, _ in question.options]
        letters = letters_of(text, keys)
        lines, correct = [], True
        for key, option in zip(keys, self.chosen(item, question, keys), strict=True):
            if (key in letters) != option["right"]:
                correct = False
                said = "belongs to the answer" if option["right"] else "does not belong to it"
                lines.append(f"{key}) {said}: {option['feedback']}")
        return Verdict(correct, "\n".join(lines), self.right(item, part, question))
