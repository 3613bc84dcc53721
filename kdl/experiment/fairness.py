"""What differs between the arms of a pair, computed from what was built: settings, code, layers, size, work, memory.

An experiment that changes two things answers no question about either. The learning rate does not count: each arm has its
own, tuned. Neither do the sizes of two different models: they are what makes them equally large.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kdl.experiment.digest import code

TUNED = "learning_rate"
ALIKE = 1.05  # parameters within 5 % count as equal
FLOAT = 4  # bytes of what a layer gives
NAMED = 12  # changed layers that are listed by name


@dataclass(frozen=True)
class Arm:
    """What an arm is made of.

    Attributes:
        settings: everything that was chosen, by name.
        layers: "name kind (shape)" of each layer.
        params: numbers that it learns or holds.
        multiply_adds: of one example, forwards.
        memory: bytes of a training step: weights, the optimizer's state, and what each layer gives for one batch.
        file: the model's; None for a network of the pair's own.
    """

    settings: Mapping[str, object]
    layers: tuple[str, ...]
    params: int
    multiply_adds: int
    memory: int
    file: Path | None = None


def described(model, x, settings: Mapping[str, object], file: Path | None) -> Arm:
    """An arm from its compiled model and a batch of its inputs."""
    from kdl.metrics import multiply_adds

    costs = multiply_adds.of_model(model, x)
    kept = sum(variable.numpy().nbytes for variable in [*model.variables, *model.optimizer.variables])
    return Arm(
        settings=settings,
        layers=tuple(f"{cost.layer} {cost.kind} {cost.shape}".strip() for cost in costs),
        params=model.count_params(),
        multiply_adds=multiply_adds.total(costs),
        memory=kept + len(x) * FLOAT * sum(cost.outputs for cost in costs),
        file=file,
    )


def differences(arms: Mapping[str, Arm]) -> dict[str, list]:
    """What differs -> its value in each arm, in the order of the arms; the learning rate is left to `tuned`."""
    ours = list(arms.values())
    names = list(dict.fromkeys(name for arm in ours for name in arm.settings if name != TUNED))
    found = {name: _values(ours, name) for name in names}
    found = {name: values for name, values in found.items() if len(set(map(repr, values))) > 1}
    for whole, part in (("model", _sizes(ours)), ("optimizer", {name for name in names if name.startswith("optimizer ")})):
        if whole in found:  # with another model come its sizes, with another optimizer its settings
            found = {name: values for name, values in found.items() if name not in part}
    sizes = [arm.params for arm in ours]
    if max(sizes) > ALIKE * min(sizes):
        found["parameters"] = sizes
    return found


def tuned(arms: Mapping[str, Arm]) -> list:
    """The learning rate of each arm."""
    return _values(list(arms.values()), TUNED)


def warning(found: Mapping[str, list], about: Sequence[str]) -> str | None:
    """What to say where more than one thing differs.

    Args:
        found: from `differences`.
        about: what the pair's claims are about; empty: whatever differs, if it is one thing.
    """
    beside = [name for name in found if name not in about] if about else list(found) if len(found) > 1 else []
    if not beside:
        return None
    if about:
        return f"Beside what the claim is about ({', '.join(about)}) the arms differ in: {', '.join(beside)}."
    return f"The arms differ in more than one thing: {', '.join(beside)}."


def changed_lines(a: Path, b: Path) -> int:
    """Lines of code, without docstrings and comments, that are in one of two files only."""
    texts = [code(path.read_text(encoding="utf-8")).splitlines() for path in (a, b)]
    return sum(line[:1] in "+-" for line in list(difflib.unified_diff(*texts, lineterm="", n=0))[2:])


def changed_layers(a: Arm, b: Arm) -> list[str]:
    """Layers that one of two arms has and the other has not, as `- name kind (shape)` and `+ ...`."""
    changed = difflib.ndiff(a.layers, b.layers)
    return [line for line in changed if line[0] in "+-"]


def told(made: Mapping[str, Mapping[str, Arm]], rates: Mapping[str, Sequence], conditions: Sequence[str]) -> list[str]:
    """What differs, one line each: settings, rates, code, layers, parameters, multiply-adds and memory.

    What is not the same everywhere has a line for each value, with the conditions of that value in brackets.

    Args:
        made: condition as it reads -> the arms there; without those under which nothing is built.
        rates: condition as it reads -> the learning rate of each arm, None where it cannot say.
        conditions: all of them, as they read.
    """
    facts = {where: _facts(arms) for where, arms in made.items()}
    known = {where: tuple(found) for where, found in rates.items() if any(rate is not None for rate in found)}
    if any(len(set(found)) > 1 for found in known.values()) or len(set(known.values())) > 1:
        for where, found in known.items():
            facts.setdefault(where, {})["learning rate, tuned for each"] = " / ".join(map(_said, found))
    order = dict.fromkeys(what for found in facts.values() for what in found)
    return [line for what in sorted(order, key=_place) for line in _lines(what, facts, conditions)]


def _lines(what: str, facts: Mapping[str, Mapping[str, str]], conditions: Sequence[str]) -> Iterator[str]:
    """One fact: a single line where it is the same under every condition, else one for each of its values."""
    places: dict[str, list[str]] = {}
    for where in conditions:
        if what in facts.get(where, {}):
            places.setdefault(facts[where][what], []).append(where)
    for value, found in places.items():
        yield f"{what}: {value}" if len(found) == len(conditions) else f"{what} ({'; '.join(found)}): {value}"


def _facts(arms: Mapping[str, Arm]) -> dict[str, str]:
    """What differs between the arms under one condition, and what they cost: what -> its values."""
    names, ours = list(arms), list(arms.values())
    found = {name: " / ".join(map(_said, values)) for name, values in differences(arms).items() if name != "parameters"}
    for name, arm in list(arms.items())[1:]:
        if ours[0].file and arm.file and ours[0].file != arm.file:
            number = changed_lines(ours[0].file, arm.file)
            models = f"{ours[0].settings['model']} {arm.settings['model']}"
            found[f"code, {names[0]} to {name}"] = f"{number} lines (kdl model diff {models})"
        if layers := changed_layers(ours[0], arm):
            found[f"layers, {names[0]} to {name}"] = "; ".join(layers) if len(layers) <= NAMED else _kinds(layers)
    for what in ("params", "multiply_adds"):
        found[_LABELS[what]] = " / ".join(f"{getattr(arm, what):,}" for arm in ours)
    found["memory of a step"] = f"{' / '.join(f'{arm.memory / 2**20:.2f}' for arm in ours)} MiB"
    return found


def _kinds(layers: Sequence[str]) -> str:
    """Many changed layers, counted: how many more or fewer there are of each kind; those that are only renamed cancel out."""
    net: Counter[str] = Counter()
    for line in layers:
        sign, _, kind, *_ = line.split()
        net[kind] += 1 if sign == "+" else -1
    counted = "; ".join(f"{count:+d} {kind}" for kind, count in net.items() if count) or "the same kinds"
    return f"{counted} ({len(layers)} names or sizes differ)"


def _place(what: str) -> int:
    """Settings first, then rates, code, layers, and costs last."""
    heads = ("learning rate", "code,", "layers,", *_LABELS.values(), "memory")
    return next((place for place, head in enumerate(heads, 1) if what.startswith(head)), 0)


_LABELS = {"params": "parameters", "multiply_adds": "multiply-adds for one example"}


def _values(arms: Sequence[Arm], name: str) -> list:
    return [arm.settings.get(name) for arm in arms]


def _sizes(arms: Sequence[Arm]) -> set[str]:
    """Names of the settings that are arguments of `build`: those that are nothing else."""
    fixed = {"model", "task", "optimizer", "schedule", "begins", "steps", "batch_size", "clip_norm"}
    return {name for arm in arms for name in arm.settings if name not in fixed and not name.startswith(("optimizer ", "task "))}


def _said(value) -> str:
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
