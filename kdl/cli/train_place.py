"""Where `kdl train` computes: backend, device, hosts. Chosen before Keras is loaded."""

from __future__ import annotations

import os

from kdl.errors import UsageProblem


def started(*, backend: str | None, device: str | None, devices: int | None, hosts: str | None, process: int | None):
    """Start Keras there; returns the `Place`.

    Raises:
        UsageProblem, EnvironmentProblem: what was asked for makes no sense, or is not there.
    """
    from kdl import backend as room

    if (hosts is None) != (process is None):
        raise UsageProblem(
            "--hosts and --process go together.", fix="On the second of two hosts: --hosts A:5000,B:5000 --process 1"
        )
    place = room.Place(device or "auto", devices or 1, tuple(hosts.split(",")) if hosts else (), process or 0)
    # Alone, the default place is the one that every other command starts in.
    room.start(backend or os.environ.get("KERAS_BACKEND") or ("jax" if hosts else None), place)
    return place
