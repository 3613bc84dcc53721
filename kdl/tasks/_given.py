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
    x, x_test = _standard(name, x, x_test, axes=0 if x.ndim == 2 else None)  # columns of a table are of different kinds
    if "shape" in known and x.ndim == 3:  # pictures without a channel
        x, x_test = x[..., None], x_test[..., None]
    answers = _classes(y, y_test) if _are_classes(name, y, y_test) else _amounts(name, y, y_test)
    sizes = {"shape": x.shape[1:], "features": x.shape[-1], "outputs": answers["outputs"]}
    sizes = {key: value for key, value in sizes.items() if key in known}
    if "outputs" not in sizes or ("features" in sizes and "shape" not in sizes and x.ndim != 3):
        raise UsageProblem(
            f"This model cannot read {name}: rows of shape {x.shape[1:]}.",
            fix="A recurrent network reads (B, T, M); `kdl train mlp` reads any shape.",
        )
    return Task(
        name=name, sizes=sizes, **finite((x, answers["train"]), (x_test, answers["test"])),
        **{key: answers[key] for key in ("loss", "metric", "direction", "baseline", "target", "score", "labels")},
    )  # fmt: skip


def _standard(name: str, train, test, *, axes):
    """Mean 0 and deviation 1 over `axes` of the training part, as float32.

    Raises:
        UsageProblem: values that are no numbers, or too far apart to be squared.
    """
    for part in (train, test):
        if not np.isfinite(part).all():
            raise UsageProblem(
                f"The data of {name} hold values that are no numbers.",
                why=f"{np.count_nonzero(~np.isfinite(part))} of {part.size} are NaN or infinite.",
                fix="Fill them in, or leave those rows out.",
            )
    with np.errstate(over="ignore", invalid="ignore"):  # told below
        mean, deviation = train.mean(axis=axes, dtype=np.float64), train.std(axis=axes, dtype=np.float64)  # 1e30 squared fits
    if not np.isfinite(deviation).all():
        raise UsageProblem(f"The data of {name} hold numbers too large to be scaled.", fix="Divide that column by its largest.")
    deviation = np.where(deviation > 0, deviation, 1)
    return tuple(((part - mean) / deviation).astype(np.float32) for part in (train, test))


def _are_classes(name: str, y, y_test) -> bool:
    """Words and few different whole numbers are classes; other numbers are amounts.

    Raises:
        UsageProblem: answers from which nothing can be learned.
    """
    different = len(np.unique(np.concatenate([y, y_test])))
    if different < 2:
        raise UsageProblem(f"All answers of {name} are the same: there is nothing to learn.")
    if y.dtype.kind == "U" and different > CLASSES:
        raise UsageProblem(
            f"The answers of {name} are {different} different words; at most {CLASSES} classes can be told apart.",
            fix="A column of numbers must hold numbers only; words must come back in several rows.",
        )
    return y.dtype.kind in "biuU" and different <= CLASSES


def _classes(y, y_test) -> dict:
    from kdl.tasks import digits

    labels = np.unique(np.concatenate([y, y_test]))
    train, test = (np.searchsorted(labels, part).astype(np.int32).reshape(-1) for part in (y, y_test))
    baseline = float(np.bincount(test).max() / len(test))
    answers = {"train": train, "test": test, "outputs": len(labels), "labels": labels.tolist()}
    answers |= {"loss": digits.cross_entropy, "score": digits.accuracy}
    return answers | {"metric": "accuracy", "direction": "max", "baseline": baseline, "target": (1 + baseline) / 2}


def _amounts(name: str, y, y_test) -> dict:
    from kdl.tasks import adding

    train, test = _standard(name, y.reshape(-1, 1), y_test.reshape(-1, 1), axes=0)
    baseline = float((test**2).mean())
    answers = {"train": train, "test": test, "outputs": 1, "labels": None, "loss": adding.squared_error}
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
