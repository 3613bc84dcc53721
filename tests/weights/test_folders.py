"""Folders that lack something, contradict themselves or mean harm: one error, before a model is built."""

import contextlib
import json
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import made_folders
import numpy as np
import pytest
from made_folders import Fixture

from kdl.errors import KdlError, NotFound, UsageProblem
from kdl.weights import plan

INDEX = "model.safetensors.index.json"


def refusal(path, model="gpt-2") -> KdlError:
    """The one error that a folder ends in: all three parts, each of one line."""
    with pytest.raises(UsageProblem) as told:
        plan.made(model, path)
    said = told.value
    assert (
        said.what and said.why and all("\n" not in part and len(part) < 600 for part in (said.what, said.why, said.fix or ""))
    )
    return said


@pytest.fixture
def gpt(tmp_path):
    """Write a sound checkpoint of GPT-2, with changes."""
    fixture = Fixture("gpt-2-1")

    def write(change=None, arrays=None, **how):
        config = {key: value for key, value in (fixture.config | (change or {})).items() if value is not MISSING}
        weights = {key: value for key, value in (fixture.weights | (arrays or {})).items() if value is not MISSING}
        return made_folders.folder(tmp_path / "gpt", config, weights, **how)

    return write


MISSING = object()


def test_a_sound_folder_is_planned_without_reading_an_array(gpt):
    planned = plan.made("gpt-2", gpt())

    assert planned.num_params == sum(array.size for array in Fixture("gpt-2-1").weights.values())
    assert planned.sizes["width"] == 15 and planned.head is None and planned.unused == []


# ---- which model -----------------------------------------------------------------------------------------------------


def test_a_model_that_there_is_not_and_one_without_checkpoints(gpt):
    with pytest.raises(NotFound, match="gpt-3"):
        plan.made("gpt-3", gpt())
    with pytest.raises(UsageProblem) as told:
        plan.made("lstm", gpt())
    assert "gpt-2" in told.value.fix


def test_a_checkpoint_of_another_model_names_it(gpt):
    assert "gpt-2" in refusal(gpt(), model="bert").fix


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


# ---- config against weights ------------------------------------------------------------------------------------------

