"""From scores to verdicts, by rules that were fixed before any number was seen. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kdl.experiment import claims
from kdl.experiment.statistics import ALPHA, Paired, paired, wins_needed

NEEDED = 10  # seeds; five could not reach p = .05, whatever they show
CONFIRMED, REFUTED, NOT_SHOWN, MIXED = "confirmed", "refuted", "not shown", "mixed"

# (arm, condition) -> seed -> score, for one measure
Scores = Mapping[tuple[str, str], Mapping[int, float]]


def greater(found: Paired, smallest: float) -> str | None:
    """The rule of a `greater` claim; None with fewer than 10 seeds.

    Confirmed: p <= .05, the mean reaches the smallest effect, and at least 80 % of the seeds are won.
    Refuted: the whole interval lies below the smallest effect.
    """
    if found.n < NEEDED:
        return None
    if found.p <= ALPHA and found.mean >= smallest and found.wins >= wins_needed(found.n):
        return CONFIRMED
    if found.high is not None and found.high < smallest:
        return REFUTED
    return NOT_SHOWN


def equal(found: Paired, smallest: float) -> str | None:
    """The rule of an `equal` claim: where does the interval lie, seen from the band of +- the smallest effect?"""
    if found.n < NEEDED or found.low is None or found.high is None:
        return None
    if -smallest <= found.low and found.high <= smallest:
        return CONFIRMED
    if found.low > smallest or found.high < -smallest:
        return REFUTED
    return NOT_SHOWN


def crosses(first: str | None, last: str | None) -> str | None:
    """The rule of an interaction that crosses, from the verdicts of its two ends."""
    if first is None or last is None:
        return None
    if REFUTED in (first, last):
        return REFUTED
    return CONFIRMED if first == last == CONFIRMED else NOT_SHOWN


def of_claim(claim: claims.Claim, scores: Scores) -> dict:
    """One claim as it stands in `kdl.verdict/1`.

    Args:
        claim: what is claimed.
        scores: the scores of the claim's measure. Only seeds that its arms have at every condition that decides count.
    """
    if claim.kind in ("exact", "scenario"):
        return _unseeded(claim)
    if claim.kind == "interaction" and claim.shape == "crosses":
        found, verdict = _crossing(claim, scores)
    else:
        found = _paired(differences(claim, scores))
        rule = equal if claim.kind == "equal" else greater
        verdict = rule(found, claim.smallest) if found else None
    return {**_row(claim, found, verdict), "reached": _reached(claim, scores), "counts": None}


def _reached(claim, scores: Scores) -> dict[str, dict[str, int]] | None:
    """condition -> arm -> how many of the seeds that count reached the measure's target; None without a target."""
    if claim.measure.target is None:
        return None
    seeds = set.intersection(*(set(gaps(claim, scores, condition)) for condition in claim.deciding))
    return {
        condition: {
            arm: sum(claim.measure.reached(scores[arm, condition][seed]) for seed in seeds) if seeds else 0
            for arm in (claim.a, claim.b)
            if arm is not None
        }
        for condition in claim.deciding
    }


def differences(claim, scores: Scores, condition: str | None = None) -> list[float]:
    """The paired differences of a claim, in the order of the seeds; positive supports it.

    Args:
        condition: look at this one condition instead of what the claim compares.
    """
    if condition is None and claim.kind in ("interaction", "trend"):
        first, last = (gaps(claim, scores, end) for end in claim.deciding)
        return [last[seed] - first[seed] for seed in sorted(first.keys() & last.keys())]
    found = gaps(claim, scores, condition or claim.condition)
    return [found[seed] for seed in sorted(found)]


def gaps(claim, scores: Scores, condition: str) -> dict[int, float]:
    """Seed -> by how much a is better than b under one condition; in a trend by how much `a` has changed since the first."""
    if claim.kind == "trend":
        first, here = (scores.get((claim.a, where), {}) for where in (claim.conditions[0], condition))
        better, worse = (first, here) if claim.shape == "worsens" else (here, first)
        return {seed: claim.measure.advantage(better[seed], worse[seed]) for seed in first.keys() & here.keys()}
    a, b = scores.get((claim.a, condition), {}), scores.get((claim.b, condition), {})
    return {seed: claim.measure.advantage(a[seed], b[seed]) for seed in a.keys() & b.keys()}


