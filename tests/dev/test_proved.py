"""The table of proven entries comes from what the tests that pytest collects are about."""

from kdl.dev import coverage, proved

ROWS = [
    ["tests/models/test_contract.py", ["float64", "lstm"]],
    ["tests/models/test_contract.py", ["simple-rnn"]],
    ["tests/models/rnn/test_parity.py", ["lstm"]],
    ["tests/content/test_exercises.py", ["lstm-cell"]],
    ["tests/content/test_exercises.py", ["bleu"]],
    ["tests/x.py", []],
]


def test_an_entry_is_proven_by_the_files_whose_tests_carry_its_id():
    assert proved.entries(ROWS) == {
        "lstm": ["tests/models/rnn/test_parity.py", "tests/models/test_contract.py"],
        "simple-rnn": ["tests/models/test_contract.py"],
    }


def test_ids_that_are_no_entries_prove_nothing():
    assert "lstm-cell" not in proved.entries(ROWS)


def test_an_exercise_is_no_proof_of_the_entry_that_is_called_like_it():
    assert "bleu" not in proved.entries(ROWS)


TESTS = """
import pytest
pytestmark = pytest.mark.oracle

@pytest.mark.parametrize("name", ["resnet"])
@pytest.mark.parametrize("size", [2, 64])
def test_one_of_several_parameters(name, size): ...

@pytest.mark.content("beam-search")
def test_a_mark(): ...

def test_nothing(): ...
"""


def test_pytest_writes_down_all_that_its_tests_are_about(tmp_path, monkeypatch):
    """Collected as `kdl dev build` does, in a checkout with one file of three tests; the ids of the first are `2-resnet` .."""
    (tmp_path / "test_x.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    content\n    oracle\n    contract\n")
    monkeypatch.setenv("PYTHONPATH", str(proved.catalog.PACKAGE.parent))
    monkeypatch.setattr(proved.catalog, "PACKAGE", tmp_path / "kdl")

    assert proved.collect() == {"beam-search": ["test_x.py"], "resnet": ["test_x.py"]}


def test_code_counts_only_where_a_test_proves_it(monkeypatch):
    monkeypatch.setattr(proved, "table", lambda: {"lstm": ["tests/x.py"], "adam": ["tests/x.py"]})

    rows = {row["id"]: row for row in coverage.rows()}

    assert rows["lstm"]["code"] == "kdl/models/rnn/lstm.py"
    assert rows["simple-rnn"]["code"] is None
    assert rows["adam"]["code"] == "kdl/optimizers/adam.py"
    assert rows["nadam"]["code"] is None
    assert len(rows) == 420


def test_only_a_graded_step_that_names_an_entry_exercises_it():
    rows = {row["id"]: row for row in coverage.rows()}

    assert "lstm-cell" in rows["lstm-gates"]["exercises"]
    assert "lstm-cell" not in rows["gru"]["exercises"] and rows["cap-theorem"]["exercises"] == []


def test_the_summary_counts_rows():
    rows = coverage.rows()

    summary = coverage.summary(rows)

    assert summary["entries"] == 420
    assert summary["models"] == 106
    assert summary["models with proven code"] <= summary["models"]
    assert summary["algorithms"] == sum(row["implementable"] == "algorithm" for row in rows)
    assert 0 < summary["algorithms with proven code"] < summary["algorithms"]
