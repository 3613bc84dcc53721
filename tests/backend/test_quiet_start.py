"""Starting Keras: quiet where it works, everything shown where it does not."""

import os
import subprocess
import sys

import pytest

from kdl.backend import device, quiet, versions
from kdl.backend.replicas import One
from kdl.errors import EnvironmentProblem, UsageProblem


def python(code: str, **env) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env={**os.environ, **env})


@pytest.mark.slow
def test_a_start_prints_nothing_and_keeps_the_noise_in_a_log(home):
    done = python("from kdl import backend; print(backend.start().__name__)")

    assert (done.returncode, done.stdout, done.stderr) == (0, "keras\n", "")
    assert (home / "logs" / "backend.log").is_file()


BROKEN = """
from kdl import backend
from kdl.backend import place
place._tensorflow_devices = lambda: [("gpu", "/device:GPU:7")]
place._jax_devices = lambda: [("gpu", "no device")]
keras = backend.start(None, backend.Place({kind!r}))
print(keras.ops.add(1.0, 1.0), backend.device())
"""


@pytest.mark.slow
def test_a_gpu_that_is_listed_and_cannot_compute_is_told_in_one_line_and_the_cpu_computes():
    done = python(BROKEN.format(kind="auto"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("CPU\n")
    (line,) = done.stderr.splitlines()
    assert "is there, and cannot compute. The CPU computes instead." in line


@pytest.mark.slow
def test_a_gpu_that_was_asked_for_and_cannot_compute_is_an_error():
    done = python(BROKEN.format(kind="gpu"))

    assert done.returncode == 1
    assert "is there, and cannot compute." in done.stderr


@pytest.mark.slow
def test_a_home_that_cannot_be_written_does_not_keep_keras_from_starting(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    done = python("from kdl import backend; backend.start()", KDL_HOME=str(tmp_path / "file"))

    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_written_to_stderr_is_shown_where_the_block_fails(home, capfd):
    with pytest.raises(RuntimeError), quiet.captured_stderr():
        os.write(2, b"noise that explains it\n")
        raise RuntimeError

    assert "noise that explains it" in capfd.readouterr().err


def test_what_was_written_to_stderr_is_not_shown_where_the_block_works(home, capfd):
    with quiet.captured_stderr():
        os.write(2, b"noise\n")
    os.write(2, b"after\n")

    assert capfd.readouterr().err == "after\n"
    assert (home / "logs" / "backend.log").read_text() == "noise\n"


def test_more_noise_goes_behind_the_old_and_only_it_is_shown_where_the_block_fails(home, capfd):
    with quiet.captured_stderr():
        os.write(2, b"start\n")
    with pytest.raises(RuntimeError), quiet.captured_stderr(more=True):
        os.write(2, b"step\n")
        raise RuntimeError

    assert capfd.readouterr().err == "step\n"
    assert (home / "logs" / "backend.log").read_text() == "start\nstep\n"


def test_what_the_first_step_of_a_model_says_goes_into_the_log_and_later_steps_are_as_they_were(home, capfd):
    """TensorFlow rewrites the graph of a model at its first step."""

    class Noisy:
        def train_on_batch(self, x, y, return_dict):
            os.write(2, b"remapper failed\n")
            return {"loss": 0.5}

    one, model = One(), Noisy()
    assert one.step(model, None, None) == 0.5
    assert capfd.readouterr().err == ""
    assert (home / "logs" / "backend.log").read_text() == "remapper failed\n"
    one.step(model, None, None)
    assert capfd.readouterr().err == "remapper failed\n", "nothing is swallowed while it trains"
    one.step(Noisy(), None, None)
    assert capfd.readouterr().err == ""


def test_an_unknown_backend_is_refused_with_the_known_ones():
    with pytest.raises(UsageProblem) as refused:
        quiet.start("torch")

    assert refused.value.fix == "Choose one of: tensorflow, jax."


def test_a_second_backend_in_one_process_is_refused(keras):
    other = {"tensorflow": "jax", "jax": "tensorflow"}[keras.config.backend()]

    with pytest.raises(UsageProblem, match="already runs on"):
        quiet.start(other)


def test_a_missing_backend_names_the_line_that_installs_it(monkeypatch, home):
    monkeypatch.setitem(sys.modules, "keras", None)  # an import of it then fails, as one of a missing package does
    quiet._started.cache_clear()
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(EnvironmentProblem) as missed:
        quiet.start("jax")
    quiet._started.cache_clear()

    assert "keras" in missed.value.why
    assert missed.value.fix.endswith('-m pip install "kdl-learn[jax]"'), "the distribution's own name, not the import's"


def test_versions_say_what_a_number_depends_on(keras):
    found = versions()

    assert found["keras"] == keras.__version__
    assert found["backend"] == keras.config.backend()
    assert found["threads"] >= 1
    assert {"kdl", "python", "numpy", found["backend"]} <= set(found)


def test_the_device_is_named(keras):
    assert device() == "CPU" or device().startswith("GPU ")
