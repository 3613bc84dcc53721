"""`kdl exercise notebook`: an exercise for whoever works in Jupyter."""

from __future__ import annotations

import shlex

import click

from kdl.cli import exercise_shared as shared
from kdl.cli import render


@click.command()
@shared.name
@click.option("--workspace", "folder", type=click.Path(file_okay=False), help="Another folder than `kdl paths` names.")
def notebook(name, folder):
    """Make a Jupyter notebook of an exercise. Without a NAME, that of the exercise you touched last.

    \b
    kdl exercise notebook lstm-cell

    It holds the statement, a cell for each function and a cell that runs `kdl exercise check` on them all: the same judge,
    and the same record of what you have solved. Open it in a Jupyter whose Python has kdl. In a terminal
    `kdl exercise check` judges it as it was saved.
    """
    import shutil
    from pathlib import Path

    from kdl.grade import notebook as notebooks
    from kdl.grade import workspace

    one = shared.chosen(name)
    path, made = workspace.notebook(one, notebooks.text(one), Path(folder).expanduser().absolute() if folder else None)
    if made:
        shared.record("start", one)
        render.say(str(path))
    else:
        render.say(f"Your notebook is there already, and stays as it is: {path}")
    if shutil.which("jupyter-lab"):
        opened = [f"jupyter lab {shlex.quote(str(path))}"]
    else:
        render.say("Open it in JupyterLab (`pip install jupyterlab`), or in an editor that runs notebooks.")
        opened = []
    if folder:
        opened.append(f"kdl exercise check {shlex.quote(str(path))}     judges it as it was saved")
    render.next_step(*opened, f"kdl exercise hint {one.id}     when you are stuck")
