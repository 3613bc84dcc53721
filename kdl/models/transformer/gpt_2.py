"""
title: GPT-2
entry: gpt-2
paper: Radford, Wu, Child, Luan, Amodei, Sutskever, "Language models are unsupervised multitask learners", 2019 (OpenAI
    report); the norm in the branch: He et al., "Identity mappings in deep residual networks", 2016, arXiv:1603.05027
year: 2019
tasks: next-word: lr=3e-3 steps=600; names-text: lr=3e-3 steps=1000

Problem. In GPT-1 every block ends in a norm, so nothing runs through the stack unchanged: the signal, and the gradient on
its way back, pass two norms in each block. With 48 blocks such a stack is hard to train.

Idea. Move the norm into the branch, before attention and feed-forward ("pre-norm"), so that the sum itself is never
touched, and normalise once at the end:

    u = x + attention(norm(x))
    y = u + feed_forward(norm(u))

    h      = norm(y of the last block)
    logits = h E^T                                               E: the matrix that embeds the tokens

What runs along the sums grows with every branch that is added to it. So the matrices that write into it, W_o and W_2,
start smaller: with the standard deviation 0.02 / sqrt(2 depth), 2 depth being the number of branches.

The objective is that of every language model: each place says which token comes next.

    loss = - mean over t of log p(x_{t+1} | x_1 .. x_t)

A task is not trained but written in front ("translate to French: .."), and the model goes on.

Parameters: V D + N D + depth (12 D^2 + 13 D) + 2 D where M = 4 D; the head adds none.

Shapes: B batch, T time, D width, M inner width, V vocabulary, N places.

Differs from gpt_1.py: the norm before each sublayer, one more at the end, smaller first weights where branches meet; and
up to thirteen times the size.
"""

import keras
from keras import layers

from kdl.layers._calls import handed_down
from kdl.layers.feed_forward_sublayer import FeedForward
from kdl.layers.learned_position_embedding import LearnedPositionEmbedding
from kdl.layers.multi_head_attention import MultiHeadAttention

STDDEV = 0.02  # of the matrices at the start; those that write into the sum are smaller
POSITION_STDDEV = 0.01  # of P: the paper does not say it; the code that came with it does (model.py, wpe)


@keras.saving.register_keras_serializable("kdl.gpt_2")
class Block(layers.Layer):
    """x + attention(norm(x)), then the same with feed-forward: (B, T, D) -> (B, T, D). Causal.

    Args:
        width: D.
        num_heads: heads of the attention; they divide D.
        inner: M.
        activation: of the feed-forward sublayer.
        dropout: share left out by each training step, of the attention's weights and of what each sublayer gives.
        epsilon: of the norms.
        branch_stddev: standard deviation of W_o and W_2 at the start.

    Call arguments:
        x: (B, T, D).
        key_mask: (B, T), 1 where a place is real; None: all are.
    """

    cached = True

    def __init__(self, width, num_heads, inner, *, activation, dropout, epsilon, branch_stddev, **kwargs):
        super().__init__(**kwargs)
        self.sizes = {"width": width, "num_heads": num_heads, "inner": inner, "activation": activation}
        self.sizes |= {"dropout": dropout, "epsilon": epsilon, "branch_stddev": branch_stddev}
        drawn = {"stddev": STDDEV, "output_stddev": branch_stddev}
        self.attention_norm = layers.LayerNormalization(epsilon=epsilon, name="attention_norm")
        self.attention = MultiHeadAttention(width, num_heads, causal=True, dropout=dropout, **drawn, name="attention")
        self.attention_dropout = layers.Dropout(dropout, name="attention_dropout")
        self.feed_forward_norm = layers.LayerNormalization(epsilon=epsilon, name="feed_forward_norm")
        self.feed_forward = FeedForward(width, inner, activation=activation, **drawn, name="feed_forward")
        self.feed_forward_dropout = layers.Dropout(dropout, name="feed_forward_dropout")
        handed_down(self, "cache")

    def build(self, x_shape):
        for layer in (self.attention_norm, self.attention, self.feed_forward_norm, self.feed_forward):
            layer.build(x_shape)

    def call(self, x, key_mask=None):
        x = x + self.attention_dropout(self.attention(self.attention_norm(x), key_mask=key_mask))  # (B, T, D)
        return x + self.feed_forward_dropout(self.feed_forward(self.feed_forward_norm(x)))  # (B, T, D)

    def compute_output_shape(self, x_shape):
        return x_shape

    def get_config(self):
        return {**super().get_config(), **self.sizes}


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
    x = LearnedPositionEmbedding(length, stddev=POSITION_STDDEV, name="position_embedding")(
        embedding(given["tokens"])
    )  # (B, T, D)
    x = layers.Dropout(dropout, name="embedding_dropout")(x)
    how = {"activation": activation, "dropout": dropout, "epsilon": epsilon}
    how["branch_stddev"] = STDDEV / (2 * depth) ** 0.5
    for number in range(1, depth + 1):
        block = Block(width, num_heads, inner or 4 * width, **how, name=f"block_{number}")
        x = block(x, key_mask=given.get("mask"))  # (B, T, D)
    hidden = layers.LayerNormalization(epsilon=epsilon, name="hidden")(x)  # (B, T, D)
    logits = embedding(hidden, reverse=True)  # (B, T, V)
    return keras.Model(given if len(given) > 1 else given["tokens"], logits, name="gpt_2")


_PAPER = {"vocab_size": 50257, "length": 1024, "dropout": 0.1}

PRESETS = {
    "tiny": {
        "vocab_size": 11, "length": 9, "width": 6, "depth": 3, "num_heads": 3, "inner": 10, "activation": "gelu",
        "dropout": 0.1, "epsilon": 1e-4,
    },
    # Table 2, its sizes; the public checkpoints are called gpt2, gpt2-medium, gpt2-large and gpt2-xl.
    "gpt-2-small": {**_PAPER, "width": 768, "depth": 12, "num_heads": 12},
    "gpt-2-medium": {**_PAPER, "width": 1024, "depth": 24, "num_heads": 16},
    "gpt-2-large": {**_PAPER, "width": 1280, "depth": 36, "num_heads": 20},
    "gpt-2-xl": {**_PAPER, "width": 1600, "depth": 48, "num_heads": 25},
}  # fmt: skip
