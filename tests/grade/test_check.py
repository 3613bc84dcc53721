"""A whole check: the documented JSON exactly, repeatable, and words that say what to do."""

import json
from pathlib import Path

import numpy as np
import pytest

from kdl.errors import EnvironmentProblem
from kdl.grade import check, feedback, sandbox

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef both(x, y):\n    return x + y, x - y\n"
KEYS = ["schema", "exercise", "status", "reason", "score", "max_score", "seed", "sandbox", "steps"]
STEP_KEYS = ["id", "status", "score", "max_score", "cases", "diagnosis"]
CASE_KEYS = ["name", "status", "reason", "call", "got", "expected", "worst"]


@pytest.mark.parametrize(
    "code", [RIGHT, RIGHT.replace("2 *", "3 *"), "x = (", RIGHT + "1/0"], ids=["right", "wrong", "syntax", "load"]
)
def test_every_field_is_there_and_is_json(toy, submit, code):
    result = json.loads(json.dumps(check.check(toy, submit(code), 5), allow_nan=False))
    assert list(result) == KEYS
    assert [list(step) for step in result["steps"]] == [STEP_KEYS] * 2
    assert all(list(case) == CASE_KEYS for step in result["steps"] for case in step["cases"])
    assert result["score"] == sum(step["score"] for step in result["steps"])
    assert (result["status"] == "pass") == (result["score"] == result["max_score"])


@pytest.mark.invariant("exercise", 9)
def test_the_same_file_and_seed_give_the_same_result(toy, submit):
    path = submit(RIGHT.replace("x - y", "x * y"))
    assert check.check(toy, path, 5) == check.check(toy, path, 5)
    assert check.check(toy, path, 5)["steps"] != check.check(toy, path, 6)["steps"]


def test_a_fresh_seed_is_drawn_and_told(toy, submit):
    seeds = {check.check(toy, submit(RIGHT))["seed"] for _ in range(3)}
    assert len(seeds) == 3


def test_points_come_by_whole_steps(toy, submit):
    result = check.check(toy, submit(RIGHT.replace("x - y", "y - x")), 5)
    assert (result["status"], result["score"]) == ("fail", 2)
    assert [step["score"] for step in result["steps"]] == [2, 0]


