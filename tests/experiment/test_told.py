"""How the numbers of a pair read."""

from math import log2

import pytest

from kdl.experiment import told
from kdl.experiment.claims import Measure


@pytest.mark.parametrize(
    ("factor", "said"),
    [(1, "1.00x"), (0.5, "0.50x"), (4.688, "4.69x"), (1024, "1,024x"), (5.02e23, "5.02e23x"), (2.5e-9, "2.50e-9x")],
)
def test_a_factor_reads_as_short_as_it_can(factor, said):
    assert told.factor(log2(factor)) == said


def test_a_factor_that_no_float_holds_is_told_too():
    """2^2000 = 10^602.06 = 1.15e602."""
    assert told.factor(2000.0) == "1.15e602x"


def test_a_lead_reads_in_its_unit_or_as_a_factor():
    plain = Measure("error", "error", better="less", worst=1.0)
    ratio = Measure("steps", "steps", better="less", worst=9.0, scale="ratio")

    assert (told.effect(0.12345, plain), told.effect(1.0, ratio)) == ("0.1235", "2.00x")
    assert told.interval(None, 1.0, plain) == "unbounded" and told.interval(0.0, 1.0, ratio) == "1.00x to 2.00x"
    assert (told.smallest(0.05, plain), told.smallest(1.0, ratio)) == ("0.05", "2x")
