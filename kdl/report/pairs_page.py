"""What the page of all pairs shows: one table, and below it each pair's claims with their numbers and its signature figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kdl import atlas
from kdl.catalog import PairCard
from kdl.errors import KdlError
from kdl.experiment import pair as pairs
from kdl.experiment import verdict
from kdl.report import evidence, page, pair_page

MOST = 1_000_000  # bytes of a page
STATES = ("confirmed", "refuted", "not shown", "no verdict", "incomplete", "not run")


def pairs_page(cards: Sequence[PairCard]) -> str:
    """The page as HTML; where its figures would make it too large, it has none and says so."""
    sections, damaged = _sections(cards, figures=True)
    html = _rendered(sections, damaged, with_figures=True)
    if len(html.encode()) > MOST:
        html = _rendered(_sections(cards, figures=False)[0], damaged, with_figures=False)
    return html


def _sections(cards: Sequence[PairCard], *, figures: bool) -> tuple[list[dict], list[str]]:
    """What is to be told of each pair, and why the damaged ones are left out."""
    sections, damaged = [], []
    for card in cards:
        try:
            pair = pairs.load(card)
            found = evidence.committed(pair)
            sections.append(pair_page.brief(pair, found, figures=figures))
        except KdlError as error:  # one damaged result must not hide the other pairs
            damaged.append(f"{card.id}: {error.what}")
    return sections, damaged


def _state_of(claim: dict) -> str:
    """The verdict of a claim; what stands in its place where there is none."""
    if claim["kind"] == "scenario":
        return "no verdict"
    return claim["verdict"] or ("incomplete" if claim["row"] else "not run")


def _rendered(sections: Sequence[dict], damaged: Sequence[str], *, with_figures: bool) -> str:
    rows = [claim["row"] for one in sections for claim in one["claims"] if claim["row"] is not None]
    judged, chance = verdict.by_chance(rows)
    claims = Counter(_state_of(claim) for one in sections for claim in one["claims"])
    return page.render(
        "pairs.html.jinja",
        sections=sections,
        damaged=damaged,
        with_figures=with_figures,
        marks=pair_page.MARKS,
        counts={state: claims[state] for state in STATES if claims[state]},
        claims=claims.total(),
        judged=judged,
        chance=chance,
        equal=sum(row["kind"] == "equal" and row["p"] is not None for row in rows),
        seconds=sum(one["found"].seconds for one in sections if one["found"]),
        units=atlas.units(),
        stale=sum(one["found"].stale for one in sections if one["found"]),
    )
