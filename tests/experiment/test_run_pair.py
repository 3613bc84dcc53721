"""Running a pair: order, events, rows on disk, divergence, stopping and going on."""

import dataclasses
import json
import os

import pytest

from kdl.errors import EnvironmentProblem, Interrupted, NotFound, UsageProblem
from kdl.experiment import run as module
from kdl.experiment.claims import Exact, Measure
from kdl.experiment.measured import Measured
from kdl.experiment.run import run_pair
from kdl.runs import holding, record


def only_run():
    (run,), bad = record.every()
    assert not bad
    return run


def test_every_arm_meets_every_condition_with_every_seed_and_the_arms_take_turns(toy):
    seen = []
    run_pair(
        toy.card,
        range(2),
        on_event=lambda progress: seen.append((progress.seed, progress.condition, progress.arm, progress.done)),
    )
    order = [(0, "near", "a"), (0, "near", "b"), (0, "far", "a"), (0, "far", "b")]
    order += [(1, "near", "b"), (1, "near", "a"), (1, "far", "b"), (1, "far", "a")]
    assert seen == [(*cell, done) for number, cell in enumerate(order) for done in (number, number + 1)]


def test_a_full_run_is_complete_and_its_verdict_is_on_disk(toy):
    result = run_pair(toy.card)
    assert (result["complete"], result["verdict"], result["seeds"]) == (True, "confirmed", list(range(10)))
    assert result["arms"] == [
        {"id": "a", "params": 100, "multiply_adds": 200, "memory": 800, "seconds": 10.0, "ratio": 1.0},
        {"id": "b", "params": 102, "multiply_adds": 204, "memory": 816, "seconds": 10.0, "ratio": 1.0},
    ]
    assert [claim["mean"] for claim in result["claims"]] == [pytest.approx(0.5), pytest.approx(0.4)]
    run = only_run()
    assert json.loads((run.path / "verdict.json").read_text()) == result
    assert (run.id, run.record["status"], run.record["kind"], run.record["what"]) == (result["run"], "done", "compare", "P99")


def test_two_seeds_are_incomplete(toy):
    result = run_pair(toy.card, range(2))
    assert (result["complete"], result["verdict"]) == (False, None)
    assert [claim["verdict"] for claim in result["claims"]] == [None, None]


def test_one_condition_alone_leaves_the_claims_that_need_others_empty(toy):
    result = run_pair(toy.card, range(2), conditions=["near"])
    assert [claim["n"] for claim in result["claims"]] == [0, 0]
    assert Measured(only_run().rows()).conditions() == ["near"]


def test_a_diverged_run_scores_the_worst_value_and_is_not_dropped(toy):
    toy.arms["a"].diverges = (3,)
    result = run_pair(toy.card)
    assert result["claims"][0]["n"] == 10
    measured = Measured(only_run().rows())
    assert measured.scores(toy.claims[0].measure)["a", "far"][3] == 1.0
    assert [row["values"]["error"] for row in measured.rows if row["seed"] == 3 and row["arm"] == "a"] == [None, None]


def test_curves_are_kept_beside_the_scores(toy):
    run_pair(toy.card, range(3))
    assert Measured(only_run().rows()).curves("b", "far", "left") == [[1.0, 0.5]] * 3


def stop_after(count):
    def tell(progress):
        if progress.row is not None and progress.done == count:
            raise KeyboardInterrupt

    return tell


def test_a_stopped_run_goes_on_with_what_is_missing_and_ends_with_the_same_numbers(toy):
    with pytest.raises(Interrupted) as stopped:
        run_pair(toy.card, on_event=stop_after(7))
    run = only_run()
    assert (run.record["status"], len(run.rows())) == ("interrupted", 7)
    assert f"--resume {run.id}" in stopped.value.fix
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write('{"seed": 1, "condi')  # a kill in the middle of a line
    before = len(toy.arms["a"].calls) + len(toy.arms["b"].calls)
    resumed = run_pair(toy.card, resume=record.read(run.path))
    assert len(toy.arms["a"].calls) + len(toy.arms["b"].calls) - before == 40 - 7
    assert len(only_run().rows()) == 40
    fresh = run_pair(toy.card)
    assert {**resumed, "run": None} == {**fresh, "run": None}


def test_seeds_can_be_added_to_a_finished_run(toy):
    first = run_pair(toy.card, range(2))
    more = run_pair(toy.card, range(10), resume=record.find(first["run"]))
    assert (more["run"], more["complete"], len(toy.arms["a"].calls)) == (first["run"], True, 20)


