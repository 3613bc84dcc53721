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


def test_code_is_left_out():
    assert prose("---\npairs: P73\n---\none `two`\n```kdl\nthree\n```\nfour\n").split() == ["one", "four"]
