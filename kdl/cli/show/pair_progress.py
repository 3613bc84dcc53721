"""An experiment while it runs: a live table on a terminal, one line for each measurement elsewhere."""

from __future__ import annotations

from kdl.cli import render
from kdl.experiment import told


def lines(pair):
    """One line on stderr for each measurement: its score, its loss, its time; what probes measured stands in the tables."""

    def tell(progress) -> None:
        if progress.row is None:
            return
        shown = ", ".join(
            f"{name} {told.number(value) if value is not None else _nothing(name)}"
            for name, value in _briefly(progress.row["values"])
        )
        where = f"seed {progress.seed}, {pair.conditions[progress.condition]}, {progress.arm}"
        render.say(
            f"{progress.done:3d} of {progress.total}  {where}: {shown}, {render.seconds(progress.row['seconds'])}", err=True
        )

    return tell


def _briefly(values: dict) -> list[tuple[str, float | None]]:
    """The first number, which is the score, the loss, and the steps to a target, as far as there are such."""
    numbers = {name: value for name, value in values.items() if not isinstance(value, list)}
    return [(name, numbers[name]) for name in dict.fromkeys([*list(numbers)[:1], "loss", "steps"]) if name in numbers]


def _nothing(name: str) -> str:
    """Why there is no number: of the steps to the target, since it was not reached."""
    return "to the target: not reached" if name == "steps" else "diverged"


class Live:
    """The table of means while it grows, redrawn after each measurement."""

    def __init__(self, pair):
        import time

        self.pair, self.clock, self.began, self.first = pair, time.monotonic, None, 0

    def __enter__(self):
        from rich.console import Console
        from rich.live import Live

        self.live = Live(console=Console(highlight=False), auto_refresh=False, transient=True)
        self.live.start()
        return self

    def __exit__(self, *error):
        self.live.stop()

    def __call__(self, progress) -> None:
        from rich.text import Text

        if self.began is None:
            self.began, self.first = self.clock(), progress.done
        self.live.update(Text(render.plain("\n".join(self._lines(progress)))), refresh=True)

    def _lines(self, progress) -> list[str]:
        lines = []
        for _, rows in told.boards(self.pair, progress.measured):
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            lines += ["  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows]
        measured = progress.done - self.first
        left = (self.clock() - self.began) / measured * (progress.total - progress.done) if measured else None
        eta = "" if left is None else f", about {render.seconds(left)} left"
        now = f"seed {progress.seed}, {self.pair.conditions[progress.condition]}, {progress.arm}"
        return [
            *lines,
            "",
            f"{progress.done} of {progress.total} measured{eta}; now {now}",
            "Ctrl-C stops and keeps what is measured.",
        ]
