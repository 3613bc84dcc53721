"""What varies an item from review to review: other wordings, more options than are shown, code with drawn numbers."""

from dataclasses import replace

import pytest
from made_items import go, typed
from made_kinds import EVERY, asked, block, judged

from kdl.quiz import ladder, markdown, own_notes, settle
from kdl.quiz.item import Item
from kdl.quiz.kinds import KINDS
from kdl.quiz.kinds.choice import SHOWN
from kdl.quiz.kinds.drawn import FEWEST, MOST, draws
from kdl.quiz.session import TURNS
from kdl.store import reviews

WORDED = [kind for kind in EVERY if kind != "cloze"]
DRAWN = {
    "shape": ("y = layers.Dense({{n}})(keras.Input(({{m}},)))", "wrong: (None, {{m}}) => {{m}} go in", lambda n, m: [None, n]),
    "output": ("print({{n}} * {{m}})", "wrong: {{n + m}} => times, not plus {{n}}", lambda n, m: str(n * m)),
    "params": (
        "model = keras.Sequential([keras.Input(({{m}},)), layers.Dense({{n}})])",
        "wrong: n * m => the {{n}} biases are missing",
        lambda n, m: n * m + n,
    ),
}
DRAW = "draw: n = int(40, 60); m = int(70, 90)\n"


def worded(kind, *texts):
    """The item of a kind with more wordings."""
    body, _ = EVERY[kind]
    return body.replace("\n\nWhy:", "".join(f"\n\nOr: {text}" for text in texts) + "\n\nWhy:")


def options(right, wrong):
    """A task list with so many options of each."""
    lines = [f"- [x] right {n} — yes" for n in range(right)] + [f"- [ ] wrong {n} — no {n}" for n in range(wrong)]
    return "Which?\n\n" + "\n".join(lines)


def drawn(kind, machine=DRAW):
    code, wrong, _ = DRAWN[kind]
    return block(kind, f"What with {{{{n}}}}?\n\n```python\n{code}\n```", machine + wrong).replace("because", "{{n}}, {{m}}")


@pytest.fixture
def settled(item):
    """A function: a drawn kind -> its item with the answers that its code would give."""

    def make(kind, body=None, right=None):
        one = item(body or drawn(kind))
        results = [(right or DRAWN[kind][2])(**known) for known in draws(one.spec["draw"])]
        return settle.finished(one, results)

    return make


# ---- Or: -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WORDED)
@pytest.mark.invariant("quiz", 23)
def test_every_wording_is_asked_in_turn_and_answered_alike(item, kind):
    plain, one = item(EVERY[kind][0], **EVERY[kind][1]), item(worded(kind, "A second?", "A third?"), **EVERY[kind][1])
    texts = [asked(one, seed).text for seed in range(6)]

    assert texts[0] == asked(plain).text, "the question itself is the first wording"
    assert ["A second?" in text for text in texts] == [False, True, False, False, True, False]
    assert ["A third?" in text for text in texts] == [False, False, True, False, False, True]
    assert one.spec == plain.spec
    for seed in range(3):
        right = KINDS[kind].typed(one, "", asked(one, seed))
        assert judged(one, right, seed) == judged(plain, right, seed)


@pytest.mark.parametrize("kind", ["params", "shape", "output", "bug"])
def test_a_wording_is_shown_with_the_code_that_it_asks_about(item, kind):
    one = item(worded(kind, "A second?"), **EVERY[kind][1])

    assert "A second?\n\n```python" in asked(one, 1).text and "layers.Dense(4)" in asked(one, 1).text


def test_a_wording_may_show_code_of_its_own_where_the_question_is_no_code(item):
    one = item(worded("mcq", "And here?\n\n```python\nx = 1\n```"))

    assert one.wordings == ("And here?\n\n```python\nx = 1\n```",)


def test_a_match_shows_its_left_sides_below_every_wording(item):
    assert asked(item(worded("match", "Who?")), 1).text == "Who?\n\n1. one\n2. two\n3. three"


