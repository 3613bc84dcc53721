"""`kdl dev`: for authors. Check that all content is sound, and build what is made from it."""

from __future__ import annotations

import click

from kdl.cli import render
from kdl.errors import NOT_RIGHT, NotFound, install_line


@click.group()
def command():
    """Check and build the content.

    \b
    kdl dev check            every header, topic, item, exercise and pair is sound
    kdl dev build            compile the items and the generated pages
    kdl dev build --check    exit 1 when a generated file is old
    """


def _known(unit: int | None) -> None:
    from kdl import atlas

    if unit is not None and unit not in atlas.units():
        raise NotFound("unit", str(unit), map(str, atlas.units()), fix="Units are numbered 1 to 18.")


@command.command()
@click.option("--unit", type=int, help="Only this unit.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON object.")
@click.pass_context
def check(ctx, unit, as_json):
    """Check every header, topic, item, exercise and pair; exit 1 when one is faulty.

    \b
    kdl dev check
    kdl dev check --unit 11
    """
    from kdl.dev import check as checks

    _known(unit)
    measured: dict[str, str] = {}
    faults = checks.faults(unit, measured)
    if as_json:
        rows = [{"path": fault.path, "line": fault.line, "wrong": fault.wrong, "fix": fault.fix} for fault in faults]
        render.emit({"schema": "kdl.faults/1", "faults": rows, "exercises": measured})
    else:
        for name, numbers in measured.items():
            render.say(f"{name}: {numbers}")
        for fault in faults:
            render.say(fault.what)
            render.say(f"    fix: {fault.fix}")
        render.say(f"{len(faults)} faults." if faults else f"Sound: {checks.counted(unit)}.")
    ctx.exit(NOT_RIGHT if faults else 0)


@command.command()
@click.option("--unit", type=int, help="Only this unit's items.")
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit 1 when a file differs from a fresh build.")
@click.pass_context
def build(ctx, unit, check_only):
    """Compile the items, the table of proven entries and the generated pages of docs/.

    \b
    kdl dev build
    kdl dev build --check
    """
    from kdl.cli import cli
    from kdl.dev import build as builds
    from kdl.dev import exports

    _known(unit)
    changed = builds.build(cli, unit=unit, write=not check_only)
    if unit is None and (absent := exports.missing()):
        render.say(f"Left as it is: {exports.PAGE}, which needs {', '.join(absent)}: {install_line('export')}", err=True)
    for path in changed:
        render.say(f"{'old' if check_only else 'written'}: {path}")
    if not changed:
        render.say("Everything generated is current.")
    if changed and check_only:
        render.say("Run `kdl dev build` (or `make docs`) and commit the result.", err=True)
    ctx.exit(NOT_RIGHT if changed and check_only else 0)
