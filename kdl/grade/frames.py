"""Typed, bounded messages between the judge and the process that runs the learner's code.

A frame is a length (4 bytes, big-endian) and one value. Every value starts with a tag byte; an array is its dtype, its
shape and its raw bytes. Nothing is ever unpickled, and whatever the bytes are, decoding them yields a value or a
ProtocolError, in memory bounded by MAX_FRAME. This file is copied beside `runner.py` into the learner's process, so it
imports nothing of kdl, and NumPy only once an array passes through.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator

MAX_FRAME = 32 * 2**20
MAX_DEPTH = 20
MAX_VALUES = 100_000
MAX_INT_BYTES = 64
DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
)  # fmt: skip


class ProtocolError(ValueError):
    """The bytes are not a frame."""


class TooLarge(ProtocolError):
    """A frame that is larger than the reader wants; it was read past, so that the next one can follow."""


class Unsendable(ValueError):
    """The value cannot cross: it is too large, too deep, or of a type that the judge never asks for."""


# ---- encoding --------------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(self):
        self.parts: list[bytes] = []
        self.size = 0
        self.values = 0

    def put(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > MAX_FRAME:
            raise Unsendable(f"it is too large: more than {MAX_FRAME >> 20} MiB")
        self.parts.append(part)

    def value(self, value, depth: int = 0) -> None:
        self.values += 1
        if depth > MAX_DEPTH:
            raise Unsendable(f"it is nested more than {MAX_DEPTH} levels deep")
        if self.values > MAX_VALUES:
            raise Unsendable(f"it holds more than {MAX_VALUES:,} separate values")
        if value is None or value is True or value is False:
            self.put({None: b"N", True: b"T", False: b"F"}[value])
        elif type(value) is int:
            self._integer(value)
        elif type(value) is float:
            self.put(b"D" + struct.pack(">d", value))
        elif isinstance(value, str):
            self._text(value)
        elif isinstance(value, list | tuple):
            self.put((b"L" if isinstance(value, list) else b"U") + struct.pack(">I", len(value)))
            for one in value:
                self.value(one, depth + 1)
        elif isinstance(value, dict):
            self._mapping(value, depth)
        elif "numpy" in sys.modules and isinstance(value, sys.modules["numpy"].ndarray | sys.modules["numpy"].generic):
            self._array(value)
        else:
            raise Unsendable(f"it is of type {type(value).__name__}")

    def _integer(self, value: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > MAX_INT_BYTES:
            raise Unsendable("it is an integer with more than 150 digits")
        self.put(b"I" + bytes([size]) + value.to_bytes(size, "big", signed=True))

    def _text(self, value: str, tag: bytes = b"S") -> None:
        raw = str.encode(value, "utf-8", "replace")
        self.put(tag + struct.pack(">I", len(raw)) + raw)

    def _mapping(self, value: dict, depth: int) -> None:
        self.put(b"M" + struct.pack(">I", len(value)))
        for key, one in value.items():
            if not isinstance(key, str):
                raise Unsendable(f"it is a dict with a key of type {type(key).__name__}")
            self._text(key)
            self.value(one, depth + 1)

    def _array(self, value) -> None:
        import numpy as np

        array = np.asarray(value)
        if array.dtype.name not in DTYPES:
            raise Unsendable(f"it is an array of dtype {array.dtype}")
        if self.size + array.nbytes > MAX_FRAME:
            raise Unsendable(f"it is too large: more than {MAX_FRAME >> 20} MiB")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        head = struct.pack(f">BB{array.ndim}Q", DTYPES.index(array.dtype.name), array.ndim, *array.shape)
        self.put(b"A" + head)
        self.put(array.tobytes())


def encode(value) -> bytes:
    """`value` as the body of a frame.

    Args:
        value: None, bool, int, float, str, NumPy array or scalar, or a list, tuple or dict (keys str) of these.

    Raises:
        Unsendable: with a clause that says why ("it is ...").
    """
    writer = _Writer()
    writer.value(value)
    return b"".join(writer.parts)


# ---- decoding --------------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at, self.values = data, 0, 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise ProtocolError(f"{size} bytes were announced, {len(self.data) - self.at} are there")
        self.at += size
        return self.data[self.at - size : self.at]

    def count(self) -> int:
        return struct.unpack(">I", self.take(4))[0]

    def value(self, depth: int = 0):
        self.values += 1
        if depth > MAX_DEPTH:
            raise ProtocolError("nested too deeply")
        if self.values > MAX_VALUES:
            raise ProtocolError("too many values")
        tag = self.take(1)
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag == b"I":
            return self.integer()
        if tag == b"D":
            return struct.unpack(">d", self.take(8))[0]
        if tag == b"S":
            return self.text()
        if tag in b"LU":
            found = [self.value(depth + 1) for _ in range(self.count())]
            return found if tag == b"L" else tuple(found)
        if tag == b"M":
            return self.mapping(depth)
        if tag == b"A":
            return self.array()
        raise ProtocolError(f"unknown tag {tag!r}")

    def integer(self) -> int:
        size = self.take(1)[0]
        if size > MAX_INT_BYTES:
            raise ProtocolError("an integer with more than 150 digits")
        return int.from_bytes(self.take(size), "big", signed=True)

    def text(self) -> str:
        try:
            return self.take(self.count()).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolError("text is not UTF-8") from error

    def mapping(self, depth: int) -> dict:
        found = {}
        for _ in range(self.count()):
            if self.take(1) != b"S":
                raise ProtocolError("a key is not text")
            key = self.text()
            if key in found:
                raise ProtocolError("a key stands twice")
            found[key] = self.value(depth + 1)
        return found

    def array(self):
        import numpy as np

        code, dims = self.take(2)
        if code >= len(DTYPES) or dims > 16:
            raise ProtocolError("unknown dtype or too many dimensions")
        shape = struct.unpack(f">{dims}Q", self.take(8 * dims))
        dtype = np.dtype(DTYPES[code]).newbyteorder("<")
        size, extent = dtype.itemsize, dtype.itemsize
        for length in shape:
            size *= length  # a Python int: no overflow
            extent *= length or 1
        # An empty array with absurd other dimensions has no bytes to check against, and NumPy refuses it.
        if extent > MAX_FRAME:
            raise ProtocolError("an array with an impossible shape")
        raw = self.take(size)
        if code == 0 and any(byte > 1 for byte in set(raw)):
            raise ProtocolError("a boolean that is neither 0 nor 1")
        return np.frombuffer(raw, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=True)


_CONSTANTS = {b"N": None, b"T": True, b"F": False}


def decode(data: bytes):
    """The value that `encode` made `data` of; arrays are new and writable.

    Raises:
        ProtocolError: for anything that `encode` does not make.
    """
    if len(data) > MAX_FRAME:
        raise ProtocolError(f"a frame of {len(data)} bytes; the limit is {MAX_FRAME}")
    reader = _Reader(bytes(data))
    value = reader.value()
    if reader.at != len(reader.data):
        raise ProtocolError("bytes are left over after the value")
    return value


# ---- streams ---------------------------------------------------------------------------------------------------------


def write(stream, value) -> None:
    """Write one frame to a binary stream and flush it.

    Raises:
        Unsendable: before anything was written.
    """
    body = encode(value)
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def read(stream, most: int = MAX_FRAME):
    """Read one frame from a binary stream.

    Args:
        most: bytes that are kept; a larger frame is read past.

    Raises:
        EOFError: the stream ended, at a frame's border or within it.
        TooLarge: the frame is larger than `most`.
        ProtocolError: the length or the body is wrong; at most MAX_FRAME bytes were read.
    """
    (size,) = struct.unpack(">I", b"".join(_parts(stream, 4)))
    if size > MAX_FRAME:
        raise ProtocolError(f"a frame of {size} bytes was announced; the limit is {MAX_FRAME}")
    if size > most:
        for _ in _parts(stream, size):
            pass
        raise TooLarge(f"it is too large: {size / 2**20:.1f} MiB")
    return decode(b"".join(_parts(stream, size)))


def _parts(stream, size: int) -> Iterator[bytes]:
    """The next `size` bytes, piece by piece."""
    while size:
        part = stream.read(min(size, 2**20))
        if not part:
            raise EOFError("the other side closed the pipe")
        yield part
        size -= len(part)
