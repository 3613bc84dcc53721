"""`kdl` says what to type next: due first, then what was begun, then read, recall, implement, compare."""

import dataclasses

import pytest

from kdl.cli.home import Place, next_step
from kdl.memory.exercise_cards import DueExercise

DONE = Place(
    due=0,
    new=0,
    reviewed_today=0,
    reviews=5,
    exercises={"lstm-cell": "solved"},
    topics_unread=(),
    pairs_unseen=(),
    last_run=("r", "done"),
)
AGAIN = DueExercise("lstm-cell", begun=False)
FRESH = Place(
    due=0,
    new=9,
    reviewed_today=0,
    reviews=0,
    exercises={"lstm-cell": "new"},
    topics_unread=("lstm",),
    pairs_unseen=("P52",),
    last_run=None,
)


def test_a_newcomer_is_sent_to_the_first_five_minutes():
    assert next_step(FRESH)[0] == "kdl start"


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({"due": 3, "exercises": {"lstm-cell": "attempted"}, "topics_unread": ("lstm",)}, "kdl quiz"),
        ({"exercises": {"lstm-cell": "attempted"}, "topics_unread": ("lstm",)}, "kdl exercise check lstm-cell"),
        ({"due": 1, "to_rebuild": (AGAIN,)}, "kdl quiz"),
        ({"to_rebuild": (AGAIN,), "topics_unread": ("lstm",)}, "kdl exercise reset lstm-cell"),
        ({"to_rebuild": (AGAIN._replace(begun=True),)}, "kdl exercise check lstm-cell"),
        ({"topics_unread": ("lstm",), "new": 4}, "kdl notes lstm"),
        ({"stopped": "r1", "due": 3}, "kdl compare --resume r1"),
        ({"reviews": 0, "exercises": {}, "last_run": None, "toured": True, "topics_unread": ("lstm",)}, "kdl notes lstm"),
        ({"new": 4, "exercises": {"lstm-cell": "new"}}, "kdl quiz"),
        ({"new": 4, "reviewed_today": 10, "exercises": {"lstm-cell": "new"}}, "kdl exercise start lstm-cell"),
        ({"pairs_unseen": ("P52",)}, "kdl compare P52 --seeds 2"),
        ({}, "kdl progress"),
    ],
)
def test_the_next_step(changes, command):
    assert next_step(dataclasses.replace(DONE, **changes))[0] == command


def test_the_screen_of_a_fresh_home_writes_nothing(kdl, home):
    result = kdl()

    assert result.code == 0
    assert "kdl start" in result.out
    assert not home.exists()
