"""`kdl train`, and the commands that list and show models, tasks, data and runs."""

import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kdl import catalog, headers
from kdl.runs import record

QUICK = ("train", "lstm", "--set", "length=5", "--set", "units=4", "--batch-size", "4")
MODEL_KEYS = ["id", "title", "family", "unit", "paper", "year", "tasks", "pairs", "presets", "parts"]
RUN_KEYS = ["id", "kind", "what", "status", "started", "path", "seed"]


# ---- train -----------------------------------------------------------------------------------------------------------


def test_a_training_ends_with_score_baseline_target_and_the_next_step(kdl):
    done = kdl(*QUICK, "--steps", "3")

    run = record.find("last")
    assert done.code == 0
    assert f"{run.record['score']:.4f}" in done.out
    assert "baseline  0.1667, predict the mean" in done.out
    assert "at most 0.02: not met" in done.out
    assert str(run.path) in done.out
    assert done.out.splitlines()[-1].startswith("next  kdl ")
    assert "next  kdl compare P52 --seeds 2     set it against another model" in done.out, "a look; a verdict takes 10 seeds"
    made = {"run.json", "metrics.jsonl", "arrays.npz", "checkpoint.npz", "model.keras", "lock"}
    assert {path.name for path in run.path.iterdir()} == made


def test_a_missed_target_is_tried_again_with_the_same_settings_and_twice_the_steps(kdl):
    done = kdl(*QUICK, "--steps", "3")

    command = next(line for line in done.out.splitlines() if line.startswith("next  kdl train"))
    assert "--steps 6 " in command
    assert "--set length=5 --set units=4" in command


def test_a_training_that_diverges_is_one_error_with_the_step_the_gradient_and_a_smaller_rate(kdl):
    done = kdl(*QUICK, "--steps", "50", "--lr", "1e30")
    result = record.find("last").record

    assert (done.code, done.out) == (1, "")
    assert "Error: The loss is no longer a number at step 2 (epoch 1)." in done.err
    assert "is not finite at step 2; the largest weight is 1e+30." in done.err
    assert "--lr 0.01 " in done.err
    assert (result["score"], result["status"]) == (None, "failed")


def test_progress_goes_to_stderr_one_line_per_epoch(kdl):
    done = kdl(*QUICK, "--steps", "130")

    lines = [line for line in done.err.splitlines() if line.startswith("epoch")]
    assert [line.split()[1:4] for line in lines] == [["1", "step", "100"], ["2", "step", "130"]]
    assert "epoch" not in done.out


def test_the_line_that_it_prints_trains_the_same_bits_again(kdl):
    first = json.loads(kdl(*QUICK, "--steps", "4", "--seed", "2", "--json").out)
    again = json.loads(kdl(*shlex.split(first["command"])[1:], "--json").out)

    assert again["score"] == first["score"]
    assert again["loss"] == first["loss"]
    assert again["command"] == first["command"]


def test_json_has_every_field(kdl):
    result = json.loads(kdl(*QUICK, "--steps", "2", "--json").out)

    assert result["schema"] == "kdl.train/1"
    assert set(result) == {
        *("schema", "model", "task", "seed", "status", "score", "metric", "direction", "baseline", "target", "met"),
        *("loss", "steps", "seconds", "params", "device", "run", "command"),
    }
    assert record.read(Path(result["run"])).record["score"] == result["score"]


def test_the_record_says_all_that_the_score_depends_on(kdl):
    kdl(*QUICK, "--steps", "2", "--seed", "7")

    kept = record.find("last").record
    assert (kept["kind"], kept["what"], kept["task"], kept["seed"]) == ("train", "lstm", "adding", 7)
    assert kept["options"] == {"length": 5}
    assert kept["sizes"] == {"features": 2, "outputs": 1, "units": 4}
    plain = {"optimizer": "adam", "settings": {}, "schedule": None}
    assert kept["recipe"] == {"steps": 2, "batch_size": 4, "learning_rate": 0.01, "clip_norm": 1.0, **plain}
    assert {"keras", "backend", "threads"} <= set(kept["versions"])
    assert kept["params"] == 4 * 4 * (4 + 2 + 1) + 5


