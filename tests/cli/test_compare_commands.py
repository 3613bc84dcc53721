"""`kdl compare` and `kdl pair`: shapes, predictions, what an incomplete run says, stopping and going on."""

import dataclasses
import json
import math
import re
import subprocess
import sys

import pytest

from kdl import catalog, headers
from kdl.errors import DONE, INTERRUPTED, NOT_FOUND, USAGE
from kdl.experiment import fairness, renewal, results, told, verdict
from kdl.experiment import pair as pairs
from kdl.experiment import run as runs
from kdl.experiment.claims import Equal, Measure, Prediction
from kdl.runs import record
from kdl.store import database, predictions

RESULT = ["schema", "pair", "complete", "seeds", "device", "run", "arms", "fairness", "claims", "verdict"]
CLAIM = ["id", "kind", "a", "b", "condition", "measure", "mean", "low", "high", "p", "wins", "n", "smallest", "verdict"]
CLAIM += ["reached", "counts"]


class Arm:
    """Stands in for a trained arm: no Keras, the same shape of answer."""

    def __init__(self, level, growth, size):
        self.level, self.growth, self.size = level, growth, size

    def __call__(self, seed, condition):
        steps = int(condition)
        score = self.level + self.growth * steps + 0.0001 * seed
        left = [math.exp(-d / (20 if self.growth == 0 else 2)) for d in range(steps)]
        return {"mse": score, "seconds": 1.0, "gradient.start": left, "gradient.trained": left}

    def described(self, condition):
        said = {"model": "toy", "learning_rate": 0.1}
        return fairness.Arm(said, (f"cell ({self.size},)",), self.size, 2 * self.size, 2**20)


@pytest.fixture(autouse=True)
def without_keras(monkeypatch, tmp_path):
    """P52 with formulas for arms, and a committed result of its own."""
    from kdl import backend

    card = catalog.find("pair", "P52")
    module = catalog.load(card)
    arms = {"simple-rnn": Arm(0.0, 0.002, 4486), "lstm": Arm(0.001, 0.0, 4513)}
    monkeypatch.setattr(module, "ARMS", arms)
    monkeypatch.setattr(backend, "device", lambda: "CPU")
    monkeypatch.setattr(backend, "versions", lambda: {"keras": "3", "threads": 1})
    folder = tmp_path / "results"
    for function in (results.load, results.stale, results.verdict_of, results.save, renewal.renew):
        monkeypatch.setattr(function, "__defaults__", (folder,))
    monkeypatch.setattr(renewal.check, "__defaults__", (renewal.SEEDS, folder))
    return folder


def test_two_seeds_as_json_have_every_field_and_no_verdict(kdl):
    result = kdl("compare", "simple-rnn", "lstm", "--seeds", "2", "--json")
    said = json.loads(result.out)
    assert result.code == DONE
    assert (list(said), [list(claim) for claim in said["claims"]]) == (RESULT, [CLAIM] * 3)
    assert (said["schema"], said["pair"], said["complete"], said["seeds"]) == ("kdl.verdict/1", "P52", False, [0, 1])
    assert [claim["verdict"] for claim in said["claims"]] == [None] * 3
    assert said["verdict"] is None
    assert [claim["low"] for claim in said["claims"]] == [None] * 3, "two seeds exclude nothing"
    assert said["arms"] == [
        {"id": "simple-rnn", "params": 4486, "multiply_adds": 8972, "memory": 2**20, "seconds": 6.0, "ratio": 1.0},
        {"id": "lstm", "params": 4513, "multiply_adds": 9026, "memory": 2**20, "seconds": 6.0, "ratio": 1.0},
    ]


def test_ten_seeds_are_complete(kdl):
    said = json.loads(kdl("compare", "P52", "--json").out)
    assert (said["complete"], said["verdict"], [claim["n"] for claim in said["claims"]]) == (True, "confirmed", [10] * 3)


def test_stdout_is_json_alone_and_the_measurements_go_to_stderr(kdl):
    result = kdl("compare", "P52", "--seeds", "1", "--json")
    json.loads(result.out)
    assert "6 of 6" in result.err
    assert "\x1b" not in result.out + result.err


