"""What loading takes in memory: as much as is promised, compared with what a container may have."""

import os
import subprocess
import sys

import made_folders
import numpy as np
import pytest
from made_folders import Fixture

from kdl.errors import UsageProblem
from kdl.weights import gpt_2, plan, room


@pytest.fixture
def limit(tmp_path, monkeypatch):
    """Write what the container is told."""
    path = tmp_path / "memory.max"
    monkeypatch.setattr(room, "LIMITS", (tmp_path / "nowhere", path))
    return lambda said: path.write_text(f"{said}\n")


def test_a_container_s_limit_counts_where_it_is_less_than_the_machine_has(limit):
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert room.there() == machine
    for said, expected in (("max", machine), (2**62, machine), (10**6, 10**6)):
        limit(said)
        assert room.there() == expected


def test_a_checkpoint_is_planned_where_all_that_loading_takes_is_there_and_refused_with_a_byte_less(limit, tmp_path):
    """Its weights alone, 4 bytes for each number, are not enough."""
    fixture = Fixture("gpt-2-1")
    counts = [array.size for array in fixture.weights.values()]
    folder = made_folders.folder(tmp_path / "gpt", fixture.config, fixture.weights)
    limit(room.needed(counts))
    plan.made("gpt-2", folder)

    for bytes_ in (room.needed(counts) - 1, 4 * sum(counts)):
        limit(bytes_)
        with pytest.raises(UsageProblem, match="too large for this machine"):
            plan.made("gpt-2", folder)


PEAK = """
import sys
from pathlib import Path
from kdl import catalog, weights
from kdl.backend import start
start()
catalog.build("gpt-2", "tiny")  # what the first model of a process takes once

def told(key):  # of this process alone: getrusage begins with the peak of the one that started it
    with open("/proc/self/status") as file:
        return 1024 * next(int(line.split()[1]) for line in file if line.startswith(key))

before = told("VmRSS")
weights.load("gpt-2", Path(sys.argv[1]))
print(told("VmHWM") - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("dtype", ["F32", "F64"])
def test_loading_takes_no_more_than_it_is_said_to(dtype, tmp_path):
    """Two arrays of 64 MiB, beside which all else is nothing."""
    sizes = {"vocab_size": 2**19, "length": 2**19, "width": 32, "inner": 32, "depth": 1}
    config = Fixture("gpt-2-1").config | {"n_layer": 1, "n_embd": 32, "n_inner": 32, "n_head": 1}
    config |= {"vocab_size": sizes["vocab_size"], "n_positions": sizes["length"]}
    arrays = {f"transformer.{weight.name}": np.zeros(weight.shape, np.float32) for weight in gpt_2.weights(sizes)}
    folder = made_folders.folder(tmp_path, config, arrays, dtype)
    done = subprocess.run([sys.executable, "-c", PEAK, folder], capture_output=True, text=True, check=True)

    needed = room.needed(array.size for array in arrays.values())
    assert needed / 2 < int(done.stdout.split()[-1]) <= needed
