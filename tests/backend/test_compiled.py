"""A compiled function: the same numbers, one trace for each shape, and the weights as they are when it is called."""

import numpy as np
import pytest

from kdl.backend.compiled import compiled

on_both_backends = pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])


@on_both_backends
def test_it_is_traced_once_for_each_shape_and_reads_the_weights_of_now(backend, keras):
    layer = keras.layers.Dense(3)
    layer.build((None, 2))
    traces = []

    def answer(x, place, kept):
        traces.append(x.shape)
        return layer(x) + keras.ops.cast(place, "float32"), {"sum": kept["sum"] + 1}

    run = compiled(answer, layer.variables)
    x = np.ones((1, 2), np.float32)
    kept = {"sum": np.zeros(2, np.float32)}
    for place in range(4):
        found, kept = run(x, np.array(place, np.int32), kept)
        np.testing.assert_allclose(np.asarray(found), x @ np.asarray(layer.kernel) + place, rtol=0, atol=1e-6)
    layer.set_weights([np.ones((2, 3)), np.zeros(3)])

    np.testing.assert_array_equal(np.asarray(run(x, np.array(0, np.int32), kept)[0]), np.full((1, 3), 2.0))
    np.testing.assert_array_equal(np.asarray(kept["sum"]), [4, 4])
    assert len(traces) == 1
    run(np.ones((5, 2), np.float32), np.array(0, np.int32), kept)
    assert len(traces) == 2
