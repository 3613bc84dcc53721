"""Wrong solutions by people who saw neither grader nor mutants are caught, and most are told their cause, rightly."""

from pathlib import Path

import pytest

from kdl.dev import blind
from kdl.grade import exercise

BANKS = Path(__file__).resolve().parents[1] / "grade" / "blind"
AT_LEAST = 10
SEEDS = range(3)

pytestmark = [pytest.mark.contract, pytest.mark.content, pytest.mark.slow]


@pytest.mark.invariant("exercise", 4)
@pytest.mark.parametrize("one", [pytest.param(one, id=one.id) for one in exercise.exercises()])
def test_wrong_solutions_by_other_eyes_are_caught_and_named(one, tell):
    bank = blind.read(BANKS / one.id)
    assert len(bank) >= AT_LEAST
    found = blind.Shares(blind.judge(one, bank, SEEDS))
    tell(f"{one.id}: {found.said}")
    assert found.killed >= blind.KILLED, [each.wrong.name for each in found.told if not each.killed]
    assert [each.wrong.name for each in found.told if not each.steady] == [], "told something else for another seed"
    assert found.unjudged == [], "`means` is missing"
    assert found.right >= blind.RIGHT, [(each.wrong.name, each.named) for each in found.told if each.right is False]
    assert found.named >= blind.NAMED


@pytest.mark.content("exercises")
def test_every_bank_belongs_to_an_exercise():
    known = {one.id for one in exercise.exercises()}
    assert {path.name for path in BANKS.iterdir() if path.is_dir()} <= known
