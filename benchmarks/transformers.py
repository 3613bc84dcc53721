"""A training step of BERT and GPT-2 beside those of keras-hub of the same size, as ratios of CPU time measured in turn.

Everything is printed; no time is asserted. Needs keras-hub: `pip install keras-hub`.

steady step / keras-hub's        <= 1.1
"""

import statistics
import time

import numpy as np
import pytest

from kdl import catalog

pytestmark = pytest.mark.bench
BATCH, LENGTH, VOCAB = 16, 64, 1000
SIZES = {"vocab_size": VOCAB, "length": LENGTH, "width": 128, "depth": 2, "num_heads": 2, "dropout": 0.1}


@pytest.fixture(autouse=True)
def keras(tmp_path, monkeypatch):
    monkeypatch.setenv("KDL_HOME", str(tmp_path))
    from kdl import backend

    backend.deterministic(0)  # as every training does; keras-hub gets the same kernels
    return backend.start()


def hub_bert(keras, hub):
    """Its backbone with our head: its own gathers the places that are asked, and here all are."""
    backbone = hub.models.BertBackbone(
        vocabulary_size=VOCAB, num_layers=2, num_heads=2, hidden_dim=128, intermediate_dim=512, max_sequence_length=LENGTH
    )
    tokens = keras.Input((LENGTH,), dtype="int32")
    segments, mask = keras.ops.zeros_like(tokens), keras.ops.ones_like(tokens)
    x = backbone({"token_ids": tokens, "segment_ids": segments, "padding_mask": mask})["sequence_output"]
    x = keras.layers.LayerNormalization(epsilon=1e-12)(keras.layers.Dense(128, "gelu")(x))
    return keras.Model(tokens, backbone.token_embedding(x, reverse=True))


def hub_gpt_2(keras, hub):
    backbone = hub.models.GPT2Backbone(
        vocabulary_size=VOCAB, num_layers=2, num_heads=2, hidden_dim=128, intermediate_dim=512, max_sequence_length=LENGTH
    )
    tokens = keras.Input((LENGTH,), dtype="int32")
    hidden = backbone({"token_ids": tokens, "padding_mask": keras.ops.ones_like(tokens)})
    return keras.Model(tokens, backbone.token_embedding(hidden, reverse=True))


@pytest.mark.parametrize(("name", "more", "theirs"), [("bert", {"pad_id": 0}, hub_bert), ("gpt-2", {}, hub_gpt_2)])
def test_a_steady_step(name, more, theirs, keras, capsys):
    hub = pytest.importorskip("keras_hub", reason="keras-hub is not installed")
    rng = np.random.default_rng(0)
    x, y = (rng.integers(1, VOCAB, (BATCH, LENGTH)).astype(np.int32) for _ in range(2))
    models = [catalog.build(name, **SIZES, **more), theirs(keras, hub)]
    for model in models:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), loss, jit_compile=False)
        model.train_on_batch(x, y), model.train_on_batch(x, y)

    def steps(model):
        began = time.process_time()
        for _ in range(5):
            model.train_on_batch(x, y)
        return (time.process_time() - began) / 5

    pairs = [tuple(steps(model) for model in models) for _ in range(9)]
    ours, hubs = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    sizes = " / ".join(f"{model.count_params():,}" for model in models)
    with capsys.disabled():
        print(f"\n{name}: step {ours:.1f} ms against {hubs:.1f} ms of CPU, ratio {ratio:.2f} (target 1.1); {sizes} parameters")
