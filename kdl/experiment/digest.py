"""The fingerprint of the code that a result depends on, read from the sources without importing them.

It covers the pair file and what it imports from its own room; the models, tasks and algorithms that it names anywhere in
its code; the recorded data; and every module of the rooms below that any of them imports, directly or not. Comments,
docstrings and blank lines do not count: rewording an explanation leaves a result valid. The fingerprint works on the text
and never on `ast.dump`, whose output changes with the Python version.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import tokenize
from pathlib import Path

from kdl import catalog, headers
from kdl.catalog import PACKAGE

# From `training_tricks` down to `data`: what can change a number. The engine above them is tested instead.
ROOMS = {
    *("training_tricks", "compression", "search", "attacks", "explain"),
    *("train", "decoding", "weights"),
    *("models", "tasks"),
    *("layers", "losses", "tokenizers", "metrics", "optimizers", "data"),
}

_WITH_DOCSTRING = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_NO_CODE = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def digest(card: catalog.PairCard) -> str:
    """sha256, in hex, of everything that the pair's numbers depend on."""
    return _digest(card.path)


def of_pair(card: catalog.PairCard) -> str:
    """sha256, in hex, of the code of the pair's own file alone: what it draws, asks and claims."""
    return hashlib.sha256(_code_in(card.path).encode()).hexdigest()


def sources(path: Path) -> list[Path]:
    """The files of the digest, in a fixed order: the pair's own, then those of ROOMS that it needs."""
    found, waiting = set(), [path, *_named(path)]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += imports(here)
    return [path] + sorted(file for file in found - {path} if file.relative_to(PACKAGE).parts[0] in {*ROOMS, "pairs"})


@functools.cache
def _digest(path: Path) -> str:
    total = hashlib.sha256()
    for file in sources(path):
        name = file.relative_to(PACKAGE).as_posix() if file.is_relative_to(PACKAGE) else file.name
        total.update(f"{name}\n{_code_in(file)}\n".encode())
    for task in _tasks(path):
        total.update(f"{task.data} {catalog.find('data', task.data).sha256}\n".encode())
    return total.hexdigest()


def _tasks(path: Path) -> list[catalog.TaskCard]:
    said = headers.words(headers.read(path).get("tasks", ""))
    return [catalog.find("task", name) for name in dict.fromkeys([*said, *sorted(_words(path) & set(catalog.tasks()))])]


def _named(path: Path) -> list[Path]:
    """The files that a pair reaches by id and so does not import: its models, algorithms and tasks."""
    words = {*headers.words(headers.read(path)["arms"]), *_words(path)}
    models = {name: catalog.find("model", name) for name in _with_parts(words & set(catalog.models()))}
    cards = [cards[name] for cards in (models, catalog.algorithms()) for name in sorted({*words, *models} & set(cards))]
    return [card.path for card in [*cards, *_tasks(path)]]


def _with_parts(names: set[str]) -> set[str]:
    """Ids of models, and of those that they are built of."""
    parts = {part for name in names for part in catalog.find("model", name).parts.values()}
    return names if parts <= names else _with_parts(names | parts)


@functools.cache
def _words(path: Path) -> frozenset[str]:
    """Every string in the code of a file."""
    tree = ast.parse(code(path.read_text(encoding="utf-8")))
    return frozenset(node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


@functools.cache
def imports(path: Path) -> tuple[Path, ...]:
    """The files of kdl that a file imports, at the top or inside a function, with the `__init__.py` of their packages."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
    files = [file for name in names if name.split(".")[0] == "kdl" for file in _files(name)]
    return tuple(dict.fromkeys(files))


def _files(name: str) -> list[Path]:
    """`kdl.train.fit` -> kdl/train/__init__.py and kdl/train/fit.py; names of functions find nothing."""
    parts = name.split(".")[1:]
    packages = [PACKAGE.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return [file for file in [*packages, PACKAGE.joinpath(*parts).with_suffix(".py")] if file.is_file()]


@functools.cache
def _code_in(path: Path) -> str:
    return code(path.read_text(encoding="utf-8"))


def code(source: str) -> str:
    """`source` without docstrings, comments and blank lines; the layout inside other strings stays."""
    docstrings = _docstrings(ast.parse(source))
    kept, comments = set(), {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.start[1]
        elif token.type not in _NO_CODE and token.start not in docstrings:
            kept.update(range(token.start[0], token.end[0] + 1))
    lines = dict(enumerate(source.split("\n"), 1))
    for row, column in comments.items():
        lines[row] = lines[row][:column].rstrip()
    return "\n".join(lines[row] for row in sorted(kept))


def _docstrings(tree: ast.Module) -> set[tuple[int, int]]:
    """Where the docstrings of a module, its classes and functions start: (line, column)."""
    starts = set()
    for node in ast.walk(tree):
        if isinstance(node, _WITH_DOCSTRING) and ast.get_docstring(node) is not None:
            starts.add((node.body[0].lineno, node.body[0].col_offset))
    return starts
