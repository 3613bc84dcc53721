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
    assert [entry["seeds"] for entry in after["renewed"]] == [[0, 1]]
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
    with pytest.raises(UsageProblem, match=r"new of b under far, seed 0, was absent and is 1\.0"):
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
    with pytest.raises(UsageProblem, match="takes 2 or more of the committed seeds"):
        renewal.renew(toy.card, few(toy, seeds), toy.figure(None), committed)


def test_a_condition_left_out_is_a_difference(toy, committed):
    with pytest.raises(UsageProblem, match="error of a under near, seed 0, was 0.2 and is absent"):
        renewal.renew(toy.card, few(toy, conditions=["far"]), toy.figure(None), committed)


def test_a_run_of_other_code_and_a_pair_without_result_renew_nothing(toy, committed, monkeypatch, tmp_path):
    run = few(toy)
    with pytest.raises(UsageProblem, match="no committed result"):
        renewal.renew(toy.card, run, toy.figure(None), tmp_path / "empty")
    monkeypatch.setattr(renewal, "digest", lambda card: "newer code")
    with pytest.raises(UsageProblem, match="began with other code"):
        renewal.renew(toy.card, run, toy.figure(None), committed)


def test_what_the_arms_are_made_of_is_told_of_the_code_of_today(toy, committed, monkeypatch):
    """Times and scores stay those of the full run."""
    other = type(toy.arms["b"])(toy.arms["b"].levels, 77)
    use(toy, monkeypatch, arms={"a": toy.arms["a"], "b": other})
    renewal.renew(toy.card, few(toy), toy.figure(None), committed)
    row = json.loads((committed / "P99.json").read_text())["result"]["arms"][1]
    assert (row["params"], row["seconds"]) == (77, 10.0), "ten seeds, two conditions, half a second each"


# ---- what no score tells ---------------------------------------------------------------------------------------------


def with_values(toy, monkeypatch, **changes):
    """The arm `b` gives these as well."""
    use(toy, monkeypatch, arms={"a": toy.arms["a"], "b": lambda seed, where: {**toy.arms["b"](seed, where), **changes}})


def test_other_curves_under_equal_scores_are_a_difference(toy, committed, monkeypatch):
    with_values(toy, monkeypatch, left=[1.0, 0.4])
    with pytest.raises(UsageProblem, match="the curves of b under near, seed 0, are others"):
        renewal.renew(toy.card, few(toy), toy.figure(None), committed)


def test_a_result_that_was_recorded_without_fingerprints_is_taken_without(toy, committed, monkeypatch):
    path = results.path_of(toy.card, committed)
    old = {name: value for name, value in json.loads(path.read_text()).items() if name in results.FIELDS}
    path.write_text(json.dumps(old))
    monkeypatch.setattr(renewal, "of_pair", lambda card: "other code of the pair")
    with_values(toy, monkeypatch, left=[1.0, 0.4])
    renewal.renew(toy.card, few(toy), toy.figure(None), committed)
    assert set(results.load(toy.card, committed)) == {*results.FIELDS, "renewed"}, "two seeds say nothing about ten"


def test_where_the_pair_itself_has_changed_all_seeds_are_needed(toy, committed, monkeypatch):
    """Its figure of ten seeds may be another one, which two seeds cannot tell."""
    run = few(toy)
    monkeypatch.setattr(renewal, "of_pair", lambda card: "other code of the pair")
    with pytest.raises(UsageProblem, match="needs all seeds") as refused:
        renewal.renew(toy.card, run, toy.figure(None), committed)
    assert refused.value.fix == "kdl compare P99 --record"


@pytest.fixture
def diverged(toy, tmp_path, monkeypatch):
    """A committed result in which `a` diverged in every seed."""
    monkeypatch.setattr(toy.arms["a"], "diverges", range(10))
    monkeypatch.setattr(results, "digest", lambda card: "code")
    results.save(toy.card, record.find(run_pair(toy.card)["run"]), toy.figure(None), tmp_path)
    changed(monkeypatch)
    return tmp_path


def test_a_run_that_diverges_again_is_equal_and_a_measure_that_is_gone_is_not(toy, diverged, monkeypatch):
    """A diverged score is None in both files; one that is not there is no such score."""
    renewal.renew(toy.card, few(toy), toy.figure(None), diverged)

    def without(seed, condition):
        return {name: value for name, value in toy.arms["a"](seed, condition).items() if name != "error"}

    use(toy, monkeypatch, arms={"a": without, "b": toy.arms["b"]})
    with pytest.raises(UsageProblem, match="error of a under far, seed 0, was None and is absent"):
        renewal.renew(toy.card, few(toy), toy.figure(None), diverged)


def test_a_new_measure_that_diverges_is_a_difference(toy, committed, monkeypatch):
    with_values(toy, monkeypatch, new=math.nan)
    with pytest.raises(UsageProblem, match="new of b under far, seed 0, was absent and is None"):
        renewal.renew(toy.card, few(toy), toy.figure(None), committed)


@pytest.mark.parametrize(
    "change",
    [{"levels": {"learned": 0.1}}, {"spread": {"a": ([0.9, 0.4], [1.1, 0.6])}}, {"across": {"a": [1.0, 2.0]}}],
    ids=["level", "spread", "across"],
)
def test_what_a_figure_draws_beside_its_curves_is_compared(toy, tmp_path, monkeypatch, change):
    """The value of a level; of spread and of the places of points only whose they are, as they are of the seeds."""
    plain = dataclasses.replace(toy.figure(None), levels={"learned": 0.2})
    monkeypatch.setattr(results, "digest", lambda card: "code")
    results.save(toy.card, record.find(run_pair(toy.card)["run"]), plain, tmp_path)
    changed(monkeypatch)
    with pytest.raises(UsageProblem, match="figure"):
        renewal.renew(toy.card, few(toy), dataclasses.replace(plain, **change), tmp_path)


def test_each_renewal_is_kept(toy, committed, monkeypatch):
    renewal.renew(toy.card, few(toy), toy.figure(None), committed)
    changed(monkeypatch)
    renewal.renew(toy.card, few(toy, range(3)), toy.figure(None), committed)
    assert [entry["seeds"] for entry in results.load(toy.card, committed)["renewed"]] == [[0, 1], [0, 1, 2]]


# ---- at the door -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [1, 11])
def test_so_many_seeds_that_nothing_could_be_compared_are_refused_before_a_run(toy, committed, seeds):
    with pytest.raises(UsageProblem, match="2 or more of the committed seeds"):
        renewal.check(toy.card, seeds, committed)
    assert renewal.check(toy.card, 10, committed)["pair"] == "P99"


def test_nothing_committed_and_another_pair_are_refused_before_a_run(toy, committed, monkeypatch, tmp_path):
    with pytest.raises(UsageProblem, match="no committed result"):
        renewal.check(toy.card, 2, tmp_path / "empty")
    monkeypatch.setattr(renewal, "of_pair", lambda card: "other code of the pair")
    with pytest.raises(UsageProblem, match="needs all seeds"):
        renewal.check(toy.card, 2, committed)
