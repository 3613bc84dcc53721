"""Read back what was exported for TensorFlow's own programs: a SavedModel, a TFLite file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kdl.backend.quiet import start


def saved_model(path: Path) -> Callable:
    """The function of a SavedModel folder: a list of arrays -> a list of arrays."""
    start()
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))

    def run(arrays):
        answer = loaded.serve(arrays if len(arrays) > 1 else arrays[0])
        return [one.numpy() for one in tf.nest.flatten(answer)]

    run.loaded = loaded  # its variables live as long as it does
    return run


def tflite(path: Path, names: list[str]) -> Callable:
    """The function of a TFLite file: a list of arrays, in the order of `names`, -> a list of arrays."""
    start()
    import warnings

    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow announces that its interpreter will move to a package of its own
        interpreter = tf.lite.Interpreter(model_path=str(path))
    runner = interpreter.get_signature_runner()

    def run(arrays):
        answers = runner(**dict(zip(names, arrays, strict=True)))
        return [answers[name] for name in sorted(answers, key=lambda name: (len(name), name))]  # output_2 before output_10

    return run
