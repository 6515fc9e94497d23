"""Provinces by years: the part of the front page that shows all years of an index at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parstats.reference import labels, provinces
from parstats.reports.site.colours import text_colour, tile_colour

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
class Matrix:
    """All years of an index."""

    index: str
    years: Sequence[int]  # its years, first to last
    # By code of the province and year; a missing one is a province without any figure.
    cells: Mapping[tuple[str, int], Cell]

    @property
    def id(self) -> str:
        """Name of its place in the page."""
        return f"{labels.search_key(self.index).replace(' ', '-')}-years"

    @property
    def rows(self) -> list[tuple[Text, list[Cell]]]:
        """Names and cells of the provinces, from north to south as on the map."""
        provinces_by_code = sorted(
            provinces.by_code().values(), key=lambda province: (province.tile, province.code)
        )
        empty = Cell(None, None, None)
        return [
            (province.names, [self.cells.get((province.code, year), empty) for year in self.years])
            for province in provinces_by_code
        ]

    @property
    def has_printed(self) -> bool:
        """Whether some ranks are printed ones, which the caption has to explain."""
        return any(cell.rank is not None and not cell.n_ranked for cell in self.cells.values())
