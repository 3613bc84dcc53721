"""`kdl generate`: text from a model that writes, answers from one that does not, one error for what makes no sense."""

import json

import numpy as np
import pytest

from kdl import catalog
from kdl.data import roman
from kdl.decoding import log_softmax
from kdl.decoding._reader import next_logits
from kdl.errors import UsageProblem
from kdl.runs import record

WRITES = {"vocab_size": 73, "units": 4}
READS = {"shape": (8, 8, 1), "outputs": 10}


def finished(model, task, sizes, **options):
    """A run with a model of random weights."""
    made = record.create("train", model, seed=0, task=task, options=options, sizes=sizes, data={})
    built = catalog.build(model, **sizes)
    rng = np.random.default_rng(0)
    built.set_weights([rng.normal(scale=0.7, size=weight.shape) for weight in built.get_weights()])
    built.save(made.path / "model.keras")
    made.finish(score=1.0)
    return made


@pytest.fixture
def writer(keras, home):
    return finished("char-rnn", "names-text", WRITES)


@pytest.fixture
def classifier(keras, home):
    return finished("mlp", "digits", READS)


def task(name):
    return catalog.load(catalog.find("task", name)).make()


def said(kdl, *words):
    return json.loads(kdl("generate", *words, "--json").out)


# ---- text ------------------------------------------------------------------------------------------------------------


def test_a_run_writes_five_texts_and_the_same_seed_writes_them_again(kdl, writer):
    first, again, other = (said(kdl, "last", *seed) for seed in ((), ("--seed", 0), ("--seed", 1)))

    assert first["schema"] == "kdl.generate/1" and first["kind"] == "text"
    assert len(first["texts"]) == 5
    assert first["texts"] == again["texts"] != other["texts"]


def test_what_is_shown_is_what_json_says(kdl, writer):
    shown = kdl("generate", "last", "--count", 3)

    lines = [line for line in shown.out.splitlines() if line.endswith(" bits")]
    for line, one in zip(lines, said(kdl, "last", "--count", 3)["texts"], strict=True):
        assert line.startswith(one["text"] + ("" if one["ended"] else "...")) and line.endswith(f"{one['bits']:.1f} bits")
    assert "next  kdl generate" in shown.out


def test_the_next_command_keeps_what_was_typed(kdl, writer):
    """Another seed draws in the same way; a beam draws nothing, so what steers a draw is left out there."""
    shown = kdl("generate", "last", "--prompt", "jo", "--length", 3, "--count", 2, "--temperature", 0.5, "--seed", 4).out
    searched = kdl("generate", "last", "--prompt", "jo", "--greedy").out

    assert f"kdl generate {writer.typed} --prompt jo --length 3 --count 2 --temperature 0.5 --seed 5" in shown
    assert f"kdl generate {writer.typed} --prompt jo --length 3 --beam 5\n      the likeliest texts" in shown
    assert f"kdl generate {writer.typed} --prompt jo --temperature 0.7 draw instead of searching" in " ".join(searched.split())


def test_every_symbol_is_shown_as_soon_as_it_is_chosen(kdl, writer, monkeypatch):
    """The model is asked for each symbol after the one before it was printed."""
    import click

    from kdl import decoding

    events, echo, written = [], click.echo, decoding.written

    def spied(message=None, **how):
        events.append(("shown", message)) if how.get("nl") is False else None
        echo(message, **how)

    def watched(*args):
        for number in written(*args):
            events.append(("chosen", number))
            yield number

    monkeypatch.setattr(click, "echo", spied)
    monkeypatch.setattr(decoding, "written", watched)
    kdl("generate", "last", "--count", 1, "--length", 4, "--prompt", "a")

    symbols = task("names-text").text.symbols
    pairs = list(zip(events[1::2], events[2::2], strict=False))
    assert events[0] == ("shown", "a") and pairs
    for (chosen, number), (shown, text) in pairs:
        assert (chosen, shown, symbols[number]) == ("chosen", "shown", text)


def test_a_text_begins_with_the_prompt_and_has_at_most_the_length(kdl, writer):
    for one in said(kdl, "last", "--prompt", "jo", "--length", 3)["texts"]:
        assert one["text"].startswith("jo")
        assert len(one["text"]) <= 5
        assert one["ended"] or len(one["text"]) == 5


