"""BERT as Hugging Face's `transformers` saves it (BertModel, BertForMaskedLM, BertForPreTraining) -> the variables of bert.py.

    embeddings.{word,position,token_type}_embeddings    rows of the tokens, the places and the segments
    encoder.layer.<n>.attention.self.{query,key,value}  W_q, W_k, W_v; .attention.output.dense is W_o
    encoder.layer.<n>.intermediate.dense                W_1; .output.dense is W_2
    ..LayerNorm                                         gain `weight` and `bias`; older files say `gamma` and `beta`
    cls.predictions                                     the head: a layer, a norm, a bias; its matrix is that of the tokens

PyTorch's Linear stores (out, in), so every matrix is turned. The pooler and the head on whether two texts belong together
(cls.seq_relationship) have no place in bert.py, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from kdl.weights.config import ACTIVATIONS, Config
from kdl.weights.mapping import Weight

TYPE = "bert"
PREFIX = "bert."
HEAD = "cls.predictions."  # what the names of the head begin with
EMBEDDING = "embeddings.word_embeddings.weight"
OUTPUT = "cls.predictions.decoder.weight"  # the head's matrix, where it is stored
COPIES = {"cls.predictions.decoder.bias": "cls.predictions.bias"}
READS, ADDS = "head_norm", "head_bias"  # layers before and behind the head's matrix
INPUTS = ("tokens", "segments", "mask")
UNUSED = r"pooler\.dense\.(weight|bias)|cls\.seq_relationship\.(weight|bias)|embeddings\.position_ids"

FIXED = {"position_embedding_type": "absolute", "is_decoder": False, "add_cross_attention": False}


def sizes(config: Config) -> dict:
    """The arguments of `build`, but for `head`. Of several dropout rates kdl has one, that of the sums."""
    config.only(FIXED)
    found = {
        "vocab_size": config.size("vocab_size"),
        "length": config.size("max_position_embeddings"),
        "segments": config.size("type_vocab_size", 2),
        "width": config.size("hidden_size"),
        "depth": config.size("num_hidden_layers"),
        "num_heads": config.size("num_attention_heads"),
        "inner": config.size("intermediate_size"),
        "activation": config.choice("hidden_act", "gelu", ACTIVATIONS),
        "dropout": config.share("hidden_dropout_prob", 0.1),
        "epsilon": config.epsilon("layer_norm_eps", 1e-12),
    }
    return found | {"pad_id": config.token("pad_token_id", 0, found["vocab_size"])}


def weights(sizes: dict) -> Iterator[Weight]:
    """Every array of a model of these sizes; `head` says whether it has one."""
    width = sizes["width"]
    rows = {
        "word_embeddings": ("vocab_size", "token_embedding/embeddings"),
        "position_embeddings": ("length", "position_embedding/positions"),
        "token_type_embeddings": ("segments", "segment_embedding/embeddings"),
    }
    for name, (size, path) in rows.items():
        yield Weight(f"embeddings.{name}.weight", (sizes[size], width), (path,))
    yield from norm("embeddings.LayerNorm", "embedding_norm", width)
    for number in range(sizes["depth"]):
        yield from _block(f"encoder.layer.{number}", f"block_{number + 1}", width, sizes["inner"])
    if sizes["head"]:
        yield from dense("cls.predictions.transform.dense", "head_dense", width, width)
        yield from norm("cls.predictions.transform.LayerNorm", "head_norm", width)
        bias = "cls.predictions.decoder.bias"
        yield Weight("cls.predictions.bias", (sizes["vocab_size"],), ("head_bias/bias",), also=bias)


def _block(old: str, new: str, width: int, inner: int) -> Iterator[Weight]:
    for name in ("query", "key", "value"):
        yield from dense(f"{old}.attention.self.{name}", f"{new}/attention/{name}", width, width)
    yield from dense(f"{old}.attention.output.dense", f"{new}/attention/output", width, width)
    yield from norm(f"{old}.attention.output.LayerNorm", f"{new}/attention_norm", width)
    yield from dense(f"{old}.intermediate.dense", f"{new}/feed_forward/inner", width, inner)
    yield from dense(f"{old}.output.dense", f"{new}/feed_forward/outer", inner, width)
    yield from norm(f"{old}.output.LayerNorm", f"{new}/feed_forward_norm", width)


def norm(old: str, new: str, width: int) -> Iterator[Weight]:
    """Gain and bias of a layer normalisation."""
    yield Weight(f"{old}.weight", (width,), (f"{new}/gamma",), also=f"{old}.gamma")
    yield Weight(f"{old}.bias", (width,), (f"{new}/beta",), also=f"{old}.beta")


def dense(old: str, new: str, inputs: int, outputs: int) -> Iterator[Weight]:
    """Matrix and bias of a Linear."""
    yield Weight(f"{old}.weight", (outputs, inputs), (f"{new}/kernel",), turned=True)
    yield Weight(f"{old}.bias", (outputs,), (f"{new}/bias",))
