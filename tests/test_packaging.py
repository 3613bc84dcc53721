"""What setup.cfg says is what is on disk, and a wheel carries everything."""

import configparser
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTENT = {"kdl.content.quizzes": "quizzes", "kdl.content.exercises": "exercises"}


def setup_cfg():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def test_packages_in_setup_cfg_are_those_on_disk():
    listed = set(setup_cfg()["options"]["packages"].split())
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "kdl").rglob("__init__.py")}

    assert listed == found | set(CONTENT)


def test_the_content_folders_are_packages_so_that_an_editable_install_finds_them():
    for folder in CONTENT.values():
        assert (ROOT / folder / "__init__.py").is_file()


def tracked(*folders: str) -> set[str]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in done.stdout.split("\n") if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built and unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # a clean copy: the checkout may hold an old build/
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True, cwd=folder)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package_and_of_the_content_and_no_other(wheel):
    names = {path.relative_to(wheel).as_posix() for path in (wheel / "kdl").rglob("*") if path.is_file()}

    expected = tracked("kdl")
    for package, folder in CONTENT.items():
        expected |= {package.replace(".", "/") + name.removeprefix(folder) for name in tracked(folder)}
    assert names == expected


@pytest.mark.slow
@pytest.mark.parametrize("words", ["paths", "quiz list", "exercise list", "model list", "pair list", "progress --coverage"])
def test_the_unpacked_wheel_finds_its_own_content_outside_the_checkout(wheel, words, tmp_path):
    env = {**os.environ, "PYTHONPATH": str(wheel)}
    command = [sys.executable, "-m", "kdl", *words.split(), "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    if words == "paths":
        assert said["content"] == {name: str(wheel / "kdl" / "content" / name) for name in ("quizzes", "exercises")}
    else:
        assert len(next(value for value in said.values() if isinstance(value, list))) > 0
