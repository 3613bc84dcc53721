"""What a detector found in held-out pictures: the true boxes and its own, drawn into the pictures themselves."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence

from kdl.report import answers
from kdl.report.svg import Sheet
from kdl.runs.record import Run

PICTURES = 8
FAINT = 0.3  # boxes of lower score are not drawn
SCALE = 4  # units of the drawing for a pixel


def drawn(run: Run, task, fix: str) -> list[dict]:
    """The first held-out pictures of a run with their boxes: title, svg and two lines of words for each.

    Empty where the run's task finds no boxes, or nothing was saved. `fix` is what to do about a file that is damaged.

    Raises:
        BadContent: what was saved is damaged.
    """
    file = run.path / "arrays.npz"
    if task is None or task.boxes is None or not file.is_file():
        return []
    y, predicted = (part[:PICTURES] for part in answers.read(file, fix))
    x, _ = task.test(run.record.get("seed") or 0)
    rows = zip(x, task.boxes.truth(y), task.boxes.found(predicted), strict=False)
    return [_picture(number, *row, task.labels) for number, row in enumerate(rows, 1)]


def _picture(number: int, x, objects, boxes, labels: Sequence[str]) -> dict:
    boxes = [box for box in boxes if box[5] >= FAINT]
    lines = [
        f"there: {', '.join(labels[int(kind)] for kind, *_ in objects)}",
        f"found: {', '.join(f'{labels[int(box[0])]} {box[5]:.2f}' for box in boxes) or 'nothing'}",
    ]
    title, (height, width) = f"Held-out scene {number}", (SCALE * size for size in x.shape[:2])
    sheet = Sheet(f"scene-{number}", title, ". ".join(lines), (width, height), "scene")
    sheet.image(0, 0, width, height, png(x))
    for kind, *place in objects:
        _box(sheet, place, "box-true", f"there: {labels[int(kind)]}")
    for kind, *place, score in boxes:
        _box(sheet, place, "box-found", f"found: {labels[int(kind)]}, score {score:.2f}")
        left, top = SCALE * place[0], SCALE * place[1]
        sheet.text(left + 3, top + 13 if top < 14 else top - 4, f"{labels[int(kind)]} {score:.2f}", "box-word")
    return {"title": title, "svg": sheet.svg(), "lines": lines}


def _box(sheet: Sheet, place: Sequence[float], css: str, tip: str) -> None:
    left, top, right, bottom = (SCALE * end for end in place)
    sheet.rect(left, top, right - left, bottom - top, "box-under")
    sheet.rect(left, top, right - left, bottom - top, css, tip)


def png(x) -> str:
    """A picture (H, W, 3) of numbers from 0 to 1 as the text of a PNG file, for the inside of a page."""
    from matplotlib.image import imsave

    packed = io.BytesIO()
    imsave(packed, x.clip(0, 1), format="png", metadata={"Software": None})
    return base64.b64encode(packed.getvalue()).decode("ascii")


def legend() -> Mapping[str, str]:
    """What each kind of line means: class of style.css -> words."""
    return {"box-true": "what is there", "box-found": f"what the network found, from a score of {FAINT:g}"}
