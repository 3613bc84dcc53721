"""Rebuild every vendored data file from the package it came from, and compare it with the sha256 in its header.

    pip install Faker==40.54.0 scikit-learn==1.9.1 scikit-image==0.26.0
    apt-get install dataset-fashion-mnist  # Debian's; it puts its files into FASHION
    npm install --prefix /tmp/emoji emoji-datasource-google@16.0.0  # it puts its files below EMOJI
    python tools/vendor_data.py            # check: builds in memory, writes nothing
    python tools/vendor_data.py --write    # write kdl/data/vendored/* and say which header lines to change

Only authors run this. The files are committed; users and CI read them and need none of the packages. The bytes depend on
nothing but the packages: no compression, no time stamps, a fixed order.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib
import importlib.metadata
import io
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kdl import headers

DATA = Path(__file__).resolve().parents[1] / "kdl" / "data"

# Package -> the version whose files are vendored.
VERSIONS = {"Faker": "40.54.0", "scikit-learn": "1.9.1", "scikit-image": "0.26.0"}

FASHION = Path("/usr/share/datasets/fashion-mnist")
FASHION_OF_A_KIND = {"train": 600, "t10k": 100}

EMOJI = Path("/tmp/emoji/node_modules/emoji-datasource-google")
SPRITES = {  # kind -> code points of its emoji, which are the names of their files
    "fruit": "1f34e 1f34a 1f34b 1f350 1f353 1f347",  # apple, tangerine, lemon, pear, strawberry, grapes
    "flower": "1f337 1f338 1f339 1f33a 1f33b 1f33c",  # tulip, cherry blossom, rose, hibiscus, sunflower, blossom
    "animal": "1f431 1f436 1f42d 1f43c 1f438 1f437",  # faces of a cat, a dog, a mouse, a panda, a frog and a pig
    "ball": "26bd 1f3c0 26be 1f94e 1f3d0 1f3b1",  # for football, basketball, baseball, softball, volleyball, pool
    "vehicle": "1f697 1f695 1f68c 1f69a 1f692 1f699",  # car, taxi, bus, truck, fire engine, another car
}
PHOTOS = {"train": ("coffee", "camera", "grass", "gravel", "retina"), "test": ("cat", "brick")}  # of skimage.data
SPRITE, PHOTO = 32, 96  # pixels of a side

LOCALES = {
    "Czech": "cs_CZ",
    "Dutch": "nl_NL",
    "English": "en_US",
    "Finnish": "fi_FI",
    "French": "fr_FR",
    "German": "de_DE",
    "Hungarian": "hu_HU",
    "Icelandic": "is_IS",
    "Irish": "ga_IE",
    "Italian": "it_IT",
    "Polish": "pl_PL",
    "Spanish": "es_ES",
    "Turkish": "tr_TR",
}
MOST_PER_LANGUAGE = 600
ONE_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")


def names13() -> bytes:
    """Lines `language<TAB>name`: at most 600 names to a language, chosen by the checksum of the name."""
    lines = []
    for language, locale in LOCALES.items():
        chosen = sorted(_names(locale), key=_checksum)[:MOST_PER_LANGUAGE]
        lines += [f"{language}\t{name}\n" for name in sorted(chosen)]
    return "".join(lines).encode("utf-8")


def _names(locale: str) -> set[str]:
    """The first and last names of a Faker locale that are a single word."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    tables = [getattr(provider, name) for name in dir(provider) if re.search("(first|last)_name", name)]
    found = {unicodedata.normalize("NFC", name) for table in tables if not callable(table) for name in table}
    return {name for name in found if ONE_WORD.fullmatch(name)}


