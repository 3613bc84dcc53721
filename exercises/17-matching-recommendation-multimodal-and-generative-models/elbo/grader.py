"""Cases of the ELBO: sizes that differ, both float types, sure and vague codes, logits beyond exp's reach, x of 0 and 1."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, L, O), dtype
SIZES = (
    ("one number of everything", (1, 1, 1), np.float64),
    ("one example", (1, 2, 3), np.float64),
    ("every size different", (2, 3, 4), np.float64),
    ("more examples than numbers", (5, 2, 3), np.float64),
    ("every size equal", (3, 3, 3), np.float64),
    ("float32", (3, 4, 5), np.float32),
    ("sure and vague codes", (2, 3, 5), np.float64),
    ("very sure and very vague codes", (2, 3, 2), np.float64),
    ("large logits", (3, 2, 4), np.float64),
    ("x of 0 and 1", (3, 2, 3), np.float64),
)
OF_THE_BOUND = ("large logits", "x of 0 and 1")
NEEDED = {"z": ("mu", "log_variance", "e"), "divergence": ("mu", "log_variance")}


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, (batch, latent, outputs), dtype in SIZES:
        if name in OF_THE_BOUND and step in NEEDED or name == "very sure and very vague codes" and step not in NEEDED:
            continue
        values = {
            "x": rng.uniform(0.05, 0.95, (batch, outputs)),
            "mu": numbers(rng, (batch, latent)),
            "log_variance": numbers(rng, (batch, latent)),
            "e": numbers(rng, (batch, latent)),
            "W": numbers(rng, (latent, outputs)),
            "b": numbers(rng, (outputs,)),
        }
        if name == "sure and vague codes":
            values["log_variance"] += np.resize([-6.0, 3.0], (batch, latent))
        if name == "very sure and very vague codes":  # beyond what published programs clip log s^2 to
            values["log_variance"] += np.resize([-42.0, 24.0], (batch, latent))
        if name == "large logits":  # exp overflows beyond 709
            values["b"] += np.resize([1000.0, -1000.0], outputs)
        if name == "x of 0 and 1":
            values["x"] = np.resize([0.0, 1.0], (batch, outputs))
        values = {key: value.round(2).astype(dtype) for key, value in values.items()}
        yield Case(name, {key: values[key] for key in NEEDED.get(step, values)})


def numbers(rng, shape):
    """Normal numbers, none of them near 0: a factor that is left out, or a sign, then shows in every case."""
    return rng.choice([-1.0, 1.0], shape) * (0.3 + np.abs(rng.normal(scale=0.7, size=shape)))
