"""invariant 9: the scheduler is `fsrs-rs-python`'s, an implementation in another language: 24,000 random reviews."""

import random

import fsrs_rs_python as rust
import pytest

from kdl.memory import scheduler

REVIEWS = 24_000
LONGEST = 365  # days between answers; far beyond, implementations clamp differently


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize("retention", [0.80, 0.90, 0.97])
@pytest.mark.invariant("quiz", 9)
def test_intervals_and_memories_are_those_of_the_other_implementation(retention):
    """S and D to 1e-5 relative; intervals equal, but for those that lie on a rounding half, where one day is allowed."""
    engine, chance, halves = rust.FSRS(parameters=rust.DEFAULT_PARAMETERS), random.Random(9), 0
    ours = theirs = None
    for number in range(REVIEWS):
        if number % 12 == 0:
            ours = theirs = None
        days = 0 if ours is None or chance.random() < 1 / 6 else chance.randint(1, LONGEST)
        rating = chance.choices((1, 2, 3, 4), (0.15, 0.1, 0.6, 0.15))[0]
        states = engine.next_states(theirs, retention, days)
        other = (states.again, states.hard, states.good, states.easy)[rating - 1]
        ours = scheduler.next_state(ours, rating, days)
        theirs = other.memory

        assert ours.stability == pytest.approx(theirs.stability, rel=1e-5)
        assert ours.difficulty == pytest.approx(theirs.difficulty, rel=1e-5)
        raw = scheduler.interval(ours.stability, retention)
        mine, yours = scheduler.whole_days(raw), scheduler.whole_days(other.interval)
        if mine != yours:
            halves += 1
            assert abs(mine - yours) == 1 and abs(raw % 1 - 0.5) < 2e-5 * max(1, raw)
    assert halves <= REVIEWS // 1000


def test_the_default_weights_are_the_same():
    from fsrs import Scheduler

    assert list(Scheduler().parameters) == pytest.approx(rust.DEFAULT_PARAMETERS, abs=2e-7)
