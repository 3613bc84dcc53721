"""Read the tokenizer of a folder as Hugging Face saves it: tokenizer.json, vocab.txt, or vocab.json with merges.txt.

tokenizer.json comes first where there are several. Two kinds are understood, BERT's WordPiece and GPT-2's byte-level BPE;
a file that describes anything else is refused, never read as something near. Truncation and padding that tokenizer.json
may ask for are not applied.
"""

from __future__ import annotations

from pathlib import Path

from kdl import files
from kdl.errors import UsageProblem
from kdl.tokenizers import Tokenizer
from kdl.tokenizers.byte_level_bpe import END_OF_TEXT, ByteLevelBPE
from kdl.tokenizers.wordpiece import CLS, INSIDE, SEP, UNKNOWN, WordPiece

LARGEST = 64 * 2**20  # bytes; the largest public ones have 20 MB
MOST_CHARACTERS = 1000  # of a word; BERT says 100, and the time to cut a word grows with its square
KINDS = "kdl reads BERT's WordPiece and GPT-2's byte-level BPE."


def load(folder) -> Tokenizer:
    """The tokenizer of a folder.

    Raises:
        UsageProblem: a file is missing, damaged, or describes another kind of tokenizer.
    """
    folder = Path(folder)
    for names, read in ((["tokenizer.json"], _whole), (["vocab.txt"], _bert), (["vocab.json", "merges.txt"], _gpt2)):
        paths = [folder / name for name in names]
        if all(files.there(folder, name) for name in names):
            try:
                return read(*paths)
            except ValueError as error:  # the classes' own checks
                raise _wrong(paths[0], str(error)) from error
    raise UsageProblem(
        f"{files.short(str(folder))} holds no tokenizer.",
        why="It is no folder." if not folder.is_dir() else None,
        fix="A folder needs tokenizer.json, or vocab.txt, or vocab.json with merges.txt.",
    )


# ---- vocab.txt; vocab.json and merges.txt ----------------------------------------------------------------------------


def _bert(path: Path) -> WordPiece:
    lines = _text(path).removesuffix("\n").split("\n")
    vocab: dict[str, int] = {}
    for number, piece in enumerate(line.removesuffix("\r") for line in lines):
        if not piece or piece in vocab:
            said = f"repeats line {vocab[piece] + 1}" if piece else "is empty"
            raise _wrong(path, f"Line {number + 1} {said}; each line is one piece.")
        vocab[piece] = number
    settings = _settings(path.parent)
    return WordPiece(
        vocab,
        lowercase=_flag(settings, "do_lower_case", True),
        strip_accents=_flag(settings, "strip_accents", None),
        chinese=_flag(settings, "tokenize_chinese_chars", True),
    )


def _gpt2(path: Path, merges: Path) -> ByteLevelBPE:
    vocab = _vocab(path, _json(path))
    lines = [line.removesuffix("\r") for line in _text(merges).removesuffix("\n").split("\n")]
    start = int(lines[0].startswith("#version"))
    pairs = [_pair(merges, line.split(" "), f"Line {number}") for number, line in enumerate(lines[start:], start + 1) if line]
    special = [END_OF_TEXT] if END_OF_TEXT in vocab else []
    return ByteLevelBPE(vocab, pairs, special, _flag(_settings(path.parent), "add_prefix_space", False))


def _settings(folder: Path) -> dict:
    """tokenizer_config.json, where there is one."""
    path = folder / "tokenizer_config.json"
    return _json(path) if files.there(folder, path.name) else {}


# ---- tokenizer.json --------------------------------------------------------------------------------------------------


def _whole(path: Path) -> Tokenizer:
    said = _json(path)
    _default(path, said, version="1.0")
    model = _part(path, said, "model")
    kinds = {"WordPiece": _whole_bert, "BPE": _whole_gpt2}
    kind = model.get("type", "BPE" if "merges" in model else None)
    if not isinstance(kind, str) or kind not in kinds:
        raise _other(path, "model.type", kind)
    vocab = _vocab(path, model.get("vocab"))
    added = said.get("added_tokens", [])
    if not isinstance(added, list):
        raise _other(path, "added_tokens", added)
    exact = {} if said.get("normalizer") is None else {"normalized": False}
    numbers = dict(vocab)
    special = [_added(path, one, numbers, **exact) for one in added]
    _vocab(path, numbers)
    outside = {piece: numbers[piece] for piece in special if piece not in vocab}
    return kinds[kind](path, said, model, vocab, {"special": special, "added": outside})


def _whole_bert(path: Path, said: dict, model: dict, vocab: dict, special: dict) -> WordPiece:
    normalizer = _part(path, said, "normalizer", "BertNormalizer")
    _part(path, said, "pre_tokenizer", "BertPreTokenizer")
    _default(path, model, unk_token=UNKNOWN, continuing_subword_prefix=INSIDE)
    _default(path, normalizer, clean_text=True)
    _default(path, _part(path, said, "decoder", "WordPiece"), prefix=INSIDE, cleanup=True)
    _framed(path, _part(path, said, "post_processor", "TemplateProcessing", "BertProcessing"), vocab)
    longest = model.get("max_input_chars_per_word", 100)
    if type(longest) is not int or not 1 <= longest <= MOST_CHARACTERS:
        raise _other(path, "max_input_chars_per_word", longest)
    return WordPiece(
        vocab,
        lowercase=_flag(normalizer, "lowercase", True),
        strip_accents=_flag(normalizer, "strip_accents", None),
        chinese=_flag(normalizer, "handle_chinese_chars", True),
        longest=longest,
        **special,
    )


