"""Read the exercises: one folder each, no registry. A malformed one is told with file and line, and the others still work."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

from kdl import content
from kdl.errors import BadContent, NotFound
from kdl.grade.step import Step, read_steps
from kdl.grade.table import Table, load

RUNTIMES = ("numpy", "keras")
HINT_LEVELS = 3


@dataclass(frozen=True)
class Limits:
    """Seconds for one call and for the whole check, MiB of memory for the learner's process."""

    call_s: float
    check_s: float
    memory_mb: int


@dataclass(frozen=True)
class Mutant:
    """A wrong solution that stands for one misconception, and which steps it must fail and pass."""

    name: str
    misconception: str
    message: str
    must_fail: tuple[str, ...]
    must_pass: tuple[str, ...]
    path: Path = field(repr=False)


@dataclass(frozen=True)
class Exercise:
    """What `exercise.toml` says; the other files of the folder are read when they are needed."""

    id: str
    title: str
    topic: str
    pairs: tuple[str, ...]
    difficulty: int
    minutes: int
    runtime: str
    prerequisites: tuple[str, ...]
    version: int
    steps: tuple[Step, ...]
    imports: tuple[str, ...]
    forbidden: tuple[str, ...]
    limits: Limits
    tolerance: dict[str, float]
    path: Path = field(repr=False)

    @property
    def unit(self) -> int:
        return content.unit_of(self.path)

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry for step in self.steps for entry in step.entries))

    @property
    def max_score(self) -> int:
        return sum(step.weight for step in self.steps)

    @property
    def solutions(self) -> tuple[Path, ...]:
        """The reference solution, then the alternatives."""
        return (self.path / "solution.py", *sorted(self.path.glob("solution_alt_*.py")))

    @property
    def mutants(self) -> tuple[Mutant, ...]:
        return read_mutants(self)

    def step(self, name: str) -> Step:
        """A step by its id or its number, from 1."""
        for number, step in enumerate(self.steps, 1):
            if name in (step.id, str(number)):
                return step
        ids = [step.id for step in self.steps]
        raise NotFound("step", name, ids, fix=f"{self.id} has the steps {', '.join(ids)}.")

    def read(self, name: str) -> str:
        """The text of one file of the folder."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadContent(self.path / name, 1, f"cannot be read: {error}") from error


@dataclass(frozen=True)
class Hints:
    """Three levels per step, and what a learner reads after a pass."""

    why: str
    steps: dict[str, tuple[str, ...]]


# ---- finding ---------------------------------------------------------------------------------------------------------


@functools.cache
def _read_all(root: Path) -> tuple[dict[str, Exercise], tuple[BadContent, ...]]:
    found: dict[str, Exercise] = {}
    bad = []
    for path in sorted(root.glob("[0-9]*-*/*/exercise.toml")):
        try:
            exercise = read(path.parent)
            read_mutants(exercise)
            if exercise.id in found:
                raise BadContent(path, 1, f"id {exercise.id!r} is also that of {found[exercise.id].path}")
            found[exercise.id] = exercise
        except BadContent as error:
            bad.append(error)
    return found, tuple(bad)


@functools.cache
def _read_one(root: Path, name: str) -> Exercise | None:
    """The exercise in the only folder of that name, without a look at the others; None where there is none, or more."""
    folders = [path / name for path in root.glob("[0-9]*-*") if (path / name / "exercise.toml").is_file()]
    if len(folders) != 1 or name != folders[0].name.lower():
        return None
    one = read(folders[0])
    read_mutants(one)
    return one


def exercises() -> list[Exercise]:
    """Every sound exercise, in teaching order."""
    return list(_read_all(content.exercises())[0].values())


def problems() -> list[BadContent]:
    """Exercises that cannot be used."""
    return list(_read_all(content.exercises())[1])


def find(name: str) -> Exercise:
    """An exercise by its id.

    Raises:
        NotFound: with the nearest ids.
        BadContent: the exercise is there, and broken.
    """
    if re.fullmatch(r"[\w-]{1,100}", name) and (one := _read_one(content.exercises(), name)):
        return one
    found, bad = _read_all(content.exercises())
    if name in found:
        return found[name]
    for error in bad:
        if name in Path(error.path).parts:
            raise error
    raise NotFound("exercise", name, found)


# ---- reading ---------------------------------------------------------------------------------------------------------


_KEYS = (
    "id", "title", "topic", "pairs", "difficulty", "minutes", "runtime", "prerequisites", "version",
    "steps", "rules", "limits", "tolerance",
)  # fmt: skip


def read(folder: Path) -> Exercise:
    """The exercise in `folder`.

    Raises:
        BadContent: file, line and rule.
    """
    path = folder / "exercise.toml"
    text, values = load(path)
    top = Table(path, text, values)
    top.only(*_KEYS)
    if top.get("id", str) != folder.name:
        raise top.bad("id", f"id {values['id']!r} and folder {folder.name!r} differ")
    if top.get("runtime", str) not in RUNTIMES:
        raise top.bad("runtime", f"runtime must be {' or '.join(RUNTIMES)}, not {values['runtime']!r}")
    if top.get("difficulty", int) not in range(1, 6):
        raise top.bad("difficulty", "difficulty must be 1 to 5")
    rules = Table(path, text, top.get("rules", dict, {}), top.line("rules"))
    return Exercise(
        id=values["id"],
        title=top.get("title", str),
        topic=top.get("topic", str, ""),
        pairs=top.words("pairs", []),
        difficulty=values["difficulty"],
        minutes=top.get("minutes", int),
        runtime=values["runtime"],
        prerequisites=top.words("prerequisites", []),
        version=top.get("version", int),
        steps=read_steps(path, text, top),
        imports=rules.words("imports", []),
        forbidden=rules.words("forbidden", []),
        limits=_limits(Table(path, text, top.get("limits", dict), top.line("limits"))),
        tolerance=_tolerance(Table(path, text, top.get("tolerance", dict), top.line("tolerance"))),
        path=folder,
    )


def _limits(table: Table) -> Limits:
    table.only("call_s", "check_s", "memory_mb")
    return Limits(
        float(table.get("call_s", (int, float))), float(table.get("check_s", (int, float))), table.get("memory_mb", int)
    )


def _tolerance(table: Table) -> dict[str, float]:
    table.only("float16", "float32", "float64")
    if not table.values:
        raise table.bad("tolerance", "names no dtype")
    return {name: float(table.get(name, float)) for name in table.values}


def read_mutants(exercise: Exercise) -> tuple[Mutant, ...]:
    """The wrong solutions that `mutants/mutants.toml` describes."""
    path = exercise.path / "mutants" / "mutants.toml"
    if not path.is_file():
        return ()
    text, values = load(path)
    ids = {step.id for step in exercise.steps}
    mutants = []
    for name, said in values.items():
        line = Table(path, text, values).line(name)
        if not isinstance(said, dict):
            raise BadContent(path, line, f"{name} must be a table: [{name}]")
        table = Table(path, text, said, line)
        table.only("misconception", "message", "must_fail", "must_pass", "shows")
        fail, passed = table.words("must_fail"), table.words("must_pass", [])
        if not fail or not {*fail, *passed} <= ids:
            raise table.bad("must_fail", f"must_fail and must_pass name steps of {exercise.id}, and must_fail at least one")
        file = path.with_name(f"{name}.py")
        if not file.is_file():
            raise table.bad(name, f"the file {file.name} is missing")
        mutants.append(Mutant(name, table.get("misconception", str), table.get("message", str), fail, passed, file))
    return tuple(mutants)


def read_hints(exercise: Exercise) -> Hints:
    """The hints of every step, and the text after a pass, of `hints.toml`."""
    path = exercise.path / "hints.toml"
    text, values = load(path)
    top = Table(path, text, values)
    top.only("why", "steps")
    steps = Table(path, text, top.get("steps", dict), top.line("steps"))
    steps.only(*(step.id for step in exercise.steps))
    hints = {step.id: steps.words(step.id) for step in exercise.steps}
    for step, levels in hints.items():
        if len(levels) != HINT_LEVELS:
            raise steps.bad(step, f"step {step!r} has {len(levels)} hints, not {HINT_LEVELS}")
    return Hints(top.get("why", str).strip(), {step: tuple(hint.strip() for hint in levels) for step, levels in hints.items()})
