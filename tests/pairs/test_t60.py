"""T60, more machines against a bigger one: the costs, where they cross, and a pair that has no verdict."""

import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T60")
T60 = catalog.load(CARD)


def test_n_workers_are_never_faster_than_what_waiting_allows():
    """x = 1 / (1/n + s): 4 workers with s = 0.01 take 0.25 + 0.01 of the time, and no number takes less than 0.01."""
    assert T60.speed(4) == pytest.approx(1 / 0.26)
    assert T60.speed(10**9) == pytest.approx(100)


def test_the_costs_are_prices_times_hours():
    """2 workers and one that hands out are 3 machines for 0.51 hours; one twice as fast costs 2^1.3 for half an hour."""
    assert T60.more(2) == pytest.approx(3 * 0.51)
    assert T60.bigger(2) == pytest.approx(2**1.3 / 2)


@pytest.mark.parametrize("price", T60.PRICES[1:])
def test_the_costs_cross_where_the_table_and_the_figure_say(price):
    few, many = T60.workers(price=price)
    assert T60.more(few - 1) > T60.bigger(T60.speed(few - 1), price)
    assert T60.more(few) < T60.bigger(T60.speed(few), price)
    assert T60.more(many + 1) > T60.bigger(T60.speed(many + 1), price)
    drawn = results.load(CARD)["figure"]
    pairs = zip(drawn["series"]["horizontal-scaling"], drawn["series"][f"vertical-scaling, x^{price:.1f}"], strict=True)
    assert [one < other for one, other in pairs].index(True) + 1 == few
    assert f"x^{price:.1f} at {few} workers" in drawn["message"]
    (row,) = [row for row in T60.CLAIMS[0].table if "where the costs cross" in row[0] and f"x^{price:.1f}" in row[0]]
    assert f"{few} workers with what hands out their work cost {T60.more(few):.2f}" in row[2]


def test_with_a_price_in_proportion_to_speed_the_bigger_machine_is_always_cheaper():
    """A worker's price buys as much speed then, and waiting and the machine that hands out the work come on top."""
    assert T60.workers(price=1.0) is None
    assert "x^1.0 nowhere" in results.load(CARD)["figure"]["message"]


@pytest.mark.parametrize("price", T60.PRICES)
def test_with_long_waiting_no_number_of_workers_pays(price):
    assert T60.workers(T60.LONG_WAIT, price) is None


def test_the_machine_that_hands_out_the_work_is_down_as_often_as_any():
    """Two of three workers and it: all three up and it, or two of three and it. With two of them, one has to be up."""
    up = 0.99
    workers = up**3 + 3 * up**2 * (1 - up)
    assert T60.down(3, enough=2) == pytest.approx(1 - workers)
    (reason,) = [reason for situation, _, reason in T60.CLAIMS[0].table if situation.startswith("it must go on")]
    assert f"it is {1 - workers * up:.2%}," in reason
    assert reason.endswith(f"too: {1 - workers * (1 - (1 - up) ** 2):.2%}")


def test_every_row_names_an_arm_and_each_arm_wins_somewhere():
    assert {arm for _, arm, _ in T60.CLAIMS[0].table} == set(CARD.arms)


def test_it_has_no_verdict_and_no_seeds():
    result = results.load(CARD)["result"]
    assert (result["verdict"], result["seeds"]) == (None, [])
    assert [row["verdict"] for row in result["claims"]] == [None]
