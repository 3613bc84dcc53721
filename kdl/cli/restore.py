"""`kdl restore`: put a backup in the place of what is here, which is kept beside it."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import render
from kdl.errors import UsageProblem


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(file, yes):
    """Put a backup in the place of what is here. What is here is kept, in a folder beside it.

    \b
    kdl restore kdl-backup.zip
    """
    from kdl import paths
    from kdl.store import restore

    if paths.database().exists() and not yes:
        if not render.interactive():
            fix = f"kdl restore {file} --yes"
            raise UsageProblem("There is no terminal to ask on before your home is replaced.", fix=fix)
        click.confirm(f"Put {file} in the place of {paths.home()}? What is there is kept beside it", abort=True)
    kept, old = restore.restore(file)
    others = f" and {kept.files - 1} other files" if kept.files > 1 else ""
    render.say(f"Restored {kept.reviews} answers{others}, backed up on {kept.created[:10]}.")
    if old is not None:
        render.say(f"What was here before is in {old}.")
    render.next_step("kdl quiz fsck     do the cards agree with the log?", "kdl")
