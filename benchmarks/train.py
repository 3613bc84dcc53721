"""What training costs beside plain Keras, as ratios of CPU time measured in turn. Everything is printed; no time is asserted.

first step / plain compile and train_on_batch        <= 0.65, and one trace of the step for each shape (this is asserted)
steady step / the same network of keras.layers       <= 1.1
our callbacks, records and checkpoints               <= 3 % of a step of 10 ms
fit of large networks / Keras's own fit              about 1
"""

import statistics
import time
import types

import numpy as np
import pytest

from kdl import catalog
from kdl.runs import record
from kdl.tasks import Task, finite
from kdl.tasks.digits import accuracy, cross_entropy
from kdl.train import session
from kdl.train.fit import Trainer
from kdl.train.recipe import Recipe

pytestmark = pytest.mark.bench
BATCH = 32


@pytest.fixture(autouse=True)
def keras(tmp_path, monkeypatch):
    monkeypatch.setenv("KDL_HOME", str(tmp_path))
    from kdl import backend

    backend.deterministic(0)  # as every training does; plain Keras gets the same kernels
    return backend.start()


def say(capsys, line):
    with capsys.disabled():
        print(f"\n{line}", flush=True)


def cpu(function) -> float:
    began = time.process_time()
    function()
    return time.process_time() - began


def paired(one, other, rounds: int) -> tuple[float, float, float]:
    """Median CPU seconds of both, and the median of their ratios; run in turn, so that load hits both."""
    pairs = [(cpu(one), cpu(other)) for _ in range(rounds)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours, theirs, statistics.median(a / b for a, b in pairs)


# ---- large networks --------------------------------------------------------------------------------------------------


def mobilenet(keras):
    """MobileNetV2 on 32 x 32 pictures of 10 classes."""
    return keras.applications.MobileNetV2(input_shape=(32, 32, 3), weights=None, classes=10, classifier_activation=None)


def bert(keras):
    """A BERT of 2 layers of width 128 that reads 64 tokens; needs keras-hub."""
    hub = pytest.importorskip("keras_hub")
    sizes = {"num_layers": 2, "num_heads": 2, "hidden_dim": 128, "intermediate_dim": 512, "max_sequence_length": 64}
    backbone = hub.models.BertBackbone(vocabulary_size=1000, **sizes)
    tokens = keras.Input((64,), dtype="int32")
    segments, mask = keras.ops.zeros_like(tokens), keras.ops.ones_like(tokens)
    pooled = backbone({"token_ids": tokens, "segment_ids": segments, "padding_mask": mask})["pooled_output"]
    return keras.Model(tokens, keras.layers.Dense(10)(pooled))


LARGE = {"MobileNetV2": (mobilenet, (32, 32, 3)), "BERT 2 x 128": (bert, (64,))}


def task(shape) -> Task:
    """Random pictures or tokens; ten batches an epoch."""
    rng = np.random.default_rng(0)
    count = 10 * BATCH
    x = rng.normal(size=(count, *shape)).astype(np.float32) if len(shape) == 3 else rng.integers(1000, size=(count, *shape))
    data = finite((x, rng.integers(10, size=count).astype(np.int32)), (x[:8], np.zeros(8, np.int32)))
    return Task("random", {}, cross_entropy, "accuracy", "max", 0.1, 0.5, score=accuracy, **data)


def trainer(monkeypatch, build, shape, steps=10) -> Trainer:
    monkeypatch.setattr(catalog, "build", lambda name, **sizes: build())
    monkeypatch.setattr(catalog, "load", lambda card: types.SimpleNamespace())
    return Trainer("lstm", task(shape), Recipe(steps=steps, batch_size=BATCH))


def compiled(keras, build):
    model = build()
    model.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), cross_entropy(), jit_compile=False)
    return model


