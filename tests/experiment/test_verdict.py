"""The rules that turn differences into verdicts, at their edges, and the JSON shape that carries them."""

import math

import numpy as np
import pytest

from kdl.experiment import verdict
from kdl.experiment.claims import Equal, Exact, Greater, Interaction, Measure, Scenario, Trend
from kdl.experiment.statistics import Paired, paired

ERROR = Measure("error", "error", better="less", worst=2.0, target=0.1)
ACCURACY = Measure("accuracy", "share right", better="more", worst=0.0, target=0.9)
ROW = ["id", "kind", "a", "b", "condition", "measure", "mean", "low", "high", "p", "wins", "n", "smallest", "verdict"]
ROW += ["reached", "counts"]


def found(n=10, mean=0.3, low=0.2, high=0.4, p=0.002, wins=10):
    return Paired(n, mean, low, high, p, wins)


@pytest.mark.parametrize(
    ("what", "smallest", "expected"),
    [
        (found(), 0.1, "confirmed"),
        (found(mean=0.1), 0.1, "confirmed"),  # the smallest effect itself is enough
        (found(mean=0.0999, low=0.05, high=0.15), 0.1, "not shown"),  # significant, and too small to matter
        (found(wins=8), 0.1, "confirmed"),
        (found(wins=7), 0.1, "not shown"),
        (found(p=0.05), 0.1, "confirmed"),
        (found(p=0.0508), 0.1, "not shown"),
        (found(n=9), 0.1, None),  # nine seeds never have a verdict
        (found(n=11, wins=8), 0.1, "not shown"),  # 80 % of 11 is 8.8
        (found(n=11, wins=9), 0.1, "confirmed"),
        (found(mean=0.02, low=-0.05, high=0.09, p=0.6, wins=5), 0.1, "refuted"),
        (found(mean=0.02, low=-0.05, high=0.1, p=0.6, wins=5), 0.1, "not shown"),  # the band is reached: not below it
        (found(mean=-0.3, low=-0.4, high=-0.2, wins=0), 0.1, "refuted"),
        (found(mean=-0.3, low=-0.4, high=-0.2, wins=0), 0.0, "refuted"),
    ],
)
def test_greater(what, smallest, expected):
    assert verdict.greater(what, smallest) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.05, 0.05, "confirmed"),
        (-0.1, 0.1, "confirmed"),
        (-0.1001, 0.05, "not shown"),
        (0.05, 0.2, "not shown"),
        (0.1, 0.2, "not shown"),  # touches the band
        (0.11, 0.2, "refuted"),
        (-0.2, -0.11, "refuted"),
    ],
)
def test_equal(low, high, expected):
    assert verdict.equal(found(mean=(low + high) / 2, low=low, high=high), 0.1) == expected
    assert verdict.equal(found(n=9, low=low, high=high), 0.1) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("confirmed", "confirmed", "confirmed"),
        ("confirmed", "not shown", "not shown"),
        ("confirmed", "refuted", "refuted"),
        ("refuted", "not shown", "refuted"),
        ("not shown", "not shown", "not shown"),
        (None, "confirmed", None),
    ],
)
def test_crosses(first, last, expected):
    assert verdict.crosses(first, last) == verdict.crosses(last, first) == expected


def scores(**cells):
    """`lstm_50=[...]` -> {("lstm", "50"): {0: ..., 1: ...}}"""
    return {tuple(name.rsplit("_", 1)): dict(enumerate(values)) for name, values in cells.items()}


def test_positive_favours_the_claim_whichever_way_the_measure_points():
    low, high = [0.1] * 10, [0.9] * 10
    error = Greater("c", "", "new", "old", ERROR, "x", 0.1)
    accuracy = Greater("c", "", "new", "old", ACCURACY, "x", 0.1)
    assert verdict.of_claim(error, scores(new_x=low, old_x=high))["mean"] == pytest.approx(0.8)
    assert verdict.of_claim(accuracy, scores(new_x=low, old_x=high))["mean"] == pytest.approx(-0.8)


def test_a_greater_claim_with_its_arms_swapped_is_never_confirmed_too():
    dice = np.random.default_rng(3)
    confirmed = 0
    for _ in range(200):
        table = scores(a_x=dice.random(10), b_x=dice.random(10) + dice.choice([0.0, 0.3, 0.8]))
        here = verdict.of_claim(Greater("c", "", "a", "b", ERROR, "x", 0.1), table)["verdict"]
        there = verdict.of_claim(Greater("c", "", "b", "a", ERROR, "x", 0.1), table)["verdict"]
        assert "confirmed" not in (here, there) or "refuted" in (here, there)
        confirmed += here == "confirmed"
    assert confirmed > 20


