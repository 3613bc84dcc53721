"""
title: Emoji on photographs, 48x48, with their boxes
kind: real parts
source: sprites: npm's emoji-datasource-google 16.0.0, Google's Noto emoji; photos: scikit-image 0.26.0
licence: Apache-2.0 and CC0, the first for the sprites, (c) Google, the second for the photos
counts: 30 sprites of 5 kinds and 7 photos, 5 to train and 2 to test; as many scenes as are asked for
file: vendored/emoji_scenes.npz
sha256: aa5f5ec57e0659e23ee66600fc938475ee2df1c748e8a6a04c2b4a7001bbbcb0

One to three sprites are pasted on a piece of a photo, and because they are pasted, where they are is known to the pixel:
the box of an object is the rectangle of what can be seen of it. A sprite is 12 to 32 pixels wide, may be mirrored, and is
drawn anew where it would cover a box by more than `OVERLAP` of the smaller of the two. Training and test share the
sprites; the photos to test with are seen in no training.

Sizes are those of a sprite's drawing, which has an edge of nothing; the box is cut to what is not transparent, and no
larger.
"""

import functools
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("vendored") / "emoji_scenes.npz"

KINDS = ("fruit", "flower", "animal", "ball", "vehicle")
SIZE = 48  # pixels of a scene's side
SMALLEST, LARGEST = 12, 32  # pixels of a sprite's side
MOST = 3  # sprites in a scene
OVERLAP = 0.3  # most of the smaller of two boxes that the other may cover
VISIBLE = 0.5  # a pixel is part of an object where its sprite is at least so opaque
TRIES = 20  # places that are tried for a sprite before it is left out


@functools.cache
def _parts():
    """The arrays of the file: sprites (30, 32, 32, 4), kinds (30,), train (5, 96, 96, 3), test (2, 96, 96, 3)."""
    with np.load(FILE) as arrays:
        return {name: arrays[name] for name in arrays.files}


@functools.cache
def _photos(part):
    """The photos of a part with colours from 0 to 1, (5 or 2, 96, 96, 3) float32: dividing every piece anew takes longer."""
    return (_parts()[part] / 255).astype(np.float32)


@functools.cache
def _drawn(sprite, size):
    """One sprite at `size` pixels: colours times opacity (size, size, 3), opacity (size, size, 1), the four ends of its box."""
    picture = _parts()["sprites"][sprite] / 255
    alpha = picture[..., 3:]
    shares = _shares(len(picture), size)  # (size, 32)
    layers = np.concatenate([picture[..., :3] * alpha, alpha], axis=-1)  # (32, 32, 4)
    layers = np.tensordot(shares, np.tensordot(shares, layers, (1, 1)), (1, 1))  # (size, size, 4)
    seen, alpha = layers[..., :3].astype(np.float32), layers[..., 3:].astype(np.float32)
    rows, columns = (np.flatnonzero((alpha[..., 0] >= VISIBLE).any(axis=axis)) for axis in (1, 0))
    return seen, alpha, (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


@functools.cache
def _laid(sprite, size, mirrored):
    """What a sprite adds to a scene and what share it leaves of it, both (size, size, 3), and the four ends of its box."""
    seen, alpha, (left, top, right, bottom) = _drawn(sprite, size)
    if mirrored:
        seen, alpha, left, right = seen[:, ::-1], alpha[:, ::-1], size - right, size - left
    return np.ascontiguousarray(seen), np.repeat(1 - alpha, 3, axis=-1), (left, top, right, bottom)


def _shares(before, after):
    """(after, before): how much of each old pixel lies in each new one; rows sum to 1."""
    edges = np.linspace(0, before, after + 1)
    low, high = edges[:-1, None], edges[1:, None]
    pixels = np.arange(before)
    shared = np.clip(np.minimum(high, pixels + 1) - np.maximum(low, pixels), 0, None)
    return shared / shared.sum(axis=1, keepdims=True)


def scenes(rng, count, *, part):
    """Draw scenes.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of scenes, B.
        part: "train" or "test": which photos lie behind the sprites.

    Returns:
        x (B, 48, 48, 3) float32, colours from 0 to 1; boxes (B, 3, 5) float32: kind, left, top, right, bottom in pixels of
        each object, and -1 five times where a scene has fewer than three.
    """
    photos, kinds = _photos(part), _parts()["kinds"].tolist()
    x = np.empty((count, SIZE, SIZE, 3), np.float32)
    boxes = np.full((count, MOST, 5), -1, np.float32)
    for scene in range(count):
        photo = photos[rng.integers(len(photos))]
        top, left = rng.integers(0, photo.shape[0] - SIZE + 1, 2).tolist()
        piece = photo[top : top + SIZE, left : left + SIZE]
        x[scene] = piece[:, ::-1] if rng.random() < 0.5 else piece
        placed = []
        for _ in range(rng.integers(1, MOST + 1)):
            sprite = int(rng.integers(len(kinds)))
            box = _paste(rng, x[scene], sprite, placed)
            if box is not None:
                boxes[scene, len(placed)] = (kinds[sprite], *box)
                placed.append(box)
    return x, boxes


def _paste(rng, scene, sprite, others):
    """Draw a sprite into a scene (48, 48, 3) at a place where it hides little of other boxes; its own box, or None."""
    size = int(rng.integers(SMALLEST, LARGEST + 1))
    seen, left_of_it, (left, top, right, bottom) = _laid(sprite, size, rng.random() < 0.5)
    for _ in range(TRIES):
        row, column = rng.integers(0, SIZE - size + 1, 2).tolist()
        box = (column + left, row + top, column + right, row + bottom)
        if all(covered(box, other) <= OVERLAP for other in others):
            place = scene[row : row + size, column : column + size]
            place *= left_of_it
            place += seen
            return box
    return None


def covered(box, other):
    """How much of the smaller of two boxes lies in the other, both as four numbers: small arrays are slow."""
    (left, top, right, bottom), (start, above, end, below) = box, other
    shared = max(min(right, end) - max(left, start), 0) * max(min(bottom, below) - max(top, above), 0)
    return shared / min((right - left) * (bottom - top), (end - start) * (below - above))
