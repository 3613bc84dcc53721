"""The table that optimizers of FSRS read: card_id, review_time (ms), review_rating, review_state, review_duration (ms).

It holds the answers that count: no cramming, nothing undone, moved cards under their new id. A table has no uuids and no time
zone: read back, a row gets a uuid made from what it says, and its days turn at 04:00 UTC. To join two devices use JSONL.
"""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime

from kdl.errors import BadContent
from kdl.memory import scheduler
from kdl.memory.moves import Moves
from kdl.memory.replay import by_card
from kdl.memory.study_day import study_day
from kdl.quiz.exchange.log import FIX, Read
from kdl.quiz.exchange.rows import BadRow, row_of
from kdl.store import merge, reviews
from kdl.store.reviews import Review

HEAD = ("card_id", "review_time", "review_rating", "review_state", "review_duration")
NEW, REVIEW = 0, 2  # states in the optimizer's words
ORIGIN = "import"  # session and device of what was read from a table


def rows(db: sqlite3.Connection) -> Iterator[tuple]:
    """The table without its head, oldest answer first."""
    logs = merge.every(db)
    counted = []
    for card_id, (answers, _) in by_card(logs.reviews, logs.events).items():
        answers = sorted((row for row in answers if row.kind != "cram"), key=lambda row: (row.ts, row.uuid))
        for place, row in enumerate(answers):
            state = REVIEW if place else NEW
            counted.append((row.ts, row.uuid, (card_id, row.ts, row.rating, state, "" if row.ms is None else row.ms)))
    return (row for _, _, row in sorted(counted))


def read(db: sqlite3.Connection, source: Iterable[str], name: str) -> Read:
    """The rows of a table as reviews of the kind `import`, without those that the log has already.

    Raises:
        BadContent: the first line that is not what it must be.
    """
    log, moves = reviews.reviews(db), Moves(reviews.moves(db))
    known = {(name, row.ts) for row in log for name in (row.card_id, moves.place(row))}
    found, reader = Read(), csv.reader(source, strict=True)
    try:
        head = [cell.strip().removeprefix("\ufeff") for cell in next(reader, [])]
        missing = [column for column in HEAD[:3] if column not in head]
        if missing:
            raise BadContent(name, 1, f"has no column {missing[0]!r}", fix=f"Its first line is {','.join(HEAD)}.")
        for cells in reader:
            if not cells:
                continue
            row = _review(dict(zip(head, cells, strict=False)))
            if (row.card_id, row.ts) not in known:
                found.rows["review"].append(row)
                found.lines.setdefault(f"review {row.uuid}", reader.line_num)
    except (csv.Error, BadRow) as error:
        raise BadContent(name, reader.line_num, str(error), fix=FIX) from error
    return found


def _review(cells: dict[str, str]) -> Review:
    def number(column: str) -> int:
        text = cells.get(column, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise BadRow(f"{column} must be a whole number, not {text[:40]!r}")
        return int(text)

    card_id, ts, rating = cells.get("card_id", ""), number("review_time"), number("review_rating")
    duration = number("review_duration") if cells.get("review_duration", "").strip() else None
    digest = hashlib.sha256("\x1f".join((ORIGIN, card_id, str(ts), str(rating))).encode("utf-8", "replace")).hexdigest()
    blank = dict.fromkeys(field.name for field in fields(Review))
    record = {
        "uuid": digest[:32], "card_id": card_id, "session_id": ORIGIN, "device_id": ORIGIN, "ts": ts, "utc_offset_min": 0,
        "study_day": 0, "kind": "import", "rating": rating, "hint_used": 0, "ms": duration, "rev": 1,
        "scheduler": scheduler.NAME, "param_set": 0, "desired_retention": scheduler.DESIRED_RETENTION,
    }  # fmt: skip
    row = row_of(Review, blank | record | {"study_day": 719_163})
    return replace(row, study_day=study_day(datetime.fromtimestamp(ts / 1000, UTC)))
