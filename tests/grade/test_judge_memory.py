"""The judge's own memory stays small, however much a submission sends."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif("sys.platform != 'linux'", reason="counts in /proc")]

MEMORY_MB = 100
# What is just small enough to be sent: 32 MiB as one array, as many texts, as changed arguments, as frames of its own.
LARGE = {
    "an array": "return np.ones((2**22 - 2000,))",
    "many arrays": "return [np.ones(2**16 - 100) for _ in range(60)]",
    "many numbers": "return [0.5] * 99_000",
    "a text": "return 'x' * (32 * 2**20 - 100)",
    "changed arguments": "x.resize((2**21, 1), refcheck=False)\nreturn x[:1]",
    "a long message": "raise ValueError('x' * 10**8)",
    "frames of its own": (
        "import struct\nfor fd in range(3, 12):\n    for n in range(3):\n"
        "        try: os.write(fd, struct.pack('>I', 2**25) + b'N' * 2**25)\n        except OSError: pass\nreturn 3 * x"
    ),
}

PROGRAM = """
import json, sys
from pathlib import Path
from kdl.grade import check, exercise
verdict = check.run(exercise.read(Path(sys.argv[1])), Path(sys.argv[2]), 7, sandbox="process")
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
said = [one.detail for one in verdict.outcomes["double"]]
print(json.dumps({"status": verdict.status, "mb": int(peak) // 1024, "said": said}))
"""


def peak(toy_folder, path) -> dict:
    done = subprocess.run([sys.executable, "-c", PROGRAM, toy_folder, path], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.invariant("exercise", 8)
@pytest.mark.parametrize("name", LARGE)
def test_the_judge_stays_small_whatever_is_sent(toy_folder, submit, name):
    body = "\n".join(f"    {line}" for line in LARGE[name].splitlines())
    code = f"import os, numpy as np\n\ndef double(x):\n{body}\n\ndef both(x, y):\n    return double(x), double(y)\n"
    found = peak(toy_folder, submit(code))
    assert found["status"] != "pass"
    assert found["mb"] < MEMORY_MB, found


def test_a_large_answer_is_told_as_such_and_the_process_goes_on(toy, submit):
    """One process answers all cases: what is too large is read past, and costs no time-out and no crash."""
    from kdl.grade import check

    code = "import numpy as np\n\ndef double(x):\n    return np.ones((1000, 1000))\n"
    verdict = check.run(toy, submit(code + "\ndef both(x, y):\n    return x + y, x - y\n"), 7, sandbox="process")
    assert [(one.status, one.reason) for one in verdict.outcomes["double"]] == [("fail", "type")] * 3
    assert [one.detail for one in verdict.outcomes["double"]] == ["the answer is too large: 7.6 MiB"] * 3
    assert [one.status for one in verdict.outcomes["both"]] == ["pass"] * 3
    assert {process for one in verdict.outcomes["double"] for process, _ in one.asked} == {1}
