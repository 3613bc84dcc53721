"""Files that may come from anybody: opened, or refused in one sentence; nothing in them is run."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from kdl import catalog
from kdl.errors import UsageProblem
from kdl.train import saved


@pytest.fixture
def file(keras, tmp_path):
    path = tmp_path / "model.keras"
    catalog.build("char-rnn", "tiny").save(path)
    return path


def changed(path, change=None, extra=()):
    """The same zip file with its config.json changed, and with more files."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if change:
        files["config.json"] = change(files["config.json"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [*files.items(), *extra]:
            archive.writestr(name, content)
    return path


def test_a_file_opens_in_a_fresh_process_without_the_model_being_named(file):
    code = "import sys; from pathlib import Path; from kdl.train import saved; print(saved.load(Path(sys.argv[1])).name)"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True)

    assert (done.returncode, done.stdout.strip()) == (0, "char_rnn"), done.stderr


def test_the_model_answers_as_the_saved_one(keras, tmp_path):
    model = catalog.build("gru", "tiny")
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(2, *(size or 6 for size in model.input_shape[1:])))

    np.testing.assert_array_equal(np.asarray(saved.load(tmp_path / "model.keras")(x)), np.asarray(model(x)))


def test_a_lambda_layer_is_not_run(keras, tmp_path):
    """Keras's safe mode stays on: the function in the file would leave a trace."""
    trace = tmp_path / "trace"
    line = f"__import__('pathlib').Path({str(trace)!r}).touch()"
    model = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: (eval(line), x)[1])])
    trace.unlink(missing_ok=True)
    model.save(tmp_path / "model.keras")
    trace.unlink(missing_ok=True)

    with pytest.raises(UsageProblem, match="Lambda layer"):
        saved.load(tmp_path / "model.keras")
    assert not trace.exists()


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "assets/../../outside", "..\\outside", "C:/outside"])
def test_a_file_that_would_lie_outside_is_refused(file, name):
    with pytest.raises(UsageProblem) as told:
        saved.load(changed(file, extra=[(name, b"x")]))
    assert "outside its folder" in told.value.why


def test_a_class_of_another_module_is_not_imported(file):
    def foreign(config):
        config = json.loads(config)
        config["config"]["layers"][1] |= {"module": "subprocess", "class_name": "Popen", "registered_name": None}
        config["config"]["layers"][1]["config"] = {"args": ["touch", str(file.parent / "trace")]}
        return json.dumps(config).encode()

    with pytest.raises(UsageProblem, match="cannot be opened as a model"):
        saved.load(changed(file, foreign))
    assert not (file.parent / "trace").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "File is not a zip file."), (b"no model", "File is not a zip file."), (b"PK\x03\x04", "File is not a zip file.")],
)
def test_what_is_no_zip_file_is_no_model(tmp_path, content, why):
    path = tmp_path / "model.keras"
    path.write_bytes(content)

    with pytest.raises(UsageProblem, match="is no Keras model") as told:
        saved.load(path)
    assert told.value.why == why


def test_a_zip_file_of_something_else_is_no_model(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        archive.writestr("photo.txt", "x")

    with pytest.raises(UsageProblem) as told:
        saved.load(tmp_path / "model.keras")
    assert "without config.json" in told.value.why


def test_a_config_of_absurd_size_is_not_read(file, monkeypatch):
    monkeypatch.setattr(saved, "LARGEST_CONFIG", 100)

    with pytest.raises(UsageProblem) as told:
        saved.load(file)
    assert "larger than any model's" in told.value.why


def test_damaged_weights_are_one_error(file):
    with zipfile.ZipFile(file) as archive:
        config = {name: archive.read(name) for name in archive.namelist() if name.endswith("json")}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in [*config.items(), ("model.weights.h5", b"nothing")]:
            archive.writestr(name, content)

    with pytest.raises(UsageProblem, match="cannot be opened as a model"):
        saved.load(file)


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(UsageProblem, match="There is no file"):
        saved.load(tmp_path / "model.keras")
