"""`tools/overlap.py`: wording that the content shares with a folder of notes is found, and formulas are not taken for it."""

import subprocess
import sys

import pytest

from kdl import catalog

TOOL = catalog.PACKAGE.parent / "tools" / "overlap.py"
SENTENCE = "The cell keeps what the gate lets through, at every single step."


@pytest.fixture
def compared(tmp_path):
    """A function: text of the notes (None: an empty folder), text of a topic -> exit code, and what was printed."""

    def compare(notes, topic, *options):
        (tmp_path / "notes").mkdir(exist_ok=True)
        (tmp_path / "topic.md").write_text(topic)
        if notes is not None:
            (tmp_path / "notes" / "one.txt").write_text(notes)
        command = [sys.executable, TOOL, tmp_path / "notes", tmp_path / "topic.md", *options]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return compare


def test_eight_words_in_a_row_are_found_across_lines_case_and_punctuation(compared):
    code, out = compared("Intro.\n" + SENTENCE, "# A title\n\nHere the CELL keeps,\nwhat the *gate* lets: through.\n")

    assert code == 1
    assert "topic.md:3: the cell keeps what the gate lets through\n    as in one.txt:2" in out


def test_a_long_run_is_told_once_and_whole(compared):
    code, out = compared(SENTENCE, f"So: {SENTENCE} And more.")

    assert "the cell keeps what the gate lets through at every single step\n" in out and "1 runs" in out


def test_seven_words_are_no_finding(compared):
    assert compared(SENTENCE, "It keeps what the gate lets through, at every moment.")[0] == 1
    assert compared(SENTENCE, "It saves what the gate lets through, at every moment.")[0] == 0
    assert compared(SENTENCE, "It saves what the gate lets through, at every moment.", "--words", "7")[0] == 1


def test_rows_of_figures_and_single_letters_are_nobodys_wording(compared):
    formula = "c_t = f_t * c_{t-1} + i_t * g_t, [0, 0, 1, 0, 0, 0, 1, 0]"

    assert compared(formula, formula)[0] == 0


def test_an_empty_folder_is_an_error_and_not_a_clean_result(compared):
    code, out = compared(None, "words")

    assert code == 2 and "no texts" in out
