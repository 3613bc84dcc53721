"""`kdl notes`: the topics as they read in a terminal."""

import contextlib
import json
from dataclasses import replace

import click
import pytest

from kdl.cli import notes, render
from kdl.quiz import library
from kdl.quiz.kinds import KINDS
from kdl.store import database, predictions

TOPICS = [topic.id for topic in library.topics()]


def test_a_long_topic_goes_through_the_pager_on_a_terminal_and_what_is_next_stands_below(kdl, monkeypatch):
    pages = []
    monkeypatch.setattr(render, "interactive", lambda: True)
    monkeypatch.setattr(click, "echo_via_pager", lambda text, color: pages.append(text))
    done = kdl("notes", "lstm")

    assert len(pages) == 1 and pages[0].startswith("The LSTM") and "kdl quiz --topic lstm" in done.out
    assert "The LSTM" not in done.out
    monkeypatch.setenv("LINES", "9999")
    assert "The LSTM" in kdl("notes", "lstm").out and len(pages) == 1, "what fits on the screen needs no pager"


def test_the_list_of_topics(kdl):
    done = kdl("notes")
    said = json.loads(kdl("notes", "--json").out)

    assert done.code == 0 and "Unit 11. Recurrent networks" in done.out and "next  kdl notes" in done.out
    assert said["schema"] == "kdl.topics/1" and [row["id"] for row in said["topics"]] == TOPICS
    assert TOPICS.index("simple-rnn") < TOPICS.index("lstm"), "teaching order, not the alphabet"


@pytest.mark.parametrize("topic", TOPICS)
def test_answers_are_hidden_until_asked(kdl, topic):
    hidden, shown = kdl("notes", topic).out, kdl("notes", topic, "--answers").out
    items = [item for item in library.items() if item.topic == topic]

    assert "Answer: " not in hidden and "Why: " not in hidden and ":::" not in hidden and "```" not in hidden
    assert all(f"({item.id})" in hidden for item in items)
    assert shown.count("Answer: ") == sum(len(item.cards) for item in items)
    for item in items:
        if item.kind == "basic":
            right = " ".join(KINDS["basic"].right(item, "", None).split())
            assert right[:30] in " ".join(shown.split()) and right[:30] not in " ".join(hidden.split())


