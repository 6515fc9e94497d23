"""Tables of what the data cover: provinces, breaks, limits, contradictions between sources."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from parstats.arguments import from_results, require_drawable
from parstats.figures.table import style_table
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


@from_results(table="parstats.panel.coverage: year n_complete n_units")
def coverage(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate the coverage by year.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.coverage`
    lang : {"vi", "en"}
    """

    def named(codes: list[str], vintage: int) -> str:
        return ", ".join(provinces.by_code(vintage)[code].names[lang] for code in codes) or "–"

    rows = [
        {
            "year": str(row["year"]),
            "framework": row["framework"],
            "series": str(row["n_series"]),
            "complete": f"{row['n_complete']}/{row['n_units']}",
            "absent": named(row["absent"], row["vintage"]),
            "incomplete": named(row["incomplete"], row["vintage"]),
        }
        for _, row in table.iterrows()
    ]
    gt_table = GT(pd.DataFrame(rows), id="coverage").cols_label(
        year=text("table.year", lang),
        framework=text("table.framework", lang),
        series=text("table.n_series", lang),
        complete=text("table.complete", lang),
        absent=text("table.absent", lang),
        incomplete=text("table.incomplete", lang),
    )
    gt_table = gt_table.cols_width({"year": "11%", "framework": "16%", "series": "15%"})
    return style_table(gt_table, ["series", "complete"])


@from_results(table="parstats.load_breaks: series year kind text_vi")
def breaks(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate the breaks in comparability, by year.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_breaks`
    lang : {"vi", "en"}
    """
    ordered = table.sort_values("year", kind="stable")
    rows = [
        {
            "year": str(row["year"]),
            "series": frameworks.series_name(row["series"], lang, short=True),
            "kind": text(f"break.{row['kind']}", lang),
            "what": row[f"text_{lang}"],
        }
        for _, row in ordered.iterrows()
    ]
    gt_table = GT(pd.DataFrame(rows), id="breaks").cols_label(
        year=text("table.year", lang),
        series=text("table.series", lang),
        kind=text("table.kind", lang),
        what=text("table.changed", lang),
    )
    gt_table = gt_table.cols_width({"year": "11%", "series": "25%", "kind": "18%"})
    return style_table(gt_table, [])


def limits(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate the results that each year's coverage allows, and the alternatives.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.coverage_limits`
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest: if the table is empty or of another kind
    """
    columns = ["index", "year", "vintage", "n_complete", "n_units", "needed", "carries_ranking"]
    require_drawable(
        table, columns, "the table of parstats.panel.coverage_limits", once=["index", "year"]
    )
    rows = [
        {
            "index": row["index"],
            "year": str(row["year"]),
            "complete": f"{row['n_complete']}/{row['n_units']}",
            "verdict": _verdict(row, lang),
            "instead": _instead(row, lang),
        }
        for _, row in table.iterrows()
    ]
    gt_table = GT(pd.DataFrame(rows), groupname_col="index", id="limits").cols_label(
        year=text("table.year", lang),
        complete=text("table.complete", lang),
        verdict=text("table.carries", lang),
        instead=text("table.instead", lang),
    )
    return style_table(gt_table, ["year", "complete"])


def _verdict(row: pd.Series, lang: str) -> str:
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
def conflicts(table: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate the contradictions between sources: kept, rejected, why. None if there are none.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_conflicts`
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    rows = [
        {
            "index": row["index"],
            "year": str(row["year"]),
            "place": _area_name(row, lang),
            "what": _what(row, lang),
            "kept": _figure(row["kept"], lang),
            "rejected": _figure(row["rejected"], lang),
            "why": row[f"why_{lang}"],
        }
        for _, row in table.iterrows()
    ]
    gt_table = GT(pd.DataFrame(rows), groupname_col="index", id="conflicts").cols_label(
        year=text("table.year", lang),
        place=text("table.province", lang),
        what=text("table.what", lang),
        kept=text("table.kept", lang),
        rejected=text("table.rejected", lang),
        why=text("table.why", lang),
    )
    return style_table(gt_table, ["year", "kept", "rejected"])


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


def _figure(written: str, lang: str) -> str:
    """Return the figures with the decimal mark of the language."""
    if not written:
        return "\u2013"
    return written.replace(".", ",") if lang == "vi" else written
