"""`kdl generate` of a model that draws: points as a scatter plot beside true ones, pictures in shades."""

from __future__ import annotations

from collections.abc import Mapping

from kdl.cli import render
from kdl.errors import UsageProblem

POINTS, PICTURES = 500, 5  # unless the command line says otherwise


def show(one, model, card, task, given: dict, as_json: bool) -> None:
    """Draw from noise of the seed, and show it."""
    told = [name for name in ("prompt", "length", "temperature", "top_k", "top_p", "greedy", "beam") if given[name]]
    if told:
        option = f"--{told[0].replace('_', '-')}"
        raise UsageProblem(
            f"{card.id} draws {_module(card).DRAWS}, so {option} has nothing to do.",
            fix=f"kdl generate {one.typed}     draws some",
        )
    seed = given["seed"] or 0
    drawn, true = _drawn(model, card, task, seed, given["count"])
    measures = measured(card, task, drawn, true)
    if as_json:
        said = {"schema": "kdl.generate/1", "kind": "samples", "model": str(one.path), "task": card.id, "seed": seed}
        render.emit({**said, "measures": measures, "samples": [[round(float(v), 5) for v in row] for row in drawn]})
        return
    lines(card, drawn, true, f"{one.typed} on {card.id}: {len(drawn)} {_module(card).DRAWS}, drawn from seed {seed}")
    render.say()
    render.fields([(name, f"{value:.3f}") for name, value in measures.items()])
    render.next_step(f"kdl generate {one.typed} --seed {seed + 1}     other {_module(card).DRAWS}")


def _module(card):
    from kdl import catalog

    return catalog.load(card)


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
    count = count or (POINTS if _module(card).DRAWS == "points" else PICTURES)
    if count > len(noise):  # the held-out noise does not reach: go on with more of the same kind
        more = np.random.default_rng([seed, len(noise)]).normal(size=(count - len(noise), noise.shape[1]))
        noise = np.concatenate([noise, more.astype(noise.dtype)])
    return np.asarray(model.predict(noise[:count], verbose=0)), true[:count]


def measured(card, task, drawn, true) -> dict[str, float]:
    """The task's score of these samples, and what else it says of them; a score of a handful would say nothing."""
    told = getattr(_module(card), "measures", None)
    scores = {task.metric: task.score(true, drawn)} if min(len(drawn), len(true)) >= PICTURES * 10 else {}
    return {**scores, **(told(drawn, task) if told else {})}


def lines(card, drawn, true, title: str) -> None:
    """The samples as far as a terminal shows them: points beside true points, pictures in rows."""
    from kdl.report import terminal_samples

    module, how = _module(card), {"width": render.width(), "ascii": render.ascii_only()}
    if module.DRAWS == "points":
        heaps: Mapping = {"drawn": drawn.tolist(), "true": true.tolist()}
        shown = terminal_samples.scatter(heaps, title=title, **how)
    else:
        shown = [title, *terminal_samples.pictures(drawn.reshape(-1, *module.SHAPE), **how)]
    for line in shown:
        render.say(line)


def of_run(run, card) -> None:
    """The samples that a training left in its run's folder."""
    import numpy as np

    with np.load(run / "arrays.npz") as kept:
        drawn, true = kept["prediction"], kept["answer"]
    if not np.isfinite(drawn).all():
        return
    few = POINTS if _module(card).DRAWS == "points" else 3
    render.say()
    lines(card, drawn[:few], true[:few], f"what it draws from {min(few, len(drawn))} rows of held-out noise")