def test_greedy_and_a_beam_of_one_write_the_same_text(kdl, writer):
    greedy, beam = said(kdl, "last", "--greedy", "--length", 9), said(kdl, "last", "--beam", 1, "--length", 9)

    assert greedy["texts"][0]["text"] == beam["texts"][0]["text"]
    assert greedy["texts"][0]["bits"] == pytest.approx(beam["texts"][0]["bits"])


def test_a_beam_lists_its_texts_likeliest_first(kdl, writer):
    bits = [one["bits"] for one in said(kdl, "last", "--beam", 4, "--length", 3)["texts"]]

    assert len(bits) == 4 and bits == sorted(bits)


def test_the_bits_are_what_the_model_itself_thinks_of_the_text(kdl, writer, keras):
    """Recomputed in one pass over the text: -log2 p of every symbol after the prompt, whatever the temperature was."""
    (one,) = said(kdl, "last", "--count", 1, "--prompt", "jo", "--temperature", 0.5, "--top-k", 20, "--length", 6)["texts"]
    text = task("names-text").text
    numbers = [text.start, *text.encode(one["text"]), *([text.end] if one["ended"] else [])]
    logits = keras.models.load_model(writer.path / "model.keras").predict_on_batch(np.array([numbers]))[0]

    expected = -sum(log_softmax(logits[place - 1])[numbers[place]] for place in range(3, len(numbers))) / np.log(2)
    assert one["bits"] == pytest.approx(expected, rel=1e-4)


def test_top_k_of_one_and_a_tiny_top_p_are_greedy(kdl, writer):
    greedy = said(kdl, "last", "--greedy", "--length", 8)["texts"]

    for option in (("--top-k", 1), ("--top-p", 1e-9)):
        assert said(kdl, "last", "--count", 1, "--length", 8, *option)["texts"] == greedy


def test_a_file_writes_for_the_first_task_of_its_model(kdl, writer, tmp_path):
    file = tmp_path / "kept.keras"
    file.write_bytes((writer.path / "model.keras").read_bytes())

    assert said(kdl, file)["texts"] == said(kdl, "last")["texts"]


def test_a_model_of_the_learners_own_text_writes_with_its_letters(kdl, home, tmp_path):
    """Its run names the file; the letters come from there."""
    lines = tmp_path / "lines.txt"
    lines.write_text("\n".join(["abba", "baab", "aaab", "bbba"] * 10))
    trained = kdl("train", "char-rnn", "--data", lines, "--steps", 2, "--batch-size", 4, "--set", "units=3")
    assert trained.code == 0, trained.err

    assert set("".join(one["text"] for one in said(kdl, "last")["texts"])) <= {"a", "b"}
    lines.write_text("other letters\n" * 10)
    assert "is no longer what" in kdl("generate", "last").err


def test_a_model_of_fixed_length_reads_the_last_letters(keras):
    model = catalog.build("char-rnn", "tiny")  # T = 6, V = 7
    text = [1, 2, 3, 4, 5, 6, 1, 2]

    expected = model.predict_on_batch(np.array([text[-6:]]))[0, -1]
    np.testing.assert_allclose(next_logits(model)(text), expected, rtol=1e-5)


@pytest.mark.parametrize("count", [1, 15, 16, 17])
def test_what_fills_the_input_up_changes_nothing(keras, count):
    model = catalog.build("char-rnn", vocab_size=7, units=3)
    text = [number % 7 for number in range(count)]

    expected = model.predict_on_batch(np.array([text]))[0, -1]
    np.testing.assert_allclose(next_logits(model)(text), expected, rtol=1e-5, atol=1e-7)


def test_a_diverged_model_is_one_error(keras):
    model = catalog.build("char-rnn", vocab_size=7, units=3)
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])

    with pytest.raises(UsageProblem, match="are no numbers"):
        next_logits(model)([0])


# ---- answers ---------------------------------------------------------------------------------------------------------


def test_a_classifier_says_that_it_writes_nothing_and_shows_its_answers(kdl, classifier):
    shown = kdl("generate", "last", "--count", 2)

    assert shown.out.startswith("digits writes nothing; these are 2 of its held-out examples")
    assert shown.out.count("answer") == 3 and " of 2 right" in shown.out  # the first line has one of them


