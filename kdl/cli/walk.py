"""The way through a topic, and so through a unit: read it, predict and run its pairs, write its exercises, recall its items."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing to do in a topic; `what` reads well beside a tick."""

    what: str
    command: str
    reason: str
    done: bool
    new_cards: bool = False  # it asks new cards: a day has only so many, and some wait until others are known


@dataclass(frozen=True)
class Stop:
    """A topic and its steps, in the order in which they are walked; `number` of `of` topics in its unit."""

    topic: str
    title: str
    unit: int
    number: int
    of: int
    steps: tuple[Step, ...]

    @property
    def open(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.done)


def from_unit_of(topic: str | None, topics: Sequence) -> list:
    """The topics, those of the unit that `topic` belongs to first: whoever is on a way stays on it."""
    unit = next((one.unit for one in topics if one.id == topic), None)
    return sorted(topics, key=lambda one: one.unit != unit)


def stops(
    topics: Sequence, items: Iterable, *, read: Collection, compared: Collection, solved: Collection, asked: Collection
) -> list[Stop]:
    """Every topic of a unit with what is done and open in it; a learner's own notes are no part of the way.

    Args:
        topics: in teaching order; each has `.id .title .unit .pairs .exercises`.
        items: each has `.id .topic`.
        read: ids of the topics that were read.
        compared: ids of the pairs that were run.
        solved: ids of the exercises that were passed.
        asked: ids of the items that were answered at least once.
    """
    of_topic: dict[str, list[str]] = {}
    for item in items:
        of_topic.setdefault(item.topic, []).append(item.id)
    units: dict[int, list] = {}
    for topic in topics:
        if topic.unit:
            units.setdefault(topic.unit, []).append(topic)
    found = []
    for unit, members in units.items():
        for number, topic in enumerate(members, 1):
            steps = [Step("read", f"kdl notes {topic.id}", "the next topic to read", topic.id in read)]
            steps += [_run(pair, pair in compared) for pair in topic.pairs]
            steps += [_write(name, name in solved) for name in topic.exercises]
            if own := of_topic.get(topic.id):
                steps.append(_recall(topic.id, sum(item in asked for item in own), len(own)))
            found.append(Stop(topic.id, topic.title, unit, number, len(members), tuple(steps)))
    return found


def _run(pair: str, done: bool) -> Step:
    return Step(f"run {pair}", f"kdl compare {pair} --seeds 2", "predict, then measure", done)


def _write(name: str, done: bool) -> Step:
    return Step(f"write {name}", f"kdl exercise start {name}", "write it yourself", done)


def _recall(topic: str, asked: int, of: int) -> Step:
    reason = f"{of - asked} questions on it that you have not met"
    return Step(f"recall, {asked} of {of} met", f"kdl quiz --topic {topic}", reason, asked == of, new_cards=True)


def where(way: Sequence[Stop]) -> Stop | None:
    """The first topic in which something is open; None at the end of the way."""
    return next((stop for stop in way if stop.open), None)


def next_step(way: Sequence[Stop], askable: Collection[str]) -> Step | None:
    """The first open step that can be done today.

    Args:
        askable: the topics of which something new can be asked today; see `kdl.quiz.summary.topics`.
    """
    return next((step for stop in way for step in stop.open if stop.topic in askable or not step.new_cards), None)


def waiting(way: Sequence[Stop], step: Step) -> int | None:
    """The unit that the learner is in, where `step` leads out of it because what is open there comes another day."""
    here = where(way)
    return here.unit if here and not any(step in stop.open for stop in way if stop.unit == here.unit) else None


def ended(way: Sequence[Stop]) -> list[int]:
    """The units that were walked to their end."""
    open_units = {stop.unit for stop in way if stop.open}
    return [unit for unit in dict.fromkeys(stop.unit for stop in way) if unit not in open_units]


def told(stop: Stop, sign: Mapping[bool, str]) -> str:
    """`topic 3 of 5, lstm: ✓ read  ✓ run P52  · write lstm-cell  · recall, 0 of 18 met`."""
    steps = "  ".join(f"{sign[step.done]} {step.what}" for step in stop.steps)
    return f"topic {stop.number} of {stop.of}, {stop.topic}: {steps}"
