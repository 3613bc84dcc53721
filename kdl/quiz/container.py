"""One `::: quiz` container: from the tokens between its `:::` lines to its attributes, parts, labels and machine fields.

What they *mean* is the business of the item's kind (kdl.quiz.kinds). Syntax: docs/items.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kdl.errors import BadContent
from kdl.quiz.block import LABELS, WORDING, Block, Field, Part
from kdl.quiz.kinds import KINDS

ATTRIBUTES = ("kind", "entries", "errata", "needs", "rev", "ladder", "bury")
NAME = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
FIELD = re.compile(r"^([a-z]+):\s*(.*)$")

_INFO = re.compile(r"^quiz\s+\{(.*)\}$")
_LABEL = re.compile(rf"^({'|'.join((*LABELS, WORDING))}):", re.MULTILINE)
_PARTS = {
    "paragraph_open": "text",
    "heading_open": "text",
    "blockquote_open": "text",
    "math_block": "text",
    "fence": "code",
    "code_block": "code",
    "bullet_list_open": "bullets",
    "ordered_list_open": "steps",
    "table_open": "table",
}


def block(path: Path, lines: list[str], tokens: list) -> Block:
    """The container whose opening and closing tokens are the first and the last of `tokens`.

    Raises:
        BadContent: it is not written as docs/items.md says.
    """
    start, end = tokens[0].map
    line = start + 1
    if end >= len(lines) or not lines[end].strip().startswith(":::"):
        raise BadContent(path, line, "the container is never closed", fix="Close it with a line `:::`.")
    attributes = _attributes(path, line, tokens[0].info.strip())
    if lines[start + 1].strip() or lines[end - 1].strip():
        raise BadContent(
            path, line, "a container needs a blank line after its first and before its last line",
            fix="Add it: without one, other Markdown hosts run the lines together.",
        )  # fmt: skip
    parts: list[Part] = []
    fields: list[Field] | None = None
    for part in _parts(lines, tokens):
        if part.kind == "code" and part.info.split()[:1] == ["kdl"]:
            if fields is not None:
                raise BadContent(path, part.line, "a second machine block", fix="Put all machine fields into one ```kdl block.")
            fields = _fields(path, part)
        else:
            parts.append(part)
    question, labels, wordings = _labelled(path, parts)
    name, kind = attributes.pop("id"), attributes.pop("kind")
    return Block(str(path), line, end + 1, name, kind, attributes, tuple(question), labels, tuple(fields or ()), wordings)


def _attributes(path: Path, line: int, info: str) -> dict[str, str]:
    """`quiz {#id kind=mcq entries=a,b}` -> a dictionary, checked."""
    match = _INFO.match(info)
    if not match:
        raise BadContent(path, line, "the container has no attributes", fix="Write `::: quiz {#id kind=mcq entries=lstm}`.")
    found: dict[str, str] = {}
    for word in match[1].split():
        key, equals, value = ("id", "=", word[1:]) if word.startswith("#") else word.partition("=")
        if not equals or not value or key not in ("id", *ATTRIBUTES) or key in found:
            raise BadContent(path, line, f"cannot read {word!r}", fix=f"Known: #id and {'= '.join(ATTRIBUTES)}=, each once.")
        found[key] = value
    if not NAME.match(found.get("id", "")):
        raise BadContent(path, line, "has no id of lower-case words", fix="Write `{#words-with-hyphens kind=...}`.")
    if found.get("kind") not in KINDS:
        raise BadContent(path, line, f"there is no kind {found.get('kind')!r}", fix=f"Kinds: {', '.join(KINDS)}.")
    return found


def _parts(lines: list[str], tokens: list) -> Iterator[Part]:
    """The blocks directly inside a container."""
    for index, token in enumerate(tokens):
        if token.level != 1 or token.type not in _PARTS:
            continue
        first, last = token.map
        kind, number = _PARTS[token.type], first + 1
        if kind == "code":
            yield Part(kind, number, token.content.rstrip("\n"), token.info.strip())
        else:
            text = "\n".join(lines[first:last]).strip("\n")
            yield Part(kind, number, text, rows=_rows(tokens, index) if kind in ("bullets", "steps", "table") else ())


def _rows(tokens: list, start: int) -> tuple[tuple, ...]:
    """(text, line) of each item of a list; (cells, line) of each row of a table below its head."""
    rows: list[list] = []
    opening, closing = tokens[start].type, tokens[start].type.replace("open", "close")
    one = "tr_open" if opening == "table_open" else "list_item_open"
    for token in tokens[start + 1 :]:
        if token.type == closing and token.level == tokens[start].level:
            break
        if token.type == one:
            rows.append([token.map[0] + 1])
        elif token.type == "inline" and rows:
            rows[-1].append(" ".join(token.content.split()))
    if opening == "table_open":
        return tuple((tuple(cells), line) for line, *cells in rows[1:])
    return tuple((" ".join(texts), line) for line, *texts in rows)


def _fields(path: Path, part: Part) -> list[Field]:
    fields: list[Field] = []
    for number, line in enumerate(part.text.split("\n"), part.line + 1):
        if not line.strip():
            continue
        match = FIELD.match(line)
        if match:
            fields.append(Field(match[1], match[2].strip(), number))
        elif line[0] in " \t" and fields:
            last = fields.pop()
            fields.append(Field(last.name, f"{last.value} {line.strip()}", last.line))
        else:
            raise BadContent(path, number, f"machine line {line.strip()!r} is not `name: value`")
    return fields


def _labelled(path: Path, parts: list[Part]) -> tuple[list[Part], dict[str, tuple[Part, ...]], tuple[tuple[Part, ...], ...]]:
    """Split the parts at the paragraphs that start with `Why:`, `Hint:`, `Answer:`, `Rubric:` or `Or:`."""
    question: list[Part] = []
    labels: dict[str, list[Part]] = {}
    wordings: list[list[Part]] = []
    room = question
    for part in parts:
        label = _label(path, part)
        if label is None:
            room.append(part)
            continue
        if label in labels:
            raise BadContent(path, part.line, f"a second `{label}:`")
        rest = part.text[len(label) + 1 :].strip()
        if label == WORDING:
            wordings.append(room := [])
        else:
            room = labels.setdefault(label, [])
        if rest:
            room.append(Part("text", part.line, rest))
    return question, {name: tuple(found) for name, found in labels.items()}, tuple(map(tuple, wordings))


def _label(path: Path, part: Part) -> str | None:
    """The label that a part starts with."""
    if part.kind != "text":
        return None
    inside = _LABEL.search(part.text, 1)
    if inside:
        line = part.line + part.text.count("\n", 0, inside.start() + 1)
        raise BadContent(path, line, f"`{inside[1]}:` stands inside a paragraph", fix="Put a blank line before it.")
    match = _LABEL.match(part.text)
    return match and match[1]
