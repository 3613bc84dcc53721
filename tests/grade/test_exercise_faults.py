"""`kdl dev check` on a small exercise: what is wrong with its folder, its links and its cases is told."""

import dataclasses
from pathlib import Path

import pytest

from kdl.dev import exercises as authors
from kdl.dev import measure
from kdl.grade import exercise as library


@pytest.mark.invariant("exercise", 13)
def test_a_cycle_and_a_name_that_is_not_there_are_faults(toy):
    first, second = (dataclasses.replace(toy, id=name, prerequisites=(other,)) for name, other in (("a", "b"), ("b", "a")))
    assert "its own prerequisite" in str(list(authors._order(first, {"a": first, "b": second})))
    assert "'b' does not exist" in str(list(authors._order(first, {"a": first})))
    assert list(authors._order(toy, {"toy": toy})) == []


def test_a_fault_says_the_line_of_what_is_wrong(toy_folder):
    """Of a topic, a pair, a prerequisite and a tolerance in exercise.toml, of a mutant, and of a step's hints."""
    path = toy_folder / "exercise.toml"
    path.write_text(
        path.read_text().replace('topic = "lstm"', 'topic = "no-topic"\npairs = ["P52",\n  "P999"]\nprerequisites = ["b"]')
    )
    hints, mutants = toy_folder / "hints.toml", toy_folder / "mutants" / "mutants.toml"
    one = library.read(toy_folder)
    first = one.mutants[-1]
    mutants.write_text(mutants.read_text().replace(f"[{first.name}]", f"\n\n[{first.name}]"))
    found = [*authors._links(one), *authors._order(one, {"toy": one})]
    found.append(authors._at(path, "tolerance", "off", "float64"))
    found.append(authors._at(mutants, first.name, "passes"))
    found.append(authors._at(hints, "both", "says nothing"))
    lines = [Path(fault.path).read_text().splitlines()[fault.line - 1].strip() for fault in found]

    expected = ['topic = "no-topic"', '"P999"]', 'prerequisites = ["b"]', "float64 = 1e-9", f"[{first.name}]"]
    assert lines[:5] == expected and lines[5].startswith("both")


@pytest.mark.invariant("exercise", 13)
def test_an_unexpected_file_and_a_missing_one_are_faults(toy, toy_folder):
    (toy_folder / "notes.txt").write_text("mine")
    (toy_folder / "stub.py").unlink()
    said = str(list(authors._files(toy)))
    assert "notes.txt:1: is not a file of an exercise" in said and "stub.py:1: is missing" in said


@pytest.mark.invariant("exercise", 3)
def test_fewer_than_six_mutants_are_a_fault(toy):
    assert "describes 2 mutants, not 6 or more" in str(list(authors._mutants(toy)))


ZEROS = """
    if step == "double":
        yield Case("zeros", {"x": np.zeros((1, 3))})
"""


@pytest.mark.invariant("exercise", 6)
def test_a_case_that_catches_no_mutant_is_listed(toy_folder):
    """Twice zero is three times zero."""
    grader = toy_folder / "grader.py"
    grader.write_text(grader.read_text() + ZEROS)
    found = measure.mutants(library.read(toy_folder), [0])
    assert found.idle == {("double", "zeros")}
    assert "cases that catch nothing: double 'zeros'" in measure.summary(None, found)
