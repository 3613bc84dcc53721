"""The plain-text twin of a display equation is Python: run with NumPy, it equals the function that it names."""

import re

import numpy as np
import pytest
from scipy.stats import rankdata

from kdl import content
from kdl.quiz import library

BATCH, FEATURES, UNITS = 3, 2, 4

TWINS = [
    pytest.param(match[2], match[1], id=f"{topic.id}:{match[2]}")
    for topic in library.topics()
    for match in re.finditer(
        r"^```text\n((?:(?!```).*\n)*?)\((kdl\.[\w.]+: [\w.]+)\)\n```",
        (content.quizzes() / topic.file).read_text(encoding="utf-8"),
        re.M,
    )
]


def cell(blocks):
    """Runs the twin of a recurrent cell; `blocks` are the symbols in the order of the weights' blocks."""

    def run(keras, cls, code):
        one = cls(UNITS)
        random = np.random.default_rng(0)
        x, states = random.normal(size=(BATCH, FEATURES)), [random.normal(size=(BATCH, UNITS)) for _ in one.state_size]
        one.build((BATCH, FEATURES))
        one.set_weights([random.normal(size=weight.shape) for weight in one.get_weights()])

        expected = one.call(keras.ops.cast(x, "float32"), [keras.ops.cast(state, "float32") for state in states])
        scope = {
            "σ": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh,
            "relu": lambda z: np.maximum(z, 0),
            "x": x,
            **dict(zip(("h_prev", "c_prev"), states, strict=False)),
        }
        for block, symbol in enumerate(blocks):
            kernel, recurrent, bias = one.get_weights()  # the GRU has two biases, b and d
            for letter, weights in zip("WUbd", (kernel, recurrent, *np.atleast_2d(bias)), strict=False):
                part = weights[..., block * UNITS : (block + 1) * UNITS]
                scope[f"{letter}_{symbol}" if symbol else letter] = part
        exec(code, scope)
        return [scope[letter] for letter, _ in zip("hc", expected[1], strict=False)], expected[1]

    return run


def adam(keras, cls, code):
    """Three steps on one weight, since the correction for the start changes from step to step."""
    random = np.random.default_rng(0)
    settings = {"lr": 0.1, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}
    optimizer = cls(settings["lr"], *list(settings.values())[1:])
    start = random.normal(size=UNITS)
    weight = keras.Variable(start, dtype="float64")
    scope = {"sqrt": np.sqrt, "m": 0.0, "v": 0.0, "theta": start, **settings}
    for t in (1, 2, 3):
        gradient = random.normal(size=UNITS)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        exec(code, scope | (state := {"g": gradient, "t": t}), state)
        scope |= {name: state[name] for name in ("m", "v", "theta")}
    return [scope["theta"]], [weight.numpy()]


def maps(*shape):
    return np.random.default_rng(1).normal(size=shape)


def drawn(keras, layers):
    """The Keras layers with weights drawn anew, positive ones: running variances are among them."""
    random = np.random.default_rng(0)
    for layer in layers:
        layer.set_weights([random.uniform(0.3, 1.5, size=weight.shape) for weight in layer.get_weights()])


def convolution(x, K, stride=1):
    """A border of one zero, then a 3 x 3 window at every `stride`-th place, number by number."""
    x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    rows, columns = range(0, x.shape[1] - 2, stride), range(0, x.shape[2] - 2, stride)
    z = [[np.tensordot(x[:, i : i + 3, j : j + 3], K, axes=3) for j in columns] for i in rows]
    return np.array(z).transpose(2, 0, 1, 3)


def plain_layer(keras, convolved, code):
    """While training: mean and variance are those of the batch."""
    given = keras.Input((5, 6, FEATURES))
    model = keras.Model(given, convolved(given, UNITS, 1, "one"))
    drawn(keras, model.layers)
    x = maps(BATCH, 5, 6, FEATURES)
    (K,), (scale, shift, *_) = model.get_layer("one_conv").get_weights(), model.get_layer("one_norm").get_weights()
    scope = {"x": x, "K": K, "γ": scale, "β": shift, "eps": 1e-5, "sqrt": np.sqrt, "relu": lambda z: np.maximum(z, 0)}
    scope |= {"conv": convolution, "mean": lambda z: z.mean(axis=(0, 1, 2)), "var": lambda z: z.var(axis=(0, 1, 2))}
    exec(code, scope)
    return [scope["y"]], [model(keras.ops.cast(x, "float32"), training=True)]


