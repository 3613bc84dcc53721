"""Looks into a `stack` of kdl.pairs._networks, for contrasts of its parts: probes that `trained(probes=...)` takes.

All are `probe(model, x, y) -> [number for each hidden layer, first to last]`, or one number made of those.
"""


def gradients(model, x, y) -> list[float]:
    """|| dL / dW_k ||, k = 1 .. depth: the gradient's norm by each hidden layer's kernel; L is the mean cross-entropy.

    Args:
        model: a stack; it is not changed.
        x: pictures (B, H, W, C).
        y: the digits (B,).
    """
    import numpy as np

    from kdl.backend import start, value_and_grad

    ops = start().ops
    weights, others = model.trainable_variables, [variable.value for variable in model.non_trainable_variables]

    def loss(*values):
        logits, _ = model.stateless_call(values, others, x)  # (B, O)
        each = ops.sparse_categorical_crossentropy(y, logits, from_logits=True)  # (B)
        return ops.mean(each)

    _, found = value_and_grad(loss, *[variable.value for variable in weights])
    found = {id(variable): gradient for variable, gradient in zip(weights, found, strict=True)}
    return [float(np.linalg.norm(np.float64(ops.convert_to_numpy(found[id(layer.kernel)])))) for layer in _affine(model)]


def first_to_last(model, x, y) -> float:
    """The gradient's norm at the first hidden layer over that at the last."""
    norms = gradients(model, x, y)
    return norms[0] / norms[-1] if norms[-1] else float("nan")


def activations(model, x) -> list:
    """What each hidden layer gives: (B, units) in NumPy, first to last."""
    from kdl.backend import start

    ops, found = start().ops, []
    for layer in model.layers[1:]:
        x = layer(x)
        if layer.name.startswith("hidden_"):
            found.append(ops.convert_to_numpy(x))
    return found


def deviations(model, x, y) -> list[float]:
    """The standard deviation of what each hidden layer gives, over pictures and units."""
    import numpy as np

    return [float(np.float64(given).std()) for given in activations(model, x)]


def last_to_first(model, x, y) -> float:
    """The standard deviation of what the last hidden layer gives over that of the first."""
    found = deviations(model, x, y)
    return found[-1] / found[0] if found[0] else float("nan")


def _affine(model) -> list:
    return [layer for layer in model.layers if layer.name.startswith("affine_")]


def geometric(curves) -> list[float]:
    """The mean of several curves, as it is read on a logarithmic axis."""
    import numpy as np

    with np.errstate(divide="ignore"):  # a value of 0 makes the mean 0
        return np.exp(np.log(np.array(curves, dtype=float)).mean(axis=0)).tolist()