def test_a_look_says_that_it_is_incomplete_and_what_to_type(kdl):
    result = kdl("compare", "P52", "--seeds", "2")
    assert result.code == DONE
    assert "2 seeds, of 10 that a verdict needs" in " ".join(result.out.split())
    assert "confirmed" not in result.out
    run = record.every()[0][0]
    assert str(run.path) in result.out
    assert f"kdl compare --resume {run.id} --seeds 10" in result.out


def test_a_full_run_prints_verdicts_intervals_sizes_and_the_gradient(kdl):
    out = " ".join(kdl("compare", "P52").out.split())
    assert out.count("confirmed") == 3
    for text in (
        "95 % interval",
        "p = 0.00195",
        "lead of lstm 0.",
        "better in 10 of 10 seeds",
        "4,486",
        " left 49 steps back",
        "smallest effect of interest 0.05",
    ):
        assert text in out
    assert "0 of 10" in out, "the share of seeds that reached the target"


def test_every_verdict_exits_0(kdl, monkeypatch):
    arms = catalog.load(catalog.find("pair", "P52")).ARMS
    monkeypatch.setattr(arms["simple-rnn"], "growth", 0.0)
    result = kdl("compare", "P52")
    assert (result.code, "refuted" in result.out) == (DONE, True)


def listed(kdl):
    """P52 as `kdl pair list` has it."""
    (row,) = [row for row in json.loads(kdl("pair", "list", "--json").out)["pairs"] if row["id"] == "P52"]
    return row


def test_recorded_then_listed_shown_and_set_beside_a_look(kdl, without_keras):
    assert listed(kdl)["verdict"] is None
    recorded = kdl("compare", "P52", "--record")
    assert (recorded.code, (without_keras / "P52.json").is_file()) == (DONE, True)

    assert json.loads(kdl("pair", "list", "--json").out)["schema"] == "kdl.pairs/1"
    assert listed(kdl) == {
        "id": "P52",
        "arms": ["simple-rnn", "lstm"],
        "unit": 11,
        "question": catalog.find("pair", "P52").question,
        "claims": 3,
        "budget": "long",
        "seconds": 60.0,
        "verdict": "confirmed",
        "stale": False,
    }

    shown = kdl("pair", "show", "P52").out
    assert "Committed run: 10 seeds" in shown
    assert "Stale" not in shown

    look = kdl("compare", "P52", "--seeds", "2").out
    assert "2 seeds, of 10 that a verdict needs: lead of lstm" in " ".join(look.split())
    assert "unbounded" not in look, "two seeds have no interval worth telling"
    assert "committed run (10 seeds): confirmed" in look


def test_a_stale_result_is_said_to_be_stale_and_settles_nothing(kdl, without_keras, monkeypatch):
    kdl("compare", "P52", "--record")
    monkeypatch.setattr(results, "digest", lambda card: "new code")
    assert listed(kdl)["stale"] is True
    assert "has changed since; `kdl compare P52` measures it anew." in " ".join(kdl("pair", "show", "P52").out.split())
    look = kdl("compare", "P52", "--seeds", "2", "--predict", "lstm", "--confidence", "0.9").out
    assert "stale" in look
    assert kept()[0].outcome is None


def test_a_claim_that_the_pair_no_longer_makes_is_said_to_be_gone(kdl, without_keras):
    kdl("compare", "P52", "--record")
    path = without_keras / "P52.json"
    found = json.loads(path.read_text())
    found["result"]["claims"][0]["id"] = "given-up"
    path.write_text(json.dumps(found))
    shown = kdl("pair", "show", "P52")
    assert (shown.code, "given-up: a claim that the pair no longer makes." in shown.out) == (DONE, True)


