"""Changed content is never left out, the turn covers all in K commits, and a run tells the same from one process or two."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import selection


class Item:
    """A test as pytest collects it: `Item("tests/a.py::test[2-lstm]", name="lstm", size=2)`."""

    def __init__(self, nodeid, *marked, content=True, **params):
        self.nodeid, self.location = nodeid, (nodeid.split("::")[0], 1, "")
        self.marks = [SimpleNamespace(args=marked)] if content else []
        if params:
            self.callspec = SimpleNamespace(params=params)

    def iter_markers(self, name):
        return self.marks if name == "content" else []

    def get_closest_marker(self, name):
        return next(iter(self.iter_markers(name)), None)


def always(item, changed):
    return all(selection.choose(item, commits, changed) for commits in range(selection.K))


def in_one_of_k(item, changed):
    return sum(selection.choose(item, commits, changed) for commits in range(100, 100 + selection.K)) == 1


def test_k_consecutive_commits_take_every_content_test_once():
    assert all(in_one_of_k(Item(f"tests/a.py::test[{n}-lstm]", name="lstm", size=n), []) for n in range(20))


def test_of_many_tests_every_commit_takes_some():
    items = [Item(f"tests/a.py::test[{n}]") for n in range(50)]
    assert all(any(selection.choose(item, commits, []) for item in items) for commits in range(selection.K))


def test_the_turn_of_a_test_depends_on_its_name_alone():
    """Not on the tests before it, nor on the process: crc32 of this name is 3694321860, a multiple of 5."""
    item = Item("tests/a.py::test[lstm]", name="lstm")
    assert [commits for commits in range(12) if selection.choose(item, commits, [])] == [0, 5, 10]


def test_a_merge_of_three_commits_is_one_turn_further(tmp_path, monkeypatch):
    def git(*args):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *args], cwd=tmp_path, check=True, capture_output=True)

    def commit():
        git("commit", "-q", "--allow-empty", "-m", "One")
        return selection.count_commits()

    monkeypatch.setattr(selection, "ROOT", tmp_path)
    git("init", "-q", "-b", "main")
    assert commit() == 1
    git("checkout", "-q", "-b", "theme")
    assert [commit(), commit(), commit()] == [2, 3, 4]
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "-m", "Merge", "theme")
    assert selection.count_commits() == 2
    assert commit() == 3


def test_engine_tests_always_run():
    assert always(Item("tests/a.py::test", content=False), [])


def test_without_a_known_base_everything_runs():
    assert always(Item("tests/a.py::test[lstm]", name="lstm"), None)


def test_a_changed_test_file_brings_all_its_tests():
    assert always(Item("tests/models/test_contract.py::test_reload[lstm]", name="lstm"), ["tests/models/test_contract.py"])


@pytest.mark.parametrize(
    "item",
    [
        Item("tests/a.py::test[64-resnet]", size=64, name="resnet"),
        Item("tests/a.py::test[resnet-True]", name="resnet", shortcuts=True),
        Item("tests/a.py::test[one0]", one=SimpleNamespace(id="resnet")),
        Item("tests/a.py::test", "resnet"),
        Item("tests/a.py::test[causal-mask]", "cnn", "resnet", entry="causal-mask"),
    ],
    ids=lambda item: item.nodeid,
)
def test_a_changed_file_brings_the_tests_that_name_its_content_anywhere(item):
    assert always(item, ["docs/start.md", "kdl/models/cnn/resnet.py"])
    assert in_one_of_k(item, ["docs/start.md", "kdl/models/rnn/lstm.py"])


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("kdl/models/rnn/lstm.py", "lstm", True),
        ("kdl/models/rnn/simple_rnn.py", "simple-rnn", True),
        ("kdl/pairs/p52_simple_rnn_lstm.py", "P52", True),
        ("kdl/pairs/results/P52.json", "P52", True),
        ("exercises/11-recurrent-networks/lstm-cell/grader.py", "lstm-cell", True),
        ("quizzes/05-cnn-architectures/resnet.md", "05-cnn-architectures", True),
        ("kdl/models/rnn/gru.py", "lstm", False),
        ("exercises/11-recurrent-networks/lstm-cell/grader.py", "lstm", False),
        ("quizzes/04-convolution/cnn.md", "05-cnn-architectures", False),
    ],
)
def test_a_file_belongs_to_the_content_it_is_named_after(path, name, expected):
    assert selection.about([path], {name}) == ({name} if expected else set())


def test_numbers_and_empty_texts_are_no_ids():
    """An empty one would be the beginning of every file that begins with `_`."""
    assert selection.content_ids(Item("tests/a.py::test[-2-None-gan]", text="", size=2, other=None, name="gan")) == {"gan"}


def test_a_folder_is_called_by_its_name():
    assert selection.content_ids(Item("tests/a.py::test[x]", folder=Path("/x/quizzes/11-rnn"))) == {"11-rnn"}


def test_a_content_test_that_no_change_would_bring_fails():
    """Every test of the suite passes through this on its way."""
    item, engine = Item("tests/a.py::test[2-rasnet]", name="rasnet"), Item("tests/a.py::test", content=False)
    known = selection.known_ids([item, engine, Item("tests/a.py::test[2-resnet]", name="resnet")])
    assert known == {"resnet"}
    assert selection.lost(item, known) and not selection.lost(engine, known) and not selection.lost(item, None)

    item.config = SimpleNamespace(stash={selection.KNOWN: known})
    with pytest.raises(pytest.fail.Exception, match=r'by a mark: @pytest\.mark\.content\("resnet"\)'):
        selection.pytest_runtest_setup(item)


def test_a_name_of_a_folder_of_tests_is_no_content():
    assert selection.known_ids([Item("tests/a.py::test", "fixtures", "quizzes")]) == {"quizzes"}


def test_what_a_process_left_to_later_commits_reaches_the_one_that_prints():
    """With several processes nothing else tells how many tests were not run: pytest-xdist leaves deselected ones out."""
    worker = SimpleNamespace(stash={selection.LEFT: (5, ["gru", "lstm"])}, workeroutput={})
    selection.pytest_sessionfinish(SimpleNamespace(config=worker))
    printing = SimpleNamespace(stash={})
    selection.pytest_testnodedown(SimpleNamespace(config=printing, workeroutput=worker.workeroutput))
    selection.pytest_testnodedown(SimpleNamespace(config=printing))  # one that crashed says nothing, and takes nothing away

    lines = []
    selection.pytest_terminal_summary(SimpleNamespace(stats={}, write_line=lines.append), printing)
    assert lines == ["left to later commits: 5 tests of 2 content ids: gru lstm"]


def test_what_tests_measured_is_printed_once_in_order():
    lines = []
    printing = SimpleNamespace(
        section=lines.append,
        write_line=lines.append,
        stats={
            "passed": [SimpleNamespace(user_properties=[(selection.TOLD, "b 2"), ("other", "x")])],
            "": [SimpleNamespace(user_properties=[(selection.TOLD, "b 2")]), SimpleNamespace()],
            "failed": [SimpleNamespace(user_properties=[(selection.TOLD, "a 1")])],
        },
    )
    selection.pytest_terminal_summary(printing, SimpleNamespace(stash={}))

    assert lines == ["measured", "a 1", "b 2"]
