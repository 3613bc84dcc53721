"""What a layer refuses instead of answering wrongly: a wrong cache, places that do not exist, a mask of another width."""

import numpy as np
import pytest

from kdl import catalog
from kdl.errors import EnvironmentProblem

B, T, D, H, L = 2, 5, 6, 3, 8


def attention(**how):
    from kdl.layers.multi_head_attention import MultiHeadAttention

    return MultiHeadAttention(D, H, **how)


def cache(position):
    from kdl.layers.key_value_cache import KeyValueCache

    return KeyValueCache(position, L, {})


def vectors(places=T):
    return np.random.default_rng(0).normal(size=(B, places, D)).astype(np.float32)


def test_a_cache_is_for_causal_layers(keras):
    """Another layer would look at rows that no place has filled yet."""
    with pytest.raises(ValueError, match="cache needs a causal layer. Received: causal=False"):
        attention()(vectors(), cache=cache(0))


@pytest.mark.parametrize("position", [4, np.array(4, np.int32)], ids=["number", "array"])
def test_a_place_beyond_the_rows_of_a_cache_is_refused_and_the_last_one_is_not(keras, position):
    """Written there all the same, it would fall on the last row: 4 + 5 places are one too many for 8, 4 + 4 are not."""
    attention(causal=True)(vectors(L - 4), cache=cache(position))

    with pytest.raises(ValueError, match="length must be at least that of the text. Received: length=8, 9 places"):
        attention(causal=True)(vectors(), cache=cache(position))


def test_a_place_beyond_the_learned_ones_is_refused_and_the_last_one_is_not(keras):
    from kdl.layers.learned_position_embedding import LearnedPositionEmbedding

    layer = LearnedPositionEmbedding(L)
    x = vectors(1)

    np.testing.assert_allclose(np.asarray(layer(x, cache=cache(L - 1))) - x, np.asarray(layer.positions)[[[7]] * B], atol=1e-6)
    with pytest.raises(ValueError, match="length must be at least that of the text. Received: length=8, 9 places"):
        layer(x, cache=cache(L))


@pytest.mark.parametrize("shape", [(B, 1), (B, T + 1), (B, 1, T), (T,)])
def test_a_mask_has_one_number_for_each_key(keras, shape):
    """A width of 1 would stand for all keys at once."""
    with pytest.raises(ValueError, match="key_mask must have one number for each key. Received: key_mask of shape"):
        attention()(vectors(), key_mask=np.ones(shape, np.int32))


def test_with_a_cache_the_keys_are_its_rows(keras):
    """Behind five places a mask of the 8 rows hides the one that it says; a mask of the new place alone is refused."""
    layer, x = attention(causal=True), vectors(T + 1)
    hidden = np.ones((B, L), np.int32)
    hidden[:, 2] = 0
    expected = np.asarray(layer(x, key_mask=hidden[:, : T + 1]))[:, -1:]
    first, step = cache(0), cache(T)
    layer(x[:, :T], cache=first)
    step.kept = dict(first.kept)

    np.testing.assert_allclose(np.asarray(layer(x[:, T:], key_mask=hidden, cache=step)), expected, atol=1e-6)
    with pytest.raises(ValueError, match="8 keys"):
        layer(x[:, T:], key_mask=hidden[:, :1], cache=step)


@pytest.mark.parametrize("name", ["bert", "gpt-1", "gpt-2"])
def test_a_text_that_is_too_long_is_refused_after_texts_of_other_lengths_too(name, keras):
    """After these Keras no longer knows the length before it runs; a row that is not there may not be made up."""
    model = catalog.build(name, "tiny")
    for length in (3, 5, 7, 9):
        assert model.predict_on_batch(np.ones((1, length), np.int32)).shape == (1, length, 11)

    with pytest.raises(Exception, match="(?i)slice|length must be"):
        model.predict_on_batch(np.ones((1, 10), np.int32))


@pytest.mark.parametrize("name", ["gpt-1", "gpt-2"])
def test_a_mask_of_width_1_is_refused_after_masks_of_other_widths_too(name, keras):
    model = catalog.build(name, "tiny", inputs=("tokens", "mask"))
    for length in (3, 5, 7):
        model.predict_on_batch({part: np.ones((2, length), np.int32) for part in ("tokens", "mask")})

    with pytest.raises(Exception, match="(?i)reshape|key_mask must have"):
        model.predict_on_batch({"tokens": np.ones((2, 6), np.int32), "mask": np.ones((2, 1), np.int32)})


def test_a_keras_without_the_way_to_hand_a_cache_down_is_named(keras, monkeypatch):
    from kdl.layers import _calls

    monkeypatch.setattr(_calls, "HOOK", "_renamed")
    with pytest.raises(EnvironmentProblem, match=f"cannot be built with Keras {keras.__version__}") as told:
        catalog.build("gpt-1", "tiny")
    assert "Layer._renamed" in told.value.why
    assert "keras>=3.13" in told.value.fix


def test_the_exact_gelu_is_the_one_of_keras_to_rounding(keras):
    """float32 has a relative step of 1.2e-7: at most 8 steps of it at |z| = 8."""
    from kdl.layers.feed_forward_sublayer import gelu

    z = keras.ops.convert_to_tensor(np.linspace(-8, 8, 10001, dtype=np.float32))
    expected = np.asarray(keras.activations.gelu(z, approximate=False))

    np.testing.assert_allclose(np.asarray(gelu(z)), expected, rtol=0, atol=8 * 1.2e-7)
