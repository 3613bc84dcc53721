"""Memory: what loading a checkpoint takes, and what there is of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from kdl.errors import UsageProblem

# Loading takes the model itself, and for one array at a time some copies more: Keras draws its first values, which takes
# several; it is read, as F64 in twice the bytes, made float32, turned, and assigned. Measured (tests/weights/test_room.py):
# 4.1 to 6.1 copies. When memory is handed back is up to the system, so there is room to spare.
COPIES = 8

# Where a container is told how much it may have, in two versions of cgroups; the system's own number is that of its host.
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def needed(counts: Iterable[int]) -> int:
    """Bytes that loading takes at its peak.

    Args:
        counts: numbers in each array.
    """
    counts = list(counts)
    return int(4 * (sum(counts) + COPIES * max(counts)))


def there() -> int | None:
    """Bytes of memory that this process may have in all; None where nothing tells."""
    found = [limit for limit in map(_limit, LIMITS) if limit is not None]
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):  # Windows has no sysconf
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found, default=None)


def _limit(path: Path) -> int | None:
    """The number in a file; None where there is none, or where it says `max`."""
    try:
        said = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(said) if said.isdecimal() else None


def expect(counts: Iterable[int], folder) -> None:
    """Refuse what this machine cannot hold, before it tries.

    Raises:
        UsageProblem: `needed` is more than what is `there`.
    """
    asked, room = needed(counts), there()
    if room is not None and asked > room:
        why = f"Loading its weights takes {asked / 1e9:,.1f} GB, and this machine has {room / 1e9:,.1f} GB of memory."
        raise UsageProblem(f"{folder} is too large for this machine.", why=why, fix="Take a smaller model.")
