"""The items of a sitting by card; and the same order of topics as by the plain rule."""

import random

import pytest

from kdl.memory import queue
from kdl.quiz import library
from kdl.quiz.scope import Scope


def test_a_scope_knows_its_cards_in_order_and_no_other():
    items = library.items()
    cards = {card: item for item in items for card in item.cards}

    for scope in (Scope(items), Scope({item.id: item for item in items})):
        assert list(scope) == list(cards) and len(scope) == len(cards) and dict(scope.pairs()) == cards
        assert all(card in scope and scope[card] is item for card, item in cards.items())
        for wrong in ("", "nothing", f"{items[0].id}#c1", *(item.id for item in items if item.parts)):
            assert wrong not in scope
            with pytest.raises(KeyError):
                scope[wrong]


@pytest.mark.parametrize("seed", range(20))
def test_interleaving_takes_the_first_of_another_topic(seed):
    """By the rule itself: each time the first one left whose topic differs from the one before; the head where none does."""
    chance = random.Random(seed)
    ids = [f"{chance.choice('aaabbc')}{n}" for n in range(30)]
    left, order, last = list(ids), [], chance.choice("abc")
    start = last
    while left:
        order.append(next((one for one in left if one[0] != last), left[0]))
        left.remove(order[-1])
        last = order[-1][0]

    assert queue.interleave(ids, lambda one: one[0], start) == order
