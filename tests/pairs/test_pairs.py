"""Every pair file is sound, fair, and backed by a committed run that still belongs to its code."""

import pytest

from kdl import atlas, catalog
from kdl.experiment import pair as pairs
from kdl.experiment import results
from kdl.experiment.arms import Trained
from kdl.experiment.run import SEEDS

PAIRS = [pytest.param(card, id=name) for name, card in catalog.pairs().items()]
TUNING = range(1000, 2000)

pytestmark = [pytest.mark.contract, pytest.mark.content]


@pytest.mark.parametrize("card", PAIRS)
def test_it_loads_and_its_parts_fit_together(card):
    pair = pairs.load(card)
    assert len(pair.claims) == card.claims
    assert all(entry in atlas.entries() for claim in pair.claims for entry in claim.entries)
    assert all(error.startswith("E") and error[1:].isdigit() for claim in pair.claims for error in claim.errata)


@pytest.mark.parametrize("card", PAIRS)
def test_arms_share_everything_but_the_cell_and_the_learning_rate(card):
    trained = [arm for arm in pairs.load(card).arms.values() if isinstance(arm, Trained)]
    for arm in trained[1:]:
        first = trained[0]
        assert (arm.task, arm.varies, arm.probes) == (first.task, first.varies, first.probes)
        without = [{key: value for key, value in one.recipe.items() if key != "learning_rate"} for one in (first, arm)]
        assert without[0] == without[1]


@pytest.mark.parametrize("card", PAIRS)
def test_evaluation_never_meets_the_tuning_seeds(card):
    committed = results.load(card)
    assert committed is not None, f"{card.id} has no committed run: `kdl compare {card.id} --record`"
    assert not set(committed["result"]["seeds"]) & set(TUNING)
    assert set(committed["result"]["seeds"]) >= set(SEEDS)


@pytest.mark.parametrize("card", PAIRS)
def test_the_committed_verdicts_follow_from_the_committed_scores(card):
    """Judging the recorded scores again gives the recorded rows: nothing in them was typed."""
    from kdl.experiment import verdict
    from kdl.experiment.measured import Measured

    committed, pair = results.load(card), pairs.load(card)
    seeds = committed["result"]["seeds"]
    rows = [
        {"seed": seed, "condition": condition, "arm": arm, "values": {name: score}, "seconds": 0.0}
        for name, arms in committed["scores"].items()
        for arm, conditions in arms.items()
        for condition, scores in conditions.items()
        for seed, score in zip(seeds, scores, strict=True)
    ]
    for claim, row in zip(pair.claims, committed["result"]["claims"], strict=True):
        scores = Measured([one for one in rows if claim.measure.name in one["values"]]).scores(claim.measure)
        assert verdict.of_claim(claim, scores) == row


@pytest.mark.parametrize("card", PAIRS)
def test_the_committed_run_is_not_stale(card):
    assert not results.stale(card), f"code or data of {card.id} changed: `kdl compare {card.id} --record` measures it again"


@pytest.mark.parametrize("card", PAIRS)
def test_arms_of_equal_size_differ_by_less_than_five_percent(card):
    sizes = [arm["params"] for arm in results.load(card)["result"]["arms"] if arm["params"] is not None]
    assert not sizes or max(sizes) <= 1.05 * min(sizes)


@pytest.mark.parametrize("card", PAIRS)
def test_the_full_run_keeps_to_its_budget(card):
    """On the machine that recorded it: 2 minutes for a short pair, 10 for a long one."""
    assert results.load(card)["seconds"] <= {"short": 120, "long": 600}[card.budget]
