"""
title: Bidirectional RNN
entry: bidirectional-rnn
paper: Schuster, Paliwal, "Bidirectional recurrent neural networks", 1997
year: 1997
tasks: tag-by-next: lr=1e-2 steps=300
pairs: P56

Problem. The state after step t has read x_1 .. x_t and nothing of what follows. Whoever has to label step t often needs
to know what comes next: whether "saw" is a tool or a verb is decided by the words on both sides of it.

Idea. Read the sequence twice, with two networks that know nothing of each other: one from the first step to the last, one
from the last to the first. The answer at step t sees both states that stand there.

    f_t = tanh(x_t W + f_{t-1} U + b)                     f_0 = 0;      knows x_1 .. x_t
    g_t = tanh(x_t W' + g_{t+1} U' + b')                  g_{T+1} = 0;  knows x_t .. x_T
    h_t = [f_t, g_t]                                      2 N numbers
    y_t = h_t V + d

What it costs. Twice the weights, and patience: no answer is ready before the *last* step has been read. A network that
has to answer while the sequence comes in (typing, prices, tomorrow's weather) has no future to read, and a language model
that reads backwards sees the letter that it should guess. Inside a window that is known as a whole it is allowed.

The two directions do not talk: g_t is made without f_t. A step that needs both sides *combined* (is the symbol before
like the symbol after?) leaves that to what reads h_t.

The usual mistake: the second network's states are in the order in which it read, and have to be turned round before they
stand beside the first one's. And its *final* state is g_1: it stands at the first step, not at the last.

Parameters of the recurrence: 2 N (N + M + 1), twice those of the simple RNN.

Shapes: B batch, T time, M features of one step, N units of each direction, K tags.

Differs from simple_rnn.py: a second recurrence from the end, and an answer at every step.
"""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.bidirectional_rnn")
class BothDirections(layers.Layer):
    """Two recurrences over one sequence (B, T, M) -> both states of every step, side by side (B, T, 2N).

    Args:
        units: N, the size of the state in each direction.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ValueError(f"units must be at least 1. Received: units={units}")
        self.units = units
        self.forward = layers.SimpleRNN(units, return_sequences=True, name="forward")
        self.backward = layers.SimpleRNN(units, return_sequences=True, name="backward")

    def build(self, input_shape):
        self.forward.build(input_shape)
        self.backward.build(input_shape)

    def call(self, x):
        f = self.forward(x)  # (B, T, N)
        g = self.backward(ops.flip(x, axis=1))  # (B, T, N)
        return ops.concatenate([f, ops.flip(g, axis=1)], axis=-1)  # (B, T, 2N)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def build(*, features=8, units=16, tags=8, length=None):
    """A sequence (B, T, M) -> logits of the tag of each of its steps (B, T, K).

    Args:
        features: M, numbers per step.
        units: N, size of the state in each direction.
        tags: K, classes of a step.
        length: T where it is fixed; None takes any length.
    """
    sequence = keras.Input((length, features), name="sequence")  # (B, T, M)
    states = BothDirections(units, name="recurrence")(sequence)  # (B, T, 2N)
    logits = layers.Dense(tags, name="head")(states)  # (B, T, K)
    return keras.Model(sequence, logits, name="bidirectional_rnn")


PRESETS = {
    "tiny": {"features": 3, "units": 5, "tags": 4, "length": 7},
    # Graves, Schmidhuber (2005): BRNN of 185 units a direction, 26 numbers a frame of speech, 61 phonemes.
    "phonemes": {"features": 26, "units": 185, "tags": 61},
}
