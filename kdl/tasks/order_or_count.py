"""
title: Say what came first, or what there is more of
data: two-questions
metric: accuracy
baseline: 0.5, yes or no: both are equally likely
target: 0.99

Short sequences of the symbols A, B, C and D, and one of two questions about them. "order": does A stand before B? "count":
are there more Cs than Ds? The first cannot be answered from how often each symbol occurs; the second asks for nothing else.

Input (B, T, 4): one-hot symbols, filled with zero vectors in front. Answer (B,): 1 for yes; the network gives 2 logits.
The score is the share of right answers on 1,000 fresh sequences of the lengths that it was trained on. `places`, T, may be
more than `longest`: the first places are then never used in training.
"""

from functools import partial

from kdl.data import two_questions
from kdl.tasks import Task, generated
from kdl.tasks.digits import accuracy, cross_entropy


def make(question="order", shortest=3, longest=11, places=21):
    """The task for sequences of `shortest` to `longest` symbols, filled up to `places`."""
    options = {"question": question, "shortest": shortest, "longest": longest, "places": places}
    return Task(
        name="order-or-count",
        sizes={"features": len(two_questions.SYMBOLS), "outputs": 2},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=0.5,
        target=0.99,
        score=accuracy,
        options=options,
        **generated(partial(two_questions.examples, **options)),
    )
