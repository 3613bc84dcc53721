"""Frames: what goes in comes out, and bytes that nobody encoded give a ProtocolError in bounded memory, nothing else."""

import io
import random
import struct
import tracemalloc

import numpy as np
import pytest

from kdl.grade import frames

VALUES = [
    None, True, False, 0, -1, 2**400, -(2**500), 1.5, float("inf"), "", "a\0é\u20ac", [], (), {}, [1, [2, (3,)]],
    {"a": None, "b": [1.0, "x"]},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_plain_value_comes_back_with_its_type(value):
    back = frames.decode(frames.encode(value))
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize("dtype", frames.DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_an_array_comes_back_with_dtype_shape_and_bytes(dtype, shape):
    array = np.asarray(np.random.default_rng(0).integers(0, 2, size=shape)).astype(dtype)
    back = frames.decode(frames.encode(array))
    assert back.dtype == array.dtype and back.shape == array.shape and back.tobytes() == array.tobytes()
    assert back.flags.writeable


def test_memory_order_and_byte_order_do_not_matter():
    array = np.arange(6.0).reshape(2, 3)
    for odd in (np.asfortranarray(array), array.T.copy().T, array.astype(">f8"), array[:, ::-1][:, ::-1]):
        assert np.array_equal(frames.decode(frames.encode(odd)), array)


def test_a_subclass_crosses_as_its_plain_numbers():
    class Liar(np.ndarray):
        def tobytes(self, *args):
            return b"lie"

        def __eq__(self, other):
            return True

    assert frames.decode(frames.encode(np.ones(2).view(Liar))).tolist() == [1, 1]


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


UNSENDABLE = {
    "object": (object(), "type object"),
    "function": (print, "type builtin"),
    "set": ({1}, "type set"),
    "object array": (np.array([None]), "dtype object"),
    "dates": (np.array(["2020"], "datetime64[D]"), "dtype datetime64"),
    "too deep": (deep(frames.MAX_DEPTH + 1), "deep"),
    "too many": ([0] * (frames.MAX_VALUES + 1), "more than 100,000"),
    "too large": (np.zeros(frames.MAX_FRAME // 8 + 1), "32 MiB"),
    "long text": ("x" * (frames.MAX_FRAME + 1), "32 MiB"),
    "huge integer": (2**600, "digits"),
    "number as key": ({1: 2}, "key of type int"),
}


@pytest.mark.parametrize("name", UNSENDABLE)
def test_what_cannot_cross_is_refused_with_its_reason(name):
    value, reason = UNSENDABLE[name]
    with pytest.raises(frames.Unsendable, match=reason):
        frames.encode(value)


def array_bytes(code=12, dims=1, shape=(1,), raw=b"\0" * 8):
    return b"A" + bytes([code, dims]) + struct.pack(f">{len(shape)}Q", *shape) + raw


MALFORMED = {
    "nothing": b"",
    "unknown tag": b"?",
    "left over": b"NN",
    "short integer": b"I\x08\0",
    "short float": b"D\0",
    "text longer than its bytes": b"S\0\0\0\xffab",
    "text that is not UTF-8": b"S\0\0\0\x01\xff",
    "list that announces too much": b"L\xff\xff\xff\xffN",
    "key that is no text": b"M\0\0\0\1NN",
    "key twice": b"M\0\0\0\2" + (b"S\0\0\0\1a" + b"N") * 2,
    "unknown dtype": array_bytes(code=200),
    "too many dimensions": array_bytes(dims=255, shape=(1,) * 20),
    "shape larger than the bytes": array_bytes(shape=(2,)),
    "shape smaller than the bytes": array_bytes(shape=(0,)),
    "shape that overflows 64 bits": array_bytes(dims=4, shape=(2**40,) * 4),
    "negative length, read as unsigned": array_bytes(shape=(2**64 - 1,)),
    "empty with an absurd side": array_bytes(dims=2, shape=(0, 2**62), raw=b""),
    "empty with absurd sides": array_bytes(dims=4, shape=(0, 2**25, 2**25, 2**25), raw=b""),
    "integer longer than may be sent": b"I\xff" + b"\x7f" * 255,
    "boolean that is neither": array_bytes(code=0, raw=b"\2"),
    "nested too deeply": b"L\0\0\0\1" * 1000 + b"N",
    "pickle": b"\x80\x04K\x01.",
}


@pytest.mark.invariant("exercise", 11)
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_bytes_are_a_protocol_error(name):
    with pytest.raises(frames.ProtocolError):
        frames.decode(MALFORMED[name])


@pytest.mark.invariant("exercise", 11)
@pytest.mark.slow
def test_mutated_and_random_bytes_give_a_value_or_a_protocol_error_in_bounded_memory():
    """10^5 frames: bits flipped, cut, doubled, or random; seeds fixed, so that a failure repeats."""
    dice = random.Random(1)
    good = [frames.encode(value) for value in VALUES] + [
        array_bytes(dims=4, shape=(0, 2**20, 1, 1), raw=b""),
        frames.encode({"id": 7, "status": "value", "value": [np.ones((2, 3)), np.zeros(4, bool)], "inputs": (np.arange(3),)}),
    ]
    tracemalloc.start()
    errors = 0
    for _ in range(100_000):
        raw = bytearray(dice.choice(good) if dice.random() < 0.8 else dice.randbytes(dice.randrange(40)))
        for _ in range(dice.randrange(4)):
            if raw:
                raw[dice.randrange(len(raw))] = dice.randrange(256)
        if dice.random() < 0.2:
            raw = raw[: dice.randrange(len(raw) + 1)] + raw[dice.randrange(len(raw) + 1) :]
        try:
            frames.decode(bytes(raw))
        except frames.ProtocolError:
            errors += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 30_000 < errors < 100_000, "the mutations must be neither harmless nor all fatal"
    assert peak < 8 * 2**20


@pytest.mark.invariant("exercise", 11)
def test_a_stream_that_ends_or_lies_about_its_length():
    stream = io.BytesIO()
    frames.write(stream, {"a": 1})
    frames.write(stream, [2])
    stream.seek(0)
    assert (frames.read(stream), frames.read(stream)) == ({"a": 1}, [2])
    with pytest.raises(EOFError):
        frames.read(stream)
    with pytest.raises(EOFError):
        frames.read(io.BytesIO(b"\0\0\0\x09N"))
    with pytest.raises(frames.ProtocolError):
        frames.read(io.BytesIO(b"\xff\xff\xff\xff" + b"N" * 100))
    with pytest.raises(frames.ProtocolError):
        frames.decode(b"N" * (frames.MAX_FRAME + 1))
