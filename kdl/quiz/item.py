"""What an item is: the record that `kdl dev build` writes and everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """One quiz item.

    `prompt`, `hint` and `why` are Markdown; `spec` holds what its kind needs to ask and judge it. `file` is relative to
    quizzes/. `body_fp` changes with the text, `answer_fp` only with the answer. `ladder` is how it is asked once it is well
    remembered (see kdl.quiz.ladder); items of a topic with the same `bury` never come on one day. `wordings` are other
    wordings of the prompt, each of them the whole question.
    """

    id: str
    kind: str
    unit: int
    topic: str
    file: str
    line: int
    end: int
    heading: str
    entries: tuple[str, ...]
    errata: tuple[str, ...]
    needs: tuple[str, ...]
    rev: int
    parts: tuple[str, ...]
    prompt: str
    hint: str
    why: str
    spec: Mapping = field(repr=False)
    body_fp: str = ""
    answer_fp: str = ""
    ladder: str = ""
    bury: str = ""
    wordings: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: dict) -> Item:
        """From its JSON form."""
        lists = {name: tuple(record[name]) for name in ("entries", "errata", "needs", "parts")}
        return cls(**{**record, **lists, "wordings": tuple(record.get("wordings", ()))})

    def record(self) -> dict:
        """Its JSON form; what few items have is left out where it is empty."""
        values = {**asdict(self), "spec": dict(self.spec)}
        return {name: value for name, value in values.items() if value or name not in ("ladder", "bury", "wordings")}

    @property
    def prompts(self) -> tuple[str, ...]:
        """The question in each of its wordings, the first one first."""
        return (self.prompt, *self.wordings)

    def worded(self, seed: int) -> str:
        """The question in the wording that is asked with this seed."""
        return self.prompts[seed % len(self.prompts)]

    @property
    def group(self) -> str:
        """What never comes twice on one day: the item, or all items of the topic that give each other away."""
        return f"{self.topic}/{self.bury}" if self.bury else self.id

    @property
    def cards(self) -> tuple[str, ...]:
        """The ids under which it is scheduled: its own, or one for each part."""
        return tuple([f"{self.id}#{part}" for part in self.parts]) if self.parts else (self.id,)


@dataclass(frozen=True)
class Topic:
    """One file of the notes. `sections` are (line, level, title); `equations` (line, `module:object`).

    `errata` are the errors of the source notes that the text itself puts right.
    """

    id: str
    title: str
    unit: int
    file: str
    entries: tuple[str, ...]
    pairs: tuple[str, ...]
    exercises: tuple[str, ...]
    retired: tuple[str, ...]
    sections: tuple[tuple[int, int, str], ...]
    equations: tuple[tuple[int, str], ...]
    sha256: str
    errata: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: dict) -> Topic:
        """From its JSON form."""
        flat = {name: tuple(record[name]) for name in ("entries", "pairs", "exercises", "retired")}
        flat["errata"] = tuple(record.get("errata", ()))
        deep = {name: tuple(map(tuple, record[name])) for name in ("sections", "equations")}
        return cls(**{**record, **flat, **deep})

    def record(self) -> dict:
        """Its JSON form; `errata` are left out where there are none."""
        return {name: value for name, value in asdict(self).items() if value or name != "errata"}


@dataclass(frozen=True)
class Question:
    """One item as it is asked this time.

    Attributes:
        text: what is asked, Markdown.
        options: (key, text) in the order shown.
        mode: `key` one letter, `keys` several letters, `line` a typed answer that is never a lone letter, `text` any typed
            answer, `self` think first, then judge oneself.
        ask: what to type, a few words.
        seed: the number that chose the wording, the options, their order and the drawn values.
        order: the order of the options as the log keeps it.
        values: what the judge needs to know of this draw.
    """

    text: str
    mode: str
    ask: str
    seed: int
    options: tuple[tuple[str, str], ...] = ()
    order: str | None = None
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The judgement: right or not, what to say of the given answer, and the right answer as text.

    `correct` is None where the learner is the judge.
    """

    correct: bool | None
    feedback: str
    answer: str


class Unreadable(ValueError):
    """An answer that cannot be understood: it is asked for again, and nothing is recorded."""
