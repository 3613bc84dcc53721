"""The commands that look after cards: undo, fsck, suspend, unsuspend, flag, flagged."""

from __future__ import annotations

import contextlib
from datetime import datetime

import click

from kdl.cli import render
from kdl.errors import NOT_RIGHT, NotFound, NothingToDo


def clock() -> datetime:
    """The one clock of the quiz."""
    return datetime.now().astimezone()


@contextlib.contextmanager
def opened():
    """The learner's database, closed at the end; SQLite's errors become ours."""
    from kdl import paths
    from kdl.store import database

    db = database.connect()
    try:
        with database.explained(paths.database()):
            yield db
    finally:
        db.close()


def now_of(db):
    """The moment that the logs get now."""
    from kdl.memory.study_day import moment
    from kdl.store import reviews

    return moment(clock(), reviews.last_day(db))


def add_to(group: click.Group) -> None:
    """Make them subcommands of `kdl quiz`."""
    for one in (undo, fsck, suspend, unsuspend, flag, flagged):
        group.add_command(one)


@click.command()
def undo():
    """Take back the last answer, of any session.

    \b
    kdl quiz undo
    """
    from kdl.cli.quiz_sitting import undone
    from kdl.memory import ledger

    with opened() as db:
        row = ledger.undo(db, now_of(db))
    if row is None:
        raise NothingToDo("There is no answer to undo.", fix="`kdl quiz` asks something.")
    render.say(undone(row))
    render.next_step("kdl quiz     be asked again")


@click.command()
@click.option("--repair", is_flag=True, help="Rebuild the card states from the log.")
@click.pass_context
def fsck(ctx, repair):
    """Replay the log of answers and compare it with the stored card states; exit 1 when they differ.

    \b
    kdl quiz fsck
    kdl quiz fsck --repair
    """
    from kdl.memory import ledger

    with opened() as db:
        lines = ledger.audit(db)
        for line in lines:
            render.say(line)
        if lines and repair:
            render.say(f"Rebuilt {ledger.rebuild(db)} cards from the log. The log was only read.")
            lines = ledger.audit(db)
    if not lines:
        render.say("Sound: the cards are what the log says.")
    render.next_step("kdl quiz fsck --repair     rebuild the cards from the log" if lines else "kdl quiz")
    ctx.exit(NOT_RIGHT if lines else 0)


def _mark(kind: str, name: str) -> list[str]:
    """Write an event for a card, or for all cards of an item."""
    from kdl.memory import ledger
    from kdl.store import reviews

    with opened() as db:
        # An exercise or a missed prediction stands in no note; it is known by its card.
        cards = [name] if ":" in name and reviews.card(db, name).reps else _cards_of(name)
        for card in cards:
            ledger.mark(db, kind, card, now_of(db))
    return cards


def _cards_of(name: str) -> list[str]:
    """The card that is named, or all cards of the item."""
    from kdl.quiz import library

    item = library.find_item(name)
    if "#" in name and name not in item.cards:
        raise NotFound("item", name, item.cards)
    return [name] if name in item.cards else list(item.cards)


@click.command()
@click.argument("item")
def suspend(item):
    """Ask an item no more until it is unsuspended.

    \b
    kdl quiz suspend lstm-kernel-shape
    """
    render.say(f"Suspended: {', '.join(_mark('suspend', item))}.")
    render.next_step(f"kdl quiz unsuspend {item}     ask it again")


@click.command()
@click.argument("item")
def unsuspend(item):
    """Ask a suspended item again.

    \b
    kdl quiz unsuspend lstm-kernel-shape
    """
    render.say(f"Asked again: {', '.join(_mark('unsuspend', item))}.")
    render.next_step("kdl quiz")


@click.command()
@click.argument("item")
@click.option("--off", is_flag=True, help="Take the flag away.")
def flag(item, off):
    """Flag an item that seems wrong or unclear.

    \b
    kdl quiz flag lstm-kernel-shape
    """
    said = "Flag taken away" if off else "Flagged"
    render.say(f"{said}: {', '.join(_mark('unflag' if off else 'flag', item))}.")
    render.next_step("kdl quiz flagged     all that you flagged")


@click.command()
@render.json_option
def flagged(as_json):
    """List what you flagged.

    \b
    kdl quiz flagged
    """
    from kdl.quiz import library
    from kdl.store import reviews

    with opened() as db:
        cards = [card for card in reviews.cards(db).values() if card.flagged]
    known = {item.id: item for item in library.items()}
    rows = [
        (card.card_id, f"{known[card.item_id].file}:{known[card.item_id].line}" if card.item_id in known else "gone")
        for card in cards
    ]
    if as_json:
        render.emit({"schema": "kdl.flagged/1", "cards": [{"card": card, "file": file} for card, file in rows]})
        return
    render.table(rows, ["card", "where it stands"]) if rows else render.say("Nothing is flagged.")
    render.next_step("kdl quiz flag ITEM --off     take a flag away")
