"""Make `tests/fixtures/bleu_sacrebleu.json`: small corpora, and what sacrebleu says of them without smoothing.

    pip install sacrebleu        # in an environment of its own
    python tools/bleu_fixture.py tests/fixtures/bleu_sacrebleu.json

The tests need only the file, so that sacrebleu is no dependency of kdl.
"""

import json
import random
import sys
from pathlib import Path

import sacrebleu

WORDS = ["the", "a", "cat", "dog", "mat", "sat", "on", "is"]


def near(rng, sentence):
    """The sentence with a word changed here and there, and now and then cut or made longer."""
    other = [rng.choice(WORDS) if rng.random() < 0.2 else word for word in sentence]
    return other[: len(other) - rng.randrange(3)] + rng.choices(WORDS, k=rng.randrange(2))


def corpus(rng):
    """Candidates, and one to three references for each; some sentences are shorter than four tokens, some empty."""
    bases = [rng.choices(WORDS, k=rng.randrange(1, 12)) for _ in range(rng.randrange(1, 5))]
    candidates = [[] if rng.random() < 0.1 else near(rng, base) for base in bases]
    return candidates, [[near(rng, base) or base for _ in range(rng.randrange(1, 4))] for base in bases]


def judged(candidates, references):
    """Score and brevity penalty, from 0 to 1, the matches and the totals of n = 1 to 4."""
    metric = sacrebleu.metrics.BLEU(smooth_method="none", tokenize="none", force=True)
    streams = [[" ".join(many[k]) if k < len(many) else None for many in references] for k in range(max(map(len, references)))]
    said = metric.corpus_score([" ".join(candidate) for candidate in candidates], streams)
    return {"bleu": said.score / 100, "penalty": said.bp, "matches": said.counts, "totals": said.totals}


def main(path):
    rng = random.Random(0)
    rows = []
    for candidates, references in (corpus(rng) for _ in range(60)):
        rows.append({"candidates": candidates, "references": references, **judged(candidates, references)})
    said = {"made_by": f"sacrebleu {sacrebleu.__version__}, smooth_method none, tokenize none", "corpora": rows}
    Path(path).write_text(json.dumps(said, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
