"""The magics of a notebook: which parts the judged file holds after cells were renamed and deleted."""

from types import SimpleNamespace

import pytest

from kdl.cli.magics import Notebook
from kdl.grade import workspace


@pytest.fixture
def book(monkeypatch):
    """A notebook of gru-cell whose front end, like JupyterLab, names each cell and the cells that were deleted."""
    shell = SimpleNamespace(run_cell=lambda cell: None, said={})
    shell.get_parent = lambda: {"metadata": shell.said}
    made = Notebook(shell)
    made.exercise("gru-cell")
    monkeypatch.setattr(made, "_kdl", lambda *words: 0)

    def run(name, cell, code=None, deleted=()):
        shell.said = {"cellId": cell, "deletedCells": list(deleted)}
        made.forget()
        if name == "%check":
            made.check("")
            return workspace.from_path(made.chosen).read_text()
        made.part(name, code or f"def {name}(): pass")
        return None

    for step in dict.fromkeys(step.function for step in made.chosen.steps):
        run(step, f"cell-{step}")
    return run


def test_a_renamed_part_leaves_its_old_name_and_a_changed_one_its_old_code(book):
    book("helper", "a", "def helper(): return 1")
    book("better", "a", "def better(): return 2")
    book("gates", "cell-gates", "def gates(): return 3")
    judged = book("%check", "z")

    assert "helper" not in judged and "def better(): return 2" in judged
    assert judged.count("def gates") == 1 and "return 3" in judged


def test_a_deleted_part_is_not_judged(book):
    book("helper", "a")
    assert "def helper" in book("%check", "z")
    assert "def helper" not in book("%check", "z", deleted=["a"])


def test_without_a_front_end_that_names_cells_a_part_is_replaced_by_its_name(book):
    book("helper", None, "def helper(): return 1")
    book("other", None)
    book("helper", None, "def helper(): return 2")
    judged = book("%check", None)

    assert judged.count("def helper") == 1 and "return 2" in judged and "def other" in judged
