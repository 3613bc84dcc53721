"""Find wording that the content shares with a folder of notes: runs of eight words or more that stand in both.

    python tools/overlap.py NOTES [PATH ...]        PATH: files or folders; default quizzes exercises docs

The notes are read for what they teach and are told anew, so no run should be found. Words are compared without case,
punctuation and line breaks, and code counts like prose. Generated files are left out: their wording comes from the others.
Exits with 1 where something was found.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = ("quizzes", "exercises", "docs")
SUFFIXES = {".md", ".toml", ".py", ".txt", ".rst"}
LENGTH = 8

Word = tuple[str, int]  # a word in lower case, and its line


@dataclass(frozen=True)
class Shared:
    """A run of words that stands in the content and in the notes."""

    path: Path
    line: int
    text: str
    notes: str
    notes_line: int


def words(text: str) -> list[Word]:
    """The words of a text, digits included, with their lines: `W_f · x` gives w, f and x."""
    lines = enumerate(text.splitlines(), 1)
    return [(match[0].lower(), number) for number, line in lines for match in re.finditer(r"[^\W_]+", line)]


def files(paths: Iterable[Path]) -> list[Path]:
    """The texts among `paths` and below them."""
    found = []
    for path in paths:
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [one for one in below if one.suffix in SUFFIXES and one.is_file() and "__pycache__" not in one.parts]
    return found


def index(notes: Iterable[Path], length: int = LENGTH) -> dict[tuple[str, ...], tuple[str, int]]:
    """Every run of `length` words of the notes -> the file and line where it first stands."""
    known: dict[tuple[str, ...], tuple[str, int]] = {}
    for path in notes:
        found = words(path.read_text(encoding="utf-8"))
        for start in range(len(found) - length + 1):
            run = tuple(word for word, _ in found[start : start + length])
            if _says_something(run):
                known.setdefault(run, (path.name, found[start][1]))
    return known


def _says_something(run: tuple[str, ...]) -> bool:
    """Rows of figures and of single letters, as in a table or a formula, are nobody's wording."""
    return sum(len(word) > 1 and not word.isdigit() for word in run) > len(run) // 2


def shared(path: Path, known: dict, length: int = LENGTH) -> Iterator[Shared]:
    """The longest runs of one file that are known, in the order of the file."""
    found = words(path.read_text(encoding="utf-8"))
    plain, start = tuple(word for word, _ in found), 0
    while start + length <= len(plain):
        where, end = known.get(plain[start : start + length]), start + length
        if where is None:
            start += 1
            continue
        while plain[end - length + 1 : end + 1] in known and end < len(plain):
            end += 1
        yield Shared(path, found[start][1], " ".join(plain[start:end]), *where)
        start = end


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", type=Path, help="folder of the notes, or one file")
    parser.add_argument("paths", type=Path, nargs="*", default=[ROOT / name for name in DEFAULT])
    parser.add_argument("--words", type=int, default=LENGTH, help=f"shortest run to tell (default {LENGTH})")
    said = parser.parse_args(arguments)
    sources, texts = files([said.notes]), files(said.paths)
    for given, found in ((said.notes, sources), (said.paths, texts)):
        if not found:
            parser.error(f"no texts ({', '.join(sorted(SUFFIXES))}) in {given}")
    known = index(sources, said.words)
    hits = [hit for path in texts for hit in shared(path, known, said.words)]
    for hit in hits:
        print(f"{hit.path}:{hit.line}: {hit.text}\n    as in {hit.notes}:{hit.notes_line}")
    print(f"{len(hits)} runs of {said.words} words or more, in {len(texts)} files, stand in {len(sources)} files of notes.")
    return 1 if hits else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
