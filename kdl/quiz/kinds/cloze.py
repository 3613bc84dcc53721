"""cloze: a sentence with gaps, `{{c1: forget | forgetting}}`. Each part (c1, c2) is a card of its own."""

from __future__ import annotations

import re

from kdl.quiz.block import Block
from kdl.quiz.item import Item, Question, Unreadable, Verdict
from kdl.quiz.kinds.base import Kind, fingerprint_text, typed_mode

_GAP = re.compile(r"\{\{\s*(c[1-9])\s*:\s*([^{}]+?)\s*\}\}")
_PART = re.compile(r"^(c[1-9])\s*:\s*(.*)$", re.DOTALL)
GAP = "_____"
_ARTICLE = re.compile(r"^(?:an?|the) +")
_BEHIND = re.compile(GAP + r"[`*]*[ \n]+[`*]*(\w[\w-]*)")


def _forms(typed: str, question: str) -> list[str]:
    """What was typed, then without an article in front, then also without the word that the question prints behind the gap."""
    bare = _ARTICLE.sub("", typed)
    forms = [typed, bare]
    for word in _BEHIND.findall(question):
        forms += [form.removesuffix(" " + fingerprint_text(word)).rstrip() for form in (typed, bare)]
    return forms


class Cloze(Kind):
    name = "cloze"

    def wordings(self, block: Block) -> tuple[str, ...]:
        if block.wordings:
            raise block.bad("kind cloze has no `Or:`: its gaps are in its text", fix="Write a second item, with its own gaps.")
        return ()

    def compile(self, block: Block) -> dict:
        block.only("wrong")
        text = block.prompt("text", "code")
        if text.count("{{") != len(_GAP.findall(text)):
            raise block.bad("has a gap that cannot be read", fix="Write a gap as {{c1: answer | also right}}.")
        accepted: dict[str, list[str]] = {}
        for part, answers in _GAP.findall(text):
            forms = [form.strip() for form in answers.split("|")]
            if accepted.setdefault(part, forms) != forms:
                raise block.bad(f"the gap {part} stands twice with different answers")
        if not accepted:
            raise block.bad("has no gap", fix="Write at least one {{c1: answer}}.")
        return {"accepted": accepted, "wrong": self._wrongs(block, accepted)}

    def _wrongs(self, block: Block, accepted: dict[str, list[str]]) -> list[dict]:
        wrongs = []
        for given, feedback, line in block.wrongs():
            match = _PART.match(given)
            part, text = (match[1], match[2].strip()) if match else ("c1", given)
            if part not in accepted:
                raise block.bad(f"`wrong` names the gap {part}, which is not there", line=line)
            if fingerprint_text(text) in map(fingerprint_text, accepted[part]):
                raise block.bad(f"`wrong` lists {text!r}, which {part} accepts as right", line=line)
            wrongs.append({"part": part, "text": text, "feedback": feedback})
        without = [part for part in accepted if not any(wrong["part"] == part for wrong in wrongs)]
        if without:
            raise block.bad(
                f"the gap {without[0]} has no likely wrong answer with its feedback",
                fix=f"Add `wrong: {without[0]}: ANSWER => what is wrong with it` to the machine block.",
            )
        return wrongs

    def parts(self, spec: dict) -> tuple[str, ...]:
        return tuple(sorted(spec["accepted"])) if len(spec["accepted"]) > 1 else ()

    def answer(self, spec: dict) -> object:
        return spec["accepted"]

    def _asked(self, item: Item, part: str) -> str:
        return part or next(iter(item.spec["accepted"]))

    def present(self, item: Item, part: str, seed: int) -> Question:
        asked = self._asked(item, part)
        text = _GAP.sub(lambda gap: GAP if gap[1] == asked else gap[2].partition("|")[0].strip(), item.prompt)
        forms = item.spec["accepted"][asked] + [wrong["text"] for wrong in item.spec["wrong"]]
        return Question(text, typed_mode(forms), "the missing word", seed)

    def judge(self, item: Item, part: str, question: Question, text: str) -> Verdict:
        if not text.strip():
            raise Unreadable("Type the missing word, or ? if you do not know.")
        asked, typed = self._asked(item, part), fingerprint_text(text)
        right = self.right(item, part, question)
        accepted = {fingerprint_text(form) for form in item.spec["accepted"][asked]}
        wrongs = {fingerprint_text(wrong["text"]): wrong["feedback"] for wrong in item.spec["wrong"] if wrong["part"] == asked}
        for form in _forms(typed, question.text):
            if form in accepted:
                return Verdict(True, "", right)
            if form in wrongs:
                return Verdict(False, wrongs[form], right)
        return Verdict(False, "", right)

    def right(self, item: Item, part: str, question: Question) -> str:
        return item.spec["accepted"][self._asked(item, part)][0]
