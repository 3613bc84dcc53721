"""A case: one call that the judge makes, and the code that a learner types to make the same call."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One call of a step's function.

    Args:
        name: what is special about it, in the learner's words: "one unit, one sequence".
        inputs: argument name -> NumPy array or plain value, in the order of the signature.
    """

    name: str
    inputs: dict

    def request(self) -> list:
        """The arguments as they cross to the session, each a copy of its own."""
        return [copied(value) for value in self.inputs.values()]

    def size(self) -> int:
        """Numbers in the inputs: the smallest failing case is the one that is shown."""
        return sum(getattr(value, "size", 1) for value in self.inputs.values())

    def dtype(self) -> str:
        """The name of the narrowest float among the inputs: it sets the tolerance."""
        import numpy as np

        floats = [value.dtype for value in self.inputs.values() if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
        return min(floats, key=lambda dtype: dtype.itemsize).name if floats else "float64"

    def widened(self) -> list:
        """The arguments with every float array as float64: what the reference solution gets."""
        import numpy as np

        return [
            value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else copied(value)
            for value in self.inputs.values()
        ]

    def code(self, function: str, returns: tuple[str, ...]) -> str:
        """Python that makes this call when it is run beside the learner's submission.py."""
        lines = ["import numpy as np", f"from submission import {function}"]
        lines += [f"{name} = {literal(value)}" for name, value in self.inputs.items()]
        lines.append(f"{', '.join(returns)} = {function}({', '.join(self.inputs)})")
        return "\n".join(lines)


def copied(value):
    return value.copy() if hasattr(value, "copy") else value


def literal(value) -> str:
    """A Python expression for `value`; an array keeps its dtype and shape."""
    import numpy as np

    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size == 0 or (value.size > 1 and not value.any()):
        kind = "" if value.dtype == np.float64 else f", np.{value.dtype.name}"
        return f"np.zeros({value.shape}{kind})"
    kind = "" if value.dtype.name in ("float64", "int64", "bool") else f", np.{value.dtype.name}"
    return f"np.array({_nested(value)}{kind})"


def _nested(value) -> str:
    if value.ndim:
        return "[" + ", ".join(_nested(one) for one in value) + "]"
    text = str(value[()])
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(text, text)
