"""How the numbers of a pair read."""

import dataclasses
from math import log2

import pytest

from kdl import catalog
from kdl.experiment import pair as pairs
from kdl.experiment import told
from kdl.experiment.arms import ByCondition, trained
from kdl.experiment.claims import Equal, Greater, Interaction, Measure, Trend
from kdl.experiment.measured import Measured
from kdl.experiment.pair import Pair


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1, "1.00x"),
        (0.5, "0.50x"),
        (4.688, "4.69x"),
        (1024, "1,024x"),
        (5.02e23, "5.02e23x"),
        (2.5e-9, "2.50e-9x"),
        (0.0512, "0.0512x"),
    ],
)
def test_a_factor_reads_as_short_as_it_can(factor, said):
    assert told.factor(log2(factor)) == said


def test_a_factor_that_no_float_holds_is_told_too():
    """2^2000 = 10^602.06 = 1.15e602."""
    assert told.factor(2000.0) == "1.15e602x"


def test_a_lead_reads_in_its_unit_or_as_a_factor():
    plain = Measure("error", "error", better="less", worst=1.0)
    ratio = Measure("steps", "steps", better="less", worst=9.0, scale="ratio")

    assert (told.effect(0.12345, plain), told.effect(1.0, ratio)) == ("0.1235", "2.00x")
    assert told.interval(None, 1.0, plain) == "unbounded" and told.interval(0.0, 1.0, ratio) == "1.00x to 2.00x"
    assert (told.smallest(0.05, plain), told.smallest(1.0, ratio)) == ("0.05", "2x")


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1, "1x"),
        (2, "2x"),
        (1.25, "1.25x"),
        (8**0.5, "2.83x"),
        (0.5, "0.5x"),
        (1000, "1,000x"),
        (1e6, "1,000,000x"),
        (1e24, "1.00e24x"),
    ],
)
def test_a_factor_that_somebody_writes_down_has_no_zeros_at_its_end(factor, said):
    assert told.factor(log2(factor), short=True) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0.0000"), (0.000235, "0.000235"), (0.0042, "0.00420"), (-0.00083, "-0.000830"), (0.0139, "0.0139"), (0.5, "0.5000")]
    + [(4.1e-5, "4.10e-05"), (9.99, "9.9900"), (123.456, "123.5")],
)
def test_a_small_number_keeps_three_digits_that_say_something(value, said):
    assert told.number(value) == said


# ---- boards and evidence -----------------------------------------------------------------------------------------------

LOSS = Measure("loss", "loss left", better="less", worst=100.0, scale="ratio")
SHARE = Measure("share", "share read", better="more", worst=0.0, target=0.9)


def pair_of(*claims):
    return Pair(None, claims, dict.fromkeys("ab"), {"x": "there", "y": "here"}, None, None)


def measured(name, a, b, condition="x"):
    """One score of each arm for each seed."""
    cells = {"a": a, "b": b}
    return Measured(
        [
            {"seed": seed, "condition": condition, "arm": arm, "values": {name: value}, "seconds": 1.0}
            for arm, values in cells.items()
            for seed, value in enumerate(values)
        ]
    )


def test_a_board_of_factors_has_geometric_means_beside_its_geometric_lead():
    """1 and 64 is 8; 4 and 16 is 8 as well: nobody leads, which arithmetic means (32.5 and 10) would deny."""
    claim = Greater("c", "", "a", "b", LOSS, "x", 1.0)
    ((measure, rows),) = told.boards(pair_of(claim), measured("loss", [1.0, 64.0], [4.0, 16.0]))

    assert rows[1] == ["there", "8.0000", "8.0000", "1.00x", "1 of 2"]
    assert told.caption(measure) == "loss left, geometric mean over the seeds; the lead is a factor, its geometric mean too"


