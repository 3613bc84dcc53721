"""ResNet against the public ResNet-50 of Keras, NumPy written from the equations, published sizes, and its plain twin."""

import numpy as np
import pytest

from kdl import catalog

B = 2
MILLION = 1e6


def fill(model, seed=0):
    """Random weights of a size that keeps the signal; means and variances of the normalisations that matter."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        drawn = []
        for weight in layer.weights:
            if len(weight.shape) > 1:
                drawn.append(rng.normal(scale=np.prod(weight.shape[:-1]) ** -0.5, size=weight.shape))
            elif weight.name == "moving_variance":
                drawn.append(rng.uniform(0.5, 2, weight.shape))
            else:
                drawn.append(rng.normal(1.0 if weight.name == "gamma" else 0.0, 0.2, weight.shape))
        if drawn:
            layer.set_weights(drawn)
    return model


def pictures(shape):
    return np.random.default_rng(1).normal(size=(B, *shape)).astype("float32")


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


@pytest.mark.oracle
@pytest.mark.content
@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet"])
@pytest.mark.parametrize("size", [64, 75])
def test_resnet_50_equals_the_one_of_keras_applications_with_the_same_weights(name, size, keras):
    shape = (size, size - 11, 3)
    ours = catalog.build("resnet", "resnet-50", shape=shape)
    public = fill(keras.applications.ResNet50(weights=None, classifier_activation=None, include_top=True, input_shape=shape))
    ours.set_weights(public.get_weights())
    x = pictures(shape)
    expected = public.predict_on_batch(x)

    assert expected.std() > 0.01, "the logits differ from each other"
    assert_near(ours.predict_on_batch(x), expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "preset", "count"),
    [
        ("resnet", "resnet-50", 25_636_712),  # keras.applications.ResNet50
        ("resnet", "resnet-18", 11_689_512 + 9_600),  # torchvision, which does not count running means and variances
        ("resnet", "resnet-34", 21_797_672 + 17_024),
    ],
)
def test_the_presets_have_the_published_parameter_counts(name, preset, count, keras):
    assert catalog.build(name, preset).count_params() == count


@pytest.mark.parametrize(("preset", "count"), [("cifar-20", 0.27), ("cifar-56", 0.85)])
def test_the_nets_for_cifar_have_the_paper_s_sizes_with_shortcuts_and_without(preset, count, keras):
    """Table 6 gives two digits. Option A: the shortcuts add no parameter."""
    plain, residual = (catalog.build(name, preset) for name in ("plain-deep-net", "resnet"))

    assert round(sum(np.prod(weight.shape) for weight in residual.trainable_weights) / MILLION, 2) == count
    assert [weight.shape for weight in plain.weights] == [weight.shape for weight in residual.weights]


def convolution(x, kernel, stride):
    """A border of k // 2 zeros, then every window: (B, H, W, C) and (k, k, C, N) -> (B, H', W', N)."""
    k = len(kernel)
    x = np.pad(x, ((0, 0), (k // 2, k // 2), (k // 2, k // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcuv,uvcn->bhwn", windows, kernel)


def norm(z, g, b, mean, variance, epsilon):
    return g * (z - mean) / np.sqrt(variance + epsilon) + b


def by_hand(model, x, epsilon, *, shortcuts):
    """The displayed equations, block by block, of a net with basic blocks and option A."""
    weights = iter([weight.astype(float) for weight in model.get_weights()])

    def layer(x, stride):
        return norm(convolution(x, next(weights), stride), *(next(weights) for _ in range(4)), epsilon)

    x = np.maximum(layer(x, 1), 0)
    for stage, count in enumerate((2, 1)):
        for number in range(count):
            stride = 2 if stage and not number else 1
            F = layer(np.maximum(layer(x, stride), 0), 1)
            kept = x[:, ::stride, ::stride]
            kept = np.concatenate([kept, np.zeros((*kept.shape[:-1], F.shape[-1] - kept.shape[-1]))], axis=-1)
            x = np.maximum(kept + F if shortcuts else F, 0)
    return x.mean(axis=(1, 2)) @ next(weights) + next(weights)


@pytest.mark.oracle
@pytest.mark.content
@pytest.mark.parametrize("name", ["plain-deep-net", "resnet"])
@pytest.mark.parametrize("shape", [(7, 6, 2), (8, 8, 1)])
def test_outputs_equal_the_displayed_equations(name, shape, keras):
    model = fill(catalog.build(name, shape=shape, blocks=(2, 1), filters=3, outputs=5))
    epsilon = {"plain-deep-net": 1e-5, "resnet": 1.001e-5}[name]
    x = pictures(shape)

    assert_near(model.predict_on_batch(x), by_hand(model, x, epsilon, shortcuts=name == "resnet"))


def test_blocks_with_weights_of_zero_do_nothing(keras):
    """y = relu(x + 0): what the stem gave reaches the end as it is, through any number of blocks."""
    model = catalog.build("resnet", shape=(6, 6, 1), blocks=(4,), filters=3)
    for layer in model.layers:
        if layer.name.startswith("stage") and layer.name.endswith("conv"):
            layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    stem, last = (model.get_layer(name).output for name in ("stem_relu", "stage_1_block_4_relu"))
    before, after = keras.Model(model.inputs, [stem, last]).predict_on_batch(pictures((6, 6, 1)))

    assert before.any()
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", ["plain-deep-net", "resnet"])
def test_a_stage_without_a_block_is_refused(name, keras):
    with pytest.raises(ValueError, match="every stage needs at least 1 block"):
        catalog.load(catalog.find("model", name)).build(blocks=(1, 0))
