"""The convolutional network against Keras' own layers, and against loops written from the displayed equations."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

B = 3
each = pytest.mark.parametrize("name", ["cnn"])
SIZES = {"filters": (3, 4, 5), "hidden": (6,), "outputs": 7}
WINDOWS = [
    {"shape": (13, 14, 2), "kernel_size": 2, "padding": "valid"},
    {"shape": (22, 24, 1), "kernel_size": 3, "padding": "valid"},
    {"shape": (7, 6, 2), "kernel_size": 3, "padding": "same"},
    {"shape": (9, 5, 2), "kernel_size": 4, "padding": "same"},
]


def filled(**sizes):
    """The model with random weights, biases too."""
    model = catalog.build("cnn", **SIZES, **sizes)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in model.get_weights()])
    return model


def pictures(shape):
    return np.random.default_rng(1).normal(size=(B, *shape)).astype("float32")


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


def twin(keras, shape, kernel_size, padding):
    """The same network of Keras' layers."""
    maps = []
    for number, count in enumerate(SIZES["filters"], 1):
        maps.append(keras.layers.Conv2D(count, kernel_size, padding=padding, activation="relu"))
        maps += [keras.layers.MaxPooling2D(2)] if number <= 2 else []
    dense = [keras.layers.Dense(units, activation="relu") for units in SIZES["hidden"]]
    return keras.Sequential([keras.Input(shape), *maps, keras.layers.Flatten(), *dense, keras.layers.Dense(SIZES["outputs"])])


@pytest.mark.oracle
@pytest.mark.content
@each
@pytest.mark.parametrize("windows", WINDOWS)
def test_outputs_and_gradients_equal_those_of_keras_layers_with_the_same_weights(name, windows, keras):
    model, other = filled(**windows), twin(keras, **windows)
    other.set_weights(model.get_weights())
    x = pictures(windows["shape"])
    weigh = np.random.default_rng(2).normal(size=(B, SIZES["outputs"])).astype("float32")

    def gradients(one):
        def loss(x, *weights):
            outputs, _ = one.stateless_call(weights, [], x)
            return keras.ops.sum(outputs * weigh)

        return value_and_grad(loss, x, *[variable.value for variable in one.trainable_variables])

    (value, found), (expected_value, expected) = gradients(model), gradients(other)

    assert_near(model.predict_on_batch(x), other.predict_on_batch(x))
    assert_near(np.asarray(value), np.asarray(expected_value))
    assert len(found) == len(expected) == 1 + 2 * 5
    for one, another in zip(found, expected, strict=True):
        assert_near(np.asarray(one), np.asarray(another))


@pytest.mark.oracle
@pytest.mark.content
@each
def test_the_maps_equal_the_displayed_sums(name, keras):
    """z[i, j, n] = b[n] + sum x[i+u, j+v, c] K[u, v, c, n]; then relu; then the largest of each 2 x 2 block."""
    windows = WINDOWS[0]
    model, x = filled(**windows), pictures(windows["shape"])
    kernel, bias = model.get_layer("convolution_1").get_weights()
    k, height, width = windows["kernel_size"], *windows["shape"][:2]
    h = np.zeros((B, height - k + 1, width - k + 1, len(bias)))
    for i in range(height - k + 1):
        for j in range(width - k + 1):
            for n in range(len(bias)):
                z = bias[n] + (x[:, i : i + k, j : j + k] * kernel[..., n]).sum(axis=(1, 2, 3))
                h[:, i, j, n] = np.maximum(z, 0)
    p = np.array(
        [
            [h[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max(axis=(1, 2)) for j in range(h.shape[2] // 2)]
            for i in range(h.shape[1] // 2)
        ]
    ).transpose(2, 0, 1, 3)
    maps = [model.get_layer(layer).output for layer in ("convolution_1", "pooling_1")]
    convolved, pooled = keras.Model(model.inputs, maps).predict_on_batch(x)

    assert_near(convolved, h)
    assert_near(pooled, p)


def test_lenet_5_has_the_published_sizes(keras):
    """Section II.B: C1 has 156 trainable parameters, C5 48,120, F6 10,164. C3 joins all maps here: 16 (25 * 6 + 1)."""
    counts = {layer.name: layer.count_params() for layer in catalog.build("cnn", "lenet-5").layers}

    assert counts["convolution_1"] == 156
    assert counts["convolution_2"] == 16 * (25 * 6 + 1)
    assert counts["convolution_3"] == 48_120
    assert counts["hidden_1"] == 10_164
    assert counts["head"] == 84 * 10 + 10


def test_a_shifted_picture_gives_shifted_maps(keras):
    """Equivariance: away from the border, moving the input by a pixel moves what the convolution answers by a pixel."""
    windows = WINDOWS[0]
    model, x = filled(**windows), pictures(windows["shape"])
    maps = keras.Model(model.inputs, model.get_layer("convolution_1").output)

    assert_near(maps.predict_on_batch(np.roll(x, 1, axis=1))[:, 1:], maps.predict_on_batch(x)[:, :-1])


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"shape": (8, 8)}, "shape must be height, width and channels"),
        ({"shape": (5, 5, 1), "padding": "valid"}, "convolution 2 reads"),
        ({"filters": (0,)}, "filters and kernel_size must be at least 1"),
        ({"padding": "full"}, "padding must be"),
    ],
)
def test_what_cannot_be_built_is_refused(sizes, said, keras):
    with pytest.raises(ValueError, match=said):
        catalog.load(catalog.find("model", "cnn")).build(**sizes)
