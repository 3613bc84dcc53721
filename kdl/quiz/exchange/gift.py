"""The items as GIFT, which Moodle and others import: every option with its feedback.

Numbers are fixed (GIFT draws none), an order becomes a matching of places, and what only the learner can judge an essay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kdl.quiz import numbers
from kdl.quiz.exchange.faces import Face, faces
from kdl.quiz.item import Item
from kdl.quiz.kinds.cloze import GAP

_SHARES = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20"}  # the fractions that Moodle knows


def text(items: Sequence[Item]) -> str:
    """The whole file."""
    blocks, topic = [], None
    for face in faces(items):
        if face.item.topic != topic:
            topic = face.item.topic
            blocks.append(f"$CATEGORY: kdl/{topic}")
        body = "\n".join(f"\t{line}" for line in _answers(face))
        asked = face.question.text.replace(GAP, "(gap)") if face.item.kind == "cloze" else face.question.text
        blocks.append(f"::{_safe(face.card_id)}::[markdown]{_safe(asked)} {{\n{body}\n}}")
    return "\n\n".join(blocks) + "\n"


def _safe(markdown: str) -> str:
    """Control characters escaped, and line breaks, which would end a question."""
    for char in "\\~=#{}:":
        markdown = markdown.replace(char, "\\" + char)
    return markdown.replace("\n", "\\n")


def _answers(face: Face) -> Iterator[str]:
    match face.item.kind:
        case "mcq":
            yield from (f"{'=' if one.right else '~'}{_said(one)}" for one in face.remarks)
        case "multi":
            share = _SHARES[sum(one.right for one in face.remarks)]
            yield from (f"~%{share if one.right else '-100'}%{_said(one)}" for one in face.remarks)
        case "numeric" | "params" | "bug":
            yield from _numbers(face)
        case "cloze" | "shape" | "output":
            yield from (f"=%{100 if one.right else 0}%{_said(one)}" for one in face.remarks)
        case "order":
            yield from (f"={place} -> {_safe(step['text'])}" for place, step in enumerate(face.item.spec["steps"], 1))
        case "match":
            yield from (f"={_safe(_side(pair['left']))} -> {_safe(_side(pair['right']))}" for pair in face.item.spec["pairs"])
    yield f"####{_safe(_general(face))}"


def _general(face: Face) -> str:
    """What is said to everybody: with the answer where nothing else shows it, with remarks where no option carries them."""
    if face.item.kind in ("basic", "explain"):
        return f"{face.answer}\n\n{face.why}"
    return face.explained if face.item.kind in ("order", "match") else face.why


def _side(text_: str) -> str:
    """An arrow inside one side of a pair would split it."""
    return text_.replace("->", "→")


def _said(remark) -> str:
    return _safe(remark.text) + (f"#{_safe(remark.feedback)}" if remark.feedback else "")


def _numbers(face: Face) -> Iterator[str]:
    """`#` and then the numbers, right and wrong, each with the reach within which it counts."""
    spec = face.item.spec
    yield "#"
    for one in face.remarks:
        tolerance, value = spec.get("tolerance", 0), float(one.text)
        if spec.get("relative"):
            tolerance *= abs(value)
        if not value.is_integer():  # it is shown with four digits
            tolerance = max(tolerance, 5e-4 * abs(value))
        feedback = f"#{_safe(one.feedback)}" if one.feedback else ""
        yield f"=%{100 if one.right else 0}%{one.text}:{numbers.shown(tolerance)}{feedback}"
