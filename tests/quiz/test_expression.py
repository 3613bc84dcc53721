"""The little language of items and typed numbers: exact where it is right, one clear error where it is not."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.quiz import draw, expression, numbers
from kdl.quiz.expression import BadExpression
from kdl.quiz.item import Unreadable


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4 * n * (m + n + 1)", 4 * 3 * (2 + 3 + 1)),
        ("-(n ** 2) // 4 % 5", -(3**2) // 4 % 5),
        ("(1 - tanh(0.5)**2) * m", (1 - math.tanh(0.5) ** 2) * 2),
        ("round(sigmoid(0), 2)", 0.5),
        ("max(n, m, 1) / min(n, m)", 1.5),
    ],
)
def test_arithmetic(text, value):
    assert expression.evaluate(text, {"n": 3, "m": 2}) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n",
        "1 +",
        "__import__('os')",
        "().__class__",
        "'a' * 9",
        "[1][0]",
        "lambda: 1",
        "1 if 1 else 2",
        "True",
        "1j",
        "f'{1}'",
        "1 / 0",
        "10 ** 99",
        "9 ** 9 ** 9",
        "exp(1000)",
        "log(-1)",
        "1e400",
        "(-8) ** 0.5",
        "sqrt(n=4)",
        "print(1)",
        "max()",
        "1" * 400,
        "(" * 150 + ")" * 150,
        "x := 3",
        "round(1, 0.5)",
        "\x00",
    ],
)
def test_everything_else_is_one_clear_error(text):
    with pytest.raises(BadExpression):
        expression.evaluate(text)


@given(st.text(max_size=60))
def test_no_text_gets_past_the_language(text):
    """Whatever is typed has a finite value or is refused; no other exception, and nothing runs."""
    try:
        value = expression.evaluate(text, {"n": 3})
    except BadExpression:
        return
    assert isinstance(value, int | float) and math.isfinite(value)


def test_names_are_what_must_be_drawn():
    assert expression.names(expression.parse("max(n, 3) + tanh(u) * n")) == {"n", "u"}


# ---- typed numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000),
        ("1,000", 1000),
        ("1 000", 1000),
        ("12,345,678", 12345678),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1/2", 0.5),
        ("½", 0.5),
        ("1½", 1.5),
        ("50%", 0.5),
        ("50 %", 0.5),
        ("−3", -3),
        ("4*(3 + 5)", 32),
        ("4×8", 32),
        ("2^10", 1024),
        ("007", 7),
        (" 7 ", 7),
        ("1_000", 1000),
    ],
)
@pytest.mark.invariant("quiz", 14)
def test_numbers_as_people_type_them(text, value):
    assert numbers.read(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["12 MB", "12mb", "12"])
@pytest.mark.invariant("quiz", 14)
def test_a_unit_may_follow(text):
    assert numbers.read(text, "MB") == 12


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "abc", "", "1,5", "1..2", "--", "1/0", "12 kg"])
@pytest.mark.invariant("quiz", 14)
def test_what_is_no_number_is_not_an_answer(text):
    with pytest.raises(Unreadable, match="not a number"):
        numbers.read(text)


@pytest.mark.parametrize("text", ["0,375", "-0,5", "0,375 %", "1,5", "00,375"])
def test_a_decimal_comma_is_asked_for_again_with_a_point(text):
    """0,375 is not 375: a group of thousands does not start with 0."""
    with pytest.raises(Unreadable, match="use a point"):
        numbers.read(text)


@pytest.mark.parametrize("text", ["round(10, -10**8)", "9**9**9**9", "10^(10^8)", "(10**9)**64**9", "round(2**60, -(2**60))"])
def test_no_typed_number_computes_for_long(text):
    """In a process of its own: what hangs inside one big integer cannot be interrupted from Python."""
    program = (
        "from kdl.quiz import numbers\nfrom kdl.quiz.item import Unreadable\n"
        f"try:\n    numbers.read({text!r})\nexcept Unreadable:\n    print('asked again')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=10)

    assert done.stdout == "asked again\n", done.stderr


@given(st.text(max_size=30))
@pytest.mark.invariant("quiz", 14)
def test_reading_any_text_gives_a_finite_number_or_asks_again(text):
    try:
        assert math.isfinite(numbers.read(text, "MB"))
    except Unreadable:
        return


@given(st.floats(-1e6, 1e6), st.floats(0, 0.5), st.booleans())
@pytest.mark.invariant("quiz", 14)
def test_tolerance_reaches_as_far_up_as_down(expected, tolerance, relative):
    reach = tolerance * abs(expected) if relative else tolerance
    for side in (1, -1):
        assert numbers.equal(expected + side * reach * 0.999, expected, tolerance, relative)
        assert not numbers.equal(expected + side * (reach * 1.001 + 1e-3), expected, tolerance, relative)


def test_whole_numbers_must_be_hit_exactly():
    assert not numbers.equal(10**9 + 1, 10**9)


@pytest.mark.parametrize(("value", "text"), [(3, "3"), (3.0, "3"), (0.12345, "0.1235"), (-2.5, "-2.5"), (1234567, "1234567")])
def test_numbers_as_feedback_prints_them(value, text):
    assert numbers.shown(value) == text


# ---- draws -----------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9))
def test_draws_stay_in_their_domain_and_follow_the_seed(seed):
    draws = draw.parse("n = int(3, 9); k = odd(1, n); e = even(3, 9); d = decimal(0.1, 0.9, 1); c = choice(-1, 1/2)")
    values = draw.values(draws, seed)

    assert values == draw.values(draws, seed)
    assert 3 <= values["n"] <= 9 and values["k"] % 2 == 1 and 1 <= values["k"] <= values["n"]
    assert values["e"] in (4, 6, 8) and values["d"] in [n / 10 for n in range(1, 10)] and values["c"] in (-1, 0.5)


def test_every_value_of_a_domain_is_drawn():
    draws = draw.parse("n = int(1, 6)")

    assert {draw.values(draws, seed)["n"] for seed in range(200)} == set(range(1, 7))


@pytest.mark.parametrize(
    "text",
    [
        "n = 3",
        "n = int(1)",
        "n = int(1, 2, 3)",
        "n = float(1, 2)",
        "n = int(1, m)",
        "n = int(1, 2); n = int(1, 2)",
        "max = int(1, 2)",
        "n = choice()",
        "n = int(low=1, high=2)",
        "n = int(1, 2) + 1",
    ],
)
def test_a_bad_draw_is_refused(text):
    with pytest.raises(BadExpression, match="draw|expression"):
        draw.values(draw.parse(text), 0)


def test_an_empty_domain_is_refused():
    with pytest.raises(BadExpression, match="nothing to draw"):
        draw.values(draw.parse("n = odd(4, 4)"), 0)
