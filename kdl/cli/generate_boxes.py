"""`kdl generate` of a model that finds objects: what is in a held-out picture, and what it found there."""

from __future__ import annotations

from kdl.cli import render

FAINT = 0.3  # boxes of lower score are not told
ENOUGH = 0.5  # IoU with an object of the same kind from which a box has found it


def compared(task, answer, output) -> dict:
    """The objects of one picture and the boxes found there; `right`: every object found, and nothing else."""
    from kdl.metrics.iou import iou

    objects = task.boxes.truth(answer[None])[0]
    boxes = [box for box in task.boxes.found(output[None])[0] if box[5] >= FAINT]
    listed, missed = [], list(range(len(objects)))
    for box in boxes:  # best first
        overlaps = {one: float(iou(objects[one : one + 1, 1:], box[None, 1:5])[0, 0]) for one in missed}
        fits = [one for one in missed if objects[one, 0] == box[0] and overlaps[one] >= ENOUGH]
        taken = max(fits, key=overlaps.get, default=None)
        if taken is not None:
            missed.remove(taken)
        listed.append({**_told(task, box), "score": float(box[5]), "iou": None if taken is None else overlaps[taken]})
    right = not missed and all(box["iou"] is not None for box in listed)
    return {"answer": [_told(task, one) for one in objects], "found": listed, "right": right}


def _told(task, box) -> dict:
    return {"kind": task.labels[int(box[0])], "box": [round(float(end), 1) for end in box[1:5]]}


def show(row: dict) -> None:
    """One line for each object, one for each box."""
    rows = [("    there", f"{one['kind']:<8} {_place(one)}") for one in row["answer"]]
    for one in row["found"]:
        mark = f"IoU {one['iou']:.2f}" if one["iou"] is not None else render.style("wrong", bold=True)
        rows.append(("    found", f"{one['kind']:<8} {_place(one)}  score {one['score']:.2f}  {mark}"))
    render.fields(rows if row["found"] else [*rows, ("    found", "nothing")])


def _place(one: dict) -> str:
    left, top, right, bottom = (round(end) for end in one["box"])
    return f"{left:>2},{top:<2} to {right:>2},{bottom:<2}"
