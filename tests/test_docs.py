"""What the documents say is true: shell lines run, paths exist, generated pages are current."""

import re
import shlex
from pathlib import Path

import pytest

from kdl.cli import cli
from kdl.dev import docs

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "quizzes").rglob("*.md")),
]

# Lines that are not run here, with the reason. A line that starts with one of these is left out.
NOT_RUN = {
    "make start": "installs, and takes minutes; run by hand from a clean clone before each release",
    "make test": "is this test run",
    "make check": "contains this test run",
    "make slow": "takes longer than this test run",
    "make smoke": "takes longer than this test run",
    "make docs": "is compared below",
    "git clone": "needs the network",
    "cd ": "changes nothing outside its own shell",
    "source .venv": "changes nothing outside its own shell; the file is there once `make start` ran",
    "kdl start": "has a test of its own (tests/cli/test_start_command.py)",
    "kdl train": "has tests of its own (tests/cli/test_train_commands.py)",
    "kdl compare": "has tests of its own (tests/cli/test_compare_commands.py)",
    "kdl report": "writes a page; tests/cli/test_report_command.py",
    "kdl quiz export": "writes a file; tests/cli/test_exchange_commands.py",
    "kdl quiz --": "waits for answers; tests/cli/test_quiz_commands.py",
    "kdl exercise check": "needs a started exercise; tests/cli/test_exercise_commands.py",
    "kdl exercise hint": "needs a started exercise; tests/cli/test_exercise_commands.py",
    "kdl dev": "is run by `make check` itself",
    "kdl generate": "needs a trained model; tests/cli/test_generate_command.py",
    "kdl model import": "needs a checkpoint; tests/cli/test_model_import.py",
    "kdl doctor": "starts Keras; tests/cli/test_doctor_command.py",
}


def shell_lines():
    """Every command in a ```sh or ```console block of the documents."""
    for page in PAGES:
        for block in re.findall(r"^```(?:sh|console|shell|bash)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
            for line in block.splitlines():
                line = line.removeprefix("$ ").split("   #")[0].strip()
                if line and not line.startswith("#"):
                    yield page, line


LINES = sorted({line for _, line in shell_lines() if line.startswith(("kdl", "make", "git", "cd ", "source", "KDL_"))})


@pytest.mark.parametrize("line", LINES)
def test_every_shell_line_runs(kdl, line):
    words = shlex.split(line)
    if any(line.startswith(start) for start in NOT_RUN):
        if words[0] == "kdl":
            assert_command_exists(words[1:])
        return
    assert words[0] == "kdl", f"{line!r} is neither run nor listed in NOT_RUN with a reason"
    assert kdl(*words[1:]).code == 0


def assert_command_exists(words):
    """Every word inside a group is one of its commands, and every option is one of the command's."""
    import click

    command = cli
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            break
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"{command.name} has no command {word!r}: {' '.join(words)}"
        command = found
    options = {name for option in command.params for name in option.opts + option.secondary_opts}
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in options | {"--help"}, f"{command.name} has no option {word}"


def named_in_messages():
    """Every command that a message, a docstring or a page names in backticks, as (file, words)."""
    for path in [*sorted((ROOT / "kdl").rglob("*.py")), *PAGES]:
        for text in re.findall(r"`kdl ([a-z][^`\n{}]*)`", path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix(), text


@pytest.mark.parametrize("text", sorted({text for _, text in named_in_messages()}))
def test_every_command_that_is_named_exists(text):
    assert_command_exists([word for word in shlex.split(text) if word not in ("...", "X")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_named_in_the_documents_exist(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:kdl|tests|docs|quizzes|exercises|tools|benchmarks)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), f"{page.name} names {name}"
    for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
        assert (page.parent / link).exists() or (ROOT / link).exists(), f"{page.name} links to {link}"


def test_generated_pages_are_current():
    for name, text in docs.pages(cli).items():
        assert (docs.DOCS / name).read_text(encoding="utf-8") == text, f"docs/{name} is old: run `kdl dev build`"
