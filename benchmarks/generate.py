"""What a symbol costs to write with the smallest published GPT-2, as ratios of CPU time measured in turn.

Batch 1, median of 10; tracing is not counted. Everything is printed; no time is asserted.

one cached step at place 256 / one compiled forward pass over 256 tokens        <= 1/5
one cached step at place 256 / one at place 16                                  <= 1.3

`kdl generate` lays out as many rows of keys and values as its text will have, and each step looks at all of them, in a trace
made for that number. So the step at place 256 is measured with 257 rows and the one at 16 with 17; a step at 16 with 257 rows
is printed beside them, and differs from the first by a number only.
"""

import statistics
import time

import numpy as np
import pytest

from kdl import catalog
from kdl.backend.compiled import compiled
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


def done(logits) -> float:
    """One number of (1, T, V): it is there once the computation is over, and costs no copy of the rest."""
    return float(logits[0, -1, 0])


def stepping(model, text, rows):
    """`place -> None`: one cached step of a text of which `rows` places are laid out."""
    ask = next_logits(model, rows)
    ask(text[:2].tolist())  # the second place traces the step
    (kept,) = ask.kept.values()
    return lambda place: done(ask.read(np.array([[text[place]]], np.int32), np.array(place, np.int32), kept)[0])


def test_a_cached_step_of_gpt_2_small(keras, capsys):
    model = catalog.build("gpt-2", "gpt-2-small")
    text = np.random.default_rng(0).integers(50257, size=LATE + 1)
    few, many = stepping(model, text, EARLY + 1), stepping(model, text, LATE + 1)
    read = compiled(lambda tokens: model(tokens, training=False), model.variables)
    ways = {
        "early": lambda: few(EARLY),
        "late": lambda: many(LATE),
        "early of many": lambda: many(EARLY),
        "whole": lambda: done(read(text[None, :LATE].astype(np.int32))),
    }
    for way in ways.values():
        way()
    times = [{name: cpu(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    early, late, same, whole = (1000 * statistics.median(one[name] for one in times) for name in ways)
    with capsys.disabled():
        print(f"\nGPT-2 small on {keras.config.backend()}, in ms of CPU:")
        print(f"  a step at place {LATE} of {LATE + 1}: {late:.0f}; at {EARLY} of {EARLY + 1}: {early:.0f}", end="")
        print(f", ratio {late / early:.2f} (target 1.3); at {EARLY} of {LATE + 1}: {same:.0f}")
        print(f"  {LATE} tokens at once: {whole:.0f}; a step costs {late / whole:.3f} of it (target 0.2)", flush=True)
