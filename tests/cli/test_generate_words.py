"""`kdl generate` where symbols are words: sentences with blanks between them, and gaps that are filled."""

import json

import numpy as np
import pytest

from kdl import catalog
from kdl.data import animal_sentences as grammar
from kdl.runs import record

SIZES = {"vocab_size": len(grammar.WORDS), "length": 64, "width": 8, "depth": 1, "num_heads": 2}


def finished(model, task):
    """A run with a model of random weights."""
    made = record.create("train", model, seed=0, task=task, options={}, sizes=SIZES, data={})
    built = catalog.build(model, **SIZES)
    rng = np.random.default_rng(0)
    built.set_weights([rng.normal(scale=0.7, size=weight.shape) for weight in built.get_weights()])
    built.save(made.path / "model.keras")
    made.finish(score=1.0)


@pytest.fixture
def writer(keras, home):
    finished("gpt-1", "next-word")


@pytest.fixture
def filler(keras, home):
    finished("bert", "masked-words")


def said(kdl, *words):
    return json.loads(kdl("generate", "last", *words, "--json").out)


def test_words_are_written_with_blanks_between_them(kdl, writer):
    """What is written can be read again; only a word that begins a sentence has no blank in front."""
    task = catalog.load(catalog.find("task", "next-word")).make()
    for one in said(kdl, "--length", 6, "--prompt", "Some young lions")["texts"]:
        assert one["text"].startswith("Some young lions")
        written = one["text"].replace("Some", " Some").replace("A", " A").replace("[MASK]", " ").split()
        assert written[:3] == ["Some", "young", "lions"]
        assert set(written) <= set(grammar.WORDS)
        assert len(written) >= 3
    assert [grammar.WORDS[number] for number in task.text.encode("Some young lions")] == written[:3]


def test_a_word_that_is_none_is_named(kdl, writer):
    shown = kdl("generate", "last", "--prompt", "Some zebras")

    assert shown.code == 2
    assert "'zebras' is not among the 73 words" in shown.err


def test_gaps_are_shown_in_their_sentences_with_both_words(kdl, filler):
    shown = kdl("generate", "last", "--count", 3).out
    answers = said(kdl, "--count", 3)["answers"]

    assert len(answers) == 3
    for row in answers:
        assert row["shown"].count("[MASK]") == 1
        assert row["shown"] in shown
        assert row["answer"][0] in grammar.WORDS
        assert len(row["answer"]) == len(row["model"]) == 1
        assert row["right"] == (row["answer"] == row["model"])
        whole = row["shown"].replace("[MASK]", row["answer"][0]).replace(" .", ".")
        assert tuple(whole.partition(".")[0].split()) + (".",) in grammar.sentences()
