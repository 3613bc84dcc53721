"""Reading what a training left of its answers: two arrays, or one error."""

import io

import numpy as np
import pytest

from kdl.errors import BadContent
from kdl.report import answers

ROWS = {"answer": np.arange(6.0).reshape(3, 2), "prediction": np.ones((3, 2), "float32"), "loss": np.zeros(1)}


def archive(**arrays) -> bytes:
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    return packed.getvalue()


def array() -> bytes:
    packed = io.BytesIO()
    np.save(packed, ROWS["answer"])
    return packed.getvalue()


def flipped() -> bytes:
    """One bit of the answers' last number is another: the archive's checksum tells."""
    whole = bytearray(archive(**ROWS))
    whole[whole.find(ROWS["answer"].tobytes()) + 47] ^= 1
    return bytes(whole)


def test_what_was_right_comes_first_and_then_what_the_model_said(tmp_path):
    (tmp_path / "arrays.npz").write_bytes(archive(**ROWS))
    right, said = answers.read(tmp_path / "arrays.npz", "")

    np.testing.assert_array_equal(right, ROWS["answer"])
    np.testing.assert_array_equal(said, ROWS["prediction"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no archive"),
        (array(), "no archive"),
        (archive(**ROWS)[:-30], "no archive"),
        (flipped(), "Bad CRC-32"),
        (archive(answer=ROWS["answer"]), "prediction"),
        (archive(**ROWS | {"answer": np.array([[{}]])}), "allow_pickle"),
        (archive(**ROWS | {"prediction": np.float32(1)}), "no rows of numbers"),
        (archive(**ROWS | {"prediction": np.array([["a"]])}), "no rows of numbers"),
    ],
    ids=["empty", "a bare array", "cut off", "a bit flipped", "one is missing", "an object", "no rows", "no numbers"],
)
def test_a_damaged_file_is_one_error_with_what_to_do(content, told, tmp_path):
    (tmp_path / "arrays.npz").write_bytes(content)

    with pytest.raises(BadContent, match=told) as error:
        answers.read(tmp_path / "arrays.npz", "Delete it.")
    assert str(tmp_path / "arrays.npz:1: is damaged") in str(error.value) and error.value.fix == "Delete it."


def test_a_file_that_is_gone_is_one_error(tmp_path):
    with pytest.raises(BadContent, match="No such file"):
        answers.read(tmp_path / "arrays.npz", "")
