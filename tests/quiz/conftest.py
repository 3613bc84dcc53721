"""A folder of notes of our own, and items made from a few lines of Markdown."""

import textwrap

import pytest

from kdl import content
from kdl.quiz import markdown

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
