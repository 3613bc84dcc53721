"""A verdict in words: what failed, on which call, how far off, why, and what to do next. Plain text, no styling."""

from __future__ import annotations

from kdl.grade import calls, diagnosis
from kdl.grade.check import Verdict
from kdl.grade.compare import kind_of
from kdl.grade.judge import ERROR, PASS, Outcome
from kdl.grade.step import LAYER, Step

FEW_NUMBERS = 60
OUTPUT_LINES = 20
CLOSE = 1e-3  # of what is expected: nearer than this, the learner wants to know how near is near enough


def smallest_failure(verdict: Verdict, step: Step) -> Outcome | None:
    """The failing case with the smallest inputs, of those that were tried; one that was not only where none was."""
    return diagnosis.smallest(verdict.outcomes.get(step.id, ()))


def step_line(verdict: Verdict, step: Step) -> str:
    """What happened to a step, in a few words."""
    if verdict.problem:
        return "not judged"
    if step.id in verdict.step_problems:
        return "not run"
    outcomes = verdict.outcomes[step.id]
    if all(one.reason == "unfinished" for one in outcomes):
        return "not written yet"
    right = sum(one.status == PASS for one in outcomes)
    return f"{right} of {len(outcomes)} cases right" if right < len(outcomes) else f"{len(outcomes)} cases"


def problem(verdict: Verdict) -> list[str]:
    """Why the file was not judged, with the line of the file."""
    found = verdict.problem
    lines = [located(verdict, found.line) + found.message]
    if found.line and verdict.source.line(found.line):
        lines.append(f"    {verdict.source.line(found.line)}")
    return lines


def located(verdict: Verdict, line: int | None) -> str:
    return f"{verdict.source.path}:{line}: " if line else f"{verdict.source.path}: "


def failure(verdict: Verdict, step: Step) -> list[str]:
    """The first thing to read about a step that did not pass."""
    if step.id in verdict.step_problems:
        found = verdict.step_problems[step.id]
        return [located(verdict, found.line) + found.message]
    outcome = smallest_failure(verdict, step)
    if outcome is None:
        return []
    if outcome.reason == "unfinished":
        where = f"{verdict.source.path}:{outcome.lines[-1][0]}: " if outcome.lines else ""
        return [f"{where}{outcome.detail.partition(': ')[2] or 'not written yet'}"]
    if outcome.skipped:
        return [f"This step was {outcome.detail}."]
    if outcome.reason == "timeout":
        return [f"A case that got no answer: {outcome.case.name}.", *call(verdict, outcome), "", *late(verdict, outcome)]
    lines = [f"The smallest case that fails: {outcome.case.name}."]
    lines += call(verdict, outcome) + [""]
    lines += wrong(outcome) if outcome.status != ERROR else missing(verdict, outcome)
    return lines


def call(verdict: Verdict, outcome: Outcome) -> list[str]:
    """The call as code, where it has few numbers; else what it is called with."""
    step, case = outcome.step, outcome.case
    if case.size() <= FEW_NUMBERS:
        return [f"    {line}" for line in calls.code(step, case).splitlines()]
    told = ", ".join(f"{name} {_brief(value)}" for name, value in [*case.inputs.items(), *case.weights.items()])
    new = ", ".join(f"{name}={value!r}" for name, value in case.new.items())
    made = [f"    layer = {step.function}({new})"] if step.kind == LAYER else []
    called = f"{', '.join(step.returns)} = {'layer' if made else step.function}({', '.join(case.inputs)})"
    if train := case.train:
        called += f", then one step of {train.optimizer} ({train.rate:g}) on the loss {train.loss}"
    return [
        *made,
        f"    {called}",
        f"    {told}",
        f"    (the same check with `--seed {verdict.seed} --verbose` prints the numbers)",
    ]


def _brief(value) -> str:
    return f"{value.dtype} {value.shape}" if hasattr(value, "shape") else kind_of(value)


def wrong(outcome: Outcome) -> list[str]:
    """Got and expected: kinds and shapes first, then the worst cell."""
    if outcome.reason == "type":
        return [f"{outcome.detail}; {_wanted(outcome)} expected."]
    if outcome.reason == "weights":
        return [f"The weights of the layer are not those that are asked for: {outcome.detail}."]
    if outcome.reason in ("shape", "dtype"):
        lines = []
        for name, one, right in zip(outcome.names, outcome.got, outcome.expected, strict=True):
            if outcome.reason == "shape" and one.shape != right.shape:
                lines.append(f"{name} has shape {one.shape}, expected {right.shape}")
            elif outcome.reason == "dtype" and one.dtype != right.dtype:
                lines.append(f"{name} is {one.dtype}, expected {_type(outcome, right)}")
        return lines
    if outcome.reason == "inputs":
        return [f"The result is right, but {outcome.detail}."]
    worst = outcome.worst
    place = f"[{', '.join(map(str, worst['index']))}]" if worst["index"] else ""
    share = worst["wrong_share"]
    off = "numbers" if worst["output"] in outcome.names and _numeric(outcome, worst["output"]) else "texts"
    got, expected = worst["got"], worst["expected"]
    line = f"worst: {worst['output']}{place}   " + "got {}   expected {}".format(*_apart(got, expected))
    if isinstance(got, float) and isinstance(expected, float) and abs(got - expected) < CLOSE * abs(expected):
        line += f"   (may be off by {worst['allowed']:.1g})"
    return [f"shape and dtype are right; {_percent(share)} of the {off} are off", line]


