"""
title: Character-level RNN
entry: char-rnn
paper: Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015 (article and code); the idea:
    Sutskever, Martens, Hinton, "Generating text with recurrent neural networks", 2011
year: 2015
tasks: names-text: lr=5e-3 steps=1200

Problem. A table of how often letters follow each other (an n-gram model) sees two or three letters back and no further:
with every letter more it has to have seen V times as many contexts. What comes next in a text depends on more than that.

Idea. Let a recurrent network read the text letter by letter and say, after each one, which letter it expects next. The
text itself is the answer sheet: the targets are the inputs, moved on by one. To write, feed it its own guesses.

    e_t = one-hot of letter x_t                      V numbers, all 0 but one
    h_t = lstm(e_t, h_{t-1})                         as many layers as you like, each reads the one below
    y_t = h_t A + d                                  V logits
    p(x_{t+1} = k | x_1 .. x_t) = exp(y_t[k]) / sum over j of exp(y_t[j])

    loss = - mean over t of log p(x_{t+1} | x_1 .. x_t)          in bits: divided by log 2
    p(x_1 .. x_T) = product over t of p(x_{t+1} | x_1 .. x_t)    so the loss is the length of the text, compressed

During training the network reads the *true* letter at every step, whatever it guessed (teacher forcing), so all steps of
a text are trained at once. While it writes it reads its own letters, and has to live with them.

A one-hot row times the first matrix picks a row of that matrix: nothing is multiplied, and an embedding layer would
compute the same.

Parameters: 4 N (V + N + 1) in the first layer, 4 N (2 N + 1) in each further one, V (N + 1) in the head.

Shapes: B batch, T time, V letters of the vocabulary, N units of each state.

Differs from lstm.py: it reads numbers of letters, and answers after *every* step, with a vote over the vocabulary.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.char_rnn")
class OneHot(layers.Layer):
    """Numbers of letters (B, T) -> rows that are 0 but for one 1 (B, T, V).

    Args:
        vocab_size: V.
    """

    def __init__(self, vocab_size, **kwargs):
        super().__init__(**kwargs)
        if vocab_size < 2:
            raise ValueError(f"vocab_size must be at least 2. Received: vocab_size={vocab_size}")
        self.vocab_size = vocab_size

    def call(self, letters):
        return ops.one_hot(letters, self.vocab_size, dtype=self.compute_dtype)  # (B, T, V)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.vocab_size)

    def get_config(self):
        return {**super().get_config(), "vocab_size": self.vocab_size}


def build(*, vocab_size=32, units=96, num_layers=1, dropout=0.0, length=None):
    """A text (B, T) -> logits of the letter that follows each of its letters (B, T, V).

    Args:
        vocab_size: V, different letters, with the mark of beginning and end.
        units: N, size of each state.
        num_layers: recurrent layers, one above the other.
        dropout: share of the numbers between two layers, and before the head, that each training step leaves out.
        length: T where it is fixed; None takes any length.
    """
    if num_layers < 1:
        raise ValueError(f"num_layers must be at least 1. Received: num_layers={num_layers}")
    text = keras.Input((length,), dtype="int32", name="text")  # (B, T)
    x = OneHot(vocab_size, name="one_hot")(text)  # (B, T, V)
    for number in range(1, num_layers + 1):
        x = layers.LSTM(units, return_sequences=True, name=f"lstm_{number}")(x)  # (B, T, N)
        x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    logits = layers.Dense(vocab_size, name="head")(x)  # (B, T, V)
    return keras.Model(text, logits, name="char_rnn")


PRESETS = {
    "tiny": {"vocab_size": 7, "units": 5, "num_layers": 2, "dropout": 0.1, "length": 6},
    "char-rnn": {"vocab_size": 65, "units": 128, "num_layers": 2},  # what the published code trains unless told otherwise
    "essays": {"vocab_size": 97, "units": 512, "num_layers": 2, "dropout": 0.5},  # the article's first; V is assumed
}