def test_growth_is_the_gap_at_the_last_condition_less_that_at_the_first():
    claim = Interaction("c", "", "a", "b", ERROR, ("1", "2", "3"), "grows", 0.1)
    table = scores(a_1=[0.1] * 10, b_1=[0.2] * 10, a_3=[0.1] * 10, b_3=[0.6] * 10)  # the middle is not needed
    row = verdict.of_claim(claim, table)
    assert (row["mean"], row["condition"], row["verdict"]) == (pytest.approx(0.4), "1 -> 3", "confirmed")


def test_growth_is_paired_by_seed():
    claim = Interaction("c", "", "a", "b", ERROR, ("1", "3"), "grows", 0.1)
    table = scores(a_1=[0.0, 0.0], b_1=[0.1, 0.9], a_3=[0.0, 0.0], b_3=[0.3, 1.1])
    assert verdict.differences(claim, table) == [pytest.approx(0.2), pytest.approx(0.2)]


@pytest.mark.parametrize(("shape", "mean", "said"), [("worsens", 0.5, "confirmed"), ("improves", -0.5, "refuted")])
def test_a_trend_is_what_one_arm_scores_at_the_last_condition_against_the_first(shape, mean, said):
    """An error of 0.1 becomes 0.6; the middle is not needed, and what another arm scores does not matter."""
    claim = Trend("c", "", "a", ERROR, ("1", "2", "3"), shape, 0.1)
    table = scores(a_1=[0.1] * 10, a_3=[0.6] * 10, b_1=[0.9] * 3)
    row = verdict.of_claim(claim, table)

    assert (row["mean"], row["verdict"], row["n"]) == (pytest.approx(mean), said, 10)
    assert (row["a"], row["b"], row["condition"]) == ("a", None, "1 -> 3")
    assert row["reached"] == {"1": {"a": 10}, "3": {"a": 0}}


def test_a_trend_is_paired_by_seed_and_points_where_its_measure_does():
    """Seeds 0 and 1 start far apart and both lose 0.2 of their accuracy; seed 2 has no end."""
    claim = Trend("c", "", "a", ACCURACY, ("1", "3"), "worsens", 0.1)
    table = scores(a_1=[0.9, 0.4, 0.5], a_3=[0.7, 0.2])
    assert verdict.differences(claim, table) == [pytest.approx(0.2), pytest.approx(0.2)]
    assert verdict.gaps(claim, table, "1") == {0: 0.0, 1: 0.0, 2: 0.0}, "nothing has changed where it begins"
    assert verdict.gaps(claim, {}, "3") == {}


def test_a_trend_of_factors_is_told_in_doublings():
    """From 0.01 to 0.08 is three doublings."""
    loss = Measure("loss", "loss", better="less", worst=3.0, scale="ratio")
    claim = Trend("c", "", "a", loss, ("1", "3"), "worsens", 1.0)
    assert verdict.of_claim(claim, scores(a_1=[0.01] * 10, a_3=[0.08] * 10))["mean"] == pytest.approx(3.0)


def test_a_trend_and_its_opposite_are_never_both_confirmed():
    dice = np.random.default_rng(4)
    worse, better = (Trend("c", "", "a", ERROR, ("1", "2"), shape, 0.1) for shape in Trend.shapes)
    confirmed = 0
    for _ in range(200):
        table = scores(a_1=dice.random(10), a_2=dice.random(10) + dice.choice([0.0, 0.3, 0.8]))
        here, there = (verdict.of_claim(claim, table) for claim in (worse, better))
        assert here["mean"] == pytest.approx(-there["mean"])
        assert "confirmed" not in (here["verdict"], there["verdict"]) or "refuted" in (here["verdict"], there["verdict"])
        confirmed += here["verdict"] == "confirmed"
    assert confirmed > 20


def test_crossing_reports_its_weaker_end():
    claim = Interaction("c", "", "a", "b", ERROR, ("small", "large"), "crosses", 0.1)
    table = scores(a_small=[0.1] * 10, b_small=[0.9] * 10, a_large=[0.6] * 10, b_large=[0.4] * 10)
    row = verdict.of_claim(claim, table)
    assert (row["verdict"], row["mean"]) == ("confirmed", pytest.approx(0.2))
    flat = table | scores(b_large=[0.6] * 10)
    assert verdict.of_claim(claim, flat)["verdict"] == "refuted"


