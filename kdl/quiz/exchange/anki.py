"""The items as an Anki package, made by genanki.

An unchanged item is the same note in every export, to the byte: its guid comes from the item's id, its time of change from
the item's last change of content. Anki then leaves alone what it has, and an edited item keeps its intervals.
"""

from __future__ import annotations

import hashlib
import html
import io
import itertools
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kdl.errors import EnvironmentProblem, install_line
from kdl.quiz.exchange.faces import Face, faces
from kdl.quiz.item import Item, Topic
from kdl.quiz.kinds.cloze import _GAP as GAP_SYNTAX

BASIC_MODEL, CLOZE_MODEL = 1_740_311_001, 1_740_311_002  # fixed for ever: Anki knows note types by them
FIRST = 1_735_689_600  # 2025-01-01: the time of what never changed, and of the note types
_IDS = 1_400_000_000_000  # Anki's ids are times in ms; ours come from hashes, upwards of this one
_STYLE = """.card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 42em; margin: 0 auto; }
pre { background: #f3f3f3; color: #111; padding: .6em; overflow-x: auto; } .cloze { font-weight: bold; }
.source { color: #777; font-size: 12px; }
table { border-collapse: collapse; } td, th { border: 1px solid; padding: .2em .6em; }"""


def _genanki():
    try:
        import genanki
    except ImportError as error:
        raise EnvironmentProblem(
            "Anki packages are written by genanki, which is not installed.",
            fix=f"{install_line('anki')}, or choose another format: tsv, gift.",
        ) from error
    return genanki


def package(items: Sequence[Item], topics: Mapping[str, Topic], changed: Mapping[str, str]) -> bytes:
    """The whole .apkg file.

    Args:
        topics: by id; one deck each.
        changed: item id -> when its content last changed (ISO 8601, UTC); absent where it never did.

    Raises:
        EnvironmentProblem: genanki is not installed.
    """
    genanki = _genanki()
    decks: dict[str, object] = {}
    models = _models(genanki)
    for item, cards in itertools.groupby(faces(items), key=lambda face: face.item):
        topic = topics[item.topic]
        name = f"kdl::{topic.title.replace('::', ' ')}"
        deck = decks.setdefault(item.topic, genanki.Deck(_number("deck", item.topic, 1 << 40) + (1 << 30), name))
        deck.add_note(_note(genanki, models, item, list(cards), _seconds(changed.get(item.id))))
    return _packed(genanki, list(decks.values()))


def _models(genanki) -> dict[str, object]:
    fields = [{"name": name} for name in ("Text", "Answer", "Why", "Source")]
    back = '<hr id=answer>{answer}<p>{{{{Why}}}}</p><p class="source">{{{{Source}}}}</p>'
    basic = {"name": "Card", "qfmt": "{{Text}}", "afmt": "{{FrontSide}}" + back.format(answer="{{Answer}}")}
    gaps = {"name": "Gap", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}" + back.format(answer="")}
    return {
        "basic": genanki.Model(BASIC_MODEL, "kdl", fields=fields, templates=[basic], css=_STYLE),
        "cloze": genanki.Model(
            CLOZE_MODEL, "kdl cloze", fields=fields, templates=[gaps], css=_STYLE, model_type=genanki.Model.CLOZE
        ),
    }


def _note(genanki, models: dict, item: Item, cards: list[Face], seconds: int):
    class Note(genanki.Note):
        """A note with times and ids of its own."""

        def write_to_db(self, cursor, timestamp, deck_id, id_gen):
            super().write_to_db(cursor, seconds, deck_id, itertools.count(_IDS + _number("note", item.id, 1 << 36) * 16))

    cloze = item.kind == "cloze"
    text = _gaps(item.prompt) if cloze else cards[0].asked
    why = "\n\n".join(dict.fromkeys(face.explained for face in cards))
    source = f"{item.topic} · {item.heading} · {item.id}"
    fields = [_html(text), "" if cloze else _html(cards[0].answer), _html(why), html.escape(source)]
    tags = ["kdl", f"kdl::{item.topic}", *(f"kdl::entry::{entry}" for entry in item.entries)]
    tags = [re.sub(r"\s+", "_", tag) for tag in tags]
    return Note(
        models["cloze" if cloze else "basic"], fields, sort_field=item.id, guid=genanki.guid_for("kdl", item.id), tags=tags
    )


def _gaps(prompt: str) -> str:
    """`{{c1: forget | forgetting}}` -> `{{c1::forget}}`."""
    return GAP_SYNTAX.sub(lambda gap: "{{" + gap[1] + "::" + gap[2].partition("|")[0].strip() + "}}", prompt)


def _html(markdown: str) -> str:
    """HTML of Markdown; raw HTML in it is shown, not obeyed."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown).strip()


def _number(*key: str | int) -> int:
    """A number below the last of `key` that depends on the others alone."""
    *words, below = key
    return int.from_bytes(hashlib.sha256("\x1f".join(words).encode()).digest()[:8], "big") % below


def _seconds(changed: str | None) -> int:
    return FIRST if changed is None else int(datetime.fromisoformat(changed).timestamp())


def _packed(genanki, decks: list) -> bytes:
    """genanki's file with the times in its folder of contents set to a fixed one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(decks).write_to_file(str(path), timestamp=FIRST)
        out = io.BytesIO()
        with zipfile.ZipFile(path) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
            for name in sorted(made.namelist()):
                fixed.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
