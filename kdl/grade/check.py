"""One check from file to verdict: inspect, run in a child, judge, diagnose."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kdl.grade import child, diagnosis, inspect, judge, notebook
from kdl.grade.child import Failed
from kdl.grade.exercise import Exercise
from kdl.grade.inspect import Problem, Source
from kdl.grade.judge import ERROR, FAIL, PASS, Outcome, Reference
from kdl.grade.learner import Learner
from kdl.grade.step import Step

SCHEMA = "kdl.result/1"
# After so many cases of one step that ran out of time, its other cases are not tried: they would, too.
TIMEOUTS = 2


@dataclass
class Verdict:
    """What a check found; `result` is the JSON object, the rest is for feedback."""

    exercise: Exercise
    source: Source
    seed: int
    sandbox: str = "none"
    problem: Problem | None = None
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    step_problems: dict[str, Problem] = field(default_factory=dict)
    diagnoses: dict[str, diagnosis.Diagnosis | None] = field(default_factory=dict)
    output: str = ""
    truncated: bool = False
    seconds: float = 0.0

    @property
    def unwritten(self) -> bool:
        """Nothing was written yet: the file is the stub, or empty."""
        return self.problem is not None and self.problem.reason in ("stub", "empty")

    def step_status(self, step: Step) -> str:
        """pass: there are cases, and every one passed. fail: an answer is wrong. error: answers are missing."""
        if self.problem:
            return FAIL if self.unwritten else ERROR
        if step.id in self.step_problems:
            return ERROR
        statuses = {outcome.status for outcome in self.outcomes.get(step.id, ())}
        return PASS if statuses == {PASS} else FAIL if FAIL in statuses else ERROR

    @property
    def score(self) -> int:
        return sum(step.weight for step in self.exercise.steps if self.step_status(step) == PASS)

    @property
    def status(self) -> str:
        """pass: full score. error: the file could not be judged at all. fail: everything else."""
        if self.problem:
            return FAIL if self.unwritten else ERROR
        if all(self.step_status(step) == PASS for step in self.exercise.steps):
            return PASS
        answered = [
            one for many in self.outcomes.values() for one in many if one.got is not None or one.reason not in NO_ANSWER
        ]
        return FAIL if answered or self.step_problems else ERROR

    @property
    def reason(self) -> str | None:
        """Why there is no verdict: load, syntax, refused, timeout, memory, crash or protocol; or empty, or stub."""
        if self.problem:
            return self.problem.reason
        if self.status == ERROR:
            return next((one.reason for many in self.outcomes.values() for one in many), "crash")
        return None

    @property
    def first_open(self) -> Step | None:
        """The first step that is not passed."""
        return next((step for step in self.exercise.steps if self.step_status(step) != PASS), None)

    @property
    def result(self) -> dict:
        return {
            "schema": SCHEMA,
            "exercise": self.exercise.id,
            "status": self.status,
            "reason": self.reason,
            "score": self.score,
            "max_score": self.exercise.max_score,
            "seed": self.seed,
            "sandbox": self.sandbox,
            "steps": [self._step_json(step) for step in self.exercise.steps],
        }

    def _step_json(self, step: Step) -> dict:
        status = self.step_status(step)
        told = self.diagnoses.get(step.id)
        return {
            "id": step.id,
            "status": status,
            "score": step.weight if status == PASS else 0,
            "max_score": step.weight,
            "cases": [outcome.as_json() for outcome in self.outcomes.get(step.id, ())],
            "diagnosis": told.as_json() if told else None,
        }


NO_ANSWER = ("timeout", "memory", "crash", "protocol", "start", "load")


def new_seed() -> int:
    return secrets.randbelow(10**6)


def check(exercise: Exercise, path: Path, seed: int | None = None) -> dict:
    """Judge the file at `path`; returns a `kdl.result/1` object."""
    return run(exercise, path, seed).result


def run(
    exercise: Exercise,
    path: Path,
    seed: int | None = None,
    *,
    first: int | None = None,
    sandbox: str | None = None,
    spare: child.Child | None = None,
    reference: Callable[[Exercise, int], Reference] = Reference,
    on_step: Callable[[Step], None] | None = None,
) -> Verdict:
    """Judge the file at `path`; of a notebook, its parts as they were saved.

    Args:
        seed: of the inputs; None for a fresh one. The same seed and file give the same result.
        first: another seed, whose inputs must pass before; the verdict is that of the last inputs that were tried.
        sandbox: "bwrap" or "process"; None for the better of those that run here.
        spare: a started child that is waiting for code; it is used up, or closed.
        reference: makes the cases of a seed, or has them made already.
        on_step: called before the cases of each step.

    Raises:
        NotFound, UsageProblem: `path` is no file that can be judged.
        EnvironmentProblem: no process can be started.
        KdlError: our grader failed.
    """
    begin = time.perf_counter()
    path = Path(path)
    source, problem = notebook.read(exercise, path) if path.suffix == notebook.SUFFIX else inspect.read(path)
    seeds = _seeds(first, seed)
    verdict = Verdict(exercise, source, next(seeds))
    problems = [problem] if problem else inspect.problems(exercise, source)
    verdict.problem = next((one for one in problems if one.step is None), None)
    if verdict.problem is None:
        verdict.step_problems = {one.step: one for one in problems}
        # The child imports NumPy while the parent does.
        learner = Learner(exercise, source, sandbox, spare)
        try:
            _judge(verdict, reference(exercise, verdict.seed), learner, on_step)
            while verdict.status == PASS and (more := next(seeds, None)) is not None:
                verdict.seed, learner.end = more, float("inf")
                _judge(verdict, reference(exercise, more), learner, on_step)
        finally:
            learner.close()
        _keep_printed(verdict, learner)
    elif spare is not None:
        spare.close()
    verdict.seconds = time.perf_counter() - begin
    return verdict


def _keep_printed(verdict: Verdict, learner: Learner) -> None:
    """What the learner's process printed: in all, and during each case."""
    verdict.sandbox, verdict.truncated = learner.mode, learner.truncated
    verdict.output = "".join(learner.printed.values())
    for outcome in (one for many in verdict.outcomes.values() for one in many):
        outcome.printed = "".join(learner.printed.get(request, "") for request in outcome.asked)


