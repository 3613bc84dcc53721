"""A small exercise of its own, so that the tests of the engine depend on no content."""

import pytest

from kdl.grade import exercise as library

TOML = """
id = "toy"
title = "Twice as much"
topic = "lstm"
difficulty = 1
minutes = 10
runtime = "numpy"
version = 1

[[steps]]
id = "double"
title = "Double"
weight = 2
function = "double"
signature = ["x"]
returns = ["y"]
entries = ["lstm"]

[[steps]]
id = "both"
title = "Sum and difference"
weight = 3
function = "both"
signature = ["x", "y"]
returns = ["total", "gap"]
entries = ["lstm-gates"]

[rules]
imports = ["numpy", "os", "sys", "time", "signal", "threading", "subprocess", "socket", "gc", "atexit", "ctypes", "shutil",
           "resource", "importlib", "pathlib", "frames", "submission", "kdl", "inspect", "struct", "__main__", "json", "glob"]
forbidden = ["einsum"]

[limits]
call_s = 1.0
check_s = 6.0
memory_mb = 512

[tolerance]
float32 = 1e-5
float64 = 1e-9
"""
STUB = '''
def double(x):
    """Twice x."""
    raise NotImplementedError("step 1")


def both(x, y):
    raise NotImplementedError("step 2")
'''
SOLUTION = """
def double(x):
    return 2 * x


def both(x, y):
    return x + y, x - y
"""
GRADER = """
import numpy as np
from kdl.grade.case import Case

def cases(rng, step):
    for name, shape, dtype in (("small", (1, 2), np.float64), ("wide", (2, 3), np.float64), ("float32", (3, 2), np.float32)):
        x, y = rng.normal(size=shape).round(2).astype(dtype), rng.normal(size=shape).round(2).astype(dtype)
        yield Case(name, {"x": x} if step == "double" else {"x": x, "y": y})
"""
HINTS = """
why = "Two times x is x and x once more."

[steps]
double = ["What is twice a number, really?", "Multiply every number by the same factor.", "return x + x is one way to write it"]
both = ["How many results are asked for?", "One result adds, the other one subtracts.", "return x + y, x - y as one tuple"]
"""
MUTANTS = """
[triple]
misconception = "three times"
message = "Your numbers are three times x."
must_fail = ["double"]
must_pass = ["both"]

[swapped_gap]
misconception = "y - x"
message = "Your gap is y - x."
must_fail = ["both"]
must_pass = ["double"]
"""


@pytest.fixture
def toy_folder(tmp_path):
    """The folder of a whole exercise, to be damaged at will."""
    folder = tmp_path / "11-recurrent-networks" / "toy"
    (folder / "mutants").mkdir(parents=True)
    files = {
        "exercise.toml": TOML,
        "stub.py": STUB,
        "solution.py": SOLUTION,
        "grader.py": GRADER,
        "hints.toml": HINTS,
        "statement.md": "# Toy\n",
        "mutants/mutants.toml": MUTANTS,
        "mutants/triple.py": SOLUTION.replace("2 * x", "3 * x"),
        "mutants/swapped_gap.py": SOLUTION.replace("x - y", "y - x"),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def toy(toy_folder):
    return library.read(toy_folder)


@pytest.fixture
def submit(tmp_path):
    """Write a submission: `submit("def double(x): ...")` returns its path."""

    def write(code: str | bytes):
        path = tmp_path / "submission.py"
        path.write_bytes(code if isinstance(code, bytes) else code.encode())
        return path

    return write
