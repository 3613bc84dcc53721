"""`docs/exports.md`: which model passes a round trip to which format, tried out."""

from __future__ import annotations

import re
from pathlib import Path

from kdl.dev.docs import DOCS

PAGE = DOCS / "exports.md"
PRESET = "tiny"  # the size that is exported; the operations, which decide, are those of every size


def missing() -> list[str]:
    """The packages without which the table cannot be made; they come with the extra `export`."""
    from kdl.train import export

    return [name for to in export.SUFFIXES for name in export.missing(to)]


def tried(name: str, to: str, folder: Path) -> str:
    """`yes`, or why not."""
    from kdl import catalog
    from kdl.errors import UsageProblem
    from kdl.train import export

    try:
        export.round_trip(catalog.build(name, PRESET), to, folder / f"{name}-{to}{export.SUFFIXES[to]}")
    except UsageProblem as problem:
        return f"no: {_lasting(problem.why, folder)}"
    return "yes"


def _lasting(why: str, folder: Path) -> str:
    """What of a reason is the same tomorrow, and elsewhere: what stands before the place of the file."""
    return why.partition(str(folder))[0].removesuffix(" Load model from ").strip(" :")


def page() -> str:
    """The page, with every model tried afresh."""
    import importlib.metadata
    import tempfile

    from kdl import catalog
    from kdl.backend import start
    from kdl.train import export

    start()
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("keras", "tensorflow", "tf2onnx", "onnx", "onnxruntime")
    )
    lines = [
        "# Exports",
        "",
        "Made by `kdl dev build`, where the extra `export` is installed: every model in its size `tiny` is written by",
        "`kdl model export`, opened again, and asked two random batches. `yes` means equal answers, to 1e-5 of the largest.",
        "TFLite files take one example at a time; the others any batch.",
        "",
        f"{VERSIONS}{versions}.",
        "",
        f"| model | {' | '.join(export.SUFFIXES)} |",
        "| --- " * (1 + len(export.SUFFIXES)) + "|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted(catalog.models()):
            cells = [tried(name, to, Path(folder)).replace("|", "/") for to in export.SUFFIXES]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


VERSIONS = "Tried with "


def same(one: str, other: str) -> bool:
    """Do two pages say the same, whatever the versions were?"""
    return _without_versions(one) == _without_versions(other)


def _without_versions(text: str) -> str:
    return re.sub(rf"^{VERSIONS}.*$", VERSIONS, text, flags=re.MULTILINE)


def cells(text: str) -> dict[tuple[str, str], str]:
    """(model, format) -> `yes` or why not, as the page says."""
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line.startswith("| ")]
    head, _, *rest = rows
    return {(row[0], to): cell for row in rest for to, cell in zip(head[1:], row[1:], strict=True)}