@pytest.mark.invariant("quiz", 12)
def test_a_wording_shows_the_drawn_numbers_and_never_the_answer(item):
    """On n = 1 the first wording prints 2 · 1 = 2; on n = 3 the second one prints n + 3 = 2 · 3."""
    body = block("numeric", "2 · {{n}}?", "draw: n = int(1, 9)\nanswer: 2 * n\nwrong: 0 - n => no")
    one = item(body.replace("\n\nWhy:", "\n\nOr: Twice {{n}}, beside {{n + 3}}?\n\nWhy:"))

    assert {asked(one, seed).values["n"] for seed in range(200)} == {2, 4, 5, 6, 7, 8, 9}
    for seed in range(20):
        n = asked(one, seed).values["n"]
        assert asked(one, seed).text == (f"Twice {n}, beside {n + 3}?" if seed % 2 else f"2 · {n}?")


def test_without_its_options_an_item_is_asked_in_every_wording(item):
    one = replace(item(worded("mcq", "A second?")), ladder="recall")

    assert [ladder.present(one, "", seed, 30.0).text for seed in range(3)] == ["Which?", "A second?", "Which?"]


def test_a_hint_shows_the_numbers_of_the_draw(item, sit):
    one = item(EVERY["numeric"][0].replace("\n\nWhy:", "\n\nHint: {{n}} times.\n\nWhy:"))
    session = sit(one)
    session.next()

    assert session.hint() == f"{session.asked.question.values['n']} times."


MISWORDED = {
    "four": (worded("mcq", *"1234"), "4 paragraphs `Or:`"),
    "empty": (worded("mcq", ""), "asks nothing"),
    "a cloze": (worded("cloze", "Another {{c1: x}}."), "has no `Or:`"),
    "above the options": (block("mcq", "Which?\n\nOr: Who?\n\n- [x] a — b\n- [ ] c — d"), "has a list of its own"),
    "above the steps": (worded("order", "How?\n\n1. a — b\n2. c — d"), "has a numbered list of its own"),
    "above the table": (worded("match", "How?\n\n| a | b |\n| - | - |\n| 1 | 2 |"), "has a table of its own"),
    "above the code": (worded("bug", "Here?\n\n```python\nx\n```"), "has code of its own"),
    "no blank line": (
        block("mcq", "Which?\n\n- [x] a — b\n- [ ] c — d\n\nOr: Who?\nOr: What?"),
        "`Or:` stands inside",
    ),
}


@pytest.mark.parametrize("name", MISWORDED)
def test_a_wording_that_is_none_is_refused_with_a_reason(notes, name):
    body, wrong = MISWORDED[name]
    _, items, (problem,) = markdown.read(notes(body))

    assert items == [] and wrong in problem.wrong and problem.fix


# ---- more options than are shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "right", "wrong"), [("mcq", 1, 7), ("mcq", 1, 4), ("multi", 2, 6), ("multi", 4, 4)])
@pytest.mark.invariant("quiz", 13)
def test_all_right_options_are_shown_and_every_wrong_one_has_its_turn(item, kind, right, wrong):
    one, most = item(block(kind, options(right, wrong))), {"mcq": 4, "multi": 5}[kind]
    seen = set()
    for seed in range(60):
        shown = [text for _, text in asked(one, seed).options]
        assert len(shown) == len(set(shown)) == most
        assert sum(text.startswith("right") for text in shown) == right < most
        seen |= set(shown)
        verdict = judged(one, KINDS[kind].typed(one, "", asked(one, seed)), seed)
        assert verdict.correct and [key for key, _ in asked(one, seed).options] == list("abcde")[:most]

    assert len(seen) == right + wrong


@pytest.mark.invariant("quiz", 13)
def test_the_log_says_which_options_were_shown_and_each_keeps_its_feedback(item):
    one = item(block("mcq", options(1, 7)))
    for seed in range(20):
        question = asked(one, seed)
        places = [int(place) for place in question.order.split()]
        assert [one.spec["options"][place]["text"] for place in places] == [text for _, text in question.options]
        for key, text in question.options:
            assert judged(one, key, seed).feedback == ("yes" if "right" in text else "no " + text[-1])


