"""Every data set is what its header says."""

import hashlib
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.data import _files, adding, digits8, fashion_small, following, names13

VENDORED = [card.id for card in catalog.datasets().values() if card.kind != "generated"]


def numbers(text: str) -> list[int]:
    """`"1,797 pictures of 10 digits"` -> `[1797, 10]`."""
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


@pytest.mark.parametrize("name", VENDORED)
def test_the_vendored_file_has_the_checksum_of_its_header(name):
    card = catalog.find("data", name)
    file = card.path.parent / headers.read(card.path)["file"]

    assert hashlib.sha256(file.read_bytes()).hexdigest() == card.sha256


@pytest.mark.parametrize("name", VENDORED)
def test_the_licence_of_the_vendored_file_stands_in_the_list_of_licences(name):
    card = catalog.find("data", name)
    listed = (catalog.PACKAGE / "data" / "LICENSES.md").read_text(encoding="utf-8")
    row = next(line for line in listed.splitlines() if headers.read(card.path)["file"] in line)

    assert row.rstrip(" |").split("| ")[-1] == card.licence.split(",")[0]


def test_nothing_is_vendored_that_no_header_describes():
    described = {headers.read(catalog.find("data", name).path)["file"] for name in VENDORED}
    folder = catalog.PACKAGE / "data"

    assert {path.relative_to(folder).as_posix() for path in (folder / "vendored").iterdir()} == described


def test_names13_has_the_counts_of_its_header():
    train, test = names13.split()
    found = [len(names13.names()), len(names13.LANGUAGES), len(train), len(test)]

    assert numbers(catalog.find("data", "names13").counts) == found
    assert {language for language, _ in names13.names()} == set(names13.LANGUAGES)


def test_no_name_is_tested_that_occurs_in_training_whatever_its_language():
    train, test = ({name.lower() for _, name in part} for part in names13.split())

    assert not train & test


def test_digits8_has_the_counts_of_its_header():
    x, y = digits8.pictures()
    (train_x, _), (test_x, _) = digits8.split()

    assert numbers(catalog.find("data", "digits8").counts) == [len(x), len(np.unique(y)), len(train_x), len(test_x)]
    assert x.shape == (1797, 8, 8)
    assert (x.min(), x.max()) == (0, 16)
    assert train_x.shape[1:] == (8, 8, 1)
    assert (train_x.min(), train_x.max()) == (0.0, 1.0)


def test_fashion_small_has_the_counts_of_its_header_and_every_kind_equally_often():
    (x, y), (test_x, test_y) = fashion_small.pictures()

    assert numbers(catalog.find("data", "fashion-small").counts) == [len(x) + len(test_x), 10, len(x), len(test_x)]
    assert (x.shape[1:], x.min(), x.max()) == ((28, 28), 0, 255)
    for part, each in ((y, 600), (test_y, 100)):
        np.testing.assert_array_equal(np.bincount(part), np.full(len(fashion_small.KINDS), each))


@pytest.mark.parametrize("length", [2, 3, 20, 51])
def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum(length):
    x, y = adding.examples(np.random.default_rng(0), 300, length=length)
    numbers, markers = x[..., 0], x[..., 1]

    assert x.shape == (300, length, 2)
    assert y.shape == (300, 1)
    assert (x.dtype, y.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(markers[:, : length // 2].sum(axis=1), np.ones(300))
    np.testing.assert_array_equal(markers[:, length // 2 :].sum(axis=1), np.ones(300))
    np.testing.assert_allclose(y[:, 0], [number[marker == 1].sum() for number, marker in zip(numbers, markers, strict=True)])
    assert set(np.nonzero(markers)[1]) == set(range(length)), "every step can be marked"


def test_adding_needs_a_step_for_each_mark():
    with pytest.raises(ValueError, match="length must be at least 2"):
        adding.examples(np.random.default_rng(0), 1, length=1)


@pytest.mark.parametrize(("length", "symbols"), [(2, 2), (5, 8)])
def test_following_tags_every_symbol_but_the_last_by_the_next_one(length, symbols):
    x, y = following.examples(np.random.default_rng(0), 300, length=length, symbols=symbols)

    assert x.shape == (300, length, symbols)
    assert (x.dtype, y.dtype) == (np.float32, np.int32)
    np.testing.assert_array_equal(x.sum(axis=-1), np.ones((300, length)))
    np.testing.assert_array_equal(y[:, :-1], x.argmax(axis=-1)[:, 1:])
    np.testing.assert_array_equal(y[:, -1], np.full(300, following.NOTHING))
    assert (np.unique(x.argmax(axis=-1)) == np.arange(symbols)).all(), "every symbol occurs"


@pytest.mark.parametrize("wrong", [{"length": 1, "symbols": 8}, {"length": 5, "symbols": 1}])
def test_following_needs_a_successor_and_a_choice(wrong):
    with pytest.raises(ValueError, match="must be at least 2"):
        following.examples(np.random.default_rng(0), 1, **wrong)


def test_the_mark_that_spreadsheets_put_in_front_is_no_part_of_the_first_cell(tmp_path):
    (tmp_path / "my.csv").write_text("".join(f"{n},{n % 2}\n" for n in range(10)), encoding="utf-8-sig")

    _, x, y = _files.read(tmp_path / "my.csv")

    np.testing.assert_array_equal(x[:, 0], range(10))
    np.testing.assert_array_equal(y, [0, 1] * 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", VENDORED)
def test_the_tool_rebuilds_the_same_bytes_from_the_packages(name):
    path = Path(__file__).resolve().parents[2] / "tools" / "vendor_data.py"
    spec = importlib.util.spec_from_file_location("vendor_data", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    if name == "fashion-small" and not tool.FASHION.is_dir():
        pytest.skip(f"needs Debian's dataset-fashion-mnist: no {tool.FASHION}")
    if name == "emoji-scenes" and not tool.EMOJI.is_dir():
        pytest.skip(f"needs npm's emoji-datasource-google: no {tool.EMOJI}")
    needed = {"names13": "Faker", "digits8": "scikit-learn", "emoji-scenes": "scikit-image"}.get(name)
    here = tool.installed()
    if needed and here[needed] != tool.VERSIONS[needed]:
        pytest.skip(f"the file came from {needed} {tool.VERSIONS[needed]}, here is {here[needed]}")

    assert tool.check(name, write=False)
