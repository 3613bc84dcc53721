"""The rotating slice covers everything in K commits, and changed content is never left out."""

import pytest
import selection


class Item:
    def __init__(self, nodeid, content=True):
        self.nodeid, self.location, self._content = nodeid, (nodeid.split("::")[0], 1, ""), content

    def get_closest_marker(self, name):
        return object() if name == "content" and self._content else None


def test_k_consecutive_commits_take_every_content_test():
    for index in range(20):
        item = Item(f"tests/a.py::test[{index}]")
        taken = [selection.choose(item, index, commits, []) for commits in range(100, 100 + selection.K)]
        assert sum(taken) == 1


def test_engine_tests_always_run():
    assert all(selection.choose(Item("tests/a.py::test", content=False), 1, commits, []) for commits in range(selection.K))


def test_without_a_known_base_everything_runs():
    assert all(selection.choose(Item("tests/a.py::test[lstm]"), 1, commits, None) for commits in range(selection.K))


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("kdl/models/rnn/lstm.py", "lstm", True),
        ("kdl/models/rnn/simple_rnn.py", "simple-rnn", True),
        ("kdl/pairs/p52_simple_rnn_lstm.py", "P52", True),
        ("kdl/pairs/results/P52.json", "P52", True),
        ("exercises/11-recurrent-networks/lstm-cell/grader.py", "lstm-cell", True),
        ("kdl/models/rnn/gru.py", "lstm", False),
        ("exercises/11-recurrent-networks/lstm-cell/grader.py", "lstm", False),
    ],
)
def test_a_file_belongs_to_the_content_it_is_named_after(path, name, expected):
    assert selection.about(path, name) == expected


def test_a_changed_test_file_brings_all_its_tests():
    item = Item("tests/models/test_contract.py::test_reload[lstm]")

    assert all(selection.choose(item, 1, commits, ["tests/models/test_contract.py"]) for commits in range(selection.K))
