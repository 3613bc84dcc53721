"""The kinds of items by name."""

from __future__ import annotations

from kdl.quiz.kinds.arrange import Match, Order
from kdl.quiz.kinds.base import Kind
from kdl.quiz.kinds.bug import Bug
from kdl.quiz.kinds.choice import Mcq, Multi
from kdl.quiz.kinds.cloze import Cloze
from kdl.quiz.kinds.computed import Output, Shape
from kdl.quiz.kinds.number import Numeric, Params
from kdl.quiz.kinds.recall import Basic, Explain

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Basic(), Cloze(), Mcq(), Multi(), Numeric(), Shape(), Output(), Params(), Order(), Match(), Bug(), Explain(),
    )
}  # fmt: skip
