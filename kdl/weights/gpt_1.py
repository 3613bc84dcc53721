"""GPT-1 as Hugging Face's `transformers` saves it (OpenAIGPTModel, OpenAIGPTLMHeadModel) -> the variables of gpt_1.py.

    tokens_embed, positions_embed   rows of the tokens and of the places
    h.<n>                           a block, named as in GPT-2; ln_1 and ln_2 stand after the sums here

There is no last norm. What its config calls `gelu` is the approximation by tanh, which other models call `gelu_new`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kdl.weights import gpt_2
from kdl.weights.config import Config
from kdl.weights.mapping import Weight

TYPE = "openai-gpt"
PREFIX = "transformer."
HEAD = ""  # no names of its own: without a matrix, that of the tokens serves
EMBEDDING = "tokens_embed.weight"
OUTPUT = "lm_head.weight"  # the head's matrix, where it is stored
COPIES = {}
READS, ADDS = "hidden", None  # layers before and behind the head's matrix
INPUTS = ("tokens", "mask")
UNUSED = r"h\.\d+\.attn\.bias|position_ids"

ACTIVATIONS = {"gelu": "gelu_tanh", "relu": "relu", "silu": "silu", "swish": "silu"}


def sizes(config: Config) -> dict:
    """The arguments of `build`. Of several dropout rates kdl has one, that of the sums."""
    width = config.size("n_embd")
    return {
        "vocab_size": config.size("vocab_size"),
        "length": config.size("n_positions"),
        "width": width,
        "depth": config.size("n_layer"),
        "num_heads": config.size("n_head"),
        "inner": 4 * width,
        "activation": config.choice("afn", "gelu", ACTIVATIONS),
        "dropout": config.share("resid_pdrop", 0.1),
        "epsilon": config.epsilon("layer_norm_epsilon", 1e-5),
    }


def weights(sizes: dict) -> Iterator[Weight]:
    """Every array of a model of these sizes."""
    width = sizes["width"]
    yield Weight("tokens_embed.weight", (sizes["vocab_size"], width), ("token_embedding/embeddings",))
    yield Weight("positions_embed.weight", (sizes["length"], width), ("position_embedding/positions",))
    for number in range(sizes["depth"]):
        yield from gpt_2.block(f"h.{number}", f"block_{number + 1}", width, sizes["inner"])
