"""Where `kdl train` computes: backend, device, hosts. Chosen before Keras is loaded."""

from __future__ import annotations

import os

from kdl.cli import render
from kdl.errors import UsageProblem


def chosen(device: str | None, devices: int | None, hosts: str | None, process: int | None):
    """The `Place` that the options name.

    Raises:
        UsageProblem: what was asked for makes no sense.
    """
    from kdl import backend as room

    if (hosts is None) != (process is None):
        raise UsageProblem(
            "--hosts and --process go together.", fix="On the second of two hosts: --hosts A:5000,B:5000 --process 1"
        )
    return room.Place(device or "auto", devices or 1, tuple(hosts.split(",")) if hosts else (), process or 0)


def start(place, backend: str | None) -> None:
    """Start Keras there, on the backend that was named; a group of hosts needs JAX.

    Raises:
        UsageProblem, EnvironmentProblem: what was asked for is not there.
    """
    from kdl import backend as room

    name = backend or os.environ.get("KERAS_BACKEND") or ("jax" if place.hosts else None)
    render.say("Loading Keras ...", err=True)
    if place.hosts and name == "jax":
        render.say("Waiting for all processes of the group ...", err=True)
    room.start(name, place)
