"""`kdl report`: where the page goes, what it is made of, what happens when it cannot be written."""

import json
import re
import webbrowser
from datetime import date

import lived_home
import pytest

TODAY = date.today().toordinal()


def test_the_page_of_an_empty_home_says_in_plain_words_what_is_missing(kdl, home):
    done = kdl("report")
    html = (home / "reports" / "progress.html").read_text(encoding="utf-8")

    assert done.code == 0 and done.out.splitlines()[0] == str(home / "reports" / "progress.html")
    for sentence in (
        "0 of 1 answers",
        "0 of 20 answers",
        "0 of 100 answers",
        "0 of 1 settled predictions",
        "no card was answered",
    ):
        assert sentence in html
    assert "<svg" not in html, "an empty figure says nothing"


def test_the_page_is_one_file_without_scripts_and_addresses(kdl, home):
    lived_home.fill(TODAY, days=120)
    said = json.loads(kdl("report", "progress", "--json").out)
    html = (home / "reports" / "progress.html").read_text(encoding="utf-8")

    assert said == {
        "schema": "kdl.report/1",
        "report": "progress",
        "path": str(home / "reports" / "progress.html"),
        "bytes": len(html.encode()),
    }
    assert said["bytes"] <= 1_000_000
    assert "<script" not in html and "@import" not in html and not re.search(r"\son\w+=", html)
    addresses = re.findall(r'(?:href|src|url\()\s*=?\s*["\']?([^"\'\s>)]+)', html)
    assert addresses and all(address.startswith(("#", "data:,")) for address in addresses)
    assert set(re.findall(r"https?://[^\"' <]+", html)) == {"http://www.w3.org/2000/svg"}
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names))
    assert str(home) not in html, "the page can be shown around"


def test_the_same_home_gives_the_same_bytes(kdl, tmp_path):
    lived_home.fill(TODAY, days=90)
    for name in ("a.html", "b.html"):
        assert kdl("report", "--out", tmp_path / name).code == 0

    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_an_unknown_report_says_what_there_is(kdl):
    done = kdl("report", "zzz")

    assert done.code == 3 and "`kdl pair list` and `kdl run list` show what there is." in done.err
    assert "Did you mean progress?" in kdl("report", "progres").err
    assert "It takes part in: P52" in kdl("report", "lstm").err
    assert kdl("report", "P00").code == 3
    assert kdl("report", "--all", "P52").code == 2


def test_a_page_that_cannot_be_written_leaves_the_old_one(kdl, tmp_path, monkeypatch):
    import os

    page = tmp_path / "page.html"
    page.write_text("old")

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", full)
        done = kdl("report", "--out", page)

    assert done.code == 4 and "No space left on device" in done.err and "Traceback" not in done.err
    assert page.read_text() == "old" and list(tmp_path.glob(".page*")) == []
    missing = kdl("report", "--out", tmp_path / "no" / "page.html")
    assert missing.code == 4 and "--out" in missing.err
    assert kdl("report", "--out", tmp_path).code == 2


@pytest.mark.parametrize("works", [True, False])
def test_the_browser_is_started_only_when_asked(kdl, home, monkeypatch, works):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or works)
    kdl("report")
    assert opened == []

    done = kdl("report", "--open")
    assert opened == [(home / "reports" / "progress.html").as_uri()] and done.code == 0
    assert ("No browser could be started" in done.err) is not works


def test_what_a_learner_typed_cannot_become_markup(kdl, home):
    from kdl.store import database, predictions

    db = database.connect()
    made = predictions.append(db, "P52", "<script>alert(1)</script>", "a & b", 0.7)
    predictions.settle(db, made, "<b>other</b>")
    db.close()
    kdl("report")
    html = (home / "reports" / "progress.html").read_text(encoding="utf-8")

    assert "<script" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<b>other" not in html


