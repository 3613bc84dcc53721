"""A class is graded whole: each file once, each student a record, resumable after kill -9, and trouble of ours is no grade."""

import json
import os
import subprocess
import sys
import time

import pytest

from kdl.errors import EnvironmentProblem
from kdl.grade import bulk, collect, exercise, gradebook
from kdl.grade.collect import Found
from kdl.grade.sandbox import BWRAP, PROCESS

RIGHT = b"def double(x):\n    return 2 * x\n\n\ndef both(x, y):\n    return x + y, x - y\n"
HALF = RIGHT.replace(b"x - y", b"y - x")
NAMES = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "'t Hooft",
    "'=1",
    "O'Neil",
    "a,b",
    'quo"te',
    "two\nlines",
    "Ann",
    "ann",
)


def rows(toy, files: dict, out, *, sandbox=PROCESS, jobs=1, seed=7):
    seen = []
    found = [Found(student, f"{student}.py", raw) for student, raw in files.items()]
    done = bulk.grade(toy, found, out, seed=seed, sandbox=sandbox, jobs=jobs, told=lambda row, again: seen.append((row, again)))
    return done, {row["student"]: again for row, again in seen}


@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_every_student_gets_a_record_a_page_the_evidence_and_a_row(toy, tmp_path):
    files = {"ann": RIGHT, "ben": HALF, "cem": b"x = (", "dee": None}
    done, _ = rows(toy, files, tmp_path, sandbox=BWRAP, jobs=2)
    assert [(row["student"], row["status"]) for row in done] == [
        ("ann", "pass"), ("ben", "fail"), ("cem", "error"), ("dee", "missing"),
    ]  # fmt: skip
    for student, raw in files.items():
        kept = json.loads((tmp_path / "results" / f"{student}.json").read_text())
        assert kept["schema"] == "kdl.grading/1" and kept in done
        assert (tmp_path / "results" / f"{student}.md").is_file()
        if raw is not None:
            assert (tmp_path / "evidence" / f"{student}.py").read_bytes() == raw
    page = (tmp_path / "results" / "ben.md").read_text()
    assert "2 of 5 points" in page and "Why: Your gap is y - x." in page and str(tmp_path) not in page
    table = gradebook.read((tmp_path / "grades.csv").read_text(encoding="utf-8"))
    assert [(row["student"], row["score"], row["double"], row["both"]) for row in table] == [
        ("ann", "5", "2", "3"), ("ben", "2", "2", "0"), ("cem", "0", "0", "0"), ("dee", "", "", ""),
    ]  # fmt: skip


@pytest.mark.slow
def test_only_what_changed_is_graded_again(toy, toy_folder, tmp_path):
    files = {"ann": RIGHT, "ben": HALF}
    first, again = rows(toy, files, tmp_path)
    assert again == {"ann": False, "ben": False}
    second, again = rows(toy, files, tmp_path)
    assert again == {"ann": True, "ben": True} and second == first
    _, again = rows(toy, {**files, "ben": RIGHT}, tmp_path)
    assert again == {"ann": True, "ben": False}
    _, again = rows(toy, files, tmp_path, seed=8)
    assert again == {"ann": False, "ben": False}, "another seed"
    (toy_folder / "grader.py").write_text((toy_folder / "grader.py").read_text() + "\n# changed\n")
    _, again = rows(toy, files, tmp_path, seed=8)
    assert again == {"ann": False, "ben": False}, "another grader"


@pytest.mark.slow
def test_the_table_says_why_there_is_no_answer(toy, tmp_path):
    """A time-out, a crash, and a step that is missing; nothing where every case got an answer."""
    files = {
        "late": RIGHT.replace(b"return 2 * x", b"while True: pass"),
        "dead": b"import os\n" + RIGHT.replace(b"return 2 * x", b"os._exit(3)"),
        "half": RIGHT[: RIGHT.index(b"def both")],
        "wrong": HALF,
    }
    done, _ = rows(toy, files, tmp_path)
    said = {row["student"]: row["message"] for row in gradebook.read((tmp_path / "grades.csv").read_text(encoding="utf-8"))}
    assert said == {
        "late": "Double, small: timeout, no answer within 1 s (3 cases without an answer)",
        "dead": "Double, small: crash, the process ended itself with exit code 3 (3 cases without an answer)",
        "half": "Sum and difference: The file defines no function `both(x, y)`.",
        "wrong": "",
    }
    assert [row["status"] for row in done] == ["fail"] * 4


def test_what_was_graded_without_a_sandbox_is_graded_again_in_one(toy, tmp_path):
    job = bulk.Job(toy.path, "ann", "ann.py", RIGHT, tmp_path, "ann", 7, PROCESS, bulk.version(toy))
    for name in ("results", "evidence"):
        (tmp_path / name).mkdir()
    assert bulk.graded(job)["result"]["sandbox"] == "process"
    assert bulk._graded(job, toy)
    assert not bulk._graded(bulk.dataclasses.replace(job, sandbox=BWRAP), toy)


@pytest.mark.slow
def test_a_half_written_record_counts_as_none(toy, tmp_path):
    rows(toy, {"ann": RIGHT}, tmp_path)
    record = tmp_path / "results" / "ann.json"
    record.write_text(record.read_text()[:100])
    _, again = rows(toy, {"ann": RIGHT}, tmp_path)
    assert again == {"ann": False}


