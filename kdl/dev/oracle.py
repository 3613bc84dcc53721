"""Run the code that items show, where Keras is: in a process of its own, with a time limit.

The parent sends jobs as JSON on stdin and reads the results as JSON, so that neither `kdl dev build` nor a test imports Keras.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict

from kdl.errors import EnvironmentProblem
from kdl.quiz.kinds.base import Job

LIMIT_S = 300


def run(jobs: Sequence[Job]) -> tuple[list, dict]:
    """The result of each job, and the versions they were computed with.

    A result is a number, a shape (a list with None), the text printed, or `{"error": message}`.

    Raises:
        EnvironmentProblem: the process failed or took too long.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kdl.dev.oracle"],
            input=json.dumps([asdict(job) for job in jobs]),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise EnvironmentProblem(f"The items' code did not finish in {LIMIT_S} s.", fix="Show smaller code.") from error
    if done.returncode != 0:
        raise EnvironmentProblem(
            "The items' code could not be run.",
            why=done.stderr.strip()[-1500:],
            fix="`kdl doctor` says whether Keras works here.",
        )
    reply = json.loads(done.stdout.splitlines()[-1])
    return reply["results"], reply["versions"]


# ---- in the child ----------------------------------------------------------------------------------------------------


def _result(job: dict, names: dict):
    scope = {**names, **job["values"]}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(job["code"], "<item>", "exec"), scope)
        value = eval(compile(job["expression"], "<oracle>", "eval"), scope)
    if job["result"] == "output":
        return printed.getvalue().strip()
    if job["result"] == "shape":
        return [None if size is None else int(size) for size in value]
    number = value.item() if hasattr(value, "item") else value
    return number if isinstance(number, int) else float(number)


def _serve() -> None:
    """Answer the jobs on stdin. What the code prints, and what Keras says, never reaches the reply."""
    jobs = json.load(sys.stdin)
    reply = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        from kdl import backend

        keras = backend.start()
        import numpy

        results = []
        for job in jobs:
            keras.utils.set_random_seed(0)
            try:
                results.append(_result(job, {"keras": keras, "np": numpy, "ops": keras.ops, "layers": keras.layers}))
            except Exception as error:  # whatever the author's code does is told to the author
                results.append({"error": f"{type(error).__name__}: {error}"})
        versions = {"keras": keras.__version__, "backend": keras.config.backend(), "numpy": numpy.__version__}
    reply.write(json.dumps({"results": results, "versions": versions}) + "\n")


if __name__ == "__main__":
    _serve()
