"""`kdl generate` of a model that writes nothing: held-out examples, what it says of them, and what is right."""

from __future__ import annotations

from kdl.cli import generate_boxes, render
from kdl.errors import UsageProblem

COUNT = 5  # unless the command line says otherwise
LARGEST = 32  # pixels of a picture's side that are drawn


def show(one, model, card, task, given: dict, as_json: bool) -> None:
    """A few held-out examples, drawn from the seed, with the model's answer beside the right one."""
    told = [name for name in ("prompt", "length", "temperature", "top_k", "top_p", "greedy", "beam") if given[name]]
    if told:
        option = f"--{told[0].replace('_', '-')}"
        fix = f"kdl generate {one.typed}     shows what it says of held-out examples"
        raise UsageProblem(f"{card.id} writes nothing, so {option} has nothing to do.", fix=fix)
    rows = _answered(model, card, task, given)
    if as_json:
        listed = [{key: value for key, value in row.items() if key != "x"} for row in rows]
        said = {"schema": "kdl.generate/1", "kind": "answers", "model": str(one.path), "task": card.id, "answers": listed}
        render.emit(said)
        return
    render.say(f"{card.id} writes nothing; these are {len(rows)} of its held-out examples, with the model's answers.")
    for row in rows:
        _example(row)
    if "right" in rows[0]:
        render.say()
        render.say(f"{sum(row['right'] for row in rows)} of {len(rows)} right")
    render.next_step(f"kdl generate {one.typed} --seed {(given['seed'] or 0) + 1}     other examples")


def _answered(model, card, task, given: dict) -> list[dict]:
    """One row for each example: its index, the answer, the model's, and whether it is right where that can be said."""
    import numpy as np

    from kdl.decoding import softmax

    seed = given["seed"] or 0
    x, y = task.test(seed)
    if not _fits(model.input_shape, x.shape):
        raise UsageProblem(
            f"This model is not one of {card.id}.",
            why=f"It takes {model.input_shape}; the task gives {x.shape[1:]} for an example.",
        )
    chosen = np.random.default_rng(seed).permutation(len(x))[: given["count"] or COUNT]
    predicted = np.asarray(model.predict_on_batch(x[chosen]))
    name = (lambda k: task.labels[k]) if task.labels else int
    rows = []
    for index, answer, output in zip(chosen, y[chosen], predicted, strict=True):
        row = {"example": int(index), "shown": task.shown(x[index]) if task.shown else None, "x": x[index]}
        if task.boxes is not None:
            row |= generate_boxes.compared(task, answer, output)
        elif y.dtype.kind not in "iu":
            row |= {"answer": answer.astype(float).tolist(), "model": output.astype(float).tolist()}
        elif answer.ndim == 0:
            p = softmax(output)
            right = bool(p.argmax() == answer)
            row |= {"answer": name(answer), "model": name(p.argmax()), "sure": float(p.max()), "right": right}
        else:  # a symbol for every step; below 0 none is asked for
            asked = answer >= 0
            said = output.argmax(axis=-1)[asked]
            row |= {"answer": [name(k) for k in answer[asked]], "model": [name(k) for k in said]}
            row |= {"right": bool((said == answer[asked]).all())}
        rows.append(row)
    return rows


def _fits(taken, given) -> bool:
    return (
        isinstance(taken, tuple)
        and len(taken) == len(given)
        and all(a in (None, b) for a, b in zip(taken[1:], given[1:], strict=True))
    )


def _example(row: dict) -> None:
    picture = _picture(row["x"])
    render.say()
    render.say(f"example {row['example']}{'  ' + row['shown'] if row['shown'] else ''}")
    for line in picture:
        render.say(f"    {line}")
    if "found" in row:
        generate_boxes.show(row)
    elif "right" in row:
        mark = "right" if row["right"] else render.style("wrong", bold=True)
        sure = f"  ({row['sure']:.0%} sure)" if "sure" in row else ""
        answer, said = (" ".join(map(str, part)) if isinstance(part, list) else part for part in (row["answer"], row["model"]))
        render.fields([("    answer", answer), ("    model", f"{said}{sure}  {mark}")])
    else:
        render.fields([("    answer", _numbers(row["answer"])), ("    model", _numbers(row["model"]))])


def _numbers(values: list) -> str:
    flat = values if not values or not isinstance(values[0], list) else sum(values, [])
    return " ".join(f"{value:.3f}" for value in flat[:8]) + (" ..." if len(flat) > 8 else "")


def _picture(x) -> list[str]:
    """A small grey picture (H, W, 1) in shades, two columns for a pixel; nothing for other examples."""
    if x.ndim != 3 or x.shape[-1] != 1 or max(x.shape) > LARGEST:
        return []
    from kdl.report import terminal

    shades = terminal.ASCII_SHADES if render.ascii_only() else terminal.SHADES
    low, high = float(x.min()), float(x.max())
    steps = (x[..., 0] - low) / ((high - low) or 1) * (len(shades) - 1)
    return ["".join(2 * shades[round(float(step))] for step in line) for line in steps]
