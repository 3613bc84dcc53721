"""Attention and the blocks around it: NumPy from the displayed equations, and what a mask must hide, by perturbation."""

import math

import numpy as np
import pytest

from kdl import catalog

B, T, D, H, M = 2, 6, 12, 3, 10
RNG = np.random.default_rng(0)


def filled(layer, x):
    """The layer, built on x, with random weights; no bias 0, no gain 1."""
    layer(x)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(1.0 if "gamma" in weight.path else 0.0, 0.5, weight.shape) for weight in layer.weights])
    return layer


def parts(layer):
    return {weight.path.partition("/")[2]: np.asarray(weight, float) for weight in layer.weights}


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_by_hand(x, w, *, causal, key_mask, at=""):
    """Head by head and query by query."""
    q, k, v = (x @ w[f"{at}{name}/kernel"] + w[f"{at}{name}/bias"] for name in ("query", "key", "value"))
    K, z = D // H, np.zeros_like(x)
    for b in range(B):
        for h in range(H):
            own = slice(h * K, (h + 1) * K)
            for t in range(T):
                seen = [s for s in range(T) if key_mask[b, s] and (s <= t or not causal)]
                if seen:
                    p = softmax(np.array([q[b, t, own] @ k[b, s, own] / math.sqrt(K) for s in seen]))
                    z[b, t, own] = sum(p_s * v[b, s, own] for p_s, s in zip(p, seen, strict=True))
    return z @ w[f"{at}output/kernel"] + w[f"{at}output/bias"]


def norm(z, w, at, epsilon):
    mean, variance = z.mean(axis=-1, keepdims=True), z.var(axis=-1, keepdims=True)
    return w[f"{at}/gamma"] * (z - mean) / np.sqrt(variance + epsilon) + w[f"{at}/beta"]


def masks():
    key_mask = np.ones((B, T), np.int32)
    key_mask[1, 4:] = 0
    return key_mask


def oracle(*entries):
    """The test proves these entries of the atlas, once each."""

    def marked(test):
        for mark in (pytest.mark.parametrize("entry", entries), pytest.mark.content, pytest.mark.oracle):
            test = mark(test)
        return test

    return marked


@pytest.mark.content("multi-head-attention")
@oracle("multi-head-attention", "causal-mask", "padding-mask")
def test_attention_equals_its_displayed_equations(entry, keras):
    from kdl.layers.multi_head_attention import MultiHeadAttention

    x = RNG.normal(size=(B, T, D)).astype(np.float32)
    causal, masked = entry == "causal-mask", entry == "padding-mask"
    layer = filled(MultiHeadAttention(D, H, causal=causal), x)
    key_mask = masks() if masked else np.ones((B, T), np.int32)
    found = layer(x, key_mask=key_mask) if masked else layer(x)

    expected = attention_by_hand(x, parts(layer), causal=causal, key_mask=key_mask)
    np.testing.assert_allclose(np.asarray(found), expected, rtol=0, atol=1e-5 * np.abs(expected).max())


@oracle("multi-head-attention")
def test_attention_equals_the_one_of_keras_with_the_same_weights(entry, keras):
    """Keras keeps W_q, W_k, W_v as (D, H, K), their biases as (H, K), and W_o as (H, K, D)."""
    from kdl.layers.multi_head_attention import MultiHeadAttention

    x = RNG.normal(size=(B, T, D)).astype(np.float32)
    ours = filled(MultiHeadAttention(D, H, causal=True), x)
    public = keras.layers.MultiHeadAttention(H, D // H)
    public(x, x)
    public.set_weights([np.asarray(w).reshape(p.shape) for w, p in zip(ours.weights, public.weights, strict=True)])

    expected = np.asarray(public(x, x, use_causal_mask=True, attention_mask=masks()[:, None, :]))
    np.testing.assert_allclose(np.asarray(ours(x, key_mask=masks())), expected, rtol=0, atol=1e-5)


def test_a_row_that_may_see_nothing_stays_finite(keras):
    from kdl.layers.multi_head_attention import MultiHeadAttention

    x = RNG.normal(size=(B, T, D)).astype(np.float32)
    layer = filled(MultiHeadAttention(D, H), x)

    assert np.isfinite(np.asarray(layer(x, key_mask=np.zeros((B, T), np.int32)))).all()


def test_heads_must_divide_the_width(keras):
    from kdl.layers.multi_head_attention import MultiHeadAttention

    with pytest.raises(ValueError, match="num_heads must divide width. Received: num_heads=5, width=12"):
        MultiHeadAttention(12, 5)


@oracle("feed-forward-sublayer")
def test_the_feed_forward_sublayer_equals_its_displayed_equations(entry, keras):
    from kdl.layers.feed_forward_sublayer import FeedForward

    activations = {
        "relu": lambda z: np.maximum(z, 0),
        "gelu": lambda z: z * (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2,
        "gelu_tanh": lambda z: z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))) / 2,
    }
    x = RNG.normal(size=(B, T, D)).astype(np.float32)
    for name, f in activations.items():
        layer = filled(FeedForward(D, M, activation=name), x)
        w = parts(layer)
        expected = f(x @ w["inner/kernel"] + w["inner/bias"]) @ w["outer/kernel"] + w["outer/bias"]
        np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=0, atol=1e-5 * np.abs(expected).max(), err_msg=name)


