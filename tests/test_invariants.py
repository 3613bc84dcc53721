"""docs/promises.md numbers what an engine promises; each number has tests: `pytest --invariant quiz-7` runs those of one."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SECTIONS = re.split(r"^## ", (TESTS.parent / "docs" / "promises.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
PROMISED = {text.split()[0]: [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)] for text in SECTIONS}


def marked(engine: str) -> set[int]:
    """The numbers in `@pytest.mark.invariant(engine, ...)` of every test file."""
    found = set()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.invariant":
                said, *numbers = (argument.value for argument in node.args)
                found |= set(numbers) if said == engine else set()
    return found


@pytest.mark.parametrize("engine", PROMISED)
def test_every_promise_has_tests_and_every_number_a_promise(engine):
    assert PROMISED[engine] == list(range(1, len(PROMISED[engine]) + 1))
    assert marked(engine) == set(PROMISED[engine])