def test_renew_runs_two_seeds_and_keeps_an_equal_result(kdl, without_keras, monkeypatch):
    kdl("compare", "P52", "--record")
    assert "nothing to renew" in kdl("compare", "P52", "--renew").out

    for module in (results, runs, renewal):
        monkeypatch.setattr(module, "digest", lambda card: "new code")
    assert listed(kdl)["stale"] is True
    renewed = kdl("compare", "P52", "--renew")
    assert (renewed.code, "2 seeds, of 10" in " ".join(renewed.out.split())) == (DONE, True)
    assert "stale" not in renewed.out
    assert listed(kdl)["stale"] is False
    assert "seeds 0, 1 ran again on" in " ".join(kdl("pair", "show", "P52", "--verdict").out.split())
    assert kdl("compare", "P52", "--renew", "--condition", "20").code == USAGE


def test_renew_as_json_is_the_committed_verdict_and_says_when_it_was_renewed(kdl, without_keras, monkeypatch):
    kdl("compare", "P52", "--record")
    fresh = json.loads(kdl("compare", "P52", "--renew", "--json").out)
    assert (len(fresh["seeds"]), fresh["renewed"]) == (10, [])
    for module in (results, runs, renewal):
        monkeypatch.setattr(module, "digest", lambda card: "new code")
    renewed = json.loads(kdl("compare", "P52", "--renew", "--json").out)
    assert (renewed["verdict"], len(renewed["seeds"]), [entry["seeds"] for entry in renewed["renewed"]]) == (
        "confirmed",
        10,
        [[0, 1]],
    )


def test_of_several_renewals_the_last_is_shown(kdl, without_keras, monkeypatch):
    from kdl.report import evidence

    kdl("compare", "P52", "--record")
    for code, seeds in (("new code", 2), ("newer code", 3)):
        for module in (results, runs, renewal):
            monkeypatch.setattr(module, "digest", lambda card, code=code: code)
        assert kdl("compare", "P52", "--renew", "--seeds", seeds).code == DONE
    assert "seeds 0, 1, 2 ran again on" in " ".join(kdl("pair", "show", "P52", "--verdict").out.split())
    assert evidence.committed(pairs.load(catalog.find("pair", "P52"))).renewed["seeds"] == [0, 1, 2]


@pytest.mark.parametrize("words", ["--renew --seeds 1", "--renew --seeds 11", "--renew --condition 20", "--record --renew"])
def test_what_cannot_be_renewed_is_refused_before_it_runs(kdl, without_keras, monkeypatch, words):
    kdl("compare", "P52", "--record")
    for module in (results, runs, renewal):
        monkeypatch.setattr(module, "digest", lambda card: "new code")
    before = len(record.every()[0])
    assert kdl("compare", "P52", *words.split()).code == USAGE
    assert len(record.every()[0]) == before


def test_a_pair_without_a_result_is_refused_before_it_runs(kdl):
    refused = kdl("compare", "P52", "--renew")
    assert (refused.code, record.every()[0]) == (USAGE, [])
    assert "no committed result to renew" in refused.err and "kdl compare P52 --record" in refused.err


def test_pair_show_as_json_and_before_any_run(kdl):
    said = json.loads(kdl("pair", "show", "P52", "--json").out)
    assert (said["schema"], said["pair"]["result"], said["pair"]["verdict"]) == ("kdl.pair/1", None, None)
    assert "No full run is recorded yet." in kdl("pair", "show", "P52").out


def test_pair_show_tells_what_was_found_only_to_who_has_predicted_or_run_it_or_asks(kdl, without_keras, monkeypatch):
    """The text of the pair ends before it says what came out; a program gets everything."""
    monkeypatch.setattr(headers, "body", lambda path: "An idea.\n\nWhat came out. It is so.\n\nMore.")
    kdl("compare", "P52", "--record")
    record.delete(record.find("last"))
    held = kdl("pair", "show", "P52")
    assert "An idea." in held.out
    assert "Committed run" not in held.out and "confirmed" not in held.out and "What came out" not in held.out
    assert "What was found is told when you have predicted it." in held.out
    assert "kdl pair show P52 --verdict" in held.out and "kdl compare P52 --seeds 2     predict, then measure" in held.out
    assert "What came out" in kdl("pair", "show", "P52", "--json").out
    asked = kdl("pair", "show", "P52", "--verdict").out
    assert "Committed run: 10 seeds" in asked and "What came out" in asked

    kdl("compare", "P52", "--seeds", "1", "--predict", "lstm", "--confidence", "0.9")
    record.delete(record.find("last"))
    assert "Committed run: 10 seeds" in kdl("pair", "show", "P52").out


