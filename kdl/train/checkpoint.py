"""The state of a training in one file, from which it goes on bit for bit: variables, seed states, optimizer, position.

The file is replaced as a whole, so that a process killed at any moment leaves the last one intact. Keras's own formats
leave out the states of seed generators, without which dropout would begin afresh.
"""

from __future__ import annotations

import json
from pathlib import Path

from kdl.backend import versions
from kdl.errors import BadContent, UsageProblem
from kdl.runs.record import replacing
from kdl.train.fit import Position, Trainer

SCHEMA = "kdl.checkpoint/1"
FILE = "checkpoint.npz"
BITS = ("kdl", "keras", "backend", "tensorflow", "jax", "numpy")  # versions that a later bit may depend on


def save(path: Path, trainer: Trainer, position: Position) -> None:
    """Write all that the next step depends on.

    Raises:
        EnvironmentProblem: the disk is full; the checkpoint before this one is still there.
    """
    import numpy as np

    where = trainer.plan.epoch(position.step)
    head = {
        "schema": SCHEMA,
        "model": trainer.name,
        "optimizer": _optimizer(trainer),
        "versions": _versions(),
        "variables": [variable.path for variable in _variables(trainer)],
        "epoch": where.number,
        "index": position.step - where.begin,
        "stage": trainer.stage,
        "seconds": position.seconds,
    }
    arrays = {f"v{number}": variable.numpy() for number, variable in enumerate(_variables(trainer))}
    with replacing(path) as scratch:
        np.savez(scratch, head=np.array(json.dumps(head)), losses=np.array(position.losses, np.float64), **arrays)


def restore(path: Path, trainer: Trainer) -> Position:
    """Put the state into the trainer's variables.

    Raises:
        BadContent: no checkpoint, or a damaged one.
        UsageProblem: one of another model, or made by other versions.
    """
    import numpy as np

    fix = f"What is left of that run is in {path.parent}; start it again from the beginning."
    try:
        with np.load(path, allow_pickle=False) as file:
            head, arrays = json.loads(str(file["head"])), {name: file[name] for name in file.files}
            found = head["schema"], head["model"], head["versions"], head["variables"], head["stage"], head["seconds"]
    except Exception as error:  # NumPy, zipfile and json raise what they like on a damaged file
        why = "is not there" if not path.exists() else f"is damaged: {error}"
        raise BadContent(path, 1, why, fix=fix) from error
    schema, model, made_by, names, stage, seconds = found
    if schema != SCHEMA or made_by != _versions():
        now = {"schema": SCHEMA, **_versions()}
        other = [
            f"{key} {old}, here {now.get(key)}" for key, old in {"schema": schema, **made_by}.items() if old != now.get(key)
        ]
        raise UsageProblem(f"{path} was made by other versions.", why=f"{'; '.join(other)}.", fix=fix)
    trainer.enter(stage) if stage != trainer.stage else None
    variables = _variables(trainer)
    kept = [arrays.get(f"v{number}") for number in range(len(names))]
    fits = len(kept) == len(variables) and all(
        old is not None and tuple(old.shape) == tuple(new.shape) for old, new in zip(kept, variables, strict=True)
    )
    if model != trainer.name or not fits:
        raise UsageProblem(
            f"{path} is of another model.",
            why=f"It holds {len(names)} variables of {model}; {trainer.name} has {len(variables)}, or other shapes.",
            fix=fix,
        )
    optimizer = head.get("optimizer", "Adam")  # there was no other when none was named
    if optimizer != _optimizer(trainer):
        why = f"It holds the moments of {optimizer}; this training has {_optimizer(trainer)}."
        raise UsageProblem(f"{path} is of another optimizer.", why=why, fix=fix)
    with trainer.replicas.scope():
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
    trainer.model.reset_metrics()
    return Position([float(loss) for loss in arrays["losses"]], seconds)


def _variables(trainer: Trainer) -> list:
    """Weights, states of layers, seed generators; then the optimizer's step, rate and moments."""
    return [*trainer.model.variables, *trainer.model.optimizer.variables]


def _optimizer(trainer: Trainer) -> str:
    return type(trainer.model.optimizer).__name__


def _versions() -> dict:
    return {name: value for name, value in versions().items() if name in BITS}
