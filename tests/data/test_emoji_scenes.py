"""Scenes of emoji: boxes are where something can be seen, and everything comes from the generator that is given."""

import numpy as np
import pytest

from kdl import catalog
from kdl.data import emoji_scenes


def drawn(count=200, seed=0, part="train"):
    return emoji_scenes.scenes(np.random.default_rng(seed), count, part=part)


def test_the_header_counts_what_the_file_holds():
    parts = emoji_scenes._parts()
    photos = [len(parts[part]) for part in ("train", "test")]
    said = catalog.find("data", "emoji-scenes").counts

    assert said.startswith(f"{len(parts['sprites'])} sprites of {len(emoji_scenes.KINDS)} kinds and {sum(photos)} photos")
    assert f"{photos[0]} to train and {photos[1]} to test" in said
    np.testing.assert_array_equal(np.bincount(parts["kinds"]), np.full(len(emoji_scenes.KINDS), 6))


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_same_seed_draws_the_same_scenes_and_another_seed_others(part):
    (x, boxes), (again, same), (other, _) = drawn(5, 3, part), drawn(5, 3, part), drawn(5, 4, part)

    np.testing.assert_array_equal(x, again)
    np.testing.assert_array_equal(boxes, same)
    assert (x != other).any(axis=(1, 2, 3)).all()


def test_scenes_are_pictures_with_one_to_three_boxes_inside_and_each_number_of_them_occurs():
    x, boxes = drawn()
    there = boxes[..., 0] >= 0

    assert (x.shape, x.dtype, boxes.shape) == ((200, 48, 48, 3), np.float32, (200, 3, 5))
    assert 0 <= x.min() < x.max() <= 1 + 1e-6
    assert set(there.sum(axis=1)) == {1, 2, 3}
    assert set(boxes[there][:, 0]) == set(range(5))
    left, top, right, bottom = boxes[there][:, 1:].T
    assert min(left.min(), top.min()) >= 0 and max(right.max(), bottom.max()) <= emoji_scenes.SIZE
    assert (left < right).all() and (top < bottom).all()
    assert (boxes[~there] == -1).all()


def test_a_box_touches_what_is_opaque_on_all_four_sides_and_nothing_opaque_lies_outside():
    for sprite, size in ((0, 12), (7, 19), (29, 32)):
        _, alpha, (left, top, right, bottom) = emoji_scenes._drawn(sprite, size)
        opaque = alpha[..., 0] >= emoji_scenes.VISIBLE
        inside = opaque[top:bottom, left:right]

        assert opaque.sum() == inside.sum()
        assert inside[0].any() and inside[-1].any() and inside[:, 0].any() and inside[:, -1].any()


def test_no_object_hides_much_of_another():
    """The share of the smaller box, pixel by pixel."""
    _, boxes = drawn(300)
    for scene in boxes:
        masks = []
        for _, left, top, right, bottom in scene[scene[:, 0] >= 0].astype(int):
            mask = np.zeros((48, 48), bool)
            mask[top:bottom, left:right] = True
            masks.append(mask)
        for number, one in enumerate(masks):
            for other in masks[:number]:
                assert (one & other).sum() <= emoji_scenes.OVERLAP * min(one.sum(), other.sum())


def test_outside_the_sprites_a_scene_is_a_piece_of_a_photo_and_the_photos_to_test_with_are_others():
    train, test = (emoji_scenes._parts()[part] for part in ("train", "test"))
    x, boxes = drawn(1)
    pixels = {tuple(pixel) for pixel in train.reshape(-1, 3)}
    left, top, right, bottom = np.clip(boxes[0, :, 1:], 0, 48).astype(int).T
    ground = np.ones((48, 48), bool)
    for box in zip(left, top, right, bottom, strict=True):
        ground[max(0, box[1] - 4) : box[3] + 4, max(0, box[0] - 4) : box[2] + 4] = False

    assert ground.sum() > 200
    assert {tuple(pixel) for pixel in np.rint(x[0][ground] * 255).astype(int)} <= pixels
    assert not any((one == other).all() for one in train for other in test)


def plainly(rng, part):
    """One scene, drawn as the module's docstring says it, with nothing made beforehand."""
    parts, most, size = emoji_scenes._parts(), emoji_scenes.MOST, emoji_scenes.SIZE
    photo = parts[part][rng.integers(len(parts[part]))]
    top, left = rng.integers(0, photo.shape[0] - size + 1, 2)
    x = (photo[top : top + size, left : left + size] / 255).astype(np.float32)
    x = x[:, ::-1].copy() if rng.random() < 0.5 else x
    boxes = []
    for _ in range(rng.integers(1, most + 1)):
        sprite, wide = int(rng.integers(30)), int(rng.integers(12, 33))
        seen, alpha, (left, top, right, bottom) = emoji_scenes._drawn(sprite, wide)
        if rng.random() < 0.5:
            seen, alpha, left, right = seen[:, ::-1], alpha[:, ::-1], wide - right, wide - left
        for _ in range(emoji_scenes.TRIES):
            row, column = rng.integers(0, size - wide + 1, 2)
            box = [column + left, row + top, column + right, row + bottom]
            if all(emoji_scenes.covered(box, other[1:]) <= emoji_scenes.OVERLAP for other in boxes):
                place = x[row : row + wide, column : column + wide]
                place[:] = place * (1 - alpha) + seen
                boxes.append([parts["kinds"][sprite], *box])
                break
    return x, boxes + [[-1] * 5] * (most - len(boxes))


@pytest.mark.parametrize("part", ["train", "test"])
def test_what_is_made_beforehand_changes_no_bit_of_a_scene(part):
    x, boxes = drawn(150, 7, part)
    rng = np.random.default_rng(7)
    expected = [plainly(rng, part) for _ in range(150)]

    np.testing.assert_array_equal(x, [picture for picture, _ in expected])
    np.testing.assert_array_equal(boxes, [rows for _, rows in expected])


def test_making_a_picture_smaller_keeps_its_mean():
    shares = emoji_scenes._shares(32, 12)

    np.testing.assert_allclose(shares.sum(axis=1), np.ones(12))
    np.testing.assert_allclose(shares.mean(axis=0), np.full(32, 1 / 32))


@pytest.mark.parametrize(
    ("box", "share"), [([0, 0, 4, 4], 1.0), ([2, 0, 6, 2], 0.5), ([8, 8, 9, 9], 0.0), ([0, 0, 16, 16], 1.0)]
)
def test_the_share_that_is_covered_is_that_of_the_smaller_box(box, share):
    assert emoji_scenes.covered(box, (0, 0, 4, 8)) == pytest.approx(share)
