"""Folders of checkpoints: each form of the files is read alike; what is damaged or of another kind is refused in one error."""

import json
import os

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
        ("uncased", "version", "2.0"),
        ("uncased", "model.type", "Unigram"),
        ("uncased", "model", []),
        ("uncased", "model.type", []),
        ("gpt-2", "model.type", {}),
        ("uncased", "model.vocab", [["a", 1]]),
        ("uncased", "model.vocab.the", "7"),
        ("uncased", "model.vocab.[UNK]", 0),
        ("uncased", "model.continuing_subword_prefix", "@@"),
        ("uncased", "model.vocab.the", 2**32),
        ("uncased", "model.vocab.a\ud800", 9999),
        ("uncased", "model.max_input_chars_per_word", "many"),
        ("uncased", "model.max_input_chars_per_word", True),
        ("uncased", "model.max_input_chars_per_word", -1),
        ("uncased", "model.max_input_chars_per_word", 10**9),
        ("uncased", "normalizer.type", "NFC"),
        ("uncased", "normalizer.lowercase", "yes"),
        ("uncased", "normalizer.clean_text", False),
        ("uncased", "normalizer.clean_text", 1),
        ("uncased", "decoder", None),
        ("uncased", "decoder.type", "BPEDecoder"),
        ("uncased", "decoder.cleanup", False),
        ("uncased", "decoder.prefix", "@@"),
        ("uncased", "pre_tokenizer", None),
        ("uncased", "post_processor.single", []),
        ("uncased", "post_processor.special_tokens", None),
        ("uncased", "post_processor.special_tokens.[CLS].ids", [7]),
        ("uncased", "post_processor.special_tokens.[SEP].ids", [3, 3]),
        ("uncased", "added_tokens", None),
        ("uncased", "added_tokens", {"a": 1}),
        ("uncased", "added_tokens", [7]),
        ("uncased", "added_tokens", [{"id": 1, "content": "x" * 9, "special": True}]),
        ("uncased", "added_tokens", [{"id": 1271, "content": "hey", "special": False}]),  # the vocabulary has 1,271 pieces
        ("uncased", "added_tokens", [{"id": 9999, "content": "hey", "special": True}]),
        ("uncased", "added_tokens", [{"id": 10**4000, "content": "hey" * 999, "special": True}]),
        ("gpt-2", "model.merges", {"a": "b"}),
        ("gpt-2", "model.merges", ["a b c"]),
        ("gpt-2", "model.merges", [["Ġ", "zzzz"]]),
        ("gpt-2", "added_tokens", [{"id": 900, "content": "\ud800", "special": True}]),
        ("gpt-2", "decoder", None),
        ("gpt-2", "decoder.type", "WordPiece"),
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
    assert len(error.value.why) < 300


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", b"\x80\x04\x95pickle"),
        ("tokenizer.json", b"[" * 100_000),
        ("tokenizer.json", b"[1, 2]"),
        ("tokenizer.json", b""),
        ("tokenizer.json", b'{"model": {"vocab": {"a": 1, "a": 2}}}'),
        ("tokenizer.json", b'{"model": NaN}'),
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


@pytest.fixture
def sound(said, tmp_path):
    """A folder with every file that may be read; a second one holds what lies outside."""
    folder, outside = tmp_path / "sound", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    bert, gpt = said["uncased"]["file"], said["gpt-2"]["file"]
    contents = {
        "tokenizer.json": json.dumps(bert),
        "vocab.txt": "\n".join(by_number(bert["model"]["vocab"])),
        "vocab.json": json.dumps(gpt["model"]["vocab"]),
        "merges.txt": "secret of someone\n" + "".join(" ".join(pair) + "\n" for pair in gpt["model"]["merges"]),
        "tokenizer_config.json": "{}",
    }

    def write(*names):
        for name in names:
            (folder / name).write_text(contents[name], encoding="utf-8")
        return folder, outside

    return write


FILES = {
    "tokenizer.json": ["tokenizer.json"],
    "vocab.txt": ["vocab.txt"],
    "vocab.json": ["vocab.json", "merges.txt"],
    "merges.txt": ["vocab.json", "merges.txt"],
    "tokenizer_config.json": ["vocab.txt", "tokenizer_config.json"],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["pipe", "folder", "link out", "link in a circle", "link to nothing"])
def test_only_plain_files_of_the_folder_are_read(sound, name, kind):
    """A link to a file that never ends, as some of /proc are, is one that leads out."""
    folder, outside = sound(*FILES[name])
    path = folder / name
    path.rename(outside / name)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"link out": outside / name, "link in a circle": path, "link to nothing": folder / "no"}[kind])

    with pytest.raises(UsageProblem) as error:
        load(folder)

    assert str(folder) in error.value.what and "secret" not in f"{error.value.what} {error.value.why}"


def test_a_snapshot_of_the_hub_s_cache_is_read_from_its_blobs(sound, said):
    """There each file is a link: snapshots/<commit>/vocab.txt -> ../../blobs/<sha256>."""
    folder, outside = sound("tokenizer.json")
    snapshot, blobs = outside / "snapshots" / "abc", outside / "blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    (folder / "tokenizer.json").rename(blobs / "123")
    (snapshot / "tokenizer.json").symlink_to("../../blobs/123")

    assert load(snapshot).encode(said["texts"][0]) == said["uncased"]["numbers"][0]


def test_a_file_is_read_up_to_its_bound_only(sound):
    folder, _ = sound("tokenizer.json")
    os.truncate(folder / "tokenizer.json", 2**40)  # takes no room on the disk

    with pytest.raises(UsageProblem) as error:
        load(folder)

    assert "more than" in error.value.why


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000, "a\0b"])
def test_a_folder_of_an_impossible_name(name):
    with pytest.raises(UsageProblem) as error:
        load(name)

    assert error.value.why and len(error.value.what) < 200


def test_a_file_in_the_place_of_the_folder(sound):
    folder, _ = sound("vocab.txt")
    with pytest.raises(UsageProblem) as error:
        load(folder / "vocab.txt")
    assert "no folder" in error.value.why


def test_a_folder_without_files_says_which_it_needs(tmp_path):
    with pytest.raises(UsageProblem) as error:
        load(tmp_path)
    assert "merges.txt" in error.value.fix
    with pytest.raises(UsageProblem, match="holds no tokenizer"):
        load(tmp_path / "nothing")


@pytest.mark.parametrize("merges", [[["ab", "a"], ["a", "b"]], [["a", "b"], ["ab", "a"], ["a", "b"]]])
def test_merges_whose_parts_are_made_later_are_refused(said, tmp_path, merges):
    """All places at once, "abab" falls into ab ab; one place at a time, ab a b comes between, and "ab a" is the first then."""
    file = said["gpt-2"]["file"]
    vocab = file["model"]["vocab"] | {"ab": 8000, "aba": 8001}
    changed = {**file, "model": {**file["model"], "vocab": vocab, "merges": merges}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(changed), encoding="utf-8")

    with pytest.raises(UsageProblem) as error:
        load(tmp_path)

    assert "Too early: ('ab', 'a')" in error.value.why


def test_half_a_character_is_no_text(folders):
    with pytest.raises(UsageProblem, match="UTF-8"):
        load(folders["gpt-2"]).encode("a\ud800")
    assert load(folders["uncased"]).tokens("\ud800 the")[0] == "[UNK]"
