"""`kdl dev check` on a small exercise: what is wrong with its folder, its links and its cases is told."""

import dataclasses

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
    lost = dataclasses.replace(toy, topic="no-such-topic", pairs=("P999",))
    said = str(list(authors._links(lost)))
    assert "no-such-topic" in said and "P999" in said


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
