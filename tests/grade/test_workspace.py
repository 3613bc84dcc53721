"""The learner's files are made, backed up, and never overwritten."""

import json
import os
import time

import pytest

from kdl.errors import NotFound, UsageProblem
from kdl.grade import check, notebook, workspace


@pytest.fixture(autouse=True)
def found(toy, monkeypatch):
    """The toy is the only exercise that there is."""
    monkeypatch.setattr(workspace.library, "exercises", lambda: [toy])
    monkeypatch.setattr(workspace.library, "find", lambda name: toy)


def test_start_makes_the_stub_and_the_statement_and_touches_nothing_that_is_there(toy, home):
    path = workspace.start(toy)
    assert path == home / "workspace" / "toy" / "submission.py"
    assert path.read_text() == toy.read("stub.py")
    path.write_text("mine")
    path.with_name("README.md").write_text("my notes")
    assert workspace.start(toy) == path
    assert (path.read_text(), path.with_name("README.md").read_text()) == ("mine", "my notes")
    assert sorted(one.name for one in path.parent.iterdir()) == ["README.md", "submission.py"]


def test_reset_keeps_every_older_file(toy):
    path = workspace.start(toy)
    for number in (1, 2, 3):
        path.write_text(f"try {number}")
        (backup,) = workspace.reset(toy)
        assert (backup.name, backup.read_text()) == (f"submission.{number}.py", f"try {number}")
        assert path.read_text() == toy.read("stub.py")
    path.write_text("try 4")
    path.with_name("submission.2.py").unlink()
    assert [copy.name for copy in workspace.reset(toy)] == ["submission.2.py"]
    assert path.with_name("submission.3.py").read_text() == "try 3"


def test_reset_needs_a_file(toy):
    with pytest.raises(NotFound):
        workspace.reset(toy)


def book(*cells):
    return json.dumps({"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]})


DOUBLE, BOTH = "%%part double\ndef double(x):\n    return 2 * x\n", "%%part both\ndef both(x, y):\n    return x + y, x - y\n"


def test_a_saved_notebook_is_judged_by_the_parts_that_it_holds(toy, tmp_path):
    """Imports first, then helpers, then the steps in their order; what was deleted or is no part is not there."""
    path = tmp_path / "toy.ipynb"
    path.write_text(book("%load_ext x", BOTH, "%%part helper\nh = 1", DOUBLE, "%%part imports\nimport json", "double(3)"))
    source, problem = notebook.read(toy, path)

    assert problem is None and check.run(toy, path).status == "pass"
    assert [line for line in source.text.splitlines() if line and line[0] != " "] == [
        "import json", "h = 1", "def double(x):", "def both(x, y):"
    ]  # fmt: skip
    path.write_text(book(DOUBLE))
    assert check.run(toy, path).score == 2


DAMAGED = {
    "cut": "{",
    "a list": "[]",
    "a word for cells": '{"cells": "none"}',
    "a number for code": '{"cells": [{"cell_type": "code", "source": 3}]}',
    "no text": book("%%part double\nx = 1").replace("x = 1", "\\ud800"),
    "a NUL character": book("%%part double\nx = 1").replace("x = 1", "\\u0000"),
    "no UTF-8": "\udcff",
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_notebook_is_told_and_is_no_bug(toy, tmp_path, how):
    path = tmp_path / "toy.ipynb"
    path.write_bytes(DAMAGED[how].encode("utf-8", "surrogateescape"))
    assert check.run(toy, path).reason == "load"


def test_a_notebook_with_pictures_may_be_larger_than_a_program(toy, tmp_path):
    path = tmp_path / "toy.ipynb"
    path.write_text(book(DOUBLE, BOTH).replace("{", '{"picture": "' + "a" * 2**21 + '", ', 1))
    assert check.run(toy, path).status == "pass"


@pytest.fixture
def both(toy, monkeypatch):
    """submission.py and the notebook of one exercise; in neither anything was written. The notebook is the newer file."""
    monkeypatch.setattr(notebook, "fresh", lambda one: notebook.program(one, {"double": "new"}))
    path = workspace.start(toy)
    made, _ = workspace.notebook(toy, book("%%part double\nnew"))
    for age, file in ((1000, path), (500, made)):
        os.utime(file, (time.time() - age,) * 2)
    return path, made


def test_the_file_that_was_changed_last_is_worked_in_and_an_untouched_one_never_before_another(toy, both):
    path, made = both
    assert workspace.current(toy) == made and workspace.in_notebook(toy)
    path.write_text("mine")
    assert workspace.current(toy) == path
    os.utime(made)
    assert workspace.current(toy) == path, "it is newer, and nothing was written in it"
    made.write_text(book(DOUBLE))
    assert workspace.current(toy) == made and workspace.target("toy", recent=None)[1] == made
    made.unlink()
    path.unlink()
    assert workspace.current(toy) is None
    elsewhere = workspace.from_notebook(toy, "x")
    assert workspace.current(toy) == elsewhere


def test_a_file_that_cannot_be_read_is_left_to_the_check(toy, both):
    made = both[1]
    made.rename(made.with_name("real"))
    made.symlink_to(made.with_name("real"))
    assert workspace.current(toy) == made
    with pytest.raises(UsageProblem, match="symbolic link"):
        check.run(toy, made)


@pytest.mark.parametrize("last", [0, 1])
def test_reset_keeps_file_and_notebook_and_stays_where_the_work_was(toy, both, monkeypatch, last):
    monkeypatch.setattr(notebook, "text", lambda one: book("%%part double\nnew"))
    works = both[last]
    works.write_text(["mine", book(DOUBLE)][last])
    assert workspace.current(toy) == works

    assert sorted(copy.name for copy in workspace.reset(toy)) == ["submission.1.py", "toy.1.ipynb"]
    assert both[0].read_text() == toy.read("stub.py") and "new" in both[1].read_text()
    assert workspace.current(toy) == works


def test_another_folder_can_hold_the_workspace(toy, tmp_path, monkeypatch):
    assert workspace.start(toy, tmp_path / "class").parent == tmp_path / "class" / "toy"
    monkeypatch.setenv("KDL_WORKSPACE", str(tmp_path / "mine"))
    assert workspace.start(toy).parent == tmp_path / "mine" / "toy"


def test_a_name_a_file_and_nothing_lead_to_the_right_exercise(toy, tmp_path):
    path = workspace.start(toy)
    assert workspace.target("toy") == (toy, path)
    assert workspace.target(str(path)) == (toy, path)
    assert workspace.target(str(path.parent)) == (toy, path)
    assert workspace.target(None, recent="toy") == (toy, path)
    named = tmp_path / "toy.py"
    assert workspace.target(str(named)) == (toy, named)
    other = tmp_path / "attempt.py"
    assert workspace.target(str(other), "toy") == (toy, other)
    with pytest.raises(UsageProblem, match="does not say which exercise"):
        workspace.target(str(other))
    with pytest.raises(UsageProblem, match="No exercise has been started"):
        workspace.target(None)
