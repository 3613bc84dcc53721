"""Nothing heavy is imported before it is needed: the real proof is `sys.modules` of a fresh process."""

import subprocess
import sys

import pytest

from kdl.cli import cli
from kdl.dev.docs import commands

ALL = [words.removeprefix("kdl").strip() for words, _ in commands(cli, "kdl")]
HEAVY = {"keras", "tensorflow", "jax", "numpy", "matplotlib", "markdown_it", "scipy"}


def imported(*words: str, code: int = 0) -> set[str]:
    program = (
        "import sys\nfrom kdl.cli import main\n"
        f"try:\n    main({list(words)!r})\nexcept SystemExit as left:\n    assert left.code in ({code}, None), left.code\n"
        "print('MODULES', *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stderr.rpartition("MODULES ")[2].split()}


@pytest.mark.parametrize("words", ALL)
def test_help_imports_nothing_heavy(words):
    assert imported(*words.split(), "--help") & HEAVY == set()


@pytest.mark.parametrize(
    "words",
    ["", "model list", "algorithm list", "pair list", "task list", "data list", "quiz list", "exercise list", "run list"],
)
@pytest.mark.invariant("quiz", 20)
def test_listing_never_imports_keras(words):
    assert imported(*words.split()) & {"keras", "tensorflow", "jax", "markdown_it", "matplotlib"} == set()


def test_rich_and_sqlite_stay_out_of_the_help():
    assert imported("--help") & {"rich", "sqlite3", "fsrs", "tomllib"} == set()
