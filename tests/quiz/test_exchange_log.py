"""The log as JSON lines and as the optimizer's table: lossless, convergent, and hard as stone against bad input."""

import json
import random
from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdl.errors import BadContent, KdlError, StoreProblem
from kdl.memory import ledger
from kdl.memory.study_day import Moment
from kdl.quiz.exchange import log, table
from kdl.quiz.exchange.rows import BadRow, row_of
from kdl.store import database, merge, parameter_sets, reviews
from kdl.store.parameter_sets import ParameterSet
from kdl.store.reviews import Card, Event, Review

DAY, DAY_MS = 739_000, 86_400_000
many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def at(days, ms=0):
    return Moment((DAY + days - 719_163) * DAY_MS + 43_200_000 + ms, 60, DAY + days)


@pytest.fixture
def device(tmp_path):
    """A function that opens a new database, another device."""
    opened = []

    def make():
        db = database.connect(tmp_path / f"{len(opened)}.db")
        db.execute("PRAGMA synchronous=OFF")
        opened.append(db)
        return db

    yield make
    for db in opened:
        db.close()


def live(db, seed, days=40):
    """A history of everything that can stand in a log."""
    chance = random.Random(seed)
    for day in range(days):
        card, when = chance.choice(["a", "b#c1", "b#c2", "c", "exercise:x"]), at(day, chance.randrange(10**6))
        match chance.randrange(10):
            case 0:
                ledger.undo(db, when)
            case 1:
                ledger.mark(db, chance.choice(["suspend", "unsuspend", "flag", "unflag", "reset"]), card, when)
            case 2:
                ledger.mark(db, "bury", card, when, detail=str(when.day + 1))
            case 3:
                ledger.move(db, card, f"{card}-new", when)
            case 4:
                ledger.record(db, card, chance.randint(1, 4), when, session_id="s", kind="cram")
            case _:
                answer = ledger.Answer(True, "5 × 3 → 15\n\t\"'", "15", 0.8, seed, "1 0", True, 900, "fp")
                ledger.record(db, card, chance.randint(1, 4), when, session_id="s", answer=answer, answer_fp="gp")


def exported(db):
    return list(log.lines(db))


def take(db, lines):
    return log.take(db, log.read(lines, "x.jsonl"), "x.jsonl")


# ---- there and back --------------------------------------------------------------------------------------------------


def test_export_and_import_are_lossless(device):
    here, there = device(), device()
    live(here, 1, 120)
    one = ParameterSet(parameter_sets.id_of([0.5] * 21), 1, "d", json.dumps([0.5] * 21), 9, 0.4, 0.3)
    lines = exported(here)
    merged = take(there, lines)

    assert (merged.reviews, merged.events) == (len(reviews.reviews(here)), len(reviews.events(here))) and merged.events > 5
    assert merge.every(there) == merge.every(here)
    assert reviews.cards(there) == reviews.cards(here)
    assert exported(there) == lines, "equal logs are equal files"
    assert one.values == (0.5,) * 21


@pytest.mark.invariant("quiz", 4)
def test_importing_twice_changes_nothing(device):
    """Invariant 4."""
    here, there = device(), device()
    live(here, 2)
    lines = exported(here)
    take(there, lines)
    before = merge.every(there), reviews.cards(there)

    assert take(there, lines) == merge.Merged(0, 0, 0)
    assert (merge.every(there), reviews.cards(there)) == before


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.invariant("quiz", 2, 4)
def test_devices_converge_in_whatever_order_the_logs_travel(device, seed):
    """Invariants 2 and 4: three devices, each with a history of its own, exchange in a random order until all is told."""
    devices = [device() for _ in range(3)]
    for number, db in enumerate(devices):
        live(db, 10 * seed + number, 25)
    pairs = [(giver, taker) for giver in devices for taker in devices if giver is not taker]
    chance = random.Random(seed)
    for _ in range(2):
        chance.shuffle(pairs)
        for giver, taker in pairs:
            take(taker, exported(giver))

    assert exported(devices[0]) == exported(devices[1]) == exported(devices[2])
    assert reviews.cards(devices[0]) == reviews.cards(devices[1]) == reviews.cards(devices[2])
    assert all(ledger.audit(db) == [] for db in devices)


