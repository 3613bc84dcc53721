"""The stack of relu layers that the small generative models are made of."""

import numpy as np


def test_it_is_the_equation_layer_by_layer_with_the_names_it_was_given(keras):
    from kdl.layers.relu_stack import relu_stack

    x = keras.Input((3,))
    model = keras.Model(x, relu_stack(x, 5, 2, "encoder"))
    first, second = (model.get_layer(f"encoder_{number}").get_weights() for number in (1, 2))
    given = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    h = np.maximum(given @ first[0] + first[1], 0)
    expected = np.maximum(h @ second[0] + second[1], 0)

    assert expected.max() > 0
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(given)), expected, atol=1e-6)
    assert model.count_params() == 5 * (3 + 1) + 5 * (5 + 1)


def test_no_layer_leaves_the_input_as_it_is(keras):
    from kdl.layers.relu_stack import relu_stack

    x = keras.Input((3,))

    assert relu_stack(x, 5, 0, "none") is x
