"""Open a `.keras` file, whoever made it: nothing in it is run, and no file of it is written anywhere.

A `.keras` file is a zip archive: config.json says which layers there are, model.weights.h5 holds their numbers. It can
name code to run (a Lambda layer holds some) and files to write; Keras's safe mode refuses the first, and this the second.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

from kdl import catalog
from kdl.backend import start
from kdl.errors import UsageProblem

LARGEST_CONFIG = 64 * 2**20  # bytes; the configuration of a model with thousands of layers has less than a tenth of it


def load(path: Path):
    """The `keras.Model` in a file, without its optimizer and loss.

    Raises:
        UsageProblem: no such file, no model, or one that this kdl cannot or will not open.
    """
    config = read_config(path)
    keras = start()
    _import_classes(config)
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras, h5py and zipfile raise what they like on a damaged file
        if '"Lambda"' in config or "__lambda__" in config:
            raise UsageProblem(
                f"{path} holds Python code of its own (a Lambda layer), and kdl runs none from a file.",
                fix="Write that layer as a class, and save the model again.",
            ) from error
        raise UsageProblem(f"{path} cannot be opened as a model.", why=first_line(error)) from error


def read_config(path: Path) -> str:
    """The text of config.json, after what can be said of the file without opening the model. Needs no Keras."""
    if not path.is_file():
        raise UsageProblem(f"There is no file {path}.", fix="Name a .keras file, or a run: `kdl run list` shows them.")
    no_model = f"{path} is no Keras model."
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            outside = [name for name in entries if _leads_outside(name)]
            if outside:
                raise UsageProblem(
                    f"{path} is not opened.", why=f"It holds a file that would lie outside its folder: {outside[0]!r}."
                )
            if not {"config.json", "metadata.json"} <= set(entries):
                raise UsageProblem(no_model, why="It is a zip file without config.json and metadata.json.")
            if entries["config.json"].file_size > LARGEST_CONFIG:
                raise UsageProblem(f"{path} is not opened.", why="Its config.json is larger than any model's.")
            return archive.read("config.json").decode("utf-8")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
        fix = "A .keras file is made by `kdl train`, by `kdl model export` and by Keras's model.save."
        raise UsageProblem(no_model, why=f"{first_line(error).rstrip('.')}.", fix=fix) from error


def _leads_outside(name: str) -> bool:
    name = name.replace("\\", "/")
    return PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or re.match(r"[A-Za-z]:", name) is not None


def _import_classes(config: str) -> None:
    """Import the files whose classes the model is made of: Keras finds them by their registered names, `kdl.<file>>Class`."""
    for stem in sorted(set(re.findall(r'"registered_name": *"kdl\.(\w+)>', config))):
        for path in [*catalog.PACKAGE.glob(f"models/*/{stem}.py"), *catalog.PACKAGE.glob(f"layers/{stem}.py")]:
            catalog.load(SimpleNamespace(path=path))


def first_line(error: Exception) -> str:
    """The first line of an error's text that says something, at most 300 characters of it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    return text if len(text) <= 300 else text[:297] + "..."
