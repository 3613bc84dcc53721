"""Small BERT, GPT-1 and GPT-2 of the package `transformers` with random weights: `tests/fixtures/parity/<model>-<n>.npz`.

Each file holds, in float32:

    config                 its configuration, JSON
    <name of a weight>     as in the state_dict of BertForMaskedLM, OpenAIGPTLMHeadModel or GPT2LMHeadModel; the head's
                           matrix, which is that of the tokens, stands there once
    tokens, mask           (B, T); BERT also `segments`; the mask is 1 where a token is real
    hidden, logits         (B, T, D) and (B, T, V) of these inputs; places that are not real mean nothing
    targets                (B, T), the token to predict at each place, -1 where none is asked
    rate, losses           of gradient descent: the loss before each of 3 steps, and after the last (4,)
"""

from __future__ import annotations

import json

import numpy as np

BATCH, LENGTH, STEPS, RATE = 3, 9, 3, 0.02
NOTHING = -1

# vocabulary, longest text, width, heads, blocks, inner width, activation, epsilon. The widths of heads are odd.
SIZES = {
    "bert-1": (37, 12, 15, 3, 1, 22, "gelu", 1e-12),
    "bert-2": (29, 9, 28, 4, 3, 33, "gelu_new", 1e-5),
    "bert-3": (41, 17, 21, 3, 2, 19, "relu", 1e-3),
    "gpt-1-1": (37, 12, 15, 3, 1, None, "gelu", 1e-5),  # which `transformers` takes for gelu_new in this model
    "gpt-1-2": (29, 9, 28, 4, 3, None, "relu", 1e-3),
    "gpt-2-1": (37, 12, 15, 3, 1, None, "gelu_new", 1e-5),
    "gpt-2-2": (29, 9, 28, 4, 3, 33, "relu", 1e-3),
    "gpt-2-3": (41, 17, 21, 3, 2, 19, "gelu", 1e-6),
}


def model_of(name: str):
    """The model of one configuration, without dropout, in the mode for training."""
    import transformers

    vocab, length, width, heads, blocks, inner, activation, epsilon = SIZES[name]
    sizes = {"vocab_size": vocab}
    if name.startswith("bert"):
        sizes |= {"hidden_size": width, "num_attention_heads": heads, "num_hidden_layers": blocks, "intermediate_size": inner}
        sizes |= {"hidden_act": activation, "layer_norm_eps": epsilon, "max_position_embeddings": length}
        sizes |= {"type_vocab_size": 2 + (blocks == 3), "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        config, kind = transformers.BertConfig(**sizes), transformers.BertForMaskedLM
    else:
        sizes |= {"n_embd": width, "n_head": heads, "n_layer": blocks, "n_positions": length, "layer_norm_epsilon": epsilon}
        sizes |= {"embd_pdrop": 0.0, "attn_pdrop": 0.0, "resid_pdrop": 0.0}
        sizes |= {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0} if name.startswith("gpt-2") else {}
        if name.startswith("gpt-1"):
            config, kind = transformers.OpenAIGPTConfig(afn=activation, **sizes), transformers.OpenAIGPTLMHeadModel
        else:
            sizes |= {"activation_function": activation, "n_inner": inner}
            config, kind = transformers.GPT2Config(**sizes), transformers.GPT2LMHeadModel
    config.architectures, config._attn_implementation = [kind.__name__], "eager"
    return kind(config).train()


def fill(model, rng) -> dict:
    """Draw all weights, so that no bias is 0 and no gain 1: what differs between two models then shows. Each once, by name."""
    import torch

    drawn, seen = {}, set()
    for name, weight in model.state_dict().items():
        if weight.data_ptr() in seen:
            continue
        seen.add(weight.data_ptr())
        shape = tuple(weight.shape)
        gain = len(shape) == 1 and name.endswith("weight")
        scale = 0.3 if len(shape) == 1 else 1.0 if "embed" in name or ".wte" in name or ".wpe" in name else min(shape) ** -0.5
        drawn[name] = rng.normal(1.0 if gain else 0.0, scale, shape).astype(np.float32)
        with torch.no_grad():
            weight.copy_(torch.tensor(drawn[name]))
    return drawn


def inputs_of(name: str, config, rng) -> dict:
    """Tokens of texts of different lengths; of the causal models one row is filled up in front."""
    tokens = rng.integers(1, config.vocab_size, (BATCH, LENGTH))
    mask = np.ones((BATCH, LENGTH), np.int64)
    mask[1, 6:] = 0
    mask[2, slice(7, None) if name.startswith("bert") else slice(0, 2)] = 0
    given = {"tokens": tokens, "mask": mask}
    if name.startswith("bert"):
        given["segments"] = rng.integers(0, config.type_vocab_size, (BATCH, LENGTH))
        chosen = (rng.random((BATCH, LENGTH)) < 0.4) & (mask == 1)
        return given | {"targets": np.where(chosen, rng.integers(1, config.vocab_size, (BATCH, LENGTH)), NOTHING)}
    asked = (mask[:, :-1] & mask[:, 1:]) == 1
    return given | {"targets": np.pad(np.where(asked, tokens[:, 1:], NOTHING), ((0, 0), (0, 1)), constant_values=NOTHING)}


def made(name: str) -> dict:
    """What the file of one configuration holds."""
    import torch
    import transformers

    torch.set_num_threads(1)
    rng = np.random.default_rng(list(SIZES).index(name))
    model = model_of(name)
    weights = fill(model, rng)
    given = inputs_of(name, model.config, rng)
    names = {"tokens": "input_ids", "mask": "attention_mask", "segments": "token_type_ids"}
    fed = {names[key]: torch.tensor(value) for key, value in given.items() if key in names}
    targets = torch.tensor(given["targets"]).reshape(-1)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    losses = []
    for step in range(STEPS + 1):
        answer = model(**fed, output_hidden_states=True)
        loss = torch.nn.functional.cross_entropy(answer.logits.reshape(len(targets), -1), targets, ignore_index=NOTHING)
        losses.append(loss.item())
        if step == 0:
            found = {"hidden": answer.hidden_states[-1].detach().numpy(), "logits": answer.logits.detach().numpy()}
        optimizer.zero_grad()
        loss.backward()
        if step < STEPS:
            optimizer.step()
    kind = type(model).__name__
    reference = np.array(f"transformers.{kind}, transformers {transformers.__version__}, torch {torch.__version__}")
    config = np.array(json.dumps(model.config.to_dict(), sort_keys=True))
    return {"reference": reference, "config": config, **given, **found, "rate": RATE, "losses": np.array(losses), **weights}