def test_a_home_that_cannot_be_written_is_told_before_anything_is_loaded(kdl, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("KDL_HOME", str(tmp_path / "file"))

    done = kdl(*QUICK, "--steps", "1")

    assert done.code == 4
    assert "Set KDL_HOME to a folder that you may write to." in done.err
    assert "Loading" not in done.err


def test_epochs_count_whole_epochs_and_steps_win_over_them(kdl):
    two = json.loads(kdl(*QUICK, "--epochs", "2", "--dry-run", "--json").out)
    both = json.loads(kdl(*QUICK, "--epochs", "2", "--steps", "5", "--dry-run", "--json").out)

    assert two["recipe"]["steps"] == 200
    assert both["recipe"]["steps"] == 5


def test_a_dry_run_says_what_it_would_train_and_writes_nothing(kdl, home):
    done = kdl(*QUICK, "--dry-run")

    assert done.code == 0
    assert "nothing was trained" in done.out
    assert "117 parameters" in done.out
    assert not (home / "runs").exists()


def test_out_names_the_folder_of_the_run_and_is_never_written_twice(kdl, tmp_path):
    first = kdl(*QUICK, "--steps", "1", "--out", tmp_path / "mine")
    second = kdl(*QUICK, "--steps", "1", "--out", tmp_path / "mine")

    assert first.code == 0
    assert (tmp_path / "mine" / "model.keras").is_file()
    assert second.code == 2
    assert "already holds a run" in second.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("lstn",), 3, "Did you mean lstm?"),
        (("lstm", "--task", "add"), 3, "Did you mean adding?"),
        (("lstm", "--set", "lenght=3"), 2, "has a setting 'lenght'"),
        (("lstm", "--set", "length"), 2, "is not KEY=VALUE"),
        (("lstm", "--set", "length=1"), 2, "length must be at least 2"),
        (("lstm", "--set", "units=0"), 2, "units must be at least 1"),
        (("lstm", "--set", "units=2.5"), 2, "units must be a whole number. Received: units=2.5"),
        (("lstm", "--set", "features=3"), 2, "features is fixed by the task"),
        (("lstm", "--task", "name-language", "--set", "length=3"), 2, "cannot be trained on name-language"),
        (("lstm", "--set", "clip_norm=0"), 2, "clip_norm must be a positive number"),
        (("lstm", "--steps", "0"), 2, "Invalid value for '--steps'"),
        (("lstm", "--lr", "0"), 2, "Invalid value for '--lr'"),
    ],
)
def test_bad_input_is_told_and_leaves_no_run(arguments, code, told, kdl, home):
    done = kdl("train", *arguments)

    assert done.code == code
    assert told in done.err
    assert done.out == ""
    assert not (home / "runs").exists()


