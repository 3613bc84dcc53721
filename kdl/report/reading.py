"""Prose of content files as HTML: the explanation of a pair, and the equations of the notes as MathML. No links, no scripts."""

from __future__ import annotations

import functools
import re

# What latex2mathml does not know it writes as it is.
_UNREAD = re.compile(r"<m[ino]>(\\[a-zA-Z]+|&)</m[ino]>")


def html(text: str) -> str:
    """The docstring of a content file below its header: paragraphs, lists, and indented blocks as they are."""
    return _parser().render(text)


@functools.cache
def _parser():
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["link", "image", "autolink", "heading", "lheading", "reference"])
    parser.add_render_rule("code_block", _block)
    parser.add_render_rule("fence", _block)
    return parser


def _block(renderer, tokens, number, options, environment) -> str:
    """Code and plain equations: they scroll by themselves where they are wider than the page."""
    from html import escape

    text = escape(tokens[number].content.rstrip("\n"))
    return f'<pre class="scroll" role="region" aria-label="Equation or code" tabindex="0">{text}</pre>\n'


def mathml(tex: str) -> str:
    """A display equation as a MathML element.

    Raises:
        ValueError: the TeX cannot be read.
    """
    from latex2mathml.converter import convert

    known = re.sub(r"\\(begin|end)\{aligned\}", r"\\\1{align*}", " ".join(tex.split()))  # the library has no `aligned`
    try:
        found = convert(known, display="block")
    except Exception as error:  # it raises a kind of its own for each thing that it does not know
        raise ValueError(f"this TeX cannot be read: {tex!r}: {type(error).__name__} {error}") from error
    if wrong := _UNREAD.search(found):
        raise ValueError(f"this TeX cannot be read: {tex!r}: {wrong[1]}")
    if "\\begin{" in known and "<mtable" not in found:
        raise ValueError(f"this TeX cannot be read: {tex!r}: an unknown environment")
    return found
