"""Put learned weights into use: keep them, name them as the ones in use, and move the due days to where they say.

A due day moves by an event in the log, one for each card, so that a replay and another device come to the same day.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass

from kdl.memory import fuzz, ledger, replay, scheduler, wishes
from kdl.memory.fitting import Fit
from kdl.memory.study_day import Moment
from kdl.store import database, parameter_sets, reviews, settings
from kdl.store.parameter_sets import ParameterSet
from kdl.store.reviews import Card


@dataclass(frozen=True, slots=True)
class Activated:
    """How many cards come earlier and later than before, and how many are due now."""

    param_set: int
    earlier: int
    later: int
    due: int


def activate(db: sqlite3.Connection, fit: Fit, moment: Moment, *, move: bool = True) -> Activated:
    """Use the weights of a better fit from now on. All of it, or nothing.

    Args:
        move: move the due days, too; else each card keeps its day until it is answered.

    Raises:
        ValueError: the fit is not better; weights that predict worse are never used.
    """
    if not fit.better or fit.weights is None:
        raise ValueError("only a fit that predicts better may be activated")
    name, before, days = parameter_sets.id_of(fit.weights), {}, {}
    with database.transaction(db):
        weights, device = parameter_sets.as_json(fit.weights), database.device_id(db)
        kept = ParameterSet(name, moment.ts, device, weights, fit.answers, fit.before, fit.after)
        parameter_sets.add(db, kept)
        settings.write(db, settings.PARAM_SET, name)
        if move:
            before = reviews.cards(db)
            days = _move(db, before, name, moment)
    earlier = sum(day < before[card].due_day for card, day in days.items())
    later = sum(day > before[card].due_day for card, day in days.items())
    return Activated(name, earlier, later, sum(day <= moment.day for day in days.values()))


def _move(db: sqlite3.Connection, cards: dict[str, Card], name: int, moment: Moment) -> dict[str, int]:
    """Move each card to the day on which the weights `name` want it, balanced; who is due first chooses first. Card -> day."""
    rows, sets = replay.by_card(reviews.reviews(db), reviews.events(db)), parameter_sets.weights(db)
    retention, load, found = wishes.retention(db), Counter(), {}
    known = [card for card in cards.values() if card.stability is not None]
    for card in sorted(known, key=lambda card: (card.due_day, card.card_id)):
        _, history = replay.replayed(card.card_id, *rows[card.card_id], sets)
        now = replay.retold(card, name, sets[name], history)
        days = scheduler.whole_days(scheduler.interval(now.stability, retention, sets[name]))
        low, high = fuzz.bounds(days)
        there = {one: load[card.last_day + one] for one in range(low, high + 1)}
        due = card.last_day + fuzz.balanced(days, card.card_id, card.reps, there)
        event = ledger.new_event(db, "reschedule", card.card_id, moment, detail=f"{name} {due}")
        reviews.add_event(db, event)
        reviews.put_card(db, replay.apply_event(card, event, sets, history))
        load[due] += not card.suspended
        found[card.card_id] = due
    return found


def back_to_defaults(db: sqlite3.Connection) -> None:
    """Use the scheduler's own weights again, for each card from its next answer on."""
    with database.transaction(db):
        settings.write(db, settings.PARAM_SET, 0)
