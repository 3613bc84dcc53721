"""The table of proven entries comes from the ids that pytest collects."""

from kdl.dev import coverage, proved

LINES = [
    "tests/models/test_contract.py::test_reload[lstm]",
    "tests/models/test_contract.py::test_reload[simple-rnn]",
    "tests/models/rnn/test_parity.py::test_outputs[lstm]",
    "tests/content/test_exercises.py::test_stub[lstm-cell]",
    "tests/content/test_exercises.py::test_stub[bleu]",
    "tests/x.py::test_without_id",
    "",
    "5 tests collected in 0.1s",
]


def test_an_entry_is_proven_by_the_files_whose_tests_carry_its_id():
    assert proved.parse(LINES) == {
        "lstm": ["tests/models/rnn/test_parity.py", "tests/models/test_contract.py"],
        "simple-rnn": ["tests/models/test_contract.py"],
    }


def test_ids_that_are_no_entries_prove_nothing():
    assert "lstm-cell" not in proved.parse(LINES)


def test_an_exercise_is_no_proof_of_the_entry_that_is_called_like_it():
    assert "bleu" not in proved.parse(LINES)


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
