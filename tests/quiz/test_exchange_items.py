"""The items outside: Anki, GIFT, tab-separated values. Nothing is lost on the way, and nothing changes that did not change."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from dataclasses import replace

import pytest

from kdl.quiz import library
from kdl.quiz.exchange import anki, gift, spreadsheet
from kdl.quiz.exchange.faces import faces
from kdl.quiz.kinds import KINDS

CARDS = [card for item in library.items() for card in item.cards]
AWKWARD = 'a ~ b = c # d { e } f : g \\ h -> i\n\n"quoted"\t<b>bold</b> & 100 %'


def package(items=None, changed=None):
    return anki.package(items or library.items(), library.shelf().topics, changed or {})


@pytest.fixture
def opened(tmp_path):
    """A function: the bytes of a package -> its notes by guid, each with the number of its cards."""

    def open_(data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (tmp_path / "collection.anki2").write_bytes(archive.read("collection.anki2"))
            assert json.loads(archive.read("media")) == {}
        db = sqlite3.connect(tmp_path / "collection.anki2")
        db.row_factory = sqlite3.Row
        notes = db.execute("SELECT *, (SELECT count(*) FROM cards WHERE nid = notes.id) AS cards FROM notes").fetchall()
        db.close()
        return {note["guid"]: dict(note) for note in notes}

    return open_


def own(name, text):
    """An item whose every text is `text`."""
    one = next(item for item in library.items() if item.kind == "mcq")
    options = [{"text": f"{text} {n}", "right": n == 0, "feedback": text} for n in range(3)]
    return replace(one, id=name, prompt=text, why=text, heading=text, spec={"options": options})


# ---- Anki ------------------------------------------------------------------------------------------------------------


def test_a_package_holds_every_item_and_card(opened):
    notes = opened(package())

    assert len(notes) == len(library.items())
    assert sum(note["cards"] for note in notes.values()) == len(CARDS)


@pytest.mark.invariant("quiz", 19)
def test_an_unchanged_export_is_the_same_file():
    """Invariant 19: a re-export with nothing changed has nothing newer in it."""
    assert package() == package()


def test_a_changed_item_keeps_its_identity_and_gets_a_newer_time(opened):
    items = library.items()
    edited = [replace(items[0], prompt="Another wording?"), *items[1:]]
    before, after = opened(package()), opened(package(edited, {items[0].id: "2031-05-06T07:08:09+00:00"}))

    changed = [guid for guid in before if before[guid] != after[guid]]
    assert before.keys() == after.keys() and len(changed) == 1
    assert before[changed[0]]["id"] == after[changed[0]]["id"] and "Another wording?" in after[changed[0]]["flds"]
    assert before[changed[0]]["mod"] == anki.FIRST < after[changed[0]]["mod"]


def test_an_item_is_the_same_note_whatever_stands_around_it(opened):
    items = library.items()
    whole, few = opened(package()), opened(package(items[3:5]))

    assert all(whole[guid] == note for guid, note in few.items()) and len(few) == 2


def test_raw_html_in_notes_is_shown_and_not_obeyed(opened):
    (note,) = opened(package([own("html", "<script>alert(1)</script> <img src=x onerror=y>")])).values()

    assert "<script" not in note["flds"] and "<img" not in note["flds"] and "&lt;script&gt;" in note["flds"]


def test_the_gaps_of_a_cloze_are_those_of_anki(opened):
    item = next(item for item in library.items() if len(item.parts) > 1)
    (note,) = opened(package([item])).values()

    assert note["cards"] == len(item.parts)
    for part, forms in item.spec["accepted"].items():
        assert f"{{{{{part}::{forms[0]}}}}}" in re.sub(r"</?code>", "`", note["flds"])


def test_anki_is_asked_for_in_one_sentence_where_it_is_missing(monkeypatch):
    import builtins

    from kdl.errors import EnvironmentProblem

    real = builtins.__import__

    def without(name, *args, **how):
        if name == "genanki":
            raise ImportError(name)
        return real(name, *args, **how)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EnvironmentProblem) as error:
        package()
    assert "[anki]" in error.value.fix


@pytest.mark.slow
@pytest.mark.invariant("quiz", 19)
def test_anki_takes_the_package_and_leaves_alone_what_did_not_change(tmp_path):
    """Invariant 19: equal counts; an unchanged re-export updates nothing; an edit keeps the intervals."""
    pytest.importorskip("anki.collection", reason="needs the package anki (AGPL), which kdl does not depend on")
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    def bring(data):
        (tmp_path / "x.apkg").write_bytes(data)
        options = ImportAnkiPackageOptions(merge_notetypes=True)
        request = ImportAnkiPackageRequest(package_path=str(tmp_path / "x.apkg"), options=options)
        return collection.import_anki_package(request).log

    items = library.items()
    collection = Collection(str(tmp_path / "collection.anki2"))
    try:
        first = bring(package())
        assert (len(first.new), collection.note_count(), collection.card_count()) == (len(items), len(items), len(CARDS))
        again = bring(package())
        assert (len(again.new), len(again.updated), len(again.duplicate)) == (0, 0, len(items))

        name = items[0].id
        (note,) = collection.find_notes(f'"Source:*{name}"')
        card = collection.get_note(note).cards()[0]
        collection.sched.set_due_date([card.id], "30!")
        edited = [replace(items[0], prompt="Another wording?"), *items[1:]]
        third = bring(package(edited, {name: "2031-05-06T07:08:09+00:00"}))
        assert (len(third.new), len(third.updated)) == (0, 1)
        assert "Another wording?" in collection.get_note(note).fields[0]
        assert collection.get_card(card.id).ivl == 30
    finally:
        collection.close()


# ---- what varies -----------------------------------------------------------------------------------------------------


def varied():
    """An mcq of three wordings and eight options, and a shape of two draws."""
    one, shape = own("many", "What"), next(item for item in library.items() if item.kind == "shape")
    options = [{"text": f"option {n}", "right": n == 5, "feedback": f"said {n}"} for n in range(8)]
    wrong = [{"value": "({{n + 1}},)", "feedback": "{{n}}!"}]
    answers = [{"n": 30, "=": [None, 30]}, {"n": 40, "=": [None, 40]}]
    spec = {"draw": "n = choice(30, 40)", "code": "", "oracle": "y.shape", "wrong": wrong, "answer": answers}
    many = replace(one, wordings=("Another?", "A third?"), spec={"options": options})
    return [many, replace(shape, prompt="How, of {{n}}?", wordings=(), hint="", why="{{n}}.", spec=spec)]


def test_an_export_shows_the_first_wording_one_choice_of_options_and_one_draw(opened):
    """The same choice in every format and every export."""
    many, shape = faces(varied())

    assert many.question.text == "What" and len(many.remarks) == len(many.question.options) == 4
    assert [one.feedback for one in many.remarks if one.right] == ["said 5"]
    assert (shape.question.text, shape.answer, shape.why) == ("How, of 30?", "(None, 30)", "30.")
    assert [(one.text, one.feedback) for one in shape.remarks] == [("(None, 30)", ""), ("(31,)", "30!")]
    for text in (
        gift.text(varied()),
        spreadsheet.text(varied()),
        *(note["flds"] for note in opened(package(varied())).values()),
    ):
        assert "Another?" not in text and "{{" not in text
        assert sum(f"said {n}" in text for n in range(8)) in (0, 4)
    assert package(varied()) == package(varied()) and gift.text(varied()) == gift.text(varied())


# ---- GIFT ------------------------------------------------------------------------------------------------------------

_QUESTION = re.compile(r"^::((?:\\.|[^:\\])*)::\[markdown\]((?:\\.|[^{\\])*) \{\n(.*)\n\}$", re.DOTALL)


def plain(text):
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


def parsed(text):
    """id -> (question, [(mark, answer, feedback)], general feedback), by the rules of the format."""
    found = {}
    for block in text.strip().split("\n\n"):
        if block.startswith("$CATEGORY: "):
            continue
        name, asked, body = _QUESTION.match(block).groups()
        body, _, general = body.rpartition("####")
        answers = []
        for line in filter(None, (line.strip() for line in body.split("\n"))):
            if line == "#":
                continue
            answer, *feedback = re.split(r"(?<!\\)#", line[1:])
            answers.append((line[0], plain(answer), plain(feedback[0]) if feedback else ""))
        found[plain(name)] = plain(asked), answers, plain(general)
    return found


def test_gift_holds_every_card_with_its_answers_and_their_feedback():
    found = parsed(gift.text(library.items()))

    assert list(found) == CARDS
    for face in faces(library.items()):
        asked, answers, general = found[face.card_id]
        assert asked.replace("(gap)", "_____") == face.question.text
        if face.item.kind in ("mcq", "multi", "cloze", "shape", "output"):
            said = [(re.sub(r"^%-?[\d.]+%", "", text), feedback) for _, text, feedback in answers]
            assert said == [(one.text, one.feedback) for one in face.remarks]
        elif face.item.kind in ("numeric", "params", "bug"):
            assert [feedback for *_, feedback in answers] == [one.feedback for one in face.remarks]
        assert face.why in general


def test_gift_marks_the_right_options():
    for item in library.items():
        found = parsed(gift.text([item]))
        if item.kind == "mcq":
            ((_, answers, _),) = found.values()
            assert [text for mark, text, _ in answers if mark == "="] == [o["text"] for o in item.spec["options"] if o["right"]]
        if item.kind == "multi":
            ((_, answers, _),) = found.values()
            shares = [float(re.match(r"%(-?[\d.]+)%", text)[1]) for _, text, _ in answers]
            assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=0.01)


def test_gift_numbers_hold_the_right_answer_and_no_wrong_one():
    """A wrong number within the reach of the right one would be counted as right."""
    for item in library.items():
        if item.kind not in ("numeric", "params"):
            continue
        question = KINDS[item.kind].present(item, "", 0)
        ((_, answers, _),) = parsed(gift.text([item])).values()
        value, reach = map(float, answers[0][1].removeprefix("%100%").split(":"))
        assert abs(value - question.values["="]) <= reach + 1e-9 * abs(value)
        for _, text, _ in answers[1:]:
            wrong = float(text.removeprefix("%0%").split(":")[0])
            assert abs(wrong - value) > reach


def test_awkward_text_survives_gift():
    item = own("awkward", AWKWARD)
    ((asked, answers, general),) = parsed(gift.text([item])).values()

    assert asked == AWKWARD and general == AWKWARD
    assert {feedback for *_, feedback in answers} == {AWKWARD}


# ---- tab-separated values --------------------------------------------------------------------------------------------


def test_a_spreadsheet_reads_every_card_back():
    rows = list(csv.DictReader(io.StringIO(spreadsheet.text(library.items())), dialect="excel-tab"))

    assert [row["card"] for row in rows] == CARDS
    assert all(row["question"] and row["answer"] and row["explanation"] for row in rows)


def test_awkward_text_survives_a_spreadsheet():
    (row,) = csv.DictReader(io.StringIO(spreadsheet.text([own("awkward", AWKWARD)])), dialect="excel-tab")

    assert row["question"].startswith(AWKWARD) and row["explanation"].startswith(AWKWARD)
