"""What computes a training, as against what is trained: precision, compiler, devices. It may change the last bits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from kdl.backend import start
from kdl.errors import UsageProblem

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")


@dataclass(frozen=True)
class Engine:
    """How the steps are computed.

    Args:
        precision: "float32", or mixed: layers compute in 16 bits, weights stay in 32.
        jit: compile with XLA; None: on JAX, which is sixty times slower without, and not on TensorFlow, where XLA is
            slower on a CPU and rules out repeatable kernels.
        devices: how many devices of each process share a batch.
    """

    precision: str = "float32"
    jit: bool | None = None
    devices: int = 1

    def __post_init__(self):
        if self.precision not in PRECISIONS:
            raise UsageProblem(f"There is no precision {self.precision!r}.", fix=f"Choose one of: {', '.join(PRECISIONS)}.")

    @property
    def compiled(self) -> bool:
        """Whether XLA compiles the step."""
        return start().config.backend() == "jax" if self.jit is None else self.jit

    @property
    def repeatable(self) -> bool:
        """Whether only kernels that repeat themselves bit for bit are used; TensorFlow has none with XLA."""
        return not (self.compiled and start().config.backend() == "tensorflow")

    @contextlib.contextmanager
    def policy(self) -> Iterator[None]:
        """Inside, new layers compute in the precision."""
        config = start().config
        before = config.dtype_policy()
        config.set_dtype_policy(self.precision)
        try:
            yield
        finally:
            config.set_dtype_policy(before)


PLAIN = Engine()
