"""
title: Temperature sampling
entry: temperature-sampling
paper: Ackley, Hinton, Sejnowski, "A learning algorithm for Boltzmann machines", 1985; for text: Hinton, Vinyals, Dean,
    "Distilling the knowledge in a neural network", 2015
year: 1985
makes: filter

Problem. Samples as wild as the model believes may be too wild to read; the likeliest text is dull. Something between the
two is wanted, on one knob.

Idea. Divide the logits by a temperature before the softmax.

    p_k(T) = exp(z_k / T) / sum over j of exp(z_j / T)                        T > 0

    p_i(T) / p_j(T) = (p_i(1) / p_j(1)) ^ (1 / T)

The second line says all: every ratio is raised to the power 1/T. T = 1 leaves the model's own distribution. T < 1
sharpens it: T = 0.5 squares each ratio, so 3 to 1 becomes 9 to 1. T > 1 flattens it. T -> 0 is greedy decoding, T -> inf a
draw of any symbol. The order of the symbols never changes, and none gets the probability 0: at a high temperature even
nonsense is drawn now and then, which top-k and top-p rule out.

So "a temperature favours probable words" holds for T < 1 only.

Shapes: V symbols.

Differs from sequence_sampling.py: that is T = 1.
"""


def make(temperature=1.0):
    """`(logits (V,)) -> logits (V,)`: all divided by `temperature`, which must be above 0."""
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0; greedy decoding is its limit at 0. Received: temperature={temperature}")
    return lambda logits: logits / temperature  # (V,)
