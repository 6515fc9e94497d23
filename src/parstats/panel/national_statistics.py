"""Published national figures by year, and alternatives where coverage is too thin."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from parstats import errors, storage
from parstats.reference import frameworks, provinces

_STATISTICS = ("mean", "max", "min")


def load_statistics(index: str | None = None) -> pd.DataFrame:
    """Return the national and regional statistics as published.

    Parameters
    ----------
    index : str, optional; keep one index

    Returns
    -------
    pandas.DataFrame: index, year, series, statistic (mean, max, min, n_increased, ...), region
        (code, empty for the country), value, unit, basis (printed, derived from other printed
        figures, inferred), source.

    Raises
    ------
    DataNotBuilt: if `parstats build` has not been run since data/raw changed

    Examples
    --------
    >>> table = load_statistics("PAR INDEX").query("year == 2023 and region == ''")
    >>> float(table.set_index("statistic").loc["mean", "value"])
    86.98
    """
    table = storage.read_processed("statistics")
    if index is not None:
        table = table[table["index"] == frameworks.check_index(index)]
    return table.reset_index(drop=True)


def published_alternative(
    index: str,
    year: int,
    series: str | None = None,
    *,
    by: Literal["country", "region"] = "country",
) -> str:
    """Return the published alternative to a ranking or mean with too little coverage.

    Of a series of which nothing was published, the overall index is named, and called so. With `by`
    "region" it is the means by region if there are any, else those of the country.

    >>> published_alternative("PAR INDEX", 2023)
    'published for the country: mean 86.98, max 92.18, min 81.32 (parstats.load_statistics)'
    >>> published_alternative("SIPAS", 2023, "sipas.service.access")
    'published for the country: mean 83 (parstats.load_statistics)'
    >>> published_alternative("PAR INDEX", 2019, by="region")
    'published by region: RRD mean 82.95, SE mean 82.02 (parstats.load_statistics)'
    """
    if frameworks.index_info(index).unit_level == "unit":
        return (
            "parstats.panel.coverage lists the others; where units came or went, make an index for "
            "each span of time, or leave out of the values what is not graded throughout"
        )
    top = frameworks.top(index)
    try:
        table = load_statistics(index)
    except errors.DataNotBuilt:
        return ""
    table = table[table["year"] == year]
    tried = [("country", series or top, ""), ("country", top, " of the overall index")]
    if by == "region":
        tried.insert(0, ("region", series or top, ""))
    for area, name, note in tried:
        display_text = _statistic_texts(table[table["series"] == name], area)
        if display_text:
            where = "by region" if area == "region" else f"for the country{note}"
            return f"published {where}: {', '.join(display_text)} (parstats.load_statistics)"
    return "no national statistic of that year was found either"


def _statistic_texts(rows: pd.DataFrame, area: str) -> list[str]:
    """Format figures as text; those not printed as such are marked."""
    order = [*_STATISTICS] if area == "country" else [*provinces.REGIONS]
    column = "statistic" if area == "country" else "region"
    if area == "country":
        rows = rows[rows["region"] == ""]
    else:
        rows = rows[(rows["region"] != "") & (rows["statistic"] == "mean")]
    rows = rows[rows[column].isin(order)].sort_values(
        column, key=lambda names: names.map(order.index)
    )
    return [
        f"{'' if area == 'country' else f'{row.region} '}{row.statistic} {row.value:g}"
        + ("" if row.basis == "printed" else f" ({row.basis})")
        for row in rows.itertuples()
    ]


STATISTICS = ("mean", "max", "min")


def national_scores(index: str) -> pd.DataFrame:
    """Return the mean, highest and lowest overall score of the country, as published.

    Parameters
    ----------
    index : str

    Returns
    -------
    pandas.DataFrame: one row per year with any of them: year, mean, max, min (points; missing where
        none was found), and of each its basis and source (mean_basis, mean_source, ...; empty where
        it is missing).

    Raises
    ------
    DataNotBuilt, UnknownChoice: if `parstats build` has not been run; if the index does not exist

    Examples
    --------
    >>> table = national_scores("SIPAS").set_index("year")
    >>> table.loc[2022, ["mean", "max", "min"]].tolist()
    [80.08, 87.59, 72.54]
    """
    table = load_statistics(index)
    is_national = (table["region"] == "") & table["statistic"].isin(STATISTICS)
    table = table[is_national & (table["series"] == frameworks.top(frameworks.check_index(index)))]
    summary = pd.DataFrame(index=pd.Index(sorted(table["year"].unique()), name="year"))
    for name in STATISTICS:
        rows = table[table["statistic"] == name].set_index("year")
        summary[name] = rows["value"].reindex(summary.index)
        for about in ("basis", "source"):
            summary[f"{name}_{about}"] = rows[about].reindex(summary.index).fillna("")
    return summary.reset_index()
