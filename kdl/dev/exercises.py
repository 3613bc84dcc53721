"""Is every exercise whole? Files, hints, mutants, the statement's example, links, and cases that can be typed again."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

from kdl import catalog, content, headers
from kdl.dev import measure
from kdl.errors import BadContent, KdlError
from kdl.grade import exercise as library
from kdl.grade import gradients, judge, trusted
from kdl.grade.case import Case, parts
from kdl.grade.exercise import Exercise
from kdl.grade.step import GRADIENT, LAYER, Step

NEEDED = ("exercise.toml", "statement.md", "stub.py", "solution.py", "grader.py", "hints.toml", "mutants/mutants.toml")
MUTANTS, ALTERNATIVES = 6, 2
MOST_NUMBERS = 1000  # in one case: beyond that nobody types it again


def check(unit: int | None = None, told: dict[str, str] | None = None) -> list[BadContent]:
    """Every fault of every exercise, or of those of one unit.

    Args:
        told: gets the numbers of each exercise that could be run, in one line.
    """
    found = library.problems()
    known = {one.id: one for one in library.exercises()}
    for one in known.values():
        if unit in (None, one.unit):
            found += check_one(one, known, told)
    return found


def check_one(one: Exercise, known: dict[str, Exercise], told: dict[str, str] | None = None) -> list[BadContent]:
    """The faults of one exercise; a later check is left out where an earlier one makes it pointless."""
    found = list(_files(one))
    if found:
        return found
    for test in (_mutants, _hints, _links, _statement, _cases, lambda one: _verdicts(one, {} if told is None else told)):
        try:
            found += list(test(one))
        except BadContent as error:
            found.append(error)
        except KdlError as error:
            found.append(BadContent(one.path / "grader.py", 1, error.what))
    return found + list(_order(one, known))


def _at(path: Path, key: str, wrong: str, naming: str = "") -> BadContent:
    """A fault of what a file says under `key`, there of `naming`."""
    return BadContent(path, headers.line(path.read_text(encoding="utf-8"), key, naming), wrong)


def _files(one: Exercise) -> Iterator[BadContent]:
    for name in NEEDED:
        if not (one.path / name).is_file():
            yield BadContent(one.path / name, 1, "is missing")
    alternatives = len(one.solutions) - 1
    if alternatives < ALTERNATIVES:
        yield BadContent(
            one.path / "solution.py", 1, f"has {alternatives} solution_alt_*.py beside it, not {ALTERNATIVES} or more"
        )
    expected = {one.path / name for name in NEEDED} | set(one.solutions) | {mutant.path for mutant in one.mutants}
    for path in sorted(one.path.rglob("*")):
        if path.is_file() and path not in expected and "__pycache__" not in path.parts:
            yield BadContent(path, 1, "is not a file of an exercise, or is not described in mutants.toml")


def _mutants(one: Exercise) -> Iterator[BadContent]:
    path = one.path / "mutants" / "mutants.toml"
    if len(one.mutants) < MUTANTS:
        yield BadContent(path, 1, f"describes {len(one.mutants)} mutants, not {MUTANTS} or more")
    for mutant in one.mutants:
        both = set(mutant.must_fail) & set(mutant.must_pass)
        left = {step.id for step in one.steps} - set(mutant.must_fail) - set(mutant.must_pass)
        if both or left:
            steps = ", ".join(sorted(both | left))
            yield _at(path, mutant.name, f"{mutant.name}: {steps} must be in one of must_fail and must_pass")


def _verdicts(one: Exercise, told: dict[str, str]) -> Iterator[BadContent]:
    """On one seed: every solution is right, every mutant is wrong in just the steps that it names, both by a margin."""
    right, wrong = measure.solutions(one, [0]), measure.mutants(one, [0])
    for fault in right.wrong:
        yield BadContent(one.path / "solution.py", 1, f"is not right: {fault}")
    for name, fault in wrong.wrong:
        yield _at(one.path / "mutants" / "mutants.toml", name, fault)
    for dtype, worst in right.worst.items():
        if worst > measure.RIGHT_AT_MOST:
            off = f"a right solution is off by {worst:.2g} tolerances of {dtype}, not 0.2 or less"
            yield _at(one.path / "exercise.toml", "tolerance", off, dtype)
    for name, least in wrong.nearest.items():
        if least < measure.WRONG_AT_LEAST:
            yield BadContent(one.path / "mutants" / f"{name}.py", 1, f"is off by only {least:.2g} tolerances, not 10 or more")
    told[one.id] = measure.summary(right, wrong)


def _hints(one: Exercise) -> Iterator[BadContent]:
    path = one.path / "hints.toml"
    hints = library.read_hints(one)
    code = _code_lines(one)
    for step, levels in hints.steps.items():
        for level, text in enumerate(levels, 1):
            if len(text) < 20:
                yield _at(path, step, f"{step}: hint {level} says nothing")
            if level < len(levels) and any(_flat(later) in _flat(text) for later in levels[level:]):
                yield _at(path, step, f"{step}: hint {level} contains a later one")
            if level < len(levels) and (line := next((line for line in code if line in _flat(text)), None)):
                yield _at(path, step, f"{step}: hint {level} contains a line of the solution: {line!r}")
            if level == len(levels) and (match := _CODE.search(_FENCED.sub("", text))):
                yield _at(path, step, f"{step}: hint {level} has code in a sentence ({match[0]!r}), and not in a ``` block")


_FENCED = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_CODE = re.compile(r"\w+ = \S+|; ?return\b|\b(np|ops)\.\w+|\w @ \w|\w\[.*?\]")  # what no sentence has


def _flat(text: str) -> str:
    return "".join(text.split())


def _code_lines(one: Exercise) -> set[str]:
    """Lines of the reference solution that give something away, without spaces."""
    lines = (line.split("#")[0].strip() for line in one.read("solution.py").splitlines())
    stub = {_flat(line) for line in one.read("stub.py").splitlines()}
    return {_flat(line) for line in lines if "=" in line and len(_flat(line)) >= 8} - stub


def _links(one: Exercise) -> Iterator[BadContent]:
    path = one.path / "exercise.toml"
    if one.topic and not (content.quizzes() / one.path.parent.name / f"{one.topic}.md").is_file():
        yield _at(path, "topic", f"topic {one.topic!r} is not in quizzes/{one.path.parent.name}/")
    for pair in one.pairs:
        if pair not in catalog.pairs():
            yield _at(path, "pairs", f"pair {pair!r} does not exist", pair)


def _order(one: Exercise, known: dict[str, Exercise]) -> Iterator[BadContent]:
    """Prerequisites exist and lead nowhere back."""
    path, waiting, seen = one.path / "exercise.toml", list(one.prerequisites), set()
    while waiting:
        name = waiting.pop()
        if name not in known:
            yield _at(path, "prerequisites", f"prerequisite {name!r} does not exist")
        elif name == one.id:
            yield _at(path, "prerequisites", "is its own prerequisite, through others")
            return
        elif name not in seen:
            seen.add(name)
            waiting += known[name].prerequisites


def examples(one: Exercise, solution: Path) -> list[tuple[int, str]]:
    """Line and complaint of every example of the statement that does not give what it says, run with `solution`."""
    names = vars(trusted.local(one, solution).session.module)
    text = one.read("statement.md")
    test = doctest.DocTestParser().get_doctest(text, dict(names), one.id, "statement.md", 0)
    if not test.examples:
        return [(1, "has no example that runs")]
    complaints: list[tuple[int, str]] = []

    class Runner(doctest.DocTestRunner):
        def report_failure(self, out, test, example, got):
            complaints.append((example.lineno + 1, f"says {example.want.strip()!r}, and it gives {got.strip()!r}"))

        def report_unexpected_exception(self, out, test, example, exc_info):
            complaints.append((example.lineno + 1, f"{example.source.strip()!r} raises {exc_info[1]!r}"))

    Runner(verbose=False).run(test, out=lambda _: None)
    return complaints


def _statement(one: Exercise) -> Iterator[BadContent]:
    path = one.path / "statement.md"
    for solution in one.solutions:
        for line, wrong in examples(one, solution):
            yield BadContent(path, line, f"with {solution.name}: {wrong}")
    text = one.read("statement.md")
    for step in one.steps:
        for name in (step.call, step.function):
            if name not in text:
                yield BadContent(path, 1, f"does not name `{name}`")
    if match := re.search(r"\b(TODO|FIXME)\b", text):
        yield BadContent(path, text[: match.start()].count("\n") + 1, f"still says {match[0]}")


def _cases(one: Exercise) -> Iterator[BadContent]:
    path, reference = one.path / "grader.py", judge.Reference(one, 0)
    for step in one.steps:
        cases = reference.cases[step.id]
        names = [case.name for case in cases]
        if not cases or len(set(names)) != len(names):
            yield BadContent(path, 1, f"{step.id} has no cases, or two of one name")
        for case in cases:
            for wrong in _case(one, step, case):
                yield BadContent(path, 1, f"{step.id}, {case.name!r}: {wrong}")


def _case(one: Exercise, step: Step, case: Case) -> Iterator[str]:
    import numpy as np

    if not case.inputs or tuple(case.inputs) != step.signature[: len(case.inputs)]:
        yield f"inputs are not ({', '.join(step.signature)}), nor the first of these"
    if case.size() > MOST_NUMBERS:
        yield f"{case.size()} numbers; nobody types that again"
    if any(isinstance(value, np.generic) for value in parts([case.inputs, case.new])):
        yield "a NumPy scalar; give a plain number, or an array"
    if step.kind == GRADIENT and sum(np.size(case.inputs[name]) for name in step.wrt) > gradients.MOST:
        yield f"more than {gradients.MOST} numbers to differentiate by"
    if step.kind != LAYER:
        if case.new or case.weights or case.train:
            yield "new, weights and train are for layers"
        return
    text = one.read("statement.md")
    if lost := [
        name for name in case.weights if name not in text and not set(name.split("/")) <= set(re.findall(r"\w+", text))
    ]:
        yield f"the statement does not name the weight {lost[0]}"
