"""IoU, NMS and mAP: by brute force, against TensorFlow's suppression, and against COCO's own evaluation."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.metrics import iou, mean_average_precision, nms

METRICS = sorted(card.id for card in catalog.algorithms().values() if card.path.parent.name == "metrics")
FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "mean-average-precision.npz"


def contract(test):
    """The test runs once for each metric, and counts as proof that it does this."""
    for mark in (pytest.mark.parametrize("name", METRICS), pytest.mark.content, pytest.mark.contract):
        test = mark(test)
    return test


def oracle(name):
    """The test counts as proof of `name` against an independent computation."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", [name]), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


def boxes_of(rng, count, size=60):
    """Whole corners, so that boxes touch, are equal, and have equal overlaps now and then."""
    corners = rng.integers(0, size, (count, 2))
    return np.concatenate([corners, corners + rng.integers(1, size // 2, (count, 2))], axis=1).astype(float)


# ---- what every metric does ------------------------------------------------------------------------------------------


@contract
def test_it_makes_what_its_header_says(name):
    card = catalog.find("algorithm", name)
    module = catalog.load(card)
    if card.makes == "count":
        assert callable(module.of_model) and not hasattr(module, "make")
        return
    options = inspect.signature(module.make).parameters.values()

    assert callable(module.make())
    assert all(one.default is not inspect.Parameter.empty for one in options)


@contract
def test_it_names_no_framework_and_can_be_read_in_one_sitting(name):
    text = catalog.find("algorithm", name).path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not {one.partition(".")[0] for one in imported} & {"tensorflow", "jax", "torch"}
    assert len(text.splitlines()) <= 250
    assert all(node.end_lineno - node.lineno < 50 for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", ["iou", "nms", "mean-average-precision"])
def test_the_lesson_has_a_problem_an_idea_equations_a_mistake_and_shapes(name):
    body = headers.body(catalog.find("algorithm", name).path)

    for start in ("Problem. ", "Idea. ", "The usual mistake: ", "Shapes: "):
        assert re.search(f"^{start}", body, re.MULTILINE), start
    assert re.search(r"^    \S.* = ", body, re.MULTILINE), "an equation stands in lines of its own"


# ---- IoU -------------------------------------------------------------------------------------------------------------


@oracle("iou")
@pytest.mark.parametrize("seed", range(3))
def test_iou_counts_pixels(name, seed):
    """Boxes with whole corners, painted: pixels in both over pixels in one."""
    rng = np.random.default_rng(seed)
    a, b = boxes_of(rng, 9, 30), boxes_of(rng, 7, 30)

    def painted(boxes):
        masks = np.zeros((len(boxes), 60, 60), bool)
        for mask, (left, top, right, bottom) in zip(masks, boxes.astype(int), strict=True):
            mask[top:bottom, left:right] = True
        return masks

    one, other = painted(a)[:, None], painted(b)[None]
    expected = (one & other).sum(axis=(2, 3)) / (one | other).sum(axis=(2, 3))

    assert 0 < (expected > 0).sum() < expected.size
    np.testing.assert_allclose(iou.make()(a, b), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ([0, 0, 6, 4], 1),
        ([2, 0, 8, 4], 1 / 2),  # moved by a third of its width: 16 / 32
        ([0, 0, 3, 4], 1 / 2),  # half of it
        ([6, 0, 9, 4], 0),  # touches
        ([9, 9, 12, 12], 0),  # apart in both directions
        ([3, 3, 3, 3], 0),  # no area
    ],
)
def test_iou_of_boxes_that_can_be_checked_by_head(other, expected):
    assert iou.iou(np.array([[0.0, 0, 6, 4]]), np.array([other], float))[0, 0] == pytest.approx(expected)


def test_iou_does_not_change_with_the_scale():
    rng = np.random.default_rng(0)
    a, b = boxes_of(rng, 5), boxes_of(rng, 6)

    np.testing.assert_allclose(iou.iou(a / 7, b / 7), iou.iou(a, b))


# ---- NMS -------------------------------------------------------------------------------------------------------------


@oracle("nms")
@pytest.mark.slow
@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_nms_keeps_what_tensorflow_keeps_in_its_order(name, threshold, keras):
    tf = pytest.importorskip("tensorflow")
    for seed in range(5):
        rng = np.random.default_rng(seed)
        boxes, scores = boxes_of(rng, 60), rng.random(60)
        if seed % 2 == 0:  # near-duplicates of ten large boxes
            boxes = np.repeat(20 * boxes[:10], 6, axis=0) + rng.integers(0, 2, (60, 4))
        expected = tf.image.non_max_suppression(boxes, scores, 60, threshold).numpy()

        assert threshold == 1 or seed % 2 or len(expected) < 60
        np.testing.assert_array_equal(nms.make(threshold)(boxes, scores), expected)


@oracle("nms")
@pytest.mark.parametrize("seed", range(5))
def test_nms_by_its_definition(name, seed):
    """A box stays if and only if no better box that stays overlaps it by more than the threshold."""
    rng = np.random.default_rng(seed)
    boxes, scores = boxes_of(rng, 30), rng.random(30)
    overlaps = iou.iou(boxes, boxes)
    stays = {}
    for box in sorted(range(30), key=lambda box: -scores[box]):
        stays[box] = all(overlaps[box, other] <= 0.3 for other, stayed in stays.items() if stayed)

    assert list(nms.kept(boxes, scores, 0.3)) == [box for box, stayed in stays.items() if stayed]


def test_a_box_that_was_dropped_drops_nothing():
    """B overlaps A and C by 5/9 or more, A and C overlap by 1/3: B goes, and C stays."""
    boxes = np.array([[0, 0, 8, 4], [2, 0, 10, 4], [4, 0, 12, 4]], float)

    assert list(nms.kept(boxes, np.array([0.9, 0.8, 0.7]), 0.5)) == [0, 2]


def test_no_box_at_all_is_no_error():
    assert nms.kept(np.zeros((0, 4)), np.zeros(0), 0.5).shape == (0,)
    assert nms.of_each_kind(np.zeros((0, 6)), 0.5).shape == (0, 6)


def test_kinds_do_not_suppress_each_other_and_the_best_come_first():
    found = np.array([[0, 0, 0, 8, 8, 0.5], [1, 0, 0, 8, 8, 0.9], [0, 1, 0, 9, 8, 0.7], [1, 0, 1, 8, 9, 0.2]])

    np.testing.assert_array_equal(nms.of_each_kind(found, 0.5), found[[1, 2]])
    np.testing.assert_array_equal(nms.of_each_kind(found, 0.5, most=1), found[[1]])


def test_a_threshold_that_is_no_overlap_is_refused():
    with pytest.raises(ValueError, match="threshold must be between 0 and 1"):
        nms.make(1.5)


# ---- mAP -------------------------------------------------------------------------------------------------------------


def by_picture(rows, count=30):
    return [rows[rows[:, 0] == picture, 1:] for picture in range(count)]


@oracle("mean-average-precision")
def test_map_equals_coco_s_own_evaluation_of_random_boxes(name):
    """Made by pycocotools (tools/make_fixtures.py): all sizes, empty pictures, equal scores, kinds that are mixed up."""
    with np.load(FIXTURE) as made:
        expected = dict(zip(made["names"].tolist(), made["stats"], strict=True))
        truth, found = by_picture(made["truth"]), by_picture(made["found"])

    assert 0.1 < min(expected.values()) < max(expected.values()) < 0.9
    for key, value in mean_average_precision.by_size(truth, found).items():
        assert value == pytest.approx(expected[key], abs=1e-9), key


@oracle("mean-average-precision")
@pytest.mark.parametrize("seed", range(5))
def test_ap_of_a_ranked_list_by_its_definition(name, seed):
    """One object a picture, right and wrong are drawn: the mean over 101 recalls of the best precision from there on."""
    rng = np.random.default_rng(seed)
    right, scores = rng.random(40) < 0.5, rng.permutation(40) / 40
    truth = [np.array([[0, 0, 0, 4, 4]], float)] * 40
    found = [np.array([[0, *([0, 0, 4, 4] if one else [9, 9, 13, 13]), s]]) for one, s in zip(right, scores, strict=True)]
    ranked = right[np.argsort(-scores)]
    points = [(ranked[: n + 1].sum() / 40, ranked[: n + 1].mean()) for n in range(40)]  # recall, precision
    best = [max((p for recall, p in points if recall >= r), default=0) for r in mean_average_precision.RECALLS]

    assert mean_average_precision.make()(truth, found) == pytest.approx(np.mean(best))


OBJECT = np.array([[2, 0, 0, 10, 10]], float)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([[2, 0, 0, 10, 10, 0.3]], 1),
        ([], 0),
        ([[1, 0, 0, 10, 10, 0.9]], 0),  # another kind
        ([[2, 0, 0, 10, 10, 0.9], [2, 0, 0, 10, 9, 0.8]], 1),  # the second on the object is wrong, but comes later
        ([[2, 0, 0, 10, 4, 0.9], [2, 0, 0, 10, 10, 0.8]], 0.5),  # IoU 0.4 is wrong, and comes first
        ([[2, 0, 0, 10, 5, 0.9]], 1),  # IoU 0.5 is enough
    ],
)
def test_map_of_one_picture_by_head(found, expected):
    assert mean_average_precision.make()([OBJECT], [np.array(found, float).reshape(-1, 6)]) == pytest.approx(expected)


def test_boxes_are_ranked_over_all_pictures_and_not_in_each():
    """A sure mistake in the last of four pictures stands before the three good boxes: precision 3/4 at best, for the recalls
    up to 3/4, which are 76 of 101. Averaged by picture it would be 3/4."""
    found = [np.array([[2, 0, 0, 10, 10, 0.5]])] * 3 + [np.array([[2, 50, 50, 60, 60, 0.9]])]

    assert mean_average_precision.make()([OBJECT] * 4, found) == pytest.approx(76 / 101 * 3 / 4)


def test_objects_of_another_size_are_neither_missed_nor_a_mistake():
    """Only the 10 x 10 object counts; the box on the 40 x 40 one, and a large box on nothing, are left out."""
    truth = [np.array([[2, 0, 0, 10, 10], [2, 50, 50, 90, 90]], float)]
    found = [np.array([[2, 50, 50, 90, 90, 0.9], [2, 100, 100, 150, 150, 0.8], [2, 0, 0, 10, 10, 0.7]])]

    assert mean_average_precision.make(sizes=(0, 256))(truth, found) == pytest.approx(1)
    assert np.isnan(mean_average_precision.make(sizes=(2000, 3000))(truth, found))
