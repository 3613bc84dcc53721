"""Checkpoints whose config and weights contradict each other, or do not fit the machine: one error, before a model is built."""

import json
import os
import resource
import subprocess
import sys

import made_folders
import numpy as np
import pytest
from made_folders import MISSING, Fixture, refusal

from kdl.errors import NotFound, UsageProblem
from kdl.weights import plan


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
