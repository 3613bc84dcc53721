"""docs/items.md is the specification: its examples are items, and it names what the code knows."""

import re
from pathlib import Path

import pytest

from kdl.quiz import draw, expression, markdown
from kdl.quiz.kinds import KINDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "items.md").read_text(encoding="utf-8")
EXAMPLES = [text for text in re.findall(r"^````markdown\n(.*?)^````$", PAGE, re.M | re.S) if text.startswith(":::")]


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: re.search(r"#([\w-]+)", text)[1])
def test_every_example_is_an_item(notes, text):
    _, items, problems = markdown.read(notes(text))

    assert [problem.what for problem in problems] == [] and len(items) == 1


def test_every_kind_has_a_section():
    headings = " ".join(re.findall(r"^### (.*)$", PAGE, re.M))

    assert set(re.findall(r"\w+", headings)) - {"and"} == set(KINDS)


def test_the_language_is_the_one_described():
    assert all(name in PAGE for name in expression.FUNCTIONS)
    assert all(f"`{shape}`" in PAGE for shape in re.findall(r"\w+\([^)]*\)", draw.SHAPES))
    assert all(f"`{name}" in PAGE for name in (*markdown.FRONT_MATTER, "rev"))
