"""What every kind of item can do. A kind is one small class; nothing else in kdl knows how it is asked or judged."""

from __future__ import annotations

import abc
import re
import string
from dataclasses import dataclass

from kdl.quiz.block import Block
from kdl.quiz.item import Item, Question, Unreadable, Verdict

LETTERS = string.ascii_lowercase
MOST_WORDINGS = 3  # beside the first one


_SHARED = {"code": "code", "bullets": "a list", "steps": "a numbered list", "table": "a table"}


@dataclass(frozen=True)
class Job:
    """Python to run where Keras is: `code`, then the value of `expression` with `values` as variables.

    `result` says what is wanted of it: `number`, `shape` or `output` (what was printed).
    """

    code: str
    expression: str
    result: str
    values: dict


class Kind(abc.ABC):
    """The rules of one kind of item."""

    name = ""
    shared = ()  # parts of the question that every wording is asked with: an `Or:` has none of its own

    @abc.abstractmethod
    def compile(self, block: Block) -> dict:
        """The `spec` of an item from its container.

        Raises:
            BadContent: with file, line and cure.
        """

    def question(self, block: Block) -> str:
        """The Markdown that is asked: the text and the code, not the options."""
        return block.prompt("text", "code")

    def wordings(self, block: Block) -> tuple[str, ...]:
        """The Markdown of each `Or:`, with what it shares with the question.

        Raises:
            BadContent: there are too many, one is empty, or one has parts that belong to the question.
        """
        if len(block.wordings) > MOST_WORDINGS:
            raise block.bad(f"has {len(block.wordings)} paragraphs `Or:`; {MOST_WORDINGS} are the most")
        found = []
        for parts in block.wordings:
            stray = next((part for part in parts if part.kind in self.shared), None)
            if stray is not None:
                fix = "Write `Or:` below them: every wording is asked with them."
                raise block.bad(f"an `Or:` has {_SHARED[stray.kind]} of its own", fix=fix, line=stray.line)
            text = "\n\n".join(part.markdown for part in parts)
            if not text.strip():
                raise block.bad("an `Or:` asks nothing", fix="Write the whole question again behind it.")
            found.append("\n\n".join([text, *self.asked_with(block)]))
        return tuple(found)

    def asked_with(self, block: Block) -> list[str]:
        """The Markdown that stands below each wording."""
        return []

    def parts(self, spec: dict) -> tuple[str, ...]:
        """The parts that are scheduled apart; none for an item that is one card."""
        return ()

    @abc.abstractmethod
    def answer(self, spec: dict) -> object:
        """What is right, as JSON: when it changes, learners are told."""

    @abc.abstractmethod
    def present(self, item: Item, part: str, seed: int) -> Question:
        """The item as it is asked with this seed; the same seed asks the same question."""

    @abc.abstractmethod
    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        """Judge what was typed.

        Raises:
            Unreadable: it is no answer to this kind of question.
        """

    @abc.abstractmethod
    def right(self, item: Item, part: str, question: Question) -> str:
        """The right answer as text, for `I do not know` and for `kdl notes --answers`."""

    def typed(self, item: Item, part: str, question: Question) -> str:
        """The right answer as a learner types it: for tours and tests."""
        return self.right(item, part, question)

    def told(self, text: str, question: Question) -> str:
        """A text of the item with the numbers of this draw."""
        return text

    def why(self, item: Item, question: Question) -> str:
        """The explanation, with the numbers of this draw."""
        return self.told(item.why, question)

    def whole(self, item: Item, part: str) -> tuple[Question, ...]:
        """The item in each of its wordings, with all options: for someone who reads it, not for one who is asked."""
        return tuple(self.present(item, part, seed) for seed in range(len(item.prompts)))

    def jobs(self, spec: dict) -> list[Job]:
        """What has to be computed before the item may be published."""
        return []

    def settle(self, spec: dict, results: list) -> dict:
        """The spec with its computed answers.

        Raises:
            ValueError: the results contradict the item.
        """
        return spec

    def check(self, item: Item) -> list[str]:
        """What is wrong with a compiled item that only its kind can see."""
        return []


def fingerprint_text(text: str) -> str:
    """How typed answers are compared: case, spacing, backticks and final punctuation do not count."""
    return re.sub(r"\s+", " ", text.replace("`", "").replace("**", "")).strip().rstrip(".!").casefold().strip()


def split_feedback(text: str) -> tuple[str, str]:
    """`option — feedback` -> both; the feedback is empty where there is none."""
    option, _, feedback = text.partition(" — ")
    return option.strip(), feedback.strip()


def typed_mode(forms: list[str]) -> str:
    """`text` where a lone letter may be the answer, so that it cannot be the key of an action; else `line`."""
    return "text" if any(len(form.strip("` ")) == 1 for form in forms) else "line"


def letters_of(text: str, keys: list[str]) -> list[str]:
    """`a c`, `a,c` or `ac` -> `["a", "c"]`; every key at most once, each one shown on the screen.

    A digit is no letter: typed for the question before, as for how sure one is, it must not answer this one.

    Raises:
        Unreadable: anything else.
    """
    typed = [char for char in text.casefold() if char not in " ,;()"]
    unknown = [char for char in typed if char not in keys]
    if unknown or not typed:
        no_digits = f", not {text.strip()}" if text.strip().isdigit() else ""
        raise Unreadable(f"Type letters from {keys[0]} to {keys[-1]}{no_digits}.")
    if len(set(typed)) < len(typed):
        raise Unreadable("Type each letter once.")
    return typed
