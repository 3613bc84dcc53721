"""The grades of a class as CSV. A cell that a spreadsheet would run as a formula is only text in it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from kdl.grade.exercise import Exercise

# A leading apostrophe is guarded as well, so that taking one away always gives back what was written.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
# Where a spreadsheet takes another character for the separator, a cell may begin within this one.
_INSIDE, _QUOTED = re.compile(r"([;,\t]\s*)('*[=+\-@])"), re.compile(r"([;,\t]\s*)'('*[=+\-@])")


def guarded(text: str) -> str:
    """`text` for a cell, without control characters; `plain` gives it back. Within the text a quote stands before a sign."""
    text = _INSIDE.sub(r"\1'\2", "".join(one for one in text if unicodedata.category(one) != "Cc" or one in "\t\r\n"))
    return f"'{text}" if text.startswith(_ACTIVE) or text.lstrip().startswith(_ACTIVE) else text


def plain(cell: str) -> str:
    """The text that `guarded` made a cell of."""
    return _QUOTED.sub(r"\1\2", cell[1:] if cell.startswith("'") else cell)


def text(exercise: Exercise, rows: list[dict]) -> str:
    """One row per `kdl.grading/1` record. The byte order mark makes spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    ids = [step.id for step in exercise.steps]
    head = ("student", "status", "score", "max_score", *ids, "reason", "file", "seed", "sandbox", "sha256", "message")
    writer.writerow([guarded(name) for name in head])
    for row in rows:
        result = row["result"] or {}
        scores = {step["id"]: step["score"] for step in result.get("steps", ())}
        cells = [row["student"], row["status"], result.get("score", ""), exercise.max_score]
        cells += [scores.get(name, "") for name in ids]
        cells += [result.get("reason"), row["file"], row["seed"], result.get("sandbox"), row["sha256"], row["message"]]
        writer.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells])
    return "\ufeff" + out.getvalue()


def read(content: str) -> list[dict[str, str]]:
    """The rows of such a file, as they were before they were guarded."""
    head, *rows = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    return [dict(zip(map(plain, head), map(plain, row), strict=True)) for row in rows]
