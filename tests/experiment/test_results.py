"""Committed results: written from a full run only, read back whole, stale when code changes."""

import dataclasses
import hashlib
import json

import pytest

from kdl.errors import BadContent, EnvironmentProblem, UsageProblem
from kdl.experiment import results
from kdl.experiment.measured import Figure
from kdl.experiment.run import run_pair
from kdl.runs import record


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "digest", lambda card: "code")
    return tmp_path / "results"


def full(toy):
    return record.find(run_pair(toy.card)["run"])


def test_a_full_run_is_committed_and_read_back(toy, folder):
    run = full(toy)
    path = results.save(toy.card, run, toy.figure(None), folder)
    found = results.load(toy.card, folder)
    assert path.name == "P99.json"
    assert tuple(found) == (*results.FIELDS, "curves", "pair_digest")
    assert found["pair_digest"] == "code of the pair"
    assert found["scores"]["error"]["b"]["far"] == [0.1 + 0.001 * seed for seed in range(10)]
    assert found["result"]["run"] is None, "a run's folder is of one machine"
    assert results.verdict_of(toy.card, folder) == (found["result"], False)
    assert found["result"]["verdict"] == "confirmed"


def test_each_row_has_a_fingerprint_of_its_curves_and_of_nothing_else(toy, folder):
    """sha256 of the curves as JSON, 16 digits; scores and times are committed themselves."""
    results.save(toy.card, full(toy), toy.figure(None), folder)
    found = results.load(toy.card, folder)["curves"]
    assert {arm: {where: len(rows) for where, rows in at.items()} for arm, at in found.items()} == {
        arm: {"near": 10, "far": 10} for arm in "ab"
    }
    assert set(found["a"]["near"]) == {hashlib.sha256(b'{"left": [1.0, 0.5]}').hexdigest()[:16]}
    assert results.fingerprint({"left": [1.0, None]}) != results.fingerprint({"left": [1.0, 0.5]})
    assert results.fingerprint({"left": [1.0], "error": 2.0}) == results.fingerprint({"error": 3.0, "left": [1.0]})


def test_a_measure_that_only_some_seeds_give_is_refused_before_anything_is_written(toy, folder, monkeypatch):
    """Read back, a score could not be told from that of another seed."""

    real = toy.arms["b"]
    monkeypatch.setitem(toy.arms, "b", lambda seed, where: real(seed, where) | ({"luck": 1.0} if seed == 7 else {}))
    with pytest.raises(BadContent, match="the arm b gave luck under near for some of the seeds only"):
        results.save(toy.card, full(toy), None, folder)
    assert not folder.exists()


def test_a_renewal_of_the_time_when_one_was_kept_is_a_list_of_one(toy, folder):
    path = results.save(toy.card, full(toy), None, folder)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"renewed": {"date": "2026-01-01", "seeds": [0, 1]}}))
    assert results.load(toy.card, folder)["renewed"] == [{"date": "2026-01-01", "seeds": [0, 1]}]


def test_a_list_of_numbers_takes_one_line(toy, folder):
    text = results.save(toy.card, full(toy), toy.figure(None), folder).read_text()
    assert '"seeds": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],' in text
    assert "[0.1, 0.101," in text


def test_it_is_stale_when_the_digest_changes(toy, folder, monkeypatch):
    results.save(toy.card, full(toy), None, folder)
    monkeypatch.setattr(results, "digest", lambda card: "new code")
    assert results.stale(toy.card, folder)
    assert results.verdict_of(toy.card, folder)[1]


def test_nothing_recorded_is_no_verdict_and_not_stale(toy, folder):
    assert results.verdict_of(toy.card, folder) == (None, False)


def test_a_small_run_an_unfinished_run_and_old_code_are_not_committed(toy, folder, monkeypatch):
    few = record.find(run_pair(toy.card, range(9))["run"])
    with pytest.raises(UsageProblem, match="not a full run"):
        results.save(toy.card, few, None, folder)
    run = full(toy)
    run.record["status"] = "interrupted"
    with pytest.raises(UsageProblem, match="not a full run"):
        results.save(toy.card, run, None, folder)
    run.record["status"] = "done"
    monkeypatch.setattr(results, "digest", lambda card: "new code")
    with pytest.raises(UsageProblem, match="changed since"):
        results.save(toy.card, run, None, folder)
    assert not folder.exists()


@pytest.mark.parametrize("text", ["{", "[]", "{}", json.dumps(dict.fromkeys(results.FIELDS))])
def test_a_damaged_result_says_which_file(toy, folder, text):
    folder.mkdir()
    (folder / "P99.json").write_text(text)
    with pytest.raises(BadContent, match=r"P99\.json:\d+"):
        results.load(toy.card, folder)


def test_a_curve_that_diverged_is_committed_as_null(toy, folder):
    figure = Figure("What is left", "a: diverged", {"a": [float("nan"), float("inf")], "b": [1.0, 0.5]}, ("0", "1"))
    results.save(toy.card, full(toy), figure, folder)
    assert results.load(toy.card, folder)["figure"]["series"] == {"a": [None, None], "b": [1.0, 0.5]}


def test_a_result_that_does_not_fit_on_the_disk_leaves_the_old_one(toy, folder, monkeypatch):
    run = full(toy)
    path = results.save(toy.card, run, None, folder)
    before = path.read_bytes()

    def refuse(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record.os, "fsync", refuse)
    with pytest.raises(EnvironmentProblem, match=r"P99\.json cannot be written"):
        results.save(toy.card, run, toy.figure(None), folder)
    assert path.read_bytes() == before


def test_the_committed_scores_are_the_rows_that_were_measured(toy, folder):
    """All but the curves: judging them again gives the same."""
    run = full(toy)
    results.save(toy.card, run, None, folder)
    back = results.measured(results.load(toy.card, folder)).rows

    def seen(rows):
        return sorted((row["seed"], row["condition"], row["arm"], row["values"]["error"], row["seconds"]) for row in rows)

    assert seen(back) == seen(run.rows())


def test_what_a_figure_has_beside_its_curves_is_in_its_data_only_where_it_has_it():
    """Levels, spread and further figures; a figure without them looks as it always did."""
    plain = Figure("What is left", "a: half", {"a": [1.0, 0.5]}, ("0", "1"))
    full = dataclasses.replace(plain, levels={"learned": 0.02}, spread={"a": ([0.9, 0.4], [1.1, float("nan")])}, more=(plain,))

    assert set(plain.as_json()) == {"title", "message", "series", "x", "log"}
    added = {"levels": {"learned": 0.02}, "spread": {"a": [[0.9, 0.4], [1.1, None]]}, "more": [plain.as_json()]}
    assert full.as_json() == plain.as_json() | added
