"""What can be said of a file without running it: is it readable, is it Python, is it allowed, is it still the stub."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import stat
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path

from kdl.errors import NotFound, UsageProblem
from kdl.grade.exercise import Exercise
from kdl.grade.step import LAYER, Step

MAX_BYTES = 2**20
# Helpers that no exercise is about.
ALWAYS_ALLOWED = ("__future__", "collections", "dataclasses", "functools", "itertools", "math", "operator", "typing")
NEVER_ALLOWED = ("__import__", "eval", "exec")
_DEEP = "The code is nested too deeply to be read."


@dataclass(frozen=True)
class Source:
    """A submission as read: the text that is checked is the text that runs."""

    path: Path
    text: str
    sha256: str

    def line(self, number: int) -> str:
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


@dataclass(frozen=True)
class Problem:
    """Why a file, or one step of it, is not run.

    reason: "load" (not text), "syntax" (not Python), "refused" (not allowed), "empty" (no code), "stub" (nothing done yet) for
    the file; "missing" or "signature" for one step.
    """

    reason: str
    message: str
    line: int | None = None
    step: str | None = None


def read(path: Path) -> tuple[Source, Problem | None]:
    """The text of a submission.

    Raises:
        NotFound, UsageProblem: there is no such file, or it is no plain file of a sensible size.
    """
    raw = plain_bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        line = raw[: error.start].count(b"\n") + 1 if isinstance(error, UnicodeDecodeError) else 1
        return Source(path, "", digest), Problem("load", f"The file is not valid text: {error}.", line)
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    source = Source(path, text, digest)
    return source, without_nul(text)


def without_nul(text: str) -> Problem | None:
    """What is wrong with a program that Python cannot even parse."""
    if "\0" in text:
        return Problem("load", "The file contains a NUL byte.", text[: text.index("\0")].count("\n") + 1)
    return None


def plain_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Read a regular file of at most `most` bytes, without following a link or waiting on a pipe."""
    try:
        kind = os.lstat(path)
        if stat.S_ISLNK(kind.st_mode):
            raise UsageProblem(f"{path} is a symbolic link.", fix="Give the file itself.")
        if not stat.S_ISREG(kind.st_mode):
            raise UsageProblem(f"{path} is not a file.", fix="Give a Python file.")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageProblem(f"{path} is not a file.", fix="Give a Python file.")
            raw = file.read(most + 1)
    except FileNotFoundError as error:
        raise NotFound(
            "file", str(path), (), fix="Check the path; `kdl exercise start NAME` makes the file of an exercise."
        ) from error
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read.", why=f"{error.strerror or error}.") from error
    if len(raw) > most:
        raise UsageProblem(f"{path} is larger than {most >> 20} MiB.", fix="Give the Python file of your solution.")
    return raw


def problems(exercise: Exercise, source: Source) -> list[Problem]:
    """What is wrong with the source before it runs; a problem without a step concerns the whole file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text)
    except SyntaxError as error:
        return [Problem("syntax", f"This is not valid Python: {error.msg}.", error.lineno or 1)]
    except (RecursionError, MemoryError):
        return [Problem("syntax", _DEEP)]
    if all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body):
        return [Problem("empty", "The file is empty: there is no code in it.")]
    try:
        found = _refusals(exercise, tree)
        if found:
            return found
        if _shape(tree) == _shape(ast.parse(exercise.read("stub.py"))):
            return [Problem("stub", "The file is still the stub: nothing is filled in yet.")]
    except RecursionError:
        return [Problem("syntax", _DEEP)]
    bound = _bound(tree)
    return [problem for step in exercise.steps if (problem := _step_problem(step, bound))]


def _refusals(exercise: Exercise, tree: ast.Module) -> list[Problem]:
    allowed = {*exercise.imports, *ALWAYS_ALLOWED}
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
            if isinstance(node, ast.ImportFrom) and node.level:
                names = ["." * node.level + (node.module or "")]
            for name in names:
                if name.partition(".")[0] not in allowed:
                    told = f"This exercise does not allow `import {name}`; it allows {_listed(exercise)}."
                    found.append(Problem("refused", told, node.lineno))
        names = [one for one in _used(node) if one in exercise.forbidden and not (isinstance(node, ast.Name) and one in own)]
        if isinstance(node, ast.Name) and node.id in NEVER_ALLOWED:
            names.append(node.id)
        found += [Problem("refused", f"This exercise does not allow `{name}`.", node.lineno) for name in names]
    return sorted(found, key=lambda problem: problem.line)[:1]


def _listed(exercise: Exercise) -> str:
    """What may be imported; the helpers that are always allowed in a few words."""
    return f"{', '.join(exercise.imports)} and the safe part of the standard library, such as collections and math"


def _used(node: ast.AST) -> list[str]:
    """The names that a node uses; text that is handed to a call counts, too, but for the name of a layer."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [part for alias in node.names for part in alias.name.split(".")]
    if isinstance(node, ast.Call):
        values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg != "name")]
        return [one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return []


def _shape(tree: ast.Module) -> str:
    """The code without its docstrings: comments and layout are gone already."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def _bound(tree: ast.Module) -> dict[str, ast.AST]:
    """Names that the module binds at its top level, also inside `if` and `try`; "*" for a star import."""
    bound: dict[str, ast.AST] = {}
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound[node.name] = node
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound.update({(alias.asname or alias.name).partition(".")[0]: node for alias in node.names})
        for child in ast.walk(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                bound[child.id] = node
        waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.ExceptHandler)]
    return bound


def _step_problem(step: Step, bound: dict[str, ast.AST]) -> Problem | None:
    node = bound.get(step.function)
    what = "class" if step.kind == LAYER else "function"
    wanted = f"class {step.function}" if step.kind == LAYER else step.call
    if node is None:
        return None if "*" in bound else Problem("missing", f"The file defines no {what} `{wanted}`.", step=step.id)
    if step.kind == LAYER:
        return _layer_problem(step, node)
    if isinstance(node, ast.AsyncFunctionDef):
        return Problem("signature", f"`{step.function}` is `async`; write a plain `def {wanted}`.", node.lineno, step.id)
    if not isinstance(node, ast.FunctionDef):
        return None
    return _signature_problem(step, node, step.function, 0)


def _layer_problem(step: Step, node: ast.AST) -> Problem | None:
    """A class must have a call() that takes the arguments, unless it may come from elsewhere."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return Problem("signature", f"`{step.function}` is a function; write a class.", node.lineno, step.id)
    if not isinstance(node, ast.ClassDef):
        return None
    call = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "call"), None)
    if call is not None:
        return _signature_problem(step, call, "call", 1)
    bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
    if bases <= {"Layer", "Model"}:
        return Problem("missing", f"`{step.function}` has no method `{step.call}`.", node.lineno, step.id)
    return None


def _signature_problem(step: Step, node: ast.FunctionDef, name: str, own: int) -> Problem | None:
    """Can it be called with the arguments of the step? The first `own` arguments are not among them."""
    arguments = node.args
    places = len(arguments.posonlyargs) + len(arguments.args) - own
    needed = places - len(arguments.defaults)
    required_keywords = sum(default is None for default in arguments.kw_defaults)
    if needed > len(step.signature) or (places < len(step.signature) and not arguments.vararg) or required_keywords:
        given = f"{name}({ast.unparse(arguments)})"
        return Problem("signature", f"`{given}` cannot be called as `{step.call}`.", node.lineno, step.id)
    return None
