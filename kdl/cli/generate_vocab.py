"""`kdl generate` of an imported model: its symbols are the pieces of the vocabulary that it was trained with."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from kdl.cli import generate_text
from kdl.errors import UsageProblem


class Pieces:
    """A tokenizer as `generate_text` asks the text of a task: see `kdl.tasks.Text`.

    Args:
        tokenizer: of byte-level BPE.

    Attributes:
        end: the number that says that a text is over, or None: then none is written.
        start: the number that stands before a text that begins from nothing: the end of the text before. Or None.
    """

    def __init__(self, tokenizer):
        from kdl.tokenizers.byte_level_bpe import END_OF_TEXT

        self.tokenizer = tokenizer
        self.start = self.end = tokenizer.vocab.get(END_OF_TEXT)

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text)

    def decode(self, numbers) -> str:
        return self.tokenizer.decode(number for number in numbers if number not in (None, self.end))


def beside(one, vocab: str | None, task: str | None) -> Path | None:
    """The folder of the vocabulary: the one that is named, else the one beside a model's file. None: the symbols are a task's.

    Raises:
        UsageProblem: --vocab and --task.
    """
    from kdl.tokenizers import _beside

    if vocab is not None and task is not None:
        why = "A vocabulary is that of a checkpoint; a task has symbols of its own."
        raise UsageProblem("--vocab and --task exclude each other.", why=why, fix="Leave out one of them.")
    if vocab is not None:
        return Path(vocab)
    folder = _beside.folder(one.path)
    return folder if one.run is None and task is None and folder.is_dir() else None


def read(folder: Path):
    """The pieces of a folder, checked before Keras is loaded.

    Raises:
        UsageProblem: see `kdl.tokenizers._beside.writes`.
    """
    from kdl.tokenizers import _beside

    return Pieces(_beside.writes(folder))


def show(one, model, folder: Path, pieces: Pieces, given: dict, as_json: bool) -> None:
    """Write on from the prompt. As when GPT-2 was trained, a text without one follows the end of another."""
    from kdl.decoding import _reader
    from kdl.tokenizers import _beside

    _reader.next_logits(model)  # refuses a model that does not write
    _beside.fits(pieces.tokenizer, folder, model.output_shape[-1])
    start = pieces.encode(given["prompt"] or "") or [pieces.start]
    if start == [None]:
        why = "Its vocabulary has no <|endoftext|> to begin a text with."
        raise UsageProblem("The text needs a beginning.", why=why, fix='Name one: --prompt "..."')
    typed = f"{one.typed} --vocab {shlex.quote(str(folder))}" if given["vocab"] else one.typed
    generate_text.write(replace(one, typed=typed), model, pieces, start, {"vocab": str(folder)}, given, as_json)
