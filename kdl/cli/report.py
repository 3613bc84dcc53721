"""`kdl report`: one self-contained HTML file."""

from __future__ import annotations

import re
from pathlib import Path

import click

from kdl.cli import completion, render
from kdl.errors import NotFound, UsageProblem


@click.command()
@click.argument("what", required=False, metavar="[RUN|PAIR|progress]", shell_complete=completion.reports)
@click.option("--all", "every", is_flag=True, help="All pairs with their committed verdicts.")
@click.option("--open", "opening", is_flag=True, help="Show it in the browser.")
@click.option("--out", type=click.Path(path_type=Path), help="Write this file instead of KDL_HOME/reports/WHAT.html.")
@render.json_option
def command(what, every, opening, out, as_json):
    """Write your progress, a run or a pair as one page for the browser.

    \b
    kdl report                  your progress
    kdl report P52 --open       a pair: claims, verdicts, figures, every seed
    kdl report last             your newest run
    kdl report --all            all pairs

    The page is a single file: no scripts, no requests, light and dark. An old page of the same name is replaced.
    """
    if every and what:
        raise UsageProblem("--all is a page of its own.", fix="kdl report --all")
    from kdl import paths
    from kdl.report import page

    what = "pairs" if every else what or "progress"
    if out is not None and out.is_dir():
        raise UsageProblem(f"--out names a folder: {out}", fix=f"Name a file, as {out / f'{Path(what).name}.html'}.")
    name, html, following = _page(what, every)
    path = paths.made(paths.home() / "reports") / f"{name}.html" if out is None else out.expanduser().absolute()
    page.write(path, html)
    if as_json:
        render.emit({"schema": "kdl.report/1", "report": name, "path": str(path), "bytes": len(html.encode())})
    else:
        render.say(str(path))
    if opening:
        _show(path)
    if not as_json:
        again = "kdl report" + ("" if what == "progress" else " --all" if every else f" {what}")
        render.next_step(following if opening else f"{again} --open     show it in the browser")


# ---- which page ------------------------------------------------------------------------------------------------------


def _page(what: str, every: bool) -> tuple[str, str, str]:
    """The name of the page's file, the page, and what to type after it."""
    from kdl import catalog

    if what == "progress":
        return "progress", _progress(), "kdl quiz     answer what is due"
    render.say("Drawing ...", err=True)
    if every:
        return _pairs()
    if re.fullmatch(r"[pPtT]\d+", what):
        card = _known(what, lambda: catalog.find_pair(what))
        return card.id, _pair(card), f"kdl compare {card.id}     measure it here"
    return _run(what)


def _known(what: str, find):
    """What `find` finds; where it is nowhere, all that a report can be about is told."""
    from kdl import catalog
    from kdl.runs import record

    try:
        return find()
    except NotFound as error:
        arms = [card.id for card in catalog.pairs().values() if what in card.arms]
        known = ["progress", *catalog.pairs(), *(run.id for run in record.every()[0])]
        fix = f"It takes part in: {', '.join(arms)}." if arms else "`kdl pair list` and `kdl run list` show what there is."
        told = NotFound("pair, run or report", what, [] if arms else known, fix=fix)
        raise told from error


def _progress() -> str:
    from kdl.cli.quiz_cards import now_of, opened
    from kdl.report import learner, progress_page

    with opened() as db:
        found = learner.read(db, now_of(db).day)
    return progress_page.progress_page(found)


def _pair(card) -> str:
    from kdl.experiment import pair as pairs
    from kdl.report import evidence, pair_page

    pair = pairs.load(card)
    return pair_page.pair_page(pair, evidence.committed(pair))


def _pairs() -> tuple[str, str, str]:
    from kdl import catalog
    from kdl.report import pairs_page

    render.left_out(catalog.problems())
    return "pairs", pairs_page.pairs_page(list(catalog.pairs().values())), "kdl pair list"


def _run(what: str) -> tuple[str, str, str]:
    from kdl.report import evidence, pair_page, run_page
    from kdl.runs import record

    run = _known(what, lambda: record.find(what))
    if run.record["kind"] == "compare":
        pair, found = evidence.of_run(run)
        return run.id, pair_page.pair_page(pair, found), f"kdl report {pair.card.id}     the committed verdict"
    return run.id, run_page.run_page(run), f"kdl run show {run.typed}"


def _show(path: Path) -> None:
    import webbrowser

    if not webbrowser.open(path.as_uri()):
        render.say("No browser could be started; open the file yourself.", err=True)
