"""The battery: broken, careless and hostile files. None may pass, none may survive, none may change the learner's file.

It runs once for each runner, a child with NumPy and one with Keras.

Each row is (name, code, status of step `double`, reason of its first case or of the file). The reasons are part of the
promise: a time-out, a crash and a wrong number must not look alike.
"""

import os
import struct
import tempfile
import time
from pathlib import Path

import pytest

from kdl.grade import check
from kdl.grade import exercise as library

RIGHT = "import numpy as np\n\n\ndef double(x):\n    return 2 * x\n\n\ndef both(x, y):\n    return x + y, x - y\n"


def with_double(body: str, top: str = "") -> str:
    """A right submission but for `double`."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"import os, sys, time, numpy as np\n{top}\n\ndef double(x):\n{lines}\n\ndef both(x, y):\n    return x + y, x - y\n"


def _array(*shape: int, raw: int) -> bytes:
    """The body of an answer to any request whose array has the dtype float64, that shape, and so many bytes."""
    value = b"A" + struct.pack(f">BB{len(shape)}Q", 11, len(shape), *shape) + b"\0" * raw
    return b"M" + struct.pack(">I", 1) + b"S" + struct.pack(">I", 5) + b"value" + value


def _forged(body: bytes, whole: str = "") -> str:
    """Code that writes a frame to every pipe, and then answers as if nothing had been."""
    whole = whole or repr(struct.pack(">I", len(body)) + body)
    return f"for fd in range(3, 12):\n    try: os.write(fd, {whole})\n    except OSError: pass\nreturn 3 * x"


# ---- right answers in odd clothes: these must pass

PASS = {
    "plain": RIGHT,
    "byte order mark": b"\xef\xbb\xbf" + RIGHT.encode(),
    "Windows line ends": RIGHT.replace("\n", "\r\n"),
    "old Mac line ends": RIGHT.replace("\n", "\r"),
    "latin-1, declared": b"# -*- coding: latin-1 -*-\n# \xe9\n" + RIGHT.encode(),
    "prints a lot": with_double("print('x' * 10**6)\nreturn 2 * x"),
    "leaves a thread": with_double("import threading\nthreading.Thread(target=time.sleep, args=(60,)).start()\nreturn 2 * x"),
    "leaves a daemon": with_double(
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(60)\n    os._exit(0)\nreturn 2 * x"
    ),
    "deletes its own folder": with_double("import shutil\nshutil.rmtree('.', ignore_errors=True)\nreturn 2 * x"),
    "tuple of results as a list": RIGHT.replace("x + y, x - y", "[x + y, x - y]"),
    "other names for the arguments": RIGHT.replace(
        "double(x):\n    return 2 * x", "double(array, factor=2):\n    return factor * array"
    ),
    "a wider type": with_double("return 2 * x.astype(np.float64)"),
    "a line of a megabyte": RIGHT + "# " + "x" * (2**20 - 200),
    "prints the marks of the output": with_double("print('\\x1e999999\\x1f forged \\x1e1\\x1f', flush=True)\nreturn 2 * x"),
    "closes its output": with_double("sys.stdout.close()\nsys.stderr = None\nreturn 2 * x"),
    "leaves a daemon that has shed its mark": with_double(
        "import subprocess\nshed = dict(env={}, start_new_session=True, stdin=-3, stdout=-3, stderr=-3)\n"
        "if os.fork() == 0:\n    subprocess.Popen(['/bin/sleep', '61.0625'], **shed)\n    os._exit(0)\nreturn 2 * x"
    ),
}

# ---- name -> (code, status of the file or of step double, reason)

FILE = {
    "empty": ("", "fail", "empty"),
    "only comments": ('"""Later."""\n# soon\n', "fail", "empty"),
    "another file": ("import numpy as np\n", "error", "missing"),
    "syntax error": ("def double(x)\n    return 2 * x", "error", "syntax"),
    "NUL byte": (RIGHT.replace("2", "\0"), "error", "load"),
    "byte that is not UTF-8": (b"# \xff\n" + RIGHT.encode(), "error", "load"),
    "raises while loading": (RIGHT + "\n1 / 0\n", "error", "load"),
    "leaves while loading": (RIGHT + "\nimport sys\nsys.exit(0)\n", "error", "load"),
    "ends the process while loading": (RIGHT + "\nimport os\nos._exit(0)\n", "error", "crash"),
    "loops while loading": (RIGHT + "\nwhile True: pass\n", "error", "timeout"),
    "deeply nested": (RIGHT + "\nx = " + "(" * 5000 + ")" * 5000, "error", "syntax"),
    "a long sum": (RIGHT + "\nx = " + "+".join(["1"] * 10**5), "error", "syntax"),
    "many signs": (RIGHT + "\nx = " + "-" * 10**5 + "1", "error", "syntax"),
    "a long chain": (RIGHT + "\nx = np" + ".a" * 10**5, "error", "syntax"),
    "deep blocks": (RIGHT + "\n" + "".join(" " * n + "if 1:\n" for n in range(150)) + " " * 150 + "x = 1\n", "error", "syntax"),
    "names that differ by case": (RIGHT.replace("double", "Double").replace("both", "BOTH"), "error", "missing"),
    "huge line": (RIGHT + "\nx = [" + "1," * 10**5 + "]\nraise ValueError\n", "error", "load"),
    "forbidden name": (RIGHT + "\nnp.einsum\n", "error", "refused"),
    "forbidden import": (RIGHT + "\nimport keras\n", "error", "refused"),
    "eval": (RIGHT + "\neval('1')\n", "error", "refused"),
    "imports itself as a module of that name": (RIGHT + "\nimport submission\nsubmission.nothing\n", "error", "load"),
    "floods the pipe while loading": (
        RIGHT
        + "\nimport os\nfor fd in range(3, 12):\n    try: os.write(fd, b'\\0\\0\\0\\1N' * 200)\n    except OSError: pass\n",
        "error",
        "protocol",
    ),
}

CALL = {
    "wrong numbers": ("return 3 * x", "fail", "values"),
    "constant": ("return np.array([[1.0, 2.0]])", "fail", "values"),
    "None": ("return None", "fail", "type"),
    "list": ("return (2 * x).tolist()", "fail", "type"),
    "a number": ("return 2.0", "fail", "type"),
    "object array": ("return (2 * x).astype(object)", "fail", "type"),
    "generator": ("return (2 * v for v in x)", "fail", "type"),
    "integers": ("return (2 * x).astype(int)", "fail", "dtype"),
    "complex": ("return 2 * x + 0j", "fail", "dtype"),
    "half precision": ("return (2 * x).astype(np.float16)", "fail", "dtype"),
    "NaN": ("return x * np.nan", "fail", "values"),
    "infinity": ("return x * np.inf", "fail", "values"),
    "other shape": ("return (2 * x).ravel()", "fail", "shape"),
    "extra axis": ("return (2 * x)[None]", "fail", "shape"),
    "scalar that would broadcast": ("return np.float64(1.0)", "fail", "type"),
    "changes its input": ("x *= 2\nreturn x", "fail", "inputs"),
    "exception": ("raise ValueError('no')", "error", "exception"),
    "exception without a message": (
        "class Bad(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Bad()",
        "error",
        "exception",
    ),
    "sys.exit": ("sys.exit(0)", "error", "exception"),
    "recursion": ("return double(x)", "error", "exception"),
    "reads stdin": ("return 2 * float(input()) * x", "error", "exception"),
    "not written": ("raise NotImplementedError('later')", "error", "unfinished"),
    "self-containing list": ("a = []\na.append(a)\nreturn a", "fail", "type"),
    "too large": ("return np.zeros(5 * 10**6)", "fail", "type"),
    "larger than what is asked for": ("return np.zeros((2000, 2000))", "fail", "type"),
    "100 GB": ("return np.zeros((10**5, 125000)) + 1", "error", "memory"),
    "list that grows": ("a = []\nwhile True: a.append(b'x' * (10**6 + len(a)))", "error", "memory"),
    "loop": ("while True: pass", "error", "timeout"),
    "sleep": ("time.sleep(60)", "error", "timeout"),
    "loop that catches all": (
        "import signal\nfor s in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM): signal.signal(s, signal.SIG_IGN)\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "error",
        "timeout",
    ),
    "ends the process": ("os._exit(0)", "error", "crash"),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)", "error", "crash"),
    "closes every file": ("os.closerange(0, 64)\nreturn 2 * x", "error", "crash"),
    "forks sleepers": (
        "for _ in range(40):\n    if os.fork() == 0:\n        time.sleep(60)\ntime.sleep(60)",
        "error",
        "timeout",
    ),
    "memory over children": (
        "for _ in range(4):\n    if os.fork() == 0:\n        hog = b'x' * HOG\n        time.sleep(60)\ntime.sleep(60)",
        "error",
        "memory",
    ),
    "large file": ("with open('big', 'wb') as f: f.write(b'x' * (200 * 2**20))\nreturn 2 * x", "error", "exception"),
    "garbage to every file": (
        "for fd in range(3, 12):\n    try: os.write(fd, b'garbage')\n    except OSError: pass\nreturn 2 * x",
        "error",
        "protocol",
    ),
    "stops itself": ("os.kill(os.getpid(), 19)\nreturn 2 * x", "error", "timeout"),
    "a million tiny frames": (_forged(b"", "b'\\0\\0\\0\\1N' * 10**6"), "error", "protocol"),
    "a frame of 4 GiB": (_forged(b"", "b'\\xff\\xff\\xff\\xff' + b'x' * 64"), "error", "protocol"),
    "a length that is too small": (_forged(b"", "b'\\0\\0\\0\\1NNNNNNNN'"), "error", "protocol"),
    "fewer bytes than the shape says": (_forged(_array(2, 2, raw=8)), "error", "protocol"),
    "more bytes than the shape says": (_forged(_array(1, 1, raw=64)), "error", "protocol"),
    "a negative shape": (_forged(_array(2**64 - 1, 2**64 - 1, raw=8)), "error", "protocol"),
    "half a frame, then nothing": (
        "for fd in range(3, 12):\n    try: os.write(fd, b'\\0\\0\\1\\0N')\n    except OSError: pass\ntime.sleep(60)",
        "error",
        "timeout",
    ),
    "forged answers with every number": (
        "import struct, frames\nfor fd in range(3, 12):\n    for n in range(1, 9):\n"
        "        body = frames.encode({'id': n, 'status': 'value', 'value': 3 * x, 'inputs': [x]})\n"
        "        try: os.write(fd, struct.pack('>I', len(body)) + body)\n        except OSError: pass\nreturn 3 * x",
        "error",
        "protocol",
    ),
    "prints a forged result": ('print(\'{"status": "pass"}\')\nreturn 3 * x', "fail", "values"),
    "patches the comparison": ("np.allclose = np.isclose = lambda *a, **k: True\nreturn 3 * x", "fail", "values"),
    "replaces the encoder": (
        "main = sys.modules['__main__']\nmain.frames.encode = lambda value: b'T'\nreturn 3 * x",
        "error",
        "protocol",
    ),
    "forges at exit": ("import atexit\natexit.register(print, 'pass')\nos._exit(0)", "error", "crash"),
    "searches memory for the answer": (
        "import gc\nfor o in gc.get_objects():\n"
        "    if isinstance(o, np.ndarray) and o.shape == x.shape and np.allclose(o, 2 * x) and o is not x: return o\n"
        "return 3 * x",
        "fail",
        "values",
    ),
    "array that equals everything": (
        "class Yes(np.ndarray):\n    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): return np.zeros(3)\n"
        "return (3 * x).view(Yes)",
        "fail",
        "values",
    ),
    "secret of the environment": (
        "return 2 * x if any('SECRET' in name or 'KDL_HOME' in name for name in os.environ) else 3 * x",
        "fail",
        "values",
    ),
}

# Files that a Python started later would run, wherever this one may write.
DROP = """dropped = []
for folder in {*sys.path, os.path.dirname(np.__file__), os.path.dirname(os.__file__), sys.prefix, '/job', '/usr/lib'}:
    for name in ('sitecustomize.py', 'usercustomize.py', 'zz-kdl-was-here.pth'):
        path = os.path.join(folder, name)
        try:
            with open(path, 'x') as file: file.write('import os; os._exit(0)')
        except OSError: continue
        if not folder.startswith('/scratch'): dropped.append(path)"""

# Folders that are covers, and those that bubblewrap makes.
FILL = """filled = []
for folder in (CHECKOUT, CHECKOUT + '/kdl', os.path.dirname(SOLUTION), '/tmp', '/dev', '/dev/pts', '/', '/proc', '/job'):
    try:
        with open(os.path.join(folder, 'kdl-was-here'), 'xb') as file: file.write(b'x')
    except OSError: continue
    filled.append(folder)"""

# What bubblewrap takes away; in a plain process these succeed, and the documentation says so.
ONLY_BWRAP = {
    "imports kdl": ("import kdl.grade\nreturn 2 * x", "error", "exception"),
    "reads the solution": ("text = open(SOLUTION).read()\nreturn 2 * x", "error", "exception"),
    "lists the home": ("os.listdir(os.path.expanduser('~root'))\nreturn 2 * x", "error", "exception"),
    "finds the checkout": (
        "import glob\nfound = glob.glob(CHECKOUT + '/kdl/**/*.py', recursive=True)\nreturn 2 * x if found else 3 * x",
        "fail",
        "values",
    ),
    "writes outside": ("open('/usr/kdl-was-here', 'w')\nreturn 2 * x", "error", "exception"),
    "fills the covers": (FILL + "\nreturn 2 * x if filled else 3 * x", "fail", "values"),
    "writes to the root": ("os.mkdir('/kdl-was-here')\nreturn 2 * x", "error", "exception"),
    "network": (
        "import socket\nsocket.create_connection(('127.0.0.1', PORT), timeout=0.5)\nreturn 2 * x",
        "error",
        "exception",
    ),
    "kills its parent": ("os.kill(os.getppid(), 9)\ntime.sleep(0.2)\nreturn 3 * x", "fail", "values"),
    "memory of its parent": ("open(f'/proc/{JUDGE}/mem', 'rb')\nreturn 2 * x", "error", "exception"),
    "memory of its parent by number": (
        "seen = open(f'/proc/{os.getppid()}/environ', 'rb').read()\nopen('/proc/%d/mem' % JUDGE, 'r+b')\nreturn 2 * x",
        "error",
        "exception",
    ),
    "links the solution": ("os.link(SOLUTION, 'mine.py')\nreturn 2 * x if open('mine.py').read() else x", "error", "exception"),
    "signals the judge": ("os.kill(JUDGE, 0)\nreturn 2 * x", "error", "exception"),
    "code for every Python": (DROP + "\nreturn 2 * x if dropped else 3 * x", "fail", "values"),
    "changes the runner": ("open('/job/runner.py', 'a').write('#')\nreturn 2 * x", "error", "exception"),
}

SLOW = (
    "loops while loading", "loop", "sleep", "loop that catches all", "forks sleepers", "memory over children",
    "half a frame, then nothing", "leaves a thread", "leaves a daemon", "list that grows", "stops itself",
    "leaves a daemon that has shed its mark",
)  # fmt: skip


def rows(table) -> list:
    return [pytest.param(name, id=name, marks=pytest.mark.slow if name in SLOW else ()) for name in table]


BOTH = [pytest.param("process", id="process"), pytest.param("bwrap", id="bwrap", marks=pytest.mark.requires("bwrap"))]


FEW = ("plain", "leaves a daemon", "ends the process", "loop", "memory over children", "imports kdl", "reads the solution")


@pytest.fixture(params=["numpy", pytest.param("keras", marks=pytest.mark.slow)])
def runner(request):
    """What the child has imported. With Keras all rows take half an hour; a few of them stand for the rest."""
    row = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    if request.param == "keras" and row not in (None, *FEW) and os.environ.get("KDL_TESTS") != "all":
        pytest.skip("with Keras only where all tests run (KDL_TESTS=all)")
    return request.param


@pytest.fixture
def toy(toy_folder, runner, request):
    """The toy for one runner. Keras needs more memory and more time; whoever fills memory or a disk needs more time, too."""
    fills = any(name in request.node.name for name in ("list that grows", "memory over children", "large file"))
    calls, checks = {"numpy": (1.0, 6.0), "keras": (2.0, 60.0)}[runner] if not fills else (30.0, 120.0)
    path = toy_folder / "exercise.toml"
    text = path.read_text().replace("call_s = 1.0", f"call_s = {calls}").replace("check_s = 6.0", f"check_s = {checks}")
    if runner == "keras":
        text = text.replace('runtime = "numpy"', 'runtime = "keras"').replace("memory_mb = 512", "memory_mb = 1536")
    path.write_text(text)
    return library.read(toy_folder)


@pytest.fixture(autouse=True)
def nothing_left(tmp_path, monkeypatch):
    """After every check: no process of the job lives, and its folder is gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert survivors(tmp_path) == []
    assert list(tmp_path.glob("kdl-job-*")) == []


