"""The gate of a unit: what counts as there, what counts as missing, and what is then to do."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from made_items import mcq

from kdl import atlas, catalog, content
from kdl.dev import gate
from kdl.dev.errata import Erratum
from kdl.errors import BadContent
from kdl.experiment import results
from kdl.quiz.item import Topic
from kdl.quiz.kinds import KINDS

TOPIC = Topic("lesson", "A lesson", 11, "11-x/lesson.md", ("lstm",), (), (), (), (), (), "sha")


def row(name="lstm", implementable="keras-model", code=None, exercises=()):
    return {"id": name, "unit": 11, "implementable": implementable, "code": code, "exercises": list(exercises)}


def exercise(path, name="lstm-cell", minutes=20):
    return SimpleNamespace(id=name, path=path / name, minutes=minutes, steps=[1, 2], mutants=[1] * 6)


@pytest.fixture
def have(tmp_path, monkeypatch):
    """A unit 11 that holds nothing; its topics are read from a folder of the test."""
    atlas.contrasts(), atlas.entries()  # of the real content
    monkeypatch.setattr(content, "quizzes", lambda: tmp_path)
    return gate.Holdings(11, rows=[], topics=[], items=[], exercises=[], errata=[], faults=[], measured={})


def found(have, group):
    return {point.name: point for point in gate.points(have) if point.group == group}


def missing(have, group):
    return {name for name, point in found(have, group).items() if not point.ok}


def test_a_unit_with_nothing_lists_what_it_needs(have, monkeypatch):
    monkeypatch.setattr(catalog, "pairs", dict)
    points = {point.name: point for point in gate.points(replace(have, rows=[row()]))}

    assert {name for name, point in points.items() if point.ok} == {"faults"}
    assert {"lstm: topic", "lstm: code", "lstm: exercise", "lstm: items", "P52: file", "items", "kind bug", "topics"} <= set(
        points
    )


def test_a_fault_is_a_missing_point(have):
    assert missing(have, "sound") == set()
    assert missing(replace(have, faults=[BadContent("x.md", 1, "is wrong")]), "sound") == {"faults"}


# ---- entries ---------------------------------------------------------------------------------------------------------


def test_a_model_needs_a_proven_file_and_no_exercise_stands_in_for_it(have, tmp_path):
    step = replace(have, exercises=[exercise(tmp_path)], measured={"lstm-cell": "fine"})

    assert "lstm: code" in missing(replace(step, rows=[row(exercises=["lstm-cell"])]), "entries")
    assert "lstm: code" not in missing(replace(have, rows=[row(code="kdl/models/rnn/lstm.py")]), "entries")


@pytest.mark.parametrize("kind", ["algorithm", "keras-layer"])
def test_an_algorithm_may_be_a_graded_step_whose_matrix_holds(have, tmp_path, kind):
    rows = [row("bptt", kind, exercises=["lstm-cell"])]
    step = replace(have, rows=rows, exercises=[exercise(tmp_path)], measured={"lstm-cell": "fine"})
    broken = BadContent(tmp_path / "lstm-cell" / "mutants" / "mutants.toml", 1, "a mutant passes")

    assert {"bptt: code", "bptt: exercise"} & missing(step, "entries") == set()
    assert {"bptt: code", "bptt: exercise"} <= missing(replace(step, measured={}), "entries")
    assert {"bptt: code", "bptt: exercise"} <= missing(replace(step, faults=[broken]), "entries")


def test_a_concept_needs_a_topic_and_items_and_no_code(have):
    names = found(replace(have, rows=[row("rnn-types", "concept-only")]), "entries")

    assert list(names) == ["rnn-types: topic", "rnn-types: items"]


@pytest.mark.parametrize(("count", "enough"), [(3, False), (4, True)])
def test_an_entry_needs_four_items(have, count, enough):
    items = [mcq(f"q{number}") for number in range(count)]

    assert ("lstm: items" not in missing(replace(have, rows=[row()], items=items), "entries")) is enough


# ---- contrasts -------------------------------------------------------------------------------------------------------

RESULT = {
    "result": {"complete": True, "claims": [{"id": "a", "kind": "greater", "verdict": "refuted"}]},
    "seconds": 119.0,
    "figure": {"title": "A figure"},
}


@pytest.fixture
def committed(monkeypatch):
    """A function: the committed result of the one pair that there is, P52, and whether it is stale."""

    def commit(result, stale=False, budget="short"):
        card = replace(catalog.pairs()["P52"], budget=budget)
        monkeypatch.setattr(catalog, "pairs", lambda: {"P52": card})
        monkeypatch.setattr(results, "load", lambda card: result)
        monkeypatch.setattr(results, "stale", lambda card: stale)

    return commit


def of_p52(have):
    return {name for name in missing(have, "contrasts") if name.startswith("P52")}


def test_every_contrast_of_the_unit_needs_a_file(have, committed):
    committed(RESULT)

    assert missing(have, "contrasts") == {f"{name}: file" for name in ("P03", "P53", "P54", "P55", "P56", "T08")}
    assert "p53_lstm_gru.py" in found(have, "contrasts")["P53: file"].todo


def test_a_refuted_claim_is_a_verdict_like_another(have, committed):
    committed(RESULT)

    assert of_p52(have) == set() and found(have, "contrasts")["P52: verdict"].said == "a refuted"


@pytest.mark.parametrize(
    ("change", "stale", "name"),
    [
        ({}, True, "P52: verdict"),
        ({"result": {**RESULT["result"], "complete": False}}, False, "P52: verdict"),
        ({"figure": None}, False, "P52: figure"),
        ({"seconds": 121.0}, False, "P52: budget"),
    ],
)
def test_a_result_must_be_current_complete_drawn_and_within_its_budget(have, committed, change, stale, name):
    committed(RESULT | change, stale)

    assert of_p52(have) == {name}


def test_a_long_pair_has_ten_minutes(have, committed):
    committed(RESULT | {"seconds": 600.0}, budget="long")

    assert of_p52(have) == set()


def test_what_only_counts_needs_no_figure(have, committed):
    claims = [{"id": "a", "kind": "exact", "verdict": "confirmed"}]
    committed(RESULT | {"figure": None, "result": {"complete": True, "claims": claims}})

    assert of_p52(have) == set()


def test_a_pair_without_a_run_and_a_damaged_one_are_missing(have, committed, monkeypatch):
    committed(None)
    assert of_p52(have) == {"P52: verdict"}

    def damaged(card):
        raise BadContent("P52.json", 1, "is not JSON", fix="Record it again.")

    monkeypatch.setattr(results, "load", damaged)
    assert of_p52(have) == {"P52: verdict"} and "is not JSON" in found(have, "contrasts")["P52: verdict"].todo


def test_a_pair_that_a_topic_names_counts_in_its_unit(have, committed):
    committed(RESULT)
    eighteen = replace(have, unit=18, topics=[replace(TOPIC, pairs=("P52",))])

    assert "P52: verdict" in found(eighteen, "contrasts")


# ---- exercises and items ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "fits"), [(9, False), (10, True), (25, True), (26, False)])
def test_an_exercise_takes_10_to_25_minutes(have, tmp_path, minutes, fits):
    one = replace(have, exercises=[exercise(tmp_path, minutes=minutes)], measured={"lstm-cell": "fine"})

    assert ("lstm-cell: size" not in missing(one, "exercises")) is fits


def test_an_exercise_that_could_not_be_run_has_no_matrix(have, tmp_path):
    assert "lstm-cell: matrix" in missing(replace(have, exercises=[exercise(tmp_path)]), "exercises")


def test_a_unit_needs_70_items_of_all_kinds_and_a_third_of_them_computed(have):
    kinds = [*KINDS, *["numeric"] * 21, *["mcq"] * 37]  # 12 + 21 + 37 = 70, of which 4 + 21 = 25 computed: 36 %
    items = [replace(mcq(f"q{number}"), kind=kind) for number, kind in enumerate(kinds)]

    assert missing(replace(have, items=items), "items") == set()
    assert missing(replace(have, items=items[:-1]), "items") == {"items"}
    without = [item for item in items if item.kind != "bug"]
    assert missing(replace(have, items=without), "items") == {"items", "kind bug"}
    fewer = [replace(item, kind="mcq") if number in (20, 21) else item for number, item in enumerate(items)]
    assert missing(replace(have, items=fewer), "items") == {"computed"}  # 23 of 70: 33 %


# ---- errata and links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asked", "told", "there"),
    [
        ("W", False, True, False),
        ("W", True, False, False),
        ("W", True, True, True),
        ("G", False, True, False),
        ("M", False, False, False),
        ("M", True, False, False),
        ("M", False, True, True),
        ("D", False, True, True),
        ("X", False, False, True),
    ],
)
def test_a_text_puts_every_erratum_right_and_an_item_asks_what_is_wrong_or_garbled(have, tmp_path, kind, asked, told, there):
    items = [replace(mcq("q"), errata=("E001",))] if asked else []
    topics = [replace(TOPIC, errata=("E001",))] if told else []
    erratum = Erratum("E001", 11, kind, "Six.", "Seven.", "Somebody 1999")
    one = replace(have, items=items, topics=topics, errata=[erratum])

    assert (missing(one, "errata") == set()) is there


def test_a_link_that_leads_nowhere_is_missing(have, tmp_path):
    (tmp_path / "11-x").mkdir()
    page = tmp_path / "11-x" / "lesson.md"
    one = replace(have, topics=[TOPIC])

    page.write_text("[itself](lesson.md#a-part), [far](https://example.org/x), [here](#a-part)")
    assert "lesson: text" not in missing(one, "links")
    page.write_text("[gone](gone.md)")
    assert "lesson: text" in missing(one, "links") and "gone.md" in found(one, "links")["lesson: text"].said


def test_what_looks_like_a_link_in_code_is_none():
    """A picture is one; and a name may hold a space."""
    code = "`[a](gone.md)`\n\n```python\nweights[0](gone)\n```\n\n    table[i](gone.py)\n"

    assert gate._linked(code) == []
    assert gate._linked("[a](x.md#b), ![b](c%20d.svg), [e](#f), [g](mailto:h), [i](//j.k)") == ["x.md", "c d.svg"]


def test_an_exercise_and_a_pair_must_be_named_by_a_topic(have, tmp_path, committed):
    committed(RESULT)
    one = replace(have, topics=[TOPIC], exercises=[exercise(tmp_path)])
    named = replace(one, topics=[replace(TOPIC, exercises=("lstm-cell",), pairs=("P52",))])

    assert {"lstm-cell: named", "P52: named"} <= missing(one, "links")
    assert {"lstm-cell: named", "P52: named"} & missing(named, "links") == set()


def test_the_contrasts_of_the_atlas():
    """93 pairs of models and 63 contrasts of techniques, whose arms are entries; each belongs to a unit."""
    contrasts = atlas.contrasts()

    assert [sum(name.startswith(letter) for name in contrasts) for letter in "PT"] == [93, 63]
    assert all(arm in atlas.entries() for one in contrasts.values() for arm in one.arms)
    assert all(one.unit in atlas.units() and len(one.arms) >= 2 for one in contrasts.values())
    models = {name for name, entry in atlas.entries().items() if entry.implementable == "keras-model"}
    assert models <= {arm for one in contrasts.values() for arm in one.arms}
