"""A watchdog's clock that stands still until the work it watches moves it.

Tests of what happens when time is over would else depend on how fast the machine is: a limit that
is short enough to wait for is one that a busy machine misses where it should not.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

# A limit that no machine reaches by being busy, and code for a cell: inside it, it is over.
LIMIT = 600
TIME_IS_OVER = """\
import signal
assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 600, 'the cell has no time limit'
signal.setitimer(signal.ITIMER_REAL, 0.01)"""


class MovedClock:
    """The clock of each process that watches another, kept in a folder that both can see."""

    sleep = staticmethod(time.sleep)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def monotonic(self) -> float:
        """The time, asked by a watchdog; that it asked is written down."""
        with self._asked(os.getpid()).open("ab") as asked:
            asked.write(b"x")
        return self._size(self._moved(os.getpid())) * 100.0

    def move(self, seconds: int) -> None:
        """In the watched process: let time pass for the watchdog, once it heard all that was said.

        It listens, then looks at the clock: when it looked twice it has heard.
        """
        watchdog = os.getppid()
        before = self._size(self._asked(watchdog))
        while self._size(self._asked(watchdog)) < before + 2:
            time.sleep(0.01)
        with self._moved(watchdog).open("ab") as moved:
            moved.write(b"x" * (seconds // 100))

    def _asked(self, process: int) -> Path:
        return self.folder / f"{process}.asked"

    def _moved(self, process: int) -> Path:
        return self.folder / f"{process}.moved"

    @staticmethod
    def _size(path: Path) -> int:
        return path.stat().st_size if path.exists() else 0


def deaf(clock: MovedClock) -> str:
    """Code of a cell that goes on when its time is over."""
    return f"""
import signal, time
from pathlib import Path
from moved_clock import MovedClock
rung = []
signal.setitimer(signal.ITIMER_REAL, 0.01)
while True:
  try:
    while not rung: time.sleep(0.01)
    MovedClock(Path({str(clock.folder)!r})).move(1000)
    time.sleep(99)
  except BaseException: rung.append(1)"""


def stuck(clock: MovedClock) -> str:
    """Code of a cell that does not even hear that its time is over."""
    return f"""
import signal, time
from pathlib import Path
from moved_clock import MovedClock
signal.pthread_sigmask(0, [signal.SIGALRM])
signal.setitimer(signal.ITIMER_REAL, 0.01)
MovedClock(Path({str(clock.folder)!r})).move(1000)
time.sleep(99)"""
