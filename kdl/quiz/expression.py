"""Arithmetic in items: the little language of `draw`, `answer` and `wrong`, evaluated by walking a checked syntax tree.

Numbers, drawn names, + - * / // % **, and the functions below. Nothing else parses; nothing is ever handed to
`eval`.
"""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping

Number = int | float

LONGEST = 300  # characters
LARGEST = 10**18
_MOST_POWER = 64
_MOST_DIGITS = 18


def _round(value: Number, digits: Number = 0) -> Number:
    """`round` to a few digits; to -10**8 of them Python would compute for minutes."""
    if not isinstance(digits, int) or abs(digits) > _MOST_DIGITS:
        raise ValueError(f"it is rounded to at most {_MOST_DIGITS} digits")
    return round(value, digits) if digits else round(value)


FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "floor": math.floor,
    "log": math.log,
    "log2": math.log2,
    "max": max,
    "min": min,
    "round": _round,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "sqrt": math.sqrt,
    "tanh": math.tanh,
}
_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY = {ast.USub: operator.neg, ast.UAdd: operator.pos}


class BadExpression(ValueError):
    """Text that is no expression of the language, or one without a finite value."""


def parse(text: str) -> ast.expr:
    """The syntax tree of `text`.

    Raises:
        BadExpression: it is too long, or no expression.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise BadExpression(f"an expression has 1 to {LONGEST} characters, not {len(text)}")
    try:
        with warnings.catch_warnings(action="ignore"):  # `1if x` is a warning before it is an error
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(f"{text!r} is no expression") from error


def names(tree: ast.expr) -> set[str]:
    """The names that must be known before `tree` has a value; functions are not among them."""
    calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in calls}


def evaluate(expression: str | ast.expr, known: Mapping[str, Number] | None = None) -> Number:
    """The value of an expression.

    Args:
        expression: text, or a tree from `parse`.
        known: values of the drawn names.

    Raises:
        BadExpression: something outside the language, an unknown name, a division by zero, a value that is not finite.
    """
    tree = parse(expression) if isinstance(expression, str) else expression
    try:
        value = _value(tree, known or {})
    except (ArithmeticError, ValueError, TypeError, RecursionError) as error:
        if isinstance(error, BadExpression):
            raise
        raise BadExpression(f"{ast.unparse(tree)!r} has no value: {error}") from error
    return _finite(value, tree)


def _finite(value: Number, tree: ast.expr) -> Number:
    if isinstance(value, complex) or not math.isfinite(value) or abs(value) > LARGEST:
        raise BadExpression(f"{ast.unparse(tree)!r} is not a finite number of reasonable size")
    return value


def _value(node: ast.expr, known: Mapping[str, Number]) -> Number:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _finite(number, node)
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, known), _value(right, known), node)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _finite(_BINARY[type(op)](_value(left, known), _value(right, known)), node)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand, known))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return _finite(FUNCTIONS[name](*(_value(argument, known) for argument in arguments)), node)
        case ast.Name(id=name):
            raise BadExpression(f"the name {name!r} is not drawn; known: {', '.join(known) or 'none'}")
    allowed = f"numbers, drawn names, + - * / // % ** and {', '.join(FUNCTIONS)}"
    raise BadExpression(f"{ast.unparse(node)!r} is not allowed; an expression has {allowed}")


def _power(base: Number, exponent: Number, node: ast.expr) -> Number:
    if abs(exponent) > _MOST_POWER or abs(base) > 10**9:
        raise BadExpression(f"{ast.unparse(node)!r} is too large")
    return _finite(base**exponent, node)
