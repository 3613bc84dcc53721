"""P54, the IRNN taken apart: its networks against the model files, the probe against theory, and what the run must show."""

from statistics import geometric_mean

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.experiment import results

CARD = catalog.find("pair", "P54")
P54 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "settings"), [("simple-rnn", {}), ("irnn", {"activation": "relu", "recurrent_initializer": "identity"})]
)
def test_its_networks_compute_what_the_models_of_the_notes_do(name, settings):
    """The same weights give the same answers; W starts with deviation 0.001 in the IRNN and here where it is said."""
    from kdl.backend import start

    start().utils.set_random_seed(3)
    model = catalog.build(name, features=2, units=65, outputs=1)
    ours = P54.rnn(features=2, outputs=1, faint=True, **settings)
    assert np.std(ours.get_weights()[0]) == pytest.approx(0.001, rel=0.3)
    ours.set_weights(model.get_weights())
    x = np.random.default_rng(0).random((4, 9, 2)).astype("float32")
    np.testing.assert_allclose(ours.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


def test_each_arm_differs_from_the_one_above_it_in_one_thing():
    sizes = [arm.sizes for arm in P54.ARMS.values()]
    changed = [{name for name in above if above[name] != below[name]} for above, below in zip(sizes, sizes[1:], strict=False)]
    assert changed == [{"activation"}, {"recurrent_initializer"}]
    assert {arm.begin for arm in P54.ARMS.values()} == {10}, "seeds that no run before had"


def test_before_training_the_identity_hands_the_gradient_on(committed):
    """A tanh RNN has less than a tenth left after 49 steps; a ReLU network whose U is the identity more than half."""
    left = {arm: geometric_mean(committed["scores"]["left.start"][arm]["50"]) for arm in P54.ARMS}
    assert left["simple-rnn"] < 0.1 < 0.5 < left["irnn"]


def test_the_figure_ends_at_the_judged_errors_with_all_seeds_around_them(committed):
    figure, scores = committed["figure"], committed["scores"]["mse"]
    cells = {arm: scores[arm]["50"] for arm in P54.ARMS} | {"irnn, as published": scores["irnn"]["50-faint"]}
    assert list(figure["series"]) == list(cells)
    for name, cell in cells.items():
        low, high = figure["spread"][name]
        assert figure["series"][name][-1] == pytest.approx(geometric_mean(cell), rel=1e-3)
        assert (low[-1], high[-1]) == pytest.approx((min(cell), max(cell)), rel=1e-3)
    said = dict(part.split(": ")[-2:] for part in figure["message"].split("; "))
    assert {name: float(error) for name, error in said.items()} == pytest.approx(
        {name: geometric_mean(cell) for name, cell in cells.items()}, rel=0.06
    )


def test_the_share_at_the_first_step_is_the_end_of_that_curve(committed):
    """Two ways to the same number: the measure's geometric mean over the seeds, and the last point of the figure."""
    (figure,) = committed["figure"]["more"]
    for arm in P54.ARMS:
        for when in ("start", "trained"):
            mean = geometric_mean(committed["scores"][f"left.{when}"][arm]["50"])
            assert figure["series"][f"{arm}, {when}"][-1] == pytest.approx(mean, rel=1e-3)


def test_the_size_in_its_explanation_is_that_of_all(committed):
    assert {arm["params"] for arm in committed["result"]["arms"]} == {4486}
    assert "4,486 parameters" in headers.body(CARD.path)
