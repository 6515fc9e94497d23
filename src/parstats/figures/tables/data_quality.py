"""Tables of what the data cover: provinces, breaks, limits, contradictions between sources."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from parstats.arguments import from_results, require_drawable
from parstats.figures.column import count_column, number_column, text_column
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table, keeps_source
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, period, text

_AS_PRINTED = NumberFormat(None, grouped=False)


@from_results(table="parstats.panel.coverage: year n_complete n_units")
@keeps_source
def coverage(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the coverage by year.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.coverage`
    lang : {"vi", "en"}
    """
    names = {
        column: [
            ", ".join(provinces.by_code(vintage)[code].names[lang] for code in codes) or "–"
            for codes, vintage in zip(table[column], table["vintage"], strict=True)
        ]
        for column in ("absent", "incomplete")
    }
    complete = ("n_complete", "n_units")
    columns = (
        count_column("year", text("table.year", lang), width="11%"),
        text_column("framework", text("table.framework", lang), width="16%"),
        count_column("series", text("table.n_series", lang), "n_series", width="15%"),
        count_column("complete", text("table.complete", lang), *complete),
        text_column("absent", text("table.absent", lang)),
        text_column("incomplete", text("table.incomplete", lang)),
    )
    return Table("coverage", lang, table.assign(**names), columns)


@from_results(table="parstats.load_breaks: series year kind text_vi")
@keeps_source
def breaks(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the breaks in comparability, by year; what changed alike stands in one row.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_breaks`
    lang : {"vi", "en"}
    """
    ordered = table.sort_values("year", kind="stable")
    data = ordered.assign(
        series=[frameworks.series_name(name, lang, short=True) for name in ordered["series"]],
        kind=[text(f"break.{kind}", lang) for kind in ordered["kind"]],
        what=ordered[f"text_{lang}"],
    )
    alike = data.groupby(["year", "kind", "what"], sort=False)["series"]
    data = alike.agg(", ".join).reset_index()
    columns = (
        count_column("year", text("table.year", lang), width="11%"),
        text_column("series", text("table.series", lang), width="25%"),
        text_column("kind", text("table.kind", lang), width="18%"),
        text_column("what", text("table.changed", lang)),
    )
    return Table("breaks", lang, data, columns)


@keeps_source
def limits(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the results that each year's coverage allows, and the alternatives.

    Years that follow each other and allow the same stand in one row.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.coverage_limits`
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest: if the table is empty or of another kind
    """
    required = ["index", "year", "vintage", "n_complete", "n_units", "needed", "carries_ranking"]
    require_drawable(
        table, required, "the table of parstats.panel.coverage_limits", once=["index", "year"]
    )
    data = table.assign(
        verdict=[verdict(row, lang) for _, row in table.iterrows()],
        instead=[_instead(row, lang) for _, row in table.iterrows()],
    )
    data = _joined_years(data, lang)
    complete = ("n_complete", "n_units")
    instead = text_column("instead", text("table.instead", lang))
    columns = (
        text_column("years", text("table.year", lang), width="13%"),
        count_column("complete", text("table.complete", lang), *complete),
        text_column("verdict", text("table.carries", lang)),
        *((instead,) if data["instead"].ne("").any() else ()),
    )
    return Table("limits", lang, data, columns, group="index")


def _joined_years(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return one row for each run of years, none left out, that say the same."""
    same = table[["index", "n_complete", "n_units", "verdict", "instead"]]
    follows = table["year"].diff().eq(1) & same.eq(same.shift()).all(axis=1)
    runs = (~follows).cumsum()
    first = table.groupby(runs).first()
    last = table.groupby(runs)["year"].last()
    years = [
        period(begin, lang) if begin == end else f"{period(begin, lang)}–{period(end, lang)}"
        for begin, end in zip(first["year"], last, strict=True)
    ]
    return first.assign(years=years).reset_index(drop=True)


def verdict(row: pd.Series, lang: str) -> str:
    """Return what the coverage of a year carries; of a row of `parstats.panel.coverage_limits`."""
    if not row["carries_ranking"]:
        return text("limits.no", lang, need=row["needed"])
    provinces_by_code = provinces.by_code(row["vintage"])
    names = ", ".join(
        provinces_by_code[code].names[lang]
        for code in row["without_total"]
        if code in provinces_by_code
    )
    return text("limits.without", lang, names=names) if names else text("limits.yes", lang)


def _instead(row: pd.Series, lang: str) -> str:
    if row["carries_ranking"]:
        return ""
    parts = []
    for name in ("mean", "max", "min"):
        if pd.notna(row[name]):
            basis = row[f"{name}_basis"]
            mark = "" if basis == "printed" else f" ({text(f'basis.{basis}', lang)})"
            parts.append(f"{text(f'statistic.{name}', lang)} {number(row[name], lang)}{mark}")
    return ", ".join(parts) or text("limits.nothing", lang)


@from_results(
    table=(
        "parstats.load_conflicts: index year vintage province series statistic kept rejected why_vi"
    )
)
@keeps_source
def conflicts(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the contradictions between sources: kept, rejected, why. Empty if there are none.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_conflicts`
    lang : {"vi", "en"}
    """
    figures = {
        name: [Decimal(figure) if figure else None for figure in table[name]]
        for name in ("kept", "rejected")
    }
    data = table.assign(
        place=[_area_name(row, lang) for _, row in table.iterrows()],
        what=[_what(row, lang) for _, row in table.iterrows()],
        why=table[f"why_{lang}"],
        **figures,
    )
    columns = (
        count_column("year", text("table.year", lang)),
        text_column("place", text("table.province", lang)),
        text_column("what", text("table.what", lang)),
        number_column("kept", text("table.kept", lang), number=_AS_PRINTED),
        number_column("rejected", text("table.rejected", lang), number=_AS_PRINTED),
        text_column("why", text("table.why", lang)),
    )
    return Table("conflicts", lang, data, columns, group="index")


def _area_name(row: pd.Series, lang: str) -> str:
    if not row["province"]:
        _, *region = row["statistic"].split()
        return text(f"region.{region[0]}" if region else "table.whole_country", lang)
    return provinces.by_code(row["vintage"])[row["province"]].names[lang]


def _what(row: pd.Series, lang: str) -> str:
    """Return the statistic and, where it is not the overall one, series."""
    statistic_text = text(f"statistic.{row['statistic'].split()[0]}", lang)
    if row["series"] == frameworks.top(row["index"]):
        return statistic_text
    return f"{statistic_text}: {frameworks.series_name(row['series'], lang, short=True)}"
