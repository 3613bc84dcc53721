"""`kdl` says what to type next: due first, then what was begun, then topic by topic: read, run, write, recall."""

import dataclasses

import pytest

from kdl.cli import walk
from kdl.cli.home import Place, next_step
from kdl.memory.exercise_cards import DueExercise


@dataclasses.dataclass
class Topic:
    id: str
    unit: int = 11
    pairs: tuple = ()
    exercises: tuple = ()
    title: str = ""


@dataclasses.dataclass
class Item:
    id: str
    topic: str


TOPICS = [Topic("rnn"), Topic("lstm", pairs=("P52",), exercises=("lstm-cell",)), Topic("adam", unit=12), Topic("mine", unit=0)]
ITEMS = [Item("r1", "rnn"), Item("l1", "lstm"), Item("l2", "lstm"), Item("m1", "mine")]
ALL = {"read": {"rnn", "lstm", "adam"}, "compared": {"P52"}, "solved": {"lstm-cell"}, "asked": {"r1", "l1", "l2"}}


def way(**lacking):
    """The way of a learner who has done everything but what is named."""
    done = {name: have - set(lacking.get(name, ())) for name, have in ALL.items()}
    return tuple(walk.stops(TOPICS, ITEMS, **done))


DONE = Place(
    due=0,
    new=0,
    reviewed_today=0,
    reviews=5,
    exercises={"lstm-cell": "solved"},
    way=way(),
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
    way=way(read=["lstm"]),
    pairs_unseen=("P52",),
    last_run=None,
)


def test_a_newcomer_is_sent_to_the_first_five_minutes():
    assert next_step(FRESH)[0] == "kdl start"


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({"due": 3, "exercises": {"lstm-cell": "attempted"}, "way": way(read=["lstm"])}, "kdl quiz"),
        ({"exercises": {"lstm-cell": "attempted"}, "way": way(read=["lstm"])}, "kdl exercise check lstm-cell"),
        ({"exercises": {"a": "started", "b": "started"}, "recent": "b"}, "kdl exercise check b"),
        ({"exercises": {"a": "started"}, "notebooks": frozenset("a")}, "kdl exercise notebook a"),
        ({"due": 1, "to_rebuild": (AGAIN,)}, "kdl quiz"),
        ({"to_rebuild": (AGAIN,), "way": way(read=["lstm"])}, "kdl exercise reset lstm-cell"),
        ({"to_rebuild": (AGAIN._replace(begun=True),)}, "kdl exercise check lstm-cell"),
        ({"way": way(read=["lstm"]), "new": 4}, "kdl notes lstm"),
        ({"stopped": "r1", "due": 3}, "kdl compare --resume r1"),
        ({"reviews": 0, "exercises": {}, "last_run": None, "toured": True, "way": way(read=["lstm"])}, "kdl notes lstm"),
        ({"way": way(compared=["P52"], solved=["lstm-cell"], asked=["l1"])}, "kdl compare P52 --seeds 2"),
        ({"askable": {"lstm"}, "way": way(solved=["lstm-cell"], asked=["l1"])}, "kdl exercise start lstm-cell"),
        ({"askable": {"lstm"}, "way": way(asked=["l1"])}, "kdl quiz --topic lstm"),
        ({"askable": {"rnn"}, "way": way(asked=["r1"], read=["lstm"])}, "kdl quiz --topic rnn"),
        ({"askable": set(), "way": way(asked=["r1"], read=["lstm"])}, "kdl notes lstm"),
        ({"askable": {"lstm"}, "new": 4, "way": way(asked=["r1"])}, "kdl quiz"),
        ({"new": 4, "exercises": {"other": "new"}}, "kdl quiz"),
        ({"exercises": {"other": "new"}}, "kdl exercise start other"),
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


def test_the_learners_own_notes_are_no_part_of_the_way():
    assert [stop.topic for stop in way()] == ["rnn", "lstm", "adam"]


def test_where_one_is_says_the_topic_and_ticks_what_is_done():
    said = walk.told(walk.where(way(solved=["lstm-cell"], asked=["l2"])), {True: "x", False: "-"})
    assert said == "topic 2 of 2, lstm: x read  x run P52  - write lstm-cell  - recall, 1 of 2 met"


def test_whoever_has_read_a_topic_stays_in_its_unit():
    assert [topic.id for topic in walk.from_unit_of("adam", TOPICS)] == ["adam", "rnn", "lstm", "mine"]
    assert walk.from_unit_of(None, TOPICS) == TOPICS


def test_a_step_out_of_a_unit_whose_questions_wait_says_when_the_unit_goes_on():
    waits = dataclasses.replace(DONE, way=way(asked=["l2"], read=["adam"]), askable=frozenset({"rnn"}))
    assert next_step(waits) == ("kdl notes adam", "the next topic to read; unit 11 goes on tomorrow with new questions")
    goes_on = dataclasses.replace(waits, askable=frozenset({"lstm"}))
    assert next_step(goes_on) == ("kdl quiz --topic lstm", "1 questions on it that you have not met")


def test_a_unit_has_ended_when_nothing_in_it_is_open():
    assert (walk.ended(way()), walk.ended(way(asked=["r1"])), walk.where(way())) == ([11, 12], [12], None)


def test_the_whole_way_through_unit_11_is_walked_by_doing_what_is_said():
    """From the first reading on, each next step is done in turn: every topic, pair, exercise and item, each once."""
    from kdl.quiz import library

    topics = [topic for topic in library.topics() if topic.unit == 11]
    items = [item for item in library.items() if item.topic in {topic.id for topic in topics}]
    done = {"read": set(), "compared": set(), "solved": set(), "asked": set()}
    walked = []
    while step := walk.next_step(walk.stops(topics, items, **done), {topic.id for topic in topics}):
        walked.append(step.command)
        kind, name = step.what.split()[0].rstrip(","), step.command.split()[-1]
        if kind == "recall":
            done["asked"] |= {item.id for item in items if item.topic == name}
        else:
            done[{"read": "read", "run": "compared", "write": "solved"}[kind]].add(name if kind != "run" else step.what[4:])
    assert len(walked) == len(set(walked))
    assert [name for name in walked if name.startswith("kdl notes")] == [f"kdl notes {topic.id}" for topic in topics]
    assert done["asked"] == {item.id for item in items}
    assert done["compared"] == {pair for topic in topics for pair in topic.pairs}
    assert done["solved"] == {name for topic in topics for name in topic.exercises}
