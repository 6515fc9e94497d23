"""A new year of an index in the data folder: its criteria, copied from the year before.

What is copied is a draft for a person to correct: each row says ``no`` in its column ``confirmed``
until one has compared it with the publication. Comparability is not copied where the year is the
first about another set of provinces: the new rows begin comparable groups of their own, and a row
of ``breaks.csv`` says so.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parstats import errors, folders, storage
from parstats.reference import csv_tables, editions, frameworks, labels, overlay, provinces

_GROUPS = ("comparable_group", "comparable_group_share_of_scale", "comparable_group_strict")


@dataclass(frozen=True)
class AddedYear:
    """What `add_year` wrote.

    ``n_series`` series of ``previous`` were copied to ``year`` into the file ``framework``;
    ``breaks`` is the file with the new break, None if the year continues the one before.
    """

    index: str
    year: int
    previous: int
    n_series: int
    framework: Path
    breaks: Path | None

    def report(self) -> tuple[str, ...]:
        """Return what was done and what a person does next, line by line.

        >>> paths = Path("frameworks/papi.csv"), None
        >>> AddedYear("PAPI", 2025, 2024, 41, *paths).report()[0]
        'PAPI 2025: 41 series taken over from 2024, none confirmed yet'
        """
        index, year, previous = self.index, self.year, self.previous
        lines = [
            f"{index} {year}: {self.n_series} series taken over from {previous}, none confirmed yet"
        ]
        if self.breaks is not None:
            lines.append(
                f"{year} is the first year of the {provinces.vintage_in_year(year)} provinces: it "
                f"compares with no year before until you say so in {self.framework.name} (the "
                f"three comparable_group columns) and {self.breaks.name} (text, source)"
            )
        slug = frameworks.slug(index)
        lines += [
            f"next: compare {self.framework} with the publication of {year} and mend what differs; "
            "then write the document into source and yes into confirmed, row by row",
            f"figures: parstats ingest FILE --index {slug} --year {year} "
            f"-o {storage.data_folder().raw / slug / f'{slug}_{year}.csv'}",
        ]
        return tuple(lines)


def add_year(index: str, year: int) -> AddedYear:
    """Write the criteria of a new year into the data folder, copied from the year before.

    The rows go to ``reference/frameworks/<index>.csv`` of the data folder, each marked as not
    confirmed. If the year is the first about another set of provinces (2025: the 34), it begins
    new comparable groups and a row of ``reference/breaks.csv`` says that a person has to confirm
    what compares. Both files appear whole, and what they held before stays as it was.

    Parameters
    ----------
    index : str
    year : int; the year after the last one of the index

    Raises
    ------
    UnknownChoice: if the index does not exist
    InvalidRequest: if the year is there already, or is not the next one, or the index was made
        from a table
    OutputRefused: if there is no data folder that can be written to
    InvalidData: if a reference table of the data folder is damaged

    Examples
    --------
    >>> add_year("PAPI", 2024)
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidRequest: PAPI 2024 has its criteria already, in the package
    """
    editions.refresh()
    frameworks.check_data_folder()
    index = frameworks.check_index(index)
    if frameworks.index_info(index).unit_level == "unit":
        raise errors.InvalidRequest(
            f"{index} is an index of your own: add the new rows to your table, then run "
            f"`{frameworks.add_year_command(index, year)}`"
        )
    folder = _writable_folder(index, year)
    _check_next(index, year, folder)
    previous = year - 1
    begins = _begins_vintage(index, year)
    name = f"frameworks/{frameworks.slug(index)}"
    rows = [
        _new_row(row, year, begins=begins)
        for row in csv_tables.rows(name)
        if int(row["year_from"]) <= previous <= int(row["year_to"])
    ]
    # The break first: without the criteria it does no harm if the second file cannot be written.
    breaks = _add_break(folder, index, year) if begins else None
    framework = _append(folder, name, rows, extra=("confirmed",))
    editions.refresh()
    return AddedYear(index, year, previous, len(rows), framework, breaks)


def _writable_folder(index: str, year: int) -> Path:
    """Return ``reference/`` of the data folder, which need not exist yet."""
    folder = folders.reference_folder()
    remedy = (
        "make a data folder with `parstats init DIR`, set PARSTATS_DATA to it, then "
        f"run `{frameworks.add_year_command(index, year)}` again"
    )
    if folder is None:
        message = "the data that came with the package cannot be added to: " + remedy
        raise errors.OutputRefused(message)
    storage.data_folder()  # says what to do where the folder has no figures
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        raise errors.OutputRefused(f"{existing} cannot be written to: {remedy}")
    return folder


def _check_next(index: str, year: int, folder: Path) -> None:
    """Refuse a year that has criteria, and one that is not the next."""
    first, last = frameworks.years(index)
    if frameworks.framework_in_year(index, year) is not None:
        name = f"frameworks/{frameworks.slug(index)}"
        user = overlay.read(name, csv_tables.columns(name), csv_tables.package_rows(name))
        in_folder = user is not None and any(
            int(row["year_from"]) <= year <= int(row["year_to"]) for _, row in user.rows
        )
        where = str(folder / f"{name}.csv") if in_folder else "the package"
        raise errors.InvalidRequest(f"{index} {year} has its criteria already, in {where}")
    if year != last + 1:
        raise errors.InvalidRequest(
            f"{index} has criteria for {first} to {last}: the next year is {last + 1}, found "
            f"{year}; run `{frameworks.add_year_command(index, last + 1)}` first"
            if year > last
            else f"{index} has criteria for {first} to {last}: only {last + 1} can be added, "
            f"found {year}"
        )


def _begins_vintage(index: str, year: int) -> bool:
    """Return whether a year of an index is the first about another set of provinces."""
    if frameworks.index_info(index).unit_level != "province":
        return False
    return provinces.vintage_in_year(year) != provinces.vintage_in_year(year - 1)


def _new_row(row: dict[str, str], year: int, *, begins: bool) -> dict[str, str]:
    """Return the row of a series for a new year, after its row of the year before."""
    series, previous = row["series"], year - 1
    groups = {
        column: f"{series}@{year}" if begins else row.get(column) or f"{series}@{row['framework']}"
        for column in _GROUPS
    }
    note = _in_both_languages("framework.note_begins" if begins else "framework.note")
    return {
        **row,
        **groups,
        "year_from": str(year),
        "year_to": str(year),
        "source": f"{overlay.TAKEN_OVER} {previous} / tạm lấy theo năm {previous}",
        "note": note,
        "confirmed": "no",
    }


def _add_break(folder: Path, index: str, year: int) -> Path:
    """Write that nobody has confirmed yet which scores compare across a change of provinces."""
    top = frameworks.top(index)
    key = {"index": index, "series": top, "year": str(year), "affects": "level"}
    path = folder / "breaks.csv"
    if any(key.items() <= row.items() for row in csv_tables.rows("breaks")):
        return path
    fields = {"year": year, "previous": year - 1, "n": provinces.vintage_in_year(year)}
    texts = {
        f"text_{lang}": labels.text("framework.break", lang, **fields) for lang in labels.LANGUAGES
    }
    source = _in_both_languages("framework.break_source")
    row = {**key, "kind": "structural", **texts, "source": source}
    return _append(folder, "breaks", [row])


def _in_both_languages(key: str) -> str:
    return " / ".join(labels.text(key, lang) for lang in labels.LANGUAGES)


def _append(
    folder: Path, name: str, rows: Iterable[dict[str, str]], *, extra: Sequence[str] = ()
) -> Path:
    """Add rows to a table of the data folder, the others staying as they are."""
    columns = csv_tables.columns(name)
    user = overlay.read(name, columns, csv_tables.package_rows(name))
    before = [row for _, row in user.rows] if user else []
    path = user.path if user else folder / f"{name}.csv"
    text = io.StringIO()
    delimiter = user.delimiter if user else ","
    writer = csv.DictWriter(
        text, (*columns, *extra), restval="", delimiter=delimiter, lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows([*before, *rows])
    # The mark at the start lets Excel read Vietnamese letters.
    storage.write_text(path, "\ufeff" + text.getvalue())
    return path
