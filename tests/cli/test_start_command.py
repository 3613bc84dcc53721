"""`kdl start --auto`: the whole tour without a terminal, in a home of its own."""

import os
import re
from pathlib import Path

import pytest

from kdl.cli import start
from kdl.grade import exercise


def test_the_line_to_mend_is_in_the_mutant_and_its_cure_in_the_solution():
    one = exercise.find(start.EXERCISE)

    assert (one.path / "mutants" / f"{start.NEARLY}.py").read_text(encoding="utf-8").count(start.WRONG) == 1


@pytest.mark.slow
def test_the_tour_trains_compares_recalls_and_mends(kdl_process, home):
    result = kdl_process("start", "--auto", timeout=300)

    assert result.code == 0, result.err
    for step in ("1 of 4", "2 of 4", "3 of 4", "4 of 4", "That was the whole loop"):
        assert step in result.out
    assert "incomplete" in result.out, "two seeds must not read as a verdict"
    assert "10 of 10" in result.out, "the mended exercise passes"
    tour = Path(re.search(r"This tour lives in (\S+);", result.out)[1])
    assert {path.name for path in tour.iterdir()} >= {"progress.db", "runs", "workspace"}
    assert not home.exists(), "the learner's own home is not touched"
    assert os.access(tour, os.W_OK)
