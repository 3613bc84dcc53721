"""`kdl dev build` and `kdl dev check` for items: what is written, what is refused, what leaves the file alone."""

import json
import re
import textwrap

import pytest

from kdl import atlas, content
from kdl.dev import errata, items, oracle
from kdl.errors import BadContent, EnvironmentProblem
from kdl.quiz import library
from kdl.quiz.kinds.base import Job

FRONT = "---\nentries: lstm\n{more}---\n\n# A topic\n\n" + "word " * 300 + "\n\n"
MCQ = """
::: quiz {#one-question kind=mcq entries=lstm}

Which one?

- [ ] this — not this
- [x] that — yes

Why: so it is.

:::
"""
SHAPE = """
::: quiz {#a-shape kind=shape entries=lstm}

What shape?

```python
y = layers.Dense(4)(keras.Input((3,)))
```

```kdl
wrong: (None, 3) => that goes in
```

Why: so it is.

:::
"""


@pytest.fixture
def topic(tmp_path, monkeypatch):
    """A function that writes the one topic of a unit; the oracle answers without Keras."""
    root = tmp_path / "quizzes"
    folder = root / "11-recurrent-networks"
    folder.mkdir(parents=True)
    atlas.entries(), errata.table()  # of the real content
    monkeypatch.setattr(content, "quizzes", lambda: root)
    monkeypatch.setattr(oracle, "run", lambda jobs: ([[None, 4] for _ in jobs], {"keras": "1"}))

    def write(*blocks, more="", name="topic"):
        path = folder / f"{name}.md"
        path.write_text(FRONT.format(more=more) + "\n".join(map(textwrap.dedent, blocks)), encoding="utf-8")
        return path

    return write


def stored(path):
    return json.loads((path.parent / "items.json").read_text())


def test_a_build_writes_what_the_library_reads(topic):
    path = topic(MCQ, SHAPE)

    assert items.build() == [path.parent / "items.json"]
    assert items.check() == [] and items.build() == []
    assert [item.id for item in library.items()] == ["one-question", "a-shape"]
    assert library.find_item("a-shape").spec["answer"] == [None, 4]
    assert library.find_topic("topic") == library.find_topic("lstm")


def test_the_errata_that_a_text_puts_right_are_compiled_with_its_topic(topic):
    path = topic(MCQ, more="errata: E003, E190\n")
    items.build()
    assert library.find_topic("topic").errata == ("E003", "E190")

    topic(MCQ)
    items.build()
    assert "errata" not in stored(path)["topics"][0]


def test_a_check_writes_nothing(topic):
    path = topic(MCQ)

    assert items.build(check=True) == [path.parent / "items.json"]
    assert not (path.parent / "items.json").exists()
    assert "older than its topics" in items.check()[0].wrong


def test_a_rebuild_that_differs_only_in_versions_leaves_the_file_alone(topic, monkeypatch):
    path = topic(SHAPE)
    items.build()
    before = (path.parent / "items.json").read_bytes()
    monkeypatch.setattr(oracle, "run", lambda jobs: ([[None, 4]], {"keras": "2"}))

    assert items.build() == [] and (path.parent / "items.json").read_bytes() == before


def test_an_answer_that_changed_is_a_difference(topic, monkeypatch):
    path = topic(SHAPE)
    items.build()
    old = stored(path)["items"][0]["answer_fp"]
    monkeypatch.setattr(oracle, "run", lambda jobs: ([[None, 5]], {"keras": "2"}))

    assert items.build(check=True) == [path.parent / "items.json"]
    items.build()
    assert stored(path)["items"][0]["answer_fp"] != old


@pytest.mark.invariant("quiz", 5)
def test_a_typo_keeps_the_answers_fingerprint(topic):
    path = topic(MCQ)
    items.build()
    old = stored(path)["items"][0]
    topic(MCQ.replace("Which one?", "Which one is it?"))
    items.build()
    new = stored(path)["items"][0]

    assert new["answer_fp"] == old["answer_fp"] and new["body_fp"] != old["body_fp"]


def test_code_that_fails_or_contradicts_is_told_at_its_item(topic, monkeypatch):
    path = topic(SHAPE)
    monkeypatch.setattr(oracle, "run", lambda jobs: ([{"error": "NameError: layers"}], {}))
    with pytest.raises(BadContent, match=f"{path}:.*'a-shape': its code fails: NameError: layers"):
        items.build()


def test_check_needs_no_keras(topic, monkeypatch):
    topic(SHAPE)
    items.build()
    monkeypatch.setattr(oracle, "run", None)

    assert items.check() == []
    topic(SHAPE.replace("Dense(4)", "Dense(5)"))
    assert ["older than its topics" in fault.wrong for fault in items.check()] == [True]


