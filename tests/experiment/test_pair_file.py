"""A pair file that does not fit together says what and where."""

import dataclasses

import pytest

from kdl.errors import BadContent
from kdl.experiment import pair as pairs
from kdl.experiment.claims import Measure, Trend


def module_of(pair, **changes):
    parts = {
        "CLAIMS": list(pair.claims),
        "ARMS": dict(pair.arms),
        "CONDITIONS": dict(pair.conditions),
        "PREDICTION": pair.prediction,
        "figure": pair.figure,
        **changes,
    }
    return type(
        "module",
        (),
        {name: staticmethod(value) if name == "figure" else value for name, value in parts.items() if value is not ...},
    )


ERROR = Measure("error", "error", better="less", worst=1.0)
TREND = Trend("worsens", "b gets worse.", "b", ERROR, ("near", "far"), "worsens", 0.05)

# toy replaces `pairs.load` for the engine; here the real one is meant.
load = pairs.load


def loaded(monkeypatch, toy, **changes):
    monkeypatch.setattr(pairs.catalog, "load", lambda card: module_of(toy, **changes))
    return load(toy.card)


def test_a_sound_pair_is_loaded(monkeypatch, toy):
    pair = loaded(monkeypatch, toy)
    assert [claim.id for claim in pair.claims] == ["better", "grows"]
    assert pair.claim("grows").shape == "grows"


def test_what_does_not_fit_is_told(monkeypatch, toy):
    greater, grows = toy.claims
    cases = {
        "defines no CONDITIONS": {"CONDITIONS": ...},
        "ARMS are b, a": {"ARMS": dict(reversed(toy.arms.items()))},
        "same id": {"CLAIMS": [greater, greater]},
        "names the arm 'c'": {"CLAIMS": [dataclasses.replace(greater, a="c"), grows]},
        "names the condition 'far'": {"CONDITIONS": {"near": "near"}},
        "'nothing', which does not exist": {"PREDICTION": dataclasses.replace(toy.prediction, claim="nothing")},
        "must offer b, a, neither": {"PREDICTION": dataclasses.replace(toy.prediction, choices={"a": "a"})},
        "must offer yes, no, neither": {"PREDICTION": dataclasses.replace(toy.prediction, claim="grows")},
        "must offer yes, no, neither$": {"CLAIMS": [dataclasses.replace(TREND, id="better")]},
        "claim worsens names the condition 'farther'": {
            "CLAIMS": [*toy.claims, dataclasses.replace(TREND, conditions=("near", "farther"))]
        },
        "claim worsens names the arm 'c'": {"CLAIMS": [*toy.claims, dataclasses.replace(TREND, a="c")]},
    }
    for message, changes in cases.items():
        with pytest.raises(BadContent, match=message):
            loaded(monkeypatch, toy, **changes)
