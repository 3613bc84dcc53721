"""What a training looks like while it runs: a bar on a terminal, one line per epoch elsewhere; both on stderr."""

from __future__ import annotations

import os
import sys

import click

from kdl.cli import render


def shown(steps: int, metric: str, *, quiet: bool = False):
    """A context with the callbacks `step` and `epoch` that `Trainer.run` wants.

    Args:
        steps: optimizer steps in all.
        metric: the task's, as it is called in the row of an epoch.
        quiet: show nothing.
    """
    bar = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Bar(steps, metric) if bar and not quiet else Lines(metric, quiet)


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
    """A progress bar with the time left, the loss of the epoch so far and the metric of the epoch before."""

    def __init__(self, steps: int, metric: str):
        self.metric, self.loss, self.score = metric, "", ""
        self.bar = click.progressbar(
            length=steps,
            file=sys.stderr,
            item_show_func=lambda _: self.loss + self.score,
            update_min_steps=max(1, steps // 200),  # redrawing takes longer than a small step
        )

    def __enter__(self):
        self.bar.__enter__()
        return self

    def __exit__(self, *error):
        self.bar.__exit__(*error)

    def step(self, step: int, loss: float) -> None:
        self.loss = f"loss {loss:.4f}"
        self.bar.update(1)

    def epoch(self, row: dict) -> None:
        self.score = f"  {self.metric} {row[self.metric]:.4f}"
