"""Read a topic: its front matter, its sections, the functions its equations name, and its `::: quiz` containers.

A CommonMark parser does the reading, so that code in a container cannot be mistaken for its syntax, and every piece knows
its line. What a container *means* is the business of its kind (kdl.quiz.kinds). Syntax: docs/items.md.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from kdl import content
from kdl.errors import BadContent
from kdl.quiz.block import LABELS, Block, Field, Part
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS
from kdl.quiz.ladder import LADDERS

ATTRIBUTES = ("kind", "entries", "errata", "needs", "rev", "ladder", "bury")
FRONT_MATTER = ("entries", "pairs", "exercises", "retired")
IMPLEMENTS = re.compile(r"^\((kdl\.[\w.]+): ([\w.]+)\)$", re.MULTILINE)

_INFO = re.compile(r"^quiz\s+\{(.*)\}$")
_ID = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
_FIELD = re.compile(r"^([a-z]+):\s*(.*)$")
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


@functools.cache
def _parser():
    from markdown_it import MarkdownIt
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable("table")
    return parser.use(container_plugin, name="quiz").use(front_matter_plugin).use(dollarmath_plugin)


def fingerprint(text: str) -> str:
    """16 hex digits that do not change with white space."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def read(path: Path, root: Path | None = None) -> tuple[Topic, list[Item], list[BadContent]]:
    """A topic file with every item that is sound, and what is wrong with the others.

    Args:
        path: the Markdown file; its stem is the topic's id, the number of its folder the unit.
        root: the folder that `file` in the records is relative to; default quizzes/.

    Raises:
        BadContent: the file as a whole cannot be used (encoding, front matter, title).
    """
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadContent(path, 1, f"is not UTF-8: {error.reason} at byte {error.start}") from error
    root = root or content.quizzes()
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    lines = source.split("\n")
    tokens = _parser().parse(source)
    topic = _topic(path, file, source, tokens)
    items, problems = [], _stray_containers(path, tokens)
    for start, end in _containers(tokens):
        try:
            block = _block(path, lines, tokens[start : end + 1])
            items.append(_item(block, topic, file, lines))
        except BadContent as error:
            problems.append(error)
    return topic, items, problems


# ---- the topic -------------------------------------------------------------------------------------------------------


def _topic(path: Path, file: str, source: str, tokens: list) -> Topic:
    said = _front_matter(path, tokens)
    sections = []
    for token, inline in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open" and token.level == 0:
            sections.append((token.map[0] + 1, int(token.tag[1]), inline.content))
    titles = [title for _, level, title in sections if level == 1]
    if len(titles) != 1:
        raise BadContent(path, 1, f"has {len(titles)} titles", fix="Start the text with one `# Title` line.")
    equations = [
        (token.map[0] + 1, f"{match[1]}:{match[2]}")
        for token in tokens
        if token.type == "fence"
        for match in IMPLEMENTS.finditer(token.content)
    ]
    return Topic(
        id=path.stem,
        title=titles[0],
        unit=content.unit_of(path),
        file=file,
        sections=tuple(sections),
        equations=tuple(equations),
        sha256=hashlib.sha256(source.encode()).hexdigest(),
        **{name: said.get(name, ()) for name in FRONT_MATTER},
    )


def _front_matter(path: Path, tokens: list) -> dict[str, tuple[str, ...]]:
    if not tokens or tokens[0].type != "front_matter":
        raise BadContent(path, 1, "has no front matter", fix="Start the file with `---`, `entries: a, b`, `---`.")
    said = {}
    for number, line in enumerate(tokens[0].content.split("\n"), 2):
        if not line.strip():
            continue
        match = _FIELD.match(line)
        if not match or match[1] not in FRONT_MATTER:
            raise BadContent(path, number, f"front matter line {line.strip()!r} is none of {', '.join(FRONT_MATTER)}")
        said[match[1]] = tuple(word.strip() for word in match[2].split(",") if word.strip())
    if not said.get("entries"):
        fix = "Add `entries: ids of the atlas that this topic teaches`."
        raise BadContent(path, 1, "front matter names no entries", fix=fix)
    return said


# ---- containers ------------------------------------------------------------------------------------------------------


