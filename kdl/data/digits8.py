"""
title: Handwritten digits, 8x8
kind: real
source: scikit-learn 1.9.1, sklearn/datasets/data/digits.csv.gz: test set of "Optical recognition of handwritten digits",
    E. Alpaydin, C. Kaynak, UCI machine learning repository, 1998
licence: CC BY 4.0
counts: 1,797 pictures of 10 digits: 1,437 to train, 360 to test
file: vendored/digits8.npz
sha256: d59947caaeff6753111147ee0ebe6dec23c4ffd1fb90ca2e28f604f3876c4686

Digits written by 13 people. Each number of a picture counts the inked pixels, 0 to 16, in a 4x4 block of a 32x32 scan.
The test set is the last fifth of the file.
"""

from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("vendored") / "digits8.npz"


def pictures():
    """All pictures: x (1797, 8, 8) uint8 from 0 to 16, y (1797,) uint8 from 0 to 9."""
    with np.load(FILE) as arrays:
        return arrays["x"], arrays["y"]


def split():
    """((x, y) to train, (x, y) to test), scaled: x (B, 8, 8, 1) float32 from 0 to 1, y (B,) int32."""
    x, y = pictures()
    x, y = (x[..., None] / 16).astype(np.float32), y.astype(np.int32)
    cut = len(x) * 4 // 5
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])