def test_a_published_id_is_for_ever(topic):
    path = topic(MCQ, SHAPE)
    items.build()
    topic(SHAPE)
    with pytest.raises(BadContent, match="published item 'one-question' is in no topic"):
        items.build()
    assert any("one-question" in fault.wrong for fault in items.check())

    topic(SHAPE, more="retired: one-question\n")
    items.build()
    assert items.check() == [] and stored(path)["published"] == ["a-shape", "one-question"]

    topic(MCQ, SHAPE, more="retired: one-question\n")
    with pytest.raises(BadContent, match="'one-question' was retired"):
        items.build()


DRAWN = SHAPE.replace("Dense(4)", "Dense({{n}})").replace("```kdl\n", "```kdl\ndraw: n = int(5, 60)\n")


@pytest.fixture
def computed(monkeypatch):
    """The oracle says what the dense layer in the code says: its width."""

    def run(jobs):
        return [[None, int(re.search(r"Dense\((\d+)\)", job.code)[1])] for job in jobs], {"keras": "1"}

    monkeypatch.setattr(oracle, "run", run)


@pytest.mark.invariant("quiz", 12, 23)
def test_a_drawn_item_is_stored_with_the_answer_to_each_draw(topic, computed):
    path = topic(DRAWN)
    items.build()
    answers = stored(path)["items"][0]["spec"]["answer"]

    assert len(answers) == 6 == len({one["n"] for one in answers})
    assert all(one["="] == [None, one["n"]] for one in answers)
    assert items.check() == [] and items.build() == [], "a rebuild draws the same"


def test_a_changed_draw_is_computed_anew(topic, computed):
    path = topic(DRAWN)
    items.build()
    old = stored(path)["items"][0]["answer_fp"]
    topic(DRAWN.replace("int(5, 60)", "int(5, 30)"))

    assert "older than its topics" in items.check()[0].wrong
    items.build()
    assert items.check() == [] and stored(path)["items"][0]["answer_fp"] != old


@pytest.mark.invariant("quiz", 5)
def test_a_wording_and_a_wrong_answer_keep_what_is_right(topic, computed):
    path = topic(DRAWN, MCQ)
    items.build()
    old = stored(path)["items"]
    other = MCQ.replace("- [ ] this", "- [ ] these — no\n- [ ] this").replace("\nWhy:", "\nOr: Who, then?\n\nWhy:")
    topic(DRAWN.replace("\nWhy:", "\nOr: What comes out?\n\nWhy:").replace("wrong:", "wrong: (None,) => no\nwrong:"), other)
    items.build()
    new = stored(path)["items"]

    assert [one["answer_fp"] for one in new] == [one["answer_fp"] for one in old]
    assert all(one["body_fp"] != other["body_fp"] for one, other in zip(new, old, strict=True))
    assert new[1]["wordings"] == ["Who, then?"] and "wordings" not in old[1]


