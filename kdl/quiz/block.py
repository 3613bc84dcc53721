"""One `::: quiz` container after reading and before its kind has made sense of it."""

from __future__ import annotations

from dataclasses import dataclass

from kdl.errors import BadContent

LABELS = ("Answer", "Rubric", "Hint", "Why")
WORDING = "Or"  # the label of another wording of the question; the only one that may stand more than once


@dataclass(frozen=True)
class Part:
    """A piece of a container.

    Attributes:
        kind: `text`, `code`, `bullets`, `steps` (a numbered list) or `table`.
        line: where it starts in the file.
        text: its Markdown source; of code, what stands between the fences.
        info: the language of code.
        rows: of a list, (text, line) of each item; of a table, (cells, line) of each row below the head.
    """

    kind: str
    line: int
    text: str
    info: str = ""
    rows: tuple[tuple, ...] = ()

    @property
    def markdown(self) -> str:
        return f"```{self.info}\n{self.text}\n```" if self.kind == "code" else self.text


@dataclass(frozen=True)
class Field:
    """One `name: value` of the machine block."""

    name: str
    value: str
    line: int


@dataclass(frozen=True)
class Block:
    """A container: its attributes, the question, the labelled paragraphs and the machine fields.

    `question` are the parts before the first label; `labels` maps `Why`, `Hint`, `Answer`, `Rubric` to the parts that follow
    them; `wordings` are the parts of each `Or:`.
    """

    file: str
    line: int
    end: int
    id: str
    kind: str
    attributes: dict[str, str]
    question: tuple[Part, ...]
    labels: dict[str, tuple[Part, ...]]
    fields: tuple[Field, ...]
    wordings: tuple[tuple[Part, ...], ...] = ()

    def bad(self, wrong: str, *, fix: str | None = None, line: int | None = None) -> BadContent:
        """The error to raise: names the file, the line and the item."""
        return BadContent(self.file, line or self.line, f"item {self.id!r}: {wrong}", fix=fix, item=self.id)

    def prompt(self, *kinds: str) -> str:
        """The Markdown of the question's parts of these kinds (all where none is named)."""
        return "\n\n".join(part.markdown for part in self.question if not kinds or part.kind in kinds)

    def label(self, name: str) -> str:
        """The Markdown under a label; empty where it is missing."""
        return "\n\n".join(part.markdown for part in self.labels.get(name, ()))

    def of_kind(self, kind: str) -> list[Part]:
        return [part for part in self.question if part.kind == kind]

    def code(self) -> str:
        """The Python that the question shows, all of it."""
        return "\n".join(part.text for part in self.of_kind("code") if part.info.split()[:1] == ["python"])

    def values(self, name: str) -> list[Field]:
        return [field for field in self.fields if field.name == name]

    def value(self, name: str, default: str | None = None) -> str:
        """The one value of a machine field.

        Raises:
            BadContent: it is missing and there is no default, or it is given twice.
        """
        found = self.values(name)
        if len(found) > 1:
            raise self.bad(f"the machine block gives {name!r} twice", line=found[1].line)
        if found:
            return found[0].value
        if default is None:
            raise self.bad(f"the machine block lacks {name!r}", fix=f"Add a line `{name}: ...` to a ```kdl block in the item.")
        return default

    def only(self, *names: str) -> None:
        """Refuse machine fields that this kind does not have."""
        for field in self.fields:
            if field.name not in names:
                has = f"It has: {', '.join(names)}." if names else "It has no machine block."
                raise self.bad(f"kind {self.kind} has no field {field.name!r}", fix=has, line=field.line)

    def wrongs(self) -> list[tuple[str, str, int]]:
        """(wrong answer, its feedback, line) of each `wrong: ... => ...`."""
        found = []
        for field in self.values("wrong"):
            given, arrow, feedback = field.value.partition("=>")
            if not arrow or not given.strip() or not feedback.strip():
                fix = "Write `wrong: ANSWER => what is wrong with it`."
                raise self.bad("`wrong` lacks its feedback", fix=fix, line=field.line)
            found.append((given.strip(), feedback.strip(), field.line))
        return found
