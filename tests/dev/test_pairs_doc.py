"""`docs/pairs.md`: whose a lead is, which claims chance could confirm, and the table of a scenario."""

import pytest

from kdl import catalog
from kdl.dev import docs
from kdl.experiment import pair as pairs
from kdl.experiment import results


@pytest.fixture(scope="module")
def page():
    return docs.pairs_page([catalog.find("pair", name) for name in ("P53", "T60")])


def test_a_mean_stands_beside_the_arm_that_it_is_of(page):
    """P53 claims of the GRU and the LSTM that they are equal; the lead is the first arm's of the claim."""
    row = results.load(catalog.find("pair", "P53"))["result"]["claims"][1]
    (line,) = [
        line
        for line in page.splitlines()
        if line.startswith(f"| P53 | {pairs.load(catalog.find('pair', 'P53')).claims[1].text} ")
    ]

    assert line.split(" | ")[2:5] == [row["kind"], row["verdict"], row["a"]]


def test_chance_is_counted_without_equal_claims_and_they_are_named_apart(page):
    """Those of P53 that are measured are `equal`: nothing that chance could confirm is left."""
    rows = [row for row in results.load(catalog.find("pair", "P53"))["result"]["claims"] if row["p"] is not None]
    tested = sum(row["kind"] != "equal" for row in rows)

    assert f"at most {tested / 40:.2g} of the {tested} `greater`,\n`interaction` and `trend` claims" in page
    assert f"The {len(rows) - tested} `equal` claims are not among them" in page


def test_a_confirmed_claim_is_marked_where_its_interval_begins_below_the_smallest_effect(monkeypatch):
    """All of T05 begin beyond it; one is given a lower beginning here."""
    card = catalog.find("pair", "T05")
    found = results.load(card)
    assert "†" not in "".join(line for line in docs.pairs_page([card]).splitlines() if line.startswith("| T05"))

    row = next(row for row in found["result"]["claims"] if row["kind"] == "greater" and row["verdict"] == "confirmed")
    row["low"] = 0.9 * row["smallest"]
    monkeypatch.setattr(results, "load", lambda card, folder=None: found)
    (line,) = [line for line in docs.pairs_page([card]).splitlines() if line.startswith("| T05") and "†" in line]
    assert f"| {pairs.load(card).claim(row['id']).text} | greater | confirmed † |" in line


def test_a_scenario_stands_there_with_its_table(page):
    (claim,) = pairs.load(catalog.find("pair", "T60")).claims

    assert "## Tables for deciding" in page
    assert all(f"| {situation} | {arm} | {why} |" in page for situation, arm, why in claim.table)


def test_the_same_results_give_the_same_bytes(page):
    assert docs.pairs_page([catalog.find("pair", name) for name in ("P53", "T60")]) == page
