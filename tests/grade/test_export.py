"""Results in the forms of others: their fields, their statuses, their sums."""

import json

import pytest

from kdl.grade import check, export

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef both(x, y):\n    return x + y, x - y\n"
CODES = {
    "right": RIGHT,
    "one step wrong": RIGHT.replace("x - y", "y - x"),
    "all wrong": RIGHT.replace("2 * x", "3 * x").replace("x - y", "y - x"),
    "a step missing": RIGHT.partition("\n\n\ndef both")[0],
    "syntax": "x = (",
    "load": RIGHT + "1 / 0\n",
    "crash": RIGHT.replace("return 2 * x", "import os; os._exit(3)"),
    "stub": 'def double(x):\n    """Twice x."""\n    raise NotImplementedError("step 1")\n\n\ndef both(x, y):\n'
    '    raise NotImplementedError("step 2")\n',
    "prints": RIGHT.replace("return 2 * x", "print('y' * 700)\n    return 3 * x"),
}


@pytest.fixture(params=CODES)
def done(request, toy, submit):
    return request.param, check.run(toy, submit(CODES[request.param]), 5, sandbox="process")


@pytest.mark.invariant("exercise", 15)
def test_exercism_version_3(toy, done):
    """A message exactly where something is wrong, an id of a task, output of at most 500 characters, `error` without tests."""
    name, verdict = done
    said = json.loads(json.dumps(export.exercism(toy, verdict.result, verdict.output)))
    assert list(said) == ["version", "status", "message", "tests"] and said["version"] == 3
    nothing_ran = name in ("syntax", "load")
    assert said["status"] == ("pass" if name == "right" else "error" if nothing_ran else "fail")
    assert bool(said["message"]) == (said["status"] == "error")
    assert (said["tests"] == []) == nothing_ran
    for test in said["tests"]:
        assert list(test) == ["name", "task_id", "test_code", "status", "message", "output"]
        assert test["status"] in ("pass", "fail", "error") and test["task_id"] in (1, 2)
        assert (test["message"] is None) == (test["status"] == "pass")
        assert test["output"] is None or len(test["output"]) <= 500
    if name == "prints":
        assert "cut here" in said["tests"][0]["output"]


@pytest.mark.invariant("exercise", 15)
def test_gradescope_sums_match(toy, done):
    name, verdict = done
    said = json.loads(json.dumps(export.gradescope(toy, verdict.result, verdict.output, verdict.seconds)))
    assert said["score"] == sum(test["score"] for test in said["tests"]) == verdict.score
    assert sum(test["max_score"] for test in said["tests"]) == toy.max_score
    assert [test["number"] for test in said["tests"]] == ["1", "2"]
    for test in said["tests"]:
        assert test["status"] == ("passed" if test["score"] else "failed")
        assert bool(test["output"]) == (test["status"] == "failed")
    assert said["execution_time"] >= 0 and said["extra_data"]["seed"] == 5


def test_what_is_cut_says_so_and_keeps_the_limit():
    assert export.cut("x" * 500, 500) == "x" * 500
    assert len(export.cut("x" * 501, 500)) == 500 and export.cut("x" * 501, 500).endswith("... (cut here)")