def test_a_board_says_how_many_seeds_count_as_the_worst():
    """One run that diverged (None), and one that ends beyond the worst, which is cut to it: (100 * 100 * 0.01)^(1/3)."""
    claim = Greater("c", "", "a", "b", LOSS, "x", 1.0)
    ((_, rows),) = told.boards(pair_of(claim), measured("loss", [None, 1e9, 0.01], [1.0, 1.0, 1.0]))

    assert rows[1][1:3] == ["4.6416 (1 failed, counted as 100; 1 at the worst value, 100)", "1.0000"]
    ((_, rows),) = told.boards(
        pair_of(Greater("c", "", "a", "b", SHARE, "x", 0.1)), measured("share", [None, 0.95], [0.9, 0.8])
    )
    assert rows[1][1:3] == ["0.4750 (1 of 2; 1 failed, counted as 0)", "0.8500 (1 of 2)"]


def test_a_score_that_is_as_bad_as_can_be_is_no_failure():
    """A share of 0 is a possible share: b finished, and read nothing in two of three seeds."""
    claim = Greater("c", "", "a", "b", SHARE, "x", 0.1)
    ((_, rows),) = told.boards(pair_of(claim), measured("share", [0.9, 0.9, 0.9], [0.0, 0.0, 0.3]))

    assert rows[1][2] == "0.1000 (0 of 3; 2 at the worst value, 0)"


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Greater("c", "", "b", "a", SHARE, "x", 0.1), "lead of b"),
        (Equal("c", "", "b", "a", SHARE, "x", 0.1), "lead of b"),
        (Interaction("c", "", "b", "a", SHARE, ("x", "y"), "grows", 0.1), "growth of the lead of b"),
        (
            Interaction("c", "", "b", "a", SHARE, ("x", "y"), "crosses", 0.1),
            "lead at the weaker end (b's at one, a's at the other)",
        ),
        (Trend("c", "", "b", SHARE, ("x", "y"), "worsens", 0.1), "worsening of b"),
        (Trend("c", "", "b", SHARE, ("x", "y"), "improves", 0.1), "improvement of b"),
    ],
)
def test_a_mean_says_whose_it_is(claim, said):
    row = {"id": "c", "kind": claim.kind, "n": 10, "mean": 0.2, "low": 0.1, "high": 0.3, "p": 0.01, "wins": 9}
    (line,) = told.evidence({**row, "smallest": 0.1, "verdict": "confirmed"}, pair_of(claim))

    assert line.startswith(f"{said} 0.2000, 95 % interval 0.1000 to 0.3000, p = 0.01, ")


def row_of(claim, low, found="confirmed"):
    numbers = {"n": 10, "mean": 0.25, "low": low, "high": 0.3, "p": 0.01, "wins": 9, "smallest": claim.smallest}
    return {"id": "c", "kind": claim.kind, "verdict": found, **numbers}


def test_a_confirmed_claim_says_where_its_interval_begins_below_the_smallest_effect():
    """The mean, 0.25, reaches 0.2 and confirms; the true effect may be 0.15 all the same."""
    claim = Greater("c", "", "a", "b", SHARE, "x", 0.2)
    _, said = told.evidence(row_of(claim, low=0.15), pair_of(claim))
    assert said == "the interval begins below the smallest effect of 0.2: that the effect is at least that large is not shown"

    factor = Greater("c", "", "a", "b", LOSS, "x", 0.2630344)  # 2^0.263 = 1.2
    assert "the smallest effect of 1.2x:" in told.evidence(row_of(factor, low=0.1), pair_of(factor))[1]


@pytest.mark.parametrize(
    ("claim", "low", "found"),
    [
        (Greater("c", "", "a", "b", SHARE, "x", 0.2), 0.2, "confirmed"),
        (Greater("c", "", "a", "b", SHARE, "x", 0.3), 0.1 + 0.2 - 1e-15, "confirmed"),  # 0.3 but for rounding
        (Greater("c", "", "a", "b", SHARE, "x", 0.2), 0.15, "not shown"),
        (Equal("c", "", "a", "b", SHARE, "x", 0.4), 0.15, "confirmed"),  # lies within, which is the claim
    ],
)
def test_nothing_is_left_open_where_the_claim_is_shown_whole_or_not_confirmed(claim, low, found):
    assert len(told.evidence(row_of(claim, low, found), pair_of(claim))) == 1


