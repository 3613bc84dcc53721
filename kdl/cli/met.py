"""Which pairs the learner has met: what an experiment found is told to nobody who could still predict it."""

from __future__ import annotations

import contextlib


def pairs() -> set[str]:
    """The ids of the pairs that were predicted or run. Asking makes no database."""
    from kdl import paths
    from kdl.runs import record
    from kdl.store import database, predictions

    found = {run.record["what"] for run in record.every()[0] if run.record["kind"] == "compare"}
    if paths.database().is_file():
        with contextlib.closing(database.connect()) as db:
            found |= {one.pair for one in predictions.every(db)}
    return found
