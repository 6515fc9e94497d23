"""Output places: a local folder, or an address of fsspec."""

from __future__ import annotations

import importlib.util
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Literal, cast

from parstats import errors, storage


def output_path(where: str | Path) -> Path:
    """Return the folder of a path or an address.

    An address has a scheme, as "s3://bucket/reports", "sftp://host/reports" or "memory://reports",
    and gives an object of universal_pathlib, which has the methods of a path. Raises OutputRefused
    if the scheme is unknown, or what it needs is not installed.

    >>> output_path("build/reports").as_posix()
    'build/reports'
    """
    address = str(where)
    if "://" not in address:
        return _as_on_disk(Path(where))
    if importlib.util.find_spec("upath") is None:
        raise errors.OutputRefused(
            f"{address} is an address; to write there: pip install 'parstats[remote]'"
        )
    from upath import UPath

    try:
        path = UPath(address)
        path.fs  # noqa: B018 - it is made on first use, and what is missing shows then
    except (ImportError, ValueError) as problem:
        raise errors.OutputRefused(f"{address} cannot be written to: {problem}") from None
    # It has the methods of a path that are used here, without being one.
    return Path(path.path) if path.protocol in ("", "file", "local") else cast(Path, path)


def is_local(path: Path) -> bool:
    """Return whether a place is a folder or file of this machine.

    >>> is_local(Path("build"))
    True
    """
    return getattr(path, "protocol", "") == ""


def is_occupied(path: Path) -> bool:
    """Return whether a file or a broken link is in place of a folder.

    >>> is_occupied(Path("."))
    False
    """
    return (path.exists() or path.is_symlink()) and not path.is_dir()


def inside(folder: Path, name: str, reason: str = "a report is written there") -> Path:
    """Return the path of a file inside a folder; `reason` says why it is asked about.

    Raises OutputRefused if the name leads outside: absolute, with "..", or over a link.

    >>> inside(Path("build"), "papi/20.html").as_posix()
    'build/papi/20.html'
    """
    if not _leads_inside(folder, name):
        raise errors.OutputRefused(
            f"{name!r:.200} is no file inside {folder} ({reason}): nothing outside is read, "
            "written or deleted; take such links out of the folder, or name a new folder"
        )
    return folder / name


def _leads_inside(folder: Path, name: str) -> bool:
    pure = PurePath(name)
    if not pure.parts or pure.anchor or ".." in pure.parts or not name.isprintable():
        return False
    # No file system has longer names; asking about one is an error there.
    if any(len(part.encode()) > 255 for part in pure.parts):
        return False
    if not is_local(folder):
        return True
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


@contextmanager
def lock_output(folder: Path) -> Iterator[None]:
    """Keep other batches of this machine out of a folder; two would write one manifest.

    Nothing is held where the system has no such locks (Windows), nor at an address. Raises
    OutputRefused if another one is at work there.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    if not is_local(folder):
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise errors.OutputRefused(
            f"{folder} is being written by another run of parstats report; wait for its end, or "
            "name another folder"
        ) from None
    try:
        yield
    finally:
        # Said aloud: a process that a notebook left behind may still have the folder open.
        fcntl.flock(number, fcntl.LOCK_UN)
        os.close(number)


def write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Stores of objects show a file once it is complete; on this machine it is moved into its place.
    """
    if is_local(path):
        storage.write_atomic(path, lambda part: part.write_bytes(content))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _as_on_disk(path: Path) -> Path:
    """The same path as the file system spells it, if only the spelling of its letters differs.

    "báo cáo" has two spellings in Unicode; a folder made under one is found under the other.
    """
    if path.exists():
        return path
    forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
    for form in forms:
        other = Path(unicodedata.normalize(form, str(path)))
        if other.exists():
            return other
    return path
