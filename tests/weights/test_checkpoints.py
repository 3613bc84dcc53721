"""Checkpoints of `transformers`, in every form in which they are saved: hidden states and logits, to 1e-5.

All fixtures, as they are saved today, are compared in tests/models/test_transformers_parity.py.
"""

import json
import subprocess
import sys

import made_folders
import numpy as np
import pytest
from made_folders import MODELS, Fixture

from kdl import catalog, weights

TOLERANCE = 1e-5


def assert_near(found, fixture, key):
    """Equal where a token is real; what the other places hold means nothing."""
    expected, real = fixture.answers[key], fixture.asked["mask"] == 1
    assert found.shape == expected.shape and found.dtype == np.float32
    difference = np.abs(found - expected)[real].max()
    assert difference <= TOLERANCE * max(1.0, np.abs(expected[real]).max()), f"{fixture.name} {key}: {difference:.2g}"


def one_of_each():
    return [next(name for name in MODELS if MODELS[name] == model) for model in sorted(set(MODELS.values()))]


def test_there_is_a_fixture_of_every_model_that_is_read():
    from kdl.weights import plan

    assert set(MODELS.values()) == set(plan.FAMILIES)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", one_of_each())
@pytest.mark.parametrize("shards", [2, 3])
def test_shards_are_read_as_one_file_is(fixture, shards, keras, tmp_path):
    fixture = Fixture(fixture)
    whole = made_folders.folder(tmp_path / "whole", fixture.config, fixture.weights)
    parts = made_folders.folder(tmp_path / "parts", fixture.config, fixture.weights, shards=shards)

    one, other = (weights.load(fixture.model_id, folder) for folder in (whole, parts))
    for first, second in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", one_of_each())
@pytest.mark.parametrize("dtype", ["F16", "BF16", "F64"])
def test_a_coarser_dtype_gives_the_model_with_the_rounded_weights(fixture, dtype, keras, tmp_path):
    fixture = Fixture(fixture)
    coarse = {name: made_folders.rounded(array, dtype) for name, array in fixture.weights.items()}
    assert dtype == "F64" or any((coarse[name] != array).any() for name, array in fixture.weights.items())

    folders = {
        "coarse": made_folders.folder(tmp_path / "coarse", fixture.config, fixture.weights, dtype),
        "rounded": made_folders.folder(tmp_path / "rounded", fixture.config, coarse),
    }
    found, expected = (weights.run(weights.load(fixture.model_id, path), **fixture.asked) for path in folders.values())
    for key in ("hidden", "logits"):
        np.testing.assert_array_equal(found[key], expected[key])


@pytest.mark.slow
@pytest.mark.parametrize("fixture", one_of_each())
@pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
def test_without_prefix_and_head_the_body_is_the_same(fixture, backend, keras, tmp_path):
    """BERT then gives hidden states only; the head of the GPTs has no weights of its own."""
    fixture = Fixture(fixture)
    folder = made_folders.folder(tmp_path, fixture.config, fixture.bare())
    found = weights.run(weights.load(fixture.model_id, folder), **fixture.asked)

    assert set(found) == ({"hidden"} if fixture.model_id == "bert" else {"hidden", "logits"})
    for key in found:
        assert_near(found[key], fixture, key)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gpt-1-1", "gpt-2-1"])
def test_a_body_whose_head_is_another_matrix_gives_hidden_states_also_once_it_is_saved(name, keras, tmp_path):
    from kdl.train import saved

    fixture = Fixture(name)
    config = fixture.config | {"tie_word_embeddings": False}
    model = weights.load(fixture.model_id, made_folders.folder(tmp_path / "body", config, fixture.bare()))
    model.save(tmp_path / "body.keras")

    for one in (model, saved.load(tmp_path / "body.keras")):
        found = weights.run(one, **fixture.asked)
        assert set(found) == {"hidden"}
        assert_near(found["hidden"], fixture, "hidden")


OUTPUT = {"bert": "cls.predictions.decoder.weight", "gpt-1": "lm_head.weight", "gpt-2": "lm_head.weight"}
TOKENS = {
    "bert": "bert.embeddings.word_embeddings.weight",
    "gpt-1": "transformer.tokens_embed.weight",
    "gpt-2": "transformer.wte.weight",
}


