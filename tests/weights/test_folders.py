"""Folders that lack a file, hold another thing in its place, or mean harm: one error, before a model is built."""

import contextlib
import json
import os
import pickle
import shutil
import tempfile
from pathlib import Path

import made_folders
import pytest
from made_folders import Fixture, refusal

from kdl.errors import UsageProblem
from kdl.weights import plan

INDEX = "model.safetensors.index.json"


# ---- files -----------------------------------------------------------------------------------------------------------


def test_no_folder_and_a_file_in_its_place(tmp_path):
    for path in (tmp_path / "nowhere", Path("x" * 5000), Path("a\0b")):
        with pytest.raises(UsageProblem, match="no folder"):
            plan.made("gpt-2", path)
    (tmp_path / "file").write_text("{}")
    with pytest.raises(UsageProblem, match="no folder"):
        plan.made("gpt-2", tmp_path / "file")


def test_a_folder_without_config(tmp_path):
    assert "config.json" in refusal(tmp_path).why


def test_a_folder_with_a_pickle_only_is_refused_and_the_pickle_left_alone(gpt):
    folder = gpt()
    (folder / "model.safetensors").unlink()

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (folder / "trace",))

    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Hostile()))
    said = refusal(folder)
    assert "pytorch_model.bin" in said.why and "save_pretrained" in said.fix
    (folder / "model.safetensors").write_bytes(pickle.dumps(Hostile()))
    refusal(folder)
    assert not (folder / "trace").exists()


CONFIGS = {
    "empty": (b"", "no JSON"),
    "a list": (b"[]", "no object"),
    "not UTF-8": (b'{"a": "\xff"}', "UTF-8"),
    "NaN": (b'{"n_embd": NaN}', "NaN"),
    "infinity": (b'{"n_embd": -Infinity}', "Infinity"),
    "twice": (b'{"n_embd": 1, "n_embd": 2}', "twice"),
    "deep": (b'{"a":' * 100_000, "nested too deep"),
    "large": (b'{"a": "' + b"x" * 2**22 + b'"}', "more than"),
}


@pytest.mark.parametrize("case", CONFIGS)
def test_a_config_that_is_no_json_object(case, gpt):
    folder = gpt()
    data, said = CONFIGS[case]
    (folder / "config.json").write_bytes(data)

    assert said in refusal(folder).why


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "link out", "link in a circle", "link to nothing"])
def test_a_file_that_is_none(file, kind, gpt):
    folder = gpt()
    outside = folder.parent / "outside"
    (folder / file).rename(outside)
    make = {
        "pipe": os.mkfifo,
        "folder": lambda path: path.mkdir(),
        "link out": lambda path: path.symlink_to(outside),
        "link in a circle": lambda path: path.symlink_to(path),
        "link to nothing": lambda path: path.symlink_to(folder / "nothing"),
    }[kind]
    make(folder / file)

    with pytest.raises(UsageProblem) as told:
        plan.made("gpt-2", folder)
    assert str(folder) in told.value.what


@contextlib.contextmanager
def nobody_s_rights():
    """Root may read everything, so what may not be read is tried as somebody else."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize(
    ("closed", "said"),
    [("config.json", "cannot be read"), ("model.safetensors", "cannot be read"), (".", "cannot be looked into")],
)
def test_what_may_not_be_read_is_named(closed, said, gpt):
    """In a folder that anybody may enter: those of pytest are root's own where root runs it."""
    plan.made("gpt-2", gpt())
    with tempfile.TemporaryDirectory() as home:
        folder = shutil.copytree(gpt(), Path(home) / "gpt")
        Path(home).chmod(0o755)
        (folder / closed).chmod(0)
        with nobody_s_rights():
            told = refusal(folder)
        folder.chmod(0o755)

    assert said in told.what and str(folder) in told.what and "ermission" in told.why


