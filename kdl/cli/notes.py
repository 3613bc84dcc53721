"""`kdl notes`: read a topic in the terminal, its answers hidden until asked for, with the verdicts that were measured."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kdl.cli import completion, met, render
from kdl.cli.show import prose
from kdl.errors import BadContent, KdlError, NotFound

if TYPE_CHECKING:
    from kdl.quiz.item import Topic


@click.command()
@click.argument("topic", required=False, shell_complete=completion.topics)
@click.option("--search", metavar="WORD", help="Find a word in all topics.")
@click.option("--unit", type=int, help="List only the topics of this unit.")
@click.option("--answers", is_flag=True, help="Show the answers of the items too.")
@click.option("--tex", is_flag=True, help="Show the equations as TeX beside their plain form.")
@render.json_option
def command(topic, search, unit, answers, tex, as_json):
    """Read a topic of the notes, with its measured verdicts.

    \b
    kdl notes                        all topics
    kdl notes --unit 11              those of a unit, in their order
    kdl notes lstm
    kdl notes --search "forget gate"

    On a terminal a long topic is shown by $PAGER (PAGER=cat prints it).
    """
    from kdl.quiz import library

    if not library.topics():
        library.demand()
    render.left_out(library.problems())
    if search is not None:
        from kdl.cli import notes_search

        notes_search.show(search, topic, as_json)
    elif topic is None:
        _list(unit, as_json)
    else:
        _show(_found(topic), answers, tex, as_json)


def _found(name: str):
    """The topic of that name; who names a pair is told where it stands."""
    from kdl import catalog
    from kdl.quiz import library

    try:
        return library.find_topic(name)
    except NotFound as error:
        pair = name.upper()
        if pair not in catalog.pairs():
            raise
        topics = ", ".join(f"`kdl notes {one.id}`" for one in library.topics() if pair in one.pairs)
        fix = f"`kdl pair show {pair}` is the pair" + (f"; it goes with {topics}." if topics else ".")
        raise NotFound("topic", name, (), fix=fix) from error


def _list(only: int | None, as_json: bool) -> None:
    from kdl import atlas
    from kdl.quiz import library

    items, topics = library.items(), [topic for topic in library.topics() if only in (None, topic.unit)]
    counts = {topic.id: sum(item.topic == topic.id for item in items) for topic in topics}
    if as_json:
        rows = [
            {
                "id": topic.id,
                "title": topic.title,
                "unit": topic.unit,
                "entries": list(topic.entries),
                "items": counts[topic.id],
            }
            for topic in topics
        ]
        render.emit({"schema": "kdl.topics/1", "topics": rows})
        return
    unit, size = None, max((len(topic.id) for topic in topics), default=0)
    for topic in topics:
        if topic.unit != unit:
            unit = topic.unit
            render.heading(f"Unit {unit}. {atlas.units().get(unit, '')}" if unit else "Your own notes")
        render.say(f"  {topic.id.ljust(size)}  {topic.title} ({counts[topic.id]} items)")
    if topics:
        render.next_step(f"kdl notes {topics[0].id}")
    else:
        render.say(f"There are no topics of unit {only} yet." if only is not None else "There are no topics.")


# ---- one topic -------------------------------------------------------------------------------------------------------


def read(topic) -> tuple[Topic, str, list]:
    """A topic, its text and its items as they are *now*: the file may be newer than items.json."""
    from kdl import content
    from kdl.quiz import library

    path = content.quizzes() / topic.file
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        fix = "Restore the file, or install kdl again." if topic.unit else "`kdl quiz sync` takes your notes in anew."
        raise BadContent(path, 1, f"cannot be read: {error.strerror}", fix=fix) from error
    if hashlib.sha256(text.encode()).hexdigest() == topic.sha256:
        return topic, text, [item for item in library.items() if item.topic == topic.id]
    from kdl.quiz import markdown, settle

    cure = "kdl dev build" if topic.unit else "kdl quiz sync"
    render.say(f"The notes are newer than what was compiled from them; `{cure}` brings it up to date.", err=True)
    stored = {item.id: item for item in library.items()}
    now, items, _ = markdown.read(path)
    fresh = [settle.remembered(item, stored[item.id].record()) for item in items if item.id in stored]
    return replace(topic, sections=now.sections), text, [item for item in fresh if item is not None]


def _show(topic, answers: bool, tex: bool, as_json: bool) -> None:
    topic, text, items = read(topic)
    if as_json:
        record = {**topic.record(), "text": text, "items": [item.id for item in items]}
        render.emit({"schema": "kdl.topic/1", "topic": record})
        return
    open_ = set() if answers else set(topic.pairs) - met.pairs()
    with render.paged():
        _print(_held(text, open_), 1, text.count("\n") + 1, items, answers, tex)
        _verdicts(topic, open_)
    _remember(topic)
    hidden = [] if answers else [f"kdl notes {topic.id} --answers     with the answers"]
    render.next_step(*_practise(topic), f"kdl quiz --topic {topic.id}     be asked", *hidden)


def _practise(topic) -> list[str]:
    """The commands of the topic's pairs and exercises which the learner has not met yet, or has not solved."""
    from kdl.cli import exercise_shared as shared
    from kdl.grade import exercise
    from kdl.store import attempts

    known = met.pairs()
    steps = [f"kdl compare {name} --seeds 2     predict, then measure" for name in topic.pairs if name not in known]
    states = shared.states(exercise.exercises()) if topic.exercises else {}
    for one in exercise.exercises() if topic.exercises else []:
        if one.id in topic.exercises and states.get(one.id, "new") not in attempts.SOLVED:
            steps.append(f"{shared.go_on(one, states.get(one.id, 'new'))}     write it yourself")
    return steps


