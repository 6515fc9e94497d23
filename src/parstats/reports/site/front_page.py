"""The front page of a folder of reports: a tile map and a table of provinces, in one HTML file.

The page is complete without scripts and works from a folder on disk: every address is relative
and every text is in it in both languages. It holds one section for each index, year and
language that was rendered. The same entries give the same bytes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

from parstats import errors
from parstats.figures.citation import spans_line
from parstats.figures.rank_colours import SCALE, text_colour, tile_colour
from parstats.figures.text import language
from parstats.reference import definitions, frameworks, labels, provinces
from parstats.reference.islands import islands
from parstats.reports.batch import outputs
from parstats.reports.site.addresses import FRONT_PAGE, page_links, section_id
from parstats.reports.site.search_keys import search_keys, search_text
from parstats.reports.site.year_matrix import Matrix

STATUSES = ("done", "no data", "failed")
# Rows of the map whose first three columns hold the legend: no province lies there (provinces.csv).
_LEGEND_ROWS = {64: range(8, 16), 63: range(8, 16), 34: range(7, 14)}
_LEGEND_COLUMNS = range(3)
_TEMPLATES = Path(__file__).with_name("templates")

Text = dict[str, str]
"""A text in each language, by code of the language."""


@dataclass(frozen=True)
class Entry:
    """A province in one index, year and language, as the front page shows it.

    Attributes
    ----------
    index : str; the index, as "PAPI"
    year : int
    lang : {"vi", "en"}; language that the page is written in
    code : str; two-digit code of the province
    names, short : dict; name, and a short form for the map, by language
    region : str
        Code of the region, one of `parstats.reference.provinces.REGIONS`; empty for a unit of an
        index that grades no provinces.
    tile : (int, int); row and column in the tile map of its vintage, both from 0
    href : str or None; address of the page relative to the front page; None if there is none
    status : {"done", "no data", "failed"}
        "no data": the page exists and says so. "failed": no page; an `href` is ignored.
    message : str; one line why it failed
    unfinished : str or None; address of what a failed report came to before it stopped
    score : float or None; overall score in points
    rank, n_ranked : int or None; rank, and of how many
    rank_printed : int or None; rank printed in the source, where parstats computes none that year
    quartile : int or None; 1 for the best quarter of the ranked provinces to 4 for the last
    grade : dict or None; grade that an index of one's own gives the score, by language
    vintage : int; set of provinces, or of units of an own index, that the code is of

    Raises
    ------
    UnknownChoice: if the language or the status is not one of those above

    Examples
    --------
    >>> lang_son = provinces.by_code()["20"]
    >>> Entry(
    ...     index="PAPI",
    ...     year=2024,
    ...     lang="vi",
    ...     code="20",
    ...     names=lang_son.names,
    ...     short=lang_son.short_names,
    ...     region=lang_son.region,
    ...     tile=lang_son.tile,
    ...     href="papi/2024/vi/20-lang-son.html",
    ...     status="done",
    ... ).link
    'papi/2024/vi/20-lang-son.html'
    """

    index: str
    year: int
    lang: str
    code: str
    names: dict[str, str]
    short: dict[str, str]
    region: str
    tile: tuple[int, int]
    href: str | None
    status: str
    message: str = ""
    unfinished: str | None = None
    score: float | None = None
    rank: int | None = None
    n_ranked: int | None = None
    rank_printed: int | None = None
    quartile: int | None = None
    grade: Text | None = None
    vintage: int = provinces.VINTAGE

    def __post_init__(self) -> None:
        labels.check_language(self.lang)
        if self.status not in STATUSES:
            raise errors.UnknownChoice("status of a report", self.status, STATUSES)

    @property
    def link(self) -> str | None:
        """Address of the page, if a reader may follow it."""
        return None if self.status == "failed" else self.href


@dataclass(frozen=True)
class Page:
    """A page on the whole country, linked above the map."""

    # The section it belongs to.
    index: str
    year: int
    lang: str
    names: dict[str, str]  # what it is called, by language of the reader
    href: str | None  # its address relative to the front page; None if it failed
    message: str = ""  # one line why it failed
    unfinished: str | None = None  # address of what it came to before it stopped
    code: str = ""  # always empty: it is of no province


@dataclass(frozen=True)
class Tile:
    """A province in the map: position, colour and text.

    `kind` is "ranked", "unranked", "no-data", "failed", "absent" or "island"; only the first, and a
    failed one that has a rank, carry a colour of `SCALE`.
    """

    code: str
    position: tuple[int, int]
    kind: str
    short: Text
    tip: Text
    link: str | None = None
    lang: str = ""
    corner: str = ""
    background: str | None = None
    ink: str | None = None


@dataclass(frozen=True)
class Row:
    """A province in the table: its entry, texts, place in each order, and what a search finds.

    `order_positions` are the places of the province in the orders by name, "vi" and "en", from 0.
    """

    entry: Entry
    region: Text  # empty for units that lie in no regions
    region_position: int
    score: Text
    group: Text | None
    order_positions: dict[str, int]
    search_keys: str
    background: str | None


@dataclass(frozen=True)
class Section:
    """One index, year and language: everything that the template writes."""

    id: str
    index: str
    year: int
    when: Text  # the year, quarter or month
    lang: str
    full_name: Text | None
    ranked: Text
    counts: list[Text]
    tiles: list[Tile]
    rows: list[Row]
    pages: list[Page]
    vintage: int

    @property
    def failures(self) -> list[Entry | Page]:
        """Reports that failed: on the country first, then in the order of the table."""
        pages = [page for page in self.pages if page.href is None]
        return [*pages, *(row.entry for row in self.rows if row.entry.status == "failed")]

    @property
    def of_provinces(self) -> bool:
        """Whether its units are provinces, which have a place on the map and a region."""
        return self.vintage in provinces.VINTAGES

    @property
    def has_grades(self) -> bool:
        """Whether its index gives grades, which stand in place of quarters of the ranking."""
        return any(row.entry.grade is not None for row in self.rows)

    @property
    def has_ranking(self) -> bool:
        """Whether a unit has a computed rank: without one no colour stands for a rank."""
        return any(row.entry.rank is not None for row in self.rows)

    @property
    def has_printed(self) -> bool:
        """Whether printed ranks stand in place of computed ones."""
        return any(row.entry.rank_printed is not None for row in self.rows)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Columns of the table that hold anything: key, and the label of the head.

        Of an index whose publisher prints groups the group comes first and the rank last.
        """
        group = ("quartile", "headline.grade" if self.has_grades else "site.column.group")
        rank = ("rank", "site.column.rank" if self.has_ranking else "partial.rank")
        column_by_key = {
            "rank": rank if self.has_ranking or self.has_printed else None,
            "name": ("name", "site.column.name"),
            "region": ("region", "site.column.region") if self.of_provinces else None,
            "score": ("score", "site.column.score"),
            "quartile": group if any(row.group is not None for row in self.rows) else None,
        }
        if all(row.entry.score is None for row in self.rows):
            column_by_key["score"] = None
        keys = ["rank", "name", "region", "score", "quartile"]
        if frameworks.index_info(self.index).publishes_groups:
            keys = ["name", "region", "quartile", "score", "rank"]
            if self.has_ranking:
                column_by_key["rank"] = ("rank", "table.rank_computed")
        return [column for key in keys if (column := column_by_key[key]) is not None]

    @property
    def sorted_by(self) -> str:
        """Key of the column that the rows are in the order of."""
        return "rank" if self.has_ranking or self.has_printed else "name"

    @property
    def n_columns(self) -> int:
        """Columns of the map."""
        return 1 + max(tile.position[1] for tile in self.tiles)

    @property
    def n_rows(self) -> int:
        """Rows of the map."""
        return 1 + max(tile.position[0] for tile in self.tiles)

    @property
    def legend_area(self) -> str:
        """Place of the legend in the grid of the map; empty if a tile lies there."""
        rows = _LEGEND_ROWS[self.vintage]
        corner = {(row, column) for row in rows for column in _LEGEND_COLUMNS}
        if corner & {tile.position for tile in self.tiles}:
            return ""
        return f"{rows.start + 1}/1/{rows.stop + 1}/{_LEGEND_COLUMNS.stop + 1}"

    @property
    def kinds(self) -> list[str]:
        """Kinds of tile that the legend has to explain, besides the colours."""
        present = {tile.kind for tile in self.tiles} | {"no-data"}
        return [kind for kind in ("no-data", "failed", "unranked", "absent") if kind in present]


