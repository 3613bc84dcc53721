"""`docs/runs.md` names every field that a run and a plan really have."""

import json
import re
from pathlib import Path

import pytest

from kdl.runs import record

PAGE = (Path(__file__).parents[2] / "docs" / "runs.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(\w+)`", PAGE))
QUICK = ("train", "lstm", "--set", "length=5", "--set", "units=4", "--batch-size", "4", "--steps", "1")


def fields(value) -> set[str]:
    """The keys of an object and of the recipe, engine and data card in it; those of options and sizes are the model's."""
    inner = [value[name] for name in ("recipe", "engine", "data") if name in value]
    return {key for one in [value, *inner] for key in one}


def test_every_field_of_a_plan_and_of_its_result_is_named(kdl):
    plan, result = (json.loads(kdl(*QUICK, *more, "--json").out) for more in (["--dry-run"], []))

    assert (fields(plan) | fields(result)) - NAMED == set()
    assert fields(record.find("last").record) - NAMED == set()


@pytest.mark.parametrize("how", ["diverged", "own data"])
def test_every_field_of_a_run_that_went_otherwise_is_named(how, kdl, tmp_path):
    (tmp_path / "my.csv").write_text("".join(f"{n},{n % 3},{n % 2}\n" for n in range(40)))
    arguments = {"diverged": ("--lr", "1e300"), "own data": ("--data", tmp_path / "my.csv", "--batch-size", "8")}[how]

    kdl("train", "mlp", "--steps", "2", *arguments)

    assert fields(record.find("last").record) - NAMED == set()


def test_every_file_of_a_run_is_named(kdl):
    kdl(*QUICK)

    assert {path.name for path in record.find("last").path.iterdir()} <= set(re.findall(r"`([\w./]+)`", PAGE))
