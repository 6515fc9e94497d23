"""Tables of the indices side by side: coefficients, provinces, parts that go together."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import check_integer, check_share, from_results
from parstats.figures.caption import percent
from parstats.figures.column import (
    PERCENT,
    SIGNED,
    Column,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.number_format import P_VALUE, NumberFormat
from parstats.figures.table import Table, keeps_source
from parstats.reference import frameworks, provinces
from parstats.reference.labels import period, text

_SIGNED_WHOLE = NumberFormat(0, sign=True)
_BASES = ("computed", "printed")


@keeps_source
@from_results(
    pairs=(
        "parstats.drivers.across: index_1 index_2 year region spearman spearman_sens_low "
        "spearman_sens_high kendall kendall_sens_low kendall_sens_high kendall_least "
        "kendall_greatest n_common n_units is_comparable sens_level"
    )
)
def agreement(pairs: pd.DataFrame, lang: str, *, bounds: bool = False) -> Table:
    """Tabulate Spearman's and Kendall's coefficient of each pair of indices, year and region.

    Of pairs and years with scores of too few provinces for a coefficient a note says how many
    there are; if that is all, the table says so instead. Their regions are left out.

    Parameters
    ----------
    pairs : pandas.DataFrame; pairs of `parstats.drivers.across` or of `across_years`
    lang : {"vi", "en"}
    bounds : bool
        Also the least and the greatest tau, whatever the missing scores are; then all pairs have a
        row.
    """
    is_comparable = pairs["is_comparable"].astype(bool)
    is_lacking = (pairs["region"] == "") & ~is_comparable
    lacking = pairs[is_lacking]
    has_coefficients = len(pairs) > 0 and (bounds or bool(is_comparable.any()))
    rows = pairs[is_comparable | is_lacking] if bounds else pairs[is_comparable]
    if not has_coefficients:
        rows = lacking
    data = _with_pair(rows).assign(
        area=[text(f"region.{r}" if r else "table.country", lang) for r in rows["region"]],
    )
    areas = [text_column("area", text("table.area", lang))] if rows["region"].any() else []
    columns = (
        text_column("pair", text("table.index_pair", lang), unbroken=True),
        count_column("year", text("table.year", lang)),
        *areas,
        count_column("n", text("table.both_scores", lang), "n_common", "n_units"),
        *(_coefficients(pairs, lang, bounds=bounds) if has_coefficients else ()),
    )
    notes = [text("table.agreement_note" if has_coefficients else "table.agreement_none", lang)]
    if bounds:
        notes.append(text("table.kendall_bounds_note", lang))
    elif has_coefficients and len(lacking):
        notes.append(text("table.agreement_lacking", lang, listed=_listed_years(lacking, lang)))
    return Table("agreement", lang, data, columns, tuple(notes))


def _coefficients(pairs: pd.DataFrame, lang: str, *, bounds: bool) -> list[Column]:
    share = percent(pairs["sens_level"].iloc[0], lang)
    heading = text("table.sensitivity_of", lang, share=share)
    columns = [
        number_column("spearman", "Spearman"),
        number_column(
            "spearman_range", heading, "spearman_sens_low", "spearman_sens_high", unbroken=True
        ),
        number_column("kendall", "Kendall"),
        number_column(
            "kendall_range", heading, "kendall_sens_low", "kendall_sens_high", unbroken=True
        ),
    ]
    if bounds:
        ends = ("kendall_least", "kendall_greatest")
        bounds_heading = text("table.kendall_bounds", lang)
        columns.append(number_column("bounds", bounds_heading, *ends, unbroken=True))
    return columns


def _listed_years(pairs: pd.DataFrame, lang: str) -> str:
    """Return the years of each pair with how many provinces have both scores."""
    parts = []
    for names, years in pairs.groupby(["index_1", "index_2"], sort=False):
        counts = ", ".join(
            f"{period(row.year, lang, short=True)} ({row.n_common}/{row.n_units})"
            for row in years.itertuples()
        )
        parts.append(f"{' – '.join(map(str, names))}: {counts}")
    return "; ".join(parts)


@keeps_source
@from_results(
    table=(
        "parstats.drivers.across: index_1 index_2 vintage province score_1 score_2 rank_1 rank_2 "
        "difference is_comparable best_1 worst_1 best_2 worst_2"
    )
)
def differing_provinces(table: pd.DataFrame, lang: str, *, n_top: int = 10) -> Table:
    """Tabulate the provinces that two indices rank most differently, and in which parts.

    Of the pairs with scores of 90 % of the provinces; empty if there is none.

    Parameters
    ----------
    table : pandas.DataFrame; provinces of `parstats.drivers.across`, or its whole result
    lang : {"vi", "en"}
    n_top : int; how many of each pair
    """
    n_top = check_integer("n_top", n_top, 1)
    rows = table[table["is_comparable"].astype(bool)]
    rows = rows[rows.groupby(["index_1", "index_2"]).cumcount() < n_top]
    data = _with_names(rows, lang).assign(
        parts_1=_parts_texts(rows["best_1"], rows["worst_1"], lang),
        parts_2=_parts_texts(rows["best_2"], rows["worst_2"], lang),
    )
    one, two = _index_names(rows, lang)
    columns = (
        text_column("name", text("table.province", lang)),
        count_column("rank_1", text("table.rank_in", lang, index=one)),
        count_column("rank_2", text("table.rank_in", lang, index=two)),
        number_column("difference", text("table.rank_difference", lang), number=_SIGNED_WHOLE),
        *(
            text_column(name, text("table.best_worst_in", lang, index=index))
            for name, index in (("parts_1", one), ("parts_2", two))
            if data[name].ne("").any()
        ),
    )
    note = text("table.differing_note", lang)
    return Table("differing-provinces", lang, data, columns, (note,), group="pair")


@keeps_source
@from_results(
    table=(
        "parstats.drivers.across: index_1 index_2 vintage province published_1 published_2 "
        "national_rank_1 national_rank_2 is_comparable"
    )
)
def common_provinces(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the provinces with both scores, where they are too few for a comparison.

    Parameters
    ----------
    table : pandas.DataFrame; provinces of `parstats.drivers.across`, or its whole result
    lang : {"vi", "en"}
    """
    rows = table[~table["is_comparable"].astype(bool)]
    one, two = _index_names(rows, lang)
    columns = (
        text_column("name", text("table.province", lang)),
        number_column("published_1", text("table.score_in", lang, index=one)),
        count_column("national_rank_1", text("table.rank_in", lang, index=one)),
        number_column("published_2", text("table.score_in", lang, index=two)),
        count_column("national_rank_2", text("table.rank_in", lang, index=two)),
    )
    note = text("table.common_note", lang)
    data = _with_names(rows, lang)
    return Table("common-provinces", lang, data, columns, (note,), group="pair")


