"""`kdl report`: one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import render
from kdl.errors import NotFound, UsageProblem

REPORTS = ("progress",)


@click.command()
@click.argument("what", default="progress")
@click.option("--open", "opening", is_flag=True, help="Show it in the browser.")
@click.option("--out", type=click.Path(path_type=Path), help="Write this file instead of KDL_HOME/reports/WHAT.html.")
@render.json_option
def command(what, opening, out, as_json):
    """Write what you know as one page for the browser; WHAT is progress.

    \b
    kdl report
    kdl report progress --open
    kdl report progress --out progress.html

    The page is a single file: no scripts, no requests, light and dark. An old page of the same name is replaced.
    """
    if what not in REPORTS:
        raise NotFound("report", what, REPORTS, fix=f"There is: {', '.join(REPORTS)}.")
    from kdl import paths
    from kdl.report import page

    if out is not None and out.is_dir():
        raise UsageProblem(f"--out names a folder: {out}", fix=f"Name a file, as {out / f'{what}.html'}.")
    html = _progress()
    path = paths.made(paths.home() / "reports") / f"{what}.html" if out is None else out.expanduser().absolute()
    page.write(path, html)
    if as_json:
        render.emit({"schema": "kdl.report/1", "report": what, "path": str(path), "bytes": len(html.encode())})
    else:
        render.say(str(path))
    if opening:
        _show(path)
    if not as_json:
        render.next_step("kdl quiz     answer what is due" if opening else "kdl report --open     show it in the browser")


def _progress() -> str:
    from kdl.cli.quiz_cards import now_of, opened
    from kdl.report import learner, progress_page

    with opened() as db:
        found = learner.read(db, now_of(db).day)
    return progress_page.progress_page(found)


def _show(path: Path) -> None:
    import webbrowser

    if not webbrowser.open(path.as_uri()):
        render.say("No browser could be started; open the file yourself.", err=True)
