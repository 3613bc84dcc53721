"""The quiz's figures for the `anki` package, as JSON. Run by benchmarks/quiz.py with a Python that has it, as a process.

argv: an empty folder; the SQL and the values of a bare commit, as a JSON list of [statement, values]; a database for it.
"""

import json
import sqlite3
import statistics
import sys
import time
from pathlib import Path

CARDS, DUE, ANSWERS = 10_000, 300, 300
GOOD = 3


def resident():
    """MB of this process; None where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def timed(function, *values):
    """Milliseconds, and what came back."""
    start = time.perf_counter()
    found = function(*values)
    return 1000 * (time.perf_counter() - start), found


def filled(col):
    """Ten thousand known cards, all due later."""
    from anki.collection import AddNoteRequest

    config = col.decks.config_dict_for_deck_id(1)
    config["rev"]["perDay"] = config["new"]["perDay"] = 9999  # the most that it takes
    col.decks.update_config(config)
    col.set_config("fsrs", True)
    kind = col.models.by_name("Basic")
    requests = []
    for number in range(CARDS):
        note = col.new_note(kind)
        note["Front"], note["Back"] = f"Which of these is the answer to question {number}?", "the answer"
        requests.append(AddNoteRequest(note=note, deck_id=1))
    col.add_notes(requests)
    col.db.execute("UPDATE cards SET type = 2, queue = 2, ivl = 12, factor = 2500, reps = 4, due = ?", col.sched.today + 30)


def due(col, count):
    """Let `count` cards, spread over all of them, be due today."""
    col.db.execute("UPDATE cards SET due = ? WHERE id % ? = 0", col.sched.today, CARDS // count)


def first_card(path, times=9):
    """Median milliseconds from an open collection to its first card."""
    from anki.collection import Collection

    found = []
    for _ in range(times):
        col = Collection(str(path))
        found.append(timed(lambda col=col: col.sched.get_queued_cards(fetch_limit=1))[0])
        col.close()
    return statistics.median(found)


def bare(db, statements):
    db.execute("BEGIN IMMEDIATE")
    for sql, values in statements:
        db.execute(sql, values)
    db.execute("COMMIT")


def answers(path, db, statements):
    """(ms of `answer_card`, ms of a bare commit) for each answer, in turns."""
    from anki.collection import Collection

    col, pairs = Collection(str(path)), []
    for number in range(ANSWERS):
        queued = col.sched.get_queued_cards(fetch_limit=1).cards[0]
        card = col.get_card(queued.card.id)
        card.start_timer()
        answer = col.sched.build_answer(card=card, states=queued.states, rating=GOOD - 1)
        statements[0][1][0] = f"{number:032x}"
        calls = [lambda answer=answer: col.sched.answer_card(answer), lambda: bare(db, statements)]
        order = (0, 1) if number % 2 else (1, 0)
        times = {place: timed(calls[place])[0] for place in order}
        pairs.append((times[0], times[1]))
    memory = resident()
    col.close()
    return pairs[ANSWERS // 10 :], memory


def main():
    folder, statements, floor = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
    importing, module = timed(__import__, "anki.collection", None, None, ["Collection"])
    col = module.Collection(str(folder / "c.anki2"))
    filled(col)
    due(col, DUE)
    col.close()
    first = first_card(folder / "c.anki2")
    db = sqlite3.connect(floor, isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    pairs, memory = answers(folder / "c.anki2", db, statements)
    col = module.Collection(str(folder / "c.anki2"))
    due(col, CARDS)
    col.close()
    all_due = first_card(folder / "c.anki2")
    ours, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(json.dumps({"import": importing, "first": first, "all_due": all_due, "answer": ours, "commit": least,
                      "ratio": ratio, "memory": memory}))  # fmt: skip


if __name__ == "__main__":
    main()
