"""Numbers that a content test measures, printed at the end of the run: `tell("lstm-cell: worst right error 0.05")`."""

import pytest

_TOLD: list[str] = []


@pytest.fixture
def tell():
    return _TOLD.append


def pytest_terminal_summary(terminalreporter):
    if _TOLD:
        terminalreporter.section("measured")
        for line in sorted(_TOLD):
            terminalreporter.write_line(line)
