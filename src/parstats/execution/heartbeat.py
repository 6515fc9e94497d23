"""Heartbeats of a working process, for the watchdog beside it; works without POSIX."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def heartbeat(cell_label: str = "") -> None:
    """Say that this process is alive; without effect where nobody watches.

    Parameters
    ----------
    cell_label : str
        Where it is, as "cell 3": named if it dies there.

    Examples
    --------
    >>> from parstats import execution
    >>> execution.heartbeat("cell 3")
    """
    for listener in _listeners:
        listener(cell_label)


def listen(listener: Callable[[str], None]) -> None:
    """Tell one listener, and none that an ancestor of this process had, of every heartbeat."""
    _listeners[:] = [listener]
