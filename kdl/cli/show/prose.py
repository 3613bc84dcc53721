"""Markdown of the notes and items on a terminal: paragraphs wrapped, code and tables as they are.

It reads lines, not a syntax tree, so that the quiz starts without a Markdown parser. Our own content is checked by one.
"""

from __future__ import annotations

import itertools
import re
import textwrap

import click

from kdl.cli import render

_UNSEEN = "\x00"
_FENCE = re.compile(r"^(```|~~~)")
_BULLET = re.compile(r"^(\s*)([-*+]|\d+[.)])\s+(.*)$")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|(?<!\w)\*\*(?P<bold>[^*]+)\*\*|(?<![\w*])\*(?P<italic>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])|\[(?P<link>[^\]]+)\]\([^)]*\)"
)


def show(markdown: str, *, indent: int = 0, first: str = "", styled: bool | None = None, tex: bool = False) -> None:
    """Print Markdown.

    Args:
        indent: columns in front of every line.
        first: stands in front of the first line in place of the indent.
        styled: colours; None for what the terminal takes.
        tex: show display equations; their plain-text twins follow them anyway.
    """
    styled = render.colours() if styled is None else styled
    margin = " " * indent
    # What stands in front of the first line takes part in the wrapping, as a word that cannot be seen.
    lead = _UNSEEN * max(0, len(click.unstyle(first)) - indent)
    if first and (_FENCE.match(markdown) or _BULLET.match(markdown)):
        render.say(first.rstrip())
        first = lead = ""
    for number, line in enumerate(lines(lead + markdown, render.width(88) - indent, styled, tex)):
        start = first if number == 0 and first else margin
        render.say((start + line.replace(_UNSEEN, "")).rstrip())


def docstring(text: str) -> None:
    """Print the docstring of a content file: paragraphs wrapped, indented blocks (equations, shapes) as they are."""
    blocks, markdown = itertools.groupby(text.split("\n"), key=lambda line: line.startswith("    ")), []
    for indented, block in blocks:
        found = textwrap.dedent("\n".join(block))
        if indented:
            found = "\n".join(itertools.chain.from_iterable(map(_remark_below, found.split("\n"))))
        markdown.append(f"```\n{found}\n```" if indented else found)
    show("\n".join(markdown))


def _remark_below(line: str) -> list[str]:
    """An equation with what is said beside it; where both do not fit into a line, the words go on below."""
    room = render.width(140) - 4  # of the margin of code
    beside = re.fullmatch(r"(\s*\S.*?\S) {3,}(\S.*)", line)
    if len(line) <= room or beside is None:
        return [line]
    lead = " " * (len(line) - len(line.lstrip()) + 6)
    return [beside[1], *textwrap.wrap(beside[2], room, initial_indent=lead, subsequent_indent=lead)]


def lines(markdown: str, width: int, styled: bool, tex: bool = False) -> list[str]:
    """The lines to print, none longer than `width` but for code and tables."""
    shown: list[str] = []
    waiting = markdown.strip("\n").split("\n")
    while waiting:
        block, taken = _block(waiting, width, styled, tex)
        shown += block
        del waiting[:taken]
    return _without_double_blanks(shown)


def _block(waiting: list[str], width: int, styled: bool, tex: bool) -> tuple[list[str], int]:
    """Render what starts at the first line; how many lines it took."""
    line = waiting[0]
    if not line.strip():
        return [""], 1
    if _FENCE.match(line):
        return _code(waiting, styled)
    if line.startswith("$$"):
        end = next((i for i in range(1, len(waiting)) if waiting[i].startswith("$$")), len(waiting) - 1)
        return (waiting[: end + 1] if tex else []), end + 1
    if line.startswith("#"):
        title = line.lstrip("#").strip()
        return [click.style(title, bold=True) if styled else title, ""], 1
    if line.startswith("|"):
        taken = next((i for i, row in enumerate(waiting) if not row.startswith("|")), len(waiting))
        return _table(waiting[:taken], styled), taken
    return _paragraph(waiting, width, styled)


def _code(waiting: list[str], styled: bool) -> tuple[list[str], int]:
    mark = waiting[0][:3]
    end = next((i for i in range(1, len(waiting)) if waiting[i].startswith(mark)), len(waiting))
    code = [("    " + line).rstrip() for line in waiting[1:end]]
    return [click.style(line, fg="cyan") if styled and line else line for line in code], end + 1


def _table(rows: list[str], styled: bool) -> list[str]:
    cells = [[_inline(cell.strip(), False) for cell in row.strip().strip("|").split("|")] for row in rows]
    cells = [row for row in cells if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=False)]
    shown = ["  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=False)).rstrip() for row in cells]
    return [click.style(shown[0], bold=True) if styled else shown[0], *shown[1:]]


def _paragraph(waiting: list[str], width: int, styled: bool) -> tuple[list[str], int]:
    """A paragraph or one list item, with the lines that continue it."""
    bullet = _BULLET.match(waiting[0])
    texts, hang = [waiting[0].strip()], ""
    if bullet:
        hang = " " * (len(bullet[1]) + len(bullet[2]) + 1)
        texts = [bullet[3]]
    taken = 1
    while taken < len(waiting) and _continues(waiting[taken]):
        texts.append(waiting[taken].strip())
        taken += 1
    wrapped = _wrapped(_inline(" ".join(texts), styled), width - len(hang))
    lead = bullet[1] + bullet[2] + " " if bullet else ""
    return [(lead if number == 0 else hang) + line for number, line in enumerate(wrapped)], taken


def _continues(line: str) -> bool:
    starts_something = _FENCE.match(line) or _BULLET.match(line) or line.startswith(("|", "#", "$$"))
    return bool(line.strip()) and not starts_something


def _inline(text: str, styled: bool) -> str:
    """Code, emphasis and links; each word is styled by itself, so that a line can break inside."""

    def shown(match: re.Match) -> str:
        if match["code"]:
            return _each(match["code"], fg="cyan") if styled else f"`{match['code']}`"
        if match["bold"]:
            return _each(match["bold"], bold=True) if styled else match["bold"]
        if match["italic"]:
            return _each(match["italic"], italic=True) if styled else match["italic"]
        return match["link"]

    return _INLINE.sub(shown, text)


def _each(text: str, **how) -> str:
    return " ".join(click.style(word, **how) for word in text.split(" "))


def _wrapped(text: str, width: int) -> list[str]:
    """Greedy, by the width that is seen."""
    shown, line, used = [], [], 0
    for word in text.split():
        size = len(click.unstyle(word))
        if line and used + 1 + size > width:
            shown.append(" ".join(line))
            line, used = [], 0
        used += size + (1 if line else 0)
        line.append(word)
    return [*shown, " ".join(line)]


def _without_double_blanks(shown: list[str]) -> list[str]:
    kept: list[str] = []
    for line in shown:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
