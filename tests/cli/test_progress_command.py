"""`kdl progress`: the learner's two bars, and the scoreboard of the atlas."""

import json
from types import SimpleNamespace

from kdl.cli.progress import bar
from kdl.report import progress

ITEMS = [SimpleNamespace(id="a", entries=("lstm", "lstm-gates")), SimpleNamespace(id="b", entries=("lstm",))]
EXERCISES = [SimpleNamespace(id="x", entries=("gru",))]


def unit_11(reviewed, solved):
    return next(row for row in progress.units(reviewed, solved, ITEMS, EXERCISES) if row.unit == 11)


def test_nothing_done_covers_nothing():
    row = unit_11({}, set())

    assert (row.entries, row.with_content, row.covered, row.retained) == (13, 3, 0, 0)


def test_an_answered_item_covers_its_entries_and_a_solved_exercise_its_own():
    assert unit_11({"a": 2.0}, {"x"}).covered == 3


def test_an_entry_is_retained_when_its_weakest_reviewed_item_lasts_a_month():
    assert unit_11({"a": 45.0}, set()).retained == 2
    assert unit_11({"a": 45.0, "b": 29.9}, set()).retained == 1


def test_the_bar_is_full_only_when_all_is_done():
    assert bar(0, 0) == bar(0, 9) == "░" * 24
    assert bar(9, 9) == "█" * 24
    assert bar(999, 1000).count("█") == 23


def test_coverage_lists_all_420_entries_with_every_field(kdl):
    said = json.loads(kdl("progress", "--coverage", "--json").out)

    assert said["schema"] == "kdl.coverage/1"
    assert len(said["entries"]) == 420
    assert all(
        list(row) == ["id", "unit", "kind", "implementable", "code", "pairs", "exercises", "items"] for row in said["entries"]
    )
    lstm = next(row for row in said["entries"] if row["id"] == "lstm")
    assert lstm["code"] == "kdl/models/rnn/lstm.py"
    assert {"P52", "P53"} <= set(lstm["pairs"]) and "lstm-cell" in lstm["exercises"] and lstm["items"] >= 8


def test_the_learners_page_names_only_units_with_content(kdl):
    out = kdl("progress").out

    assert "Unit 11. Recurrent networks" in out
    assert "Unit 18" not in out
