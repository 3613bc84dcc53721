"""What a plain process does not keep from the learner's code, as the README says. Tried only inside a throw-away namespace.

The judge itself runs in a bubblewrap of its own, with no network, its own processes, the system read-only and a home that
vanishes; in there it judges in a plain process. Where a row begins to fail, the README promises too little, and is mended.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.requires("bwrap"), pytest.mark.slow]

# name -> body of `double`; each gets away with it, and so answers rightly
LOSSES = {
    "reads the solution": "return 2 * x if 'return 2 * x' in open(SOLUTION).read() else x",
    "links the solution": "os.path.exists('mine.py') or os.link(SOLUTION, 'mine.py')\nreturn 2 * x",
    "imports kdl": "sys.path.insert(0, CHECKOUT)\nimport kdl.grade\nreturn 2 * x",
    "lists the home": "os.listdir(HOME)\nreturn 2 * x",
    "overwrites the progress": "open(HOME + '/progress.db', 'w').write('hacked')\nreturn 2 * x",
    "writes outside": "open(HOME + '/was-here', 'w').write('x')\nreturn 2 * x",
    "reads the judge's environment": "return 2 * x if b'KDL_HOME' in open(f'/proc/{os.getppid()}/environ', 'rb').read() else x",
    "opens the judge's memory": "open(f'/proc/{os.getppid()}/mem', 'rb')\nreturn 2 * x",
    "connects to the network": (
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), timeout=5)\nreturn 2 * x"
    ),
    "changes the runner": "open(os.path.dirname(os.getcwd()) + '/runner.py', 'a').write('#')\nreturn 2 * x",
}
# The judge is gone: there is no verdict, so it is no pass either.
KILLS = "os.kill(os.getppid(), 9)\ntime.sleep(1)\nreturn 2 * x"

PROGRAM = """
import json, os, sys
from pathlib import Path
from kdl.grade import check, exercise
os.makedirs(os.environ["KDL_HOME"])
Path(os.environ["KDL_HOME"], "progress.db").write_text("mine")
verdict = check.run(exercise.read(Path(sys.argv[1])), Path(sys.argv[2]), 7, sandbox="process")
print(json.dumps([verdict.result, Path(os.environ["KDL_HOME"], "progress.db").read_text()]))
"""


def judged(toy_folder, submit, body: str):
    """The finished process of a judge in a namespace of its own."""
    home, checkout = "/tmp/throw-away", str(Path(__file__).resolve().parents[2])
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    names = f"SOLUTION = {str(toy_folder / 'solution.py')!r}\nHOME = {home!r}\nCHECKOUT = {checkout!r}\n"
    path = submit(
        f"import os, sys, time, numpy as np\n{names}\n\ndef double(x):\n{lines}\n\n\ndef both(x, y):\n    return x + y, x - y\n"
    )
    own = path.parent  # of this test, below /tmp
    around = [shutil.which("bwrap"), "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--tmpfs", "/tmp"]
    around += [word for place in _needed(checkout) for word in ("--ro-bind", place, place)]
    around += ["--bind", str(own), str(own), "--proc", "/proc", "--dev", "/dev"]
    env = {**os.environ, "KDL_HOME": home, "PYTHONPATH": checkout, "TMPDIR": str(own)}
    command = [*around, sys.executable, "-c", PROGRAM, str(toy_folder), str(path)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


def _needed(checkout: str) -> list[str]:
    """What must still be seen although /tmp is emptied."""
    places = {checkout, sys.prefix, sys.base_prefix}
    return [place for place in sorted(places) if Path(place).resolve().is_relative_to("/tmp")]


@pytest.mark.parametrize("name", LOSSES)
def test_a_plain_process_does_not_prevent_it(toy_folder, submit, name):
    import json

    done = judged(toy_folder, submit, LOSSES[name])
    assert done.returncode == 0, done.stderr
    result, progress = json.loads(done.stdout)
    assert result["sandbox"] == "process" and result["steps"][0]["status"] == "pass", result["steps"][0]["cases"][0]["got"]
    assert progress == ("hacked" if name == "overwrites the progress" else "mine")


def test_a_judge_that_is_killed_says_nothing(toy_folder, submit):
    done = judged(toy_folder, submit, KILLS)
    assert done.returncode in (137, -9) and done.stdout == ""


def test_the_readme_says_it():
    text = " ".join((Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8").split())
    for word in ("not from yourself", "read the solutions", "edit your progress", "bubblewrap"):
        assert word in text