def test_a_device_goes_on_after_an_import(device):
    """What is answered after a merge is replayed after it, though the other device's clock ran ahead."""
    here, there = device(), device()
    ledger.record(there, "a", 3, at(300), session_id="s")
    take(here, exported(there))
    row = ledger.record(here, "a", 3, at(2), session_id="s")

    assert row.elapsed_days == 0 and ledger.audit(here) == []


# ---- bad input -------------------------------------------------------------------------------------------------------


@pytest.fixture
def good(device):
    db = device()
    live(db, 5)
    return exported(db)


def refused(db, lines):
    """The one error that an import ends in; nothing may have changed."""
    before = merge.every(db), reviews.cards(db)
    with pytest.raises(KdlError) as error:
        take(db, lines)
    assert (merge.every(db), reviews.cards(db)) == before
    return error.value


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (lambda lines: [], 1, "empty"),
        (lambda lines: lines[1:], 1, "does not start with the line of a log"),
        (lambda lines: lines[:-1], None, "promises"),
        (lambda lines: [*lines[:3], lines[3][:40], *lines[4:]], 4, "not a line of JSON"),
        (lambda lines: [*lines[:3], "[1, 2]", *lines[4:]], 4, "not a JSON object"),
        (lambda lines: [*lines[:3], '{"log": "attempt"}', *lines[4:]], 4, "no log that kdl has"),
        (lambda lines: [*lines[:3], "[" * 100_000, *lines[4:]], 4, "not a line of JSON"),
        (lambda lines: [*lines[:3], "9" * 5000, *lines[4:]], 4, "not a line of JSON"),
        (lambda lines: [*lines[:3], " " * (log.LONGEST_LINE + 1), *lines[4:]], 4, "longer than"),
    ],
    ids=["nothing", "no head", "cut off", "cut line", "a list", "another log", "deep", "huge number", "long line"],
)
def test_a_file_that_is_no_log_is_one_error_with_its_line(device, good, change, line, said):
    error = refused(device(), change(good))

    assert isinstance(error, BadContent) and said in error.what and (line is None or error.line == line) and error.fix


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("rating", 5, "rating must lie in 1 to 4"),
        ("rating", "3", "rating must be int"),
        ("rating", True, "rating must be int"),
        ("ts", None, "ts must be int"),
        ("ts", 10**40, "a huge number"),
        ("study_day", 3_652_059, "study_day must lie in"),
        ("uuid", "", "uuid must be 1 to 200"),
        ("card_id", "a\x1b[31m", "printable"),
        ("card_id", "a\ud800", "not valid Unicode"),
        ("answer", "\udcff", "not valid Unicode"),
        ("kind", "guess", "kind must be one of"),
        ("desired_retention", 0.5, "desired_retention must lie in"),
        ("s1", float("nan"), "s1 must lie in"),
        ("s1", None, "belong together"),
        ("s1", 0.0, "above 0"),
        ("due_day", 700_000, "before study_day"),
        ("surprise", 1, "unknown field 'surprise'"),
    ],
)
def test_a_row_that_cannot_be_is_one_error_with_its_line(device, good, name, value, said):
    place = next(n for n, line in enumerate(good) if '"kind": "review"' in line)
    broken = json.dumps({**json.loads(good[place]), name: value})
    error = refused(device(), [*good[:place], broken, *good[place + 1 :]])

    assert isinstance(error, BadContent) and said in error.what and error.line == place + 1


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"kind": "undo"}, "names no review_uuid"),
        ({"kind": "bury", "detail": "soon"}, "needs the day"),
        ({"kind": "move", "detail": "a"}, "another card"),
        ({"kind": "move", "detail": None}, "another card"),
        ({"kind": "reschedule", "detail": "x"}, "a parameter set and a day"),
        ({"kind": "explode"}, "kind must be one of"),
    ],
)
def test_an_event_that_no_replay_could_use_is_refused(record, said):
    whole = {"uuid": "u", "ts": 1, "device_id": "d", "card_id": "a", "review_uuid": None, "detail": None} | record

    with pytest.raises(BadRow, match=said):
        row_of(Event, whole)


