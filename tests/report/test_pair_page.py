"""The pages of pairs and runs: what stands on them is what was measured; what is missing is said; damage is one clear error."""

import dataclasses
import html
import json
import re

import pytest

from kdl import catalog
from kdl.errors import BadContent
from kdl.experiment import pair as pairs
from kdl.experiment import results, verdict
from kdl.experiment.claims import Equal, Greater, Interaction, Measure, Prediction, Scenario, Trend
from kdl.experiment.measured import Figure, Measured
from kdl.experiment.pair import Pair
from kdl.report import evidence, pair_page, pairs_page, reading, run_page
from kdl.report.evidence import Evidence
from kdl.runs import record

ERROR = Measure("error", "error of a toy", better="less", worst=1.0, target=0.2)
STEPS = Measure("steps", "steps of a toy", better="less", worst=100.0, scale="ratio")
CONDITIONS = {"near": "near by", "far": "far away"}
CLAIMS = [
    Greater("better", "b is better when far.", "b", "a", ERROR, "far", 0.05, errata=("E001",)),
    Equal("same", "They are equal when near.", "b", "a", ERROR, "near", 0.2),
    Interaction("grows", "Its lead grows.", "b", "a", ERROR, ("near", "far"), "grows", 0.05),
    Interaction("crosses", "It is better far, worse near.", "b", "a", ERROR, ("far", "near"), "crosses", 0.05),
    Greater("quick", "b takes half the steps.", "b", "a", STEPS, "far", 1.0),
    Trend("better-far", "b alone is better far than near.", "b", ERROR, ("near", "far"), "improves", 0.05),
]
SCENARIO = Scenario("which", "Which fits?", "a", "b", (("small data", "a", "it is <cheap>"),))


def pair_of(claims=CLAIMS, figure=lambda measured: None):
    """A pair of toys with the header of P52."""
    card = dataclasses.replace(catalog.find("pair", "P52"), id="P99", question="Is b < a?", arms=("a", "b"), claims=len(claims))
    arms = dict.fromkeys("ab")
    return Pair(card, claims, arms, CONDITIONS, Prediction("better", "Which?", {"a": "a", "b": "b"}), figure)


def rows(seeds=10):
    """b is better by 0.1 near and by 0.4 far, a little more with each seed; it takes a quarter of the steps."""
    found = []
    for seed in range(seeds):
        for condition, gap in (("near", 0.1), ("far", 0.4)):
            for arm, less in (("a", 0.0), ("b", gap + 0.001 * seed)):
                values = {"error": 0.6 - less, "steps": 80.0 if arm == "a" else 20.0, "losses": [1.0, 0.5, 0.6 - less]}
                found.append({"seed": seed, "condition": condition, "arm": arm, "values": values, "seconds": 1.0})
    return found


def evidence_of(pair, seeds=10, **changes):
    measured = Measured(rows(seeds))
    judged = [verdict.of_claim(claim, measured.scores(claim.measure)) for claim in pair.claims]
    arm = {"params": 10, "multiply_adds": None, "memory": None, "seconds": 20.0, "ratio": 1.0}
    result = {
        "complete": verdict.complete(judged),
        "seeds": measured.seeds(),
        "arms": [{"id": name, **arm} for name in "ab"],
        "fairness": {"differ": ["model"], "told": ["model: a / b"], "warning": "They differ in more."},
        "claims": judged,
        "verdict": verdict.of_pair(judged),
    }
    said = {
        "result": result,
        "measured": measured,
        "figure": None,
        "date": "2026-01-02",
        "device": "CPU",
        "versions": {"keras": "3.15", "threads": 2, "machine": "Linux"},
        "seconds": 40.0,
        "stale": False,
    }
    return Evidence(**{**said, **changes})


@pytest.fixture(scope="module")
def full():
    """The page of every kind of claim with ten seeds."""
    return pair_page.pair_page(pair_of(), evidence_of(pair_of()))


