"""Every number in "What came out" of a pair is one that its committed result gives, at the precision in which it is written.

The digest of a result leaves docstrings out, so that nothing else notices a reading that an older run was written for.
Looked at are numbers with a decimal point, and counts of seeds ("9 of 10", "in seven of ten seeds").
"""

import math
import re
from statistics import fmean, geometric_mean, median

import pytest

from kdl import catalog, content, headers
from kdl.experiment import pair as pairs
from kdl.experiment import results, verdict

PAIRS = [pytest.param(card, id=name) for name, card in catalog.pairs().items()]
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
COUNT = "|".join([r"\d+", *WORDS])
COUNTED = re.compile(rf"\b({COUNT})(?: seeds)? of ({COUNT})\b(?! the)")
DECIMAL = re.compile(r"(?<![\w.])(-?\d+\.\d+(?:e-?\d+)?)( %)?")

# Numbers that no summary below gives, each worked out here: pair -> from its scores to values.
ELSEWHERE = {
    "P52": lambda scores: [1 / (1 + math.exp(-1))],  # sigmoid(1)
    "T04": lambda scores: [(10 - 1) / (10 + 1), 1 - 2 / math.sqrt(301)],  # the two rates of the theorem, c = 100
    "T08": lambda scores: [1.2],  # the spectral radius that two conditions are named after
    "T09": lambda scores: [min(score for score in scores["accuracy"]["relu"]["-0.5"] if score > 0.5)],  # of those that read
    "T10": lambda scores: [0.01, 0.01 * math.sqrt(32), math.sqrt(2 / 64)],  # deviation, factor of a layer, Kaiming's deviation
}

pytestmark = pytest.mark.contract


