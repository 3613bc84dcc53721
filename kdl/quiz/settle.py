"""From what an author wrote to what may be asked: computed answers filled in, the right answer fingerprinted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from kdl.quiz.item import Item
from kdl.quiz.kinds import KINDS
from kdl.quiz.markdown import fingerprint


def finished(item: Item, results: list) -> Item:
    """The item with its computed answers.

    Args:
        results: of its jobs, in their order; none where nothing has to be computed.

    Raises:
        ValueError: its code fails, or contradicts it.
    """
    kind = KINDS[item.kind]
    for result in results:
        if isinstance(result, dict):
            raise ValueError(f"its code fails: {result['error']}")
    spec = kind.settle(item.spec, results) if results else item.spec
    right = json.dumps(kind.answer(spec), ensure_ascii=False, sort_keys=True)
    return replace(item, spec=spec, answer_fp=fingerprint(right))


def waits(item: Item) -> bool:
    """Its answer is still to be computed."""
    return "answer" in item.spec and item.spec["answer"] is None


def remembered(item: Item, record: Mapping | None) -> Item | None:
    """The item with the answer that an earlier compilation computed for the same code; None where there is none."""
    if not waits(item):
        return finished(item, [])
    if not record or {**record["spec"], "answer": None} != json.loads(json.dumps(dict(item.spec))):
        return None
    return finished(replace(item, spec={**item.spec, "answer": record["spec"]["answer"]}), [])