def residual_block(keras, block, code):
    """At inference, where places are halved and channels doubled; the shortcut is option A."""
    given = keras.Input((5, 6, FEATURES))
    how = {"bottleneck": False, "projection": False, "bias": False}
    model = keras.Model(given, block(given, UNITS, 2, **how, name="one"))
    drawn(keras, model.layers)
    x = maps(BATCH, 5, 6, FEATURES)

    def norm(name):
        g, b, mean, variance = model.get_layer(name).get_weights()
        return lambda z: g * (z - mean) / np.sqrt(variance + 1.001e-5) + b

    kernels = [model.get_layer(f"one_{number}_conv").get_weights()[0] for number in (1, 2)]
    scope = {
        "x": x,
        "conv_1": lambda x: convolution(x, kernels[0], 2),
        "conv_2": lambda x: convolution(x, kernels[1]),
        "norm_1": norm("one_1_norm"),
        "norm_2": norm("one_2_norm"),
        "relu": lambda z: np.maximum(z, 0),
        "shortcut": lambda x: np.pad(x[:, ::2, ::2], ((0, 0), (0, 0), (0, 0), (0, UNITS - FEATURES))),
    }
    exec(code, scope)
    return [scope["y"]], [model(keras.ops.cast(x, "float32"))]


def subsampled(keras, cls, code):
    """An odd height and an even width."""
    x = maps(BATCH, 5, 6, FEATURES)
    scope = {"x": x, "zeros": np.zeros, "ceil": lambda half: int(np.ceil(half)), "N": UNITS}
    scope |= dict(zip("BHWC", x.shape, strict=True))
    exec(code, scope)
    return [scope["s"]], [cls(UNITS, 2)(x)]


def window(keras, cls, code):
    """Both lines at every place and for every filter."""
    x, k = maps(1, 6, 7, FEATURES), 3
    layer = cls(UNITS, k)
    layer.build(x.shape)
    K, b = maps(k, k, FEATURES, UNITS), maps(UNITS)
    layer.set_weights([K, b])
    expected = np.asarray(layer(keras.ops.cast(x, "float32")))[0]
    scope = {"x": x[0], "K": K, "b": b, "k": k, "sum": np.sum, "relu": lambda z: max(z, 0), "z": {}, "h": {}}
    for i, j, n in np.ndindex(expected.shape):
        exec(code, scope | {"i": i, "j": j, "n": n})
    return [[scope["h"][place] for place in np.ndindex(expected.shape)]], [expected.ravel()]


def pooling(keras, cls, code):
    h = maps(1, 5, 6, FEATURES)
    expected = np.asarray(cls()(keras.ops.cast(h, "float32")))[0]
    scope = {"h": h[0], "max": max, "p": {}}
    for i, j, n in np.ndindex(expected.shape):
        exec(code, scope | {"i": i, "j": j, "n": n})
    return [[scope["p"][place] for place in np.ndindex(expected.shape)]], [expected.ravel()]


def overlap(keras, function, code):
    """Three pairs of boxes: nested, crossing, apart."""
    a, b = np.array([[0.0, 0, 8, 6], [2, 1, 9, 7], [0, 0, 2, 2]]), np.array([[2.0, 2, 4, 5], [5, 3, 12, 9], [5, 6, 8, 9]])
    scope = {"maximum": np.maximum, "minimum": np.minimum}
    for letter, boxes in (("a", a), ("b", b)):
        left, top, right, bottom = boxes.T
        scope |= {f"left_{letter}": left, f"top_{letter}": top, f"right_{letter}": right, f"bottom_{letter}": bottom}
        scope[f"area_{letter}"] = (right - left) * (bottom - top)
    exec(code, scope)
    return [scope["overlap"]], [np.diag(function(a, b))]