def test_the_list_holds_a_verdict_back_as_long_as_it_can_be_predicted(kdl, without_keras):
    """Each word that stands in place of a verdict is explained below the list; a program gets everything."""
    kdl("compare", "P52", "--record")
    record.delete(record.find("last"))
    row = re.compile(r"^P52 .*", re.M)
    held = kdl("pair", "list").out
    assert "hidden" in row.search(held)[0] and "confirmed" not in held
    assert "`kdl pair list --verdict` shows all" in " ".join(held.split())
    assert "not run: no full run is recorded yet." in held and "stale" not in held
    assert "confirmed" in row.search(kdl("pair", "list", "--verdict").out)[0] and listed(kdl)["verdict"] == "confirmed"

    kdl("compare", "P52", "--seeds", "1", "--predict", "lstm", "--confidence", "0.9")
    record.delete(record.find("last"))
    told = kdl("pair", "list").out
    assert "confirmed" in row.search(told)[0] and "hidden" not in told


def test_the_list_says_what_stale_means(kdl, without_keras, monkeypatch):
    kdl("compare", "P52", "--record")
    monkeypatch.setattr(results, "digest", lambda card: "new code")
    out = " ".join(kdl("pair", "list").out.split())
    assert "(stale)" in out and "stale: code that it depends on has changed since it was measured; `kdl compare PAIR`" in out


def test_a_damaged_result_hides_no_other_pair(kdl, without_keras):
    without_keras.mkdir()
    (without_keras / "P52.json").write_text("{")
    result = kdl("pair", "list", "--json")
    (row,) = [row for row in json.loads(result.out)["pairs"] if row["id"] == "P52"]
    assert (result.code, row["verdict"]) == (DONE, None)
    assert "P52.json" in result.err


# ---- predictions -----------------------------------------------------------------------------------------------------


def kept():
    db = database.connect()
    try:
        return predictions.every(db)
    finally:
        db.close()


def test_a_prediction_is_settled_by_the_run_and_scored(kdl):
    out = kdl("compare", "P52", "--predict", "simple-rnn", "--confidence", "0.9").out
    (one,) = kept()
    assert (one.choice, one.outcome, one.run) == ("simple-rnn", "lstm", record.every()[0][0].id)
    assert "You predicted: the simple RNN, clearly, 90% sure. In this run: the LSTM, clearly." in out
    assert "0.810" in out


@pytest.mark.parametrize("text", ["80", "80%", "0.8"])
def test_a_confidence_is_a_share_or_a_percentage(text, kdl):
    kdl("compare", "P52", "--seeds", "1", "--predict", "lstm", "--confidence", text)
    assert kept()[0].confidence == 0.8


def test_what_cannot_run_leaves_no_prediction(kdl):
    assert kdl("compare", "P52", "--condition", "21", "--predict", "lstm").code == NOT_FOUND
    assert kept() == []


def test_going_on_settles_the_prediction_that_the_run_was_begun_with(kdl):
    kdl("compare", "P52", "--seeds", "2", "--predict", "lstm", "--confidence", "0.9")
    assert record.find("last").record["prediction"] == kept()[0].uuid
    out = kdl("compare", "--resume", "last", "--seeds", "10").out
    assert "You predicted: the LSTM, clearly, 90% sure." in out
    assert kept()[0].outcome == "lstm"


def test_run_show_of_a_comparison_prints_its_table_and_claims(kdl):
    kdl("compare", "P52")
    shown = kdl("run", "show", "last").out
    assert "lead of lstm" in shown
    assert shown.count("confirmed") >= 2


def test_the_next_line_of_pair_show_can_be_pasted(kdl):
    assert "|" not in kdl("pair", "show", "P52").out.splitlines()[-1]