@pytest.mark.slow
def test_ctrl_c_saves_the_model_and_exits_130(home):
    command = [sys.executable, "-m", "kdl", "train", "lstm", "--steps", "100000", "--set", "length=5"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    for line in process.stderr:
        if line.startswith("epoch"):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    run = record.find("last")
    assert process.returncode == 130
    assert "Stopped at step" in err
    assert str(run.path) in err
    assert run.record["status"] == "interrupted"
    assert run.record["steps"] >= 100
    assert (run.path / "model.keras").is_file()
    assert out == ""


@pytest.mark.slow
def test_a_reader_that_went_away_ends_no_training(home):
    """As in `kdl train mlp 2>&1 | head -1`: both streams are one pipe that nobody reads after its first line."""
    command = [sys.executable, "-m", "kdl", *QUICK, "--steps", "250"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ)
    process.stdout.readline()
    process.stdout.close()

    assert process.wait(timeout=100) == 0
    assert (record.find("last").record["status"], record.find("last").record["steps"]) == ("done", 250)


@pytest.mark.slow
def test_a_terminal_gets_one_bar_with_loss_metric_and_nothing_per_epoch(home):
    """On a pseudo-terminal of its own; the bar is redrawn in place."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kdl", *QUICK, "--steps", "150"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # Linux reports the end of a terminal as an error
        pass
    process.communicate(timeout=60)

    text = seen.decode()
    assert process.returncode == 0
    assert "100%" in text
    assert "loss 0." in text
    assert "mse 0." in text
    assert "epoch" not in text


@pytest.mark.slow
def test_the_first_line_comes_before_keras_is_loaded(home):
    """Without a word in the first moment a learner thinks that the command hangs; the ratio allows for a slow machine."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "kdl", *QUICK, "--steps", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    first = process.stderr.readline()
    told = time.perf_counter() - began
    process.communicate(timeout=120)

    assert first == "Loading Keras ...\n"
    assert told < 0.3 * (time.perf_counter() - began)


@pytest.mark.slow
@pytest.mark.content
@pytest.mark.parametrize("task", sorted(catalog.find("model", "lstm").tasks))
def test_the_defaults_of_the_lstm_reach_the_target(task, kdl):
    result = json.loads(kdl("train", "lstm", "--task", task, "--json").out)

    assert result["met"]


@pytest.mark.parametrize("columns", [20, 60, 80, 200])
def test_the_bar_fits_the_terminal(columns):
    from kdl.cli.show.train_epochs import Bar

    bar = Bar(1000, "accuracy")
    bar.done, bar.loss, bar.score = 123, "loss 0.1234", "accuracy 0.4321"
    assert len(bar.line(columns)) < columns
    assert "12%" in bar.line(columns)


# ---- what there is ---------------------------------------------------------------------------------------------------


def test_model_list_has_the_agreed_shape(kdl):
    listed = json.loads(kdl("model", "list", "--json").out)

    assert listed["schema"] == "kdl.models/1"
    assert all(list(model) == MODEL_KEYS for model in listed["models"])
    lstm = next(model for model in listed["models"] if model["id"] == "lstm")
    assert (lstm["family"], lstm["unit"], lstm["year"]) == ("rnn", 11, 1997)
    assert lstm["tasks"] == ["adding", "name-language"]
    assert lstm["presets"] == ["tiny"]


@pytest.mark.parametrize("noun", ["model", "task", "data"])
def test_a_list_shows_every_id_and_ends_with_the_next_command(noun, kdl):
    cards = {"model": catalog.models, "task": catalog.tasks, "data": catalog.datasets}[noun]()

    done = kdl(noun, "list")

    assert {line.split()[0] for line in done.out.splitlines()[1:] if line and line[0] != " "} == {*cards, "next"}
    assert done.out.splitlines()[-1].startswith(f"next  kdl {noun} show ")


@pytest.mark.parametrize("noun", ["model", "task", "data"])
def test_show_prints_the_explanation_of_the_file(noun, kdl):
    cards = {"model": catalog.models, "task": catalog.tasks, "data": catalog.datasets}[noun]()
    for name, card in cards.items():
        done = kdl(noun, "show", name)

        assert done.code == 0
        marks = str.maketrans("", "", "*`")  # shown as emphasis; and the lines are broken anew
        said, text = (one.translate(marks).split() for one in (done.out, headers.body(card.path)))
        assert " ".join(text) in " ".join(said)
        assert card.title in done.out
        assert done.out.splitlines()[-1].startswith("next  kdl ")


@pytest.mark.parametrize("noun", ["model", "task", "data"])
def test_show_as_json_holds_the_row_of_the_list_and_the_text(noun, kdl):
    listed = json.loads(kdl(noun, "list", "--json").out)
    row = next(value for value in listed.values() if isinstance(value, list))[0]

    shown = json.loads(kdl(noun, "show", row["id"], "--json").out)

    assert row.items() <= {key: value for key, value in shown.items() if key in row}.items()
    assert shown["text"]


@pytest.mark.parametrize("noun", ["model", "task", "data", "run"])
def test_an_unknown_id_exits_3(noun, kdl):
    done = kdl(noun, "show", "nothing-of-the-kind")

    assert done.code == 3
    assert "There is no" in done.err


def test_model_diff_is_a_unified_diff_of_the_two_files(kdl):
    short = kdl("model", "diff", "simple-rnn", "lstm").out
    lines = kdl("model", "diff", "simple-rnn", "lstm", "--all").out.splitlines()

    assert "Idea." not in short
    assert "class LSTMCell" in short

    assert lines[:2] == ["--- rnn/simple_rnn.py", "+++ rnn/lstm.py"]
    assert any(line.startswith("-") and "class SimpleRNNCell" in line for line in lines)
    assert any(line.startswith("+") and "class LSTMCell" in line for line in lines)


def test_data_show_checks_the_file_against_its_header(kdl, monkeypatch):
    intact = kdl("data", "show", "names13")
    monkeypatch.setattr(hashlib, "sha256", lambda content: hashlib.sha1(content))
    changed = kdl("data", "show", "names13")

    assert "(checked)" in intact.out
    assert "DIFFERS" in changed.out


def test_listing_and_showing_load_neither_keras_nor_numpy():
    code = """
import sys
from kdl.cli import main
for arguments in (["model", "list"], ["model", "show", "lstm"], ["task", "show", "adding"], ["data", "show", "names13"],
                  ["run", "list"], ["model", "diff", "lstm", "simple-rnn"]):
    try:
        main(arguments)
    except SystemExit as left:
        assert not left.code, arguments
print([name for name in ("keras", "numpy", "tensorflow") if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, timeout=60)

    assert (done.returncode, done.stderr) == (0, "[]\n")


# ---- runs ------------------------------------------------------------------------------------------------------------


def test_an_empty_list_of_runs_says_how_to_make_one(kdl):
    assert json.loads(kdl("run", "list", "--json").out) == {"schema": "kdl.runs/1", "runs": []}
    assert "next  kdl train" in kdl("run", "list").out


def test_run_list_has_the_agreed_shape_newest_first(kdl):
    for seed, day in ((0, "01"), (1, "02")):
        record.create("train", "lstm", seed=seed).update(started=f"2026-01-{day}T00:00:00+00:00")
    record.create("compare", "P52", seed=None).update(started="2026-01-03T00:00:00+00:00")

    runs = json.loads(kdl("run", "list", "--json").out)["runs"]

    assert all(list(run) == RUN_KEYS for run in runs)
    assert [(run["what"], run["seed"]) for run in runs] == [("P52", None), ("lstm", 1), ("lstm", 0)]
    assert len(json.loads(kdl("run", "list", "--limit", "1", "--json").out)["runs"]) == 1


def test_run_show_draws_the_numbers_of_the_epochs(kdl):
    run = record.create("train", "lstm", seed=0, command="kdl train lstm")
    for epoch, loss in enumerate((0.5, None, 0.1), 1):
        run.log(epoch=epoch, step=epoch * 100, loss=loss, mse=loss, seconds=1.0)

    shown = kdl("run", "show", run.id)

    assert "loss by epoch" in shown.out
    assert "mse by epoch" in shown.out
    last = ["next  kdl train lstm", f"next  kdl report {run.id} --open     its curves and configuration, as a page"]
    assert shown.out.splitlines()[-2:] == last
    assert json.loads(kdl("run", "show", run.id, "--json").out)["metrics"][0]["loss"] == 0.5


def test_run_show_says_what_came_out_first_and_each_group_of_settings_in_a_block(kdl):
    """No dictionary, no digits that mean nothing, nothing that is only for programs."""
    recipe = {"learning_rate": 0.003, "clip_norm": 1 / 3, "settings": {"beta_1": 0.5}, "schedule": None}
    versions, sizes = {"keras": "3.15.1"}, {"shape": [8, 8, 1]}
    more = {"task": "digits", "task_card": "digits", "recipe": recipe, "engine": {"jit": False}, "hosts": [], "params": 4810}
    run = record.create("train", "mlp", seed=0, versions=versions, sizes=sizes, command="kdl train mlp", **more)
    run.finish(score=0.7472222222, seconds=62.0)

    lines = kdl("run", "show", run.id).out.splitlines()

    blocks = "\n".join(lines).split("\n\n")
    assert [line.split()[0] for line in lines[1:8]] == ["score", "seconds", "task", "seed", "params", "started", "finished"]
    assert lines[1].split() == ["score", "0.7472"] and lines[2].split(maxsplit=1) == ["seconds", "1 min 2 s"]
    assert lines[6].endswith(" UTC") and lines[5].split() == ["params", "4,810"]
    assert blocks[1:5] == [
        "sizes\n  shape  8, 8, 1",
        "recipe\n  learning rate  0.003\n  clip norm      0.3333\n  beta 1         0.5",
        "engine\n  jit  no",
        "versions\n  keras  3.15.1",
    ]
    assert not {"pid", "schema", "hosts", "kind"} & {line.split()[0] for line in lines if line} and "{" not in "".join(lines)


def test_deleting_a_run_asks_on_a_terminal_only_and_keeps_it_in_the_trash(kdl, home):
    run = record.create("train", "lstm", seed=0)
    run.finish()

    refused = kdl("run", "delete", run.id)
    done = kdl("run", "delete", run.id, "--yes")

    assert refused.code == 2
    assert "--yes" in refused.err
    assert done.code == 0
    assert (home / "trash" / run.id / "run.json").is_file()
    assert record.every() == ([], [])


def test_a_running_run_is_not_deleted(kdl):
    run = record.create("train", "lstm", seed=0)

    assert kdl("run", "delete", run.id, "--yes").code == 2
    assert run.path.is_dir()


def test_how_long_tracing_takes_is_what_it_took_the_last_time_and_no_guess(kdl):
    """Of the newest run of that model on that backend; where there is none, it only says that it takes a while."""
    first = kdl(*QUICK, "--steps", "1")
    run = record.find("last")
    measured = run.record["trace_seconds"]
    run.update(trace_seconds=83.0)

    again, other = kdl(*QUICK, "--steps", "1", "--dry-run"), kdl("train", "gru", "--steps", "1", "--dry-run")

    assert measured > 0
    assert "Tracing (some seconds, once) ..." in first.err
    assert "Tracing (about 1 min 23 s, once) ..." in again.err
    assert "Tracing (some seconds, once) ..." in other.err