def _whole_gpt2(path: Path, said: dict, model: dict, vocab: dict, special: dict) -> ByteLevelBPE:
    before = _part(path, said, "pre_tokenizer", "ByteLevel")
    _default(path, before, use_regex=True)
    _default(path, said, normalizer=None)
    _part(path, said, "decoder", "ByteLevel")
    for key in ("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges"):
        if model.get(key):
            raise _other(path, key, model[key])
    if said.get("post_processor") is not None:
        _part(path, said, "post_processor", "ByteLevel")
    merges = model.get("merges")
    if not isinstance(merges, list):
        raise _other(path, "merges", merges)
    pairs = [_pair(path, one.split(" ") if isinstance(one, str) else one, f"Merge {n}") for n, one in enumerate(merges, 1)]
    return ByteLevelBPE(vocab, pairs, prefix_space=_flag(before, "add_prefix_space", True), **special)


def _framed(path: Path, post: dict, vocab: dict[str, int]) -> None:
    """[CLS] A [SEP], and B [SEP] with the segment 1, is what the file must ask for."""
    cls, sep, end = ({"SpecialToken": {"id": name, "type_id": segment}} for name, segment in ((CLS, 0), (SEP, 0), (SEP, 1)))
    a, b = ({"Sequence": {"id": name, "type_id": segment}} for name, segment in (("A", 0), ("B", 1)))
    wanted = {"single": [cls, a, sep], "pair": [cls, a, sep, b, end]}
    if post["type"] == "TemplateProcessing":
        frame = _part(path, post, "special_tokens")
        for name in (CLS, SEP):
            _default(path, {"ids": _part(path, frame, name).get("ids")}, ids=[vocab.get(name)])
    else:
        wanted = {"cls": [CLS, vocab.get(CLS)], "sep": [SEP, vocab.get(SEP)]}
    for key, value in wanted.items():
        if post.get(key) != value:
            raise _other(path, f"post_processor.{key}", post.get(key))


def _added(path: Path, one, numbers: dict[str, int], **exact) -> str:
    """The content of an added token, which must match as it is written; its number is put into `numbers`."""
    content, number = (one.get("content"), one.get("id")) if isinstance(one, dict) else (None, None)
    if not isinstance(content, str) or not content or type(number) is not int:
        raise _wrong(path, f"An added token has no content or no id: {files.short(one)}.")
    if one.get("special") is not True:
        raise _other(path, f"added token {files.short(content)}", "one that is not special")
    _default(path, one, single_word=False, lstrip=False, rstrip=False, **exact)
    place = numbers.setdefault(content, len(numbers))  # new ones follow the vocabulary, in their order
    if place != number:
        said = f"has the number {files.short(number)}, and its place is {place}"
        raise _wrong(path, f"The added token {files.short(content)} {said}.")
    return content


def _part(path: Path, said: dict, key: str, *types: str) -> dict:
    part = said.get(key)
    if not isinstance(part, dict) or (types and part.get("type") not in types):
        raise _other(path, key, part.get("type") if isinstance(part, dict) else part)
    return part


def _default(path: Path, said: dict, **expected) -> None:
    """A setting may be left out, or say what kdl does anyway."""
    for key, value in expected.items():
        found = said.get(key, value)
        if type(found) is not type(value) or found != value:
            raise _other(path, key, found)


# ---- checks ----------------------------------------------------------------------------------------------------------


def _vocab(path: Path, vocab) -> dict[str, int]:
    if not isinstance(vocab, dict) or not all(type(number) is int and 0 <= number < 2**32 for number in vocab.values()):
        raise _wrong(path, "The vocabulary must give each piece a number of its own.")
    if len(set(vocab.values())) != len(vocab):
        raise _wrong(path, "Two pieces have the same number.")
    try:
        "".join(vocab).encode()
    except UnicodeEncodeError as error:
        raise _wrong(path, "A piece holds half a character, which no text in UTF-8 has.") from error
    return dict(vocab)


def _pair(path: Path, parts, where: str) -> tuple[str, str]:
    if not (isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, str) and part for part in parts)):
        raise _wrong(path, f"{where} is no pair of pieces: {files.short(parts)}.")
    return tuple(parts)


def _flag(settings: dict, key: str, default):
    value = settings.get(key, default)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key} must be true or false. Received: {files.short(value)}")
    return default if value is None else value


def _text(path: Path) -> str:
    return files.text_file(files.inside(path.parent, path.name), LARGEST)


def _json(path: Path) -> dict:
    return files.json_file(files.inside(path.parent, path.name), LARGEST)


def _wrong(path: Path, why: str) -> UsageProblem:
    return UsageProblem(f"{path} cannot be used.", why=why, fix="Download or save the tokenizer again.")


def _other(path: Path, key: str, value) -> UsageProblem:
    return UsageProblem(f"{path} describes a tokenizer of another kind.", why=f"{key} is {files.short(value)}.", fix=KINDS)
