"""Right tables: plausible figures of an index, and how a table shows them."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from parstats.panel import load_scores
from parstats.reference import csv_tables, frameworks
from parstats.reference.provinces import Province, by_code

Cell = str | float | int | datetime | None
Key = tuple[int, str, str]
Kind = Literal["number", "code", "name", "year", "series", "score", "rank", "other"]
Layout = Literal["total", "years", "criteria", "fields", "sub-indices", "parts", "long"]
Form = Literal["csv", "xlsx", "pdf"]

INDICES = ("PAPI", "SIPAS", "PAR", "PCI")
TOTALS = {"PAPI": "papi", "SIPAS": "sipas", "PAR": "par", "PCI": "pci"}
YEARS = {
    "PAPI": range(2011, 2025),
    "SIPAS": range(2017, 2026),
    "PAR": range(2012, 2026),
    "PCI": range(2013, 2025),
}
#: Lowest and highest total of a province, about as published.
RANGES = {"SIPAS": (74.0, 93.0), "PAR": (70.0, 93.0), "PCI": (54.0, 75.0)}
#: Most points of the eight fields of the PAR INDEX: those of 2017, and of 2022 on. Where no
#: maximum is known, one that makes the sum 100.
FIELD_POINTS = {
    2017: (10, 10, 14.5, 11, 16, 7, 16, 15.5),
    2022: (9.5, 10, 13, 10.5, 15, 12, 13.5, 16.5),
}
FIELDS = (
    "steering",
    "institutions",
    "procedures",
    "apparatus",
    "civil_service",
    "public_finance",
    "digital_government",
    "impact",
)
#: Weights of the ten sub-indices of the PCI.
WEIGHTS = (0.05, 0.05, 0.2, 0.05, 0.1, 0.05, 0.05, 0.2, 0.2, 0.05)
NAME_HEADERS = {
    "vi": ("Tỉnh, thành phố", "Tỉnh/Thành phố", "Tỉnh", "Địa phương", "Tên tỉnh, thành phố"),
    "en": ("Province", "Province/City", "Provinces"),
}
RANK_HEADERS = {"vi": ("Xếp hạng", "Thứ hạng", "Hạng"), "en": ("Rank", "Ranking")}
SHORT = {"PAPI": "PAPI", "SIPAS": "SIPAS", "PAR": "PAR INDEX", "PCI": "PCI"}


class Unfit(Exception):
    """A change that this table has no place for."""


@dataclass(frozen=True)
class Figures:
    """Figures of an index in one year: scores by series and province, as printed."""

    index: str
    year: int
    scores: dict[str, dict[str, float]]

    @functools.cached_property
    def ranks(self) -> dict[str, dict[str, int]]:
        """Rank of each province: one more than there are provinces with a higher score."""
        return {
            series: {
                code: 1 + sum(other > score for other in of_series.values())
                for code, score in of_series.items()
            }
            for series, of_series in self.scores.items()
        }


@dataclass
class Column:
    """A column of a table."""

    kind: Kind
    header: Cell
    cells: list[Cell]
    series: str = ""
    year: int = 0


@dataclass
class Table:
    """A table, the file it will be, and what is true of it."""

    index: str
    layout: Layout
    language: str
    figures: list[Figures]
    columns: list[Column]
    codes: list[str]
    title: str = ""
    option_year: int | None = None
    option_series: str | None = None
    form: Form = "csv"
    stem: str = "table"
    suffix: str = ""
    decimals: int = 2
    # csv
    separator: str = ","
    mark: str = "."
    encoding: str = "utf-8"
    quoted: bool = False
    # xlsx
    sheet_name: str = "Sheet1"
    book_edits: list[Callable[[Any, Any, int], None]] = field(default_factory=list)
    # pdf
    ruled: bool = True
    tight: bool = False
    repeated: bool = True
    footer: str = ""
    raised: dict[tuple[int, int], str] = field(default_factory=dict)
    # all
    above: list[list[Cell]] = field(default_factory=list)
    groups: list[Cell] = field(default_factory=list)
    below: list[list[Cell]] = field(default_factory=list)
    edits: list[Callable[[list[list[Cell]], int], None]] = field(default_factory=list)
    text_edits: list[Callable[[str], str]] = field(default_factory=list)
    spread: bool = False
    # truth
    scores: dict[Key, float] = field(default_factory=dict)
    ranks: dict[Key, int] = field(default_factory=dict)
    shown: set[Key] = field(default_factory=set)
    shown_ranks: set[Key] = field(default_factory=set)
    tolerance: float = 1e-9

    @property
    def year(self) -> int:
        """The newest year of the figures."""
        return max(each.year for each in self.figures)

    @property
    def total(self) -> str:
        """Series of the total."""
        return TOTALS[self.index]

    def of_kind(self, kind: Kind) -> list[Column]:
        """Columns of a kind, at least one."""
        columns = [column for column in self.columns if column.kind == kind]
        if not columns:
            raise Unfit(kind)
        return columns

    @property
    def names(self) -> Column:
        """The column of names."""
        return self.of_kind("name")[0]

    def score_column(self, rng: random.Random) -> Column:
        """Any column of scores."""
        return rng.choice(self.of_kind("score"))

    def place(self, column: Column) -> int:
        """Number of a column, from 0."""
        return next(n for n, each in enumerate(self.columns) if each is column)

    def insert(self, row: int, cells: Sequence[Cell], code: str = "") -> None:
        """Add a row before row `row` of the body."""
        for column, cell in zip(self.columns, cells, strict=True):
            column.cells.insert(row, cell)
        self.codes.insert(row, code)

    def row(self, number: int) -> list[Cell]:
        """Cells of a row of the body."""
        return [column.cells[number] for column in self.columns]

    def blank(self, label: str, fill: Callable[[Column], Cell] = lambda column: None) -> list[Cell]:
        """A row of the body with a label in place of the province."""
        return [label if column.kind == "name" else fill(column) for column in self.columns]

    def means(self, label: str) -> list[Cell]:
        """A row of the means of all columns of scores."""
        return self.blank(label, lambda column: round(mean(column), self.decimals) or None)

    def forget(self, codes: Iterable[str]) -> None:
        """No figure of these provinces may come out."""
        gone = set(codes)
        self.scores = {key: value for key, value in self.scores.items() if key[1] not in gone}
        self.ranks = {key: value for key, value in self.ranks.items() if key[1] not in gone}

    def nothing_is_right(self) -> None:
        """No figure at all may come out."""
        self.scores, self.ranks = {}, {}

    def grid(self) -> tuple[list[list[Cell]], int]:
        """All rows, and the number of the first one of the body."""
        rows: list[list[Cell]] = [list(row) for row in self.above]
        if self.groups:
            rows.append(list(self.groups))
        rows.append([column.header for column in self.columns])
        first = len(rows)
        rows += [self.row(number) for number in range(len(self.codes))]
        rows += [list(row) for row in self.below]
        for edit in self.edits:
            edit(rows, first)
        return rows, first


def mean(column: Column) -> float:
    """Mean of the figures of a column of scores, else 0."""
    values = [cell for cell in column.cells if isinstance(cell, float)]
    return sum(values) / len(values) if values and column.kind == "score" else 0.0


@functools.cache
def provinces(year: int) -> dict[str, Province]:
    """The provinces that figures of a year are about."""
    return by_code(63 if year <= 2024 else 34)


@functools.cache
def series_name(series: str, language: str, year: int) -> str:
    """Name of a series as its framework of a year has it."""
    for row in csv_tables.rows(f"frameworks/{series.split('.', maxsplit=1)[0]}"):
        if row["series"] == series and int(row["year_from"]) <= year <= int(row["year_to"]):
            return row[f"name_{language}"]
    raise KeyError((series, year))


@functools.cache
def bundled(year: int) -> dict[str, dict[str, float]]:
    """Figures of the PAPI in a year by series and province, unrounded."""
    table = load_scores("PAPI", years=year)
    table = table[table["level"].isin(["criterion", "dimension", "index"]) & table["score"].notna()]
    figures: dict[str, dict[str, float]] = {}
    for series, province, score in table[["series", "province", "score"]].values.tolist():
        figures.setdefault(str(series), {})[str(province)] = float(score)
    return figures


def invented(index: str, year: int, rng: random.Random, decimals: int = 2) -> Figures:
    """Figures of an index in a year: bundled ones of the PAPI, made-up ones of the others."""
    if index == "PAPI":
        scores = {
            series: {code: round(score, decimals) for code, score in of_series.items()}
            for series, of_series in bundled(year).items()
        }
        return Figures(index, year, scores)
    codes = list(provinces(year))
    low, high = RANGES[index]
    spread = high - low
    scores = {}
    if index == "PAR":
        points = FIELD_POINTS[2017 if year == 2017 else 2022]
        level = {code: rng.uniform(low, high) / 100 for code in codes}
        for name, most in zip(FIELDS, points, strict=True):
            scores[f"par.{name}"] = {
                code: round(most * min(0.99, max(0.4, level[code] + rng.gauss(0, 0.05))), 2)
                for code in codes
            }
        scores["par"] = {
            code: round(sum(scores[f"par.{name}"][code] for name in FIELDS), 2) for code in codes
        }
    elif index == "PCI":
        series = frameworks.in_year("PCI", min(2024, max(2013, year)), "dimension")[
            "series"
        ].tolist()
        for name in series:
            scores[name] = {
                code: round(min(9.6, max(3.2, rng.gauss((low + high) / 20, 0.8))), 2)
                for code in codes
            }
        scores["pci"] = {
            code: round(
                10 * sum(w * scores[s][code] for w, s in zip(WEIGHTS, series, strict=True)), 2
            )
            for code in codes
        }
    else:
        for name in ("sipas.policy", "sipas.service"):
            scores[name] = {
                code: round(rng.triangular(low, high, low + 0.6 * spread), 2) for code in codes
            }
        scores["sipas"] = {
            code: round(0.6 * scores["sipas.policy"][code] + 0.4 * scores["sipas.service"][code], 2)
            for code in codes
        }
    return Figures(index, year, scores)


def right_table(
    rng: random.Random,
    *,
    layouts: Sequence[Layout],
    forms: Sequence[Form],
    indices: Sequence[str],
    ranks: bool | None,
    years: Sequence[int] | None = None,
    complete: bool = False,
) -> Table:
    """A table without any fault.

    Parameters
    ----------
    rng : random.Random
    layouts, forms, indices : what may be chosen from
    ranks : whether there is a column of ranks; None for either
    years : years to choose from; those of the index if not said
    complete : all provinces are in the table
    """
    layout = rng.choice([each for each in layouts if _possible(each, indices)])
    index = rng.choice([each for each in indices if _possible(layout, (each,))])
    year = rng.choice(
        [each for each in _years_of(layout, index) if years is None or each in years]
        or list(years or ())
    )
    language = rng.choice(("vi", "vi", "vi", "en"))
    decimals = rng.choice((2, 2, 3, 4)) if index == "PAPI" and layout == "criteria" else 2
    of_years = [year]
    if layout == "years" or (layout == "long" and rng.random() < 0.4):
        span = [each for each in YEARS[index] if each <= 2024]
        start = rng.randrange(len(span) - 3)
        of_years = span[start : start + rng.choice((2, 3, 4))]
    figures = [invented(index, each, rng, decimals) for each in of_years]
    with_ranks = rng.random() < 0.5 if ranks is None else ranks
    table = Table(index, layout, language, figures, [], [], decimals=decimals)
    table.codes = _chosen_codes(rng, table, complete)
    _fill(table, rng, with_ranks)
    _choose_form(table, rng, forms)
    _note_shown(table)
    note_truth(table)
    return table


def _possible(layout: Layout, indices: Sequence[str]) -> bool:
    only = {"criteria": "PAPI", "fields": "PAR", "sub-indices": "PCI", "parts": "SIPAS"}
    return layout not in only or only[layout] in indices


def _years_of(layout: Layout, index: str) -> Sequence[int]:
    if layout == "fields":
        return (2017, 2022, 2023, 2024, 2025)
    if layout == "parts":
        return (2022, 2023, 2024, 2025)
    return YEARS[index]


def _chosen_codes(rng: random.Random, table: Table, complete: bool) -> list[str]:
    """Provinces in the order of codes, of names or of the total."""
    totals = table.figures[-1].scores[table.total]
    names = {code: province.names["vi"] for code, province in provinces(table.year).items()}
    of_all = [code for code in totals if all(code in f.scores[table.total] for f in table.figures)]
    if table.layout == "criteria":
        per_series = table.figures[-1].scores.values()
        of_all = [code for code in of_all if all(code in each for each in per_series)]
    if not complete and rng.random() < 0.25:
        of_all = rng.sample(of_all, rng.randrange(12, 30))
    order = rng.choice(("code", "name", "total", "shuffled"))
    if order == "code":
        return sorted(of_all)
    if order == "name":
        return sorted(of_all, key=names.__getitem__)
    if order == "total":
        return sorted(of_all, key=lambda code: -totals[code])
    return rng.sample(of_all, len(of_all))


def shown_series(table: Table) -> list[str]:
    """Series that the columns of a layout show, the total first."""
    first = table.figures[-1]
    level = {"criteria": "criterion", "fields": "dimension", "sub-indices": "dimension"}
    if table.layout in level:
        parts = frameworks.in_year(table.index, first.year, level[table.layout])["series"]
        series = [name for name in parts.tolist() if name in first.scores]
        return series if table.layout == "criteria" else [table.total, *series]
    if table.layout == "parts":
        return [table.total, "sipas.policy", "sipas.service"]
    return [table.total]


def total_header(table: Table, rng: random.Random, year: int | None) -> str:
    """Header of a column of totals."""
    short = SHORT[table.index]
    if table.language == "vi":
        name = rng.choice((short, f"Chỉ số {short}", f"Điểm {short}"))
        return name if year is None else f"{name} {rng.choice(('', 'năm '))}{year}"
    name = rng.choice((short, f"{short} score"))
    return name if year is None else f"{name} {year}"


def _fill(table: Table, rng: random.Random, with_ranks: bool) -> None:
    language, columns = table.language, table.columns
    count = len(table.codes)
    if rng.random() < 0.4:
        header = rng.choice(("TT", "STT")) if language == "vi" else rng.choice(("No.", "No"))
        columns.append(Column("number", header, list(range(1, count + 1))))
    names = provinces(table.year)
    columns.append(
        Column(
            "name",
            rng.choice(NAME_HEADERS[language]),
            [names[code].names[language] for code in table.codes],
        )
    )
    if table.layout == "long":
        _fill_long(table, rng, with_ranks)
        return
    in_header = table.layout == "years" or (table.layout == "total" and rng.random() < 0.6)
    for figures in table.figures:
        for series in shown_series(table):
            year = figures.year if in_header else None
            header = (
                total_header(table, rng, year)
                if series == table.total
                else series_header(table, series, rng)
            )
            scores: list[Cell] = [figures.scores[series][code] for code in table.codes]
            columns.append(Column("score", header, scores, series, figures.year))
            if with_ranks and series == table.total:
                text = rng.choice(RANK_HEADERS[language])
                if table.layout == "years":
                    text = f"{text} {figures.year}"
                ranks: list[Cell] = [figures.ranks[series][code] for code in table.codes]
                columns.append(Column("rank", text, ranks, series, figures.year))
    if table.layout == "criteria" and with_ranks:
        figures = table.figures[-1]
        total = [figures.scores["papi"][code] for code in table.codes]
        header = total_header(table, rng, None)
        columns.append(Column("score", header, list(total), "papi", figures.year))
        ranks = [figures.ranks["papi"][code] for code in table.codes]
        columns.append(
            Column("rank", rng.choice(RANK_HEADERS[language]), ranks, "papi", figures.year)
        )
    if not in_header:
        if rng.random() < 0.5:
            table.title = title(table)
            table.above.append([table.title])
        else:
            table.option_year = table.year


def title(table: Table) -> str:
    """Title over a table, with the year."""
    name = series_name(table.total, table.language, table.year)
    if table.language == "vi":
        return f"{name} năm {table.year}"
    return f"{name} in {table.year}"


def series_header(table: Table, series: str, rng: random.Random) -> str:
    """Header of a column of a part: its official name, at times with its number."""
    name = series_name(series, table.language, table.year)
    rows = frameworks.in_year(table.index, table.year)
    code = str(rows.loc[rows["series"] == series, "code"].iloc[0])
    return f"{code}. {name}" if table.layout == "criteria" and rng.random() < 0.2 else name


def _fill_long(table: Table, rng: random.Random, with_ranks: bool) -> None:
    """Put years, and series of a single year, under each other."""
    first = table.figures[-1]
    series = [table.total]
    if len(table.figures) == 1 and table.index == "PAPI":
        level = frameworks.in_year("PAPI", first.year, "criterion")["series"]
        series = [name for name in level.tolist() if name in first.scores][: rng.choice((3, 4))]
    vi = table.language == "vi"
    entries = [
        (figures, name, code)
        for figures in table.figures
        for name in series
        for code in table.codes
        if code in figures.scores[name]
    ]
    names = provinces(table.year)
    table.codes = [code for _, _, code in entries]
    table.columns[:] = [
        Column("year", "Năm" if vi else "Year", [f.year for f, _, _ in entries]),
        Column(
            "name",
            rng.choice(NAME_HEADERS[table.language]),
            [names[code].names[table.language] for _, _, code in entries],
        ),
    ]
    if series != [table.total]:
        labels: list[Cell] = [series_name(name, table.language, f.year) for f, name, _ in entries]
        table.columns.append(Column("series", "Chỉ tiêu" if vi else "Series", labels))
        header = "Điểm" if vi else "Score"
    else:
        header = total_header(table, rng, None)
    table.shown = {(f.year, code, name) for f, name, code in entries}
    scores: list[Cell] = [f.scores[name][code] for f, name, code in entries]
    table.columns.append(Column("score", header, scores))
    if with_ranks:
        ranks: list[Cell] = [f.ranks[name][code] for f, name, code in entries]
        table.shown_ranks = set(table.shown)
        table.columns.append(Column("rank", rng.choice(RANK_HEADERS[table.language]), ranks))


def _choose_form(table: Table, rng: random.Random, forms: Sequence[Form]) -> None:
    narrow = len(table.columns) <= 6 and len(table.codes) <= 70 and table.layout != "long"
    weights = {"csv": 10, "xlsx": 6, "pdf": 2}
    possible = [form for form in forms if form != "pdf" or narrow]
    if not possible:
        raise Unfit("pdf")
    table.form = rng.choices(possible, [weights[form] for form in possible])[0]
    comma = table.language == "vi" and rng.random() < 0.6
    if table.form == "csv":
        table.separator = rng.choice(",;;\t")
        table.mark = "," if comma else "."
        table.quoted = rng.random() < 0.2
    elif table.form == "pdf":
        table.mark = "," if comma else "."
        table.ruled = rng.random() < 0.6
    else:
        table.sheet_name = rng.choice(("Sheet1", "Trang tính1", SHORT[table.index]))


def note_truth(table: Table) -> None:
    """Write down what is true of each figure, whether it is shown or not."""
    for figures in table.figures:
        for series, of_series in figures.scores.items():
            for code, score in of_series.items():
                key = (figures.year, code, series)
                table.scores[key] = score
                table.ranks[key] = figures.ranks[series][code]


def _note_shown(table: Table) -> None:
    """Write down which figures a reader must get: those shown, but totals beside criteria."""
    for column in table.columns:
        keys = {(column.year, code, column.series) for code in table.codes}
        if table.layout == "criteria" and column.series == table.total:
            continue
        if column.kind == "score" and column.series:
            table.shown |= keys
        if column.kind == "rank" and column.series:
            table.shown_ranks |= keys
