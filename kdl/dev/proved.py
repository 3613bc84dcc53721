"""Which entries have code that a test proves: the table behind the coverage scoreboard.

The ids come from pytest itself: a test marked `contract` or `oracle` and parametrised with an entry's id proves that
entry. The table is committed, because an installed kdl has no tests; `kdl dev build --check` collects afresh.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
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
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, "KDL_TESTS": "all"})
    if done.returncode != 0:
        raise EnvironmentProblem(
            "pytest could not collect the tests.",
            why=(done.stdout + done.stderr).strip()[-2000:],
            fix="Run `make test` in a checkout.",
        )
    return parse(done.stdout.splitlines())


def parse(lines) -> dict[str, list[str]]:
    """`tests/models/test_contract.py::test_reload[lstm]` -> `{"lstm": ["tests/models/test_contract.py"]}`.

    The ids in tests/content are those of exercises and items, which may be called like an entry (`bleu`).
    """
    found: dict[str, set[str]] = {}
    for line in lines:
        match = re.match(r"(\S+\.py)::.*\[([^\[\]]+)\]$", line)
        if match and not match[1].startswith("tests/content/") and match[2] in atlas.entries():
            found.setdefault(match[2], set()).add(match[1])
    return {entry: sorted(files) for entry, files in sorted(found.items())}


def text(entries: dict[str, list[str]]) -> str:
    return json.dumps({"schema": "kdl.proved/1", "entries": entries}, indent=1) + "\n"
