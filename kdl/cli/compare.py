"""`kdl compare`: test what the notes claim of two models, after asking what you expect."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import compare_prediction, completion, render
from kdl.errors import NotFound, UsageProblem


def _confidence(ctx, option, text: str | None) -> float | None:
    if text is None:
        return None
    value = compare_prediction.share(text)
    if value is None:
        raise click.BadParameter(f"{text!r} is neither a share from 0 to 1 nor a percentage up to 100.", ctx, option)
    return value


@click.command()
@click.argument("names", nargs=-1, metavar="PAIR | A B", shell_complete=completion.pairs_and_arms)
@click.option("--seeds", type=click.IntRange(1, 20), help="Run seeds 0 to N-1. A verdict needs 10, the default.")
@click.option("--condition", "conditions", multiple=True, metavar="C", help="Only this condition, as 20; may be repeated.")
@click.option(
    "--predict",
    metavar="CHOICE",
    shell_complete=completion.predictions,
    help="What you expect; `kdl pair show PAIR` lists the choices.",
)
@click.option("--confidence", metavar="C", callback=_confidence, help="How sure you are of it: 80 or 0.8.")
@click.option("--no-predict", is_flag=True, help="Do not ask for a prediction.")
@click.option(
    "--resume",
    metavar="RUN",
    shell_complete=completion.runs,
    help="Go on with a run that was stopped, or add seeds to it; with --all a batch.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Put the run into this folder.")
@click.option("--all", "every", is_flag=True, help="Run every pair, one after the other.")
@click.option("--unit", type=int, help="With --all: only the pairs of this unit.")
@click.option("--batch", hidden=True, help="The `--all` that this process measures a unit of.")
@click.option("--record", is_flag=True, help="For authors: commit a full run as the pair's result.")
@click.option("--renew", is_flag=True, help="For authors: run 2 seeds of changed code; equal numbers keep the result.")
@render.json_option
def command(names, every, unit, batch, resume, record, renew, **how):
    """Test what the notes claim of two models.

    \b
    kdl compare simple-rnn lstm       10 seeds, and a verdict
    kdl compare P52 --seeds 2         a first look
    kdl compare --resume last         go on after Ctrl-C

    Every verdict (confirmed, refuted, not shown) exits 0. A stopped run is saved and can go on.
    """
    if record and renew:
        raise UsageProblem("--record runs all seeds and --renew two of them: one of the two.", fix="kdl compare --help")
    how["commit"] = "record" if record else "renew" if renew else None
    if every or unit is not None:
        _every(names, unit, batch, resume, how)
        return
    if resume and how["out"]:
        raise UsageProblem("A run that goes on stays in its folder: --resume takes no --out.", fix="Leave --out away.")
    result = _compare(*_asked_for(names, resume), **how)
    if how["as_json"]:
        render.emit(result)


def _every(names, unit, batch, resume, how) -> None:
    """Every pair; `batch` where this process is the one that measures a unit."""
    from kdl.cli import compare_all

    compare_all.refuse(names, how["out"], how["predict"], how["conditions"])
    if batch is None:
        options = [f"--{name}" for name in ("no-predict" if how["no_predict"] else None, how["commit"]) if name]
        compare_all.every(unit, resume, options, seeds=how["seeds"], as_json=how["as_json"])
    else:

        def one(card, run):
            return _compare(card, run, batch=batch, **how)

        compare_all.unit_of(batch, unit, how["seeds"], one, as_json=how["as_json"], renew=how["commit"] == "renew")


def _compare(card, run, *, commit, seeds, **how) -> dict:
    """One pair; returns the `kdl.verdict/1` object, with --renew the committed one and when it was `renewed`.

    A result that is to be renewed and is not stale needs no run, and what cannot be renewed is refused before one.
    """
    if commit != "renew":
        return _compared(card, run, seeds=seeds, commit=commit, **how)
    from kdl.experiment import renewal, results

    if how["conditions"]:
        raise UsageProblem("--renew needs all conditions.", fix=f"kdl compare {card.id} --renew")
    if results.load(card) and not results.stale(card):
        if not how["as_json"]:
            render.say(f"{card.id} is not stale: nothing to renew.")
    else:
        renewal.check(card, max(seeds or renewal.SEEDS, len(run.record["seeds"]) if run else 0))
        _compared(card, run, seeds=seeds or renewal.SEEDS, commit=commit, **how | {"no_predict": True})
    found = results.load(card)
    return found["result"] | {"renewed": found.get("renewed", [])}


def _compared(card, run, *, seeds, conditions, predict, confidence, no_predict, out, commit, as_json, batch=None) -> dict:
    """One pair: predict, measure, judge, and show it unless JSON is wanted; returns the `kdl.verdict/1` object."""
    if not as_json:
        render.heading(f"{card.id}  {card.question}")  # before anything that takes time
    from kdl.experiment import pair as pairs
    from kdl.experiment import renewal, results

    if commit == "record" and (conditions or (seeds or 10) < 10):
        raise UsageProblem("--record needs all conditions and at least 10 seeds.", fix=f"kdl compare {card.id} --record")
    if confidence is not None and predict is None:
        raise UsageProblem("--confidence says how sure you are of --predict, which is missing.")
    pair = pairs.load(card)
    _check(pair, run, conditions, predict, out)  # before a prediction is written down
    committed, stale = results.verdict_of(card)
    prediction = compare_prediction.asked(pair, predict, confidence, ask=not (no_predict or as_json) and run is None)
    if run is not None:
        prediction = compare_prediction.known(run.record.get("prediction"))
    result, measured, path = _measure(pair, run, seeds, conditions, out, prediction, batch, quiet=as_json)
    figure = pair.figure(measured)
    settled = compare_prediction.settle(pair, prediction, result, None if stale else committed)
    keep = {"record": results.save, "renew": renewal.renew}.get(commit)
    saved = keep and keep(card, _run_at(path), figure)
    if as_json:
        return result
    _show(pair, result, measured, figure, committed, stale and not saved)
    compare_prediction.show(pair, prediction, settled)
    render.say(f"Saved in {path}")
    if saved:
        render.say(f"Committed result: {saved}")
    _next(pair, result, _run_at(path).typed)
    return result


def _asked_for(names, resume):
    """The card of the pair, and the run to go on with."""
    from kdl import catalog

    if resume:
        from kdl.runs import record

        run = record.find(resume)
        if run.record["kind"] != "compare":
            raise UsageProblem(f"{run.id} is a training.", fix=f"kdl run show {run.id}")
        card = catalog.find_pair(run.record["what"])
        if names and catalog.find_pair(*names) != card:
            raise UsageProblem(f"{run.id} is a run of {card.id}.", fix=f"kdl compare --resume {run.typed}")
        return card, run
    if not names:
        raise UsageProblem("Which pair?", fix="`kdl pair list` shows them, as in `kdl compare simple-rnn lstm`.")
    return catalog.find_pair(*names), None


def _run_at(path: Path):
    from kdl.runs import record

    return record.read(path)


def _check(pair, run, conditions, choice, out) -> None:
    """Refuse what cannot be run or predicted."""
    for name in conditions or ():
        if name not in pair.conditions:
            raise NotFound("condition", name, pair.conditions, fix=f"{pair.card.id} has: {', '.join(pair.conditions)}.")
    if out and (out / "run.json").exists():
        raise UsageProblem(f"{out} already holds a run.", fix="Name another folder, or go on with it: `--resume`.")
    if choice is None:
        return
    if run is not None:
        raise UsageProblem(f"{run.id} has begun: it is too late for a prediction.", fix=f"kdl compare --resume {run.typed}")
    if pair.prediction is None:
        raise UsageProblem(f"{pair.card.id} asks for no prediction.", fix=f"kdl compare {pair.card.id}")
    if choice not in pair.prediction.choices:
        raise NotFound("choice", choice, pair.prediction.choices, fix=f"Choose one of: {', '.join(pair.prediction.choices)}.")


# ---- the run ---------------------------------------------------------------------------------------------------------


def _measure(pair, run, seeds, conditions, out, prediction, batch, *, quiet: bool):
    """Run, showing what happens: a live table on a terminal, one line for each measurement elsewhere."""
    from kdl.cli.show import pair_progress
    from kdl.experiment.measured import Measured
    from kdl.experiment.run import run_pair

    kept = run.record if run else {"seeds": range(10), "conditions": None}
    chosen = {"seeds": range(seeds) if seeds else kept["seeds"], "conditions": conditions or kept["conditions"]}
    if pair.computes:
        render.say(f"Loading Keras (some seconds, once) ...{_cost(pair, chosen, run)}", err=True)
    chosen |= {"folder": out, "resume": run, "prediction": prediction, "batch": batch}
    if not quiet and render.interactive() and render.colours():
        with pair_progress.Live(pair) as live:
            result = run_pair(pair.card, **chosen, on_event=live)
    else:
        result = run_pair(pair.card, **chosen, on_event=pair_progress.lines(pair))
    path = run.path if run else out or _folder(result["run"])
    return result, Measured(_run_at(path).rows()), path


def _cost(pair, chosen: dict, run) -> str:
    """How long the training took when the committed run was recorded; nothing where there is none, or a run goes on."""
    from kdl.experiment import results, told

    found = None if run else results.load(pair.card)
    if not found or not found["seconds"]:
        return ""
    seconds = told.cost(pair, results.measured(found), len(chosen["seeds"]), chosen["conditions"])
    return f" Training so many seeds took {render.seconds(seconds)} on {found['versions'].get('threads', 'some')} cores."


def _folder(name: str) -> Path:
    from kdl import paths

    return paths.runs() / name


# ---- the result ------------------------------------------------------------------------------------------------------


def _show(pair, result, measured, figure, committed, stale) -> None:
    from kdl.cli.show import pair_verdict

    render.say()
    if result["seeds"]:
        pair_verdict.show_board(pair, measured)
        render.say()
    pair_verdict.show_claims(pair, result, committed)
    if committed and stale and not result["complete"]:
        render.say("    The committed run is stale: code that it depends on has changed since.")
    render.say()
    if result["seeds"]:
        pair_verdict.show_arms(result)
        render.say()
    if figure:
        pair_verdict.show_figure(figure.as_json())
        render.say()


def _next(pair, result, run: str) -> None:
    if result["complete"]:
        more = f"kdl pair show {pair.card.id}     what is claimed, and the committed verdict"
    elif any(row["n"] == 0 for row in result["claims"]):
        more = f"kdl compare {pair.card.id}     all conditions, 10 seeds: a verdict"
    else:
        more = f"kdl compare --resume {run} --seeds 10     go on to a verdict"
    render.next_step(more, "kdl     where you are, and what comes next")
