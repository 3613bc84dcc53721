"""`kdl backup`: one file that holds what must not be lost."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import render


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--runs", is_flag=True, help="Take the recorded runs too; they may be large.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(file, runs, force):
    """Put your answers, exercises and predictions into one file. Safe while a session runs.

    \b
    kdl backup kdl-backup.zip
    kdl backup kdl-backup.zip --runs
    """
    from kdl.store import backup

    kept = backup.write(file, runs=runs, force=force)
    render.say(f"{file} holds {kept.reviews} answers in {kept.files} files, {size(kept.bytes)} before packing.")
    if not runs:
        render.say("Recorded runs are left out; --runs takes them too.")
    render.next_step(f"kdl restore {file}     the way back")


def size(count: int) -> str:
    """`12 kB`, `3.4 MB`."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"
