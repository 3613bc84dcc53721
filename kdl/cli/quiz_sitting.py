"""The loop of a quiz session: where answers come from, what each key does. The session itself is kdl.quiz.session."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from kdl.cli import render
from kdl.cli.show.quiz_screen import ACTIONS, Screen, pairs_of
from kdl.errors import KdlError
from kdl.quiz.item import Unreadable
from kdl.quiz.session import DO_NOT_KNOW, SURE, Asked, Feedback, Session

HOW_SURE = "How sure are you?  1 guessed  2 half  3 rather sure  4 certain  Enter skip > "
PATIENCE = 3  # unreadable lines of a script before its item is skipped
TOLD = {
    "suspend": "Suspended {card}: it is not asked again until `kdl quiz unsuspend {item}`.",
    "tomorrow": "Put off {card} until tomorrow.",
    "flag": "Flagged {card}; `kdl quiz flagged` lists what you flagged.",
}


class EndOfInput(Exception):
    """There are no more lines."""


# ---- where answers come from -----------------------------------------------------------------------------------------


class Terminal:
    """A person at a keyboard: one key where one key is enough (lines only where not `by_key`; `err` prompts on stderr)."""

    scripted = False

    def __init__(self, by_key: bool = True, err: bool = False):
        self._by_key, self._err = by_key, err

    def line(self, prompt: str) -> str:
        if self._err:
            render.say(prompt, err=True, nl=False)
        try:
            return input("" if self._err else render.plain(prompt))
        except EOFError as error:
            raise EndOfInput from error

    def key(self, prompt: str) -> str:
        if not self._by_key:
            return self.line(prompt)
        click.echo(render.plain(prompt), nl=False)
        try:
            char = click.getchar()
        except EOFError as error:
            raise EndOfInput from error
        click.echo(char if char.isprintable() else "")
        return char.strip()


class Lines:
    """A script: one line for each thing asked. Nothing waits to be read."""

    scripted = True

    def __init__(self, lines: Iterator[str]):
        self._lines = lines

    def line(self, prompt: str) -> str:
        line = next(self._lines, None)
        if line is None:
            raise EndOfInput
        return line.rstrip("\n")

    key = line


# ---- the loop --------------------------------------------------------------------------------------------------------


def run(session: Session, screen: Screen, reader: Terminal | Lines, typed: str = "kdl quiz") -> None:
    """Ask until the session is over, the learner quits or the lines end.

    Args:
        typed: the command that asks what is left.
    """
    screen.start(session.counts(), session.plan, session.agenda.backlog)
    waits = screen.for_people and not reader.scripted
    try:
        while (asked := session.next()) is not None:
            screen.question(asked, session.number)
            feedback = _asked(session, screen, reader, asked)
            if feedback is not None:
                screen.feedback(feedback)
                if feedback.leech:
                    note(screen, feedback.asked)
                if waits and not _after(session, screen, reader, feedback):
                    break
    except EndOfInput:
        if waits:
            render.say()
    screen.end(session, session.agenda.left(), typed)


def _asked(session: Session, screen: Screen, reader: Terminal | Lines, asked: Asked) -> Feedback | None:
    """Ask one card until it is answered or left. Raises EndOfInput where the learner quits."""
    mode = asked.question.mode
    slash = "/" if mode == "text" else ""
    read = reader.key if mode == "key" else reader.line
    screen.keys(asked, slash)
    if not reader.scripted:  # a script does not think
        session.prepare()
    unreadable = 0
    while not (reader.scripted and unreadable == PATIENCE):
        text = read(f"{asked.question.ask} > ").strip()
        if reader.scripted:
            screen.typed(text)
        action = text[1:] if text.startswith("/") else "" if slash else text
        if action.lower() in ACTIONS:
            if _act(session, screen, action.lower(), asked):
                return None
            if ACTIONS[action.lower()] in ("note", "experiment"):
                screen.question(asked, session.number)
                screen.keys(asked, slash)
            continue
        try:
            if not text and mode != "self":
                raise Unreadable(f"Type {asked.question.ask}, or {DO_NOT_KNOW} if you don't know.")
            return _judged(session, screen, reader, text)
        except Unreadable as error:
            unreadable += 1
            screen.unreadable(str(error))
    screen.told(f"Skipped {asked.card_id}: no answer could be read.")
    session.skip()
    return None


def _judged(session: Session, screen: Screen, reader: Terminal | Lines, text: str) -> Feedback | None:
    """Store the answer, after the learner said how sure he is (where that is asked) and judged it (where only he can)."""
    asked, verdict = session.asked, session.judge(text)
    confidence = _confidence(reader) if asked.asks_sure and not reader.scripted and text != DO_NOT_KNOW else None
    if verdict.correct is not None:
        return session.answer(text, confidence=confidence)
    screen.reveal(verdict.answer)
    for _ in range(PATIENCE if reader.scripted else sys.maxsize):
        said = reader.key("did you have it? y or n > ").strip().lower()
        if reader.scripted:
            screen.typed(said)
        if said in ("y", "n"):
            return session.answer(text, right=said == "y", confidence=confidence)
        if said == "q":
            raise EndOfInput
        screen.unreadable("Type y if you had it, n if not.")
    session.skip()
    return None


def _confidence(reader: Terminal | Lines) -> float | None:
    """How sure the learner is, before the feedback; any other key than 1 to 4 skips it."""
    return SURE.get(reader.key(HOW_SURE).strip())


def _act(session: Session, screen: Screen, key: str, asked: Asked) -> bool:
    """Do what a key stands for; True where the card leaves the screen."""
    word = ACTIONS[key]
    if word == "quit":
        raise EndOfInput
    if word == "hint":
        screen.hint(session.hint())
    elif word == "note":
        note(screen, asked)
    elif word == "experiment":
        experiment(screen, asked)
    elif word == "skip":
        session.skip()
    elif word == "undo":
        screen.told(undone(session.undo()))
        return session.agenda.has_first()
    else:
        session.mark(word, asked.card_id)
        screen.told(TOLD[word].format(card=asked.card_id, item=asked.item.id))
    return word in ("skip", "suspend", "tomorrow")


def undone(review) -> str:
    """What an undo took back, by name."""
    if review is None:
        return "There is nothing to undo."
    said = "right" if review.correct else "not right"
    return f"Undone: the answer to {review.card_id} ({said}). Its schedule is what it was before."


def note(screen: Screen, asked: Asked) -> None:
    """Show the section of the notes that a card belongs to, without its items' answers."""
    from kdl.cli import notes

    item = asked.item
    if not item.file:
        screen.told("No topic of the notes goes with this card.")
        return
    try:
        screen.note(item, notes.section(item.topic, item.heading))
    except KdlError as error:
        screen.told(error.what)


