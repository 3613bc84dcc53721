"""Turn text into numbers and back: one idea per file, as lessons that also read the files of public checkpoints.

A file's `make(counts, num_merges)` learns from the words of a text and gives a `Tokenizer`; `load(folder)` gives one with
the vocabulary that a checkpoint was trained with. Every file says how a text falls into pieces (`pieces`), and how pieces
become a text again (`joined`). Nothing here needs Keras or NumPy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


class Tokenizer:
    """Pieces of a text and their numbers.

    Args:
        vocab: piece -> number.
        special: pieces that stand for no text, as "[MASK]". Where one is written out in a text, it is that one piece.
        added: piece -> number, of special ones that are not in `vocab`: no word is cut into them.
    """

    def __init__(self, vocab: dict[str, int], special: Iterable[str] = (), added: dict[str, int] | None = None):
        self.vocab, self.special = vocab | (added or {}), tuple(special)
        self.texts = {number: piece for piece, number in self.vocab.items()}
        longest_first = sorted(self.special, key=len, reverse=True)
        self._special = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")") if self.special else None

    def tokens(self, text: str) -> list[str]:
        """The pieces of a text; special ones stay whole."""
        parts = self._special.split(text) if self._special else [text]  # text, special, text, special, ... text
        return [piece for place, part in enumerate(parts) for piece in ([part] if place % 2 else self.pieces(part))]

    def numbers(self, text: str) -> list[int]:
        """The numbers of `tokens`, without anything around them."""
        return [self.vocab[piece] for piece in self.tokens(text)]

    def encode(self, text: str) -> list[int]:
        """The numbers that a model reads."""
        return self.numbers(text)

    def decode(self, numbers: Iterable[int], skip_special: bool = True) -> str:
        """A text of these numbers.

        Raises:
            ValueError: a number that no piece has.
        """
        numbers = [int(number) for number in numbers]
        unknown = [number for number in numbers if number not in self.texts]
        if unknown:
            raise ValueError(f"numbers must be those of pieces. Received: {unknown[0]}")
        pieces = [self.texts[number] for number in numbers]
        return self.joined([piece for piece in pieces if not (skip_special and piece in self.special)])

    def pieces(self, text: str) -> list[str]:
        """The pieces of a text without special ones."""
        raise NotImplementedError

    def joined(self, pieces: list[str]) -> str:
        """The text that these pieces make."""
        raise NotImplementedError


def load(folder) -> Tokenizer:
    """The tokenizer of a folder as Hugging Face saves it; see `kdl.tokenizers._files`.

    Raises:
        UsageProblem: a file is missing, damaged, or describes a tokenizer that is neither BERT's nor GPT-2's.
    """
    from kdl.tokenizers import _files

    return _files.load(folder)