def test_seeds_and_conditions_that_a_run_has_stay_in_its_verdict(toy):
    first = run_pair(toy.card, range(3))
    calls = len(toy.arms["a"].calls)
    again = run_pair(toy.card, range(1), conditions=["near"], resume=record.find(first["run"]))
    assert again == first
    assert len(toy.arms["a"].calls) == calls
    assert only_run().record["seeds"] == [0, 1, 2]


def test_rows_on_disk_survive_a_disk_that_is_full_when_the_run_goes_on(toy, monkeypatch):
    run = record.find(run_pair(toy.card, range(2))["run"])
    rows = run.rows()
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write('{"seed": 2, "condi')
    real = record.os.replace

    def refuse(scratch, path):
        if path.name == "metrics.jsonl":
            raise OSError(27, "File too large")
        real(scratch, path)

    monkeypatch.setattr(record.os, "replace", refuse)
    with pytest.raises(EnvironmentProblem, match=r"metrics\.jsonl cannot be written"):
        run_pair(toy.card, resume=record.read(run.path))
    assert record.read(run.path).rows() == rows
    assert only_run().record["status"] == "failed"


def test_whole_rows_are_not_written_again(toy):
    run = record.find(run_pair(toy.card, range(2))["run"])
    before = (run.path / "metrics.jsonl").stat().st_ino
    run_pair(toy.card, range(3), resume=run)
    assert (run.path / "metrics.jsonl").stat().st_ino == before


def test_a_run_that_another_process_runs_cannot_go_on(toy):
    run = record.find(run_pair(toy.card, range(2))["run"])
    run.update(status="running", pid=os.getppid(), pid_began=holding.began(os.getppid()))
    with pytest.raises(UsageProblem, match="still running"):
        run_pair(toy.card, resume=record.read(run.path))
    assert len(run.rows()) == 8


def test_a_run_outside_the_runs_goes_on_by_its_path(toy, tmp_path):
    with pytest.raises(Interrupted) as stopped:
        run_pair(toy.card, on_event=stop_after(1), folder=tmp_path / "a folder")
    assert stopped.value.fix == f"Go on with `kdl compare --resume '{tmp_path / 'a folder'}'`."


def test_a_run_of_other_code_or_another_pair_cannot_go_on(toy, monkeypatch):
    first = record.find(run_pair(toy.card, range(2))["run"])
    monkeypatch.setattr(module, "digest", lambda card: "other code")
    with pytest.raises(UsageProblem, match="changed since"):
        run_pair(toy.card, resume=first)
    first.update(what="P98")
    with pytest.raises(UsageProblem, match="not a run of P99"):
        run_pair(toy.card, resume=first)


def test_a_failing_arm_marks_the_run_as_failed(toy):
    toy.arms["b"].levels = {}
    with pytest.raises(KeyError):
        run_pair(toy.card, range(1))
    kept = only_run().record
    assert (kept["status"], kept["error"]) == ("failed", "KeyError: 'near'")


def test_what_cannot_be_run_is_refused_before_a_folder_is_made(toy):
    with pytest.raises(UsageProblem):
        run_pair(toy.card, range(0))
    with pytest.raises(UsageProblem):
        run_pair(toy.card, range(21))
    with pytest.raises(NotFound):
        run_pair(toy.card, range(2), conditions=["medium"])
    assert record.every() == ([], [])


def test_the_time_of_a_training_that_serves_several_conditions_is_compared_with_all_that_the_other_arm_spends_on_them():
    """10 s that stand in one row, against 4 + 3 + 3 s, whichever of the rows came first."""
    spent = [("a", (10.0, 0.0, 0.0)), ("b", (4.0, 3.0, 3.0))], [("a", (0.0, 10.0, 0.0)), ("b", (4.0, 3.0, 3.0))]
    rows = [
        {"seed": seed, "condition": condition, "arm": arm, "values": {}, "seconds": seconds}
        for seed, arms in enumerate(spent)
        for arm, times in arms
        for condition, seconds in zip("xyz", times, strict=True)
    ]
    measured = Measured([*rows, {"seed": 0, "condition": "only a", "arm": "a", "values": {}, "seconds": 90.0}])
    assert (measured.time_ratio("a", "b"), measured.time_ratio("b", "a")) == (1.0, 1.0)


