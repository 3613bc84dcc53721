"""GPT-2 as Hugging Face's `transformers` saves it (GPT2Model, GPT2LMHeadModel) -> the variables of gpt_2.py.

    wte, wpe                 rows of the tokens and of the places
    h.<n>.ln_1, .ln_2, ln_f  norms: `weight` is the gain, `bias` what is added
    h.<n>.attn.c_attn        W_q, W_k and W_v side by side (D, 3 D)
    h.<n>.attn.c_proj        W_o
    h.<n>.mlp.c_fc, .c_proj  W_1 and W_2

Its layer `Conv1D` stores (in, out), as Keras does: no matrix is turned. Blocks count from 0 there and from 1 here.
"""

from __future__ import annotations

from collections.abc import Iterator

from kdl.weights.config import ACTIVATIONS, Config
from kdl.weights.mapping import Weight

TYPE = "gpt2"
PREFIX = "transformer."
HEAD = ""  # no names of its own: without a matrix, that of the tokens serves
EMBEDDING = "wte.weight"
OUTPUT = "lm_head.weight"  # the head's matrix, where it is stored
COPIES = {}
READS, ADDS = "hidden", None  # layers before and behind the head's matrix
INPUTS = ("tokens", "mask")
# Constants, saved along: the triangle of the causal mask, and the number that stands for minus infinity.
UNUSED = r"h\.\d+\.attn\.(bias|masked_bias)"

FIXED = {"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False}


def sizes(config: Config) -> dict:
    """The arguments of `build`. Of several dropout rates kdl has one, that of the sums."""
    config.only(FIXED)
    width = config.size("n_embd")
    return {
        "vocab_size": config.size("vocab_size"),
        "length": config.size("n_positions"),
        "width": width,
        "depth": config.size("n_layer"),
        "num_heads": config.size("n_head"),
        "inner": config.size("n_inner", null=4 * width),
        "activation": config.choice("activation_function", "gelu_new", ACTIVATIONS),
        "dropout": config.share("resid_pdrop", 0.1),
        "epsilon": config.epsilon("layer_norm_epsilon", 1e-5),
    }


def weights(sizes: dict) -> Iterator[Weight]:
    """Every array of a model of these sizes."""
    width = sizes["width"]
    yield Weight("wte.weight", (sizes["vocab_size"], width), ("token_embedding/embeddings",))
    yield Weight("wpe.weight", (sizes["length"], width), ("position_embedding/positions",))
    for number in range(sizes["depth"]):
        yield from block(f"h.{number}", f"block_{number + 1}", width, sizes["inner"])
    yield from norm("ln_f", "hidden", width)


def block(old: str, new: str, width: int, inner: int) -> Iterator[Weight]:
    """One block, which GPT-1 and GPT-2 save under the same names."""
    yield from norm(f"{old}.ln_1", f"{new}/attention_norm", width)
    yield from dense(f"{old}.attn.c_attn", [f"{new}/attention/{name}" for name in ("query", "key", "value")], width, 3 * width)
    yield from dense(f"{old}.attn.c_proj", [f"{new}/attention/output"], width, width)
    yield from norm(f"{old}.ln_2", f"{new}/feed_forward_norm", width)
    yield from dense(f"{old}.mlp.c_fc", [f"{new}/feed_forward/inner"], width, inner)
    yield from dense(f"{old}.mlp.c_proj", [f"{new}/feed_forward/outer"], inner, width)


def norm(old: str, new: str, width: int) -> Iterator[Weight]:
    """Gain and bias of a layer normalisation."""
    yield Weight(f"{old}.weight", (width,), (f"{new}/gamma",))
    yield Weight(f"{old}.bias", (width,), (f"{new}/beta",))


def dense(old: str, new: list[str], inputs: int, outputs: int) -> Iterator[Weight]:
    """Matrix and bias of a Conv1D, which is several layers of ours where `new` names several."""
    yield Weight(f"{old}.weight", (inputs, outputs), tuple(f"{name}/kernel" for name in new))
    yield Weight(f"{old}.bias", (outputs,), tuple(f"{name}/bias" for name in new))
