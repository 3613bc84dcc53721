"""What every file of a tokenizer must do."""

import ast
import re
import sys

import pytest

from kdl import catalog, headers

NAMES = sorted(card.id for card in catalog.algorithms().values() if card.makes == "tokenizer")
COUNTS = {"low": 5, "lower": 2, "newest": 6, "widest": 3, "aaaa": 4, "wow": 1}


def contract(test):
    """The test runs once for each tokenizer, and counts as proof that it does this."""
    for mark in (pytest.mark.parametrize("name", NAMES), pytest.mark.content, pytest.mark.contract):
        test = mark(test)
    return test


def make(name, num_merges):
    return catalog.load(catalog.find("algorithm", name)).make(COUNTS, num_merges)


@contract
def test_the_words_that_it_learned_from_come_back(name):
    """No accent, no capital and no mark is in them, so that BERT's cleaning takes nothing away."""
    text = " ".join(COUNTS)
    for num_merges in (0, 1, 5, 100):
        made = make(name, num_merges)
        assert made.decode(made.numbers(text)).strip() == text


@contract
def test_each_merge_is_one_piece_and_makes_a_text_no_longer(name):
    text = " ".join(COUNTS)
    sizes = [len(make(name, num_merges).vocab) for num_merges in range(8)]
    lengths = [len(make(name, num_merges).tokens(text)) for num_merges in range(8)]

    assert sizes == [sizes[0] + num_merges for num_merges in range(8)]
    assert lengths == sorted(lengths, reverse=True) and lengths[0] > lengths[-1]


@contract
def test_enough_merges_make_every_word_one_piece_and_the_rest_are_not_learned(name):
    made = make(name, 10_000)

    assert all(len(made.tokens(" " + word)) == 1 for word in COUNTS)


@contract
def test_a_negative_number_of_merges_is_refused(name):
    with pytest.raises(ValueError, match="num_merges must be at least 0"):
        make(name, -1)


@contract
def test_the_lesson_has_a_problem_an_idea_and_says_what_it_differs_from(name):
    body = headers.body(catalog.find("algorithm", name).path)

    for start in ("Problem. ", "Idea. ", "Differs from "):
        assert re.search(f"^{start}", body, re.MULTILINE), start
    assert re.search(r"^    \S.* (=|->) ", body, re.MULTILINE), "an equation or an example stands in lines of its own"


@contract
def test_it_needs_the_standard_library_alone_and_can_be_read_in_one_sitting(name):
    text = catalog.find("algorithm", name).path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {one.partition(".")[0] for one in imported} <= {*sys.stdlib_module_names, "kdl"}
    assert len(text.splitlines()) <= 250
    assert all(node.end_lineno - node.lineno < 50 for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
