"""`kdl notes --search`: every paragraph of the notes that holds the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kdl.cli import notes, render
from kdl.cli.show import prose
from kdl.errors import BadContent, NotFound

BLOCKS = ("```", "~~~", "$$")  # they may hold empty lines
_STARTS = re.compile(r"#|```|~~~|\$\$|\s*(?:[-*]|\d+\.) ")


def show(word: str, only: str | None, as_json: bool) -> None:
    """Every paragraph that holds the words, by topic and section. Items are left out: they would give themselves away."""
    from kdl.quiz import library

    found, wanted = [], " ".join(word.casefold().split())
    for topic in [library.find_topic(only)] if only else library.topics():
        try:
            topic, text, items = notes.read(topic)
        except BadContent as error:
            if only:
                raise
            render.left_out([error])
            continue
        for number, source in _paragraphs(text, items):
            if wanted in " ".join(source.casefold().split()):
                heading = [title for at, _, title in topic.sections if at <= number]
                section = heading[-1] if heading else topic.title
                said = source if source.startswith((*BLOCKS, "|")) else " ".join(source.split())
                found.append({"topic": topic.id, "section": section, "line": number, "text": said})
    if as_json:
        render.emit({"schema": "kdl.search/1", "word": word, "found": found})
        return
    if not found:
        raise NotFound("word in the notes", word, [], fix="`kdl notes` lists the topics.")
    place = None
    for row in found:
        if place != (place := (row["topic"], row["section"])):
            render.say()
            render.heading(f"{row['topic']}: {row['section']}")
        if not row["text"].startswith("#"):
            prose.show(row["text"], indent=2, first="  ")
    render.next_step(f"kdl notes {found[0]['topic']}")


def _paragraphs(text: str, items: list) -> Iterator[tuple[int, str]]:
    """(line, source) of each paragraph, point, table, block of code and equation outside the items and the front matter."""
    lines = text.split("\n")
    hidden = {line for item in items for line in range(item.line, item.end + 1)}
    if lines[0] == "---":
        hidden |= set(range(1, lines.index("---", 1) + 2))
    block: list[str] = []
    fence, first = "", 1
    for number, line in enumerate([*lines, ""], 1):
        line = "" if number in hidden else line
        if not fence and block and (not line.strip() or _STARTS.match(line)):
            yield first, "\n".join(block)
            block = []
        if not block:
            first = number
            fence = next((mark for mark in BLOCKS if line.startswith(mark)), "")
        closes = fence and line.rstrip().endswith(fence) and (block or line.strip() != fence)
        if fence or line.strip():
            block.append(line)
        if closes or line.startswith("#") and not fence:
            yield first, "\n".join(block)
            block, fence = [], ""
    if block:
        yield first, "\n".join(block)
