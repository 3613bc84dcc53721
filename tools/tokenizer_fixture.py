"""Make tests/fixtures/tokenizers.json.gz: what public tokenizers say of nasty texts, and what they learn.

    python -m venv /tmp/fixtures && /tmp/fixtures/bin/pip install tokenizers==0.23.3 subword-nmt==0.3.8
    /tmp/fixtures/bin/python tools/tokenizer_fixture.py            # check: compares, writes nothing
    /tmp/fixtures/bin/python tools/tokenizer_fixture.py --write    # write the file

Only authors run this. The file is committed, so that neither users nor CI need the references. It holds the vocabularies
and texts as well as the answers, and the references with their versions.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIXTURE = ROOT / "tests" / "fixtures" / "tokenizers.json.gz"
sys.path.insert(0, str(ROOT / "tests"))

import nasty_texts  # noqa: E402

TEXTS, PAIRS, NUMBERS = 2400, 100, 200
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def bert(texts: list[str], lowercase: bool):
    """BERT's tokenizer with a vocabulary learned from the texts. The package numbers its pieces otherwise in every run."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    one = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    one.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    one.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    one.decoder = decoders.WordPiece()
    one.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=900, special_tokens=SPECIAL, show_progress=False))
    frame = {"single": "[CLS] $A [SEP]", "pair": "[CLS] $A [SEP] $B:1 [SEP]:1"}
    named = [(name, one.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    one.post_processor = processors.TemplateProcessing(**frame, special_tokens=named)
    return one


def gpt2(texts: list[str]):
    """GPT-2's tokenizer with merges learned from the texts."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    one = Tokenizer(models.BPE())
    one.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    one.decoder, one.post_processor = decoders.ByteLevel(), processors.ByteLevel(trim_offsets=False)
    alphabet, special = pre_tokenizers.ByteLevel.alphabet(), ["<|endoftext|>"]
    trainer = trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, special_tokens=special, show_progress=False)
    one.train_from_iterator(texts, trainer)
    return one


def answers(one, texts: list[str], rng) -> dict:
    """Its own file, the numbers of every text, of pairs of them, and texts of random numbers."""
    numbers = [[rng.randrange(one.get_vocab_size()) for _ in range(rng.randint(0, 12))] for _ in range(NUMBERS)]
    both = [one.encode(a, b) for a, b in zip(texts[:PAIRS], texts[PAIRS : 2 * PAIRS], strict=True)]
    return {
        "file": json.loads(one.to_str()),
        "numbers": [one.encode(text).ids for text in texts],
        "pairs": [[pair.ids, pair.type_ids] for pair in both],
        "decoded": [[row, one.decode(row)] for row in numbers],
        "decoded whole": [one.decode(row, skip_special_tokens=False) for row in numbers],
    }


def classes() -> dict[str, list]:
    """What the package makes of each code point that Python's Unicode knows, as [first, last, class] in order."""
    from tokenizers import normalizers, pre_tokenizers

    clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False)
    bare = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=True)
    marks, level = pre_tokenizers.BertPreTokenizer(), pre_tokenizers.ByteLevel(add_prefix_space=False)

    def inside(normalizer):
        return lambda char: normalizer.normalize_str(f"[{char}]")[1:-1]

    def whole(text: str) -> bool:
        return len(level.pre_tokenize_str(text)) == 1

    def chunk(char: str) -> str:
        return "letter" if whole(f"a{char}b") else "digit" if whole(f"1{char}2") else "other" if whole(f"!{char}?") else "space"

    asked = {
        "cleaned": inside(clean),
        "bare": inside(bare),
        "words": lambda char: len(marks.pre_tokenize_str(f"a{char}b")),
        "chunk": chunk,
    }
    return {name: runs(ask) for name, ask in asked.items()}


def runs(ask) -> list:
    """Runs of code points with one answer, in which "@" is the character; without Hangul syllables, which are all alike."""
    found: list = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Cs", "Co") or "가" <= char <= "힣":
            continue
        said = ask(char)
        said = said.replace(char, "@") if isinstance(said, str) else said
        if found and found[-1][2] == said and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code, said])
    return found


def learned(rng) -> list:
    """[counts of words, merges that subword-nmt learns]: words of few letters, so that pairs overlap and tie."""
    from subword_nmt.learn_bpe import learn_bpe

    found = []
    for letters in ("ab", "abc", "abcdef", "lowernstid"):
        for _ in range(5):
            words = {"".join(rng.choice(letters) for _ in range(rng.randint(1, 9))) for _ in range(25)}
            counts = {word: rng.randint(1, 9) for word in sorted(words)}
            out = io.StringIO()
            rows = [f"{word} {count}\n" for word, count in counts.items()]
            learn_bpe(rows, out, num_symbols=40, min_frequency=1, is_dict=True)
            found.append([counts, [line.split(" ") for line in out.getvalue().splitlines()[1:]]])
    return found


def made(kept: dict) -> dict:
    """Everything; the vocabularies are those of the file that is there, if one is."""
    from tokenizers import Tokenizer

    def known(name, make, *args):
        return Tokenizer.from_str(json.dumps(kept[name]["file"])) if kept else make(texts, *args)

    rng = random.Random(0)
    texts = nasty_texts.many(rng, TEXTS)
    found = {"reference": f"tokenizers {version('tokenizers')}, subword-nmt {version('subword-nmt')}", "texts": texts}
    found["uncased"] = answers(known("uncased", bert, True), texts, rng)
    found["cased"] = answers(known("cased", bert, False), texts, rng)
    found["gpt-2"] = answers(known("gpt-2", gpt2), texts, rng)
    return found | {"unicode": unicodedata.unidata_version, "classes": classes(), "learned": learned(rng)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the file instead of comparing")
    write = parser.parse_args().write
    kept = json.loads(gzip.decompress(FIXTURE.read_bytes())) if FIXTURE.is_file() else {}
    found = made(kept)
    if kept == found:
        print("tokenizers: as committed")
        return 0
    print(f"tokenizers: {'written' if write else 'differs'}")
    if write:
        FIXTURE.write_bytes(gzip.compress(json.dumps(found, separators=(",", ":")).encode(), mtime=0))
    return 0 if write else 1


if __name__ == "__main__":
    sys.exit(main())
