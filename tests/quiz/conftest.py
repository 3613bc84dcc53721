"""A folder of notes of our own, items made from a few lines of Markdown, and sessions over made-up items."""

import textwrap
from itertools import count

import pytest
from made_items import Clock

from kdl import content
from kdl.quiz import markdown
from kdl.quiz.agenda import Plan
from kdl.quiz.session import Session
from kdl.store import database

FRONT = "---\nentries: lstm\n---\n\n# A topic\n\n"


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """quizzes/ in a temporary folder; returns a function that writes a topic and gives its path."""
    root = tmp_path / "quizzes"
    monkeypatch.setattr(content, "quizzes", lambda: root)

    def write(body, name="topic", front=FRONT, unit="11-recurrent-networks"):
        path = root / unit / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(front + textwrap.dedent(body), encoding="utf-8")
        return path

    return write


@pytest.fixture
def item(notes):
    """A function: Markdown of one container -> its Item; computed answers may be given."""

    def make(body, **spec):
        from dataclasses import replace

        _, items, problems = markdown.read(notes(body))
        assert not problems, problems[0].what
        return replace(items[0], spec={**items[0].spec, **spec})

    return make


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def db(tmp_path):
    db = database.connect(tmp_path / "x.db")
    db.execute("PRAGMA synchronous=OFF")
    yield db
    db.close()


@pytest.fixture
def sit(db, clock):
    """A function: items -> a new session over them."""
    numbers = count(1)

    def sit(*items, **plan):
        return Session(db, items, Plan(**plan), clock, lambda: next(numbers))

    return sit
