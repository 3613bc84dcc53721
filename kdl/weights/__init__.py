"""Bring public checkpoints in: a folder as Hugging Face saves it -> a model of kdl that gives the same answers.

    model = weights.load("gpt-2", "folder")
    weights.run(model, tokens=[[5, 17, 2]])["logits"]            (B, T, V)

A checkpoint is three things: sizes (config.json), names, and arrays. Names are the whole difficulty. Two programs compute
the same function and call its parts differently, turn a matrix, or put three side by side; so each family has a file here
that says what is called what: bert.py, gpt_1.py, gpt_2.py. The rest is the reading of files that may come from anybody:

    ../files.py      a plain file in its folder; JSON that says one thing
    safetensors.py   the format of the arrays
    folder.py        one file or several with an index
    config.py        sizes in bounds, and no option ignored that changes an answer
    mapping.py       every weight once, none missing, none left over
    room.py          what loading takes in memory
    plan.py          all of that before a model is built
    inputs.py        what a model is asked, in shape and in range
    hub.py           the one way that uses the network, and only when asked

Nothing here runs or unpickles what a file holds.
"""

from __future__ import annotations

from pathlib import Path

from kdl import catalog
from kdl.weights import inputs, mapping, plan

__all__ = ["built", "load", "run"]


def load(model_id: str, path: str | Path, takes: tuple[str, ...] | None = None):
    """The `keras.Model` of a checkpoint, in float32 whatever it is stored in.

    Args:
        model_id: `bert`, `gpt-1` or `gpt-2`.
        path: the folder.
        takes: what the model is called with, see its `build`; None: all that it can take.

    Returns:
        The model; `run` asks it. One saved without the head that it needs gives the hidden states (B, T, D).

    Raises:
        NotFound, UsageProblem: see `plan.made`; the folder, a file, a key or a weight is not as it must be.
    """
    return built(plan.made(model_id, Path(path)), takes)


def built(read: mapping.Plan, takes: tuple[str, ...] | None = None):
    """The model of a plan; see `load`."""
    from kdl.backend import start

    start()
    its = plan.family(read.model_id)
    model = catalog.build(read.model_id, **read.sizes, inputs=takes or its.INPUTS)
    mapping.fill(model, read)
    if not read.has_head:
        return _without_head(model)
    return model if read.head is None else _with_head(model, its, mapping.array(its.OUTPUT, read.head))


def _without_head(model):
    import keras

    return keras.Model(model.input, model.get_layer("hidden").output, name=model.name)


def _with_head(model, its, matrix):
    """The model with a matrix (V, D) of its own in the head, in place of that of the tokens."""
    import keras

    head = keras.layers.Dense(len(matrix), use_bias=False, name="own_head")
    logits = head(model.get_layer(its.READS).output)  # (B, T, V)
    head.kernel.assign(matrix.T)
    if its.ADDS:
        logits = model.get_layer(its.ADDS)(logits)
    return keras.Model(model.input, logits, name=model.name)


def run(model, *, tokens, segments=None, mask=None) -> dict:
    """What a model answers to texts.

    Args:
        model: as `load` gives it.
        tokens: (B, T), whole numbers.
        segments: (B, T); None: all 0.
        mask: (B, T), 1 where a token is real; None: all are. BERT that takes no mask hides its `pad_id` instead.

    Returns:
        {"hidden": (B, T, D), "logits": (B, T, V)}, float32; without "logits" where the model has no head. Places that are
        not real hold numbers that mean nothing.

    Raises:
        UsageProblem: an input that the model does not take, of another shape, or with a number out of its range.
    """
    import keras
    import numpy as np

    given = inputs.checked(model, {"tokens": tokens, "segments": segments, "mask": mask})
    outputs = {"hidden": model.get_layer("hidden").output}
    if model.output is not outputs["hidden"]:
        outputs["logits"] = model.output
    answer = keras.Model(model.input, outputs)(given if isinstance(model.input, dict) else given["tokens"], training=False)
    return {name: np.asarray(keras.ops.convert_to_numpy(value), np.float32) for name, value in answer.items()}
