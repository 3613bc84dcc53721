"""The command itself: help, errors, exit codes, and terminals that can do little."""

import os
import subprocess
import sys

import click
import pytest

from kdl import errors
from kdl.cli import COMMANDS, cli, main
from kdl.dev.docs import commands

ALL = [words.removeprefix("kdl").strip() for words, _ in commands(cli, "kdl")]


@pytest.mark.parametrize("words", ALL)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help_with_an_example(kdl, words, flag):
    result = kdl(*words.split(), flag)

    assert result.code == 0
    assert result.out.startswith("Usage: kdl")
    assert "kdl" in result.out.split("\n", 1)[1], "no example"


def test_the_lazy_table_names_real_modules():
    for name in COMMANDS:
        assert isinstance(cli.get_command(click.Context(cli), name), click.Command), name


def test_version(kdl):
    assert kdl("--version").out.startswith("kdl, version ")


@pytest.mark.parametrize(("typed", "meant"), [("modle", "model"), ("quizz", "quiz"), ("exercize", "exercise")])
def test_a_mistyped_command_is_corrected(kdl, typed, meant):
    result = kdl(typed)

    assert result.code == errors.USAGE
    assert f"Did you mean `kdl {meant}`?" in result.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("model show lsmt", errors.NOT_FOUND),
        ("algorithm show adamax", errors.NOT_FOUND),
        ("pair show P00", errors.NOT_FOUND),
        ("task show ading", errors.NOT_FOUND),
        ("data show names", errors.NOT_FOUND),
        ("exercise show lstm-sell", errors.NOT_FOUND),
        ("notes lsmt", errors.NOT_FOUND),
        ("train lsmt", errors.NOT_FOUND),
        ("compare lsmt simple-rnn", errors.NOT_FOUND),
        ("run show nothing", errors.NOT_FOUND),
        ("completion tcsh", errors.NOT_FOUND),
        ("train", errors.USAGE),
        ("train lstm --steps many", errors.USAGE),
    ],
)
def test_bad_input_gets_one_clear_error(kdl, words, code):
    result = kdl(*words.split())

    assert result.code == code
    assert result.err.strip()
    assert "Traceback" not in result.err


ODD = {
    "300 letters": "a" * 300,
    "a deep path": "a/" * 2500,
    "a path": "a/b",
    "a way out": "../../etc",
    "the root": "/",
    "a home that is none": "~nobody/x",
    "a control character": "a\x1b[31mb",
    "no text": "\udcff",
    "a pattern": "[a*",
    "braces": "{}%s",
}
TAKE_A_NAME = [
    *("model show NAME", "model diff NAME lstm", "model diff lstm NAME", "model export NAME --to keras", "algorithm show NAME"),
    *("task show NAME", "pair show NAME", "data show NAME", "data add NAME", "run show NAME", "run delete NAME --yes"),
    *(f"exercise {verb} NAME" for verb in ("show", "start", "check", "watch --until-pass", "hint", "solution", "notebook")),
    *("exercise reset NAME --yes", "exercise check x.py --exercise NAME", "exercise grade . --exercise NAME"),
    *(
        "notes NAME",
        "report NAME",
        "compare NAME",
        "compare --resume NAME",
        "generate NAME",
        "quiz --topic NAME",
        "quiz show NAME",
    ),
    *("train NAME", "train lstm --task NAME", "train --resume NAME"),
]


@pytest.mark.parametrize("words", TAKE_A_NAME)
def test_a_name_that_nothing_can_have_is_not_found_and_no_bug(kdl, words, tmp_path, monkeypatch):
    """The error repeats at most the beginning of a long one, and nothing that a terminal obeys."""
    monkeypatch.chdir(tmp_path)
    for kind, name in ODD.items():
        result = kdl(*(name if word == "NAME" else word for word in words.split()))

        wanted = (errors.NOT_FOUND, errors.USAGE) if "check NAME" in words or "watch" in words else (errors.NOT_FOUND,)
        assert result.code in wanted, (kind, result.err)
        assert result.err.count("Error:") == 1 and "\x1b" not in result.err and len(result.err) < 600, kind
    assert list(tmp_path.iterdir()) in ([], [tmp_path / "kdl-home"])


