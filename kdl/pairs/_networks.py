"""Plain networks for contrasts of a part: an activation, an initializer, a normalisation, a depth. No model of the notes.

A pair trains one with `trained(stack, "digits", sizes={"activation": "relu"}, ...)`, so that its arms differ in one word.
"""


def stack(
    *,
    shape,
    outputs,
    depth=2,
    units=64,
    activation="relu",
    initializer="glorot_uniform",
    bias="zeros",
    normalisation=None,
):
    """A picture (B, H, W, C), or anything else -> one number for each answer (B, O).

    Args:
        shape: of one example, without the batch.
        outputs: O; logits where they stand for classes.
        depth: hidden layers.
        units: in each of them.
        activation: what `keras.layers.Activation` takes, or a function.
        initializer: of the hidden layers' kernels; the answer's is always "glorot_uniform".
        bias: initializer of the hidden layers' biases.
        normalisation: None, "batch" or "layer": between the affine map and the activation.
    """
    import keras
    from keras import layers

    makes = {"batch": layers.BatchNormalization, "layer": layers.LayerNormalization}
    given = keras.Input(tuple(shape), name="input")
    x = layers.Flatten(name="flatten")(given)
    for number in range(1, depth + 1):
        x = layers.Dense(units, kernel_initializer=initializer, bias_initializer=bias, name=f"affine_{number}")(x)
        if normalisation:
            x = makes[normalisation](name=f"norm_{number}")(x)
        x = layers.Activation(activation, name=f"hidden_{number}")(x)  # (B, units)
    return keras.Model(given, layers.Dense(outputs, name="head")(x), name="stack")


def recurrence(*, features, outputs, units=32, activation="tanh", recurrent_initializer="orthogonal", length=None):
    """A sequence (B, T, M) -> one answer after its last step (B, O), by h_t = activation(x_t W + h_{t-1} U + b).

    Args:
        features: M, numbers per step.
        outputs: O, numbers to predict; logits where they stand for classes.
        units: N, size of the state.
        activation: "tanh", "relu", or a function.
        recurrent_initializer: of U.
        length: T where it is fixed; None takes any length.
    """
    import keras
    from keras import layers, ops

    # Not Keras's own relu: TensorFlow's graph optimizer trips over that operation inside a loop, and says so at length.
    bend = {"relu": lambda z: ops.maximum(z, 0)}.get(activation, activation)
    given = keras.Input((length, features), name="sequence")  # (B, T, M)
    cell = layers.SimpleRNNCell(units, activation=bend, recurrent_initializer=recurrent_initializer, name="cell")
    last = layers.RNN(cell, name="recurrence")(given)  # (B, N)
    return keras.Model(given, layers.Dense(outputs, name="head")(last), name="recurrence")