@pytest.mark.parametrize("topic", TOPICS)
def test_it_fits_the_terminal(kdl, topic, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    lines = kdl("notes", topic).out.splitlines()
    body = [line for line in lines if not line.startswith(("    ", "next", "  remembers", "  gap", "Measured"))]

    assert [line for line in body if len(line) > 70 and "  " not in line] == []


def test_equations_are_plain_unless_tex_is_asked_for(kdl):
    plain, tex = kdl("notes", "lstm").out, kdl("notes", "lstm", "--tex").out

    assert "c = f * c_prev + i * g" in plain and "\\sigma" not in plain and "$$" not in plain
    assert "c_t &= f_t \\odot c_{t-1}" in tex and "c = f * c_prev + i * g" in tex


def test_a_topic_is_found_by_an_entry_that_it_teaches(kdl):
    assert kdl("notes", "lstm-gates").out == kdl("notes", "lstm").out
    assert kdl("notes", "bptt").out.startswith("The simple RNN")


def test_an_unknown_topic(kdl):
    done = kdl("notes", "lsmt")

    assert done.code == 3 and "Did you mean lstm" in done.err


def test_who_names_a_pair_is_told_where_it_stands(kdl):
    done = kdl("notes", "p03")

    assert done.code == 3 and "`kdl pair show P03` is the pair; it goes with `kdl notes simple-rnn`" in done.err


def test_it_shows_the_committed_verdict(kdl):
    from kdl import catalog
    from kdl.experiment import pair, results

    card = catalog.find_pair("P52")
    verdict, _ = results.verdict_of(card)
    out = kdl("notes", "lstm", "--answers").out

    assert f"Measured: P52. {card.question}" in out
    for claim in verdict["claims"]:
        assert f"{claim['verdict']}  {pair.load(card).claim(claim['id']).text[:40]}" in out


def test_what_was_read_is_remembered(kdl):
    from kdl.store import database

    kdl("notes", "lstm")
    db = database.connect()
    assert [row["topic"] for row in db.execute("SELECT topic FROM reading")] == ["lstm"]
    db.close()


def test_reading_works_where_nothing_can_be_written(kdl, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("KDL_HOME", str(blocked / "home"))
    done = kdl("notes", "lstm")

    assert done.code == 0 and done.out.startswith("The LSTM") and "was not stored" in done.err


def test_search(kdl):
    done = kdl("notes", "--search", "Forget Gate")
    found = json.loads(kdl("notes", "--search", "forget gate", "--json").out)["found"]

    assert done.code == 0 and "lstm:" in done.out
    assert found and all("forget gate" in row["text"].lower() and row["topic"] and row["section"] for row in found)
    assert kdl("notes", "--search", "zebra").code == 3
    assert {row["topic"] for row in json.loads(kdl("notes", "bptt", "--search", "weights", "--json").out)["found"]} == {
        "simple-rnn"
    }


def own_notes(monkeypatch, tmp_path, change):
    """The content with another text of lstm.md."""
    import shutil

    from kdl import atlas, content

    root = tmp_path / "quizzes"
    shutil.copytree(content.quizzes(), root)
    path = next(root.rglob("lstm.md"))
    atlas.entries()
    monkeypatch.setattr(content, "quizzes", lambda: root)
    change(path)


def test_notes_show_the_first_wording_and_as_many_options_as_a_sitting(kdl, monkeypatch):
    one = next(item for item in library.items() if item.kind == "mcq" and item.topic == "lstm")
    options = [{"text": f"option {n}", "right": n == 5, "feedback": "so"} for n in range(8)]
    many = replace(one, prompt="The first wording?", wordings=("Another wording?",), spec={"options": options})
    monkeypatch.setattr(notes, "read", lambda topic: (topic, "# T\n\n::: quiz\n\n:::\n", [replace(many, line=3, end=5)]))
    out = kdl("notes", "lstm", "--answers").out

    assert "The first wording?" in out and "Another wording?" not in out
    shown, answer = [line for line in out.splitlines() if "option" in line][:4], out.partition("Answer: ")[2]
    assert len({line.split()[-1] for line in shown}) == 4 and answer.startswith(("a)", "b)", "c)", "d)"))


def test_search_finds_a_phrase_across_lines_under_its_heading(kdl, monkeypatch, tmp_path):
    def change(path):
        zebra = "A zebra\nis *striped*.\n\n```text\none okapi\n\ntwo okapis\n```\n"
        path.write_text(f"{path.read_text()}\n## Of animals\n\n{zebra}")

    own_notes(monkeypatch, tmp_path, change)
    done = kdl("notes", "--search", "Zebra is")
    (row,) = json.loads(kdl("notes", "--search", "zebra  is", "--json").out)["found"]

    assert "lstm: Of animals" in done.out and "A zebra is striped." in done.out
    assert row["text"] == "A zebra is *striped*." and row["section"] == "Of animals"
    assert "one okapi\n\ntwo okapis" in json.loads(kdl("notes", "--search", "okapis", "--json").out)["found"][0]["text"]


def test_search_goes_on_past_a_topic_that_cannot_be_read(kdl, monkeypatch, tmp_path):
    own_notes(monkeypatch, tmp_path, lambda path: path.unlink())
    done = kdl("notes", "--search", "gradient")

    assert done.code == 0 and "simple-rnn: " in done.out
    assert "Left out: " in done.err and "lstm.md:1: cannot be read" in done.err
    assert kdl("notes", "lstm", "--search", "gradient").code == 4


def test_search_never_shows_a_line_of_an_item(kdl):
    assert kdl("notes", "--search", "kdl.models.rnn.lstm import").code == 3


def test_notes_newer_than_the_compiled_items_are_read_afresh(kdl, monkeypatch, tmp_path):
    import shutil

    from kdl import atlas, content

    root = tmp_path / "quizzes"
    shutil.copytree(content.quizzes(), root)
    path = next(root.rglob("lstm.md"))
    text = path.read_text()
    path.write_text(
        text.replace(
            "# The LSTM: a memory that is added to\n", "# The LSTM: a memory that is added to\n\nTwo new lines.\n\nHere.\n"
        )
    )
    atlas.entries()
    monkeypatch.setattr(content, "quizzes", lambda: root)
    done = kdl("notes", "lstm")

    assert done.code == 0 and "Two new lines." in done.out and "`kdl dev build` brings it up to date" in done.err
    assert "Answer: " not in done.out and ":::" not in done.out


def test_no_escape_codes_without_a_terminal(kdl):
    assert "\x1b" not in kdl("notes", "lstm").out


def test_notes_need_no_keras_and_no_markdown_parser(home):
    import subprocess
    import sys

    program = (
        "import sys\nfrom kdl.cli import main\n"
        "try:\n    main(['notes', 'lstm'])\nexcept SystemExit:\n"
        "    print('loaded', [name for name in ('keras', 'markdown_it', 'rich', 'tensorflow') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)

    assert "loaded []" in done.stdout


def test_the_topics_of_one_unit_are_listed_in_their_order(kdl):
    from kdl.quiz import library

    mine = [topic.id for topic in library.topics() if topic.unit == 11]
    listed = [line.split()[0] for line in kdl("notes", "--unit", "11").out.splitlines() if line.startswith("  ")]

    assert listed == mine and len(mine) > 1
    assert [row["id"] for row in json.loads(kdl("notes", "--unit", "11", "--json").out)["topics"]] == mine
    nothing = kdl("notes", "--unit", "18")
    assert nothing.code == 0 and "no topics of unit 18 yet" in nothing.out


def test_what_a_pair_found_is_told_once_it_was_predicted_or_with_the_answers(kdl):
    """A paragraph that opens with Measured and names a pair is held back while that pair can still be predicted."""
    before, asked = kdl("notes", "simple-rnn").out, kdl("notes", "simple-rnn", "--answers").out
    with contextlib.closing(database.connect()) as db:
        predictions.append(db, "P03", "order", "mlp", 0.8)
    after = kdl("notes", "simple-rnn").out

    for said in (asked, after):
        assert "that it misses order is refuted" in " ".join(said.split()) and "Measured: P03" in said
    assert "misses order is refuted" not in " ".join(before.split()) and "To predict: P03" in before
    assert "Measured in P03: told here when you have predicted it" in before
    assert "next  kdl compare P03" in before and "next  kdl compare P03" not in after and "kdl compare P52" in after


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_held_back_moves_no_line(topic):
    """Items are found by their lines."""
    from kdl import content

    one = library.find_topic(topic)
    text = (content.quizzes() / one.file).read_text(encoding="utf-8")

    assert notes._held(text, set(one.pairs)).count("\n") == text.count("\n")