def text_of(page):
    """What a reader sees, without markup, on one line."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)).split())


def facts(page, claim):
    """key -> what the page says of it, of one claim."""
    (article,) = re.findall(rf'<article[^>]*data-claim="{claim}".*?</article>', page, flags=re.DOTALL)
    return dict(re.findall(r'data-fact="([^"]+)">([^<]*)<', article))


def test_the_numbers_of_a_claim_are_those_of_its_verdict(full):
    """d = 0.4 + 0.001 seed: mean 0.4045; all ten seeds win, so p = 2 / 2^10."""
    page = full

    assert facts(page, "better") | {"interval": ""} == {
        "mean": "0.4045",
        "interval": "",
        "p": "0.00195",
        "wins": "10 of 10 seeds",
        "smallest": "0.05",
        "reached": "0 of 10",  # of a; b comes before it
    }
    assert facts(page, "quick")["mean"] == "4.00x" and facts(page, "quick")["smallest"] == "2x"
    assert facts(page, "grows")["mean"] == "0.3000"
    assert facts(page, "better-far")["mean"] == "0.3000", "b's error falls from 0.5 to 0.2"


def test_a_claim_whose_interval_begins_below_its_smallest_effect_says_so():
    """b is better by 0.4 + 0.001 seed: the mean 0.4045 reaches 0.404, the interval begins before; of 0.05 it does not."""
    close = dataclasses.replace(CLAIMS[0], id="close", smallest=0.404)
    pair = pair_of([CLAIMS[0], close])
    page = pair_page.pair_page(pair, evidence_of(pair))

    (said,) = re.findall(r'<p class="note" data-open="(.*)">(.*)</p>', page)
    assert said == (
        "close",
        "The interval begins below the smallest effect of 0.404: that the effect is at least that large is not shown.",
    )


def test_every_seed_stands_in_the_table_with_its_scores(full):
    page = full
    (table,) = re.findall(r'<table class="seeds" data-scores="error:far">.*?</table>', page, flags=re.DOTALL)
    shown = re.findall(r'<th scope="row">(\d+)</th><td class="n">([^<]+)</td><td class="n">([^<]+)</td>', table)

    assert shown == [(str(seed), "0.6", f"{0.2 - 0.001 * seed:.6g}") for seed in range(10)]


def test_each_kind_of_claim_has_its_figures(full):
    page = full
    names = set(re.findall(r'<svg class="roomy"[^>]*aria-labelledby="(\S+)-title', page))

    assert names == {
        *(f"P99-{name}-differences-roomy" for name in ("better", "same", "grows", "crosses", "quick", "better-far")),
        "P99-grows-leads-roomy",
        "P99-crosses-leads-roomy",
    }
    assert "b, far away" in page and "a, near by" in page, "an interaction that crosses shows both of its ends"
    assert page.count('class="wide"') == 2, "the losses of both conditions"


def test_a_claim_that_crosses_names_each_end_once_and_neither_weaker(full):
    """Below its two strips stands "lead"; which end is the weaker one, the numbers beside it say."""
    (card,) = re.findall(r'<article[^>]*data-claim="crosses".*?</article>', full, flags=re.DOTALL)
    words = re.findall(r"<text[^>]*>([^<]*)</text>", card)

    assert "lead, error" in words and not any("weaker" in word for word in words)
    assert "mean lead at the weaker end (b&#39;s at one, a&#39;s at the other)" in card


def test_a_trend_over_three_conditions_shows_the_change_since_the_first():
    """Of two conditions its differences show as much."""
    claim = Trend("worse", "a alone gets worse.", "a", ERROR, ("near", "far", "out"), "worsens", 0.05)
    pair = dataclasses.replace(pair_of([claim]), conditions={**CONDITIONS, "out": "out there"})
    levels = {"near": 0.2, "far": 0.3, "out": 0.6}
    found = [
        {"seed": seed, "condition": where, "arm": arm, "values": {"error": level}, "seconds": 1.0}
        for seed in range(10)
        for where, level in levels.items()
        for arm in "ab"
    ]
    measured = Measured(found)
    row = verdict.of_claim(claim, measured.scores(ERROR))
    known = evidence_of(pair_of())
    page = pair_page.pair_page(pair, dataclasses.replace(known, measured=measured, result={**known.result, "claims": [row]}))

    assert "Mean worsening of a since near by: near by: 0.0000, far away: 0.1000, out there: 0.4000." in page
    assert "mean worsening of a" in page and "worse in" in page


def test_a_mean_on_the_page_is_that_of_an_arm(full):
    means = re.findall(r'<dt>(mean [^<]*)</dt><dd data-fact="mean">', full)
    assert means[:3] == ["mean lead of b", "mean lead of b", "mean growth of the lead of b"]


def test_the_page_says_of_which_condition_sizes_and_times_are(full):
    """This result is of before `at` was written; a newer one names the condition."""
    page = text_of(full)
    assert "those at the first condition under which all arms are networks" in page and "The lines above the table" in page

    result = evidence_of(pair_of()).result
    newer = evidence_of(pair_of(), result={**result, "fairness": {**result["fairness"], "at": "near by"}})
    page = text_of(pair_page.pair_page(pair_of(), newer))
    assert "those at near by; seconds" in page and "The lines above the table" not in page
    assert "time, median ratio" in page


def test_the_rule_of_every_kind_that_has_a_verdict_stands_below(full):
    (footer,) = re.findall(r"<footer>.*?</footer>", full, flags=re.DOTALL)
    assert all(f"<em>{kind}</em>" in footer for kind in ("greater", "equal", "interaction", "trend", "exact"))
    assert "refuted if it lies wholly outside" in footer and "refuted if one end is" in footer


def test_the_same_evidence_gives_the_same_bytes():
    pair = pair_of(CLAIMS[:1])
    assert pair_page.pair_page(pair, evidence_of(pair)) == pair_page.pair_page(pair, evidence_of(pair))


def test_a_page_says_where_and_when_and_what_differs(full):
    page = text_of(full)

    for said in ("2026-01-02", "CPU", "Linux, 2 threads, keras 3.15", "model: a / b", "Warning: They differ in more.", "E001"):
        assert said in page
    assert "Stale" not in page and "incomplete" not in page and "kdl compare P99" in page


def test_a_stale_result_says_so_at_the_top():
    page = text_of(pair_page.pair_page(pair_of([]), evidence_of(pair_of([]), stale=True)))

    assert "Stale : code or data that it depends on has changed since." in page and "no: stale" in page


def test_before_a_full_run_nothing_is_claimed_to_be_measured():
    page = pair_page.pair_page(pair_of(), None)

    assert "No full run of this pair is recorded yet" in page and text_of(page).count("Not measured yet.") == len(CLAIMS)
    assert "<svg" not in page and "data-fact" not in page and "confirmed</span>" not in page


def test_too_few_seeds_are_incomplete_and_have_no_interval():
    pair = pair_of(CLAIMS[:1])
    page = pair_page.pair_page(pair, evidence_of(pair, seeds=2))

    assert "Incomplete: 2 seeds, a verdict needs 10." in page and facts(page, "better")["interval"] == "unbounded"
    assert 'class="verdict confirmed"' not in page


def test_a_scenario_is_a_table_without_a_verdict():
    pair = pair_of([SCENARIO])
    row = verdict.of_claim(SCENARIO, {})
    found = evidence_of(pair_of([]), result={**evidence_of(pair_of([])).result, "claims": [row], "verdict": None, "seeds": []})
    page = pair_page.pair_page(pair, found)

    assert "no verdict" in page and "it is &lt;cheap&gt;" in page and "incomplete" not in text_of(page)
    assert "it is &lt;cheap&gt;" in pair_page.pair_page(pair, None), "it stands there without a run"


def test_a_claim_that_came_later_and_one_that_is_gone_are_told():
    page = pair_page.pair_page(pair_of(CLAIMS[:2]), evidence_of(pair_of(CLAIMS[:1]), stale=True))
    assert text_of(page).count("Not measured yet.") == 1

    page = pair_page.pair_page(pair_of(CLAIMS[:1]), evidence_of(pair_of()))
    assert "crosses, grows, quick, same, which the pair no longer claims" in text_of(page)


def test_a_question_cannot_become_markup(full):
    page = full

    assert "Is b &lt; a?" in page and "Is b < a?" not in page


def test_a_signature_figure_stands_with_its_message():
    figure = Figure("What is left", "a: halves; b: stays", {"a": [1.0, 0.5], "b": [1.0, 1.0]}, ("0", "1"))
    page = pair_page.pair_page(pair_of([]), evidence_of(pair_of([]), figure=figure.as_json()))

    assert 'aria-labelledby="P99-signature-wide-title' in page and "a: halves; b: stays." in text_of(page)


def test_a_figure_below_the_signature_figure_stands_on_the_page_too():
    below = Figure("What it does", "b: grows", {"b": [1.0, 2.0]}, ("0", "1"))
    figure = Figure("What is left", "a: halves", {"a": [1.0, 0.5]}, ("0", "1"), more=(below,))
    page = pair_page.pair_page(pair_of([]), evidence_of(pair_of([]), figure=figure.as_json()))

    assert 'aria-labelledby="P99-signature-2-wide-title' in page and "b: grows." in text_of(page)


@pytest.mark.slow
@pytest.mark.content
@pytest.mark.parametrize("name", list(catalog.pairs()))
def test_every_pair_has_a_page_with_the_numbers_that_were_committed(name):
    pair = pairs.load(catalog.find("pair", name))
    found = evidence.committed(pair)
    page = pair_page.pair_page(pair, found)

    assert len(page.encode()) <= 1_000_000
    assert page.count("<svg ") == len(re.findall(r'<svg [^>]*role="img"[^>]*><title id="[^"]+">[^<]+</title><desc ', page))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert all(claim.text in html.unescape(page) for claim in pair.claims)
    for row in found.result["claims"] if found else ():
        if row["p"] is not None:
            assert facts(page, row["id"])["p"] == f"{row['p']:.3g}"
            assert facts(page, row["id"])["wins"] == f"{row['wins']} of {row['n']} seeds"


# ---- all pairs ---------------------------------------------------------------------------------------------------------


def test_all_pairs_stand_in_one_table_with_what_was_committed():
    cards = [catalog.find("pair", name) for name in ("P52", "T03", "T20")]
    page = pairs_page.pairs_page(cards)

    for card in cards:
        committed = results.load(card)
        (row,) = re.findall(rf'<tr data-pair="{card.id}">.*?</tr>', page)
        assert f" {committed['result']['verdict']}" in row
        assert (f'<td class="n">{committed["seconds"]:.0f}</td>' in row) is bool(committed["result"]["seeds"])
        for claim in committed["result"]["claims"]:
            if claim["p"] is not None:
                assert facts(page, f"{card.id}:{claim['id']}")["p"] == f"{claim['p']:.3g}"
    rows = [claim for card in cards for claim in results.load(card)["result"]["claims"]]
    judged = sum(claim["p"] is not None and claim["kind"] != "equal" for claim in rows)
    assert f'data-number="chance">{judged * 0.05 / 2:.2g}<' in page and f'data-number="judged">{judged}<' in page


def test_tiles_count_claims_and_a_false_equal_is_told_apart():
    """P52 has two claims and T20 three, all confirmed; P53 tests its `equal` claims, which chance cannot confirm wrongly."""
    cards = [catalog.find("pair", name) for name in ("P52", "T20", "P53", "T60")]
    page = pairs_page.pairs_page(cards)
    rows = [row for card in cards for row in results.load(card)["result"]["claims"]]
    states = [row["verdict"] or "no verdict" for row in rows]

    assert dict(re.findall(r'data-count-of="([^"]+)">(\d+)<', page)) == {state: str(states.count(state)) for state in states}
    assert f"{len(rows)} claims, {states.count('refuted')} of them refuted." in text_of(page)
    assert f'data-number="equal">{sum(row["kind"] == "equal" for row in rows)}<' in page


def test_a_page_that_grows_too_large_leaves_its_figures_away_and_says_so(monkeypatch):
    cards = [catalog.find("pair", "P52")]
    assert "<svg" in pairs_page.pairs_page(cards)
    monkeypatch.setattr(pairs_page, "MOST", 30_000)
    page = pairs_page.pairs_page(cards)

    assert "<svg" not in page and "The figures are left out" in page


def test_a_damaged_result_leaves_the_others_on_the_page(monkeypatch):
    def committed(pair, real=evidence.committed):
        if pair.card.id == "T03":
            raise BadContent("T03.json", 1, "is damaged")
        return real(pair)

    monkeypatch.setattr(evidence, "committed", committed)
    page = text_of(pairs_page.pairs_page([catalog.find("pair", name) for name in ("T03", "T20")]))

    assert "Left out: T03: T03.json:1: is damaged" in page and "75,497,472" in page


# ---- what is read from disk ------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The committed results in a folder of their own."""
    for name in ("load", "stale", "path_of"):
        monkeypatch.setattr(getattr(results, name), "__defaults__", (tmp_path,))
    (tmp_path / "T03.json").write_text((results.FOLDER / "T03.json").read_text())
    return tmp_path


