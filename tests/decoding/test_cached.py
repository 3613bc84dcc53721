"""Writing with a key-value cache: the logits of the whole text at every place, and one place read for each symbol."""

import numpy as np
import pytest

from kdl import catalog
from kdl.decoding import _reader, beam_search, greedy_decoding, written
from kdl.decoding._cached import Cached, next_logits
from kdl.errors import UsageProblem

pytestmark = pytest.mark.filterwarnings("error::UserWarning")  # Keras warns of much that a user must not see
V, LENGTH = 13, 24
CAUSAL = ["gpt-1", "gpt-2"]


@pytest.fixture(params=CAUSAL)
def model(request, keras):
    """A causal model with random weights, large enough that what stands in the text matters."""
    return filled(catalog.build(request.param, vocab_size=V, length=LENGTH, width=12, depth=3, num_heads=2))


def filled(model):
    rng = np.random.default_rng(0)
    model.set_weights([weight + rng.normal(scale=0.3, size=weight.shape) for weight in model.get_weights()])
    return model


def text_of(length, seed=0):
    return np.random.default_rng(seed).integers(V, size=length).tolist()


@pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
def test_every_place_has_the_logits_of_the_whole_text(backend, model):
    text = text_of(LENGTH)
    expected = model.predict_on_batch(np.array([text], np.int32))[0]
    ask = next_logits(model)
    found = np.stack([ask(text[: n + 1]) for n in range(LENGTH)])

    assert isinstance(ask, Cached) and expected.std() > 0.1
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_a_symbol_more_costs_one_place_and_a_text_that_begins_alike_what_is_new_in_it(model):
    ask, text = next_logits(model), text_of(10)
    other = [*text[:7], (text[7] + 1) % V, text[8]]
    steps = []
    for asked in (text[:4], text[:5], text[:6], text, other, text[:3], text[:3]):
        before = ask.steps
        found = ask(asked)
        steps.append(ask.steps - before)
        np.testing.assert_allclose(found, _reader.next_logits(model)(asked), rtol=0, atol=1e-5)

    # The last place is always read anew: its logits were not kept.
    assert steps == [4, 1, 1, 4, 2, 1, 1]


def test_the_step_is_traced_once(model, monkeypatch):
    """One trace serves every place; the very first step, which lays the rows out, is not compiled."""
    from kdl.layers.multi_head_attention import MultiHeadAttention

    traces = []
    original = MultiHeadAttention.masked
    monkeypatch.setattr(MultiHeadAttention, "masked", lambda self, *args: traces.append(1) or original(self, *args))
    ask = next_logits(model)
    list(written(ask, text_of(3), V, 12, greedy_decoding.make()))

    assert len(traces) == 2 * 3, "3 blocks, once for the first step and once for all the others"


def test_once_the_weights_have_changed_and_what_was_kept_is_forgotten_the_new_ones_count(model):
    ask, text = next_logits(model), text_of(5)
    old = ask(text[:4])
    model.set_weights([0.5 * weight for weight in model.get_weights()])
    ask.forget()
    expected = _reader.next_logits(model)(text[:4])

    assert np.abs(expected - old).max() > 0.1
    np.testing.assert_allclose(ask(text[:4]), expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(ask(text), _reader.next_logits(model)(text), rtol=0, atol=1e-5)


def test_an_empty_text_is_refused_before_and_after_others(model):
    ask = next_logits(model)
    for text in ([], [1, 2], []):
        if text:
            ask(text)
        else:
            with pytest.raises(ValueError, match="text must hold a number"):
                ask(text)


def test_a_beam_finds_the_texts_that_it_finds_without_a_cache(model):
    search = beam_search.make(3)
    expected = search(_reader.next_logits(model), text_of(2), 0, 9)
    ask = next_logits(model, texts=6)
    found = search(ask, text_of(2), 0, 9)

    assert [text for text, _ in found] == [text for text, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], rtol=0, atol=1e-4)
    assert ask.steps <= 2 + 3 * 9, "one place for each text of the beam and each symbol"


@pytest.mark.parametrize("length", [None, 8])
def test_a_text_longer_than_what_is_laid_out_is_read_whole_or_as_far_back_as_the_model_can(model, length):
    ask = next_logits(model, length)
    for more in (LENGTH - 3, LENGTH + 5):
        text = text_of(more)
        expected = model.predict_on_batch(np.array([text[-LENGTH:]], np.int32))[0, -1]
        np.testing.assert_allclose(ask(text), expected, rtol=0, atol=1e-5 * max(1, np.abs(expected).max()))


def test_the_model_can_still_be_used_as_before(model, tmp_path, keras):
    x = np.array([text_of(8)], np.int32)
    before = model.predict_on_batch(x)
    next_logits(model)(text_of(5))
    model.save(tmp_path / "model.keras")

    np.testing.assert_array_equal(model.predict_on_batch(x), before)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras").predict_on_batch(x), before)


@pytest.mark.parametrize("name", ["char-rnn", "bert"])
def test_a_model_that_has_no_cache_is_asked_for_the_whole_text(name, keras):
    assert not isinstance(next_logits(catalog.build(name)), Cached)


def test_a_model_whose_training_diverged_says_so(keras):
    model = catalog.build("gpt-2", vocab_size=V)
    model.set_weights([weight * np.nan for weight in model.get_weights()])

    with pytest.raises(UsageProblem, match="no numbers"):
        next_logits(model)([1, 2])
