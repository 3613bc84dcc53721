"""`kdl algorithm`: what is listed and shown."""

import json

from kdl import catalog


def test_the_list_has_every_file_with_its_kind(kdl):
    said = json.loads(kdl("algorithm", "list", "--json").out)

    assert said["schema"] == "kdl.algorithms/1"
    assert {one["id"]: one["kind"] for one in said["algorithms"]} == {
        card.id: card.makes for card in catalog.algorithms().values()
    }
    assert all(name in kdl("algorithm", "list").out for name in catalog.algorithms())


def test_show_prints_the_lesson_and_code_the_file(kdl):
    shown, code = kdl("algorithm", "show", "rprop"), kdl("algorithm", "show", "rprop", "--code")

    assert "Believe only its sign" in shown.out and "class Rprop" not in shown.out
    assert "class Rprop" in code.out
    assert json.loads(kdl("algorithm", "show", "rprop", "--json").out)["schema"] == "kdl.algorithm/1"


def test_a_near_miss_is_corrected(kdl):
    result = kdl("algorithm", "show", "nadma")

    assert result.code == 3 and "nadam" in result.err
