"""`quizzes/errata.toml`: every error of the notes once, each with a unit, a type, and who says what is right."""

from types import SimpleNamespace

import pytest

from kdl import catalog
from kdl.dev import check, errata
from kdl.experiment import pair

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
    "nothing that is right": ({"right": " "}, "`right` is empty"),
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


@pytest.mark.parametrize("text", ["[[erratum", "\udcff"])
def test_a_file_that_cannot_be_read_is_one_fault(tmp_path, text):
    path = tmp_path / "errata.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    assert errata.read(path)[0] == {} and "not a list of errata" in errata.read(path)[1][0].wrong
    assert "not a list of errata" in errata.read(tmp_path / "nothing.toml")[1][0].wrong


def test_a_claim_that_names_what_does_not_exist_is_a_fault_of_its_pair(monkeypatch):
    claim = SimpleNamespace(entries=("lstm", "lsmt"), errata=("E130", "E999"))
    monkeypatch.setattr(pair, "load", lambda card: SimpleNamespace(claims=[claim] if card.id == "P52" else []))

    found = check._claims()

    assert [fault.wrong for fault in found] == [
        "names the entry 'lsmt', which does not exist",
        "names the erratum 'E999', which does not exist",
    ]
    assert {fault.path for fault in found} == {str(catalog.pairs()["P52"].path)}