@pytest.mark.parametrize(
    "damage",
    [
        lambda found: found["result"]["claims"][0].pop("mean"),
        lambda found: found["result"].pop("seeds"),
        lambda found: found["scores"]["steps"]["sgd"]["10"].pop(),
        lambda found: found["figure"].pop("message"),
        lambda found: found["figure"]["series"].update(sgd=["high"]),
        lambda found: found.update(result=[]),
        lambda found: found.update(scores=None),
        lambda found: found.update(seconds="long"),
    ],
)
def test_a_damaged_result_is_one_error_that_names_the_file(folder, damage):
    path = folder / "T03.json"
    found = json.loads(path.read_text())
    damage(found)
    path.write_text(json.dumps(found))

    with pytest.raises(BadContent, match="T03.json:1: is damaged") as error:
        evidence.committed(pairs.load(catalog.find("pair", "T03")))
    assert "--record" in error.value.fix


def a_run(tmp_path, kind="train", **said):
    return record.create(kind, "lstm" if kind == "train" else "P52", seed=0, folder=tmp_path / "run", **said)


def trained(tmp_path, epochs=3, **said):
    run = a_run(
        tmp_path,
        task="adding",
        options={"length": 20},
        sizes={"units": 32},
        recipe={"steps": 300, "learning_rate": 0.01},
        params=4513,
        device="CPU",
        command="kdl train lstm --task adding --set 'length=20'",
        versions={"keras": "3.15"},
        **said,
    )
    for epoch in range(epochs):
        run.log(epoch=epoch + 1, step=100 * (epoch + 1), loss=0.1 / (epoch + 1), mse=None if epoch == 1 else 0.015, seconds=1.5)
    run.finish("done", score=0.015, loss=0.03, steps=300, seconds=4.5)
    return record.read(run.path)


