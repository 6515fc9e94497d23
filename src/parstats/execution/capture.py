"""Capture of all that cells print, from Python, C code or programs they start."""

from __future__ import annotations

import codecs
import fcntl
import io
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Emit = Callable[[str, str], None]
_NAMES = ("stdout", "stderr")


class Stream(io.TextIOBase):
    """Standard output or error of the cells of a notebook.

    Text of Python is kept until the stream is flushed; what is written to the file descriptor
    beside it goes to a file in memory and is taken in where it was written, so that nothing that
    writes ever waits for a reader. Its name is "stdout" or "stderr"; `emit` is given the name and
    the text when it is flushed.
    """

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, name: str, emit: Emit) -> None:
        self.name = name
        self._emit = emit
        self._number = _NAMES.index(name) + 1
        self._owner = os.getpid()
        self._parts: list[str] = []
        self._lock = threading.RLock()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._taken = 0
        self._saved = os.dup(self._number)
        self._file = _memory_file(name)
        os.dup2(self._file, self._number)

    def fileno(self) -> int:
        """Return the file descriptor that programs started by a cell inherit."""
        return self._number

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Never: this is no terminal."""
        return False

    def write(self, text: str) -> int:
        """Keep some text until the next flush."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._owner:  # a process forked by a cell: only the file is shared
            os.write(self._file, text.encode("utf-8", "replace"))
            return len(text)
        with self._lock:
            self._take_in()
            self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Emit the text written since the last call."""
        if os.getpid() != self._owner or self._saved < 0:
            return
        with self._lock:
            self._take_in()
            if self._parts:
                parts, self._parts = self._parts, []
                self._emit(self.name, "".join(parts))

    def restore(self) -> None:
        """Emit the rest and restore the file descriptor."""
        self.flush()
        os.dup2(self._saved, self._number)
        os.close(self._saved)
        os.close(self._file)
        self._saved = self._file = -1

    def _take_in(self) -> None:
        """Read the text written to the file descriptor."""
        if self._file < 0:
            return
        size = os.fstat(self._file).st_size
        while self._taken < size:
            content = os.pread(self._file, size - self._taken, self._taken)
            if not content:
                return
            self._taken += len(content)
            self._parts.append(self._decoder.decode(content))


def _memory_file(name: str) -> int:
    """Open an unnamed file whose writers all append."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create(name)
    else:
        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    fcntl.fcntl(number, fcntl.F_SETFL, fcntl.fcntl(number, fcntl.F_GETFL) | os.O_APPEND)
    return number


@contextmanager
def captured(emit: Emit) -> Iterator[tuple[Stream, Stream]]:
    """Pass all that is printed meanwhile to `emit`; standard input is empty.

    Yields standard output and error; `emit` is given the name of a stream and text whenever that
    stream is flushed.
    """
    before = sys.stdin, sys.stdout, sys.stderr
    for stream in before[1:]:
        stream.flush()
    saved = os.dup(0)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    out, err = Stream("stdout", emit), Stream("stderr", emit)
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        out.restore()
        err.restore()
        os.dup2(saved, 0)
        os.close(saved)