@pytest.mark.parametrize("weights", ["[1, 2]", "nonsense", "[" * 99_999, json.dumps([1e9] * 21), "{}"])
def test_weights_that_the_scheduler_does_not_take_are_refused(weights):
    record = {"id": 5, "ts": 1, "device_id": "d", "weights": weights, "reviews": 1, "log_loss_before": 1.0, "log_loss_after": 1}

    with pytest.raises(BadRow):
        row_of(ParameterSet, record)


@pytest.mark.parametrize("version", ["2", "17", "9" * 4000])
def test_a_newer_format_is_refused(device, good, version):
    error = refused(device(), [good[0].replace("kdl.log/1", f"kdl.log/{version}"), *good[1:]])

    assert isinstance(error, StoreProblem) and "newer kdl" in error.what and "Upgrade" in error.fix


def test_a_row_that_differs_from_the_one_here_names_its_line(device, good):
    db = device()
    take(db, good)
    place = next(n for n, line in enumerate(good) if '"log": "review"' in line)
    record = json.loads(good[place])
    error = refused(db, [*good[:place], json.dumps({**record, "rating": 5 - record["rating"]}), *good[place + 1 :]])

    assert error.line == place + 1 and "differs from the one here" in error.what


def test_a_transaction_that_fails_in_the_middle_leaves_nothing(device, good, monkeypatch):
    db = device()

    def fails(*args):
        raise ValueError("no")

    monkeypatch.setattr(reviews, "replace_cards", fails)
    assert "cannot be replayed: no" in refused(db, good).what


@pytest.mark.slow
@many
@given(st.data())
@pytest.mark.invariant("quiz", 21)
def test_a_mutated_log_is_taken_whole_or_refused_in_one_error(device, data):
    """Invariant 21: never a traceback, never a lost or changed review, and what was taken in is sound."""
    db = device()
    live(db, 7, 15)
    lines, mine = exported(db), set(reviews.reviews(db))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        record = json.loads(lines[place])
        name = data.draw(st.sampled_from(sorted(record)))
        wild = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers()))
        record[name] = data.draw(wild)
        lines[place] = json.dumps(record)
    target = device()
    ledger.record(target, "a", 3, at(0), session_id="s")
    kept = set(reviews.reviews(target))
    for one in (db, target):
        try:
            take(one, lines)
        except KdlError as error:
            assert error.exit_code == 4 and error.fix
        assert ledger.audit(one) == []
    assert mine <= set(reviews.reviews(db)) and kept <= set(reviews.reviews(target))


@many
@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_is_refused_in_one_error(device, lines):
    with pytest.raises(KdlError) as error:
        log.read(lines, "x")
    assert error.value.exit_code == 4


# ---- the table -------------------------------------------------------------------------------------------------------


def rows_of(db):
    return [dict(zip(table.HEAD, row, strict=True)) for row in table.rows(db)]


def as_table(text):
    return text.splitlines(keepends=True)


def test_the_table_holds_the_answers_that_count(device):
    db = device()
    first = ledger.record(db, "old", 3, at(0), session_id="s", answer=ledger.Answer(ms=1200))
    ledger.record(db, "old", 1, at(2), session_id="s", kind="cram")
    ledger.record(db, "two", 1, at(3), session_id="s")
    ledger.undo(db, at(3))
    again = ledger.record(db, "old", 4, at(4), session_id="s")
    ledger.move(db, "old", "new", at(5))

    assert rows_of(db) == [
        {"card_id": "new", "review_time": first.ts, "review_rating": 3, "review_state": 0, "review_duration": 1200},
        {"card_id": "new", "review_time": again.ts, "review_rating": 4, "review_state": 2, "review_duration": ""},
    ]


