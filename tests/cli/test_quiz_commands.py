"""`kdl quiz` as a learner and as a script use it."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from made_items import opening

from kdl.cli import quiz_cards, quiz_sitting
from kdl.cli.show import quiz_screen
from kdl.quiz import library, session
from kdl.quiz.kinds import KINDS

FIRST = library.items()[0].id
ITEM = {"id": str, "kind": str, "unit": int, "topic": str, "entries": list, "errata": list, "cards": int}
HEAVY = ("keras", "numpy", "markdown_it", "mdit_py_plugins", "rich", "fsrs", "tensorflow", "matplotlib", "jax")


def events(out, kind=None):
    found = [json.loads(line) for line in out.splitlines()]
    return [event for event in found if kind in (None, event["event"])]


def typed(asked):
    """The right answer to what is on the screen, as a learner types it."""
    return KINDS[asked.item.kind].typed(asked.item, asked.part, asked.question)


@pytest.fixture
def learner(kdl, monkeypatch):
    """A function: options of `kdl quiz` -> its result, with every question answered right (or as `answer` says)."""
    on_screen = []
    real = session.Session.next

    def watched(self):
        on_screen[:] = [real(self)]
        return on_screen[0]

    def run(*options, answer=typed):
        class Answering(quiz_sitting.Lines):
            def line(self, prompt):
                return "y" if prompt.startswith("did you") else answer(on_screen[0])

            key = line

        monkeypatch.setattr(session.Session, "next", watched)
        monkeypatch.setattr(quiz_sitting, "Lines", Answering)
        return kdl("quiz", *options)

    return run


@pytest.fixture
def calendar(monkeypatch):
    """A function that moves the clock of the quiz on by some days."""
    real, passed = quiz_cards.clock, [0]
    monkeypatch.setattr(quiz_cards, "clock", lambda: real() + timedelta(days=passed[0]))

    def later(days):
        passed[0] += days

    return later


def test_a_first_session(learner, kdl):
    done = learner()

    assert done.code == 0 and done.err == ""
    assert done.out.startswith("0 due, up to 10 new")
    assert done.out.count("Right.") + done.out.count("Answer:") == 10
    assert "10 answered, 10 right" in done.out
    assert done.out.rstrip().splitlines()[-1].startswith("next  kdl ")
    assert kdl("quiz", "fsck").code == 0


@pytest.mark.invariant("quiz", 22)
def test_a_session_of_json_lines(learner):
    done = learner("--json", "--limit", "4")
    questions, answers = (events(done.out, kind) for kind in ("question", "feedback"))

    assert all(event["schema"] == "kdl.session/1" for event in events(done.out))
    assert [event["event"] for event in events(done.out)][:2] == ["start", "question"]
    assert len(questions) == len(answers) == 4
    assert [event["card"] for event in questions] == [event["card"] for event in answers]
    assert all(event["correct"] and event["why"] and len(event["review"]) == 32 for event in answers)
    (end,) = events(done.out, "end")
    assert (end["answered"], end["right"], end["new"]) == (4, 4, 4)


def test_everything_is_asked_in_the_end_and_comes_back(learner, calendar):
    """The whole content, some days long: every card is introduced, and what was learned first comes back due.

    Items that give each other away come one a day.
    """
    cards = {card for item in library.items() for card in item.cards}
    asked, due, days = set(), 0, 12
    for _ in range(days):
        done = learner("--json", "--new", str(2 * len(cards) // days))
        if done.code == 0:
            asked |= {event["card"] for event in events(done.out, "question")}
            due += sum(event["state"] == "due" for event in events(done.out, "question"))
        calendar(1)

    assert asked == cards
    assert due > 0


def test_a_miss_is_explained_comes_back_and_names_what_to_read(learner):
    done = learner("--topic", "lstm", "--new", "1", answer=lambda asked: "?")

    assert done.out.count("Noted: not known. The answer: ") == 3, "once, and twice again"
    assert "Not right." not in done.out
    assert "It comes back in this session." in done.out and "Why: " in done.out
    assert "1 answered" not in done.out and "3 answered, 0 right" in done.out
    assert "next  kdl notes lstm" in done.out


def test_what_is_left_is_told_with_the_options_of_the_sitting(learner, kdl):
    """Another scope or another number of new cards would have another count."""
    assert (
        "next  kdl quiz --topic lstm --new 12     0 due and " in learner("--topic", "lstm", "--new", "12", "--limit", "1").out
    )
    assert "next  kdl quiz     0 due and " in learner("--limit", "1").out


def test_no_number_is_offered_where_none_opens_anything(learner, kdl):
    """What waits for another day waits with any --new."""
    learner("--topic", "lstm", "--new", "200")
    done = kdl("quiz", "--topic", "lstm", "--new", "200")

    assert done.code == 5 and "--new" not in done.err and "waits for another day" in done.err


def test_nothing_to_do_exits_5_and_says_when(learner, kdl, calendar):
    learner("--new", "2")
    done = kdl("quiz", "--new", "2")

    assert done.code == 5 and done.out == ""
    assert done.err.startswith("No card is due, and you met 2 new ones today, which is the limit:"), "all is done: no error"
    assert "\nThe next 2 are due in 2 days." in done.err
    assert "kdl quiz --cram" in done.err and "`kdl quiz --new 12` goes on" in done.err, "10 beyond the 2 of today"
    assert json.loads(kdl("quiz", "--new", "2", "--json").err)["exit"] == 5
    calendar(5)
    assert learner("--new", "0").code == 0


def test_a_topic_never_seen_waits_behind_the_new_cards_of_another(learner, kdl):
    """The limit of a day is that of all topics: it is said, with how many of this one wait, and what goes on with them."""
    waiting = sum(len(item.cards) for item in library.items() if item.topic == "residual-networks")
    learner("--topic", "lstm", "--new", "2")
    done = kdl("quiz", "--topic", "residual-networks", "--new", "2")

    assert done.code == 5 and "Nothing is due" not in done.err
    assert f"you met 2 new ones today, which is the limit: {waiting} cards that you never saw wait here." in done.err
    assert "`kdl quiz --topic residual-networks --new 12` goes on" in done.err


def test_cram_works_when_nothing_is_due_and_moves_nothing(learner, kdl):
    learner("--new", "2")
    before = kdl("quiz", "show", FIRST, "--json").out
    done = learner("--cram", "--limit", "5")

    assert done.code == 0 and "Its schedule stays as it was." in done.out and "5 answered" in done.out
    assert kdl("quiz", "show", FIRST, "--json").out == before


def test_answers_from_a_file_and_from_a_pipe(kdl, kdl_process, tmp_path):
    file = tmp_path / "answers"
    file.write_text("?\n?\n")

    assert "2 answered, 0 right" in kdl("quiz", "--answers", str(file)).out
    assert "1 answered, 0 right" in kdl_process("quiz", "--topic", "lstm", input="?\n").out
    assert kdl("quiz", "--answers", str(tmp_path / "missing")).code == 2


def test_a_script_that_cannot_be_read_is_not_stuck(kdl):
    done = kdl("quiz", "--topic", "simple-rnn", "--limit", "1", input="zz\nzz\nzz\n?\n")

    assert done.out.count("Type letters from a to d.") == 3
    assert "Skipped rnn-start-state: no answer could be read." in done.out and "1 answered" in done.out


def test_no_option_is_the_key_of_an_action():
    assert not set("abcde?") & set(quiz_screen.ACTIONS)


def test_the_keys_are_always_shown(learner):
    out = learner().out

    assert out.count("q quit]") == 10 and out.count("[? don't know  ") + out.count("[k skip  ") + out.count("[h hint") == 10


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["h", "?"], "Hint: This item has no hint."),
        (["k", "q"], "Nothing was answered"),
        (["s", "q"], f"Suspended {FIRST}"),
        (["t", "q"], f"Put off {FIRST} until tomorrow."),
        (["f", "q"], f"Flagged {FIRST}"),
        (["u", "q"], "There is nothing to undo."),
        (["?", "u", "q"], f"Undone: the answer to {FIRST} (not right)."),
        (["o", "q"], opening(library.items()[0])),
        (["/s", "q"], f"Suspended {FIRST}"),
    ],
)
def test_each_key_does_what_it_says(kdl, keys, said):
    done = kdl("quiz", input="\n".join(keys) + "\n")

    assert done.code == 0 and said in done.out
    assert kdl("quiz", "fsck").code == 0


def test_where_a_letter_may_be_the_answer_a_key_needs_a_slash(kdl, monkeypatch):
    """In `The {{c1: f}} gate ...` a lone h is an answer; /h is the hint, /q quits."""
    from dataclasses import replace

    one = library.find_item("lstm-gate-roles")
    one = replace(one, parts=(), spec={"accepted": {"c1": ["f"]}, "wrong": []})
    monkeypatch.setattr(library, "items", lambda: [one])
    done = kdl("quiz", input="/f\nh\n/q\n")

    assert "/q quit]" in done.out and "Flagged" in done.out
    assert "1 answered, 0 right" in done.out


def test_a_hint_makes_it_hard(kdl, learner):
    item = next(item for item in library.items() if item.hint and item.kind == "bug")
    said = iter(["h", f"line {item.spec['answer']}"])
    for _ in item.needs:
        learner("--new", "20")
    answer = lambda asked: next(said) if asked.item.id == item.id else typed(asked)  # noqa: E731
    (feedback,) = [
        event for event in events(learner("--cram", "--json", answer=answer).out, "feedback") if event["card"] == item.id
    ]

    assert feedback["correct"] and feedback["rating"] == 2


def test_topic_by_entry_and_unknown_topic(kdl):
    listed = json.loads(kdl("quiz", "list", "--topic", "lstm-gates", "--json").out)["items"]

    assert {row["topic"] for row in listed} == {"lstm"}
    wrong = kdl("quiz", "--topic", "lsmt")
    assert wrong.code == 3 and "Did you mean" in wrong.err and "lstm" in wrong.err
    assert kdl("quiz", "--unit", "99").code == 3


# ---- looking after cards ---------------------------------------------------------------------------------------------


def test_list_has_exactly_the_promised_shape(kdl):
    said = json.loads(kdl("quiz", "list", "--json").out)

    assert list(said) == ["schema", "items"] and said["schema"] == "kdl.items/1"
    for row in said["items"]:
        assert {name: type(value) for name, value in row.items()} == ITEM
    assert len(said["items"]) == len(library.items())
    assert kdl("quiz", "list", "--unit", "11").out.splitlines()[0].split() == ["id", "kind", "topic", "cards", "entries"]


def test_show_hides_the_answer_until_asked(kdl):
    hidden, shown = kdl("quiz", "show", "lstm-sequence-shape"), kdl("quiz", "show", "lstm-sequence-shape", "--answer")

    (answer,) = re.findall(r"Answer: (\(None, \d+, \d+\))", shown.out)
    assert answer not in hidden.out and hidden.out.splitlines()[2:6] == shown.out.splitlines()[2:6]
    assert "lstm.md:" in hidden.out and ": new" in hidden.out
    assert kdl("quiz", "show", "lstm-sequence-shap").code == 3


def test_show_shows_every_wording_and_every_option(kdl, monkeypatch):
    """A sitting shows one wording and four options; who looks at an item sees it whole."""
    one = next(item for item in library.items() if item.kind == "mcq")
    options = [{"text": f"option {n}", "right": n == 5, "feedback": "so"} for n in range(8)]
    many = dataclasses.replace(one, prompt="First?", wordings=("Second?", "Third?"), spec={"options": options})
    monkeypatch.setattr(library, "find_item", lambda name: many)
    lines = [line.strip() for line in kdl("quiz", "show", many.id).out.splitlines()]

    assert [line for line in lines if line.endswith("?")] == ["First?", "Or: Second?", "Or: Third?"]
    assert sorted(line[3:] for line in lines if "option" in line) == [f"option {n}" for n in range(8)]
    assert re.search(r"Answer: [a-h]\) option 5$", kdl("quiz", "show", many.id, "--answer").out, re.MULTILINE)
    record = json.loads(kdl("quiz", "show", many.id, "--json").out)["item"]
    assert record["wordings"] == ["Second?", "Third?"] and len(record["spec"]["options"]) == 8


@pytest.mark.invariant("quiz", 3)
def test_undo_survives_a_restart(kdl):
    kdl("quiz", input="?\n")
    done = kdl("quiz", "undo")

    assert done.code == 0 and f"Undone: the answer to {FIRST}" in done.out
    assert kdl("quiz", "undo").code == 5
    assert json.loads(kdl("quiz", "stats", "--json").out)["reviews"] == 0


def test_suspend_and_flag(kdl):
    assert kdl("quiz", "suspend", "lstm-gate-roles").out.startswith("Suspended: lstm-gate-roles#c1, lstm-gate-roles#c3")
    assert kdl("quiz", "flag", "lstm-gate-roles#c3").code == 0
    assert json.loads(kdl("quiz", "flagged", "--json").out)["cards"][0]["card"] == "lstm-gate-roles#c3"
    assert "suspended" in kdl("quiz", "show", "lstm-gate-roles").out
    assert kdl("quiz", "unsuspend", "lstm-gate-roles").code == 0
    assert kdl("quiz", "flag", "lstm-gate-roles#c3", "--off").code == 0
    assert "Nothing is flagged" in kdl("quiz", "flagged").out
    assert kdl("quiz", "suspend", "lstm-gate-roles#c9").code == 3
    assert kdl("quiz", "fsck").code == 0


def test_fsck_finds_and_repairs(kdl, home):
    from kdl.store import database

    kdl("quiz", input="?\n")
    db = database.connect()
    db.execute("UPDATE card SET due_day = due_day + 100")
    db.close()

    broken = kdl("quiz", "fsck")
    assert broken.code == 1 and f"{FIRST}: the cache says" in broken.out
    assert kdl("quiz", "fsck", "--repair").code == 0 and kdl("quiz", "fsck").code == 0


def test_stats_wait_for_enough_answers_and_then_tell(learner, kdl, calendar):
    assert "not enough data yet: 0 of 20 answers" in kdl("quiz", "stats").out
    for _ in range(12):
        learner("--new", "10")
        calendar(2)
    found = json.loads(kdl("quiz", "stats", "--json").out)

    assert found["spaced"] >= 20 and found["retention"] == 1.0
    assert 0.8 < found["low"] < found["high"] <= 1 and 0.5 < found["predicted"] < 1
    assert "all answers" in kdl("quiz", "stats").out


# ---- how it looks and what it loads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [("--plain",), ("--json",), ()])
@pytest.mark.invariant("quiz", 22)
def test_no_escape_codes_without_a_terminal(learner, monkeypatch, options):
    done = learner(*options)

    assert "\x1b" not in done.out + done.err and "\r" not in done.out


@pytest.mark.invariant("quiz", 22)
def test_plain_has_no_escape_codes_even_where_colour_is_forced(learner, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = learner("--plain", "--topic", "lstm").out

    assert "\x1b" not in out
    assert "Option a: " in out


@pytest.mark.invariant("quiz", 22)
def test_plain_has_no_escape_codes_whatever_key_is_typed(kdl, monkeypatch):
    """Hint, experiment, feedback, note, flag, undo and the end: what other commands print into a session, too."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    keys = "h\nx\n?\no\nf\nu\nk\nt\ns\nq\n"
    done = kdl("quiz", "--plain", "--topic", "lstm", input=keys)

    assert "kdl pair show P52" in done.out and "Flagged" in done.out and "Undone" in done.out
    assert "\x1b" not in done.out + done.err
    assert "\x1b" in kdl("quiz", "--topic", "lstm", input="x\nq\n").out, "only there"
    refused = kdl("quiz", "--plain", "--topic", "lsmt")
    assert refused.code == 3 and "\x1b" not in refused.err


