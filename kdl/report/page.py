"""One self-contained HTML file: a template, one style sheet inside it, figures as inline SVG. No scripts, no requests."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kdl import __version__
from kdl.errors import EnvironmentProblem

_ROOM = Path(__file__).parent
_TEMPLATES = _ROOM / "templates"


def render(template: str, **values) -> str:
    """The page that `templates/<template>` makes of `values`; text is escaped, figures are marked safe there."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    rooms = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    rooms.filters["percent"] = lambda share, digits=0: f"{100 * share:.{digits}f}%"
    style = (_ROOM / "style.css").read_text(encoding="utf-8")
    return rooms.get_template(template).render(style=style, version=__version__, **values)


def versions(known: Mapping) -> str:
    """What a run recorded of its machine: `Linux x86_64, 2 threads, python 3.11.7, keras 3.15.1, tensorflow 2.21.0`."""
    machine = [str(known["machine"])] if "machine" in known else []
    threads = [f"{known['threads']} threads"] if "threads" in known else []
    names = [name for name in ("python", "keras", "tensorflow", "jax", "numpy", "kdl") if name in known]
    return ", ".join([*machine, *threads, *(f"{name} {known[name]}" for name in names)])


def write(path: Path, html: str) -> None:
    """Write the page whole or not at all: into a file beside it, then renamed over the old one.

    Raises:
        EnvironmentProblem: the folder is missing or cannot be written, the disk is full. An old page is still there.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        try:
            scratch.write_text(html, encoding="utf-8")
            os.replace(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be written.",
            why=f"{error.strerror or error}.",
            fix="Name another file with --out; its folder must exist and be writable.",
        ) from error
