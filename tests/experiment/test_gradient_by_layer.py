"""The gradient by each convolution, against differences of the loss and against a transcription of batch normalisation."""

import numpy as np
import pytest

from kdl.experiment.gradient_by_layer import by_convolution


@pytest.fixture
def small(keras):
    """Two convolutions of 1 x 1 with batch normalisation between them, on 6 pictures of 2 x 3 with 2 channels."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    picture = keras.Input((2, 3, 2))
    x = layers.Conv2D(3, 1, use_bias=False, name="one")(picture)
    x = layers.BatchNormalization(epsilon=1e-3, name="norm")(x)
    x = layers.Conv2D(4, 1, use_bias=False, name="two")(layers.ReLU()(x))
    model = keras.Model(picture, layers.Dense(5)(layers.GlobalAveragePooling2D()(x)))
    draw = np.random.default_rng(1)
    return model, np.float32(draw.normal(size=(6, 2, 3, 2))), draw.integers(5, size=6)


def loss_of(x, y, one, gamma, beta, two, dense, bias):
    """The mean cross-entropy in float64, normalised by the mean and variance of these pictures."""
    z = x @ one  # (B, H, W, 3)
    z = gamma * (z - z.mean(axis=(0, 1, 2))) / np.sqrt(z.var(axis=(0, 1, 2)) + 1e-3) + beta
    logits = (np.maximum(z, 0) @ two).mean(axis=(1, 2)) @ dense + bias
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y])


def test_it_is_the_derivative_of_the_loss_that_normalises_by_the_batch(small):
    """Central differences by every number of both kernels. By its moving averages, the norm layer would do next to nothing."""
    model, x, y = small
    found = {name: np.float64(model.get_layer(name).get_weights()[0]) for name in ("one", "two")}
    one, two = found["one"][0, 0], found["two"][0, 0]
    gamma, beta, *_ = (np.float64(value) for value in model.get_layer("norm").get_weights())
    dense, bias = (np.float64(value) for value in model.layers[-1].get_weights())

    def norm(kernel, loss, step=1e-6):
        slopes = []
        for place in np.ndindex(kernel.shape):
            nudge = np.zeros_like(kernel)
            nudge[place] = step
            slopes.append((loss(kernel + nudge) - loss(kernel - nudge)) / (2 * step))
        return np.linalg.norm(slopes)

    expected = [
        norm(one, lambda kernel: loss_of(x, y, kernel, gamma, beta, two, dense, bias)),
        norm(two, lambda kernel: loss_of(x, y, one, gamma, beta, kernel, dense, bias)),
    ]
    assert by_convolution(model, x, y) == pytest.approx(expected, rel=1e-3)


def test_it_leaves_the_model_as_it_was_moving_averages_too(small):
    model, x, y = small
    before = model.get_weights()
    by_convolution(model, x, y)
    assert all(np.array_equal(one, other) for one, other in zip(before, model.get_weights(), strict=True))


def test_a_model_without_a_convolution_is_refused(keras):
    picture = keras.Input((2, 3, 2))
    model = keras.Model(picture, keras.layers.Dense(5)(keras.layers.Flatten(name="flat")(picture)))
    with pytest.raises(ValueError, match="Conv2D layer. Received: .*flat"):
        by_convolution(model, np.zeros((1, 2, 3, 2), "float32"), np.zeros(1, int))
