"""A trained causal Transformer as a decoder asks it, at the cost of one place for each symbol: see `key_value_cache.py`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kdl.backend.compiled import compiled
from kdl.decoding import _reader
from kdl.layers.key_value_cache import KeyValueCache
from kdl.layers.learned_position_embedding import LearnedPositionEmbedding


def next_logits(model, length: int | None = None, texts: int = 1) -> Callable:
    """`numbers so far -> logits (V,) of the next one`: from a cache where the model has one, else from the whole text.

    Args:
        model: gives (B, T, V) for (B, T).
        length: the longest text that will be asked about; None: the longest that the model reads.
        texts: how many texts go on in turn. One is enough for texts that are written one after the other, also where they
            begin alike; a beam of B needs 2 B.

    Raises:
        UsageProblem: the model answers something else; later, where its logits are not finite.
    """
    whole = _reader.next_logits(model)
    longest = _longest(model)
    return whole if longest is None else Cached(model, longest, min(length or longest, longest), texts)


def _longest(model) -> int | None:
    """Places that a model with a cache reads; None for a model without.

    It has one if all that looks along the time axis is a layer that says so (`cached`), and all else works place by place.
    """
    from keras import layers

    alone = (layers.InputLayer, layers.Embedding, layers.Dense, layers.LayerNormalization, layers.Dropout, layers.Identity)
    known = [layer for layer in model.operations if getattr(layer, "cached", False)]
    places = [layer.length for layer in known if isinstance(layer, LearnedPositionEmbedding)]
    others = [layer for layer in model.operations if not getattr(layer, "cached", False)]
    return min(places) if places and all(isinstance(layer, alone) for layer in others) else None


class Cached:
    """Asks a model for the next logits, and keeps the keys and values of the texts that it was asked about last.

    A text that goes on from one of them, or shares its beginning, costs its new places only. A text longer than `length` is
    read whole; of one that is longer than the model can read, the end, and every place of it has moved with each symbol.

    Keys and values are those of the weights that read the text: once these have changed, `forget` what is kept.

    Args:
        model: one for which `_longest` gives a number.
        longest: that number.
        length: places that are laid out.
        texts: how many texts are kept.

    Attributes:
        steps: places read so far, one at a time.
    """

    def __init__(self, model, longest: int, length: int, texts: int):
        import keras

        # A model of the same layers; one that has been called can no longer learn to hand the cache down.
        self.model = keras.Model(model.input, model.output)
        self.model._register_call_context_args("cache")
        self.read = compiled(self._read, model.variables)
        self.longest, self.length, self.texts, self.steps = longest, length, texts, 0
        self.fixed: Callable | None = None
        self.kept: dict[tuple, dict] = {}  # numbers read -> their keys and values, oldest first

    def __call__(self, text: list[int]):
        """Logits (V,) of the number that follows a text.

        Raises:
            ValueError: the text is empty: nothing is there that the model could read.
        """
        if not text:
            raise ValueError("text must hold a number. Received: []")
        if len(text) > self.length:
            return self._whole(text)
        begun, kept = self._nearest(tuple(text))
        for place in range(begun, len(text)):
            step = self.read if kept else self._read  # the very first step lays the rows out
            logits, kept = step(np.array([[text[place]]], np.int32), np.array(place, np.int32), kept)
            self.steps += 1
        self.kept.pop(tuple(text), None)
        self.kept[tuple(text)] = kept
        if len(self.kept) > self.texts:
            del self.kept[next(iter(self.kept))]
        return _reader.finite(np.asarray(logits)[0, 0])

    def forget(self) -> None:
        """Keep nothing of the texts so far, as after a training step. Nothing is traced anew."""
        self.kept.clear()

    def _read(self, number, place, kept: dict) -> tuple:
        """One number (1, 1) at a place () -> logits (1, 1, V), and the keys and values with those of that place."""
        cache = KeyValueCache(place, self.length, kept)
        return self.model(number, cache=cache, training=False), cache.kept

    def _nearest(self, text: tuple) -> tuple[int, dict]:
        """How much of a text, short of its last number, need not be read again, and the keys and values of it.

        What stands behind in them belongs to another text, and is overwritten before any place looks there.
        """
        best, kept = 0, {}
        for known, its in self.kept.items():
            same = min(_shared(known, text), len(text) - 1)
            if same > best or not kept:
                best, kept = same, its
        return best, kept

    def _whole(self, text: list[int]):
        """The same without a cache, from the last `longest` numbers."""
        import keras

        if self.fixed is None:
            tokens = keras.Input((self.longest,), dtype="int32")  # (B, T)
            self.fixed = _reader.next_logits(keras.Model(tokens, self.model(tokens)))
        return self.fixed(text)


def _shared(a: tuple, b: tuple) -> int:
    """Numbers that two texts have in common before they part."""
    return next((n for n, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))
