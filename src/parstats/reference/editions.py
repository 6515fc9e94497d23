"""Which edition of the reference tables is in use, and results that are remembered by edition.

The reference tables are the package's, with the files in ``reference/`` of the data folder read on
top (`parstats.reference.overlay`). Another data folder (``PARSTATS_DATA``) or a changed file there
makes another edition, so a result that depends on them is remembered together with the edition it
was made from: nothing stale is returned when the variable changes within a process.

Files are looked at again when the variable changes and after `refresh`, which `parstats.build`,
every ``load_*``, every command and every function that writes reference tables call; not each time
a fact is asked for, which would cost more than the answer.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from parstats import folders

P = ParamSpec("P")
T = TypeVar("T")

# A file: its path below the folder, size, times and number on the disk.
_File = tuple[str, int, int, int, int]
# Editions by what the data folder adds: the folder and its files. Data folders that add nothing
# share the first edition, that of the package alone.
_numbers: dict[tuple[str, tuple[_File, ...]], int] = {("", ()): 0}
_number_by_setting: dict[str, int] = {}


def overlay_files() -> dict[str, Path]:
    """Return the files of the data folder's ``reference/``, by their path below it.

    Notes (.md), hidden files, and those that a spreadsheet or the desktop keeps beside others are
    left out.

    >>> any(name.endswith(".md") for name in overlay_files())
    False
    """
    folder = folders.reference_folder()
    if folder is None or not folder.is_dir():
        return {}
    paths = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not _is_aside(path.name)
    }
    return {name: paths[name] for name in sorted(paths)}


def _is_aside(name: str) -> bool:
    return name[0] in ".~" or name.lower().endswith((".md", "desktop.ini", "thumbs.db"))


def number() -> int:
    """Return the number of the edition in use; 0 is the package alone.

    >>> number() == number()
    True
    """
    setting = os.environ.get(folders.VARIABLE, "")
    current = _number_by_setting.get(setting)
    if current is None:
        current = _number_by_setting[setting] = _look()
    return current


def _look() -> int:
    """Return the number of the edition that the files on the disk make."""
    files = []
    for name, path in overlay_files().items():
        status = path.stat()
        files.append((name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    content = (str(folders.reference_folder()), tuple(files)) if files else ("", ())
    return _numbers.setdefault(content, len(_numbers))


def refresh() -> None:
    """Look at the files of the data folder again before the next fact is given.

    What was remembered stays valid where no file changed.

    >>> before = number()
    >>> refresh()
    >>> number() == before
    True
    """
    _number_by_setting.clear()


def cached(function: Callable[P, T]) -> Callable[P, T]:
    """Remember the results of a function of the reference tables, as long as these are the same.

    In the place of `functools.cache`, for all that is read from reference tables or derived from
    them.

    >>> @cached
    ... def double(number):
    ...     print("once")
    ...     return 2 * number
    >>> double(2), double(2)
    once
    (4, 4)
    """
    return cached_up_to(None)(function)


def cached_up_to(maxsize: int | None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remember the last results only, as many as `maxsize`; see `cached`.

    >>> cached_up_to(8)(str.upper)("a")
    'A'
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @functools.lru_cache(maxsize=maxsize)
        def in_edition(_edition: int, *args: P.args, **options: P.kwargs) -> T:
            return function(*args, **options)

        @functools.wraps(function)
        def in_use(*args: P.args, **options: P.kwargs) -> T:
            return in_edition(number(), *args, **options)  # type: ignore[arg-type]

        in_use.cache_info = in_edition.cache_info  # type: ignore[attr-defined]
        in_use.cache_clear = in_edition.cache_clear  # type: ignore[attr-defined]
        return in_use

    return decorate
