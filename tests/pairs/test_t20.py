"""T20: the counted multiply-adds against the products of sizes of the MobileNets paper, section 3.1."""

import pytest

from kdl import catalog
from kdl.experiment import results

T20 = catalog.load(catalog.find("pair", "T20"))


@pytest.mark.slow
def test_the_counts_are_the_papers_products():
    """D_K^2 M N D_F^2; D_K^2 M D_F^2 + M N D_F^2; and each of G groups D_K^2 (M / G) (N / G) D_F^2."""
    k, m, n, f, g = T20.KERNEL, T20.CHANNELS, T20.FILTERS, T20.PLACES, T20.GROUPS
    assert T20.costs("whole", "separable", "grouped") == {
        "whole": k * k * m * n * f * f,
        "separable": k * k * m * f * f + m * n * f * f,
        "grouped": g * k * k * (m // g) * (n // g) * f * f,
    }


def test_the_committed_counts_hold_what_is_claimed():
    committed = {row["id"]: row["counts"] for row in results.load(catalog.find("pair", "T20"))["result"]["claims"]}
    for claim in T20.CLAIMS:
        assert claim.holds(committed[claim.id])
        assert not claim.holds(dict.fromkeys(committed[claim.id], 1))
