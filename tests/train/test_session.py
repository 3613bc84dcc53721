"""A recorded training: what is on disk after it, after Ctrl-C, and after a failure."""

import dataclasses
import math
import os
import re
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from kdl.errors import Diverged, EnvironmentProblem, Interrupted
from kdl.runs import record
from kdl.tasks import adding, digits, draw_points
from kdl.train import checkpoint, divergence, saved, session
from kdl.train.fit import Position, Trainer
from kdl.train.recipe import Recipe


def silent(*args):
    pass


@pytest.fixture
def trainer(keras):
    return Trainer("lstm", adding.make(length=5), Recipe(steps=6, batch_size=8), units=4)


@pytest.fixture
def run(home):
    return record.create("train", "lstm", seed=0)


def test_a_finished_training_leaves_its_model_its_metrics_and_a_record(trainer, run, keras):
    done = session.train(trainer, run, 0, on_epoch=silent, on_step=silent)

    kept = record.read(run.path)
    assert done["status"] == kept.record["status"] == "done"
    assert kept.record["score"] == done["score"]
    assert [row["step"] for row in kept.rows()] == [6]
    x, _ = trainer.task.test(0)
    again = saved.load(run.path / "model.keras").predict_on_batch(x[:500])
    assert (again == trainer.predict(x)[:500]).all()


def test_a_full_disk_is_told_with_the_file_that_did_not_fit(trainer, run, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trainer.model, "save", full)

    with pytest.raises(EnvironmentProblem, match=r"model\.keras cannot be written"):
        session.train(trainer, run, 0, on_epoch=silent, on_step=silent)

    assert record.read(run.path).record["status"] == "failed"


def test_a_model_that_was_half_written_when_the_disk_was_full_is_not_left_under_its_name(trainer, run, monkeypatch):
    def full(path):
        path.write_bytes(b"half")
        monkeypatch.setattr(record.os, "fsync", refuse)  # and then run.json does not fit either
        raise OSError(28, "No space left on device")

    def refuse(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trainer.model, "save", full)

    with pytest.raises(EnvironmentProblem, match=r"model\.keras cannot be written"):
        session.train(trainer, run, 0, on_epoch=silent, on_step=silent)

    assert {path.name for path in run.path.iterdir()} == {"run.json", "metrics.jsonl", "checkpoint.npz", "lock"}


@pytest.mark.slow
def test_a_saved_model_loads_in_another_process(trainer, run):
    session.train(trainer, run, 0, on_epoch=silent, on_step=silent)
    code = "import pathlib, sys; from kdl.train import saved; saved.load(pathlib.Path(sys.argv[1]) / 'model.keras')"

    done = subprocess.run([sys.executable, "-c", code, str(run.path)], capture_output=True, text=True, env=os.environ)

    assert done.returncode == 0, done.stderr


def test_ctrl_c_stops_after_the_step_and_keeps_everything(trainer, run):
    def interrupt(step, loss):
        if step == 3:
            os.kill(os.getpid(), signal.SIGINT)

    done = session.train(trainer, run, 0, on_epoch=silent, on_step=interrupt)

    kept = record.read(run.path)
    assert (done["status"], done["steps"]) == ("interrupted", 3)
    assert (kept.record["status"], kept.record["steps"]) == ("interrupted", 3)
    assert [row["step"] for row in kept.rows()] == [3]
    assert (run.path / "model.keras").is_file()


def test_ctrl_c_at_the_last_step_is_a_finished_training(trainer, run):
    def interrupt(step, loss):
        if step == 6:
            os.kill(os.getpid(), signal.SIGINT)

    assert session.train(trainer, run, 0, on_epoch=silent, on_step=interrupt)["status"] == "done"


def test_a_second_ctrl_c_breaks_off_at_once_and_is_recorded(trainer, run):
    def interrupt(step, loss):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted, match="the model is not saved") as stopped:
        session.train(trainer, run, 0, on_epoch=silent, on_step=interrupt)

    assert str(run.path) in stopped.value.why
    assert not (run.path / "model.keras").exists()
    assert record.read(run.path).record["status"] == "interrupted"


def test_a_training_that_breaks_is_recorded_as_failed(trainer, run):
    def broken(step, loss):
        raise RuntimeError("too warm")

    with pytest.raises(RuntimeError):
        session.train(trainer, run, 0, on_epoch=silent, on_step=broken)

    kept = record.read(run.path).record
    assert (kept["status"], kept["error"]) == ("failed", "RuntimeError: too warm")


def test_a_loss_that_is_no_number_stops_and_is_null_in_the_record(trainer, run):
    """The second step has gradients that overflow: the first one moved every weight by 1e30."""
    trainer.model.optimizer.learning_rate = 1e30
    trainer._optimizer_at_start = [variable.numpy() for variable in trainer.model.optimizer.variables]

    with pytest.raises(Diverged) as told:
        session.train(trainer, run, 0, on_epoch=silent, on_step=silent)

    kept = record.read(run.path)
    assert told.value.what == "The loss is no longer a number at step 2 (epoch 1)."
    assert re.match(r"The gradient of \S+/bias \(and \d more\) is not finite at step 2; ", told.value.why)
    assert (kept.record["status"], kept.record["loss"], kept.rows()[0]["loss"]) == ("failed", None, None)
    assert not (run.path / "checkpoint.npz").exists(), "a checkpoint of weights that are no numbers would be of no use"


