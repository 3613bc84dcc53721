"""Every place that kdl writes to. `KDL_HOME` moves them all; `KDL_WORKSPACE` moves the learner's own files.

Nothing is created by asking for a path; `made` creates a folder when something is about to be written there.
"""

from __future__ import annotations

import os
from pathlib import Path

from kdl.errors import EnvironmentProblem


def home() -> Path:
    """The folder of everything that must not be lost: progress, runs, workspace."""
    if chosen := os.environ.get("KDL_HOME"):
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("kdl", appauthor=False))


def database() -> Path:
    """The SQLite file with every review, attempt and prediction."""
    return home() / "progress.db"


def runs() -> Path:
    """One folder per training or experiment."""
    return home() / "runs"


def trash() -> Path:
    """Where deleted runs lie until their owner empties it."""
    return home() / "trash"


def workspace() -> Path:
    """Where `kdl exercise start` puts the files that the learner edits."""
    if chosen := os.environ.get("KDL_WORKSPACE"):
        return Path(chosen).expanduser().absolute()
    return home() / "workspace"


def logs() -> Path:
    """Log files: the noise of libraries, and tracebacks of our own bugs."""
    if os.environ.get("KDL_HOME"):
        return home() / "logs"
    import platformdirs

    return Path(platformdirs.user_log_dir("kdl", appauthor=False))


def cache() -> Path:
    """What can be deleted at any time and is made again."""
    if os.environ.get("KDL_HOME"):
        return home() / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("kdl", appauthor=False))


def everything() -> dict[str, Path]:
    """Name -> path, in the order in which `kdl paths` prints them."""
    return {
        "home": home(),
        "database": database(),
        "runs": runs(),
        "trash": trash(),
        "workspace": workspace(),
        "logs": logs(),
        "cache": cache(),
    }


def made(folder: Path) -> Path:
    """Create `folder` where it is missing, and return it.

    Raises:
        EnvironmentProblem: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(
            f"The folder {folder} cannot be made.",
            why=f"{error.strerror or error}.",
            fix="Set KDL_HOME to a folder that you may write to.",
        ) from error
    if not os.access(folder, os.W_OK):
        raise EnvironmentProblem(
            f"The folder {folder} cannot be written to.",
            fix="Set KDL_HOME to a folder that you may write to.",
        )
    return folder
