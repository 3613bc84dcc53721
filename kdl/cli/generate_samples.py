"""`kdl generate` of a model that draws: points as a scatter plot beside true ones, pictures in shades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kdl.cli import render
from kdl.errors import UsageProblem

POINTS, PICTURES = 500, 5  # unless the command line says otherwise
ENOUGH = 50  # samples, from which on something is measured of them


def show(one, model, card, task, given: dict, as_json: bool) -> None:
    """Draw from noise of the seed, and show it."""
    from kdl.report import samples

    told = [name for name in ("prompt", "length", "temperature", "top_k", "top_p", "greedy", "beam") if given[name]]
    if told:
        option = f"--{told[0].replace('_', '-')}"
        raise UsageProblem(
            f"{card.id} draws {task.samples.draws}, so {option} has nothing to do.",
            fix=f"kdl generate {one.typed}     draws some",
        )
    seed, draws = given["seed"] or 0, task.samples.draws
    everything, true = _drawn(model, card, task, seed, given["count"])
    drawn, lost = samples.finite(everything, draws)
    measures = measured(task, drawn, true)
    if as_json:
        said = {"schema": "kdl.generate/1", "kind": "samples", "model": str(one.path), "task": card.id, "seed": seed}
        said |= {"measures": measures, "not_finite": len(everything) - len(drawn)}
        render.emit({**said, "samples": [[round(float(v), 5) for v in row] for row in drawn]})
        return
    title = f"{one.typed} on {card.id}: {len(everything)} {draws}, drawn from seed {seed}"
    lines(task.samples, drawn, true, title, lost)
    render.say()
    render.fields(_beside_the_best(task, measures, true))
    render.next_step(f"kdl generate {one.typed} --seed {seed + 1}     other {draws}")


def _drawn(model, card, task, seed: int, count: int | None):
    """What the model makes of `count` rows of noise, and as many true examples as there are up to that."""
    import numpy as np

    noise, true = task.test(seed)
    if tuple(model.input_shape[1:]) != noise.shape[1:] or tuple(model.output_shape[1:]) != true.shape[1:]:
        raise UsageProblem(
            f"This model is not one of {card.id}.",
            why=f"It makes {model.output_shape[1:]} of {model.input_shape[1:]}; "
            f"the task, {true.shape[1:]} of {noise.shape[1:]}.",
        )
    count = count or (POINTS if task.samples.draws == "points" else PICTURES)
    if count > len(noise):  # the held-out noise does not reach: go on with more of the same kind
        more = np.random.default_rng([seed, len(noise)]).normal(size=(count - len(noise), noise.shape[1]))
        noise = np.concatenate([noise, more.astype(noise.dtype)])
    return np.asarray(model.predict(noise[:count], verbose=0)), true[:count]


def measured(task, drawn, true) -> dict[str, float]:
    """The task's score of these samples, and what else it says of them; of a handful, neither would say anything."""
    if min(len(drawn), len(true)) < ENOUGH:
        return {}
    told = task.samples.measures
    return {task.metric: task.score(true, drawn), **(told(drawn) if told else {})}


def _beside_the_best(task, measures: Mapping[str, float], true) -> list[tuple[str, str]]:
    """Each measure with what tells whether it is good: the target of the score, and what the true examples come to."""
    if not measures:
        return []
    best = task.samples.measures(true) if task.samples.measures else {}
    edge = "at most" if task.direction == "min" else "at least"
    beside = {task.metric: f"target {edge} {task.target:g}"}
    beside |= {name: f"true {task.samples.draws} have {value:.3f}" for name, value in best.items()}
    size = max(len(f"{value:.3f}") for value in measures.values())
    return [(name, f"{value:>{size}.3f}  ({beside[name]})") for name, value in measures.items()]


def lines(told, drawn, true, title: str, lost: Sequence[str]) -> None:
    """The samples as far as a terminal shows them: points beside true points, pictures in rows; below, what is `lost`.

    Args:
        told: the `kdl.tasks.Samples` of their task.
    """
    from kdl.report import terminal_samples

    if not len(drawn):
        for line in (title, *lost):
            render.say(line)
        return
    how = {"width": render.width(), "ascii": render.ascii_only()}
    if told.draws == "points":
        heaps: Mapping = {"drawn": drawn.tolist(), "true": true.tolist()}
        shown = terminal_samples.scatter(heaps, title=title, **how)
    else:
        shown = [title, *terminal_samples.pictures(drawn.reshape(-1, *told.shape), **how)]
    for line in (*shown, *lost):
        render.say(line)


def of_run(run, told) -> None:
    """The samples that a training left in its run's folder; `told` is the `kdl.tasks.Samples` of its task."""
    from kdl.report import answers, samples

    true, drawn = answers.read(run / "arrays.npz", fix="Train it again.")
    few = POINTS if told.draws == "points" else 3
    finite, lost = samples.finite(drawn[:few], told.draws)
    render.say()
    lines(told, finite, true[:few], f"what it draws from {min(few, len(drawn))} rows of held-out noise", lost)
