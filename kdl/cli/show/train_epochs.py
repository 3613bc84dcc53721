"""What a training looks like while it runs: a bar on a terminal, one line per epoch elsewhere; both on stderr."""

from __future__ import annotations

import os
import sys
import time

from kdl.cli import render

SHORTEST, LONGEST = 10, 36  # columns of the bar itself


def shown(steps: int, metric: str, *, quiet: bool = False, done: int = 0):
    """A context with the callbacks `step` and `epoch` that `Trainer.run` wants.

    Args:
        steps: optimizer steps in all.
        metric: the task's, as it is called in the row of an epoch.
        quiet: show nothing.
        done: steps taken before, where a training goes on.
    """
    bar = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Bar(steps, metric, done) if bar and not quiet else Lines(metric, quiet)


class Lines:
    """One line per epoch: for pipes, files and dumb terminals."""

    def __init__(self, metric: str, quiet: bool):
        self.metric, self.quiet = metric, quiet

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def step(self, step: int, loss: float) -> None:
        pass

    def epoch(self, row: dict) -> None:
        if not self.quiet:
            numbers = f"loss {row['loss']:.4f}  {self.metric} {row[self.metric]:.4f}"
            render.say(f"epoch {row['epoch']:3d}  step {row['step']:5d}  {numbers}  {row['seconds']:.1f} s", err=True)


class Bar:
    """A progress bar with the loss of the epoch so far, the metric of the epoch before and the time left, in one line."""

    def __init__(self, steps: int, metric: str, done: int = 0):
        self.steps, self.metric, self.loss, self.score = steps, metric, "", ""
        self.done, self.before, self.began, self.drawn = done, done, time.monotonic(), 0
        self.every = max(1, steps // 200)  # redrawing takes longer than a small step

    def __enter__(self):
        self._draw()
        return self

    def __exit__(self, *error):
        self._draw()
        sys.stderr.write("\n")
        sys.stderr.flush()

    def step(self, step: int, loss: float) -> None:
        self.done, self.loss = step, f"loss {loss:.4f}"
        if step % self.every == 0:
            self._draw()

    def epoch(self, row: dict) -> None:
        self.score = f"{self.metric} {row[self.metric]:.4f}"
        self._draw()

    def _draw(self) -> None:
        line = self.line(columns())
        sys.stderr.write("\r" + line.ljust(min(self.drawn, columns() - 1)))
        sys.stderr.flush()
        self.drawn = len(line)

    def line(self, most: int) -> str:
        """The bar in fewer than `most` columns (the last one would make some terminals wrap)."""
        share = self.done / self.steps
        told = [f"{share:4.0%}", self.loss, self.score, self._left()]
        while len(told) > 1 and most - 3 - len(_joined(told)) < SHORTEST:
            told.pop()
        size = max(0, min(LONGEST, most - 3 - len(_joined(told))))
        full = round(share * size)
        return f"[{'#' * full}{'-' * (size - full)}]{_joined(told)}"[: most - 1]

    def _left(self) -> str:
        if not self.before < self.done < self.steps:
            return ""
        left = (time.monotonic() - self.began) / (self.done - self.before) * (self.steps - self.done)
        return f"{render.seconds(left)} left"


def _joined(told: list[str]) -> str:
    return "".join(f"  {part}" for part in told if part)


def columns() -> int:
    """Of the terminal behind stderr; stdout may be a pipe. `COLUMNS` wins, as everywhere."""
    try:
        real = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # no terminal, or no file at all
        real = 0
    chosen = os.environ.get("COLUMNS", "")
    return max(20, int(chosen) if chosen.isdigit() and int(chosen) else real or 80)
