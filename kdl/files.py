"""Open a file of a folder that may come from anybody: a plain file inside that folder, and JSON that says one thing.

A checkpoint is downloaded, and so is its tokenizer. The folder can hold a named pipe that never answers, a link to
somewhere else, and an index whose file names climb out of it; its JSON can name a key twice, nest ten thousand deep, or
hold the number NaN, which JSON has not. Each of these ends here, in one sentence.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar

from kdl.errors import LONGEST, UsageProblem

T = TypeVar("T")

AGAIN = "Download the folder again, from a source that you trust."


def inside(folder: Path, name: str) -> Path:
    """Where the file called `name` lies, with links followed.

    A link may lead to another place in the folder, or to `blobs` of the hub's cache, where snapshots keep their files.

    Raises:
        UsageProblem: the name is no plain file name, or the file lies outside.
    """
    if not name or name in (".", "..") or "\\" in name or not name.isprintable() or len(os.fsencode(name)) > 255:
        raise UsageProblem(f"{folder} names a file {short(name)}, which is no file name.", fix=AGAIN)
    if PurePosixPath(name).name != name or name[1:2] == ":":
        raise UsageProblem(f"{folder} names a file {short(name)}, which would lie outside the folder.", fix=AGAIN)
    home = folder.resolve()
    places = [home]
    if home.parent.name == "snapshots":
        places.append(home.parent.parent / "blobs")
    try:
        path = (home / name).resolve()
    except (OSError, RuntimeError) as error:  # links in a circle
        raise UsageProblem(f"{folder / name} cannot be followed.", why=f"{_reason(error)}.", fix=AGAIN) from error
    if not any(path.is_relative_to(place) for place in places):
        raise UsageProblem(f"{folder / name} is a link out of its folder.", fix="Put the file itself there.")
    return path


def there(folder: Path, name: str) -> bool:
    """Is something in the folder called so, be it a link that leads nowhere?

    Raises:
        UsageProblem: the folder does not tell.
    """
    try:
        (folder / name).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{short(str(folder))} cannot be looked into.", why=f"{_reason(error)}.") from error
    return True


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A plain file, open for reading bytes. Never waits: a pipe is not opened for good.

    Raises:
        UsageProblem: it is missing, unreadable, or no plain file.
    """
    try:
        # Not to block on a pipe; `stat` before `open` would leave a moment to exchange the one for the other.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{path} cannot be read.", why=f"{_reason(error)}.", fix=AGAIN) from error
    with os.fdopen(number, "rb") if _plain(number) else _refused(number, path) as file:
        yield file


def size(file: BinaryIO) -> int:
    """Bytes of an open file."""
    return os.fstat(file.fileno()).st_size


def _plain(number: int) -> bool:
    return stat.S_ISREG(os.fstat(number).st_mode)


def _refused(number: int, path: Path):
    os.close(number)
    raise UsageProblem(f"{path} is no plain file.", why="It is a folder, a pipe or a device.", fix=AGAIN)


def text_file(path: Path, most: int) -> str:
    """The text of a file of at most `most` bytes.

    Raises:
        UsageProblem: see `opened`; or it is larger, or not in UTF-8.
    """
    return _read(path, most, _text)


def json_file(path: Path, most: int) -> dict:
    """The object in a JSON file of at most `most` bytes.

    Raises:
        UsageProblem: see `opened` and `json_object`; or it is larger.
    """
    return _read(path, most, json_object)


def _read(path: Path, most: int, meant: Callable[[bytes], T]) -> T:
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UsageProblem(f"{path} is not read.", why=f"It has more than {most:,} bytes.", fix=AGAIN)
    try:
        return meant(data)
    except ValueError as error:
        raise UsageProblem(f"{path} is not read.", why=f"{error}.", fix=AGAIN) from error


def json_object(data: bytes) -> dict:
    """Bytes -> the JSON object that they spell.

    Raises:
        ValueError: they spell no object, name a key twice, or hold a number that JSON has not.
    """
    try:
        found = json.loads(_text(data), object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"It is no JSON: {error.msg}, line {error.lineno}") from None
    except RecursionError:
        raise ValueError("Its JSON is nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError(f"Its JSON is no object, but a {type(found).__name__}")
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("It is no text in UTF-8") from None


def _once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"It names {short(twice)} twice")
    return found


def _no_number(name: str):
    raise ValueError(f"It holds {name}, which is no number in JSON")


def short(value) -> str:
    """A value as an error repeats it: in quotes, and cut."""
    try:
        text = repr(value)
    except ValueError:  # a whole number too long to print
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
