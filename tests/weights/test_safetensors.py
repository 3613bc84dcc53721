"""The reader of safetensors: equal to the package of that name, and a refusal in one sentence for everything else."""

import json
import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kdl.errors import UsageProblem
from kdl.weights import safetensors

FIXTURE = np.load(Path(__file__).parents[1] / "fixtures" / "safetensors.npz")


def written(path, table, data=b"", length=None):
    """A file with that table, be it an object or bytes, and the data after it."""
    head = table if isinstance(table, bytes) else json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(head) if length is None else length) + head + data)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


# ---- equal to the package --------------------------------------------------------------------------------------------


def test_every_dtype_is_read_as_the_package_reads_it(path):
    path.write_bytes(FIXTURE["sound"].tobytes())
    table = safetensors.table(path)

    expected = {name.removeprefix("array_"): FIXTURE[name] for name in FIXTURE.files if name.startswith("array_")}
    assert set(table) == {*expected, "whole", "flags"}
    assert {table[name].dtype for name in table} == {"F64", "F32", "F16", "BF16", "I64", "BOOL"}
    for name, values in expected.items():
        found = safetensors.read(table[name])
        assert found.dtype == np.float32 and found.shape == values.shape
        np.testing.assert_array_equal(found.view(np.uint32), values.view(np.uint32), err_msg=name)


def test_damaged_files_are_refused_as_the_package_refuses_them(path):
    """400 files with one random change: those that the package opens hold the same numbers, and no other is opened."""
    files = np.split(FIXTURE["mutants"], np.cumsum(FIXTURE["lengths"])[:-1])
    taken, bits = [], []
    for data in files:
        path.write_bytes(data.tobytes())
        try:
            table = safetensors.table(path)
        except UsageProblem as error:
            assert error.why and error.fix
            taken.append(False)
            continue
        taken.append(True)
        arrays = [safetensors.read(table[name]) for name in sorted(table) if table[name].dtype in safetensors.FLOATS]
        bits += [array.view(np.uint32).ravel() for array in arrays]

    assert 50 < sum(taken) < 350, "both happen often"
    np.testing.assert_array_equal(taken, FIXTURE["taken"])
    np.testing.assert_array_equal(np.concatenate(bits), FIXTURE["bits"])


def test_bfloat16_is_the_upper_half_of_a_float32():
    """1 is 0x3f80, -2 is 0xc000, and 0x7f7f is the largest: (2 - 2^-7) x 2^127."""
    found = safetensors.widened(np.array([0x3F80, 0xC000, 0x7F7F], np.uint16))

    assert found.tolist() == [1.0, -2.0, (2 - 2.0**-7) * 2.0**127]


# ---- refused ---------------------------------------------------------------------------------------------------------


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


TABLES = {
    "no object": (b"[1]", "begin with {"),
    "no JSON": (b'{"a": }', "no JSON"),
    "no UTF-8": (b'{"\xff": 1}', "UTF-8"),
    "a name twice": (b'{"a": %b, "a": %b}' % (2 * (json.dumps(entry()).encode(),)), "'a' twice"),
    "nested deep": (b'{"a":' + b"[" * 100_000, "nested too deep"),
    "a text for an entry": ({"a": "x"}, "exactly dtype, shape and data_offsets"),
    "a key too many": ({"a": entry() | {"code": "x"}}, "exactly dtype, shape and data_offsets"),
    "unknown dtype": ({"a": entry(dtype="F31")}, "'F31'"),
    "dtype is a list": ({"a": entry(dtype=["F32"])}, "dtype"),
    "NaN in the shape": (b'{"a": {"dtype": "F32", "shape": [NaN], "data_offsets": [0, 8]}}', "NaN"),
    "negative axis": ({"a": entry(shape=(-2,))}, "axes are whole numbers"),
    "fraction for an axis": ({"a": entry(shape=(2.0,))}, "axes are whole numbers"),
    "true for an axis": ({"a": entry(shape=(True, 2))}, "axes are whole numbers"),
    "shape is a number": ({"a": entry(shape=2)}, "axes are whole numbers"),
    "huge axes": ({"a": entry(shape=[2**62] * 8)}, "takes"),
    "an axis beyond 64 bits": ({"a": entry(shape=(2**63,))}, "axes are whole numbers"),
    "an axis of 5,000 digits": (b'{"a": {"dtype": "F32", "shape": [%b], "data_offsets": [0, 8]}}' % (b"9" * 5000), ""),
    "negative offset": ({"a": entry(offsets=(-8, 0))}, "no begin and end"),
    "end before begin": ({"a": entry(offsets=(8, 0))}, "no begin and end"),
    "three offsets": ({"a": entry(offsets=(0, 4, 8))}, "no begin and end"),
    "fewer bytes than numbers": ({"a": entry(shape=(3,))}, "takes 12"),
    "beyond the file": ({"a": entry(shape=(4,), offsets=(0, 16))}, "is cut off"),
    "after the file": ({"a": entry(offsets=(800, 808))}, "belong to none"),
    "overlap": ({"a": entry(), "b": entry(shape=(1,), offsets=(4, 8))}, "overlaps"),
    "the same bytes twice": ({"a": entry(), "b": entry()}, "overlaps"),
    "a hole": ({"a": entry(shape=(1,), offsets=(4, 8))}, "belong to none"),
    "bytes after the last": ({"a": entry(shape=(1,), offsets=(0, 4))}, "goes on after"),
    "metadata is a number": ({"__metadata__": 1, "a": entry()}, "__metadata__"),
    "metadata holds numbers": ({"__metadata__": {"a": 1}, "a": entry()}, "__metadata__"),
}


