"""
title: BERT
entry: bert
paper: Devlin, Chang, Lee, Toutanova, "BERT: pre-training of deep bidirectional transformers for language understanding",
    2018, arXiv:1810.04805
year: 2018
tasks: masked-words: lr=3e-3 steps=1000

Problem. A causal model (gpt_1.py) knows of each place only what stands before it. To understand a text that lies there
whole, one wants to look both ways. But a network that sees both sides cannot be asked for the next token: it sees it.

Idea. Hide some tokens, and ask for those. Then every place may look everywhere (`masked-language-model`):

    15 % of the places are chosen; of these 80 % become [MASK], 10 % another token, 10 % stay as they are

    loss = - mean over the chosen places of log p(token there | the text as it was changed)

What is read is the sum of three rows: which token, which of two segments, which place.

    x_t = norm(E[token t] + S[segment t] + P[t])                 E (V, D), S (2, D), P (N, D)
    h   = block_depth( .. block_1(x))                            encoder_block.py, not causal

    logits = norm(f(h W + b)) E^T + d                            the head: E once more, and a bias d (V)

Only the chosen places count: a text teaches 15 % of what it teaches a causal model of its length, one token in seven.
Nor can BERT write: the probabilities of several hidden tokens do not multiply to that of a text.

Two texts are told apart by [SEP] and by their segments; the paper trained a second head on whether they belong together
(`next-sentence-prediction`), which later work dropped. It is not part of this file.

Tokens that only fill a row up must be hidden *from the others*: nobody attends to them. What they themselves answer
means nothing, and no loss may count it.

Parameters: (V + N + segments) D + 2 D + depth (12 D^2 + 13 D) where M = 4 D; the head: D^2 + D + 2 D + V.

Shapes: B batch, T time, D width, M inner width, V vocabulary, N places.

Differs from gpt_1.py: no causal mask, hence another question; segments; a norm after the embedding, and a layer in the head.
"""

import keras
from keras import layers, ops

from kdl.layers.encoder_block import EncoderBlock
from kdl.layers.feed_forward_sublayer import activation_named
from kdl.layers.learned_position_embedding import LearnedPositionEmbedding

STDDEV = 0.02  # of all matrices at the start


@keras.saving.register_keras_serializable("kdl.bert")
class Bias(layers.Layer):
    """One number for each token of the vocabulary, added to its logit: (B, T, V) -> (B, T, V)."""

    def build(self, x_shape):
        self.bias = self.add_weight(shape=(x_shape[-1],), initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias  # (B, T, V)

    def compute_output_shape(self, x_shape):
        return x_shape


def embedded(given, embedding, sizes, pad_id):
    """Tokens, segments and places as one vector each (B, T, D), and which places are real (B, T) or None."""
    tokens = given["tokens"]
    segments = given["segments"] if "segments" in given else ops.zeros_like(tokens)  # (B, T)
    mask = given.get("mask")
    if mask is None and pad_id is not None:
        mask = ops.cast(ops.not_equal(tokens, pad_id), "int32")  # (B, T)
    drawn = keras.initializers.RandomNormal(stddev=STDDEV)
    rows = layers.Embedding(sizes["segments"], sizes["width"], embeddings_initializer=drawn, name="segment_embedding")
    x = layers.Add(name="embedding_sum")([embedding(tokens), rows(segments)])  # (B, T, D)
    x = LearnedPositionEmbedding(sizes["length"], stddev=STDDEV, name="position_embedding")(x)
    x = layers.LayerNormalization(epsilon=sizes["epsilon"], name="embedding_norm")(x)
    return layers.Dropout(sizes["dropout"], name="embedding_dropout")(x), mask


def masked_head(hidden, embedding, activation, epsilon):
    """Logits (B, T, V) of the token at each place, from what the last block gives (B, T, D)."""
    drawn = keras.initializers.RandomNormal(stddev=STDDEV)
    x = layers.Dense(hidden.shape[-1], activation_named(activation), kernel_initializer=drawn, name="head_dense")(hidden)
    x = layers.LayerNormalization(epsilon=epsilon, name="head_norm")(x)
    return Bias(name="head_bias")(embedding(x, reverse=True))  # (B, T, V)


def build(
    *,
    vocab_size=32,
    length=128,
    segments=2,
    width=64,
    depth=2,
    num_heads=4,
    inner=None,
    activation="gelu",
    dropout=0.0,
    epsilon=1e-12,
    pad_id=None,
    head=True,
    inputs=("tokens",),
):
    """A text (B, T) -> logits of the token at each of its places (B, T, V).

    The layer `hidden` gives what the head reads: (B, T, D).

    Args:
        vocab_size: V, different tokens.
        length: N, the longest text.
        segments: how many there are.
        width: D.
        depth: blocks.
        num_heads: heads of each attention; they divide D.
        inner: M; None: 4 D.
        activation: of the feed-forward sublayers and of the head: "gelu_tanh" or a name that Keras knows.
        dropout: share of the numbers that each training step leaves out, wherever the paper does.
        epsilon: of the norms.
        pad_id: the token that only fills rows up, which no place attends to; None: there is none. A given mask wins.
        head: False: no head; the model gives the hidden states (B, T, D).
        inputs: ("tokens",), or with "segments", "mask" or both behind it: then the model is called with a dictionary of
            these names, (B, T) each; in the mask 1 stands for a real token. Without segments all are in the first.
    """
    given = {name: keras.Input((None,), dtype="int32", name=name) for name in inputs}  # (B, T)
    if set(given) - {"segments", "mask"} != {"tokens"}:
        raise ValueError(f"inputs must be tokens, and segments and mask if you like. Received: inputs={tuple(inputs)}")
    drawn = keras.initializers.RandomNormal(stddev=STDDEV)
    embedding = layers.ReversibleEmbedding(vocab_size, width, embeddings_initializer=drawn, name="token_embedding")
    sizes = {"width": width, "length": length, "segments": segments, "epsilon": epsilon, "dropout": dropout}
    x, mask = embedded(given, embedding, sizes, pad_id)  # (B, T, D), (B, T)
    how = {"activation": activation, "dropout": dropout, "epsilon": epsilon, "stddev": STDDEV}
    for number in range(1, depth + 1):
        block = EncoderBlock(width, num_heads, inner or 4 * width, **how, name=f"block_{number}")
        x = block(x, key_mask=mask)  # (B, T, D)
    x = layers.Identity(name="hidden")(x)  # (B, T, D)
    answer = masked_head(x, embedding, activation, epsilon) if head else x  # (B, T, V)
    return keras.Model(given if len(given) > 1 else given["tokens"], answer, name="bert")


_PAPER = {"vocab_size": 30522, "length": 512, "dropout": 0.1, "pad_id": 0}

PRESETS = {
    "tiny": {
        "vocab_size": 11, "length": 9, "segments": 3, "width": 6, "depth": 3, "num_heads": 3, "inner": 10,
        "activation": "relu", "dropout": 0.1, "epsilon": 1e-4, "pad_id": 0,
    },
    # Section 3, its sizes; V of the public checkpoints without capitals.
    "bert-base": {**_PAPER, "width": 768, "depth": 12, "num_heads": 12},
    "bert-large": {**_PAPER, "width": 1024, "depth": 24, "num_heads": 16},
}  # fmt: skip
