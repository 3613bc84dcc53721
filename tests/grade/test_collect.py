"""Submissions are found wherever they lie, and nothing in a name or an archive can reach outside."""

import io
import os
import zipfile

import pytest

from kdl.errors import NotFound, UsageProblem
from kdl.grade import collect


def write(folder, *names, text="x = 1\n"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def zipped(members) -> bytes:
    """An archive of (name or ZipInfo, content)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def paths(found) -> dict:
    return {one.student: one.path for one in found}


def test_the_usual_places_are_found_without_a_pattern(tmp_path):
    write(tmp_path, "ann.py", "ben/submission.py", "ben/test_mine.py", "cem/week 3/deep/submission.py", "dee/lstm.py")
    write(tmp_path, "__MACOSX/x.py", ".git/y.py", "eve/.cache/z.py", "eve/notes.txt")
    found, notes = collect.submissions(tmp_path)
    assert paths(found) == {
        "ann": "ann.py", "ben": "ben/submission.py", "cem": "cem/week 3/deep/submission.py", "dee": "dee/lstm.py", "eve": "eve",
    }  # fmt: skip
    assert all(one.raw == b"x = 1\n" for one in found if one.student != "eve") and notes == []


def test_a_student_without_a_python_file_is_missing_and_not_forgotten(tmp_path):
    write(tmp_path, "ann.PY", "ben/notes.txt", "cem.ipynb", "dee.py")
    (tmp_path / "eve").mkdir()
    (tmp_path / "fay.zip").write_bytes(zipped([("notes.txt", "no")]))
    found, _ = collect.submissions(tmp_path)
    assert {one.student: one.wrong for one in found} == {
        "ann": None, "ben": collect.NO_FILE, "cem": collect.NO_FILE, "dee": None, "eve": collect.NO_FILE,
        "fay": collect.NO_FILE,
    }  # fmt: skip
    (tmp_path / "class.zip").write_bytes(zipped([("ann/a.py", "x"), ("ben/a.txt", "x"), ("cem.txt", "x")]))
    found, _ = collect.submissions(tmp_path / "class.zip")
    assert {one.student: one.wrong for one in found} == {"ann": None, "ben": collect.NO_FILE, "cem": collect.NO_FILE}


@pytest.mark.parametrize("second", ["ann/submission.py", "ann/deep/other.py", "ann.zip"])
def test_two_submissions_of_one_student_are_not_chosen_between(tmp_path, second):
    write(tmp_path, "ann.py")
    if second.endswith(".zip"):
        (tmp_path / second).write_bytes(zipped([("submission.py", "x = 2\n")]))
    else:
        write(tmp_path, second)
    (one,) = collect.submissions(tmp_path)[0]
    assert one.raw is None and one.wrong.startswith("2 files could be meant: ann")


def damaged(raw: bytes) -> bytes:
    """The compressed bytes of the first member overwritten; the directory at the end is as it was."""
    start = 30 + int.from_bytes(raw[26:28], "little")
    return raw[:start] + b"\xff" * 6 + raw[start + 6 :]


def test_a_damaged_archive_or_member_costs_only_its_own_student(tmp_path):
    long = "x = 1\n" * 1000
    write(tmp_path, "ann.py")
    (tmp_path / "ben.zip").write_bytes(damaged(zipped([("submission.py", long)])))
    (tmp_path / "cem.zip").write_bytes(zipped([("a.txt", "")])[:-9])
    locked = tmp_path / "dee.zip"
    locked.write_bytes(zipped([("submission.py", long)]))
    locked.chmod(0)
    (tmp_path / "eve.zip").write_bytes(damaged(zipped([("readme.zip", long), ("submission.py", "x = 2\n")])))
    found = {one.student: one for one in collect.submissions(tmp_path)[0]}
    assert found["ann"].raw and found["eve"].raw == b"x = 2\n"
    assert "cannot be read" in found["ben"].wrong and "cannot be read" in found["cem"].wrong
    assert os.geteuid() == 0 or "cannot be read" in found["dee"].wrong
    whole = damaged(zipped([("ann.py", long), ("ben.py", "x = 3\n")]))
    (tmp_path / "class.zip").write_bytes(whole)
    ann, ben = collect.submissions(tmp_path / "class.zip")[0]
    assert ann.raw is None and "cannot be read" in ann.wrong and ben.raw == b"x = 3\n"


def test_the_files_and_bytes_of_one_students_archive_are_bounded(tmp_path):
    many = [(f"{k}.py", "x") for k in range(collect.STUDENT_FILES)]
    (tmp_path / "ann.zip").write_bytes(zipped([*many, ("submission.py", "x")]))
    large = zipped([("pad.bin", os.urandom(2**20)), ("submission.py", "x")])
    (tmp_path / "ben.zip").write_bytes(zipped([(f"{k}.zip", large) for k in range(20)]))
    ann, ben = collect.submissions(tmp_path)[0]
    assert "more than 200" in ann.wrong
    assert ben.wrong.startswith("15 files could be meant"), "each is 1 MiB and a little, and 16 MiB is the room"


def test_only_the_chosen_file_is_read(tmp_path, monkeypatch):
    write(tmp_path, "ann/submission.py", "ann/test_it.py", "ann/more.py")
    read = []
    monkeypatch.setattr(collect, "plain_bytes", lambda path: read.append(path.name) or b"x")
    collect.submissions(tmp_path)
    assert read == ["submission.py"]


def test_two_files_that_could_be_meant_are_not_chosen_between(tmp_path):
    write(tmp_path, "ann/first.py", "ann/second.py")
    (one,) = collect.submissions(tmp_path)[0]
    assert one.raw is None and one.wrong == "2 files could be meant: ann/first.py, ann/second.py"


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("{id}_*_lstm.py", {"ann": "ann_17_lstm.py", "ben": "ben_18_lstm.py"}),
        ("group/**/{id}/a.py", {"cem": "group/1/2/cem/a.py", "dee": "group/dee/a.py"}),
    ],
)
def test_a_pattern_says_which_part_of_the_path_is_the_student(tmp_path, pattern, wanted):
    write(
        tmp_path, "ann_17_lstm.py", "ben_18_lstm.py", "ben_18_gru.py", "group/1/2/cem/a.py", "group/dee/a.py", "group/dee/b.py"
    )
    assert paths(collect.submissions(tmp_path, pattern)[0]) == wanted


def test_a_pattern_without_a_student_and_a_folder_that_is_not_there_are_told(tmp_path):
    with pytest.raises(UsageProblem, match="where the student is"):
        collect.submissions(tmp_path, "*.py")
    with pytest.raises(NotFound):
        collect.submissions(tmp_path / "nowhere")


def test_archives_are_folders_also_inside_archives(tmp_path):
    inner = zipped([("work/submission.py", "inner = 1\n")])
    (tmp_path / "class.zip").write_bytes(zipped([("ann.zip", inner), ("ben/submission.py", "ben = 1\n")]))
    found, notes = collect.submissions(tmp_path / "class.zip")
    assert {one.student: (one.path, one.raw) for one in found} == {
        "ann": ("ann/work/submission.py", b"inner = 1\n"),
        "ben": ("ben/submission.py", b"ben = 1\n"),
    }
    assert notes == []
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "cem.zip").write_bytes(inner)
    assert paths(collect.submissions(tmp_path / "folder")[0]) == {"cem": "cem/work/submission.py"}


OUTSIDE = ("../../up.py", "/root.py", "a/../../b.py", "C:/drive.py", "..\\win.py")


def test_members_that_point_outside_are_left_out_and_told(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.zip").write_bytes(zipped([*((name, "x = 1\n") for name in OUTSIDE), ("submission.py", "x = 2\n")]))
    before = sorted(tmp_path.rglob("*"))
    found, notes = collect.submissions(tmp_path / "in")
    assert [(one.student, one.path, one.raw) for one in found] == [("ann", "ann/submission.py", b"x = 2\n")]
    assert len(notes) == len(OUTSIDE) and all("points outside" in note for note in notes)
    assert sorted(tmp_path.rglob("*")) == before


def test_links_encryption_bombs_and_rubbish_in_archives_are_left_out_and_told(tmp_path):
    link = zipfile.ZipInfo("link.py")
    link.external_attr = 0o120777 << 16
    deep = zipped([("submission.py", "x = 1\n")])
    for _ in range(collect.MAX_NESTED):
        deep = zipped([("again.zip", deep)])
    secret = bytearray(zipped([("secret.py", "x = 1\n")]))
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(head) + flags] |= 1  # says that it is encrypted
    rows = {
        "link": zipped([(link, "/etc/passwd")]),
        "deep": deep,
        "secret": bytes(secret),
        "rubbish": b"PK\x03\x04" + b"\0" * 100,
        "bomb": zipped([("nested.zip", b"\0" * (collect.MAX_ARCHIVE + 1))]),
    }
    for name, raw in rows.items():
        (tmp_path / f"{name}.zip").write_bytes(raw)
    found, notes = collect.submissions(tmp_path)
    assert [one.student for one in found] == sorted(rows) and all(one.raw is None and one.wrong for one in found)
    assert sorted(note.partition(":")[0].partition("/")[0] for note in notes) == sorted(rows)


def test_a_member_that_is_too_large_is_that_students_file_and_is_not_read(tmp_path):
    (tmp_path / "ann.zip").write_bytes(zipped([("submission.py", b"#" * (2**20 + 1))]))
    (one,) = collect.submissions(tmp_path)[0]
    assert one.raw is None and "larger than 1 MiB" in one.wrong


def test_links_and_pipes_in_the_folder_are_refused_unread(tmp_path):
    write(tmp_path, "real/secret.py")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.py").symlink_to(tmp_path / "real" / "secret.py")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "in" / "pipe.py")
    found, notes = collect.submissions(tmp_path / "in")
    assert {one.student: one.raw for one in found} == {"folder": None, "link": None, "pipe": None}
    told = "folder: a link to a folder was left out"
    assert [one.wrong for one in found] == [told, "link.py is a symbolic link.", "pipe.py is not a file."] and notes == [told]


def test_a_name_that_is_no_utf8_is_spelled_out(tmp_path):
    with open(os.fsencode(tmp_path) + b"/caf\xe9.py", "wb") as file:
        file.write(b"x = 1\n")
    assert paths(collect.submissions(tmp_path)[0]) == {"caf\\xe9": "caf\\xe9.py"}


def test_the_folder_of_results_is_not_looked_into(tmp_path):
    write(tmp_path, "ann.py", "out/evidence/ann.py")
    assert paths(collect.submissions(tmp_path, skip=tmp_path / "out")[0]) == {"ann": "ann.py"}
