"""
title: Sentence-BERT (SBERT)
entry: sentence-bert
paper: Reimers, Gurevych, "Sentence-BERT: sentence embeddings using siamese BERT-networks", 2019, arXiv:1908.10084
year: 2019
tasks: graded-pairs: lr=1e-3 steps=1500
parts: encoder=bert
pairs: P87

Problem. How alike are two sentences? BERT (bert.py) answers well if it reads both at once, as one text. But then every pair
is a pass through the network: to find the two most alike of n sentences takes n (n - 1) / 2 passes. With a vector for each
sentence n passes are enough, and cosines of vectors cost next to nothing. Only, nothing in BERT's training asks that the
cosine of two such vectors means anything.

Idea. Ask for it. Two sentences go through the same encoder (siamese: one set of weights, used twice); each gives one vector,
pooled from the states of its tokens; and their cosine is trained to be the similarity that people, or here a grammar, gave.

    h = encoder(tokens)                                         (B, T, D), for each of the two
    u = pool(h)                                                 (B, D); v is pooled from the other sentence in the same way

    mean   u = sum_t m_t h_t / sum_t m_t                        m_t 1 where place t is real, 0 where it fills the row up
    max    u = max_t h_t over the real places, each number for itself
    cls    u = h_0                                              the state of the first token

    answer = u . v / (|u| |v|)                                  (B, 1)
    loss   = mean over the pairs of (answer - similarity)^2

The paper starts from a trained BERT and found the mean best. `kdl train sentence-bert` starts from nothing; P87 starts from
a BERT that has learned covered words. Where labels are kinds (entailed, contradicted, neither), the paper puts a softmax of
W [u; v; |u - v|] on top for the training and throws it away. Where all that is known is that an anchor a is closer to p than
to n, its loss is max(0, |a - p| - |a - n| + 1). Neither is part of this file.

Filling must be hidden twice: from the attention of the others (`pad_id` of the encoder) and from the pooling. Otherwise a
sentence's vector depends on how long its neighbours in the batch are.

What is given up. u is made without sight of v: whatever of a sentence might matter for any other has to fit into D numbers.
A network that reads both at once can compare word by word, and may judge again the few best of a search.

Parameters: those of the encoder without its head. Nothing else is learned.

Shapes: B batch, T time, D width.

Differs from bert.py: nothing in the network but its head, which is gone; what differs is what is asked of the states.
"""

import keras
from keras import layers, ops

POOLINGS = ("mean", "max", "cls")


@keras.saving.register_keras_serializable("kdl.sentence_bert")
class Pooling(layers.Layer):
    """One vector for each sentence, from the states of its tokens: (B, T, D) -> (B, D).

    Args:
        pooling: "mean", "max" or "cls".
        pad_id: the token that fills rows up; None: there is none.

    Call arguments:
        states: (B, T, D).
        tokens: (B, T).
    """

    def __init__(self, pooling="mean", pad_id=None, **kwargs):
        super().__init__(**kwargs)
        self.pooling, self.pad_id = pooling, pad_id

    def call(self, states, tokens):
        if self.pooling == "cls":
            return states[:, 0]  # (B, D)
        real = ops.ones_like(tokens, bool) if self.pad_id is None else ops.not_equal(tokens, self.pad_id)
        real = real[..., None]  # (B, T, 1)
        if self.pooling == "max":
            return ops.max(ops.where(real, states, ops.full_like(states, -1e9)), axis=1)  # (B, D)
        real = ops.cast(real, states.dtype)
        return ops.sum(real * states, axis=1) / ops.maximum(ops.sum(real, axis=1), 1)  # (B, D)

    def compute_output_shape(self, states_shape, tokens_shape=None):
        return states_shape[0], states_shape[2]

    def get_config(self):
        return {**super().get_config(), "pooling": self.pooling, "pad_id": self.pad_id}


def embedder(model):
    """The half of a model that is used afterwards: n sentences (n, T) -> their vectors (n, D), with the same weights."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")  # (B, T)
    return keras.Model(tokens, model.get_layer("pooling")(model.get_layer("encoder")(tokens), tokens), name="embedder")


def build(*, encoder=None, pooling="mean", pad_id=None):
    """Pairs of sentences (B, 2, T) -> cosine of their vectors (B, 1).

    Args:
        encoder: a `keras.Model` that takes tokens (B, T) and has a layer `hidden`, whose states (B, T, D) are pooled. What it
            computes behind that layer is left out.
        pooling: how the states of a sentence become one vector: "mean", "max" or "cls".
        pad_id: the token that only fills rows up, which is not pooled; None: there is none. The encoder must know it as well.
    """
    if pooling not in POOLINGS:
        raise ValueError(f"pooling must be one of {', '.join(POOLINGS)}. Received: pooling={pooling!r}")
    if not isinstance(encoder, keras.Model):
        raise ValueError(f"encoder must be a keras.Model, as kdl.catalog.build makes one. Received: encoder={encoder!r}")
    states = keras.Model(encoder.input, encoder.get_layer("hidden").output, name="encoder")  # (B, T) -> (B, T, D)
    pool = Pooling(pooling, pad_id, name="pooling")
    sentences = keras.Input((2, None), dtype="int32", name="sentences")  # (B, 2, T)
    one, other = sentences[:, 0], sentences[:, 1]  # (B, T) each
    u, v = pool(states(one), one), pool(states(other), other)  # (B, D) each
    cosine = layers.Dot(axes=1, normalize=True, name="cosine")([u, v])  # (B, 1)
    return keras.Model(sentences, cosine, name="sentence_bert")


PRESETS = {
    "tiny": {"encoder": {"preset": "tiny"}, "pooling": "max", "pad_id": 0},
    # Section 3: BERT's own sizes.
    "sbert-base": {"encoder": {"preset": "bert-base"}, "pad_id": 0},
    "sbert-large": {"encoder": {"preset": "bert-large"}, "pad_id": 0},
}
