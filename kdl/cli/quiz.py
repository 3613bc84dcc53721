"""`kdl quiz`: answer what is due, then something new; and look after the cards."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict

import click

from kdl.cli import completion, quiz_exchange, quiz_fit, quiz_stats, render
from kdl.cli.quiz_cards import add_to, now_of, opened
from kdl.errors import KdlError, NotFound, NothingToDo


def _items(topic: str | None, unit: int | None) -> list:
    """The items in scope, in teaching order."""
    from kdl.quiz import library, own_folder

    library.demand(unit)
    render.left_out(library.problems())
    if folder := own_folder.outdated():
        render.say(f"Your notes in {folder} are not what was read last: `kdl quiz sync` reads them again.", err=True)
    items = library.items()
    if topic is not None:
        name = library.find_topic(topic).id
        items = [item for item in items if item.topic == name]
    if unit is not None:
        units = {str(item.unit) for item in library.items()}
        items = [item for item in items if item.unit == unit]
        if not items:
            raise NotFound("unit", str(unit), units, fix=f"Units with items: {', '.join(sorted(units, key=int))}.")
    return items


@click.group(invoke_without_command=True)
@click.option("--topic", shell_complete=completion.topics, help="Only this topic (its id, or an entry that it teaches).")
@click.option("--unit", type=int, help="Only this unit.")
@click.option("--new", type=click.IntRange(0), default=10, show_default=True, help="At most this many new cards today.")
@click.option("--limit", type=click.IntRange(1), help="Stop after this many answers.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Ask nothing more after this time.")
@click.option("--max-due", type=click.IntRange(1), help="At most this many repetitions today; else what you have set, or 50.")
@click.option("--cram", is_flag=True, help="Go through everything now; logged, moves no schedule.")
@click.option(
    "--answers", type=click.File("r", encoding="utf-8"), help="Take the answers from a file, one a line (- is stdin)."
)
@click.option("--plain", is_flag=True, help="For screen readers: no colour, no single keys, options spoken in full.")
@render.json_option
@click.pass_context
def command(ctx, topic, unit, new, limit, minutes, max_due, cram, answers, plain, as_json):
    """Answer what is due, then something new.

    \b
    kdl quiz
    kdl quiz --topic lstm --limit 5
    kdl quiz --cram --minutes 10      everything, without touching the schedule

    Every answer is stored before its feedback is shown: quit whenever you like.
    """
    if ctx.invoked_subcommand is not None:
        return
    from kdl.cli import quiz_cards, quiz_sitting
    from kdl.cli.show import quiz_json, quiz_screen
    from kdl.quiz.agenda import Plan
    from kdl.quiz.session import Session

    if answers is None and not sys.stdin.isatty():
        answers = sys.stdin
    by_key = sys.stdin.isatty() and sys.stdout.isatty() and not (plain or as_json)
    items = _items(topic, unit)
    with render.colourless(plain), opened() as db:
        items = [*_misses(db, topic, unit), *items]
        plan = Plan(new=new, limit=limit, minutes=minutes, cram=cram, max_due=max_due)
        session = Session(db, items, plan, quiz_cards.clock, lambda: int.from_bytes(os.urandom(4)))
        if not any(session.agenda.counts().values()):
            raise _nothing(session, items, _typed(topic, unit, None, max_due))
        shown = quiz_json.JsonScreen() if as_json else quiz_screen.Screen(plain)
        reader = quiz_sitting.Lines(iter(answers)) if answers else quiz_sitting.Terminal(by_key, err=as_json)
        quiz_sitting.run(session, shown, reader, _typed(topic, unit, new, max_due))


def _typed(topic: str | None, unit: int | None, new: int | None, max_due: int | None) -> str:
    """The command that asks from the same cards by the same limits: what a sitting says is left is left for it."""
    default = next(option.default for option in command.params if option.name == "new")
    given = {"topic": topic, "unit": unit, "new": None if new == default else new, "max-due": max_due}
    return " ".join(["kdl quiz", *(f"--{name} {value}" for name, value in given.items() if value is not None)])


def _misses(db, topic: str | None, unit: int | None) -> list:
    """Wrong predictions that the learner was sure of, as items of the scope."""
    from kdl.quiz import library, misses

    try:
        found = misses.items(db, library.topics())
    except KdlError as error:
        render.left_out([error])
        return []
    name = library.find_topic(topic).id if topic else None
    return [item for item in found if name in (None, item.topic) and unit in (None, item.unit)]


def _nothing(session, items, typed: str) -> NothingToDo:
    """Nothing is due and nothing new is open: say when something will be.

    Args:
        typed: the command of this sitting, without its number of new cards.
    """
    from kdl.cli import due_exercises

    exercises, backlog = due_exercises.existing(session.agenda.exercises()), session.agenda.backlog
    if exercises:
        command, reason = due_exercises.next_step(exercises[0])
        return NothingToDo("No card is due, but an exercise is.", fix=f"`{command}`: {reason}.")
    if backlog:
        return NothingToDo(
            f"Today's {backlog.per_day} repetitions are done.",
            why=f"{backlog.due} more are due; they come over the next {backlog.days} days.",
            fix=f"`kdl quiz --max-due {backlog.per_day + backlog.due}` asks them today.",
        )

    ways, what = [f"`{typed} --cram` goes through everything now", "`kdl notes` reads"], "Nothing is due."
    why = ["There are no items."] if not items else []
    if coming := session.agenda.next_due():
        days, count = coming
        why.append(f"The next {'is' if count == 1 else f'{count} are'} due {'tomorrow' if days <= 1 else f'in {days} days'}.")
    if more := session.agenda.opens_more():
        what = _enough(session.agenda)
        ways.insert(0, f"`{typed} --new {more}` goes on")
    elif items:
        why.append("What is still new waits for another day: it builds on what you just learned, or would give it away.")
    return NothingToDo(what, why=" ".join(why), fix=", ".join(ways) + ".")


def _enough(agenda) -> str:
    """New cards wait, and today takes no more of them; the limit holds for all topics together."""
    met, waiting = agenda.introduced(), agenda.unmet()
    cards = "1 card" if waiting == 1 else f"{waiting} cards"
    today = f"you met {met} new {'one' if met == 1 else 'ones'} today, which is the limit" if met else "no new ones are wanted"
    return f"No card is due, and {today}: {cards} that you never saw {'waits' if waiting == 1 else 'wait'} here."


@command.command("list")
@click.option("--topic", shell_complete=completion.topics, help="Only this topic.")
@click.option("--unit", type=int, help="Only this unit.")
@render.json_option
def list_(topic, unit, as_json):
    """List the items.

    \b
    kdl quiz list
    kdl quiz list --topic lstm --json
    """
    items = _items(topic, unit)
    if as_json:
        rows = [
            {
                "id": item.id,
                "kind": item.kind,
                "unit": item.unit,
                "topic": item.topic,
                "entries": list(item.entries),
                "errata": list(item.errata),
                "cards": len(item.cards),
            }
            for item in items
        ]
        render.emit({"schema": "kdl.items/1", "items": rows})
        return
    render.table([(item.id, item.kind, item.topic, len(item.cards), ", ".join(item.entries)) for item in items],
                 ["id", "kind", "topic", "cards", "entries"])  # fmt: skip
    render.next_step("kdl quiz show ID     one of them", "kdl quiz             be asked")


@command.command()
@click.argument("item")
@click.option("--answer", "answered", is_flag=True, help="Show the answer too.")
@render.json_option
def show(item, answered, as_json):
    """Show one item, where it stands in the notes, and what you remember of it.

    \b
    kdl quiz show lstm-gate-inputs
    kdl quiz show lstm-gate-inputs --answer
    """
    from kdl.cli.show import prose
    from kdl.quiz import library
    from kdl.quiz.kinds import KINDS
    from kdl.store import reviews

    one = library.find_item(item)
    with opened() as db:
        today = now_of(db).day
        states = [reviews.card(db, card) for card in one.cards]
    if as_json:
        render.emit({"schema": "kdl.item/1", "item": one.record(), "cards": [asdict(state) for state in states]})
        return
    for card, state in zip(one.cards, states, strict=True):
        question, *others = KINDS[one.kind].whole(one, card.partition("#")[2])
        render.heading(f"{card}, {one.kind}: {_state(state, today)}")
        prose.show(question.text)
        for other in others:
            render.say()
            prose.show(other.text, first="Or: ")
        if question.options:
            render.say()
        for key, text in question.options:
            prose.show(text, indent=5, first=f"  {key}  ")
        if answered:
            render.say()
            prose.show("Answer: " + KINDS[one.kind].right(one, card.partition("#")[2], question))
            prose.show("Why: " + KINDS[one.kind].why(one, question))
        render.say()
    drawn = [("drawn", one.spec["draw"])] if "draw" in one.spec else []
    render.fields([("notes", f"{one.file}:{one.line}, {one.heading}"), ("entries", ", ".join(one.entries)),
                   ("errata", ", ".join(one.errata)), ("needs", ", ".join(one.needs)), *drawn])  # fmt: skip
    render.next_step(f"kdl notes {one.topic}     the notes around it")


def _state(card, today: int) -> str:
    if card.suspended:
        return "suspended"
    if not card.reps:
        return "new"
    days = card.due_day - today
    return f"answered {card.reps} times, " + ("due" if days <= 0 else f"due in {days} days")


add_to(command)
quiz_stats.add_to(command)
quiz_exchange.add_to(command)
quiz_fit.add_to(command)