@pytest.mark.parametrize(("model", "beside"), [("gan", "discriminator"), ("vae", "encoder")])
def test_a_broken_gradient_is_looked_for_in_the_loss_that_the_model_has_itself(model, beside, keras):
    """What is drawn knows nothing of the network beside it; the loss does, and so does every weight that it moves."""
    one = Trainer(model, draw_points.make(), Recipe(steps=1, batch_size=8), width=4)
    x, y = one.task.batches(0, 0, 0, 8)
    assert divergence._look(one, x, y)[0] == []

    last = getattr(one.model, beside).trainable_variables[-1]  # a bias: after it comes nothing but the loss
    last.assign(np.full(last.shape, np.nan, "float32"))

    assert last.path in divergence._look(one, x, y)[0]
    assert np.isfinite(one.predict(x)).all()


def too_fast(trainer):
    """The rate is infinite in 32 bits: the first step makes every weight infinite, after its loss was computed."""
    trainer.model.optimizer.learning_rate = 1e300
    trainer._optimizer_at_start = [variable.numpy() for variable in trainer.model.optimizer.variables]
    return trainer


def test_weights_that_are_no_numbers_are_no_success_and_no_checkpoint_though_the_loss_is_one(keras, run):
    one = too_fast(Trainer("mlp", digits.make(), Recipe(steps=1, batch_size=8)))

    with pytest.raises(Diverged) as told:
        session.train(one, run, 0, on_epoch=silent, on_step=silent)

    kept = record.read(run.path).record
    assert told.value.what == "A weight is no longer a number after step 1 (epoch 1)."
    assert re.match(r"The weight \S+ is no number after step 1\.", told.value.why)
    assert (kept["status"], kept["diverged"]) == ("failed", True)
    assert math.isfinite(kept["loss"])
    assert not (run.path / "checkpoint.npz").exists()


def test_the_first_weight_that_is_no_number_is_told_before_any_gradient(keras, run):
    """The loss is no number only at the second step; what went first is a weight, after the first."""
    one = too_fast(Trainer("mlp", digits.make(), Recipe(steps=4, batch_size=8)))

    with pytest.raises(Diverged, match="at step 2") as told:
        session.train(one, run, 0, on_epoch=silent, on_step=silent)

    assert re.match(r"The weight \S+ is no number after step 1\.", told.value.why)


def test_a_training_of_the_rest_of_a_group_that_diverges_is_no_success(keras):
    one = too_fast(Trainer("mlp", digits.make(), Recipe(steps=4, batch_size=8)))

    with pytest.raises(Diverged, match="at step 2"):
        session.train(one, None, 0, on_epoch=silent, on_step=silent)


def test_a_checkpoint_with_a_weight_that_is_no_number_is_not_gone_on_with(trainer, run):
    weight = trainer.model.trainable_variables[0]
    weight.assign(weight.numpy() * math.nan)
    checkpoint.save(run.path / checkpoint.FILE, trainer, Position([0.5], 1.0))

    with pytest.raises(Diverged, match="is of a training that diverged") as told:
        session.restored(trainer, run)

    assert weight.path in told.value.why


@pytest.mark.parametrize("at", [2, 6])
def test_ctrl_c_while_the_record_is_written_comes_too_late_to_change_it(at, trainer, run, monkeypatch):
    """After a first Ctrl-C at step 2, and after the last step."""
    finish = type(run).finish

    def finished(self, *args, **changes):
        os.kill(os.getpid(), signal.SIGINT)
        finish(self, *args, **changes)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(type(run), "finish", finished)

    done = session.train(
        trainer, run, 0, on_epoch=silent,
        on_step=lambda step, loss: os.kill(os.getpid(), signal.SIGINT) if step == at else None,
    )  # fmt: skip

    assert done["status"] == record.read(run.path).record["status"] == {2: "interrupted", 6: "done"}[at]
    assert (run.path / "model.keras").is_file()


def test_a_batch_that_holds_no_numbers_is_told_as_the_cause(keras, run):
    """The third batch of the epoch."""
    task = adding.make(length=5)

    def batches(seed, epoch, index, size):
        x, y = task.batches(seed, epoch, index, size)
        if index == 2:
            x[0, 0, 0] = math.nan
        return x, y

    one = Trainer("lstm", dataclasses.replace(task, batches=batches), Recipe(steps=6, batch_size=8), units=4)

    with pytest.raises(Diverged, match="at step 3") as told:
        session.train(one, run, 0, on_epoch=silent, on_step=silent)

    assert told.value.why == "The input of that batch holds 1 values that are no numbers."


def test_arrays_hold_the_loss_of_every_step_and_the_answers(trainer, run):
    done = session.train(trainer, run, 0, on_epoch=silent, on_step=silent)

    with np.load(run.path / "arrays.npz") as arrays:
        assert len(arrays["loss"]) == 6
        assert arrays["loss"].mean() == pytest.approx(done["loss"])
        assert arrays["answer"].shape == arrays["prediction"].shape == (500, 1)


def test_the_rest_of_a_group_keeps_no_record(trainer, home):
    assert session.train(trainer, None, 0, on_epoch=silent, on_step=silent)["steps"] == 6
    assert not home.exists() or not any((home / "runs").glob("*"))


def test_the_handler_of_ctrl_c_is_put_back():
    before = signal.getsignal(signal.SIGINT)

    with session.asked_to_stop():
        assert signal.getsignal(signal.SIGINT) is not before

    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_nobody_asks_to_stop():
    answers = []

    def work():
        with session.asked_to_stop() as stop:
            answers.append(stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert answers == [False]
