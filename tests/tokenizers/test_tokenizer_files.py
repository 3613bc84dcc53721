"""Folders of checkpoints: each form of the files is read alike; what is damaged or of another kind is refused in one error."""

import json

import pytest

from kdl.errors import UsageProblem
from kdl.tokenizers import load


def by_number(vocab):
    return sorted(vocab, key=vocab.get)


@pytest.mark.parametrize("kind", ["uncased", "cased"])
def test_a_list_of_pieces_is_read_as_the_whole_file_is(said, tmp_path, kind):
    model = said[kind]["file"]["model"]
    (tmp_path / "vocab.txt").write_text("\r\n".join(by_number(model["vocab"])) + "\n", encoding="utf-8", newline="")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": kind == "uncased"}), encoding="utf-8")
    made = load(tmp_path)

    for text, numbers in zip(said["texts"][:300], said[kind]["numbers"], strict=False):
        assert made.encode(text) == numbers


@pytest.mark.parametrize("first", ["#version: 0.2\n", ""])
def test_a_vocabulary_with_merges_is_read_as_the_whole_file_is(said, tmp_path, first):
    model = said["gpt-2"]["file"]["model"]
    lines = "".join(" ".join(pair) + "\n" for pair in model["merges"])
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]), encoding="utf-8")
    (tmp_path / "merges.txt").write_text(first + lines, encoding="utf-8", newline="\n")
    made = load(tmp_path)

    for text, numbers in zip(said["texts"][:300], said["gpt-2"]["numbers"], strict=False):
        assert made.encode(text) == numbers


def test_merges_written_as_text_are_read_as_pairs_are(said, tmp_path):
    file = said["gpt-2"]["file"]
    joined = {**file, "model": {**file["model"], "merges": [" ".join(pair) for pair in file["model"]["merges"]]}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(joined), encoding="utf-8")

    assert load(tmp_path).encode(said["texts"][0]) == said["gpt-2"]["numbers"][0]


def changed(file, path, value):
    """A copy of the file with one thing changed, `model.vocab.x` for instance."""
    copy = json.loads(json.dumps(file))
    *way, last = path.split(".")
    here = copy
    for key in way:
        here = here[int(key) if isinstance(here, list) else key]
    here[last] = value
    return copy


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("uncased", "model.type", "Unigram"),
        ("uncased", "model", []),
        ("uncased", "model.vocab", [["a", 1]]),
        ("uncased", "model.vocab.the", "7"),
        ("uncased", "model.vocab.[UNK]", 0),
        ("uncased", "model.continuing_subword_prefix", "@@"),
        ("uncased", "model.max_input_chars_per_word", "many"),
        ("uncased", "normalizer.type", "NFC"),
        ("uncased", "normalizer.lowercase", "yes"),
        ("uncased", "normalizer.clean_text", False),
        ("uncased", "pre_tokenizer", None),
        ("uncased", "post_processor.single", []),
        ("uncased", "added_tokens", {"a": 1}),
        ("uncased", "added_tokens", [7]),
        ("uncased", "added_tokens", [{"id": 1, "content": "x" * 9, "special": True}]),
        ("uncased", "added_tokens", [{"id": 9999, "content": "hey", "special": False}]),
        ("gpt-2", "model.merges", {"a": "b"}),
        ("gpt-2", "model.merges", ["a b c"]),
        ("gpt-2", "model.merges", [["Ġ", "zzzz"]]),
        ("gpt-2", "model.dropout", 0.1),
        ("gpt-2", "model.vocab", {"a": 0}),
        ("gpt-2", "normalizer", {"type": "NFC"}),
        ("gpt-2", "pre_tokenizer.use_regex", False),
        ("gpt-2", "pre_tokenizer.type", "Whitespace"),
        ("gpt-2", "post_processor", {"type": "RobertaProcessing"}),
    ],
)
def test_another_or_a_damaged_tokenizer_is_refused(said, tmp_path, kind, path, value):
    (tmp_path / "tokenizer.json").write_text(json.dumps(changed(said[kind]["file"], path, value)), encoding="utf-8")

    with pytest.raises(UsageProblem) as error:
        load(tmp_path)

    assert "tokenizer.json" in error.value.what and error.value.why and error.value.fix


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", b"\x80\x04\x95pickle"),
        ("tokenizer.json", b"[" * 100_000),
        ("tokenizer.json", b"[1, 2]"),
        ("tokenizer.json", b""),
        ("vocab.txt", b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nthe\n"),
        ("vocab.txt", b"[PAD]\n[UNK]\n\n[CLS]\n[SEP]\n[MASK]\n"),
        ("vocab.txt", b"the\ncat\n"),
        ("vocab.txt", b""),
        ("vocab.txt", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UsageProblem) as error:
        load(tmp_path)

    assert name in error.value.what and error.value.why


def test_a_folder_without_files_says_which_it_needs(tmp_path):
    with pytest.raises(UsageProblem) as error:
        load(tmp_path)
    assert "merges.txt" in error.value.fix
    with pytest.raises(UsageProblem, match="holds no tokenizer"):
        load(tmp_path / "nothing")


def test_half_a_character_is_no_text(folders):
    with pytest.raises(UsageProblem, match="UTF-8"):
        load(folders["gpt-2"]).encode("a\ud800")
    assert load(folders["uncased"]).tokens("\ud800 the")[0] == "[UNK]"
