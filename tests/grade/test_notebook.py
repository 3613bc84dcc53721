"""The notebook of an exercise: the whole statement, the whole stub, and the verdict that the terminal gives."""

import ast
import json
import sys

import nbclient
import nbformat
import pytest

from kdl.errors import EnvironmentProblem
from kdl.grade import exercise, notebook

IDS = [one.id for one in exercise.exercises()]


def book(slug):
    return nbformat.reads(notebook.text(exercise.find(slug)), as_version=4)


def part_names(cells):
    return [cell.source.split("\n")[0].removeprefix("%%part ") for cell in cells if cell.source.startswith("%%part ")]


def filled(slug):
    """The notebook with the solution in its parts; what the solution adds stands above the first function."""
    one, made = exercise.find(slug), book(slug)
    right = notebook.parts(one.read("solution.py"))
    asked = part_names(made.cells)
    for cell in made.cells:
        if cell.source.startswith("%%part "):
            name = part_names([cell])[0]
            code = [right[name]] if name != notebook.HEAD else [text for key, text in right.items() if key not in asked[1:]]
            cell.source = f"%%part {name}\n" + "\n\n\n".join(code)
    return made


def executed(made, folder, monkeypatch):
    """The output of each cell of a notebook, run by a kernel of this Python."""
    monkeypatch.setenv("KDL_HOME", str(folder))
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    nbclient.NotebookClient(made, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    return ["".join(out.get("text", "") for out in cell.get("outputs", ())) for cell in made.cells]


@pytest.fixture(autouse=True)
def kernel(tmp_path, monkeypatch):
    """A kernel that is this Python, wherever the machine's own kernels point."""
    folder = tmp_path / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))


@pytest.mark.parametrize("slug", IDS)
def test_every_line_of_the_statement_and_of_the_stub_stands_in_the_notebook(slug):
    one, made = exercise.find(slug), book(slug)
    nbformat.validate(made)
    text = "\n".join(cell.source for cell in made.cells)
    assert [line for line in one.read("statement.md").splitlines() if line not in text] == []
    code = "\n\n".join(cell.source.split("\n", 1)[1] for cell in made.cells if cell.source.startswith("%%part "))
    body = ast.parse(one.read("stub.py")).body[1:]
    assert sorted(map(ast.unparse, ast.parse(code).body)) == sorted(map(ast.unparse, body))


@pytest.mark.parametrize("slug", IDS)
def test_every_function_that_a_step_asks_for_is_a_part_in_the_order_of_the_steps(slug):
    asked = list(dict.fromkeys(step.function for step in exercise.find(slug).steps))
    assert part_names(book(slug).cells) == [notebook.HEAD, *asked]


def test_the_same_exercise_gives_the_same_bytes():
    one = exercise.find("gru-cell")
    assert notebook.text(one) == notebook.text(one)


def test_a_program_is_cut_above_the_comments_and_decorators_of_a_function():
    source = '"""Doc."""\nimport a\n\nX = 1\n\n# about f\n@a.b\ndef f():\n    pass\n\n\nY = 2\n\n\ndef g():\n    pass\n'
    assert notebook.parts(source) == {
        notebook.HEAD: "import a\n\nX = 1",
        "f": "# about f\n@a.b\ndef f():\n    pass",
        "g": "Y = 2\n\n\ndef g():\n    pass",
    }


@pytest.mark.slow
def test_a_notebook_that_is_not_filled_in_runs_to_its_check_and_the_check_says_so(tmp_path, monkeypatch):
    *_, said = executed(book("gru-cell"), tmp_path, monkeypatch)
    assert "0 of 10 points" in said and "nothing is filled in yet" in said and "%hint" in said
    assert "next" not in said  # of a terminal


@pytest.mark.slow
@pytest.mark.content
@pytest.mark.parametrize("slug", IDS)
def test_the_solution_passes_from_the_notebook_and_its_examples_run(slug, tmp_path, monkeypatch):
    one, made = exercise.find(slug), filled(slug)
    for cell in made.cells:
        cell.metadata.pop("tags", None)  # now an example must not fail
    *_, said = executed(made, tmp_path, monkeypatch)
    assert f"{one.max_score} of {one.max_score} points" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("%check", "No exercise is chosen. Run the first code cell"),
        ("%exercise gru-cel", "gru-cell"),
        ("%exercise gru-cell\n%check", "The part gates is missing. Run the cell that begins with `%%part gates`."),
    ],
)
def test_what_cannot_be_done_is_told_in_words(lines, told, tmp_path, monkeypatch):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"%load_ext kdl.cli.magics\n{lines}")])
    made.cells[0].metadata["tags"] = ["raises-exception"]
    executed(made, tmp_path, monkeypatch)
    said = json.dumps(made.cells[0].outputs)
    assert told in said and "KdlError" not in said


def test_without_nbformat_the_line_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(EnvironmentProblem) as found:
        notebook.text(exercise.find("gru-cell"))
    assert "[notebook]" in found.value.fix


@pytest.mark.slow
def test_cells_may_be_run_in_any_order_beside_a_file_named_like_a_module(tmp_path, monkeypatch):
    """The head comes first in what is judged; the judge takes nothing from the notebook's folder."""
    (tmp_path / "random.py").write_text("print('taken from here')")
    made = filled("multi-head-attention")
    parts = [cell for cell in made.cells if cell.source.startswith("%%part ")]
    first = next(cell for cell in made.cells if cell.source.startswith("%load_ext"))
    for cell in parts:
        cell.metadata["tags"] = ["raises-exception"]  # without its imports a part cannot run yet
    again = nbformat.v4.new_code_cell(first.source.split("\n")[1])
    made.cells = [first, *reversed(parts), again, nbformat.v4.new_code_cell("%check")]
    *_, said = executed(made, tmp_path, monkeypatch)
    assert "10 of 10 points" in said and "taken from here" not in said