@pytest.mark.slow
def test_trouble_of_ours_has_no_grade_and_is_tried_again(toy, toy_folder, tmp_path):
    """A grader that raises, and one that takes its process along."""
    grader = toy_folder / "grader.py"
    good = grader.read_text()
    for bad in ("raise ValueError('ours')", "import os\nos._exit(1)"):
        grader.write_text(bad)
        (row,), _ = rows(toy, {"ann": RIGHT}, tmp_path)
        assert (row["status"], row["result"]) == ("trouble", None) and row["message"]
        assert gradebook.read((tmp_path / "grades.csv").read_text(encoding="utf-8"))[0]["score"] == ""
    grader.write_text(good)
    (row,), again = rows(toy, {"ann": RIGHT}, tmp_path)
    assert (row["status"], again) == ("pass", {"ann": False})


@pytest.mark.invariant("exercise", 15)
def test_a_name_that_a_spreadsheet_would_run_is_only_text_and_comes_back_as_it_was(toy):
    table = [
        {"student": name, "status": "fail", "result": None, "file": f"{name}.py", "seed": 1, "sha256": "0", "message": name}
        for name in NAMES
    ]
    text = gradebook.text(toy, table)
    assert [(row["student"], row["message"]) for row in gradebook.read(text)] == [(name, name) for name in NAMES]
    import csv

    cells = [cell for row in csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True)) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_no_two_students_share_a_file_not_even_where_case_is_ignored():
    names = [*NAMES, "con", "ann.tmp", "aux.py", "..", "../x", "a/b", "", "é", "e", "x" * 300, "x" * 301]
    files = [bulk.safe_name(name) for name in names]
    assert len({name.casefold() for name in files}) == len(names)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-~") and len(name) < 80 for name in files)
    assert "ann" in files and not any(name.startswith(".") or name.endswith(".tmp") for name in files)


def test_without_a_sandbox_nothing_is_graded_unless_that_is_asked_for(toy, tmp_path, monkeypatch):
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(EnvironmentProblem, match="no sandbox"):
        bulk.mode(toy, unsafe=False)
    assert bulk.mode(toy, unsafe=True) == PROCESS


@pytest.mark.requires("bwrap")
def test_where_the_sandbox_runs_it_is_used_even_if_it_need_not_be(toy):
    assert bulk.mode(toy, unsafe=True) == bulk.mode(toy, unsafe=False) == BWRAP


RUN = """
import sys
from pathlib import Path
from kdl.grade import bulk, collect, exercise
toy, place, out = exercise.read(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
if __name__ == "__main__":
    found = collect.submissions(place)[0]
    bulk.grade(toy, found, out, seed=7, sandbox=sys.argv[4], jobs=2, told=lambda row, again: print(row["student"], flush=True))
"""


@pytest.mark.invariant("exercise", 14)
@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_killed_in_the_middle_and_run_again_it_completes(toy, toy_folder, tmp_path):
    """kill -9 after the third record; no process stays, no record is half, and the second run grades the rest only."""
    place, out, program = tmp_path / "class", tmp_path / "out", tmp_path / "run.py"
    place.mkdir()
    program.write_text(RUN)
    for n in range(12):
        (place / f"s{n:02}.py").write_bytes(RIGHT if n % 2 else HALF)
    command = [sys.executable, str(program), str(toy_folder), str(place), str(out), BWRAP]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    try:
        for _ in range(3):
            assert first.stdout.readline()
    finally:
        first.kill()
        first.wait()
        first.stdout.close()
    for _ in range(100):
        if not _carrying(f"TMPDIR={tmp_path}") and not _carrying(f"KDL_JOB={tmp_path}/"):
            break
        time.sleep(0.1)
    assert not _carrying(f"TMPDIR={tmp_path}") and not _carrying(f"KDL_JOB={tmp_path}/")
    before = [json.loads(path.read_text()) for path in (out / "results").glob("*.json") if ".tmp" not in path.name]
    assert 3 <= len(before) < 12
    found = collect.submissions(place)[0]
    seen = {}
    done = bulk.grade(
        exercise.read(toy_folder), found, out, seed=7, sandbox=BWRAP, jobs=2,
        told=lambda row, again: seen.update({row["student"]: again}),
    )  # fmt: skip
    assert [row["status"] for row in done] == ["fail", "pass"] * 6
    assert sorted(name for name, again in seen.items() if again) == sorted(row["student"] for row in before)
    assert len(gradebook.read((out / "grades.csv").read_text(encoding="utf-8"))) == 12


def _carrying(mark: str) -> list[int]:
    """Processes, but this one, whose environment holds the text."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if mark.encode() in file.read() and int(name) != os.getpid():
                    found.append(int(name))
        except OSError:
            continue
    return found


@pytest.mark.invariant("exercise", 15)
@pytest.mark.parametrize("name", ["ann;=1+1", "a,\t@x", "b\t'=1", "c; -2,+3"])
def test_a_formula_behind_another_separator_is_only_text_and_comes_back(name):
    """A spreadsheet may take a semicolon or a tab for the separator: no cell begins with a sign then, either."""
    cell = gradebook.guarded(name)
    parts = [part.strip() for mark in ";,\t" for part in cell.split(mark)]
    assert not any(part.startswith(("=", "+", "-", "@")) for part in parts) and gradebook.plain(cell) == name


def test_control_characters_do_not_reach_a_cell():
    assert gradebook.guarded("a\x1b[2J\x07\0b") == "a[2Jb"
