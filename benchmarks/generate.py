"""What a symbol costs to write with the smallest published GPT-2, as ratios of CPU time measured in turn.

Batch 1, median of 10; tracing is not counted. Everything is printed; no time is asserted.

one cached step at place 256 / one compiled forward pass over 256 tokens        <= 1/5
one cached step at place 256 / one at place 16                                  <= 1.3
"""

import statistics
import time

import numpy as np
import pytest

from kdl import catalog
from kdl.decoding._cached import next_logits

pytestmark = pytest.mark.bench
ROUNDS, EARLY, LATE = 10, 16, 256


@pytest.fixture(autouse=True)
def keras(tmp_path, monkeypatch):
    monkeypatch.setenv("KDL_HOME", str(tmp_path))
    from kdl import backend

    return backend.start()


def cpu(function) -> float:
    began = time.process_time()
    function()
    return time.process_time() - began


def test_a_cached_step_of_gpt_2_small(keras, capsys):
    model = catalog.build("gpt-2", "gpt-2-small")
    ask = next_logits(model)  # lays out all 1,024 places
    text = np.random.default_rng(0).integers(50257, size=LATE + 1)
    ask(text[:2].tolist())  # the second place traces the step
    (kept,) = ask.kept.values()

    def step(place):
        number = np.array([[text[place]]], np.int32)
        return np.asarray(ask.read(number, np.array(place, np.int32), kept)[0])

    def whole():
        return model.predict_on_batch(text[None, :LATE].astype(np.int32))

    step(LATE), whole()
    early, late, full = zip(
        *[(cpu(lambda: step(EARLY)), cpu(lambda: step(LATE)), cpu(whole)) for _ in range(ROUNDS)], strict=True
    )
    early, late, full = (1000 * statistics.median(column) for column in (early, late, full))
    with capsys.disabled():
        print(f"\nGPT-2 small on {keras.config.backend()}, {ask.length:,} places laid out, in ms of CPU:")
        print(f"  a step at place {EARLY}: {early:.0f}; at {LATE}: {late:.0f}, ratio {late / early:.2f} (target 1.3)")
        print(f"  {LATE} tokens at once: {full:.0f}; a step costs {late / full:.3f} of it (target 0.2)", flush=True)