def test_settings_of_a_setting_stand_one_by_one_and_none_is_none(tmp_path):
    """Neither braces nor quotes of Python."""
    said = {"task": "adding", "recipe": {"optimizer": "adam", "settings": {"beta_1": 0.5}}, "seed": 0}

    assert run_page._settings(said)[1:] == [("optimizer", "adam"), ("settings: beta 1", "0.5"), ("seed", "0")]
    assert ("settings", "{}") not in run_page._settings({**said, "recipe": {"settings": {}}})


def test_a_training_of_one_epoch_says_why_there_is_no_curve(tmp_path):
    page = run_page.run_page(trained(tmp_path, epochs=1))

    assert "One epoch makes no curve" in page and 'id="curves"' not in page
    assert '<pre class="command">kdl train lstm' in page, "a command that is as wide as the page is wrapped, not cut"


def test_the_page_of_a_training_says_what_its_record_says(tmp_path):
    page = run_page.run_page(trained(tmp_path))
    numbers = dict(re.findall(r'data-number="(\w+)">([^<]*)<', page))

    assert (numbers["score"], numbers["target"], numbers["steps"], numbers["seconds"]) == ("0.0150", "0.02", "300", "4.5")
    assert (numbers["baseline"], numbers["params"]) == ("0.1667", "4,513")
    assert "target met" in page and "kdl train lstm --task adding --set &#39;length=20&#39;" in page
    settings = dict(re.findall(r'data-setting="([^"]+)">([^<]*)<', page))
    assert (settings["task: length"], settings["learning rate"], settings["units"]) == ("20", "0.01", "32")
    assert re.findall(r'<th scope="row">(\d)</th><td class="n">([^<]+)</td><td class="n">([^<]+)</td>', page) == [
        ("1", "0.1", "0.015"),
        ("2", "0.05", "-"),
        ("3", "0.0333333", "0.015"),
    ]
    assert "baseline 0.1667" in page and "target 0.02" in page, "the lines of the figure"
    assert page == run_page.run_page(record.read(tmp_path / "run"))


