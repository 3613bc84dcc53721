"""`kdl compare --all`: a process for each unit, what is done is not done again, and what failed is said."""

import json
import signal
import subprocess
import sys

import pytest

from kdl import catalog
from kdl.cli import compare, compare_all
from kdl.errors import DONE, INTERRUPTED, NOT_FOUND, USAGE, Interrupted, UsageProblem
from kdl.experiment import digest as digests
from kdl.experiment import results
from kdl.runs import record

UNITS = sorted({card.unit for card in catalog.pairs().values()})


@pytest.fixture
def processes(monkeypatch):
    """Stands in for the processes of the units: what each was asked, and how it ends; one that is refused leaves no run."""
    asked, codes = [], {}

    def run(options, again, as_json):
        unit = int(options[options.index("--unit") + 1])
        asked.append(options)
        if codes.get(unit) != USAGE:
            batch = options[options.index("--batch") + 1]
            record.create("compare", "P52", seed=None, digest="code", seeds=[0, 1], conditions=["20"], batch=batch)
        return codes.get(unit, 0), json.dumps({"verdicts": [{"unit": unit}]}) if as_json else ""

    monkeypatch.setattr(compare_all, "_run", run)
    return asked, codes


def test_every_unit_is_a_process_and_the_total_is_told(kdl, processes):
    result = kdl("compare", "--all", "--seeds", "2", "--no-predict")
    asked, _ = processes
    assert result.code == DONE
    assert [int(options[options.index("--unit") + 1]) for options in asked] == UNITS
    assert len({options[options.index("--batch") + 1] for options in asked}) == 1
    assert all(options[:3] == ["--no-predict", "--seeds", "2"] for options in asked)
    assert result.out.index("unit ") < result.out.index("total")


def test_one_unit_and_json(kdl, processes):
    said = json.loads(kdl("compare", "--all", "--unit", UNITS[0], "--json").out)
    assert said == {"schema": "kdl.verdicts/1", "verdicts": [{"unit": UNITS[0]}]}


def test_a_unit_that_fails_does_not_stop_the_others_and_is_told(kdl, processes):
    asked, codes = processes
    codes[UNITS[0]] = 70
    result = kdl("compare", "--all", "--seeds", "2")
    assert (result.code, len(asked)) == (70, len(UNITS))
    assert f"Unit {UNITS[0]} failed (exit 70)" in result.err
    assert "kdl compare --all --resume all-" in result.err


@pytest.mark.parametrize("option", ["--renew", "--record"])
def test_going_on_after_a_failure_keeps_what_is_to_become_of_the_results(kdl, processes, option):
    """Without it the rest would be measured as plain looks."""
    _, codes = processes
    codes[UNITS[0]] = USAGE
    refused = kdl("compare", "--all", "--unit", UNITS[0], option, "--seeds", 3)
    assert refused.code == USAGE
    way = f"Go on with `kdl compare --all --unit {UNITS[0]} {option} --seeds 3`"
    assert way in refused.err, "nothing is measured in this batch"
    record.create("compare", "P52", seed=None, digest="code", seeds=[0, 1], conditions=["20"], batch="all-1")
    again = kdl("compare", "--all", "--resume", "all-1", "--unit", UNITS[0], option)
    assert f"Go on with `kdl compare --all --resume all-1 --unit {UNITS[0]} {option}`" in again.err


def test_what_a_unit_that_failed_at_its_end_has_to_say_is_in_the_json(kdl, processes):
    _, codes = processes
    codes[UNITS[0]] = USAGE
    result = kdl("compare", "--all", "--unit", UNITS[0], "--json")
    assert (result.code, json.loads(result.out)["verdicts"]) == (USAGE, [{"unit": UNITS[0]}])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--all P52", USAGE),
        ("--all --record --renew", USAGE),
        ("--all --predict lstm", USAGE),
        ("--all --condition 20", USAGE),
        ("--unit 11 --out here", USAGE),
        ("--unit 99", NOT_FOUND),
        ("--all --resume last", NOT_FOUND),
    ],
)
def test_all_takes_no_pair_no_prediction_and_only_units_and_batches_that_are_there(kdl, processes, words, code):
    assert kdl("compare", *words.split()).code == code
    assert processes[0] == []


# ---- one unit --------------------------------------------------------------------------------------------------------


@pytest.fixture
def measured(monkeypatch):
    """Stands in for the measuring of a pair: which pair, and the run that it goes on with."""
    calls = []

    def one(card, run, *, batch, **how):
        calls.append((card.id, run and run.id))
        if run is None:
            said = {"digest": digests.digest(card), "conditions": ["20"], "seeds": [0, 1], "batch": batch}
            run = record.create("compare", card.id, seed=None, **said)
            record.write_json(run.path / "verdict.json", {"pair": card.id})
        run.finish("done")
        return {"pair": card.id}

    monkeypatch.setattr(compare, "_compare", one)
    return calls


def unit(kdl, batch="b", **more):
    card = catalog.find("pair", "P52")
    return kdl("compare", "--all", "--unit", card.unit, "--batch", batch, "--seeds", "2", *more.get("options", ()))


def test_a_unit_measures_its_pairs_once_in_a_batch(kdl, measured):
    ours = [card.id for card in catalog.pairs().values() if card.unit == catalog.find("pair", "P52").unit]
    first = json.loads(unit(kdl, options=["--json"]).out)
    again = json.loads(unit(kdl, options=["--json"]).out)
    assert measured == [(name, None) for name in ours]
    assert first == again == {"schema": "kdl.verdicts/1", "verdicts": [{"pair": name} for name in ours]}
    unit(kdl, batch="another")
    assert len(measured) == 2 * len(ours)