@pytest.mark.parametrize("name", LARGE)
def test_first_step_and_fit_of_large_networks(name, keras, monkeypatch, capsys):
    make, shape = LARGE[name]
    x, y = task(shape).batches(0, 0, 0, BATCH)
    traces = []
    original = keras.Model.train_step
    monkeypatch.setattr(keras.Model, "train_step", lambda self, data: traces.append(self) or original(self, data))
    kept = {}

    def ours():
        kept["ours"].enter(0)  # compile, build the optimizer
        kept["ours"].replicas.step(kept["ours"].model, x, y)

    def plain():
        kept["plain"] = compiled(keras, lambda: kept["model"])
        kept["plain"].train_on_batch(x, y)

    ratios = []
    for _ in range(2):
        kept["ours"], kept["model"] = trainer(monkeypatch, lambda: make(keras), shape), make(keras)
        traces.clear()
        ratios.append(cpu(ours))
        ours_traced = len(traces)
        ratios[-1] /= (theirs := cpu(plain))
        assert ours_traced == 1, "one trace for the one input shape"
    said = f"first step {statistics.median(ratios):.2f} of plain Keras ({theirs:.1f} s)"
    x, y = (np.concatenate(part) for part in zip(*(task(shape).batches(0, 0, n, BATCH) for n in range(10)), strict=True))
    monkeypatch.setattr(kept["ours"], "score", lambda seed: 0.0)  # plain fit has no held-out set either
    fit = lambda: kept["plain"].fit(x, y, batch_size=BATCH, epochs=1, verbose=0)  # noqa: E731
    fit()
    a, b, ratio = paired(lambda: kept["ours"].run(0, position=_nothing()), fit, 3)
    say(capsys, f"{name}: {said} (target 0.65); 10 steps {a:.2f} s against fit's {b:.2f} s, ratio {ratio:.2f}")


def _nothing():
    from kdl.train.fit import Position

    return Position()


# ---- our models beside the same network of keras.layers ----------------------------------------------------------------


def recurrent(layer):
    """The network of the file, with the recurrence of keras.layers."""

    def build(keras, inputs):
        return keras.layers.Dense(13)(getattr(keras.layers, layer[0])(32, **layer[1])(inputs))

    return build


def dense(keras, inputs):
    hidden = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(inputs))
    return keras.layers.Dense(10)(hidden)


SAME = {
    "mlp": dense,
    "simple-rnn": recurrent(("SimpleRNN", {})),
    "irnn": recurrent(("SimpleRNN", {"activation": "relu"})),
    "lstm": recurrent(("LSTM", {})),
    "gru": recurrent(("GRU", {})),
}


@pytest.mark.parametrize("name", SAME)
def test_steady_step_of_each_model(name, keras, capsys):
    wanted = "digits" if name == "mlp" else "name-language"
    made = catalog.load(catalog.find("task", wanted)).make()
    one = Trainer(name, made, Recipe(steps=10, batch_size=64))
    x, y = made.batches(0, 0, 0, 64)
    inputs = keras.Input(x.shape[1:])
    other = keras.Model(inputs, SAME[name](keras, inputs))
    other.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), made.loss(), jit_compile=False)

    def steps(step):
        return lambda: [step() for _ in range(20)]

    ours, plain = steps(lambda: one.replicas.step(one.model, x, y)), steps(lambda: other.train_on_batch(x, y))
    ours(), plain()
    a, b, ratio = paired(ours, plain, 9)
    sizes = f"{one.model.count_params():,} / {other.count_params():,} parameters"
    say(capsys, f"{name}: step {50 * a:.2f} ms against {50 * b:.2f} ms of CPU, ratio {ratio:.2f} (target 1.1); {sizes}")


def test_callbacks_records_and_checkpoints_beside_a_step_of_10_ms(keras, monkeypatch, capsys):
    """Everything but the step, the batch and the score, in 10 epochs of 100 steps."""
    from kdl.cli.show import train_epochs
    from kdl.tasks import adding

    one = Trainer("lstm", adding.make(length=5), Recipe(steps=1000, batch_size=8))
    monkeypatch.setattr(one, "_step", lambda *at: 0.5)
    monkeypatch.setattr(one, "score", lambda seed: 0.5)
    times = []
    for _ in range(5):
        run, bar = record.create("train", "lstm", seed=0), train_epochs.Bar(1000, "mse")
        monkeypatch.setattr(bar, "_draw", lambda bar=bar: bar.line(100))  # all but the terminal
        began = time.perf_counter()
        one.run(0, on_epoch=lambda row, run=run, bar=bar: (run.log(**row), bar.epoch(row)), on_step=bar.step,
                keep=lambda now, run=run: session.checkpoint.save(run.path / "checkpoint.npz", one, now))  # fmt: skip
        times.append((time.perf_counter() - began) / 1000)
    milliseconds = 1000 * statistics.median(times)
    say(
        capsys,
        f"callbacks, records, checkpoints: {milliseconds:.3f} ms a step, {10 * milliseconds:.1f} % of 10 ms (target 3 %)",
    )
