"""A printed table that keeps its data: typed values, how each column shows them, its rendering."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pandas as pd
from great_tables import GT, loc, style

from parstats import errors, storage
from parstats.arguments import result_tables
from parstats.figures import sheet, theme, workbook
from parstats.figures.caption import subset_note
from parstats.figures.citation import source_line
from parstats.figures.column import Column
from parstats.figures.latex_table import latex
from parstats.figures.number_format import plain_value
from parstats.reference.labels import text

P = ParamSpec("P")
R = TypeVar("R")

MIME_TYPE = "application/vnd.parstats.table+json"
"""Under this name an executed notebook holds the data of a table, beside its HTML."""
_ENDINGS = (".csv", ".xlsx", ".html", ".tex")


@dataclass(frozen=True, eq=False)
class Table:
    """A printed table with its data.

    In a notebook the last line of a cell shows it. It is false when it has no rows:
    ``parstats.text.show`` leaves it out then.

    Attributes
    ----------
    id : str; of the table on its page
    lang : {"vi", "en"}; language of its headings
    data : pandas.DataFrame
        Typed values, a row for each row of the table: numbers in the unit of the result that it was
        made from, years, words.
    columns : tuple of Column; what is displayed, from left to right
    notes : tuple of str; sentences below it
    group : str; column of the data that heads groups of rows; none if empty
    lines : tuple of int; rows with a heavy line above
    source : str; whose figures it shows and their version, for files of the table alone

    Examples
    --------
    >>> from parstats.figures.column import PERCENT, number_column, text_column
    >>> data = pd.DataFrame({"name": ["Lạng Sơn"], "share": [0.1234]})
    >>> columns = text_column("name", "Tỉnh"), number_column("share", "Tỷ trọng", number=PERCENT)
    >>> table = Table("shares", "vi", data, columns)
    >>> table.displayed.to_dict("records"), table.data["share"].tolist(), bool(table)
    ([{'name': 'Lạng Sơn', 'share': '12,3'}], [0.1234], True)
    """

    id: str
    lang: str
    data: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    group: str = ""
    lines: tuple[int, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        """Keep of the data what is displayed, the rows of each group together."""
        names = [self.group] if self.group else []
        for column in self.columns:
            names += [*column.values, *filter(None, (column.instead, column.around))]
        names = list(dict.fromkeys(names))
        data = self.data[names] if len(self.data) else self.data.reindex(columns=names)
        if self.group:  # as great_tables does
            data = data.iloc[pd.factorize(data[self.group])[0].argsort(kind="stable")]
        data = data.reset_index(drop=True)
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "notes", tuple(filter(None, self.notes)))

    def __bool__(self) -> bool:
        """Whether it has rows."""
        return len(self.data) > 0

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the values of each row by column of the data."""
        names = list(self.data.columns)
        lists = [self.data[name].tolist() for name in names]
        return (dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True))

    @property
    def displayed(self) -> pd.DataFrame:
        """The words of each cell as the page shows them."""
        cells = [[column.text(row, self.lang) for column in self.columns] for row in self.rows()]
        frame = pd.DataFrame(cells, columns=[column.name for column in self.columns])
        return frame.assign(**{self.group: self.data[self.group]}) if self.group else frame

    @property
    def gt(self) -> GT:
        """The rendering by great_tables, to change further."""
        table = GT(self.displayed, id=self.id, groupname_col=self.group or None)
        table = table.cols_label({column.name: column.heading for column in self.columns})
        for note in self.notes:
            table = table.tab_source_note(note)
        if widths := {column.name: column.width for column in self.columns if column.width}:
            table = table.cols_width(widths)
        if self:
            table = self._style_cells(table)
        for column in self.columns:
            table = table.cols_align(column.align, column.name)
        return _style(table)

    def _style_cells(self, table: GT) -> GT:
        if self.lines:
            line = style.css(f"border-top: 2px solid {theme.INK};")
            table = table.tab_style(line, loc.body(rows=list(self.lines)))
        if markdown := [column.name for column in self.columns if column.markdown]:
            table = table.fmt_markdown(columns=markdown)
        for width in dict.fromkeys(c.least_width for c in self.columns if c.least_width):
            wide = [column.name for column in self.columns if column.least_width == width]
            table = table.tab_style(style.css(f"min-width: {width}"), loc.body(columns=wide))
        if unbroken := [column.name for column in self.columns if column.unbroken]:
            table = table.tab_style(style.css("white-space: nowrap"), loc.body(columns=unbroken))
        return table

    def as_json(self) -> dict[str, Any]:
        """Return data and descriptions as JSON; `from_json` reads them back."""
        return {
            "id": self.id,
            "lang": self.lang,
            "columns": [asdict(column) for column in self.columns],
            "notes": list(self.notes),
            "group": self.group,
            "lines": list(self.lines),
            "source": self.source,
            "data": {name: list(map(plain_value, self.data[name])) for name in self.data},
        }

    def only(self, names: Collection[str]) -> Table:
        """Return the table with some of its columns, by their names."""
        columns = tuple(column for column in self.columns if column.name in names)
        return replace(self, columns=columns)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Table:
        """Return the table that `as_json` wrote."""
        columns = tuple(map(Column.from_json, content["columns"]))
        # Of numbers, JSON has those as text that it does not know: printed and infinite ones.
        readers = {
            name: Decimal if form.decimals is None else float
            for column in columns
            for name, form in zip(column.values, column.formats, strict=False)
        }
        data = {}
        for name, values in content["data"].items():
            reader = readers.get(name, str)
            typed = [reader(value) if isinstance(value, str) else value for value in values]
            data[name] = pd.Series(typed, dtype="object").infer_objects()
        notes, lines = tuple(content["notes"]), tuple(content["lines"])
        frame, group = pd.DataFrame(data), content["group"]
        # Tables of notebooks that version 0.1 executed have no source.
        source = content.get("source", "")
        return cls(content["id"], content["lang"], frame, columns, notes, group, lines, source)

    def save(self, path: str | Path) -> None:
        """Write the table to a file, whole or not at all.

        In .csv and .xlsx numbers are numbers in the unit of the page, with all their digits; a
        workbook shows them as the page does. Words that look like a formula stay words. The source
        stands below the table, of .csv in a file beside it (`parstats.storage.source_path`).

        Parameters
        ----------
        path : str or pathlib.Path; ends in .csv, .xlsx, .html or .tex (LaTeX with booktabs)

        Raises
        ------
        UnknownChoice, InsufficientData: if the file ending is not supported; if there are no rows
        """
        target = Path(path)
        if not self:
            raise errors.InsufficientData(
                f"{path} is not written: {text('table.empty', self.lang)}"
            )
        if target.suffix.lower() == ".csv":
            about = {"source": self.source} if self.source else None
            storage.write_table(sheet.frame(self), target, about)
        elif target.suffix.lower() == ".xlsx":
            content = workbook.table_workbook(self)
            storage.write_atomic(target, lambda part: part.write_bytes(content))
        elif target.suffix.lower() == ".html":
            table = self.gt.tab_source_note(self.source) if self.source else self.gt
            storage.write_text(target, table.as_raw_html(make_page=True))
        elif target.suffix.lower() == ".tex":
            storage.write_text(target, latex(self))
        else:
            hint = (
                "reports.export_panel(result, path) writes a regression to .docx, and to .dta"
                if self.id == "panel"
                else ""
            )
            raise errors.UnknownChoice("ending of a table", target.name, _ENDINGS, hint)

    def __repr__(self) -> str:
        """Return the cells as text, for a console."""
        if not self:
            return text("table.empty", self.lang)
        frame = self.displayed[[column.name for column in self.columns]]
        frame.columns = [column.heading for column in self.columns]
        if self.group:
            frame.insert(0, text("form.group", self.lang), self.data[self.group])
        return str(frame.to_string(index=False))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Return the rendering and the data, for notebooks."""
        if not self:
            return {"text/plain": repr(self)}
        bundle = {"text/html": self.gt._repr_html_(), MIME_TYPE: self.as_json()}
        return {**bundle, "text/plain": repr(self)}


def keeps_source(make: Callable[P, R]) -> Callable[P, R]:
    """Let the tables of a function say whose figures the results are that it is given.

    >>> @keeps_source
    ... def years(result: pd.DataFrame, lang: str) -> Table:
    ...     return Table("years", lang, result, ())
    >>> years(pd.DataFrame({"index": ["PCI"], "year": [2020]}), "en").source
    'Source: VCCI and USAID, PCI 2020, data ...; parstats ....'
    """
    signature = inspect.signature(make)

    @functools.wraps(make)
    def with_source(*args: P.args, **kwargs: P.kwargs) -> R:
        table = make(*args, **kwargs)
        if isinstance(table, Table) and table and not table.source:
            given = signature.bind(*args, **kwargs).arguments.values()
            results = [tables[0] for result in given if (tables := result_tables(result))]
            lines = (source_line(result, table.lang) for result in results)
            object.__setattr__(table, "source", next(filter(None, lines), ""))
            parts = dict.fromkeys(subset_note(result, table.lang) for result in results)
            object.__setattr__(table, "notes", (*table.notes, *filter(None, parts)))
        return table

    return with_source


def empty_table(identity: str, lang: str) -> Table:
    """Return a table for which there are no data: it is false, and left out of pages."""
    return Table(identity, lang, pd.DataFrame(), ())


def joined(*sentences: str) -> tuple[str, ...]:
    """Return sentences as one note of a table; empty ones are left out.

    >>> joined("One.", "", "Two."), joined("")
    (('One. Two.',), ())
    """
    note = " ".join(filter(None, sentences))
    return (note,) if note else ()


def _style(table: GT) -> GT:
    """Apply the style that all tables share."""
    return table.tab_options(
        # Columns are never narrower than their longest word: on a phone a table scrolls, uncut.
        table_layout="auto",
        table_width="100%",
        table_font_size="14px",
        table_font_color=theme.INK,
        table_border_top_style="none",
        table_border_bottom_color=theme.FAINT,
        column_labels_border_top_style="none",
        column_labels_font_weight="bold",
        row_group_font_weight="bold",
        data_row_padding="5px",
    ).tab_style(style.text(color=theme.MUTED), loc.column_labels())
