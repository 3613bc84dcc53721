"""`%load_ext kdl.cli.magics`: solve an exercise in a Jupyter notebook, judged by the same `kdl exercise check`.

%exercise NAME       the exercise that this notebook solves
%%part NAME          a cell of the program: it runs here, and is kept under its name for the check
%check               put the parts into a file, step by step, and judge it
%hint                the next hint
"""

from __future__ import annotations

import subprocess
import sys

import click

from kdl.errors import KdlError, UsageProblem

# `kdl` without its last lines, which say what to type next in a terminal.
_KDL = "from kdl.cli import main, render\nwith render.guided():\n    main()"


def load_ipython_extension(shell) -> None:
    """Called by IPython."""
    book = Notebook(shell)
    for kind, names in {"line": ("exercise", "check", "hint"), "cell": ("part",)}.items():
        for name in names:
            shell.register_magic_function(_told(getattr(book, name)), kind, name)
    shell.events.register("pre_run_cell", book.forget)


class Notebook:
    """The parts of one notebook's program: name -> (id of its cell, where the front end tells one; source)."""

    def __init__(self, shell):
        self.shell, self.chosen, self.parts = shell, None, {}

    def exercise(self, line: str) -> None:
        """%exercise NAME"""
        from kdl.grade import exercise

        chosen = exercise.find(line.strip())
        if chosen != self.chosen:  # the first cell may be run again
            self.chosen, self.parts = chosen, {}

    def part(self, line: str, cell: str) -> None:
        """%%part NAME"""
        if not line.strip():
            raise UsageProblem("A part needs a name.", fix="Begin the cell with `%%part NAME`.")
        own = self._request().get("cellId")
        self.parts = {name: kept for name, kept in self.parts.items() if own is None or kept[0] != own}  # it had another name
        self.parts[line.strip()] = own, cell.strip("\n")
        self.shell.run_cell(cell)

    def forget(self, *_) -> None:
        """Leave out the parts whose cells were deleted: JupyterLab names them when the next cell is run."""
        gone = self._request().get("deletedCells", ())
        self.parts = {name: kept for name, kept in self.parts.items() if kept[0] is None or kept[0] not in gone}

    def _request(self) -> dict:
        """What the front end says beside the code of the cell that it runs; nothing where there is no front end."""
        return getattr(self.shell, "get_parent", dict)().get("metadata", {})

    def check(self, line: str) -> None:
        """%check; options are those of `kdl exercise check`."""
        from kdl.grade import notebook, workspace

        one = self._asked()
        lost = [step.function for step in one.steps if step.function not in self.parts]
        if lost:
            raise UsageProblem(f"The part {lost[0]} is missing.", fix=f"Run the cell that begins with `%%part {lost[0]}`.")
        path = workspace.from_notebook(one, notebook.program(one, {name: part for name, (_, part) in self.parts.items()}))
        if self._kdl("check", str(path), "--exercise", one.id, *line.split()):
            click.echo("\nMend a cell, run it, and run %check again; %hint helps.")

    def hint(self, line: str) -> None:
        """%hint; options are those of `kdl exercise hint`."""
        self._kdl("hint", self._asked().id, *line.split())

    def _asked(self):
        if self.chosen is None:
            raise UsageProblem("No exercise is chosen.", fix="Run the first code cell, or `%exercise NAME`.")
        return self.chosen

    def _kdl(self, *words: str) -> int:
        """A process of its own: what the terminal runs, with nothing of this notebook in it. Returns its exit code."""
        done = subprocess.run(
            [sys.executable, "-P", "-c", _KDL, "exercise", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        click.echo(done.stdout, nl=False)
        return done.returncode


def _told(magic):
    """The same magic, whose errors are told by IPython in words, without a traceback."""
    from IPython.core.error import UsageError

    def run(*given):
        try:
            magic(*given)
        except KdlError as error:
            raise UsageError(" ".join(filter(None, (error.what, error.why, error.fix)))) from error

    run.__doc__ = magic.__doc__
    return run
