"""Tables of the drivers over the years: convergence, forecasts, groups, likeness of neighbours."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import check_integer, from_results, require_drawable
from parstats.drivers.over_time.predictive import BASELINES
from parstats.figures.caption import percent
from parstats.figures.column import (
    PERCENT,
    SIGNED,
    WHOLE,
    Column,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.index_language import index_language, series_language
from parstats.figures.number_format import P_VALUE, NumberFormat, p_text
from parstats.figures.table import Table, joined, keeps_source
from parstats.figures.tables.driver_results import sens_text
from parstats.figures.text.over_time_notes import foretold_years
from parstats.reference import frameworks, provinces
from parstats.reference.labels import period, text

_WHOLE_PERCENT = NumberFormat(0, scale=100)


def _interval(
    table: pd.DataFrame, name: str, lang: str, number: NumberFormat | None = None
) -> Column:
    heading = sens_text(table.iloc[0], lang) if len(table) else ""
    ends = (f"{name}_sens_low", f"{name}_sens_high")
    return number_column(f"{name}_interval", heading, *ends, number=number, unbroken=True)


def _names(series: pd.Series, lang: str, empty: str = "") -> list[str]:
    return [frameworks.series_name(s, lang, short=True) if s else empty for s in series]


def _top(table: pd.DataFrame, n_top: int | None) -> pd.DataFrame:
    return table if n_top is None else table.head(check_integer("n_top", n_top, 1))


@keeps_source
@from_results(
    table=(
        "parstats.drivers.convergence: series level beta_ols beta_instrumented beta_noise "
        "noise_of_change noise_of_change_sens_low noise_of_change_sens_high weak_instrument n_years"
    )
)
def catching_up(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate how far standings close up, and what of a yearly change is noise.

    Parameters
    ----------
    table : pandas.DataFrame; catching_up of `parstats.drivers.convergence`, or its whole result
    lang : {"vi", "en"}
    """
    lang = series_language(lang, table["series"])
    together = text("table.all_together", lang)
    marks = text("table.weak_instrument", lang)
    data = table.assign(
        name=_names(table["series"], lang, together),
        marks=[marks if weak else "" for weak in table["weak_instrument"]],
    )
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("ols", text("table.beta_ols", lang), "beta_ols", number=SIGNED),
        number_column("noise", text("table.beta_noise", lang), "beta_noise", number=SIGNED),
        number_column(
            "instrumented",
            text("table.beta_instrumented", lang),
            "beta_instrumented",
            number=SIGNED,
        ),
        _interval(table, "beta_instrumented", lang, SIGNED),
        number_column(
            "noise_of_change",
            text("table.noise_of_change", lang),
            number=_WHOLE_PERCENT,
        ),
        _interval(table, "noise_of_change", lang, _WHOLE_PERCENT),
        count_column("n_years", text("table.years", lang)),
        *([text_column("marks", text("table.marks", lang))] if data["marks"].ne("").any() else []),
    )
    return Table("catching-up", lang, data, columns, (text("table.catching_up_note", lang),))


@keeps_source
@from_results(
    table="parstats.drivers.convergence: series run first last n_years change sens_low sens_high"
)
def spread_trends(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> Table:
    """Tabulate by how much the spread between provinces changes a year.

    Parameters
    ----------
    table : pandas.DataFrame; trends of `parstats.drivers.convergence`, or its whole result
    lang : {"vi", "en"}
    n_top : int, optional
        Show so many: the runs of the newest years first, of these the longest, and of equally long
        ones the largest change.
    """
    lang = series_language(lang, table["series"])
    order = table.assign(size=table["change"].abs())
    order = order.sort_values(["last", "n_years", "size"], ascending=False, kind="stable")
    rows = _top(table.loc[order.index], n_top)
    heading = sens_text(rows.iloc[0], lang) if len(rows) else ""
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        count_column("years", text("table.years", lang), "first", "last", joint="–"),
        number_column(
            "change", text("table.spread_change", lang), number=NumberFormat(1, True, 100)
        ),
        number_column(
            "interval",
            heading,
            "sens_low",
            "sens_high",
            number=NumberFormat(1, True, 100),
            unbroken=True,
        ),
    )
    data = rows.assign(name=_names(rows["series"], lang))
    return Table("spread-trends", lang, data, columns, (text("table.spread_note", lang),))