def _numeric(outcome: Outcome, name: str) -> bool:
    return outcome.expected[outcome.names.index(name)].dtype.kind != "U"


def _type(outcome: Outcome, right) -> str:
    """What a result must be made of."""
    kind = {"f": f"{outcome.case.dtype()} or wider", "i": "integers", "u": "integers", "b": "truth values", "U": "text"}
    return kind.get(right.dtype.kind, str(right.dtype))


def missing(verdict: Verdict, outcome: Outcome) -> list[str]:
    """An answer that never came: the learner's own lines only."""
    lines = []
    for number, name in outcome.lines:
        lines.append(f"{verdict.source.path}:{number}: in {name}")
        if text := verdict.source.line(number):
            lines.append(f"    {text}")
    detail = outcome.detail
    if outcome.reason == "memory" and "limit" not in detail:
        detail += f" (the limit is {verdict.exercise.limits.memory_mb:,} MiB beside the imports)"
    return [*lines, _MISSING.get(outcome.reason, "{detail}").format(detail=detail)]


def late(verdict: Verdict, outcome: Outcome) -> list[str]:
    """Out of time: how often, and what was not tried after that."""
    outcomes = verdict.outcomes[outcome.step.id]
    times = sum(one.reason == "timeout" and not one.skipped for one in outcomes)
    skipped = sum(one.skipped for one in outcomes)
    told = outcome.detail[:1].upper() + outcome.detail[1:] + {1: "", 2: ", twice"}.get(times, f", {times} times")
    if skipped:
        which = "the other " if times + skipped == len(outcomes) else ""
        told += f"; {which}{skipped} {'cases were' if skipped > 1 else 'case was'} not run"
    return [f"{told}. Look for a loop that does not end."]


_MISSING = {
    "memory": "Out of memory: {detail}. Look for an array that is larger than it should be.",
    "crash": "The process with your code ended: {detail}.",
    "protocol": "The process with your code sent something that is no answer: {detail}.",
    "missing": "{detail}.",
}


def _wanted(outcome: Outcome) -> str:
    """The results that are asked for, by their kinds."""
    results = outcome.right.results
    kinds = [_kind(one) for one in results]
    names = ", ".join(outcome.right.returns)
    if len(results) == 1:
        return kinds[0]
    if len(set(kinds)) == 1:
        return f"{len(results)} {kinds[0].partition(' ')[2]}s ({names})"
    return f"{names} as {', '.join(kinds)}"


def _kind(value) -> str:
    if hasattr(value, "ndim"):
        return "a NumPy array" if value.ndim else "a number"
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(map(repr, value))}"
    return {str: "a text", list: "a list", tuple: "a tuple"}.get(type(value), "a number")


def _percent(share: float) -> str:
    return "all" if share == 1 else f"{share:.0%}" if share >= 0.01 else "less than 1%"


def _apart(*values) -> list[str]:
    """Values as text; floats with six digits, or as many as it takes to tell them apart."""
    for digits in (6, 9, 17):
        shown = [f"{value:.{digits}g}" if isinstance(value, float) else str(value) for value in values]
        if len(set(shown)) == len(shown):
            break
    return shown


def output(verdict: Verdict, *, whole: bool) -> list[str]:
    """What the learner's code printed: during the case that is shown, or all of it. Where it is cut, it says so.

    Nothing where the case that is shown printed nothing.
    """
    step = verdict.first_open
    shown = smallest_failure(verdict, step) if step else None
    if shown and not whole and not shown.printed:
        return []
    lines = (shown.printed if shown and not whole else verdict.output).splitlines()
    if not whole and len(lines) > OUTPUT_LINES:
        lines = [*lines[:OUTPUT_LINES], f"... {len(lines) - OUTPUT_LINES} more lines; --verbose prints them"]
    if shown and not whole and len(verdict.output) > len(shown.printed):
        lines.append("... (this case only; --verbose prints what the others printed)")
    if verdict.truncated:
        lines.append("... (your code printed more than 64 KiB; the rest was not kept)")
    return lines


def verbose(verdict: Verdict) -> list[str]:
    """Every case that did not pass, in full."""
    lines = []
    for step in verdict.exercise.steps:
        for outcome in verdict.outcomes.get(step.id, ()):
            if outcome.status != PASS:
                said = outcome.as_json()
                lines += ["", f"{step.id}, {outcome.case.name}: {outcome.reason}"]
                lines += [f"    {line}" for line in said["call"].splitlines()]
                lines += [f"    expected  {said['expected']}", f"    got       {said['got']}"]
    return lines
