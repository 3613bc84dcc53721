"""Which tests a run takes.

Everything engine-like always runs. Tests marked `content` (one per model, pair, item or exercise) run when a file of
theirs changed, and otherwise when it is their turn: (hash of the test's name + number of commits) mod K, commits counted
along first parents, so that any K consecutive ones take each test once. `KDL_TESTS=all` (`make slow`) takes all of them.
Tests marked `exhaustive` run only then.

What a test is about, it says itself: by what it is parametrised with, or by `@pytest.mark.content("resnet")`. One that
is about no file would run by its turn alone, whatever changes: it is taken always, and fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from kdl.dev.collected import content_ids

K = 5
ROOT = Path(__file__).resolve().parents[1]


def git(*args: str) -> str | None:
    done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def count_commits() -> int:
    """One more at each commit of a branch, a merge of many included."""
    return int(git("rev-list", "--first-parent", "--count", "HEAD") or 0)


def changed_files() -> list[str] | None:
    """Files that differ from the merge base with origin/main (or from the first parent, on main itself); None if unknown."""
    base = git("merge-base", "HEAD", "origin/main")
    if not base or base == git("rev-parse", "HEAD"):
        base = git("rev-parse", "--verify", "-q", "HEAD~1")
    if not base:
        return None
    committed, untracked = git("diff", "--name-only", base), git("ls-files", "--others", "--exclude-standard")
    return None if committed is None else committed.split() + (untracked or "").split()


@cache
def names(path: str) -> frozenset[str]:
    """The content that the file at `path` may belong to: its folders, its stem, and the beginnings of that up to a `_`."""
    file = Path(path)
    words = file.stem.split("_")
    return frozenset((*file.parts, *("_".join(words[: n + 1]) for n in range(len(words)))))


def about(paths: Iterable[str], ids: Iterable[str]) -> set[str]:
    """Those of `ids` (of models, tasks, exercises, pairs, topics, units) that a file at one of `paths` belongs to."""
    have = {name for path in paths for name in names(path)}
    return {name for name in ids if name in have or name.lower().replace("-", "_") in have}


def choose(item, commits: int, changed: list[str] | None) -> bool:
    if item.get_closest_marker("content") is None or changed is None:
        return True
    if item.location[0] in changed or about(changed, content_ids(item)):
        return True
    return (zlib.crc32(item.nodeid.encode()) + commits) % K == 0


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
    commits, changed, known = count_commits(), changed_files(), known_ids(items)
    kept, left = [], []
    for item in items:
        take = may_run(item, config, jax) and (everything or lost(item, known) or choose(item, commits, changed))
        (kept if take else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
    rotated = [item for item in left if item.get_closest_marker("content") and bool(item.get_closest_marker("jax")) == jax]
    config.stash[KNOWN] = known
    config.stash[LEFT] = len(rotated), sorted({name for item in rotated for name in content_ids(item) & (known or set())})


def known_ids(items) -> set[str] | None:
    """The ids in these tests that belong to files, new ones included, but not to files of tests; None without git."""
    files = git("ls-files", "--cached", "--others", "--exclude-standard")
    if files is None:
        return None
    ids = set().union(*(content_ids(item) for item in items if item.get_closest_marker("content")))
    return about((path for path in files.splitlines() if not path.startswith("tests/")), ids)


def lost(item, known: set[str] | None) -> bool:
    """Is it a content test that the change of no file would ever bring?"""
    return known is not None and item.get_closest_marker("content") is not None and not content_ids(item) & known


KNOWN = pytest.StashKey[set[str] | None]()
LEFT = pytest.StashKey[tuple[int, list[str]]]()  # how many tests, and the ids that they are about


def pytest_sessionfinish(session):
    """A process of pytest-xdist hands what it left to the one that prints; each of them has chosen the same tests."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT, (0, []))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    if hasattr(node, "workeroutput"):  # one that crashed has none
        node.config.stash[LEFT] = tuple(node.workeroutput["left"])


def pytest_terminal_summary(terminalreporter, config):
    count, ids = config.stash.get(LEFT, (0, []))
    if count:
        terminalreporter.write_line(f"left to later commits: {count} tests of {len(ids)} content ids: {' '.join(ids)}")
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
    if lost(item, item.config.stash[KNOWN]):
        fix = 'Name what it is about as a parameter, or by a mark: @pytest.mark.content("resnet").'
        pytest.fail(f"A content test that belongs to no file runs whatever changes in one of {K} commits. {fix}", pytrace=False)
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
