"""
title: Deep RNN (stacked LSTM)
entry: deep-rnn
paper: Graves, Mohamed, Hinton, "Speech recognition with deep recurrent neural networks", 2013
year: 2013
tasks: adding: lr=1e-2 steps=800; name-language: lr=5e-3 steps=1500
pairs: P55

Problem. A recurrent network is deep in time, and flat in space: between the input of a step and its answer lies one
nonlinear layer. What a step *means* has to be worked out by the same layer that remembers.

Idea. Put recurrent layers on top of each other. Each hands its whole sequence of states upwards: what is a state below
is an input above. Every layer keeps a memory of its own.

    h^0_t = x_t
    h^l_t, c^l_t = lstm_l(h^{l-1}_t, h^l_{t-1}, c^l_{t-1})      l = 1 .. L;  h^l_0 = 0, c^l_0 = 0
    y   = h^L_T V + d

    lstm_l: the six equations of lstm.py, with weights W^l, U^l, b^l of its own; only the first layer reads M features

What it costs. Time. A step of layer l needs its own last state and the step of layer l - 1, so T + L - 1 steps have to
be done one after the other, in place of T. And the gradient has two ways to vanish: through time, and down the stack.

Two or three layers are usual; ten are not. A stack is not a ladder of letters, words and sentences by itself: nothing in
the equations gives a layer a slower clock. Deeper layers *may* learn longer patterns, if the data reward it.

The usual mistake: a layer below the top that returns its last state only. The layer above it wants a sequence.

Parameters of the recurrence: 4 N (N + M + 1) in the first layer, 4 N (2 N + 1) in each further one.

Shapes: B batch, T time, M features of one step, N units of each state, L layers, O outputs.

Differs from lstm.py: L of its layers, each reading the states of the one below. The paper's cells also have peepholes,
3 N weights a layer through which the gates see the cell; its best networks read in both directions, and answer at every
step.
"""

import keras
from keras import layers


def build(*, features=2, units=20, num_layers=2, outputs=1, length=None):
    """A sequence (B, T, M) -> one answer after its last step (B, O).

    Args:
        features: M, numbers per step.
        units: N, size of each state.
        num_layers: L, recurrent layers, one above the other.
        outputs: O, numbers to predict; logits where they stand for classes.
        length: T where it is fixed; None takes any length.
    """
    if num_layers < 1:
        raise ValueError(f"num_layers must be at least 1. Received: num_layers={num_layers}")
    if units < 1:
        raise ValueError(f"units must be at least 1. Received: units={units}")
    sequence = keras.Input((length, features), name="sequence")  # (B, T, M)
    states = sequence
    for number in range(1, num_layers + 1):
        states = layers.LSTM(units, return_sequences=True, name=f"lstm_{number}")(states)  # (B, T, N)
    answer = layers.Dense(outputs, name="head")(states[:, -1])  # (B, O)
    return keras.Model(sequence, answer, name="deep_rnn")


PRESETS = {
    "tiny": {"features": 3, "units": 5, "num_layers": 3, "outputs": 4, "length": 7},
    # Table 1, CTC-3l-421h-uni: 123 numbers a frame, 61 phonemes and the blank; read forwards only.
    "timit": {"features": 123, "units": 421, "num_layers": 3, "outputs": 62},
}
