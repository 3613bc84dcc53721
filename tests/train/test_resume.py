"""A training that goes on from its checkpoint ends bit for bit as one that never stopped: dropout and shuffling included."""

import json
import os
import signal

import numpy as np
import pytest

from kdl import catalog
from kdl.errors import BadContent, EnvironmentProblem, UsageProblem
from kdl.runs import record
from kdl.tasks import names_text
from kdl.train import checkpoint, session
from kdl.train.fit import Position, Trainer
from kdl.train.recipe import Recipe

on_both_backends = pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])

TASK = names_text.make()
BATCH = TASK.examples // 3  # three steps an epoch
STEPS = 8  # two whole epochs and a short one


def silent(*args):
    pass


def trainer(steps=STEPS, **sizes):
    """Two LSTM layers with dropout, whose seed generators are state; the names are shuffled anew in every epoch."""
    sizes = {"units": 3, "num_layers": 2, "dropout": 0.4, **sizes}
    return Trainer("char-rnn", TASK, Recipe(steps=steps, batch_size=BATCH, learning_rate=0.01), **sizes)


def new_run(seed=4):
    return record.create("train", "char-rnn", seed=seed)


def interrupt_at(step):
    return lambda now, loss: os.kill(os.getpid(), signal.SIGINT) if now == step else None


def outcome(run) -> dict:
    """Everything that must be equal: the final state of all variables, every loss, every row but for its time."""
    with np.load(run.path / checkpoint.FILE) as file:
        state = {name: file[name].tobytes() for name in file.files if name != "head"}
        head = json.loads(str(file["head"]))
    kept = record.read(run.path)
    with np.load(run.path / "arrays.npz") as file:
        arrays = {name: file[name].tobytes() for name in file.files}
    rows = [{key: value for key, value in row.items() if key != "seconds"} for row in kept.rows()]
    return {
        "state": state,
        "place": [head[key] for key in ("epoch", "index", "stage")],
        "arrays": arrays,
        "rows": rows,
        "result": [kept.record[key] for key in ("score", "loss", "steps", "status")],
    }


@pytest.fixture
def uninterrupted(keras):
    run = new_run()
    session.train(trainer(), run, 4, on_epoch=silent, on_step=silent)
    return outcome(run)


@on_both_backends
@pytest.mark.parametrize("step", [1, 3, 4, 7])
def test_a_run_that_was_stopped_and_goes_on_equals_one_that_was_not(backend, step, uninterrupted):
    """Stopped in the first epoch, at the end of one, at the start of the next, in the short last one."""
    run = new_run()
    stopped = session.train(trainer(), run, 4, on_epoch=silent, on_step=interrupt_at(step))
    assert (stopped["status"], stopped["steps"]) == ("interrupted", step)

    again = trainer()  # as a new process would make it
    run = record.find(run.id)
    run.begin()
    position = session.restored(again, run)
    done = session.train(again, run, 4, on_epoch=silent, on_step=silent, position=position)

    assert done["status"] == "done"
    assert outcome(run) == uninterrupted


def test_seed_generators_are_part_of_the_state(keras):
    """Without them dropout would begin afresh; Keras's own weight files leave them out."""
    one = trainer()
    paths = [variable.path for variable in checkpoint._variables(one)]

    assert sum("seed_generator" in path for path in paths) >= 2, "one for each layer that drops out"
    assert any("iteration" in path for path in paths)


def test_a_run_without_a_checkpoint_begins_at_its_beginning(keras):
    run = new_run()
    run.log(epoch=1, step=3, loss=1.0)  # killed after the line and before the checkpoint

    assert session.restored(trainer(), run) is None
    assert run.rows() == []


def test_the_record_is_cut_back_to_the_checkpoint(keras):
    """The line of an epoch is written before its checkpoint; a kill between the two leaves a line too many."""
    run, one = new_run(), trainer()
    session.train(one, run, 4, on_epoch=silent, on_step=interrupt_at(4))
    assert [row["step"] for row in run.rows()] == [3, 4], "a whole epoch and the step of the one that was stopped"

    position = session.restored(trainer(), run)

    assert position.step == 4
    assert [row["step"] for row in run.rows()] == [3]


def test_a_process_that_dies_while_it_writes_leaves_the_checkpoint_before(keras, tmp_path, monkeypatch):
    one, path = trainer(), tmp_path / checkpoint.FILE
    one.reset(0)
    checkpoint.save(path, one, Position([0.5], 1.0))
    before = path.read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record.os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match=r"checkpoint\.npz cannot be written"):
        checkpoint.save(path, one, Position([0.5, 0.4], 2.0))

    assert path.read_bytes() == before


def test_a_checkpoint_of_another_model_is_refused_and_stays(keras, tmp_path):
    path = tmp_path / checkpoint.FILE
    checkpoint.save(path, trainer(), Position([0.5], 1.0))
    before = path.read_bytes()

    with pytest.raises(UsageProblem, match="is of another model"):
        checkpoint.restore(path, trainer(units=4))

    assert path.read_bytes() == before


def test_a_checkpoint_of_other_versions_is_refused_with_both(keras, tmp_path, monkeypatch):
    path = tmp_path / checkpoint.FILE
    monkeypatch.setattr(checkpoint, "versions", lambda: {"keras": "2.0", "backend": "tensorflow"})
    checkpoint.save(path, trainer(), Position([0.5], 1.0))
    monkeypatch.setattr(checkpoint, "versions", lambda: {"keras": "3.0", "backend": "tensorflow"})

    with pytest.raises(UsageProblem) as refused:
        checkpoint.restore(path, trainer())

    assert refused.value.why == "keras 2.0, here 3.0."


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a zip file", b"text"])
def test_a_damaged_checkpoint_is_bad_content(content, keras, tmp_path):
    path = tmp_path / checkpoint.FILE
    path.write_bytes(content)

    with pytest.raises(BadContent, match="is damaged"):
        checkpoint.restore(path, trainer())


def test_the_order_of_the_data_depends_on_seed_and_epoch_alone():
    """Asking for a batch twice, or for others between, changes nothing."""
    first = TASK.batches(4, 1, 2, BATCH)[0]
    TASK.batches(4, 0, 0, BATCH)

    np.testing.assert_array_equal(TASK.batches(4, 1, 2, BATCH)[0], first)
    assert (TASK.batches(4, 2, 2, BATCH)[0] != first).any()
    assert (TASK.batches(5, 1, 2, BATCH)[0] != first).any()


@pytest.mark.slow
@pytest.mark.content
@pytest.mark.parametrize("name", sorted(catalog.models()))
def test_a_model_with_dropout_has_a_seed_of_its_own(name, keras):
    """A layer that drew from Keras's global seed could not be resumed: that one is in no model's variables."""
    from keras.src.backend.common import global_state

    card = catalog.find("model", name)
    task = catalog.load(catalog.find("task", next(iter(card.tasks)))).make()
    one = Trainer(name, task, Recipe(steps=1, batch_size=2))
    global_state.set_global_attribute("global_seed_generator", None)
    one.run(0)
    assert global_state.get_global_attribute("global_seed_generator") is None