def _checksum(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8")).hexdigest()


def digits8() -> bytes:
    """An uncompressed .npz: x (1797, 8, 8) and y (1797,), uint8."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return _npz(x=digits.images.astype(np.uint8), y=digits.target.astype(np.uint8))


def fashion_small() -> bytes:
    """An uncompressed .npz: the first 600 and 100 of each kind, in file order, of the sets to train and to test."""
    arrays = {}
    for part, count in FASHION_OF_A_KIND.items():
        x, y = _idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28), _idx(f"{part}-labels-idx1-ubyte.gz", 8)
        rows = np.sort(np.concatenate([np.flatnonzero(y == kind)[:count] for kind in range(10)]))
        name = {"train": "train", "t10k": "test"}[part]
        arrays |= {f"x_{name}": x[rows], f"y_{name}": y[rows]}
    return _npz(**arrays)


def _idx(name: str, header: int) -> np.ndarray:
    """The bytes of one of the four files of MNIST's format, behind its header."""
    return np.frombuffer(gzip.decompress((FASHION / name).read_bytes()), np.uint8, offset=header)


def emoji_scenes() -> bytes:
    """An uncompressed .npz: sprites (30, 32, 32, 4), kinds (30,), train (5, 96, 96, 3) and test (2, 96, 96, 3), uint8."""
    import skimage.data
    import skimage.io

    files = [f"{code}.png" for codes in SPRITES.values() for code in codes.split()]
    sprites = [_sprite(skimage.io.imread(EMOJI / "img" / "google" / "64" / file)) for file in files]
    kinds = np.repeat(np.arange(len(SPRITES)), [len(codes.split()) for codes in SPRITES.values()]).astype(np.uint8)
    photos = {part: np.stack([_photo(getattr(skimage.data, name)()) for name in names]) for part, names in PHOTOS.items()}
    return _npz(sprites=np.stack(sprites), kinds=kinds, **photos)


def _sprite(picture: np.ndarray) -> np.ndarray:
    """RGBA (64, 64, 4) -> (32, 32, 4): the mean of each 2 x 2 block, colours weighted by how opaque they are."""
    alpha = picture[..., 3:] / 255
    seen = _smaller(picture[..., :3] * alpha, 64 // SPRITE)
    alpha = _smaller(alpha, 64 // SPRITE)
    colour = seen / np.maximum(alpha, 1 / 255)
    return np.rint(np.concatenate([np.minimum(colour, 255), alpha * 255], axis=-1)).astype(np.uint8)


def _photo(picture: np.ndarray) -> np.ndarray:
    """A photo, grey or in colour -> (96, 96, 3): the largest square about its middle whose side is a multiple of 96."""
    picture = np.broadcast_to(picture[..., None], (*picture.shape, 3)) if picture.ndim == 2 else picture
    factor = min(picture.shape[:2]) // PHOTO
    top, left = ((length - factor * PHOTO) // 2 for length in picture.shape[:2])
    square = picture[top : top + factor * PHOTO, left : left + factor * PHOTO]
    return np.rint(_smaller(square, factor)).astype(np.uint8)


def _smaller(picture: np.ndarray, factor: int) -> np.ndarray:
    """The mean of each block of `factor` x `factor` pixels, (H, W, C) -> (H/factor, W/factor, C)."""
    height, width, channels = picture.shape
    return picture.reshape(height // factor, factor, width // factor, factor, channels).mean(axis=(1, 3))


def _npz(**arrays: np.ndarray) -> bytes:
    """Like `np.savez`, with nothing in it that differs between machines."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), version=(1, 0))
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            archive.writestr(entry, content.getvalue())
    return packed.getvalue()


BUILDERS: dict[str, Callable[[], bytes]] = {
    "names13": names13,
    "digits8": digits8,
    "fashion-small": fashion_small,
    "emoji-scenes": emoji_scenes,
}


def check(name: str, write: bool) -> bool:
    """Rebuild one file and compare it with its header; True where they agree."""
    said = headers.read(DATA / f"{name.replace('-', '_')}.py", required=("file", "sha256"))
    content = BUILDERS[name]()
    digest = hashlib.sha256(content).hexdigest()
    if write:
        path = DATA / said["file"]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    same = digest == said["sha256"]
    print(f"{name}: {len(content):,} bytes, sha256 {digest} {'as in the header' if same else 'DIFFERS from the header'}")
    return same


def installed() -> dict[str, str | None]:
    """Package -> its version here; None where it is not installed."""
    found = {}
    for package in VERSIONS:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the files")
    write = parser.parse_args().write
    for package, here in installed().items():
        if here != VERSIONS[package]:
            print(f"warning: {package} is {here}; the files came from {VERSIONS[package]}", file=sys.stderr)
    results = [check(name, write) for name in BUILDERS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
