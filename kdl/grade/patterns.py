"""Patterns in wrong numbers, for answers that no known misconception explains.

Each test gets the outcomes that hold an answer, and all outcomes of the step, and returns a message or None.
"""

from __future__ import annotations

from collections.abc import Callable

from kdl.grade.compare import are, errors, listed, loose, scale
from kdl.grade.judge import PASS, Outcome
from kdl.grade.step import GRADIENT

PARTLY = "partly"
NEARLY = 1e-4  # of the largest expected value


def find(outcomes: list[Outcome]) -> tuple[str, str] | None:
    """Name and message of the first pattern that explains every answer of a step."""
    answered = [one for one in outcomes if one.got is not None]
    if not answered or any(array.dtype.kind not in "fiu" for one in answered for array in one.got):
        return None  # arithmetic on truth values or complex numbers shows no pattern
    for name, test in _AS_THEY_ARE:
        if message := test(answered, outcomes):
            return name, message
    if _explains(answered, outcomes, lambda got, right: list(zip(got, right, strict=True))):
        return None  # with the numbers right as they are, any change that keeps them would seem to explain them
    for name, test in _CHANGED:
        if message := test(answered, outcomes):
            return name, message
    return None


def _nan(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    import numpy as np

    hit = [one for one in answered if any(not np.all(np.isfinite(a)) for a in one.got)]
    wrong = [one for one in outcomes if one.status != PASS]
    if not hit or len(hit) != len(wrong):
        return None
    what = "NaN" if any(np.any(np.isnan(a)) for one in hit for a in one.got) else "Infinity"
    some = f"only the case {hit[0].case.name!r}" if len(hit) == 1 else f"{len(hit)} of the {len(outcomes)} cases"
    where = "every case" if len(hit) == len(outcomes) else some
    return f"{what} appears in {where}: look for exp of a large number, a division by 0, or the log of 0."


def _narrowed(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    import numpy as np

    wrong = [one for one in outcomes if one.status != PASS]
    if not all(one.reason == "dtype" for one in wrong):
        return None
    given = np.dtype(wrong[0].case.dtype())
    narrow = [got.dtype for got in wrong[0].got if got.dtype.kind == "f" and got.dtype.itemsize < given.itemsize]
    if not narrow:
        return None
    return f"The inputs are {given} and your result is {narrow[0]}: somewhere an array of that type is made."


def _inputs(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    wrong = [one for one in outcomes if one.status != PASS]
    if not all(one.reason == "inputs" for one in wrong):
        return None
    return f"The numbers are right, but {wrong[0].detail}: operators such as += and *= write into the array they are given."


def _nearly(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    """Right but for the last digits; what explains less than this explains nothing."""
    import math

    if len(answered) != len(outcomes) or any(one.reason not in (None, "values", "dtype") for one in outcomes):
        return None
    worst, asked = 0.0, 0
    for one in answered:
        off = max(float(errors(a, b).max(initial=0.0)) for a, b in zip(one.got, one.expected, strict=True))
        if off > max(NEARLY, loose(one.case.dtype())):
            return None
        if one.reason == "values":
            allowed = one.worst["allowed"] / scale(one.expected[one.names.index(one.worst["output"])])
            worst, asked = max(worst, off), max(asked, round(-math.log10(allowed)))
    if not worst:
        return None
    cause = (
        "these look like differences of two losses"
        if answered[0].step.kind == GRADIENT
        else "a small number was added somewhere"
    )
    return (
        f"Your numbers are right to about {math.floor(-math.log10(worst))} digits, and {asked} are asked for: {cause}, or a "
        "narrower type was used on the way."
    )


def _swapped(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    """Several results in another order."""
    import itertools

    names = answered[0].names
    if not 1 < len(names) <= 5 or any(one.names != names for one in answered):
        return None
    for order in itertools.permutations(range(len(names))):
        if order != tuple(range(len(names))) and _explains(
            answered, outcomes, lambda got, right, order=order: [(got[k], right[j]) for k, j in enumerate(order)]
        ):
            given = ", ".join(names[j] for j in order)
            return f"All results are right, in another order: you return ({given}), and ({', '.join(names)}) is asked for."
    return None


def _one_of(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    """All results right but some; names which."""
    names = answered[0].names
    if len(names) == 1 or any(one.names != names for one in answered):
        return None
    if len(answered) != len(outcomes) or any(one.reason != "values" for one in outcomes if one.reason):
        return None
    wrong = set()
    for one in answered:
        for name, got, right in zip(names, one.got, one.expected, strict=True):
            if errors(got, right).max(initial=0.0) > loose(one.case.dtype()):
                wrong.add(name)
    if not wrong or len(wrong) == len(names):
        return None
    bad = [k for k, name in enumerate(names) if name in wrong]
    good = [name for name in names if name not in wrong]
    told = f"{are(good)} right in every case; {listed([names[k] for k in bad])}"
    for change, text in _CHANGES:
        pairs = [(change(one.got[k]), one.expected[k], loose(one.case.dtype())) for one in answered for k in bad]
        if all(errors(got, right).max(initial=0.0) <= most for got, right, most in pairs):
            return f"{told} {'is' if len(bad) == 1 else 'are'} {text}."
    return f"{told} {'is' if len(bad) == 1 else 'are'} not."


_CHANGES = (
    (lambda a: 1 - a, "1 minus what is asked for"),
    (lambda a: -a, "right but for the sign"),
    (lambda a: a / 2, "twice what is asked for"),
)


def _transposed(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    def test(got, right):
        return [(a.swapaxes(-1, -2) if a.ndim > 1 else a, b) for a, b in zip(got, right, strict=True)]

    if any(b.ndim > 1 for b in answered[0].expected) and _explains(answered, outcomes, test):
        return "Your result is right but transposed: its last two axes are exchanged."
    return None


def _axes(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    def test(got, right):
        return [(a.swapaxes(0, 1) if a.ndim > 2 else a, b) for a, b in zip(got, right, strict=True)]

    if any(b.ndim > 2 for b in answered[0].expected) and _explains(answered, outcomes, test):
        return "Your numbers are right, but the first two axes are exchanged."
    return None


def _reversed(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    ranks = max(b.ndim for b in answered[0].expected)
    for axis in range(ranks):

        def test(got, right, axis=axis):
            return [
                (a[(slice(None),) * axis + (slice(None, None, -1),)] if a.ndim > axis else a, b)
                for a, b in zip(got, right, strict=True)
            ]

        if _explains(answered, outcomes, test):
            return f"Your numbers are right, but in reverse order along axis {axis}."
    return None


def _scaled(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    factor = _factor(answered)
    if factor is None or not _explains(
        answered, outcomes, lambda got, right: [(a / factor, b) for a, b in zip(got, right, strict=True)]
    ):
        return None
    return f"Every number is {factor:.4g} times what it should be, in every case."


def _sign(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    if _explains(answered, outcomes, lambda got, right: [(-a, b) for a, b in zip(got, right, strict=True)]):
        return "Every number has the wrong sign."
    return None


def _permuted(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    import numpy as np

    def test(got, right):
        return [(np.sort(a, axis=None), np.sort(b, axis=None)) for a, b in zip(got, right, strict=True)]

    if _explains(answered, outcomes, test):
        return "Your numbers are right, but they stand in other places of the array."
    return None


def _factor(answered: list[Outcome]) -> float | None:
    """The ratio got / expected at the largest expected value; None where it says nothing."""
    import numpy as np

    for one in answered:
        if all(a.shape == b.shape for a, b in zip(one.got, one.expected, strict=True)):
            right = np.concatenate([b.ravel() for b in one.expected])
            got = np.concatenate([a.ravel() for a in one.got])
            if right.size and np.abs(right).max() > 0:
                ratio = float(np.real(got[np.argmax(np.abs(right))] / right[np.argmax(np.abs(right))]))
                return ratio if np.isfinite(ratio) and abs(ratio) > 1e-3 and abs(ratio - 1) > 1e-3 else None
    return None


def _shifted(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    first = answered[0]
    if any(a.shape != b.shape for a, b in zip(first.got, first.expected, strict=True)) or not first.got[0].size:
        return None
    off = float((first.got[0].ravel()[0] - first.expected[0].ravel()[0]).real)
    if abs(off) < 1e-3 or not _explains(
        answered, outcomes, lambda got, right: [(a - off, b) for a, b in zip(got, right, strict=True)]
    ):
        return None
    return f"Every number is off by {off:+.4g}, in every case."


def _frozen(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    """Weights that an optimizer step leaves where they were, and that it should move."""
    wrong = [one for one in outcomes if one.status != PASS]
    if any(one.case.train is None or one.got is None or one.reason != "values" for one in wrong):
        return None
    names = set()
    for one in wrong:
        still = {
            name
            for (name, sent), got, right in zip(one.case.weights.items(), one.got, one.expected, strict=True)
            if errors(got, sent).max(initial=0.0) <= 1e-7 and errors(right, sent).max(initial=0.0) > loose(one.case.dtype())
        }
        if not still:
            return None
        names |= still
    listing = listed(sorted(names))
    return (
        f"One step of the optimizer leaves {listing} as {'it was' if len(names) == 1 else 'they were'}: no gradient arrives "
        "there. Look for what cuts them off: NumPy in call(), stop_gradient, a weight that is not trainable or not used."
    )


def _constant(answered: list[Outcome], outcomes: list[Outcome]) -> str | None:
    """The result does not depend on the inputs."""
    import numpy as np

    if len(answered) < 2:
        return None
    values = [np.concatenate([a.ravel() for a in one.got]) for one in answered]
    if all(not value.any() for value in values):
        return "Your result is all zeros in every case."
    rest = [value for value in values if value.size]
    if rest and all(np.all(value == rest[0][0]) for value in rest):
        return f"Your result is {rest[0][0]:.4g} everywhere, in every case: it does not depend on the inputs."
    return None


def _explains(answered: list[Outcome], outcomes: list[Outcome], change: Callable) -> bool:
    """After `change`, every answer fits its expected value, and there is an answer to every case."""
    import numpy as np

    if len(answered) != len(outcomes):
        return False
    for one in answered:
        pairs = change(one.got, one.expected)
        if any(a.shape != b.shape or not np.all(np.isfinite(a)) for a, b in pairs):
            return False
        if any(errors(a, b).max(initial=0.0) > loose(one.case.dtype()) for a, b in pairs):
            return False
    return True


_AS_THEY_ARE: tuple[tuple[str, Callable], ...] = (
    ("nan", _nan),
    ("dtype", _narrowed),
    ("inputs", _inputs),
    ("nearly", _nearly),
)
_CHANGED: tuple[tuple[str, Callable], ...] = (
    ("frozen", _frozen),
    ("constant", _constant),
    ("sign", _sign),
    ("scaled", _scaled),
    ("swapped", _swapped),
    ("transposed", _transposed),
    ("axes", _axes),
    ("reversed", _reversed),
    ("permuted", _permuted),
    ("shifted", _shifted),
    (PARTLY, _one_of),
)
NAMES = tuple(name for name, _ in (*_AS_THEY_ARE, *_CHANGED))
