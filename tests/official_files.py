"""Workbooks and tables as offices publish them, made from the bundled figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from parstats.reference import frameworks
from parstats.reference.provinces import by_code

PAPI_YEARS = range(2011, 2017)


def english(series: str) -> str:
    return frameworks.series_name(series, "en")


def vietnamese(series: str) -> str:
    return frameworks.series_name(series, "vi")


def papi_workbook(
    path: Path,
    scores: pd.DataFrame,
    years: range = PAPI_YEARS,
    *,
    first: Callable[[str], str] = english,
    second: Callable[[str], str] = vietnamese,
    reverse: bool = False,
) -> Path:
    """The official PAPI workbook: a sheet a year, two header rows, the helper row 999.

    Each dimension stands before its sub-dimensions, the unweighted total last. `reverse` turns the
    order of the sub-dimensions round within their dimension.
    """
    book = Workbook()
    book.remove(book.active)
    for year in years:
        sheet = book.create_sheet(f"{year}_PAPI")
        year_series = frameworks.in_year("PAPI", year)
        columns: list[str] = []
        for dimension in year_series.loc[year_series["level"] == "dimension", "series"]:
            parts = year_series.loc[year_series["parent"] == dimension, "series"].tolist()
            columns += [dimension, *(parts[::-1] if reverse else parts)]
        sheet.append(
            ["tinhid", "tentinh_eng", "tentinh_vie", *map(first, columns), "Un-weighted2015PAPI"]
        )
        sheet.append([None, None, None, *map(second, columns), "Chỉ số PAPI không trọng số"])
        table = scores[scores["year"] == year].pivot(
            index="province", columns="series", values="score"
        )
        for code, province in by_code(63).items():
            figures = table.loc[code] if code in table.index else {}
            cells = [figures.get(name) for name in [*columns, "papi"]]
            row = [None if cell is None or pd.isna(cell) else float(cell) for cell in cells]
            sheet.append([int(code), province.names["en"], province.names["vi"], *row])
        highest = [float(table[name].max()) for name in [*columns, "papi"]]
        sheet.append([999, None, None, *highest])
    book.save(path)
    return path