def test_the_answers_are_those_of_the_model_on_held_out_examples(kdl, classifier, keras):
    x, y = task("digits").test(0)
    rows = said(kdl, "last", "--count", 7)["answers"]
    logits = keras.models.load_model(classifier.path / "model.keras").predict_on_batch(x)

    assert len({row["example"] for row in rows}) == 7
    for row in rows:
        assert row["answer"] == y[row["example"]]
        assert row["model"] == logits[row["example"]].argmax()
        assert row["right"] == (row["model"] == row["answer"])


def test_a_name_and_its_languages_stand_in_words(kdl, keras, home):
    sizes = task("name-language").sizes
    finished("simple-rnn", "name-language", {**sizes, "units": 3})
    from kdl.data import names13

    held_out = {(language, name.replace("İ", "i").lower()) for language, name in names13.split()[1]}

    for row in said(kdl, "last")["answers"]:
        assert (row["answer"], row["shown"]) in held_out
        assert row["model"] in names13.LANGUAGES


def test_an_answer_of_many_symbols_stands_in_their_names_up_to_where_it_ends(kdl, keras, home):
    """49 goes in, X L I X and an end mark are right; what stands behind the mark counts for nothing."""
    finished("rnn-types", "number-to-roman", {**task("number-to-roman").sizes, "units": 4})

    rows = said(kdl, "last", "--count", 20)["answers"]

    for row in rows:
        assert row["answer"][:-1] == list(roman.spell(int(row["shown"])))
        assert row["answer"][-1] == "end"
        assert len(row["model"]) == len(row["answer"])
        assert row["right"] == (row["model"] == row["answer"])
    shown = kdl("generate", "last", "--count", 20).out
    assert f"answer  {' '.join(rows[0]['answer'])}" in shown
    assert f"{sum(row['right'] for row in rows)} of 20 right" in shown


def test_amounts_stand_as_numbers(kdl, keras, home):
    finished("simple-rnn", "adding", {"features": 2, "outputs": 1, "units": 3}, length=7)

    x, y = catalog.load(catalog.find("task", "adding")).make(length=7).test(0)
    for row in said(kdl, "last")["answers"]:
        assert row["answer"] == pytest.approx(y[row["example"]].tolist())


# ---- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--prompt", "J7"), "'J' is not among the 73 symbols"),
        (("--greedy", "--seed", 1), "--greedy draws nothing, so --seed"),
        (("--beam", 2, "--top-k", 3), "--beam draws nothing, so --top-k"),
        (("--beam", 2, "--greedy"), "are two ways to write"),
        (("--beam", 2, "--count", 3), "--count is for texts that are drawn"),
        (("--temperature", 0), "0.0 is not in the range x>0"),
        (("--top-p", 1.5), "1.5 is not in the range"),
        (("--task", "digits"), "This model is not one of digits"),
    ],
)
def test_what_makes_no_sense_is_one_error(kdl, writer, words, says):
    done = kdl("generate", "last", *words)

    assert (done.code, done.out) == (2, "")
    assert says in done.err and "Traceback" not in done.err


def test_options_of_text_are_refused_where_nothing_is_written(kdl, classifier):
    done = kdl("generate", "last", "--prompt", "jo")

    assert (done.code, done.out) == (2, "")
    assert "digits writes nothing, so --prompt has nothing to do" in done.err


def test_a_file_of_another_program_asks_for_the_task(kdl, keras, tmp_path):
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="somebody").save(tmp_path / "own.keras")

    assert "Name the task" in kdl("generate", tmp_path / "own.keras").err


def test_a_model_of_another_vocabulary_is_not_read_with_wrong_letters(kdl, keras, tmp_path):
    catalog.build("char-rnn", vocab_size=9, units=3).save(tmp_path / "other.keras")

    assert "It chooses among 9 symbols, the task has 73" in kdl("generate", tmp_path / "other.keras").err


def test_a_run_that_was_killed_before_its_model_was_saved_says_so(kdl, home):
    record.create("train", "char-rnn", seed=0, task="names-text").finish("interrupted")

    assert "has no model" in kdl("generate", "last").err
