"""`kdl model show --layers` and `kdl model diff --layers`: what a built model is made of."""

from __future__ import annotations

from kdl.cli import render
from kdl.errors import NotFound


def show(card, preset: str | None, as_json: bool) -> None:
    """The layers of one model as a graph of text, with shapes, parameters and multiply-adds."""
    from kdl.report import layers

    rows = _rows(card, preset)
    total = _total(rows)
    if as_json:
        render.emit(
            {
                "schema": "kdl.model-layers/1", "id": card.id, "preset": preset, "free": layers.FREE,
                "layers": [row.as_json() for row in rows], **total,
            }
        )  # fmt: skip
        return
    render.heading(f"{card.title}, {preset or 'defaults'}")
    _table([(f"{left} {row.name}".rstrip(), row) for left, row in zip(layers.gutter(rows), rows, strict=True)])
    render.say()
    render.fields([("parameters", f"{total['params']:,}"), ("multiply-adds", f"{total['multiply_adds']:,} for one example")])
    _free(rows)
    others = [name for name in (None, *card.presets) if name != preset]
    more = f" --preset {others[0]}" if others and others[0] else " --layers"
    render.next_step(f"kdl model show {card.id}{more}", f"kdl train {card.id}")


def diff(cards, preset: str | None, as_json: bool) -> None:
    """Which layers were added, removed or changed from one model to the other."""
    from kdl.report import layers

    sides = [_rows(card, preset) for card in cards]
    changes = layers.changes(*sides)
    totals = [_total(rows) for rows in sides]
    if as_json:
        listed = [{"change": tag, "a": a and a.as_json(), "b": b and b.as_json()} for tag, a, b in changes]
        said = {"schema": "kdl.model-diff/1", "a": cards[0].id, "b": cards[1].id, "preset": preset, "free": layers.FREE}
        render.emit({**said, "layers": listed, "totals": {"a": totals[0], "b": totals[1]}})
        return
    render.heading(f"{cards[0].title} -> {cards[1].title}, {preset or 'defaults'}")
    marked = {"same": [" "], "changed": ["-", "+"], "removed": ["-"], "added": ["+"]}
    lines = []
    for tag, a, b in changes:
        for mark in marked[tag]:
            row = b if mark == "+" else a
            lines.append((f"{mark} {row.name}", row))
    _table(lines, colours={"+": "green", "-": "red"})
    render.say()
    for key, name in (("params", "parameters"), ("multiply_adds", "multiply-adds")):
        a, b = totals[0][key], totals[1][key]
        render.say(f"{name}: {a:,} -> {b:,}" + (f" ({b / a:.2f} times)" if a else ""))
    _free([*sides[0], *sides[1]])
    render.next_step(f"kdl model diff {cards[0].id} {cards[1].id}     the difference in the code")


def _rows(card, preset):
    from kdl import catalog
    from kdl.backend import start
    from kdl.report import layers

    if preset is not None and preset not in card.presets:
        raise NotFound("preset", preset, card.presets, fix=f"{card.id} has: {', '.join(card.presets)}.")
    render.say("Loading Keras ...", err=True)
    start()
    return layers.rows(catalog.build(card.id, preset))


def _total(rows) -> dict:
    return {"params": sum(row.params for row in rows), "multiply_adds": sum(row.multiply_adds for row in rows)}


def _free(rows) -> None:
    from kdl.report import layers

    if any(None in row.shape for row in rows):
        render.say(f"A size that is free stands as ?, and counts as {layers.FREE} in the multiply-adds.")


def _table(lines, colours=None) -> None:
    """Name, kind, shape, parameters, multiply-adds. Where they do not fit, the kind goes, then the name is cut."""
    head = ("layer", "kind", "gives", "parameters", "multiply-adds")
    cells = [(left, row.kind, _shape(row), f"{row.params:,}", f"{row.multiply_adds:,}") for left, row in lines]
    rows = [head, *cells]
    if _width(rows) > render.width():
        rows = [(row[0], *row[2:]) for row in rows]
    room = max(8, max(len(row[0]) for row in rows) - max(0, _width(rows) - render.width()))
    rows = [(render.cut(row[0], room), *row[1:]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        texts, numbers = list(zip(row, widths, strict=True))[:-2], list(zip(row, widths, strict=True))[-2:]
        line = "  ".join([*(text.ljust(size) for text, size in texts), *(text.rjust(size) for text, size in numbers)])
        how = {"bold": True} if number == 0 else {"fg": (colours or {}).get(row[0][:1])}
        render.say(render.style(line, **how))


def _width(rows) -> int:
    return sum(max(map(len, column)) for column in zip(*rows, strict=True)) + 2 * (len(rows[0]) - 1)


def _shape(row) -> str:
    if not row.shape:
        return "-"
    return f"({', '.join('?' if size is None else str(size) for size in ('B', *row.shape))})"