def test_one_epoch_and_none_give_a_page_without_curves(tmp_path):
    assert "<svg" not in run_page.run_page(trained(tmp_path / "one", epochs=1))
    page = run_page.run_page(trained(tmp_path / "none", epochs=0))
    assert "<svg" not in page and "No epoch is recorded yet" in page


def test_a_training_on_own_data_has_no_target_that_was_not_stated(tmp_path):
    run = trained(tmp_path)
    run.record["task_card"], run.record["task"] = "digits", "my-data"
    page = run_page.run_page(run)

    assert 'data-number="target"' not in page and 'data-number="score">0.0150' in page


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("metrics.jsonl", '{"epoch": 1, "loss": [1]}\n', "loss is no number"),
        ("metrics.jsonl", '{"loss": 1}\n', "it has no epoch"),
        ("metrics.jsonl", 'broken\n{"epoch": 2}\n', "is not a JSON object"),
        ("run.json", {"recipe": [1]}, "recipe is no object"),
        ("run.json", {"score": "high"}, "score is no number"),
        ("run.json", {"options": {"width": 3}}, "has options that adding has not"),
    ],
)
def test_a_damaged_training_is_one_error_that_names_the_file(tmp_path, file, text, wrong):
    path = trained(tmp_path).path / file
    path.write_text(text if isinstance(text, str) else json.dumps({**json.loads(path.read_text()), **text}))

    with pytest.raises(BadContent, match=f"{file}:\\d+: .*{wrong}"):
        run_page.run_page(record.read(tmp_path / "run"))