def _paired(values: Sequence[float]) -> Paired | None:
    return paired(values) if values else None


def ends(claim, scores: Scores) -> tuple[Paired, Paired] | None:
    """What the two ends of an interaction that crosses say, each oriented so that positive supports the claim.

    Only seeds that both ends have count; None where there is none.
    """
    first, last = (gaps(claim, scores, end) for end in claim.deciding)
    seeds = sorted(first.keys() & last.keys())
    return (paired([first[seed] for seed in seeds]), paired([-last[seed] for seed in seeds])) if seeds else None


def _crossing(claim, scores: Scores) -> tuple[Paired | None, str | None]:
    """The evidence of the weaker end, and the verdict of both."""
    found = ends(claim, scores)
    if found is None:
        return None, None
    return min(found, key=lambda end: (-end.p, end.mean)), crosses(*(greater(end, claim.smallest) for end in found))


def _row(claim, found: Paired | None, verdict: str | None) -> dict:
    return {
        "id": claim.id,
        "kind": claim.kind,
        "a": claim.a,
        "b": claim.b,
        "condition": claim.condition,
        "measure": claim.measure.name,
        "mean": found and found.mean,
        "low": found and found.low,
        "high": found and found.high,
        "p": found and found.p,
        "wins": found.wins if found else None,
        "n": found.n if found else 0,
        "smallest": claim.smallest,
        "verdict": verdict,
    }


def _unseeded(claim) -> dict:
    verdict = counts = None
    if claim.kind == "exact":
        counts = dict(claim.compute())
        verdict = CONFIRMED if claim.holds(counts) else REFUTED
    empty = dict.fromkeys(("condition", "measure", "mean", "low", "high", "p", "wins"))
    return {
        "id": claim.id,
        "kind": claim.kind,
        "a": claim.a,
        "b": claim.b,
        **empty,
        "n": 0,
        "smallest": None,
        "verdict": verdict,
        "reached": None,
        "counts": counts,
    }


def of_pair(rows: Sequence[Mapping]) -> str | None:
    """The pair's verdict: that of its claims where they agree, "mixed" where not; None while one has none.

    Scenario claims do not count.
    """
    verdicts = {row["verdict"] for row in rows if row["kind"] != "scenario"}
    if not verdicts or None in verdicts:
        return None
    return verdicts.pop() if len(verdicts) == 1 else MIXED


def complete(rows: Sequence[Mapping]) -> bool:
    """Was every claim that needs seeds run with at least 10?"""
    return all(row["kind"] in ("exact", "scenario") or row["n"] >= NEEDED for row in rows)


def by_chance(rows: Sequence[Mapping]) -> tuple[int, float]:
    """How many claims chance could confirm though there is no difference, and how many of them it would, at most.

    A confirm of `greater`, of an interaction and of a trend needs p <= .05 in the claimed direction. An `equal` claim is not
    among them: where there is no difference it is true.
    """
    tested = sum(row["kind"] in ("greater", "interaction", "trend") and row["p"] is not None for row in rows)
    return tested, tested * ALPHA / 2


def outcome(row: Mapping) -> str | None:
    """What came out, in the words of a prediction; None without a verdict.

    greater: the id of the better arm, or "neither". equal: "equal", the better arm, or "neither".
    interaction, trend: "yes" (confirmed), "no" (refuted) or "neither". exact: "yes" or "no".
    """
    verdict = row["verdict"]
    if verdict is None:
        return None
    if row["kind"] in ("interaction", "trend", "exact"):
        return {CONFIRMED: "yes", REFUTED: "no", NOT_SHOWN: "neither"}[verdict]
    if row["kind"] == "equal":
        return {CONFIRMED: "equal", NOT_SHOWN: "neither"}.get(verdict) or (row["a"] if row["mean"] > 0 else row["b"])
    if verdict == CONFIRMED:
        return row["a"]
    worse = row["high"] is not None and row["high"] < 0 and -row["mean"] >= row["smallest"]
    return row["b"] if worse else "neither"
