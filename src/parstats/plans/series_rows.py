"""Measures with several series split into rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd


def parts(text: str) -> list[str]:
    """Split a cell at semicolons.

    Examples
    --------
    >>> parts("PAPI; SIPAS"), parts("")
    (['PAPI', 'SIPAS'], [])
    """
    return [part.strip() for part in text.split(";") if part.strip()]


def pairs(index: str, series: str) -> list[tuple[str, str]]:
    """Return each series with its index; an index without a series is kept alone.

    Several of either are parted by semicolons.

    >>> pairs("PAPI;SIPAS", "papi.transparency")
    [('PAPI', 'papi.transparency'), ('SIPAS', '')]
    """
    table = frameworks.series()
    index_by_series = dict(zip(table["series"], table["index"], strict=True))
    result = [(str(index_by_series[name]), name) for name in parts(series)]
    covered = {index_code for index_code, _ in result}
    result += [(index_code, "") for index_code in parts(index) if index_code not in covered]
    return result or [("", "")]


def single(index: str, series: str) -> tuple[str, str]:
    """Return index and series if there is at most one of each, else neither.

    >>> single("PAPI", "papi.services"), single("PAPI;SIPAS", "papi;sipas")
    (('PAPI', 'papi.services'), ('', ''))
    """
    is_single = len(parts(index)) == 1 and len(parts(series)) <= 1
    return (index, series) if is_single else ("", "")


def split_series(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with one index and one series a row.

    Several of either are parted by semicolons.

    >>> import pandas as pd
    >>> held = pd.DataFrame({"row": ["001"], "index": ["PAPI;SIPAS"], "series": ["papi;sipas"]})
    >>> split_series(held).values.tolist()
    [['001', 'PAPI', 'papi'], ['001', 'SIPAS', 'sipas']]
    """
    import pandas as pd

    each = [pairs(*both) for both in zip(measures["index"], measures["series"], strict=True)]
    times = [len(series_names) for series_names in each]
    table = measures.loc[measures.index.repeat(times)].reset_index(drop=True)
    flat = [pair for series_names in each for pair in series_names]
    return table.assign(
        index=pd.Series([index for index, _ in flat], dtype="str"),
        series=pd.Series([series for _, series in flat], dtype="str"),
    )


def targeted_series(measures: pd.DataFrame) -> dict[str, str]:
    """Return the dimensions each plan aims to raise, separated by semicolons.

    By plan, in the order of the frameworks; plans without any are absent. The measures have plan,
    series and list_type; what a plan only maintains does not count, nor do measures for an index as
    a whole.

    >>> import pandas as pd
    >>> held = pd.DataFrame(
    ...     {"plan": ["p"], "series": ["papi.services.infrastructure"], "list_type": ["remediate"]}
    ... )
    >>> targeted_series(held)
    {'p': 'papi.services'}
    """
    table = frameworks.series()
    position_by_series = {name: at for at, name in enumerate(table["series"])}
    named: dict[str, set[str]] = {}
    for case in measures[measures["list_type"] != "maintain"].itertuples():
        for series in parts(case.series):
            dimension = series_dimension(series)
            if dimension:
                named.setdefault(case.plan, set()).add(dimension)
    return {
        plan: ";".join(sorted(dimensions, key=position_by_series.__getitem__))
        for plan, dimensions in named.items()
    }


def series_dimension(series: str) -> str:
    """The dimension, or bonus block, that a series is or is part of; "" for the index or a part.

    >>> series_dimension("par.steering.plan"), series_dimension("papi")
    ('par.steering', '')
    """
    table = frameworks.series()
    parent = dict(zip(table["series"], table["parent"], strict=True))
    level = dict(zip(table["series"], table["level"], strict=True))
    while series and level.get(series) not in ("dimension", "bonus", None):
        series = parent[series]
    return series if series in level else ""
