"""What a province's plans have for a part of an index: measures and goals, by the plan's year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parstats.advice.names_today import plain_name
from parstats.figures.index_language import series_language
from parstats.plans.plans_of_province import extent_read, measures_seen
from parstats.reference import frameworks
from parstats.reference.labels import text

# Measures that a cell names, and words of each. By judgement: one cell of a page.
_N_MEASURES = 2
_LONGEST = 14


def plan_years(plans: pd.DataFrame) -> str:
    """Return the years of plans, with commas between.

    >>> plan_years(pd.DataFrame({"plan_year": [2019, 2017, 2019]}))
    '2017, 2019'
    """
    return ", ".join(str(year) for year in sorted(plans["plan_year"].dropna().astype(int).unique()))


def years_read(plans: pd.DataFrame, measures: pd.DataFrame, index: str, lang: str) -> str:
    """Return the years of the plans that were read, those read in part named so; "" without any.

    >>> from parstats.panel import load_measures, load_plans
    >>> plans = load_plans("PAPI", province="Lào Cai")
    >>> years_read(plans, load_measures("PAPI"), "PAPI", "en")
    'in part: 2019, 2021'
    """
    extent = extent_read(plans, measures, index)
    full, partial = (plan_years(plans[extent == state]) for state in ("full", "partial"))
    in_part = text("table.plans_in_part", lang, years=partial) if partial else ""
    return "; ".join(filter(None, [full, in_part]))


def unread_note(plans: pd.DataFrame, measures: pd.DataFrame, index: str, lang: str) -> str:
    """Return of which plans no measure could be seen, so that it is not known; "" without any.

    >>> from parstats.panel import load_measures, load_plans
    >>> plans = load_plans("PAPI", province="Cao Bằng", vintage=63)
    >>> unread_note(plans, load_measures("PAPI"), "PAPI", "en").split(":")[0]
    'Plans whose measures for this index could not be seen (2025)'
    """
    extent = extent_read(plans, measures, index)
    titles = plans["completeness"] == "title_only" if "completeness" in plans else extent == ""
    by_title = plan_years(plans[titles])
    hidden = plan_years(plans[(extent == "unseen") & ~titles])
    named = [text("table.plans_by_title", lang, years=by_title)] if by_title else []
    named += [text("table.plans_hidden", lang, years=hidden)] if hidden else []
    return " ".join(named)


def other_plans_note(plans: pd.DataFrame, own: pd.DataFrame, lang: str) -> str:
    """Return which plans are those of another province, before or after a merger; "" without any.

    >>> from parstats.panel import load_plans
    >>> plans = load_plans("PAPI", province="Hậu Giang", vintage=63)
    >>> other_plans_note(plans, plans.head(0), "en")
    'Not counted as plans of this province: Can Tho 2025 (before or after the merger).'
    """
    others = plans[~plans["plan"].isin(own["plan"])]
    if others.empty:
        return ""
    listed = "; ".join(
        text(
            "table.plan_of",
            lang,
            name=plain_name(str(row["province"]), row["vintage"], lang),
            year="" if pd.isna(row["plan_year"]) else int(row["plan_year"]),
        ).strip()
        for row in others.to_dict("records")
    )
    return text("table.plans_of_others", lang, listed=listed)


def planned(
    series: str,
    plans: pd.DataFrame,
    measures: pd.DataFrame,
    targets: pd.DataFrame | None,
    lang: str,
) -> str:
    """Return what plans have for a part; "" if nothing was seen.

    A measure for the part itself, else one for what is above it (named as such), else a goal for
    either, else that a plan names it and no measure was seen; of the newest plan that has any,
    with its year.

    Parameters
    ----------
    series : str
    plans, measures, targets : pandas.DataFrame
        Of one province: `parstats.load_plans`, `load_measures`, `load_targets`.
    lang : {"vi", "en"}

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans
    >>> plans = load_plans("PAPI", province="Lào Cai")
    >>> planned("papi.environment.water_quality", plans, load_measures("PAPI"), None, "en")
    'for the dimension Environment as a whole, named without a measure that was seen (2021)'
    """
    years = plans.set_index("plan")["plan_year"].to_dict()
    goals = None if targets is None else targets[targets["kind"] == "target"]
    sources = [
        (measures_seen(measures), [f"label_{lang}", "text"], ""),
        (goals, [f"indicator_{lang}", "indicator_vi"], "goal"),
        (measures[~measures.index.isin(measures_seen(measures).index)], [], "named"),
    ]
    for table, words, kind in sources:
        if table is None:
            continue
        mine = table[table["plan"].isin(years)]
        for place in (series, *_above(series)):
            rows = mine[mine["series"] == place]
            if len(rows):
                return _cell(rows, years, words, place if place != series else "", kind, lang)
    return ""


def _above(series: str) -> Sequence[str]:
    """Return the series above a part, without the whole index."""
    parents = frameworks.series().set_index("series")["parent"].to_dict()
    top, above = frameworks.top(frameworks.index_of(series)), []
    at = parents.get(series, "")
    while at and at != top:
        above.append(at)
        at = parents.get(at, "")
    return above


def _cell(
    rows: pd.DataFrame,
    years: dict[str, int],
    words: list[str],
    parent: str,
    kind: str,
    lang: str,
) -> str:
    """Return the measures or goals of the newest plan, with its year and what they are for."""
    order = rows["plan"].map(lambda plan: -1 if pd.isna(years[plan]) else int(years[plan]))
    newest = rows.loc[order.sort_values(ascending=False, kind="stable").index[0], "plan"]
    chosen = rows[rows["plan"] == newest].to_dict("records")
    said = (next((str(row[name]) for name in words if row[name]), "") for row in chosen)
    listed = list(dict.fromkeys(_short(each) for each in said if each))
    more = len(listed) - _N_MEASURES
    key = "table.plan_" + "_".join([*(["parent"] if parent else []), kind or "measure"])
    return text(
        key,
        series_language(lang, [parent] if parent else []),
        parent=frameworks.series_name(parent, lang, short=True) if parent else "",
        listed="; ".join(listed[:_N_MEASURES])
        + (text("table.and_more", lang, n=more) if more > 0 else ""),
        year="" if pd.isna(years[newest]) else int(years[newest]),
    )


def _short(words: str) -> str:
    parts = words.split()
    return " ".join(parts[:_LONGEST]) + (" …" if len(parts) > _LONGEST else "")
