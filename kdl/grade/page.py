"""A verdict as a Markdown page that is handed back to a student. What the student's code printed cannot break out of it."""

from __future__ import annotations

import re

from kdl.grade import feedback
from kdl.grade.check import Verdict
from kdl.grade.judge import PASS


def text(verdict: Verdict) -> str:
    """The score of every step, the smallest failing call of each open step, and why it fails."""
    one = verdict.exercise
    ran = "not run" if verdict.sandbox == "none" else f"sandbox {verdict.sandbox}"
    lines = [f"# {one.title}: {verdict.score} of {one.max_score} points", ""]
    lines += [f"Exercise {one.id}, version {one.version}; seed {verdict.seed}; {ran}.", ""]
    lines += ["| step | points | |", "| --- | --- | --- |"]
    for step in one.steps:
        points = step.weight if verdict.step_status(step) == PASS else 0
        lines.append(f"| {step.title} | {points} of {step.weight} | {feedback.step_line(verdict, step)} |")
    if verdict.problem:
        lines += ["", *_fenced(feedback.problem(verdict))]
    else:
        for step in one.steps:
            if verdict.step_status(step) != PASS:
                lines += ["", f"## {step.title}", "", *_fenced(feedback.failure(verdict, step))]
                if told := verdict.diagnoses.get(step.id):
                    lines += ["", f"Why: {told.message}"]
    if printed := feedback.output(verdict, whole=False):
        lines += ["", "## What the code printed", "", *_fenced(printed)]
    return "\n".join(lines) + "\n"


def _fenced(lines: list[str]) -> list[str]:
    """A block of code whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *("".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line) for line in lines), fence]
