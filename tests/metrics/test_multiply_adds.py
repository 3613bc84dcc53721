"""Multiply-adds by layer against the products of sizes that the papers give."""

import pytest

from kdl.metrics import multiply_adds


def counted(keras, layer, *shape, dtype="float32"):
    """What one layer costs, beside the input layer."""
    given = keras.Input(shape, dtype=dtype)
    model = keras.Model(given, layer(given))
    return multiply_adds.of_model(model, keras.ops.ones((2, *shape), dtype=dtype))[-1]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
def test_the_usual_layers(keras, backend):
    assert keras.config.backend() == backend
    layers = keras.layers
    cases = {
        "dense": (layers.Dense(3), (5,), 5 * 3),
        "dense at each place": (layers.Dense(3), (7, 5), 7 * 5 * 3),
        "convolution": (layers.Conv2D(4, 3, padding="same"), (8, 6, 2), 8 * 6 * 3 * 3 * 2 * 4),
        "with stride 2": (layers.Conv2D(4, 3, strides=2, padding="same"), (8, 6, 2), 4 * 3 * 3 * 3 * 2 * 4),
        "in 2 groups": (layers.Conv2D(4, 3, padding="same", groups=2), (8, 6, 2), 8 * 6 * 3 * 3 * 1 * 4),
        "over time": (layers.Conv1D(4, 3), (9, 2), 7 * 3 * 2 * 4),
        "depthwise": (layers.DepthwiseConv2D(3, padding="same"), (8, 6, 2), 8 * 6 * 3 * 3 * 2),
        "separable": (layers.SeparableConv2D(4, 3, padding="same"), (8, 6, 2), 8 * 6 * (3 * 3 * 2 + 2 * 4)),
        "transposed": (layers.Conv2DTranspose(4, 3, strides=2, padding="same"), (8, 6, 2), 8 * 6 * 3 * 3 * 2 * 4),
        "lookup": (layers.Embedding(9, 3), (5,), 0),
        "norm": (layers.LayerNormalization(), (5,), 0),
        "lstm": (layers.LSTM(3), (6, 5), 6 * 4 * (5 + 3) * 3),
        "gru, both ways": (layers.Bidirectional(layers.GRU(3)), (6, 5), 2 * 6 * 3 * (5 + 3) * 3),
    }
    for name, (layer, shape, expected) in cases.items():
        found = counted(keras, layer, *shape)
        assert (name, found.multiply_adds) == (name, expected)
        assert found.params == layer.count_params()


@pytest.mark.slow
def test_attention_is_four_projections_and_two_products_of_the_lengths(keras):
    """T = 6 queries, S = 6 keys, width 8, H = 2 heads of D = 3: 4 T 8 H D + 2 T S H D."""

    class SelfAttention(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.attention = keras.layers.MultiHeadAttention(2, 3)

        def call(self, x):
            return self.attention(x, x)

    found = counted(keras, SelfAttention(), 6, 8)
    assert found.multiply_adds == 4 * 6 * 8 * 6 + 2 * 6 * 6 * 6
    assert found.shape == (6, 8)


@pytest.mark.slow
def test_layers_of_our_own_are_counted_by_what_they_compute(keras):
    from kdl import catalog

    mlp = catalog.build("mlp", shape=(5,), hidden=(4, 3), outputs=2)
    costs = {cost.layer: cost for cost in multiply_adds.of_model(mlp, keras.ops.ones((3, 5)))}
    assert [costs[name].multiply_adds for name in ("hidden_1", "hidden_2", "head")] == [5 * 4, 4 * 3, 3 * 2]
    assert multiply_adds.total(list(costs.values())) == 20 + 12 + 6

    rnn = catalog.build("simple-rnn", features=2, units=4, outputs=1)
    costs = {cost.layer: cost for cost in multiply_adds.of_model(rnn, keras.ops.ones((3, 7, 2)))}
    assert costs["recurrence"].multiply_adds == 7 * (2 * 4 + 4 * 4)


@pytest.mark.slow
def test_what_is_computed_between_layers_is_not_lost(keras):
    a = keras.Input((4,))
    model = keras.Model(a, keras.ops.matmul(a[:, None, :], a[:, :, None]))
    assert multiply_adds.total(multiply_adds.of_model(model, keras.ops.ones((2, 4)))) == 4


@pytest.mark.slow
@pytest.mark.parametrize(("equation", "expected"), [("bij,bjk->bik", 3 * 4 * 5), ("...j,jk->...k", 3 * 4 * 5), ("bij->b", 0)])
def test_an_einsum_is_the_product_of_its_letters(keras, equation, expected):
    a = keras.Input((3, 4))

    class Product(keras.layers.Layer):
        def call(self, x):
            other = [keras.ops.ones((2, 4, 5) if "bjk" in equation else (4, 5))] if "," in equation else []
            return keras.ops.einsum(equation, x, *other)

        def compute_output_shape(self, shape):
            return (shape[0],) if equation == "bij->b" else (shape[0], 3, 5)

    model = keras.Model(a, Product(name="product")(a))
    (cost,) = [one for one in multiply_adds.of_model(model, keras.ops.ones((2, 3, 4))) if one.layer == "product"]
    assert cost.multiply_adds == expected


@pytest.mark.slow
def test_counting_leaves_the_model_and_keras_as_they_were(keras):
    from keras.src import backend

    before = backend.numpy.matmul, backend.nn.conv
    given = keras.Input((4, 2))
    model = keras.Model(given, keras.layers.SimpleRNN(3, name="rnn")(given))
    multiply_adds.of_model(model, keras.ops.ones((1, 4, 2)))
    assert (backend.numpy.matmul, backend.nn.conv) == before
    assert model.get_layer("rnn").unroll is False
    assert "call" not in vars(model.get_layer("rnn"))
