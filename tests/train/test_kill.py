"""Killed at any moment with SIGKILL, a training that is resumed ends bit for bit as one that never stopped.

Two random moments in each run of the tests; `KDL_KILLS=20 pytest tests/train/test_kill.py`, and `make slow`, take twenty.
A larger KDL_KILLS, which is meant for the quiz's kills, counts as twenty here; the id of the test says how many it takes.
"""

import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest

from kdl.runs import record

MOST = 20  # a training is slow to start
KILLS = min(MOST, int(os.environ.get("KDL_KILLS", 2)))
# Shuffled names, dropout, two whole epochs and a short one, each a second or two long.
TRAIN = ["train", "char-rnn", "--set", "num_layers=2", "--set", "dropout=0.3", "--set", "units=24", "--batch-size", "48"]
TRAIN += ["--steps", "260", "--seed", "5"]


def kdl(*arguments) -> subprocess.Popen:
    command = [sys.executable, "-m", "kdl", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ)


def finished(*arguments) -> float:
    """Run to the end; returns the seconds from the first step on."""
    process = kdl(*arguments)
    began = until_training(process)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return time.monotonic() - began


def until_training(process) -> float:
    said = []
    for line in process.stdout:
        said.append(line)
        if "steps of" in line:
            return time.monotonic()
    raise AssertionError("".join(said))


def kill_after(seconds, *arguments) -> None:
    """Kill after that many seconds of training; a process that was done before is left alone."""
    process = kdl(*arguments)
    until_training(process)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate(timeout=60)


def outcome(folder) -> dict:
    """Weights, optimizer, seed states and losses; the rows and the result but for times."""
    run = record.read(folder)
    state = {}
    for name in ("checkpoint.npz", "arrays.npz"):
        with np.load(folder / name) as file:
            state[name] = {key: file[key].tobytes() for key in file.files if key != "head"}
    rows = [{key: value for key, value in row.items() if key != "seconds"} for row in run.rows()]
    return {**state, "rows": rows, "result": [run.record[key] for key in ("status", "score", "loss", "steps")]}


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
@pytest.mark.parametrize("kills", [KILLS], ids="{}-kills".format)
def test_random_kills_change_nothing(backend, kills, tmp_path):
    chance = random.Random()
    length = finished(*TRAIN, "--out", tmp_path / "whole")
    expected = outcome(tmp_path / "whole")
    assert len(expected["rows"]) >= 3
    moments, runs = [], 0
    while len(moments) < kills:
        folder, runs = tmp_path / f"killed{runs}", runs + 1
        arguments = [*TRAIN, "--out", folder]
        done = False
        while len(moments) < kills and not done:
            moments.append(chance.uniform(0, length))
            kill_after(moments[-1], *arguments)
            arguments = ["train", "--resume", str(folder)]
            done = record.read(folder).record["status"] == "done"
        if not done:
            finished(*arguments)

        assert outcome(folder) == expected, moments
