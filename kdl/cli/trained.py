"""A trained model as the command line names it: a run, or a `.keras` file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kdl.errors import UsageProblem


@dataclass
class Trained:
    """Where a model lies, and what is known of it.

    Attributes:
        path: of its `.keras` file.
        run: the run that trained it, or None.
        typed: how a command line names it.
        label: a short name for files made from it.
    """

    path: Path
    run: object
    typed: str
    label: str


def found(name: str) -> Trained:
    """A run by its id, its beginning, its folder or `last`; or a file. Needs no Keras.

    Raises:
        NotFound, UsageProblem, BadContent: no such run or file, or a run without a model.
    """
    from kdl.runs import record

    path = Path(name)
    if path.is_file() or (path.suffix and not path.is_dir()):
        beside = path.name == "model.keras" and (path.parent / "run.json").is_file()
        run = record.read(path.parent.absolute()) if beside else None
        return Trained(path, run, name, run.id if run else path.stem)
    run = record.find(name)
    if run.record["kind"] != "train":
        raise UsageProblem(f"{run.id} is a comparison, which keeps no model.", fix="`kdl run list` shows the trainings.")
    if not (run.path / "model.keras").is_file():
        raise UsageProblem(
            f"{run.id} has no model.",
            why=f"It is {run.record['status']}; the model is saved at the end.",
            fix=f"kdl train --resume {run.typed}" if run.record["status"] == "interrupted" else "kdl run list",
        )
    return Trained(run.path / "model.keras", run, run.typed, run.id)


def task_of(one: Trained, model, asked: str | None):
    """(card, task) that the model was trained for: what its run says; for a file what `asked` says, else its header.

    Raises:
        NotFound, UsageProblem: the file does not say, or the run's data are gone.
    """
    from kdl import catalog

    if one.run is not None and asked is None:
        card = catalog.find("task", one.run.task_card)
        return card, _of_run(one.run, card)
    if asked is None:
        name = model.name.replace("_", "-")
        if name not in catalog.models():
            raise UsageProblem(f"{one.path} does not say what it was trained for.", fix="Name the task: `--task names-text`.")
        asked = next(iter(catalog.models()[name].tasks))
    card = catalog.find("task", asked)
    return card, catalog.load(card).make()


def _of_run(run, card):
    """The task of a run, with the options and the data that it had."""
    import inspect

    from kdl import catalog
    from kdl.cli import train_data

    given = run.record.get("data", {}).get("given")
    if not given:
        return catalog.load(card).make(**run.record.get("options", {}))
    source = train_data.source(given, card)
    if source is None or source.card["sha256"] != run.record["data"]["sha256"]:
        raise UsageProblem(f"{given} is no longer what {run.id} was trained on.", fix="Bring the old data back.")
    build = catalog.load(catalog.find("model", run.record["what"])).build
    return train_data.task(source, card, inspect.signature(build).parameters)