def _seeds(first: int | None, seed: int | None) -> Iterator[int]:
    if first is not None:
        yield first
    yield new_seed() if seed is None else seed


def _judge(verdict: Verdict, reference: Reference, learner: Learner, on_step) -> None:
    """Fill in outcomes and diagnoses."""
    learner.most = judge.most_bytes(reference)
    try:
        answer = learner.load()
    except Failed as error:
        verdict.problem = Problem(error.reason, f"Loading the file failed: {error.detail}.")
        return
    if answer["status"] != "value":
        verdict.problem = _load_problem(answer, verdict.exercise.limits.memory_mb)
        return
    for step in verdict.exercise.steps:
        if on_step:
            on_step(step)
        verdict.outcomes[step.id] = [] if step.id in verdict.step_problems else _step(reference, step, learner)
    verdict.diagnoses = diagnosis.diagnose(verdict.exercise, verdict.outcomes, diagnosis.Mutants(reference), learner.ask)


def _load_problem(answer: dict, memory_mb: int) -> Problem:
    lines = answer.get("lines") or []
    kind, message = str(answer.get("type")), str(answer.get("message") or "").strip()
    said = f"{kind}: {message}" if message else kind
    said += f" (the limit is {memory_mb:,} MiB beside the imports)" if kind in judge.MEMORY else ""
    line = lines[-1][0] if lines and isinstance(lines[-1], list) and lines[-1] and type(lines[-1][0]) is int else None
    return Problem("load", f"Loading the file failed: {said}", line)


def _step(reference: Reference, step: Step, learner: Learner) -> list[Outcome]:
    found: list[Outcome] = []
    for number, (case, right) in enumerate(zip(reference.cases[step.id], reference.expected[step.id], strict=True)):
        if sum(one.reason == "timeout" for one in found) >= TIMEOUTS:
            late = Failed("timeout", f"not run: {TIMEOUTS} cases of this step ran out of time before")
            found.append(judge.failed(step, case, right, late))
            continue
        before = len(learner.asked)
        found.append(judge.tried(reference, step, number, learner.ask))
        found[-1].asked = learner.asked[before:]
    return found
