"""Sentence-BERT: poolings and cosine by hand and as `sentence-transformers` gives them; filling; one encoder for both."""

import json

import made_folders
import numpy as np
import pytest

from kdl import catalog, weights
from kdl.models.matching import sentence_bert

FIXTURE = made_folders.PARITY / "sentence-bert.npz"
OURS = ("reference", "config", "tokens", *(f"{name}{end}" for name in sentence_bert.POOLINGS for end in ("", "_cosine")))
SIZES = {"vocab_size": 19, "width": 6, "num_heads": 2, "depth": 2, "length": 9, "pad_id": 0}


def drawn(keras, model, seed=0):
    """Weights that are not small, so that vectors differ."""
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(scale=0.7, size=weight.shape) for weight in model.get_weights()])
    return model


def by_hand(pooling, states, real):
    """One vector from the states (T, D) of a sentence, place by place."""
    there = [state for state, is_real in zip(states, real, strict=True) if is_real]
    return {"mean": sum(there) / len(there), "max": np.max(there, axis=0), "cls": states[0]}[pooling]


@pytest.mark.content
@pytest.mark.oracle
@pytest.mark.parametrize("name", ["sentence-bert"])
def test_vectors_and_cosines_are_those_of_the_definition(name, keras):
    tokens = np.random.default_rng(1).integers(1, 19, (4, 2, 7)).astype("int32")
    tokens[1, 0, 3:] = tokens[2, 1, 1:] = 0
    for pooling in sentence_bert.POOLINGS:
        encoder = drawn(keras, catalog.build("bert", **SIZES))
        model = catalog.build(name, encoder=encoder, pooling=pooling, pad_id=0)
        states = keras.Model(encoder.input, encoder.get_layer("hidden").output)
        pairs = [[by_hand(pooling, np.array(states(row[None]))[0], row != 0) for row in pair] for pair in tokens]
        cosines = [u @ v / np.linalg.norm(u) / np.linalg.norm(v) for u, v in pairs]

        vectors = keras.ops.convert_to_numpy(sentence_bert.embedder(model)(tokens.reshape(8, 7))).reshape(4, 2, -1)
        np.testing.assert_allclose(vectors, pairs, atol=1e-5)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(model(tokens))[:, 0], cosines, atol=1e-5)


@pytest.mark.content
@pytest.mark.oracle
@pytest.mark.parametrize("name", ["sentence-bert"])
def test_vectors_and_cosines_are_those_of_sentence_transformers(name, keras, tmp_path):
    with np.load(FIXTURE) as file:
        found = {key: file[key] for key in file.files}
    assert str(found["reference"]).startswith("sentence_transformers 6.")
    arrays = {key: value for key, value in found.items() if key not in OURS}
    encoder = weights.load(
        "bert", made_folders.folder(tmp_path / "bert", json.loads(str(found["config"])), arrays), takes=("tokens",)
    )
    tokens = found["tokens"].astype("int32")

    for pooling in sentence_bert.POOLINGS:
        model = catalog.build(name, encoder=encoder, pooling=pooling, pad_id=0)
        vectors = keras.ops.convert_to_numpy(sentence_bert.embedder(model)(tokens.reshape(-1, tokens.shape[-1])))
        expected = found[pooling].reshape(vectors.shape)
        np.testing.assert_allclose(vectors, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))
        cosines = keras.ops.convert_to_numpy(model(tokens))[:, 0]
        np.testing.assert_allclose(cosines, found[f"{pooling}_cosine"], rtol=0, atol=1e-5)


@pytest.mark.parametrize("pooling", sentence_bert.POOLINGS)
def test_filling_changes_no_vector(keras, pooling):
    model = drawn(keras, catalog.build("sentence-bert", pooling=pooling, **SIZES))
    short = np.array([[[4, 5, 6], [7, 8, 9]]], "int32")

    filled = np.pad(short, ((0, 0), (0, 0), (0, 5)))
    np.testing.assert_allclose(np.array(model(short)), np.array(model(filled)), atol=1e-6)


def test_both_sentences_go_through_one_encoder(keras):
    """So the two may be exchanged, and there are as many numbers as in the encoder without its head."""
    model = drawn(keras, catalog.build("sentence-bert", **SIZES))
    pair = np.random.default_rng(2).integers(1, 19, (3, 2, 5)).astype("int32")

    np.testing.assert_allclose(np.array(model(pair)), np.array(model(pair[:, ::-1])), atol=1e-6)
    np.testing.assert_allclose(np.array(model(pair[:, [0, 0]])), 1, atol=1e-5)
    assert model.count_params() == catalog.build("bert", head=False, **SIZES).count_params()


def test_a_pooling_or_an_encoder_that_there_is_none_of_is_refused(keras):
    from kdl.errors import UsageProblem

    with pytest.raises(UsageProblem) as told:
        catalog.build("sentence-bert", pooling="sum")
    assert "pooling must be one of mean, max, cls. Received: pooling='sum'" in told.value.why
    with pytest.raises(ValueError, match="encoder must be a keras.Model.*Received: encoder=None"):
        sentence_bert.build()
