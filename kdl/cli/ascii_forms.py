"""What a terminal that knows ASCII alone shows for the characters of formulas, tables and charts."""

import unicodedata

_FORMS = {
    "→": "->", "·": "*", "×": "x", "≤": "<=", "≥": ">=", "−": "-", "–": "-", "—": "-", "…": "...", "≈": "~",
    "█": "#", "▓": "%", "▒": "+", "░": ".", "│": "|", "─": "-", "└": "+", "┘": "+", "┌": "+", "┐": "+", "✓": "ok", "✗": "x",
    "├": "+", "┤": "+", "┴": "+", "┼": "+", "┬": "+",
    "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "%", "⊙": "*", "∂": "d", "Σ": "sum", "Π": "prod",
    "“": '"', "”": '"', "‘": "'", "’": "'", "∞": "inf", "±": "+-", "●": "*", "○": "o", "◆": "#", "◇": "+", "▲": "x",
    "△": "@", "√": "sqrt", "÷": "/", "⁄": "/", "‖": "||", "∩": " and ", "∪": " or ", "⌊": "floor(", "⌋": ")", "ᵀ": ".T",
    "ℓ": "l", "←": "<-", "′": "'",
}  # fmt: skip


def of(text: str) -> str:
    """`text` in ASCII: Greek letters by their names, raised digits behind `^`, accents left out; `?` for what has no form."""
    return "".join(char if char.isascii() else form(char) for char in text)


def form(char: str) -> str:
    """The ASCII form of one character."""
    if char in _FORMS:
        return _FORMS[char]
    name = unicodedata.name(char, "")
    if name.startswith("GREEK SMALL LETTER "):
        return name.split()[3].lower()
    if name.startswith("GREEK CAPITAL LETTER "):
        return name.split()[3].capitalize()
    if unicodedata.combining(char):
        return ""
    plain = "".join(_FORMS.get(part, part) for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    raised = "^" if unicodedata.decomposition(char).startswith("<super>") else ""
    return raised + (plain if plain.isascii() else "?")
