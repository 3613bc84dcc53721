"""T08, tanh against ReLU in a recurrence: the walk against hand calculation, and what the committed run must show."""

from statistics import geometric_mean

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T08")
T08 = catalog.load(CARD)
WALKS = {name: arm.parts["identity-1"] for name, arm in T08.ARMS.items()}


@pytest.fixture
def committed():
    return results.load(CARD)


@pytest.mark.parametrize(("kind", "radius"), [("identity", 1.2), ("random", 1.2), ("random", 2.0)])
def test_the_matrix_has_the_spectral_radius_that_it_is_named_after(kind, radius):
    u = T08.matrix(np.random.default_rng(3), kind, radius)
    assert np.abs(np.linalg.eigvals(u)).max() == pytest.approx(radius)


def test_without_inputs_a_relu_state_grows_by_the_factor_of_the_identity(monkeypatch):
    """h_0 >= 0, so relu(1.2 h) = 1.2 h: after 100 steps state and gradient are 1.2^100 times as long."""
    monkeypatch.setattr(T08, "INPUT", 0.0)
    found = WALKS["relu"](3, "identity-1.2")
    assert found["state"] / found["lengths"][0] == pytest.approx(1.2**100)
    assert found["kept"] == pytest.approx(1.2**100)


def test_without_inputs_a_tanh_state_ends_where_tanh_of_1_2_h_is_h(monkeypatch):
    """It solves h = tanh(1.2 h) in each of 64 units; there the gradient shrinks by 1.2 (1 - h^2) at each step."""
    monkeypatch.setattr(T08, "INPUT", 0.0)
    found, h = WALKS["tanh"](3, "identity-1.2"), 1.0
    for _ in range(1000):
        h = np.tanh(1.2 * h)
    assert found["state"] == pytest.approx(h * 64**0.5, rel=1e-3)
    assert found["gradient"][1] / found["gradient"][0] == pytest.approx(1.2 * (1 - h**2), rel=1e-2)


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_the_gradient_is_that_of_the_walk(name, monkeypatch):
    """Three steps: the stretch of dh_3 / dh_(3-d) against differences, ||J|| / sqrt(N); d counts from the end."""
    monkeypatch.setattr(T08, "STEPS", 3)
    rng = np.random.default_rng([3, T08.DRAW])
    u, start = T08.matrix(rng, "random", 2.0), np.abs(rng.normal(size=T08.UNITS))
    xs = [T08.INPUT * rng.normal(size=T08.UNITS) for _ in range(3)]
    bend, tiny, states = getattr(T08, name), 1e-6, [start]

    def onward(state, first):
        for x in xs[first:]:
            state = bend(u @ state + x)
        return state

    for x in xs:
        states.append(bend(u @ states[-1] + x))
    expected = [1.0]
    for first in (2, 1, 0):
        here = states[first]
        moved = [(onward(here + d, first) - onward(here - d, first)) / (2 * tiny) for d in tiny * np.eye(T08.UNITS)]
        expected.append(np.linalg.norm(moved) / T08.UNITS**0.5)
    found = WALKS[name](3, "random-2")
    assert found["gradient"] == pytest.approx(expected, rel=1e-4)
    assert found["kept"] == found["gradient"][-1]


def test_tanh_never_leaves_its_bounds_whatever_the_matrix(committed):
    """64 numbers between -1 and 1 have a length of at most 8."""
    states = committed["scores"]["state"]["tanh"]
    assert all(
        score <= T08.UNITS**0.5 for condition in ("identity-1.2", "random-1.2", "random-2") for score in states[condition]
    )


def test_the_spectral_radius_alone_does_not_decide(committed):
    """Radius 1.2 both times: the identity lets ReLU's state grow in every seed, a random matrix in none."""
    states = committed["scores"]["state"]["relu"]
    assert min(states["identity-1.2"]) > 1e6
    assert max(states["random-1.2"]) < T08.UNITS**0.5


def test_the_figures_end_at_the_numbers_that_are_judged(committed):
    """Geometric means over the seeds: the state after 100 steps, and what is left of the gradient 100 steps back."""
    states, (gradients,) = committed["figure"], committed["figure"]["more"]
    drawn = ((states, "state", {"1.2 x identity": "identity-1.2"}), (gradients, "kept", {"identity": "identity-1"}))
    for figure, measure, where in drawn:
        where |= {"random 1.2": "random-1.2", "random 2": "random-2"}
        assert list(figure["series"]) == [f"{arm}, {said}" for said in where for arm in T08.ARMS]
        for name, values in figure["series"].items():
            arm, said = name.split(", ")
            assert values[-1] == pytest.approx(geometric_mean(committed["scores"][measure][arm][where[said]]), rel=1e-3)
        told = dict(part.split(": ")[-2:] for part in figure["message"].split("; "))
        last = {name: values[-1] for name, values in figure["series"].items()}
        assert {name: float(text.removesuffix(" times")) for name, text in told.items()} == pytest.approx(last, rel=0.06)


def test_the_line_across_the_states_is_what_tanh_cannot_leave(committed):
    (value,) = committed["figure"]["levels"].values()
    assert value == T08.UNITS**0.5


def test_tanh_bounds_the_state_and_not_the_gradient(committed):
    """With a random matrix of radius 2 even tanh's gradient grows; with 1.2 times the identity it vanishes."""
    kept = committed["scores"]["kept"]["tanh"]
    assert geometric_mean(kept["identity-1.2"]) < 1e-6
    assert sum(share > 1 for share in kept["random-2"]) >= 9


def test_which_of_them_keeps_the_gradient_depends_on_the_matrix(committed):
    """ReLU around the identity, tanh with a random matrix of radius 1.2: in every seed."""
    kept = committed["scores"]["kept"]
    for better, worse, where in (("relu", "tanh", "identity-1"), ("tanh", "relu", "random-1.2")):
        pairs = zip(kept[better][where], kept[worse][where], strict=True)
        assert all(more > less for more, less in pairs)


def test_what_trains_is_alike_but_for_the_function_and_its_rate():
    recipes = {name: arm.parts["adding"] for name, arm in T08.ARMS.items()}
    assert {name: (part.sizes["activation"], part.recipe["learning_rate"]) for name, part in recipes.items()} == {
        "tanh": ("tanh", 0.003),
        "relu": ("relu", 0.001),
    }
    alike = [{**part.recipe, **part.sizes, **part.options, "learning_rate": 0, "activation": 0} for part in recipes.values()]
    assert alike[0] == alike[1]