def test_the_two_gelus_are_as_far_apart_as_is_said(keras):
    """At most 5e-4, and more than any tolerance of ours."""
    from kdl.layers.feed_forward_sublayer import gelu_tanh

    z = np.linspace(-6, 6, 10001)
    exact = z * (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2

    assert 1e-4 < np.abs(np.asarray(gelu_tanh(keras.ops.convert_to_tensor(z))) - exact).max() < 5e-4


@pytest.mark.content("encoder-block")
@oracle("transformer-encoder", "gpt-2")
def test_a_block_equals_its_displayed_equations(entry, keras):
    """Norm after the sum in the Transformer and in GPT-1, before the sublayer in GPT-2."""
    from kdl.layers.encoder_block import EncoderBlock
    from kdl.models.transformer.gpt_2 import Block

    x = RNG.normal(size=(B, T, D)).astype(np.float32)
    how = {"activation": "relu", "dropout": 0.0, "epsilon": 1e-3}
    before = entry == "gpt-2"
    made = Block(D, H, M, branch_stddev=0.02, **how) if before else EncoderBlock(D, H, M, causal=True, **how)
    layer = filled(made, x)
    w, key_mask = parts(layer), masks()

    def attention(z):
        return attention_by_hand(z, w, causal=True, key_mask=key_mask, at="attention/")

    def forward(z):
        z = np.maximum(z @ w["feed_forward/inner/kernel"] + w["feed_forward/inner/bias"], 0)
        return z @ w["feed_forward/outer/kernel"] + w["feed_forward/outer/bias"]

    first, second = (lambda z, at=at: norm(z, w, f"{at}_norm", 1e-3) for at in ("attention", "feed_forward"))
    if before:
        u = x + attention(first(x))
        expected = u + forward(second(u))
    else:
        u = first(x + attention(x))
        expected = second(u + forward(u))
    np.testing.assert_allclose(np.asarray(layer(x, key_mask=key_mask)), expected, rtol=0, atol=1e-5 * np.abs(expected).max())


@oracle("learned-position-embedding")
def test_each_place_gets_the_row_of_its_own(entry, keras):
    from kdl.layers.learned_position_embedding import LearnedPositionEmbedding

    x = RNG.normal(size=(B, T, D)).astype(np.float32)
    layer = filled(LearnedPositionEmbedding(T + 3), x)
    expected = x + np.asarray(layer.weights[0])[:T]

    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=0, atol=1e-6)


# ---- what must not be seen -------------------------------------------------------------------------------------------


def moved(model, x, place):
    """Largest change of each place's logits (B, T) when the token at `place` changes."""
    tokens = x["tokens"] if isinstance(x, dict) else x
    other = tokens.copy()
    other[:, place] = (other[:, place] + 1) % 10 + 1
    changed = {**x, "tokens": other} if isinstance(x, dict) else other
    return np.abs(model.predict_on_batch(changed) - model.predict_on_batch(x)).max(axis=-1)


def large(model):
    """Weights far from 0, so that what can be seen shows."""
    rng = np.random.default_rng(2)
    model.set_weights([weight + rng.normal(scale=0.4, size=weight.shape) for weight in model.get_weights()])
    return model


@oracle("gpt-1", "gpt-2")
def test_a_causal_model_never_looks_ahead(entry, keras):
    """A token changes what is said at its own place and behind it, and nothing before, to the last bit."""
    model = large(catalog.build(entry, vocab_size=13, width=12, num_heads=3))
    x = np.random.default_rng(3).integers(1, 10, (B, T)).astype(np.int32)
    for place in range(T):
        change = moved(model, x, place)
        assert (change[:, :place] == 0).all() and (change[:, place:] > 1e-4).all()


@oracle("bert")
def test_bert_looks_both_ways(entry, keras):
    model = large(catalog.build(entry, vocab_size=13, width=12, num_heads=3))
    x = np.random.default_rng(3).integers(1, 10, (B, T)).astype(np.int32)
    for place in range(T):
        assert (moved(model, x, place) > 1e-4).all()