def refusal(path) -> UsageProblem:
    with pytest.raises(UsageProblem) as told:
        safetensors.table(path)
    assert told.value.why and told.value.fix and str(path) in told.value.what
    assert len(told.value.why) < 600 and "\n" not in told.value.why
    return told.value


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_does_not_fit_its_bytes_is_refused(case, path):
    table, said = TABLES[case]

    assert said in refusal(written(path, table, data=bytes(8))).why


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "0 bytes"),
        (b"\x02\0\0", "3 bytes"),
        (struct.pack("<Q", 2**64 - 1) + b"{}", "no model needs more"),
        (struct.pack("<Q", 100) + b"{}", "the file has 10"),
        (struct.pack("<Q", 0), "begin with {"),
        (b"PK\x03\x04" + bytes(100), "runs none"),
        (b"\x80\x04\x95\x1a\0\0\0\0\x01\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93", "no model needs more|runs none"),
        (b"\x80\x02c__builtin__\neval\n(X", "runs none"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    ],
    ids=["empty", "3 bytes", "huge table", "cut off", "no table", "zip", "pickle 4", "pickle 2", "git-lfs"],
)
def test_a_file_that_is_no_safetensors_is_refused_by_what_it_is(data, said, path):
    path.write_bytes(data)

    assert any(part in refusal(path).why for part in said.split("|"))


def test_a_pickle_is_not_run(path):
    import pickle

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (path.parent / "trace",))

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        path.write_bytes(pickle.dumps(Hostile(), protocol))
        refusal(path)
    assert not (path.parent / "trace").exists()


def test_whole_numbers_are_no_weights(path):
    table = safetensors.table(written(path, {"a": entry("I64", (1,))}, data=bytes(8)))

    with pytest.raises(UsageProblem) as told:
        safetensors.read(table["a"])
    assert "I64" in told.value.why


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "missing", "unreadable name"])
def test_what_is_no_plain_file_is_refused_and_never_waited_for(kind, path):
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(UsageProblem):
        safetensors.table({"device": Path("/dev/zero"), "unreadable name": Path("a\0b")}.get(kind, path))


@pytest.mark.slow
def test_a_hostile_table_costs_little_memory(path):
    """A file of 8 TB by its size alone, and tables as large as they may be, each read by a child of 500 MB."""
    files = [written(path.with_name("sparse.safetensors"), {"a": entry(shape=(2**41,), offsets=(0, 2**43))})]
    os.truncate(files[0], files[0].stat().st_size + 2**43)
    room = safetensors.LARGEST_TABLE
    for name, table in {"deep": b'{"a":' + b"[" * (room - 5), "many": b"{" + b'"a":[],' * (room // 7 - 1) + b'"b":0}'}.items():
        files.append(written(path.with_name(name), table))
    code = (
        "import sys; from pathlib import Path; from kdl.errors import KdlError; from kdl.weights import safetensors\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n        print('read', len(safetensors.table(Path(name))))\n"
        "    except KdlError as error:\n        print('refused', error.why)"
    )
    most = 500 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", code, *files],
        capture_output=True,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )

    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["read", "refused", "refused"]
