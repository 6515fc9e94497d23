"""The codebook of an index: what its series mean, as tables, and its scores labelled for Stata."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, storage
from parstats.figures import citation, stata_scores, workbook
from parstats.figures.column import Column, count_column, number_column, text_column
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table
from parstats.pipeline import codebook_tables
from parstats.reference import frameworks
from parstats.reference.labels import check_language, text

ENDINGS = (".xlsx", ".csv", ".json", ".dta")
TABLES = ("series", "versions", "years", "breaks", "missing", "sources")
"""Names of the tables, in the order of the sheets."""

# Columns of numbers that are no years or counts, with the decimals that tell their values apart.
_POINTS = {name: NumberFormat(2, trimmed=True) for name in ("min_points", "max_points")}
_COUNTS = ("vintage", "n_series", "n_units", "n_provinces", "n_complete", "n_scores")
_PERIODS = ("year", "year_from", "year_to", "first_year", "last_year")
# Columns whose codes a reader sees as words.
_CODED = ("affects", "kind", "level", "name_vi_origin", "scope", "what")


@dataclass(frozen=True, eq=False)
class Codebook:
    """The codebook of an index.

    Attributes
    ----------
    index, lang : str; the index; language of reasons and names
    citation : str; how to cite the figures
    series : pandas.DataFrame
        A row a series: slug, name of its variable in Stata, level, parent, wording in both
        languages, codes as published with their years, scale, years with scores.
    versions : pandas.DataFrame; what a series was in each framework: code, scale, comparable years
    years : pandas.DataFrame; framework, units and units with figures of each year
    breaks : pandas.DataFrame; years that do not compare with the year before, and why
    missing : pandas.DataFrame; units without complete figures by year, and why
    sources : pandas.DataFrame
        Files and pages that the figures are from: title, publisher, date, licence, and a link where
        the host may be linked to (``reference/source_hosts.csv``).
    """

    index: str
    lang: str
    citation: str
    series: pd.DataFrame
    versions: pd.DataFrame
    years: pd.DataFrame
    breaks: pd.DataFrame
    missing: pd.DataFrame
    sources: pd.DataFrame

    def save(self, path: str | Path) -> None:
        """Write the codebook in the form that the ending names, whole or not at all.

        Parameters
        ----------
        path : str or pathlib.Path
            Ends in .xlsx (a sheet for each table), .json (all tables), .csv (the table of series
            alone) or .dta: the scores themselves, a row for each unit and year and a labelled
            variable for each series, as a Stata user wants them.

        Raises
        ------
        UnknownChoice: if the file ending is not supported
        """
        target = Path(path)
        ending = target.suffix.lower()
        about = citation.table_source(self.years, self.index, self.lang)
        if ending == ".xlsx":
            content = self._workbook()
            storage.write_atomic(target, lambda part: part.write_bytes(content))
        elif ending == ".csv":
            storage.write_table(self.series, target, about)
        elif ending == ".json":
            tables = {name: _records(getattr(self, name)) for name in TABLES}
            storage.write_json(target, about | tables)
        elif ending == ".dta":
            content = stata_scores.file_content(self.index, self.lang, self.series, self.breaks)
            storage.write_atomic(target, lambda part: part.write_bytes(content))
            storage.write_source(target, about)
        else:
            raise errors.UnknownChoice("ending of a codebook", target.name, ENDINGS)

    def _workbook(self) -> bytes:
        from openpyxl import Workbook

        book = Workbook()
        book.properties.title = text("codebook.about", self.lang, index=self.index)
        book.properties.creator, book.properties.language = "parstats", self.lang
        front = book.active
        front.title = text("form.about", self.lang)
        self._front(front)
        for name in TABLES:
            sheet = book.create_sheet(text(f"codebook.{name}", self.lang))
            table = self._table(name)
            workbook.fill_sheet(sheet, table)
            if name == "sources":
                _link(sheet, [column.name for column in table.columns].index("link") + 1)
        return workbook.file_content(book)

    def _front(self, sheet: Any) -> None:
        widths = (24, 90)
        for letter, width in zip("AB", widths, strict=True):
            sheet.column_dimensions[letter].width = width
        title = text("codebook.about", self.lang, index=self.index)
        workbook.write_cell(sheet["A1"], title)
        sheet["A1"].font = workbook.font(bold=True, size=14)
        sheet.merge_cells("A1:B1")
        workbook.write_line(sheet, self.citation, 3, widths)
        for row, name in enumerate(TABLES, start=5):
            sentence = text(f"codebook.{name}.about", self.lang)
            workbook.write_cell(sheet.cell(row, 1), text(f"codebook.{name}", self.lang))
            workbook.write_cell(sheet.cell(row, 2), sentence)
            workbook.set_height(sheet, row, [sentence], [widths[1]])
        workbook.set_paper(sheet, wide=True)
        sheet.print_title_rows = None

    def _table(self, name: str) -> Table:
        """Return one of the tables with headings and words in the language."""
        data = getattr(self, name).copy()
        for column in set(_CODED) & set(data):
            data[column] = [
                text(f"codebook.{column}.{code}", self.lang) if code else ""
                for code in data[column]
            ]
        columns = tuple(_column(column, data[column], self.lang) for column in data)
        return Table(f"codebook-{name}", self.lang, data, columns)


def codebook(index: str = "PAPI", *, lang: str = "en") -> Codebook:
    """Return the codebook of an index.

    Parameters
    ----------
    index : str
    lang : {"vi", "en"}; language of reasons, names of units and headings; wording is in both

    Returns
    -------
    Codebook: tables of series, versions, years, breaks, missing units and sources; `Codebook.save`
        writes them, or the labelled scores for Stata.

    Raises
    ------
    UnknownChoice: if the index or the language does not exist
    NoFigures, DataNotBuilt: if there are no figures of the index; if `parstats build` has not been
        run

    Examples
    --------
    >>> book = codebook("PAPI")
    >>> book.series.query("level == 'dimension'")[["stata_name", "name_en"]].iloc[0].tolist()
    ['participation', 'Participation at Local Levels']
    >>> book.breaks["year"].min(), len(book.missing) > 0
    (np.int64(2016), True)
    """
    check_language(lang)
    index = frameworks.check_index(index)
    return Codebook(
        index=index,
        lang=lang,
        citation=citation.cite(index, lang=lang),
        series=codebook_tables.series_table(index),
        versions=codebook_tables.versions_table(index),
        years=codebook_tables.years_table(index),
        breaks=codebook_tables.breaks_table(index, lang),
        missing=codebook_tables.missing_table(index, lang),
        sources=codebook_tables.sources_table(index, lang),
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as JSON takes it: a missing value is null."""
    plain = table.astype(object)
    return [
        {name: None if pd.isna(value) else _plain(value) for name, value in row.items()}
        for row in plain.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _column(name: str, values: pd.Series, lang: str) -> Column:
    heading = text("codebook.unit_name" if name == "name" else f"codebook.{name}", lang)
    if name in _POINTS:
        return number_column(name, heading, number=_POINTS[name])
    if name in _COUNTS or (name in _PERIODS and not any(isinstance(v, str) for v in values)):
        return count_column(name, heading)
    return text_column(name, heading)


def _link(sheet: Any, column: int) -> None:
    """Make the addresses of a column links."""
    for (cell,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column):
        if isinstance(cell.value, str) and cell.value.startswith(("http://", "https://")):
            cell.hyperlink = cell.value
            cell.font = workbook.font(color="01665E", underline="single")
