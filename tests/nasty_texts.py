"""Texts that tokenizers stumble over, drawn from classes of characters; the same for the same `random.Random`.

Two Unicode tables can only be compared where they know the same characters. `ALPHABETS` names ranges that all know.
"""

ALPHABETS = {
    "letters": [(0x41, 0x5A), (0x61, 0x7A)],
    "digits": [
        (0x30, 0x39), (0x660, 0x669), (0x966, 0x96F),
        (0xB2, 0xB3), (0x2160, 0x216F), (0x3021, 0x3029), (0x2460, 0x249B),
    ],
    "marks of ascii": [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)],
    "marks": [
        (0xA1, 0xBF), (0x2010, 0x2027), (0x2030, 0x205E),
        (0x3001, 0x3003), (0x3008, 0x3011), (0x5BE, 0x5BE), (0x60C, 0x60C),
    ],
    "accented": [
        (0xC0, 0x17F), (0x1E00, 0x1EFF), (0x386, 0x3CE),
        (0x401, 0x45F), (0x212A, 0x212B), (0x130, 0x131), (0xFB00, 0xFB06),
    ],
    "combining": [(0x300, 0x34E), (0x483, 0x489), (0x591, 0x5BD), (0x64B, 0x652), (0x93E, 0x94D), (0x20D0, 0x20E1)],
    "right to left": [(0x5D0, 0x5EA), (0x621, 0x64A), (0x200E, 0x200F), (0x202A, 0x202E)],
    "chinese": [(0x4E00, 0x4E40), (0x3400, 0x3410), (0xF900, 0xF910), (0x20000, 0x20010), (0x3041, 0x3096), (0xAC00, 0xAC20)],
    "emoji": [
        (0x1F600, 0x1F64F), (0x1F466, 0x1F469), (0x1F3FB, 0x1F3FF),
        (0x200D, 0x200D), (0xFE0F, 0xFE0F), (0x1F1E6, 0x1F1FF),
    ],
    "control": [
        (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD),
        (0x200B, 0x200D), (0xFEFF, 0xFEFF), (0xFFFC, 0xFFFD), (0xE000, 0xE003),
    ],
    "space": [
        (0x20, 0x20), (0x20, 0x20), (0x09, 0x0D), (0x85, 0x85),
        (0xA0, 0xA0), (0x2000, 0x200A), (0x2028, 0x2029), (0x3000, 0x3000),
    ],
}  # fmt: skip
_WORDS = (
    "the cat's can't I'll we've they're I'm she'd 'tis rock'n'roll DON'T IT'S o'clock unaffable lowest newest widest 2026 3.14 "
    "naïve café Ångström STRASSE straße ΟΔΟΣ İstanbul [MASK] [CLS] [SEP] <|endoftext|> "
    "[mask] ##ing 日本語 한국어 שלום مرحبا नमस्ते "
    "http://a.b/c?d=e&f=%20 a@b.cd x_1 C++ $5 #tag <b> ... -- 👨‍👩‍👧 🇫🇷 e\u0301 \u202eabc \ufb01nd"
)
WORDS = _WORDS.split()


def character(rng, alphabet):
    low, high = rng.choice(ALPHABETS[alphabet])
    return chr(rng.randint(low, high))


def one(rng) -> str:
    """Words, runs of one class, runs of white space and words of more than 100 characters, in any order; or nothing."""
    parts = []
    for _ in range(rng.choice((0, 1, 2, 2, 3, 4, 6))):
        kind = rng.random()
        if kind < 0.35:
            parts.append(rng.choice(WORDS))
        elif kind < 0.75:
            alphabet = rng.choice(list(ALPHABETS))
            parts.append("".join(character(rng, alphabet) for _ in range(rng.randint(1, 6))))
        elif kind < 0.95:
            parts.append("".join(character(rng, rng.choice(list(ALPHABETS))) for _ in range(rng.randint(1, 8))))
        elif kind < 0.97:
            parts.append(rng.choice("axé1") * rng.randint(98, 103))
        else:
            parts.append(rng.choice(" \n\t\u3000") * rng.randint(2, 9))
        parts.append(rng.choice(("", "", " ", " ", " ", "  ", "\n")))
    return "".join(parts)


def many(rng, count: int) -> list[str]:
    return [one(rng) for _ in range(count)]
