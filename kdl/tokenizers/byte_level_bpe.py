"""
title: Byte-level BPE
unit: 14
paper: Radford, Wu, Child, Luan, Amodei, Sutskever, "Language models are unsupervised multitask learners", 2019 (GPT-2)
year: 2019
makes: tokenizer

Problem. BPE over characters must hold every character there is, more than a hundred thousand, or call some unknown.

Idea. Spell the text in UTF-8 bytes. There are 256 of them, so no text is unknown, and none is changed: decoding gives back
every space and every emoji. A rare character costs up to four symbols; the merges make frequent ones short again.

    text -> chunks -> bytes of a chunk -> 256 visible characters -> merges by rank

    chunk = 's | 't | 're | 've | 'm | 'll | 'd | [space] letters | [space] digits | [space] others | white space

Chunks keep merges from crossing the border of words, numbers and marks: without them "dog.", "dog!" and "dog?" would each
win a symbol. A space belongs to the word after it, so "cat" and " cat" are different symbols, and no mark for the end of a
word is needed. Of a run of white space the last space goes to the word that follows.

So that vocabularies can be text files, each byte is written as a visible character: the printable ones of Latin-1 stand for
themselves, the other 68 for the characters from U+0100 on. The space is "Ġ", the line feed "Ċ".

Letters and digits are those of Unicode (categories L and N) in the running Python; a character that a later Unicode added
counts as "others".

Differs from bpe.py: bytes for characters, chunks for words, the space in front in place of "</w>".
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from kdl import files
from kdl.errors import UsageProblem
from kdl.tokenizers import Tokenizer
from kdl.tokenizers.bpe import Pair, by_rank, learn

END_OF_TEXT = "<|endoftext|>"

# On a text in which a letter is L, a digit 0, white space a tab and all else "!", but for what the pattern itself names.
_CHUNK = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[Ldelmrstv]+| ?0+| ?[!']+|[ \t]+(?![^ \t])|[ \t]+")
_NAMED = set("delmrstv' ")


def make(counts: Mapping[str, int], num_merges: int) -> ByteLevelBPE:
    """A tokenizer with the merges learned from words and their counts; every word counts as one after a space."""
    words = Counter()
    for word, count in counts.items():
        for chunk in chunks(" " + word):
            words[tuple(visible(chunk))] += count
    merges = learn(words, num_merges)
    symbols = [*sorted(characters()), *("".join(pair) for pair in merges), END_OF_TEXT]
    return ByteLevelBPE({symbol: number for number, symbol in enumerate(dict.fromkeys(symbols))}, merges)


def chunks(text: str) -> list[str]:
    """The text cut where no merge may cross; nothing is lost."""
    kinds = "".join(char if char in _NAMED else _kind(char) for char in text)
    return [text[match.start() : match.end()] for match in _CHUNK.finditer(kinds)]


@functools.cache
def _kind(char: str) -> str:
    category = unicodedata.category(char)[0]
    if category in "LN":
        return "L" if category == "L" else "0"
    return "\t" if char.isspace() and char not in "\x1c\x1d\x1e\x1f" else "!"  # separators that Unicode calls no white space


@functools.cache
def characters() -> tuple[str, ...]:
    """The visible character of each byte, 0 to 255."""
    shown = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    others = iter(range(256, 512))
    return tuple(chr(byte if byte in shown else next(others)) for byte in range(256))


def visible(text: str) -> str:
    """The UTF-8 bytes of a text, each as its character: " a" -> "Ġa"."""
    try:
        return "".join(characters()[byte] for byte in text.encode())
    except UnicodeEncodeError as error:
        raise UsageProblem("The text cannot be written in UTF-8.", why=str(error)) from error


@functools.cache
def _bytes() -> dict[str, int]:
    return {char: byte for byte, char in enumerate(characters())}


class ByteLevelBPE(Tokenizer):
    """GPT-2's tokenizer.

    Args:
        vocab: piece, in visible characters -> number. All 256 characters must be in it, and what each merge gives.
        merges: pairs, first learned first: each after all that make one of its parts.
        special, added: see `Tokenizer`.
        prefix_space: whether a text that starts with none gets a space in front.
    """

    def __init__(self, vocab, merges: Sequence[Pair], special=(END_OF_TEXT,), prefix_space=False, added=None):
        super().__init__(vocab, special, added)
        self.ranks, self.prefix_space = {tuple(pair): rank for rank, pair in enumerate(merges)}, prefix_space
        self._known: dict[str, list[str]] = {}
        missing = [symbol for symbol in (*characters(), *map("".join, self.ranks)) if symbol not in vocab]
        if missing:
            raise ValueError(f"vocab must hold every byte and every merge. Missing: {files.short(missing[0])}")
        made = {"".join(pair): rank for rank, pair in enumerate(merges)}
        for rank, pair in enumerate(merges):
            if any(made.get(part, -1) > rank for part in pair):  # libraries would cut differently
                raise ValueError(f"merges must stand in the order of learning. Too early: {files.short(tuple(pair))}")

    def pieces(self, text):
        if self.prefix_space and text and not text.startswith(" "):
            text = " " + text
        return [piece for chunk in chunks(text) for piece in self._chunk(visible(chunk))]

    def joined(self, pieces):
        """Bytes that are no UTF-8, as of half an emoji, become U+FFFD; a piece in other characters stands for itself."""
        known = _bytes()
        spelled = [[known.get(char) for char in piece] for piece in pieces]
        parts = [bytes(s) if None not in s else piece.encode() for s, piece in zip(spelled, pieces, strict=True)]
        return b"".join(parts).decode(errors="replace")

    def _chunk(self, symbols: str) -> list[str]:
        if symbols not in self._known:
            if len(self._known) >= 100_000:  # frequent chunks come back at once
                self._known.clear()
            self._known[symbols] = by_rank(symbols, self.ranks)
        return self._known[symbols]
