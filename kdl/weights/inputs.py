"""What a model of texts is asked, checked before it is: a backend may answer a number out of range with a wrong row."""

from __future__ import annotations

import numpy as np

from kdl.errors import UsageProblem


def checked(model, given: dict) -> dict[str, np.ndarray]:
    """Each input that the model has as an int32 array (B, T); what was not given is filled in.

    Args:
        model: `bert`, `gpt-1` or `gpt-2`.
        given: tokens, segments and mask, (B, T) or None.

    Raises:
        UsageProblem: an input that the model does not take, of another shape, or with a number out of its range.
    """
    layers = {layer.name: layer for layer in model.layers}
    if not {"token_embedding", "position_embedding", "hidden"} <= set(layers):
        raise UsageProblem(f"{model.name} is no model that `weights.run` can ask.", fix="Ask one that `weights.load` gave.")
    names = [one.name for one in model.inputs]
    for name, value in given.items():
        if value is not None and name not in names:
            fix = f"It takes {', '.join(names)}; `weights.load` builds it with all that it can take."
            raise UsageProblem(f"This {model.name.replace('_', '-')} takes no {name}.", fix=fix)
    arrays = {name: _array(name, value) for name, value in given.items() if value is not None}
    shape, longest = arrays["tokens"].shape, layers["position_embedding"].length
    if len(shape) != 2 or 0 in shape or shape[1] > longest:
        raise UsageProblem(f"tokens must have the shape (B, T), with T from 1 to {longest}. Received: {shape}")
    arrays = {"segments": np.zeros(shape, np.int32), "mask": np.ones(shape, np.int32)} | arrays
    most = {"tokens": layers["token_embedding"].input_dim, "mask": 2}
    if "segment_embedding" in layers:
        most["segments"] = layers["segment_embedding"].input_dim
    return {name: _whole(name, arrays[name], shape, most[name]) for name in names}


def _array(name: str, value) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise UsageProblem(f"{name} must be whole numbers (B, T).", why="Its rows are of different lengths.") from error


def _whole(name: str, array: np.ndarray, shape: tuple, most: int) -> np.ndarray:
    """Whole numbers from 0 and below `most`, in that shape."""
    if array.shape != shape or array.dtype.kind not in "iub":
        raise UsageProblem(f"{name} must be whole numbers of shape {shape}. Received: {array.dtype} {array.shape}")
    if array.min() < 0 or array.max() >= most:
        wrong = int(array.min() if array.min() < 0 else array.max())
        raise UsageProblem(f"{name} must be from 0 to {most - 1}. Received: {wrong}")
    return array.astype(np.int32)
