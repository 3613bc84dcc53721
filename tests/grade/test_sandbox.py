"""The sandbox shows what an import needs, and neither kdl, nor a checkout, nor the learner's home, wherever these lie."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from kdl import content
from kdl.grade import child, floors, probe, sandbox
from kdl.grade.sandbox import BWRAP, PROCESS

LOOK = """
import os

def seen(path):
    try:
        return sorted(os.listdir(path))[:9]
    except OSError as error:
        return type(error).__name__

def imports(name):
    try:
        __import__(name)  # an empty folder called kdl can be imported; nothing is in it
    except ImportError:
        return False
    return True
"""


@pytest.fixture
def ask():
    """Start a process for a runtime, load LOOK, and ask it."""
    children = []

    def start(runtime, mode=BWRAP):
        one = child.start(probe.Bare(runtime), mode)
        children.append(one)
        one.ready()
        assert one.ask({"op": "load", "source": LOOK}, 30)["status"] == "value"

        def asked(function, *args):
            answer = one.ask({"op": "call", "function": function, "args": list(args)}, 30)
            return answer.get("value", answer)

        return asked

    yield start
    for one in children:
        one.close()


# ---- floors ----------------------------------------------------------------------------------------------------------


def test_a_floor_is_used_until_what_it_depends_on_changes(home, monkeypatch):
    monkeypatch.setattr(floors, "gpu_visible", lambda: False)
    assert floors.address_space_mb("numpy", 1000) == floors.UNMEASURED_MB["numpy"] + 1000
    floors.store("numpy", 123)
    floors.store("keras", 4567)
    assert (floors.floor("numpy"), floors.address_space_mb("keras", 1000)) == (123, 5567)
    monkeypatch.setattr(os, "cpu_count", lambda: 10**6)
    assert floors.floor("numpy") == floors.UNMEASURED_MB["numpy"], "other cores, other threads, other stacks"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": "kdl.sandbox/1", "floors": {"numpy": {"mb": "x"}}}', "\0"])
def test_a_damaged_file_of_floors_counts_as_none(home, text):
    home.mkdir()
    floors.file().write_text(text)
    assert floors.floor("numpy") == floors.UNMEASURED_MB["numpy"]


def test_with_a_gpu_in_sight_keras_has_no_limit_of_addresses_and_numpy_has(monkeypatch):
    monkeypatch.setattr(floors, "gpu_visible", lambda: True)
    assert floors.address_space_mb("keras", 1000) is None and floors.address_space_mb("numpy", 1000) is not None
    assert "AS" not in sandbox.limits(None, 20, PROCESS) and sandbox.limits(300, 20, PROCESS)["AS"] == 300 * 2**20


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["numpy", "keras"])
def test_the_doctor_measures_a_floor_under_which_the_import_runs(home, runtime):
    found = probe.probe(runtime)
    assert json.loads(floors.file().read_text())["floors"][runtime]["mb"] == found.floor_mb == floors.floor(runtime)
    assert 32 < found.floor_mb < floors.UNMEASURED_MB[runtime]
    assert probe._peak_mb(runtime, found.mode, found.floor_mb // 4) is None, "the limit is in force"


# ---- what is covered -------------------------------------------------------------------------------------------------


def test_a_kdl_beside_the_libraries_and_the_checkout_it_is_linked_to_are_secrets(tmp_path):
    info = tmp_path / "packages" / "kdl_learn-1.dist-info"
    info.mkdir(parents=True)
    (info / "direct_url.json").write_text(json.dumps({"url": (tmp_path / "a b").as_uri(), "dir_info": {"editable": True}}))
    hidden = sandbox.secrets([str(info.parent)])
    assert {info.parent / "kdl", tmp_path / "a b", content.PACKAGE} <= set(hidden)


@pytest.mark.slow
@pytest.mark.requires("bwrap")
@pytest.mark.parametrize("runtime", ["numpy", "keras"])
def test_inside_kdl_cannot_be_imported_and_nothing_of_it_is_seen(ask, runtime, home):
    asked = ask(runtime)
    assert asked("imports", runtime) is True and asked("imports", "kdl.grade") is False
    for path in (content.PACKAGE, content.PACKAGE.parent, content.exercises(), home, Path.home()):
        seen = asked("seen", str(path))
        # Of a checkout that holds the interpreter's environment, that folder is left.
        kept = Path(sys.prefix).relative_to(path).parts[:1] if Path(sys.prefix).is_relative_to(path) else ()
        assert seen == "FileNotFoundError" or set(seen) <= set(kept) or path in (Path("/"), Path("/root")), path


def linked_library(folder: Path) -> Path:
    """A folder of packages of its own whose contents are those of the real one, without a copy where that can be."""
    real = Path(np.__file__).resolve().parents[1]
    folder.mkdir(parents=True)
    for name in ("numpy", "numpy.libs"):
        if (real / name).is_dir():
            shutil.copytree(real / name, folder / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    (folder / "kdl").mkdir()
    (folder / "kdl" / "__init__.py").write_text("secret = 1\n")
    return folder


@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_a_virtual_environment_inside_the_checkout_and_below_tmp_works_and_the_rest_is_covered(ask, tmp_path, monkeypatch):
    """CHECKOUT/.venv/lib is shown again above the cover of the checkout, and the kdl inside it is covered once more."""
    checkout = tmp_path / "checkout"
    library = linked_library(checkout / ".venv" / "lib" / "site-packages")
    (checkout / "solution.py").write_text("secret = 1\n")
    real = sandbox.secrets
    monkeypatch.setattr(sandbox, "library", lambda runtime: [str(library)])
    monkeypatch.setattr(sandbox, "packages", lambda folders, imports: folders)
    monkeypatch.setattr(sandbox, "secrets", lambda folders: [*real(folders), checkout])
    assert tmp_path.is_relative_to("/tmp") or not os.environ.get("CI")
    asked = ask("numpy")
    assert asked("imports", "numpy") is True and asked("imports", "kdl.grade") is False
    assert asked("seen", str(library / "kdl")) == [] and "solution.py" not in asked("seen", str(checkout))


@pytest.mark.slow
@pytest.mark.requires("bwrap")
def test_keras_runs_with_its_libraries_inside_a_covered_checkout(ask, monkeypatch):
    """The folder around the folder of packages is a secret, as where .venv lies in the checkout that runs."""
    library = Path(sandbox.library("keras")[0])
    real = sandbox.secrets
    monkeypatch.setattr(sandbox, "secrets", lambda folders: [*real(folders), library.parents[1], Path(sys.prefix)])
    asked = ask("keras")
    assert asked("imports", "keras") is True and asked("imports", "kdl.grade") is False
    assert asked("seen", str(Path(sys.prefix) / "bin")) == "FileNotFoundError"


# ---- what is left over -----------------------------------------------------------------------------------------------


def test_memory_of_an_orphan_counts(ask, tmp_path):
    """A daemon that has left the tree is still the job's: 300 MB in it are seen."""
    one = child.start(probe.Bare("numpy"), PROCESS)
    try:
        one.ready()
        source = (
            "import os, time\ndef f():\n    r, w = os.pipe()\n    if os.fork() == 0:\n        os.setsid()\n"
            "        if os.fork() == 0:\n            hog = b'x' * (300 * 2**20)\n            os.write(w, b'.')\n"
            "            time.sleep(60)\n        os._exit(0)\n    os.read(r, 1)\n    return 1\n"
        )
        assert one.ask({"op": "load", "source": source}, 20)["status"] == "value"
        assert one.ask({"op": "call", "function": "f", "args": []}, 20)["value"] == 1
        assert child.memory_mb(one.process.pid, 10**6, one.plan.marker) > 300 > child.memory_mb(one.process.pid, 10**6)
    finally:
        one.close()


