"""The commands that carry answers and items out and in: export, import, orphans, sync."""

from __future__ import annotations

import io
import os
from pathlib import Path

import click

from kdl.cli import completion, render
from kdl.cli.quiz_cards import now_of, opened
from kdl.errors import NOT_RIGHT, NotFound, NothingToDo, UsageProblem

LOGS, ITEMS = ("jsonl", "csv"), ("apkg", "tsv", "gift")


def add_to(group: click.Group) -> None:
    """Make them subcommands of `kdl quiz`."""
    for one in (export, import_, orphans, sync):
        group.add_command(one)


# ---- export ----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format", "how", type=click.Choice(LOGS + ITEMS), help="Default: what the file's name ends in, jsonl for - (stdout)."
)
@click.option("--topic", shell_complete=completion.topics, help="Only the items of this topic (apkg, tsv, gift).")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export(file, how, topic, force):
    """Write your answers, or the items, into a file for another program.

    \b
    kdl quiz export answers.jsonl        every answer and event: complete, for another device
    kdl quiz export answers.csv          what FSRS optimizers read
    kdl quiz export kdl.apkg             the items for Anki; again later, and only changes arrive
    kdl quiz export lstm.gift --topic lstm       the items for Moodle; tsv for a spreadsheet
    """
    how = how or ("jsonl" if str(file) == "-" else file.suffix.lstrip(".").lower())
    if how not in LOGS + ITEMS:
        raise UsageProblem(f"What is {file} to hold?", fix=f"Add --format with one of {', '.join(LOGS + ITEMS)}.")
    if topic is not None and how in LOGS:
        raise UsageProblem(f"--topic chooses items, and {how} holds answers.", fix="Leave it out.")
    data, said = _answers(how) if how in LOGS else _items(how, topic)
    if str(file) == "-":
        with click.open_file("-", "wb") as out:
            out.write(data)
        return
    _write(file, data, force)
    render.say(f"{said} in {file}.")
    after = {
        "jsonl": f"kdl quiz import {file}     on the other device",
        "apkg": "Import the file in Anki; do so again after the next export, and only changes arrive",
    }
    render.next_step(after.get(how, "kdl quiz"))


def _answers(how: str) -> tuple[bytes, str]:
    with opened() as db:
        if how == "jsonl":
            from kdl.quiz.exchange import log

            lines = list(log.lines(db))
            return "".join(f"{line}\n" for line in lines).encode(), f"{len(lines) - 1} rows of the log are"
        import csv

        from kdl.quiz.exchange import table

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.HEAD)
        rows = list(table.rows(db))
        writer.writerows(rows)
        return out.getvalue().encode(), f"{len(rows)} answers are"


def _items(how: str, topic: str | None) -> tuple[bytes, str]:
    from kdl.quiz import library

    shelf = library.shelf()
    render.left_out(shelf.bad)
    name = None if topic is None else library.find_topic(topic).id
    items = [item for item in shelf.items.values() if name in (None, item.topic)]
    if not items:
        raise NothingToDo("There are no items to export.", fix="`kdl quiz list` shows what there is.")
    said = f"{len(items)} items are"
    if how == "apkg":
        from kdl.quiz.exchange import anki

        return anki.package(items, shelf.topics, shelf.changed), said
    from kdl.quiz.exchange import gift, spreadsheet

    return (gift if how == "gift" else spreadsheet).text(items).encode(), said


def _write(file: Path, data: bytes, force: bool) -> None:
    """The whole file or none; one that is there is replaced on request only."""
    from kdl.store.backup import writing

    if file.is_dir() or (file.exists() and not force):
        raise UsageProblem(f"{file} is there already.", fix="Name another file, or add --force to replace it.")
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    with writing(file):
        try:
            scratch.write_bytes(data)
            os.replace(scratch, file)
        finally:
            scratch.unlink(missing_ok=True)


# ---- import ----------------------------------------------------------------------------------------------------------


@click.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="surrogateescape"))
def import_(file):
    """Add the answers of a file to yours: all of it, or nothing; twice is as good as once.

    \b
    kdl quiz import answers.jsonl        what `kdl quiz export` wrote on another device
    kdl quiz import answers.csv          card_id, review_time, review_rating of another program
    """
    from kdl.quiz.exchange import log, table

    name = "stdin" if file.name in ("-", "<stdin>") else file.name
    first = file.readline(log.LONGEST_LINE + 1)
    source = _lines(first, file, log.LONGEST_LINE)
    with opened() as db:
        is_log = first.lstrip()[:1] in ("{", "[", "")
        found = log.read(source, name) if is_log else table.read(db, source, name)
        merged = log.take(db, found, name)
    new = merged.reviews + merged.events
    if new == 0:
        render.say(f"Everything in {name} was here already.")
    else:
        render.say(f"Added {merged.reviews} answers and {merged.events} events; the cards are what both logs say.")
    render.next_step("kdl quiz", "kdl quiz orphans     answers to items that are not here")


