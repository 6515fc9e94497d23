"""Why a province stands where it stands, and why its rank changed: waterfalls of ranks."""

from __future__ import annotations

import pandas as pd

from parstats import provinces
from parstats.figures.chart import Chart
from parstats.figures.waterfall import largest, waterfall
from parstats.labels import number, text

_NAMED_REFERENCES = ("median", "mean", "region", "previous")


def rank_attribution(table: pd.DataFrame, lang: str, *, most: int = 10) -> Chart:
    """From the rank of the reference to that of the province, by the largest parts.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.rank_attribution` gives it, by series.
    lang : {"vi", "en"}
        Language.
    most : int
        Parts shown by name; the others are put together.
    """
    row = table.iloc[0]
    names, steps = largest(table, "rank_part", most, lang)
    known = provinces.by_code(int(row["vintage"]))
    name = known[row["province"]].names[lang]
    reference = (
        text(f"reference.{row['reference']}", lang)
        if row["reference"] in _NAMED_REFERENCES
        else known[row["reference"]].names[lang]
    )
    alt = text(
        "alt.rank_attribution",
        lang,
        name=name,
        rank=int(row["rank"]),
        reference=reference,
        rank_reference=int(row["rank_reference"]),
        first=names[0],
        gain=number(steps[0], lang, 1, sign=True),
    )
    start, end = (reference, float(row["rank_reference"])), (name, float(row["rank"]))
    return waterfall(names, steps, start, end, lang, alt=alt)


def rank_change(table: pd.DataFrame, lang: str, *, most: int = 8) -> Chart | None:
    """From the rank of the earlier year to that of the later, by reason.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.change_attribution` gives it.
    lang : {"vi", "en"}
        Language.
    most : int
        Own parts shown by name; the others are put together.

    Returns
    -------
    Chart or None
        None for an empty table.
    """
    if table.empty:
        return None
    row = table.iloc[0]
    own = table[(table["series"] != "") & table["rank_part"].notna()]
    names, steps = largest(own, "rank_part", most, lang)
    blocks = table[(table["series"] == "") & (table["rank_part"].fillna(0) != 0)]
    for block in blocks.itertuples():
        names.append(text(f"block.{block.kind}", lang))
        steps.append(float(block.rank_part))
    name = provinces.by_code(int(row["vintage"]))[row["province"]].names[lang]
    start = (str(row["previous"]), float(row["rank_previous"]))
    end = (str(row["year"]), float(row["rank"]))
    alt = text(
        "alt.rank_change",
        lang,
        name=name,
        previous=int(row["previous"]),
        rank_previous=int(row["rank_previous"]),
        year=int(row["year"]),
        rank=int(row["rank"]),
        own=number(float(own["rank_part"].sum()), lang, 1, sign=True),
        rest=number(float(blocks["rank_part"].sum()), lang, 1, sign=True),
    )
    return waterfall(names, steps, start, end, lang, alt=alt)
