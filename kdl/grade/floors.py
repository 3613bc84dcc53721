"""How much address space a library needs here before it does any work: measured by `kdl doctor`, kept in KDL_HOME.

A limit of address space must leave room for what the import alone maps, and that grows with the cores and the build of
the library. So it is measured once on each machine (`kdl.grade.probe`), and until then a generous figure is used.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
from pathlib import Path

from kdl import paths

SCHEMA = "kdl.sandbox/1"
# NumPy was seen to need 136 MiB, Keras on TensorFlow 2.0 GiB on two cores and not to start with 2.0.
UNMEASURED_MB = {"numpy": 256, "keras": 4096}
_GPU = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


def file() -> Path:
    return paths.home() / "sandbox.json"


def address_space_mb(runtime: str, memory_mb: int) -> int | None:
    """The limit of address space for a process that may use `memory_mb` beside its imports.

    None: no limit. With a GPU in sight, Keras may reserve far more addresses than it uses memory.
    """
    if runtime != "numpy" and gpu_visible():
        return None
    return floor(runtime) + memory_mb


def floor(runtime: str) -> int:
    """MiB of addresses that the imports of a runtime take."""
    row = _rows().get(runtime)
    if isinstance(row, dict) and row.get("of") == identity(runtime) and type(row.get("mb")) is int and row["mb"] > 0:
        return row["mb"]
    return UNMEASURED_MB[runtime]


def store(runtime: str, mb: int) -> None:
    """Keep a measured floor."""
    from kdl.runs import record

    rows = {**_rows(), runtime: {"mb": mb, "of": identity(runtime)}}
    record.write_json(paths.made(paths.home()) / file().name, {"schema": SCHEMA, "floors": rows})


def _rows() -> dict:
    """What is stored; a file that is damaged or of another form counts as none."""
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(file().read_text(encoding="utf-8"))
        if isinstance(said, dict) and said.get("schema") == SCHEMA and isinstance(said.get("floors"), dict):
            return said["floors"]
    return {}


def identity(runtime: str) -> str:
    """What a floor depends on; another Python, backend, library or number of cores makes it void."""
    spec = importlib.util.find_spec(runtime)
    when = int(os.stat(spec.origin).st_mtime) if spec and spec.origin else 0
    backend = os.environ.get("KERAS_BACKEND", "tensorflow") if runtime == "keras" else ""
    return f"{runtime} {when} {backend} python {sys.version_info[0]}.{sys.version_info[1]} cores {os.cpu_count()}"


def gpu_visible() -> bool:
    """A driver of a GPU is loaded on this machine."""
    return any(os.path.exists(path) for path in _GPU)
