"""What the tests that pytest collects are about: `pytest -p kdl.dev.collected --collected FILE` writes it down.

A test says it itself, by what it is parametrised with or by a mark: `@pytest.mark.content("resnet")`. The rotating slice
of tests/selection.py and the table of what is proved go by the same ids.
"""

from __future__ import annotations

import json
from pathlib import Path


def content_ids(item) -> set[str]:
    """All ids of content that a test may be about: those of its mark, and what it is parametrised with."""
    marked = {name for mark in item.iter_markers("content") for name in mark.args}
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return (marked | {called(value) for value in given}) - {""}


def called(value) -> str:
    """A text itself, the name of a folder, the `id` of a card or an exercise; "" for all else."""
    name = value.name if isinstance(value, Path) else getattr(value, "id", value)
    return name if isinstance(name, str) else ""


# ---- hooks of pytest ---------------------------------------------------------------------------------------------------


def pytest_addoption(parser):
    parser.addoption("--collected", metavar="FILE", help="write [file, ids] of each collected test into FILE, as JSON")


def pytest_collection_finish(session):
    rows = [[item.nodeid.partition("::")[0], sorted(content_ids(item))] for item in session.items]
    Path(session.config.getoption("--collected")).write_text(json.dumps(rows), encoding="utf-8")