def test_the_printed_call_repeats_the_failure(toy, submit, tmp_path, monkeypatch):
    """The code shown for a failing case, run beside the submission, gives the wrong value again."""
    import subprocess
    import sys

    path = submit(RIGHT.replace("2 *", "3 *"))
    case = check.check(toy, path, 5)["steps"][0]["cases"][0]
    program = case["call"] + "\nprint(repr(y.tolist()))"
    done = subprocess.run([sys.executable, "-c", program], cwd=path.parent, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() in case["got"]


def words(toy, submit, code, seed=5):
    verdict = check.run(toy, submit(code), seed, sandbox="process")
    return "\n".join(feedback.problem(verdict) if verdict.problem else feedback.failure(verdict, verdict.first_open))


def test_the_smallest_failing_case_is_shown_with_its_worst_cell(toy, submit):
    text = words(toy, submit, RIGHT.replace("2 *", "3 *"))
    assert "The smallest case that fails: small." in text
    assert "from submission import double" in text and "x = np.array([[" in text
    assert "all of the numbers are off" in text and "worst: y[0, " in text and "expected" in text


@pytest.mark.parametrize(("off", "told"), [("1e-4", True), ("0.1", False)])
def test_where_the_worst_cell_is_nearly_right_the_tolerance_is_told(toy, submit, off, told):
    """1e-9 of the largest expected number, for float64."""
    code = RIGHT.replace("2 * x", f"2 * x * (1 + {off})")
    verdict = check.run(toy, submit(code), 5, sandbox="process")
    largest = abs(feedback.smallest_failure(verdict, verdict.first_open).expected[0]).max()
    assert (f"(may be off by {1e-9 * largest:.1g})" in "\n".join(feedback.failure(verdict, verdict.first_open))) == told


SAID = {
    "shape": (RIGHT.replace("2 * x", "2 * x[0]"), "y has shape (2,), expected (1, 2)"),
    "one of two": (RIGHT.replace("x + y, x - y", "x + y"), "2 NumPy arrays (total, gap) expected"),
    "None": ("def double(x):\n    2 * x\n" + RIGHT[RIGHT.index("\n\ndef both") :], "y is None; a NumPy array expected."),
    "dtype": (RIGHT.replace("2 * x", "(2 * x).astype('float16')"), "y is float16, expected float64 or wider"),
    "line of an exception": (
        RIGHT.replace("return 2 * x", "z = None\n    return z @ x"),
        "submission.py:3: in double\n    return z @ x",
    ),
    "line of a syntax error": ("x = 1\ndef double(x:\n", "submission.py:2: This is not valid Python"),
    "line of a failed load": (RIGHT + "a = 1\nb = a.c\n", "submission.py:8: Loading the file failed: AttributeError"),
    "memory": (RIGHT.replace("return 2 * x", "raise MemoryError"), "Out of memory: MemoryError (the limit is 512 MiB"),
    "memory while loading": (RIGHT + "raise MemoryError\n", "Loading the file failed: MemoryError (the limit is 512 MiB"),
    "missing": ("def double(x): return 2 * x", "The file defines no function `both(x, y)`."),
    "unfinished": (RIGHT.replace("return 2 * x", "raise NotImplementedError('step 1')"), "submission.py:2: step 1"),
}


@pytest.mark.parametrize("name", SAID)
def test_the_words_say_what_and_where(toy, submit, name):
    code, text = SAID[name]
    assert text in words(toy, submit, code)


def test_library_lines_are_left_out_of_an_exception(toy, submit):
    text = words(toy, submit, "import numpy as np\n" + RIGHT.replace("return 2 * x", "return np.concatenate([x, x], axis=7)"))
    assert "AxisError" in text and "numpy/" not in text and "runner.py" not in text


@pytest.mark.slow
def test_a_case_that_never_ran_is_not_shown_as_one_that_failed(toy, submit):
    """The toy has three cases a step, and after two that are out of time the third is not tried."""
    import dataclasses

    slow = dataclasses.replace(toy, limits=dataclasses.replace(toy.limits, call_s=0.2))
    text = words(slow, submit, RIGHT.replace("return 2 * x", "while x.shape != (1, 2): pass\n    return 2 * x"))
    assert text.startswith("A case that got no answer: wide.") and "No answer within 0.2 s, twice. Look for a loop" in text
    text = words(slow, submit, RIGHT.replace("return 2 * x", "while True: pass"))
    assert text.startswith("A case that got no answer: small.") and "twice; the other 1 case was not run. Look" in text
    done = check.run(slow, submit(RIGHT.replace("return 2 * x", "while True: pass")), 5, sandbox="process")
    outcomes = done.outcomes["double"]
    assert [one.skipped for one in outcomes] == [False, False, True]
    del done.outcomes["double"][0]
    outcomes[-1].case.inputs["x"] = outcomes[-1].case.inputs["x"][:0]
    assert feedback.smallest_failure(done, toy.step("double")) is outcomes[0], "the skipped one is smaller, and never ran"


@pytest.mark.requires("bwrap")
def test_bubblewrap_is_used_where_it_runs(toy, submit):
    assert check.check(toy, submit(RIGHT), 5)["sandbox"] == "bwrap"


def test_a_bubblewrap_that_does_not_run_gives_a_plain_process(toy, submit, tmp_path, monkeypatch):
    """As on systems that forbid user namespaces: the program is there and fails."""
    import os

    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    result = check.check(toy, submit(RIGHT), 5)
    assert (result["status"], result["sandbox"]) == ("pass", "process")


def test_mounts_show_the_deeper_path_and_cover_what_is_secret():
    from pathlib import Path

    from kdl.grade import sandbox

    class Folder(type(Path())):
        def is_dir(self):
            return True

    shown = [Folder("/usr"), Folder("/usr/src/kdl/.venv/lib/site-packages")]
    hidden = [Folder("/usr/src/kdl"), Folder("/usr/src/kdl/.venv/lib/site-packages/kdl"), Folder("/home/me")]
    words = sandbox.mounts(shown, hidden)
    paths = [word for word in words if word.startswith("/")]
    assert paths == [
        "/usr", "/usr", "/usr/src/kdl", "/usr/src/kdl/.venv/lib/site-packages", "/usr/src/kdl/.venv/lib/site-packages",
        "/usr/src/kdl/.venv/lib/site-packages/kdl", "/usr/src/kdl", "/usr/src/kdl/.venv/lib/site-packages/kdl",
    ]  # fmt: skip
    assert words.count("--tmpfs") == 2
    assert words[-4::2] == ["--remount-ro"] * 2, "the covers, once everything is mounted"


@pytest.mark.requires("bwrap")
def test_where_bubblewrap_hides_a_library_a_plain_process_judges_and_the_result_says_so(toy, submit, monkeypatch):
    real = sandbox.secrets
    monkeypatch.setattr(sandbox, "secrets", lambda folders: [*real(folders), Path(np.__file__).resolve().parent])

    result = check.check(toy, submit(RIGHT), 5)

    assert (result["status"], result["sandbox"]) == ("pass", "process")
    with pytest.raises(EnvironmentProblem):
        check.run(toy, submit(RIGHT), 5, sandbox=sandbox.BWRAP)


@pytest.mark.requires("bwrap")
def test_the_sandbox_shows_a_virtual_environment_that_lies_below_tmp(tmp_path):
    """/tmp is emptied first, and what lies in it is shown after that; the scratch folder is elsewhere."""
    words = sandbox._bwrap(tmp_path, ["/tmp/checkout/.venv/lib"])

    assert words.index("/tmp") < words.index("/tmp/checkout/.venv/lib")
    assert words[words.index("--chdir") + 1] == "/scratch"


@pytest.mark.requires("bwrap")
@pytest.mark.parametrize("name", ["scipy", "keras", "click"])
def test_a_numpy_exercise_can_import_nothing_else_by_any_trick(toy, submit, name):
    trick = f"from collections import _sys\nfound = getattr(_sys.modules['builtins'], '__imp' + 'ort__')('{name}')\n"

    result = check.check(toy, submit(trick + RIGHT), 5)

    assert (result["status"], result["reason"], result["sandbox"]) == ("error", "load", "bwrap")


@pytest.mark.requires("bwrap")
def test_the_scratch_folder_has_a_size(toy, submit):
    fill = "def double(x):\n    for n in range(60):\n        open(f'f{n}', 'wb').write(bytes(2 ** 21))\n    return 2 * x\n"

    result = check.check(toy, submit(fill + RIGHT.partition("\n\n\n")[2]), 5)

    assert result["steps"][0]["cases"][0]["got"].startswith("OSError")