def test_few_options_are_all_shown_in_the_order_that_they_always_had(item):
    """The seeds of old answers still show what they showed: 2 1 0 is what seed 0 gave before options were chosen."""
    from kdl.quiz.dice import Dice

    one = item(EVERY["mcq"][0])

    assert all(asked(one, seed).values["order"] == Dice("order", "q", seed).shuffled(range(3)) for seed in range(20))


def test_without_options_every_one_of_the_list_is_known(item):
    one = replace(item(block("mcq", options(1, 7))), ladder="recall")
    question = ladder.present(one, "", 0, 30.0)

    assert [ladder.judge(one, "", question, f"wrong {n}").feedback for n in range(7)] == [f"no {n}" for n in range(7)]


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "said"),
    [("mcq", 1, 8, "9 options; 2 to 8"), ("multi", 5, 1, "5 of 6"), ("multi", 3, 0, "3 of 3"), ("multi", 0, 3, "no option")],
)
@pytest.mark.invariant("quiz", 13)
def test_too_many_options_or_no_wrong_one_is_refused(notes, kind, right, wrong, said):
    _, items, (problem,) = markdown.read(notes(block(kind, options(right, wrong))))

    assert items == [] and said in problem.wrong


# ---- drawn code ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.invariant("quiz", 12, 23)
def test_a_review_asks_one_of_the_stored_draws_with_its_numbers_everywhere(settled, kind):
    one = settled(kind)
    texts = set()
    for seed in range(MOST):
        question = asked(one, seed)
        n, m = question.values["n"], question.values["m"]
        code, _, answer = DRAWN[kind]
        assert f"What with {n}?" in question.text and "{{" not in question.text
        assert code.replace("{{n}}", str(n)).replace("{{m}}", str(m)) in question.text
        assert question.values["="] == answer(n, m)
        assert judged(one, KINDS[kind].right(one, "", question), seed).correct
        mistake = {"shape": f"(None, {m})", "output": f"{n + m}", "params": f"{n * m}"}[kind]
        feedback = {"shape": f"{m} go in", "output": f"times, not plus {n}", "params": f"the {n} biases are missing"}[kind]
        assert (judged(one, mistake, seed).correct, judged(one, mistake, seed).feedback) == (False, feedback)
        assert KINDS[kind].why(one, question) == f"{n}, {m}."
        texts.add(question.text)

    assert len(texts) == MOST == 6


@pytest.mark.parametrize("kind", DRAWN)
def test_the_code_that_runs_is_the_code_that_is_shown(item, kind):
    one = item(drawn(kind))
    jobs = KINDS[kind].jobs(one.spec)
    known = draws(one.spec["draw"])

    code = DRAWN[kind][0]
    assert [job.code for job in jobs] == [code.replace("{{n}}", str(k["n"])).replace("{{m}}", str(k["m"])) for k in known]
    assert [job.values for job in jobs] == [{}] * MOST and jobs == KINDS[kind].jobs(item(drawn(kind)).spec)


@pytest.mark.parametrize(("line", "count"), [("n = int(1, 100)", MOST), ("n = int(1, 3)", 3), ("n = choice(5, 5)", 1), ("", 1)])
def test_draws_are_different_and_the_same_in_every_build(line, count):
    found = draws(line)

    assert len(found) == count == len({str(known) for known in found}) and found == draws(line)


@pytest.mark.invariant("quiz", 12)
def test_a_draw_on_which_a_mistake_is_right_or_the_answer_is_printed_is_left_out(settled):
    body = block("output", "Print what, from 4 on?\n\n```python\nprint({{n}} - 1)\n```",
                 "draw: n = int(1, 6)\nwrong: {{8 - n - n}} => no")  # fmt: skip
    one = settled("output", body, right=lambda n: str(n - 1))
    known = [one["n"] for one in draws("n = int(1, 6)")]
    assert sorted(known) == [1, 2, 3, 4, 5, 6]

    # 1: prints 0; 2: the answer 1 stands in "- 1"; 3: 8 - 6 = 2 is right; 5: the answer 4 is printed.
    assert {asked(one, seed).values["n"] for seed in range(30)} == {1, 4, 6}
    assert KINDS["output"].check(one) == []


