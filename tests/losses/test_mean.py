"""The mean of losses that a model has computed itself."""

import numpy as np
import pytest


def test_it_is_the_mean_of_what_was_computed_whatever_stands_beside_it(keras):
    from kdl.losses.mean import Mean

    losses = np.array([1.0, 2.0, 6.0], "float32")

    assert float(Mean()(np.zeros((3, 5), "float32"), losses)) == pytest.approx(3.0)
    assert float(Mean()(np.full(3, np.nan, "float32"), losses)) == pytest.approx(3.0)


def test_each_example_gets_an_equal_share_of_the_gradient(keras):
    """Of four losses, each weight of the mean is a quarter."""
    from kdl.backend.gradients import value_and_grad
    from kdl.losses.mean import Mean

    _, (gradient,) = value_and_grad(lambda losses: Mean()(losses, losses), np.arange(4, dtype="float32"))

    np.testing.assert_allclose(keras.ops.convert_to_numpy(gradient), [0.25] * 4)


def test_it_is_registered_by_its_file_and_comes_back_from_its_settings(keras):
    from kdl.losses.mean import Mean

    assert keras.saving.get_registered_name(Mean) == "kdl.mean>Mean"
    assert isinstance(keras.losses.deserialize(keras.losses.serialize(Mean())), Mean)
