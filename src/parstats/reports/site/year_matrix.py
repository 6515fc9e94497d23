"""Provinces by years: the part of the front page that shows all years of an index at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from parstats.figures.rank_colours import text_colour, tile_colour
from parstats.reference import labels, provinces
from parstats.reports.site.search_keys import search_keys, search_text

Text = dict[str, str]


@dataclass(frozen=True)
class Cell:
    """A province in a year."""

    rank: int | None
    # Of how many; None for a rank that was printed, which may be of another count.
    n_ranked: int | None
    score: float | None  # points; None if they are unknown
    # Address of its page by language of the page, where there is one.
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """Text of the cell: a rank, in brackets if printed; a dot for a score without."""
        if self.rank is not None:
            return str(self.rank) if self.n_ranked else f"({self.rank})"
        return "" if self.score is None else "·"

    @property
    def background(self) -> str | None:
        """Colour of a rank that we computed."""
        if self.rank is None or not self.n_ranked:
            return None
        return tile_colour(self.rank, self.n_ranked)

    @property
    def ink(self) -> str | None:
        """Colour of the text on it."""
        return None if self.background is None else text_colour(self.background)


@dataclass(frozen=True)
class Row:
    """A province through the years.

    Attributes
    ----------
    names : dict; by language
    cells : list of Cell or None; by year; None for a year in which there was no such province
    is_member : bool; whether it is a province that merged into the one of the rows above
    code : str; of its newest set of units
    search_keys : str; what a search finds it by
    """

    names: Text
    cells: list[Cell | None]
    is_member: bool = False
    code: str = ""
    search_keys: str = ""


@dataclass(frozen=True)
class Matrix:
    """All years of an index."""

    index: str
    vintages: Mapping[int, int]  # its years, first to last, and the set of provinces of each
    # By vintage and code of the province and year; a missing one is a province without any figure.
    cells: Mapping[tuple[int, str, int], Cell]

    @property
    def years(self) -> list[Text]:
        """Its years (or quarters, or months), first to last, as heads of the columns."""
        return [
            {lang: labels.period(year, lang, short=True) for lang in labels.LANGUAGES}
            for year in self.vintages
        ]

    @property
    def id(self) -> str:
        """Name of its place in the page."""
        return f"{labels.search_key(self.index).replace(' ', '-')}-years"

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Sets of provinces in the order of the years, and how many years each has."""
        return [(v, len(list(years))) for v, years in groupby(self.vintages.values())]

    @property
    def rows(self) -> list[Row]:
        """Rows of the newest set of provinces, from north to south as on the map.

        A province with the borders of before goes on in one row; under one that was made of others,
        each of these has a row.
        """
        newest = list(self.vintages.values())[-1] if self.vintages else 63
        if newest < 0:
            return self._unit_rows(newest)
        ordered = sorted(
            provinces.by_code(newest).values(), key=lambda province: (province.tile, province.code)
        )
        rows = []
        for province in ordered:
            members = _members(province)
            same = {newest: province.code, **(members.pop() if len(members) == 1 else {})}
            rows.append(self._row(province.names, same))
            rows += [self._member_row(codes) for codes in members]
        older = provinces.by_code(64).keys() - provinces.by_code(63).keys()
        rows += [self._member_row({64: code}) for code in sorted(older)]
        return [row for row in rows if not row.is_member or any(map(_was_there, row.cells))]

    def _unit_rows(self, number: int) -> list[Row]:
        """Return a row for each unit of an index that grades no provinces, by name."""
        units = provinces.by_code(number).values()
        ordered = sorted(units, key=lambda unit: labels.collation_key(unit.names["vi"]))
        return [self._row(unit.names, {number: unit.code}) for unit in ordered]

    def _row(self, names: Text, codes: Mapping[int, str], is_member: bool = False) -> Row:
        empty = Cell(None, None, None)
        cells = [
            self.cells.get((vintage, codes[vintage], year), empty) if vintage in codes else None
            for year, vintage in self.vintages.items()
        ]
        vintage = min(codes, key=_newest_first)
        keys = search_text(search_keys(codes[vintage], vintage))
        return Row(names, cells, is_member, codes[vintage], keys)

    def _member_row(self, codes: Mapping[int, str]) -> Row:
        vintage, code = next(iter(codes.items()))
        names = provinces.by_code(vintage)[code].names
        former = {
            lang: labels.text("figure.member", lang, name=names[lang]) for lang in labels.LANGUAGES
        }
        return self._row(former, codes, is_member=True)

    @property
    def has_computed(self) -> bool:
        """Whether some ranks are computed here."""
        return any(cell.n_ranked for cell in self.cells.values())

    @property
    def has_printed(self) -> bool:
        """Whether some ranks are printed ones, which the caption has to explain."""
        return any(cell.rank is not None and not cell.n_ranked for cell in self.cells.values())


def _newest_first(vintage: int) -> int:
    """Return the place of a set of units from the newest back; one of one's own stands alone."""
    return -provinces.VINTAGES.index(vintage) if vintage in provinces.VINTAGES else 0


def _was_there(cell: Cell | None) -> bool:
    return cell is not None


def _members(province: provinces.Province) -> list[dict[int, str]]:
    """Return what a province was before, as its codes by vintage; itself if nothing changed."""
    if province.vintage != 34:
        return [{63: province.code, 64: province.code}]
    members = provinces.members(province.code)
    return [{63: member.code, 64: member.code} for member in members]
