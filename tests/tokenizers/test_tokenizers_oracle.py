"""How the tokenizers cut and join, against the `tokenizers` package and by hand."""

import functools
import json
import operator
import random
import unicodedata

import nasty_texts
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kdl.errors import UsageProblem
from kdl.tokenizers import bpe, byte_level_bpe, load, wordpiece

BERTS = ("uncased", "cased")
KINDS = ("uncased", "gpt-2")


def oracle(name):
    """The test counts as proof of `name` against an independent computation."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", [name]), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


# ---- the same files, the same numbers --------------------------------------------------------------------------------


@oracle("wordpiece")
@pytest.mark.parametrize("cased", BERTS)
def test_bert_gives_the_numbers_of_the_package(name, cased, said, folders):
    """2,400 texts of all sorts of characters, cased and uncased; the text itself is shown where one differs."""
    made = load(folders[cased])

    assert len(said["texts"]) == 2400
    for text, numbers in zip(said["texts"], said[cased]["numbers"], strict=True):
        assert made.encode(text) == numbers, text


@oracle("wordpiece")
@pytest.mark.parametrize("cased", BERTS)
def test_two_texts_are_framed_and_numbered_as_by_the_package(name, cased, said, folders):
    made, pairs = load(folders[cased]), said[cased]["pairs"]
    for i, (numbers, segments) in enumerate(pairs):
        assert made.encode_pair(said["texts"][i], said["texts"][len(pairs) + i]) == (numbers, segments)


@oracle("byte-level-bpe")
def test_gpt2_gives_the_numbers_of_the_package_and_every_text_comes_back(name, said, folders):
    made = load(folders["gpt-2"])
    for text, numbers in zip(said["texts"], said["gpt-2"]["numbers"], strict=True):
        assert made.encode(text) == numbers, text
        assert made.decode(numbers, skip_special=False) == text


@oracle("wordpiece")
@pytest.mark.parametrize("kind", [*BERTS, "gpt-2"])
def test_any_numbers_are_decoded_as_by_the_package(name, kind, said, folders):
    """Random numbers: pieces that never stand together, bytes that are no UTF-8, special pieces."""
    made = load(folders[kind])
    for (numbers, text), whole in zip(said[kind]["decoded"], said[kind]["decoded whole"], strict=True):
        assert made.decode(numbers) == text
        assert made.decode(numbers, skip_special=False) == whole


def test_a_number_of_no_piece_is_refused(folders):
    with pytest.raises(ValueError, match="Received: 123456"):
        load(folders["gpt-2"]).decode([5, 123456])


PLAIN = {"special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
VARIANTS = (
    ("uncased", "normalizer", {}),
    ("uncased", "normalizer", {"strip_accents": False}),
    ("uncased", "normalizer", {"handle_chinese_chars": False, "lowercase": False, "strip_accents": True}),
    ("cased", "normalizer", {}),
    ("cased", "model", {"max_input_chars_per_word": 3}),
    ("cased", "added_tokens", []),  # then "[MASK]" in a text is a text
    ("uncased", "added_tokens", [{**PLAIN, "id": 1271, "content": "the"}]),  # the vocabulary has 1,271 pieces
    ("gpt-2", "pre_tokenizer", {}),
    ("gpt-2", "pre_tokenizer", {"add_prefix_space": True}),
)


@pytest.fixture(scope="module")
def both(said, tmp_path_factory):
    """(Ours, the package's) for the files as they are and with other settings."""
    theirs, made = pytest.importorskip("tokenizers").Tokenizer, []
    for kind, part, changed in VARIANTS:
        file, folder = said[kind]["file"], tmp_path_factory.mktemp(kind)
        text = json.dumps({**file, part: file[part] | changed if isinstance(changed, dict) else changed})
        (folder / "tokenizer.json").write_text(text, encoding="utf-8")
        made.append((load(folder), theirs.from_str(text)))
    return made


@pytest.mark.slow
@pytest.mark.requires("tokenizers")
@settings(max_examples=1500, deadline=None)
@given(seed=st.integers(0, 2**32), pair=st.booleans())
def test_the_package_says_the_same_of_texts_nobody_has_chosen(both, seed, pair):
    """Texts, pairs of texts, and what becomes of their numbers."""
    rng = random.Random(seed)
    text, other = nasty_texts.one(rng), nasty_texts.one(rng) if pair else None
    for ours, theirs in both:
        numbers = theirs.encode(text).ids
        assert ours.encode(text) == numbers
        assert ours.decode(numbers[1:]) == theirs.decode(numbers[1:])
        if isinstance(ours, wordpiece.WordPiece):
            expected = theirs.encode(text, other)
            assert ours.encode_pair(text, other) == (expected.ids, expected.type_ids)


ODD = (None, True, False, 0, -1, 7, 2**40, 1.5, "", "##", "[CLS]", "\ud800", [], {}, [[]], ["a", "b"], {"a": 1}, "ByteLevel")


def places(value, way=()):
    """Where something stands in a JSON value."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*way, key)
            yield from places(value[key], (*way, key))


@pytest.mark.slow
@pytest.mark.requires("tokenizers")
def test_a_file_with_one_thing_changed_is_refused_or_read_as_by_the_package(said, tmp_path):
    """800 files in which any setting is another or missing. What the package refuses is not compared."""
    theirs, rng, compared = pytest.importorskip("tokenizers").Tokenizer, random.Random(0), 0
    texts = ["The [MASK] cat, isn't naïve. 漢字 <|endoftext|> abab", "[CLS] hello [SEP]"]
    ways = {kind: [*places(said[kind]["file"] | {"model": dict.fromkeys(said[kind]["file"]["model"])})] for kind in KINDS}
    for _ in range(800):
        kind = rng.choice(KINDS)
        file = json.loads(json.dumps(said[kind]["file"]))
        *way, last = rng.choice(ways[kind])
        here = functools.reduce(operator.getitem, way, file)
        here[last] = rng.choice(ODD)
        if isinstance(here, dict) and rng.random() < 0.2:
            del here[last]
        text = json.dumps(file)
        (tmp_path / "tokenizer.json").write_text(text, encoding="utf-8")
        try:
            ours, package = load(tmp_path), theirs.from_str(text)
        except UsageProblem:
            continue
        except Exception as error:  # the package raises no class of its own
            assert type(error) is Exception, (way, last)
            continue
        for one in texts:
            numbers = package.encode(one).ids
            assert ours.encode(one) == numbers and ours.decode(numbers) == package.decode(numbers), (way, last, here)
        compared += 1
    assert compared > 40


# ---- every character -------------------------------------------------------------------------------------------------


def compared(said, kind, ask):
    """(all code points that were asked, those of them for which `ask` says something else)."""
    asked, other = [], []
    for first, last, answer in said["classes"][kind]:
        for code in range(first, last + 1):
            char = chr(code)
            asked.append(char)
            expected = answer.replace("@", char) if isinstance(answer, str) else answer
            if ask(char) != expected:
                other.append(char)
    return asked, other


def is_young(char):
    """Whether Unicode 3.2 of 2002 did not know the character, or sorted it elsewhere than today."""
    return unicodedata.ucd_3_2_0.category(char) != unicodedata.category(char)


@oracle("byte-level-bpe")
def test_letters_digits_and_spaces_are_those_of_the_package_for_every_character(name, said):
    """All that Python's Unicode knew when the fixture was made: 130,000 code points, not one differs."""
    kinds = {"L": "letter", "0": "digit", "\t": "space", "!": "other"}

    asked, other = compared(said, "chunk", lambda char: kinds[byte_level_bpe._kind(char)])

    assert len(asked) > 130_000 and other == []


@oracle("wordpiece")
@pytest.mark.parametrize("kind", ["cleaned", "bare", "words"])
def test_only_characters_younger_than_the_tables_of_the_package_are_cleaned_otherwise(name, kind, said):
    """BERT's own program asks Python for the category of a character; the package has an older table."""
    clean = wordpiece.WordPiece({piece: number for number, piece in enumerate(wordpiece.SPECIAL)}, lowercase=False)
    ask = {
        "cleaned": clean.normalized,
        "bare": lambda char: "".join(map(str.lower, wordpiece.bare(char))),
        "words": lambda char: len(list(wordpiece.words(f"a{char}b"))),
    }[kind]

    asked, other = compared(said, kind, ask)

    assert len(asked) > 130_000 and len(other) < 500
    assert all(is_young(char) for char in other if wordpiece.cleaned(char))  # what cleaning drops is never cut


# ---- encoding --------------------------------------------------------------------------------------------------------


@oracle("bpe")
def test_merges_are_applied_in_their_order_and_not_by_the_longest_match(name):
    ranks = {("b", "c"): 0, ("a", "b"): 1, ("ab", "c"): 2}

    assert bpe.by_rank("abc", ranks) == ["a", "bc"]
    assert bpe.by_rank("abab", ranks) == ["ab", "ab"]


def merges_in_order(rng):
    """A few merges over a and b, each after those that make its parts."""
    symbols, merges = ["a", "b"], []
    for _ in range(rng.randint(2, 8)):
        pair = rng.choice(symbols), rng.choice(symbols)
        if "".join(pair) not in symbols and len("".join(pair)) <= 6:
            merges.append(pair)
            symbols.append("".join(pair))
    return merges


@pytest.mark.requires("tokenizers")
@oracle("byte-level-bpe")
def test_all_places_of_a_pair_at_once_are_as_one_after_the_other(name, said):
    """The package merges one place, looks again, and takes what was learned first. 100 lists of merges, 10 texts each."""
    theirs, file, rng = pytest.importorskip("tokenizers").Tokenizer, said["gpt-2"]["file"], random.Random(0)
    for _ in range(100):
        merges = merges_in_order(rng)
        vocab = {piece: number for number, piece in enumerate([*byte_level_bpe.characters(), *map("".join, merges)])}
        model = {**file["model"], "vocab": vocab, "merges": [list(pair) for pair in merges]}
        package = theirs.from_str(json.dumps({**file, "model": model, "added_tokens": []}))
        for _ in range(10):
            text = "".join(rng.choices("ab", k=rng.randint(1, 14)))
            assert byte_level_bpe.ByteLevelBPE(vocab, merges).tokens(text) == package.encode(text).tokens, (merges, text)


@oracle("wordpiece")
def test_the_longest_piece_wins_and_a_word_without_one_is_unknown(name):
    pieces = [*wordpiece.SPECIAL, "un", "unaff", "##aff", "##able", "##ffable"]
    made = wordpiece.WordPiece({piece: number for number, piece in enumerate(pieces)})

    assert made.tokens("unaffable") == ["unaff", "##able"]
    assert made.tokens("unaffables") == ["[UNK]"]
    assert made.tokens("a" * 101 + " unaff") == ["[UNK]", "unaff"]


@oracle("wordpiece")
def test_no_word_is_cut_into_a_piece_that_was_added_for_itself(name):
    vocab = {piece: number for number, piece in enumerate([*wordpiece.SPECIAL, "a", "##b"])}
    made = wordpiece.WordPiece(vocab, special=[*wordpiece.SPECIAL, "ab"], added={"ab": 7})

    assert made.tokens("AB ab") == ["a", "##b", "ab"]
    assert made.numbers("AB ab") == [5, 6, 7] and made.decode([5, 6, 7], skip_special=False) == "ab ab"


@oracle("byte-level-bpe")
def test_a_space_is_put_in_front_only_where_none_stands(name, said, tmp_path):
    file = said["gpt-2"]["file"]
    file = {**file, "pre_tokenizer": {**file["pre_tokenizer"], "add_prefix_space": True}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(file), encoding="utf-8")
    made = load(tmp_path)

    assert made.tokens("the cat") == made.tokens(" the cat")
    assert made.decode(made.encode("\nx")) == " \nx" and made.encode("") == []


@oracle("byte-level-bpe")
def test_every_byte_has_a_visible_character_of_its_own(name):
    shown = byte_level_bpe.characters()

    assert len(set(shown)) == 256 and all(char.isprintable() and not char.isspace() for char in shown)
    assert byte_level_bpe.visible(" a\n😀") == "ĠaĊðŁĺĢ"


@oracle("byte-level-bpe")
@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("I'll go", ["I", "'ll", " go"]),
        ("I'LL", ["I", "'", "LL"]),
        ("a  b", ["a", " ", " b"]),
        ("a\n\nb ", ["a", "\n", "\n", "b", " "]),
        ("x1.5!", ["x", "1", ".", "5", "!"]),
        ("", []),
    ],
)
def test_chunks_by_hand(name, text, chunks):
    assert byte_level_bpe.chunks(text) == chunks
