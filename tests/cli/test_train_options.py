"""The options of `kdl train`: going on, other data, precision, devices, TensorBoard; and what bad input says."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kdl.runs import record

QUICK = ("train", "lstm", "--set", "length=5", "--set", "units=4", "--batch-size", "4")


# ---- going on --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stopped(kdl):
    """A run that Ctrl-C stopped after its third step of five."""
    from kdl.cli.show import train_epochs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_epochs.Lines, "step", lambda self, step, loss: step == 3 and os.kill(os.getpid(), signal.SIGINT))
        return kdl(*QUICK, "--steps", "5", "--seed", "1")


def test_ctrl_c_says_how_to_go_on_and_the_end_is_that_of_an_uninterrupted_run(stopped, kdl):
    run = record.find("last")
    assert stopped.code == 130
    assert f"To go on: kdl train --resume {run.id}" in stopped.err

    again = kdl("train", "--resume", run.id)
    whole = json.loads(kdl(*QUICK, "--steps", "5", "--seed", "1", "--json").out)

    resumed = record.read(run.path).record
    assert "5 steps of 4, from step 3." in again.err
    assert {key: resumed[key] for key in ("score", "loss", "steps")} == {key: whole[key] for key in ("score", "loss", "steps")}
    assert resumed["command"] == whole["command"]
    assert len(resumed["resumed"]) == 1


def test_a_finished_run_is_not_resumed(kdl):
    kdl(*QUICK, "--steps", "1")

    done = kdl("train", "--resume", "last")

    assert done.code == 5
    assert "is finished" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("lstm",), "it takes no model"),
        (("--steps", "9"), "it takes no --steps"),
        (("--set", "units=9"), "it takes no --set"),
        (("--seed", "0"), "it takes no --seed"),
        (("--no-jit",), "it takes no --no-jit"),
        (("--jit",), "it takes no --jit"),
    ],
)
def test_resume_takes_nothing_that_would_change_the_training(arguments, told, kdl):
    run = record.create("train", "lstm", seed=0)
    run.finish("interrupted")

    done = kdl("train", *arguments, "--resume", run.id)

    assert done.code == 2
    assert told in done.err


def test_a_run_goes_on_with_its_own_backend_only(stopped, kdl):
    run = record.find("last")
    began = run.record["versions"]["backend"]
    other = {"tensorflow": "jax", "jax": "tensorflow"}[began]

    refused = kdl("train", "--resume", run.id, "--backend", other)

    assert refused.code == 2
    assert f"{run.id} began on {began}, and goes on there. Received: --backend {other}" in refused.err
    assert "Loading" not in refused.err
    assert kdl("train", "--resume", run.id, "--backend", began).code == 0


def test_a_dry_run_of_a_resumed_training_says_what_is_left_and_resumes_next(stopped, kdl):
    """It was stopped after the third step of five."""
    run = record.find("last")

    shown = kdl("train", "--resume", run.id, "--dry-run")

    assert "2 of 5 steps" in shown.out
    assert shown.out.splitlines()[-1] == f"next  kdl train --resume {run.id}"
    assert json.loads(kdl("train", "--resume", run.id, "--dry-run", "--json").out)["left"] == 2
    assert record.read(run.path).record["status"] == "interrupted"


def test_resume_of_no_run_trains_nothing(kdl, home):
    done = kdl(*QUICK, "--resume", "")

    assert (done.code, "Which run?" in done.err) == (2, True)
    assert not (home / "runs").exists()


def test_a_training_that_diverged_says_so_where_it_is_resumed(kdl):
    broken = kdl("train", "mlp", "--lr", "1e300", "--steps", "1")
    run = record.find("last")

    again = kdl("train", "--resume", run.id)

    assert (broken.code, again.code) == (1, 1)
    assert "is no number after step 1." in broken.err
    assert f"{run.id} diverged" in again.err
    assert "is no number after step 1." in again.err
    assert "Loading" not in again.err
    assert run.record["status"] == "failed"


def test_clip_norm_none_is_heard(kdl):
    told = json.loads(kdl(*QUICK, "--set", "clip_norm=None", "--dry-run", "--json").out)

    assert told["recipe"]["clip_norm"] is None


def test_what_makes_no_sense_is_told_before_anything_is_loaded_or_waited_for(kdl, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    alone = kdl(*QUICK, "--hosts", "a:1,b:2")
    full = kdl(*QUICK, "--out", tmp_path)

    assert (alone.code, full.code) == (2, 2)
    assert f"{tmp_path} already holds files." in full.err
    assert "Waiting" not in alone.err
    assert "Loading" not in alone.err + full.err


def test_a_run_of_another_version_or_a_half_written_folder_is_one_error_and_stays(kdl, home):
    old = record.create("train", "lstm", seed=0)
    old.finish("interrupted")
    half = home / "runs" / "half"
    half.mkdir()
    (half / "run.json").write_text('{"schema": "kdl')
    before = (old.path / "run.json").read_bytes()

    of_old, of_half = kdl("train", "--resume", old.id), kdl("train", "--resume", str(half))

    assert (of_old.code, of_half.code) == (4, 4)
    assert "was written by another version of kdl" in of_old.err
    assert "is not a readable run record" in of_half.err
    assert (old.path / "run.json").read_bytes() == before
    assert "Loading" not in of_old.err + of_half.err


def test_a_checkpoint_of_another_model_is_one_error_and_stays(stopped, kdl):
    run = record.find("last")
    run.update(sizes={**run.record["sizes"], "units": 6})
    before = (run.path / "checkpoint.npz").read_bytes()

    done = kdl("train", "--resume", run.id)

    assert done.code == 2
    assert "is of another model" in done.err
    assert (run.path / "checkpoint.npz").read_bytes() == before


# ---- data ------------------------------------------------------------------------------------------------------------


def table(path: Path, *, answer, header="a,b,kind\n") -> Path:
    """Two columns of numbers and an answer."""
    rng = np.random.default_rng(0)
    rows = [f"{a},{b},{answer(a, b)}\n" for a, b in rng.random((200, 2))]
    path.write_text(header + "".join(rows))
    return path


def trained(kdl, *arguments) -> dict:
    done = kdl("train", *arguments, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_csv_with_words_in_its_last_column_is_a_classification(kdl, tmp_path):
    path = table(tmp_path / "my.csv", answer=lambda a, b: "big" if a + b > 1 else "small")

    told = trained(kdl, "mlp", "--data", path, "--steps", "30", "--batch-size", "16")

    run = record.find("last").record
    assert (told["metric"], told["direction"]) == ("accuracy", "max")
    assert 0.3 < told["baseline"] < 0.8
    assert told["target"] == pytest.approx((1 + told["baseline"]) / 2), "half of the way from the baseline to 1"
    assert told["score"] > 0.8, "a line divides the two"
    assert (told["task"], run["task"]) == ("my", "my"), "it is not the task whose place it takes"
    assert (run["data"]["id"], run["data"]["rows"], len(run["data"]["sha256"])) == ("my.csv", 200, 64)
    assert str(path) in told["command"]


def test_a_csv_with_fractions_in_its_last_column_is_a_regression(kdl, tmp_path):
    path = table(tmp_path / "my.csv", answer=lambda a, b: a - b, header="")

    told = trained(kdl, "mlp", "--data", path, "--steps", "200", "--batch-size", "16")

    assert (told["metric"], told["met"]) == ("mse", True)


def test_an_npz_of_sequences_trains_a_recurrent_network(kdl, tmp_path):
    x = np.random.default_rng(0).random((40, 6, 3))
    np.savez(tmp_path / "my.npz", x=x, y=x.sum((1, 2)) > 9)

    assert trained(kdl, "gru", "--data", tmp_path / "my.npz", "--steps", "3", "--batch-size", "8")["metric"] == "accuracy"


def test_a_text_file_trains_a_model_that_writes(kdl, tmp_path):
    (tmp_path / "my.txt").write_text("the cat sat\non the mat\n" * 20)

    told = trained(kdl, "char-rnn", "--data", tmp_path / "my.txt", "--steps", "3", "--batch-size", "8")

    assert told["metric"] == "bits"


def test_a_set_of_keras_is_read_from_its_cache(kdl, tmp_path, monkeypatch):
    x, y = np.arange(40 * 28 * 28, dtype=np.uint8).reshape(40, 28, 28), np.arange(40, dtype=np.uint8) % 10
    (tmp_path / "datasets").mkdir()
    np.savez(tmp_path / "datasets" / "mnist.npz", x_train=x, y_train=y, x_test=x[:10], y_test=y[:10])
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    told = trained(kdl, "mlp", "--data", "mnist", "--steps", "2", "--batch-size", "8")

    assert told["baseline"] == 0.1
    assert record.find("last").record["data"]["id"] == "mnist"


def test_a_run_on_a_set_of_keras_that_is_gone_is_not_resumed(kdl, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    data = {"id": "mnist", "kind": "keras.datasets", "given": "mnist", "sha256": "0"}
    run = record.create(
        "train", "mlp", seed=0, data=data, task="mnist", task_card="digits", options={}, sizes={}, recipe={},
        engine={"precision": "float32", "asked": None, "devices": 1}, versions={"backend": None},
    )  # fmt: skip
    run.finish("interrupted")

    done = kdl("train", "--resume", run.id)

    assert done.code == 4
    assert f"{run.id} was trained on mnist, which is no longer on this machine." in done.err
    assert "kdl data add mnist" in done.err
    assert "stands in" not in done.err


def test_a_task_that_the_model_cannot_learn_is_told_with_those_that_it_can(kdl):
    done = kdl("train", "lstm", "--task", "digits")

    said = done.err.splitlines()
    assert done.code == 2
    assert said[-3:] == [
        "Error: lstm cannot be trained on digits.",
        "Why:   The task says how large shape is; lstm has features, units, outputs, length.",
        "Fix:   It learns adding, name-language; as in `kdl train lstm --task adding`.",
    ]


def test_a_set_that_was_never_fetched_is_replaced_with_one_clear_line(kdl, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    done = kdl("train", "mlp", "--data", "mnist", "--steps", "1")

    line = next(line for line in done.err.splitlines() if "mnist" in line)
    assert done.code == 0
    assert line.startswith("mnist is not on this machine, and nothing is fetched unasked: digits8 stands in.")
    assert record.find("last").record["data"]["id"] == "digits8"


def test_an_embedded_set_chooses_the_task_that_is_about_it(kdl):
    assert trained(kdl, "lstm", "--data", "names13", "--steps", "1")["task"] == "name-language"


def bad_table(folder, name, text):
    (folder / name).write_text(text)
    return name


ROWS = "".join(f"{n},{n},1\n" for n in range(12))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("none.csv", None, "There is no file"),
        ("few.csv", "1,2,3\n", "needs at least 10 rows"),
        ("hole.csv", ROWS + "1,,3\n", "line 13, column 2: '' is no number."),
        ("nan.csv", ROWS + "1,nan,3\n", "line 13, column 2: 'nan' is no number."),
        ("long.csv", ROWS + "1,2,3,4\n", "line 13: 4 columns where the first row has 3."),
        ("empty.csv", ROWS + "1,1,\n", "line 13, column 3: '' is no answer."),
        ("gap.csv", ROWS + "1,1,nan\n", "line 13, column 3: 'nan' is no answer."),
        ("huge.csv", ROWS + f"1,1,{'a' * 200_000}\n", "field larger than field limit"),
        ("one.csv", ROWS, "All answers of one are the same"),
        ("words.csv", "".join(f"{n},{n},w{n}\n" for n in range(201)), "are 201 different words; at most 200 classes"),
        ("far.csv", ROWS + "1,1e300,0\n", "hold numbers too large to be scaled"),
        ("short.txt", "one\ntwo\n", "has 2 lines"),
        ("pickle.npz", "no zip", "It is no npz file"),
        ("table.xlsx", "PK", "is no .csv, .npz or .txt file"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_error_with_its_place(name, text, told, kdl, tmp_path, home):
    if text is not None:
        bad_table(tmp_path, name, text)

    done = kdl("train", "mlp", "--data", tmp_path / name)

    assert done.code == 2
    assert told in done.err
    assert not (home / "runs").exists()


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"a": np.ones(3)}, "holds neither x and y"),
        ({"x": np.ones((9, 2)), "y": np.ones(8)}, "differ in length. Received: x (9, 2), y (8,)"),
        ({"x": np.array([["a"]] * 9), "y": np.ones(9)}, "x of"),
        ({"x": np.full((30, 2), np.nan), "y": np.arange(30) % 2}, "48 of 48 are NaN"),
        ({"x": np.ones((30, 2)), "y": np.append(np.arange(29) / 2, np.inf)}, "are NaN or infinite"),
        ({"x": np.ones((30, 2)), "y": np.arange(60).reshape(30, 2)}, "must be one answer for each example"),
        ({"x": np.ones((30, 0)), "y": np.arange(30)}, "must hold at least one number for each example"),
        ({"x": np.ones(30), "y": np.arange(30)}, "must hold at least one number for each example"),
        ({"x": np.ones((9, 2)), "y": np.arange(9)}, "needs at least 10 examples. Received: x (9, 2), y (9,)"),
        (
            {"x_train": np.ones((30, 2)), "y_train": np.arange(30), "x_test": np.ones((9, 3)), "y_test": np.arange(9)},
            "differ in the shape of a row. Received: x_train (30, 2), x_test (9, 3)",
        ),
    ],
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_arrays_that_cannot_be_used_are_one_error(arrays, told, kdl, tmp_path, home):
    np.savez(tmp_path / "my.npz", **arrays)

    done = kdl("train", "mlp", "--data", tmp_path / "my.npz", "--batch-size", "4")

    assert done.code == 2
    assert told in done.err
    assert not (home / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("lstm", "--seed", "5000000000"), 2, "5000000000 is not in the range"),
        (("lstm", "--data", ""), 2, "--data names nothing."),
        (("lstm", "--task", "name-language", "--batch-size", "10000"), 2, "more than the 5,876 that name-language trains with"),
        (("gru", "--task", "adding", "--batch-size", "1000000000000"), 2, "A batch of 1,000,000,000,000 examples needs"),
        (("mlp", "--set", "hidden=5"), 2, "hidden must be a tuple, each of it a whole number. Received: hidden=5"),
        (("mlp", "--set", "hidden=abc"), 2, "As in `--set 'hidden=(64,)'`, the default."),
        (("mlp", "--set", "hidden=(5, 0.5)"), 2, "Received: hidden=(5, 0.5)"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_error(arguments, code, told, kdl, home):
    done = kdl("train", *arguments)

    assert done.code == code
    assert told in done.err
    assert not (home / "runs").exists()


def test_a_batch_is_no_larger_than_the_examples_and_that_is_said(kdl, tmp_path):
    """20 rows: 4 are held out, 16 are trained with."""
    (tmp_path / "my.csv").write_text("".join(f"{n},{n % 2}\n" for n in range(20)))

    done = kdl("train", "mlp", "--data", tmp_path / "my.csv", "--steps", "1")

    assert "my trains with 16 examples: so large is a batch" in done.err
    assert record.find("last").record["recipe"]["batch_size"] == 16


def test_data_that_the_model_cannot_read_names_one_that_can(kdl, tmp_path):
    path = table(tmp_path / "my.csv", answer=lambda a, b: "big" if a + b > 1 else "small")
    (tmp_path / "my.txt").write_text("words\n" * 20)

    assert "kdl train mlp" in kdl("train", "lstm", "--data", path).err
    assert "kdl train char-rnn" in kdl("train", "mlp", "--data", tmp_path / "my.txt").err
    assert "--task digits" in kdl("train", "lstm", "--task", "adding", "--data", "digits8").err


# ---- how it computes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_computes_in_16_bits_and_keeps_the_weights_in_32(precision, kdl, keras):
    told = trained(kdl, *QUICK[1:], "--steps", "3", "--precision", precision)
    run = record.find("last")

    from kdl.train import saved

    model = saved.load(run.path / "model.keras")
    assert run.record["engine"]["precision"] == precision
    assert f"--precision {precision}" in told["command"]
    assert model.get_layer("head").compute_dtype == precision.removeprefix("mixed_")
    assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
    assert keras.config.dtype_policy().name == "float32", "the precision is the training's, not the process's"


@pytest.mark.slow
def test_jit_compiles_and_is_recorded(kdl_process):
    """In a process of its own: once repeatable kernels are chosen, TensorFlow compiles nothing any more."""
    done = kdl_process(*QUICK, "--steps", "2", "--jit")

    engine = record.find("last").record["engine"]
    assert done.code == 0, done.err
    assert (engine["jit"], engine["repeatable"]) == (True, False)


def test_a_dry_run_states_memory_and_time(kdl):
    told = json.loads(kdl(*QUICK, "--steps", "7", "--dry-run", "--json").out)

    assert told["params"] == 117
    # Weights, two moments of each, and the optimizer's step (8 bytes) and rate (4).
    assert told["memory"] == 3 * 4 * 117 + 8 + 4
    assert told["process"] > told["memory"]
    assert told["seconds"] > 0


def test_a_misspelt_setting_offers_the_right_one(kdl):
    assert "Did you mean units? They have: " in kdl("train", "lstm", "--set", "unit=3").err


@pytest.mark.slow
def test_tensorboard_gets_the_numbers_of_every_epoch(kdl):
    tf = pytest.importorskip("tensorflow")
    kdl(*QUICK, "--steps", "120", "--tensorboard")
    run = record.find("last")

    (file,) = (run.path / "tensorboard").iterdir()
    seen = {}
    for event in tf.compat.v1.train.summary_iterator(str(file)):
        for value in event.summary.value:
            seen.setdefault(value.tag, []).append((event.step, float(tf.make_ndarray(value.tensor))))
    for row, at in zip(run.rows(), range(2), strict=True):
        assert seen["loss"][at] == (row["step"], pytest.approx(row["loss"]))
        assert seen["mse"][at] == (row["step"], pytest.approx(row["mse"]))


@pytest.mark.slow
def test_a_full_disk_is_one_error_that_names_the_file_and_leaves_earlier_runs_alone(home):
    """A process may write files of at most 8 kB; the checkpoint is larger."""
    earlier = record.create("train", "lstm", seed=0)
    earlier.finish()
    before = (earlier.path / "run.json").read_bytes()

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    command = [sys.executable, "-m", "kdl", "train", "lstm", "--set", "length=5", "--steps", "3"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, preexec_fn=small)

    assert done.returncode == 4
    assert "checkpoint.npz cannot be written" in done.stderr
    assert "Free some disk space" in done.stderr
    assert "Traceback" not in done.stderr
    assert (earlier.path / "run.json").read_bytes() == before
    assert record.find("last").record["status"] == "failed"
