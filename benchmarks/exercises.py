"""What a check of an exercise costs, as ratios and against the targets of its design. Everything is printed, no time asserted.

check with a spare process, NumPy / a cold `import numpy`     <= 0.5 (aim 0.1)
check with a spare process, Keras / a cold `import keras`     <= 0.2
cold check to its first word                                  < 150 ms
cold check / pytest with one NumPy test                       for comparison
`watch`: save to verdict, NumPy and Keras                     < 0.1 s, < 0.6 s
grading 100 submissions                                       for comparison
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kdl.grade import exercise, watch

pytestmark = pytest.mark.bench
MADE = Path(__file__).resolve().parents[1] / "tests" / "grade" / "made" / "11-recurrent-networks" / "gated-layer"
SAVES = 100


def say(capsys, line):
    with capsys.disabled():
        print(f"\n{line}", flush=True)


def numpy_exercise():
    return exercise.find("lstm-cell")


def keras_exercise():
    found = next((one for one in exercise.exercises() if one.runtime == "keras" and one.mutants), None)
    return found or exercise.read(MADE)


def cold_import(name):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {name}"], check=True, capture_output=True)
    return time.perf_counter() - start


def spared_checks(one, tmp_path, floor, pairs):
    """Pairs of (a check that finds its process ready, a cold import), in seconds of wall time, and the sandbox."""
    path = shutil.copy(one.path / "solution.py", tmp_path / "submission.py")
    session = watch.Watch(one, Path(path))
    found = []
    try:
        for n in range(pairs + 1):
            session.prepare()
            session.spare.ready()
            session.spare.ready = lambda: None  # it is
            start = time.perf_counter()
            verdict = session.judge(n)
            found.append((time.perf_counter() - start, None))
            assert verdict.status == "pass"
            session.close()
            found[-1] = (found[-1][0], cold_import(floor))
    finally:
        session.close()
    return found[1:], verdict.sandbox


SPARE = [(numpy_exercise, "numpy", 15, 0.5), (keras_exercise, "keras", 5, 0.2)]


@pytest.mark.parametrize(("make", "floor", "pairs", "target"), SPARE)
def test_a_check_with_a_spare_process_against_a_cold_import(tmp_path, capsys, make, floor, pairs, target):
    one = make()
    found, sandbox = spared_checks(one, tmp_path, floor, pairs)
    ours, least = (1000 * statistics.median(column) for column in zip(*found, strict=True))
    ratio = statistics.median(a / b for a, b in found)
    said = f"{ours:.0f} ms against {least:.0f} ms, ratio {ratio:.2f} (target {target}; median of {pairs} pairs, {sandbox})"
    say(capsys, f"check of {one.id} with a spare process / a cold import {floor}: {said}")


# ---- cold ------------------------------------------------------------------------------------------------------------


def first_word(command, env):
    """Milliseconds until a process writes to its terminal, those in which it computed (0 if unknown), and until it ends."""
    ours, theirs = os.openpty()
    start = time.perf_counter()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        os.read(ours, 1)
        first, computed = time.perf_counter() - start, 0.0
        with contextlib.suppress(OSError):  # Linux alone
            computed = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0]) / 1e9
        with contextlib.suppress(OSError):  # how the other end of a terminal says that it is closed
            while os.read(ours, 65536):
                pass
    os.close(ours)
    return tuple(1000 * seconds for seconds in (first, computed, time.perf_counter() - start))


def started(one, home):
    """The environment in which an exercise is started, with a right solution in its file."""
    env = {**os.environ, "KDL_HOME": str(home), "TERM": "xterm"}
    subprocess.run([sys.executable, "-m", "kdl", "exercise", "start", one.id], env=env, check=True, capture_output=True)
    shutil.copy(one.path / "solution.py", home / "workspace" / one.id / "submission.py")
    return env


def test_a_cold_check_with_keras_says_at_once_that_it_starts(tmp_path, capsys):
    one = exercise.find("multi-head-attention")
    env = started(one, tmp_path)
    check = [sys.executable, "-m", "kdl", "exercise", "check", one.id]
    runs = [first_word(check, env) for _ in range(3)]
    first, computed, whole = (statistics.median(column) for column in zip(*runs, strict=True))
    told = f"first word after {first:.0f} ms, {computed:.0f} of them computing (target 150)"
    say(capsys, f"cold check of {one.id}: {told}, verdict after {whole / 1000:.1f} s")


def test_a_cold_check_beside_pytest_with_one_numpy_test(tmp_path, capsys):
    one = numpy_exercise()
    env = started(one, tmp_path)
    test = tmp_path / "test_one.py"
    test.write_text("import numpy as np\n\n\ndef test_one():\n    assert np.allclose(2 * np.ones(3), 2)\n")
    check = [sys.executable, "-m", "kdl", "exercise", "check", one.id]
    peer = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)]
    pairs = [(first_word(check, env), first_word(peer, env)) for _ in range(10)][1:]
    first, computed, whole, other = (statistics.median(column) for column in zip(*((*a, b[-1]) for a, b in pairs), strict=True))
    told = f"first word after {first:.0f} ms, {computed:.0f} of them computing (target 150)"
    say(capsys, f"cold check of {one.id}: {told}, verdict after {whole:.0f} ms")
    say(capsys, f"  pytest with one NumPy test: {other:.0f} ms; {whole / other:.2f} x")


# ---- watch -----------------------------------------------------------------------------------------------------------


def saved(path: Path, text: str, by_rename: bool) -> float:
    """Save as an editor does; returns when."""
    if by_rename:
        path.with_name("x.tmp").write_text(text)
        path.with_name("x.tmp").replace(path)
    else:
        path.write_text(text)
    return time.perf_counter()


def watched(one, path: Path, saves: int, pause):
    """Seconds from each save to its verdict, with every second save by rename."""
    text = (one.path / "solution.py").read_text()
    path.write_text(text)
    session, found = watch.Watch(one, path), []
    try:
        session.judge(0)
        session.prepare()
        for n in range(saves):
            pause(session)
            start = saved(path, f"{text}\n# save {n}\n", bool(n % 2))
            while not session.look():
                time.sleep(watch.POLL_S)
            verdict = session.judge(n)
            found.append(time.perf_counter() - start)
            assert verdict.status == "pass"
            session.prepare()
    finally:
        session.close()
    return found


@pytest.mark.parametrize(("make", "saves", "target"), [(numpy_exercise, SAVES, 0.1), (keras_exercise, 20, 0.6)])
def test_save_to_verdict(tmp_path, capsys, make, saves, target):
    one = make()

    def pause(session):
        """As long as a learner thinks: until the spare process is ready."""
        session.spare.ready()
        session.spare.ready = lambda: None

    found = sorted(watched(one, tmp_path / "submission.py", saves, pause))
    median, late = 1000 * statistics.median(found), 1000 * found[int(0.95 * len(found))]
    said = f"median {median:.0f} ms, p95 {late:.0f} ms, slowest {1000 * found[-1]:.0f} ms (target {1000 * target:.0f})"
    say(capsys, f"watch, {one.id}, {saves} saves: save to verdict {said}")


# ---- a class ---------------------------------------------------------------------------------------------------------


def test_grading_a_class_of_100(tmp_path, capsys):
    one = numpy_exercise()
    texts = [path.read_text() for path in (*one.solutions, *(mutant.path for mutant in one.mutants))]
    place = tmp_path / "class"
    place.mkdir()
    for n in range(100):
        (place / f"s{n:03}.py").write_text(texts[n % len(texts)])
    env = {**os.environ, "KDL_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "kdl", "exercise", "grade", str(place), "--exercise", one.id, "--json", "--unsafe"]
    times = []
    for _ in range(2):
        start = time.perf_counter()
        done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        times.append(time.perf_counter() - start)
    said = json.loads(done.stdout)
    first, again = times
    how = f"{said['counts']['pass']} passed, in {said['sandbox']}"
    say(capsys, f"grading 100 submissions of {one.id}: {first:.1f} s, {10 * first:.0f} ms each ({how}); again {again:.1f} s")
