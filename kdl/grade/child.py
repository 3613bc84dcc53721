"""The learner's process seen from the judge: start it, ask it, watch its time and memory, and leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kdl.grade import frames, sandbox

START_S = 60.0
OUTPUT_BYTES = 64 * 1024
FEW_BYTES = 2**16  # of an answer that holds no value
_POLL_S = 0.1


class Failed(Exception):
    """No answer.

    Args:
        reason: "timeout", "memory", "crash", "protocol" or "start".
        detail: one sentence.
    """

    def __init__(self, reason: str, detail: str):
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class Child:
    """One process with one submission. After a Failed it is dead and must be replaced.

    Args:
        plan: from `sandbox.plan`; its job folder is deleted by `close`.
    """

    def __init__(self, plan: sandbox.Plan):
        self.plan = plan
        self.output = bytearray()
        self.truncated = False
        self.number = 0  # of the last request
        self._answers: queue.Queue = queue.Queue()
        self._adopts = plan.mode == sandbox.PROCESS and _adopt_orphans(True)
        try:
            self.process = subprocess.Popen(
                plan.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=plan.environment,
                cwd=plan.job / "work",
                start_new_session=True,
            )
        except OSError as error:
            plan.remove()
            raise Failed("start", f"it cannot be started: {error}") from error
        mine = _processes().get(self.process.pid) if self._adopts else None
        self._since = mine.started if mine else 0
        self._drain = threading.Thread(target=self._collect, daemon=True)
        self._drain.start()

    # ---- asking

    def started(self) -> bool:
        """The process runs our code: its sandbox works here. Waits for its first frame."""
        with contextlib.suppress(Failed):
            return self._exchange(None, START_S).get("status") == "started"
        return False

    def ready(self) -> None:
        """Wait until the imports are done."""
        if self._exchange(None, START_S).get("status") != "ready":
            raise self._failed("protocol", "it did not say that it is ready")

    def ask(self, request: dict, seconds: float, most: int = frames.MAX_FRAME) -> dict:
        """Send one request and return the answer.

        Args:
            most: bytes of an answer that is read; a larger one is "unsendable".

        Raises:
            Failed: and the process was killed.
        """
        self.number += 1
        answer = self._exchange({**request, "id": self.number}, seconds, most)
        if not isinstance(answer, dict) or answer.get("id") != self.number or not isinstance(answer.get("status"), str):
            raise self._failed("protocol", "what it sent is no answer to the question")
        return answer

    def _exchange(self, request: dict | None, seconds: float, most: int = FEW_BYTES):
        """Write and read in a thread of its own, so that neither can block the judge."""
        threading.Thread(target=self._talk, args=(request, most, self._answers), daemon=True).start()
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise self._failed("timeout", f"no answer within {seconds:g} s")
            try:
                answer = self._answers.get(timeout=min(left, _POLL_S))
                break
            except queue.Empty:
                used = memory_mb(self.process.pid, self.plan.memory_mb, self.plan.marker)
                if used > self.plan.memory_mb:
                    raise self._failed("memory", f"it used {used:,} MiB; the limit is {self.plan.memory_mb:,} MiB") from None
        if isinstance(answer, Exception):
            raise self._explained(answer)
        return answer

    def _talk(self, request: dict | None, most: int, answers: queue.Queue) -> None:
        try:
            if request is not None:
                frames.write(self.process.stdin, request)
            answers.put(frames.read(self.process.stdout, most))
        except frames.TooLarge as error:
            answers.put({"id": request and request["id"], "status": "unsendable", "message": str(error)})
        except Exception as error:  # handed to the judge's thread, which raises it
            answers.put(error)

    def _explained(self, error: Exception) -> Failed:
        if isinstance(error, frames.ProtocolError):
            return self._failed("protocol", f"what it sent is no answer: {error}")
        code = self._ended()
        if code is None:
            return self._failed("crash", "it closed its pipe")
        if code < 0 or code > 128:  # bubblewrap reports a signal as 128 + number
            number = -code if code < 0 else code - 128
            with contextlib.suppress(ValueError):
                return self._failed("crash", f"the process died of {signal.Signals(number).name}")
        return self._failed("crash", f"the process ended itself with exit code {code}")

    def _ended(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(timeout=0.5)
        return None

    def _failed(self, reason: str, detail: str) -> Failed:
        self.kill()
        return Failed(reason, detail)

    def _collect(self) -> None:
        """Keep the first OUTPUT_BYTES of what is printed, and read on so that nothing blocks."""
        while part := self.process.stderr.read1(65536):
            room = OUTPUT_BYTES - len(self.output)
            self.output += part[:room]
            self.truncated |= len(part) > room

    def printed(self) -> dict[int, str]:
        """What the learner's code printed, by the number of the request; 0 is before the first one."""
        first, *rest = self.output.decode("utf-8", "replace").split("\x1e")
        found = {0: first} if first else {}
        for part in rest:
            number, mark, text = part.partition("\x1f")
            # The learner's code may print these marks too: what is no number of a request that was asked is left out.
            if mark and text and number.isascii() and number.isdecimal() and len(number) < 10 and int(number) <= self.number:
                found[int(number)] = found.get(int(number), "") + text
        return found

    # ---- the end

    def kill(self) -> None:
        """End the process, its group, and (by the pid namespace or by adoption) whatever it has started."""
        table = _processes() if self._adopts else {}
        below = tree(self.process.pid, table) - {self.process.pid}
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self._adopts:
            now = _processes()
            for pid in (one for one in below if one in now and now[one].started == table[one].started):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            _end_orphans(self.plan.marker, self._since)
            _adopt_orphans(False)
            self._adopts = False

    def close(self) -> None:
        """End it and delete its folder. May be called twice."""
        self.kill()
        self._drain.join(timeout=2)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        if self.plan.job.exists():
            self.plan.remove()


