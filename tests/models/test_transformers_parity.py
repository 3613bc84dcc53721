"""BERT, GPT-1 and GPT-2 against the package `transformers`, given the same weights: `tests/fixtures/parity/`.

The weights come through `kdl.weights`, as those of any checkpoint; tests/weights/ has its files, here are the models.
"""

import beside_transformers as beside
import made_folders
import numpy as np
import pytest
from made_folders import MODELS, Fixture

from kdl import weights


def parity(test):
    """The test runs once for each model, over all its fixtures, and counts as proof that the model is the public one."""
    each = pytest.mark.parametrize("name", sorted(set(MODELS.values())))
    for mark in (each, pytest.mark.content, pytest.mark.oracle, pytest.mark.slow):
        test = mark(test)
    return test


def loaded(name, tmp_path):
    """The fixtures of a model, each with our model of the same weights."""
    for one in (Fixture(file) for file, model_id in MODELS.items() if model_id == name):
        model = weights.load(name, made_folders.folder(tmp_path / one.name, one.config, one.weights))
        yield one, model


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


@parity
def test_hidden_states_and_logits_are_those_of_transformers(name, keras, tmp_path):
    """Wherever a token is real; rows of different lengths, one of a causal model filled up in front."""
    for one, model in loaded(name, tmp_path):
        for found, expected in beside.states(keras, one, model).values():
            assert_near(found, expected)


@parity
def test_the_loss_is_theirs_before_and_after_three_steps_of_gradient_descent(name, keras, tmp_path):
    for one, model in loaded(name, tmp_path):
        found, expected = beside.losses(keras, one, model)

        assert expected[0] > expected[-1]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * expected.max())


@pytest.mark.parametrize("file", MODELS)
def test_a_fixture_names_its_reference_and_is_no_trivial_case(file):
    """Rows of different lengths; no bias of 0 and no gain of 1; logits that choose."""
    one = Fixture(file)
    reference = str(one.answers["reference"])

    assert reference.startswith("transformers.") and ", transformers 5." in reference
    assert one.config["architectures"] == [reference.partition(",")[0].removeprefix("transformers.")]
    assert len(set(one.asked["mask"].sum(axis=1))) > 1 and one.answers["logits"].std() > 1
    assert all(value.std() > 0.05 for value in one.weights.values() if value.ndim == 1)


@parity
def test_a_model_of_tokens_alone_is_the_one_with_all_inputs_that_says_nothing_else(name, keras, tmp_path):
    """No segments: all in the first. No mask: all tokens are real, or for BERT those that are not `pad_id`."""
    for one, many in loaded(name, tmp_path):
        x = beside.asked(one, many)
        filler = one.config["pad_token_id"] if name == "bert" else None
        alone = weights.load(name, tmp_path / one.name, takes=("tokens",))
        tokens = x["tokens"] if filler is None else np.where(x["mask"] == 1, x["tokens"], filler)
        plain = {"tokens": tokens, "segments": 0 * tokens, "mask": x["mask"] if name == "bert" else 0 * tokens + 1}
        expected = many.predict_on_batch({key: plain[key] for key in many.input})

        np.testing.assert_array_equal(alone.predict_on_batch(tokens), expected)
