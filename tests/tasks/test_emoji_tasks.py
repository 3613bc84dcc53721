"""Boxes as targets: what is encoded is found again, what cannot be encoded counts as missed."""

import numpy as np
import pytest

from kdl import catalog
from kdl.metrics.iou import iou
from kdl.tasks import _boxes, emoji_by_cell, emoji_by_default_box

NAMES = ["emoji-by-cell", "emoji-by-default-box"]


def make(name, **options):
    return catalog.load(catalog.find("task", name)).make(**options)


def perfect(name, y, places):
    """What a network would have to say to get all that is encoded right: (B, S, S, 5 K + C) or (B, D, 5 + C)."""
    rows = y[:, :places]
    kind = rows[..., 0].astype(int)
    if name == "emoji-by-default-box":
        return np.concatenate([rows[..., 1:], 20 * np.eye(6)[kind + 1]], axis=-1)
    box = np.concatenate([rows[..., 1:3], np.sqrt(rows[..., 3:]), (kind >= 0)[..., None]], axis=-1)
    other = np.zeros_like(box)
    return np.concatenate([box, other, np.eye(5)[np.maximum(kind, 0)]], axis=-1).reshape(-1, 6, 6, 15)


@pytest.mark.parametrize(
    ("name", "options", "places"),
    [(NAMES[0], {}, 36), (NAMES[1], {}, 180), (NAMES[1], {"maps": (6, 6)}, 288), (NAMES[1], {"maps": [12, 6]}, 720)],
)
def test_what_is_encoded_is_found_again_to_the_pixel(name, options, places):
    task = make(name, **options)
    _, y = task.batches(0, 0, 0, 100)
    answers = perfect(name, y, places)

    assert y.shape == (100, places + 3, 5)
    assert task.score(y, answers) > 0.98
    for objects, boxes in zip(task.boxes.truth(y), task.boxes.found(answers), strict=True):
        for box in boxes:
            assert np.abs(objects - box[:5]).max(axis=1).min() < 0.01


def test_of_two_objects_in_one_cell_the_second_is_not_taught_and_counts_as_missed():
    objects = np.array([[[1, 8, 8, 16, 16], [3, 10, 10, 15, 15], [-1] * 5]], float)  # both middles in the cell of 8 to 16
    rows = emoji_by_cell.encode(objects)
    y = np.concatenate([rows, objects], axis=1)

    assert list(np.flatnonzero(rows[0, :, 0] >= 0)) == [1 * 6 + 1]
    np.testing.assert_allclose(rows[0, 7], [1, 0.5, 0.5, 8 / 48, 8 / 48])
    assert make("emoji-by-cell").score(y, perfect("emoji-by-cell", y, 36)) == pytest.approx(1 / 2)  # of two kinds one


def test_both_tasks_show_the_same_scenes():
    (x, y), (same, other) = (make(name).batches(5, 1, 2, 6) for name in NAMES)

    np.testing.assert_array_equal(x, same)
    np.testing.assert_array_equal(y[:, -3:], other[:, -3:])


def test_the_paper_has_8732_default_boxes():
    """38*38*4 + 19*19*6 + 10*10*6 + 5*5*6 + 3*3*4 + 1*4."""
    four, six = (2.0,), (2.0, 3.0)
    scales, ratios = (0.1, 0.2, 0.375, 0.55, 0.725, 0.9, 1.075), (four, six, six, six, four, four)
    shapes = [emoji_by_default_box.shapes(*one) for one in zip(scales[:-1], scales[1:], ratios, strict=True)]
    laid = emoji_by_default_box.default_boxes((38, 19, 10, 5, 3, 1), shapes)

    assert laid.shape == (8732, 4)
    np.testing.assert_allclose(laid[0], [0.5 / 38, 0.5 / 38, 0.1, 0.1])
    np.testing.assert_allclose(laid[-1], [0.5, 0.5, 0.9 / 2**0.5, 0.9 * 2**0.5])
    np.testing.assert_allclose(laid[38 * 38 * 4 + 6 + 4], [1.5 / 19, 0.5 / 19, 0.2 * 3**0.5, 0.2 / 3**0.5])


