"""What a run tells at its end is the same from one process as from two of pytest-xdist, which print nothing themselves."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def selection():
    import selection

    return selection


def test_what_a_process_left_to_later_commits_reaches_the_one_that_prints(selection):
    worker = SimpleNamespace(stash={selection.LEFT: ["gru", "lstm"]}, workeroutput={})
    selection.pytest_sessionfinish(SimpleNamespace(config=worker))
    printing = SimpleNamespace(stash={})
    selection.pytest_testnodedown(SimpleNamespace(config=printing, workeroutput=worker.workeroutput))
    selection.pytest_testnodedown(SimpleNamespace(config=printing))  # one that crashed says nothing, and takes nothing away

    assert printing.stash[selection.LEFT] == ["gru", "lstm"]


def test_what_tests_measured_is_printed_once_in_order(selection):
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


def test_a_unit_is_about_the_files_of_its_folder(selection):
    assert selection.about("quizzes/05-cnn-architectures/resnet.md", "05-cnn-architectures")
    assert not selection.about("quizzes/04-convolution/cnn.md", "05-cnn-architectures")
