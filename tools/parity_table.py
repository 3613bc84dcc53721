"""Print how far our BERT, GPT-1 and GPT-2 are from those of `transformers`, as the table of docs/weights.md has it.

    PYTHONPATH=tests .venv/bin/python tools/parity_table.py

From the fixtures that are committed (`tests/fixtures/parity/*.npz`), so it needs no `transformers`. The figures depend on the
machine in their first digit; what the tests hold is that none is above 1e-5.
"""

from __future__ import annotations

import importlib.metadata
import tempfile
from pathlib import Path

import beside_transformers as beside
import made_folders

from kdl import weights
from kdl.backend import start


def row(keras, name: str) -> list[str]:
    """The three differences of one fixture: hidden states, logits, losses of three steps."""
    one = made_folders.Fixture(name)
    with tempfile.TemporaryDirectory() as folder:
        model = weights.load(one.model_id, made_folders.folder(Path(folder) / name, one.config, one.weights))
    pairs = [*beside.states(keras, one, model).values(), beside.losses(keras, one, model)]
    return [f"{beside.difference(*pair):.1e}" for pair in pairs]


def main() -> None:
    keras = start()
    versions = {name: importlib.metadata.version(name) for name in ("keras", keras.config.backend(), "numpy")}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print("| fixture | hidden states | logits | losses |")
    print("| --- | --- | --- | --- |")
    for name in made_folders.MODELS:
        print(f"| {name} | {' | '.join(row(keras, name))} |")


if __name__ == "__main__":
    main()
