"""One sitting: which card comes next, what an answer does, what can be taken back.

No terminal here. The caller shows what it gets and passes on what was typed; the clock and the source of seeds are
arguments. Every answer is on the disk before its feedback is returned.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kdl.memory import draft, history, ledger, replay, scheduler
from kdl.memory.fuzz import share
from kdl.memory.study_day import Moment, moment
from kdl.quiz import ladder
from kdl.quiz.agenda import Agenda, Plan
from kdl.quiz.item import Item, Question, Verdict
from kdl.quiz.kinds import KINDS
from kdl.store import database, reviews
from kdl.store.reviews import Review

DO_NOT_KNOW = "?"
TURNS = 60  # a seed's remainder says which wording or draw has its turn: each number of them up to 6 divides 60
SURE = {"1": 0.25, "2": 0.5, "3": 0.75, "4": 0.95}  # key -> the chance of being right that it stands for


@dataclass
class Asked:
    """The card on the screen.

    `stated` is the right answer as the log keeps it. `asks_sure`: the learner says how sure he is before he sees the feedback.
    `before` is the answer that was right when a changed card was last asked. `judged` are the judgements so far, by text.
    """

    card_id: str
    item: Item
    part: str
    question: Question
    state: str  # new, due, sure, again, changed or cram
    shown_ts: int
    stated: str
    asks_sure: bool = False
    before: str | None = None
    hint_used: bool = False
    judged: dict[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True)
class Feedback:
    """What there is to say after an answer that is safely stored."""

    asked: Asked
    verdict: Verdict
    rating: int
    why: str
    review: Review
    comes_back: bool
    leech: bool = False

    @property
    def was_sure(self) -> bool:
        """Missed by someone who was sure: it comes first in the next sitting."""
        return self.rating == scheduler.AGAIN and (self.review.confidence or 0) >= replay.SURE

    @property
    def days(self) -> int | None:
        """Days until the card is due; None where its schedule was not touched."""
        return None if self.review.due_day is None else self.review.due_day - self.review.study_day


def _first(review: Review) -> bool:
    """The first answer to a card, one that counts."""
    return review.kind == "review" and review.elapsed_days is None


@dataclass
class Tally:
    """The sitting in numbers."""

    answered: int = 0
    right: int = 0
    first_seen: int = 0
    started_ts: int = 0
    passed: int = 0  # skipped, suspended or put off without an answer
    missed: list[str] = field(default_factory=list)
    leeches: list[str] = field(default_factory=list)


class Session:
    """A sitting over some items.

    Args:
        db: the learner's database.
        items: what may be asked, in teaching order; by id where they are at hand so.
        clock: gives an aware local time.
        seeds: gives the number that draws the values and the order of the next question.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        items: Sequence[Item] | Mapping[str, Item],
        plan: Plan,
        clock: Callable[[], datetime],
        seeds: Callable[[], int],
    ):
        self.id = database.new_id()
        self.plan = plan
        self.tally = Tally()
        self.asked: Asked | None = None
        self._prepared: draft.Prepared | None = None
        self._taken_back: dict[str, int] = {}
        self._db, self._clock, self._seeds = db, clock, seeds
        self._last_day = reviews.last_day(db)
        self.tally.started_ts = self._now().ts
        self.agenda = Agenda(db, items, plan, self._now().day, self.id)

    def _now(self) -> Moment:
        return moment(self._clock(), self._last_day)

    def seconds(self) -> float:
        """Since it began."""
        return (self._now().ts - self.tally.started_ts) / 1000

    def _over(self) -> bool:
        plan = self.plan
        late = plan.minutes is not None and self.seconds() >= plan.minutes * 60
        return late or (plan.limit is not None and self.tally.answered >= plan.limit)

    def counts(self) -> dict[str, int]:
        """At the start: how many due and how many new cards this sitting asks, after every limit but the clock."""
        counts = self.agenda.counts()
        if self.plan.limit is None:
            return counts
        due = min(counts["due"], self.plan.limit)
        return {"due": due, "new": min(counts["new"], self.plan.limit - due)}

    @property
    def number(self) -> int:
        """Of the question on the screen, from 1."""
        return self.tally.answered + self.tally.passed + 1

    def _comes_back(self, card_id: str) -> bool:
        """Line up a missed card again; False where it came back often enough, or the sitting is over before its turn."""
        answered = self.tally.answered
        if not self.agenda.missed(card_id, answered) or self._over():
            return False
        return self.plan.limit is None or self.agenda.comes_within(card_id, answered, self.plan.limit - answered)

    def next(self) -> Asked | None:
        """The next question; None at the end of the sitting."""
        picked = None if self._over() else self.agenda.pick(self.tally.answered)
        if picked is None:
            self.asked = None
            return None
        card_id, state = picked
        item, part, card = self.agenda.item(card_id), card_id.partition("#")[2], reviews.card(self._db, card_id)
        question = ladder.present(item, part, self._seed(card_id), card.stability)
        asks_sure = state != "again" and share("sure", card_id, card.reps) < self.plan.sure
        before = ledger.last_right(self._db, card_id, card.answer_fp) if state == "changed" else None
        stated = ladder.stated(item, part, question)
        self.asked = Asked(card_id, item, part, question, state, self._now().ts, stated, asks_sure, before)
        self._prepared = None
        return self.asked

    def _seed(self, card_id: str) -> int:
        """That of an answer that was just taken back, so that the same question stands there; else one for another wording
        than last time."""
        if card_id in self._taken_back:
            return self._taken_back.pop(card_id)
        last = reviews.last_seed(self._db, card_id)
        return self._seeds() * TURNS + (0 if last is None else (last + 1) % TURNS)

    def prepare(self) -> None:
        """While the learner thinks: work out what each answer would do, so that storing the one that comes is one commit.

        It may be left out, and whatever is written in the meantime is heeded: the answer is stored as it would be without.
        """
        if self.asked.question.mode == "key":
            for key, _ in self.asked.question.options:
                self.judge(key)
        ratings = [scheduler.AGAIN, scheduler.GOOD] + [scheduler.HARD] * bool(self.asked.item.hint)
        self._prepared = draft.prepare(self._db, self._pending(self.asked), ratings, self._now().day)

    def _pending(self, asked: Asked) -> draft.Pending:
        item, kind = asked.item, "cram" if self.plan.cram else "review"
        return draft.Pending(asked.card_id, self.id, kind, item.answer_fp, item.rev, tuple(self.agenda.apart(item)))

    # ---- answers -----------------------------------------------------------------------------------------------------

    def hint(self) -> str:
        """The hint of the card on the screen; empty where its item has none. A right answer then counts as hard."""
        if self.asked.item.hint:
            self.asked.hint_used = True
        return KINDS[self.asked.item.kind].told(self.asked.item.hint, self.asked.question)

    def judge(self, text: str) -> Verdict:
        """What an answer is worth. Nothing is stored yet.

        Raises:
            Unreadable: it is no answer to this question.
        """
        asked = self.asked
        if text not in asked.judged:
            asked.judged[text] = self._judge(asked, text)
        return asked.judged[text]

    def _judge(self, asked: Asked, text: str) -> Verdict:
        if text.strip() == DO_NOT_KNOW and asked.question.mode != "self":
            return Verdict(False, "", ladder.right(asked.item, asked.part, asked.question))
        return ladder.judge(asked.item, asked.part, asked.question, text)

    def answer(self, text: str, right: bool | None = None, confidence: float | None = None) -> Feedback:
        """Store an answer, then say what there is to say of it.

        Args:
            right: the learner's own judgement, for items that only the learner can judge.
            confidence: how sure the learner was, 0 to 1; None where that was not asked or not said.

        Raises:
            Unreadable: it is no answer to this question; nothing was stored.
            StoreProblem: it could not be stored; nothing was.
        """
        asked, verdict = self.asked, self.judge(text)
        correct = verdict.correct if verdict.correct is not None else bool(right)
        rating = scheduler.AGAIN if not correct else scheduler.HARD if asked.hint_used else scheduler.GOOD
        review = self._store(asked, rating, correct, text, confidence)
        self.asked = None
        self.tally.answered += 1
        self.tally.right += correct
        self.tally.first_seen += _first(review)
        leech = not correct and not self.plan.cram and bool(reviews.card(self._db, asked.card_id).leech)
        if leech:
            self.tally.leeches.append(asked.card_id)
            self.agenda.drop(asked.card_id)
        comes_back = not correct and not leech and self._comes_back(asked.card_id)
        if not correct:
            self.tally.missed.append(asked.card_id)
        why = KINDS[asked.item.kind].why(asked.item, asked.question)
        return Feedback(asked, verdict, rating, why, review, comes_back, leech)

    def _store(self, asked: Asked, rating: int, correct: bool, text: str, confidence: float | None) -> Review:
        now, item, question = self._now(), asked.item, asked.question
        answer = ledger.Answer(
            correct=correct,
            text=text.strip() or None,
            right=asked.stated,
            confidence=confidence,
            draw_seed=question.seed,
            option_order=question.order,
            hint_used=asked.hint_used,
            ms=max(0, now.ts - asked.shown_ts),
            body_fp=item.body_fp,
        )
        review = ledger.store(self._db, self._pending(asked), rating, now, answer, self._prepared)
        if not self.plan.cram:
            self.agenda.seen.add(item.id)
            self._last_day = max(review.study_day, self._last_day or review.study_day)
        return review

    # ---- other keys --------------------------------------------------------------------------------------------------

    def skip(self) -> None:
        """Leave the card for another sitting; nothing is recorded."""
        self.tally.passed += 1
        self.agenda.drop(self.asked.card_id)

    def mark(self, kind: str, card_id: str) -> None:
        """suspend, flag or put off until tomorrow a card of this sitting."""
        now = self._now()
        if kind == "tomorrow":
            ledger.mark(self._db, "bury", card_id, now, detail=str(now.day + 1))
        else:
            ledger.mark(self._db, kind, card_id, now)
        if kind in ("suspend", "tomorrow"):
            self.tally.passed += self.asked is not None and self.asked.card_id == card_id
            self.agenda.drop(card_id)

    def undo(self) -> Review | None:
        """Take back the newest answer, of this sitting or an earlier one. Its card is asked next, where it is in scope."""
        row = ledger.undo(self._db, self._now())
        if row is None:
            return None
        card_id = history.place(self._db, row)
        if row.draw_seed is not None:
            self._taken_back[card_id] = row.draw_seed
        self.agenda.bring_back(card_id, row.study_day, *([self.asked.card_id] if self.asked else []))
        if row.session_id == self.id:
            self.tally.answered -= 1
            self.tally.right -= row.correct or 0
            self.tally.first_seen -= _first(row)
            self.tally.missed = [card for card in self.tally.missed if card != row.card_id]
            self.tally.leeches = [card for card in self.tally.leeches if card != row.card_id]
        return row