def test_a_look_names_the_claims_that_it_does_not_measure_in_one_line(kdl):
    out = kdl("compare", "P52", "--seeds", "1", "--condition", "20").out
    assert "incomplete" not in out
    assert out.count("not measured: it needs") == 3


def test_a_look_is_settled_by_the_committed_run(kdl):
    kdl("compare", "P52", "--record")
    out = kdl("compare", "P52", "--seeds", "2", "--predict", "lstm", "--confidence", "0.9").out
    assert "In the committed run: the LSTM, clearly." in out
    assert (kept()[0].outcome, kept()[0].run) == ("lstm", None)


def test_an_equal_claim_that_is_not_shown_says_what_its_interval_does(monkeypatch):
    """Ten of ten seeds behind: "it changes too much" would be false."""
    from kdl.cli import compare_prediction

    claim = Equal("same", "Alike.", "adam", "sgd", Measure("accuracy", "share", better="more", worst=0.0), "late", 0.01)
    asked = Prediction("same", "?", {"equal": "alike", "adam": "Adam", "sgd": "SGD", "neither": "it changes too much"})
    pair = dataclasses.replace(pairs.load(catalog.find("pair", "P52")), claims=(claim,), prediction=asked)
    scores = {("sgd", "late"): dict.fromkeys(range(10), 0.9)}
    scores["adam", "late"] = {seed: 0.9 - (0.001 if seed < 2 else 0.017) for seed in range(10)}
    row = verdict.of_claim(claim, scores)
    said = []
    monkeypatch.setattr(compare_prediction.prose, "show", said.append)

    one = predictions.Kept("u", 0, "P52", "same", "equal", None, verdict.outcome(row), None)
    compare_prediction.show(pair, one.uuid, (one, None, row))

    interval = f"{told.number(row['low'])} to {told.number(row['high'])}"
    assert row["low"] < -0.01 < row["high"] < 0
    assert f"not shown: the interval, {interval}, reaches over the edge of what counts as equal, 0.01 either way" in said[0]
    assert "changes" not in said[0]


def test_a_board_that_is_wider_than_the_terminal_is_stacked_and_nothing_is_cut(kdl, monkeypatch):
    assert "better in\n" in kdl("compare", "P52").out
    monkeypatch.setenv("COLUMNS", "60")
    out = kdl("compare", "P52").out

    assert "..." not in out.partition("(mean squared")[0] and "mse, length 100" in out
    assert re.search(r"  better in +10 of 10\n", out) and re.search(r"  simple-rnn +0\.2\d+ \(0 of 10\)\n", out)


def test_a_table_for_deciding_needs_no_keras(home):
    done = subprocess.run([sys.executable, "-c", LOADED, "compare", "T60"], capture_output=True, text=True)
    assert (done.returncode, "Loading Keras" in done.stderr) == (0, False)
    assert "keras" not in done.stderr.strip().splitlines()[-1]
    assert "kdl pair show T60" in done.stdout


def test_a_prediction_that_nothing_settles_waits(kdl):
    out = kdl("compare", "P52", "--seeds", "2", "--predict", "lstm").out
    assert "Your prediction is kept" in out
    assert kept()[0].outcome is None


def test_a_stale_verdict_that_stands_above_is_said_to_settle_nothing(kdl, without_keras, monkeypatch):
    kdl("compare", "P52", "--record")
    monkeypatch.setattr(results, "digest", lambda card: "new code")
    out = " ".join(kdl("compare", "P52", "--seeds", "2", "--predict", "lstm").out.split())
    assert (
        "Your prediction is kept; a verdict that is stale does not settle it, 10 seeds of yours do: `kdl compare P52`." in out
    )


def test_nobody_is_asked_without_a_terminal(kdl):
    kdl("compare", "P52", "--seeds", "1", input="1\n60\n")
    assert kept() == []


