"""
title: Pictures of clothes, 28x28
kind: real
source: Debian's dataset-fashion-mnist 0.0~git20200523: Fashion-MNIST, H. Xiao, K. Rasul, R. Vollgraf, 2017, arXiv:1708.07747
licence: MIT, (c) 2017 Zalando SE
counts: 7,000 pictures of 10 kinds: 6,000 to train, 1,000 to test
file: vendored/fashion_small.npz
sha256: ea287518edecdfffe5589a0f2636f3db3968e0db2c9af639da83720a11a34401

Photographs of a shop's articles, made grey and small, in ten kinds that are all equally frequent. A tenth of the whole
set: the first 600 of each kind of the 60,000 to train, and the first 100 of each kind of the 10,000 to test.

It is harder than digits: shirts, T-shirts, pullovers and coats differ in a collar or a sleeve.
"""

from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("vendored") / "fashion_small.npz"

KINDS = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def pictures():
    """((x, y) to train, (x, y) to test): x (B, 28, 28) uint8 from 0, the ground, to 255; y (B,) uint8, its place in KINDS."""
    with np.load(FILE) as arrays:
        return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def split():
    """((x, y) to train, (x, y) to test), scaled: x (B, 28, 28, 1) float32 from 0 to 1, y (B,) int32."""
    return tuple(((x[..., None] / 255).astype(np.float32), y.astype(np.int32)) for x, y in pictures())
