"""`kdl start`: the first five minutes. Every step is a real command, shown before it runs, in a temporary home."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import click

from kdl.cli import home, render
from kdl.cli.show import prose
from kdl.errors import Interrupted, KdlError

# As few steps as reach the target with room to spare: 800 just do.
TRAIN = ("train", "lstm", "--task", "name-language", "--steps", "1000")
TRAINED = (
    "An LSTM reads names of people letter by letter and guesses which of 13 languages they come from. The target is to be "
    "right for half of the names that it has not seen; always naming the most frequent language is right for 9 %."
)
# The condition that the prediction is about.
COMPARE = ("compare", "P52", "--condition", "50", "--seeds", "2")
TOPIC = "lstm"
RECALL = ("quiz", "--topic", TOPIC, "--limit", "3")
EXERCISE = "lstm-cell"
# The nearly finished exercise is a mutant: right but for one line.
NEARLY = "inverted_forget_gate"
WRONG, RIGHT = "c_next = (1.0 - f) * c + i * g", "c_next = f * c + i * g"


@click.command()
@click.option("--auto", is_flag=True, help="Ask nothing: predict, answer and mend by itself (for scripts and a first look).")
def command(auto):
    """The first five minutes: train, predict, compare, recall, and mend one line.

    \b
    kdl start
    kdl start --auto     without questions, in under three minutes

    Everything happens in a temporary home, which it names; your own keeps only a note that you took the tour.
    """
    auto = auto or not render.interactive()
    began, note = time.monotonic(), home.toured()
    place = Path(tempfile.mkdtemp(prefix="kdl-start-"))
    os.environ["KDL_HOME"] = str(place)
    os.environ.pop("KDL_WORKSPACE", None)
    render.heading("The first five minutes")
    prose.show("Four things to do again and again, on one question: why does an LSTM remember what a simple RNN forgets?")
    render.say(f"This tour lives in {place}; delete it when you like.")
    for number, step in enumerate((train, compare, recall, mend), 1):
        with _left_at(number):
            step(f"{number} of 4", auto)
            if not auto:
                _wait()
    _note(note)
    render.say()
    render.heading(f"That was the whole loop, in {render.seconds(time.monotonic() - began)}.")
    render.say("Your own progress starts now, in a home of its own (`kdl paths` names it).")
    if not shutil.which("kdl"):
        activate = Path(sys.executable).with_name("activate")
        render.say(f"To type `kdl` in this shell:  source {activate}" if activate.exists() else f"`kdl` is {sys.argv[0]}")
    render.next_step("kdl notes --unit 11     the lessons behind it, from the first on", "kdl     where you are, at any time")


@contextlib.contextmanager
def _left_at(number: int):
    """Whoever leaves the tour is told how to come back."""
    back = "`kdl start` begins the tour again; `kdl` says where you are."
    try:
        yield
    except Interrupted as stop:
        raise Interrupted(stop.what, why=f"You left the tour at step {number} of 4.", fix=back) from stop
    except (click.Abort, KeyboardInterrupt, EOFError) as stop:
        raise Interrupted(f"\nYou left the tour at step {number} of 4.", fix=back) from stop


def _wait() -> None:
    """`click.pause` would take Ctrl-C for a key."""
    render.say("\nPress a key to go on, Ctrl-C to leave ...")
    click.getchar()


def _note(path: Path) -> None:
    """Write down in the learner's own home that the tour was taken; `kdl` offers it no more."""
    from kdl import paths

    try:
        paths.made(path.parent)
        path.touch()
    except (KdlError, OSError) as error:
        render.say(f"That you took the tour could not be noted: {error}", err=True)


def train(count: str, auto: bool) -> None:
    _title(count, "Train a real model", TRAINED)
    _run(*TRAIN)


def compare(count: str, auto: bool) -> None:
    _title(
        count,
        "Predict, then measure",
        "Two numbers in a sequence are marked; the answer is their sum. With equally many parameters, who gets closer, the "
        "LSTM or the simple RNN? Two seeds at length 50 are a look and no verdict (about 20 seconds); what the committed "
        "run of ten seeds says comes after it.",
    )
    _run(*COMPARE, *(("--no-predict",) if auto else ()))


def recall(count: str, auto: bool) -> None:
    _title(count, "Recall", "Three cards from the notes. Each answer is followed by why it is right or wrong.")
    if not auto:
        _run(*RECALL)
        return
    render.say("(Without a terminal it answers by itself: right, wrong, right.)")
    _answered(3)


def _answered(limit: int) -> None:
    """A real session, answered by the program; every second answer is wrong, to show what feedback says."""
    from kdl.cli import quiz_cards, quiz_sitting
    from kdl.cli.show import quiz_screen
    from kdl.quiz import library
    from kdl.quiz.session import Plan, Session

    with quiz_cards.opened() as db:
        items = [item for item in library.items() if item.topic == TOPIC]
        session = Session(db, items, Plan(limit=limit), quiz_cards.clock, lambda: 1)
        with render.guided():
            quiz_sitting.run(session, quiz_screen.Screen(plain=True), quiz_sitting.Lines(_replies(session)))


def _replies(session):
    """What a learner who knows every second answer would type, line by line."""
    from kdl.quiz.kinds import KINDS

    for number in itertools.count():
        asked = session.asked
        right = KINDS[asked.item.kind].typed(asked.item, asked.part, asked.question)
        others = [key for key, _ in asked.question.options if key != right] if asked.question.mode == "key" else ["?"]
        yield right if number % 2 == 0 else others[0]


def mend(count: str, auto: bool) -> None:
    from kdl.grade import exercise, workspace

    one = exercise.find(EXERCISE)
    _title(count, "Mend one line", f"{one.title}, nearly finished: one line is wrong. The judge says which mistake it is.")
    submission = workspace.start(one)
    nearly = (one.path / "mutants" / f"{NEARLY}.py").read_text(encoding="utf-8")
    submission.write_text(nearly, encoding="utf-8")
    _run("exercise", "check", EXERCISE)
    if auto:
        render.say()
        render.say(f"- {WRONG}\n+ {RIGHT}")
        submission.write_text(nearly.replace(WRONG, RIGHT), encoding="utf-8")
        if _run("exercise", "check", EXERCISE) != 0:
            raise KdlError("The mended exercise does not pass.", why="The tour mends the one line that is wrong.")
        return
    while True:
        render.say()
        render.say(f"Open {submission} and mend the line.")
        answer = click.prompt("Enter to check again, e to open your editor, s to skip", default="", show_default=False)
        if answer.strip().lower() == "s":
            return
        if answer.strip().lower() == "e":
            click.edit(filename=str(submission))
        if _run("exercise", "check", EXERCISE) == 0:
            return


def _title(count: str, title: str, text: str) -> None:
    render.say()
    render.heading(f"{count}  {title}")
    prose.show(text)


def _run(*words: str) -> int:
    """Show a command as the learner would type it, and run it in this process; returns its exit code."""
    from kdl.cli import cli

    render.say()
    render.say(render.style("$ kdl " + " ".join(words), fg="cyan"))
    with render.guided():
        code = cli.main(list(words), prog_name="kdl", standalone_mode=False)
    return code if isinstance(code, int) else 0