def yolo_loss(keras, cls, code):
    """Two by two cells of two boxes: two cells hold an object; the highest IoU makes a box responsible."""
    x, y, u, v, c = np.random.default_rng(0).uniform(0.3, 0.9, size=(5, 4, 2))
    p, holds, kind = np.random.default_rng(1).uniform(size=(4, 3)), np.array([True, False, False, True]), np.array([2, 0, 0, 1])
    true = np.array([[0.5, 0.6, 0.3, 0.5], [0, 0, 0, 0], [0, 0, 0, 0], [0.4, 0.5, 0.6, 0.2]])
    w, h = true[:, 2:3], true[:, 3:]
    across = np.minimum(x / 2 + u**2 / 2, true[:, :1] / 2 + w / 2) - np.maximum(x / 2 - u**2 / 2, true[:, :1] / 2 - w / 2)
    down = np.minimum(y / 2 + v**2 / 2, true[:, 1:2] / 2 + h / 2) - np.maximum(y / 2 - v**2 / 2, true[:, 1:2] / 2 - h / 2)
    shared = np.maximum(across, 0) * np.maximum(down, 0)
    overlaps = shared / (u**2 * v**2 + w * h - shared)
    scope = {"sum": np.sum, "sqrt": np.sqrt, "x": x, "y": y, "u": u, "v": v, "c": c, "p": p, "holds": holds, "IoU": overlaps}
    scope |= {f"{name}_true": true[:, [place]] for place, name in enumerate("xywh")} | {"t": np.eye(3)[kind]}
    scope["responsible"] = holds[:, None] & (overlaps == overlaps.max(axis=1, keepdims=True))
    exec(code, scope)
    rows = np.column_stack([np.where(holds, kind, -1), true])[None]
    predicted = np.concatenate([np.stack([x, y, u, v, c], axis=-1).reshape(4, 10), p], axis=1).reshape(1, 2, 2, 13)
    return [scope["L"]], [cls(2).call(rows, keras.ops.cast(predicted, "float32"))[0]]


def cell_of_a_middle(keras, function, code):
    """One object on 48 by 48 pixels; the function finds the cell and fills in its row."""
    box = np.array([9.0, 13, 28, 36])
    scope = {"floor": np.floor, "S": 6} | dict(zip(("left", "top", "right", "bottom"), box / 48, strict=True))
    exec(code, scope)
    target = function(np.array([[[2, *box]]]))[0].reshape(6, 6, 5)
    row, column = (int(place[0]) for place in np.nonzero(target[..., 0] == 2))
    return [[scope[name] for name in ("column", "row", "x", "y", "w", "h")]], [[column, row, *target[row, column, 1:]]]


def multibox_loss(keras, cls, code):
    """Twelve default boxes, two of them matched: six of the ten others count."""
    random = np.random.default_rng(0)
    o, g, z = random.normal(size=(12, 4)), 2 * random.normal(size=(12, 4)), random.normal(size=(12, 4))
    kind = np.array([0, 0, 3, *[0] * 5, 1, 0, 0, 0])
    scope = {"exp": np.exp, "log": np.log, "sum": np.sum, "arange": np.arange, "where": np.where, "abs": np.abs, "alpha": 1}
    scope |= {"o": o, "g": g, "z": z, "kind": kind, "matched": kind > 0, "D": 12, "N": 2}
    exec(code, scope)
    rows = np.column_stack([kind - 1, g])[None]
    predicted = np.concatenate([o, z], axis=1)[None]
    return [scope["L"]], [cls().call(rows, keras.ops.cast(predicted, "float32"))[0]]


def suppression(keras, function, code):
    """Twenty random boxes; at this threshold some stay and some go."""
    from kdl.metrics.iou import iou

    corners, scores = np.random.default_rng(0).uniform(0, 10, size=(20, 2)), np.random.default_rng(1).uniform(size=20)
    boxes = np.concatenate([corners, corners + 6], axis=1)
    scope = {"argsort": np.argsort, "s": scores, "IoU": iou(boxes, boxes), "t": 0.3}
    exec(code, scope)
    return [scope["V"], 1 < len(scope["V"]) < 20], [function(boxes, scores, 0.3), True]


def offsets(keras, function, code):
    boxes, laid = np.random.default_rng(0).uniform(0.2, 0.8, size=(2, BATCH, 4))
    scope = {"log": np.log} | dict(zip("xywh", boxes.T, strict=True))
    scope |= dict(zip(("x_d", "y_d", "w_d", "h_d"), laid.T, strict=True))
    exec(code, scope)
    return [scope[f"g_{name}"] for name in "xywh"], function(boxes, laid).T


