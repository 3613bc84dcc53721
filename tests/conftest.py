"""Fixtures for every test: a home of its own, and two ways to run the command."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import hypothesis
import pytest

sys.path.insert(0, os.path.dirname(__file__))
pytest_plugins = ["selection"]
hypothesis.settings.register_profile("kdl", deadline=None)  # no test asserts a time
hypothesis.settings.load_profile("kdl")


@dataclass
class Result:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A KDL_HOME of its own for every test, so that no test sees the learner's files."""
    folder = tmp_path / "kdl-home"
    monkeypatch.setenv("KDL_HOME", str(folder))
    monkeypatch.delenv("KDL_WORKSPACE", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return folder


@pytest.fixture
def keras(home):
    """Keras, started as every command starts it."""
    from kdl.backend import start

    return start()


@pytest.fixture
def kdl(monkeypatch, capfd):
    """Run the command in this process: `kdl("model", "list").out`."""
    import io

    from kdl.cli import main

    def run(*args: str, input: str | None = None) -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(input or ""))
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Result(left.value.code or 0, out, err)

    return run


@pytest.fixture
def kdl_process(home):
    """Run the command as a process of its own, as a user does."""

    def run(*args: str, input: str | None = None, env: dict | None = None, timeout: float = 120, **how) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "kdl", *map(str, args)],
            input=input or "",
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **(env or {})},
            **how,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run
