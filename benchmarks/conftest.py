"""Benchmarks print ratios against a floor or a peer measured in the same run; they assert nothing about time."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time

import pytest


def cpu_seconds(command: list[str], env: dict) -> float:
    """User and system seconds of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=env, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.fixture
def paired(tmp_path, capsys):
    """Run two commands in turn and print their median CPU times and the median of the ratios."""

    def run(title: str, ours: list[str], floor: list[str], runs: int = 9) -> float:
        env = {**os.environ, "KDL_HOME": str(tmp_path)}
        pairs = [(cpu_seconds(ours, env), cpu_seconds(floor, env)) for _ in range(runs + 1)][1:]
        ratio = statistics.median(a / b for a, b in pairs)
        a, b = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
        with capsys.disabled():
            print(f"\n{title}: {a:.0f} ms against {b:.0f} ms of CPU time, ratio {ratio:.2f} (median of {runs} pairs)")
        return ratio

    return run


@pytest.fixture
def python():
    return lambda code: [sys.executable, "-c", code]


@pytest.fixture
def clock():
    """Median seconds of a function over several calls."""

    def measure(function, runs: int = 30) -> float:
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    return measure