@keeps_source
@from_results(
    table=(
        "parstats.drivers.predictive: index method mae r2 skill skill_sens_low skill_sens_high "
        "gain gain_sens_low gain_sens_high gain_p_adjusted first last n_years n_cells"
    )
)
def forecast_performance(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate how well next year's standing is foretold, with and without the parts.

    Parameters
    ----------
    table : pandas.DataFrame; performance of `parstats.drivers.predictive`, or its whole result
    lang : {"vi", "en"}
    """
    require_drawable(table, ["method"], "the performance of parstats.drivers.predictive")
    lang = index_language(lang, str(table["index"].iloc[0]))
    kinds = ["baseline" if name in BASELINES else "model" for name in table["method"]]
    data = table.assign(
        name=[text(f"forecast.{name}", lang) for name in table["method"]],
        group=[text(f"table.forecast_{kind}", lang) for kind in kinds],
    )
    columns = (
        text_column("name", text("table.forecast", lang)),
        number_column("mae", text("table.mae", lang)),
        number_column("r2", text("table.r2_forecast", lang)),
        number_column("skill", text("table.skill", lang), number=PERCENT),
        _interval(table, "skill", lang, PERCENT),
        number_column("gain", text("table.gain", lang), number=PERCENT),
        _interval(table, "gain", lang, PERCENT),
        number_column("p", "p", "gain_p_adjusted", number=P_VALUE),
    )
    note = text(
        "table.forecast_note",
        lang,
        years=foretold_years(table, lang),
        n=int(table["n_cells"].max()),
    )
    return Table("forecast-performance", lang, data, columns, (note,), group="group")


@keeps_source
@from_results(
    table=(
        "parstats.drivers.predictive: method series ended growth growth_low growth_high share "
        "n_years"
    )
)
def forecast_importance(table: pd.DataFrame, lang: str, *, n_top: int = 5) -> Table:
    """Tabulate which groups of parts a forecast is lost without.

    Groups of parts that the newest year no longer measures are left out, and such parts of other
    groups are marked.

    Parameters
    ----------
    table : pandas.DataFrame; importance of `parstats.drivers.predictive`, or its whole result
    lang : {"vi", "en"}
    n_top : int; how many groups of each method
    """
    n_top = check_integer("n_top", n_top, 1)
    lasting = table[table["series"] != table["ended"]]
    rows = lasting[lasting.groupby("method").cumcount() < n_top]
    data = rows.assign(
        group=[text(f"forecast.{name}", lang) for name in rows["method"]],
        name=[
            _marked_names(series, ended, lang)
            for series, ended in zip(rows["series"], rows["ended"], strict=True)
        ],
    )
    columns = (
        text_column("name", text("table.part_group", lang)),
        number_column("share", text("table.error_growth", lang), number=PERCENT),
        count_column("n_years", text("table.years", lang)),
    )
    n_ended = table.loc[table["series"] == table["ended"], "series"].nunique()
    notes = joined(
        text("table.forecast_importance_note", lang),
        text("table.ended_mark", lang) if rows["ended"].ne("").any() else "",
        text("table.ended_note", lang, n=n_ended) if n_ended else "",
    )
    return Table("forecast-importance", lang, data, columns, notes, group="group")


def _marked_names(series: str, ended: str, lang: str) -> str:
    """Return the names of a group, with a mark on the parts that are no longer measured."""
    parts, gone = series.split("; "), ended.split("; ")
    names = _names(pd.Series(parts), lang)
    return "; ".join(
        f"{name} *" if part in gone else name for part, name in zip(parts, names, strict=True)
    )


@keeps_source
@from_results(
    table=(
        "parstats.drivers.typology: index n_groups silhouette agreement is_chosen null_median "
        "null_high p alpha"
    )
)
def group_choice(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate how well each number of groups fits, beside what one cloud of points gives.

    Parameters
    ----------
    table : pandas.DataFrame; choice of `parstats.drivers.typology`, or its whole result
    lang : {"vi", "en"}
    """
    require_drawable(table, ["p"], "the choice of parstats.drivers.typology")
    first = table.iloc[0]
    lang = index_language(lang, str(first["index"]))
    columns = (
        count_column("n_groups", text("table.n_groups", lang)),
        number_column("silhouette", text("table.silhouette", lang), number=NumberFormat(3)),
        number_column("agreement", text("table.group_agreement", lang)),
    )
    note = text(
        "table.group_note",
        lang,
        median=NumberFormat(3).text(first["null_median"], lang),
        high=NumberFormat(3).text(first["null_high"], lang),
        share=percent(1 - first["alpha"], lang),
        p=p_text(first["p"], lang),
    )
    return Table("group-choice", lang, table, columns, (note,))


@keeps_source
@from_results(groups="parstats.drivers.typology: index vintage province group")
def group_members(groups: pd.DataFrame, lang: str) -> Table:
    """Tabulate which provinces are in which group; empty if there is one group.

    Parameters
    ----------
    groups : pandas.DataFrame; groups of `parstats.drivers.typology`, or its whole result
    lang : {"vi", "en"}
    """
    require_drawable(groups, ["group"], "the groups of parstats.drivers.typology")
    lang = index_language(lang, str(groups["index"].iloc[0]))
    by_group = groups.groupby("group", sort=True) if groups["group"].nunique() > 1 else []
    data = pd.DataFrame(
        [
            {
                "group": group,
                "n": len(rows),
                "names": ", ".join(
                    provinces.by_code(int(vintage))[code].names[lang]
                    for vintage, code in zip(rows["vintage"], rows["province"], strict=True)
                ),
            }
            for group, rows in by_group
        ],
        columns=["group", "n", "names"],
    )
    columns = (
        count_column("group", text("table.group", lang)),
        count_column("n", text("table.provinces", lang)),
        text_column("names", text("table.province", lang)),
    )
    return Table("group-members", lang, data, columns)


@keeps_source
@from_results(
    table=(
        "parstats.drivers.morans_i: series moran expected detectable p p_adjusted n_provinces "
        "n_borders"
    )
)
def neighbour_likeness(table: pd.DataFrame, lang: str, *, n_top: int | None = 10) -> Table:
    """Tabulate whether neighbouring provinces are alike, the score and the most alike parts.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.morans_i`
    lang : {"vi", "en"}
    n_top : int, optional; show so many parts; all if None
    """
    lang = series_language(lang, table["series"].iloc[1:])
    parts = table.iloc[1:].sort_values("moran", ascending=False, kind="stable")
    rows = pd.concat([table.iloc[:1], _top(parts, n_top)])
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("moran", text("table.moran", lang)),
        number_column("detectable", text("table.detectable", lang)),
        number_column("p", "p", number=P_VALUE),
        number_column("p_adjusted", text("table.p_family_wise", lang), number=P_VALUE),
    )
    first = table.iloc[0]
    note = text(
        "table.moran_note",
        lang,
        n=WHOLE.text(first["n_provinces"], lang),
        borders=WHOLE.text(first["n_borders"], lang),
    )
    data = rows.assign(name=_names(rows["series"], lang))
    return Table("neighbour-likeness", lang, data, columns, (note,))