BAD_CONFIGS = {
    "no type": ({"model_type": MISSING}, "model_type"),
    "another type": ({"model_type": "llama"}, "'llama'"),
    "a type that is a list": ({"model_type": ["gpt2"]}, "model_type"),
    "no width": ({"n_embd": MISSING}, "n_embd"),
    "width 0": ({"n_embd": 0}, "n_embd is 0"),
    "a negative width": ({"n_embd": -15}, "n_embd is -15"),
    "a width with a point": ({"n_embd": 15.0}, "n_embd is 15.0"),
    "true layers": ({"n_layer": True}, "n_layer is True"),
    "a text for layers": ({"n_layer": "1"}, "n_layer"),
    "terabytes of tokens": ({"vocab_size": 2**31 - 1}, "[2147483647, 15]"),
    "terabytes of width": ({"n_embd": 15 * 2**26, "n_head": 1}, "asks for"),
    "a size beyond 32 bits": ({"vocab_size": 10**30}, "vocab_size"),
    "a billion layers": ({"n_layer": 2**31 - 1}, "2,147,483,647 blocks"),
    "as many layers as kdl builds, and no more weights": ({"n_layer": plan.MOST_BLOCKS}, "h.1.ln_1.weight"),
    "no number of heads": ({"n_head": None}, "n_head is None"),
    "dropout null": ({"resid_pdrop": None}, "resid_pdrop is None"),
    "tied null": ({"tie_word_embeddings": None}, "tie_word_embeddings is None"),
    "one layer more": ({"n_layer": 2}, "h.1.ln_1.weight"),
    "longer texts": ({"n_positions": 13}, "[13, 15]"),
    "another inner width": ({"n_inner": 22}, "h.0.mlp.c_fc.weight"),
    "heads that do not divide": ({"n_head": 4}, "heads do not divide"),
    "a billion heads": ({"n_head": 2**31 - 1}, "heads do not divide"),
    "an unknown activation": ({"activation_function": "quick_gelu"}, "'quick_gelu'"),
    "an activation that is a list": ({"activation_function": ["relu"]}, "activation_function"),
    "epsilon 0": ({"layer_norm_epsilon": 0.0}, "layer_norm_epsilon"),
    "a negative epsilon": ({"layer_norm_epsilon": -1e-5}, "layer_norm_epsilon"),
    "a text for epsilon": ({"layer_norm_epsilon": "1e-5"}, "layer_norm_epsilon"),
    "dropout 1": ({"resid_pdrop": 1.0}, "resid_pdrop"),
    "scaled by layer": ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx"),
    "not scaled": ({"scale_attn_weights": False}, "scale_attn_weights"),
    "cross-attention": ({"add_cross_attention": True}, "add_cross_attention"),
    "quantised": ({"quantization_config": {"bits": 4}}, "quantization_config"),
    "pruned": ({"pruned_heads": {"0": [1]}}, "pruned_heads"),
    "a text for tied": ({"tie_word_embeddings": "yes"}, "tie_word_embeddings"),
    "a head of its own that is missing": ({"tie_word_embeddings": False}, "lm_head.weight"),
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_a_config_that_kdl_cannot_follow_names_the_key_or_the_weight(case, gpt):
    change, said = BAD_CONFIGS[case]

    assert said in refusal(gpt(change)).why


def test_more_blocks_than_kdl_builds_are_refused_though_their_weights_are_there(gpt):
    """A block of width 1 takes 1 KB of file and a second of Keras: a small file could keep it busy for hours."""
    from kdl.weights import gpt_2

    config = {"n_embd": 1, "n_head": 1, "n_inner": 1, "n_layer": plan.MOST_BLOCKS}
    sizes = {"vocab_size": 37, "length": 12, "width": 1, "inner": 1, "depth": plan.MOST_BLOCKS + 1}
    arrays = {f"transformer.{weight.name}": np.ones(weight.shape) for weight in gpt_2.weights(sizes)}
    folder = gpt(config, arrays | {name: MISSING for name in arrays if f".h.{plan.MOST_BLOCKS}." in name})
    assert len(plan.made("gpt-2", folder).weights) == 12 * plan.MOST_BLOCKS + 4

    assert f"{plan.MOST_BLOCKS + 1} blocks" in refusal(gpt(config | {"n_layer": plan.MOST_BLOCKS + 1}, arrays)).why


@pytest.mark.parametrize(
    ("key", "value"),
    [("hidden_act", "gelu_10"), ("position_embedding_type", "relative_key"), ("is_decoder", True), ("pad_token_id", 37),
     ("pad_token_id", -1), ("type_vocab_size", 3), ("type_vocab_size", None),
     ("num_hidden_layers", 2), ("intermediate_size", 23)],
)  # fmt: skip
def test_a_config_of_bert_that_kdl_cannot_follow(key, value, tmp_path):
    fixture = Fixture("bert-1")
    folder = made_folders.folder(tmp_path, fixture.config | {key: value}, fixture.weights)

    why = refusal(folder, model="bert").why
    assert key in why or "asks for" in why


BAD_WEIGHTS = {
    "one missing": ({"transformer.ln_f.bias": MISSING}, "ln_f.bias"),
    "one too many": ({"transformer.h.0.attn.rotary": np.ones(3)}, "h.0.attn.rotary"),
    "a layer too many": ({"transformer.h.1.ln_1.weight": np.ones(15)}, "h.1.ln_1.weight"),
    "a head for another task": ({"score.weight": np.ones((2, 15))}, "score.weight"),
    "an adapter": ({"transformer.h.0.attn.c_attn.lora_A.weight": np.ones((2, 15))}, "lora_A"),
    "turned": ({"transformer.wpe.weight": np.ones((15, 12))}, "[15, 12]"),
    "with and without prefix": ({"wpe.weight": np.ones((12, 15))}, "in front and without"),
    "a tied head that differs": ({"lm_head.weight": np.ones((37, 15))}, "lm_head.weight"),
    "a head of another size": ({"lm_head.weight": np.ones((38, 15))}, "[38, 15]"),
    "a name of 10,000 letters": ({"x" * 10_000: np.ones(1)}, "xxx"),
    "a name that colours the terminal": ({"\x1b[31m": np.ones(1)}, "\\x1b"),
}


@pytest.mark.parametrize("case", BAD_WEIGHTS)
def test_weights_that_do_not_fit_the_model_are_named(case, gpt):
    arrays, said = BAD_WEIGHTS[case]

    why = refusal(gpt(arrays=arrays)).why
    assert said in why and why.isprintable()


def test_two_biases_of_bert_s_head_that_differ(tmp_path):
    fixture = Fixture("bert-1")
    other = {"cls.predictions.decoder.bias": fixture.weights["cls.predictions.bias"] + 1}

    assert "one weight" in refusal(made_folders.folder(tmp_path, fixture.config, fixture.weights | other), model="bert").why


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_is_named(number, gpt):
    from kdl.weights import mapping

    planned = plan.made("gpt-2", gpt(arrays={"transformer.ln_f.bias": np.full(15, number)}))
    weight, tensor = planned.weights[-1]

    with pytest.raises(UsageProblem) as told:
        mapping.array(weight.name, tensor)
    assert "ln_f.bias" in told.value.why


def test_weights_in_a_format_that_is_only_stored(gpt):
    why = refusal(gpt(arrays={"transformer.ln_f.bias": np.ones(15, int)})).why

    assert "ln_f.bias is stored in I64" in why


# ---- memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_checkpoint_larger_than_the_machine_is_refused_in_little_memory(gpt):
    """A file of 4 TB by its size alone, whose tokens fit its config; planned by a child that may have 500 MB."""
    folder = gpt({"vocab_size": 2**31 - 1, "n_embd": 512, "n_head": 8, "n_positions": 12})
    shapes = {"wte.weight": [2**31 - 1, 512], "wpe.weight": [12, 512], "ln_f.weight": [512], "ln_f.bias": [512]}
    shapes |= {f"h.0.ln_{n}.{kind}": [512] for n in (1, 2) for kind in ("weight", "bias")}
    for name, sizes in {"attn.c_attn": (512, 1536), "attn.c_proj": (512, 512), "mlp.c_fc": (512, 2048)}.items():
        shapes |= {f"h.0.{name}.weight": list(sizes), f"h.0.{name}.bias": [sizes[1]]}
    shapes |= {"h.0.mlp.c_proj.weight": [2048, 512], "h.0.mlp.c_proj.bias": [512]}
    table, at = {}, 0
    for name, shape in shapes.items():
        span = 4 * int(np.prod(shape, dtype=object))
        table[name], at = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + span]}, at + span
    head = json.dumps(table).encode()
    path = folder / "model.safetensors"
    path.write_bytes(len(head).to_bytes(8, "little") + head)
    os.truncate(path, 8 + len(head) + at)
    assert at > 4 * 10**12

    code = (
        "import sys; from pathlib import Path; from kdl.errors import UsageProblem; from kdl.weights import plan\n"
        "try:\n    plan.made('gpt-2', Path(sys.argv[1]))\nexcept UsageProblem as error:\n    print(error.what, error.why)"
    )
    most = 500 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", code, folder],
        capture_output=True,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )
    assert done.returncode == 0, done.stderr
    assert "too large for this machine" in done.stdout and "takes 39,582." in done.stdout, "GB: 4 x 9 x 2**31 x 512 bytes"
