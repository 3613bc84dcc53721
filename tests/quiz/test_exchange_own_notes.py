"""A learner's own folder of notes: read by the same parser, asked beside kdl's items, never in their way."""

import os
import textwrap

import pytest

from kdl.errors import EnvironmentProblem, NothingToDo
from kdl.quiz import library, markdown, own_folder, own_notes
from kdl.store.reviews import Card

BUILT_IN = library.items(own=False)[0]


def item(name="plant-food", needs="", kind="basic", entries="photosynthesis"):
    needs = f" needs={needs}" if needs else ""
    return f"""
        ::: quiz {{#{name} kind={kind} entries={entries}{needs}}}

        What feeds a plant?

        Answer: Light.

        Why: It makes sugar of it.

        :::
        """


SHAPE = """
    ::: quiz {#my-shape kind=shape entries=dense}

    What is the shape of y?

    ```python
    y = keras.Input((3,))
    ```

    ```kdl
    wrong: (3,) => the batch axis is missing.
    ```

    Why: The batch axis comes first.

    :::
    """


@pytest.fixture
def notes(tmp_path):
    """A function: name, bodies -> writes a file of the learner's folder. `.folder` is the folder."""
    folder = tmp_path / "my notes"
    folder.mkdir()
    ticks = iter(range(1, 1000))

    def write(name, *bodies, front="---\nentries: photosynthesis\n---\n\n# Plants\n"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(front + "".join(textwrap.dedent(body) for body in bodies), encoding="utf-8")
        stamp = 1_700_000_000_000_000_000 + next(ticks) * 10**9
        os.utime(path, ns=(stamp, stamp))
        return path

    write.folder = folder
    return write


def own():
    return [one.id for one in library.items() if one.unit == own_notes.UNIT]


def faults(found):
    return [(one.path.rpartition("/")[2], one.line, one.wrong) for one in found.problems]


def test_own_items_are_asked_beside_the_built_in_ones(notes):
    path = notes("plants.md", item())
    found = own_notes.sync(notes.folder)

    assert (found.files, found.read, found.topics, found.items, found.problems) == (1, 1, 1, 1, ())
    assert own() == ["plant-food"] and len(library.items()) == len(library.items(own=False)) + 1
    one = library.find_item("plant-food")
    assert (one.file, one.topic, one.entries) == (path.as_posix(), "plants", ("photosynthesis",))
    assert library.find_topic("photosynthesis").id == "plants" and one.answer_fp


@pytest.mark.invariant("quiz", 5)
def test_nothing_changed_costs_a_stat_check_only(notes, monkeypatch):
    """Invariant 5: a second sync changes nothing; it does not even open a note."""
    notes("plants.md", item())
    own_notes.sync(notes.folder)
    before = library.own_file().stat().st_mtime_ns
    monkeypatch.setattr(markdown, "read", lambda *args: pytest.fail("a file was parsed"))

    assert own_notes.sync().read == 0 and library.own_file().stat().st_mtime_ns == before


def test_only_the_changed_file_is_read_again(notes, monkeypatch):
    notes("one.md", item("one"))
    notes("two.md", item("two"))
    own_notes.sync(notes.folder)
    notes("two.md", item("two"), item("three"))
    real, read = markdown.read, []
    monkeypatch.setattr(markdown, "read", lambda path: read.append(path.name) or real(path))

    assert own_notes.sync().read == 1 and read == ["two.md"] and own() == ["one", "two", "three"]


def test_a_fault_is_told_each_time_until_it_is_mended_and_the_rest_is_asked(notes):
    notes("plants.md", item("good"), item("bad").replace("Why: It makes sugar of it.", ""))
    first, second = own_notes.sync(notes.folder), own_notes.sync()

    assert faults(first) == faults(second) == [("plants.md", 17, "item 'bad': has no explanation")]
    assert own() == ["good"] and second.read == 0
    notes("plants.md", item("good"), item("bad"))
    assert own_notes.sync().problems == () and own() == ["good", "bad"]


def test_ids_of_kdl_and_of_other_files_are_taken(notes):
    notes("a.md", item(BUILT_IN.id), item("twice"))
    notes("b.md", item("twice"))
    notes("deep/a.md", item("hidden"))
    notes(f"{BUILT_IN.topic}.md", item("shadow"))
    found = own_notes.sync(notes.folder)

    said = " ".join(wrong for *_, wrong in faults(found))
    assert len(found.problems) == 4 and own() == ["twice"]
    assert f"its id is taken by {BUILT_IN.file}:{BUILT_IN.line}" in said and "a.md:" in said
    assert f"the topic id {BUILT_IN.topic!r} is taken" in said and "the topic id 'a' is taken" in said
    assert library.find_item(BUILT_IN.id) == BUILT_IN


def test_a_clash_is_over_when_the_other_file_is_gone(notes):
    first = notes("a.md", item("twice"))
    notes("b.md", item("twice"))
    own_notes.sync(notes.folder)
    first.unlink()

    assert own_notes.sync().problems == () and library.find_item("twice").topic == "b"


def test_needs_must_exist_and_end_somewhere(notes):
    notes("a.md", item("base"), item("ok", needs=f"base,{BUILT_IN.id}"), item("stray", needs="nowhere"))
    notes("b.md", item("on-stray", needs="stray"), item("round", needs="about"), item("about", needs="round"))
    found = own_notes.sync(notes.folder)

    assert own() == ["base", "ok"]
    assert sorted(wrong.split("'")[1] for *_, wrong in faults(found)) == ["about", "on-stray", "round", "stray"]
    notes("c.md", item("nowhere"))
    own_notes.sync()
    assert {"stray", "on-stray"} <= set(own()), "a need that appears in another file mends them"


def test_notes_without_items_are_left_in_peace(notes):
    (notes.folder / "diary.md").write_text("just words, and no front matter\n")
    (notes.folder / "image.png").write_bytes(b"\x89PNG")
    (notes.folder / ".obsidian").mkdir()
    (notes.folder / ".obsidian" / "hidden.md").write_text("::: quiz {#x kind=basic}\n")
    (notes.folder / "latin.md").write_bytes(b"caf\xe9")
    found = own_notes.sync(notes.folder)

    assert (found.files, found.items, found.problems) == (2, 0, ())


def test_code_of_notes_is_not_run_unless_told(notes):
    """The notes may be somebody else's."""
    notes("net.md", SHAPE)
    found = own_notes.sync(notes.folder)
    assert own() == [] and own_notes.WAITS in found.problems[0].wrong and "--run" in found.problems[0].fix

    ran = []

    def run(jobs):
        ran.extend(jobs)
        return [[None, 3]] * len(jobs), {}

    assert own_notes.sync(run=run).problems == () and own() == ["my-shape"] and len(ran) == 1
    assert library.find_item("my-shape").spec["answer"] == [None, 3]
    notes("net.md", SHAPE, item())
    assert own_notes.sync().problems == () and own() == ["my-shape", "plant-food"], "the answer is remembered"


def test_code_that_fails_is_a_fault_of_its_item(notes):
    notes("net.md", SHAPE, item())
    found = own_notes.sync(notes.folder, run=lambda jobs: ([{"error": "NameError: y"}] * len(jobs), {}))

    assert own() == ["plant-food"] and "its code fails: NameError: y" in found.problems[0].wrong


@pytest.mark.invariant("quiz", 5, 6)
def test_an_item_that_goes_is_an_orphan_and_comes_back(notes):
    """Invariants 5 and 6: a sync deletes no history."""
    notes("plants.md", item("one"), item("two"))
    own_notes.sync(notes.folder)
    cards = [Card("two", "two", 3.0, 5.0, 1, answer_fp=library.find_item("two").answer_fp), Card("exercise:x", "exercise:x")]
    assert library.orphans(cards) == []
    notes("plants.md", item("one"), item("renamed"))
    own_notes.sync()

    assert library.orphans(cards) == cards[:1]
    assert library.heirs(cards[0], {"one"}) == ["renamed"], "the same answer, and no history yet"
    assert library.heirs(cards[0], {"one", "renamed"}) == []
    notes("plants.md", item("one"), item("two"))
    own_notes.sync()
    assert library.orphans(cards) == []


def test_the_time_of_change_is_that_of_the_content(notes):
    notes("plants.md", item("one"), item("two"))
    own_notes.sync(notes.folder)
    before = dict(library.shelf().changed)
    notes("plants.md", "\nA word more.\n", item("one"), item("two").replace("Light.", "The sun."))
    own_notes.sync()
    after = library.shelf().changed

    assert before["one"] == after["one"] == "2023-11-14T22:13:21+00:00", "the file's time, when it was first read"
    assert before["two"] < after["two"]


def test_a_damaged_cache_is_made_anew(notes):
    notes("plants.md", item())
    for broken in ("{", "[]", '{"schema": "kdl.unit/1"}'):
        own_notes.sync(notes.folder)
        library.own_file().write_text(broken)
        assert library.problems() and own() == []
        assert own_notes.sync().read == 1 and own() == ["plant-food"] and library.problems() == []


def test_the_folder_is_remembered_though_the_cache_is_deleted_and_can_be_forgotten(notes):
    with pytest.raises(NothingToDo, match="No folder"):
        own_notes.sync()
    notes("plants.md", item())
    own_notes.sync(notes.folder)
    library.own_file().unlink()
    assert own() == []
    assert own_notes.sync().items == 1 and own() == ["plant-food"]

    assert own_notes.forget() == notes.folder and own() == []
    with pytest.raises(NothingToDo):
        own_notes.forget()


def test_a_name_that_is_not_utf_8_is_taken_in(notes):
    path = notes("plants.md", item())
    strange = os.fsdecode(os.fsencode(path.parent) + b"/pl\xe4nts.md")
    try:
        os.rename(path, strange)
    except OSError:
        pytest.skip("this file system takes UTF-8 only")

    assert own_notes.sync(notes.folder).items == 1 and own() == ["plant-food"]
    assert library.find_item("plant-food").file == strange
    assert own_notes.sync(notes.folder).read == 0 and own_folder.outdated() is None


def test_what_cannot_be_written_leaves_no_scratch_file(tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(EnvironmentProblem):
        own_folder.write_json(tmp_path / "there", {})

    assert os.listdir(tmp_path) == ["there"]


def test_a_folder_that_is_away_changes_nothing(notes, tmp_path):
    notes("plants.md", item())
    own_notes.sync(notes.folder)
    notes.folder.rename(tmp_path / "elsewhere")

    with pytest.raises(EnvironmentProblem, match="cannot be read"):
        own_notes.sync()
    assert own() == ["plant-food"]
