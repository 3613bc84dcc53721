"""`ladder=` and `bury=` in an item's header: read, kept in items.json only where they are set, else refused with the line."""

import pytest

from kdl.quiz import markdown
from kdl.quiz.item import Item

MCQ = """
::: quiz {{#one kind={kind} entries=lstm {attributes}}}

Which?

{body}

Why: so.

:::
"""
OPTIONS = "- [x] yes — right.\n- [ ] no — wrong."


def read(notes, attributes, kind="mcq", body=OPTIONS):
    return markdown.read(notes(MCQ.format(kind=kind, attributes=attributes, body=body)))


def test_they_are_read_and_come_back_from_json(notes):
    _, (item,), problems = read(notes, "ladder=recall bury=gates")

    assert not problems and (item.ladder, item.bury, item.group) == ("recall", "gates", "topic/gates")
    assert Item.of(item.record()) == item


def test_an_item_without_them_has_neither_in_its_record(notes):
    _, (item,), _ = read(notes, "")

    assert not {"ladder", "bury"} & item.record().keys() and item.group == "one"


@pytest.mark.parametrize(
    ("attributes", "kind", "body", "wrong"),
    [
        ("ladder=free", "mcq", OPTIONS, "has no ladder 'free'"),
        ("ladder=recall", "multi", OPTIONS, "kind multi has no ladder 'recall'"),
        ("ladder=recall", "basic", "Answer: yes.", "kind basic has no ladder 'recall'"),
        ("bury=The-Gates", "mcq", OPTIONS, "bury is a name in lower-case words"),
    ],
)
def test_what_means_nothing_is_refused_with_its_line(notes, attributes, kind, body, wrong):
    _, items, (problem,) = read(notes, attributes, kind, body)

    assert items == [] and wrong in problem.what and problem.line > 1
