"""What a quiz session shows people: text, or plain lines for screen readers. For scripts: kdl.cli.show.quiz_json."""

from __future__ import annotations

import click

from kdl.cli import due_exercises, render
from kdl.cli.show import prose
from kdl.memory.exercise_cards import DueExercise
from kdl.memory.scheduler import AGAIN
from kdl.quiz.agenda import Backlog, Plan
from kdl.quiz.item import Item
from kdl.quiz.session import DO_NOT_KNOW, Asked, Feedback, Session

SECONDS_EACH = 20  # what an item takes, for the estimate at the start
# Options are the letters a to e; no action may be one of them.
ACTIONS = {
    "h": "hint",
    "k": "skip",
    "u": "undo",
    "s": "suspend",
    "t": "tomorrow",
    "f": "flag",
    "o": "note",
    "x": "experiment",
    "q": "quit",
}


def pairs_of(item: Item) -> list[str]:
    """The pairs whose experiment goes with an item: those of its topic; of a missed prediction, the pair itself."""
    from kdl.quiz import library, misses

    if item.id.startswith(misses.PREFIX):
        return [item.id.removeprefix(misses.PREFIX).partition("-")[0].upper()]
    return [pair for topic in library.topics() if topic.id == item.topic for pair in topic.pairs]


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

    for_people = True

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

    def start(self, counts: dict[str, int], plan: Plan, backlog: Backlog | None = None) -> None:
        minutes = max(1, round((counts["due"] + counts["new"]) * SECONDS_EACH / 60))
        long = f"about {minutes} min"
        if plan.minutes is not None and plan.minutes < minutes:
            long = f"as far as {plan.minutes:g} min go"
        what = f"{counts['due']} to go through" if plan.cram else f"{counts['due']} due, up to {counts['new']} new"
        render.say(self._style(f"{what}, {long}", bold=True) + (". Cramming moves no schedule." if plan.cram else ""))
        if backlog:
            self._prose(told(backlog))

    def question(self, asked: Asked, number: int) -> None:
        words = {
            "again": "again",
            "new": "new",
            "sure": "you were sure and missed it",
            "changed": "its answer has changed since you last saw it",
        }
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
        missing = {"h": not asked.item.hint, "x": not pairs_of(asked.item)}
        actions = [f"{slash}{key} {word}" for key, word in ACTIONS.items() if not missing.get(key)]
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

    def note(self, item: Item, text: str) -> None:
        """A section of the notes."""
        self._prose(f"{item.file}:{item.line}")
        if text:
            render.say()
            self._prose(text)

    def feedback(self, feedback: Feedback) -> None:
        verdict, item = feedback.verdict, feedback.asked.item
        render.say()
        if verdict.correct is not None:
            if verdict.correct:
                render.say(self._style("Right.", fg="green", bold=True))
            else:
                unknown = feedback.review.answer == DO_NOT_KNOW
                said, colour = ("Noted: not known. ", None) if unknown else ("Not right. ", "red")
                self._prose(f"The answer: {verdict.answer}", first=self._style(said, fg=colour, bold=True))
            for line in filter(None, verdict.feedback.split("\n")):
                self._prose(line, first="" if feedback.asked.question.mode == "keys" else f"{feedback.review.answer}: ")
        if feedback.asked.before is not None:
            self._prose(changed(feedback))
        self._prose(feedback.why, first=self._style("Why: ", bold=True))
        self._aside(self._when(feedback) + (f" More: kdl notes {item.topic}" if item.topic else ""))

    def _when(self, feedback: Feedback) -> str:
        if feedback.leech:
            card = feedback.asked.card_id
            return f"You keep missing it, so it is put aside. Read its section; `kdl quiz unsuspend {card}` brings it back."
        if feedback.comes_back:
            sure = " and, as you were sure, first in the next one" if feedback.was_sure else ""
            return f"It comes back in this session{sure}."
        if feedback.days is None:
            return "Its schedule stays as it was."
        said = "Comes back" if feedback.rating == AGAIN else "Due again"
        sure = " and, as you were sure, first in the next session" if feedback.was_sure else ""
        return f"{said} {'tomorrow' if feedback.days == 1 else f'in {feedback.days} days'}{sure}."

    def end(self, session: Session, left: dict[str, int], typed: str) -> None:
        tally = session.tally
        render.say()
        if not tally.answered:
            render.say("Nothing was answered, nothing was recorded.")
        else:
            minutes = render.seconds(session.seconds())
            render.say(self._style(f"{tally.answered} answered, {tally.right} right", bold=True) + f", {minutes}.")
        if tally.missed:
            self._prose("Missed: " + ", ".join(dict.fromkeys(tally.missed)) + ".")
        if tally.leeches:
            self._prose(f"Put aside, {len(tally.leeches)}: " + ", ".join(tally.leeches) + ".")
        exercises = due_exercises.existing(session.agenda.exercises())
        if exercises:
            self._prose("Exercises that are due: " + ", ".join(one.id for one in exercises) + ".")
        render.say()
        for command in _next_commands(session, left, typed, exercises):
            render.say(self._style("next", bold=True) + f"  {command}")


def told(backlog: Backlog) -> str:
    """What is said where more is due than a day takes."""
    rest = f"{backlog.waiting} more over the next {backlog.days} days" if backlog.days > 1 else f"{backlog.waiting} tomorrow"
    if backlog.welcome:
        return (
            f"Welcome back after {backlog.away} days. {backlog.due} cards are due: the {backlog.today} most urgent come today, "
            f"{rest}. Nothing new is added until then."
        )
    return f"{backlog.due} are due: the {backlog.today} most urgent come today, {rest}. `--max-due N` asks more."


def changed(feedback: Feedback) -> str:
    """The old and the new answer of an item whose answer has changed; a drawn one had other numbers then."""
    other = ", with other numbers" if "draw" in feedback.asked.item.spec else ""
    return f"The answer has changed. Before: {feedback.asked.before}{other}. Now: {feedback.review.right_answer}."


def _next_commands(session: Session, left: dict[str, int], typed: str, exercises: list[DueExercise]) -> list[str]:
    """What to type after a sitting: what was missed, what is left, what is due to be written, else the way itself."""
    again = ["     ".join(due_exercises.next_step(one)) for one in exercises]
    missed = [item for item in map(session.agenda.item, session.tally.missed) if item.topic]
    if missed:
        return [f"kdl notes {missed[0].topic}     read again what you missed ({missed[0].heading})", *again]
    if left["due"] or left["new"]:
        return [f"{typed}     {left['due']} due and {left['new']} new are left for today", *again]
    return again or ["kdl     where you are, and what comes next"]