@pytest.mark.invariant("quiz", 4)
def test_a_table_of_another_program_becomes_a_history(device):
    """Invariant 4 for tables: the same file twice, or on two devices, gives the same log."""
    one, two = device(), device()
    start = at(0).ts
    text = "review_rating,card_id,review_time\n" + "".join(f"3,lstm,{start + day * DAY_MS}\n" for day in (0, 2, 13))
    for db in (one, one, two):
        log.take(db, table.read(db, as_table(text), "x.csv"), "x.csv")

    card = reviews.card(one, "lstm")
    assert (card.reps, card.last_day - card.first_day) == (3, 13)
    assert exported(one) == exported(two) and ledger.audit(one) == []
    direct = device()
    for day in (0, 2, 13):
        ledger.record(direct, "lstm", 3, at(day), session_id="s")
    assert reviews.card(direct, "lstm").stability == card.stability, "the same answers, the same memory"


def test_its_own_table_adds_nothing(device):
    db = device()
    live(db, 9)
    found = table.read(db, [",".join(map(str, row)) + "\n" for row in [table.HEAD, *table.rows(db)]], "x.csv")

    assert found.rows["review"] == [], "a card is known by its id, an older id of it, and the time"
    assert any(event.kind == "move" for event in reviews.events(db))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "no column 'card_id'"),
        ("a,b\n1,2\n", 1, "no column 'card_id'"),
        ("card_id,review_time,review_rating\nx,1,3\nx,soon,3\n", 3, "review_time must be a whole number"),
        ("card_id,review_time,review_rating\nx,1,9\n", 2, "rating must lie in"),
        ("card_id,review_time,review_rating\nx,-1,3\n", 2, "review_time must be"),
        ("card_id,review_time,review_rating\nx\n", 2, "review_time must be"),
        ('card_id,review_time,review_rating\n"x,1,3\n', 2, "unexpected end of data"),
        ("card_id,review_time,review_rating\n" + "x" * 200_000 + ",1,3\n", 2, "field larger"),
    ],
)
def test_a_bad_table_is_one_error_with_its_line(device, text, line, said):
    with pytest.raises(BadContent) as error:
        table.read(device(), as_table(text), "x.csv")
    assert said in error.value.what and error.value.line == line


@pytest.mark.slow
@many
@given(st.text(max_size=200))
def test_any_text_as_a_table_is_read_or_refused(device, text):
    db = device()
    for source in (text, "card_id,review_time,review_rating\n" + text):
        try:
            found = table.read(db, as_table(source), "x.csv")
        except BadContent as error:
            assert error.exit_code == 4
        else:
            log.take(db, found, "x.csv")
            assert ledger.audit(db) == []


def test_every_column_of_the_log_is_checked():
    """A new column needs its range, or a row of it could not be read back."""
    for kind in (Review, Event, ParameterSet):
        for column in fields(kind):
            assert str(column.type).partition(" ")[0] in ("str", "int", "float"), column
    review = replace(reviews_row(), s0=1.0, d0=5.0, r_pred=0.9, interval_raw=2.0)
    record = {column.name: getattr(review, column.name) for column in fields(Review)}
    assert row_of(Review, record) == review and Card.new("a").reps == 0


def reviews_row():
    values = dict.fromkeys(column.name for column in fields(Review))
    given_ = {"uuid": "u", "card_id": "a", "session_id": "s", "device_id": "d", "ts": 1, "utc_offset_min": 0, "study_day": DAY}
    more = {"kind": "review", "rating": 3, "hint_used": 0, "rev": 1, "scheduler": "x", "param_set": 0, "desired_retention": 0.9}
    return Review(**(values | given_ | more))
