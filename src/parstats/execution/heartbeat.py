"""Heartbeats of a working process for its watchdog; works without POSIX."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def heartbeat(cell_label: str = "") -> None:
    """Signal that this process is alive; without effect if no watchdog listens.

    `cell_label` says where it is, as "cell 3": named if it dies there.

    >>> from parstats import execution
    >>> execution.heartbeat("cell 3")
    """
    for listener in _listeners:
        listener(cell_label)


def listen(listener: Callable[[str], None]) -> None:
    """Send every heartbeat to one listener, dropping those of parent processes."""
    _listeners[:] = [listener]
