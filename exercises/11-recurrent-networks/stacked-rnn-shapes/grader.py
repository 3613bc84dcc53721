"""Cases of stacked RNNs: all kinds and cells with sizes that differ, small networks with given weights, one step of SGD."""

import numpy as np

from kdl.grade.case import Case, Train

# what is special, (B, T, M), units, outputs
STACKS = (
    ("one layer", (1, 2, 1), [1], 1),
    ("two layers", (2, 5, 3), [4, 6], 7),
    ("three layers, narrower and narrower", (3, 4, 7), [6, 5, 2], 1),
    ("as wide below as above", (4, 3, 2), [5, 5], 6),
)
KINDS = ("many-to-one", "many-to-many", "one-to-many", "any-length")
CELLS = ("simple-rnn", "lstm", "gru")
# what is special, (B, T, M, N_1, N_2, O)
NETWORKS = (
    ("one unit in each layer", (1, 2, 1, 1, 1, 1)),
    ("a sequence of one step", (2, 1, 3, 2, 4, 1)),
    ("every size different", (2, 5, 3, 4, 6, 7)),
)
# what is special, (B, S, M, N_1, N_2, numbers in the vector, N, T, O)
REWRITES = (("one optimizer step, every size different", (2, 4, 5, 2, 3, 4, 2, 3, 4)),)
RATE = 0.5  # at which every weight moves by a good share of its size


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    return {"shapes": shapes, "parameters": parameters, "stack": stack, "unroll": unroll, "learns": learns}[step](rng)


def shapes(rng):
    for name, (batch, length, features), units, outputs in STACKS:
        for kind in KINDS if len(units) > 1 else KINDS[:-1]:
            read = {"one-to-many": (), "any-length": (length + 2,)}.get(kind, (length,))
            x = numbers(rng, (batch, *read, features))
            yield Case(f"{name}, {kind}", {"x": x, "kind": kind, "length": length, "units": units, "outputs": outputs})


def parameters(rng):
    for name, shape, units, _ in STACKS:
        for cell in CELLS:
            yield Case(f"{name}, {cell}", {"x": numbers(rng, shape), "units": units, "cell": cell})


def stack(rng):
    for name, (batch, length, features, lower, upper, outputs) in NETWORKS:
        for every_step in (False, True) if length > 1 else (True,):
            yield Case(
                f"{name}, {'an answer at every step' if every_step else 'one answer'}",
                {"x": numbers(rng, (batch, length, features))},
                new={"lower": lower, "upper": upper, "outputs": outputs, "every_step": every_step},
                weights={
                    **recurrent(rng, "lower", features, lower),
                    **recurrent(rng, "upper", lower, upper),
                    **dense(rng, upper, outputs),
                },
            )


def unroll(rng):
    for name, (batch, length, features, units, _, outputs) in NETWORKS:
        if length == 1:
            continue
        yield Case(
            name,
            {"x": numbers(rng, (batch, features))},
            new={"units": units, "length": length, "outputs": outputs},
            weights={**recurrent(rng, "rnn", features, units), **dense(rng, units, outputs)},
        )


def learns(rng):
    for name, (batch, read, features, lower, upper, vector, units, length, outputs) in REWRITES:
        weights = {
            **recurrent(rng, "lower", features, lower),
            **recurrent(rng, "upper", lower, upper),
            **dense(rng, upper, vector),
            **recurrent(rng, "write/rnn", vector, units),
            **dense(rng, units, outputs, "write/head"),
        }
        yield Case(
            name,
            {"x": numbers(rng, (batch, read, features))},
            new={"lower": lower, "upper": upper, "vector": vector, "units": units, "length": length, "outputs": outputs},
            weights=weights,
            train=Train(numbers(rng, (batch, length, outputs)), rate=RATE),
        )


def recurrent(rng, name, features, units):
    return {
        f"{name}/cell/kernel": numbers(rng, (features, units), 0.6),
        f"{name}/cell/recurrent_kernel": numbers(rng, (units, units), 0.6),
        f"{name}/cell/bias": numbers(rng, (units,), 0.5),
    }


def dense(rng, units, outputs, name="head"):
    return {f"{name}/kernel": numbers(rng, (units, outputs)), f"{name}/bias": numbers(rng, (outputs,), 0.5)}


def numbers(rng, shape, scale=1.0):
    """Normal numbers, none of them near 0: a weight of 0 would hide a mistake in a network of one unit."""
    drawn = (scale * rng.normal(size=shape)).round(2)
    return np.where(np.abs(drawn) < 0.2, np.copysign(0.2, drawn), drawn).astype(np.float32)