def test_on_a_terminal_the_question_comes_before_the_run(kdl, monkeypatch):
    from kdl.cli import render

    order = []
    monkeypatch.setattr(render, "interactive", lambda: True)
    monkeypatch.setattr("click.prompt", lambda text, **how: order.append(text) or (1 if "prediction" in text else 70))
    real = runs.run_pair
    monkeypatch.setattr(runs, "run_pair", lambda *args, **how: order.append("run") or real(*args, **how))
    kdl("compare", "P52", "--seeds", "1")
    assert order == ["Your prediction", "How sure are you, in %", "run"]
    assert (kept()[0].choice, kept()[0].confidence) == ("lstm", 0.7)
    order.clear()
    kdl("compare", "P52", "--seeds", "1", "--no-predict")
    assert order == ["run"]


# ---- stopping and bad input ------------------------------------------------------------------------------------------


def test_ctrl_c_saves_and_exits_130_and_resume_goes_on(kdl, monkeypatch):
    arm = catalog.load(catalog.find("pair", "P52")).ARMS["lstm"]
    calls = []

    def interrupted(self, seed, condition, real=Arm.__call__):
        calls.append((seed, condition))
        if self is arm and len(calls) == 7:
            raise KeyboardInterrupt
        return real(self, seed, condition)

    monkeypatch.setattr(Arm, "__call__", interrupted)
    stopped = kdl("compare", "P52", "--json")
    assert stopped.code == INTERRUPTED
    run = record.every()[0][0]
    assert run.record["status"] == "interrupted"
    assert f"kdl compare --resume {run.id}" in stopped.err
    resumed = kdl("compare", "--resume", run.id, "--json")
    said = json.loads(resumed.out)
    assert (said["complete"], said["run"]) == (True, run.id)
    assert len(calls) == 60 + 1


def test_out_puts_the_run_where_it_is_told_and_never_over_another(kdl, tmp_path):
    out = tmp_path / "here"
    assert kdl("compare", "P52", "--seeds", "1", "--out", out).code == DONE
    assert (out / "verdict.json").is_file()
    assert kdl("compare", "P52", "--seeds", "1", "--out", out).code == USAGE


def test_whoever_predicts_by_an_option_is_told_what_was_asked(kdl):
    """`kdl pair show` prints the question with its choices, `--predict` repeats it: no score for a question never seen."""
    asked = "which of them has the lower error"

    assert asked in " ".join(kdl("pair", "show", "P52").out.split())
    told = " ".join(kdl("compare", "P52", "--seeds", "1", "--predict", "lstm").err.split())
    assert asked in told and "You predict: the LSTM, clearly." in told


def test_a_line_of_progress_has_score_loss_and_seconds_and_no_probes(kdl):
    from types import SimpleNamespace

    from kdl.cli.show import pair_progress

    values = {"mse": 0.5, "loss": 0.25, "losses": [1.0], "grip.start": 3.0, "grip.trained": None, "known": 1.0}
    assert pair_progress._briefly(values) == [("mse", 0.5), ("loss", 0.25)]
    assert pair_progress._briefly({"bits": 2.0, "loss": 1.0, "steps": None})[-1] == ("steps", None)
    pair = SimpleNamespace(conditions={"20": "length 20"})
    row = {"values": values, "seconds": 1.5}
    progress = SimpleNamespace(row=row, seed=3, condition="20", arm="lstm", done=1, total=4)
    with pytest.MonkeyPatch.context() as patch:
        said = []
        patch.setattr(pair_progress.render, "say", lambda text, err: said.append(text))
        pair_progress.lines(pair)(progress)
    assert len(said) == 1 and said[0].endswith("lstm: mse 0.5000, loss 0.2500, 1.5 s")


