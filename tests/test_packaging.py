"""What setup.cfg says is what is on disk, and a wheel carries everything."""

import configparser
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


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package_and_of_the_content(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, cwd=tmp_path)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())

    expected = tracked("kdl")
    for package, folder in CONTENT.items():
        expected |= {package.replace(".", "/") + name.removeprefix(folder) for name in tracked(folder)}
    assert expected - names == set()
