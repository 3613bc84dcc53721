"""Start Keras without the log noise of the framework below it.

TensorFlow writes a dozen lines to file descriptor 2 while it is imported and at its first operation, before any Python
setting can stop it. They go into `backend.log` among the logs, and are shown only where the start fails.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import sys
import tempfile
from collections.abc import Iterator

from kdl import paths
from kdl.backend import place as places
from kdl.backend.place import ANYWHERE, Place
from kdl.errors import EnvironmentProblem, KdlError, UsageProblem, install_line

BACKENDS = ("tensorflow", "jax")

# Set only where the user has not: INFO and WARNING lines off; GPU memory taken as it is needed.
_SETTINGS = {
    "tensorflow": {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_FORCE_GPU_ALLOW_GROWTH": "true"},
    "jax": {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_CPP_MIN_LOG_LEVEL": "2"},
}


def start(name: str | None = None, place: Place = ANYWHERE):
    """Import Keras on a backend; every entry point that needs Keras calls this first. Cheap the second time.

    Args:
        name: "tensorflow" or "jax"; default what KERAS_BACKEND says, else "tensorflow".
        place: what to compute on; only the first call of a process can choose.

    Returns:
        The `keras` module.

    Raises:
        UsageProblem: an unknown backend, or Keras already runs on another one.
        EnvironmentProblem: the backend is not installed or does not work here, or there is no such device.
    """
    wanted = name or os.environ.get("KERAS_BACKEND") or "tensorflow"
    if wanted not in BACKENDS:
        raise UsageProblem(f"There is no backend {wanted!r}.", fix=f"Choose one of: {', '.join(BACKENDS)}.")
    return _started(wanted, place)


@functools.cache
def _started(backend: str, place: Place):
    if sys.modules.get("keras"):
        running = sys.modules["keras"].config.backend()
        if running != backend:
            fix = f"Start again with KERAS_BACKEND={backend}."
            raise UsageProblem(f"Keras already runs on {running} in this process.", fix=fix)
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("KERAS_HOME", str(paths.cache() / "keras"))  # Keras would write into the user's own folder
    for key, value in _SETTINGS[backend].items():
        os.environ.setdefault(key, value)
    places.prepare(place, backend)
    try:
        with captured_stderr():
            import keras

            # Each new model traces its own functions; TensorFlow takes that for a mistake and warns of it.
            logging.getLogger("tensorflow").setLevel(logging.ERROR)
            places.settle(place, backend)
            fell_back = places.check(place, backend)
            keras.ops.add(1.0, 1.0)  # the first operation has noise of its own
    except ImportError as error:
        raise EnvironmentProblem(
            f"Keras cannot start on {backend}.",
            why=f"{error}.",
            fix=f"Install it: {install_line('jax' if backend == 'jax' else '')}",
        ) from error
    if fell_back:
        logging.getLogger(__name__).warning(fell_back)
    return keras


@contextlib.contextmanager
def captured_stderr(*, more: bool = False) -> Iterator[None]:
    """Send file descriptor 2 into `backend.log`; where the block raises, replay it on the real stderr.

    Args:
        more: write behind what the log holds, which else begins anew.
    """
    sys.stderr.flush()
    real = os.dup(2)
    with _log_file("a+b" if more else "w+b") as log:
        begin = log.seek(0, os.SEEK_END)
        os.dup2(log.fileno(), 2)
        failed = False
        try:
            yield
        except KdlError:  # says itself what is wrong
            raise
        except Exception:  # not a Ctrl-C: that is no failure of the framework
            failed = True
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
            if failed:
                log.seek(begin)
                sys.stderr.write(log.read().decode("utf-8", "replace"))


def _log_file(mode: str):
    """backend.log: a named file, so that it outlives even a crash of the framework."""
    try:
        return open(paths.made(paths.logs()) / "backend.log", mode)
    except (EnvironmentProblem, OSError):
        return tempfile.TemporaryFile()  # a home that cannot be written must not keep Keras from starting
