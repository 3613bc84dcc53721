"""Wrong solutions by people who saw neither grader nor mutants: how many are caught, named, and named rightly?"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kdl.dev.measure import passed
from kdl.errors import BadContent
from kdl.grade import diagnosis, gradients, inspect, patterns, trusted
from kdl.grade.child import Failed
from kdl.grade.exercise import Exercise
from kdl.grade.judge import Reference

KILLED, NAMED, RIGHT = 0.95, 0.40, 0.90  # shares that are asked for
NOTHING = "none"  # in `means`: no diagnosis would be right
PLACES = {patterns.PARTLY, gradients.NOT_ITS}  # they say which results are wrong, not why: no names


@dataclass(frozen=True)
class Wrong:
    """One file of the bank.

    Args:
        misconception: what its writer meant, in words.
        means: the mutants or patterns (but `PLACES`) that say the same; None until somebody has judged it.
    """

    path: Path
    misconception: str
    means: tuple[str, ...] | None

    @property
    def name(self) -> str:
        return self.path.stem


@dataclass(frozen=True)
class Told:
    """What became of a file: `killed`, and the name of the cause that its first open step is told, for each seed."""

    wrong: Wrong
    killed: bool
    names: tuple[str | None, ...]

    @property
    def named(self) -> str | None:
        return self.names[0]

    @property
    def steady(self) -> bool:
        return len(set(self.names)) == 1

    @property
    def right(self) -> bool | None:
        """Is the diagnosis what the writer meant? None where there is none, or where nobody has judged it."""
        return None if self.named is None or self.wrong.means is None else self.named in self.wrong.means


def read(folder: Path) -> list[Wrong]:
    """The bank in a folder, empty if it does not exist.

    Raises:
        BadContent: a file without its misconception.
    """
    return [_wrong(path) for path in sorted(folder.glob("*.py"))]


def _wrong(path: Path) -> Wrong:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    fields = dict(line.partition(": ")[::2] for line in text.splitlines() if ": " in line)
    if not text.startswith("misconception: ") or not fields["misconception"].strip():
        raise BadContent(path, 1, "its docstring does not begin with `misconception: ...`")
    means = fields.get("means")
    return Wrong(path, fields["misconception"].strip(), means and tuple(name.strip() for name in means.split(",")))


def judge(one: Exercise, bank: Iterable[Wrong], seeds: Iterable[int]) -> list[Told]:
    """Run every file of a bank, as a learner's would be but in this process, on some seeds.

    Raises:
        BadContent: `means` names what is neither a mutant nor a pattern.
    """
    bank, known = list(bank), _names(one)
    for wrong in bank:
        if odd := [name for name in wrong.means or () if name not in known]:
            raise BadContent(wrong.path, 1, f"means {odd[0]!r}, which is neither a mutant of {one.id} nor a pattern")
    references = [Reference(one, seed) for seed in seeds]
    mutants = [diagnosis.Mutants(reference) for reference in references]
    return [_told(one, wrong, references, mutants) for wrong in bank]


def _names(one: Exercise) -> set[str]:
    return {NOTHING, *(mutant.name for mutant in one.mutants), *diagnosis.PATTERNS} - PLACES


def _told(one: Exercise, wrong: Wrong, references: list, mutants: list) -> Told:
    source, problem = inspect.read(wrong.path)
    if problem or inspect.problems(one, source):
        return Told(wrong, True, (None,) * len(references))
    try:
        code = trusted.local(one, wrong.path)
    except Failed:
        return Told(wrong, True, (None,) * len(references))
    killed, names = True, []
    for reference, known in zip(references, mutants, strict=True):
        outcomes = {step.id: diagnosis.run_local(reference, step, code) for step in one.steps}
        open_step = next((step for step, many in outcomes.items() if not passed(many)), None)
        killed = killed and open_step is not None
        told = diagnosis.diagnose(one, outcomes, known, code.ask)[open_step] if open_step else None
        names.append(told and _cause(one, told))
    return Told(wrong, killed, tuple(names))


def _cause(one: Exercise, told: diagnosis.Diagnosis) -> str | None:
    """Its mutant or pattern; of a place the mutant whose misconception is told for it, None where there is none."""
    if told.mutant or told.pattern not in PLACES:
        return told.mutant or told.pattern
    return next((mutant.name for mutant in one.mutants if f": {mutant.misconception}." in told.message), None)


@dataclass(frozen=True)
class Shares:
    """How good the grader of an exercise is at wrong solutions that it was not written for."""

    told: list[Told]

    @property
    def killed(self) -> float:
        return sum(one.killed for one in self.told) / len(self.told)

    @property
    def named(self) -> float:
        """Of those that were killed."""
        return sum(one.named is not None for one in self.told) / max(sum(one.killed for one in self.told), 1)

    @property
    def right(self) -> float:
        """Of those that were named and judged; 1 where there are none."""
        judged = [one.right for one in self.told if one.right is not None]
        return sum(judged) / len(judged) if judged else 1.0

    @property
    def unjudged(self) -> list[str]:
        """`name: told as X, meant Y` of those that were named and have no `means`."""
        there = [one for one in self.told if one.named and one.right is None]
        return [f"{one.wrong.name}: told as {one.named}, meant {one.wrong.misconception!r}" for one in there]

    @property
    def said(self) -> str:
        count = sum(one.right is not None for one in self.told)
        return (
            f"{len(self.told)} wrong solutions by other eyes: {self.killed:.0%} caught, {self.named:.0%} of these named, "
            f"{self.right:.0%} of {count} judged names right"
        )