def average_precision(keras, make, code):
    """The ranked list of the topic, 0.835, and one that misses an object."""
    said, expected = [], []
    for right, objects in (([1, 0, 1, 0], 2), ([0, 1, 0, 0, 1], 3)):
        truth = np.array([[0, 10.0 * one, 0, 10 * one + 5, 5] for one in range(objects)])
        found = np.array([[0, 500.0, 0, 505, 5, 1 - place / 10] for place in range(len(right))])
        found[np.flatnonzero(right), 1:5] = truth[: sum(right), 1:]
        scope = {"cumsum": np.cumsum, "mean": np.mean, "right": right, "objects": objects}
        scope |= {"boxes": np.arange(1, len(right) + 1), "recalls": np.linspace(0, 1, 101)}
        exec(code, scope)
        said.append(scope["AP"])
        expected.append(make()([truth], [found]))
    return [*said, round(said[0], 3)], [*expected, 0.835]


def divergence(keras, function, code):
    random = np.random.default_rng(0)
    mu, log_variance = random.normal(size=(2, BATCH, UNITS))
    scope = {"sum": lambda terms: terms.sum(axis=1), "log": np.log, "mu": mu, "s": np.exp(log_variance / 2)}
    exec(code, scope)
    return [scope["KL"]], [keras.ops.convert_to_numpy(function(mu, log_variance))]


def bound(keras, cls, code):
    """One draw of z for each example; the function gives both terms, and Keras minimises the negated mean."""
    from kdl import catalog

    model = catalog.build("vae", "tiny")
    x, chance = np.random.default_rng(0).uniform(size=(BATCH, 4)).astype("float32"), model.encoder.get_layer("z").chance
    chance.state.assign([3, 0])
    mu, log_variance, z = map(keras.ops.convert_to_numpy, model.encoder(x))
    scope = {
        "x": x,
        "z": z,
        "decoder": lambda z: 1 / (1 + np.exp(-keras.ops.convert_to_numpy(model.decoder(z)))),
        "bernoulli": lambda x, p: (x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=1),
        "KL": (mu**2 + np.exp(log_variance) - log_variance - 1).sum(axis=1) / 2,
    }
    exec(code, scope)
    chance.state.assign([3, 0])
    likelihood, kl = model.elbo(x)
    chance.state.assign([3, 0])
    estimate = scope["estimate"]
    return [estimate, -estimate.mean()], [keras.ops.convert_to_numpy(likelihood - kl), float(model.compute_loss(None, x))]


def bernoulli(keras, function, code):
    random = np.random.default_rng(0)
    x, a = random.integers(2, size=(BATCH, FEATURES)).astype("float32"), random.normal(size=(BATCH, FEATURES)).astype("float32")
    scope = {"sum": lambda terms: terms.sum(axis=1), "softplus": lambda a: np.log1p(np.exp(a)), "x": x, "a": a}
    exec(code, scope)
    return [scope["log_p"]], [keras.ops.convert_to_numpy(function(x, a))]


def players(keras, cls, code):
    """The losses of both players; that each moves its own weights alone is tested with the model."""
    from kdl import catalog
    from kdl.models.generative import gan

    model, random = catalog.build("gan", "tiny"), np.random.default_rng(0)
    noise, x = random.normal(size=(BATCH, 3)).astype("float32"), random.uniform(size=(BATCH, 4)).astype("float32")
    scope = {"stop": keras.ops.stop_gradient, "D": model.discriminator, "drawn": model.generator(noise), "x": x}
    scope |= {"passed_off": gan.passed_off, "told_apart": gan.told_apart}
    exec(code, scope)
    losses = model.losses_of_players(noise, x)
    told = [keras.ops.convert_to_numpy(losses[name]) for name in ("discriminator", "generator")]
    return [keras.ops.convert_to_numpy(scope[name]) for name in ("L_D", "L_G")], told


def drawn_code(keras, cls, code):
    mu, log_variance = np.random.default_rng(0).normal(size=(2, BATCH, UNITS)).astype("float32")
    e = keras.ops.convert_to_numpy(cls(seed=1)(np.zeros_like(mu), np.zeros_like(mu)))
    scope = {"exp": np.exp, "mu": mu, "log_variance": log_variance, "e": e}
    exec(code, scope)
    return [scope["z"]], [keras.ops.convert_to_numpy(cls(seed=1)(mu, log_variance))]


def gaussian(keras, function, code):
    x, m = np.random.default_rng(0).normal(size=(2, BATCH, FEATURES))
    scope = {"sum": lambda terms: terms.sum(axis=1), "log": np.log, "pi": np.pi, "x": x, "m": m, "v": 0.3}
    exec(code, scope)
    return [scope["log_p"]], [keras.ops.convert_to_numpy(function(keras.ops.array(x), keras.ops.array(m), np.log(0.3)))]