def test_a_nul_character_is_refused_at_the_door(kdl):
    """The system hands none to a program; a caller in the same process may."""
    for words in ("run show a\0b", "quiz import a\0b", "restore a\0b --yes", "exercise check a\0/b.py"):
        result = kdl(*words.split(" "))
        assert result.code == errors.USAGE and "NUL" in result.err


def test_an_error_is_json_where_json_was_asked(kdl):
    import json

    result = kdl("model", "show", "lsmt", "--json")

    said = json.loads(result.err)
    assert (result.code, said["schema"], said["kind"]) == (3, "kdl.error/1", "not-found")
    assert "lstm" in said["fix"]


def test_a_bug_is_told_in_one_line_and_kept_in_a_log(monkeypatch, capsys, home):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(cli, "main", broken)
    with pytest.raises(SystemExit) as left:
        main(["quiz"])

    err = capsys.readouterr().err
    assert left.value.code == errors.OUR_BUG
    assert "ZeroDivisionError: boom" in err and "Traceback" not in err
    assert "ZeroDivisionError" in (home / "logs" / "bug.log").read_text()


def test_debug_shows_the_traceback(kdl):
    assert "Traceback" in kdl("--debug", "model", "show", "lsmt").err


def test_an_unwritable_home_is_one_error(kdl, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KDL_HOME", str(tmp_path / "file" / "home"))

    result = kdl("quiz", "stats")

    assert result.code == errors.ENVIRONMENT
    assert "KDL_HOME" in result.err


@pytest.mark.parametrize("words", ["", "model list", "progress", "notes lstm", "exercise list"])
def test_an_ascii_terminal_and_no_colour_work(kdl_process, words):
    result = kdl_process(*words.split(), env={"PYTHONIOENCODING": "ascii", "NO_COLOR": "1", "TERM": "dumb"})

    assert result.code == 0, result.err
    assert "\x1b" not in result.out
    assert result.out.isascii()


@pytest.mark.parametrize("words", ["progress --coverage --json", "notes lstm", "quiz list", "model show lstm"])
def test_a_closed_pipe_is_silent_and_no_error(words):
    command = f"set -o pipefail; {sys.executable} -m kdl {words} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=dict(os.environ))

    assert (done.stderr, done.returncode) == ("", 0)
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_no_bug_of_ours():
    done = subprocess.run(
        f"{sys.executable} -m kdl model list > /dev/full", shell=True, capture_output=True, text=True, env=dict(os.environ)
    )

    assert done.returncode == errors.ENVIRONMENT
    assert "no room" in done.stderr and "bug" not in done.stderr


def test_ascii_has_a_form_for_every_character_of_the_content():
    from kdl import content
    from kdl.cli import ascii_forms

    files = [*content.quizzes().rglob("*.md"), *content.exercises().rglob("*.md"), *content.exercises().rglob("*.toml")]
    used = {char for file in files for char in file.read_text(encoding="utf-8") if ord(char) > 127}

    assert {char for char in used if ascii_forms.form(char) == "?"} == set()


def test_ascii_forms_can_be_read():
    from kdl.cli import ascii_forms

    assert ascii_forms.of("σ(z) ≤ ½ · x² + ŷ₁, βᵗ") == "sigma(z) <= 1/2 * x^2 + y1, beta^t"
    assert ascii_forms.of("日") == "?"


def test_every_reading_command_has_json(kdl):
    import json

    for words in (
        "model list", "algorithm list", "task list", "pair list", "data list", "run list", "exercise list", "quiz list",
        "quiz stats", "progress", "progress --coverage", "paths", "doctor --fast",
    ):  # fmt: skip
        result = kdl(*words.split(), "--json")
        assert result.code == 0, (words, result.err)
        assert json.loads(result.out)["schema"].startswith("kdl."), words
