"""Tasks made of the learner's own data: a class or a number for every row, or lines of text to continue."""

from __future__ import annotations

import numpy as np

from kdl.errors import UsageProblem
from kdl.tasks import Task, Text, finite, stream

CLASSES = 200  # more different whole numbers than that are an amount, not a class
HELD_OUT = 5  # every fifth row is tested
LONGEST = 200  # letters of a line that are read


def split(x, y):
    """One row in five is held out, by an order that depends on nothing but how many there are."""
    order = stream(0, len(x)).permutation(len(x))
    cut = max(1, len(x) // HELD_OUT)
    return (x[order[cut:]], y[order[cut:]]), (x[order[:cut]], y[order[:cut]])


def of_arrays(name: str, train, test, known) -> Task:
    """A task of `known`, the arguments of the model's build; inputs are scaled to mean 0 and deviation 1.

    Raises:
        UsageProblem: the model does not take arrays of this shape.
    """
    (x, y), (x_test, y_test) = train, test
    whole = y.dtype.kind in "biuU" and len(np.unique(np.concatenate([y, y_test]))) <= CLASSES
    x, x_test = _scaled(x, x_test)
    if "shape" in known and x.ndim == 3:  # pictures without a channel
        x, x_test = x[..., None], x_test[..., None]
    answers = _classes(y, y_test) if whole else _amounts(y, y_test)
    sizes = {"shape": x.shape[1:], "features": x.shape[-1], "outputs": answers["outputs"]}
    sizes = {key: value for key, value in sizes.items() if key in known}
    if "outputs" not in sizes or ("features" in sizes and "shape" not in sizes and x.ndim != 3):
        raise UsageProblem(
            f"This model cannot read {name}: rows of shape {x.shape[1:]}.",
            fix="A recurrent network reads (B, T, M); `kdl train mlp` reads any shape.",
        )
    return Task(
        name=name, sizes=sizes, **finite((x, answers["train"]), (x_test, answers["test"])),
        **{key: answers[key] for key in ("loss", "metric", "direction", "baseline", "target", "score")},
    )  # fmt: skip


def _scaled(x, x_test):
    x, x_test = x.astype(np.float32), x_test.astype(np.float32)
    axes = 0 if x.ndim == 2 else None  # columns of a table are of different kinds; numbers of a picture are not
    mean, deviation = x.mean(axis=axes), x.std(axis=axes)
    deviation = np.where(deviation > 0, deviation, 1)
    return (x - mean) / deviation, (x_test - mean) / deviation


def _classes(y, y_test) -> dict:
    from kdl.tasks import digits

    labels = np.unique(np.concatenate([y, y_test]))
    train, test = (np.searchsorted(labels, part).astype(np.int32).reshape(-1) for part in (y, y_test))
    baseline = float(np.bincount(test).max() / len(test))
    answers = {"train": train, "test": test, "outputs": len(labels), "loss": digits.cross_entropy, "score": digits.accuracy}
    return answers | {"metric": "accuracy", "direction": "max", "baseline": baseline, "target": (1 + baseline) / 2}


def _amounts(y, y_test) -> dict:
    from kdl.tasks import adding

    train, test = (part.astype(np.float32).reshape(len(part), -1) for part in (y, y_test))
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    train, test = ((part - mean) / np.where(deviation > 0, deviation, 1) for part in (train, test))
    baseline = float((test**2).mean())
    answers = {"train": train, "test": test, "outputs": train.shape[1], "loss": adding.squared_error}
    answers |= {"score": adding.mean_squared_error, "metric": "mse", "direction": "min"}
    return answers | {"baseline": baseline, "target": baseline / 2}


def of_texts(name: str, lines: list[str], known) -> Task:
    """Continue every line letter by letter, as `names-text` does.

    Raises:
        UsageProblem: the model does not read letters.
    """
    from kdl.tasks import names_text

    if "vocab_size" not in known:
        raise UsageProblem("This model does not read text.", fix="`kdl train char-rnn` does.")
    lines = [line[:LONGEST] for line in lines]
    symbols = ("", *sorted({letter for line in lines for letter in line}))
    text = Text(symbols=symbols, start=names_text.MARK, end=names_text.MARK)
    rows = names_text.encode(lines, text, 1 + max(map(len, lines)))
    train, test = split(*rows)
    baseline = names_text.bits_per_letter(test[1], names_text.frequencies(train[1], len(symbols)))
    return Task(
        name=name, sizes={"vocab_size": len(symbols)}, loss=names_text.cross_entropy, metric="bits", direction="min",
        baseline=baseline, target=0.8 * baseline, score=names_text.bits_per_letter, text=text, **finite(train, test),
    )  # fmt: skip
