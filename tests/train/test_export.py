"""A model that was exported answers as before, or is refused."""

import numpy as np
import pytest

from kdl import catalog
from kdl.dev import exports
from kdl.errors import EnvironmentProblem, UsageProblem
from kdl.train import export

TABLE = exports.cells(exports.PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(catalog.models()))
@pytest.mark.content
@pytest.mark.slow
def test_every_model_passes_the_round_trips_that_the_table_says(name, keras, tmp_path):
    """Those that TensorFlow alone can try; a model that the table does not have yet passes all of them."""
    for to in ("keras", "saved-model", "tflite"):
        assert exports.tried(name, to, tmp_path) == TABLE.get((name, to), "yes"), to


@pytest.mark.requires("onnx")
@pytest.mark.parametrize("name", sorted(catalog.models()))
@pytest.mark.content
@pytest.mark.slow
def test_every_model_passes_to_onnx_as_the_table_says(name, keras, tmp_path):
    assert exports.tried(name, "onnx", tmp_path) == TABLE.get((name, "onnx"), "yes")


def small(keras, *layers):
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), *layers])


def doubled(keras, tmp_path):
    """A file whose answers are twice those of the model."""
    model = small(keras)
    twice = keras.models.clone_model(model)
    twice.set_weights([2 * weight for weight in model.get_weights()])
    return model, twice


def test_a_file_that_answers_differently_is_refused_and_not_kept(keras, tmp_path, monkeypatch):
    model, twice = doubled(keras, tmp_path)
    monkeypatch.setattr(export, "_write", lambda _, to, path: twice.save(path))

    with pytest.raises(UsageProblem, match="keras does not hold this model") as told:
        export.export(model, "keras", tmp_path / "out" / "model.keras")

    assert "answers differently" in told.value.why
    assert list((tmp_path / "out").iterdir()) == []


def test_answers_that_are_no_numbers_are_refused(keras, tmp_path):
    model = small(keras)
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])

    with pytest.raises(UsageProblem, match="does not hold this model"):
        export.export(model, "keras", tmp_path / "model.keras")


def test_a_converter_that_fails_is_one_error(keras, tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("no such op\nand a long trace")

    monkeypatch.setattr(export, "_write", broken)
    with pytest.raises(UsageProblem) as told:
        export.export(small(keras), "tflite", tmp_path / "model.tflite")

    assert told.value.why == "no such op"


def test_two_inputs_and_two_outputs_come_back_in_their_order(keras, tmp_path):
    a, b = keras.Input((3,), name="second"), keras.Input((None, 2), name="first")
    outputs = [keras.layers.Dense(2)(a), keras.layers.Dense(3)(b)]
    model = keras.Model([a, b], outputs)

    for to in ("keras", "saved-model", "tflite"):
        assert export.export(model, to, tmp_path / f"model{export.SUFFIXES[to]}") <= export.TOLERANCE, to


def test_an_export_replaces_the_one_before_it(keras, tmp_path):
    for _ in range(2):
        export.export(small(keras), "saved-model", tmp_path / "model")

    assert [path.name for path in tmp_path.iterdir() if path.name != "kdl-home"] == ["model"]


def test_another_suffix_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(UsageProblem) as told:
        export.possible("onnx", tmp_path / "model.tflite")
    assert told.value.fix == "--out model.onnx"


def test_a_missing_package_is_named_with_the_line_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(export.NEEDS, "tflite", ("no_such_package",))

    with pytest.raises(EnvironmentProblem, match="tflite needs no_such_package") as told:
        export.possible("tflite", tmp_path / "model.tflite")
    assert "[export]" in told.value.fix


@pytest.mark.jax
def test_on_jax_only_a_keras_file_is_written(keras, tmp_path):
    export.export(small(keras), "keras", tmp_path / "model.keras")

    with pytest.raises(UsageProblem, match="tflite is written by TensorFlow, and Keras runs on jax"):
        export.export(small(keras), "tflite", tmp_path / "model.tflite")
