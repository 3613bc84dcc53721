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
from kdl.quiz import container
from kdl.quiz.block import Block
from kdl.quiz.container import FIELD, NAME
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds import KINDS
from kdl.quiz.ladder import LADDERS

FRONT_MATTER = ("entries", "pairs", "exercises", "errata", "retired")
IMPLEMENTS = re.compile(r"^\((kdl\.[\w.]+): ([\w.]+)\)$", re.MULTILINE)


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
            block = container.block(path, lines, tokens[start : end + 1])
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
        match = FIELD.match(line)
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


# ---- the item --------------------------------------------------------------------------------------------------------


def _item(block: Block, topic: Topic, file: str, lines: list[str]) -> Item:
    kind = KINDS[block.kind]
    wordings = kind.wordings(block)
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
    if bury and not NAME.match(bury):
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
        wordings=wordings,
        **listed,
    )