def passed_off(keras, function, code):
    """The function takes logits, the equation probabilities."""
    drawn = np.random.default_rng(0).normal(size=(BATCH, 1))
    scope = {"mean": np.mean, "log": np.log, "D_drawn": 1 / (1 + np.exp(-drawn))}
    exec(code, scope)
    return [scope["L_G"]], [float(function(drawn))]


def told_apart(keras, function, code):
    """The function takes logits, the equation probabilities."""
    true, drawn = np.random.default_rng(0).normal(size=(2, BATCH, 1))
    scope = {"mean": np.mean, "log": np.log, "D_true": 1 / (1 + np.exp(-true)), "D_drawn": 1 / (1 + np.exp(-drawn))}
    exec(code, scope)
    return [scope["L_D"]], [float(function(true, drawn))]


def energy_distance(keras, function, code):
    random = np.random.default_rng(0)
    scope = {"x": random.normal(size=(BATCH, FEATURES)), "y": random.normal(size=(UNITS, FEATURES)), "mean": np.mean}
    scope["apart"] = lambda a, b: np.linalg.norm(a[:, None] - b[None], axis=-1)
    exec(code, scope)
    return [scope["ED"]], [function(scope["x"], scope["y"])]


def surprise(keras, make, code):
    """A text's next tokens, then some of its own: the two differ in what is asked, not in the loss."""
    from kdl.tasks.next_word import moved_on

    random = np.random.default_rng(0)
    x, logits, A = random.integers(5, size=6), random.normal(size=(6, 5)), [1, 4]
    scope = {"x": x, "p": np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True), "T": 6, "A": A}
    exec(code, scope | {"log": np.log, "mean": np.mean}, said := {})
    chosen = np.isin(np.arange(6), A)
    asked = {"L_GPT": moved_on(x[None])[1], "L_BERT": np.where(chosen, x, -1)[None]}
    return list(said.values()), [float(make()(asked[name], logits[None])) for name in said]


def covered(keras, masked, code):
    """The function draws; the same numbers drawn beforehand."""
    from kdl.data.animal_sentences import MASK, PLAIN, WORDS

    x, random = np.random.default_rng(1).integers(len(WORDS), size=(40, 16), dtype=np.int32), np.random.default_rng(0)
    scope = {"x": x, "MASK": MASK, "where": np.where, "c": (random.random(x.shape) < 0.15) & (x >= PLAIN)}
    scope |= {"u": random.random(x.shape), "w": random.integers(PLAIN, len(WORDS), x.shape, dtype=np.int32)}
    exec(code, scope)
    return [scope["x̃"], scope["y"]], masked(x, np.random.default_rng(0))


def cached_step(keras, call, code):
    """One head whose output is handed on as it is: the last place of a text, by what is kept of the others."""
    layer = call(UNITS, 1, causal=True)
    x = np.random.default_rng(0).normal(size=(1, 5, UNITS)).astype("float32")
    layer.build(x.shape)
    drawn(keras, [layer.query, layer.key, layer.value])
    layer.join.set_weights([np.eye(UNITS), np.zeros(UNITS)])
    q, k, v = (np.asarray(dense(x))[0] for dense in (layer.query, layer.key, layer.value))
    scope = {"kept_k": k[:-1], "k": k[-1:], "kept_v": v[:-1], "v": v[-1:], "q": q[-1], "K": UNITS, "sqrt": np.sqrt}
    scope |= {"concatenate": np.concatenate, "softmax": lambda a: np.exp(a - a.max()) / np.exp(a - a.max()).sum()}
    exec(code, scope)
    return [scope["z"]], [np.asarray(layer(x))[0, -1]]


def counted(keras, build, code):
    scope = {"V": 11, "N": 9, "D": 6, "n": 3}
    exec(code, scope)
    return [scope["P"]], [build(vocab_size=11, length=9, width=6, depth=3, num_heads=2).count_params()]


def merge(keras, learn, code):
    """The first merge of random words, of which some pairs stand equally often; a pair as numbers."""
    import itertools
    from collections import Counter

    random, said, expected = np.random.default_rng(0), [], []
    for _ in range(20):
        words = {tuple("abc"[letter] for letter in random.integers(3, size=4)): int(random.integers(1, 4)) for _ in range(5)}
        scope = {"words": words, "Counter": Counter, "pairwise": itertools.pairwise}
        exec(code, scope)
        said.append([*map(ord, scope["best"])])
        expected.append([*map(ord, learn(words, 1)[0])])
    return said, expected