FILL = """
def fill(folder, mb):
    try:
        with open(f"{folder}/filled", "wb", buffering=0) as file:
            for _ in range(mb):
                if file.write(bytes(2**20)) < 2**20:
                    return "full"
    except OSError as error:
        return type(error).__name__
    return "written"
"""


@pytest.mark.invariant("exercise", 8)
@pytest.mark.requires("bwrap")
def test_shared_memory_is_bounded_and_covers_cannot_be_filled(monkeypatch):
    """The cover is a real one: an empty folder in the middle of NumPy."""
    cover = Path(sandbox.library("numpy")[0]) / "numpy" / "random" / "lib"
    assert cover.is_dir()
    real = sandbox.secrets
    monkeypatch.setattr(sandbox, "secrets", lambda folders: [*real(folders), cover])
    one = child.start(probe.Bare("numpy"), BWRAP)
    try:
        one.ready()
        assert one.ask({"op": "load", "source": FILL + LOOK}, 30)["status"] == "value"
        filled = {
            place: one.ask({"op": "call", "function": "fill", "args": [place, 3]}, 30)["value"]
            for place in ("/dev/shm", str(cover), "/dev", "/tmp", "/", "/job")
        }
        assert filled.pop("/dev/shm") in ("full", "OSError") and set(filled.values()) == {"OSError"}, filled
        assert one.ask({"op": "call", "function": "seen", "args": [str(cover)]}, 30)["value"] == []
    finally:
        one.close()
