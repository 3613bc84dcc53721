"""What single statements promise beside the rules of all exercises: each claim is tried with a solution that breaks it."""

import pytest

from kdl.dev.measure import passed
from kdl.grade import diagnosis, exercise
from kdl.grade.judge import Reference
from kdl.grade.trusted import Local

pytestmark = [pytest.mark.contract, pytest.mark.content]


def failed(one, code: str, seed: int = 0) -> list[str]:
    """The steps that a file does not pass."""
    reference, local = Reference(one, seed), Local(code, one.runtime)
    return [step.id for step in one.steps if not passed(diagnosis.run_local(reference, step, local))]


@pytest.mark.slow
@pytest.mark.parametrize("one", [pytest.param(exercise.find("multi-head-attention"), id="multi-head-attention")])
@pytest.mark.parametrize(
    ("line", "steps"),
    [("def attend(q, k, v, mask", ["attend"]), ("def call(self, query, source, mask", ["layer", "learns"])],
    ids=["function", "layer"],
)
def test_a_mask_that_may_be_left_out_must_have_a_default(one, line, steps):
    code = one.read("solution.py")
    assert code.count(f"{line}=None)") == 1
    assert failed(one, code.replace(f"{line}=None)", f"{line})")) == steps


DIFFERENCES = """

def bptt(dhs, xs, h0, W, U, b):
    arguments = [xs, h0, W, U, b]
    found = []
    for k, one in enumerate(arguments):
        gradient = np.zeros(one.shape)
        for index in np.ndindex(one.shape):
            losses = []
            for move in (0.001, -0.001):
                moved = [array.astype(float) for array in arguments]
                moved[k][index] += move
                losses.append(np.sum(dhs * rnn_forward(*moved)))
            gradient[index] = (losses[0] - losses[1]) / 0.002
        found.append(gradient)
    return tuple(found)
"""


@pytest.mark.parametrize("one", [pytest.param(exercise.find("bptt"), id="bptt")])
def test_the_difference_of_two_losses_is_too_coarse_to_pass_and_is_told_as_what_it_is(one):
    for seed in range(3):
        assert failed(one, one.read("solution.py") + DIFFERENCES, seed) == ["backward"]
    reference, code = Reference(one, 0), Local(one.read("solution.py") + DIFFERENCES, one.runtime)
    outcomes = {step.id: diagnosis.run_local(reference, step, code) for step in one.steps}
    told = diagnosis.diagnose(one, outcomes, diagnosis.Mutants(reference), code.ask)["backward"]
    assert told.pattern == "nearly" and "9 are asked for: these look like differences of two losses" in told.message


@pytest.mark.parametrize("one", [pytest.param(exercise.find("non-maximum-suppression"), id="non-maximum-suppression")])
def test_a_sort_that_is_not_stable_fails_every_step_that_sorts(one):
    code = one.read("solution.py")
    assert code.count('np.argsort(-scores, kind="stable")') == 1
    assert failed(one, code.replace(', kind="stable"', "")) == ["nms", "classes"]
