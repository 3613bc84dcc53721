"""What every model file of the catalogue must do."""

import ast
import inspect
import re

import numpy as np
import pytest

from kdl import catalog, headers


def contract(test):
    """The test runs once for each model, and counts as proof that the model does this."""
    for mark in (pytest.mark.parametrize("name", sorted(catalog.models())), pytest.mark.content, pytest.mark.contract):
        test = mark(test)
    return test


def inputs_of(keras, model, rng):
    """Random inputs for a model: 2 examples, 6 for every length that is free."""
    drawn = []
    for tensor in model.inputs:
        shape = (2, *(6 if size is None else size for size in tensor.shape[1:]))
        whole = "int" in keras.backend.standardize_dtype(tensor.dtype)
        drawn.append(rng.integers(0, 2, shape) if whole else rng.normal(size=shape).astype("float32"))
    return drawn if len(drawn) > 1 else drawn[0]


def documented_shapes(module):
    """`"A sequence (B, T, M) -> one answer (B, O)."` -> `[["B", "T", "M"], ["B", "O"]]`."""
    line = inspect.getdoc(module.build).partition("\n")[0]
    before, arrow, after = line.partition("->")
    assert arrow, "the first line of build's docstring says `(..) -> (..)`"
    return [re.search(r"\(([^)]*)\)", side)[1].replace(" ", "").split(",") for side in (before, after)]


def legend(text: str) -> set[str]:
    """`"Shapes: B batch, T time."` -> `{"B", "T"}`; a legend may fill several lines and ends with a blank one."""
    found = re.search(r"^Shapes: (.*?)(?:\n\s*\n|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, "the docstring has a legend that starts with `Shapes:`"
    return {part.split()[0] for part in found[1].replace("\n", " ").split(",")}


@contract
def test_it_builds_from_its_defaults_and_from_its_tiny_preset(name, keras):
    assert catalog.build(name).count_params() > 0
    assert catalog.build(name, "tiny").count_params() > 0


@contract
def test_the_sizes_of_tiny_differ_from_the_defaults(name):
    """Keras records a default where it should record an argument; only a size that is no default shows it."""
    module = catalog.load(catalog.find("model", name))
    defaults = {key: one.default for key, one in inspect.signature(module.build).parameters.items()}

    assert module.PRESETS["tiny"]
    for key, value in module.PRESETS["tiny"].items():
        assert value != defaults[key], key


@contract
def test_build_takes_keywords_only_and_each_has_a_default(name):
    for parameter in inspect.signature(catalog.load(catalog.find("model", name)).build).parameters.values():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.default is not inspect.Parameter.empty


@contract
def test_inputs_and_outputs_have_the_documented_shapes(name, keras):
    """The ranks of build's `(B, T, M) -> (B, O)` are true, B is free, and one letter means one size."""
    model = catalog.build(name, "tiny")
    taken, given = documented_shapes(catalog.load(catalog.find("model", name)))
    sizes = {"B": None}

    for letters, tensor in ((taken, model.inputs[0]), (given, model.outputs[0])):
        for letter, size in zip(letters, tensor.shape, strict=True):
            assert sizes.setdefault(letter, size) == size, letter


@contract
def test_it_reloads_from_its_file_with_equal_outputs(name, keras, tmp_path):
    model = catalog.build(name, "tiny")
    x = inputs_of(keras, model, np.random.default_rng(0))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")

    np.testing.assert_array_equal(keras.ops.convert_to_numpy(model(x)), keras.ops.convert_to_numpy(again(x)))


def first_batch(name):
    """A trainer of a model on its first task, started from seed 0, and sixteen examples."""
    from kdl.train.fit import Trainer
    from kdl.train.recipe import Recipe

    card = catalog.find("model", name)
    task = catalog.load(catalog.find("task", next(iter(card.tasks)))).make()
    trainer = Trainer(name, task, Recipe(steps=1, batch_size=16, learning_rate=1e-2))
    trainer.reset(0)
    return trainer, *task.batches(0, 0, 0, 16)


def players(name):
    """The parts of a model that play against each other, as its file names them; none of most models."""
    return getattr(catalog.load(catalog.find("model", name)), "PLAYERS", ())


@contract
def test_the_loss_falls_on_its_first_task(name, keras):
    """Twenty steps on one and the same batch: a model that learns anything learns this.

    In a game the sum of the losses need not fall, because what one player wins the other loses. There every player is
    asked: while the others stand still, its own loss falls.
    """
    for player in players(name):
        trainer, x, y = first_batch(name)
        for other in players(name):
            getattr(trainer.model, other).trainable = other == player
        trainer.enter(0)
        losses = [float(trainer.model.losses_of_players(x, y)[player])]
        for _ in range(20):
            trainer.model.train_on_batch(x, y)
        losses.append(float(trainer.model.losses_of_players(x, y)[player]))
        assert losses[-1] < 0.9 * losses[0], player
    if not players(name):
        trainer, x, y = first_batch(name)
        losses = [trainer.model.train_on_batch(x, y) for _ in range(20)]
        assert losses[-1] < 0.9 * losses[0]


@contract
def test_every_letter_of_a_shape_comment_stands_in_the_legend(name):
    card = catalog.find("model", name)
    known = legend(headers.docstring(card.path)[0])
    shapes = re.findall(r"#[^(\n]*\(([\w\s,*/+-]+)\)\s*$", card.path.read_text(encoding="utf-8"), re.MULTILINE)
    used = {letter for shape in shapes for letter in re.findall(r"[A-Z][a-z]?", shape)}

    assert used, "the file has shape comments"
    assert used <= known
    for shape in documented_shapes(catalog.load(card)):
        assert {letter for letter in shape if not letter.isdigit()} <= known


@contract
def test_the_file_can_be_read_in_one_sitting(name):
    text = catalog.find("model", name).path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    longest = max(node.end_lineno - node.lineno + 1 for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))

    assert lines <= 250
    assert longest <= 50


@contract
def test_it_says_what_it_differs_from(name):
    assert re.search(r"^Differs from ", headers.body(catalog.find("model", name).path), re.MULTILINE)


@contract
def test_it_names_no_framework_and_trains_nothing(name):
    """`keras.ops` only, so that it runs on both backends; training and data belong to other rooms."""
    tree = ast.parse(catalog.find("model", name).path.read_text(encoding="utf-8"))
    modules = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {module.partition(".")[0] for module in modules} <= {"keras", "kdl", "math"}
    assert not {module for module in modules if module.startswith(("kdl.models", "kdl.train", "kdl.data", "kdl.tasks"))}


def test_no_two_files_register_the_same_name(keras):
    """Two classes of one registered name collide silently: a saved model reloads as the other."""
    owners: dict[str, list[str]] = {}
    for card in catalog.models().values():
        for value in vars(catalog.load(card)).values():
            if inspect.isclass(value) and value.__module__ == catalog.load(card).__name__:
                registered = keras.saving.get_registered_name(value)
                owners.setdefault(registered, []).append(card.id)
                assert registered.startswith(f"kdl.{card.path.stem}>"), f"{value.__name__} is registered as {registered}"

    assert [files for files in owners.values() if len(files) > 1] == []
