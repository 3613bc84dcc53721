"""One recorded training: its run folder, its checkpoints, and a Ctrl-C that stops cleanly."""

from __future__ import annotations

import contextlib
import math
import signal
import threading
from collections.abc import Callable, Iterator

from kdl.backend.replicas import GroupGone
from kdl.errors import INTERRUPTED, OUR_BUG, Diverged, Interrupted, KdlError
from kdl.runs.record import Run, replacing
from kdl.train import checkpoint, divergence
from kdl.train.fit import CHUNK, Position, Trainer


def train(
    trainer: Trainer, run: Run | None, seed: int, *, on_epoch: Callable, on_step: Callable, position: Position | None = None
) -> dict:
    """Train, and keep in the run's folder what comes of it.

    `metrics.jsonl` grows by a line per epoch, and `checkpoint.npz` is replaced after it. At the end, and at a Ctrl-C,
    `model.keras` and `arrays.npz` are saved and `run.json` says how it ended. A second Ctrl-C breaks off at once.

    Args:
        run: where to keep it; None in a group of hosts for all but the first process.
        on_epoch, on_step: see `Trainer.run`.
        position: of a training that goes on, as `restored` returns it.

    Returns:
        What `Trainer.run` returns, and status: "done", or "interrupted" where Ctrl-C came before the last step.

    Raises:
        Diverged: the loss, or a weight, is no longer a number.
        Interrupted: a second Ctrl-C, or one while the model was being saved.
        EnvironmentProblem: the model or the record cannot be written.
    """
    if run is None:
        with _group(trainer):
            with asked_to_stop() as stop:
                result = trainer.run(seed, on_epoch=on_epoch, on_step=on_step, stop=stop, position=position)
            return _judged(trainer, run, seed, result)
    losses = position.losses if position else []

    def log(row: dict) -> None:
        run.log(**finite(row))
        on_epoch(row)

    def keep(now: Position) -> None:
        nonlocal losses
        losses = now.losses
        checkpoint.save(run.path / checkpoint.FILE, trainer, now)

    with contextlib.ExitStack() as way_out, _group(trainer), _accounted(run):
        with asked_to_stop() as stop:
            result = trainer.run(seed, on_epoch=log, on_step=on_step, stop=stop, position=position, keep=keep)
        result = _judged(trainer, run, seed, result)
        _save(trainer, run, seed, losses)
        way_out.enter_context(_deaf())  # a Ctrl-C from here on would come too late to undo what is written
        run.finish(**finite(result))
    return result


def _judged(trainer: Trainer, run: Run | None, seed: int, result: dict) -> dict:
    """The result with its status; raises Diverged where it is not made of numbers."""
    if not math.isfinite(result["loss"]) or trainer.broken():
        error = divergence.explained(trainer, run, seed, result["steps"], result["loss"])
        if run:
            with _deaf():
                run.give_up(error=f"{error.what} {error.why}", diverged=True, **finite(result))
        raise error
    return {**result, "status": "done" if result["steps"] == trainer.recipe.steps else "interrupted"}


@contextlib.contextmanager
def _group(trainer: Trainer) -> Iterator[None]:
    """A process that breaks off does not wait for the others of its group at its exit."""
    try:
        yield
    except Diverged:  # all of them, at the same step
        raise
    except KdlError as error:
        trainer.replicas.leave(error.exit_code)
        raise
    except KeyboardInterrupt:
        trainer.replicas.leave(INTERRUPTED)
        raise
    except BaseException:
        trainer.replicas.leave(OUR_BUG)
        raise


@contextlib.contextmanager
def _accounted(run: Run) -> Iterator[None]:
    """Whatever breaks off the block is written into the run's record."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        with _deaf():
            run.give_up("interrupted")
        raise Interrupted(
            "Broken off at once; the model is not saved.",
            why=f"The record up to the last epoch is in {run.path}.",
            fix=f"To go on from there: kdl train --resume {run.typed}",
        ) from stopped
    except GroupGone as error:
        again = f"kdl train --resume {run.typed} --hosts ... --process I"
        error.fix = f"Start all processes again; each goes on from the last checkpoint with: {again}"
        with _deaf():
            run.give_up("interrupted", error=f"{error.what} {error.why}")
        raise
    except Diverged:  # its numbers are in the record already
        raise
    except BaseException as error:
        with _deaf():
            run.give_up(error=f"{type(error).__name__}: {error}")
        raise


def restored(trainer: Trainer, run: Run, *, write: bool = True) -> Position | None:
    """Put the trainer where the run's last checkpoint is, and cut the record back to it; None where there is none yet.

    Raises:
        BadContent, UsageProblem: the checkpoint cannot be used; see `checkpoint.restore`.
        Diverged: it holds weights that are no numbers.
    """
    path = run.path / checkpoint.FILE
    position = checkpoint.restore(path, trainer) if path.exists() else None
    weight = trainer.broken() if position else None
    if weight:
        what = f"The checkpoint of {run.id} is of a training that diverged."
        raise Diverged(what, why=f"The weight {weight} is no number.", fix=divergence.cure(run))
    step = position.step if position else 0
    whole = step if step >= trainer.recipe.steps else trainer.plan.epoch(step).begin
    if write:
        run.cut(lambda row: row["step"] <= whole)
    return position


def _save(trainer: Trainer, run: Run, seed: int, losses: list[float]) -> None:
    """model.keras; and arrays.npz: the loss of every step, and the answers to the first held-out examples."""
    import numpy as np

    with replacing(run.path / "model.keras") as scratch:
        trainer.model.save(scratch)
    x, y = (part[:CHUNK] for part in trainer.task.test(seed))
    with replacing(run.path / "arrays.npz") as scratch:
        np.savez(scratch, loss=np.array(losses), answer=y, prediction=trainer.predict(x))


def finite(row: dict) -> dict:
    """JSON knows no NaN and no infinity: None stands for a number that diverged."""
    return {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}


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


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Inside, Ctrl-C does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
