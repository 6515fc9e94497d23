"""Tables and sentences about plans: targets and what was reached, measures, a province's plans."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from great_tables import GT

from parstats.arguments import from_results, old_names
from parstats.figures.table import rank_text, style_table
from parstats.figures.text.plan_titles import plan_name
from parstats.reference import csv_tables, frameworks, provinces
from parstats.reference.labels import number, text


@from_results(plans="parstats.load_plans: province vintage formal plan_year indices completeness")
def register(plans: pd.DataFrame, lang: str) -> GT:
    """Tabulate the registered documents of each index by how much of them was read.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    """
    rows = []
    for index in frameworks.INDICES:
        index_plans = plans.loc[
            np.array([index in text.split(";") for text in plans["indices"]], dtype=bool)
        ]
        if index_plans.empty:
            continue
        formal = index_plans[index_plans["formal"]]
        years = formal.drop_duplicates(["vintage", "province", "plan_year"])
        available = formal["completeness"].value_counts()
        row = {"index": index, "plans": str(len(formal)), "years": str(len(years))}
        row["provinces"] = str(formal.drop_duplicates(["vintage", "province"]).shape[0])
        for state in ("full", "partial", "title_only"):
            row[state] = str(available.get(state, 0))
        row["other"] = str(len(index_plans) - len(formal))
        rows.append(row)
    names = {
        "index": "table.index",
        "plans": "table.plans",
        "years": "table.province_years",
        "provinces": "table.provinces",
        "full": "table.read_in_full",
        "partial": "table.read_in_part",
        "title_only": "table.title_only",
        "other": "table.other_documents",
    }
    return _make_table(rows, names, lang, "register", numeric=list(names)[1:])


@from_results(
    table=(
        "parstats.plans.targets_met: plan row series indicator_vi year op value unit achieved met"
    ),
    plans="parstats.load_plans: plan province vintage agency_level plan_year",
)
def targets(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate targets beside the results. None without targets.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.targets_met`; the rows to show
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    about = plans.set_index("plan")
    rows = [
        {
            "plan": plan_name(about.loc[row["plan"]], lang),
            "what": _indicator(row, lang),
            "year": "" if pd.isna(row["year"]) else str(row["year"]),
            "target": target(row, lang),
            "achieved": _achieved(row, lang),
            "met": _met(row, lang),
        }
        for _, row in table.iterrows()
    ]
    names = {
        "what": "table.indicator",
        "year": "table.year",
        "target": "table.target",
        "achieved": "table.achieved",
        "met": "table.met",
    }
    gt_table = _make_table(
        rows, names, lang, "targets", ["year", "target", "achieved"], group="plan"
    )
    return gt_table.tab_source_note(text("table.targets_note", lang))


def target(row: Any, lang: str) -> str:
    """Write a target in words: "at least 80 %".

    Parameters
    ----------
    row : mapping; with op, value and unit
    lang : {"vi", "en"}
    """
    if not row["op"] and pd.isna(row["value"]):
        return "–"
    if row["op"] == "<=" and row["unit"] in ("rank", "nhóm"):
        amount = _amount(float(row["value"]), row["unit"], lang)
        return amount if row["value"] == 1 else text("table.or_better", lang, place=amount)
    phrases = [text(f"operator.{row['op']}", lang)] if row["op"] else []
    if pd.notna(row["value"]):
        phrases.append(_amount(float(row["value"]), row["unit"], lang))
    return " ".join(phrases)


def _amount(value: float, unit: str, lang: str) -> str:
    written = number(value, lang, 0 if value.is_integer() else 2)
    if unit in ("rank", "nhóm"):
        return f"{text(f'unit.{unit}', lang)}\N{NO-BREAK SPACE}{written}"
    label_keys = {row["key"] for row in csv_tables.rows("labels")}
    named = text(f"unit.{unit}", lang) if f"unit.{unit}" in label_keys else unit
    # A number and its unit stay in one line.
    return f"{written}\N{NO-BREAK SPACE}{named}" if named else written


def _indicator(row: pd.Series, lang: str) -> str:
    """Name the indicator of a target; with the dimension or index if it is for one."""
    indicator_text = str(row[f"indicator_{lang}"] or row["indicator_vi"])
    if row["row"] or not row["series"]:
        return indicator_text
    return f"{frameworks.series_name(row['series'], lang, short=True)}: {indicator_text}"


def _achieved(row: pd.Series, lang: str) -> str:
    if pd.isna(row["achieved"]):
        return "–"
    value = float(row["achieved"])
    if row["op"] == "increase" or row["unit"] == "bậc":
        return f"{number(value, lang, 0, sign=True)} {text('unit.bậc', lang)}"
    return _amount(value, row["unit"], lang)


def _met(row: pd.Series, lang: str) -> str:
    state = "unknown" if pd.isna(row["met"]) else "yes" if row["met"] else "no"
    return text(f"met.{state}", lang).replace(" ", "\N{NO-BREAK SPACE}")


@old_names(top="n_top")
@from_results(
    table="parstats.load_measures: plan series measure_type lead_unit deadline label_vi seen"
)
def measures(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> GT | None:
    """Tabulate the measures of a plan, by dimension. None without measures.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_measures`, the rows to show
    lang : {"vi", "en"}
    n_top : int, optional; show so many; all if not given
    """
    displayed_rows = table[table["seen"] == "measure"]
    if displayed_rows.empty:
        return None
    displayed_rows = _once(displayed_rows, f"label_{lang}")
    types = {row["measure_type"]: row[f"label_{lang}"] for row in csv_tables.rows("measure_types")}
    rows = [
        {
            "series": frameworks.series_name(row["series"], lang, short=True)
            if row["series"]
            else "–",
            "label": row[f"label_{lang}"] or row["text"],
            "type": ", ".join(
                types[type_name] for type_name in row["measure_type"].split(";") if type_name
            ),
            "lead": row["lead_unit"] or "–",
            "deadline": row["deadline"] or "–",
        }
        for _, row in (displayed_rows.head(n_top) if n_top else displayed_rows).iterrows()
    ]
    names = {
        "series": "table.series",
        "label": "table.measure",
        "type": "table.measure_type",
        "lead": "table.lead_unit",
        "deadline": "table.deadline",
    }
    gt_table = _make_table(rows, names, lang, "measures", numeric=[])
    if n_top and len(displayed_rows) > n_top:
        gt_table = gt_table.tab_source_note(
            text("table.measures_more", lang, n=len(displayed_rows) - n_top)
        )
    return gt_table


def _once(table: pd.DataFrame, label: str) -> pd.DataFrame:
    """Measures of one plan and series that have the same name as one, with all their types."""
    same = ["plan", "series", label, "lead_unit", "deadline"]
    is_unnamed = table[label] == ""
    keys = table[same].assign(alone=table.index.where(is_unnamed, -1)).apply(tuple, axis=1)
    types = table.groupby(keys, sort=False)["measure_type"].transform(
        lambda codes_by_row: ";".join(
            dict.fromkeys(type_name for each in codes_by_row for type_name in each.split(";"))
        )
    )
    return table.assign(measure_type=types)[~keys.duplicated()]


@from_results(
    table=(
        "parstats.plans.outcomes: plan index plan_year aims rank_before n_before rank "
        "n_ranked rank_breaks rank_peers"
    ),
    plans="parstats.load_plans: plan vintage agency_level number kind completeness",
)
def province_plans(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> GT | None:
    """Tabulate a province's plans for an index, and its rank in the year of each.

    None without plans.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.outcomes`, of one province and index
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    """
    if table.empty:
        return None
    about = plans.set_index("plan")
    rows = [
        {
            "year": str(row["plan_year"]),
            "document": _document(about.loc[row["plan"]], lang),
            "aims": _targeted_text(row, lang),
            "rank": _rank(row["rank"], row["n_ranked"]),
            "before": _rank(row["rank_before"], row["n_before"])
            + (" *" if row["rank_breaks"] and pd.notna(row["rank_before"]) else ""),
            "peers": rank_text(row["rank_peers"], lang),
        }
        for _, row in table.sort_values(["plan_year", "plan"]).iterrows()
    ]
    names = {
        "year": "table.year",
        "document": "table.document",
        "aims": "table.aims",
        "before": "table.rank_before_plan",
        "rank": "table.rank_of_plan",
        "peers": "table.rank_peers",
    }
    gt_table = _make_table(rows, names, lang, "province-plans", numeric=["before", "rank", "peers"])
    gt_table = gt_table.tab_source_note(text("table.peers_note", lang))
    if any("*" in row["before"] for row in rows):
        gt_table = gt_table.tab_source_note(text("table.rank_break_note", lang))
    return gt_table


def _document(plan: pd.Series, lang: str) -> str:
    kind = text(f"plan_kind.{plan['kind']}", lang)
    parts = [f"{kind[:1].upper()}{kind[1:]}"]
    if plan["number"]:
        parts.append(plan["number"])
    level = plan["agency_level"]
    merged = int(plan["vintage"]) == 34 and len(_before_merger(plan["province"])) > 1
    sentences = [text(f"completeness.{plan['completeness']}", lang)]
    if level and level != "province":
        sentences.insert(0, text(f"agency_level.{level}", lang))
    if merged:
        name = provinces.by_code(34)[plan["province"]].short_names[lang]
        sentences.insert(0, text("table.after_merger", lang, name=name))
    return f"{' '.join(parts)} ({', '.join(sentences)})"


def _before_merger(code: str) -> list[str]:
    """Return the provinces among the 63 that one of the 34 was made of."""
    return [old for old, new in provinces.successors().items() if new == code]


def _targeted_text(row: pd.Series, lang: str) -> str:
    year = min(int(row["plan_year"]), frameworks.years(row["index"])[1])
    dimensions = frameworks.in_year(row["index"], year, "dimension")
    if len(dimensions) and set(dimensions["series"]) <= set(row["aims"].split(";")):
        return text("table.all_dimensions", lang, n=len(dimensions))
    named = [
        frameworks.series_name(name, lang, short=True) for name in row["aims"].split(";") if name
    ]
    return ", ".join(named) or "–"


def _rank(rank: Any, n_units: Any) -> str:
    if pd.isna(rank):
        return "–"
    return f"{rank}" if pd.isna(n_units) else f"{rank}/{n_units}"


def _make_table(
    rows: list[dict[str, str]],
    names: dict[str, str],
    lang: str,
    identity: str,
    numeric: list[str],
    *,
    group: str | None = None,
) -> GT:
    """Return a table whose columns are named by keys of the labels; `group` gives the headings."""
    columns = [*names] if group is None else [group, *names]
    table = GT(pd.DataFrame(rows, columns=columns), groupname_col=group, id=identity)
    table = table.cols_label({column: text(key, lang) for column, key in names.items()})
    return style_table(table, numeric)