def test_the_ends_of_a_crossing_are_each_seen_from_the_arm_that_should_win_there():
    """a leads by 0.8 at small and by -0.2 at large, where b should: 0.8 and 0.2. Seed 9 is missing at one end."""
    claim = Interaction("c", "", "a", "b", ERROR, ("small", "large"), "crosses", 0.1)
    table = scores(a_small=[0.1] * 10, b_small=[0.9] * 10, a_large=[0.6] * 9, b_large=[0.4] * 9)
    first, last = verdict.ends(claim, table)

    assert (first.mean, last.mean, first.n, last.n) == (pytest.approx(0.8), pytest.approx(0.2), 9, 9)
    assert verdict.of_claim(claim, table)["mean"] == last.mean
    assert verdict.ends(claim, scores(a_small=[0.1], b_small=[0.2])) is None


def test_chance_can_confirm_what_claims_a_difference_and_was_tested():
    """Three of five: an `equal` claim is true where there is no difference, and one claim has no p yet."""
    known = (("greater", 0.3), ("interaction", 0.01), ("trend", 0.4), ("equal", 0.01), ("greater", None))
    rows = [{"kind": kind, "p": p} for kind, p in known]
    assert verdict.by_chance([*rows, {"kind": "exact", "p": None}]) == (3, pytest.approx(0.075))


@pytest.mark.parametrize(("measured_last", "n"), [(0, 0), (9, 9), (10, 10)])
def test_a_crossing_counts_the_seeds_that_both_ends_have(measured_last, n):
    claim = Interaction("c", "", "a", "b", ERROR, ("small", "large"), "crosses", 0.1)
    first = scores(a_small=[0.5] * 10, b_small=[0.5] * 10)  # the weaker end, whatever the other one shows
    last = scores(a_large=[0.9] * measured_last, b_large=[0.1] * measured_last)
    row = verdict.of_claim(claim, first | last)
    assert (row["n"], verdict.complete([row])) == (n, n == 10)
    assert (row["mean"] is None) == (n == 0)


def test_the_ends_of_an_interaction_and_of_a_trend_decide_it():
    assert Trend("c", "", "a", ERROR, ("1", "2", "3"), "improves", 0.1).deciding == ("1", "3")
    assert Interaction("c", "", "a", "b", ERROR, ("1", "2", "3"), "grows", 0.1).deciding == ("1", "3")
    assert Greater("c", "", "a", "b", ERROR, "2", 0.1).deciding == ("2",)


@pytest.mark.parametrize("n", range(1, 10))
def test_fewer_than_ten_seeds_have_numbers_and_no_verdict(n):
    table = scores(a_1=[0.1] * n, b_1=[0.5] * n, a_2=[0.1] * n, b_2=[0.9] * n)
    for claim in (
        Greater("c", "", "a", "b", ERROR, "1", 0.1),
        Equal("c", "", "a", "b", ERROR, "1", 0.1),
        Interaction("c", "", "a", "b", ERROR, ("1", "2"), "grows", 0.1),
        Interaction("c", "", "a", "b", ERROR, ("1", "2"), "crosses", 0.1),
        Trend("c", "", "b", ERROR, ("1", "2"), "worsens", 0.1),
    ):
        row = verdict.of_claim(claim, table)
        assert (row["verdict"], row["n"]) == (None, n)
        assert row["mean"] is not None
        assert not verdict.complete([row])
        assert verdict.of_pair([row]) is None


def test_exact_is_computed_and_scenario_has_no_verdict():
    counts = {"whole": 900, "separable": 130}
    exact = Exact("c", "", "a", "b", compute=lambda: counts, holds=lambda got: got["separable"] < got["whole"])
    wrong = Exact("d", "", "a", "b", compute=lambda: counts, holds=lambda got: got["separable"] > got["whole"])
    table = Scenario("s", "", "a", "b", table=(("one machine", "a", "simple"),))
    rows = [verdict.of_claim(claim, {}) for claim in (exact, wrong, table)]
    assert [row["verdict"] for row in rows] == ["confirmed", "refuted", None]
    assert [list(row) for row in rows] == [ROW] * 3
    assert all(row["n"] == 0 and row["p"] is None for row in rows)
    assert verdict.complete(rows)
    assert verdict.of_pair(rows) == "mixed"
    assert verdict.of_pair([rows[0], rows[2]]) == "confirmed"
    assert verdict.of_pair([rows[2]]) is None


def test_a_claim_that_was_not_measured_has_an_empty_row_of_the_same_shape():
    row = verdict.of_claim(Greater("c", "", "a", "b", ERROR, "50", 0.1), scores(a_20=[0.1] * 10, b_20=[0.2] * 10))
    assert list(row) == ROW
    assert (row["n"], row["mean"], row["wins"], row["verdict"]) == (0, None, None, None)


@pytest.mark.parametrize("score", [math.nan, math.inf, 2.5])
def test_divergence_scores_the_declared_worst_and_nothing_is_worse(score):
    assert ERROR.bounded(score) == 2.0
    assert ACCURACY.bounded(math.nan) == ACCURACY.bounded(-1.0) == 0.0
    assert (ERROR.bounded(0.3), ACCURACY.bounded(0.3)) == (0.3, 0.3)