@pytest.mark.parametrize("kind", DRAWN)
def test_fewer_than_two_draws_that_can_be_asked_are_a_fault(settled, kind):
    (said,) = KINDS[kind].check(settled(kind, drawn(kind, "draw: n = choice(50, 50); m = choice(70, 70)\n")))
    assert said.startswith(f"1 of its 1 draws can be asked, {FEWEST} are needed")

    clash = {"shape": lambda n, m: [None, m], "output": lambda n, m: str(n + m), "params": lambda n, m: n * m}[kind]
    (said,) = KINDS[kind].check(settled(kind, right=clash))
    assert said.startswith("0 of its 6 draws") and "equals" in said


def test_drawn_items_survive_json(settled):
    import json

    for kind in DRAWN:
        one = settled(kind)
        again = Item.of(json.loads(json.dumps(one.record())))
        assert again == one and [asked(again, seed) for seed in range(9)] == [asked(one, seed) for seed in range(9)]


MISDRAWN = {
    "an unknown name in the code": (drawn("shape").replace("Dense({{n}})", "Dense({{k}})"), "'k' is not drawn"),
    "an unknown name in the explanation": (drawn("output").replace("{{n}}, {{m}}.", "{{k}}"), "'k' is not drawn"),
    "an unknown name in a numeric": (EVERY["numeric"][0].replace("because", "{{k}}"), "'k' is not drawn"),
    "a mistake that is no shape on a draw": (drawn("shape").replace("(None, {{m}})", "(None, {{n - 50}})"), "not a shape"),
    "a mistake that has no value": (drawn("params").replace("n * m", "n / (n - n)"), "has no value"),
    "a mistake of an unknown name": (drawn("params").replace("n * m", "n * k"), "'k', which is not drawn"),
    "nothing drawn": (drawn("params", "draw: ;\n"), "draws nothing"),
    "nothing to draw": (drawn("params", "draw: n = int(9, 2); m = int(1, 2)\n"), "leaves nothing to draw"),
}


@pytest.mark.parametrize("name", MISDRAWN)
def test_a_draw_that_cannot_be_used_is_refused_at_its_line(notes, name):
    body, wrong = MISDRAWN[name]
    _, items, (problem,) = markdown.read(path := notes(body))

    assert items == [] and wrong in problem.wrong and 1 < problem.line <= len(path.read_text().splitlines())


# ---- history ---------------------------------------------------------------------------------------------------------


@pytest.mark.invariant("quiz", 5)
def test_a_wording_and_a_wrong_option_change_the_text_and_not_what_is_right(item):
    body = EVERY["mcq"][0]
    plain = settle.finished(item(body), [])
    for other in (worded("mcq", "Who?"), body.replace("- [ ] worse", "- [ ] bad — no\n- [ ] worse")):
        one = settle.finished(item(other), [])
        assert one.body_fp != plain.body_fp and one.answer_fp == plain.answer_fp
    assert settle.finished(item(body.replace("[x] right", "[x] correct")), []).answer_fp != plain.answer_fp


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.invariant("quiz", 5)
def test_a_mistake_that_drops_a_draw_does_not_change_what_is_right(settled, kind):
    one = settled(kind)
    n, m = (asked(one, 0).values[name] for name in "nm")
    right = KINDS[kind].right(one, "", asked(one, 0))
    more = drawn(kind).replace("wrong: ", f"wrong: {right} => not on this draw\nwrong: ", 1)
    other = settled(kind, more)

    assert (n, m) not in {(asked(other, s).values["n"], asked(other, s).values["m"]) for s in range(30)}
    assert other.answer_fp == one.answer_fp and other.body_fp != one.body_fp
    assert settled(kind, right=lambda n, m: {"shape": [None, 7], "output": "7", "params": 7}[kind]).answer_fp != one.answer_fp