# ---- pairs and runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "name"), [(["P52"], "P52"), (["t20"], "T20"), (["--all"], "pairs")])
def test_a_pair_is_one_file_without_scripts_and_addresses(kdl, home, words, name):
    said = json.loads(kdl("report", *words, "--json").out)
    html = (home / "reports" / f"{name}.html").read_text(encoding="utf-8")

    path = str(home / "reports" / f"{name}.html")
    assert said == {"schema": "kdl.report/1", "report": name, "path": path, "bytes": len(html.encode())}
    assert said["bytes"] <= 1_000_000
    assert "<script" not in html and "@import" not in html and not re.search(r"\son\w+=", html)
    addresses = re.findall(r'(?:href|src|url\()\s*=?\s*["\']?([^"\'\s>)]+)', html)
    assert addresses and all(address.startswith(("#", "data:,")) for address in addresses)
    assert set(re.findall(r"https?://[^\"' <]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
    }
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names))
    assert str(home) not in html, "the page can be shown around"


def test_the_same_pair_gives_the_same_bytes_in_another_process(kdl, kdl_process, tmp_path):
    assert kdl("report", "T03", "--out", tmp_path / "a.html").code == 0
    assert kdl_process("report", "T03", "--out", tmp_path / "b.html", env={"PYTHONHASHSEED": "7"}).code == 0

    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_page_of_a_pair_needs_no_keras(kdl_process, tmp_path):
    import subprocess
    import sys

    program = "import sys\nfrom kdl.cli import cli\ncli.main(['report', 'P52'], standalone_mode=False)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "matplotlib" in loaded and not loaded & {"keras", "tensorflow", "jax", "matplotlib.pyplot"}


def a_run(kind="train", what="lstm", **said):
    from kdl.runs import record

    return record.create(kind, what, seed=0, task="adding" if kind == "train" else None, **said)


def test_a_run_is_found_as_everywhere_and_its_page_has_its_name(kdl, home):
    run = a_run(command="kdl train lstm")
    run.log(epoch=1, step=100, loss=0.5, mse=0.2, seconds=1.0)
    run.finish("done", score=0.2, loss=0.5, steps=100, seconds=1.0)

    for name in ("last", run.id, run.id[:20], str(run.path)):
        done = kdl("report", name)
        assert done.code == 0 and done.out.splitlines()[0] == str(home / "reports" / f"{run.id}.html"), done.err
    assert "--open" in done.out.splitlines()[-2] + done.out.splitlines()[-1]


def test_a_damaged_run_and_a_damaged_result_are_one_clear_error(kdl, home, monkeypatch, tmp_path):
    from kdl.experiment import results

    run = a_run("compare", "P52")
    run.finish("done")
    (run.path / "verdict.json").write_text("{")
    done = kdl("report", "last")
    assert done.code == 4 and "verdict.json:1: is damaged" in done.err and "Traceback" not in done.err
    assert f"kdl run delete {run.id}" in done.err

    monkeypatch.setattr(results.load, "__defaults__", (tmp_path,))
    (tmp_path / "P52.json").write_text("{")
    done = kdl("report", "P52")
    assert done.code == 4 and "P52.json:1: is not JSON" in done.err and "Traceback" not in done.err
    assert not (home / "reports" / "P52.html").exists()


def test_a_pair_without_a_full_run_has_a_page_that_says_so(kdl, home, monkeypatch, tmp_path):
    from kdl.experiment import results

    monkeypatch.setattr(results.load, "__defaults__", (tmp_path,))
    assert kdl("report", "P52").code == 0
    html = (home / "reports" / "P52.html").read_text(encoding="utf-8")
    assert "No full run of this pair is recorded yet" in html and "<svg" not in html


def test_the_browser_shows_a_pair_when_asked(kdl, home, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or True)
    done = kdl("report", "T20", "--open")

    assert opened == [(home / "reports" / "T20.html").as_uri()] and "kdl compare T20" in done.out
