"""
title: Multiply-adds of a model, layer by layer
unit: 6
paper: Howard and others, "MobileNets: Efficient convolutional neural networks for mobile vision applications", 2017,
    arXiv:1704.04861
year: 2017
makes: count

What a model costs, layer by layer: parameters, multiply-adds, and the numbers that it hands on.

A multiply-add is one `total += a * b`, of which sums of products are made:

    (M, K) times (K, N)                    M N K
    convolution with a kernel (..., I, O)  positions that come out, times the size of the kernel
    depthwise                              the same; its kernel (..., I, multiplier) has no sum over the channels

Papers on small networks count these and leave out what is linear in the size of a layer: biases, activations, norms,
lookups. FLOPs are about twice as many, one for the product and one for the sum.

They are counted, not derived from the layers' kinds: the model answers one small batch while every sum of products that
Keras is asked for is written down. So it holds for any layer, provided that it computes with `keras.ops`.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass
class Cost:
    """What one layer costs for one example.

    Attributes:
        layer: its name; "" for what the model computes between its layers.
        kind: its class, as `Dense`.
        shape: of what it gives, without the batch.
        params: numbers that it holds.
        multiply_adds: for one forward pass.
        outputs: how many numbers it gives; training keeps them until the way back.
    """

    layer: str
    kind: str
    shape: tuple[int, ...] = ()
    params: int = 0
    multiply_adds: int = 0
    outputs: int = 0


def of_model(model, x) -> list[Cost]:
    """The cost of each layer of a built model, in the order of the model.

    Args:
        x: inputs (B, ...) of any batch, as the model takes them; costs that depend on the length of x are those of this x.
    """
    import keras

    batch = keras.tree.flatten(x)[0].shape[0]
    costs = {layer.name: Cost(layer.name, type(layer).__name__, params=layer.count_params()) for layer in model.layers}
    between = Cost("", type(model).__name__)
    here = [between]
    with contextlib.ExitStack() as watched:
        for layer in model.layers:
            watched.enter_context(_watched(layer, costs[layer.name], here))
        for layer in model._flatten_layers():
            if isinstance(layer, keras.layers.RNN):
                watched.enter_context(_unrolled(layer))
        watched.enter_context(_counted(here))
        model(x, training=False)
    rows = [*costs.values(), *([between] if between.multiply_adds else [])]
    for cost in rows:
        cost.multiply_adds //= batch
    return rows


def total(costs: list[Cost]) -> int:
    """Multiply-adds of the whole model, for one example."""
    return sum(cost.multiply_adds for cost in costs)


@contextlib.contextmanager
def _watched(layer, cost: Cost, here: list[Cost]) -> Iterator[None]:
    """Inside, what is computed within `layer` goes to `cost`, and the shape of its answer is noted."""
    import keras

    call = layer.call

    def watching(*args, **kwargs):
        here.append(cost)
        try:
            answer = call(*args, **kwargs)
        finally:
            here.pop()
        for part in keras.tree.flatten(answer):
            if hasattr(part, "shape"):
                cost.shape = tuple(part.shape)[1:]
                cost.outputs += math.prod(cost.shape)
        return answer

    layer.call = watching
    try:
        yield
    finally:
        del layer.call


@contextlib.contextmanager
def _unrolled(layer) -> Iterator[None]:
    """Inside, a recurrence computes every step by itself, where a compiled loop would be met once."""
    before, layer.unroll = layer.unroll, True
    try:
        yield
    finally:
        layer.unroll = before


@contextlib.contextmanager
def _counted(here: list[Cost]) -> Iterator[None]:
    """Inside, every sum of products that Keras is asked for is added to the last of `here`."""
    from keras.src import backend  # below keras.ops and the layers alike; there is no public place that sees both

    inside = []

    def counting(function: Callable, rule: Callable) -> Callable:
        def counted(*args, **kwargs):
            inside.append(function)
            try:
                answer = function(*args, **kwargs)
            finally:
                inside.pop()
            if not inside:  # one that is made of others is counted once
                here[-1].multiply_adds += rule(answer, *args, **kwargs)
            return answer

        return counted

    kept = [(room, name, getattr(room, name)) for room in (backend.numpy, backend.nn) for name in _RULES if hasattr(room, name)]
    for room, name, function in kept:
        setattr(room, name, counting(function, _RULES[name]))
    try:
        yield
    finally:
        for room, name, function in kept:
            setattr(room, name, function)


# ---- the rules: what came out, then the arguments -> multiply-adds ---------------------------------------------------


def _matmul(answer, a, b, *_, **__) -> int:
    return math.prod(answer.shape) * a.shape[-1]


def _tensordot(answer, a, b, axes=2, **_) -> int:
    left = range(len(a.shape) - axes, len(a.shape)) if isinstance(axes, int) else axes[0]
    return math.prod(answer.shape) * math.prod(a.shape[axis] for axis in ([left] if isinstance(left, int) else left))


def _einsum(answer, equation, *arrays, **_) -> int:
    """Every letter is a loop; "..." stands for the dimensions that the letters leave."""
    if len(arrays) < 2:
        return 0
    sizes, rest = {}, ()
    for letters, array in zip(equation.replace(" ", "").split("->")[0].split(","), arrays, strict=True):
        front, dots, back = letters.partition("...")
        shape = tuple(array.shape)
        sizes |= dict(zip(front, shape, strict=False)) | dict(zip(reversed(back), reversed(shape), strict=False))
        hidden = shape[len(front) : len(shape) - len(back)] if dots else ()
        rest = max(rest, hidden, key=math.prod)
    return math.prod(sizes.values()) * math.prod(rest)


def _conv(answer, x, kernel, *_, data_format=None, **__) -> int:
    return _positions(answer, data_format) * math.prod(kernel.shape)


def _conv_transpose(answer, x, kernel, *_, data_format=None, **__) -> int:
    """Each position that comes in is spread over the kernel."""
    return _positions(x, data_format) * math.prod(kernel.shape)


def _separable_conv(answer, x, depthwise, pointwise, *_, data_format=None, **__) -> int:
    return _positions(answer, data_format) * (math.prod(depthwise.shape) + math.prod(pointwise.shape))


def _attention(answer, query, key, value, *_, **__) -> int:
    """Queries (B, T, H, D) meet keys (B, S, G, D) and values (B, S, G, E): T S H (D + E)."""
    batch, length, heads, width = query.shape
    return batch * length * heads * key.shape[1] * (width + value.shape[-1])


def _positions(array, data_format: str | None) -> int:
    """Places of an image, or times of a sequence, and examples: all but the channels."""
    import keras

    first = (data_format or keras.config.image_data_format()) == "channels_first"
    return math.prod(array.shape) // array.shape[1 if first else -1]


_RULES = {
    "matmul": _matmul,
    "dot": _matmul,
    "tensordot": _tensordot,
    "einsum": _einsum,
    "conv": _conv,
    "depthwise_conv": _conv,
    "separable_conv": _separable_conv,
    "conv_transpose": _conv_transpose,
    "dot_product_attention": _attention,
}
