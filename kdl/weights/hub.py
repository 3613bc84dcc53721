"""Fetch a checkpoint from Hugging Face's hub: the one way here that uses the network, and only when asked by name.

The package `huggingface_hub` does it (extra `weights`). Only config.json, safetensors files and those of the tokenizer are
fetched: no pickle ever lies on the disk.
"""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

from kdl import files, paths
from kdl.errors import EnvironmentProblem, UsageProblem, install_line

PACKAGE = "huggingface_hub"
SECONDS = 10  # without an answer, then it is given up
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt")
WANTED = ("config.json", "*.safetensors", "*.safetensors.index.json", *TOKENIZER)


def possible(name: str) -> None:
    """What can be refused without the network.

    Raises:
        UsageProblem: no possible name.
        EnvironmentProblem: the package is not installed.
    """
    part = r"[A-Za-z0-9][\w.-]{0,95}"
    if not re.fullmatch(rf"{part}(/{part})?", name, re.ASCII) or ".." in name or "--" in name:
        raise UsageProblem(f"{files.short(name)} is no name on the hub.", fix="Names there look like openai-community/gpt2.")
    if importlib.util.find_spec(PACKAGE) is None:
        raise EnvironmentProblem(f"--from-hub needs {PACKAGE}.", fix=f"Install it: {install_line('weights')}")


def fetched(name: str) -> Path:
    """The folder of a checkpoint, downloaded into kdl's cache unless it is there already.

    Raises:
        UsageProblem, EnvironmentProblem: see `possible`; or the hub is not reached, or does not give it.
    """
    possible(name)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when the package is imported
    os.environ.setdefault("HF_HUB_DOWNLOAD_TIMEOUT", str(SECONDS))
    import huggingface_hub
    from huggingface_hub import errors

    where = {"cache_dir": paths.made(paths.cache() / "hub"), "etag_timeout": SECONDS}
    try:
        return Path(huggingface_hub.snapshot_download(name, allow_patterns=WANTED, ignore_patterns="*/*", **where))
    except errors.LocalEntryNotFoundError as error:  # not reached, and not fetched before
        fix = "Try again with a network, or download the folder elsewhere and name it: `kdl model import MODEL PATH`."
        why = "There is no network, or it does not let kdl through."
        raise EnvironmentProblem("The hub cannot be reached.", why=why, fix=fix) from error
    except errors.RepositoryNotFoundError as error:  # also what the hub says of a private one
        why = "There is no such model, or it is not open to all."
        raise UsageProblem(f"The hub does not give {name}.", why=why, fix="Look the name up on the hub.") from error
    except Exception as error:  # the package and those below it raise what they like
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise EnvironmentProblem(f"{name} cannot be fetched.", why=lines[0][:300], fix="Try again later.") from error
