"""Read config.json as something that anybody may have written: sizes in bounds, options that kdl's model has.

A config names dozens of options, most of them about training. Those that change what the model computes are either
passed on or, where the model of kdl has only one way, compared with it: another value is refused, never ignored.
"""

from __future__ import annotations

from kdl import files
from kdl.errors import UsageProblem

LARGEST_SIZE = 2**31 - 1

# Names that `transformers` has for activations -> those that kdl's models take. It has four for GELU: two by the normal
# distribution itself, and the rest by tanh.
ACTIVATIONS = {
    "gelu": "gelu", "gelu_python": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu_fast": "gelu_tanh",
    "relu": "relu", "silu": "silu", "swish": "silu", "tanh": "tanh",
}  # fmt: skip


class Config:
    """The object of a config.json, asked key by key.

    A key that is missing has its default. A key that is null has not: to `transformers` null is a value, mostly one that it
    fails on, and sometimes one that switches something off. It is taken where it means something there, else refused.

    Args:
        values: what the file holds.
        origin: the folder, for errors.
    """

    def __init__(self, values: dict, origin):
        self.values, self.origin = values, origin

    def refuse(self, why: str, fix: str | None = None):
        raise UsageProblem(f"The config.json in {self.origin} is not one that kdl can follow.", why=why, fix=fix)

    def is_of(self, model_type: str, model_id: str, kinds: dict[str, str]) -> None:
        """Check whose config it is.

        Args:
            model_type: what the key `model_type` must be.
            kinds: the other types that kdl reads -> the model to ask for instead.
        """
        found = self.values.get("model_type")
        if found == model_type:
            return
        if isinstance(found, str) and found in kinds:
            self.refuse(f"It is a checkpoint for {kinds[found]}, not for {model_id}.", f"Name the model {kinds[found]}.")
        known = ", ".join(f"{kind} ({name})" for kind, name in kinds.items())
        self.refuse(f"model_type is {files.short(found)}; kdl reads {known}.")

    def size(self, key: str, default: int | None = None, *, null: int | None = None) -> int:
        """A whole number from 1; `null` is what a null means."""
        found = self.values.get(key, null or default)
        if found is None and null is not None:
            return null
        if type(found) is not int or not 1 <= found <= LARGEST_SIZE:
            self.refuse(f"{key} is {files.short(found)}, and must be a whole number from 1 to {LARGEST_SIZE:,}.")
        return found

    def token(self, key: str, default: int | None, vocab_size: int) -> int | None:
        """The number of a token, from 0 and below `vocab_size`; None where the key is null."""
        found = self.values.get(key, default)
        if found is not None and (type(found) is not int or not 0 <= found < vocab_size):
            self.refuse(f"{key} is {files.short(found)}, and must be a token from 0 and below {vocab_size:,}, or null.")
        return found

    def share(self, key: str, default: float) -> float:
        """A number from 0 and below 1, as a dropout rate or an epsilon is."""
        found = self.values.get(key, default)
        if type(found) not in (int, float) or not 0 <= found < 1:
            self.refuse(f"{key} is {files.short(found)}, and must be a number from 0 and below 1.")
        return float(found)

    def epsilon(self, key: str, default: float) -> float:
        """What a layer normalisation adds to the variance: above 0, below 1."""
        found = self.share(key, default)
        if found < 1e-30:
            self.refuse(f"{key} is {files.short(found)}, and must be above 0: a row of equal numbers has no variance.")
        return found

    def choice(self, key: str, default: str, known: dict[str, str]) -> str:
        """The name that kdl has for what the key says."""
        found = self.values.get(key, default)
        if not isinstance(found, str) or found not in known:
            self.refuse(f"{key} is {files.short(found)}; kdl has {', '.join(known)}.")
        return known[found]

    def only(self, fixed: dict) -> None:
        """Options that the model of kdl has one way for: each must be missing or have this value."""
        for key, value in fixed.items():
            found = self.values.get(key, value)
            if found != value or type(found) is not type(value):
                self.refuse(f"{key} is {files.short(found)}, and kdl's model has only {value!r}.")

    def flag(self, key: str, default: bool) -> bool:
        found = self.values.get(key, default)
        if not isinstance(found, bool):
            self.refuse(f"{key} is {files.short(found)}, and must be true or false.")
        return found