def test_steps_that_did_not_reach_the_target_are_no_divergence():
    from kdl.cli.show import pair_progress

    assert (pair_progress._nothing("steps"), pair_progress._nothing("mse")) == ("to the target: not reached", "diverged")


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["P522"], NOT_FOUND, "P52"),
        (["lstm", "simple-rm"], NOT_FOUND, "simple-rnn"),
        (["lstm", "cnn"], NOT_FOUND, "P52"),
        (["cnn", "mpl"], NOT_FOUND, "Did you mean mlp?\n"),
        ([], USAGE, "kdl pair list"),
        (["P52", "--seeds", "0"], USAGE, "1<=x<=20"),
        (["P52", "--seeds", "21"], USAGE, "1<=x<=20"),
        (["P52", "--seeds", "abc"], USAGE, "'abc' is no whole number."),
        (["P52", "--predict", "gru"], NOT_FOUND, "neither"),
        (["P52", "--confidence", "0.5"], USAGE, "--predict"),
        (["P52", "--predict", "lstm", "--confidence", "101"], USAGE, "percentage up to 100"),
        (["P52", "--condition", "21"], NOT_FOUND, "20"),
        (["P52", "--record", "--seeds", "2"], USAGE, "10 seeds"),
        (["--resume", "nothing"], NOT_FOUND, "run"),
    ],
)
def test_bad_input_says_what_to_type(kdl, arguments, code, text):
    result = kdl("compare", *arguments)
    assert (result.code, text in result.err) == (code, True), result.err


