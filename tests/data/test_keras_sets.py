"""The sets of keras.datasets: read from made files in the folder that Keras would keep them in, fetched only when asked."""

import gzip
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from kdl.data import _keras_sets
from kdl.errors import EnvironmentProblem, NotFound, UsageProblem
from kdl.runs import record


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty cache of Keras."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    return tmp_path / "datasets"


def put(folder: Path, name: str, *contents: bytes) -> None:
    for file, content in zip(_keras_sets.KERAS[name], contents, strict=True):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)


def batch(first: int, count: int, label: bytes = b"labels") -> bytes:
    """CIFAR's form: in each picture red is `first`, green one more, blue two more, all from 0 to 9."""
    data = np.repeat(np.arange(first, first + 3, dtype=np.uint8), 1024)[None].repeat(count, axis=0)
    return pickle.dumps({b"data": data, label: list(range(count)), b"coarse_labels": [0] * count})


def texts(path: Path, **arrays) -> None:
    """Lists of unequal lengths are arrays of objects, which NumPy pickles."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, value in arrays.items():
        made[name] = np.empty(len(value), object) if name.startswith("x") else np.array(value)
        made[name][:] = value
    np.savez(path, **made)


def test_cifar10_is_five_batches_to_train_and_one_to_test_with_the_colours_last(folder):
    put(folder, "cifar10", *(batch(number, 2) for number in range(5)), batch(7, 3))

    kind, (x, y), (x_test, y_test) = _keras_sets.cached("cifar10")

    assert (kind, x.shape, x_test.shape) == ("split", (10, 32, 32, 3), (3, 32, 32, 3))
    assert x[2, 0, 0].tolist() == [1, 2, 3], "the third picture is the first of the second batch"
    assert (y.tolist(), y_test.tolist()) == ([0, 1] * 5, [0, 1, 2])


def test_cifar100_is_read_with_its_hundred_fine_labels(folder):
    put(folder, "cifar100", batch(0, 12, b"fine_labels"), batch(0, 3, b"fine_labels"))

    _, (_, y), (_, y_test) = _keras_sets.cached("cifar100")

    assert (len(set(y.tolist())), y_test.tolist()) == (12, [0, 1, 2])


def test_imdb_says_which_of_the_frequent_words_occur(folder):
    """Word 1 is the most frequent one; what is beyond the thousandth does not count, nor how often a word occurs."""
    reviews = [[1, 3, 3], [1000, 1001], *([[2]] * 10)]
    texts(folder / "imdb.npz", x_train=reviews, y_train=[0, 1] * 6, x_test=reviews[:2], y_test=[0, 1])

    kind, (x, y), (x_test, _) = _keras_sets.cached("imdb")

    assert (kind, x.shape, y.tolist()) == ("split", (12, 1000), [0, 1] * 6)
    assert [np.flatnonzero(row).tolist() for row in x_test] == [[0, 2], [999]]


def test_reuters_comes_in_one_part(folder):
    texts(folder / "reuters.npz", x=[[1, number] for number in range(12)], y=list(range(12)))

    kind, x, y = _keras_sets.cached("reuters")

    assert (kind, x.shape, y.tolist()) == ("arrays", (12, 1000), list(range(12)))


def test_fashion_mnist_has_headers_of_16_and_8_bytes_and_a_dash_is_as_good(folder):
    pictures = bytes(16) + bytes(range(256)) * 49  # 16 pictures of 28 by 28
    labels = bytes(8) + bytes(range(16))
    put(folder, "fashion_mnist", *(gzip.compress(part) for part in (pictures, labels, pictures, labels)))

    _, (x, y), _ = _keras_sets.cached("fashion-mnist")

    assert (x.shape, x[0, 0, :3].tolist(), y.tolist()) == ((16, 28, 28), [0, 1, 2], list(range(16)))


@pytest.mark.parametrize("name", sorted(_keras_sets.KERAS))
def test_a_set_that_was_never_fetched_is_not_there(name, folder):
    with pytest.raises(FileNotFoundError):
        _keras_sets.cached(name)


class Harm:
    """What a pickle runs when it is read."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


@pytest.mark.parametrize("name", ["cifar100", "imdb"])
def test_a_file_that_would_run_code_is_refused(name, folder, tmp_path):
    if name == "imdb":
        texts(folder / "imdb.npz", x_train=[Harm(tmp_path / "ran")] * 10, y_train=[0] * 10, x_test=[[1]], y_test=[0])
    else:
        put(folder, name, *[pickle.dumps({b"data": Harm(tmp_path / "ran"), b"fine_labels": []})] * 2)

    with pytest.raises(UsageProblem, match="cannot be read") as caught:
        _keras_sets.cached(name)

    assert "which is no array" in caught.value.why
    assert not (tmp_path / "ran").exists()


def test_a_damaged_file_is_one_error_with_the_cure(folder):
    put(folder, "cifar100", b"no pickle", b"no pickle")

    with pytest.raises(UsageProblem) as caught:
        _keras_sets.cached("cifar100")

    assert "kdl data add cifar100" in caught.value.fix


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(NotFound) as caught:
        _keras_sets.cached("mnits")

    assert "mnist" in caught.value.fix


# ---- the command -----------------------------------------------------------------------------------------------------


def test_data_add_fetches_once_and_says_what_to_train(kdl, keras, folder, monkeypatch):
    asked = []

    def load_data():
        asked.append("mnist")
        sys.stdout.write("Downloading data\n")
        x = np.zeros((12, 28, 28), np.uint8)
        folder.mkdir()
        np.savez(folder / "mnist.npz", x_train=x, y_train=np.arange(12) % 10, x_test=x, y_test=np.arange(12) % 10)

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)

    done, again = kdl("data", "add", "mnist"), kdl("data", "add", "mnist")

    assert (done.code, done.out.splitlines()[-1]) == (0, "next  kdl train mlp --data mnist")
    assert "Downloading" in done.err, "stdout is the result"
    assert (again.code, asked) == (5, ["mnist"])


