"""An exercise as a Jupyter notebook: the statement cut at its steps, the stub cut at its functions, the same judge.

The cells speak to kdl by the magics of `kdl.cli.magics`; what is judged is the program that their parts make.
"""

from __future__ import annotations

import ast
import doctest
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from kdl.errors import EnvironmentProblem, install_line
from kdl.grade import inspect
from kdl.grade.exercise import Exercise
from kdl.grade.inspect import Problem, Source

SUFFIX = ".ipynb"
MOST_BYTES = 64 * 2**20  # with its pictures
HEAD = "imports"  # the name of the part that holds what stands above the first function
MARKDOWN, CODE, EXAMPLE = "markdown", "code", "example"
_INTRO = (
    "Fill in the cells that begin with `%%part` and run them; a cell that you mend and run again replaces its part."
    " `%check` judges all parts together, at any time, and `%hint` gives the next hint."
)
_SECTION = re.compile(r"(?m)^(?=## )")
_STEP = re.compile(r"## Step (\d+)")


def text(exercise: Exercise) -> str:
    """The notebook as JSON (nbformat 4.5), the same bytes for the same exercise.

    Raises:
        EnvironmentProblem: nbformat is not installed.
    """
    try:
        import nbformat
        from nbformat import v4
    except ImportError as error:
        raise EnvironmentProblem("A notebook needs nbformat.", fix=f"Install it: {install_line('notebook')}") from error
    make = {MARKDOWN: v4.new_markdown_cell, CODE: v4.new_code_cell, EXAMPLE: v4.new_code_cell}
    cells = []
    for number, (kind, source) in enumerate(_cells(exercise)):
        # `Run all` of a notebook that is not filled in goes on from its examples to the check.
        told = {"metadata": {"tags": ["raises-exception"]}} if kind == EXAMPLE else {}
        cells.append(make[kind](source, id=f"cell-{number}", **told))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    return nbformat.writes(book) + "\n"


def program(exercise: Exercise, named: dict[str, str]) -> str:
    """The parts as one file, in whatever order their cells were run: imports, helpers, then step by step."""
    asked = list(dict.fromkeys(step.function for step in exercise.steps))
    names = [HEAD, *(name for name in named if name not in (HEAD, *asked)), *asked]
    return "\n\n\n".join(named[name] for name in names if name in named) + "\n"


def fresh(exercise: Exercise) -> str:
    """The program of a notebook in which nothing was filled in."""
    return program(exercise, _named(source for _, source in _cells(exercise)))


def read(exercise: Exercise, path: Path) -> tuple[Source, Problem | None]:
    """The program of a notebook as it was saved.

    Raises:
        NotFound, UsageProblem: there is no such file, or it is no plain file of a sensible size.
    """
    try:
        cells = json.loads(inspect.plain_bytes(path, MOST_BYTES))["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == CODE]
        text = program(exercise, _named(codes))
        digest = hashlib.sha256(text.encode()).hexdigest()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Source(path, "", ""), Problem("load", f"The file is no notebook: {type(error).__name__}: {error}.")
    return Source(path, text, digest), inspect.without_nul(text)


def _named(codes: Iterable[str]) -> dict[str, str]:
    """Name -> source of the cells that begin with `%%part NAME`."""
    cut = (code.partition("\n") for code in codes if code.startswith("%%part "))
    return {head.removeprefix("%%part ").strip(): body.strip("\n") for head, _, body in cut}


def parts(source: str) -> dict[str, str]:
    """A program cut at its functions and classes: name -> source; `HEAD` holds what stands above the first of them.

    What stands between two of them, comments too, belongs to the one below it, and the module's docstring to none.
    """
    tree = ast.parse(source)
    lines = source.splitlines()
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    start = tree.body[0].end_lineno if ast.get_docstring(tree) is not None else 0
    found: dict[str, str] = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            above = _above(node, lines, start) if not found else start
            if not found:
                found[HEAD] = "\n".join(lines[start:above]).strip("\n")
            found[node.name] = "\n".join(lines[above : node.end_lineno]).strip("\n")
            start = node.end_lineno
    return found


def _above(node: ast.AST, lines: list[str], floor: int) -> int:
    """The line from which the comments and decorators of a function count, from 0."""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    while first > floor and lines[first - 1].startswith("#"):
        first -= 1
    return first


def _cells(exercise: Exercise) -> list[tuple[str, str]]:
    intro, *sections = _SECTION.split(exercise.read("statement.md"))
    stub = parts(exercise.read("stub.py"))
    asked = {step.function for step in exercise.steps}
    helpers = [code for name, code in stub.items() if name not in asked]
    cells = [
        (MARKDOWN, f"{intro.strip()}\n\n{_INTRO}"),
        (CODE, f"%load_ext kdl.cli.magics\n%exercise {exercise.id}"),
        (CODE, f"%%part {HEAD}\n" + "\n\n\n".join(helpers)),
    ]
    for section in sections:
        cells.append((MARKDOWN, section.strip()))
        step = _STEP.match(section)
        name = exercise.steps[int(step[1]) - 1].function if step else None
        if name in stub:
            cells.append((CODE, f"%%part {name}\n{stub.pop(name)}"))
        elif not step:
            cells += [(EXAMPLE, source) for source in _examples(section)]
    return [*cells, (MARKDOWN, "## Check"), (CODE, "%check")]


def _examples(section: str) -> list[str]:
    """The lines behind `>>>`, cut where an answer stands: a notebook shows the last value of a cell."""
    found = [""]
    for example in doctest.DocTestParser().get_examples(section):
        found[-1] += example.source
        if example.want:
            found.append("")
    return [source.strip() for source in found if source]
