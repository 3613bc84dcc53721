"""What a quiz session shows: text for people, plain lines for screen readers, or JSON lines for scripts."""

from __future__ import annotations

import json

import click

from kdl.cli import render
from kdl.cli.show import prose
from kdl.quiz.session import DO_NOT_KNOW, Asked, Feedback, Session

SECONDS_EACH = 20  # what an item takes, for the estimate at the start
# Options are the letters a to e; no action may be one of them.
ACTIONS = {"h": "hint", "k": "skip", "u": "undo", "s": "suspend", "t": "tomorrow", "f": "flag", "o": "note", "q": "quit"}


def in_lines(words: list[str], gap: str, width: int) -> list[str]:
    """As many words on a line as fit; a word (a key and what it does) is never broken."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(gap) + len(word) > width:
            lines.append(word)
        else:
            lines[-1] += gap + word
    return lines


class Screen:
    """Text for people. `plain` is for screen readers: no colour, every option spoken in full, no symbols."""

    def __init__(self, plain: bool = False):
        self.plain = plain
        self.styled = render.colours() and not plain

    def _style(self, text: str, **how) -> str:
        return click.style(text, **how) if self.styled else text

    def _prose(self, markdown: str, **how) -> None:
        prose.show(markdown, styled=self.styled, **how)

    def _aside(self, text: str) -> None:
        """Text that is there when it is looked for."""
        for line in prose.lines(text, render.width(88), styled=False):
            render.say(self._style(line, dim=True))

    def start(self, counts: dict[str, int], cram: bool) -> None:
        total = counts["due"] + counts["new"]
        minutes = max(1, round(total * SECONDS_EACH / 60))
        what = f"{counts['due']} to go through" if cram else f"{counts['due']} due, up to {counts['new']} new"
        render.say(self._style(f"{what}, about {minutes} min", bold=True) + (". Cramming moves no schedule." if cram else ""))

    def question(self, asked: Asked, number: int) -> None:
        words = {"again": "again", "new": "new", "changed": "its answer has changed since you last saw it"}
        said = f", {words[asked.state]}" if asked.state in words else ""
        render.say()
        self._aside(f"{number}. {asked.item.topic}, {asked.item.heading}{said}")
        self._prose(asked.question.text)
        render.say()
        for key, text in asked.question.options:
            lead = f"Option {key}: " if self.plain else f"  {self._style(key, bold=True)}  "
            self._prose(text, indent=5, first=lead)
        if asked.question.options:
            render.say()

    def keys(self, asked: Asked, slash: str) -> None:
        actions = [f"{slash}{key} {word}" for key, word in ACTIONS.items() if key != "h" or asked.item.hint]
        unknown = [] if asked.question.mode == "self" else [f"{DO_NOT_KNOW} don't know"]
        words = unknown + actions
        if not self.plain:
            words[0], words[-1] = f"[{words[0]}", f"{words[-1]}]"
        for line in in_lines(words, "; " if self.plain else "  ", render.width(88)):
            render.say(self._style(line, dim=True))

    def typed(self, text: str) -> None:
        """What a script answered: nobody has seen it typed."""
        render.say(f"> {text}")

    def hint(self, text: str) -> None:
        self._prose(text or "This item has no hint.", first="Hint: ")

    def reveal(self, answer: str) -> None:
        self._prose(f"Answer: {answer}")

    def unreadable(self, message: str) -> None:
        self._prose(message)

    def told(self, message: str) -> None:
        self._prose(message)

    def feedback(self, feedback: Feedback) -> None:
        verdict, item = feedback.verdict, feedback.asked.item
        render.say()
        if verdict.correct is not None:
            if verdict.correct:
                render.say(self._style("Right.", fg="green", bold=True))
            else:
                self._prose(f"The answer: {verdict.answer}", first=self._style("Not right. ", fg="red", bold=True))
            for line in filter(None, verdict.feedback.split("\n")):
                self._prose(line, first="" if feedback.asked.question.mode == "keys" else f"{feedback.review.answer}: ")
        self._prose(feedback.why, first=self._style("Why: ", bold=True))
        self._aside(f"{self._when(feedback)} More: kdl notes {item.topic}")

    def _when(self, feedback: Feedback) -> str:
        if feedback.comes_back:
            return "It comes back in this session."
        if feedback.days is None:
            return "Its schedule stays as it was."
        return "Due again tomorrow." if feedback.days == 1 else f"Due again in {feedback.days} days."

    def end(self, session: Session, left: dict[str, int]) -> None:
        tally = session.tally
        render.say()
        if not tally.answered:
            render.say("Nothing was answered, nothing was recorded.")
        else:
            minutes = render.seconds(session.seconds())
            render.say(self._style(f"{tally.answered} answered, {tally.right} right", bold=True) + f", {minutes}.")
        if tally.missed:
            self._prose("Missed: " + ", ".join(dict.fromkeys(tally.missed)) + ".")
        render.say()
        for command in _next_commands(session, left):
            render.say(self._style("next", bold=True) + f"  {command}")


class JsonScreen(Screen):
    """The same session as JSON, one object a line."""

    def __init__(self):
        super().__init__(plain=True)

    def _emit(self, event: str, **fields) -> None:
        click.echo(json.dumps({"schema": "kdl.session/1", "event": event, **fields}, allow_nan=False))

    def start(self, counts, cram):
        self._emit("start", **counts, cram=cram)

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
        )

    def end(self, session, left):
        tally = session.tally
        self._emit("end", answered=tally.answered, right=tally.right, new=tally.first_seen, missed=tally.missed, left=left)


def _next_commands(session: Session, left: dict[str, int]) -> list[str]:
    """What to type after a sitting: what was missed, what is left, what else the topic offers."""
    from kdl.quiz import library

    topics = {topic.id: topic for topic in library.topics()}
    missed = [session.agenda.item(card) for card in session.tally.missed]
    if missed:
        return [f"kdl notes {missed[0].topic}     read again what you missed ({missed[0].heading})"]
    if left["due"] or left["new"]:
        return [f"kdl quiz     {left['due']} due and {left['new']} new are left for today"]
    exercises = [name for topic in topics.values() for name in topic.exercises]
    return [f"kdl exercise start {exercises[0]}     write it yourself"] if exercises else ["kdl"]
