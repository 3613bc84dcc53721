"""The sets of keras.datasets: read from the folder that Keras keeps them in, and fetched only by `fetch`.

Pictures come as they are. Reviews and news come as lists of words, each word the number of its rank by frequency; what is
read of them is which of the most frequent words occur in a text: x (N, WORDS) of 0 and 1.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import pickle
import re
import sys
import zipfile
from pathlib import Path

import numpy as np

from kdl.data import _files
from kdl.errors import EnvironmentProblem, NotFound, UsageProblem

WORDS = 1000  # the most frequent words of a text that count
_CIFAR10, _CIFAR100 = "cifar-10-batches-py-target/cifar-10-batches-py", "cifar-100-python-target/cifar-100-python"

# keras.datasets name -> the files that Keras keeps of it, in its folder `datasets`; the last of several is the test part.
KERAS = {
    "mnist": ("mnist.npz",),
    "fashion_mnist": tuple(
        f"fashion-mnist/{part}-{what}.gz" for part in ("train", "t10k") for what in ("images-idx3-ubyte", "labels-idx1-ubyte")
    ),
    "cifar10": (*(f"{_CIFAR10}/data_batch_{number}" for number in range(1, 6)), f"{_CIFAR10}/test_batch"),
    "cifar100": (f"{_CIFAR100}/train", f"{_CIFAR100}/test"),
    "imdb": ("imdb.npz",),
    "reuters": ("reuters.npz",),
    "boston_housing": ("boston_housing.npz",),
    "california_housing": ("california_housing.npz",),
}


def known(text: str) -> str:
    """The name as keras.datasets has it; `fashion-mnist` is `fashion_mnist`.

    Raises:
        NotFound: no such set.
    """
    name = text.replace("-", "_")
    if name not in KERAS:
        raise NotFound("data set", text, KERAS, fix=f"Of keras.datasets, kdl reads {', '.join(KERAS)}; or name a file.")
    return name


def files(name: str) -> list[Path]:
    """The files of a set that lies in Keras's folder; they are not read.

    Raises:
        NotFound: no such set.
        FileNotFoundError: Keras has never fetched it on this machine.
    """
    for home in _homes():
        found = [home / "datasets" / file for file in KERAS[known(name)]]
        if all(file.is_file() for file in found):
            return found
    raise FileNotFoundError(name)


def _homes() -> list[Path]:
    return [Path(home).expanduser() for home in (os.environ.get("KERAS_HOME"), "~/.keras") if home]


def cached(name: str):
    """A set that lies in Keras's folder, as `_files.read` gives one; nothing is fetched.

    Raises:
        NotFound: no such set.
        FileNotFoundError: Keras has never fetched it on this machine.
        UsageProblem: its files are damaged.
    """
    return _read(known(name), files(name))


def fetch(name: str) -> None:
    """Let Keras download a set into its folder, and read it there; what it says goes to stderr.

    Raises:
        NotFound: no such set.
        EnvironmentProblem: it could not be fetched, or went to another folder.
        UsageProblem: what came is damaged.
    """
    from kdl.backend import start

    source = getattr(start().datasets, known(name))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            source.load_data()
    except Exception as error:  # Keras raises what it likes for a network that is not there
        why = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        fix = "Try again where there is a network; what is embedded (`kdl data list`) needs none."
        raise EnvironmentProblem(f"{name} could not be fetched.", why=why[:300], fix=fix) from error
    try:
        cached(name)
    except FileNotFoundError as error:
        raise EnvironmentProblem(
            f"{name} was fetched, and is not in {_homes()[0] / 'datasets'}, where kdl looks for it.",
            why="Where Keras may not write there, it keeps a set in a folder for temporary files.",
            fix=f"Set KERAS_HOME to a folder that you may write to, and repeat: kdl data add {name}",
        ) from error


def _read(name: str, files: list[Path]):
    readers = {"fashion_mnist": _idx, "cifar10": _cifar, "cifar100": _cifar, "imdb": _texts, "reuters": _texts}
    try:
        return readers[name](files) if name in readers else _files.npz(files[0])
    except Exception as error:  # a damaged file may raise anything: gzip, zip, pickle and NumPy each have their own
        where = files[0] if len(files) == 1 else files[0].parent
        raise UsageProblem(
            f"{name} in {where} cannot be read.",
            why=str(error) or type(error).__name__,
            fix=f"Delete it, and fetch it again: kdl data add {name}",
        ) from error


def _idx(files: list[Path]):
    """The format of MNIST's files: a header of 16 bytes for pictures, of 8 for labels."""
    parts = []
    for images, labels in (files[:2], files[2:]):
        with gzip.open(images) as file:
            x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
        with gzip.open(labels) as file:
            parts.append(_pairs(x, np.frombuffer(file.read(), np.uint8, offset=8)))
    return "split", *parts


