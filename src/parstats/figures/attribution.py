"""Why a province stands where it stands, and why its rank changed: waterfalls of ranks."""

from __future__ import annotations

import pandas as pd

from parstats import provinces
from parstats.drivers.rank_attribution import REFERENCES
from parstats.figures.caption import percent
from parstats.figures.chart import Chart
from parstats.figures.given import require
from parstats.figures.waterfall import Step, largest, waterfall
from parstats.inference.options import whole_number
from parstats.labels import number, text


def rank_attribution(table: pd.DataFrame, lang: str, *, most: int = 10) -> Chart:
    """From the rank of the reference to that of the province, by the largest parts.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.rank_attribution` gives it for one province, by series.
    lang : {"vi", "en"}
        Language.
    most : int
        Parts shown by name; the others are put together.

    Raises
    ------
    InvalidRequest
        If the table is empty or another one, of several provinces or by rival.
    """
    most = whole_number("most", most, 1)
    columns = ["province", "vintage", "reference", "series", "rank_part", "rank", "rank_reference"]
    columns += ["index", "year", "n_ranked", "n_of", "coverage"]
    source = "parstats.drivers.rank_attribution of one province, by series"
    require(table, columns, source, once=["series"])
    row = table.iloc[0]
    steps = largest(table, "rank_part", most, lang)
    known = provinces.by_code(int(row["vintage"]))
    name = known[row["province"]].names[lang]
    reference = (
        text(f"figure.scores_of_{row['reference']}", lang)
        if row["reference"] in REFERENCES
        else text("figure.scores_of_province", lang, name=known[row["reference"]].names[lang])
    )
    most_of_all = max(steps[:most], key=lambda step: abs(step.places))
    alt = text(
        "alt.rank_attribution",
        lang,
        name=name,
        rank=int(row["rank"]),
        start=reference,
        rank_reference=int(row["rank_reference"]),
        first=most_of_all.name,
        gain=number(most_of_all.places, lang, 1, sign=True),
    )
    notes = [
        text("figure.reference_note", lang, name=name),
        text(
            "figure.basis",
            lang,
            index=row["index"],
            year=row["year"],
            n=row["n_ranked"],
            of=row["n_of"],
            share=percent(row["coverage"], lang),
        ),
    ]
    start, end = (reference, float(row["rank_reference"])), (name, float(row["rank"]))
    return waterfall(steps, start, end, lang, alt=alt, notes=notes)


def rank_change(table: pd.DataFrame, lang: str, *, most: int = 8) -> Chart | None:
    """From the rank of the earlier year to that of the later, by reason.

    Parts whose meaning or scale changed are hatched; the caption says if the ranks of the two years
    compare badly.

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

    Raises
    ------
    InvalidRequest
        If the table is another one.
    """
    if table.empty:
        return None
    most = whole_number("most", most, 1)
    columns = ["province", "vintage", "kind", "series", "rank_part", "comparable"]
    columns += ["ranking_break", "rank_previous", "rank", "previous", "year"]
    require(table, columns, "parstats.drivers.change_attribution", once=["kind", "series"])
    row = table.iloc[0]
    own = table[(table["series"] != "") & table["rank_part"].notna()]
    steps = largest(own, "rank_part", most, lang)
    blocks = table[(table["series"] == "") & (table["rank_part"].fillna(0) != 0)]
    for block in blocks.itertuples():
        steps.append(Step(text(f"block.{block.kind}", lang), float(block.rank_part)))
    name = provinces.by_code(int(row["vintage"]))[row["province"]].names[lang]
    start = (str(row["previous"]), float(row["rank_previous"]))
    end = (str(row["year"]), float(row["rank"]))
    years = {"previous": int(row["previous"]), "year": int(row["year"])}
    broken = text("figure.ranking_break", lang, **years) if row["ranking_break"] else ""
    alt = text(
        "alt.rank_change",
        lang,
        name=name,
        rank_previous=int(row["rank_previous"]),
        rank=int(row["rank"]),
        own=number(float(own["rank_part"].sum()), lang, 1, sign=True),
        rest=number(float(blocks["rank_part"].sum()), lang, 1, sign=True),
        **years,
    )
    notes = [broken, _change_basis(row, lang)]
    return waterfall(steps, start, end, lang, alt=f"{alt} {broken}".strip(), notes=notes)


def _change_basis(row: pd.Series, lang: str) -> str:
    return text(
        "figure.change_basis",
        lang,
        index=row["index"],
        previous=row["previous"],
        year=row["year"],
        n_previous=row["n_ranked_previous"],
        n=row["n_ranked"],
        common=row["n_common"],
        of=row["n_of"],
        share=percent(row["coverage"], lang),
    )
