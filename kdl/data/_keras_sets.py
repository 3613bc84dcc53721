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


def cached(name: str):
    """A set that lies in Keras's folder, as `_files.read` gives one; nothing is fetched.

    Raises:
        NotFound: no such set.
        FileNotFoundError: Keras has never fetched it on this machine.
        UsageProblem: its files are damaged.
    """
    for home in (os.environ.get("KERAS_HOME"), Path("~/.keras").expanduser()):
        files = [Path(home) / "datasets" / file for file in KERAS[known(name)]] if home else []
        if files and all(file.is_file() for file in files):
            return _read(known(name), files)
    raise FileNotFoundError(name)


def fetch(name: str) -> None:
    """Let Keras download a set into its folder; what it says goes to stderr.

    Raises:
        NotFound: no such set.
        EnvironmentProblem: it could not be fetched.
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


def _read(name: str, files: list[Path]):
    readers = {"fashion_mnist": _idx, "cifar10": _cifar, "cifar100": _cifar, "imdb": _texts, "reuters": _texts}
    try:
        return readers[name](files) if name in readers else _files.npz(files[0])
    except (OSError, EOFError, ValueError, KeyError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        where = files[0] if len(files) == 1 else files[0].parent
        raise UsageProblem(
            f"{name} in {where} cannot be read.", why=str(error), fix=f"Delete it, and fetch it again: kdl data add {name}"
        ) from error


def _idx(files: list[Path]):
    """The format of MNIST's files: a header of 16 bytes for pictures, of 8 for labels."""
    parts = []
    for images, labels in (files[:2], files[2:]):
        with gzip.open(images) as file:
            x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
        with gzip.open(labels) as file:
            parts.append((x, np.frombuffer(file.read(), np.uint8, offset=8)))
    return "split", *parts


def _cifar(files: list[Path]):
    """Pickled dictionaries: pictures (N, 3072), one colour after the other, and labels."""
    parts = []
    for file in files:
        with open(file, "rb") as stream:
            said = _ArraysOnly(stream, encoding="bytes").load()
        x = np.asarray(said[b"data"], np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)  # (N, 32, 32, 3)
        labels = said[b"fine_labels"] if b"fine_labels" in said else said[b"labels"]
        parts.append((x, np.asarray(labels, np.int64)))
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
        numbers = np.asarray(text, np.int64)
        bags[row, numbers[(numbers >= 1) & (numbers <= WORDS)] - 1] = 1
    return bags


def _member(content: bytes):
    """One array of an npz file. Lists of unequal lengths are pickled in it, after the usual header."""
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    *_, kind = header(file)
    if kind.hasobject:
        return _ArraysOnly(file).load()
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


class _ArraysOnly(pickle.Unpickler):
    """Reads arrays, lists and numbers. A file that names anything else is refused: reading it runs no code of its own."""

    def find_class(self, module, name):
        arrays = {"numpy": ("ndarray", "dtype")}
        arrays |= {f"numpy.{core}.multiarray": ("_reconstruct",) for core in ("core", "_core")}
        arrays |= {f"numpy.{core}.numeric": ("_frombuffer",) for core in ("core", "_core")}
        if name not in arrays.get(module, ()):
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no array")
        return super().find_class(module, name)
