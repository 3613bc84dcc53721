"""How the record of a run reads in a terminal: what came out, how it ran, then one block for each group of settings."""

from __future__ import annotations

from datetime import UTC, datetime

from kdl.cli import render

FIRST = ("verdict", "score", "loss", "steps", "seconds", "task", "seed", "params", "device", "started", "finished")
HIDDEN = ("schema", "kind", "what", "status", "pid", "pid_began", "digest", "prediction")  # of use to programs: `--json`
NOTHING = (None, "", [], {})


def show(run) -> None:
    """Everything that is said in run.json but HIDDEN, and where it lies."""
    said = {key: value for key, value in run.record.items() if key not in HIDDEN and value not in NOTHING}
    if said.get("task_card") == said.get("task"):
        said.pop("task_card", None)
    order = sorted(said, key=lambda key: FIRST.index(key) if key in FIRST else len(FIRST))
    render.fields(
        [*((_words(key), _value(key, said[key])) for key in order if not isinstance(said[key], dict)), ("path", run.path)]
    )
    for key in sorted(order, key=lambda key: key == "versions"):  # what can be set comes before what was installed
        if isinstance(said[key], dict) and (rows := _rows(said[key])):
            render.say()
            render.heading(_words(key))
            render.fields(rows)


def _rows(group: dict) -> list[tuple[str, str]]:
    """Name and value of each setting in a group; a group inside it gives its own, by their names."""
    rows = []
    for key, value in group.items():
        if isinstance(value, dict):
            rows += _rows(value)
        elif value not in NOTHING:
            rows.append((f"  {_words(key)}", _value(key, value)))
    return rows


def _words(key: str) -> str:
    return key.replace("_", " ")


def _value(key: str, value) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value("", one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key in ("seconds", "trace_seconds") and isinstance(value, int | float):
        return render.seconds(value)
    if key in ("started", "finished"):
        return moment(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and key == "params" else str(value)


def moment(text) -> str:
    """`2026-01-02 03:04:05 UTC`; what is no moment stays as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (TypeError, ValueError):
        return str(text)
