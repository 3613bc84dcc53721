"""Which entries have code that a test proves: the table behind the coverage scoreboard.

The ids come from pytest itself: a test marked `contract` or `oracle` that is about an entry (`collected.content_ids`)
proves it. The table is committed, because an installed kdl has no tests; `kdl dev build --check` collects afresh.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kdl import atlas, catalog
from kdl.errors import EnvironmentProblem

TABLE = Path(__file__).with_name("proved.json")


def table() -> dict[str, list[str]]:
    """Entry id -> the test files that prove it, as committed."""
    return json.loads(TABLE.read_text(encoding="utf-8"))["entries"]


def collect() -> dict[str, list[str]]:
    """The same, freshly collected by pytest in a checkout."""
    root = catalog.PACKAGE.parent
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "contract or oracle", "-p", "no:cacheprovider"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "collected.json"
        command += ["-p", "kdl.dev.collected", "--collected", str(file)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, "KDL_TESTS": "all"})
        if done.returncode != 0:
            raise EnvironmentProblem(
                "pytest could not collect the tests.",
                why=(done.stdout + done.stderr).strip()[-2000:],
                fix="Run `make test` in a checkout.",
            )
        return entries(json.loads(file.read_text(encoding="utf-8")))


def entries(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """`("tests/models/test_contract.py", ["lstm", "float64"])` -> `{"lstm": ["tests/models/test_contract.py"]}`.

    The ids in tests/content are those of exercises and items, which may be called like an entry (`bleu`).
    """
    found: dict[str, set[str]] = {}
    for path, ids in rows:
        for name in () if path.startswith("tests/content/") else set(ids) & set(atlas.entries()):
            found.setdefault(name, set()).add(path)
    return {entry: sorted(files) for entry, files in sorted(found.items())}


def text(entries: dict[str, list[str]]) -> str:
    return json.dumps({"schema": "kdl.proved/1", "entries": entries}, indent=1) + "\n"
