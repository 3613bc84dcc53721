"""export, import, orphans, sync, backup and restore as a learner types them."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from kdl.quiz import library
from kdl.store import database, reviews

NOTE = """---
entries: photosynthesis
---

# Plants

::: quiz {#plant-food kind=mcq entries=photosynthesis}

What feeds a plant?

- [x] light — it makes sugar of it.
- [ ] soil — that holds it, and gives salts.

Why: Leaves make sugar of light.

:::
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "plants.md").write_text(NOTE)
    return folder


@pytest.fixture
def answered(kdl):
    kdl("quiz", "--limit", "3", input="?\n" * 3)


def rows():
    db = database.connect()
    found = reviews.reviews(db), reviews.cards(db)
    db.close()
    return found


STARTS = {
    "a.jsonl": b'{"schema": "kdl.log/1"',
    "a.csv": b"card_id,review_time",
    "a.apkg": b"PK",
    "a.tsv": b"card\tkind",
    "a.gift": b"$CATEGORY: kdl/",
}


@pytest.mark.parametrize(("name", "starts"), STARTS.items())
def test_the_name_says_the_format(kdl, answered, tmp_path, name, starts):
    done = kdl("quiz", "export", tmp_path / name)

    assert done.code == 0 and (tmp_path / name).read_bytes().startswith(starts)
    assert "\nnext  " in done.out


