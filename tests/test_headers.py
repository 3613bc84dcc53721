"""Headers: `key: value` lines read from a file that is never imported."""

import ast

import pytest

from kdl import headers
from kdl.errors import BadContent


@pytest.fixture
def module(tmp_path):
    def write(text):
        path = tmp_path / "module.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_first_paragraph_is_the_header_and_the_rest_the_body(module):
    path = module('"""\ntitle: LSTM\nyear: 1997\n\nThe idea.\n"""\nraise RuntimeError("imported")\n')

    assert headers.read(path) == {"title": "LSTM", "year": "1997"}
    assert headers.body(path) == "The idea."


def test_an_indented_line_continues_the_value_above(module):
    path = module('"""\ntasks: adding: lr=1e-2;\n    copy\nyear: 1997\n"""\n')

    assert headers.read(path)["tasks"] == "adding: lr=1e-2; copy"


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ("x = 1\n", 1, "no module docstring"),
        ('"""\ntitle: A\nnot a field\n"""\n', 3, "not `key: value`"),
        ('"""\ntitle: A\ntitle: B\n"""\n', 3, "twice"),
        ('"""\ntitle: A\n"""\n', 1, "lacks year"),
        ('"""never closed\n', 1, "cannot be read"),
        ('# comment\n\n"""\ntitle: A\nbad\n"""\n', 5, "not `key: value`"),
    ],
)
def test_a_malformed_header_names_file_and_line(module, text, line, wrong):
    path = module(text)

    with pytest.raises(BadContent, match=wrong) as error:
        headers.read(path, required=("title", "year"))
    assert error.value.line == line
    assert str(path) in error.value.what


@pytest.mark.parametrize(
    ("key", "naming", "line"),
    [
        ("title", "", 1),
        ("task", "", 5),  # not `tasks`, and not the word in a sentence
        ("tasks", "", 2),
        ("tasks", "copy", 3),
        ("published", "b", 7),  # not `a-b`
        ("lost", "", 1),
    ],
)
def test_the_line_of_a_key_and_of_a_name_below_it(key, naming, line):
    text = '"""title: A copy\ntasks: adding;\n  copy\ntask of the day\n[task]\n"published": ["a-b",\n"b"]\n'

    assert headers.line(text, key, naming) == line
    assert headers.line("\n" + text, key, naming) == line + 1 - (key == "lost")


def test_bytes_that_are_no_text_are_bad_content_not_a_crash(tmp_path):
    path = tmp_path / "module.py"
    path.write_bytes(b'"""\ntitle: \xff\xfe\n"""\n')

    with pytest.raises(BadContent):
        headers.read(path)


def test_assigned_finds_plain_and_annotated_assignments_unevaluated(module):
    path = module("A = [boom(), 2]\nB: dict = {}\n")

    assert len(headers.assigned(path, "A").elts) == 2
    assert isinstance(headers.assigned(path, "B"), ast.Dict)
    assert headers.assigned(path, "C") is None


def test_words_drops_empty_parts():
    assert headers.words(" a, b ,,c ") == ("a", "b", "c")
