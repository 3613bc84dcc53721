"""Items that tests make up, a clock that moves on request, and how to answer by the text of an option."""

from datetime import UTC, datetime, timedelta

from kdl import content
from kdl.quiz.item import Item

START = datetime(2024, 5, 10, 12, 0, tzinfo=UTC)


def mcq(name, topic="t", *, kind="mcq", needs=(), hint="look", answer_fp="fp", rev=1, parts=(), **spec):
    options = [{"text": "right", "right": True, "feedback": "yes"}, {"text": "wrong", "right": False, "feedback": "no"}]
    spec = spec or {"options": options}
    return Item(name, kind, 11, topic, "f.md", 1, 9, "S", ("lstm",), (), tuple(needs), rev, tuple(parts), "Which?", hint, "So.",
                spec, "body", answer_fp)  # fmt: skip


def cloze(name):
    accepted = {"c1": ["right"], "c2": ["right"]}
    return mcq(name, kind="cloze", parts=("c1", "c2"), accepted=accepted, wrong=[])


def opening(item):
    """The first five words of the section that an item of the content stands in."""
    text = (content.quizzes() / item.file).read_text(encoding="utf-8")
    return " ".join(text.partition(f"## {item.heading}\n")[2].split()[:5])


class Clock:
    """A wall clock that moves on request."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def later(self, **how):
        self.now += timedelta(**how)


def typed(session, text):
    """The letter of an option, or the text itself."""
    return next((key for key, shown in session.asked.question.options if shown == text), text)


def go(session, answers):
    """Answer as long as there are answers; the cards that were asked."""
    asked = []
    for answer in answers:
        if session.next() is None:
            break
        asked.append(session.asked.card_id)
        session.answer(typed(session, answer))
    return asked
