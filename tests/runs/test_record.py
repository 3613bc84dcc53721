"""A run's record: what is on disk survives a kill, and a reader says what became of a run whose process is gone."""

import json
import os
import subprocess
import sys

import pytest

from kdl import paths
from kdl.errors import BadContent, EnvironmentProblem, NotFound
from kdl.runs import record


def test_a_new_run_is_running_and_can_be_read_back(home):
    run = record.create("train", "lstm", seed=3, task="adding")

    again = record.read(run.path)
    assert run.path.parent == home / "runs"
    assert again.record == run.record
    assert (again.record["kind"], again.record["what"], again.record["seed"]) == ("train", "lstm", 3)
    assert again.record["status"] == "running"


def test_two_runs_of_one_second_get_folders_of_their_own(home):
    assert record.create("train", "lstm", seed=0).path != record.create("train", "lstm", seed=0).path


def test_a_run_whose_process_is_gone_was_interrupted(home):
    code = "from kdl.runs import record; print(record.create('train', 'lstm', seed=0).id)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)

    assert record.find(done.stdout.strip()).record["status"] == "interrupted"


def test_finish_says_how_it_ended(home):
    run = record.create("train", "lstm", seed=0)
    run.finish(score=0.5)

    kept = record.read(run.path).record
    assert (kept["status"], kept["score"]) == ("done", 0.5)
    assert kept["finished"] >= kept["started"]


def test_a_line_that_a_kill_cut_off_is_left_out(home):
    run = record.create("train", "lstm", seed=0)
    run.log(epoch=1, loss=0.5)
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write('{"epoch": 2, "lo')

    assert run.rows() == [{"epoch": 1, "loss": 0.5}]


def test_a_record_that_cannot_be_written_leaves_the_old_one(home, monkeypatch):
    run = record.create("train", "lstm", seed=0)
    before = (run.path / "run.json").read_bytes()

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record.os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match=r"run\.json cannot be written") as refused:
        run.update(status="done")

    assert refused.value.why == "No space left on device."
    assert (run.path / "run.json").read_bytes() == before


def test_a_number_that_is_none_of_json_is_never_written(home):
    run = record.create("train", "lstm", seed=0)

    with pytest.raises(ValueError, match="not JSON compliant"):
        run.update(score=float("nan"))

    assert record.read(run.path).record["status"] == "running"


def test_runs_are_listed_newest_first_and_a_damaged_one_hides_no_other(home):
    old, new = record.create("train", "lstm", seed=0), record.create("compare", "P52", seed=None)
    old.update(started="2026-01-01T00:00:00+00:00")
    new.update(started="2026-01-02T00:00:00+00:00")
    for name, text in (("damaged-a", "{"), ("damaged-b", "[]"), ("damaged-c", '{"kind": "train"}')):
        (paths.runs() / name).mkdir()
        (paths.runs() / name / "run.json").write_text(text)

    runs, bad = record.every()

    assert [run.id for run in runs] == [new.id, old.id]
    assert all(isinstance(problem, BadContent) for problem in bad)
    assert sorted(problem.what.split("damaged-")[1][0] for problem in bad) == ["a", "b", "c"]


def test_a_run_is_found_by_id_by_its_beginning_by_path_and_as_the_last(home):
    run = record.create("train", "lstm", seed=0)

    for name in (run.id, run.id[:-2], str(run.path), "last"):
        assert record.find(name).id == run.id


def test_an_ambiguous_or_unknown_name_is_not_found(home):
    record.create("train", "lstm", seed=0)
    record.create("train", "lstm", seed=1)

    for name in ("2", "nothing-of-the-kind"):
        with pytest.raises(NotFound):
            record.find(name)


def test_a_deleted_run_lies_in_the_trash(home):
    run = record.create("train", "lstm", seed=0)

    place = record.delete(run)

    assert not run.path.exists()
    assert json.loads((place / "run.json").read_text())["what"] == "lstm"