def _containers(tokens: list) -> Iterator[tuple[int, int]]:
    """Index of the opening and the closing token of each outermost quiz container."""
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.type == "container_quiz_open":
            start = index
        elif token.level == 0 and token.type == "container_quiz_close":
            yield start, index


def _stray_containers(path: Path, tokens: list) -> list[BadContent]:
    """`:::` that opens nothing we know, or closes nothing that is open."""
    fix = "Open an item with `::: quiz {#id kind=...}` and close it with `:::`, each on a line of its own."
    return [
        BadContent(path, token.map[0] + 1, f"a stray {token.content.splitlines()[0].strip()!r}", fix=fix)
        for token in tokens
        if token.type == "inline" and token.level == 1 and token.content.startswith(":::")
    ]


def _block(path: Path, lines: list[str], tokens: list) -> Block:
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
    question, labels = _labelled(path, parts)
    name, kind = attributes.pop("id"), attributes.pop("kind")
    return Block(str(path), line, end + 1, name, kind, attributes, tuple(question), labels, tuple(fields or ()))


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
    if not _ID.match(found.get("id", "")):
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
        match = _FIELD.match(line)
        if match:
            fields.append(Field(match[1], match[2].strip(), number))
        elif line[0] in " \t" and fields:
            last = fields.pop()
            fields.append(Field(last.name, f"{last.value} {line.strip()}", last.line))
        else:
            raise BadContent(path, number, f"machine line {line.strip()!r} is not `name: value`")
    return fields


def _labelled(path: Path, parts: list[Part]) -> tuple[list[Part], dict[str, tuple[Part, ...]]]:
    """Split the parts at the paragraphs that start with `Why:`, `Hint:`, `Answer:` or `Rubric:`."""
    question: list[Part] = []
    labels: dict[str, list[Part]] = {}
    room = question
    for part in parts:
        label = next((name for name in LABELS if part.kind == "text" and part.text.startswith(f"{name}:")), None)
        if label is None:
            room.append(part)
            continue
        if label in labels:
            raise BadContent(path, part.line, f"a second `{label}:`")
        rest = part.text[len(label) + 1 :].strip()
        room = labels.setdefault(label, [])
        if rest:
            room.append(Part("text", part.line, rest))
    return question, {name: tuple(found) for name, found in labels.items()}


# ---- the item --------------------------------------------------------------------------------------------------------


def _item(block: Block, topic: Topic, file: str, lines: list[str]) -> Item:
    kind = KINDS[block.kind]
    spec = kind.compile(block)
    prompt = kind.question(block)
    if not prompt.strip():
        raise block.bad("asks nothing", fix="Write the question as the first paragraph of the container.")
    if not block.label("Why"):
        raise block.bad("has no explanation", fix="Add a paragraph that starts with `Why:`.")
    rev = block.attributes.get("rev", "1")
    if not rev.isdecimal() or int(rev) < 1:
        raise block.bad(f"rev is a whole number from 1, not {rev!r}")
    ladder, bury = block.attributes.get("ladder", ""), block.attributes.get("bury", "")
    if ladder and ladder not in LADDERS.get(block.kind, ()):
        offered = ", ".join(f"kind={kind} ladder={name}" for kind, names in LADDERS.items() for name in names)
        raise block.bad(f"kind {block.kind} has no ladder {ladder!r}", fix=f"There is: {offered}.")
    if bury and not _ID.match(bury):
        raise block.bad(f"bury is a name in lower-case words, not {bury!r}")
    listed = {name: tuple(filter(None, block.attributes.get(name, "").split(","))) for name in ("entries", "errata", "needs")}
    heading = [title for at, _, title in topic.sections if at < block.line]
    return Item(
        id=block.id,
        kind=block.kind,
        unit=topic.unit,
        topic=topic.id,
        file=file,
        line=block.line,
        end=block.end,
        heading=heading[-1] if heading else topic.title,
        rev=int(rev),
        parts=kind.parts(spec),
        prompt=prompt,
        hint=block.label("Hint"),
        why=block.label("Why"),
        spec=spec,
        body_fp=fingerprint("\n".join(lines[block.line - 1 : block.end])),
        ladder=ladder,
        bury=bury,
        **listed,
    )
