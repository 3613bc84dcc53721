"""Every pair file is sound, fair, and backed by a committed run that still belongs to its code."""

import subprocess
import sys

import pytest

from kdl import atlas, catalog
from kdl.experiment import digest, fairness, null, results, verdict
from kdl.experiment import pair as pairs
from kdl.experiment.arms import ByCondition, Trained
from kdl.experiment.run import SEEDS
from kdl.train.optimizer import KERAS

PAIRS = [pytest.param(card, id=name) for name, card in catalog.pairs().items()]
TUNING = range(1000, 2000)
# Pair -> conditions under which its arms are functions in NumPy, or trainings of the pair's own, that describe nothing.
NOT_LOOKED_INTO = {
    "P01": {"xor"},
    "P87": {"mean", "cls"},  # word vectors from counts; what is measured only after it went on
    "T01": {"1", "10", "100", "1000"},
    "T03": {"10", "100", "1000"},
    "T04": {"0.01", "0.1", "1", "tuned"},
    "T05": {"8", "even", "all", "all-same"},
    "T08": {"identity-1", "identity-1.2", "random-1.2", "random-2"},
}

pytestmark = [pytest.mark.contract, pytest.mark.content]


@pytest.mark.parametrize("card", PAIRS)
def test_it_loads_and_its_parts_fit_together(card):
    pair = pairs.load(card)
    assert len(pair.claims) == card.claims
    assert all(entry in atlas.entries() for claim in pair.claims for entry in claim.entries)
    assert all(error.startswith("E") and error[1:].isdigit() for claim in pair.claims for error in claim.errata)


@pytest.mark.slow
@pytest.mark.parametrize("card", PAIRS)
def test_the_arms_differ_in_what_the_claims_are_about_and_in_nothing_else(card):
    pair = pairs.load(card)
    for condition in pair.conditions:
        made = {name: arm.described(condition) for name, arm in pair.arms.items() if hasattr(arm, "described")}
        if len(made) > 1 and None not in made.values():
            assert fairness.warning(fairness.differences(made), pair.differs) is None


@pytest.mark.parametrize("card", PAIRS)
def test_its_digest_covers_the_models_tasks_and_algorithms_that_it_trains_with(card):
    files = digest.sources(card.path)
    for arm in [part for whole in pairs.load(card).arms.values() for part in parts(whole).values()]:
        if isinstance(arm, Trained):
            used = [("task", arm.task), ("algorithm", arm.schedule)]
            used += [("model", arm.model)] if isinstance(arm.model, str) else []
            used += [("algorithm", arm.optimizer)] if arm.optimizer not in KERAS else []
            assert all(catalog.find(noun, name).path in files for noun, name in used if name)


@pytest.mark.content("pairs")
def test_what_is_not_looked_into_is_listed():
    """Arms that are formulas say nothing of what they are made of: no file of a model, no fairness but their rates."""
    found = {}
    for name, card in catalog.pairs().items():
        for arm in pairs.load(card).arms.values():
            for where, part in parts(arm).items():
                if part is not None and not hasattr(part, "described"):
                    found.setdefault(name, set()).add(where)
    assert found == NOT_LOOKED_INTO


def parts(arm):
    """Condition -> what the arm is there; one part, "", where it is the same under all."""
    return arm.parts if isinstance(arm, ByCondition) else {"": arm}


@pytest.mark.parametrize("card", PAIRS)
def test_it_is_read_without_keras_and_numpy(card):
    """`kdl compare` says something at once, and `kdl pair show` needs no framework."""
    code = f"import sys; from kdl import catalog; from kdl.experiment import pair; pair.load(catalog.find('pair', '{card.id}'))"
    code += "; print({'keras', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


@pytest.mark.parametrize("card", PAIRS)
def test_evaluation_never_meets_the_tuning_seeds(card):
    committed = results.load(card)
    assert committed is not None, f"{card.id} has no committed run: `kdl compare {card.id} --record`"
    assert not set(committed["result"]["seeds"]) & set(TUNING)
    if committed["scores"]:  # a pair of exact claims has no seeds
        assert set(committed["result"]["seeds"]) >= set(SEEDS)


@pytest.mark.parametrize("card", PAIRS)
def test_the_committed_verdicts_follow_from_the_committed_scores(card):
    """Judging the recorded scores again gives the recorded rows: nothing in them was typed."""
    committed, pair = results.load(card), pairs.load(card)
    measured = results.measured(committed)
    for claim, row in zip(pair.claims, committed["result"]["claims"], strict=True):
        assert verdict.of_claim(claim, scores_of(claim, measured)) == row


@pytest.mark.parametrize("card", PAIRS)
def test_the_opposite_of_a_confirmed_claim_is_refuted_or_not_shown(card):
    """Whatever the recorded scores confirm, they do not confirm the opposite. (A refuted claim may be true the other way.)"""
    measured = results.measured(results.load(card))
    for claim in pairs.load(card).claims:
        if claim.kind in ("greater", "trend"):
            here, there = (verdict.of_claim(one, scores_of(one, measured)) for one in (claim, null.opposite(claim)))
            assert here["verdict"] == "refuted" or there["verdict"] in ("refuted", "not shown")
            assert there["mean"] == pytest.approx(-here["mean"])


def scores_of(claim, measured):
    return measured.scores(claim.measure) if hasattr(claim, "measure") else {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("card", PAIRS)
def test_seed_3_alone_equals_seed_3_of_a_run(card, monkeypatch):
    """Bit for bit, for every arm at the first condition: nothing is left over from the seeds before."""

    def fresh():
        """The pair imported anew: its arms have built nothing yet."""
        monkeypatch.delitem(sys.modules, f"kdl.pairs.{card.path.stem}", raising=False)
        return pairs.load(card)

    alone, among = fresh(), fresh()
    for arm in alone.arms if alone.conditions else ():
        condition = next(iter(alone.conditions))
        for seed in range(3):
            among.arms[arm](seed, condition)
        here, there = alone.arms[arm](3, condition), among.arms[arm](3, condition)
        assert repr({**here, "seconds": 0}) == repr({**there, "seconds": 0})


@pytest.mark.parametrize("card", PAIRS)
def test_the_committed_run_is_not_stale(card):
    assert not results.stale(card), f"code or data of {card.id} changed: `kdl compare {card.id} --record` measures it again"


@pytest.mark.parametrize("card", PAIRS)
def test_arms_of_equal_size_differ_by_less_than_five_percent(card):
    sizes = [arm["params"] for arm in results.load(card)["result"]["arms"] if arm["params"] is not None]
    assert not sizes or max(sizes) <= 1.05 * min(sizes) or "parameters" in pairs.load(card).differs


@pytest.mark.parametrize("card", PAIRS)
def test_the_full_run_keeps_to_its_budget(card):
    """On the machine that recorded it: 2 minutes for a short pair, 10 for a long one."""
    assert results.load(card)["seconds"] <= {"short": 120, "long": 600}[card.budget]
