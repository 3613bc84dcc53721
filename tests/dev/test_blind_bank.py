"""The bank of wrong solutions by other eyes: what is counted, with a bank whose counts are plain to see."""

from pathlib import Path

import pytest

from kdl.dev import blind
from kdl.errors import BadContent
from kdl.grade import exercise

MADE = Path(__file__).resolve().parents[1] / "grade" / "made"
BANK = MADE / "blind" / "hand-backward"


@pytest.fixture(scope="module")
def one():
    return exercise.read(MADE / "11-recurrent-networks" / "hand-backward")


@pytest.fixture(scope="module")
def shares(one):
    return blind.Shares(blind.judge(one, blind.read(BANK), [0, 1]))


def test_each_file_is_told_by_the_first_step_that_it_does_not_pass(shares):
    told = {each.wrong.name: (each.killed, each.named, each.right) for each in shares.told}
    assert told == {
        "downhill": (True, "sign", True),
        "linear": (True, None, None),
        "not_halved": (True, "scaled", None),
        "right": (False, None, None),
        "sigmoid": (True, "sigmoid_slope", True),
    }


def test_the_shares_are_those_of_the_five_files(shares):
    """4 of 5 are caught, 3 of these 4 are named, 2 of the 2 that somebody has judged are right."""
    assert (shares.killed, shares.named, shares.right) == (0.8, 0.75, 1.0)
    assert shares.unjudged == ["not_halved: told as scaled, meant 'the loss is not halved, and its slope is right for that'"]
    assert "80% caught, 75% of these named, 100% of 2 judged names right" in shares.said


def test_the_diagnosis_is_the_same_for_every_seed(shares):
    assert all(each.steady for each in shares.told)


def test_a_name_that_means_something_else_is_wrong(one, tmp_path):
    text = (BANK / "sigmoid.py").read_text()
    (tmp_path / "other.py").write_text(text.replace("means: sigmoid_slope", "means: mean_bias, nan"))
    (tmp_path / "nothing.py").write_text(text.replace("means: sigmoid_slope", "means: none"))
    assert [each.right for each in blind.judge(one, blind.read(tmp_path), [0])] == [False, False]


@pytest.mark.parametrize(
    ("change", "named", "right"), [("db / len(given[0])", "averaged_over_the_batch", True), ("db**3 + 1", None, None)]
)
def test_where_the_mistake_is_counts_as_a_name_only_with_its_cause(tmp_path, change, named, right):
    """dW and dU are right in both files; db is divided by the batch as a mutant's is, or is like nothing that is known."""
    bptt = exercise.find("bptt")
    text = (
        "\n\nwhole = step_backward\n\n\ndef step_backward(*given):\n    *rest, db = whole(*given)\n    return *rest, CHANGE\n"
    )
    text = bptt.read("solution.py") + text.replace("CHANGE", change)
    (tmp_path / "places.py").write_text('"""misconception: db alone\n\nmeans: averaged_over_the_batch\n"""\n' + text)
    [told] = blind.judge(bptt, blind.read(tmp_path), [0])
    assert (told.killed, told.named, told.right) == (True, named, right)


@pytest.mark.parametrize("place", ["partly", "not-its-gradient"])
def test_a_place_is_nothing_that_a_writer_may_have_meant(one, tmp_path, place):
    (tmp_path / "other.py").write_text((BANK / "sigmoid.py").read_text().replace("sigmoid_slope", place))
    with pytest.raises(BadContent, match="neither a mutant of hand-backward nor a pattern"):
        blind.judge(one, blind.read(tmp_path), [0])


@pytest.mark.parametrize(("old", "new"), [("misconception: ", "wrong: "), ("means: sigmoid_slope", "means: sigmoid_slpoe")])
def test_a_file_that_cannot_be_counted_is_told(one, tmp_path, old, new):
    (tmp_path / "other.py").write_text((BANK / "sigmoid.py").read_text().replace(old, new))
    with pytest.raises(BadContent, match="misconception: ...|neither a mutant of hand-backward nor a pattern"):
        blind.judge(one, blind.read(tmp_path), [0])


def test_a_file_that_may_not_run_is_caught(one, tmp_path):
    (tmp_path / "other.py").write_text('"""misconception: a library does it"""\nimport torch\n')
    assert [(each.killed, each.named) for each in blind.judge(one, blind.read(tmp_path), [0])] == [(True, None)]
