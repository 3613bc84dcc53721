"""Tables on a narrow terminal: nothing is cut, and the columns that tell least go first."""

import re

import pytest

from kdl import catalog
from kdl.cli import render
from kdl.grade import exercise
from kdl.runs import record

ROWS = [("a", "left", "one two three"), ("b", "right", "four")]


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        ("60", ["id  side   words", "a   left   one two three", "b   right  four"]),
        ("40", ["id  words", "a   one two three", "b   four"]),
    ],
)
def test_a_column_is_dropped_where_the_last_one_would_have_less_than_its_room(capsys, monkeypatch, columns, lines):
    """The last column needs 13 of the 30 it may ask for; beside the others it has 60 - 11 and 40 - 31 columns."""
    monkeypatch.setenv("COLUMNS", columns)
    rows = ROWS if columns == "60" else [(one, side.ljust(25, "."), words) for one, side, words in ROWS]
    render.table(rows, head=("id", "side", "words"), drop={"side": 30})
    assert capsys.readouterr().out.splitlines() == lines


def test_what_does_not_fit_goes_on_below_and_words_stay_whole(capsys, monkeypatch):
    """40 columns less 27 for the id leave 13."""
    monkeypatch.setenv("COLUMNS", "40")
    render.table([("a" * 25, "twelve-twelve and more")], head=("id", "words"))
    assert capsys.readouterr().out.splitlines()[1:] == ["a" * 25 + "  twelve-twelve", " " * 27 + "and more"]


def test_two_columns_may_have_one_name(capsys):
    render.table([(1, 2)], head=("n", "n"))
    assert capsys.readouterr().out.splitlines() == ["n  n", "1  2"]


LISTS = {
    "model": lambda: {card.id: card.title for card in catalog.models().values()},
    "algorithm": lambda: {card.id: card.title for card in catalog.algorithms().values()},
    "task": lambda: {card.id: card.title for card in catalog.tasks().values()},
    "pair": lambda: {card.id: card.question for card in catalog.pairs().values()},
    "data": lambda: {card.id: card.counts for card in catalog.datasets().values()},
    "exercise": lambda: {one.id: one.title for one in exercise.exercises()},
    "run": lambda: {record.every()[0][0].id: "done"},
}


@pytest.mark.parametrize("noun", LISTS)
@pytest.mark.parametrize("columns", [60, 80])
def test_a_list_can_be_read_on_a_narrow_terminal(kdl, monkeypatch, noun, columns):
    """No line is wider, and each id stands beside its whole title, in at least 20 columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    record.create("train", "bidirectional-rnn", seed=0, task="tag-by-next").finish(score=0.5)
    head, *lines = kdl(noun, "list").out.split("\n\n")[0].splitlines()

    assert max(map(len, [head, *lines])) <= columns
    start = head.index(head.split()[-1])
    said: dict[str, str] = {}
    for line in lines:
        if re.match(r"\S", line):
            name = line.split()[0]
            said[name] = ""
        said[name] += f" {line[start:]}"
    assert {name: " ".join(text.split()) for name, text in said.items() if name in LISTS[noun]()} == LISTS[noun]()
    assert noun == "run" or columns - start >= 19
