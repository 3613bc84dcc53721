"""Vectors of sentences and their cosines as the package `sentence-transformers` makes them: `parity/sentence-bert.npz`.

In float32, from a small BERT of `transformers` with random weights:

    config, <name of a weight>     as in transformers_fixture.py, of a BertForMaskedLM
    tokens                         (B, 2, T), pairs of sentences of different lengths; 0 fills up
    mean, max, cls                 (B, 2, D), the vectors that its module Pooling makes of the states
    mean_cosine ...                (B,), `util.pairwise_cos_sim` of the two of each pair
"""

from __future__ import annotations

import json

import numpy as np
from transformers_fixture import fill, model_of

LENGTHS = ((9, 5), (3, 8), (1, 9), (6, 6))
POOLINGS = ("mean", "max", "cls")


def made() -> dict:
    """What the file holds."""
    import sentence_transformers
    import torch
    import transformers
    from sentence_transformers.models import Pooling
    from sentence_transformers.util import pairwise_cos_sim

    torch.set_num_threads(1)
    rng = np.random.default_rng(7)
    model = model_of("bert-2").eval()
    weights = fill(model, rng)
    lengths = np.array(LENGTHS)
    longest = int(lengths.max())
    real = np.arange(longest) < lengths[..., None]  # (B, 2, T)
    tokens = np.where(real, rng.integers(1, model.config.vocab_size, real.shape), 0)
    mask = torch.tensor(real.reshape(-1, longest).astype(np.int64))
    with torch.no_grad():
        states = model.bert(input_ids=torch.tensor(tokens.reshape(-1, longest)), attention_mask=mask).last_hidden_state
    found = {"tokens": tokens}
    for pooling in POOLINGS:
        pool = Pooling(states.shape[-1], pooling_mode=pooling)
        vectors = pool({"token_embeddings": states, "attention_mask": mask})["sentence_embedding"].reshape(len(tokens), 2, -1)
        found |= {pooling: vectors.numpy(), f"{pooling}_cosine": pairwise_cos_sim(vectors[:, 0], vectors[:, 1]).numpy()}
    versions = f"sentence_transformers {sentence_transformers.__version__}, transformers {transformers.__version__}"
    reference = np.array(f"{versions}, torch {torch.__version__}")
    config = np.array(json.dumps(model.config.to_dict(), sort_keys=True))
    return {"reference": reference, "config": config, **found, **weights}
