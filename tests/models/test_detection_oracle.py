"""YOLO v1 and SSD: NumPy written from the wiring, the papers' tables and counts, and a batch learned by heart."""

import subprocess
import sys

import numpy as np
import pytest

from kdl import catalog

B = 2


def fill(model, seed=0):
    """Random weights that keep the signal, biases among them."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        scale = np.prod(weight.shape[:-1]) ** -0.5 if len(weight.shape) > 1 else 0.3
        weight.assign(rng.normal(scale=scale, size=weight.shape))
    return model


def counted(name, preset, **sizes):
    """(parameters, shape of the answers) of a large model, in a process of its own: nothing is allocated."""
    code = (
        "import keras; from kdl import catalog\n"
        "with keras.StatelessScope(initialize_variables=False):\n"
        f"    model = catalog.build({name!r}, {preset!r}, **{sizes!r})\n"
        "    print(model.count_params(), *model.output_shape[1:])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, *shape = map(int, done.stdout.split())
    return count, tuple(shape)


@pytest.mark.slow
def test_the_preset_of_yolo_has_the_layers_of_the_paper():
    """Figure 3: 24 convolutions with these inputs, filters and windows, then 7*7*1024 -> 4096 -> 7*7*30."""
    layers = [(3, 64, 7), (64, 192, 3), (192, 128, 1), (128, 256, 3), (256, 256, 1), (256, 512, 3)]
    layers += [(512, 256, 1), (256, 512, 3)] * 4 + [(512, 512, 1), (512, 1024, 3)]
    layers += [(1024, 512, 1), (512, 1024, 3)] * 2 + [(1024, 1024, 3)] * 4
    expected = sum(k * k * before * after + after for before, after, k in layers)
    expected += 7 * 7 * 1024 * 4096 + 4096 + 4096 * 1470 + 1470

    assert len(layers) == 24
    assert counted("yolo-v1", "voc") == (expected, (7, 7, 30))


@pytest.mark.slow
@pytest.mark.parametrize(("kinds", "count"), [(90, 35_641_826), (20, None)])
def test_ssd300_has_8732_default_boxes_and_the_published_parameter_count(kinds, count):
    """torchvision's ssd300_vgg16 for COCO's 90 kinds and "nothing"."""
    found, shape = counted("ssd", "ssd300", kinds=kinds)

    assert shape == (8732, 5 + kinds)
    assert count in (None, found)


def convolution(x, kernel, bias, stride=1, dilation=1, border=True):
    """Every window of x (B, H, W, C) with a border of zeros as TensorFlow's "same" lays it."""
    k = (len(kernel) - 1) * dilation + 1
    if border:
        sizes = [max((-(-n // stride) - 1) * stride + k - n, 0) for n in x.shape[1:3]]
        x = np.pad(x, ((0, 0), *((size // 2, size - size // 2) for size in sizes), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("bhwcuv,uvcn->bhwn", windows, kernel) + bias


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


@pytest.mark.oracle
@pytest.mark.content
@pytest.mark.parametrize("name", ["yolo-v1"])
def test_yolo_equals_its_equations(name, keras):
    model = fill(catalog.build(name, "tiny"))
    x = np.random.default_rng(1).normal(size=(B, 20, 16, 2)).astype("float32")
    weights = iter([weight.astype(float) for weight in model.get_weights()])

    def leaky(z):
        return np.where(z > 0, z, 0.1 * z)

    h = leaky(convolution(x, next(weights), next(weights), stride=2))
    h = h.reshape(B, 5, 2, 4, 2, -1).max(axis=(2, 4))
    h = leaky(convolution(h, next(weights), next(weights)))
    h = leaky(h.reshape(B, -1) @ next(weights) + next(weights))
    expected = (h @ next(weights) + next(weights)).reshape(B, 3, 3, 5 + 4)

    assert_near(model.predict_on_batch(x), expected)


@pytest.mark.oracle
@pytest.mark.content
@pytest.mark.parametrize("name", ["ssd"])
def test_ssd_equals_its_equations_and_its_rows_come_map_by_map_place_by_place_box_by_box(name, keras):
    model = fill(catalog.build(name, "tiny"))
    x = np.random.default_rng(1).normal(size=(B, 20, 16, 2)).astype("float32")
    weights = {weight.path: weight.numpy().astype(float) for weight in model.weights}

    def layer(x, where, **how):
        kernel, bias = (next(weights[path] for path in weights if f"{where}/{part}" in path) for part in ("kernel", "bias"))
        return convolution(x, kernel, bias, **how)

    f = np.maximum(layer(x, "map_1_convolution_1", stride=2), 0)
    f = np.maximum(layer(f, "map_1_convolution_2", dilation=2), 0)
    edged = np.pad(f, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    first = np.lib.stride_tricks.sliding_window_view(edged, (3, 3), axis=(1, 2)).max(axis=(4, 5))
    second = np.maximum(layer(first, "map_2_convolution_1", border=False), 0)
    scale = next(weights[path] for path in weights if "scaled" in path)
    asked = [scale * first / np.sqrt((first**2).sum(axis=-1, keepdims=True)), second]
    rows = []
    for number, (maps, boxes) in enumerate(zip(asked, (3, 2), strict=True), 1):
        offsets, logits = (layer(maps, f"map_{number}_{what}") for what in ("offsets", "logits"))
        for i in range(maps.shape[1]):
            for j in range(maps.shape[2]):
                for box in range(boxes):
                    said = offsets[:, i, j, 4 * box : 4 * box + 4], logits[:, i, j, 5 * box : 5 * box + 5]
                    rows.append(np.concatenate(said, axis=-1))

    assert_near(model.predict_on_batch(x), np.stack(rows, axis=1))


@pytest.mark.parametrize(("boxes", "rows"), [((0, 8), 36 * 8), ((4, 4), 144 * 4 + 36 * 4), ((4, 4, 4), 180 * 4 + 9 * 4)])
def test_a_map_with_no_boxes_is_not_asked_and_nothing_is_built_beyond_the_last(boxes, rows, keras):
    model = catalog.load(catalog.find("model", "ssd")).build(boxes=boxes)
    asked = {layer.name for layer in model.layers if layer.name.endswith(("offsets", "logits"))}

    assert model.output_shape == (None, rows, 10)
    assert asked == {f"map_{number}_{what}" for number, k in enumerate(boxes, 1) if k for what in ("offsets", "logits")}
    assert not any(layer.name.startswith(f"map_{len(boxes) + 1}") for layer in model.layers)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "share"), [("yolo-v1", 0.01), ("ssd", 0.01)])
def test_a_batch_of_four_scenes_is_learned_by_heart(name, share, keras):
    """The loss comes close to 0, and everything in the four scenes is found."""
    from kdl.train.fit import Trainer
    from kdl.train.recipe import Recipe

    task = catalog.load(catalog.find("task", next(iter(catalog.find("model", name).tasks)))).make()
    trainer = Trainer(name, task, Recipe(steps=1, batch_size=4, learning_rate=1e-3))
    trainer.reset(0)
    x, y = task.batches(0, 0, 0, 4)
    losses = [trainer.model.train_on_batch(x, y) for _ in range(400)]

    assert losses[-1] < share * losses[0]
    assert task.score(y, trainer.model.predict_on_batch(x)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("yolo-v1", {"boxes": 0}, "must be at least 1"),
        ("ssd", {"boxes": (4, 4, 4, 4)}, "1 to 3 maps"),
        ("ssd", {"boxes": (0, 0)}, "1 to 3 maps"),
    ],
)
def test_sizes_that_cannot_be_are_refused(name, wrong, said, keras):
    with pytest.raises(ValueError, match=said):
        catalog.load(catalog.find("model", name)).build(**wrong)
