"""
title: Four types of recurrent network
entry: rnn-types
paper: Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015 (article); encoder and decoder: Cho,
    van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk, Bengio, "Learning phrase representations using RNN
    encoder-decoder for statistical machine translation", 2014
year: 2015
tasks: name-language: lr=5e-3 steps=1000; number-to-roman: lr=5e-3 steps=600; roman-so-far: lr=5e-3 steps=300;
    roman-to-number: lr=5e-3 steps=600

Problem. A recurrence gives a state for every step that it reads, and says nothing of answers. A name has many letters and
one language. A number is one vector, and its Roman numeral has up to twelve letters; the way back, they have three digits.
How many answers are there, and where do they come from?

Idea. Count the steps on both sides. The recurrence and the head are of the same kind in all four types; what differs is
what is read at each step, and which states become answers.

    h_t = gru(x_t, h_{t-1})        t = 1 .. T;  h_0 = 0

    many-to-one     y   = h_T V + d                                         the last state
    step by step    y_t = h_t V + d        t = 1 .. T                       every state
    one-to-many     y_t = h_t V + d        t = 1 .. S;  every x_t = x       every state; one vector, read S times
    any length      y_t = g_t V + d        t = 1 .. S                       every state of a second recurrence:
                    g_t = gru'(c, g_{t-1})             g_0 = c = h_T        it starts from c, and reads c at every step

    gru, gru': the four equations of gru.py, each with weights of its own

The last type is the first and the third in a row: an encoder turns T steps into one state c, a decoder turns c into S
steps. So T and S have nothing to do with each other; but whatever the answers need has to pass through the N numbers of c.

What an answer can know. Many-to-one and any length have read all of the sequence; step by step, answer t knows x_1 .. x_t
and no more. On tag-by-next, where the tag is the symbol *after* the step, it stays at 1 in 8 however long it is trained:
that takes bidirectional_rnn.py.

What it does not do. It never reads what it has written: no loop that feeds each symbol back, and no true symbol in its
place during training. It writes S symbols, and a shorter answer ends with a mark. That is enough where c and the place
decide each symbol. Where several answers are right (a translation), each step has to know which of them the step before
has begun; that network is seq2seq, in unit 13.

Usual mistakes: `return_sequences` forgotten, so that one state stands where steps are wanted (RepeatVector mends the shape
and not the answer: T copies of the last state), or set, so that every letter of a name is asked for its language; a vector
of M numbers fed as M steps of one number; a decoder that does not get c, and writes the same for every sequence.

Parameters: 3 N (N + M + 2) of the recurrence, 6 N (N + 1) more of a decoder, N + 1 of the head for each number of an
answer. T and S are not among them.

Shapes: B batch, T steps read, S steps written, M features of one step or of the vector, N units of each state, O outputs,
K tags, V symbols to write.

Differs from gru.py: its recurrence, wired in four ways; gru.py is the first of them.
"""

import keras
from keras import layers


def many_to_one(sequence, units, answer_length):
    """A sequence (B, T, M) -> its last state (B, N)."""
    return layers.GRU(units, name="recurrence")(sequence)  # (B, N)


def step_by_step(sequence, units, answer_length):
    """A sequence (B, T, M) -> all its states (B, T, N)."""
    return layers.GRU(units, return_sequences=True, name="recurrence")(sequence)  # (B, T, N)


def one_to_many(vector, units, answer_length):
    """A vector (B, M), read at each of S steps -> all states (B, S, N)."""
    sequence = layers.RepeatVector(answer_length, name="repeat")(vector)  # (B, S, M)
    return layers.GRU(units, return_sequences=True, name="recurrence")(sequence)  # (B, S, N)


def any_length(sequence, units, answer_length):
    """A sequence (B, T, M) -> the states of a second recurrence, which starts from what the first has read (B, S, N)."""
    context = layers.GRU(units, name="encoder")(sequence)  # (B, N)
    repeated = layers.RepeatVector(answer_length, name="repeat")(context)  # (B, S, N)
    return layers.GRU(units, return_sequences=True, name="decoder")(repeated, initial_state=context)  # (B, S, N)


# What goes in, what is asked for -> the states that become answers.
WIRINGS = {
    ("features", "outputs"): many_to_one,
    ("features", "tags"): step_by_step,
    ("vector", "vocab_size"): one_to_many,
    ("features", "vocab_size"): any_length,
}


def build(*, features=None, vector=None, outputs=None, tags=None, vocab_size=None, answer_length=8, units=32, length=None):
    """A sequence (B, T, M) -> symbols of a sequence of another length (B, S, V); what the sizes ask for: see WIRINGS.

    Say one of `features` and `vector`, and one of `outputs`, `tags` and `vocab_size`; a task does. With none of them it is
    many-to-one: 2 features, 1 output.

    Args:
        features: M of a sequence, numbers per step.
        vector: M of a single vector, which is one step.
        outputs: O, numbers of one answer after the last step; logits where they stand for classes.
        tags: K, classes of the answer at each step.
        vocab_size: V, symbols to choose from at each step that is written.
        answer_length: S, steps that are written; says nothing where `vocab_size` is not asked for.
        units: N, size of each state.
        length: T where it is fixed; None takes any length.
    """
    taken, width = _only({"features": features, "vector": vector}, ("features", 2))
    asked, classes = _only({"outputs": outputs, "tags": tags, "vocab_size": vocab_size}, ("outputs", 1))
    if (taken, asked) not in WIRINGS:
        raise ValueError(f"A vector is one step: ask for vocab_size. Received: {taken}={width}, {asked}={classes}")
    for name, size in {taken: width, asked: classes, "answer_length": answer_length, "units": units}.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1. Received: {name}={size}")
    read = keras.Input((width,) if taken == "vector" else (length, width), name=taken)  # (B, M) or (B, T, M)
    states = WIRINGS[taken, asked](read, units, answer_length)  # (B, N), (B, T, N) or (B, S, N)
    answers = layers.Dense(classes, name="head")(states)  # (B, O), (B, T, K) or (B, S, V)
    return keras.Model(read, answers, name="rnn_types")


def _only(sizes, otherwise):
    """The name and size of the only one that is given; `otherwise` where none is."""
    given = [(name, size) for name, size in sizes.items() if size is not None]
    if len(given) > 1:
        told = ", ".join(f"{name}={size}" for name, size in given)
        raise ValueError(f"Say only one of {', '.join(sizes)}. Received: {told}")
    return given[0] if given else otherwise


PRESETS = {
    "tiny": {"features": 3, "vocab_size": 4, "answer_length": 5, "units": 6, "length": 7},
    # The four types, in the sizes of their tasks.
    "many-to-one": {"features": 72, "outputs": 13, "length": 14},
    "step-by-step": {"features": 7, "tags": 10, "length": 12},
    "one-to-many": {"vector": 30, "vocab_size": 8, "answer_length": 13},
    "any-length": {"features": 7, "vocab_size": 10, "answer_length": 3, "length": 12},
}
