"""What is read from a folder, decided before a model is built: whose sizes, which arrays, and which head."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kdl import catalog, files
from kdl.errors import UsageProblem
from kdl.weights import bert, folder, gpt_1, gpt_2, mapping, room
from kdl.weights.config import Config
from kdl.weights.mapping import Plan
from kdl.weights.safetensors import Tensor, read

# Keras builds about one block a second, however small, and the file of a block of width 1 has 1 KB; GPT-3 has 96.
MOST_BLOCKS = 200

FAMILIES = {"bert": bert, "gpt-1": gpt_1, "gpt-2": gpt_2}


def family(model_id: str):
    """The file that maps the names of a model.

    Raises:
        NotFound: there is no such model.
        UsageProblem: it has no public checkpoints that kdl reads.
    """
    if model_id not in FAMILIES:
        catalog.find("model", model_id)
        raise UsageProblem(f"kdl reads no checkpoints for {model_id}.", fix=f"It reads those for: {', '.join(FAMILIES)}.")
    return FAMILIES[model_id]


def made(model_id: str, path: Path) -> Plan:
    """Read config.json and the tables of the files, and check that they are those of this model.

    Raises:
        NotFound, UsageProblem: says which file, which key or which weight is not as it must be, and how to mend it.
    """
    its = family(model_id)
    config = Config(folder.config(path), path)
    config.is_of(its.TYPE, model_id, {one.TYPE: name for name, one in FAMILIES.items()})
    config.only({"quantization_config": None, "pruned_heads": {}})
    sizes = its.sizes(config)
    if sizes["depth"] > MOST_BLOCKS:
        config.refuse(f"It asks for {sizes['depth']:,} blocks, and {MOST_BLOCKS} are the most that kdl builds.")
    if sizes["width"] % sizes["num_heads"]:
        config.refuse(f"Its {sizes['num_heads']} heads do not divide its width, {sizes['width']}.")
    stored = folder.tensors(path)
    tensors = mapping.without_prefix(stored, its.PREFIX, path)
    tied = config.flag("tie_word_embeddings", True)
    # The body has a prefix where it was saved together with a head.
    has_head = tied or its.OUTPUT in tensors or any(name.startswith(its.PREFIX) for name in stored)
    if its.HEAD:
        has_head = sizes["head"] = any(name.startswith(its.HEAD) for name in tensors)
    output = tensors.pop(its.OUTPUT, None)
    copies = _copies(its, tensors, tied)
    weights = mapping.matched(its.weights(sizes), tensors, path)
    unused = mapping.left_over(tensors, its.UNUSED, path)
    stored = {weight.name: tensor for weight, tensor in weights}
    room.expect([tensor.count for tensor in [*stored.values(), *filter(None, [output])]], path)
    for name, copy in copies.items():
        if not _equal(copy, stored[its.COPIES[name]]):
            why = f"{name} and {its.COPIES[name]} are one weight, and differ."
            raise UsageProblem(f"{path} says two things.", why=why, fix=files.AGAIN)
    head = _own_head(its, output, stored[its.EMBEDDING], tied, path) if has_head else None
    return Plan(model_id, path, sizes, weights, has_head, head, unused)


def _copies(its, tensors: dict[str, Tensor], tied: bool) -> dict[str, Tensor]:
    """Take out what is stored a second time. Where the head is not tied, the second one is the one that it uses."""
    found = {name: tensors.pop(name) for name in its.COPIES if name in tensors and its.COPIES[name] in tensors}
    if tied:
        return found
    tensors.update({its.COPIES[name]: tensor for name, tensor in found.items()})
    return {}


def _own_head(its, output: Tensor | None, embedding: Tensor, tied: bool, path: Path) -> Tensor | None:
    """The head's matrix where it is not that of the tokens. One that is equal to it comes back as one with it.

    Raises:
        UsageProblem: it is missing, has another size, or config.json says that it is the same, and it is not.
    """
    if output is None:
        if tied:
            return None
        why = f"config.json says that the head has a matrix of its own, and there is no {its.OUTPUT}."
        raise UsageProblem(f"{path} lacks a weight.", why=why, fix="Save the model together with its head.")
    mapping.expect_shape(its.OUTPUT, output, embedding.shape, path)
    if _equal(output, embedding):
        return None
    if tied:
        why = f"config.json says that {its.OUTPUT} is {its.EMBEDDING} once more, and their numbers differ."
        fix = 'Where the stored head is meant, put "tie_word_embeddings": false into config.json.'
        raise UsageProblem(f"{path} says two things.", why=why, fix=fix)
    return output


def _equal(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and np.array_equal(read(one), read(other))
