"""`kdl generate` and the page of a run, for models that find objects."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from kdl import catalog
from kdl.cli import generate_boxes
from kdl.errors import ENVIRONMENT
from kdl.report import found_boxes
from kdl.runs import record
from kdl.tasks import emoji_by_cell

OBJECTS = [[2, 8, 8, 24, 24], [4, 26, 30, 46, 42]]


def target():
    """One picture: an animal and a vehicle."""
    objects = np.array([[*OBJECTS, [-1] * 5]], float)
    return np.concatenate([emoji_by_cell.encode(objects), objects], axis=1).astype("float32")


def answers(y, *, confidence=0.9, drop=()):
    """What a network says that finds every object but those in `drop`, with one confidence."""
    said = np.zeros((1, 36, 15), "float32")
    for cell in np.flatnonzero(y[0, :36, 0] >= 0):
        kind, x, middle, w, h = y[0, cell]
        if int(kind) not in drop:
            said[0, cell, :5] = (x, middle, w**0.5, h**0.5, confidence)
            said[0, cell, 10 + int(kind)] = 1
    return said.reshape(1, 6, 6, 15)


def compared(said):
    return generate_boxes.compared(emoji_by_cell.make(), target()[0], said[0])


def test_a_picture_is_right_if_every_object_is_found_and_nothing_else():
    found = compared(answers(target()))

    assert found["right"]
    assert [one["kind"] for one in found["answer"]] == ["animal", "vehicle"]
    assert {(one["kind"], *one["box"]) for one in found["found"]} == {("animal", 8, 8, 24, 24), ("vehicle", 26, 30, 46, 42)}
    assert [one["iou"] for one in found["found"]] == pytest.approx([1, 1], abs=1e-3)


def test_a_missed_object_and_a_box_on_nothing_are_both_wrong():
    said = answers(target(), drop=(4,))
    assert not compared(said)["right"]

    said = answers(target())
    said[0, 5, 0, :5], said[0, 5, 0, 10] = (0.5, 0.5, 0.3, 0.3, 0.8), 1  # a fruit in the lower left corner
    wrong = [one for one in compared(said)["found"] if one["iou"] is None]
    assert [one["kind"] for one in wrong] == ["fruit"]
    assert not compared(said)["right"]


def test_faint_boxes_are_not_told():
    assert compared(answers(target(), confidence=0.2))["found"] == []


# ---- the page --------------------------------------------------------------------------------------------------------


def written(kdl, run):
    return Path(json.loads(kdl("report", run.id, "--json").out)["path"]).read_text(encoding="utf-8")


@pytest.fixture
def run(home):
    """A run of YOLO whose answers to the first eight held-out scenes are right, but for a missing vehicle."""
    task = emoji_by_cell.make()
    _, y = (part[:8] for part in task.test(3))
    made = record.create("train", "yolo-v1", seed=3, task="emoji-by-cell", options={})
    said = np.concatenate([answers(one[None], drop=(4,)) for one in y])
    np.savez(made.path / "arrays.npz", answer=y, prediction=said, loss=np.zeros(1))
    made.finish(score=0.5)
    return made, y


def test_the_page_draws_every_true_box_and_every_box_that_was_found(kdl, run):
    made, y = run
    page = written(kdl, made)
    first = y[: found_boxes.PICTURES]
    objects = int((first[:, -3:, 0] >= 0).sum())
    taught = [kind for scene in first for kind in scene[:36, 0] if kind >= 0 and kind != 4]
    drawn = page.partition('<div class="scenes">')[2]

    assert len(re.findall("<image ", page)) == found_boxes.PICTURES
    assert len(re.findall('<rect class="box-true"', drawn)) == objects
    assert len(re.findall('<rect class="box-found"', drawn)) == len(taught)
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", drawn)


def test_the_boxes_stand_where_they_are(run):
    made, y = run
    one = found_boxes.drawn(made, emoji_by_cell.make(), "")[0]
    left, top, right, bottom = y[0, -3, 1:] * found_boxes.SCALE
    place = f'x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}"'

    assert f'<rect class="box-true" {place}' in one["svg"]


def test_a_run_that_finds_no_boxes_or_saved_nothing_has_no_such_section(kdl, run):
    made, _ = run
    (made.path / "arrays.npz").unlink()
    assert 'id="found"' not in written(kdl, made)

    other = record.create("train", "mlp", seed=0, task="digits", options={})
    task = catalog.load(catalog.find("task", "digits")).make()
    assert found_boxes.drawn(other, task, "") == []


def test_answers_that_are_damaged_are_one_error_and_no_page_without_them(kdl, run):
    """The same as on the page of a model that draws."""
    made, _ = run
    (made.path / "arrays.npz").write_bytes(b"broken")
    done = kdl("report", made.id)

    assert done.code == ENVIRONMENT and done.out == "" and "Traceback" not in done.err
    assert "arrays.npz:1: is damaged" in done.err and f"kdl run delete {made.id}" in done.err


def test_a_picture_comes_back_from_its_text():
    import base64
    import io

    from matplotlib.image import imread

    x = np.random.default_rng(0).random((5, 4, 3)).astype("float32")
    again = imread(io.BytesIO(base64.b64decode(found_boxes.png(x))))[..., :3]

    np.testing.assert_allclose(again, x, atol=1 / 255)
    assert found_boxes.png(x) == found_boxes.png(x)
