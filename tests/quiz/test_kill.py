"""kill -9 at any moment, and two sessions at once: every review whose feedback was shown is in the log, and the cards agree
with the log."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from kdl.memory import ledger
from kdl.quiz import library
from kdl.quiz.item import Item, Topic
from kdl.store import database, reviews

KILLS = int(os.environ.get("KDL_KILLS", "20"))
ITEMS = 300
# A real `kdl quiz`, on more items than the content has.
PROGRAM = """
import pathlib, sys, kdl.content
kdl.content.quizzes = lambda: pathlib.Path(sys.argv[1])
from kdl.cli import main
main(sys.argv[2:])
"""


def many_items(folder):
    options = [{"text": "right", "right": True, "feedback": "yes"}, {"text": "wrong", "right": False, "feedback": "no"}]
    topic = Topic("t", "T", 11, "11-x/t.md", ("lstm",), (), (), (), (), (), "")
    items = [
        Item(
            f"q{n:03}",
            "mcq",
            11,
            "t",
            "11-x/t.md",
            1,
            9,
            "T",
            ("lstm",),
            (),
            (),
            1,
            (),
            "Which?",
            "",
            "So.",
            {"options": options},
            "b",
            "a",
        )
        for n in range(ITEMS)
    ]
    (folder / "11-x").mkdir(parents=True)
    unit = {"schema": library.SCHEMA, "topics": [topic.record()], "items": [item.record() for item in items]}
    (folder / "11-x" / library.FILE).write_text(json.dumps(unit), encoding="utf-8")


def quiz(content, answers, home, out):
    """Start a session that answers from a file."""
    command = [sys.executable, "-c", PROGRAM, str(content), "quiz", "--json", "--new", str(ITEMS), "--answers", str(answers)]
    return subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, "KDL_HOME": str(home)})


def acknowledged(output):
    """The reviews whose feedback was printed, whole lines only."""
    lines = output.read_text(encoding="utf-8").split("\n")[:-1]
    return [event["review"] for event in map(json.loads, lines) if event["event"] == "feedback"]


@pytest.mark.slow
@pytest.mark.invariant("quiz", 1)
def test_no_acknowledged_review_is_lost(tmp_path):
    content, answers = tmp_path / "quizzes", tmp_path / "answers"
    many_items(content)
    answers.write_text("a\n" * ITEMS, encoding="utf-8")
    chance, seen = random.Random(20), []
    for number in range(KILLS):
        home, output = tmp_path / f"home{number}", tmp_path / f"out{number}"
        command = [
            sys.executable,
            "-c",
            PROGRAM,
            str(content),
            "quiz",
            "--json",
            "--new",
            str(ITEMS),
            "--answers",
            str(answers),
        ]
        with output.open("w") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, "KDL_HOME": str(home)}
            )
            deadline = time.monotonic() + 30
            while not output.stat().st_size and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
            process.wait()
        told = acknowledged(output)
        seen.append(len(told))

        db = database.connect(home / "progress.db")
        stored = [row.uuid for row in reviews.reviews(db)]
        assert stored[: len(told)] == told, f"kill {number}: lost {set(told) - set(stored)}"
        assert len(stored) <= len(told) + 1, "at most the one that was being shown"
        assert ledger.audit(db) == []
        db.close()
    in_session = [count for count in seen if 0 < count < ITEMS]
    assert len(in_session) >= KILLS / 2, f"too few of the kills fell into a session: {seen}"


@pytest.mark.slow
@pytest.mark.invariant("quiz", 21)
def test_two_sessions_at_once_lose_nothing(tmp_path):
    content, answers = tmp_path / "quizzes", tmp_path / "answers"
    many_items(content)
    answers.write_text("a\n" * 60, encoding="utf-8")
    outputs = [tmp_path / "one", tmp_path / "two"]
    with outputs[0].open("w") as one, outputs[1].open("w") as two:
        running = [quiz(content, answers, tmp_path / "home", out) for out in (one, two)]
        assert [process.wait(60) for process in running] == [0, 0]

    told = [review for output in outputs for review in acknowledged(output)]
    db = database.connect(tmp_path / "home" / "progress.db")
    assert sorted(told) == sorted(row.uuid for row in reviews.reviews(db)) and len(told) == 120
    assert ledger.audit(db) == []
    db.close()
