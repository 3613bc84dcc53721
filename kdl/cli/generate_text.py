"""`kdl generate` of a model that writes: draws, the greedy text, or a beam's list, symbol by symbol as they come."""

from __future__ import annotations

import shlex

from kdl.cli import render
from kdl.errors import UsageProblem

LENGTH, COUNT = 60, 5  # unless the command line says otherwise


def show(one, model, card, task, given: dict, as_json: bool) -> None:
    """Write what was asked for, live, and say how likely each text is."""
    from kdl.decoding import _reader

    _reader.next_logits(model)  # refuses a model that does not write
    text, vocabulary = task.text, model.output_shape[-1]
    start = [text.start, *text.encode(given["prompt"] or "")]
    if vocabulary != len(text.symbols):
        raise UsageProblem(
            f"This model is not one of {card.id}.",
            why=f"It chooses among {vocabulary} symbols, the task has {len(text.symbols)}.",
            fix="Name the task that it was trained for: `--task`; an imported model needs its vocabulary: `--vocab FOLDER`.",
        )
    write(one, model, text, start, {"task": card.id}, given, as_json)


def write(one, model, text, start: list[int], of: dict, given: dict, as_json: bool) -> None:
    """Write on from `start`, which ends with the prompt.

    Args:
        text: turns symbols into numbers and back: a `kdl.tasks.Text`, or what answers as one.
        of: where the symbols come from, a name for what it is: `{"task": "names-text"}`.
    """
    from kdl.decoding import _cached

    longest = len(start) + (given["length"] or LENGTH)
    ask = _cached.next_logits(model, longest, 2 * given["beam"] if given["beam"] else 1)
    how = _how(given)
    if not as_json:
        render.say(f"{one.typed} on {next(iter(of.values()))}: {how}", err=True)
    way = _beam if given["beam"] else _drawn
    texts = way(ask, text, start, given["prompt"] or "", given, live=not as_json)
    if as_json:
        render.emit({"schema": "kdl.generate/1", "kind": "text", "model": str(one.path), **of, "how": how, "texts": texts})
        return
    render.next_step(*_next(one, given, of))


def _how(given: dict) -> str:
    """`drawn, temperature 0.8, top-k 5, seed 0`: the way to choose, in words."""
    if given["beam"]:
        return f"beam search of width {given['beam']}"
    if given["greedy"]:
        return "greedy"
    parts = [f"{name.replace('_', '-')} {given[name]:g}" for name in ("temperature", "top_k", "top_p") if given[name]]
    return ", ".join(["drawn", *parts, f"seed {given['seed'] or 0}"])


def _next(one, given: dict, of: dict) -> list[str]:
    """The same once more, chosen in another way: what was typed beside the way stays."""
    task = of.get("task") if one.run is None else None
    same = f"kdl generate {one.typed}{_options({'task': task, 'prompt': given['prompt'], 'length': given['length']})}"
    if given["beam"] or given["greedy"]:
        return [f"{same} --temperature 0.7     draw instead of searching"]
    how = _options({name: given[name] for name in ("count", "temperature", "top_k", "top_p")})
    return [
        f"{same}{how} --seed {(given['seed'] or 0) + 1}     other texts",
        f"{same} --beam 5     the likeliest texts",
    ]


def _options(given: dict) -> str:
    """As they are typed; those that were not given are left out."""
    said = {f"--{name.replace('_', '-')}": value for name, value in given.items() if value is not None}
    return "".join(f" {name} {shlex.quote(str(value))}" for name, value in said.items())


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

        render.say(render.style(render.visible(prompt), bold=True), nl=False) if live else None
        numbers, told = [], ""
        for number in decoding.written(watched, start, text.end, given["length"] or LENGTH, choose, filters):
            numbers.append(number)
            if live and number != text.end:
                told += _shown(text.decode([text.start, *numbers]), told)
        render.say(render.visible(text.decode([text.start, *numbers])[len(told) :]), nl=False) if live else None
        log_p = sum(float(decoding.log_softmax(logits)[number]) for logits, number in zip(asked, numbers, strict=True))
        texts.append(_told(text, prompt, numbers, log_p))
        render.say(_aside(texts[-1])) if live else None
    return texts


def _beam(ask, text, start, prompt, given, *, live: bool) -> list[dict]:
    """The texts that a beam search finds, likeliest first."""
    found = _make("beam-search", given["beam"])(ask, start, text.end, given["length"] or LENGTH)
    texts = [_told(text, prompt, numbers, score) for numbers, score in found]
    for one in texts if live else []:
        render.say(render.style(render.visible(prompt), bold=True) + render.visible(one["text"][len(prompt) :]) + _aside(one))
    return texts


def _shown(whole: str, told: str) -> str:
    """Print what a text has grown by since `told`, and give it.

    A character of which only the first bytes are written, U+FFFD so far, waits for the rest.
    """
    new = whole[len(told) :].rstrip("\ufffd")
    render.say(render.visible(new), nl=False)
    return new


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
