"""A network that tags every step while it reads on, and what a tag depends on. For contrasts; no model of the notes."""


def one_way(*, features, tags, units=25, length=None):
    """A sequence (B, T, M) -> logits of the tag of each of its steps (B, T, K), from what was read up to that step.

    Args:
        features: M, numbers per step.
        units: N, size of the state.
        tags: K, classes of a step.
        length: T where it is fixed; None takes any length.
    """
    import keras
    from keras import layers

    sequence = keras.Input((length, features), name="sequence")  # (B, T, M)
    states = layers.SimpleRNN(units, return_sequences=True, name="recurrence")(sequence)  # (B, T, N)
    return keras.Model(sequence, layers.Dense(tags, name="head")(states), name="one_way")


def swayed(model, x, reach) -> list[float]:
    """The share of tags that change with the symbol k steps on, k = -reach .. reach.

    Looked at are the steps that have `reach` neighbours on either side. One symbol k steps from there is replaced by another,
    everything else stays, and the tag either changes or not.

    Args:
        model: a tagger (B, T, K) -> (B, T, tags); it is not changed.
        x: one-hot symbols (B, T, K), T above 2 reach.
        reach: how far to look.
    """
    import numpy as np

    length, symbols = x.shape[1:]
    if length <= 2 * reach:
        raise ValueError(f"a sequence must be longer than 2 reach. Received: T={length}, reach={reach}")
    rows = np.arange(len(x))
    on = 1 + rows % (symbols - 1)  # by how much each row's symbol is moved on: never by 0, never by K
    middle = range(reach, length - reach)
    before, shares = tags(model, x), []
    for k in range(-reach, reach + 1):
        changed = []
        for step in middle:
            other = x.copy()
            other[rows, step + k] = np.eye(symbols, dtype=x.dtype)[(x[:, step + k].argmax(axis=-1) + on) % symbols]
            changed.append(tags(model, other)[:, step] != before[:, step])
        shares.append(float(np.mean(changed)))
    return shares


def tags(model, x):
    """The tag that a tagger gives to each step: (B, T, K) -> (B, T)."""
    from kdl.backend import start

    ops = start().ops
    return ops.convert_to_numpy(ops.argmax(model(x), axis=-1))