@pytest.mark.parametrize("seed", range(3))
def test_every_object_has_a_default_box_and_every_close_default_box_an_object(seed):
    """Brute force: above 0.5 the object of the highest IoU; then each object its best box, the best pair first."""
    _, y = make("emoji-by-default-box").batches(seed, 0, 0, 20)
    laid = _boxes.corners(emoji_by_default_box.default_boxes(*emoji_by_default_box.layout((6, 3))))
    for picture, objects in zip(y, _boxes.truth(y), strict=True):
        overlaps = iou(laid, objects[:, 1:] / 48)
        owner = emoji_by_default_box.matched(overlaps)

        expected = [int(row.argmax()) if row.max() > 0.5 else -1 for row in overlaps]
        pairs = sorted((-overlaps[box, one], box, one) for box in range(180) for one in range(len(objects)))
        taken, given = set(), set()
        for _, box, one in pairs:
            if box not in taken and one not in given:
                expected[box] = one
                taken.add(box)
                given.add(one)

        assert given == set(range(len(objects)))
        np.testing.assert_array_equal(owner, expected)
        np.testing.assert_array_equal(picture[:180, 0], [objects[one, 0] if one >= 0 else -1 for one in expected])


@pytest.mark.parametrize("maps", [(6, 3), (6, 6), (12, 6)])
def test_a_batch_is_encoded_as_its_pictures_one_by_one(maps):
    """Bit for bit, and each without the rows of the objects that are not there."""
    laid = emoji_by_default_box.default_boxes(*emoji_by_default_box.layout(maps))
    objects = make("emoji-by-default-box", maps=maps).batches(3, 0, 0, 40)[1][:, -3:].astype(float)
    rows = emoji_by_default_box.encode(objects, laid)

    for row, picture in zip(rows, objects, strict=True):
        picture = picture[picture[:, 0] >= 0]
        boxes = picture[:, 1:] / 48
        owner = emoji_by_default_box.matched(iou(_boxes.corners(laid), boxes))
        used = owner >= 0

        np.testing.assert_array_equal(row[~used], np.tile([-1.0, 0, 0, 0, 0], (int((~used).sum()), 1)))
        np.testing.assert_array_equal(row[used, 0], picture[owner[used], 0])
        moved = emoji_by_default_box.offsets(_boxes.middles(boxes)[owner[used]], laid[used])
        np.testing.assert_array_equal(row[used, 1:], moved)
    assert {len(picture[picture[:, 0] >= 0]) for picture in objects} == {1, 2, 3}


def test_offsets_by_hand():
    """From (0.5, 0.5, 0.2, 0.4) to (0.6, 0.4, 0.2, 0.8): half a width right, a quarter of a height up, twice as high."""
    found = emoji_by_default_box.offsets(np.array([[0.6, 0.4, 0.2, 0.8]]), np.array([[0.5, 0.5, 0.2, 0.4]]))

    np.testing.assert_allclose(found, [[0.5 / 0.1, -0.25 / 0.1, 0, np.log(2) / 0.2]], atol=1e-12)


def test_a_scene_without_a_sure_box_has_no_box():
    nothing = np.zeros((2, 180, 10))
    nothing[..., 4] = 30

    assert [rows.shape for rows in emoji_by_default_box.found(nothing)] == [(0, 6)] * 2
    assert [rows.shape for rows in emoji_by_cell.found(np.zeros((2, 6, 6, 15)))] == [(0, 6)] * 2


@pytest.mark.parametrize("name", NAMES)
def test_candidates_are_the_highest_scores_whatever_they_are(name):
    """All scores below the least that is shown: nothing is found, but the best ten are, where they are asked for."""
    rng = np.random.default_rng(0)
    if name == "emoji-by-cell":
        answers = rng.uniform(0.2, 0.6, (1, 6, 6, 15))
        answers[..., [4, 9]] /= 100
    else:
        answers = rng.normal(size=(1, 180, 10))
        answers[..., 4] += 10
    module = catalog.load(catalog.find("task", name))
    some, more = (module.found(answers, candidates=count)[0] for count in (10, 40))

    assert module.found(answers)[0].shape == (0, 6)
    assert 0 < len(some) <= 10
    assert some[0].tolist() == more[0].tolist()
    assert set(some[:, 5]) <= set(more[:, 5]) or len(more) == _boxes.FOUND


@pytest.mark.parametrize("maps", [(3, 6), (6,), (5, 5)])
def test_other_maps_are_refused(maps):
    with pytest.raises(ValueError, match="two of .*the finer one first"):
        make("emoji-by-default-box", maps=maps)
