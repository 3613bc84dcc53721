"""`kdl dev`: for authors. Check that all content is sound, and build what is made from it."""

from __future__ import annotations

from dataclasses import asdict

import click

from kdl.cli import render
from kdl.errors import NOT_RIGHT, NotFound, install_line


@click.group()
def command():
    """Check and build the content.

    \b
    kdl dev check            every header, topic, item, exercise and pair is sound
    kdl dev check --unit 11  the gate: what this unit has, and what it still needs
    kdl dev build            compile the items and the generated pages
    kdl dev build --check    exit 1 when a generated file is old
    """


def _known(unit: int | None) -> None:
    from kdl import atlas

    if unit is not None and unit not in atlas.units():
        raise NotFound("unit", str(unit), map(str, atlas.units()), fix="Units are numbered 1 to 18.")


@command.command()
@click.option("--unit", type=int, help="Only this unit, and what it still needs to be complete.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON object.")
@click.pass_context
def check(ctx, unit, as_json):
    """Check every header, topic, item, exercise and pair; exit 1 when one is faulty.

    With --unit, then the gate of that unit: entries, contrasts, exercises, items, errata and links, one line a point, and
    what to do where one is missing; exit 1 then, too.

    \b
    kdl dev check
    kdl dev check --unit 11
    """
    from kdl.dev import check as checks

    _known(unit)
    measured: dict[str, str] = {}
    faults = checks.faults(unit, measured)
    points = [] if unit is None else _gate(unit, faults, measured)
    if as_json:
        rows = [{"path": fault.path, "line": fault.line, "wrong": fault.wrong, "fix": fault.fix} for fault in faults]
        gate = {} if unit is None else {"unit": unit, "points": [{**asdict(point), "ok": point.ok} for point in points]}
        render.emit({"schema": "kdl.gate/1" if gate else "kdl.faults/1", "faults": rows, "exercises": measured, **gate})
    elif unit is not None:
        _show_faults(faults)
        _show_gate(unit, points)
    else:
        for name, numbers in measured.items():
            render.say(f"{name}: {numbers}")
        _show_faults(faults)
        render.say(f"{len(faults)} faults." if faults else f"Sound: {checks.counted(unit)}.")
    ctx.exit(NOT_RIGHT if faults or not all(point.ok for point in points) else 0)


def _show_faults(faults) -> None:
    for fault in faults:
        render.say(fault.what)
        render.say(f"    fix: {fault.fix}")


def _gate(unit: int, faults, measured):
    from kdl.dev import gate

    return gate.points(gate.holdings(unit, faults, measured))


def _show_gate(unit: int, points) -> None:
    """One line a point under the heading of its group, and below it what is to do."""
    from kdl import atlas

    missing = [point for point in points if not point.ok]
    render.heading(f"Unit {unit}. {atlas.units()[unit]}")
    for group in dict.fromkeys(point.group for point in points):
        own = [point for point in points if point.group == group]
        render.say()
        render.heading(f"{group}: {sum(point.ok for point in own)} of {len(own)}")
        size = max(len(point.name) for point in own)
        for point in own:
            mark = "ok     " if point.ok else render.style("missing", bold=True)
            render.say(f"  {mark}  {point.name.ljust(size)}  {point.said}")
            if not point.ok:
                render.say(f"           do: {point.todo}")
    render.say()
    render.say(
        f"{len(points) - len(missing)} of {len(points)} points; " + (f"{len(missing)} missing." if missing else "complete.")
    )
    again = f"kdl dev check --unit {unit}     look again when one of them is there"
    render.next_step(again if missing else f"kdl quiz --unit {unit} --cram     ask yourself all of it")


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
