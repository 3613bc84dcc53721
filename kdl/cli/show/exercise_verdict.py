"""How a verdict reads in a terminal; the sentences come from `kdl.grade.feedback`."""

from __future__ import annotations

import sys
import textwrap
import time

import click

from kdl.cli import render
from kdl.cli.show import prose

_SIGN = {"pass": ("✓", "green"), "fail": ("✗", "red"), "error": ("✗", "red")}


def starting(one, *, ready: bool = False) -> None:
    """Say on a terminal that a check begins.

    Args:
        ready: a process with the imports done is waiting; else an exercise with Keras takes seconds before the first step.
    """
    if one.runtime == "numpy" or ready:
        progress(one)
    elif sys.stderr.isatty():
        told = "Starting Keras (some seconds) ..."
        _line(told) if render.colours() else render.say(told, err=True)


def progress(what) -> None:
    """Say on a terminal which exercise or step is being judged; None wipes the line."""
    if sys.stderr.isatty() and render.colours():
        _line(f"judging: {render.plain(what.title)} ..." if what else "")


def _line(text: str) -> None:
    """Write over the line that stands there."""
    click.echo(f"\r\x1b[K{text}", nl=False, err=True)


def clear() -> None:
    """An empty screen for the next verdict, on a terminal."""
    if sys.stdout.isatty() and render.colours():
        click.clear()


def pressed(seconds: float) -> bool:
    """Wait, and say whether Enter was pressed meanwhile; without a terminal it only waits."""
    import select

    if not sys.stdin.isatty() or sys.platform == "win32":
        time.sleep(seconds)
        return False
    if select.select([sys.stdin], [], [], seconds)[0]:
        sys.stdin.readline()
        return True
    return False


def lines(texts: list[str]) -> None:
    """Each text as one line, or several where it is too long; a broken line of code is still the same code."""
    for text in texts:
        indent = " " * (len(text) - len(text.lstrip()) + 4)
        how = {"subsequent_indent": indent, "break_on_hyphens": False, "break_long_words": False, "drop_whitespace": True}
        for line in textwrap.wrap(render.visible(text), render.width(), replace_whitespace=False, **how) or [""]:
            render.say(line)


def paragraph(text: str, start: str = "") -> None:
    """Wrapped text; `start` stands before the first line, and the others line up with it."""
    for line in textwrap.wrap(text, render.width(), initial_indent=start, subsequent_indent=" " * len(start)):
        render.say(line)


def show(verdict, rows, again: str, *, verbose: bool = False, due: str | None = None) -> None:
    """The whole verdict, for a person.

    Args:
        verdict: a `kdl.grade.check.Verdict`.
        rows: the log of the exercise, this check included.
        again: the command that checks the same file again.
        due: when the exercise comes back in the quiz.
    """
    from kdl.grade import feedback

    _score(verdict)
    if verdict.problem:
        _problem(verdict)
    elif step := verdict.first_open:
        _step(verdict, step)
    if verbose:
        lines(feedback.verbose(verdict))
        render.say(f"\nsandbox: {verdict.sandbox}   time: {render.seconds(verdict.seconds)}")
    if printed := feedback.output(verdict, whole=verbose):
        render.say("\nYour code printed:")
        for line in printed:
            render.say(f"    {render.visible(line)}")
    if verdict.status == "pass":
        _why(verdict, due)
    else:
        _offer(verdict, rows, again)


def summary(verdict) -> None:
    """One line with the time, so that it is seen which save a verdict belongs to."""
    one, step = verdict.exercise, verdict.first_open
    told = "every step passes" if step is None else f"step {one.steps.index(step) + 1} fails"
    told = "not judged" if verdict.problem else told
    render.say(f"\n{verdict.score} of {one.max_score}, {told}, {time.strftime('%H:%M:%S')}")


def _score(verdict) -> None:
    from kdl.grade import feedback

    one = verdict.exercise
    render.heading(f"{one.title}: {verdict.score} of {one.max_score} points   (seed {verdict.seed})")
    size = max(len(step.title) for step in one.steps)
    for number, step in enumerate(one.steps, 1):
        status = verdict.step_status(step)
        sign, colour = _SIGN[status]
        points = f"{step.weight if status == 'pass' else 0}/{step.weight}"
        mark = render.style(sign, fg=colour)
        render.say(f"  {mark} {number} {step.title.ljust(size)}  {points}  {feedback.step_line(verdict, step)}")


def _problem(verdict) -> None:
    from kdl.grade import feedback

    render.say()
    lines(feedback.problem(verdict))


def _step(verdict, step) -> None:
    from kdl.grade import feedback

    render.say()
    render.heading(f"Step {verdict.exercise.steps.index(step) + 1}, {step.title}")
    lines(feedback.failure(verdict, step))
    if told := verdict.diagnoses.get(step.id):
        render.say()
        paragraph(told.message, "Why: ")


def _why(verdict, due: str | None) -> None:
    from kdl.grade import exercise

    one = verdict.exercise
    render.say()
    prose.show(exercise.read_hints(one).why, first="Why it works: ")
    if due:
        render.say()
        render.say(due)
    others = f"kdl exercise solution {one.id}     how others write it"
    render.next_step(_transfer(one), others, "kdl     where you are, and what comes next")


def _transfer(one) -> str:
    """Where what was learned is used next: the pair that shows it, the quiz of its topic, or another exercise."""
    from kdl.cli import exercise_shared as shared

    if one.pairs:
        return f"kdl compare {one.pairs[0]} --seeds 2     see the difference it makes"
    if one.topic:
        return f"kdl quiz --topic {one.topic}"
    other, state = shared.following(one)
    if other is None:
        return "kdl quiz     every exercise is solved"
    return f"kdl exercise {'start' if state == 'new' else 'check'} {other.id}     {other.title}, {other.difficulty} of 5"


def _offer(verdict, rows, again: str) -> None:
    """One hint, the next one, for the step that the learner is at."""
    from kdl.grade import ladder
    from kdl.store import attempts

    one, step = verdict.exercise, verdict.first_open
    mend = f"mend {verdict.source.path}"
    if verdict.problem:
        render.next_step(f"write in {verdict.source.path}" if verdict.unwritten else mend, again)
        return
    if ladder.more_hints(step, rows):
        name = hint_name(attempts.hint_level(rows, step.id) + 1)
        own = [] if again == f"kdl exercise check {one.id}" else [mend, again]
        render.next_step(*own, f"kdl exercise hint {one.id}     {name} for step {one.steps.index(step) + 1}")
        return
    offer = [f"kdl exercise solution {one.id}     the hints are used up"] if ladder.reveal(one, rows).allowed else []
    render.next_step(mend, again, *offer)


def hint_name(level: int) -> str:
    """`hint 2 of 3`; the last one says how much it gives away."""
    from kdl.grade.exercise import HINT_LEVELS

    return f"hint {level} of {HINT_LEVELS}" + (" (nearly the code)" if level == HINT_LEVELS else "")