def test_data_add_without_a_network_is_one_error(kdl, keras, folder, monkeypatch):
    def load_data():
        raise Exception("URL fetch failure on https://x: None -- [Errno -2] Name or service not known")

    monkeypatch.setattr(keras.datasets.imdb, "load_data", load_data)

    done = kdl("data", "add", "imdb")

    assert done.code == EnvironmentProblem.exit_code
    assert "imdb could not be fetched." in done.err
    assert "Name or service not known" in done.err
    assert "Traceback" not in done.err


def test_data_add_looks_whether_the_set_is_where_kdl_reads_it(kdl, keras, folder, monkeypatch):
    """Keras falls back on /tmp/.keras where its folder cannot be written; and what came may be damaged."""
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: None)
    lost = kdl("data", "add", "mnist")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: put(folder, "mnist", b"damage"))
    damaged = kdl("data", "add", "mnist")

    assert (lost.code, lost.out, lost.err.count("Error")) == (4, "", 1)
    assert f"not in {folder}" in lost.err and "Set KERAS_HOME" in lost.err
    assert (damaged.code, damaged.out) == (2, "") and "cannot be read" in damaged.err


def test_a_training_that_goes_on_reads_its_set_once(kdl, folder, monkeypatch):
    """It ends at the digest, which is that of other data."""
    x, y, read = np.zeros((12, 28, 28), np.uint8), np.arange(12) % 10, []
    folder.mkdir(parents=True)
    np.savez(folder / "mnist.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    data = {"id": "mnist", "kind": "keras.datasets", "given": "mnist", "sha256": "0"}
    run = record.create(
        "train", "mlp", seed=0, data=data, task="mnist", task_card="digits", options={}, sizes={}, recipe={},
        engine={"precision": "float32", "asked": None, "devices": 1}, versions={"backend": None},
    )  # fmt: skip
    run.finish("interrupted")
    true = _keras_sets._read
    monkeypatch.setattr(_keras_sets, "_read", lambda *given: read.append(given) or true(*given))

    done = kdl("train", "--resume", run.id)

    assert (done.code, len(read)) == (2, 1) and "is no longer the file that this training began with" in done.err


@pytest.mark.parametrize(("name", "code"), [("digits8", 5), ("mnits", 3)])
def test_data_add_of_what_is_embedded_or_unknown_loads_nothing(name, code, kdl):
    done = kdl("data", "add", name)

    assert (done.code, "Loading" in done.err) == (code, False)


def test_an_mlp_reads_the_words_of_reviews_and_a_recurrent_network_says_that_it_cannot(kdl, folder):
    reviews = [[1, 2 + number % 2] for number in range(60)]
    texts(folder / "imdb.npz", x_train=reviews, y_train=[0, 1] * 30, x_test=reviews[:10], y_test=[0, 1] * 5)

    done = kdl("train", "mlp", "--data", "imdb", "--steps", "30", "--batch-size", "16")
    refused = kdl("train", "gru", "--data", "imdb", "--steps", "1")

    assert done.code == 0, done.err
    assert "accuracy 1.0000" in done.out, "word 2 stands for one answer, word 3 for the other"
    assert (refused.code, "This model cannot read imdb" in refused.err) == (2, True)


class Forged:
    """An array that NumPy would make of given bytes as if they were addresses of objects."""

    def __reduce__(self):
        return np.ndarray, ((10,), np.dtype("O"), b"A" * 80)


@pytest.mark.parametrize(
    ("name", "harm", "told"),
    [
        ("cifar100", Forged(), "out of nothing"),
        ("cifar100", np.array([{}, {}], object), None),
        ("cifar100", np.zeros(2, "V8"), "of the kind 'V8' are not read"),
    ],
)
def test_an_array_is_made_of_plain_numbers_only(name, harm, told, folder):
    put(folder, name, *[pickle.dumps({b"data": harm, b"fine_labels": [0, 0]})] * 2)

    with pytest.raises(UsageProblem, match="cannot be read") as caught:
        _keras_sets.cached(name)

    assert told is None or told in caught.value.why


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol_of_pickle_is_read(protocol, folder):
    """Keras's files are old: arrays of protocol 2 write their bytes by `_codecs.encode`."""
    data = np.arange(2 * 3072, dtype=np.uint8).reshape(2, 3072)
    put(folder, "cifar100", *[pickle.dumps({b"data": data, b"fine_labels": [5, 6]}, protocol)] * 2)

    _, (x, y), _ = _keras_sets.cached("cifar100")

    assert x[1, 0, 1].tolist() == [data[1, 1], data[1, 1025], data[1, 2049]] and y.tolist() == [5, 6]


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("fashion_mnist", [gzip.compress(bytes(800))[:12] + b"damage" * 9] * 4),
        ("cifar100", [pickle.dumps([1, 2])] * 2),
        ("cifar100", [batch(0, 2, b"fine_labels")[:-40]] * 2),
        ("mnist", [b"PK\x03\x04 cut"]),
        ("cifar100", [pickle.dumps({b"data": np.zeros((3, 3072), np.uint8), b"fine_labels": [0]})] * 2),
    ],
)
def test_a_damaged_file_is_one_error_with_the_way_to_a_whole_one(name, contents, folder):
    put(folder, name, *contents)

    with pytest.raises(UsageProblem, match="cannot be read") as caught:
        _keras_sets.cached(name)

    assert caught.value.fix == f"Delete it, and fetch it again: kdl data add {name}" and caught.value.why
