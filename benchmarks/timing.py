"""Timing side by side: medians over several runs, printed as ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One comparison.

    Attributes
    ----------
    what : str
        The task.
    ours : float
        Median seconds of parstats.
    peer : str
        What it is compared with.
    theirs : float
        Median seconds of the peer.
    measured : bool
        False: a dated constant, not measured in this run.
    """

    what: str
    ours: float
    peer: str
    theirs: float
    measured: bool = True

    def __str__(self) -> str:
        ratio = self.theirs / self.ours
        note = "" if self.measured else "  (not measured in this run)"
        return (
            f"{self.what:58} {_seconds(self.ours)}  {self.peer:34} {_seconds(self.theirs)}"
            f"  {ratio:>9,.1f}x{note}"
        )


def _seconds(value: float) -> str:
    return f"{1000 * value:8.1f} ms" if value < 1 else f"{value:8.2f} s "


def median(run: Callable[[], object], times: int = 5) -> float:
    """Median wall-clock seconds of a function, after one run that does not count.

    Parameters
    ----------
    run : callable
        What to time.
    times : int
        Runs that count.
    """
    run()
    durations = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def once(run: Callable[[], object]) -> float:
    """Wall-clock seconds of one run, for what takes long.

    Parameters
    ----------
    run : callable
        What to time.
    """
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
