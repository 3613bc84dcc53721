"""Every error a user can meet: what happened, why, how to mend it, and the exit code that says which kind it was."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

DONE, NOT_RIGHT, USAGE, NOT_FOUND, ENVIRONMENT, NOTHING_TO_DO = 0, 1, 2, 3, 4, 5
OUR_BUG, TIMED_OUT, INTERRUPTED = 70, 124, 130

LONGEST = 80  # characters of a name that an error repeats

EXIT_CODES = {
    DONE: "done",
    NOT_RIGHT: "it ran, and the answer is not right",
    USAGE: "the command line was not understood",
    NOT_FOUND: "no such model, task, pair, topic, exercise, item or run",
    ENVIRONMENT: "something outside kdl is missing or broken",
    NOTHING_TO_DO: "nothing to do",
    OUR_BUG: "a bug in kdl",
    TIMED_OUT: "timed out",
    INTERRUPTED: "interrupted; the state was saved",
}


class KdlError(Exception):
    """An error told in three parts.

    Args:
        what: what happened, one sentence.
        why: the cause, where it is known.
        fix: what to type or change, where there is a cure.
    """

    exit_code = OUR_BUG
    kind = "bug"

    def __init__(self, what: str, *, why: str | None = None, fix: str | None = None):
        super().__init__(what)
        self.what, self.why, self.fix = what, why, fix

    def as_json(self) -> dict:
        return {
            "schema": "kdl.error/1",
            "kind": self.kind,
            "exit": self.exit_code,
            "what": self.what,
            "why": self.why,
            "fix": self.fix,
        }


def install_line(extra: str = "") -> str:
    """The pip command for kdl, with an extra where one is named, computed from the distribution that this copy came in."""
    import importlib.metadata
    import sys

    found = importlib.metadata.packages_distributions().get("kdl", ["."])[0]
    extra = f"[{extra}]" if extra else ""
    return f'{sys.executable} -m pip install "{found}{extra}"'


class UsageProblem(KdlError):
    """An option or argument that makes no sense."""

    exit_code = USAGE
    kind = "usage"


class NotFound(KdlError):
    """An id that nothing has. Offers the nearest ids that exist."""

    exit_code = NOT_FOUND
    kind = "not-found"

    def __init__(self, noun: str, name: str, known: Iterable[str], *, fix: str | None = None):
        known, name = sorted(known), name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."
        lower = {k.lower(): k for k in known}
        near = [lower[k] for k in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
        near = near or [k for low, k in lower.items() if name and name.lower() in low][:3]
        if near:
            fix = "Did you mean " + " or ".join(near) + "?"
        super().__init__(f"There is no {noun} called {name!r}.", fix=fix or f"`kdl {noun} list` shows them all.")
        self.near = near


class EnvironmentProblem(KdlError):
    """Something outside kdl: a missing package, a full disk, a home that cannot be written, no GPU."""

    exit_code = ENVIRONMENT
    kind = "environment"


class StoreProblem(EnvironmentProblem):
    """The learner's database cannot be opened, read or written. Nothing in it was changed."""

    kind = "store"


class BadContent(EnvironmentProblem):
    """A content file (header, topic, exercise, pair) that cannot be used; says the file, the line and the rule.

    `item` is the id of the quiz item where only that one is at fault.
    """

    kind = "content"

    def __init__(self, path, line: int, wrong: str, *, fix: str | None = None, item: str | None = None):
        super().__init__(
            f"{path}:{line}: {wrong}", fix=fix or "Mend the file, or restore it; `kdl dev check` checks all of them."
        )
        self.path, self.line, self.wrong, self.item = str(path), line, wrong, item


class Diverged(KdlError):
    """A training whose loss is no longer a number. What was recorded before is kept."""

    exit_code = NOT_RIGHT
    kind = "diverged"


class NothingToDo(KdlError):
    """There is nothing due, nothing to resume."""

    exit_code = NOTHING_TO_DO
    kind = "nothing-to-do"


class Interrupted(KdlError):
    """Stopped by the user after the state was saved."""

    exit_code = INTERRUPTED
    kind = "interrupted"
