"""One recorded training: its run folder, and a Ctrl-C that stops cleanly."""

from __future__ import annotations

import contextlib
import math
import signal
import threading
from collections.abc import Callable, Iterator

from kdl import catalog
from kdl.backend import start
from kdl.errors import Interrupted
from kdl.runs.record import Run, replacing
from kdl.train.fit import Trainer


def train(trainer: Trainer, run: Run, seed: int, *, on_epoch: Callable, on_step: Callable) -> dict:
    """Train, and keep in the run's folder what comes of it.

    `metrics.jsonl` grows by a line per epoch. At the end, and at a Ctrl-C, `model.keras` is saved and `run.json` says how
    it ended. A second Ctrl-C breaks off at once, without the model.

    Args:
        on_epoch, on_step: see `Trainer.run`.

    Returns:
        What `Trainer.run` returns, and status: "done", or "interrupted" where Ctrl-C came before the last step.

    Raises:
        Interrupted: a second Ctrl-C, or one while the model was being saved.
        EnvironmentProblem: the model or the record cannot be written.
    """

    def log(row: dict) -> None:
        run.log(**finite(row))
        on_epoch(row)

    try:
        with asked_to_stop() as stop:
            result = trainer.run(seed, on_epoch=log, on_step=on_step, stop=stop)
        with replacing(run.path / "model.keras") as scratch:
            trainer.model.save(scratch)
    except KeyboardInterrupt as stop:
        run.give_up("interrupted")
        again = run.record.get("command")
        raise Interrupted(
            "Broken off at once; the model is not saved.",
            why=f"The record of the epochs so far is in {run.path}.",
            fix=again and f"To start over: {again}",
        ) from stop
    except BaseException as error:
        run.give_up(error=f"{type(error).__name__}: {error}")
        raise
    stopped = result["steps"] < trainer.recipe.steps and math.isfinite(result["loss"])
    result["status"] = "interrupted" if stopped else "done"
    run.finish(**finite(result))
    return result


def finite(row: dict) -> dict:
    """JSON knows no NaN and no infinity: None stands for a number that diverged."""
    return {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}


def load(run: Run):
    """The `keras.Model` that a run saved.

    Keras finds the classes of a file only when the module that defines them has been imported, so this imports it.
    """
    keras = start()
    catalog.load(catalog.find("model", run.record["what"]))
    return keras.models.load_model(run.path / "model.keras")


@contextlib.contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Inside, a first Ctrl-C only turns the yielded function's answer to True; a second one raises KeyboardInterrupt."""
    asked = threading.Event()

    def first(number, frame):
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set  # signals reach the main thread only
        return
    before = signal.signal(signal.SIGINT, first)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
