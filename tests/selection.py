"""Which tests a run takes.

Everything engine-like always runs. Tests marked `content` (one per model, pair, item or exercise) run when a file of
theirs changed, and otherwise in a slice that rotates: (index + number of commits) mod K, so that any K consecutive
commits cover everything. `KDL_TESTS=all` (`make slow`) takes all of them. Tests marked `exhaustive` run only then.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

K = 5
ROOT = Path(__file__).resolve().parents[1]


def git(*args: str) -> str | None:
    done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def changed_files() -> list[str] | None:
    """Files that differ from the merge base with origin/main (or from the first parent, on main itself); None if unknown."""
    base = git("merge-base", "HEAD", "origin/main")
    if not base or base == git("rev-parse", "HEAD"):
        base = git("rev-parse", "--verify", "-q", "HEAD~1")
    if not base:
        return None
    committed, untracked = git("diff", "--name-only", base), git("ls-files", "--others", "--exclude-standard")
    return None if committed is None else committed.split() + (untracked or "").split()


def content_id(item) -> str:
    """The id of the content a test is about: the text between its last brackets."""
    match = re.search(r"\[([^\[\]]+)\]$", item.nodeid)
    return match[1].split("-seed")[0] if match else item.nodeid


def about(path: str, name: str) -> bool:
    """Does the file at `path` belong to the content called `name` (a model, task, exercise, pair or topic)?"""
    snake = name.lower().replace("-", "_")
    file = Path(path)
    return name in file.parts or file.stem in (name, snake) or file.stem.startswith(snake + "_")


def choose(item, index: int, commits: int, changed: list[str] | None) -> bool:
    if item.get_closest_marker("content") is None or changed is None:
        return True
    name = content_id(item)
    test_file = item.location[0]
    if any(path == test_file or about(path, name) for path in changed):
        return True
    return (index + commits) % K == 0


def pytest_addoption(parser):
    parser.addoption("--invariant", metavar="ENGINE-N", help="only the tests that prove a numbered promise, as quiz-7")


def proves(item, wanted: str) -> bool:
    """Is a test marked as a proof of `quiz-7`?"""
    return any(f"{mark.args[0]}-{number}" == wanted for mark in item.iter_markers("invariant") for number in mark.args[1:])


def may_run(item, config, jax: bool) -> bool:
    """What the command line and the backend leave, before the rotating slice."""
    wanted, named = config.getoption("--invariant"), config.option.markexpr or ""
    return (
        (not wanted or proves(item, wanted))
        and all(name in named or not item.get_closest_marker(name) for name in ("bench", "gpu"))
        and (bool(item.get_closest_marker("jax")) == jax or item.get_closest_marker("gpu") is not None)
        and (os.environ.get("KDL_TESTS") == "all" or not item.get_closest_marker("exhaustive"))
    )


def pytest_collection_modifyitems(config, items):
    jax = os.environ.get("KERAS_BACKEND") == "jax"
    everything = os.environ.get("KDL_TESTS") == "all" or bool(config.args and config.args != config.getini("testpaths"))
    commits = int(git("rev-list", "--count", "HEAD") or 0)
    changed = changed_files()
    kept, left, index = [], [], 0
    for item in items:
        take = may_run(item, config, jax)
        if take:
            take = everything or choose(item, index, commits, changed)
            index += item.get_closest_marker("content") is not None
        (kept if take else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
    rotated = [item for item in left if item.get_closest_marker("content") and bool(item.get_closest_marker("jax")) == jax]
    config.stash[LEFT] = sorted({content_id(item) for item in rotated})


LEFT = pytest.StashKey[list[str]]()


def pytest_sessionfinish(session):
    """A process of pytest-xdist hands what it left to the one that prints; each of them has chosen the same tests."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    if hasattr(node, "workeroutput"):  # one that crashed has none
        node.config.stash[LEFT] = node.workeroutput["left"]


def pytest_terminal_summary(terminalreporter, config):
    left = config.stash.get(LEFT, [])
    if left:
        terminalreporter.write_line(f"left to later commits ({len(left)} content ids): {' '.join(left)}")
    lines = {text for reports in terminalreporter.stats.values() for one in reports for text in _told(one)}
    if lines:
        terminalreporter.section("measured")
        for line in sorted(lines):
            terminalreporter.write_line(line)


def _told(report) -> list[str]:
    """What a test said by the fixture `tell`."""
    return [text for name, text in getattr(report, "user_properties", []) if name == TOLD]


TOLD = "measured"


@pytest.fixture
def tell(record_property):
    """Numbers that a test measures, printed at the end of the run: `tell("lstm-cell: worst right error 0.05")`."""
    return lambda line: record_property(TOLD, line)


def required(tool: str) -> bool:
    """KDL_REQUIRE names the tools whose absence is a failure, not a skip."""
    return tool in os.environ.get("KDL_REQUIRE", "").split(",")


def pytest_runtest_setup(item):
    for mark in item.iter_markers("requires"):
        tool = mark.args[0]
        if not available(tool):
            reason = f"{tool} does not run here"
            if required(tool):
                pytest.fail(f"{reason}, and KDL_REQUIRE names it", pytrace=False)
            pytest.skip(reason)


def available(tool: str) -> bool:
    """Try the tool: a program that is installed and cannot run is not available."""
    if tool not in _TRIED:
        _TRIED[tool] = _try(tool)
    return _TRIED[tool]


_TRIED: dict[str, bool] = {}
_PROBES = {
    "bwrap": ["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"],
    "chromium": [
        "chromium",
        "--headless",
        "--disable-gpu",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "--dump-dom",
        "about:blank",
    ],
    "jax": [str(ROOT / ".venv-jax/bin/python"), "-c", "import jax"],
    "tokenizers": [sys.executable, "-c", "import tokenizers"],
    "onnx": [sys.executable, "-c", "import importlib.util, onnx, onnxruntime; assert importlib.util.find_spec('tf2onnx')"],
}


def _try(tool: str) -> bool:
    try:
        return subprocess.run(_PROBES[tool], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
