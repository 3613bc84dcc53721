"""`kdl model import`: a public checkpoint as a model of kdl."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import completion, render
from kdl.errors import UsageProblem

LENGTH = 8  # tokens of the text that a new model is tried on


def _models(ctx, param, incomplete):
    """The models that checkpoints are read for."""
    from kdl import catalog
    from kdl.weights import plan

    return completion.matching(incomplete, {name: catalog.find("model", name).title for name in plan.FAMILIES})


@click.command()
@click.argument("name", metavar="MODEL", shell_complete=_models)
@click.argument("path", metavar="[PATH]", required=False, type=click.Path(path_type=Path))
@click.option("--from-hub", "hub", metavar="NAME", help="Fetch it from Hugging Face's hub instead; this uses the network.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to; default the folder `imports` of kdl's home.")
@render.json_option
def command(name, path, hub, out, as_json):
    """Read a checkpoint into MODEL (bert, gpt-1 or gpt-2), check that it computes, and save it as a .keras file.

    \b
    kdl model import gpt-2 ~/gpt2
    kdl model import bert ~/bert-base-uncased --out bert.keras
    kdl model import gpt-2 --from-hub openai-community/gpt2

    PATH is a folder as Hugging Face saves it: config.json and model.safetensors, whole or in shards. Nothing in it is run:
    a pickle (pytorch_model.bin) is not read. The vocabulary of a GPT-2 is copied into a folder beside the file, where `kdl
    generate` finds it. docs/weights.md says what is read, and how near the answers come.
    """
    from kdl.tokenizers import _beside
    from kdl.weights import plan

    if (path is None) == (hub is None):
        raise UsageProblem(
            "Name one checkpoint: a folder, or one on the hub with --from-hub.", fix=f"kdl model import {name} PATH"
        )
    plan.family(name)
    if out and out.suffix != ".keras":
        raise UsageProblem(f"--out must end in .keras. Received: {out.name}", fix=f"--out {out.with_suffix('.keras').name}")
    target = (out or _default(name, path.absolute().name if hub is None else hub)).absolute()
    _free(target)
    if hub is not None:
        path = _fetched(hub)
    if not _left_behind(_beside.folder(target), path):
        _free(_beside.folder(target))
    read = plan.made(name, path)
    vocab = _beside.folder(target) if _writes(read) else None
    render.say("Loading Keras ...", err=True)
    size = _saved(read, target, vocab)
    if as_json:
        render.emit(
            {
                "schema": "kdl.import/1", "model": name, "from": str(path), "hub": hub, "path": str(target), "bytes": size,
                "params": read.num_params, "sizes": read.sizes, "own_head": read.head is not None, "unused": read.unused,
                "vocab": str(vocab) if vocab else None,
            }
        )  # fmt: skip
        return
    _show(read, target, size, vocab)


def _free(there: Path) -> None:
    if there.exists():
        raise UsageProblem(f"{there} is there already.", fix="Name another place with --out, or delete it first.")


def _left_behind(vocab: Path, source: Path) -> bool:
    """Is it what an import of the same checkpoint left that was killed before its model was there? Then it may stay."""
    from kdl import files
    from kdl.weights.hub import TOKENIZER

    names = sorted(name for name in TOKENIZER if files.there(source, name))
    there = sorted(path.name for path in vocab.iterdir()) if vocab.is_dir() else None
    return bool(names) and there == names and all(_same(vocab / name, source / name) for name in names)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()


def _fetched(hub: str) -> Path:
    from kdl.weights import hub as hugging_face

    hugging_face.possible(hub)
    render.say(f"Fetching {hub} ...", err=True)
    return hugging_face.fetched(hub)


def _default(name: str, label: str) -> Path:
    import re

    from kdl import paths

    label = re.sub(r"[^\w.-]+", "-", label, flags=re.ASCII).strip("-.") or "checkpoint"
    return paths.home() / "imports" / f"{name}-{label[:80]}.keras"


def _writes(read) -> bool:
    """Is a vocabulary in the folder that `kdl generate` can write with? One that there is and that cannot is told."""
    from kdl.errors import KdlError
    from kdl.tokenizers import _beside
    from kdl.weights.hub import TOKENIZER

    if read.model_id == "bert" or not read.has_head or not any((read.folder / name).is_file() for name in TOKENIZER):
        return False
    try:
        _beside.fits(_beside.writes(read.folder), read.folder, read.sizes["vocab_size"])
    except KdlError as error:
        why = render.visible(f"{error.what} {error.why or ''}".rstrip())
        render.say(f"Its vocabulary is not taken along: {why}", err=True)
        return False
    return True


def _saved(read, target: Path, vocab: Path | None) -> int:
    """Build, try and write the model of a plan; its bytes. It is at `target` as a whole or not at all; its vocabulary too."""
    import os
    import tempfile

    from kdl import weights
    from kdl.runs.record import writing
    from kdl.tokenizers import _beside
    from kdl.weights.hub import TOKENIZER

    model = weights.built(read, takes=("tokens",))
    _try(model, read)
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".import-") as folder:
            model.save(Path(folder) / target.name)
            if vocab and not vocab.exists():  # before the model, which is never without it
                _beside.copy(read.folder, TOKENIZER, Path(folder) / vocab.name)
                os.replace(Path(folder) / vocab.name, vocab)
            os.replace(Path(folder) / target.name, target)
    return target.stat().st_size


def _try(model, read) -> None:
    """One forward pass over random tokens must give finite numbers, and no parameter may be missing.

    Raises:
        UsageProblem: the numbers overflow.
    """
    import numpy as np

    from kdl import weights

    if model.count_params() != read.num_params:
        raise RuntimeError(f"{model.count_params():,} parameters were built, and {read.num_params:,} read")
    tokens = np.random.default_rng(0).integers(0, read.sizes["vocab_size"], (1, min(LENGTH, read.sizes["length"])))
    for key, values in weights.run(model, tokens=tokens).items():
        if not np.isfinite(values).all():
            why = f"Its {key} overflow on {tokens.shape[1]} random tokens."
            raise UsageProblem(f"{read.folder} gives no finite numbers.", why=why, fix="Download it again.")


def _show(read, target: Path, size: int, vocab: Path | None) -> None:
    import shlex

    from kdl.weights.hub import TOKENIZER

    render.heading(f"{read.folder.name} as {read.model_id}")
    sizes = ", ".join(f"{key} {value}" for key, value in read.sizes.items() if key in ("depth", "width", "num_heads", "length"))
    own = "of its own" if read.head else "that of the tokens" if read.has_head else "none: it gives hidden states"
    fields = [("path", target), ("vocabulary", vocab), ("size", f"{size:,} bytes")]
    fields += [
        ("parameters", f"{read.num_params:,}"),
        ("sizes", sizes),
        ("head", own),
        ("left out", render.visible(", ".join(read.unused[:4])) + (" .." if len(read.unused) > 4 else "")),
    ]
    fields += [("to open it", "kdl.train.saved.load(path)"), ("to ask it", "kdl.weights.run(model, tokens=[[1, 2, 3]])")]
    render.fields([field for field in fields if field[1]])
    from_here, to = (shlex.quote(str(one)) for one in (read.folder, target))
    vocabulary = any((read.folder / name).is_file() for name in TOKENIZER if name != "tokenizer_config.json")
    ask = [f'kdl generate {to} --prompt "What is attention?"'] if vocab else []
    ask += [f'kdl tokenize "What is attention?" --vocab {from_here}'] if vocabulary else []
    render.next_step(*ask, f"kdl model export {to} --to saved-model")
