"""For whoever has a GPU: `make test-gpu`. Without one every test fails, so that a run without a GPU never reads as a pass.

The default suite leaves these out (marker `gpu`).
"""

import json
import sys
import time

import numpy as np
import pytest

from kdl import backend
from kdl.tasks import adding
from kdl.train.engine import Engine
from kdl.train.fit import Trainer
from kdl.train.recipe import Recipe

pytestmark = pytest.mark.gpu


@pytest.fixture(autouse=True)
def gpu(home):
    """Keras on a GPU that computes, or a failure with the cure."""
    return backend.start(place=backend.Place("gpu"))


def trainer(steps=200, **how):
    return Trainer("lstm", adding.make(length=20), Recipe.of("lstm", "adding", steps=steps), **how)


def test_the_device_has_a_name():
    assert backend.device().startswith("GPU ")


def test_a_training_reaches_its_target():
    one = trainer(steps=800)

    assert one.task.met(one.run(0)["score"])


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_learns_too(precision):
    done = trainer(engine=Engine(precision=precision)).run(0)

    assert done["score"] < adding.make().baseline / 2


def test_the_command_says_which_gpu(kdl):
    told = json.loads(kdl("train", "lstm", "--set", "length=10", "--steps", "50", "--device", "gpu", "--json").out)

    assert told["device"].startswith("GPU ")
    assert "--device gpu" in told["command"]


@pytest.mark.parametrize("jit", [False, True])
def test_our_lstm_equals_that_of_keras_with_cudnn(jit, gpu):
    """Same weights, same outputs. cuDNN is taken by `keras.layers.LSTM` on its own where its conditions hold."""
    if jit and gpu.config.backend() == "tensorflow":
        pytest.skip("cuDNN's LSTM cannot be compiled with XLA on TensorFlow")
    ours, theirs = recurrent(gpu, ours=True), recurrent(gpu, ours=False)
    theirs.set_weights(ours.get_weights())
    x = np.random.default_rng(0).normal(size=(64, 100, 64)).astype(np.float32)

    np.testing.assert_allclose(theirs.predict_on_batch(x), ours.predict_on_batch(x), atol=1e-4)


def test_the_time_of_our_lstm_beside_cudnn_is_printed(gpu, capsys):
    x = np.random.default_rng(0).normal(size=(64, 100, 64)).astype(np.float32)
    times = {}
    for name in ("kdl", "keras"):
        model = recurrent(gpu, ours=name == "kdl")
        model.compile("adam", "mse")
        model.train_on_batch(x, x[:, 0, :1])
        began = time.perf_counter()
        for _ in range(20):
            model.train_on_batch(x, x[:, 0, :1])
        times[name] = (time.perf_counter() - began) / 20
    with capsys.disabled():
        said = f"LSTM step: kdl {1000 * times['kdl']:.1f} ms, keras.layers.LSTM {1000 * times['keras']:.1f} ms"
        sys.stdout.write(f"\n{said}\n")
    assert all(seconds > 0 for seconds in times.values())


def recurrent(keras, *, ours: bool):
    """64 features, 128 units, one number out; the weights of both stand in the same order (gates i, f, g, o)."""
    from kdl.models.rnn.lstm import LSTMCell

    inputs = keras.Input((100, 64))
    layer = keras.layers.RNN(LSTMCell(128)) if ours else keras.layers.LSTM(128)
    return keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))


def test_data_parallel_on_all_gpus_equals_one(gpu):
    """With one GPU it is one device; what is tested then is that the path works."""
    count = gpus(gpu)
    one = trainer(steps=20)
    many = trainer(steps=20, engine=Engine(devices=count))

    assert many.run(0)["loss"] == pytest.approx(one.run(0)["loss"], rel=1e-2)


def gpus(keras) -> int:
    if keras.config.backend() == "jax":
        import jax

        found = len(jax.devices())
    else:
        import tensorflow as tf

        found = len(tf.config.list_logical_devices("GPU"))
    return max(count for count in (1, 2, 4, 8) if count <= found)
