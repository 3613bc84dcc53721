"""One recorded training: its run folder, and a Ctrl-C that stops cleanly."""

from __future__ import annotations

import contextlib
import math
import signal
import threading
from collections.abc import Callable, Iterator

from kdl import catalog
from kdl.backend import start
from kdl.runs.record import Run, writing
from kdl.train.fit import Trainer


def train(trainer: Trainer, run: Run, seed: int, *, on_epoch: Callable, on_step: Callable) -> dict:
    """Train, and keep in the run's folder what comes of it.

    `metrics.jsonl` grows by a line per epoch. At the end, and at a Ctrl-C, `model.keras` is saved and `run.json` says how
    it ended. A second Ctrl-C breaks off at once.

    Args:
        on_epoch, on_step: see `Trainer.run`.

    Returns:
        What `Trainer.run` returns, and status: "done", or "interrupted" where Ctrl-C came before the last step.
    """

    def log(row: dict) -> None:
        run.log(**finite(row))
        on_epoch(row)

    try:
        with asked_to_stop() as stop:
            result = trainer.run(seed, on_epoch=log, on_step=on_step, stop=stop)
        with writing(run.path / "model.keras") as path:
            trainer.model.save(path)
    except BaseException as error:
        run.finish("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
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