def test_an_export_replaces_nothing_unasked(kdl, answered, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    done = kdl("quiz", "export", tmp_path / "a.csv")

    assert done.code == 2 and "--force" in done.err and (tmp_path / "a.csv").read_text() == "mine"
    assert kdl("quiz", "export", tmp_path / "a.csv", "--force").code == 0
    assert kdl("quiz", "export", tmp_path / "a.unknown").code == 2
    assert kdl("quiz", "export", tmp_path / "a.jsonl", "--topic", "lstm").code == 2


def test_two_devices_through_a_pipe(kdl, kdl_process, answered, home):
    """stdout of an export is the log and nothing else, and what `import -` reads."""
    here = rows()
    text = kdl_process("quiz", "export", "-").out
    other = {"KDL_HOME": str(home.with_name("other"))}
    done = kdl_process("quiz", "import", "-", input=text, env=other)

    assert done.code == 0 and "Added 3 answers" in done.out
    assert "here already" in kdl_process("quiz", "import", "-", input=text, env=other).out
    assert kdl_process("quiz", "export", "-", env=other).out == text
    os.environ["KDL_HOME"] = other["KDL_HOME"]
    assert rows() == here


@pytest.mark.parametrize("text", ["", "nonsense\n", '{"schema": "kdl.log/1"}\n', "{}\n", "card_id\n", "\x00\n", "\udcff{"])
def test_a_bad_file_is_one_error_with_its_line(kdl, answered, tmp_path, text):
    (tmp_path / "x").write_bytes(text.encode("utf-8", "surrogateescape"))
    before = rows()
    done = kdl("quiz", "import", tmp_path / "x")

    assert done.code == 4 and f"{tmp_path / 'x'}:1: " in done.err and "Traceback" not in done.err
    assert rows() == before


def test_only_one_topic_goes_out(kdl, tmp_path):
    kdl("quiz", "export", tmp_path / "a.tsv", "--topic", "lstm")

    topics = {line.split("\t")[2] for line in (tmp_path / "a.tsv").read_text().splitlines() if line.count("\t") >= 3}
    assert topics == {"topic", "lstm"}


# ---- own notes and orphans -------------------------------------------------------------------------------------------


def test_own_notes_are_asked_read_and_exported(kdl, folder, tmp_path):
    done = kdl("quiz", "sync", "--notes", folder)
    assert done.code == 0 and "1 items in 1 topics" in done.out

    assert "light" in kdl("quiz", "--unit", "0", "--limit", "1", input="?\n").out
    assert "What feeds a plant?" in kdl("notes", "plants").out
    assert "plants" in kdl("notes").out and "Leaves make sugar" in kdl("notes", "plants", "--answers").out
    assert kdl("quiz", "export", tmp_path / "a.gift", "--topic", "plants").code == 0
    assert "none of 1 files has changed" in kdl("quiz", "sync").out
    assert "Left out" in kdl("quiz", "sync", "--forget").out and kdl("notes", "plants").code == 3


def test_a_faulty_note_is_told_with_its_line_and_exits_1(kdl, folder):
    (folder / "bad.md").write_text(NOTE.replace("plant-food", "plant-drink").replace("Why:", "Because:"))
    done = kdl("quiz", "sync", "--notes", folder)

    assert done.code == 1 and f"{folder}/bad.md:7: item 'plant-drink': has no explanation" in done.err
    assert "1 items" in done.out
    assert kdl("quiz", "sync", "--notes", folder / "nowhere").code == 4


def test_a_note_newer_than_its_compilation_names_the_cure(kdl, folder):
    kdl("quiz", "sync", "--notes", folder)
    (folder / "plants.md").write_text(NOTE + "\nMore words.\n")
    done = kdl("notes", "plants")

    assert "More words" in done.out and "kdl quiz sync" in done.err


def test_a_note_whose_name_is_not_utf_8_is_taken_in_and_shown(kdl_process, folder):
    try:
        os.rename(folder / "plants.md", os.fsencode(folder) + b"/pl\xe4nts.md")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    for command in (["quiz", "sync", "--notes", folder], ["quiz", "show", "plant-food"], ["notes"]):
        done = kdl_process(*command, env={"PYTHONIOENCODING": "utf-8:strict"})
        assert done.code == 0, done.err
    assert "pl?nts" in done.out


def test_notes_that_changed_after_the_last_sync_are_announced(kdl, folder, home):
    kdl("quiz", "sync", "--notes", folder)
    assert "are not what was read last" not in kdl("quiz", "list").err
    (folder / "plants.md").write_text(NOTE + "\nMore words.\n")
    assert "`kdl quiz sync` reads them again" in kdl("quiz", "list").err
    kdl("quiz", "sync")
    (folder / "more.md").write_text("# More\n")
    assert "are not what was read last" in kdl("quiz", "list").err
    kdl("quiz", "sync")
    (home / "cache" / "notes-files.json").unlink()
    assert "are not what was read last" in kdl("quiz", "list").err
    kdl("quiz", "sync")
    shutil.rmtree(home / "cache")
    assert "are not what was read last" in kdl("quiz", "list").err, "they are not asked now: that must be said"
    kdl("quiz", "sync")
    folder.rename(folder.with_name("elsewhere"))
    assert "are not what was read last" not in kdl("quiz", "list").err


@pytest.mark.invariant("quiz", 5)
def test_an_edit_that_leaves_the_answer_alone_leaves_the_memory_alone(kdl, folder):
    """A typo, white space, a heading renamed, the file moved: stability, difficulty, due day and count stay. Taken away and put
    back, the item finds its history again."""
    kdl("quiz", "sync", "--notes", folder)
    kdl("quiz", "--unit", "0", "--limit", "1", input="?\n")
    note, moved, gone = folder / "plants.md", folder / "deeper" / "flora.md", folder / "gone.txt"
    moved.parent.mkdir()
    before, text = rows(), note.read_text()
    assert before[1]["plant-food"].reps == 1

    for edited in (
        text.replace("What feeds", "What,  really, feeds"),
        text.replace("# Plants", "# Green plants"),
        text + "\n\n",
    ):
        note.write_text(edited)
        assert kdl("quiz", "sync").code == 0 and rows() == before
    for old, new in ((note, moved), (moved, gone), (gone, note)):
        old.rename(new)
        kdl("quiz", "sync")
        assert rows() == before and ("plant-food" in kdl("quiz", "orphans").out) == (new is gone)
    assert kdl("quiz", "fsck").code == 0


@pytest.mark.invariant("quiz", 6)
def test_an_orphan_is_listed_kept_and_moved(kdl, folder):
    """Invariant 6, and a rename accepted by the learner."""
    kdl("quiz", "sync", "--notes", folder)
    kdl("quiz", "--unit", "0", "--limit", "1", input="?\n")
    before = rows()
    assert "has its item" in kdl("quiz", "orphans").out
    (folder / "plants.md").write_text(NOTE.replace("plant-food", "plant-meal"))
    kdl("quiz", "sync")

    listed = kdl("quiz", "orphans")
    assert "plant-food" in listed.out and "kdl quiz orphans --move plant-food plant-meal" in listed.out
    assert json.loads(kdl("quiz", "orphans", "--json").out)["cards"] == [
        {"card": "plant-food", "answered": 1, "due_day": before[1]["plant-food"].due_day, "heirs": ["plant-meal"]}
    ]
    assert kdl("quiz", "orphans", "--move", "plant-foot", "plant-meal").code == 3
    assert kdl("quiz", "orphans", "--move", "plant-food", "nothing").code == 3
    assert rows() == before
    assert kdl("quiz", "orphans", "--move", "plant-food", "plant-meal").code == 0
    assert rows()[0] == before[0] and rows()[1]["plant-meal"].reps == 1
    assert kdl("quiz", "fsck").code == 0 and "has its item" in kdl("quiz", "orphans").out


@pytest.mark.invariant("quiz", 20)
def test_a_quiz_of_own_notes_parses_no_markdown(folder, kdl_process):
    """Invariant 20."""
    kdl_process("quiz", "sync", "--notes", folder)
    program = (
        "import sys\nfrom kdl.cli import main\n"
        "try:\n    main(['quiz', '--unit', '0', '--limit', '1', '--json'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('keras', 'numpy', 'markdown_it', 'genanki', 'rich') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, input="?\n", timeout=60)

    assert '"plant-food"' in done.stdout and done.stdout.rstrip().endswith("[]"), done.stderr


def test_an_id_that_kdl_takes_later_wins_and_the_own_item_is_named(kdl, folder):
    kdl("quiz", "sync", "--notes", folder)
    record = json.loads(library.own_file().read_text())
    taken = library.items(own=False)[0].id
    record["items"][0]["id"] = taken
    library.own_file().write_text(json.dumps(record))
    done = kdl("quiz", "list")

    assert f"the item '{taken}' is taken" in done.err and library.find_item(taken).unit != 0


# ---- backup and restore ----------------------------------------------------------------------------------------------


def test_backup_and_restore(kdl, answered, tmp_path, home):
    before = rows()
    done = kdl("backup", tmp_path / "b.zip")
    assert done.code == 0 and "3 answers" in done.out and f"kdl restore {tmp_path / 'b.zip'}" in done.out
    kdl("quiz", "--limit", "1", input="?\n")

    asked = kdl("restore", tmp_path / "b.zip")
    assert asked.code == 2 and "--yes" in asked.err and rows() != before
    done = kdl("restore", tmp_path / "b.zip", "--yes")
    assert done.code == 0 and "Restored 3 answers" in done.out and "before-restore" in done.out
    assert rows() == before and kdl("quiz", "fsck").code == 0


def test_what_is_no_backup_is_one_error(kdl, answered, tmp_path):
    (tmp_path / "x.zip").write_text("no")
    before = rows()
    done = kdl("restore", tmp_path / "x.zip", "--yes")

    assert done.code == 4 and done.err.startswith("Error: ") and "Nothing was changed" in done.err and rows() == before
    assert kdl("backup", tmp_path / "x.zip").code == 2


def test_a_fresh_home_has_nothing_to_back_up_and_takes_a_backup_in(kdl, kdl_process, answered, tmp_path):
    kdl("backup", tmp_path / "b.zip")
    fresh = {"KDL_HOME": str(tmp_path / "fresh")}

    assert kdl_process("backup", tmp_path / "c.zip", env=fresh).code == 5
    assert "Restored 3 answers" in kdl_process("restore", tmp_path / "b.zip", env=fresh).out
