"""The `draw:` line of an item: `n = int(16, 64); k = odd(3, 7); rate = choice(0.1, 0.2)`.

A bound may use the names drawn before it. The same seed always draws the same numbers.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from kdl.quiz import expression
from kdl.quiz.dice import Dice
from kdl.quiz.expression import BadExpression, Number

SHAPES = "int(low, high), odd(low, high), even(low, high), decimal(low, high, digits), choice(a, b, ...)"
_ONE = re.compile(r"^([a-z][a-z0-9_]{0,15})\s*=\s*([a-z]+)\((.*)\)$", re.IGNORECASE)


@dataclass(frozen=True)
class Draw:
    """One drawn name."""

    name: str
    shape: str
    arguments: tuple[ast.expr, ...]


def parse(text: str) -> tuple[Draw, ...]:
    """The draws of a line.

    Raises:
        BadExpression: a part that is none of `SHAPES`, a repeated name, a bound that uses a name not yet drawn.
    """
    draws: list[Draw] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = _ONE.match(part)
        if not match or match[2] not in ("int", "odd", "even", "decimal", "choice"):
            raise BadExpression(f"draw: {part!r} is not `name = {SHAPES}`")
        call = expression.parse(f"{match[2]}({match[3]})")
        if not isinstance(call, ast.Call) or call.keywords:
            raise BadExpression(f"draw: {part!r} is not `name = {SHAPES}`")
        earlier = {draw.name for draw in draws}
        if match[1] in earlier or match[1] in expression.FUNCTIONS:
            raise BadExpression(f"draw: the name {match[1]!r} is taken")
        unknown = set().union(*map(expression.names, call.args)) - earlier
        if unknown:
            raise BadExpression(f"draw: {part!r} uses {sorted(unknown)[0]!r}, which is not drawn before it")
        wanted = {"decimal": 3, "choice": len(call.args)}.get(match[2], 2)
        if len(call.args) != wanted or not call.args:
            raise BadExpression(f"draw: {part!r} is not `name = {SHAPES}`")
        draws.append(Draw(match[1], match[2], tuple(call.args)))
    return tuple(draws)


def values(draws: tuple[Draw, ...], *key: object) -> dict[str, Number]:
    """Name -> number, the same for the same key.

    Raises:
        BadExpression: bounds that leave nothing to draw.
    """
    known: dict[str, Number] = {}
    dice = Dice("draw", *key)
    for draw in draws:
        known[draw.name] = _one(draw, [expression.evaluate(argument, known) for argument in draw.arguments], dice)
    return known


def _one(draw: Draw, bounds: list[Number], dice: Dice) -> Number:
    if draw.shape == "choice":
        return dice.choice(bounds)
    if draw.shape == "decimal":
        low, high, digits = bounds
        scale = 10 ** int(digits)
        return dice.integer(round(low * scale), round(high * scale)) / scale
    low, high = (int(bound) for bound in bounds)
    possible = range(low, high + 1)
    if draw.shape != "int":
        first = low + (low % 2 == (draw.shape == "even"))
        possible = range(first, high + 1, 2)
    if not possible:
        raise BadExpression(f"draw: {draw.name} = {draw.shape}({low}, {high}) leaves nothing to draw")
    return dice.choice(possible)