def experiment(screen: Screen, asked: Asked) -> None:
    """Show the measured contrast that goes with a card; what it found, where that was predicted."""
    from kdl.cli import cli

    pairs = pairs_of(asked.item)
    screen.told(f"`kdl pair show {pairs[0]}`" if pairs else "No experiment goes with this card.")
    if pairs:
        _inside(screen, lambda: cli.main(["pair", "show", pairs[0]], prog_name="kdl", standalone_mode=False))


def _inside(screen: Screen, shown) -> None:
    """Let another command print into the session, where people read it; its failure does not end the session."""
    if not screen.for_people:
        return
    try:
        with render.guided():
            shown()
    except KdlError as error:
        screen.told(error.what)


def _after(session: Session, screen: Screen, reader: Terminal, feedback: Feedback) -> bool:
    """The pause after feedback; False where the learner quits."""
    asked = feedback.asked
    linked = "x experiment  " if pairs_of(asked.item) else ""
    while True:
        key = reader.key(f"Enter next  u undo  s suspend  f flag  o note  {linked}q quit > ").lower()
        if key == "q":
            return False
        if key == "u":
            screen.told(undone(session.undo()))
            return True
        if key in ("s", "f"):
            session.mark(ACTIONS[key], asked.card_id)
            screen.told(TOLD[ACTIONS[key]].format(card=asked.card_id, item=asked.item.id))
        elif key == "o":
            note(screen, asked)
        elif key == "x":
            experiment(screen, asked)
        else:
            return True