def reading(text):
    """What stands from "What came out" to what was seen before, or to the tuning, or to "What would change", on one line."""
    end = "The seeds|The tuning|What would change"
    found = re.search(rf"^What came out(.*?)(?=^(?:{end})|\Z)", text, flags=re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


def summaries(values):
    """What a reader may call the number of several seeds."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return []
    means = [fmean(known), median(known), min(known), max(known)]
    return means + ([geometric_mean(known)] if min(known) > 0 else [])


def leads(claim, measured):
    """The paired differences that a claim is about, and those at each condition."""
    scores = measured.scores(claim.measure)
    found = [verdict.differences(claim, scores), *(verdict.differences(claim, scores, name) for name in measured.conditions())]
    return [lead for lead in found if lead]


def effects(claim, row, measured):
    """Effect, interval, p and smallest effect of a claim, and its leads by condition; doublings as factors."""
    found = [row[name] for name in ("mean", "low", "high", "smallest") if row[name] is not None]
    found += [value for lead in leads(claim, measured) for value in (fmean(lead), min(lead), max(lead))]
    if claim.measure.scale == "ratio":
        found = [2.0**value for sign in found for value in (sign, -sign) if abs(value) < 1000]
    return [*found, row["p"]]


def elsewhere(committed):
    return ELSEWHERE.get(committed["pair"], lambda scores: [])(committed["scores"])


def values(pair, committed):
    """Every number that the committed result gives."""
    cells = [cell for arms in committed["scores"].values() for conditions in arms.values() for cell in conditions.values()]
    found, measured = [value for cell in cells for value in summaries(cell)], results.measured(committed)
    for claim, row in judged(pair, committed):
        found += effects(claim, row, measured)
        found += [value for cell in measured.scores(claim.measure).values() for value in summaries(cell.values())]
        found += [] if claim.measure.target is None else [claim.measure.target]
    for figure in drawn(committed["figure"]):
        for curve in figure["series"].values():
            found += with_quotients([value for value in (curve[0], curve[-1]) if value is not None])
    for row in committed["result"]["claims"]:
        found += with_quotients(list((row["counts"] or {}).values()))
    conditions = [float(name) for name in pair.conditions if re.fullmatch(r"-?\d+(\.\d+)?", name)]
    return [*found, *conditions, *rates(pair), *elsewhere(committed)]


def drawn(figure):
    """A signature figure and those below it."""
    return [figure, *figure.get("more", ())] if figure else []


def rates(pair):
    """The learning rates that the arms say they have."""
    told = [arm.rate(name) for arm in pair.arms.values() if hasattr(arm, "rate") for name in pair.conditions]
    return [rate for rate in told if rate is not None]


def judged(pair, committed):
    """The claims that were measured, each with its row."""
    rows = {row["id"]: row for row in committed["result"]["claims"] if row["p"] is not None}
    return [(claim, rows[claim.id]) for claim in pair.claims if claim.id in rows and hasattr(claim, "measure")]


def with_quotients(found):
    return [*found, *(a / b for a in found for b in found if b)]


def counts(pair, committed):
    """(how many, of how many): seeds that were won and lost, that reached a target, that count as the worst."""
    measured, found = results.measured(committed), set()
    for claim, _ in judged(pair, committed):
        for lead in leads(claim, measured):
            found |= {(sum(gap > 0 for gap in lead), len(lead)), (sum(gap < 0 for gap in lead), len(lead))}
        for cell in measured.scores(claim.measure).values():
            for what in (claim.measure.reached, lambda score, worst=claim.measure.worst: score == worst):
                count = sum(map(what, cell.values()))
                found |= {(count, len(cell)), (len(cell) - count, len(cell))}
    return found


def is_among(written, percent, known):
    """Is a number of `known`, rounded as `written` is, what is written? The sign is left to the words around it."""
    digits, _, tens = written.lstrip("-").partition("e")
    unit = 10.0 ** (int(tens or 0) - len(digits.partition(".")[2])) / (100 if percent else 1)
    value = abs(float(written)) / (100 if percent else 1)
    return any(abs(abs(one) - value) <= unit * (0.5 + 1e-6) for one in known)


def not_found(text, known, counted):
    """The numbers of a reading that the result does not give."""
    wrong = [number + percent for number, percent in DECIMAL.findall(text) if not is_among(number, percent, known)]
    for found in COUNTED.finditer(text):
        if tuple(WORDS.get(word) or int(word) for word in found.groups()) not in counted:
            wrong.append(found[0])
    return wrong


@pytest.mark.content
@pytest.mark.parametrize("card", PAIRS)
def test_every_number_of_a_reading_is_one_of_the_committed_result(card):
    pair, committed, text = pairs.load(card), results.load(card), reading(headers.body(card.path))

    assert text or not committed["scores"], "what was measured has a reading"
    missing = not_found(text, values(pair, committed), counts(pair, committed))
    assert missing == [], f"{card.id} writes {', '.join(missing)}, which its committed result does not give"


@pytest.mark.content
@pytest.mark.parametrize("card", PAIRS)
def test_a_number_that_is_worked_out_elsewhere_is_one_that_the_reading_needs(card):
    """What ELSEWHERE lists and no reading writes is an excuse that waits for a fault."""
    committed, text = results.load(card), reading(headers.body(card.path))
    written = [(number, percent) for number, percent in DECIMAL.findall(text)]

    for value in elsewhere(committed):
        assert any(is_among(*one, [value]) for one in written), f"{value} stands nowhere in the reading of {card.id}"


def quoting(text):
    """(pair, sentence) of the sentences that name a pair."""
    sentences = re.split(r"(?<=[.:;])\s+(?=[A-Z])", " ".join(text.split()))
    return [(name, one) for one in sentences for name in re.findall(r"\b[PT]\d\d\b", one)]


HINTS = {path.parent.name: path.read_text(encoding="utf-8") for path in sorted(content.exercises().rglob("hints.toml"))}


@pytest.mark.content
@pytest.mark.parametrize("name", [name for name, text in HINTS.items() if quoting(text)])
def test_every_number_that_an_exercise_quotes_of_a_pair_is_one_of_its_result(name):
    for quoted, sentence in quoting(HINTS[name]):
        card = catalog.find("pair", quoted)
        pair, committed = pairs.load(card), results.load(card)
        assert not_found(sentence, values(pair, committed), counts(pair, committed)) == [], sentence


def test_a_sentence_that_names_a_pair_is_found():
    assert quoting("It is 0.73. In pair P52 it is\n0.5; so. Then 0.6.") == [("P52", "In pair P52 it is 0.5; so.")]


def test_a_wrong_digit_and_a_wrong_count_are_found():
    text = "Read 0.914 and 91.4 %, 1.3e-24 of it, in 9 of 10 and in seven seeds of ten; 0.92 in six of ten, 1.4e-24."
    known, counted = [0.9139, 1.32e-24], {(9, 10), (7, 10)}

    assert not_found(text, known, counted) == ["0.92", "1.4e-24", "six of ten"]


def test_a_reading_ends_where_the_next_part_begins():
    assert reading("Why.\n\nWhat came out. It is 0.5.\n\nMore: 0.6.\n\nWhat would change it: 0.7.") == ". It is 0.5. More: 0.6."