LOADED = """
import sys
from kdl.cli import main
try:
    main(sys.argv[1:])
finally:
    print({"keras", "numpy"} & set(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["pair", "list"], ["pair", "show", "P52"], ["compare", "--help"]])
def test_verdicts_are_read_without_keras_and_numpy(arguments):
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (0, "set()")


def test_the_ascii_terminal_gets_ascii(kdl, monkeypatch):
    monkeypatch.setenv("KDL_ASCII", "1")
    assert kdl("compare", "P52", "--seeds", "2").out.isascii()


def test_needed_seeds_and_default_seeds_agree():
    assert len(runs.SEEDS) == verdict.NEEDED
    assert pairs.load(catalog.find("pair", "P52")).prediction.claim == "remembers-50"


def test_the_live_table_grows_and_says_what_is_left():
    from kdl.cli.show.pair_progress import Live
    from kdl.experiment.measured import Measured

    live = Live(pairs.load(catalog.find("pair", "P52")))
    live.began, live.clock = 0.0, lambda: 60.0
    rows = [
        {"seed": 0, "condition": "20", "arm": "simple-rnn", "values": {"mse": 0.04}, "seconds": 1.0},
        {"seed": 0, "condition": "20", "arm": "lstm", "values": {"mse": 0.001}, "seconds": 1.0},
    ]
    first = live._lines(runs.Progress(0, 4, 0, "20", "simple-rnn", None, Measured([])))
    assert first[-2] == "0 of 4 measured; now seed 0, length 20, simple-rnn"
    later = live._lines(runs.Progress(2, 4, 0, "20", "lstm", rows[-1], Measured(rows)))
    assert later[1].split() == [
        "length",
        "20",
        "0.0400",
        "(0",
        "of",
        "1)",
        "0.00100",
        "(1",
        "of",
        "1)",
        "0.0390",
        "1",
        "of",
        "1",
    ]
    assert later[-2] == "2 of 4 measured, about 1 min 0 s left; now seed 0, length 20, lstm"


# ---- going on, and folders of the learner's own ----------------------------------------------------------------------


def test_a_run_that_goes_on_takes_no_other_folder(kdl, tmp_path):
    kdl("compare", "P52", "--seeds", "1")
    result = kdl("compare", "--resume", "last", "--out", tmp_path / "elsewhere")
    assert (result.code, (tmp_path / "elsewhere").exists()) == (USAGE, False)


def test_a_run_that_goes_on_is_of_the_pair_that_is_named(kdl, monkeypatch):
    kdl("compare", "P52", "--seeds", "1")
    assert kdl("compare", "lstm", "simple-rnn", "--resume", "last", "--seeds", "1").code == DONE
    real = catalog.find_pair
    monkeypatch.setattr(catalog, "find_pair", lambda *names: None if names == ("P53",) else real(*names))
    result = kdl("compare", "P53", "--resume", "last")
    assert result.code == USAGE
    assert "is a run of P52" in result.err


def test_a_look_of_fewer_seeds_does_not_shrink_a_run(kdl):
    kdl("compare", "P52", "--seeds", "2")
    said = json.loads(kdl("compare", "--resume", "last", "--seeds", "1", "--json").out)
    assert said["seeds"] == [0, 1]


def test_a_run_outside_the_runs_is_named_by_its_path(kdl, tmp_path):
    out = tmp_path / "here"
    assert f"kdl compare --resume {out} --seeds 10" in kdl("compare", "P52", "--seeds", "1", "--out", out).out


def test_what_a_claim_lacks_are_the_conditions_that_decide_it(kdl):
    out = kdl("compare", "P52", "--seeds", "1", "--condition", "50").out
    assert "not measured: it needs length 20, length 50" in out


def test_one_seed_that_diverged_leaves_a_figure_that_says_so_and_a_result(kdl, monkeypatch, without_keras):
    def diverging(self, seed, condition, real=Arm.__call__):
        values = real(self, seed, condition)
        if seed == 3 and self.growth:
            values |= {"mse": math.nan, "gradient.trained": [math.nan] * int(condition)}
        return values

    monkeypatch.setattr(Arm, "__call__", diverging)
    result = kdl("compare", "P52", "--record")
    assert result.code == DONE
    assert "simple-rnn, trained: 2.3e-11 left 49 steps back (1 of 10 seeds left out: diverged)" in result.out


def test_an_arm_that_always_diverged_is_drawn_without_its_curve_and_recorded(kdl, monkeypatch, without_keras):
    def diverging(self, seed, condition, real=Arm.__call__):
        values = real(self, seed, condition)
        return values | ({"mse": math.nan, "gradient.trained": [math.nan] * int(condition)} if self.growth else {})

    monkeypatch.setattr(Arm, "__call__", diverging)
    result = kdl("compare", "P52", "--record")
    assert result.code == DONE
    assert "simple-rnn, trained: diverged" in result.out
    series = json.loads((without_keras / "P52.json").read_text())["figure"]["more"][0]["series"]
    assert set(series["simple-rnn, trained"]) == {None}
    assert "simple-rnn, trained: diverged" in kdl("pair", "show", "P52").out


def test_a_folder_with_files_is_neither_filled_nor_deleted(kdl, tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("mine")
    monkeypatch.chdir(tmp_path / "work")
    assert kdl("compare", "P52", "--seeds", "1", "--out", ".").code == USAGE
    assert kdl("compare", "P52", "--seeds", "1", "--out", "run").code == DONE
    (tmp_path / "work" / "run" / "notes.txt").write_text("mine")
    assert kdl("run", "delete", "./run", "--yes").code == USAGE
    assert kdl("run", "delete", "", "--yes").code == USAGE
    assert (tmp_path / "work" / "run" / "notes.txt").is_file()


FIRST = """
import sys
from kdl.cli import main, render
heading = render.heading
def first(text):
    print(sorted({"keras", "numpy", "tensorflow"} & set(sys.modules)), len([m for m in sys.modules if "experiment" in m]))
    heading(text)
    sys.stdout.flush()
    raise KeyboardInterrupt
render.heading = first
main(sys.argv[1:])
"""


def test_the_question_stands_there_before_anything_heavy_is_imported():
    done = subprocess.run([sys.executable, "-c", FIRST, "compare", "P52"], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["[] 0", f"P52  {catalog.find('pair', 'P52').question}"]


def test_what_differs_is_told_and_a_second_difference_is_warned_of(kdl, monkeypatch):
    arms = catalog.load(catalog.find("pair", "P52")).ARMS
    out = " ".join(kdl("compare", "P52").out.split())
    assert "layers, simple-rnn to lstm: - cell (4486,); + cell (4513,)" in out
    assert "(parameters, multiply-adds and memory at length 20;" in out
    monkeypatch.setattr(arms["lstm"], "size", 9000)
    known = arms["lstm"].described("20")
    other = dataclasses.replace(known, settings={"model": "other"})
    monkeypatch.setattr(arms["lstm"], "described", lambda condition: other, raising=False)
    out = " ".join(kdl("compare", "P52").out.split())
    assert "Warning: The arms differ in more than one thing: model, parameters." in out
