"""The vocabulary beside a model: which one a model may write with, and how it is copied."""

import json
from collections import Counter

import made_folders
import pytest

from kdl.errors import UsageProblem
from kdl.tokenizers import _beside, byte_level_bpe, load

WORDS = Counter({"the": 3, "cat": 2, "sat": 1, "mat": 1, "ate": 1})


@pytest.fixture
def made():
    return byte_level_bpe.make(WORDS, 6)


@pytest.fixture
def folder(tmp_path, made):
    return made_folders.vocabulary(tmp_path / "gpt", made)


def test_a_vocabulary_fits_the_model_that_has_a_number_for_each_piece(folder, made):
    """256 bytes, 6 merges, and the end of a text."""
    _beside.fits(_beside.writes(folder), folder, 256 + 6 + 1)
    for other in (262, 264, 50257):
        with pytest.raises(UsageProblem, match="not the vocabulary of this model") as told:
            _beside.fits(made, folder, other)
        assert f"{other:,} numbers, the vocabulary has 263, up to 262." in told.value.why


def test_a_vocabulary_with_a_gap_in_its_numbers_fits_no_model(folder, made):
    """As many numbers as the model has, but not the same ones."""
    vocab = made.vocab | {byte_level_bpe.END_OF_TEXT: 300}
    (folder / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
    with pytest.raises(UsageProblem) as told:
        _beside.fits(_beside.writes(folder), folder, 263)
    assert "has 263, up to 300" in told.value.why


def test_a_vocabulary_of_bert_is_none_to_write_with(tmp_path):
    (tmp_path / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\na\n", encoding="utf-8")
    with pytest.raises(UsageProblem, match="no vocabulary to write with") as told:
        _beside.writes(tmp_path)
    assert "WordPiece" in told.value.why


def test_what_is_copied_reads_as_the_original_and_is_no_more_than_was_asked_for(folder, tmp_path):
    (folder / "pytorch_model.bin").write_bytes(b"\x80")
    _beside.copy(folder, ("vocab.json", "merges.txt", "tokenizer.json"), tmp_path / "to")

    assert sorted(path.name for path in (tmp_path / "to").iterdir()) == ["merges.txt", "vocab.json"]
    text = "the cat's 7 mats \N{CAT FACE}\n"
    assert load(tmp_path / "to").encode(text) == load(folder).encode(text)


def test_a_link_out_of_the_folder_is_not_copied(folder, tmp_path):
    (folder / "merges.txt").rename(tmp_path / "elsewhere")
    (folder / "merges.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageProblem, match="link out of its folder"):
        _beside.copy(folder, ("vocab.json", "merges.txt"), tmp_path / "to")
