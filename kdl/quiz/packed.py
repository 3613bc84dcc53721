"""A dictionary that takes a fifth of the room until it is looked into: ten thousand items are known, a few are asked."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping


class Packed(Mapping):
    """The same as the dictionary of JSON values that it is made of, to be read and not changed."""

    __slots__ = ("_held",)

    def __init__(self, values: dict):
        self._held: bytes | dict = marshal.dumps(values)

    def _opened(self) -> dict:
        if isinstance(self._held, bytes):
            self._held = marshal.loads(self._held)
        return self._held

    def __getitem__(self, name: str) -> object:
        return self._opened()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened())

    def __len__(self) -> int:
        return len(self._opened())

    def __repr__(self) -> str:
        return repr(self._opened())