def start(exercise, mode: str | None = None, *, low: bool = False) -> Child:
    """A process that has said that it runs.

    Args:
        exercise: whose limits and runtime to use.
        mode: "bwrap" or "process"; None for bubblewrap where it runs, else a plain process.
        low: it imports at low priority.

    Raises:
        Failed: it does not start in the mode that was asked for.
    """
    modes = [mode] if mode else [sandbox.BWRAP, sandbox.PROCESS] if sandbox.available() else [sandbox.PROCESS]
    for one in modes:
        child = Child(sandbox.plan(exercise, one, low=low))
        if child.started():
            return child
        child.close()
    said = child.printed().get(0, "").strip()[-300:]
    raise Failed("start", f"it ended before it said a word: {said}")


# ---- Linux: memory and orphans ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Process:
    parent: int
    session: int
    started: int  # ticks since the machine did
    pages: int  # resident


def _processes() -> dict[int, _Process]:
    found = {}  # by pid, whatever can be seen
    for entry in Path("/proc").glob("[0-9]*") if sys.platform == "linux" else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            parts = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            found[int(entry.name)] = _Process(int(parts[1]), int(parts[3]), int(parts[19]), int(parts[21]))
    return found


def tree(pid: int, table: dict[int, _Process] | None = None, more: Iterable[int] = ()) -> set[int]:
    """A process, everything below it, and everything below `more`."""
    table = _processes() if table is None else table
    found, grown = {pid, *more}, True
    while grown:
        below = {one for one, process in table.items() if process.parent in found} - found
        found |= below
        grown = bool(below)
    return found


def memory_mb(pid: int, limit: int, marker: str = "") -> int:
    """Memory of a process, everything below it, and what of it was orphaned, in MiB; 0 where it cannot be seen.

    A page that forks share counts once for each of them; only where the sum is above `limit` is the exact share asked for.
    """
    table = _processes()
    found = tree(pid, table, _orphans(table, marker, table[pid].started) if marker and pid in table else ())
    pages = sum(table[one].pages for one in found if one in table)
    used = pages * os.sysconf("SC_PAGE_SIZE") // 2**20 if pages else 0
    return sum(_share_kb(one) for one in found) // 1024 if used > limit else used


def _share_kb(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _adopt_orphans(on: bool) -> bool:
    """Make this process the parent of daemons that the learner's code leaves; True where the platform can."""
    import ctypes

    PR_SET_CHILD_SUBREAPER = 36
    return sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0) == 0


def _orphans(table: dict[int, _Process], marker: str, since: int) -> list[int]:
    """Our children that carry a job's mark, and those that have shed it: later than the job, in a session of their own."""
    found = []
    for pid, process in table.items():
        if process.parent == os.getpid() and process.started >= since:
            with contextlib.suppress(OSError):
                marks = [one for one in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if one.startswith(b"KDL_JOB=")]
                shed = not marks and process.session != os.getsid(0)
                if f"KDL_JOB={marker}".encode() in marks or shed:
                    found.append(pid)
    return found


def _end_orphans(marker: str, since: int) -> None:
    """Kill the orphans of a job, and theirs, until there are none."""
    for _ in range(20):
        if not (strays := _orphans(_processes(), marker, since)):
            return
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