def write_site(
    folder: Path,
    entries: Sequence[Entry],
    *,
    lang: str,
    pages: Sequence[Page] = (),
    matrices: Sequence[Matrix] = (),
    has_explorer: bool = False,
) -> Path:
    """Write the front page of a folder of reports, whole or not at all.

    Parameters
    ----------
    folder : pathlib.Path; the folder that the addresses of the entries are relative to
    entries : sequence of Entry
        What was rendered, in any order; indices, years and languages may be mixed. Without any,
        the page says that there is nothing yet.
    lang : {"vi", "en"}; language that the page opens in
    pages : sequence of Page; pages on the whole country
    matrices : sequence of Matrix; provinces by years, one an index
    has_explorer : bool; whether to link the explorer

    Returns
    -------
    pathlib.Path: the page, ``folder/index.html``.

    Raises
    ------
    UnknownChoice: if the language is unknown
    """
    path = folder / FRONT_PAGE
    text = render(entries, lang=lang, pages=pages, matrices=matrices, has_explorer=has_explorer)
    outputs.write(path, text.encode())
    return path


def render(
    entries: Sequence[Entry],
    *,
    lang: str,
    pages: Sequence[Page] = (),
    matrices: Sequence[Matrix] = (),
    has_explorer: bool = False,
) -> str:
    """Return the front page as text; see `write_site`.

    Examples
    --------
    >>> "Chưa có báo cáo nào" in render([], lang="vi")
    True
    """
    labels.check_language(lang)
    sections = _sections(entries, pages, lang)
    displayed_rows = next((part for part in sections if part.lang == lang), None)
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            lang=lang,
            has_explorer=has_explorer,
            sections=sections,
            shown=displayed_rows or (sections[0] if sections else None),
            indices=list(dict.fromkeys(part.index for part in sections)),
            years={part.year: part.when for part in sections},
            about=_common_index(sections),
            source=_source(sections),
            scale=SCALE,
            matrices=[
                matrix for matrix in matrices if any(matrix.index == s.index for s in sections)
            ],
        )
    )


