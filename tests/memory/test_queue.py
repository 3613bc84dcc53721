"""The queue: due first and by urgency, topics interleaved, parts of an item apart, new cards only on known ground."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.memory import queue, scheduler
from kdl.memory.queue import Candidate
from kdl.store.reviews import Card

TODAY = 739_000


def card(name, *, stability=10.0, ago=10, due=0, **more):
    """A card answered `ago` days ago, due `due` days before today."""
    known = Card(name, name.partition("#")[0], stability, 5.0, 1, 0, TODAY - ago, TODAY - ago, TODAY - due, last_rating=3)
    return replace(known, **more)


def names(cards):
    return [card.card_id for card in cards]


@pytest.mark.invariant("quiz", 8)
def test_lowest_retrievability_comes_first():
    cards = [
        card("fresh", stability=30, ago=10),
        card("nearly-forgotten", stability=2, ago=10),
        card("middle", stability=8, ago=10),
    ]

    assert names(queue.due(cards, TODAY)) == ["nearly-forgotten", "middle", "fresh"]


@given(st.lists(st.tuples(st.floats(0.1, 500), st.integers(1, 400)), min_size=1, max_size=30))
def test_the_order_by_urgency_is_the_order_by_retrievability(values):
    """Urgency spares the exponential; it must never sort differently from what it stands for."""
    cards = [card(f"c{number:02}", stability=s, ago=ago) for number, (s, ago) in enumerate(values)]
    recall = [scheduler.retrievability(scheduler.Memory(c.stability, 5.0), TODAY - c.last_day) for c in queue.due(cards, TODAY)]

    assert all(one <= other + 1e-12 for one, other in zip(recall, recall[1:], strict=False))


@pytest.mark.invariant("quiz", 8)
def test_only_what_is_due_and_not_put_aside_is_asked():
    cards = [
        card("due"),
        card("tomorrow", due=-1),
        card("suspended", suspended=1),
        card("put-off", buried_until=TODAY + 1),
        card("put-off-yesterday", buried_until=TODAY),
        Card.new("new"),
    ]

    assert sorted(names(queue.due(cards, TODAY))) == ["due", "put-off-yesterday"]


@pytest.mark.invariant("quiz", 15)
def test_two_parts_of_an_item_are_not_asked_on_one_day():
    cards = [card("cloze#c1", stability=1), card("cloze#c2"), card("other")]

    assert names(queue.due(cards, TODAY)) == ["cloze#c1", "other"]
    assert names(queue.due(cards, TODAY, seen={"cloze"})) == ["other"]


@pytest.mark.invariant("quiz", 15)
def test_a_part_that_is_overdue_does_not_wait():
    assert names(queue.due([card("cloze#c1"), card("cloze#c2", due=1)], TODAY, seen={"cloze"})) == ["cloze#c2"]


@given(st.lists(st.sampled_from("abc"), max_size=40), st.sampled_from(["a", "b", None]))
def test_interleaving_keeps_every_card_and_each_topics_order(topics, last):
    ids = [f"{topic}{number}" for number, topic in enumerate(topics)]
    order = queue.interleave(ids, lambda name: name[0], last)

    assert sorted(order) == sorted(ids)
    for topic in "abc":
        assert [name for name in order if name[0] == topic] == [name for name in ids if name[0] == topic]


def test_topics_alternate_while_there_are_two():
    assert queue.interleave(["a1", "a2", "a3", "b1", "b2"], lambda name: name[0]) == ["a1", "b1", "a2", "b2", "a3"]


def candidates(*names, needs=()):
    return [Candidate(name, "topic", tuple(needs)) for name in names]


def test_new_cards_come_in_the_authors_order_up_to_the_limit():
    assert queue.new(candidates("one", "two", "three"), {"one": card("one")}, TODAY, limit=1) == ["two"]
    assert queue.new(candidates("one", "two"), {}, TODAY, limit=0) == []


@pytest.mark.invariant("quiz", 15)
def test_a_new_card_waits_for_what_it_needs():
    both = [*candidates("base"), *candidates("upper", needs=["base"])]

    assert queue.new(both, {}, TODAY, limit=9) == ["base"]
    assert queue.new(both, {"base": card("base", ago=0)}, TODAY, limit=9) == ["upper"]
    assert queue.new(both, {"base": card("base", ago=0, last_rating=scheduler.AGAIN)}, TODAY, limit=9) == []
    assert queue.new(both, {"base": card("base", stability=1, ago=300)}, TODAY, limit=9) == []
    assert queue.new(both, {"base": replace(Card.new("base"), suspended=1)}, TODAY, limit=9) == ["upper"]


def test_a_need_of_several_parts_is_met_when_those_asked_are_known():
    """The parts come on different days; waiting for all of them would stop a lesson for a week."""
    cards = [*candidates("base#c1", "base#c2"), *candidates("upper", needs=["base"])]
    first, second = card("base#c1", ago=0), card("base#c2", ago=0)

    assert queue.new(cards, {"base#c1": first}, TODAY, limit=9, seen={"base"}) == ["upper"]
    missed = replace(second, last_rating=scheduler.AGAIN)
    assert queue.new(cards, {"base#c1": first, "base#c2": missed}, TODAY, limit=9, seen={"base"}) == []


def test_the_second_part_of_a_new_item_waits_for_another_day():
    assert queue.new(candidates("cloze#c1", "cloze#c2", "other"), {}, TODAY, limit=9) == ["cloze#c1", "other"]


def test_openings_counts_what_a_good_sitting_reaches():
    both = [*candidates("base"), *candidates("upper", needs=["base"])]

    assert queue.openings(both, {}, TODAY, limit=10) == 2
    assert queue.openings(both, {}, TODAY, limit=1) == 1
    assert queue.openings(both, {}, TODAY, limit=0) == 0
    assert queue.openings(both, {"base": card("base", last_rating=scheduler.AGAIN)}, TODAY, limit=10) == 0


def test_introduced_counts_first_answers_of_the_day():
    assert queue.introduced([card("one", ago=0), card("two", ago=3), Card.new("three")], TODAY) == 1
