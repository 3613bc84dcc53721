"""T60, more machines against a bigger one: the costs, where they cross, and a pair that has no verdict."""

import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T60")
T60 = catalog.load(CARD)


def test_n_workers_are_never_faster_than_what_waiting_allows():
    """Amdahl: 1 / (1/n + s); 4 workers with s = 0.01 take 0.25 + 0.01 of the time, and no number takes less than 0.01."""
    assert T60.speed(4) == pytest.approx(1 / 0.26)
    assert T60.speed(10**9) == pytest.approx(100)


def test_the_costs_are_prices_times_hours():
    """2 workers and one that hands out are 3 machines for 0.51 hours; one twice as fast costs 2^1.3 for half an hour."""
    assert T60.more(2) == pytest.approx(3 * 0.51)
    assert T60.bigger(2) == pytest.approx(2**1.3 / 2)


def test_the_costs_cross_where_the_table_and_the_figure_say():
    few, many = T60.workers()
    assert T60.more(few - 1) > T60.bigger(T60.speed(few - 1))
    assert T60.more(few) < T60.bigger(T60.speed(few))
    assert T60.more(many + 1) > T60.bigger(T60.speed(many + 1))
    drawn = results.load(CARD)["figure"]
    cheaper = [one < other for one, other in zip(*drawn["series"].values(), strict=True)]
    assert cheaper.index(True) + 1 == few
    assert drawn["message"] == f"the costs cross at {few} workers, {T60.speed(few):.1f} times as fast as one machine"


def test_with_long_waiting_no_number_of_workers_pays():
    assert T60.workers(T60.LONG_WAIT) is None


def test_with_a_price_in_proportion_to_speed_the_bigger_machine_is_always_cheaper(monkeypatch):
    monkeypatch.setattr(T60, "PRICE", 1.0)
    assert T60.workers() is None


def test_every_row_names_an_arm_and_each_arm_wins_somewhere():
    assert {arm for _, arm, _ in T60.CLAIMS[0].table} == set(CARD.arms)


def test_it_has_no_verdict_and_no_seeds():
    result = results.load(CARD)["result"]
    assert (result["verdict"], result["seeds"]) == (None, [])
    assert [row["verdict"] for row in result["claims"]] == [None]
