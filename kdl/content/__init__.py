"""Where `quizzes/` and `exercises/` are.

An installed kdl carries them as the packages `kdl.content.quizzes` and `kdl.content.exercises` (see `package_dir` in
setup.cfg); a checkout that was never installed has them beside the package.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from kdl.errors import EnvironmentProblem

PACKAGE = Path(__file__).resolve().parents[1]


def _folder(name: str) -> Path:
    beside = PACKAGE.parent / name
    if (beside / "__init__.py").is_file() and (PACKAGE.parent / "setup.cfg").is_file():
        return beside
    spec = importlib.util.find_spec(f"kdl.content.{name}")
    if spec and spec.origin:
        return Path(spec.origin).parent
    raise EnvironmentProblem(
        f"The folder {name}/ of kdl was not found.",
        why="This copy of kdl was installed without its content.",
        fix="Install kdl again, from a checkout or a wheel that holds it.",
    )


def quizzes() -> Path:
    """The folder of the topics and their items."""
    return _folder("quizzes")


def exercises() -> Path:
    """The folder of the exercises."""
    return _folder("exercises")


def unit_of(path: Path) -> int:
    """`.../11-recurrent-networks/lstm.md` -> 11: the unit comes from the folder."""
    for part in reversed(path.parts):
        number = part.partition("-")[0]
        if number.isdigit() and "-" in part:
            return int(number)
    return 0
