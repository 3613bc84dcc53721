"""Trusted code in this process: the reference solution, the other solutions, the mutants.

It is asked in the same way as the learner's child, and its answers pass through frames, so that they are exactly what a
child would have sent. It leaves nothing behind: random states and what Keras keeps for the whole process are put back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from kdl.grade import frames
from kdl.grade.child import Failed
from kdl.grade.session import Session


class Local:
    """One loaded file of code.

    Args:
        source: its text.
        runtime: "numpy" or "keras"; Keras is started for the latter.
        wide: Keras computes in float64, unless the code says otherwise.

    Raises:
        Failed: it cannot be loaded.
    """

    def __init__(self, source: str, runtime: str = "numpy", *, wide: bool = False):
        self.keras = runtime == "keras"
        self.wide = wide
        self.session = Session()
        answer = self._do({"op": "load", "source": source})
        if answer["status"] != "value":
            raise Failed("load", f"{answer['type']}: {answer['message']}")

    def ask(self, request: dict) -> dict:
        try:
            return frames.decode(frames.encode(self._do(request)))
        except frames.Unsendable as error:
            return {"status": "unsendable", "message": str(error)}

    def _do(self, request: dict) -> dict:
        import numpy as np

        with np.errstate(all="ignore"), undisturbed(keras=self.keras, wide=self.wide):
            return self.session.do(request)


def local(exercise, path: Path) -> Local:
    """The code of one file of an exercise, run as a learner's would be."""
    return Local(path.read_text(encoding="utf-8"), exercise.runtime)


def reference(exercise) -> Local:
    """The reference solution, which computes in float64."""
    return Local(exercise.read("solution.py"), exercise.runtime, wide=True)


@contextlib.contextmanager
def undisturbed(*, keras: bool = False, wide: bool = False) -> Iterator[None]:
    """Put back the random states of Python and NumPy, and what Keras keeps for the process."""
    import random
    import warnings

    import numpy as np

    before = random.getstate(), np.random.get_state()
    try:
        with _keras(wide) if keras else contextlib.nullcontext(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])


@contextlib.contextmanager
def _keras(wide: bool) -> Iterator[None]:
    from kdl import backend

    keras = backend.start()
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    filtered = keras.config.is_traceback_filtering_enabled()
    objects = dict(keras.saving.get_custom_objects())
    try:
        keras.config.disable_traceback_filtering()  # it rewrites messages
        if wide:
            keras.config.set_floatx("float64")
            keras.config.set_dtype_policy("float64")
        yield
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)
        if filtered:
            keras.config.enable_traceback_filtering()
        known = keras.saving.get_custom_objects()
        known.clear()
        known.update(objects)
