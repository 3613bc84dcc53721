"""`kdl tokenize`: see into which pieces a text falls, by what is learned from the notes or by a checkpoint's vocabulary."""

from __future__ import annotations

import click

from kdl.cli import render
from kdl.errors import UsageProblem

MERGES = 500


@click.command()
@click.argument("text")
@click.option("--merges", type=click.IntRange(0, 2000), metavar="N", help=f"Merges to learn; default {MERGES}.")
@click.option("--vocab", type=click.Path(), metavar="FOLDER", help="Use the vocabulary of a checkpoint instead.")
@render.json_option
def command(text, merges, vocab, as_json):
    """See into which pieces TEXT falls.

    \b
    kdl tokenize "unforgettable gradients"
    kdl tokenize "unforgettable gradients" --merges 50
    kdl tokenize "unforgettable gradients" --vocab ~/bert-base-uncased

    Every tokenizer of `kdl algorithm list` learns N merges from the words of these notes, then cuts TEXT. With --vocab the one
    of a FOLDER as Hugging Face saves it does: tokenizer.json, or vocab.txt, or vocab.json with merges.txt.
    """
    if vocab is not None and merges is not None:
        raise UsageProblem("--vocab and --merges exclude each other.", why="A vocabulary that is there is not learned.")
    if vocab is not None:
        from kdl import tokenizers

        made = {vocab: tokenizers.load(vocab)}
    else:
        made = _learned(MERGES if merges is None else merges)
    rows = [{"id": name, "pieces": one.tokens(text), "numbers": one.numbers(text)} for name, one in made.items()]
    if as_json:
        render.emit({"schema": "kdl.tokens/1", "text": text, "tokenizers": rows})
        return
    if vocab is not None:
        (row,) = rows
        pieces = [render.visible(piece, keep="") for piece in row["pieces"]]
        render.table(zip(pieces, row["numbers"], strict=True), head=("piece", "number"))
        render.next_step("kdl notes subword-tokenisation     how such pieces are learned")
        return
    render.table(
        [(row["id"], len(row["pieces"]), " ".join(row["pieces"])) for row in rows], head=("tokenizer", "pieces", "text")
    )
    render.next_step(
        "kdl algorithm show bpe     how merges are learned", "kdl exercise start byte-pair-encoding     write it yourself"
    )


def _learned(num_merges: int) -> dict:
    """Every tokenizer of the catalogue, learned from the words of the topics."""
    import re
    from collections import Counter

    from kdl import catalog, content

    topics = sorted(content.quizzes().rglob("*.md"))
    counts = Counter(word for path in topics for word in re.findall(r"[^\W\d_]+", path.read_text(encoding="utf-8")))
    cards = [card for card in catalog.algorithms().values() if card.makes == "tokenizer"]
    render.say(f"Learning {num_merges} merges from {len(counts):,} words of the notes ...", err=True)
    return {card.id: catalog.load(card).make(counts, num_merges) for card in cards}
