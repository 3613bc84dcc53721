"""`kdl tokenize`: pieces by learned merges and by a folder's vocabulary."""

import json

from kdl import catalog

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##able", "##aff"]


def test_every_tokenizer_learns_and_cuts_and_more_merges_make_fewer_pieces(kdl):
    few, many = (json.loads(kdl("tokenize", "the gradients", "--merges", n, "--json").out) for n in (0, 40))
    names = [card.id for card in catalog.algorithms().values() if card.makes == "tokenizer"]

    assert few["schema"] == "kdl.tokens/1" and [one["id"] for one in few["tokenizers"]] == names
    for one, other in zip(few["tokenizers"], many["tokenizers"], strict=True):
        assert len(one["pieces"]) > len(other["pieces"]) == len(other["numbers"])


def test_a_folder_gives_its_pieces_and_numbers(kdl, tmp_path):
    (tmp_path / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")

    said = json.loads(kdl("tokenize", "Unaffable [MASK]", "--vocab", tmp_path, "--json").out)["tokenizers"][0]

    assert said["pieces"] == ["un", "##aff", "##able", "[MASK]"] and said["numbers"] == [5, 7, 6, 4]
    assert "##aff" in kdl("tokenize", "unaffable", "--vocab", tmp_path).out


def test_what_cannot_be_is_told(kdl, tmp_path):
    assert kdl("tokenize", "x", "--vocab", tmp_path).code == 2
    assert "exclude each other" in kdl("tokenize", "x", "--vocab", tmp_path, "--merges", "3").err


def test_a_folder_that_cannot_be_used_is_named_and_is_no_bug(kdl, tmp_path):
    (tmp_path / "tokenizer.json").write_text('{"model": {"type": []}}', encoding="utf-8")

    for folder, why in ((tmp_path, "model.type is []"), ("a" * 300, "too long"), (tmp_path / "tokenizer.json", "no folder")):
        said = kdl("tokenize", "x", "--vocab", folder)
        assert said.code == 2 and why in said.err and said.out == ""