@oracle("bert", "gpt-1", "gpt-2")
def test_a_masked_token_is_seen_by_no_other_place(entry, keras):
    """Masked, it may be any token; not masked, it changes what its neighbours say."""
    inputs = ("tokens", "segments", "mask") if entry == "bert" else ("tokens", "mask")
    model = large(catalog.build(entry, vocab_size=13, width=12, num_heads=3, inputs=inputs))
    tokens = np.random.default_rng(3).integers(1, 10, (B, T)).astype(np.int32)
    x = {"tokens": tokens, "segments": 0 * tokens, "mask": np.ones_like(tokens)}
    x = {name: x[name] for name in inputs}
    assert (moved(model, x, 2)[:, 3:] > 1e-4).all()

    x["mask"][:, 2] = 0
    change = moved(model, x, 2)
    assert (np.delete(change, 2, axis=1) == 0).all() and (change[:, 2] > 1e-4).all()


# ---- sizes -----------------------------------------------------------------------------------------------------------

PUBLISHED = {
    ("bert", "bert-base"): 109_514_298,  # transformers.BertForMaskedLM, uncased: encoder, embeddings and head of the words
    ("bert", "bert-large"): 335_174_458,
    ("gpt-1", "gpt-1"): 116_534_784,  # openai-gpt
    ("gpt-2", "gpt-2-small"): 124_439_808,  # gpt2, gpt2-medium, gpt2-large, gpt2-xl
    ("gpt-2", "gpt-2-medium"): 354_823_168,
    ("gpt-2", "gpt-2-large"): 774_030_080,
    ("gpt-2", "gpt-2-xl"): 1_557_611_200,
}

COUNT = """
import sys
from kdl.backend import start
keras = start()
from kdl import catalog
with keras.StatelessScope(initialize_variables=False):
    for word in sys.argv[1:]:
        print(catalog.build(*word.split(":")).count_params())
"""


@pytest.mark.slow
def test_the_presets_have_the_published_parameter_counts(home):
    """In a process of its own, that allocates nothing: Keras would make up for it in the next model of this one."""
    import subprocess
    import sys

    words = [f"{name}:{preset}" for name, preset in PUBLISHED]
    done = subprocess.run([sys.executable, "-c", COUNT, *words], capture_output=True, text=True, check=True)

    assert dict(zip(PUBLISHED, map(int, done.stdout.split()), strict=True)) == PUBLISHED


@pytest.mark.parametrize("name", ["gpt-1", "gpt-2"])
def test_the_displayed_number_of_parameters_is_right(name, keras):
    V, N, depth = 11, 9, 3
    model = catalog.build(name, vocab_size=V, length=N, width=D, depth=depth, num_heads=H)

    assert model.count_params() == V * D + N * D + depth * (12 * D**2 + 13 * D) + (2 * D if name == "gpt-2" else 0)


def test_the_displayed_number_of_parameters_of_bert_is_right(keras):
    V, N, S, depth = 11, 9, 3, 2
    model = catalog.build("bert", vocab_size=V, length=N, segments=S, width=D, depth=depth, num_heads=H)

    head = D**2 + D + 2 * D + V
    assert model.count_params() == (V + N + S) * D + 2 * D + depth * (12 * D**2 + 13 * D) + head


def test_the_matrices_that_write_into_the_sum_start_smaller_in_gpt_2(keras):
    """0.02 / sqrt(2 depth), which is 0.01 with two blocks."""
    model = catalog.build("gpt-2", vocab_size=50, depth=2)
    spread = {weight.path: float(np.std(weight)) for weight in model.weights if weight.path.endswith("kernel")}

    for path, found in spread.items():
        small = path.endswith(("output/kernel", "outer/kernel"))
        assert abs(found - (0.01 if small else 0.02)) < 0.001, path


@pytest.mark.parametrize("name", ["bert", "gpt-1", "gpt-2"])
def test_a_text_that_is_too_long_or_inputs_that_are_none_are_refused(name, keras):
    with pytest.raises(ValueError, match="length must be at least that of the text"):
        catalog.build(name, "tiny")(np.ones((1, 10), np.int32))
    module = catalog.load(catalog.find("model", name))
    with pytest.raises(ValueError, match="inputs must be tokens"):
        module.build(inputs=("tokens", "labels"))


def test_no_two_layers_register_the_same_name(keras):
    """As of the models: a class is registered after its file, and so no two collide when a model is loaded."""
    import importlib
    import inspect

    for path in sorted((catalog.PACKAGE / "layers").glob("[!_]*.py")):
        module = importlib.import_module(f"kdl.layers.{path.stem}")
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, keras.layers.Layer) and value.__module__ == module.__name__:
                assert keras.saving.get_registered_name(value) == f"kdl.{path.stem}>{value.__name__}"