def _pairs(x, y):
    if len(x) != len(y):
        raise ValueError(f"it holds {len(x)} pictures and {len(y)} labels")
    return x, y


def _cifar(files: list[Path]):
    """Pickled dictionaries: pictures (N, 3072), one colour after the other, and labels."""
    parts = []
    for file in files:
        with open(file, "rb") as stream:
            said = _ArraysOnly(stream, encoding="bytes").load()
        x = np.asarray(_unpacked(said[b"data"]), np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)  # (N, 32, 32, 3)
        labels = said[b"fine_labels"] if b"fine_labels" in said else said[b"labels"]
        parts.append(_pairs(x, np.asarray(_unpacked(labels), np.int64)))
    train = tuple(np.concatenate(part) for part in zip(*parts[:-1], strict=True))
    return "split", train, parts[-1]


def _texts(files: list[Path]):
    """An npz file whose x are lists of word numbers, the most frequent word 1."""
    arrays = {}
    with zipfile.ZipFile(files[0]) as archive:
        for member in archive.namelist():
            name = member.removesuffix(".npy")
            array = _member(archive.read(member))
            arrays[name] = _bags(array) if name.startswith("x") else array
    return _files.named(files[0], arrays)


def _bags(texts):
    """Lists of word numbers -> (N, WORDS): 1 where the word occurs."""
    bags = np.zeros((len(texts), WORDS), np.uint8)
    for row, text in enumerate(texts):
        numbers = np.asarray(_unpacked(text), np.int64)
        bags[row, numbers[(numbers >= 1) & (numbers <= WORDS)] - 1] = 1
    return bags


def _member(content: bytes):
    """One array of an npz file. Lists of unequal lengths are pickled in it, after the usual header."""
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    *_, kind = header(file)
    if kind.hasobject:
        return _unpacked(_ArraysOnly(file).load())
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


class _Kind:
    """What a pickle says of a kind of numbers, in place of `numpy.dtype`."""

    def __init__(self, name, *_):
        self.name, self.order = _text(name), "|"

    def __setstate__(self, state):
        self.order = _text(state[1])

    @property
    def dtype(self):
        if not re.fullmatch(r"[uif][1248]", self.name) or self.order not in ("<", ">", "|"):
            raise pickle.UnpicklingError(f"numbers of the kind {self.name!r} are not read")
        return np.dtype(self.order.replace("|", "=") + self.name)


class _Array:
    """What a pickle says of an array, in place of one: made from its bytes, or from its list where it holds objects."""

    array = None

    def __setstate__(self, state):
        _, shape, kind, fortran, data = state
        self.fill(data, kind, shape, "F" if fortran else "C")

    def fill(self, data, kind, shape, order):
        if type(kind) is not _Kind:
            raise pickle.UnpicklingError("an array names no kind of numbers")
        if re.fullmatch(r"O[48]?", kind.name):
            if type(data) is not list or tuple(shape) != (len(data),):
                raise pickle.UnpicklingError("an array of objects is no list")
            self.array = data
        else:
            self.array = np.frombuffer(bytes(data), kind.dtype).reshape(shape, order=order)


def _text(name) -> str:
    return name.decode("ascii") if isinstance(name, bytes) else str(name)


def _reconstruct(*_):
    return _Array()


def _frombuffer(data, kind, shape, order):
    made = _Array()
    made.fill(data, kind, shape, order)
    return made


def _ndarray(*_):
    raise pickle.UnpicklingError("it makes an array out of nothing")


def _encode(text, _encoding):
    """`_codecs.encode`, by which older pickles write bytes."""
    return text.encode("latin1")


_STAND_INS = {
    ("numpy", "ndarray"): _ndarray,
    ("numpy", "dtype"): _Kind,
    ("_codecs", "encode"): _encode,
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _reconstruct for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _frombuffer for core in ("core", "_core")},
}


class _ArraysOnly(pickle.Unpickler):
    """Reads arrays, lists and numbers. Nothing that a file names is called: what stands in for NumPy is of this module."""

    def find_class(self, module, name):
        if (module, name) not in _STAND_INS:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no array")
        return _STAND_INS[module, name]


def _unpacked(found):
    """The array that stands behind what a pickle said of it."""
    return found.array if isinstance(found, _Array) else found
