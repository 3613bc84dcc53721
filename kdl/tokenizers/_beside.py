"""The vocabulary of an imported model lies beside it: `gpt2.keras` reads and writes with the folder `gpt2.vocab`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kdl import files
from kdl.errors import UsageProblem
from kdl.tokenizers import _files, load
from kdl.tokenizers.byte_level_bpe import ByteLevelBPE


def folder(model: Path) -> Path:
    """Where the vocabulary of a `.keras` file lies, if it has one."""
    return model.with_suffix(".vocab")


def writes(path: Path) -> ByteLevelBPE:
    """The tokenizer in a folder, for a model that writes.

    Raises:
        UsageProblem: see `kdl.tokenizers.load`; or it is that of a model that fills gaps.
    """
    tokenizer = load(path)
    if not isinstance(tokenizer, ByteLevelBPE):
        why = f"It is a vocabulary of {type(tokenizer).__name__}, as BERT has it; GPT-2's is byte-level BPE."
        raise UsageProblem(f"{path} holds no vocabulary to write with.", why=why, fix="Name the folder of a GPT-2.")
    return tokenizer


def fits(tokenizer: ByteLevelBPE, path: Path, vocab_size: int) -> None:
    """Each number 0 .. V - 1 that a model chooses among must have its piece, and no other number one.

    Raises:
        UsageProblem: it is otherwise.
    """
    numbers = tokenizer.texts
    if set(numbers) != set(range(vocab_size)):
        why = f"The model chooses among {vocab_size:,} numbers, the vocabulary has {len(numbers):,}, up to {max(numbers):,}."
        raise UsageProblem(f"{path} is not the vocabulary of this model.", why=why, fix="Name the folder that it came from.")


def copy(source: Path, names: Iterable[str], to: Path) -> None:
    """Copy those files of a tokenizer that are in the folder `source` into the new folder `to`.

    Raises:
        UsageProblem: one of them is no plain file of that folder.
    """
    to.mkdir()
    for name in names:
        if files.there(source, name):
            text = files.text_file(files.inside(source, name), _files.LARGEST)
            (to / name).write_bytes(text.encode())