def test_reaching_the_target_includes_it():
    assert ERROR.reached(0.1)
    assert not ERROR.reached(0.11)
    assert ACCURACY.reached(0.9)
    assert not Measure("time", "s", better="less", worst=9.0).reached(0.0)


def outcome(claim, d):
    """What comes out when a is better than b by the values of d."""
    names = ("1", "2") if claim.kind == "interaction" else ("1",)
    table = {("a", names[-1]): dict(enumerate([1.0] * len(d))), ("b", names[-1]): dict(enumerate(1.0 + np.array(d)))}
    if claim.kind == "interaction":
        table |= {(arm, "1"): dict(enumerate([1.0] * len(d))) for arm in "ab"}
    return verdict.outcome(verdict.of_claim(claim, table))


def test_outcomes_of_predictions():
    win, none, mixed = [0.5] * 10, [0.0] * 10, [0.9, -0.9] * 5
    greater, equal = Greater("c", "", "a", "b", ERROR, "1", 0.1), Equal("c", "", "a", "b", ERROR, "1", 0.1)
    grows = Interaction("c", "", "a", "b", ERROR, ("1", "2"), "grows", 0.1)
    assert [outcome(greater, d) for d in (win, [-x for x in win], none, mixed, win[:9])] == [
        "a",
        "b",
        "neither",
        "neither",
        None,
    ]
    assert [outcome(equal, d) for d in (win, [-x for x in win], none, mixed)] == ["a", "b", "equal", "neither"]
    assert [outcome(grows, d) for d in (win, none, mixed)] == ["yes", "no", "neither"]
    worsens = Trend("c", "", "a", ERROR, ("1", "2"), "worsens", 0.1)
    ends = [scores(a_1=[0.1] * 10, a_2=0.1 + np.array(d)) for d in (win, none, mixed)]
    assert [verdict.outcome(verdict.of_claim(worsens, table)) for table in ends] == ["yes", "no", "neither"]


def test_verdicts_use_the_numbers_they_report():
    """The row's p, interval and wins are those of its differences."""
    dice = np.random.default_rng(0)
    a, b = dice.random(10), dice.random(10) + 0.4
    row = verdict.of_claim(Greater("c", "", "a", "b", ERROR, "x", 0.1), scores(a_x=a, b_x=b))
    expected = paired(b - a)
    assert (row["p"], row["low"], row["high"], row["wins"]) == (expected.p, expected.low, expected.high, expected.wins)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Measure("m", "", better="higher", worst=0.0),
        lambda: Measure("m", "", better="less", worst=1.0, scale="log"),
        lambda: Measure("m", "", better="less", worst=1.0, scale="ratio").advantage(0.0, 1.0),
        lambda: Interaction("c", "", "a", "b", ERROR, ("1",), "grows", 0.1),
        lambda: Interaction("c", "", "a", "b", ERROR, ("1", "2"), "shrinks", 0.1),
        lambda: Trend("c", "", "a", ERROR, ("1",), "worsens", 0.1),
        lambda: Trend("c", "", "a", ERROR, ("1", "2"), "grows", 0.1),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        wrong()


def test_on_the_ratio_scale_a_lead_of_one_is_a_factor_of_two():
    steps = Measure("steps", "steps", better="less", worst=1e6, target=200, scale="ratio")
    claim = Greater("c", "", "a", "b", steps, "x", 1.0)
    row = verdict.of_claim(claim, scores(a_x=[100] * 10, b_x=[400] * 10))
    assert (row["mean"], row["verdict"]) == (pytest.approx(2.0), "confirmed")
    assert row["reached"] == {"x": {"a": 10, "b": 0}}
    swapped = verdict.of_claim(Greater("c", "", "b", "a", steps, "x", 1.0), scores(a_x=[100] * 10, b_x=[400] * 10))
    assert (swapped["mean"], swapped["verdict"]) == (pytest.approx(-2.0), "refuted")


def test_the_share_that_reached_the_target_counts_the_seeds_of_the_claim():
    """ERROR's target is 0.1; seed 2 has no b and does not count."""
    claim = Interaction("c", "", "a", "b", ERROR, ("1", "2"), "grows", 0.1)
    table = scores(a_1=[0.1, 0.2, 0.0], b_1=[0.2, 0.3], a_2=[0.05, 0.05, 0.0], b_2=[0.1, 0.1])
    assert verdict.of_claim(claim, table)["reached"] == {"1": {"a": 1, "b": 0}, "2": {"a": 2, "b": 2}}
