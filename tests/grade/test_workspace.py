"""The learner's files are made, backed up, and never overwritten."""

import pytest

from kdl.errors import NotFound, UsageProblem
from kdl.grade import workspace


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
        backup = workspace.reset(toy)
        assert (backup.name, backup.read_text()) == (f"submission.{number}.py", f"try {number}")
        assert path.read_text() == toy.read("stub.py")
    path.write_text("try 4")
    path.with_name("submission.2.py").unlink()
    assert workspace.reset(toy).name == "submission.2.py"
    assert path.with_name("submission.3.py").read_text() == "try 3"


def test_reset_needs_a_file(toy):
    with pytest.raises(NotFound):
        workspace.reset(toy)


def test_another_folder_can_hold_the_workspace(toy, tmp_path, monkeypatch):
    assert workspace.start(toy, tmp_path / "class").parent == tmp_path / "class" / "toy"
    monkeypatch.setenv("KDL_WORKSPACE", str(tmp_path / "mine"))
    assert workspace.start(toy).parent == tmp_path / "mine" / "toy"


def test_a_name_a_file_and_nothing_lead_to_the_right_exercise(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(workspace.library, "exercises", lambda: [toy])
    monkeypatch.setattr(workspace.library, "find", lambda name: toy)
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
