"""What every item of the content must do. The rules that authors meet are `kdl dev check`; here they are tested as learners
meet them. One test for each item; all of them always run, they take milliseconds."""

import itertools
import re
from dataclasses import replace

import pytest

from kdl import content
from kdl.dev import item_rules, items
from kdl.quiz import library
from kdl.quiz.item import Unreadable
from kdl.quiz.kinds import KINDS, number

ITEMS = [pytest.param(item, id=item.id) for item in library.items()]
TOPICS = [pytest.param(topic, id=f"topic {topic.id}") for topic in library.topics()]
SEEDS = range(25)

each = pytest.mark.parametrize("item", ITEMS)


def asked(item):
    """Every card of an item with every seed."""
    for card in item.cards:
        part = card.partition("#")[2]
        for seed in SEEDS:
            yield part, KINDS[item.kind].present(item, part, seed)


def what_to_type(item, part, question):
    return KINDS[item.kind].typed(item, part, question)


def test_there_is_content():
    assert len(ITEMS) >= 10 and len({param.values[0].kind for param in ITEMS}) >= 6


@pytest.mark.invariant("quiz", 13, 15)
def test_everything_is_sound():
    """All rules of `kdl dev check`, and items.json is as new as the topics."""
    assert [fault.what for fault in items.check()] == []


@pytest.mark.slow
@pytest.mark.content
@pytest.mark.invariant("quiz", 12)
@pytest.mark.parametrize("folder", [pytest.param(folder, id=folder.name) for folder in library.unit_folders()])
def test_a_rebuild_with_keras_changes_nothing(folder):
    """Every computed answer is what the code gives today; every oracle agrees with its formula on every draw.

    All units at each commit: `kdl dev build --check`, which `make check` runs.
    """
    assert items.build(content.unit_of(folder), check=True) == []


@pytest.mark.contract
@each
def test_the_right_answer_is_judged_right(item):
    for part, question in asked(item):
        if question.mode == "self":
            continue
        verdict = KINDS[item.kind].judge(item, part, question, what_to_type(item, part, question))
        assert verdict.correct is True, question


@pytest.mark.contract
@each
@pytest.mark.invariant("quiz", 12, 13)
def test_every_wrong_answer_that_is_foreseen_is_wrong_and_explained(item):
    kind = KINDS[item.kind]
    for part, question in asked(item):
        for text in foreseen(item, part, question):
            verdict = kind.judge(item, part, question, text)
            assert verdict.correct is False and len(verdict.feedback) >= 10, (text, question)


def foreseen(item, part, question):
    """The wrong answers that the author expects, as a learner would type them."""
    if question.mode == "key":
        right = what_to_type(item, part, question)
        return [key for key, _ in question.options if key != right]
    if item.kind in ("numeric", "params"):
        from kdl.quiz import expression

        return [repr(expression.evaluate(wrong["value"], question.values)) for wrong in item.spec["wrong"]]
    if item.kind == "cloze":
        return [wrong["text"] for wrong in item.spec["wrong"] if wrong["part"] == (part or "c1")]
    if item.kind == "bug":
        return [str(wrong["line"]) for wrong in item.spec["wrong"]]
    return [KINDS[item.kind].told(wrong["value"], question) for wrong in item.spec.get("wrong", [])]


@pytest.mark.contract
@each
@pytest.mark.invariant("quiz", 12)
def test_the_question_does_not_print_its_answer(item):
    for part, question in asked(item):
        assert not printed(item, part, question), question.text


def printed(item, part, question):
    """What the question prints of its own answer: the number, the shape, the output, or a word that the gap accepts."""
    kind = KINDS[item.kind]
    if item.kind in ("numeric", "params"):
        return [value for value in (question.values["="],) if number.printed(value, question.text)]
    if item.kind == "shape":
        return [shape for shape in re.findall(r"[(\[][^()\[\]]*[)\]]", question.text) if is_right(item, part, question, shape)]
    if item.kind == "output":
        return [line for line in question.text.splitlines() if phrase(kind.right(item, part, question), line)]
    if item.kind == "cloze":
        return [form for form in item.spec["accepted"][part or "c1"] if phrase(form, question.text)]
    return []


