"""A trained model as a decoder asks it: what comes next?"""

from __future__ import annotations

import numpy as np

from kdl.errors import UsageProblem

BLOCK = 16  # inputs are filled up to multiples of it, because every new shape is traced anew


def next_logits(model):
    """`numbers so far -> logits (V,) of the next one`, for a model that gives (B, T, V) for (B, T).

    What fills the input up stands behind the text, where a model that predicts the next number does not look. A model of
    fixed length T reads the last T numbers.

    Raises:
        UsageProblem: the model answers something else; later, where its logits are not finite.
    """
    taken, given = model.input_shape, model.output_shape
    if not isinstance(taken, tuple) or len(taken) != 2 or not isinstance(given, tuple) or len(given) != 3:
        raise UsageProblem(
            "This model does not write.",
            why=f"It takes {taken} and gives {given}; one that writes takes (B, T), gives (B, T, V).",
        )

    def ask(text):
        text = text[-taken[1] :] if taken[1] else text
        x = np.zeros((1, taken[1] or -(-len(text) // BLOCK) * BLOCK), np.int32)  # (1, T)
        x[0, : len(text)] = text
        return finite(np.asarray(model.predict_on_batch(x))[0, len(text) - 1])  # (V,)

    return ask


def finite(logits: np.ndarray) -> np.ndarray:
    """The same logits.

    Raises:
        UsageProblem: one of them is not finite.
    """
    if not np.isfinite(logits).all():
        raise UsageProblem(
            "The model's answers are no numbers.", why="Its training diverged.", fix="Train it with a smaller --lr."
        )
    return logits
