"""`kdl start`: the first five minutes. Every step is a real command, shown before it runs, in a temporary home."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import click

from kdl.cli import render
from kdl.cli.show import prose

TRAIN = ("train", "lstm", "--task", "name-language", "--steps", "300")
COMPARE = ("compare", "P52", "--condition", "20", "--seeds", "2")
RECALL = ("quiz", "--limit", "3")
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

    Everything happens in a temporary home, which it names; your own progress is not touched.
    """
    auto = auto or not render.interactive()
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="kdl-start-"))
    os.environ["KDL_HOME"] = str(home)
    os.environ.pop("KDL_WORKSPACE", None)
    render.heading("The first five minutes")
    prose.show("Four things to do again and again, on one question: why does an LSTM remember what a simple RNN forgets?")
    render.say(f"This tour lives in {home}; delete it when you like.")
    for number, step in enumerate((train, compare, recall, mend), 1):
        step(f"{number} of 4", auto)
        if not auto:
            click.pause("\nPress a key to go on ...")
    render.say()
    render.heading(f"That was the whole loop, in {render.seconds(time.monotonic() - began)}.")
    render.say("Your own progress starts now, in a home of its own (`kdl paths` names it).")
    if not shutil.which("kdl"):
        activate = Path(sys.executable).with_name("activate")
        render.say(f"To type `kdl` in this shell:  source {activate}" if activate.exists() else f"`kdl` is {sys.argv[0]}")
    render.next_step("kdl notes lstm     read the lesson behind it", "kdl                where you are, at any time")


def train(count: str, auto: bool) -> None:
    _title(count, "Train a real model", "An LSTM reads names of people letter by letter and guesses their language.")
    _run(*TRAIN)


def compare(count: str, auto: bool) -> None:
    _title(
        count,
        "Predict, then measure",
        "Two numbers in a sequence are marked; the answer is their sum. With equally many parameters, who gets closer, the "
        "LSTM or the simple RNN? Two seeds at length 20 are a look and no verdict; the committed run has ten.",
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
        session = Session(db, library.items(), Plan(limit=limit), quiz_cards.clock, lambda: 1)
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
        _run("exercise", "check", EXERCISE)
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