def test_a_snapshot_of_the_hub_s_cache_is_followed_to_its_blobs_and_nowhere_else(gpt):
    """There each file is a link: snapshots/<commit>/model.safetensors -> ../../blobs/<sha256>."""
    folder = gpt()
    cache = folder.parent / "models--x--y"
    (cache / "snapshots" / "abc").mkdir(parents=True)
    (cache / "blobs").mkdir()
    for file in ("config.json", "model.safetensors"):
        (folder / file).rename(cache / "blobs" / file[::-1])
        (cache / "snapshots" / "abc" / file).symlink_to(Path("../../blobs") / file[::-1])

    assert plan.made("gpt-2", cache / "snapshots" / "abc").sizes["width"] == 15
    (cache / "blobs" / "config.json"[::-1]).rename(cache / "elsewhere")
    (cache / "snapshots" / "abc" / "config.json").unlink()
    (cache / "snapshots" / "abc" / "config.json").symlink_to(Path("../../elsewhere"))
    with pytest.raises(UsageProblem, match="link out of its folder"):
        plan.made("gpt-2", cache / "snapshots" / "abc")


# ---- shards ----------------------------------------------------------------------------------------------------------


def changed_index(folder, change) -> Path:
    path = folder / INDEX
    index = json.loads(path.read_text())
    change(index["weight_map"])
    path.write_text(json.dumps(index))
    return folder


@pytest.mark.parametrize(
    "name",
    ["../outside.safetensors", "/etc/passwd", "a/../../outside.safetensors", "..", "", ".", "C:x.safetensors",
     "a\\b.safetensors", "a\0b.safetensors", "sub/model.safetensors", "\x1b[31m.safetensors", "\ud800.safetensors",
     "x" * 300 + ".safetensors", "é" * 200 + ".safetensors"],
)  # fmt: skip
def test_an_index_that_names_no_file_of_its_folder(name, gpt):
    folder = gpt(shards=2)
    (folder.parent / "outside.safetensors").write_bytes((folder / "model-00001-of-00002.safetensors").read_bytes())
    changed_index(folder, lambda weight_map: weight_map.update({next(iter(weight_map)): name}))

    with pytest.raises(UsageProblem, match="names a file") as told:
        plan.made("gpt-2", folder)
    assert told.value.what.isprintable()


def test_an_index_that_names_a_pickle(gpt):
    folder = gpt(shards=2)
    (folder / "pytorch_model.bin").write_bytes(b"")
    changed_index(folder, lambda weight_map: weight_map.update({next(iter(weight_map)): "pytorch_model.bin"}))

    assert "no safetensors file" in refusal(folder).why


def test_a_shard_that_is_a_link_out(gpt):
    folder = gpt(shards=2)
    shard = folder / "model-00001-of-00002.safetensors"
    shard.rename(folder.parent / "outside")
    shard.symlink_to(folder.parent / "outside")

    with pytest.raises(UsageProblem, match="link out of its folder"):
        plan.made("gpt-2", folder)


def test_a_missing_shard_is_named(gpt):
    folder = gpt(shards=2)
    (folder / "model-00002-of-00002.safetensors").unlink()

    assert "model-00002-of-00002" in refusal(folder).why


def test_a_weight_in_two_shards_is_named(gpt):
    folder, fixture = gpt(shards=2), Fixture("gpt-2-1")
    second = {name: fixture.weights[name] for name in list(fixture.weights)[1::2]}
    first = next(iter(fixture.weights))
    made_folders.safetensors(folder / "model-00002-of-00002.safetensors", second | {first: fixture.weights[first]})

    assert first in refusal(folder).why


@pytest.mark.parametrize("change", ["another file", "one more", "one less"])
def test_an_index_that_disagrees_with_its_files(change, gpt):
    folder = gpt(shards=2)

    def other(weight_map):
        name = next(iter(weight_map))
        if change == "another file":
            weight_map[name] = "model-00002-of-00002.safetensors"
        elif change == "one more":
            weight_map["more"] = weight_map[name]
        else:
            del weight_map[name]

    changed_index(folder, other)
    with pytest.raises(UsageProblem, match="does not fit its files"):
        plan.made("gpt-2", folder)


@pytest.mark.parametrize("weight_map", [None, [], {}, {"a": 1}, {"a": ["b"]}, "x"])
def test_an_index_without_a_map(weight_map, gpt):
    folder = gpt(shards=2)
    (folder / INDEX).write_text(json.dumps({"weight_map": weight_map}))

    with pytest.raises(UsageProblem, match="no weight_map"):
        plan.made("gpt-2", folder)


def test_an_index_of_a_million_files(gpt):
    folder = gpt(shards=2)
    (folder / INDEX).write_text(json.dumps({"weight_map": {str(number): f"{number}.safetensors" for number in range(100_000)}}))

    assert "100,000" in refusal(folder).why