def phrase(words, text):
    """The words stand in the text, as whole words, however they are spaced and spelled."""
    plain, wanted = (" ".join(some.replace("`", "").casefold().split()) for some in (text, words))
    return re.search(rf"(?<![\w.]){re.escape(wanted)}(?![\w]|\.\d)", plain) is not None


def is_right(item, part, question, text):
    try:
        return KINDS[item.kind].judge(item, part, question, text).correct
    except Unreadable:
        return False


LEAKS = {
    "numeric": "The answer is %s.",
    "params": "It has %s parameters.",
    "shape": "It is `%s`, isn't it?",
    "output": "It prints\n\n```text\n%s\n```",
    "cloze": "We call it %s.",
}


@pytest.mark.parametrize("kind", LEAKS)
def test_a_question_that_prints_its_answer_is_caught(kind):
    """The rule above looks at every kind whose answer is typed."""
    item = next(item for item in library.items() if item.kind == kind)
    part = item.cards[0].partition("#")[2]
    question = KINDS[kind].present(item, part, 1)
    said = KINDS[kind].right(item, part, question)
    leaking = replace(question, text=question.text + "\n\n" + LEAKS[kind] % said)

    assert printed(item, part, leaking) and not printed(item, part, question)


@pytest.mark.contract
@each
def test_no_slot_is_left_unfilled(item):
    for _, question in asked(item):
        kind = KINDS[item.kind]
        assert "{{" not in question.text + kind.why(item, question) + kind.told(item.hint, question)


@pytest.mark.contract
@each
def test_nonsense_is_asked_for_again_or_wrong(item):
    for part, question in asked(item):
        if question.mode == "self":
            continue
        try:
            assert KINDS[item.kind].judge(item, part, question, "nonsense!").correct is False
        except Unreadable as error:
            assert len(str(error)) > 10


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_asks_about_every_entry_that_it_teaches(topic):
    asked_about = {entry for item in library.items() if item.topic == topic.id for entry in item.entries}

    assert set(topic.entries) <= asked_about


@pytest.mark.parametrize("topic", TOPICS)
def test_the_right_option_cannot_be_guessed_by_its_length(topic):
    """Over a topic, the right option is not the longest one of its item in most cases."""
    longest = [
        max(item.spec["options"], key=lambda option: len(option["text"]))["right"]
        for item in library.items()
        if item.topic == topic.id and item.kind == "mcq"
    ]

    assert sum(longest) <= max(1, len(longest) * 0.6)


@pytest.mark.parametrize("topic", TOPICS)
def test_nor_by_its_length_among_those_that_are_shown(topic):
    """Where a list is longer than what is shown, over all seeds."""
    items = [item for item in library.items() if item.topic == topic.id and item.kind == "mcq"]
    longest = sum(
        max(question.options, key=lambda option: len(option[1]))[0] == what_to_type(item, part, question)
        for item in items
        for part, question in asked(item)
    ) / len(SEEDS)

    assert longest <= max(1, len(items) * 0.6)


@pytest.mark.contract
@each
@pytest.mark.invariant("quiz", 23)
def test_what_varies_is_different(item):
    """Every wording is asked, no two of them show the same text, and no stored draw follows itself."""
    part = item.cards[0].partition("#")[2]
    questions = [KINDS[item.kind].present(item, part, seed) for seed in SEEDS]

    assert len({question.text for question in questions[: len(item.prompts)]}) == len(item.prompts) <= 4
    if "draw" in item.spec and item.kind != "numeric":
        assert all(one.values != other.values for one, other in itertools.pairwise(questions))


def test_words_are_those_of_prose():
    assert item_rules.words("One two.\n\n```python\nnot = counted\n```\n\n$$\nx y\n$$\n\nthree") == 3
