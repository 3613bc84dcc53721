"""`kdl generate` of an imported GPT-2: it writes the pieces of its vocabulary, from the folder beside it or a named one."""

import json
import os
import unicodedata
from collections import Counter

import made_folders
import numpy as np
import pytest

from kdl.cli.generate_vocab import Pieces
from kdl.tokenizers import byte_level_bpe

WORDS = Counter({"the": 3, "cat": 2, "sat": 1, "mat": 1, "ate": 1})
VOCAB = 256 + 6 + 1  # bytes, merges, the end of a text


@pytest.fixture(scope="module")
def tokenizer():
    return byte_level_bpe.make(WORDS, 6)


@pytest.fixture(scope="module")
def imported(tmp_path_factory, tokenizer):
    """A checkpoint with its vocabulary, and what `kdl model import` makes of it: the folder, the file, and what it said."""
    from click.testing import CliRunner

    from kdl.cli import cli

    folder = made_folders.vocabulary(made_folders.gpt_2(tmp_path_factory.mktemp("hub") / "gpt2", VOCAB), tokenizer)
    file = tmp_path_factory.mktemp("out") / "gpt2.keras"
    done = CliRunner().invoke(cli, ["model", "import", "gpt-2", str(folder), "--out", str(file)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder, file, done.output


def said(kdl, *words):
    done = kdl("generate", *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


# ---- the import ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_import_takes_the_vocabulary_along_and_says_how_to_write(imported):
    folder, file, output = imported
    beside = file.with_suffix(".vocab")

    assert sorted(path.name for path in beside.iterdir()) == ["merges.txt", "vocab.json"]
    for path in beside.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes()
    assert f'next  kdl generate {file} --prompt "What is attention?"' in output
    assert sorted(path.name for path in file.parent.iterdir()) == ["gpt2.keras", "gpt2.vocab"], "nothing half written is left"


@pytest.mark.slow
def test_an_import_that_was_killed_before_its_model_was_there_is_done_again(kdl, imported, tmp_path, monkeypatch, keras):
    """What it left is the vocabulary, byte for byte; any other folder of that name is somebody's, and stays."""
    folder, file = imported[0], tmp_path / "gpt2.keras"
    monkeypatch.setattr("kdl.cli.model_import._try", lambda model, read: None)
    real = os.replace

    def killed(source, target):
        if target == file:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        kdl("model", "import", "gpt-2", folder, "--out", file)
    assert [path.name for path in tmp_path.glob("gpt2.*")] == ["gpt2.vocab"]

    assert kdl("model", "import", "gpt-2", folder, "--out", file).code == 0
    assert sorted(path.name for path in tmp_path.glob("gpt2.*")) == ["gpt2.keras", "gpt2.vocab"]
    file.unlink()
    (tmp_path / "gpt2.vocab" / "merges.txt").write_text("mine")
    done = kdl("model", "import", "gpt-2", folder, "--out", file)
    assert done.code == 2 and "gpt2.vocab is there already" in done.err
    assert (tmp_path / "gpt2.vocab" / "merges.txt").read_text() == "mine"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "told"),
    [("another size", "264 numbers, the vocabulary has 263"), ("no JSON", "no JSON"), ("link", "a link out")],
)
def test_a_vocabulary_that_cannot_be_used_is_left_behind_in_one_line(damage, told, kdl, tmp_path, tokenizer, keras):
    folder = made_folders.gpt_2(tmp_path / "gpt2", VOCAB + (damage == "another size"))
    made_folders.vocabulary(folder, tokenizer)
    if damage == "no JSON":
        (folder / "vocab.json").write_text("{")
    if damage == "link":
        (folder / "vocab.json").rename(tmp_path / "elsewhere")
        (folder / "vocab.json").symlink_to(tmp_path / "elsewhere")
    done = kdl("model", "import", "gpt-2", folder, "--out", tmp_path / "x.keras")

    assert done.code == 0 and not (tmp_path / "x.vocab").exists()
    (line,) = [line for line in done.err.splitlines() if "not taken along" in line]
    assert told in line and "kdl generate" not in done.out


def test_a_vocabulary_that_is_there_is_kept(kdl, tmp_path):
    (tmp_path / "x.vocab").mkdir()
    done = kdl("model", "import", "gpt-2", made_folders.gpt_2(tmp_path / "gpt2", VOCAB), "--out", tmp_path / "x.keras")

    assert done.code == 2 and "x.vocab is there already" in done.err


# ---- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_writes_what_the_checkpoint_finds_likeliest(kdl, imported, tokenizer, keras):
    """Greedy, with the cache, equals asking the whole text each time without one."""
    from kdl import weights

    folder, file, _ = imported
    found = said(kdl, file, "--prompt", "the cat", "--greedy", "--length", 8)
    model, numbers = weights.load("gpt-2", folder, takes=("tokens",)), tokenizer.encode("the cat")
    start = len(numbers)
    while len(numbers) < start + 8 and numbers[-1] != tokenizer.vocab[byte_level_bpe.END_OF_TEXT]:
        numbers.append(int(np.argmax(weights.run(model, tokens=[numbers])["logits"][0, -1])))

    assert found["kind"] == "text" and found["vocab"] == str(file.with_suffix(".vocab")) and "task" not in found
    assert [one["text"] for one in found["texts"]] == [tokenizer.decode(numbers)]


@pytest.mark.slow
def test_the_named_folder_and_the_one_beside_give_the_same_texts(kdl, imported, tmp_path, keras):
    folder, file, _ = imported
    alone = tmp_path / "alone.keras"
    alone.write_bytes(file.read_bytes())
    named, beside = said(kdl, alone, "--vocab", folder, "--length", 5), said(kdl, file, "--length", 5)

    assert named["texts"] == beside["texts"] and named["vocab"] == str(folder)
    shown = kdl("generate", alone, "--vocab", folder, "--length", 5)
    again = f"next kdl generate {alone} --vocab {folder} --length 5 --seed 1"
    assert again in " ".join(shown.out.split()), "the next command works as it stands"
    assert kdl("generate", alone).err.count("--vocab FOLDER") == 1, "without one, the error names the option"


@pytest.mark.slow
def test_a_text_may_be_longer_than_the_model_reads(kdl, imported, keras):
    (one,) = said(kdl, imported[1], "--prompt", "on the mat", "--greedy", "--length", 40)["texts"]

    assert one["text"].startswith("on the mat")


@pytest.mark.slow
def test_what_is_shown_steers_no_terminal_and_holds_no_half_character(kdl, imported, keras):
    """A random model writes any byte: what stands on the screen is its text with U+FFFD for what a terminal obeys."""
    folder, file, _ = imported
    words = (file, "--length", 200, "--count", 3, "--temperature", 2)
    shown = kdl("generate", *words).out
    texts = [one["text"] for one in said(kdl, *words)["texts"]]

    steers = ("Cc", "Cf", "Zl", "Zp")
    steering = {char for char in "".join(texts) if unicodedata.category(char) in steers} - set("\n\t\u200c\u200d")
    assert any(set(text) & steering for text in texts) and not set(shown) & steering
    for text in texts:
        assert "".join("\ufffd" if char in steering else char for char in text) in shown


# ---- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_vocabulary_of_another_size_is_refused(kdl, imported, tmp_path, keras):
    other = made_folders.vocabulary(tmp_path / "other", byte_level_bpe.make(WORDS, 3))
    done = kdl("generate", imported[1], "--vocab", other)

    assert done.code == 2 and done.out == "" and f"{other} is not the vocabulary of this model" in done.err
    assert "263 numbers, the vocabulary has 260" in done.err


def written(path, **files):
    path.mkdir()
    for name, content in files.items():
        (path / name.replace("_", ".")).write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "holds no tokenizer"),
        ({"vocab_json": b"{}"}, "holds no tokenizer"),
        ({"vocab_json": b"{", "merges_txt": b""}, "no JSON"),
        ({"vocab_json": b"{}", "merges_txt": b""}, "every byte"),
        ({"vocab_json": b'{"a":' * 100_000, "merges_txt": b""}, "nested too deep"),
        ({"vocab_json": b"\x80\x04", "merges_txt": b""}, "UTF-8"),
        ({"vocab_txt": b"[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\na"}, "no vocabulary to write with"),
    ],
)
def test_a_folder_that_cannot_be_used_is_one_error_before_keras_is_loaded(files, told, kdl, tmp_path):
    """The file needs to be a model by its looks only: the vocabulary is read first."""
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        for name in ("config.json", "metadata.json"):
            archive.writestr(name, "{}")
    done = kdl("generate", tmp_path / "x.keras", "--vocab", written(tmp_path / "vocab", **files))

    assert done.code == 2 and told in done.err and done.out == ""
    assert "Loading Keras" not in done.err and "Traceback" not in done.err
    assert "exclude" in kdl("generate", tmp_path / "x.keras", "--vocab", tmp_path, "--task", "names-text").err


def test_without_an_end_of_text_a_prompt_is_needed_and_nothing_ends():
    plain = byte_level_bpe.ByteLevelBPE({char: n for n, char in enumerate(byte_level_bpe.characters())}, [], special=())
    pieces = Pieces(plain)

    assert pieces.start is None and pieces.end is None
    assert pieces.decode([None, *pieces.encode("é")]) == "é"
