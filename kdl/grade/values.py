"""What was returned, as named arrays: the form of the reference's value decides what is asked for.

An array asks for an array, a number for a number, a list of numbers or texts for any sequence of them; any other list,
tuple or dict is taken apart and compared thing by thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kdl.grade.compare import kind_of

ARRAY, NUMBER, LIST = "array", "number", "list"
_SCALARS = (bool, int, float, str)


class Mismatch(Exception):
    """A value that has not the form that is asked for; the message is a clause: `y is None`."""


@dataclass(frozen=True)
class Right:
    """The reference's results of one case.

    Args:
        returns: the names of the results.
        results: one value for each.

    Raises:
        ValueError: a result that nothing can be held against.
    """

    returns: tuple[str, ...]
    results: list
    names: tuple[str, ...] = field(init=False)
    arrays: list = field(init=False)
    forms: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        leaves = [leaf for name, one in zip(self.returns, self.results, strict=True) for leaf in _leaves(name, one)]
        for key, k in (("names", 0), ("forms", 2)):
            object.__setattr__(self, key, tuple(leaf[k] for leaf in leaves))
        object.__setattr__(self, "arrays", [leaf[1] for leaf in leaves])

    def matched(self, results: list) -> list:
        """The arrays of somebody else's results, in the order of `names`.

        Raises:
            Mismatch: they have another form.
        """
        pairs = zip(self.returns, results, self.results, strict=True)
        return [array for name, got, right in pairs for array in _matched(name, got, right)]


def _leaves(name: str, right) -> list[tuple]:
    """(name, array, form) of everything that is compared."""
    import numpy as np

    if isinstance(right, np.ndarray):
        return [(name, right, ARRAY if right.ndim else NUMBER)]
    if isinstance(right, _SCALARS):
        return [(name, _array(name, right), NUMBER)]
    if isinstance(right, list | tuple):
        if _uniform(right):
            return [(name, _array(name, _plain(right)), LIST)]
        return [leaf for k, one in enumerate(right) for leaf in _leaves(f"{name}[{k}]", one)]
    if isinstance(right, dict):
        return [leaf for key, one in right.items() for leaf in _leaves(f"{name}[{key!r}]", one)]
    raise ValueError(f"{name} is {kind_of(right)}, which nothing can be held against")


def _matched(name: str, got, right) -> list:
    import numpy as np

    if isinstance(right, np.ndarray) and right.ndim:
        if not isinstance(got, np.ndarray) or not got.ndim:
            raise Mismatch(f"{name} is {kind_of(got)}")
        return [got]
    if isinstance(right, (np.ndarray, *_SCALARS)):
        if isinstance(got, np.ndarray):
            return [got]
        if not isinstance(got, _SCALARS):
            raise Mismatch(f"{name} is {kind_of(got)}")
        return [_array(name, got)]
    if isinstance(right, list | tuple):
        return _sequence(name, got, right)
    if not isinstance(got, dict):
        raise Mismatch(f"{name} is {kind_of(got)}")
    if odd := sorted(set(got) ^ set(right)):
        raise Mismatch(f"{name} {'lacks the key' if odd[0] in right else 'has a key too many,'} {odd[0]!r}")
    return [array for key, one in right.items() for array in _matched(f"{name}[{key!r}]", got[key], one)]


def _sequence(name: str, got, right) -> list:
    import numpy as np

    if _uniform(right):
        if isinstance(got, np.ndarray):
            return [got]
        if not isinstance(got, list | tuple) or not _uniform(got):
            raise Mismatch(f"{name} is {kind_of(got)}" + (" of mixed things" if isinstance(got, list | tuple) else ""))
        return [_array(name, _plain(got))]
    if not isinstance(got, list | tuple):
        raise Mismatch(f"{name} is {kind_of(got)}")
    if len(got) != len(right):
        raise Mismatch(f"{name} has {len(got)} {'part' if len(got) == 1 else 'parts'}, not {len(right)}")
    return [array for k, one in enumerate(right) for array in _matched(f"{name}[{k}]", got[k], one)]


def _uniform(values) -> bool:
    """Only numbers, only truth values or only texts (or nothing)."""
    return len({_sort(one) for one in values}) <= 1 and "other" not in {_sort(one) for one in values}


def _sort(one) -> str:
    """text, truth, number or other; a NumPy scalar crosses as an array without axes."""
    kind = getattr(getattr(one, "dtype", None), "kind", None)
    if kind is not None:
        return "other" if one.ndim else "truth" if kind == "b" else "number" if kind in "fiu" else "other"
    return {bool: "truth", int: "number", float: "number", str: "text"}.get(type(one), "other")


def _plain(values) -> list:
    return [one.item() if hasattr(one, "item") else one for one in values]


def _array(name: str, value):
    import numpy as np

    try:
        array = np.array(value)
    except OverflowError as error:  # integers beyond what a float holds
        raise Mismatch(f"{name} holds a number that is too large") from error
    if array.dtype.kind not in "bifuU":  # an int that is too large for any type
        raise Mismatch(f"{name} holds a number that is too large")
    return array
