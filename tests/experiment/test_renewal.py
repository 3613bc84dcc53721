"""Renewing: changed code keeps a committed result only where some of its seeds give every number again."""

import dataclasses
import json
import math

import pytest

from kdl.errors import UsageProblem
from kdl.experiment import renewal, results
from kdl.experiment.claims import Greater
from kdl.experiment.run import run_pair
from kdl.runs import record


@pytest.fixture
def committed(toy, tmp_path, monkeypatch):
    """A folder with the result of ten seeds; the code has changed since, and `toy.arms` gives the same numbers."""
    folder = tmp_path / "results"
    monkeypatch.setattr(results, "digest", lambda card: "code")
    results.save(toy.card, record.find(run_pair(toy.card)["run"]), toy.figure(None), folder)
    changed(monkeypatch)
    return folder


def changed(monkeypatch):
    from kdl.experiment import run

    for module in (run, results, renewal):
        monkeypatch.setattr(module, "digest", lambda card: "new code")


def use(toy, monkeypatch, **changes):
    from kdl.experiment import run

    for module in (run, renewal):
        monkeypatch.setattr(module.pairs, "load", lambda card: dataclasses.replace(toy, **changes))


def few(toy, seeds=range(2), **how):
    return record.find(run_pair(toy.card, seeds, **how)["run"])


def test_equal_numbers_keep_the_result_and_say_which_seeds_ran_again(toy, committed):
    before = results.load(toy.card, committed)
    assert results.stale(toy.card, committed)
    run = few(toy)
    renewal.renew(toy.card, run, toy.figure(None), committed)
    after = results.load(toy.card, committed)
    assert not results.stale(toy.card, committed)
    assert after["renewed"]["seeds"] == [0, 1]
    assert {name for name in before if before[name] != after[name]} == {"digest"}


def test_a_number_that_differs_in_its_last_bit_is_refused_by_name(toy, committed, monkeypatch):
    def nearly(seed, condition):
        values = toy.arms["b"](seed, condition)
        beyond = math.inf if (seed, condition) == (1, "far") else values["error"]
        return values | {"error": math.nextafter(values["error"], beyond)}

    use(toy, monkeypatch, arms={"a": toy.arms["a"], "b": nearly})
    before = results.load(toy.card, committed)
    with pytest.raises(UsageProblem, match=r"error of b under far, seed 1, was 0\.101 and is 0\.10100000000000002"):
        renewal.renew(toy.card, few(toy), toy.figure(None), committed)
    assert results.load(toy.card, committed) == before


def test_a_measure_more_or_less_is_a_difference(toy, committed, monkeypatch):
    use(
        toy, monkeypatch, arms={"a": toy.arms["a"], "b": lambda seed, condition: {**toy.arms["b"](seed, condition), "new": 1.0}}
    )
    with pytest.raises(UsageProblem, match=r"new of b under far, seed 0, was None and is 1\.0"):
        renewal.renew(toy.card, few(toy), toy.figure(None), committed)


def test_a_claim_that_judges_otherwise_asks_for_a_full_run(toy, committed, monkeypatch):
    """With a smallest effect of 0.6 the lead of 0.5 no longer confirms; and a claim more or less is another result."""
    claims = (dataclasses.replace(toy.claims[0], smallest=0.6), toy.claims[1])
    use(toy, monkeypatch, claims=claims)
    with pytest.raises(UsageProblem, match="the claim 'better' judges"):
        renewal.renew(toy.card, few(toy), toy.figure(None), committed)
    more = (*toy.claims, Greater("near", "b is better when near.", "b", "a", toy.claims[0].measure, "near", 0.05))
    use(toy, monkeypatch, claims=more)
    with pytest.raises(UsageProblem, match="3 claims and had 2"):
        renewal.renew(toy.card, few(toy), toy.figure(None), committed)


def test_a_figure_with_other_curves_asks_for_a_full_run(toy, committed):
    figure = dataclasses.replace(toy.figure(None), series={"b": [1.0, 0.5]})
    with pytest.raises(UsageProblem, match="figure"):
        renewal.renew(toy.card, few(toy), figure, committed)


@pytest.mark.parametrize("seeds", [(0,), (0, 10)], ids=["one seed", "a seed that is not committed"])
def test_too_few_or_other_seeds_renew_nothing(toy, committed, seeds):
    with pytest.raises(UsageProblem, match="2 of the committed ones"):
        renewal.renew(toy.card, few(toy, seeds), toy.figure(None), committed)


def test_a_condition_left_out_is_a_difference(toy, committed):
    with pytest.raises(UsageProblem, match="error of a under near, seed 0, was 0.2 and is None"):
        renewal.renew(toy.card, few(toy, conditions=["far"]), toy.figure(None), committed)


def test_a_run_of_other_code_and_a_pair_without_result_renew_nothing(toy, committed, monkeypatch, tmp_path):
    run = few(toy)
    with pytest.raises(UsageProblem, match="no committed result"):
        renewal.renew(toy.card, run, toy.figure(None), tmp_path / "empty")
    monkeypatch.setattr(renewal, "digest", lambda card: "newer code")
    with pytest.raises(UsageProblem, match="the code has changed since"):
        renewal.renew(toy.card, run, toy.figure(None), committed)


def test_what_the_arms_are_made_of_is_told_of_the_code_of_today(toy, committed, monkeypatch):
    """Times and scores stay those of the full run."""
    other = type(toy.arms["b"])(toy.arms["b"].levels, 77)
    use(toy, monkeypatch, arms={"a": toy.arms["a"], "b": other})
    renewal.renew(toy.card, few(toy), toy.figure(None), committed)
    row = json.loads((committed / "P99.json").read_text())["result"]["arms"][1]
    assert (row["params"], row["seconds"]) == (77, 10.0), "ten seeds, two conditions, half a second each"