@pytest.mark.parametrize(("shape", "said"), [("worsens", "worse in 9 of 10 seeds"), ("improves", "better in 9 of 10 seeds")])
def test_the_wins_of_a_trend_are_seeds_in_which_the_arm_changed_that_way(shape, said):
    claim = Trend("c", "", "b", SHARE, ("x", "y"), shape, 0.1)
    row = {"id": "c", "kind": "trend", "n": 10, "mean": 0.2, "low": 0.1, "high": 0.3, "p": 0.01, "wins": 9, "smallest": 0.1}
    assert said in told.evidence({**row, "verdict": "confirmed"}, pair_of(claim))[0]


def test_a_board_of_a_trend_alone_has_no_lead_and_one_beside_a_lead_shows_it():
    trend = Trend("t", "", "a", SHARE, ("x", "y"), "worsens", 0.1)
    found = measured("share", [0.9, 0.95], [0.8, 0.8])
    ((_, rows),) = told.boards(pair_of(trend), found)
    assert rows == [["share", "a", "b"], ["there", "0.9250 (2 of 2)", "0.8000 (0 of 2)"]]

    lead = Greater("g", "", "b", "a", SHARE, "x", 0.1)
    ((_, rows),) = told.boards(pair_of(trend, lead), found)
    assert rows[0] == ["share", "a", "b", "lead of b", "better in"]
    assert rows[1][3:] == ["-0.1250", "0 of 2"]


def look_of(seconds):
    """A first look at P52 after a run of 10 seeds, in which one of a condition took so long."""
    rows = [
        {"seed": seed, "condition": condition, "arm": "lstm", "values": {}, "seconds": took}
        for seed in range(10)
        for condition, took in seconds.items()
    ]
    return told.first_look(pairs.load(catalog.find("pair", "P52")), Measured(rows))


def test_a_first_look_says_what_two_seeds_cost():
    assert look_of({"20": 3.2, "50": 6.1}) == told.Look("kdl compare P52 --seeds 2", 19)  # 2 x 9.3
    assert look_of({}) == told.Look("kdl compare P52 --seeds 2", None)


def test_where_two_seeds_of_all_take_longer_than_half_a_minute_a_first_look_is_at_what_takes_least():
    assert look_of({"20": 3.2, "50": 20.0}) == told.Look("kdl compare P52 --seeds 2 --condition 20", 7)  # 2 x 3.2
    assert look_of({"50": 20.0}) == told.Look("kdl compare P52 --seeds 2", 40)


def test_a_training_that_serves_several_conditions_costs_its_time_under_each_and_once():
    """Ten seeds of `a` took 30 s each, asked under x and y; of `b` 5 s each under either; z is a training of its own."""
    asked = trained("mlp", "digits", asked=dict.fromkeys("xy"))
    pair = dataclasses.replace(pair_of(), arms={"a": asked, "b": ByCondition(dict.fromkeys("xyz", asked_of_nobody))})
    took = {("a", "x"): 30.0, ("a", "y"): 0.0, ("a", "z"): 7.0, ("b", "x"): 5.0, ("b", "y"): 5.0, ("b", "z"): 5.0}
    rows = [
        {"seed": seed, "condition": c, "arm": arm, "values": {}, "seconds": s}
        for seed in range(10)
        for (arm, c), s in took.items()
    ]
    costs = [told.cost(pair, Measured(rows), 2, wanted) for wanted in (["x"], ["y"], ["z"], ["x", "y"], None)]
    assert costs == [70.0, 70.0, 24.0, 80.0, 104.0]


def asked_of_nobody(seed, condition):
    """An arm that is a function."""


def test_a_condition_that_is_asked_of_the_training_of_another_costs_nothing_and_is_no_first_look():
    assert look_of({"20": 20.0, "50": 0.0}) == told.Look("kdl compare P52 --seeds 2", 40)  # 2 x 20
    assert look_of({"20": 20.0, "50": 0.0, "100": 30.0}) == told.Look("kdl compare P52 --seeds 2 --condition 20", 40)
