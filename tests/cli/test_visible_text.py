"""What others wrote (a vocabulary, a submission, a name) steers no terminal: not the cursor, nor the order of a line."""

import sys
import unicodedata

import pytest

from kdl.cli import generate_text, render
from kdl.cli.show import exercise_verdict

BAD = "a\u202eb\u2066c\u200fd\u2028e\u00adf"  # right to left from here on; isolate; mark; line separator; soft hyphen
SEEN = "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"
# Joiners are part of words and pictures, and the end of a verse is seen.
GOOD = "naïve שלום नमस्ते می\u200cخواهم \U0001f469\u200d\U0001f680 日本\u00a0\ufffd ١\u06dd"


def test_what_steers_is_shown_as_one_sign_and_all_else_as_it_is():
    steering = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")}
    steering -= {"\n", "\t"} | render.SHOWN
    assert all(unicodedata.bidirectional(char) in ("AN", "AL", "BN", "L") for char in render.SHOWN), "none turns a line"
    assert {"\x1b", "\x9b", "\r", "\u202e", "\u2066", "\u2028", "\u2029", "\ufeff", "\U000e0041"} < steering

    assert set(render.visible("".join(sorted(steering)))) == {"\ufffd"}
    assert render.visible(f"{GOOD}\n\t") == f"{GOOD}\n\t" and render.visible("\n\t", keep="") == "\ufffd\ufffd"


@pytest.mark.parametrize("show", [render.say, render.next_step, lambda text: render.table([(text, 1)], ("a", "b"))])
def test_no_line_is_turned_around_whoever_prints_it(capsys, show):
    show(BAD)
    show(GOOD)
    out = capsys.readouterr().out
    assert SEEN in out and GOOD in out


def test_the_command_to_copy_holds_no_escape(capsys):
    render.next_step("kdl generate x.keras --prompt 'a\x1b[2Jb'")
    assert "--prompt 'a\ufffd[2Jb'" in capsys.readouterr().out


def test_a_written_text_is_shown_safely(capsys):
    assert generate_text._shown(f"{BAD}\x1b[2J", "") == f"{BAD}\x1b[2J", "what was told is known as it was written"
    assert capsys.readouterr().out == f"{SEEN}\ufffd[2J"


def test_a_piece_of_a_vocabulary_is_shown_safely(kdl, monkeypatch):
    class Odd:
        def tokens(self, text):
            return ["un\x1b[2J\n", "\u202eable"]

        def numbers(self, text):
            return [1, 2]

    monkeypatch.setattr("kdl.tokenizers.load", lambda folder: Odd())
    rows = [line.split() for line in kdl("tokenize", "unable", "--vocab", "x").out.splitlines()]
    assert rows[1:3] == [["un\ufffd[2J\ufffd", "1"], ["\ufffdable", "2"]]


def test_what_a_submission_says_is_shown_safely(capsys):
    exercise_verdict.lines([f"ValueError: {BAD}\x1b[2J"])
    assert capsys.readouterr().out == f"ValueError: {SEEN}\ufffd[2J\n"


def test_an_error_that_quotes_others_is_shown_safely(kdl):
    said = kdl("generate", f"{BAD}\x9b2J.keras").err
    assert not set(said) & set("\u202e\u2066\u200f\u2028\x9b") and SEEN in said