def test_it_fits_the_terminal(learner, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = learner().out.splitlines()

    too_wide = [line for line in lines if len(line) > 60 and not line.startswith(("    ", "next", "> "))]
    assert too_wide == []


def test_an_ascii_terminal_is_served(kdl_process):
    done = kdl_process("quiz", input="?\n?\n?\n", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})

    assert done.code == 0 and done.out.isascii() and "3 answered" in done.out


def test_a_closed_pipe_is_silent(home):
    command = f"yes '?' | {sys.executable} -m kdl quiz | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ}, timeout=60)

    assert done.stderr == "" and "due" in done.stdout


@pytest.mark.parametrize(("scripted", "while_waiting"), [(True, []), (False, ["fsrs"])], ids=["a script", "a person"])
@pytest.mark.invariant("quiz", 20)
def test_the_first_question_loads_nothing_heavy(home, scripted, while_waiting):
    """Until it is on the screen: no Keras, NumPy, Markdown parser, rich, nor the scheduler.

    While a person thinks, the answers are prepared, which takes the scheduler and nothing else of these.
    """
    program = (
        "import sys\nfrom kdl.cli import main, quiz_sitting\nfrom kdl.cli.show import quiz_screen\n"
        "def look(when):\n"
        f"    print(when, [name for name in {HEAVY} if name in sys.modules])\n"
        "class Look(quiz_sitting.Lines):\n"
        f"    scripted = {scripted}\n"
        "    def line(self, prompt):\n"
        "        look('waiting')\n"
        "        raise quiz_sitting.EndOfInput\n"
        "    key = line\n"
        "class Shown(quiz_screen.Screen):\n"
        "    def keys(self, asked, slash):\n"
        "        super().keys(asked, slash)\n"
        "        look('shown')\n"
        "quiz_sitting.Lines, quiz_screen.Screen = Look, Shown\nmain(['quiz'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)

    assert "shown []\n" in done.stdout and f"waiting {while_waiting}\n" in done.stdout, done.stdout + done.stderr


def test_a_broken_unit_is_named_and_the_rest_still_asked(kdl, monkeypatch, tmp_path):
    import shutil

    from kdl import atlas, content

    root = tmp_path / "quizzes"
    shutil.copytree(content.quizzes(), root)
    (root / "12-broken").mkdir()
    (root / "12-broken" / "items.json").write_text("{")
    atlas.entries()
    monkeypatch.setattr(content, "quizzes", lambda: root)
    done = kdl("quiz", input="?\n")

    assert done.code == 0 and "1 answered" in done.out
    assert re.search(r"Left out: .*12-broken/items.json:1: cannot be read", done.err)


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """A copy of the content that has unit 11 alone, with an items.json that cannot be read."""
    import shutil

    from kdl import atlas, content

    root = tmp_path / "quizzes"
    shutil.copytree(content.quizzes(), root, ignore=lambda _, names: [name for name in names if re.match(r"(?!11)\d\d-", name)])
    (root / "11-recurrent-networks" / "items.json").write_text("{")
    atlas.entries()
    monkeypatch.setattr(content, "quizzes", lambda: root)
    return root


@pytest.mark.parametrize("command", [["quiz"], ["quiz", "--unit", "11"], ["quiz", "--topic", "lstm"], ["notes", "lstm"],
                                     ["notes", "lstm-gates"], ["quiz", "list"], ["notes"]])  # fmt: skip
def test_content_that_is_wanted_and_broken_is_an_error_and_not_nothing_to_do(kdl, broken, command):
    done = kdl(*command)

    assert done.code == 4 and re.search(r"Error: .*11-recurrent-networks/items.json:1: cannot be read", done.err)
    assert "Nothing is due" not in done.err


def test_a_broken_unit_that_is_wanted_is_an_error_though_others_can_be_read(kdl, broken):
    import shutil

    from kdl import content

    unit = json.loads((pathlib.Path(content.PACKAGE.parent) / "quizzes/11-recurrent-networks/items.json").read_text())
    shutil.copytree(broken / "11-recurrent-networks", broken / "12-sound")
    for record in unit["items"] + unit["topics"]:
        record["unit"], record["file"] = 12, record["file"].replace("11-recurrent-networks", "12-sound")
    (broken / "12-sound" / "items.json").write_text(json.dumps(unit))

    assert kdl("quiz", "--unit", "12", input="?\n").code == 0
    assert kdl("quiz", "--unit", "11", input="?\n").code == 4


def test_the_count_at_the_start_respects_every_limit(kdl):
    assert kdl("quiz", "--limit", "4", input="").out.startswith("0 due, up to 4 new, about 1 min")
    assert kdl("quiz", "--new", "3", input="").out.startswith("0 due, up to 3 new, about 1 min")
    assert kdl("quiz", "--minutes", "0.5", input="").out.startswith("0 due, up to 10 new, as far as 0.5 min go")
    assert kdl("quiz", "--cram", "--limit", "7", input="").out.startswith("7 to go through, about 2 min")


def test_a_miss_that_ends_the_session_comes_back_tomorrow(kdl):
    done = kdl("quiz", "--limit", "1", input="?\n")

    assert "Comes back tomorrow" in done.out and "in this session" not in done.out


def test_what_is_skipped_has_a_number_of_its_own(kdl):
    out = kdl("quiz", input="k\nk\nq\n").out

    assert [line.split()[0] for line in out.splitlines() if re.match(r"\d+\. ", line)][:3] == ["1.", "2.", "3."]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_json_at_a_terminal_is_json_and_nothing_else(home):
    """Prompts go to stderr, nothing waits for Enter, a note is an event."""
    import pty

    keys, stdin = pty.openpty()
    os.write(keys, b"o\n?\n?\n")
    command = [sys.executable, "-m", "kdl", "quiz", "--json", "--limit", "2"]
    done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, timeout=60)
    os.close(keys)
    os.close(stdin)

    assert done.returncode == 0, done.stderr
    assert [event["event"] for event in events(done.stdout)] == [
        "start", "question", "note", "question", "feedback", "question", "feedback", "end",
    ]  # fmt: skip
    (note,) = events(done.stdout, "note")
    assert note["topic"] and note["section"] and len(note["text"]) > 100 and note["file"].endswith(".md")
    assert done.stderr.count(" > ") >= 3 and "Enter next" not in done.stderr


def test_a_home_that_cannot_be_used_is_one_clear_error(kdl, home):
    home.mkdir()
    (home / "progress.db").write_text("this is no database, only text that is long enough to be looked at")
    done = kdl("quiz", input="?\n")

    assert done.code == 4 and done.err.startswith("Error: ") and "Traceback" not in done.err
    assert (home / "progress.db").read_text().startswith("this is no database")
