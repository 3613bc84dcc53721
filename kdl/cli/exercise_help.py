"""The ways out of being stuck: `kdl exercise hint`, `solution` and `reset`."""

from __future__ import annotations

import click

from kdl.cli import exercise_shared as shared
from kdl.cli import render
from kdl.errors import UsageProblem


@click.command()
@shared.name
@click.option("--step", "step_id", help="The step, by its id or number; else the one you are at.")
@click.option("--level", type=click.IntRange(1, 3), help="A hint you have had already, or the next one.")
def hint(name, step_id, level):
    """Show the next hint: a question, then a direction, then nearly the code. Without a NAME: of the exercise touched last.

    \b
    kdl exercise hint lstm-cell
    kdl exercise hint lstm-cell --step cell
    """
    from kdl.cli.show import exercise_verdict, prose
    from kdl.grade import exercise, ladder
    from kdl.store import attempts

    one = shared.chosen(name)
    rows = shared.log(one.id)
    step = one.step(step_id) if step_id else ladder.current_step(one, rows)
    wanted, level = level, ladder.hint(one, step, rows, level)
    text = exercise.read_hints(one).steps[step.id][level - 1]
    if wanted is None and not ladder.more_hints(step, rows):
        render.say("There are no more hints for this step; this was the last one.")
    shared.record("hint", one, step=step.id, hint_level=level)
    render.heading(f"Hint {level} of {exercise.HINT_LEVELS} for step {one.steps.index(step) + 1}, {step.title}")
    prose.show(text)
    if level == exercise.HINT_LEVELS:
        rule = ladder.reveal(one, rows)
        opens = "the solution" if rule.allowed else f"opens after {ladder.REVEAL_AFTER} different tries; {rule.tries} so far"
        more = f"kdl exercise solution {one.id}     {opens}"
    else:
        more = f"kdl exercise hint {one.id} --step {one.steps.index(step) + 1}     {exercise_verdict.hint_name(level + 1)}"
    render.next_step(shared.go_on(one, attempts.state_of(rows, one.version)), more)


@click.command()
@shared.name
@click.option("--all", "everything", is_flag=True, help="Print the other right solutions, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def solution(name, everything, yes):
    """Show the solution: after a pass, or after three different tries. Without a NAME: of the exercise touched last.

    \b
    kdl exercise solution lstm-cell
    kdl exercise solution lstm-cell --all
    """
    from kdl.grade import ladder

    one = shared.chosen(name)
    rule = ladder.reveal(one, shared.log(one.id))
    if not rule.allowed:
        raise UsageProblem(
            f"The solution of {one.id} opens after a pass, or after {ladder.REVEAL_AFTER} different tries.",
            why=f"You have had {rule.tries} so far.",
            fix=f"`kdl exercise hint {one.id}` helps you on.",
        )
    if not rule.solved and not _confirmed(f"Show the solution of {one.id}? It then counts as seen.", yes):
        return
    shared.record("reveal", one)
    first, *others = one.solutions
    for path in (first, *others) if everything else (first,):
        render.heading(f"# {path.name}")
        render.say(path.read_text(encoding="utf-8").rstrip())
        render.say()
    if others and not everything:
        render.say("Other right solutions:")
        for path in others:
            render.say(f"  {path.name}: {_first_sentence(path)}")
    steps = [f"kdl exercise solution {one.id} --all"] if others and not everything else []
    render.next_step(*steps, f"kdl exercise reset {one.id}     write it again, from memory")


def _first_sentence(path) -> str:
    from kdl import headers

    return " ".join(headers.docstring(path)[0].partition("\n\n")[0].split())


def _confirmed(question: str, yes: bool) -> bool:
    if yes:
        return True
    if not render.interactive():
        raise UsageProblem("This asks for a confirmation, and there is no terminal.", fix="Add `--yes`.")
    return click.confirm(question)


@click.command()
@shared.name
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(name, yes):
    """Begin again from the stub; your file or notebook is kept with a number. Without a NAME: the exercise touched last.

    \b
    kdl exercise reset lstm-cell
    """
    from kdl.grade import workspace

    one = shared.chosen(name)
    path = workspace.current(one) or workspace.submission(one)
    if path.is_file() and not _confirmed(f"Begin {one.id} again? Your file is kept beside the new one.", yes):
        return
    copies = workspace.reset(one)
    shared.record("reset", one)
    render.say(f"{path} is the stub again. What you had is in {' and '.join(copy.name for copy in copies)}.")
    render.next_step(shared.go_on(one, "started"))