def compared(tmp_path, count, finished=True):
    """A run of P52 with `count` rows of a formula."""
    run = a_run(tmp_path, "compare", digest="other")
    cells = [(seed, arm) for seed in range(10) for arm in ("simple-rnn", "lstm")][:count]
    for seed, arm in cells:
        values = {"mse": 0.2 if arm == "simple-rnn" else 0.01, "losses": [1.0, 0.1], "gradient.start": [1.0, 0.5] * 25}
        run.log(seed=seed, condition="50", arm=arm, values=values | {"gradient.trained": [1.0, 0.9] * 25}, seconds=2.0)
    run.finish("done" if finished else "interrupted")
    return record.read(run.path)


def test_a_stopped_comparison_shows_what_it_has_and_no_verdict(tmp_path):
    pair, found = evidence.of_run(compared(tmp_path, 20, finished=False))
    page = pair_page.pair_page(pair, found)

    assert facts(page, "remembers-50")["mean"] == "0.1900" and "incomplete" in page
    assert 'class="verdict confirmed"' not in page, "ten seeds of one condition are no full run"
    assert "which was interrupted" in page and "Not measured: it needs length 20, length 50." in page
    assert "Training loss, length 50" in page and "left 49 steps back" in page


def test_a_comparison_that_has_just_begun_has_a_page(tmp_path):
    pair, found = evidence.of_run(compared(tmp_path, 0, finished=False))
    page = pair_page.pair_page(pair, found)

    assert "<svg" not in page and "incomplete" in page


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("metrics.jsonl", '{"seed": 0}\n', "no condition"),
        ("metrics.jsonl", '{"seed": 0, "condition": "20", "arm": "gru", "values": {}, "seconds": 1}\n', "no arm 'gru'"),
        ("verdict.json", "{", "is damaged"),
        ("verdict.json", "[]", "is damaged"),
        ("verdict.json", '{"complete": true}', "no seeds"),
    ],
)
def test_a_damaged_comparison_is_one_error_that_names_the_file(tmp_path, file, text, wrong):
    run = compared(tmp_path, 2)
    (run.path / file).write_text(text)

    with pytest.raises(BadContent, match=f"{file}:1: .*{wrong}"):
        evidence.of_run(record.read(run.path))


# ---- prose -------------------------------------------------------------------------------------------------------------


def test_the_reading_keeps_equations_as_they_are_and_takes_no_markup():
    found = reading.html("One `x` and *two*.\n\n    a_1 = 1/c   ... a_n = 1 < 2\n\nSee [this](http://a.b) <script>\n")

    assert "<p>One <code>x</code> and <em>two</em>.</p>" in found
    assert ">a_1 = 1/c   ... a_n = 1 &lt; 2</pre>" in found
    assert "<script" not in found and "href" not in found


def test_equations_of_the_notes_become_mathml_and_unknown_tex_is_an_error():
    found = reading.mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}")

    assert found.startswith("<math") and found.count("<mtr>") == 2 and "&</mi>" not in found
    for tex in (r"\nonsense{a}", r"\frac", r"\begin{nope} a \end{nope}"):
        with pytest.raises(ValueError, match="this TeX cannot be read"):
            reading.mathml(tex)


def test_the_page_of_a_pair_shows_the_equations_that_its_topics_display():
    page = pair_page.pair_page(pairs.load(catalog.find("pair", "P52")), None)

    assert page.count("<math ") >= 3 and "kdl notes lstm" in page and "h = tanh(x @ W + h_prev @ U + b)" in page
