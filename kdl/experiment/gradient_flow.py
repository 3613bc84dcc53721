"""How much the loss still depends on what a recurrent network remembered d steps before the end.

The state that a network carries from step t to step t + 1 (h of a simple RNN; h and c of an LSTM) is nudged at every t
at once by a small e_t, and the loss is differentiated by all of them:

    g_d = mean over the batch of || dL / d state_{T-d} ||,   d = 0 .. T - 1

The derivative runs through every step in between, so g_d is what backpropagation through time has left after d steps.
"""

from __future__ import annotations


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


def halves_every(norms: list[float]) -> float:
    """Over how many steps the gradient halves, from the straight line through the logarithms of its norms.

    Infinite where it does not shrink. Norms that are 0 (shrunk below the smallest float) are left out.
    """
    import numpy as np

    steps = np.array([step for step, norm in enumerate(norms) if norm > 0])
    if len(steps) < 2:
        return 0.0
    slope = np.polyfit(steps, np.log2([norms[step] for step in steps]), 1)[0]
    return float(-1 / slope) if slope < 0 else float("inf")


def told(norms: list[float]) -> str:
    """`halves every 4.85 steps`, or that it does not shrink."""
    steps = halves_every(norms)
    return "does not shrink" if steps == float("inf") else f"halves every {steps:.3g} steps"


def share_left(curves: list[list[float]]) -> list[float]:
    """g_d / g_0 by d, as the geometric mean over several seeds (the mean on a logarithmic axis). Empty for no curves."""
    import numpy as np

    if not curves:
        return []
    norms = np.array(curves, dtype=float)  # (seeds, T)
    with np.errstate(divide="ignore"):  # a norm of 0 makes the mean 0
        return np.exp(np.log(norms / norms[:, :1]).mean(axis=0)).tolist()