def section(topic_id: str, heading: str) -> str:
    """The prose of a topic that stands under `heading`, without its items; Markdown."""
    from kdl.quiz import library

    topic, text, items = read(library.find_topic(topic_id))
    starts = [line for line, _, title in topic.sections if title == heading]
    if not starts:
        return ""
    later = [line for line, _, _ in topic.sections if line > starts[0]]
    lines = text.split("\n")[: min(later, default=text.count("\n") + 2) - 1]
    for item in items:
        lines[item.line - 1 : item.end] = [""] * len(lines[item.line - 1 : item.end])
    return "\n".join(lines[starts[0] - 1 :])


def _print(text: str, first: int, last: int, items: list, answers: bool, tex: bool) -> None:
    """Lines `first` to `last` of a topic, each item in its place."""
    lines = text.split("\n")
    if lines[0] == "---" and first == 1:
        first = lines.index("---", 1) + 2
    for item in sorted(items, key=lambda item: item.line):
        if first <= item.line <= last:
            prose.show("\n".join(lines[first - 1 : item.line - 1]), tex=tex)
            _item(item, answers)
            first = item.end + 1
    prose.show("\n".join(lines[first - 1 : last]), tex=tex)
    render.say()


def _item(item, answers: bool) -> None:
    """An item in the flow of the text: its question, and its answer only on request."""
    from kdl.quiz.kinds import KINDS

    kind = KINDS[item.kind]
    render.say()
    for card in item.cards if answers else item.cards[:1]:
        part = card.partition("#")[2]
        question = kind.present(item, part, 0)
        prose.show(question.text, indent=2, first=render.style("? ", bold=True))
        for key, text in question.options:
            prose.show(text, indent=7, first=f"    {key}  ")
        if answers:
            prose.show("Answer: " + kind.right(item, part, question), indent=2)
            prose.show("Why: " + kind.why(item, question), indent=2)
    render.say(render.style(f"  ({item.id})", dim=True))
    render.say()


_MEASURED = re.compile(r"^\*\*Measured.*(?:\n.+)*", re.MULTILINE)  # a paragraph that tells what an experiment found


def _held(text: str, open_: set[str]) -> str:
    """The text without the paragraphs that tell what a pair of `open_` found; every line keeps its number."""

    def told(paragraph: re.Match) -> str:
        names = [name for name in re.findall(r"\b[PT]\d\d\b", paragraph[0]) if name in open_]
        if not names:
            return paragraph[0]
        held = f"**Measured** in {names[0]}: told here when you have predicted it (`kdl compare {names[0]} --seeds 2`)."
        return held + "\n" * paragraph[0].count("\n")

    return _MEASURED.sub(told, text)


def _verdicts(topic, open_: set[str]) -> None:
    """The committed verdicts of the topic's pairs, but for those that can still be predicted."""
    from kdl import catalog
    from kdl.cli.show import pair_verdict
    from kdl.experiment import pair, results

    for name in topic.pairs:
        try:
            card = catalog.find_pair(name)
            verdict, stale = results.verdict_of(card)
        except KdlError as error:
            render.say(f"{name}: {error.what}", err=True)
            continue
        if name in open_:
            render.heading(f"To predict: {name}. {card.question}")
            continue
        render.heading(f"Measured: {name}. {card.question}")
        if verdict is None:
            render.say(f"  No full run is recorded yet; `kdl compare {name}` makes one.")
            continue
        pair_verdict.show_claims(pair.load(card), verdict)
        old = "; the code has changed since, `kdl compare` measures it again" if stale else ""
        render.say(f"  {len(verdict['seeds'])} seeds, {verdict['device']}{old}.")


def _remember(topic) -> None:
    """Note that the topic was read. Reading works where nothing can be written."""
    from kdl.store import database, reviews

    try:
        db = database.connect()
        try:
            with database.transaction(db):
                reviews.add_reading(db, database.now_ms(), topic.id)
        finally:
            db.close()
    except KdlError as error:
        render.say(f"That you read this was not stored: {error.what}", err=True)
