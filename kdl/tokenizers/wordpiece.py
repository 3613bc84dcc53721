"""
title: WordPiece
entry: wordpiece
paper: Schuster, Nakajima, "Japanese and Korean voice search", 2012; Wu et al., "Google's neural machine translation system",
    2016; as BERT uses it: Devlin, Chang, Lee, Toutanova, 2019
year: 2012
makes: tokenizer

Problem. The pair that is most frequent need not be the one that says most: "e" and "s" meet often because both are frequent.

Idea. Merge the pair that makes the training text most likely under a model of independent symbols, p(s) = n_s / N.

    gain(a, b) = L(after the merge) - L(before),     L = sum over symbols s of  n_s * log(n_s / N)

By the merge n_ab occurrences leave a and b, and N falls by n_ab. Where n_ab is small beside n_a and n_b,

    gain(a, b) ≈ n_ab * ( log( N * n_ab / (n_a * n_b) ) - 1 )

which is how often the pair stands there times how much more often that is than chance. The fraction alone,
n_ab / (n_a * n_b), is the score that is often quoted for WordPiece: it orders pairs by the gain of one occurrence, so that
two rare letters that always meet win over everything. The papers give the criterion in words; the program that learned BERT's
vocabulary was never published.

A word is encoded by the vocabulary alone, no merges are kept: from the left, always the longest piece that fits. A piece
inside a word is written with "##" in front. Where nothing fits, the whole word is [UNK], and so is a word of more than 100
characters.

    unaffable -> un ##aff ##able

BERT cuts words at white space and around every punctuation mark, puts spaces around Chinese characters, drops control
characters, and, if uncased, lower-cases and takes the accents off. It reads

    [CLS] first text [SEP]                         segments 0 ... 0
    [CLS] first text [SEP] second text [SEP]       segments 0 ... 0 1 ... 1

What is lost in this is not given back by decoding: case, accents, and where the spaces were.

Differs from bpe.py: the gain in place of the count; the longest match in place of the merges; "##" inside a word in place of
"</w>" at its end.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from math import log

from kdl.tokenizers import Tokenizer
from kdl.tokenizers.bpe import learn

PAD, UNKNOWN, CLS, SEP, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
INSIDE = "##"

_CHINESE = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip
_DROPPED = ("Cc", "Cf", "Co")
_NO_SPACE_BEFORE = (".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re")


def make(counts: Mapping[str, int], num_merges: int) -> WordPiece:
    """A tokenizer with the vocabulary learned from words and their counts; it takes words as they are written there."""
    words = {(word[0], *(INSIDE + char for char in word[1:])): count for word, count in counts.items() if word}
    pieces = sorted({piece for word in words for piece in word})
    pieces += [concat(*pair) for pair in learn(words, num_merges, gain, concat)]
    vocab = {piece: number for number, piece in enumerate(dict.fromkeys([*SPECIAL, *pieces]))}
    return WordPiece(vocab, lowercase=False)


def concat(left: str, right: str) -> str:
    """`un`, `##aff` -> `unaff`."""
    return left + right.removeprefix(INSIDE)


def gain(together: int, a: int, b: int, total: int) -> float:
    """By how much the log-likelihood of the text rises when a pair becomes one symbol.

    Args:
        together, a, b, total: counts of the pair, of its symbols, of all symbols; b is 0 where both symbols are the same.
    """
    before = _n_log_n(a) + _n_log_n(b) - _n_log_n(total)
    rest = (a - together, b - together) if b else (a - 2 * together, 0)
    return sum(map(_n_log_n, rest)) + _n_log_n(together) - _n_log_n(total - together) - before


def _n_log_n(n: int) -> float:
    return n * log(n) if n > 0 else 0.0


class WordPiece(Tokenizer):
    """BERT's tokenizer.

    Args:
        vocab: piece -> number; the five special pieces must be in it.
        lowercase: as the uncased checkpoints do.
        strip_accents: None: if `lowercase`.
        chinese: whether each Chinese character is a word of its own.
        longest: a word with more characters is unknown.
        special, added: see `Tokenizer`.
    """

    def __init__(self, vocab, lowercase=True, strip_accents=None, chinese=True, longest=100, special=SPECIAL, added=None):
        missing = [piece for piece in SPECIAL if piece not in vocab]
        if missing:
            raise ValueError(f"vocab must hold the special pieces. Missing: {', '.join(missing)}")
        super().__init__(vocab, special, added)
        self.lowercase, self.chinese, self.longest = lowercase, chinese, longest
        self.known, self.longest_piece = frozenset(vocab), max(map(len, vocab))
        self.strip_accents = lowercase if strip_accents is None else strip_accents

    def encode(self, text, pair=None):
        """[CLS] text [SEP], and pair [SEP] where there is one."""
        return self.encode_pair(text, pair)[0]

    def encode_pair(self, text, pair=None):
        """(numbers, segments) of a text or of two, which have the segments 0 and 1."""
        cls, sep = self.vocab[CLS], self.vocab[SEP]
        first = [cls, *self.numbers(text), sep]
        second = [] if pair is None else [*self.numbers(pair), sep]
        return first + second, [0] * len(first) + [1] * len(second)

    def pieces(self, text):
        return [piece for word in words(self.normalized(text)) for piece in self.split(word)]

    def normalized(self, text: str) -> str:
        """The text cleaned, with space around Chinese characters, without accents, in lower case."""
        text = cleaned(text)
        if self.chinese:
            text = "".join(f" {char} " if _chinese(char) else char for char in text)
        if self.strip_accents:
            text = bare(text)
        return "".join(map(str.lower, text)) if self.lowercase else text  # letter by letter: no rule for a final sigma

    def split(self, word: str) -> list[str]:
        """The longest piece that fits, again and again; [UNK] alone where none does."""
        if len(word) > self.longest:
            return [UNKNOWN]
        pieces, start = [], 0
        while start < len(word):
            front = INSIDE if start else ""
            ends = range(min(len(word), start + self.longest_piece), start, -1)
            end = next((end for end in ends if front + word[start:end] in self.known), None)
            if end is None:
                return [UNKNOWN]
            pieces.append(front + word[start:end])
            start = end
        return pieces

    def joined(self, pieces):
        text = ""
        for place, piece in enumerate(pieces):
            if place and piece.startswith(INSIDE):
                text += piece.removeprefix(INSIDE)
            else:
                text += piece if not place or piece.startswith(_NO_SPACE_BEFORE) else f" {piece}"
        return text


def cleaned(text: str) -> str:
    """Without control, format and private characters and U+FFFD; every white space, tabs and ends of lines too, is a space."""
    kept = (char for char in text if char in "\t\n\r" or not (char == "\ufffd" or unicodedata.category(char) in _DROPPED))
    return "".join(" " if char.isspace() else char for char in kept)


def bare(text: str) -> str:
    """Without accents: letters taken apart, then marks that take no place left out."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")


def words(text: str) -> Iterator[str]:
    """The words between white space; every punctuation mark is a word."""
    for run in text.split():
        start = 0
        for place, char in enumerate(run):
            if _punctuation(char):
                yield from filter(None, (run[start:place], char))
                start = place + 1
        if run[start:]:
            yield run[start:]


def _chinese(char: str) -> bool:
    return any(low <= ord(char) <= high for low, high in _CHINESE)


def _punctuation(char: str) -> bool:
    """Unicode's, and every sign of ASCII, as $ and +."""
    return unicodedata.category(char)[0] == "P" or ("!" <= char <= "~" and not char.isalnum())
