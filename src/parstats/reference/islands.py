"""The islands of Hoàng Sa and Trường Sa, which every map of the country shows."""

from __future__ import annotations

from dataclasses import dataclass

from parstats.reference import csv_tables
from parstats.reference.editions import cached


@dataclass(frozen=True)
class Islands:
    """A group of islands on the tile map of one set of provinces: labelled, without a figure."""

    key: str
    # Name, and the district or special zone that they are, by language ("vi", "en").
    names: dict[str, str]
    units: dict[str, str]
    province: str  # code of the province that they belong to
    tile: tuple[int, int]  # row and column in the tile map, both from 0

    @property
    def short_names(self) -> dict[str, str]:
        """Name without the word for islands, by language.

        >>> islands(63)[0].short_names
        {'vi': 'Hoàng Sa', 'en': 'Hoang Sa'}
        """
        return {
            lang: name.removeprefix("Quần đảo ").removesuffix(" Islands")
            for lang, name in self.names.items()
        }


@cached
def islands(vintage: int) -> tuple[Islands, ...]:
    """Return Hoàng Sa and Trường Sa as they belong to the provinces of a vintage.

    A district of Đà Nẵng and one of Khánh Hòa; since July 2025 special zones of the same two.

    >>> [(group.names["vi"], group.units["vi"]) for group in islands(34)]  # doctest: +ELLIPSIS
    [('Quần đảo Hoàng Sa', 'đặc khu Hoàng Sa, thành phố Đà Nẵng'), ('Quần đảo Trường Sa', ...)]
    """
    return tuple(
        Islands(
            row["island"],
            {lang: row[f"name_{lang}"] for lang in ("vi", "en")},
            {lang: row[f"unit_{lang}"] for lang in ("vi", "en")},
            row["province"],
            (int(row["tile_row"]), int(row["tile_column"])),
        )
        for row in csv_tables.rows("islands")
        if int(row["vintage"]) == vintage
    )