def gained(keras, gain, code):
    scope = {"log": np.log, "n_ab": 60, "n_a": 100, "n_b": 700, "N": 20000}
    exec(code, scope)
    return [scope["gain"]], [gain(60, 100, 700, 20000)]


def mean_of_real_places(keras, make, code):
    random = np.random.default_rng(0)
    tokens = random.integers(0, 3, (BATCH, UNITS)) * (np.arange(UNITS) > 0) + (np.arange(UNITS) == 0)  # the first is real
    scope = {"sum": lambda terms: terms.sum(axis=1), "h": random.normal(size=(BATCH, UNITS, FEATURES))}
    scope["m"] = (tokens != 0)[..., None]
    exec(code, scope)
    return [scope["u"]], [keras.ops.convert_to_numpy(make("mean", pad_id=0)(scope["h"], tokens))]


def rank_correlation(keras, function, code):
    """Many of the numbers are equal."""
    x, y = np.random.default_rng(0).integers(0, 5, (2, 30))
    scope = {"sum": np.sum, "mean": np.mean, "sqrt": np.sqrt, "ranks": rankdata, "cosines": x, "marks": y}
    exec(code, scope)
    return [scope["rho"]], [function(x, y)]


RUN = {
    "kdl.tokenizers.bpe: learn": merge,
    "kdl.tokenizers.wordpiece: gain": gained,
    "kdl.tasks.tag_by_next: cross_entropy": surprise,
    "kdl.tasks.masked_words: masked": covered,
    "kdl.layers.multi_head_attention: MultiHeadAttention.call": cached_step,
    "kdl.models.transformer.gpt_2: build": counted,
    "kdl.models.matching.sentence_bert: Pooling.call": mean_of_real_places,
    "kdl.metrics.spearman: spearman": rank_correlation,
    "kdl.metrics.iou: iou": overlap,
    "kdl.losses.yolo_loss: YoloLoss.call": yolo_loss,
    "kdl.losses.multibox_loss: MultiboxLoss.call": multibox_loss,
    "kdl.tasks.emoji_by_cell: encode": cell_of_a_middle,
    "kdl.tasks.emoji_by_default_box: offsets": offsets,
    "kdl.metrics.nms: kept": suppression,
    "kdl.metrics.mean_average_precision: make": average_precision,
    "kdl.models.generative.vae: VAE.elbo": bound,
    "kdl.models.generative.vae: Reparameterised.call": drawn_code,
    "kdl.models.generative.vae: bernoulli": bernoulli,
    "kdl.models.generative.gan: GAN.losses_of_players": players,
    "kdl.models.generative.vae: gaussian": gaussian,
    "kdl.models.generative.gan: passed_off": passed_off,
    "kdl.models.generative.vae: divergence": divergence,
    "kdl.models.generative.gan: told_apart": told_apart,
    "kdl.metrics.energy_distance: energy_distance": energy_distance,
    "kdl.models.rnn.lstm: LSTMCell.call": cell("ifco"),
    "kdl.models.rnn.gru: GRUCell.call": cell("zrh"),
    "kdl.models.rnn.simple_rnn: SimpleRNNCell.call": cell([""]),
    "kdl.models.rnn.irnn: IRNNCell.call": cell([""]),
    "kdl.optimizers.adam: Adam.update_step": adam,
    "kdl.models.cnn.cnn: Convolution.call": window,
    "kdl.models.cnn.cnn: Pooling.call": pooling,
    "kdl.models.cnn.plain_deep_net: convolved": plain_layer,
    "kdl.models.cnn.resnet: Subsampled.call": subsampled,
    "kdl.models.cnn.resnet: block": residual_block,
}


def test_every_equation_is_transcribed_here():
    assert {param.values[0] for param in TWINS} == set(RUN), "a new equation needs a function in RUN"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), TWINS)
def test_the_twin_equals_its_function(name, code):
    import importlib

    from kdl import backend

    keras = backend.start()
    module, _, path = name.partition(": ")

    said, expected = RUN[name](keras, getattr(importlib.import_module(module), path.partition(".")[0]), code)

    for one, other in zip(said, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
