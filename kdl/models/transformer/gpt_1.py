"""
title: GPT-1
entry: gpt-1
paper: Radford, Narasimhan, Salimans, Sutskever, "Improving language understanding by generative pre-training", 2018 (OpenAI
    report)
year: 2018
tasks: next-word: lr=3e-3 steps=600; names-text: lr=3e-3 steps=1000

Problem. Labelled texts are few, texts without labels are plenty. Word vectors learned from them are of use, but say of
each word the same, whatever stands around it.

Idea. Train one whole network on plain text first, to predict the next token; then go on with the labelled task, from
those weights, with one new layer on top. The network is the decoder of the Transformer, without the encoder it would
attend to: causal blocks and nothing else.

    x_t    = E[token t] + P[t]
    h      = block_depth( .. block_1(x))                         encoder_block.py, causal
    logits = h E^T                                               E once more: a token is read and written by one row

    pre-training    L1 = - mean over t of log p(x_{t+1} | x_1 .. x_t)
    fine-tuning     L2 + 0.5 L1                                  L2: the loss of the labels, read off the last place

The causal mask is what makes this trainable in one pass. All T places of a text are asked at once, and none may see what
it is to predict. The price: what a place says of itself, it says without having read on. bert.py pays another one.

The usual mistake: to shift twice, or not at all. Place t predicts token t + 1; the task of this project shifts, the model
does not.

Parameters: V D + N D + depth (12 D^2 + 13 D) where M = 4 D; the head adds none.

Shapes: B batch, T time, D width, M inner width, V vocabulary, N places.

Differs from char_rnn.py: attention in place of recurrence, so the memory is the text itself, up to N places.
"""

import keras
from keras import layers

from kdl.layers.encoder_block import EncoderBlock
from kdl.layers.learned_position_embedding import LearnedPositionEmbedding

STDDEV = 0.02  # of all matrices at the start


def build(
    *,
    vocab_size=32,
    length=128,
    width=64,
    depth=2,
    num_heads=4,
    inner=None,
    activation="gelu_tanh",
    dropout=0.0,
    epsilon=1e-5,
    inputs=("tokens",),
):
    """A text (B, T) -> logits of the token that follows each of its tokens (B, T, V).

    The layer `hidden` gives what the head reads: (B, T, D).

    Args:
        vocab_size: V, different tokens.
        length: N, the longest text.
        width: D.
        depth: blocks.
        num_heads: heads of each attention; they divide D.
        inner: M; None: 4 D.
        activation: of the feed-forward sublayers, "gelu_tanh" or a name that Keras knows.
        dropout: share of the numbers that each training step leaves out, wherever the paper does.
        epsilon: of the norms.
        inputs: ("tokens",), or ("tokens", "mask") for a model that is called with {"tokens": (B, T), "mask": (B, T)}, 1
            where a token is real. Tokens that fill a row up from behind need no mask: nothing before them sees them.
    """
    given = {name: keras.Input((None,), dtype="int32", name=name) for name in inputs}  # (B, T)
    if set(given) - {"mask"} != {"tokens"}:
        raise ValueError(f"inputs must be tokens, and mask if you like. Received: inputs={tuple(inputs)}")
    drawn = keras.initializers.RandomNormal(stddev=STDDEV)
    embedding = layers.ReversibleEmbedding(vocab_size, width, embeddings_initializer=drawn, name="token_embedding")
    x = LearnedPositionEmbedding(length, stddev=STDDEV, name="position_embedding")(embedding(given["tokens"]))  # (B, T, D)
    x = layers.Dropout(dropout, name="embedding_dropout")(x)
    how = {"activation": activation, "causal": True, "dropout": dropout, "epsilon": epsilon, "stddev": STDDEV}
    for number in range(1, depth + 1):
        block = EncoderBlock(width, num_heads, inner or 4 * width, **how, name=f"block_{number}")
        x = block(x, key_mask=given.get("mask"))  # (B, T, D)
    hidden = layers.Identity(name="hidden")(x)  # (B, T, D)
    logits = embedding(hidden, reverse=True)  # (B, T, V)
    return keras.Model(given if len(given) > 1 else given["tokens"], logits, name="gpt_1")


PRESETS = {
    "tiny": {
        "vocab_size": 11, "length": 9, "width": 6, "depth": 3, "num_heads": 3, "inner": 10, "activation": "gelu",
        "dropout": 0.1, "epsilon": 1e-4,
    },
    # Section 4.1; V: 40,000 merges, and the 478 symbols that they begin with.
    "gpt-1": {"vocab_size": 40478, "length": 512, "width": 768, "depth": 12, "num_heads": 12, "dropout": 0.1},
}  # fmt: skip
