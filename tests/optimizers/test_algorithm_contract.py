"""What every file of an optimizer or a schedule must do."""

import ast
import inspect
import re

import pytest

from kdl import catalog, headers

STEERING = sorted(card.id for card in catalog.algorithms().values() if card.makes in ("optimizer", "schedule"))


def contract(test):
    """The test runs once for each optimizer and schedule, and counts as proof that it does this."""
    for mark in (pytest.mark.parametrize("name", STEERING), pytest.mark.content, pytest.mark.contract):
        test = mark(test)
    return test


def module_of(name):
    return catalog.load(catalog.find("algorithm", name))


@contract
def test_it_makes_what_its_header_says_with_the_learning_rate_first(name, keras):
    card, make = catalog.find("algorithm", name), module_of(name).make
    kinds = {"optimizer": keras.optimizers.Optimizer, "schedule": keras.optimizers.schedules.LearningRateSchedule}
    made = make(0.01) if card.makes == "optimizer" else make(0.01, 100)

    assert isinstance(made, kinds[card.makes])
    assert next(iter(inspect.signature(make).parameters)) == "learning_rate"


@contract
def test_its_classes_are_registered_under_the_name_of_the_file(name, keras):
    module = module_of(name)
    own = [value for value in vars(module).values() if inspect.isclass(value) and value.__module__ == module.__name__]

    assert own
    for value in own:
        expected = f"kdl.{catalog.find('algorithm', name).path.stem}>{value.__name__}"
        assert keras.saving.get_registered_name(value) == expected


@contract
def test_a_copy_from_its_configuration_has_the_same_configuration(name, keras):
    card = catalog.find("algorithm", name)
    made = module_of(name).make(0.25) if card.makes == "optimizer" else module_of(name).make(0.25, 100)

    assert type(made).from_config(made.get_config()).get_config() == made.get_config()


@contract
def test_the_lesson_has_a_problem_an_idea_equations_and_says_what_it_differs_from(name):
    body = headers.body(catalog.find("algorithm", name).path)

    for start in ("Problem. ", "Idea. ", "Differs from "):
        assert re.search(f"^{start}", body, re.MULTILINE), start
    assert re.search(r"^    \S.* = ", body, re.MULTILINE), "an equation stands in lines of its own"


@contract
def test_it_names_no_framework_and_can_be_read_in_one_sitting(name):
    text = catalog.find("algorithm", name).path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {one.partition(".")[0] for one in imported} <= {"keras", "numpy", "math"}
    assert len(text.splitlines()) <= 250
    assert all(node.end_lineno - node.lineno < 50 for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
