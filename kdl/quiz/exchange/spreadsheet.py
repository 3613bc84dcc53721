"""The items as tab-separated values: one row a card, cells with line breaks in quotes, as spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from kdl.quiz.exchange.faces import faces
from kdl.quiz.item import Item

HEAD = ("card", "kind", "topic", "question", "answer", "explanation", "entries")


def text(items: Sequence[Item]) -> str:
    """The whole file. Texts are Markdown."""
    out = io.StringIO()
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    writer.writerow(HEAD)
    for face in faces(items):
        item = face.item
        row = (face.card_id, item.kind, item.topic, face.asked, face.answer, face.explained, " ".join(item.entries))
        writer.writerow(row)
    return out.getvalue()
