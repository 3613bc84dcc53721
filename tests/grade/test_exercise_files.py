"""A malformed exercise says the file, the line and the rule; the others stay usable."""

import pytest

from kdl.errors import BadContent, NotFound
from kdl.grade import exercise as library

BAD = {
    "not TOML": ("version = 1\n", "version = = 1\n", r"exercise.toml:8: is not TOML"),
    "missing title": ('title = "Twice as much"\n', "", r"lacks 'title'"),
    "empty title": ('"Twice as much"', '" "', r"exercise.toml:3: title is empty"),
    "another id": ('id = "toy"', 'id = "other"', r"exercise.toml:2: id 'other' and folder 'toy' differ"),
    "unknown key": ("version = 1", "version = 1\nauthor = 'me'", r"exercise.toml:9: does not know the key 'author'"),
    "wrong type": ("minutes = 10", 'minutes = "ten"', r"exercise.toml:6: minutes must be int, not str"),
    "runtime": ('"numpy"\nversion', '"torch"\nversion', r"exercise.toml:7: runtime must be numpy or keras"),
    "difficulty": ("difficulty = 1", "difficulty = 9", r"exercise.toml:5: difficulty must be 1 to 5"),
    "unknown entry": ('"lstm-gates"', '"no-such-entry"', r"exercise.toml:26: entry 'no-such-entry' is not in the atlas"),
    "step twice": ('id = "both"', 'id = "double"', r"exercise.toml:20: step 'double' stands twice"),
    "weight": ("weight = 3", "weight = 0", r"exercise.toml:22: weight must be at least 1"),
    "tolerance": ("float32 = 1e-5", "float8 = 1e-5", r"does not know the key 'float8'"),
    "limits": ("call_s = 1.0\n", "", r"lacks 'call_s'"),
}


@pytest.mark.invariant("exercise", 13)
@pytest.mark.parametrize("name", BAD)
def test_a_fault_of_exercise_toml_is_told_with_its_line(toy_folder, name):
    old, new, message = BAD[name]
    path = toy_folder / "exercise.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadContent, match=message):
        library.read(toy_folder)


def test_a_mutant_must_have_its_file_and_name_steps_that_exist(toy_folder):
    path = toy_folder / "mutants" / "mutants.toml"
    good = path.read_text()
    path.write_text(good.replace("[triple]", "[quadruple]"))
    with pytest.raises(BadContent, match=r"mutants.toml:2: the file quadruple.py is missing"):
        _ = library.read(toy_folder).mutants
    path.write_text(good.replace('must_fail = ["double"]', 'must_fail = ["halve"]'))
    with pytest.raises(BadContent, match=r"mutants.toml:5: must_fail and must_pass name steps"):
        _ = library.read(toy_folder).mutants


@pytest.mark.invariant("exercise", 12)
def test_every_step_has_three_hints(toy_folder):
    path = toy_folder / "hints.toml"
    path.write_text(path.read_text().replace('"One result adds, the other one subtracts.", ', ""))
    with pytest.raises(BadContent, match=r"hints.toml:6: step 'both' has 2 hints, not 3"):
        library.read_hints(library.read(toy_folder))


def test_one_broken_exercise_leaves_the_others_and_is_told_when_it_is_asked_for(toy_folder, monkeypatch):
    import shutil

    root = toy_folder.parent.parent
    shutil.copytree(toy_folder, toy_folder.with_name("broken"))
    monkeypatch.setattr(library.content, "exercises", lambda: root)
    assert [one.id for one in library.exercises()] == ["toy"]
    assert len(library.problems()) == 1
    with pytest.raises(BadContent, match="differ"):
        library.find("broken")
    with pytest.raises(NotFound, match="no exercise called 'tyo'") as error:
        library.find("tyo")
    assert error.value.near == ["toy"]


def test_entries_and_points_come_from_the_steps(toy):
    assert toy.entries == ("lstm", "lstm-gates")
    assert (toy.max_score, toy.unit) == (5, 11)
    assert toy.step("2").id == toy.step("both").id == "both"
    with pytest.raises(NotFound):
        toy.step("3")


def test_an_exercise_may_stand_before_its_topic_is_written(toy_folder):
    path = toy_folder / "exercise.toml"
    lines = [line for line in path.read_text().splitlines(keepends=True) if not line.startswith("topic")]
    path.write_text("".join(lines))

    assert library.read(toy_folder).topic == ""


@pytest.mark.invariant("exercise", 12)
def test_code_in_the_last_hint_stands_in_a_block(toy_folder):
    """Only that of a block is shown as code, in its own lines."""
    from kdl.dev import exercises as authors

    path = toy_folder / "hints.toml"
    good = path.read_text()
    block = "return x + x is one way to write it"
    for text, wrong in ((block, False), ("y = np.add(x, x)", True), ("`y = 2 * x`, and so on for ever", False)):
        path.write_text(good.replace(f'"{block}"', f"'{text}'"))
        assert any("has code in a sentence" in fault.what for fault in authors._hints(library.read(toy_folder))) == wrong
