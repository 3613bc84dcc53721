"""How much of the loss's gradient each convolution of a network gets, from the first to the last.

    g_k = || dL / dK_k ||,   k = 1 .. number of convolutions

with L the mean loss over a batch, and batch normalisation as it is while a network trains: by the mean and variance of
this batch, through which the derivative runs too. A gradient that vanishes on its way back leaves a small g_1.
"""

from __future__ import annotations


def by_convolution(model, x, y) -> list[float]:
    """The norm of the cross-entropy's gradient by each kernel: g_1, g_2, ..., in the order of the model's layers.

    Args:
        model: a keras.Model (B, H, W, C) -> logits (B, O) with `keras.layers.Conv2D` layers. It is not changed: its moving
            averages stay as they are.
        x: pictures (B, H, W, C).
        y: the right classes (B,).

    Raises:
        ValueError: it has no convolution.
    """
    import numpy as np

    from kdl.backend import start, value_and_grad

    keras = start()
    ops, weights = keras.ops, model.trainable_variables
    others = [variable.value for variable in model.non_trainable_variables]
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    if not kernels:
        raise ValueError(f"the model must have a Conv2D layer. Received: layers={[layer.name for layer in model.layers]}")

    def loss(*values):
        logits, _ = model.stateless_call(values, others, x, training=True)  # (B, O); new moving averages are dropped
        return ops.mean(ops.sparse_categorical_crossentropy(y, logits, from_logits=True))

    _, found = value_and_grad(loss, *[variable.value for variable in weights])
    gradients = {id(variable): gradient for variable, gradient in zip(weights, found, strict=True)}
    return [float(np.linalg.norm(np.float64(ops.convert_to_numpy(gradients[id(kernel)])))) for kernel in kernels]
