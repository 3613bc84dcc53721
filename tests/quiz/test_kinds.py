"""Each kind: how it is asked, what it accepts, what it says to a wrong answer."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_kinds import CLOZE, CODE, EVERY, PAIRS, asked, block, judged

from kdl.quiz import markdown
from kdl.quiz.item import Unreadable
from kdl.quiz.kinds import KINDS, number


def test_every_kind_is_covered_here():
    assert set(EVERY) == set(KINDS)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.invariant("quiz", 12)
def test_the_same_seed_asks_the_same_question(item, kind):
    body, spec = EVERY[kind]
    one = item(body, **spec)
    parts = one.parts or ("",)

    for seed in range(20):
        for part in parts:
            assert asked(one, seed, part) == asked(one, seed, part)


@pytest.mark.parametrize("kind", EVERY)
def test_it_survives_json(item, kind):
    import json

    from kdl.quiz.item import Item

    body, spec = EVERY[kind]
    one = item(body, **spec)
    again = Item.of(json.loads(json.dumps(one.record())))

    assert again == one
    assert asked(again, 5, (one.parts or ("",))[0]) == asked(one, 5, (one.parts or ("",))[0])


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=25))
def test_any_text_is_judged_or_asked_for_again(item, kind, text):
    body, spec = EVERY[kind]
    one = item(body, **spec)
    try:
        verdict = judged(one, text, part=(one.parts or ("",))[0])
    except Unreadable as error:
        assert str(error)
        return
    assert verdict.correct in (True, False, None) and verdict.answer


# ---- choices ---------------------------------------------------------------------------------------------------------


def letter(question, text):
    return next(key for key, shown in question.options if shown == text)


@pytest.mark.parametrize("seed", range(6))
def test_mcq_judges_the_option_behind_the_letter(item, seed):
    one = item(EVERY["mcq"][0])
    question = asked(one, seed)

    right, wrong = (judged(one, letter(question, text), seed) for text in ("right", "wrong"))
    assert (right.correct, right.feedback) == (True, "yes")
    assert (wrong.correct, wrong.feedback) == (False, "no")
    assert wrong.answer == f"{letter(question, 'right')}) right"


@pytest.mark.invariant("quiz", 13)
def test_options_are_shuffled_and_the_order_is_kept(item):
    one = item(EVERY["mcq"][0])
    orders = {asked(one, seed).order for seed in range(40)}

    assert len(orders) == 6, "3 options have 6 orders"
    assert asked(one, 3).order == " ".join(map(str, asked(one, 3).values["order"]))


@pytest.mark.parametrize("text", ["d", "ab", "", "?!", "0", "right"])
def test_mcq_asks_again_for_what_is_no_option(item, text):
    with pytest.raises(Unreadable):
        judged(item(EVERY["mcq"][0]), text)


@pytest.mark.parametrize("kind", ["mcq", "multi", "order", "match"])
def test_a_digit_is_no_letter(item, kind):
    """It was meant for another question, as "how sure are you?"."""
    with pytest.raises(Unreadable, match=r"Type letters from a to [b-z], not 1\."):
        judged(item(EVERY[kind][0]), "1")


@pytest.mark.parametrize("form", ["{}{}", "{} {}", "{}, {}", "({};{})"])
def test_multi_takes_all_the_right_ones_in_any_order(item, form):
    one = item(EVERY["multi"][0])
    keys = [letter(asked(one), text) for text in ("right", "wrong")]

    assert judged(one, form.format(*keys)).correct and judged(one, form.format(*reversed(keys))).correct


def test_multi_says_what_is_missing_and_what_is_too_much(item):
    one = item(EVERY["multi"][0])
    right, wrong, worse = (letter(asked(one), text) for text in ("right", "wrong", "worse"))
    verdict = judged(one, right + worse)

    assert not verdict.correct
    assert f"{wrong}) belongs to the answer: no" in verdict.feedback
    assert f"{worse}) does not belong to it: never" in verdict.feedback
    assert f"{right})" not in verdict.feedback


# ---- words -----------------------------------------------------------------------------------------------------------


def test_a_cloze_has_a_card_for_each_part(item):
    one = item(EVERY["cloze"][0])

    assert one.cards == ("q#c1", "q#c2")
    assert asked(one, part="c1").text == "The _____ gate keeps the old cell."
    assert asked(one, part="c2").text == "The forget gate keeps the old _____."


@pytest.mark.parametrize(("text", "correct"), [("forget", True), (" Forgetting. ", True), ("`FORGET`", True), ("forge", False)])
def test_a_cloze_ignores_case_spacing_and_final_points(item, text, correct):
    assert judged(item(EVERY["cloze"][0]), text, part="c1").correct is correct


@pytest.mark.parametrize(
    ("part", "text", "correct"),
    [
        ("c1", "The Forget gate", True),
        ("c1", "forget gate", True),
        ("c1", "a forgetting", True),
        ("c1", "forget cell", False),
        ("c1", "the gate", False),
        ("c1", "gate", False),
        ("c2", "the cell", True),
        ("c2", "cell gate", False),
    ],
)
def test_a_cloze_ignores_an_article_and_the_word_that_stands_behind_the_gap(item, part, text, correct):
    assert judged(item(EVERY["cloze"][0]), text, part=part).correct is correct


def test_a_likely_mistake_is_known_with_its_article_and_noun(item):
    assert judged(item(EVERY["cloze"][0]), "the input gate", part="c1").feedback == "the input gate writes."


def test_a_cloze_knows_the_likely_mistake(item):
    assert judged(item(EVERY["cloze"][0]), "Input", part="c1").feedback == "the input gate writes."


def test_basic_and_explain_leave_the_judgement_to_the_learner(item):
    assert judged(item(EVERY["basic"][0]), "whatever").correct is None
    assert "- another" in judged(item(EVERY["explain"][0]), "").answer


# ---- numbers and what code gives -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_numeric_judges_the_numbers_of_its_draw(item, seed):
    one = item(EVERY["numeric"][0])
    n, m = (asked(one, seed).values[name] for name in "nm")

    assert asked(one, seed).text == f"{n} and {m}?"
    assert judged(one, str(n * m), seed).correct and judged(one, f"{n}*{m}", seed).correct
    wrong = judged(one, str(n + m), seed)
    assert (wrong.correct, wrong.feedback, wrong.answer) == (False, f"times, not plus {n}", str(n * m))
    assert judged(one, str(n * m + 1), seed).feedback == ""


@pytest.mark.invariant("quiz", 12)
def test_numeric_draws_anew_where_a_wrong_answer_would_be_right(item):
    one = item(block("numeric", "{{n}}?", "draw: n = int(0, 3)\nanswer: n * 2 + 1\nwrong: n + 2 => no"))

    assert {asked(one, seed).values["n"] for seed in range(60)} == {0, 2, 3}, "n = 1 makes both 3"


def test_numeric_draws_anew_where_the_question_prints_the_answer(item):
    one = item(block("numeric", "{{n}} and {{m}}?", "draw: n = int(1, 3); m = int(1, 3)\nanswer: n * m\nwrong: 0 - 1 => no"))

    assert {(asked(one, s).values["n"], asked(one, s).values["m"]) for s in range(80)} <= {(2, 2), (2, 3), (3, 2), (3, 3)}


def test_numeric_why_shows_the_numbers_of_the_draw(item):
    body = EVERY["numeric"][0].replace("Why: because.", "Why: {{n}} times {{m}} is {{n * m}}.")
    one = item(body)
    known = asked(one, 4).values

    assert KINDS["numeric"].why(one, asked(one, 4)) == f"{known['n']} times {known['m']} is {known['n'] * known['m']}."


@pytest.mark.invariant("quiz", 12)
def test_the_oracle_must_agree_on_every_draw(item):
    body = EVERY["numeric"][0].replace("answer: n * m", "answer: n * m\noracle: n * m")
    one, kind = item(body), KINDS["numeric"]
    jobs = kind.jobs(one.spec)
    results = [job.values["n"] * job.values["m"] for job in jobs]

    assert len(jobs) >= 20 and kind.settle(one.spec, results) == one.spec
    with pytest.raises(ValueError, match="the oracle says"):
        kind.settle(one.spec, [*results[:-1], results[-1] + 1])


@pytest.mark.parametrize(
    ("answer", "text", "found"), [(16, "a 16 b", True), (16, "160 and 1.6 and x16", False), (0.5, "is 0.5.", True)]
)
@pytest.mark.invariant("quiz", 12)
def test_an_answer_printed_in_the_question_is_found(answer, text, found):
    assert number.printed(answer, text) is found


@pytest.mark.parametrize("text", ["(None, 4)", "None, 4", "[?, 4]", "( none , 4 )", "B x 4", "`(None, 4)`", "(batch, 4,)"])
def test_a_shape_in_every_usual_form(item, text):
    body, spec = EVERY["shape"]

    assert judged(item(body, **spec), text).correct


def test_a_wrong_shape_gets_its_feedback_and_nonsense_is_asked_again(item):
    one = item(EVERY["shape"][0], **EVERY["shape"][1])

    assert judged(one, "(None, 3)").feedback == "that goes in" and not judged(one, "(4,)").correct
    for text in ("four", "", "(None, -4)", "(1e3,)", "(None, 4", "None, 4)", "((None, 4)", "[None, 4)", ")4("):
        with pytest.raises(Unreadable):
            judged(one, text)


@pytest.mark.parametrize("text", ["4", "(4,)", "[4]"])
def test_a_shape_without_its_batch_axis_is_told_so(item, text):
    verdict = judged(item(EVERY["shape"][0], **EVERY["shape"][1]), text)

    assert verdict.correct is False and "the batch axis is missing" in verdict.feedback
    assert judged(item(EVERY["shape"][0], **EVERY["shape"][1]), "5").feedback == ""


def test_output_and_params(item):
    output, params = (item(EVERY[kind][0], **EVERY[kind][1]) for kind in ("output", "params"))

    assert judged(output, "  (None,  4) ").correct and judged(output, "(3, 4)").feedback == "no"
    assert judged(params, "3*4 + 4").correct and judged(params, "12").feedback == "the biases are missing"


# ---- order, match, bug -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_order_is_never_shown_in_order_and_names_the_first_wrong_place(item, seed):
    one = item(EVERY["order"][0])
    question = asked(one, seed)
    keys = [letter(question, text) for text in ("first", "second", "third")]

    assert [text for _, text in question.options] != ["first", "second", "third"]
    assert judged(one, "".join(keys), seed).correct
    assert judged(one, keys[0] + keys[2] + keys[1], seed).feedback == "Place 2 is second: goes on"


def test_match_asks_for_the_partners_in_turn(item):
    one = item(EVERY["match"][0])
    question = asked(one)
    keys = [letter(question, text) for text in ("eins", "zwei", "drei")]

    assert "1. one\n2. two\n3. three" in question.text
    assert judged(one, " ".join(keys)).correct
    verdict = judged(one, keys[1] + keys[0] + keys[2])
    assert not verdict.correct and verdict.feedback == "one: eins. 1\ntwo: zwei. 2"


def test_a_list_of_letters_must_be_complete(item):
    for kind in ("order", "match"):
        with pytest.raises(Unreadable, match="all 3 letters"):
            judged(item(EVERY[kind][0]), "ab")


def test_bug_shows_numbered_lines_and_clears_the_innocent(item):
    one = item(EVERY["bug"][0])

    assert " 1  y = layers" in asked(one).text
    assert judged(one, "line 1").correct and judged(one, "2").feedback == "prints what is there"
    assert judged(one, "2").answer == "line 1; it should be `y = 1`"
    with pytest.raises(Unreadable):
        judged(one, "3")


# ---- what authors get wrong ------------------------------------------------------------------------------------------

MISTAKES = {
    "cloze without a gap": (block("cloze", "No gap."), "has no gap"),
    "cloze with a broken gap": (block("cloze", "A {{forget}} gate."), "cannot be read"),
    "cloze without a likely mistake": (block("cloze", CLOZE, "wrong: c1: input => no"), "gap c2 has no likely wrong answer"),
    "cloze whose wrong is right": (block("cloze", CLOZE, "wrong: c1: Forget => no"), "accepts as right"),
    "basic without an answer": (block("basic", "Why?"), "has no answer"),
    "rubric too short": (block("explain", "Why?\n\nRubric:\n\n- one"), "1 points"),
    "numeric without a draw": (block("numeric", "1?", "answer: 1\nwrong: 2 => no"), "lacks 'draw'"),
    "numeric with an unknown name": (
        block("numeric", "?", "draw: n = int(1, 2)\nanswer: m\nwrong: 2 => no"),
        "'m', which is not drawn",
    ),
    "wrong with an unknown name": (
        block("numeric", "?", "draw: n = int(1, 2)\nanswer: n\nwrong: k => no"),
        "'k', which is not drawn",
    ),
    "wrong without feedback": (block("numeric", "?", "draw: n = int(1, 2)\nanswer: n\nwrong: 3"), "lacks its feedback"),
    "numeric without a wrong": (block("numeric", "?", "draw: n = int(1, 2)\nanswer: n"), "no wrong answer"),
    "bad tolerance": (block("numeric", "?", "draw: n = int(1, 2)\nanswer: n\nwrong: 3 => x\ntolerance: some"), "tolerance"),
    "a field twice": (block("numeric", "?", "draw: n = int(1, 2)\nanswer: n\nanswer: n\nwrong: 3 => x"), "'answer' twice"),
    "params without code": (block("params", "How many?", "wrong: 3 => no"), "shows no ```python code"),
    "shape with a bad wrong": (block("shape", CODE, "wrong: big => no"), "not a shape"),
    "order of two": (block("order", "?\n\n1. a — x\n2. b — y"), "2 steps"),
    "order without feedback": (block("order", "?\n\n1. a — x\n2. b\n3. c — z"), "has no feedback"),
    "match of two columns": (block("match", "?\n\n| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |"), "three columns"),
    "match with equal left sides": (block("match", PAIRS.replace("| two |", "| one |")), "equal left sides"),
    "match with equal right sides": (block("match", PAIRS.replace("| zwei |", "| eins |")), "different partners"),
    "bug outside the code": (block("bug", CODE, "answer: 9\nfix: x\nwrong: 1 => y"), "'9' is no line"),
    "bug that clears its answer": (block("bug", CODE, "answer: 1\nfix: x\nwrong: 1 => y"), "which is the answer"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.invariant("quiz", 13)
def test_an_authors_mistake_is_refused_with_a_reason(notes, name):
    body, wrong = MISTAKES[name]
    _, items, (problem,) = markdown.read(notes(body))

    assert items == [] and wrong in problem.wrong and "item 'q'" in problem.wrong


LINTED = {
    "params whose wrong is right": ("params", {"answer": 12}, "equals the answer"),
    "params printed": ("params", {"answer": 4}, "prints its answer"),
    "shape whose wrong is right": ("shape", {"answer": [None, 3]}, "equals the computed answer"),
    "numeric that is never computed twice": ("numeric", {}, "no `oracle`"),
    "numeric that clashes": ("numeric", {"answer": "n + m", "oracle": ["1"]}, "200 of 200 draws"),
}


@pytest.mark.parametrize("name", LINTED)
def test_what_only_the_computed_item_shows_is_linted(item, name):
    kind, spec, wrong = LINTED[name]
    one = item(EVERY[kind][0], **spec)

    assert any(wrong in problem for problem in KINDS[kind].check(one))
