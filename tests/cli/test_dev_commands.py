"""`kdl dev check --unit N`: the one printed gate."""

import json

import pytest

from kdl import atlas
from kdl.dev import check, gate
from kdl.dev.gate import Point
from kdl.errors import BadContent


@pytest.fixture
def points(monkeypatch):
    """A function that says which points the gate gives, and which faults the check finds."""

    def give(*points, faults=()):
        monkeypatch.setattr(check, "faults", lambda unit, measured: list(faults))
        monkeypatch.setattr(gate, "holdings", lambda *told: None)
        monkeypatch.setattr(gate, "points", lambda have: list(points))

    return give


def test_a_complete_unit_exits_0_and_says_what_comes_next(kdl, points):
    points(Point("items", "items", "70 of 70"), Point("items", "computed", "30 of 70"))
    done = kdl("dev", "check", "--unit", "11")

    assert done.code == 0
    assert "Unit 11. Recurrent networks" in done.out and "items: 2 of 2" in done.out
    assert "  ok       items     70 of 70\n" in done.out and "2 of 2 points; complete." in done.out
    assert "next  kdl quiz --unit 11 --cram" in done.out


def test_a_missing_point_exits_1_and_says_what_to_do(kdl, points):
    points(Point("items", "items", "69 of 70", "Write 1 more."), Point("errata", "E003", "asked by q"))
    done = kdl("dev", "check", "--unit", "11")

    assert done.code == 1
    assert "  missing  items  69 of 70\n           do: Write 1 more.\n" in done.out
    assert "1 of 2 points; 1 missing." in done.out


def test_faults_are_told_with_their_cure_before_the_gate(kdl, points):
    points(Point("sound", "faults", "1 faults", "Mend them."), faults=[BadContent("x.md", 3, "is wrong", fix="Mend it.")])
    done = kdl("dev", "check", "--unit", "11")

    assert done.code == 1 and done.out.startswith("x.md:3: is wrong\n    fix: Mend it.\n")


def test_json_holds_every_point(kdl, points):
    points(Point("items", "items", "69 of 70", "Write 1 more."))
    done = kdl("dev", "check", "--unit", "11", "--json")

    said = json.loads(done.out)
    assert done.code == 1 and (said["schema"], said["unit"], said["faults"]) == ("kdl.gate/1", 11, [])
    assert said["points"] == [{"group": "items", "name": "items", "said": "69 of 70", "todo": "Write 1 more.", "ok": False}]


@pytest.mark.parametrize("unit", [3, 18])
def test_a_unit_without_content_is_a_list_of_what_is_missing(kdl, unit):
    done = kdl("dev", "check", "--unit", str(unit), "--json")

    said = json.loads(done.out)
    names = {point["name"] for point in said["points"] if not point["ok"]}
    entries = [entry.id for entry in atlas.entries().values() if entry.unit == unit]
    assert done.code == 1 and said["faults"] == []
    assert {f"{name}: items" for name in entries} <= names and "topics" in names


def test_a_unit_that_does_not_exist(kdl):
    assert kdl("dev", "check", "--unit", "19").code == 3
