"""A checkpoint as Hugging Face saves it: a folder with config.json and one safetensors file, or several with an index.

config.json                       the sizes of the model, and what it is
model.safetensors                 all arrays; or, where they are many,
model-00001-of-00002.safetensors  some of them, and
model.safetensors.index.json      {"weight_map": {name of an array: name of its file}}
"""

from __future__ import annotations

from pathlib import Path

from kdl import files
from kdl.errors import UsageProblem
from kdl.weights import safetensors
from kdl.weights.safetensors import Tensor

CONFIG = "config.json"
SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "model.ckpt.index", "tf_model.h5", "flax_model.msgpack")
LARGEST_CONFIG = 2 * 2**20  # bytes
LARGEST_INDEX = 8 * 2**20
MOST_SHARDS = 1000


def config(folder: Path) -> dict:
    """What config.json holds.

    Raises:
        UsageProblem: no such folder or file, or no JSON object in it.
    """
    _is_checkpoint(folder)
    return files.json_file(files.inside(folder, CONFIG), LARGEST_CONFIG)


def tensors(folder: Path) -> dict[str, Tensor]:
    """Name -> where each array of the folder lies. Reads the tables alone.

    Raises:
        UsageProblem: a file is missing, damaged or outside the folder, or the index and the files disagree.
    """
    if files.there(folder, SINGLE):
        return safetensors.table(files.inside(folder, SINGLE))
    if files.there(folder, INDEX):
        return _sharded(folder, _weight_map(folder))
    others = [name for name in PICKLES if files.there(folder, name)]
    why = f"It has {others[0]}, which kdl does not read: such a file can be a program." if others else None
    fix = "In transformers: `model.save_pretrained(folder, safe_serialization=True)` writes it."
    raise UsageProblem(f"{folder} has no {SINGLE}.", why=why, fix=fix)


def _is_checkpoint(folder: Path) -> None:
    try:
        is_folder = folder.is_dir()
    except (OSError, ValueError):  # a name too long, or one with a zero in it
        is_folder = False
    if not is_folder:
        fix = f"Name the folder that holds {CONFIG} and {SINGLE}."
        raise UsageProblem(f"There is no folder {files.short(str(folder))}.", fix=fix)
    if not files.there(folder, CONFIG):
        fix = f"Name the folder that holds {CONFIG} and {SINGLE}, as Hugging Face saves a model."
        raise UsageProblem(f"{folder} is no checkpoint.", why=f"It has no {CONFIG}.", fix=fix)


def _weight_map(folder: Path) -> dict[str, str]:
    path = folder / INDEX
    found = files.json_file(files.inside(folder, INDEX), LARGEST_INDEX).get("weight_map")
    if not isinstance(found, dict) or not found or not all(isinstance(shard, str) for shard in found.values()):
        raise UsageProblem(f"{path} has no weight_map of names to files.", fix=files.AGAIN)
    shards = set(found.values())
    if len(shards) > MOST_SHARDS:
        why = f"It names {len(shards):,} files, and {MOST_SHARDS:,} are the most."
        raise UsageProblem(f"{path} is not read.", why=why, fix=files.AGAIN)
    for shard in sorted(shards):
        files.inside(folder, shard)
        if not shard.endswith(".safetensors"):
            why = f"It names {files.short(shard)}, which is no safetensors file."
            raise UsageProblem(f"{path} is not read.", why=why, fix=files.AGAIN)
        if not files.there(folder, shard):
            why = f"The index names {files.short(shard)}."
            raise UsageProblem(f"{folder} lacks one of its files.", why=why, fix="Download that file too.")
    return found


def _sharded(folder: Path, weight_map: dict[str, str]) -> dict[str, Tensor]:
    """The arrays of all files; index and files must name the same ones, each once."""
    found, holder = {}, {}
    for shard in sorted(set(weight_map.values())):
        for name, tensor in safetensors.table(files.inside(folder, shard)).items():
            if name in found:
                why = f"{files.short(name)} is in {holder[name]} and in {shard}."
                raise UsageProblem(f"{folder} holds a weight twice.", why=why, fix=files.AGAIN)
            _expect_place(folder, name, weight_map.get(name), shard)  # at once, so that the index bounds what is kept
            found[name], holder[name] = tensor, shard
    for name in sorted(weight_map.keys() - found.keys()):
        _expect_place(folder, name, weight_map[name], None)
    return found


def _expect_place(folder: Path, name: str, said: str | None, found: str | None) -> None:
    """The file in which the index has an array must be the one that holds it."""
    if said != found:
        said, found = (f"in {place}" if place else "nowhere" for place in (said, found))
        why = f"The index has {files.short(name)} {said}, and it is {found}."
        raise UsageProblem(f"The index of {folder} does not fit its files.", why=why, fix=files.AGAIN)
