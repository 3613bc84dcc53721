"""`kdl exercise grade`: the exit code speaks of the grader, not of the students."""

import json
import os
import shutil
import zipfile

import pytest

from kdl.grade import exercise, gradebook

CELL = exercise.find("lstm-cell")


@pytest.fixture
def place(tmp_path):
    """A class of three: right, a known mistake, rubbish; its folder is named after the exercise."""
    folder = tmp_path / "lstm-cell"
    (folder / "=ben").mkdir(parents=True)
    shutil.copyfile(CELL.path / "solution.py", folder / "ann.py")
    shutil.copyfile(CELL.path / "mutants" / "reads_old_cell.py", folder / "=ben" / "submission.py")
    (folder / "cem.py").write_text("x = (")
    return folder


@pytest.fixture
def no_sandbox(tmp_path, monkeypatch):
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_failed_students_are_no_failure_of_the_grader(kdl, place):
    done = kdl("exercise", "grade", place)
    assert done.code == 0, done.err
    assert "error    cem  0 of 10 (syntax)" in done.err
    assert "not run." in (place.with_name("lstm-cell-grades") / "results" / "cem.md").read_text()
    assert "3 submissions" in done.out and "1 pass, 1 fail, 1 error" in done.out and "sandbox bwrap" in done.out
    assert f"kdl exercise grade {place} --exercise lstm-cell" in done.out
    out = place.with_name("lstm-cell-grades")
    table = gradebook.read((out / "grades.csv").read_text(encoding="utf-8"))
    assert [(row["student"], row["score"]) for row in table] == [("=ben", "4"), ("ann", "10"), ("cem", "0")]
    assert "This is not valid Python" in table[2]["message"]
    again = kdl("exercise", "grade", place, "--json", "--format", "exercism", "--format", "gradescope")
    assert again.err.count("graded before") == 3
    said = json.loads(again.out)
    assert said["schema"] == "kdl.grades/1" and said["counts"]["pass"] == 1 and len(said["grades"]) == 3
    for name, key in (("exercism", "version"), ("gradescope", "score")):
        assert key in json.loads((out / name / "ann" / "results.json").read_text())
    cause = next(one.message for one in CELL.mutants if one.name == "reads_old_cell")
    (ben,) = (out / "gradescope").glob("*ben*/results.json")
    assert json.loads(ben.read_text())["tests"][1]["output"].count(cause) == 1


@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_a_zip_gives_the_same_grades(kdl, place, tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for path in sorted(place.rglob("*.py")):
            archive.write(path, path.relative_to(place))
    kdl("exercise", "grade", place, "--seed", "3")
    kdl("exercise", "grade", tmp_path / "class.zip", "--exercise", "lstm-cell", "--seed", "3", "--jobs", "2")
    one, other = ((tmp_path / f"{name}-grades" / "grades.csv").read_text(encoding="utf-8") for name in ("lstm-cell", "class"))
    assert one == other


def test_it_refuses_without_a_sandbox_and_grades_nothing(kdl, place, no_sandbox):
    done = kdl("exercise", "grade", place)
    assert done.code == 4 and "there is no sandbox here" in done.err and "--unsafe" in done.err
    assert not place.with_name("lstm-cell-grades").exists()


@pytest.mark.slow
def test_unsafe_grades_in_a_plain_process_and_says_so(kdl, place, no_sandbox):
    done = kdl("exercise", "grade", place, "--unsafe")
    assert done.code == 0 and "sandbox process" in done.out


@pytest.mark.requires("bwrap")
def test_what_is_wrong_on_the_command_line_is_told(kdl, place, tmp_path):
    (tmp_path / "empty").mkdir()
    unsaid = kdl("exercise", "grade", tmp_path / "empty")
    assert unsaid.code == 2 and "--exercise NAME" in unsaid.err, "the name of the folder is no exercise"
    nowhere = kdl("exercise", "grade", tmp_path / "nowhere")
    assert nowhere.code == 3 and "folder" in nowhere.err and "kdl exercise list" not in nowhere.err
    assert kdl("exercise", "grade", tmp_path / "empty", "--exercise", "lstm-cell").code == 5
    assert kdl("exercise", "grade", tmp_path / "nowhere", "--exercise", "lstm-cell").code == 3
    assert kdl("exercise", "grade", place, "--files", "*.py").code == 2
    assert kdl("exercise", "grade", place, "--out", place).code == 2


@pytest.mark.parametrize(("form", "key"), [("exercism", "version"), ("gradescope", "score")])
def test_a_check_prints_the_results_of_another_system(kdl, place, form, key):
    done = kdl("exercise", "check", place / "ann.py", "--exercise", "lstm-cell", "--format", form)
    assert done.code == 0 and key in json.loads(done.out)
