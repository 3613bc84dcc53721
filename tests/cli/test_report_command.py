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
