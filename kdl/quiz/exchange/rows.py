"""What a row of the log must be before it may enter a database: types, ranges, and what a replay relies on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields

from kdl.memory import scheduler
from kdl.store import parameter_sets
from kdl.store.parameter_sets import ParameterSet
from kdl.store.reviews import Event, Review

LONGEST = 200  # characters of an id
_DAYS = (693_596, 876_582)  # ordinals of 1900 and of 2401
_STABILITY = (0.0, 1e9)
_RANGES: dict[str, tuple[float, float]] = {
    "ts": (0, 13_569_465_600_000),
    "utc_offset_min": (-1440, 1440),
    "study_day": _DAYS,
    "due_day": _DAYS,
    "elapsed_days": (0, _DAYS[1]),
    "rating": (1, 4),
    "correct": (0, 1),
    "confidence": (0, 1),
    "draw_seed": (-(2**63), 2**63 - 1),
    "hint_used": (0, 1),
    "ms": (0, 2**53),
    "rev": (1, 1_000_000),
    "param_set": (0, 2**53),
    "id": (1, 2**53),
    "reviews": (0, 2**53),
    "desired_retention": scheduler.RETENTION_RANGE,
    "r_pred": (0, 1),
    "s0": _STABILITY,
    "s1": _STABILITY,
    "d0": (1, 10),
    "d1": (1, 10),
    "interval_raw": _STABILITY,
    "log_loss_before": (0, 1e9),
    "log_loss_after": (0, 1e9),
}
_WORDS = {
    Review: {"kind": ("review", "cram", "import", "exercise")},
    Event: {"kind": ("undo", "suspend", "unsuspend", "bury", "flag", "unflag", "reset", "move", "reschedule", "reschedule")},
    ParameterSet: {},
}
_IDS = ("uuid", "card_id", "session_id", "device_id", "review_uuid", "scheduler", "body_fp", "answer_fp")
_TYPES = {"str": str, "int": int, "float": float}


class BadRow(ValueError):
    """What is wrong with a row, as half a sentence."""


def row_of(kind: type, record: Mapping) -> Review | Event | ParameterSet:
    """A row from its JSON object.

    Raises:
        BadRow: a field is missing, unknown, of another type, or out of its range; or no replay could use it.
    """
    wanted = {field.name: str(field.type) for field in fields(kind)}
    if record.keys() != wanted.keys():
        missing, unknown = sorted(wanted.keys() - record.keys()), sorted(record.keys() - wanted.keys())
        raise BadRow(f"lacks {missing[0]!r}" if missing else f"has the unknown field {unknown[0]!r}")
    row = kind(**{name: _value(name, record[name], type_) for name, type_ in wanted.items()})
    for name, words in _WORDS[kind].items():
        if getattr(row, name) not in words:
            raise BadRow(f"{name} must be one of {', '.join(words)}, not {getattr(row, name)!r}")
    {Review: _check_review, Event: _check_event, ParameterSet: _check_weights}[kind](row)
    return row


def _value(name: str, value: object, type_: str) -> object:
    base, _, optional = type_.partition(" | ")
    if value is None and optional:
        return None
    if base == "float" and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if type(value) is not _TYPES[base]:
        raise BadRow(f"{name} must be {base}{' or null' if optional else ''}, not {_short(value)}")
    if base == "str":
        return _text(name, value)
    low, high = _RANGES[name]
    if not low <= value <= high or (base == "float" and not math.isfinite(value)):
        raise BadRow(f"{name} must lie in {low} to {high}, not {_short(value)}")
    return value


def _text(name: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadRow(f"{name} is not valid Unicode") from error
    if name in _IDS and not (0 < len(value) <= LONGEST and value.isprintable() and value == value.strip()):
        raise BadRow(f"{name} must be 1 to {LONGEST} printable characters, not {_short(value)}")
    return value


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    return text if len(text) <= 40 else text[:37] + "..."


def _check_review(row: Review) -> None:
    state = (row.s1, row.d1, row.due_day)
    if None in state and state != (None, None, None):
        raise BadRow("s1, d1 and due_day belong together")
    if row.s1 == 0:
        raise BadRow("s1 must be above 0")
    if row.due_day is not None and row.due_day < row.study_day:
        raise BadRow("due_day lies before study_day")


def _check_event(row: Event) -> None:
    if row.kind == "undo" and row.review_uuid is None:
        raise BadRow("an undo names no review_uuid")
    if row.kind == "bury" and not (row.detail and row.detail.isascii() and row.detail.isdigit() and len(row.detail) <= 7):
        raise BadRow("a bury needs the day in detail")
    if row.kind == "reschedule" and not re.fullmatch(r"[0-9]{1,15} [0-9]{6}", row.detail or ""):
        raise BadRow("a reschedule needs a parameter set and a day in detail")
    if row.kind == "reschedule":
        words = (row.detail or "").split(" ")
        if len(words) != 2 or not all(word.isascii() and word.isdigit() and len(word) <= 15 for word in words):
            raise BadRow("a reschedule needs a parameter set and a day in detail")
        _value("due_day", int(words[1]), "int")
    if row.kind == "move":
        if not row.detail or row.detail == row.card_id:
            raise BadRow("a move needs another card in detail")
        _value("card_id", row.detail, "str")


def _check_weights(one: ParameterSet) -> None:
    from fsrs import Scheduler

    try:
        values = json.loads(one.weights)
        Scheduler(parameters=values)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRow("weights are not 21 numbers that the scheduler takes") from error
    if one.id != parameter_sets.id_of(values):
        raise BadRow("id is not the hash of the weights")
