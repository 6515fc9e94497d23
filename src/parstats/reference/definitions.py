"""Indices defined in this process, as data: a row of the indices, a framework, and units.

`parstats.index_from` defines such an index; the table that it returns carries the definition as
text, so that another process can take it up again. The newest definition of a name is in force.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from parstats.reference import csv_tables

Row = dict[str, str]
# Definitions in force at the same time; the one that was used longest ago goes. By judgement: every
# one makes the tables of all frameworks longer, and a table brings its own back.
_MOST = 100
# Numbers of sets of units are below zero, so that none is a vintage of provinces.
_NUMBERS = 2**31 - 1


@dataclass(frozen=True)
class Definition:
    """An index as data.

    ``about`` is its row of ``reference/indices.csv``, ``framework`` the rows of its file in
    ``reference/frameworks``, ``units`` the rows code, name_vi and name_en of what it grades and
    ``grades`` the rows at_least, name_vi and name_en of its grades, the best first.
    """

    about: Row
    framework: tuple[Row, ...]
    units: tuple[Row, ...]
    grades: tuple[Row, ...] = ()

    @property
    def index(self) -> str:
        """Return the name of the index."""
        return self.about["index"]

    @property
    def frameworks(self) -> frozenset[str]:
        """Return the names of its frameworks; each holds a hash of the definition."""
        return frozenset(row["framework"] for row in self.framework)

    def to_text(self) -> str:
        """Return the definition as text, the same for the same definition.

        >>> definition = Definition({"index": "A"}, (), ())
        >>> from_text(definition.to_text()) == definition
        True
        """
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Definition:
    """Return the definition that `Definition.to_text` wrote.

    >>> from_text('{"about": {"index": "A"}, "framework": [], "units": []}').index
    'A'
    """
    fields = json.loads(text)
    return Definition(
        fields["about"],
        tuple(fields["framework"]),
        tuple(fields["units"]),
        tuple(fields.get("grades", ())),
    )


_LOCK = threading.RLock()
_TEXTS: dict[str, str] = {}
_BY_INDEX: dict[str, Definition] = {}
_UNITS: dict[int, tuple[str, tuple[Row, ...]]] = {}


def register(definition: Definition) -> bool:
    """Put a definition in force; return whether that changed anything.

    >>> from parstats.reference.definitions import Definition, forget, register
    >>> definition = Definition({"index": "A", "slug": "a"}, (), ())
    >>> register(definition), register(definition)
    (True, False)
    >>> forget("A")
    """
    text = definition.to_text()
    with _LOCK:
        unchanged = _TEXTS.get(definition.index) == text
        slug = definition.about.get("slug")
        for other in [d.index for d in _BY_INDEX.values() if d.about.get("slug") == slug]:
            forget(other)  # of the same name, or one that reads alike
        _TEXTS[definition.index], _BY_INDEX[definition.index] = text, definition
        _UNITS[unit_set(definition.index, definition.units)] = definition.index, definition.units
        while len(_TEXTS) > _MOST:
            forget(next(iter(_TEXTS)))
        return not unchanged


def forget(index: str) -> None:
    """Take the definition of an index out of force; its units stay known by their number.

    >>> forget("no such index")
    """
    with _LOCK:
        _TEXTS.pop(index, None)
        _BY_INDEX.pop(index, None)


@contextmanager
def set_aside() -> Iterator[bool]:
    """Take all definitions out of force for a time; yield whether there were any.

    >>> with set_aside():
    ...     all_definitions()
    ()
    """
    with _LOCK:
        before = list(_BY_INDEX.values())
        _TEXTS.clear()
        _BY_INDEX.clear()
        try:
            yield bool(before)
        finally:
            _TEXTS.clear()
            _BY_INDEX.clear()
            for definition in before:
                register(definition)


def definition_text(index: str) -> str | None:
    """Return the definition in force as text, None if there is none.

    >>> definition_text("no such index") is None
    True
    """
    return _TEXTS.get(index)


def definition_in_force(index: str) -> Definition | None:
    """Return the definition in force of an index of this process, None if there is none.

    >>> definition_in_force("PAPI") is None
    True
    """
    return _BY_INDEX.get(index)


def all_definitions() -> tuple[Definition, ...]:
    """Return the definitions in force, the one used last at the end.

    >>> isinstance(all_definitions(), tuple)
    True
    """
    with _LOCK:
        return tuple(_BY_INDEX.values())


def unit_set(index: str, units: tuple[Row, ...]) -> int:
    """Return the number of a set of units, as a vintage is that of a set of provinces.

    It is below zero and depends on the index, the codes and the names only, so that it is the same
    in every process.

    >>> unit_set("A", ({"code": "x", "name_vi": "x", "name_en": "x"},)) < 0
    True
    """
    rows = [[row["code"], row["name_vi"], row["name_en"]] for row in units]
    content = json.dumps([index, rows], ensure_ascii=False)
    return -1 - int(hashlib.sha256(content.encode()).hexdigest()[:12], 16) % _NUMBERS


def units_by_index(index: str) -> tuple[Row, ...]:
    """Return the units of an index that grades no provinces: code, name_vi, name_en.

    >>> units_by_index("PAPI")
    ()
    """
    if index in _BY_INDEX:
        return _BY_INDEX[index].units
    columns = ("code", "name_vi", "name_en")
    rows = (row for row in csv_tables.rows("units") if row["index"] == index)
    return tuple({name: row[name] for name in columns} for row in rows)


def unit_set_of_index(index: str) -> int:
    """Return the number of the set of units of an index that grades no provinces.

    >>> unit_set_of_index("PAPI") < 0
    True
    """
    units = units_by_index(index)
    number = unit_set(index, units)
    _UNITS.setdefault(number, (index, units))
    return number


def units_by_set(number: int) -> tuple[str, tuple[Row, ...]] | None:
    """Return the index and the units of a set by its number, None if this process has none such.

    >>> units_by_set(63) is None
    True
    """
    if number in _UNITS or number >= 0:
        return _UNITS.get(number)
    for index in {row["index"]: None for row in csv_tables.rows("units")}:
        unit_set_of_index(index)
    return _UNITS.get(number)


def grade_rows(index: str) -> tuple[Row, ...]:
    """Return the grades of an index, the best first: at_least, name_vi, name_en.

    >>> grade_rows("PAPI")
    ()
    """
    if index in _BY_INDEX:
        return _BY_INDEX[index].grades
    rows = [row for row in csv_tables.rows("grades") if row["index"] == index]
    return tuple(sorted(rows, key=lambda row: -float(row["at_least"])))