def _with_names(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    names = [
        provinces.by_code(int(vintage))[code].names[lang]
        for vintage, code in zip(rows["vintage"], rows["province"], strict=True)
    ]
    return _with_pair(rows).assign(name=names)


def _with_pair(rows: pd.DataFrame) -> pd.DataFrame:
    pairs = zip(rows["index_1"], rows["index_2"], strict=True)
    return rows.assign(pair=[f"{one} – {two}" for one, two in pairs])


def _index_names(rows: pd.DataFrame, lang: str) -> list[str]:
    """Return the first and the second index; in words where several stand in the table."""
    return [
        rows[column].iloc[0] if rows[column].nunique() == 1 else text(f"table.{column}", lang)
        for column in ("index_1", "index_2")
    ]


def _parts_texts(best: pd.Series, worst: pd.Series, lang: str) -> list[str]:
    """Return the parts in which provinces stand highest and lowest; empty if not known."""
    return [
        text(
            "table.best_and_worst",
            lang,
            best=frameworks.series_name(first, lang, short=True),
            worst=frameworks.series_name(last, lang, short=True),
        )
        if first and last
        else ""
        for first, last in zip(best, worst, strict=True)
    ]


@keeps_source
@from_results(
    table=(
        "parstats.drivers.across: index_1 index_2 series_1 series_2 spearman p p_adjusted n_common"
    )
)
def parts_together(
    table: pd.DataFrame, lang: str, *, alpha: float = 0.05, n_top: int = 10
) -> Table:
    """Tabulate the parts of two indices that go together beyond chance, the strongest first.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.across`, or its whole result
    lang : {"vi", "en"}
    alpha : float; the family-wise p-value up to which a pair of parts is listed
    n_top : int; at most so many of each pair of indices
    """
    alpha, n_top = check_share("alpha", alpha), check_integer("n_top", n_top, 1)
    beyond = table[table["p_adjusted"] <= alpha]
    rows = beyond[beyond.groupby(["index_1", "index_2"]).cumcount() < n_top]
    data = _with_pair(rows).assign(
        name_1=[frameworks.series_name(name, lang, short=True) for name in rows["series_1"]],
        name_2=[frameworks.series_name(name, lang, short=True) for name in rows["series_2"]],
    )
    one, two = _index_names(rows, lang)
    columns = (
        text_column("name_1", text("table.part_of", lang, index=one)),
        text_column("name_2", text("table.part_of", lang, index=two)),
        number_column("spearman", "Spearman", number=SIGNED),
        number_column("p", "p", number=P_VALUE),
        number_column("p_adjusted", text("table.p_family_wise", lang), number=P_VALUE),
    )
    note = text("table.parts_together_note", lang, share=percent(alpha, lang))
    return Table("parts-together", lang, data, columns, (note,), group="pair")


@keeps_source
@from_results(
    table="parstats.panel.province_indices: index score max_score share_of_maximum rank n_ranked "
    "rank_basis"
)
def province_indices(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the score and rank of one province in every index of a year.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.province_indices`
    lang : {"vi", "en"}
    """
    bases = {"": "", **{key: text(f"table.rank_basis_{key}", lang) for key in _BASES}}
    data = table.assign(basis=table["rank_basis"].map(bases))
    columns = (
        text_column("index", text("table.index", lang)),
        number_column(
            "score",
            text("table.score", lang),
            "score",
            "max_score",
            formats=(NumberFormat(), NumberFormat(trimmed=True)),
            joint=" / ",
        ),
        number_column(
            "share", text("table.share_of_maximum", lang), "share_of_maximum", number=PERCENT
        ),
        count_column("rank", text("table.rank", lang), "rank", "n_ranked"),
        text_column("basis", text("table.rank_basis", lang)),
    )
    return Table("province-indices", lang, data, columns, (text("table.indices_note", lang),))