def _lines(first: str, file, most: int):
    """The lines of a file, each cut off where it is longer than any line of a log."""
    while first:
        yield first
        first = file.readline(most + 1)


# ---- orphans ---------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--move", nargs=2, metavar="OLD NEW", help="What OLD remembers belongs to the item NEW from now on.")
@render.json_option
def orphans(move, as_json):
    """List cards with a history whose item is gone. They are kept, and come back with the item.

    \b
    kdl quiz orphans
    kdl quiz orphans --move old-id new-id        the item has another id now
    """
    from kdl.quiz import library
    from kdl.store import reviews

    if move:
        _move(*move)
        return
    with opened() as db:
        cards = reviews.cards(db)
    found = [(card, library.heirs(card, cards)) for card in library.orphans(cards.values())]
    if as_json:
        rows = [{"card": card.card_id, "answered": card.reps, "due_day": card.due_day, "heirs": heirs} for card, heirs in found]
        render.emit({"schema": "kdl.orphans/1", "cards": rows})
        return
    if not found:
        render.say("Every card with a history has its item.")
        render.next_step("kdl quiz")
        return
    rows = [(card.card_id, card.reps, ", ".join(heirs[:3]) or "-") for card, heirs in found]
    render.table(rows, ["card", "answered", "may be called now"])
    old = found[0][0].item_id
    new = found[0][1][0].partition("#")[0] if found[0][1] else "NEW"
    render.next_step(f"kdl quiz orphans --move {old} {new}     carry its history over")


def _move(old: str, new: str) -> None:
    from kdl.memory import ledger
    from kdl.quiz import library
    from kdl.store import reviews

    with opened() as db:
        gone = [card.card_id for card in library.orphans(reviews.cards(db).values())]
        names = {*gone, *(reviews.item_of(card) for card in gone)}
        if old not in names:
            raise NotFound("card without an item", old, names, fix="`kdl quiz orphans` lists them.")
        target = library.find_item(new)
        moves = [(card, new if card == old and "#" in new else _heir(card, target)) for card in gone if _is(card, old)]
        for _, heir in moves:
            if heir not in target.cards:
                raise NotFound("card", heir, target.cards, fix=f"{new} has the cards {', '.join(target.cards)}.")
        now = now_of(db)
        for card, heir in moves:
            ledger.move(db, card, heir, now)
    render.say(f"Moved: {', '.join(f'{card} to {heir}' for card, heir in moves)}.")
    render.next_step(f"kdl quiz show {new}     what you remember of it")


def _is(card: str, name: str) -> bool:
    return card == name or card.partition("#")[0] == name


def _heir(card: str, target) -> str:
    part = card.partition("#")[2]
    return f"{target.id}#{part}" if part else target.id


# ---- sync ------------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--notes", type=click.Path(path_type=Path, file_okay=False), help="Your folder; it is remembered.")
@click.option("--run", is_flag=True, help="Run the code of items whose answer is computed. Look at others' notes first.")
@click.option("--forget", is_flag=True, help="Leave your notes out from now on; every history stays.")
@click.pass_context
def sync(ctx, notes, run, forget):
    """Take your own Markdown notes in, so that `kdl quiz` asks their items too; exit 1 when some cannot be asked.

    \b
    kdl quiz sync --notes ~/notes
    kdl quiz sync                    after you have written something
    """
    from kdl.quiz import own_notes

    if forget:
        render.say(f"Left out from now on: {own_notes.forget()}.")
        render.next_step("kdl quiz sync --notes DIR     take a folder in")
        return
    from kdl.dev import oracle

    found = own_notes.sync(notes, oracle.run if run else None)
    for problem in found.problems:
        render.say(problem.what, err=True)
        if problem.fix:
            render.say(f"  {problem.fix}", err=True)
    files = f"{found.read} of {found.files} files read" if found.read else f"none of {found.files} files has changed"
    render.say(f"{found.folder}: {found.items} items in {found.topics} topics ({files}).")
    render.next_step("kdl quiz --unit 0     only your own" if found.items else "docs/items.md says how an item is written")
    ctx.exit(NOT_RIGHT if found.problems else 0)
