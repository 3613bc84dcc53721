"""`kdl generate` of a model that writes: draws, the greedy text, or a beam's list, symbol by symbol as they come."""

from __future__ import annotations

from kdl.cli import render
from kdl.errors import UsageProblem

LENGTH, COUNT = 60, 5  # unless the command line says otherwise


def show(one, model, card, task, given: dict, as_json: bool) -> None:
    """Write what was asked for, live, and say how likely each text is."""
    from kdl.decoding import _cached

    text, prompt = task.text, given["prompt"] or ""
    start = [text.start, *text.encode(prompt)]
    vocabulary = model.output_shape[-1]
    longest = len(start) + (given["length"] or LENGTH)
    ask = _cached.next_logits(model, longest, 2 * given["beam"] if given["beam"] else 1)
    if vocabulary != len(text.symbols):
        raise UsageProblem(
            f"This model is not one of {card.id}.",
            why=f"It chooses among {vocabulary} symbols, the task has {len(text.symbols)}.",
            fix="Name the task that it was trained for: `--task`.",
        )
    how = _how(given)
    if not as_json:
        render.say(f"{one.typed} on {card.id}: {how}", err=True)
    write = _beam if given["beam"] else _drawn
    texts = write(ask, text, start, prompt, given, live=not as_json)
    if as_json:
        render.emit(
            {"schema": "kdl.generate/1", "kind": "text", "model": str(one.path), "task": card.id, "how": how, "texts": texts}
        )
        return
    render.next_step(*_next(one, given))


def _how(given: dict) -> str:
    """`drawn, temperature 0.8, top-k 5, seed 0`: the way to choose, in words."""
    if given["beam"]:
        return f"beam search of width {given['beam']}"
    if given["greedy"]:
        return "greedy"
    parts = [f"{name.replace('_', '-')} {given[name]:g}" for name in ("temperature", "top_k", "top_p") if given[name]]
    return ", ".join(["drawn", *parts, f"seed {given['seed'] or 0}"])


def _next(one, given: dict) -> list[str]:
    if given["beam"] or given["greedy"]:
        return [f"kdl generate {one.typed} --temperature 0.7     draw instead of searching"]
    return [
        f"kdl generate {one.typed} --seed {(given['seed'] or 0) + 1}     other texts",
        f"kdl generate {one.typed} --beam 5     the likeliest texts",
    ]


# ---- ways to write ---------------------------------------------------------------------------------------------------


def _make(algorithm: str, *args, **options):
    from kdl import catalog

    return catalog.load(catalog.find("algorithm", algorithm)).make(*args, **options)


def _drawn(ask, text, start, prompt, given, *, live: bool) -> list[dict]:
    """Texts that are drawn, or the greedy one; each symbol is shown as soon as it is chosen."""
    from kdl import decoding

    names = (("temperature", "temperature-sampling"), ("top_k", "top-k-sampling"), ("top_p", "top-p-sampling"))
    filters = [_make(algorithm, given[option]) for option, algorithm in names if given[option]]
    choose = _make("greedy-decoding") if given["greedy"] else _make("sequence-sampling", seed=given["seed"] or 0)
    texts = []
    for _ in range(1 if given["greedy"] else given["count"] or COUNT):
        asked = []  # the model's own logits, before the filters

        def watched(numbers, asked=asked):
            asked.append(ask(numbers))
            return asked[-1]

        render.say(render.style(prompt, bold=True), nl=False) if live else None
        numbers = []
        for number in decoding.written(watched, start, text.end, given["length"] or LENGTH, choose, filters):
            numbers.append(number)
            render.say(text.symbols[number], nl=False) if live and number != text.end else None
        log_p = sum(float(decoding.log_softmax(logits)[number]) for logits, number in zip(asked, numbers, strict=True))
        texts.append(_told(text, prompt, numbers, log_p))
        render.say(_aside(texts[-1])) if live else None
    return texts


def _beam(ask, text, start, prompt, given, *, live: bool) -> list[dict]:
    """The texts that a beam search finds, likeliest first."""
    found = _make("beam-search", given["beam"])(ask, start, text.end, given["length"] or LENGTH)
    texts = [_told(text, prompt, numbers, score) for numbers, score in found]
    for one in texts if live else []:
        render.say(render.style(prompt, bold=True) + one["text"][len(prompt) :] + _aside(one))
    return texts


def _told(text, prompt: str, numbers: list[int], log_p: float) -> dict:
    """One text as it stands in `kdl.generate/1`; `bits` is what the model finds it to cost after the prompt."""
    import math

    return {
        "text": prompt + text.decode([text.start, *numbers]),
        "ended": numbers[-1] == text.end,
        "bits": -log_p / math.log(2),
    }


def _aside(one: dict) -> str:
    cut = "" if one["ended"] else "..."
    return f"{cut}{' ' * max(2, 24 - len(one['text']) - len(cut))}{one['bits']:.1f} bits"
