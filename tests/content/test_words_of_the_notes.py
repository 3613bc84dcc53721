"""What the topic of subwords says about the words of these notes themselves, counted anew: the notes grow."""

import re
from collections import Counter

import pytest

from kdl import content

pytestmark = [pytest.mark.contract, pytest.mark.content("quizzes")]


def prose(text):
    """A topic without its front matter, blocks of code and names in backquotes."""
    for pattern in (r"\A---.*?^---$", r"^```.*?^```$", r"`[^`\n]*`"):
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return text


@pytest.fixture(scope="module")
def words():
    topics = sorted(content.quizzes().rglob("*.md"))
    return [word.lower() for path in topics for word in re.findall(r"[^\W\d_]+", prose(path.read_text(encoding="utf-8")))]


def test_about_one_word_in_twelve_of_the_second_half_is_new(words):
    half = len(words) // 2
    known = set(words[:half])
    new = sum(word not in known for word in words[half:]) / (len(words) - half)

    assert 1 / 16 < new < 1 / 9


def test_about_three_in_ten_different_words_stand_there_a_single_time(words):
    counts = Counter(words)

    assert 0.25 < sum(count == 1 for count in counts.values()) / len(counts) < 0.35


def test_a_word_has_about_four_letters(words):
    assert 3.5 < sum(map(len, words)) / len(words) < 4.5


@pytest.mark.slow
def test_the_table_of_cuts(words):
    """Vocabularies of the first half cut the second: rows, pieces a word, scores and weights, and rows that are rare."""
    from kdl.tokenizers import bpe

    text = next(content.quizzes().rglob("subword-tokenisation.md")).read_text(encoding="utf-8").partition("| cut | V |")[2]
    told = {cells[1].strip(): [float(re.sub(r"[, %]", "", cell)) for cell in cells[2:-1]] for cells in rows(text)}
    half = len(words) // 2
    known, read = Counter(words[:half]), Counter(words[half:])

    found = {"words": (len(known), 1.0, sum(n < 10 for n in known.values()) / len(known))}
    for name, merges in (("letters", 0), ("200 merges", 200), ("1,000 merges", 1000), ("2,000 merges", 2000)):
        cut = bpe.make(known, merges)
        V, met = len(cut.vocab), pieces(cut, known)
        found[name] = V, pieces(cut, read).total() / read.total(), sum(met[piece] < 10 for piece in cut.vocab) / V

    for name, (V, T, rare) in found.items():
        said = told[name]
        assert said[:2] == pytest.approx([V, T], rel=0.1)
        assert said[2:4] == pytest.approx([(T / found["letters"][1]) ** 2, 64 * V], rel=0.15)
        assert said[4] == pytest.approx(100 * rare, abs=6)


@pytest.mark.slow
@pytest.mark.content("wordpiece")
def test_wordpiece_has_a_few_more_pieces_than_bpe(words):
    """Both learned from the first half of the words, both cut the second."""
    from kdl.tokenizers import bpe, wordpiece

    text = " ".join(next(content.quizzes().rglob("subword-tokenisation.md")).read_text(encoding="utf-8").split())
    told = re.search(
        r"into (\d\.\d) pieces after 200 merges and BPE into (\d\.\d); after 1,000 merges it is (\d\.\d) and (\d\.\d)", text
    )
    half = len(words) // 2
    known, read = Counter(words[:half]), Counter(words[half:])

    found = [pieces(kind.make(known, n), read).total() / read.total() for n in (200, 1000) for kind in (wordpiece, bpe)]
    assert [float(number) for number in told.groups()] == pytest.approx(found, rel=0.06)
    assert found[0] > found[1] and found[2] > found[3]


def rows(text):
    return [line.split("|") for line in text[: text.index("\n\n")].split("\n")[2:]]


def pieces(cut, counts):
    """How often each piece of the vocabulary stands in words with their counts."""
    met = Counter()
    for word, count in counts.items():
        for piece in cut.tokens(word):
            met[piece] += count
    return met


def test_code_is_left_out():
    assert prose("---\npairs: P73\n---\none `two`\n```kdl\nthree\n```\nfour\n").split() == ["one", "four"]
