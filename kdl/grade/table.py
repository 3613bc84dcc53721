"""Tables of a TOML file whose errors say the line."""

from __future__ import annotations

import tomllib
from pathlib import Path

from kdl import headers
from kdl.errors import BadContent


class Table:
    """One table of a TOML file, with errors that say the line."""

    def __init__(self, path: Path, text: str, values: dict, start: int = 1):
        self.path, self.text, self.values, self.start = path, text, values, start

    def bad(self, key: str, wrong: str) -> BadContent:
        return BadContent(self.path, self.line(key), wrong)

    def line(self, key: str) -> int:
        return headers.line(self.text, key, start=self.start)

    def get(self, key: str, kind: type | tuple, default=None):
        value = self.values.get(key, default)
        if value is None:
            raise self.bad(key, f"lacks {key!r}")
        if not isinstance(value, kind) or isinstance(value, bool):
            names = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
            raise self.bad(key, f"{key} must be {names}, not {type(value).__name__}")
        if key in self.values and isinstance(value, str) and not value.strip():
            raise self.bad(key, f"{key} is empty")
        return value

    def words(self, key: str, default=None) -> tuple[str, ...]:
        value = self.get(key, list, default)
        if not all(isinstance(one, str) and one for one in value):
            raise self.bad(key, f"{key} must be a list of strings")
        return tuple(value)

    def only(self, *known: str) -> None:
        for key in self.values:
            if key not in known:
                raise self.bad(key, f"does not know the key {key!r}; it knows {', '.join(known)}")


def load(path: Path) -> tuple[str, dict]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadContent(path, headers.line_of(error), f"is not TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadContent(path, 1, f"cannot be read: {error}") from error
