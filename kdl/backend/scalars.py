"""Numbers over steps, in the files that TensorBoard reads. TensorBoard itself need not be installed to write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kdl.backend.quiet import captured_stderr


def scalars(folder: Path) -> Callable[[int, dict], None]:
    """A function `(step, {name: number})` that writes into `folder`; on JAX, too, it needs TensorFlow to write with."""
    with captured_stderr():
        import tensorflow as tf

    kind = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = tf.compat.v1.SummaryMetadata(plugin_data=kind)
    writer = tf.summary.create_file_writer(str(folder))

    def write(step: int, numbers: dict) -> None:
        with writer.as_default():
            for name, value in numbers.items():
                tf.summary.write(name, tf.constant(value, tf.float32), step=step, metadata=metadata)
        writer.flush()

    return write
