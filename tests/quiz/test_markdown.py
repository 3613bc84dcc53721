"""Reading topics: what a container becomes, and every mistake told with its file, its line and its cure."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdl.errors import BadContent
from kdl.quiz import markdown
from kdl.quiz.kinds import KINDS

GOOD = """\
::: quiz {#a-question kind=mcq entries=lstm,lstm-gates errata=E122 needs=other rev=2}

Which one?

- [ ] this — not this,
  because
- [x] that — yes

Hint: look twice.

Why: so it is.

:::
"""


def test_an_item_and_where_it_stands(notes):
    path = notes("Text.\n\n## A section\n\n" + GOOD)
    topic, (item,), problems = markdown.read(path)

    assert problems == []
    assert (item.id, item.kind, item.rev) == ("a-question", "mcq", 2)
    assert (item.entries, item.errata, item.needs) == (("lstm", "lstm-gates"), ("E122",), ("other",))
    assert (item.unit, item.topic, item.file, item.heading) == (11, "topic", "11-recurrent-networks/topic.md", "A section")
    assert (item.prompt, item.hint, item.why) == ("Which one?", "look twice.", "so it is.")
    lines = path.read_text().split("\n")
    assert lines[item.line - 1].startswith("::: quiz") and lines[item.end - 1] == ":::"
    assert topic.sections == ((5, 1, "A topic"), (9, 2, "A section"))


def test_the_fingerprint_changes_with_words_and_not_with_white_space(notes):
    def of(text):
        return markdown.read(notes(text))[1][0].body_fp

    assert of(GOOD) == of(GOOD.replace("Which one?", "Which\none?").replace("\n\nWhy", "\n\n\nWhy"))
    assert of(GOOD) != of(GOOD.replace("Which", "What"))


def test_equations_name_their_functions(notes):
    topic, _, _ = markdown.read(notes("```text\nh = tanh(z)\n(kdl.models.rnn.lstm: LSTMCell.call)\n```\n"))

    assert topic.equations == ((7, "kdl.models.rnn.lstm:LSTMCell.call"),)


def test_a_container_in_a_code_block_is_code(notes):
    _, items, problems = markdown.read(notes("````\n" + GOOD + "````\n"))

    assert (items, problems) == ([], [])


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


MACHINE = "```kdl\n{}\n```\n\nWhy:"
BAD = {
    "never-closed": (GOOD.removesuffix(":::\n"), 7, "never closed"),
    "stray": (":::\n\n" + GOOD, 7, "a stray ':::'"),
    "no-attributes": (
        changed("{#a-question kind=mcq entries=lstm,lstm-gates errata=E122 needs=other rev=2}", ""),
        7,
        "no attributes",
    ),
    "no-id": (changed("#a-question ", ""), 7, "no id"),
    "bad-id": (changed("#a-question", "#A_Question"), 7, "no id of lower-case words"),
    "unknown-kind": (changed("kind=mcq", "kind=riddle"), 7, "there is no kind 'riddle'"),
    "unknown-attribute": (changed("rev=2", "color=red"), 7, "cannot read 'color=red'"),
    "bad-rev": (changed("rev=2", "rev=two"), 7, "rev is a whole number"),
    "run-together": (changed("}\n\nWhich", "}\nWhich"), 7, "blank line"),
    "no-question": (changed("Which one?\n\n", ""), 7, "asks nothing"),
    "no-why": (changed("Why: so it is.\n\n", ""), 7, "no explanation"),
    "two-whys": (changed("Why: so it is.\n", "Why: so it is.\n\nWhy: twice.\n"), 19, "a second `Why:`"),
    "no-feedback": (changed(" — yes", ""), 13, "no feedback"),
    "not-an-option": (changed("- [x] that — yes", "- that — yes"), 13, "`[ ]` or `[x]`"),
    "none-right": (changed("[x]", "[ ]"), 7, "marks 0 options"),
    "two-right": (changed("[ ] this", "[x] this"), 7, "marks 2 options"),
    "equal-options": (changed("[ ] this", "[ ] that"), 11, "two equal options"),
    "one-option": (changed("- [ ] this — not this,\n  because\n", ""), 11, "1 options"),
    "no-list": (changed("- [ ] this — not this,\n  because\n- [x] that — yes\n\n", ""), 7, "0 bullet lists"),
    "foreign-field": (changed("Why:", MACHINE.format("draw: n = int(1, 2)")), 18, "has no field 'draw'"),
    "not-a-field": (changed("Why:", MACHINE.format("Draw n")), 18, "not `name: value`"),
    "two-blocks": (changed("Why:", "```kdl\n```\n\n```kdl\n```\n\nWhy:"), 20, "a second machine block"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_with_file_line_and_cure(notes, name):
    text, line, wrong = BAD[name]
    path = notes(text)
    _, items, problems = markdown.read(path)

    assert wrong in problems[0].wrong and problems[0].fix
    assert (problems[0].path, problems[0].line) == (str(path), line)


def test_a_mistake_in_one_item_leaves_the_others_alone(notes):
    _, items, problems = markdown.read(notes(changed("kind=mcq", "kind=riddle") + "\n" + changed("#a-", "#b-")))

    assert [item.id for item in items] == ["b-question"] and len(problems) == 1


@pytest.mark.parametrize(
    ("front", "wrong"),
    [
        ("# A topic\n", "no front matter"),
        ("---\nentries:\n---\n# A topic\n", "names no entries"),
        ("---\nentries: lstm\nauthor: me\n---\n# A topic\n", "'author: me'"),
        ("---\nentries: lstm\n---\nText.\n", "0 titles"),
        ("---\nentries: lstm\n---\n# One\n\n# Two\n", "2 titles"),
    ],
)
def test_a_topic_that_cannot_be_used_says_why(notes, front, wrong):
    with pytest.raises(BadContent, match=wrong):
        markdown.read(notes("", front=front))


def test_a_file_that_is_not_utf8(notes):
    path = notes("")
    path.write_bytes(b"---\nentries: lstm\n---\n# T\n\xff")
    with pytest.raises(BadContent, match="not UTF-8"):
        markdown.read(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.text("`:-#{}[]=>|~ \nax1$", max_size=4)), max_size=6))
def test_a_mutilated_file_is_read_or_refused_and_never_crashes(notes, edits):
    text = GOOD
    for at, piece in edits:
        text = text[:at] + piece + text[at + len(piece) :]
    try:
        _, items, problems = markdown.read(notes(text))
    except BadContent:
        return
    assert all(problem.line >= 1 for problem in problems) and all(item.kind in KINDS for item in items)
