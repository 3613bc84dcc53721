"""A run's record: what is on disk survives a kill, and a reader says what became of a run whose process is gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kdl import paths
from kdl.errors import BadContent, EnvironmentProblem, NotFound, UsageProblem
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


# ---- folders of the learner's own ------------------------------------------------------------------------------------


def test_a_folder_with_files_takes_no_run(home, tmp_path):
    thesis = tmp_path / "work" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("mine")

    with pytest.raises(UsageProblem, match="already holds files"):
        record.create("train", "lstm", seed=0, folder=thesis.parent)

    assert list(thesis.parent.iterdir()) == [thesis]


def test_an_empty_folder_takes_one_run(home, tmp_path):
    run = record.create("train", "lstm", seed=0, folder=tmp_path)

    assert run.path == tmp_path
    with pytest.raises(UsageProblem, match="already holds a run"):
        record.create("train", "lstm", seed=0, folder=tmp_path)


def test_a_run_outside_the_runs_is_not_moved(home, tmp_path, monkeypatch):
    run = record.create("train", "lstm", seed=0, folder=tmp_path / "here")
    monkeypatch.chdir(run.path)

    for name in ("./", ".", str(run.path)):
        with pytest.raises(UsageProblem, match="it stays") as refused:
            record.delete(record.find(name))
        assert str(run.path) in refused.value.fix

    assert (run.path / "run.json").is_file()


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_no_run(home, name):
    record.create("train", "lstm", seed=0)

    with pytest.raises(UsageProblem, match="Which run"):
        record.find(name)


def test_a_run_is_typed_by_its_id_and_elsewhere_by_its_path(home, tmp_path):
    ours, elsewhere = record.create("train", "lstm", seed=0), record.create("train", "lstm", seed=0, folder=tmp_path / "x y")

    assert (ours.typed, elsewhere.typed) == (ours.id, f"'{tmp_path / 'x y'}'")


# ---- one process at a time -------------------------------------------------------------------------------------------

HOLDS = """
import sys
from pathlib import Path
from kdl.runs import record
run = record.read(Path(sys.argv[1])) if sys.argv[1:] else record.create("train", "lstm", seed=0)
if sys.argv[1:]:
    run.begin()
print(run.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(home):
    """A process that begins a run and waits; `.folder` says which."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    process.folder = Path(process.stdout.readline().strip())
    yield process
    process.kill()
    process.communicate()


def test_a_run_of_another_process_cannot_begin_until_that_is_gone(holder):
    with pytest.raises(UsageProblem, match="still running") as refused:
        record.read(holder.folder).begin()
    assert str(holder.pid) in refused.value.why

    holder.kill()
    holder.wait()
    run = record.read(holder.folder)
    assert run.record["status"] == "interrupted"
    run.begin()
    assert record.read(run.path).record["pid"] == os.getpid()


def test_the_lock_alone_keeps_a_second_process_out(holder):
    """As where both began at the same moment, or the first runs on another machine."""
    run = record.read(holder.folder)
    run.update(status="interrupted")

    with pytest.raises(UsageProblem, match="still running"):
        run.begin()


def test_a_finished_run_can_begin_in_another_process(home):
    run = record.create("train", "lstm", seed=0)
    run.finish()

    done = subprocess.run(
        [sys.executable, "-c", HOLDS, str(run.path)], input="", capture_output=True, text=True, env=os.environ
    )

    assert done.returncode == 0, done.stderr
    assert record.read(run.path).record["status"] == "interrupted"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process started")
def test_a_process_id_that_was_given_to_another_process_does_not_read_as_running(home):
    run = record.create("train", "lstm", seed=0)
    assert isinstance(run.record["pid_began"], int)
    run.update(pid_began=run.record["pid_began"] - 1)

    assert record.read(run.path).record["status"] == "interrupted"


# ---- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b'{"epoch": 2, "lo', b"[]", b"\xff"])
def test_a_damaged_line_before_the_last_is_told_with_its_number(home, damage):
    run = record.create("train", "lstm", seed=0)
    (run.path / "metrics.jsonl").write_bytes(b'{"epoch": 1}\n' + damage + b'\n{"epoch": 3}\n')

    with pytest.raises(BadContent, match=r"metrics\.jsonl:2: "):
        run.rows()


@pytest.mark.parametrize("cut", ['{"epoch": 2, "lo', '{"epoch": 2}'])
def test_a_row_after_a_cut_off_line_begins_a_line_of_its_own(home, cut):
    run = record.create("train", "lstm", seed=0)
    run.log(epoch=1)
    with open(run.path / "metrics.jsonl", "a") as file:
        file.write(cut)

    run.mend()
    run.log(epoch=3)

    assert [row["epoch"] for row in run.rows()] == ([1, 2, 3] if cut.endswith("}") else [1, 3])


def test_giving_up_hides_no_error_that_came_first(home, monkeypatch):
    run = record.create("train", "lstm", seed=0)

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record.os, "fsync", full)
    run.give_up()

    assert record.read(run.path).record["status"] == "running"
    assert not list(run.path.glob("*.tmp*"))
