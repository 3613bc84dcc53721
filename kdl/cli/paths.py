"""`kdl paths`: every place that kdl writes to."""

from __future__ import annotations

import click

from kdl import content, paths
from kdl.cli import render


@click.command()
@render.json_option
def command(as_json):
    """Print every place that kdl writes to.

    \b
    kdl paths
    KDL_HOME=/tmp/try kdl paths     everything moves with KDL_HOME
    """
    places = {name: str(path) for name, path in paths.everything().items()}
    if as_json:
        render.emit({"schema": "kdl.paths/1", "paths": places, "content": _content()})
        return
    render.fields(places.items())
    render.say()
    render.fields(_content().items())
    render.next_step("kdl doctor     check that they can be used")


def _content() -> dict[str, str]:
    return {"quizzes": str(content.quizzes()), "exercises": str(content.exercises())}
