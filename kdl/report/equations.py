"""The equations behind a pair, from the notes: what the topics that name it display, as MathML with its plain form."""

from __future__ import annotations

import re

from kdl import catalog, content
from kdl.quiz import library
from kdl.report import reading

_DISPLAY = re.compile(r"^\$\$\n(?P<tex>.+?)\n\$\$\n\n```text\n(?P<plain>.+?)\n```", re.MULTILINE | re.DOTALL)
_NAMES = re.compile(r"\s*^\(kdl\..*\)$", re.MULTILINE)


def of_pair(card: catalog.PairCard) -> list[dict]:
    """The equations of the topics about its arms that name the pair: topic, section, MathML, plain text."""
    found, seen = [], set()
    for topic in library.topics(own=False):
        if card.id not in topic.pairs or topic.id not in card.arms:
            continue
        text = (content.quizzes() / topic.file).read_text(encoding="utf-8")
        for match in _DISPLAY.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            if match["tex"] not in seen:
                seen.add(match["tex"])
                section = [title for at, _, title in topic.sections if at <= line][-1]
                plain = _NAMES.sub("", match["plain"])
                found.append({"topic": topic.id, "section": section, "mathml": reading.mathml(match["tex"]), "plain": plain})
    return found
