"""Markdown on a terminal."""

import click
from hypothesis import given
from hypothesis import strategies as st

from kdl.cli.show import prose


def plain(markdown, width=40):
    return prose.lines(markdown, width, styled=False)


def test_paragraphs_are_wrapped_and_marks_disappear():
    assert plain("One **two** *three* [four](x.md)\nfive `six` seven eight nine ten.", 30) == [
        "One two three four five `six`",
        "seven eight nine ten.",
    ]


def test_arithmetic_is_not_emphasis():
    assert plain("4*n + 2 * 3 * 4 and a*b*c") == ["4*n + 2 * 3 * 4 and a*b*c"]


def test_lists_hang_and_continue():
    assert plain("- one two three\n  four\n- five\n\n1. six seven", 12) == [
        "- one two",
        "  three four",
        "- five",
        "",
        "1. six seven",
    ]


def test_code_is_indented_and_never_wrapped():
    code = "x = " + "1 + " * 20 + "1"
    assert plain(f"```python\n{code}\n\n    y\n```") == [f"    {code}", "", "        y"]


def test_what_is_said_beside_an_equation_goes_below_where_both_do_not_fit(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    prose.docstring("Idea.\n\n    y = W x      short\n      z = f(y)          words that do not fit beside it\n")

    assert capsys.readouterr().out.splitlines() == [
        "Idea.",
        "",
        "    y = W x      short",
        "      z = f(y)",
        "            words that do not fit beside",
        "            it",
    ]


def test_tables_are_aligned():
    assert plain("| what | shape |\n| --- | --- |\n| input | (B, M) |\n| `h` | (B, N) |") == [
        "what   shape",
        "input  (B, M)",
        "`h`    (B, N)",
    ]


def test_equations_are_left_to_their_plain_twins():
    markdown = "Before.\n\n$$\nx\n$$\n\nAfter."

    assert plain(markdown) == ["Before.", "", "After."]
    assert prose.lines(markdown, 40, False, tex=True) == ["Before.", "", "$$", "x", "$$", "", "After."]


def test_styles_do_not_count_for_the_width():
    styled = prose.lines("`one two three` four five", 14, styled=True)

    assert [click.unstyle(line) for line in styled] == ["one two three", "four five"]


@given(st.text(st.characters(codec="ascii"), max_size=200), st.integers(20, 80))
def test_no_text_breaks_it_and_no_word_is_lost(text, width):
    lines = plain(text, width)

    letters = [char for char in text if char.isalpha()]
    shown = [char for line in lines for char in line if char.isalpha()]
    if not any(mark in text for mark in "`$*[|#"):
        assert shown == letters


@given(st.lists(st.text("abcdefg", min_size=1, max_size=12), min_size=1, max_size=40), st.integers(20, 60))
def test_lines_are_as_wide_as_allowed(words, width):
    assert all(len(line) <= width for line in plain(" ".join(words), width))


def test_what_stands_in_front_takes_part_in_the_wrapping(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "42")
    prose.show("aaaa bbbb cccc dddd eeee ffff gggg", first="Not right. ", styled=False)

    assert capsys.readouterr().out.splitlines() == ["Not right. aaaa bbbb cccc dddd eeee ffff", "gggg"]


def test_a_lead_before_code_stands_on_its_own_line(capsys):
    prose.show("```\nx\n```", first="Answer: ", styled=False)

    assert capsys.readouterr().out.splitlines() == ["Answer:", "    x"]


def test_a_docstring_is_wrapped_but_its_equations_are_not(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    prose.docstring("Idea. " + "word " * 20 + "\n\n    y = " + "x + " * 12 + "1\n\nThe end.")
    lines = capsys.readouterr().out.rstrip().split("\n")

    equation = "    y = " + "x + " * 12 + "1"
    assert equation in lines and lines[-1] == "The end."
    assert all(len(line) <= 40 for line in lines if line != equation)


def test_a_power_in_plain_words_is_no_bold_print():
    assert prose.lines("m / (1 - b1**t) and v / (1 - b2**t)", 80, False) == ["m / (1 - b1**t) and v / (1 - b2**t)"]