@cache
def environment() -> jinja2.Environment:
    """Return the templates of the site; a value that a template lacks is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(both=_both, explorer=_explorer, languages=labels.LANGUAGES)
    return environment


def _explorer(section: Section) -> str:
    """Return the address of the explorer with the index and year of a section."""
    return page_links(section.index, section.year, section.lang)[1][1]


def _source(sections: Sequence[Section]) -> Text:
    """Return whose figures the pages show, and their version, in both languages."""
    years: dict[str, list[int]] = {}
    for part in sections:
        years.setdefault(part.index, []).append(part.year)
    spans = [(index, min(each), max(each)) for index, each in years.items()]
    return {lang: spans_line(spans, lang) for lang in labels.LANGUAGES}


def _common_index(sections: Sequence[Section]) -> str:
    """Return an index whose units the words of the whole page may be about.

    It is the first that grades provinces, if any does.
    """
    ordered = sorted(sections, key=lambda part: not part.of_provinces)
    return ordered[0].index if ordered else frameworks.INDICES[0]


def _both(key: str, about: str, /, **fields: object) -> Text:
    """Return a text about an index in both languages; fields may be texts by language too."""
    return {
        lang: labels.text(
            key,
            language(lang, about),
            **{
                name: value[lang] if isinstance(value, dict) else value
                for name, value in fields.items()
            },
        )
        for lang in labels.LANGUAGES
    }


def _number(value: float | None, decimals: int = 2) -> Text:
    available = math.nan if value is None else value
    return {lang: labels.number(available, lang, decimals) for lang in labels.LANGUAGES}


def _sections(entries: Sequence[Entry], pages: Sequence[Page], lang: str) -> list[Section]:
    """Return one section per group: newest year first, then by index and language."""
    groups: dict[tuple[str, int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.index, entry.year, entry.lang].append(entry)
    province_reports: dict[tuple[str, int, str], list[Page]] = defaultdict(list)
    for page in pages:
        province_reports[page.index, page.year, page.lang].append(page)
    available = frameworks.INDICES

    def order(group: tuple[str, int, str]) -> tuple[int, int, str, bool]:
        index, year, province_reports = group
        index_position = available.index(index) if index in available else len(available)
        return -year, index_position, index, province_reports != lang

    all_groups = sorted(groups.keys() | province_reports.keys(), key=order)
    return [_section(*group, groups[group], province_reports[group]) for group in all_groups]


def _section(
    index: str, year: int, lang: str, entries: Sequence[Entry], pages: Sequence[Page]
) -> Section:
    n_ranked = max((entry.n_ranked or 0 for entry in entries), default=0)
    # A section with country pages only shows the provinces of its year.
    vintages = {entry.vintage for entry in entries} or {_usual_vintage(index, year)}
    vintage = max(vintages, key=lambda v: sum(entry.vintage == v for entry in entries))
    n_units = len(provinces.by_code(vintage))
    counts = {
        f"site.count.{status.replace(' ', '_')}": sum(e.status == status for e in entries)
        for status in STATUSES
    }
    tiles = _tiles(entries, n_ranked, vintage) if vintage in provinces.VINTAGES else []
    when = {lang: labels.period(year, lang) for lang in labels.LANGUAGES}
    return Section(
        id=section_id(index, year, lang),
        index=index,
        year=year,
        when=when,
        lang=lang,
        full_name=_full_name(index),
        ranked=_both("site.note.ranked", index, n=n_ranked, of=n_units)
        if n_ranked
        else _both("site.note.unranked", index, year=when),
        counts=[_both(key, index, n=n) for key, n in counts.items() if n],
        tiles=tiles,
        rows=_rows(entries, n_ranked),
        pages=list(pages),
        vintage=vintage,
    )


def _usual_vintage(index: str, year: int) -> int:
    if frameworks.index_info(index).unit_level == "unit":
        return definitions.unit_set_of_index(index)
    return provinces.vintage_in_year(year)


def _full_name(index: str) -> Text | None:
    top = frameworks.top(index)
    if frameworks.series_name(top, "vi") == index:
        return None
    return {lang: frameworks.series_name(top, lang) for lang in labels.LANGUAGES}


def _colour(entry: Entry, n_ranked: int) -> str | None:
    if entry.rank is None or entry.status == "no data":
        return None
    return tile_colour(entry.rank, entry.n_ranked or n_ranked)


def _tiles(entries: Sequence[Entry], n_ranked: int, vintage: int) -> list[Tile]:
    """Return the tiles of the entries, of provinces that have none and of islands, by place."""
    tiles = [_tile(entry, n_ranked) for entry in entries]
    codes, used = {tile.code for tile in tiles}, {tile.position for tile in tiles}
    tiles += [
        Tile(
            code=province.code,
            position=province.tile,
            kind="absent",
            short=province.short_names,
            tip=_both("site.tip.absent", frameworks.INDICES[0], name=province.names),
        )
        for province in provinces.by_code(vintage).values()
        if province.code not in codes and province.tile not in used
    ]
    tiles += [
        Tile(
            code=group.key,
            position=group.tile,
            kind="island",
            short=group.short_names,
            tip={lang: f"{name} ({group.units[lang]})" for lang, name in group.names.items()},
        )
        for group in islands(vintage)
    ]
    return sorted(tiles, key=lambda tile: (tile.position, tile.code))


def _tile(entry: Entry, n_ranked: int) -> Tile:
    background = _colour(entry, n_ranked)
    kind = {"no data": "no-data", "failed": "failed"}.get(
        entry.status, "unranked" if background is None else "ranked"
    )
    rank = "" if background is None else str(entry.rank)
    if entry.rank is None and entry.rank_printed is not None:
        rank = f"({entry.rank_printed})"
    return Tile(
        code=entry.code,
        position=entry.tile,
        kind=kind,
        short=entry.short,
        tip=_tip(entry, n_ranked),
        link=entry.link,
        lang=entry.lang,
        corner="!" if kind == "failed" else rank,
        background=background,
        ink=None if background is None else text_colour(background),
    )


def _tip(entry: Entry, n_ranked: int) -> Text:
    """Return the name, score and rank of a tile, and whether its report failed."""
    fields = {
        "name": entry.names,
        "score": _number(entry.score),
        "rank": entry.rank if entry.rank is not None else entry.rank_printed,
        "n": entry.n_ranked or n_ranked,
    }
    kind = "ranked" if entry.rank is not None else "scored"
    if entry.rank is None and entry.rank_printed is not None:
        kind = "printed" if entry.score is None else "scored_printed"
    elif entry.score is None:
        kind = "unranked"
    if entry.status == "no data":
        kind = "no_data"
    if entry.status != "failed":
        return _both(f"site.tip.{kind}", entry.index, **fields)
    tip = entry.names if entry.score is None else _both(f"site.tip.{kind}", entry.index, **fields)
    status = _both("site.status.failed", entry.index)
    return {lang: f"{tip[lang]} ({status[lang]})" for lang in labels.LANGUAGES}


def _rows(entries: Sequence[Entry], n_ranked: int) -> list[Row]:
    """Return the table rows by rank, else printed rank, then Vietnamese name; others last."""
    has_grades = any(entry.grade is not None for entry in entries)
    order_positions = {lang: _name_order(entries, lang) for lang in labels.LANGUAGES}
    rows = [
        Row(
            entry=entry,
            region=_region(entry),
            region_position=provinces.REGIONS.index(entry.region) if entry.region else 0,
            score=_number(entry.score),
            group=entry.grade if has_grades else _quarter(entry),
            order_positions={lang: order_positions[lang][number] for lang in labels.LANGUAGES},
            search_keys=search_text(search_keys(entry.code, entry.vintage)),
            background=_colour(entry, n_ranked),
        )
        for number, entry in enumerate(entries)
    ]

    def order(row: Row) -> tuple[float, int]:
        rank = row.entry.rank if row.entry.rank is not None else row.entry.rank_printed
        return math.inf if rank is None else rank, row.order_positions["vi"]

    return sorted(rows, key=order)


def _quarter(entry: Entry) -> Text | None:
    """Return the quarter of the ranking that a unit is in."""
    if entry.quartile is None:
        return None
    return _both(f"site.group.{entry.quartile}", entry.index)


def _region(entry: Entry) -> Text:
    """Return the region of a province; empty for a unit that is none."""
    return _both(f"region.{entry.region}", entry.index) if entry.region else {}


def _name_order(entries: Sequence[Entry], lang: str) -> list[int]:
    """Return the place of each entry, from 0, in the order by name of one language."""

    def order(number: int) -> tuple[object, str]:
        entry = entries[number]
        return labels.collation_key(entry.names[lang]), entry.code

    order_positions = [0] * len(entries)
    for index_position, number in enumerate(sorted(range(len(entries)), key=order)):
        order_positions[number] = index_position
    return order_positions