@pytest.mark.slow
@pytest.mark.parametrize("fixture", one_of_each())
def test_a_head_that_is_stored_once_more_changes_nothing(fixture, keras, tmp_path):
    fixture = Fixture(fixture)
    copied = fixture.weights | {OUTPUT[fixture.model_id]: fixture.weights[TOKENS[fixture.model_id]]}
    if fixture.model_id == "bert":
        copied["cls.predictions.decoder.bias"] = fixture.weights["cls.predictions.bias"]
    model = weights.load(fixture.model_id, made_folders.folder(tmp_path, fixture.config, copied))

    assert_near(weights.run(model, **fixture.asked)["logits"], fixture, "logits")
    assert model.count_params() == sum(array.size for array in fixture.weights.values())


@pytest.mark.slow
@pytest.mark.parametrize("fixture", one_of_each())
def test_a_head_of_its_own_is_used_saved_and_read_again(fixture, keras, tmp_path):
    """The logits are the matrix times what the head reads: doubled rows double them, less the bias that BERT adds."""
    from kdl.train import saved

    fixture = Fixture(fixture)
    config = fixture.config | {"tie_word_embeddings": False}
    matrix = 2 * fixture.weights[TOKENS[fixture.model_id]]
    more, old, new = {OUTPUT[fixture.model_id]: matrix}, 0.0, 0.0
    if fixture.model_id == "bert":  # the bias of its own counts, and the other is stored and not used
        old = fixture.weights["cls.predictions.bias"]
        new = more["cls.predictions.decoder.bias"] = old + 1
    model = weights.load(fixture.model_id, made_folders.folder(tmp_path, config, fixture.weights | more))
    found = weights.run(model, **fixture.asked)

    fixture.answers["logits"] = 2 * (fixture.answers["logits"] - old) + new
    assert_near(found["hidden"], fixture, "hidden")
    assert_near(found["logits"], fixture, "logits")
    assert model.count_params() == sum(array.size for array in fixture.weights.values()) + matrix.size
    model.save(tmp_path / "own.keras")
    again = weights.run(saved.load(tmp_path / "own.keras"), **fixture.asked)
    np.testing.assert_array_equal(again["logits"], found["logits"])


@pytest.mark.slow
def test_older_files_call_gain_and_bias_gamma_and_beta_and_save_constants(keras, tmp_path):
    """As the public files of 2018 and 2019 do, beside a pooler and the head on whether two texts belong together."""
    bert, gpt = Fixture("bert-1"), Fixture("gpt-2-1")
    width = bert.config["hidden_size"]
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): array
        for name, array in bert.weights.items()
    }
    old |= {"bert.pooler.dense.weight": np.ones((width, width)), "bert.pooler.dense.bias": np.ones(width)}
    old |= {"cls.seq_relationship.weight": np.ones((2, width)), "cls.seq_relationship.bias": np.ones(2)}
    old["bert.embeddings.position_ids"] = np.arange(12)[None]
    constants = {"transformer.h.0.attn.bias": np.ones((1, 1, 12, 12)), "transformer.h.0.attn.masked_bias": np.array(-1e4)}

    for fixture, arrays in ((bert, old), (gpt, gpt.weights | constants)):
        model = weights.load(fixture.model_id, made_folders.folder(tmp_path / fixture.name, fixture.config, arrays))
        assert_near(weights.run(model, **fixture.asked)["logits"], fixture, "logits")


SIZES = """
import json, sys
from kdl.backend import start
keras = start()
from kdl import catalog
with keras.StatelessScope(initialize_variables=False):
    for word in sys.argv[1:]:
        model = catalog.build(*word.split(":"))
        print(json.dumps({variable.path: list(variable.shape) for variable in model.weights}))
"""


@pytest.mark.slow
def test_every_variable_of_every_preset_gets_a_weight_of_its_shape_and_none_gets_two():
    """By names and shapes alone: the models are built in a process of their own, that allocates nothing."""
    from kdl.weights import plan

    words = [f"{name}:{preset}" for name in plan.FAMILIES for preset in catalog.load(catalog.find("model", name)).PRESETS]
    done = subprocess.run([sys.executable, "-c", SIZES, *words], capture_output=True, text=True, check=True)
    for word, line in zip(words, done.stdout.splitlines(), strict=True):
        name, preset = word.split(":")
        sizes, found = catalog.sizes(name, preset) | {"head": True}, []
        for weight in plan.FAMILIES[name].weights({"segments": 2, "inner": 4 * sizes["width"]} | sizes):
            shape = weight.shape[::-1] if weight.turned else weight.shape
            found += [(path, [*shape[:-1], shape[-1] // len(weight.to)]) for path in weight.to]
        assert sorted(found) == sorted(json.loads(line).items()), word
