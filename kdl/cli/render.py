"""The only module that formats for a terminal: tables, JSON, colours, and what to do where there are none."""

from __future__ import annotations

import contextlib
import contextvars
import json
import math
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import click


def interactive() -> bool:
    """Both ends are a terminal: prompts and live displays make sense."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ascii_only() -> bool:
    """The terminal cannot show more than ASCII."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return not encoding.startswith("utf") or os.environ.get("KDL_ASCII") == "1"


_COLOURLESS = contextvars.ContextVar("colourless", default=False)


@contextlib.contextmanager
def colourless(wanted: bool = True):
    """Inside, nothing has colours, in whatever command it is printed."""
    token = _COLOURLESS.set(wanted or _COLOURLESS.get())
    try:
        yield
    finally:
        _COLOURLESS.reset(token)


def colours() -> bool:
    """Colour only on a terminal that has not declined it."""
    if _COLOURLESS.get():
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width(most: int = 100) -> int:
    """Columns to use."""
    return max(40, min(most, shutil.get_terminal_size((80, 24)).columns))


def plain(text: str) -> str:
    """`text` as this terminal can show it, U+FFFD for what would reorder or hide its neighbours. Colours stay."""
    if text.isascii():
        return text
    if not ascii_only():
        text = text.encode("utf-8", "replace").decode("utf-8")  # a file name may be anything
        return "".join("\ufffd" if _formats(char) else char for char in text)
    from kdl.cli import ascii_forms

    return ascii_forms.of(text)


def visible(text: str, keep: str = "\n\t") -> str:
    """Text of others, as of a vocabulary, a submission or a file: U+FFFD for whatever would steer a terminal.

    Args:
        keep: control characters that stay.
    """
    return "".join(
        "\ufffd" if _formats(char) or unicodedata.category(char) == "Cc" and char not in keep else char for char in text
    )


# Format characters that may stay: those that join letters, and the signs in front of Arabic, Syriac and Kaithi numbers.
SHOWN = set("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def _formats(char: str) -> bool:
    """Is it no character to be seen, but one that turns, hides or breaks a line of others?"""
    return unicodedata.category(char) in ("Cf", "Zl", "Zp") and char not in SHOWN


_PAGE: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("page", default=None)


@contextlib.contextmanager
def paged():
    """Inside, what is said is kept, and then shown by $PAGER where it is longer than the screen. Only on a terminal."""
    if not interactive():
        yield
        return
    token = _PAGE.set([])
    try:
        yield
        text = "".join(_PAGE.get())
    finally:
        _PAGE.reset(token)
    columns, lines = shutil.get_terminal_size((80, 24))
    if sum(max(1, math.ceil(len(click.unstyle(line)) / columns)) for line in text.splitlines()) >= lines:
        with contextlib.suppress(OSError, ValueError):  # no such program, or a PAGER that cannot be parsed
            _through_pager(text)
            return
    click.echo(text, nl=False, color=colours())


def _through_pager(text: str) -> None:
    """By $PAGER, which gets colours where it shows them."""
    unset = not os.environ.get("LESS")
    if unset:
        os.environ["LESS"] = "-RX"  # colours; what was read stays on the screen
    try:
        click.echo_via_pager(text.removesuffix("\n"), color=None if colours() else False)
    finally:
        if unset:
            del os.environ["LESS"]


def say(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print one piece of text: stdout is the result, stderr (`err`) the rest."""
    page = _PAGE.get()
    if page is not None and not err:
        page.append(plain(text) + "\n" * nl)
        return
    try:
        click.echo(plain(text), err=err, nl=nl, color=colours() if not err else None)
    except BrokenPipeError:
        if not err:
            raise
        # Nobody reads what is only told by the way: that ends no training.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def style(text: str, **how) -> str:
    """`click.style`, or the bare text where there are no colours."""
    return click.style(text, **how) if colours() else text


def heading(text: str) -> None:
    for line in wrapped(text):
        say(style(line, bold=True))


def emit(value) -> None:
    """Print a JSON result. ASCII only, so that any pipe takes it."""
    click.echo(json.dumps(value, indent=1, allow_nan=False))


def table(rows: Iterable[Sequence], head: Sequence[str], *, drop: Mapping[str, int] | None = None) -> None:
    """A left-aligned table without borders; what does not fit into the last column goes on below it.

    Args:
        drop: heads of columns that tell least, the least telling one first -> the room that the last column must have, if it
            needs as much, for them to stay.
    """
    import textwrap

    columns = [[plain(str(cell)) for cell in column] for column in zip(head, *rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    for name, room in (drop or {}).items():
        if sum(widths[:-1]) + min(widths[-1], room) + 2 * (len(widths) - 1) > width(140):
            place = next(place for place, column in enumerate(columns) if column[0] == name)
            del columns[place], widths[place]
    widths[-1] = max(8, min(widths[-1], width(140) - sum(widths[:-1]) - 2 * (len(widths) - 1)))
    for number, (*cells, last) in enumerate(zip(*columns, strict=True)):
        front = "".join(cell.ljust(size + 2) for cell, size in zip(cells, widths, strict=False))
        fits = len(last) <= widths[-1]
        for place, part in enumerate([last] if fits else textwrap.wrap(last, widths[-1], break_on_hyphens=False)):
            line = ((" " * len(front) if place else front) + part).rstrip()
            say(style(line, bold=True) if number == 0 else line)


def cut(text: str, size: int) -> str:
    """`text`, with dots for what does not fit into `size` columns."""
    if len(text) <= size:
        return text
    return text[: max(1, size - 3)].rstrip() + "..."


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """`name   value` lines with aligned values."""
    pairs = [(name, "-" if value in (None, "") else value) for name, value in pairs]
    size = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        first, *rest = wrapped(str(value), size + 2)
        say(f"{name.ljust(size)}  {first}")
        for line in rest:
            say(" " * (size + 2) + line)


def wrapped(text: str, indent: int = 0) -> list[str]:
    """`text` in lines that fit behind `indent` columns. Words, and whole commands (`kdl ...`), are never broken."""
    import textwrap

    room = max(20, width() - indent)
    if len(click.unstyle(text)) <= room or text.startswith("kdl ") or "\x1b" in text:
        return [text]
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


_GUIDED = contextvars.ContextVar("guided", default=False)


@contextlib.contextmanager
def guided():
    """Inside, a tour says what comes next, and the commands that it runs do not."""
    token = _GUIDED.set(True)
    try:
        yield
    finally:
        _GUIDED.reset(token)


def next_step(*lines: str) -> None:
    """What to type next: the last thing of every command.

    Args:
        *lines: `command`, or `command     reason`; a reason that does not fit beside its command stands below it.
    """
    if _GUIDED.get():
        return
    say()
    for line in map(visible, lines):
        command, _, reason = line.partition("     ")
        aside = not reason or len(line) + 6 <= width()
        say(style("next", bold=True) + f"  {line if aside else command}")
        for part in () if aside else wrapped(reason.strip(), 6):
            say(" " * 6 + part)


def number(value: float | None, digits: int = 3) -> str:
    """`0.0153`, `-`, or `unbounded` for None in an interval's place is the caller's word."""
    return "-" if value is None else f"{value:.{digits}f}"


def seconds(value: float) -> str:
    """`4.2 s`, `3 min 12 s`."""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def json_option(function):
    """The `--json` flag of every reading command."""
    return click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON object.")(function)


def left_out(problems) -> None:
    """Say on stderr which content files could not be used, and why; the rest is listed all the same."""
    for problem in problems:
        say(f"Left out: {problem.what}", err=True)
