"""`quizzes/errata.toml`: every error of the notes once, each with a unit, a type, and who says what is right."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from kdl import catalog
from kdl.dev import check, errata
from kdl.experiment import pair

PAIRS = catalog.pairs()
ROW = {"id": "E001", "unit": 11, "type": "W", "said": "Six.", "right": "Seven.", "source": "Somebody 1999"}


def written(path, *rows):
    lines = [f"{name} = {value!r}" for row in rows for name, value in [("[[erratum]]", None), *row.items()]]
    path.write_text("\n".join(line.replace(" = None", "") for line in lines))
    return path


def test_the_245_errata_of_the_notes_are_there_once_each():
    assert errata.faults() == []
    assert list(errata.table()) == [f"E{number:03}" for number in range(1, 246)]


def test_unit_11_puts_these_right():
    """The list of the pilot unit; one of them is only dropped."""
    single = [3, 71, 108, 130, 173, 174, 177]
    own = {f"E{number:03}" for number in [*single, *range(116, 124), *range(180, 194)]}

    assert {one.id for one in errata.table().values() if one.unit == 11} == own
    assert [one.id for one in errata.table().values() if one.type == errata.DROPPED] == ["E190"]


def test_sound_rows_are_read(tmp_path):
    found, bad = errata.read(written(tmp_path / "errata.toml", ROW), last=1)

    assert found == {"E001": errata.Erratum(**ROW)} and bad == ()


FAULTS = {
    "a number that is none": ({"id": "E002"}, "none of E001 to E001"),
    "a unit that is none": ({"unit": 19}, "no unit 19"),
    "a type that is none": ({"type": "Q"}, "the type 'Q' is none of W, G, M, D, X"),
    "nothing that is right": ({"right": " "}, "`right` is empty, or no text"),
    "a number for words": ({"said": 3}, "`said` is empty, or no text"),
    "a list for an id": ({"id": ["E001"]}, "`id` is empty, or no text"),
    "a list for a unit": ({"unit": [11]}, "no unit [11]"),
    "another field": ({"page": 3}, "this one has id, unit, type, said, right, source, page"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_is_not_sound_is_told_with_its_line_and_left_out(tmp_path, name):
    change, wrong = FAULTS[name]
    found, bad = errata.read(written(tmp_path / "errata.toml", ROW | change), last=1)

    assert found == {} and wrong in bad[0].wrong and bad[0].line == 1 and bad[0].fix


def test_an_erratum_that_stands_twice_or_nowhere_is_told(tmp_path):
    path = written(tmp_path / "errata.toml", ROW, ROW)
    found, bad = errata.read(path, last=2)

    assert set(found) == {"E001"}
    assert [(fault.line, fault.wrong) for fault in bad] == [(8, "E001 stands here again"), (1, "lacks E002")]


BROKEN = {
    "no TOML": ("# a head\n[[erratum\n", 2, "is not TOML"),
    "no text": ("\udcff", 1, "cannot be read"),
    "a number": ("# a head\nerratum = 3\n", 2, "each begins with a line `[[erratum]]`"),
    "one table": ('\n[erratum]\nid = "E001"\n', 2, "each begins with a line `[[erratum]]`"),
    "rows in a line": ("erratum = [{ id = 1 }]\n", 1, "each begins with a line `[[erratum]]`"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_one_fault_with_its_line(tmp_path, name):
    text, line, wrong = BROKEN[name]
    path = tmp_path / "errata.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    found, (fault,) = errata.read(path)

    assert found == {} and fault.line == line and wrong in fault.wrong


def test_a_file_that_is_not_there_is_one_fault(tmp_path):
    found, (fault,) = errata.read(tmp_path / "nothing.toml")

    assert found == {} and "cannot be read" in fault.wrong


def test_white_space_and_a_remark_beside_the_head_of_a_row_change_nothing(tmp_path):
    path = written(tmp_path / "errata.toml", ROW)
    path.write_text(path.read_text().replace("[[erratum]]", "  [[ erratum ]]  # the first"))

    assert errata.read(path, last=1) == ({"E001": errata.Erratum(**ROW)}, ())


def test_a_claim_that_names_what_does_not_exist_is_a_fault_of_its_pair_and_line(monkeypatch, tmp_path):
    claim = SimpleNamespace(entries=("lstm", "lsmt"), errata=("E130", "E999"))
    file = tmp_path / "p52_simple_rnn_lstm.py"
    file.write_text(
        '"""\nerrata: E999\n"""\n\nCLAIMS = [\n    Claim(entries=("lstm", "lsmt")),\n    Claim(errata=("E999",)),\n]\n'
    )
    monkeypatch.setattr(catalog, "pairs", lambda: {"P52": replace(PAIRS["P52"], path=file)})
    monkeypatch.setattr(pair, "load", lambda card: SimpleNamespace(claims=[claim] if card.id == "P52" else []))

    found = check._claims()

    assert [(fault.line, fault.wrong) for fault in found] == [
        (6, "names the entry 'lsmt', which does not exist"),
        (7, "names the erratum 'E999', which does not exist"),
    ]
    assert {fault.path for fault in found} == {str(file)}
