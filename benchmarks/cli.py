"""How long a learner waits for the first word."""

import sys

import pytest

pytestmark = pytest.mark.bench
KDL = [sys.executable, "-m", "kdl"]


def test_help_against_a_bare_click_import(paired, python):
    assert paired("kdl --help / import click", [*KDL, "--help"], python("import click")) > 0


def test_first_quiz_question_against_click_sqlite_and_json(paired, python):
    floor = python("import click, sqlite3, json")
    assert paired("first quiz question / import click, sqlite3, json", [*KDL, "quiz", "--limit", "1", "--plain"], floor) > 0


def test_home_screen_against_a_bare_click_import(paired, python):
    assert paired("kdl / import click", KDL, python("import click")) > 0
