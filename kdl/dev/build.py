"""Build every generated file, or say which ones are old."""

from __future__ import annotations

from pathlib import Path

from kdl import catalog
from kdl.dev import docs, exports, items, proved


def build(root_command, *, unit: int | None = None, write: bool = True) -> list[Path]:
    """Make the generated files.

    Args:
        root_command: the Click group `kdl`, for docs/cli.md.
        unit: compile only this unit's items, and leave the rest.
        write: False only compares.

    Returns:
        The files that differ from a fresh build (and were written, if `write`).
    """
    changed = list(items.build(unit, check=not write))
    if unit is None and (catalog.PACKAGE.parent / "setup.cfg").is_file():
        changed += _texts({proved.TABLE: proved.text(proved.collect())}, write)
        changed += _texts({docs.DOCS / name: text for name, text in docs.pages(root_command).items()}, write)
        changed += _exports(write)
    return changed


def _exports(write: bool) -> list[Path]:
    """The table of exports, where the packages are there to try them; else it is left as it is."""
    if exports.missing():
        return []
    text, path = exports.page(), exports.PAGE
    if path.is_file() and exports.same(text, path.read_text(encoding="utf-8")):
        return []
    return _texts({path: text}, write)


def _texts(files: dict[Path, str], write: bool) -> list[Path]:
    changed = []
    for path, text in files.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            changed.append(path)
            if write:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return changed