def test_time_is_a_ratio_of_runs_side_by_side_and_can_be_claimed():
    """The median over seeds and conditions, so that one slow moment of the machine does not decide."""
    rows = [
        {"seed": seed, "condition": "x", "arm": arm, "values": {}, "seconds": seconds}
        for seed, pair in enumerate([(1.0, 2.0), (10.0, 20.0), (1.0, 50.0)])
        for arm, seconds in zip("ab", pair, strict=True)
    ]
    measured = Measured(rows)
    assert (measured.time_ratio("b", "a"), measured.time_ratio("a", "a")) == (2.0, 1.0)
    time = Measure("seconds", "seconds of training", better="less", worst=1e9, scale="ratio")
    assert measured.scores(time)["b", "x"] == {0: 2.0, 1: 20.0, 2: 50.0}


def test_what_an_arm_does_not_measure_is_no_divergence(toy):
    measured = Measured([{"seed": 0, "condition": "x", "arm": "a", "values": {"other": 1.0}, "seconds": 1.0}])
    assert measured.scores(toy.claims[0].measure) == {}


def test_fairness_stands_in_the_result(toy):
    result = run_pair(toy.card, range(1))
    assert (result["fairness"]["differ"], result["fairness"]["warning"]) == ([], None)
    toy.arms["b"].size = 200
    again = run_pair(toy.card, range(1))["fairness"]
    assert (again["differ"], "parameters: 100 / 200" in again["told"]) == (["parameters"], True)


def test_fairness_looks_at_every_condition_and_says_at_which_one_the_sizes_are(toy, monkeypatch):
    """A second difference that only the last condition has is warned of; the sizes are those of the first."""
    real = type(toy.arms["a"]).described

    def wider(self, condition):
        found = real(self, condition)
        if condition == "near" or self is toy.arms["a"]:
            return found
        return dataclasses.replace(found, params=900, settings={**found.settings, "units": 3, "learning_rate": 0.2})

    monkeypatch.setattr(type(toy.arms["a"]), "described", wider)
    result = run_pair(toy.card, range(1))
    said = result["fairness"]
    assert said["differ"] == ["units", "parameters"] and "units, parameters" in said["warning"]
    assert {"parameters (near): 100 / 102", "parameters (far away): 100 / 900", "units (far away): - / 3"} <= set(said["told"])
    assert "learning rate, tuned for each (far away): 0.1 / 0.2" in said["told"]
    assert (said["at"], result["arms"][1]["params"]) == ("near", 102)


def test_a_pair_of_exact_claims_alone_runs_nothing_and_is_complete(toy, monkeypatch):
    exact = Exact("half", "Half.", "a", "b", compute=lambda: {"a": 1, "b": 2}, holds=lambda found: found["a"] * 2 == found["b"])
    pair = dataclasses.replace(toy, claims=(exact,), conditions={}, arms=dict.fromkeys(toy.arms))
    monkeypatch.setattr(module.pairs, "load", lambda card: pair)
    result = run_pair(toy.card)
    assert (result["complete"], result["verdict"], result["seeds"]) == (True, "confirmed", [])
    assert result["claims"][0]["counts"] == {"a": 1, "b": 2}
    assert run_pair(toy.card, (), resume=record.find(result["run"]))["complete"]


def test_a_batch_is_kept_in_the_record(toy):
    run_pair(toy.card, range(1), batch="all-1")
    assert only_run().record["batch"] == "all-1"


def test_three_arms_take_turns_and_each_claim_compares_two_of_them(toy, monkeypatch):
    third = type(toy.arms["a"])({"near": 0.3, "far": 0.3}, 100)
    card = dataclasses.replace(toy.card, arms=("a", "b", "c"))
    better = toy.claims[0]
    against = [
        better,
        dataclasses.replace(better, id="than-c", a="b", b="c"),
        dataclasses.replace(better, id="c", a="c", b="a"),
    ]
    pair = dataclasses.replace(toy, card=card, arms={**toy.arms, "c": third}, claims=tuple(against))
    monkeypatch.setattr(module.pairs, "load", lambda card: pair)
    result = run_pair(card)
    assert [(row["a"], row["b"], round(row["mean"], 6)) for row in result["claims"]] == [
        ("b", "a", 0.5),
        ("b", "c", 0.2),
        ("c", "a", 0.3),
    ]
    rows = only_run().rows()
    assert [row["arm"] for row in rows[:12]] == ["a", "b", "c"] * 2 + ["c", "b", "a"] * 2
    assert [arm["id"] for arm in result["arms"]] == ["a", "b", "c"]