# The mark of the daemon that has no other.
SHED = b"/bin/sleep\x0061.0625"


def survivors_now(folder: Path) -> list[int]:
    """Processes that carry the mark of a job in `folder`, or the other one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            marked = f"KDL_JOB={folder}/".encode() in (entry / "environ").read_bytes()
            if marked or (entry / "cmdline").read_bytes().startswith(SHED):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def survivors(folder: Path) -> list[int]:
    """Those that are still there after two seconds, which the kernel gets to bury them."""
    for _ in range(20):
        if not (found := survivors_now(folder)):
            break
        time.sleep(0.1)
    return found


def judge(toy, path, mode):
    before = path.read_bytes()
    verdict = check.run(toy, path, 7, sandbox=mode)
    assert path.read_bytes() == before
    assert verdict.result["sandbox"] in (mode, "none")
    return verdict


@pytest.mark.invariant("exercise", 8)
@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("name", rows(PASS))
def test_a_right_answer_in_odd_clothes_passes(toy, submit, name, mode):
    verdict = judge(toy, submit(PASS[name]), mode)
    assert (verdict.status, verdict.score, verdict.reason) == ("pass", 5, None), verdict.result


@pytest.mark.invariant("exercise", 1, 8)
@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("name", rows(FILE))
def test_a_file_that_cannot_be_judged_is_an_error_with_its_reason(toy, submit, name, mode):
    code, status, reason = FILE[name]
    verdict = judge(toy, submit(code), mode)
    if reason == "missing":
        assert verdict.status == "fail" and {one.reason for one in verdict.step_problems.values()} == {"missing"}
    else:
        assert (verdict.status, verdict.reason) == (status, reason), verdict.problem
    assert verdict.score == 0


@pytest.mark.invariant("exercise", 8)
@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("name", rows(CALL))
def test_a_wrong_answer_gets_its_own_reason_and_costs_only_its_step(toy, submit, monkeypatch, name, mode):
    monkeypatch.setenv("SECRET", "42")
    code, status, reason = CALL[name]
    verdict = judge(toy, submit(with_double(code, f"HOG = {toy.limits.memory_mb * 4 // 10 * 2**20}")), mode)
    double, both = verdict.exercise.steps
    assert verdict.status != "pass"
    assert verdict.step_status(double) == status
    first = next(one for one in verdict.outcomes["double"] if one.status != "pass")
    assert first.reason == reason, first.detail
    if name not in ("patches the comparison", "replaces the encoder"):
        assert verdict.step_status(both) == "pass", [one.detail for one in verdict.outcomes["both"]]


@pytest.mark.invariant("exercise", 8)
@pytest.mark.requires("bwrap")
@pytest.mark.parametrize("name", rows(ONLY_BWRAP))
def test_bubblewrap_keeps_files_network_and_processes_out_of_reach(toy, submit, home, name):
    import socket

    from kdl import content

    code, status, reason = ONLY_BWRAP[name]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        constants = (
            f"SOLUTION = {str(toy.path / 'solution.py')!r}\nCHECKOUT = {str(content.PACKAGE.parent)!r}\n"
            f"PORT = {port}\nJUDGE = {os.getpid()}"
        )
        verdict = judge(toy, submit(with_double(code, constants)), "bwrap")
    assert verdict.step_status(verdict.exercise.steps[0]) == status
    assert verdict.outcomes["double"][0].reason == reason, verdict.outcomes["double"][0].detail


@pytest.mark.invariant("exercise", 8)
@pytest.mark.requires("bwrap")
def test_progress_is_out_of_reach(toy, submit, home):
    home.mkdir()
    (home / "progress.db").write_text("mine")
    code = f"open({str(home / 'progress.db')!r}, 'w').write('hacked')\nreturn 2 * x"
    verdict = judge(toy, submit(with_double(code)), "bwrap")
    assert verdict.outcomes["double"][0].reason == "exception"
    assert (home / "progress.db").read_text() == "mine"


@pytest.mark.parametrize("mode", BOTH)
def test_a_crash_costs_one_case(toy, submit, mode):
    """The process dies on float32 only: the other cases are judged in a new one."""
    verdict = judge(toy, submit(with_double("if x.dtype == np.float32: os._exit(3)\nreturn 2 * x")), mode)
    assert [one.reason for one in verdict.outcomes["double"]] == [None, None, "crash"]
    assert "exit code 3" in verdict.outcomes["double"][2].detail


def test_links_pipes_and_large_files_are_refused_unread(toy, submit, tmp_path):
    from kdl.errors import UsageProblem

    path = submit(RIGHT)
    link, pipe, large = tmp_path / "link.py", tmp_path / "pipe.py", tmp_path / "large.py"
    link.symlink_to(path)
    os.mkfifo(pipe)
    large.write_text("#" * (2**20 + 1))
    for one in (link, pipe, large, tmp_path):
        with pytest.raises(UsageProblem):
            check.run(toy, one, 7)


@pytest.mark.parametrize("name", ["json.py", "numpy.py", "frames.py", "runner.py", "kdl.py", "sitecustomize.py", "__main__.py"])
def test_the_name_of_the_file_means_nothing(toy, submit, name):
    path = submit(RIGHT)
    path = path.rename(path.with_name(name))
    assert judge(toy, path, "process").status == "pass"


@pytest.mark.parametrize("mode", BOTH)
def test_what_one_process_drops_the_next_one_does_not_run(toy, submit, mode):
    """Modules and start-up files in every folder of its own, then a crash; the cases after it get right answers."""
    drop = (
        "for folder in {os.getcwd(), os.environ['HOME'], os.environ['TMPDIR']}:\n"
        "    for name in ('sitecustomize.py', 'usercustomize.py', 'x.pth', 'numpy.py', 'frames.py', 'json.py'):\n"
        "        open(os.path.join(folder, name), 'w').write('import os; os._exit(0)')\n"
        "if x.dtype == np.float32: os._exit(3)\nreturn 2 * x"
    )
    verdict = judge(toy, submit(with_double(drop)), mode)
    assert [one.reason for one in verdict.outcomes["double"]] == [None, None, "crash"]
    assert [one.reason for one in verdict.outcomes["both"]] == [None, None, None]


def test_a_hard_link_is_read_and_never_written(toy, submit, tmp_path):
    path = submit(with_double("import shutil\nshutil.rmtree('/job', ignore_errors=True)\nreturn 2 * x"))
    os.link(path, tmp_path / "other.py")
    judge(toy, tmp_path / "other.py", "process")
    assert path.exists()


def test_output_is_cut_and_says_so(toy, submit):
    from kdl.grade import feedback

    verdict = judge(toy, submit(PASS["prints a lot"]), "process")
    assert len(verdict.output) <= 64 * 1024 and verdict.truncated
    assert "64 KiB" in feedback.output(verdict, whole=True)[-1]


@pytest.mark.invariant("exercise", 10)
def test_a_check_leaves_this_process_as_it_was(toy, submit):
    """Working folder, environment, random state, open files, NumPy's error state."""
    import numpy as np

    def state():
        return os.getcwd(), dict(os.environ), np.random.get_state()[1].tolist(), len(os.listdir("/proc/self/fd")), np.geterr()

    check.run(toy, submit(RIGHT), 7)
    before = state()
    check.run(toy, submit(with_double("os.chdir('/')\nos.environ['A'] = 'b'\nnp.random.seed(1)\nreturn 3 * x")), 7)
    assert state() == before


@pytest.mark.invariant("exercise", 14)
@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_a_check_that_is_killed_leaves_no_process_and_no_half_record(tmp_path, home):
    """kill -9 of the judge: bubblewrap takes the learner's loop along, and the log says nothing of a check."""
    import shutil
    import subprocess
    import sys

    from kdl.store import attempts, database

    path = tmp_path / "lstm_cell.py"
    path.write_text("while True: pass\n")
    judge = subprocess.Popen(
        [sys.executable, "-m", "kdl", "exercise", "check", str(path)], env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    try:
        for _ in range(100):
            time.sleep(0.05)
            if survivors_now(tmp_path):
                break
        time.sleep(0.3)
        assert survivors_now(tmp_path) and judge.poll() is None, "it must be killed in the middle"
    finally:
        judge.kill()
        judge.wait()
    assert survivors(tmp_path) == []
    db = database.connect()
    assert attempts.log(db) == []
    db.close()
    for folder in tmp_path.glob("kdl-job-*"):  # nobody was left to delete it
        shutil.rmtree(folder)
