"""What a quiz session tells scripts: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from kdl.cli import due_exercises
from kdl.cli.show.quiz_screen import Screen


class JsonScreen(Screen):
    """The same session as JSON, one object a line."""

    for_people = False

    def __init__(self):
        super().__init__(plain=True)

    def _emit(self, event: str, **fields) -> None:
        click.echo(json.dumps({"schema": "kdl.session/1", "event": event, **fields}, allow_nan=False))

    def start(self, counts, plan, backlog=None):
        self._emit("start", **counts, cram=plan.cram, backlog=backlog and asdict(backlog))

    def question(self, asked, number):
        question = asked.question
        self._emit(
            "question",
            number=number,
            card=asked.card_id,
            item=asked.item.id,
            kind=asked.item.kind,
            topic=asked.item.topic,
            state=asked.state,
            seed=question.seed,
            mode=question.mode,
            ask=question.ask,
            text=question.text,
            options=[{"key": key, "text": text} for key, text in question.options],
        )

    def keys(self, asked, slash):
        return

    def typed(self, text):
        return

    def hint(self, text):
        self._emit("hint", text=text)

    def reveal(self, answer):
        self._emit("reveal", answer=answer)

    def unreadable(self, message):
        self._emit("unreadable", message=message)

    def told(self, message):
        self._emit("told", message=message)

    def note(self, item, text):
        self._emit("note", topic=item.topic, section=item.heading, file=item.file, line=item.line, text=text)

    def feedback(self, feedback):
        self._emit(
            "feedback",
            card=feedback.asked.card_id,
            correct=bool(feedback.review.correct),
            rating=feedback.rating,
            feedback=feedback.verdict.feedback,
            answer=feedback.verdict.answer,
            why=feedback.why,
            review=feedback.review.uuid,
            due_in_days=feedback.days,
            before=feedback.asked.before,
            leech=feedback.leech,
        )

    def end(self, session, left, typed):
        tally = session.tally
        self._emit(
            "end",
            answered=tally.answered,
            right=tally.right,
            new=tally.first_seen,
            missed=tally.missed,
            leeches=tally.leeches,
            exercises=[one.id for one in due_exercises.existing(session.agenda.exercises())],
            left=left,
            next=typed if left["due"] or left["new"] else None,
        )
