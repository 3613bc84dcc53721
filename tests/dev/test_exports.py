"""The table of exports says what was tried, and stays as it is where it cannot be tried."""

from kdl import catalog
from kdl.dev import build, exports
from kdl.errors import UsageProblem
from kdl.train import export


def test_the_committed_table_has_yes_or_a_reason_in_every_cell():
    cells = exports.cells(exports.PAGE.read_text(encoding="utf-8"))

    assert {to for _, to in cells} == set(export.SUFFIXES)
    assert {name for name, _ in cells} <= set(catalog.models())
    assert all(cell == "yes" or cell.startswith("no: ") for cell in cells.values())


def test_a_round_trip_that_fails_is_told_with_its_reason(keras, tmp_path, monkeypatch):
    def refused(*_):
        raise UsageProblem("tflite does not hold this model.", why="no such op")

    monkeypatch.setattr(export, "round_trip", refused)

    assert exports.tried("mlp", "tflite", tmp_path) == "no: no such op"


def test_without_the_packages_the_page_is_left_as_it_is(monkeypatch, tmp_path):
    page = tmp_path / "exports.md"
    page.write_text("as it was")
    monkeypatch.setattr(exports, "PAGE", page)
    monkeypatch.setattr(exports, "missing", lambda: ["onnx"])

    assert build._exports(write=True) == []
    assert page.read_text() == "as it was"


def test_a_page_is_written_when_a_cell_changed_and_not_when_only_versions_did(monkeypatch, tmp_path):
    page = tmp_path / "exports.md"
    monkeypatch.setattr(exports, "PAGE", page)
    monkeypatch.setattr(exports, "missing", list)
    text = "# Exports\n\nTried with keras 3.15.1.\n\n| model | keras |\n| --- | --- |\n| mlp | yes |\n"
    page.write_text(text)

    for fresh, changed in ((text.replace("3.15.1", "4.0"), []), (text.replace("yes", "no: x"), [page])):
        monkeypatch.setattr(exports, "page", lambda fresh=fresh: fresh)
        assert build._exports(write=True) == changed
        assert page.read_text() == (fresh if changed else text)