@keeps_source
@from_results(
    table=(
        "parstats.drivers.pooled_shares: index series share sens_low sens_high least greatest "
        "n_first n_years first last"
    )
)
def pooled_shares(table: pd.DataFrame, lang: str, *, n_top: int | None = 14) -> Table:
    """Tabulate the mean share of each part over the years.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.pooled_shares`
    lang : {"vi", "en"}
    n_top : int, optional; show so many of the largest; all if None
    """
    lang = series_language(lang, table["series"])
    rows = _top(table, n_top)
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("share", text("table.share", lang), number=PERCENT),
        number_column(
            "interval",
            sens_text(table.iloc[0], lang),
            "sens_low",
            "sens_high",
            number=PERCENT,
            unbroken=True,
        ),
        number_column(
            "years_range",
            text("table.least_greatest", lang),
            "least",
            "greatest",
            number=PERCENT,
            unbroken=True,
        ),
        count_column("n_first", text("table.times_first", lang), "n_first", "n_years"),
        count_column("years", text("table.years", lang), "first", "last", joint="–"),
    )
    notes = [text("table.pooled_note", lang), _breaks_between(table, lang)]
    if len(rows) < len(table):
        notes.insert(0, text("table.top_note", lang, n=len(rows), p=len(table)))
    data = rows.assign(name=_names(rows["series"], lang))
    return Table("pooled-shares", lang, data, columns, tuple(filter(None, notes)))


def _breaks_between(table: pd.DataFrame, lang: str) -> str:
    """Return the years, after the first, from which on something is measured otherwise."""
    index, last = str(table["index"].iloc[0]), int(table["last"].max())
    years = frameworks.breaks_between(index, last, int(table["first"].min()))["year"]
    listed = ", ".join(period(int(year), lang) for year in sorted(set(years)))
    return text("table.pooled_breaks", lang, years=listed) if listed else ""
