"""Hints one at a time, nearly-code only after a try, the solution after a pass or three different tries."""

import pytest

from kdl.errors import UsageProblem
from kdl.grade import ladder
from kdl.store.attempts import Attempt


def hint(level, step="double"):
    return Attempt("hint", "toy", 1, step=step, hint_level=level)


def failed(sha="a", step="double", status="fail"):
    return Attempt("check", "toy", 1, submission_sha256=sha, status=status, step=step)


PASSED = Attempt("check", "toy", 1, submission_sha256="z", status="pass")


def test_the_next_hint_follows_the_last_one(toy):
    step = toy.steps[0]
    assert ladder.hint(toy, step, []) == 1
    assert ladder.hint(toy, step, [hint(1)]) == 2
    assert ladder.hint(toy, step, [hint(1), hint(2), failed()]) == 3
    assert ladder.hint(toy, step, [hint(1), hint(2), failed(), hint(3)]) == 3
    assert ladder.hint(toy, step, [hint(1), hint(2)], wanted=1) == 1


def test_no_level_is_skipped(toy):
    with pytest.raises(UsageProblem, match="Hint 2 comes after hint 1"):
        ladder.hint(toy, toy.steps[0], [failed()], wanted=2)


@pytest.mark.parametrize("rows", [[], [failed(status="stub")], [PASSED]], ids=["nothing", "untouched stub", "pass"])
def test_the_third_hint_comes_after_a_failed_check(toy, rows):
    with pytest.raises(UsageProblem, match="nearly the code"):
        ladder.hint(toy, toy.steps[0], [hint(1), hint(2), *rows])


def test_hints_of_one_step_say_nothing_of_another(toy):
    assert ladder.hint(toy, toy.steps[1], [hint(1), hint(2)]) == 1


def test_the_current_step_is_the_first_that_the_last_check_left_open(toy):
    assert ladder.current_step(toy, []).id == "double"
    assert ladder.current_step(toy, [failed(step="double"), failed(step="both")]).id == "both"
    assert ladder.current_step(toy, [failed(step="both"), PASSED]).id == "double"


def test_the_solution_opens_after_a_pass_or_three_different_tries(toy):
    def allowed(*rows):
        return ladder.reveal(toy, rows).allowed

    assert not allowed()
    assert not allowed(failed("a"), failed("b"))
    assert not allowed(failed("a"), failed("a"), failed("a"), failed("b"))
    assert not allowed(failed("a"), failed("b"), failed("c", status="stub"))
    assert allowed(failed("a"), failed("b"), failed("c"))
    assert allowed(failed("a"), PASSED)
