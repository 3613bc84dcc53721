"""What is longer than the screen goes through $PAGER: a real program, on a terminal of its own."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os
from kdl.cli import render
with render.paged():
    for number in range({lines}):
        render.say(render.style(f"line {{number}}".ljust({width}, "."), bold=True))
    {then}
print("after", os.environ.get("LESS"))
"""


@pytest.fixture
def page(tmp_path):
    """A function: how many lines of which width -> what a terminal of 20 x 10 sees, with `less` a program that says so."""
    pty = pytest.importorskip("pty")
    less = tmp_path / "less"
    less.write_text('#!/bin/sh\nprintf "LESS is %s\\n" "$LESS"\ncat\n')
    less.chmod(0o755)

    def run(lines, width=10, then="", **env):
        ours, theirs = pty.openpty()
        env = {**os.environ, "TERM": "xterm", "COLUMNS": "20", "LINES": "10", "PAGER": str(less), "LESS": None} | env
        env = {name: value for name, value in env.items() if value is not None}
        command = [sys.executable, "-c", PROGRAM.format(lines=lines, width=width, then=then)]
        process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=env)
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 4096):
                seen += part
        except OSError:  # Linux reports the end of a terminal as an error
            pass
        process.wait(60)
        os.close(ours)
        return seen.decode().replace("\r\n", "\n")

    return run


def test_a_long_page_goes_through_the_pager_in_colours_and_nothing_is_set_for_later(page):
    seen = page(12)

    assert seen.startswith("LESS is -RX\n\x1b[1mline 0...") and seen.endswith("line 11...\x1b[0m\nafter None\n")


def test_what_fits_is_printed(page):
    assert page(9).startswith("\x1b[1mline 0...")


def test_lines_that_wrap_count_as_often_as_they_are_shown(page):
    """Three rows each, of 20 columns: escape codes take no room."""
    assert page(4, width=41).startswith("LESS is")
    assert not page(8, width=20).startswith("LESS is")


def test_a_pager_that_shows_no_colours_gets_none(page):
    seen = page(12, LESS="-F")

    assert seen.startswith("LESS is -F\nline 0") and "\x1b" not in seen and seen.endswith("after -F\n")


def test_who_wants_no_colours_gets_none(page):
    assert "\x1b" not in page(12, NO_COLOR="1")


@pytest.mark.parametrize("pager", ['less "', "{folder}/garbage", "{folder}/nowhere"])
def test_a_pager_that_cannot_be_started_loses_nothing(page, tmp_path, pager):
    (tmp_path / "garbage").write_bytes(b"\x7fELF no program")
    (tmp_path / "garbage").chmod(0o755)
    seen = page(12, PAGER=pager.format(folder=tmp_path))

    assert all(f"line {number}" in seen for number in range(12)) and "after None" in seen


def test_what_failed_is_not_shown(page):
    assert page(12, then="raise SystemExit") == ""
