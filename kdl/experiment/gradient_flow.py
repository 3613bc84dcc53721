"""How much the loss still depends on what a recurrent network remembered d steps before the end.

The state that a network carries from step t to step t + 1 (h of a simple RNN; h and c of an LSTM) is nudged at every t
at once by a small e_t, and the loss is differentiated by all of them:

    g_d = mean over the batch of || dL / d state_{T-d} ||,   d = 0 .. T - 1

The derivative runs through every step in between, so g_d is what backpropagation through time has left after d steps.
"""

from __future__ import annotations

import math


def through_time(model, x, y) -> list[float]:
    """Gradient norms of the squared error by the distance from the last step: g_0, g_1, ..., g_{T-1}.

    Args:
        model: a keras.Model (B, T, M) -> (B, O) whose layer "recurrence" is a `keras.layers.RNN` and whose layer "head"
            reads its last output. It is not changed.
        x: inputs (B, T, M).
        y: targets (B, O).

    Returns:
        T numbers; each is a norm over the whole state of one sequence, averaged over the batch.
    """
    import numpy as np

    from kdl.backend import start, value_and_grad

    ops = start().ops
    cell, head = model.get_layer("recurrence").cell, model.get_layer("head")
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    batch, length = x.shape[0], x.shape[1]
    sizes = cell.state_size if isinstance(cell.state_size, list | tuple) else [cell.state_size]

    def loss(*nudges):  # one (T, B, N) for each part of the state
        states = [ops.zeros((batch, size)) for size in sizes]
        for step in range(length):
            _, states = cell(x[:, step], states)
            states = [state + nudge[step] for state, nudge in zip(states, nudges, strict=True)]
        last = states[0]  # (B, N): h comes first, and the head reads it
        return ops.sum(ops.square(head(last) - y))  # a sum, so that each sequence has the gradient of its own loss

    _, gradients = value_and_grad(loss, *[ops.zeros((length, batch, size)) for size in sizes])
    whole = np.concatenate([ops.convert_to_numpy(gradient) for gradient in gradients], axis=-1)  # (T, B, N or 2N)
    norms = np.linalg.norm(whole, axis=-1).mean(axis=-1)  # (T)
    return [float(norm) for norm in norms[::-1]]


class Share(list):
    """The mean curve of several seeds.

    Attributes:
        seeds: how many curves there were.
        left_out: how many of them had no finite gradient, as those of a run that diverged, and are not in the mean.
    """

    def __init__(self, values, seeds: int, left_out: int):
        super().__init__(values)
        self.seeds, self.left_out = seeds, left_out


def told(shares: list[float]) -> str:
    """`0.55 left 49 steps back`: the end of a curve that begins at 1; or that it diverged; and what was left out."""
    if not shares or not _finite(shares[-1]):
        return "diverged"
    said = f"{shares[-1]:.2g} left {len(shares) - 1} steps back"
    left_out = getattr(shares, "left_out", 0)
    return f"{said} ({left_out} of {shares.seeds} seeds left out: diverged)" if left_out else said


def share_left(curves: list[list[float | None]]) -> Share:
    """g_d / g_0 by d, as the geometric mean over several seeds (the mean on a logarithmic axis). Empty for no curves.

    A seed with a norm that is not finite or None, or that begins at 0, is left out; where none remains all values are NaN.
    """
    import numpy as np

    if not curves:
        return Share([], 0, 0)
    norms = np.array(curves, dtype=float)  # (seeds, T)
    kept = norms[np.isfinite(norms).all(axis=1) & (norms[:, 0] > 0)]
    left_out = len(norms) - len(kept)
    if not len(kept):
        return Share([math.nan] * norms.shape[1], len(norms), left_out)
    with np.errstate(divide="ignore"):  # a norm of 0 makes the mean 0
        return Share(np.exp(np.log(kept / kept[:, :1]).mean(axis=0)).tolist(), len(norms), left_out)


def _finite(norm: float | None) -> bool:
    return norm is not None and math.isfinite(norm)