FAULTS = {
    "a long wording": (MCQ.replace("\nWhy:", "\nOr: " + "who " * 61 + "\n\nWhy:"), "its `Or:` has 61 words"),
    "a wording twice": (MCQ.replace("\nWhy:", "\nOr: which  `one`\n\nWhy:").replace("one?", "one"), "repeats another wording"),
    "draws that cannot be asked": (DRAWN.replace("(None, 3)", "(None, 4)"), "0 of its 6 draws can be asked, 2 are needed"),
    "unknown entry": (MCQ.replace("entries=lstm", "entries=lsmt"), "entry 'lsmt' is not in the atlas"),
    "no entry": (MCQ.replace(" entries=lstm", ""), "names no entry"),
    "unknown erratum": (MCQ.replace("entries", "errata=E999 entries"), "no erratum 'E999'"),
    "unknown erratum of a topic": (MCQ, "names the erratum 'E999'"),
    "unknown need": (MCQ.replace("entries", "needs=nothing entries"), "needs the item 'nothing'"),
    "a circle": (MCQ.replace("entries", "needs=one-question entries"), "waits for itself"),
    "a double": (MCQ + MCQ, "its id is taken by"),
    "an entry's id": (MCQ.replace("one-question", "lstm"), "id is that of an entry"),
    "a long question": (MCQ.replace("Which", "which " * 61), "its question has 62 words"),
    "a long why": (MCQ.replace("so it is", "so " * 61), "its explanation has 62 words"),
    "a naked equation": ("$$\nx\n$$\n" + MCQ, "no plain-text twin"),
    "an unknown function": ("```text\nx\n(kdl.nothing: here)\n```\n" + MCQ, "kdl.nothing:here, which does not exist"),
    "too little prose": (MCQ, "has 6 words of prose"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_check_and_stops_a_build(topic, monkeypatch, name):
    body, wrong = FAULTS[name]
    path = topic(body)
    if name == "unknown erratum of a topic":
        topic(body, more="errata: E003, E999\n")
    if name == "too little prose":
        path.write_text(path.read_text().replace("word " * 300, "just three words"))
    if "draws" in name:  # the fault is seen in what was computed
        with pytest.raises(BadContent, match=wrong):
            items.build()
        return
    found = [fault for fault in items.check() if wrong in fault.wrong]

    assert found and found[0].path == str(path) and found[0].fix and found[0].line >= 1
    with pytest.raises(BadContent):
        items.build()
    assert not (path.parent / "items.json").exists()


def test_a_fault_of_the_front_matter_and_one_of_what_was_published_say_their_lines(topic):
    path = topic(MCQ + SHAPE)
    items.build()
    topic(MCQ, more="errata: E003,\n  E999\n")
    told = {fault.wrong: fault for fault in items.check()}

    front = next(fault for wrong, fault in told.items() if "E999" in wrong)
    assert "E999" in path.read_text().splitlines()[front.line - 1]
    lost = next(fault for wrong, fault in told.items() if "a-shape" in wrong)
    lines = (path.parent / "items.json").read_text().splitlines()
    assert '"a-shape"' in lines[lost.line - 1] and any('"published"' in line for line in lines[: lost.line])


def test_a_named_function_is_found_without_importing_it(topic):
    topic("```text\nx\n(kdl.models.rnn.lstm: LSTMCell.call)\n```\n" + MCQ)
    items.build()

    assert items.check() == []


@pytest.mark.parametrize(
    "text",
    ["{", '{"schema": "other/1"}', '{"schema": "kdl.unit/1"}', "[]", '{"schema": "kdl.unit/1", "items": [{}], "topics": []}'],
)
def test_a_damaged_items_json_is_left_out_and_told(topic, text):
    path = topic(MCQ)
    (path.parent / "items.json").write_text(text)

    assert library.items() == []
    (problem,) = library.problems()
    assert problem.path.endswith("items.json") and problem.fix


def test_a_unit_can_be_built_alone(topic):
    topic(MCQ)

    assert items.build(unit=12) == []
    assert len(items.build(unit=11)) == 1


@pytest.mark.slow
def test_the_oracle_runs_code_where_keras_is_and_survives_what_fails():
    jobs = [
        Job("model = keras.Sequential([keras.Input((3,)), layers.Dense(4)])", "model.count_params()", "number", {}),
        Job("y = layers.Dense(4)(keras.Input((3,)))", "y.shape", "shape", {}),
        Job("print('seen', n)", "None", "output", {"n": 3}),
        Job("1 / 0", "None", "output", {}),
        Job("", "np.float32(0.5) * n", "number", {"n": 3}),
    ]
    results, versions = oracle.run(jobs)

    assert results == [16, [None, 4], "seen 3", {"error": "ZeroDivisionError: division by zero"}, 1.5]
    assert set(versions) == {"keras", "backend", "numpy"}


@pytest.mark.slow
def test_an_oracle_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "nothing")
    with pytest.raises(EnvironmentProblem, match="could not be run") as told:
        oracle.run([Job("", "1", "number", {})])
    assert "nothing" in told.value.why


# ---- what a fault costs on the scoreboard ----------------------------------------------------------------------------


def test_a_fault_of_one_item_costs_that_item_on_the_scoreboard(topic):
    from kdl.dev import coverage

    second = MCQ.replace("one-question", "another-question")
    path = topic(MCQ, second)
    items.build()
    assert coverage._sound_items() == {"lstm": 2}

    path.write_text(path.read_text().replace("- [x] that — yes", "- [ ] that — yes", 1))
    (fault,) = [fault for fault in items.check() if "another" not in fault.what][:1]
    assert fault.item == "one-question" and coverage._sound_items() == {"lstm": 1}


def test_a_stale_items_json_costs_its_whole_unit_on_the_scoreboard(topic):
    from kdl.dev import coverage

    topic(MCQ)
    path = topic(MCQ.replace("one-question", "another-question"), name="other")
    items.build()
    assert coverage._sound_items() == {"lstm": 2}

    path.write_text(path.read_text().replace("Which one?", "Which one is it?"))
    assert [fault.wrong for fault in items.check()] == ["is older than its topics"]
    assert coverage._sound_items() == {}