def test_a_run_that_was_stopped_goes_on_and_one_of_old_code_is_begun_anew(kdl, measured, monkeypatch):
    unit(kdl)
    run = next(run for run in record.every()[0] if run.record["what"] == "P52")
    run.update(status="interrupted")
    measured.clear()
    unit(kdl)
    assert measured == [("P52", run.id)]
    measured.clear()
    monkeypatch.setattr(digests, "digest", lambda card: "new code")
    unit(kdl)
    assert ("P52", None) in measured


def test_a_pair_that_only_counts_is_whole_without_seeds(kdl, measured):
    unit(kdl)
    for run in record.every()[0]:
        run.update(seeds=[], conditions=[])
    measured.clear()
    unit(kdl)
    assert measured == []


def test_a_batch_with_too_few_seeds_goes_on(kdl, measured):
    unit(kdl)
    for run in record.every()[0]:
        run.update(seeds=[0])
    before = len(measured)
    unit(kdl)
    assert len(measured) == 2 * before


def test_a_batch_goes_on_with_its_own_number_of_seeds(kdl, measured, processes):
    unit(kdl, batch="all-1")
    kdl("compare", "--all", "--resume", "last", "--no-predict")
    asked, _ = processes
    assert all(options[1:3] == ["--seeds", "2"] and options[-1] == "all-1" for options in asked)


@pytest.fixture
def renewing(monkeypatch, measured):
    """What `--renew` of a unit does: which pairs are tried, and which of them are refused or found up to date."""
    tried, refused, fresh = [], set(), set()
    real = compare._compare

    def one(card, run, **how):
        tried.append((card.id, run is not None))
        found = real(card, run, **how)
        if card.id in refused:
            raise UsageProblem(f"{card.id} no longer gives what is committed.")
        fresh.add(card.id)
        return found

    monkeypatch.setattr(compare, "_compare", one)
    monkeypatch.setattr(results, "stale", lambda card: card.id not in fresh)
    return tried, refused


def test_a_refused_renewal_stops_no_other_pair_and_the_unit_fails_at_its_end_each_time(kdl, renewing):
    """A run that is whole is no renewed result: typed again, the refused pair is tried again, on the run that is there."""
    ours = [card.id for card in catalog.pairs().values() if card.unit == catalog.find("pair", "P52").unit]
    tried, refused = renewing
    refused.add(ours[0])
    first = unit(kdl, options=["--renew"])
    assert (first.code, tried) == (USAGE, [(name, False) for name in ours])
    assert f"{ours[0]}: {ours[0]} no longer gives" in first.err and f"Not renewed: {ours[0]}." in first.err

    tried.clear()
    again = unit(kdl, options=["--renew"])
    assert (again.code, tried) == (USAGE, [(ours[0], True)])
    assert again.err.count("measured already") == len(ours) - 1
    refused.clear()
    assert unit(kdl, options=["--renew"]).code == DONE


def test_a_problem_of_a_plain_look_still_ends_its_unit(kdl, renewing):
    tried, refused = renewing
    refused.update(catalog.pairs())
    assert (unit(kdl).code, len(tried)) == (USAGE, 1)


# ---- real processes --------------------------------------------------------------------------------------------------


def test_ctrl_c_in_a_unit_ends_all_and_says_how_to_go_on(monkeypatch):
    monkeypatch.setattr(compare_all.sys, "executable", sys.executable)
    code = f"import sys; sys.exit({INTERRUPTED})"
    real = subprocess.Popen
    monkeypatch.setattr(compare_all.subprocess, "Popen", lambda command, **how: real([sys.executable, "-c", code], **how))
    with pytest.raises(Interrupted, match="saved") as stopped:
        compare_all._run([], "kdl compare --all --resume b", False)
    assert stopped.value.fix == "Go on with `kdl compare --all --resume b`."


def rows(folder):
    path = folder / "metrics.jsonl"
    found = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    return [{key: value for key, value in row.items() if key != "seconds"} for row in found]


@pytest.mark.parametrize(
    ("pair", "kept"),
    [pytest.param("T03", 7, marks=pytest.mark.slow), pytest.param("P52", 3, marks=pytest.mark.exhaustive)],
)
def test_a_run_that_was_killed_goes_on_to_the_same_numbers(kdl_process, tmp_path, pair, kept):
    """kill -9 after `kept` measurements; the rest is measured by another process, and equals an unbroken run bit for bit."""
    command = [sys.executable, "-m", "kdl", "compare", pair, "--seeds", "2", "--no-predict", "--out"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.Popen([*command, killed], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in child.stderr:  # one for each measurement, written after it is on disk
        if line.split()[:2] == [str(kept), "of"]:
            child.send_signal(signal.SIGKILL)
    child.wait()
    child.stderr.close()
    before = (killed / "metrics.jsonl").read_bytes().count(b"\n")
    result = kdl_process("compare", "--resume", killed, "--no-predict", timeout=600)
    assert result.code == DONE, result.err
    assert kdl_process("compare", pair, "--seeds", "2", "--no-predict", "--out", whole, timeout=600).code == DONE
    assert kept <= before < len(rows(whole))
    assert rows(killed) == rows(whole)
