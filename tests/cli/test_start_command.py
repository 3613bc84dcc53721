"""`kdl start --auto`: the whole tour without a terminal, in a home of its own."""

import os
import re
from pathlib import Path

import pytest

from kdl.cli import start
from kdl.errors import KdlError
from kdl.grade import exercise


def test_the_line_to_mend_stands_once_in_the_mutant():
    one = exercise.find(start.EXERCISE)

    assert (one.path / "mutants" / f"{start.NEARLY}.py").read_text(encoding="utf-8").count(start.WRONG) == 1


@pytest.mark.slow
def test_the_tour_trains_compares_recalls_and_mends(kdl_process, home):
    result = kdl_process("start", "--auto", timeout=300)

    assert result.code == 0, result.err
    for step in ("1 of 4", "2 of 4", "3 of 4", "4 of 4", "That was the whole loop"):
        assert step in result.out
    assert "incomplete" in result.out, "two seeds must not read as a verdict"
    assert "10 of 10 points" in result.out, "the mended exercise passes"
    tour = Path(re.search(r"This tour lives in (\S+);", result.out)[1])
    assert {path.name for path in tour.iterdir()} >= {"progress.db", "runs", "workspace"}
    assert [path.name for path in home.iterdir()] == ["toured"], "the learner's own home keeps one note"
    assert "kdl notes" in kdl_process().out, "the tour is offered once"
    assert os.access(tour, os.W_OK)


def test_a_mend_that_does_not_pass_is_an_error(monkeypatch, home):
    monkeypatch.setattr(start, "RIGHT", start.WRONG)
    monkeypatch.setenv("KDL_HOME", str(home))

    with pytest.raises(KdlError, match="does not pass"):
        start.mend("4 of 4", auto=True)