def test_items_compiled_before_there_were_wordings_are_as_they_were(item):
    record = item(EVERY["mcq"][0]).record()

    assert "wordings" not in record and Item.of(record).wordings == ()


def test_own_notes_vary_like_the_built_in_ones(item):
    """The same parser: a drawn item waits for its code, and then its draws are checked."""
    one = item(drawn("shape"))
    waiting, problems = own_notes._settled([one], {}, None)
    assert waiting == [] and own_notes.WAITS in problems[0].wrong

    def run(jobs):
        return [DRAWN["shape"][2](**known) for known in draws(one.spec["draw"])], {}

    (done,), problems = own_notes._settled([one], {}, run)
    assert problems == [] and len(done.spec["answer"]) == MOST
    (again,), problems = own_notes._settled([one], {"q": done.record()}, None)
    assert problems == [] and again == done, "the answers are remembered"


# ---- in a sitting ----------------------------------------------------------------------------------------------------


def shown(session):
    """What stands on the screen, and the options behind their letters."""
    return session.asked.question.text, session.asked.question.options


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.invariant("quiz", 23)
def test_no_wording_comes_twice_in_a_row_and_all_have_their_turn(item, sit, clock, count):
    one = replace(item(worded("mcq", *[f"Wording {n}?" for n in range(1, count)])), hint="")
    texts = []
    for _ in range(2 * count):
        session = sit(one)
        assert session.next() is not None
        texts.append(session.asked.question.text)
        session.answer(typed(session, "right"))
        clock.later(days=4000)

    assert texts == ["Which?", *[f"Wording {n}?" for n in range(1, count)]] * 2


@pytest.mark.invariant("quiz", 23)
def test_the_wording_turns_within_a_sitting_and_in_cramming(item, sit):
    one = item(worded("mcq", "A second?"))
    others = [replace(one, id=f"other-{n}") for n in range(4)]
    session, texts = sit(one, *others, new=9), []
    while session.next() is not None:
        texts += [session.asked.question.text] * (session.asked.item.id == "q")
        session.answer(typed(session, "wrong" if session.asked.item.id == "q" else "right"))
    for _ in range(3):
        session = sit(one, cram=True)
        session.next()
        texts.append(session.asked.question.text)
        session.answer(typed(session, "right"))

    assert len(texts) >= 5
    assert texts == (["Which?", "A second?"] * len(texts))[: len(texts)]


@pytest.mark.invariant("quiz", 12, 23)
def test_the_log_replays_the_question_that_was_asked(item, settled, sit, db):
    for one in (replace(item(worded("multi", "A second?")), id="m"), replace(settled("shape"), id="s")):
        session = sit(one)
        session.next()
        question = session.asked.question
        session.answer("?")
        row = reviews.reviews(db, one.id)[-1]
        assert KINDS[one.kind].present(one, "", row.draw_seed) == question and row.option_order == question.order


@pytest.mark.invariant("quiz", 3, 23)
def test_an_undo_asks_the_same_question_again_even_after_a_restart(item, sit):
    """In the same sitting to the last option; after a restart in the same wording, whose turn it still is."""
    one = item(worded("mcq", "A second?").replace(EVERY["mcq"][0].split("\n\n")[2], options(1, 7).split("\n\n")[1]))
    go(sit(one), ["right 0"])
    session = sit(one, cram=True)
    session.next()
    session.prepare()
    before = shown(session)
    assert before[0] == "A second?"
    session.answer("?")
    session.undo()
    session.next()
    assert shown(session) == before

    session.answer("?")
    session.undo()
    later = sit(one, cram=True)
    later.next()
    assert shown(later)[0] == "A second?"


def test_each_number_of_wordings_and_draws_divides_a_turn():
    from kdl.quiz.kinds.base import MOST_WORDINGS

    assert all(TURNS % count == 0 for count in range(1, max(MOST, MOST_WORDINGS + 1) + 1))


def test_the_letters_of_what_is_shown_are_no_keys_of_the_session():
    from kdl.cli.show.quiz_screen import ACTIONS

    assert not set("abcdefgh"[: max(SHOWN.values())]) & set(ACTIONS)
