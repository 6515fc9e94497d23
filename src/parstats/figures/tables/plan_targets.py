"""Tables and sentences about plans: targets and what was reached, measures, a province's plans."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_integer, from_results, old_names
from parstats.figures.column import MEDIAN, count_column, number_column, text_column
from parstats.figures.index_language import index_language
from parstats.figures.number_format import MISSING, NumberFormat
from parstats.figures.table import Table, empty_table, keeps_source
from parstats.figures.text.plan_titles import plan_name
from parstats.reference import csv_tables, frameworks, provinces
from parstats.reference.labels import text

_AMOUNT = NumberFormat(trimmed=True)


@from_results(plans="parstats.load_plans: province vintage formal plan_year indices completeness")
@keeps_source
def register(plans: pd.DataFrame, lang: str) -> Table:
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
        row = {"index": index, "plans": len(formal), "years": len(years)}
        row["provinces"] = len(formal.drop_duplicates(["vintage", "province"]))
        for state in ("full", "partial", "title_only"):
            row[state] = int(available.get(state, 0))
        row["other"] = len(index_plans) - len(formal)
        rows.append(row)
    counts = {
        "plans": "table.plans",
        "years": "table.province_years",
        "provinces": "table.provinces",
        "full": "table.read_in_full",
        "partial": "table.read_in_part",
        "title_only": "table.title_only",
        "other": "table.other_documents",
    }
    columns = (
        text_column("index", text("table.index", lang)),
        *(count_column(name, text(key, lang)) for name, key in counts.items()),
    )
    return Table("register", lang, pd.DataFrame(rows), columns)


@from_results(
    table=(
        "parstats.plans.targets_met: plan row series indicator_vi year op value unit achieved met"
    ),
    plans="parstats.load_plans: plan province vintage agency_level plan_year",
)
@keeps_source
def targets(table: pd.DataFrame, plans: pd.DataFrame, lang: str) -> Table:
    """Tabulate targets beside the results. Empty without targets.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.targets_met`; the rows to show
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    """
    about = plans.set_index("plan")
    if missing := sorted(set(table["plan"]) - set(about.index)):
        raise errors.InvalidRequest(
            f"targets of plans that are not in the table of plans: {', '.join(missing[:3])}; pass "
            "plans from parstats.load_plans of the same index"
        )
    records = [row for _, row in table.iterrows()]
    patterns = [_target_pattern(row, lang) for row in records]
    data = table.assign(
        plan=[plan_name(about.loc[row["plan"]], lang) for row in records],
        what=[_indicator(row, lang) for row in records],
        target_around=patterns,
        target_words=["" if "{}" in pattern else pattern for pattern in patterns],
        achieved_around=[_achieved_pattern(row, lang) for row in records],
        met=[_met(row, lang) for row in records],
    )
    columns = (
        text_column("plan", text("table.plan", lang)),
        text_column("what", text("table.indicator", lang)),
        count_column("year", text("table.year", lang)),
        number_column(
            "target",
            text("table.target", lang),
            "value",
            number=_AMOUNT,
            around="target_around",
            instead="target_words",
        ),
        number_column(
            "achieved", text("table.achieved", lang), number=_AMOUNT, around="achieved_around"
        ),
        text_column("met", text("table.met", lang)),
    )
    note = text("table.targets_note", lang)
    return Table("targets", lang, data, columns, (note,))


def target(row: Any, lang: str) -> str:
    """Write a target in words: "at least 80 %".

    Parameters
    ----------
    row : mapping; with op, value and unit
    lang : {"vi", "en"}
    """
    return _target_pattern(row, lang).replace("{}", _AMOUNT.text(row["value"], lang))


def _target_pattern(row: Any, lang: str) -> str:
    """Return the words of a target, with ``{}`` for its number if it has one."""
    if not row["op"] and pd.isna(row["value"]):
        return MISSING
    amount = _unit_pattern(row["unit"], lang)
    if row["op"] == "<=" and row["unit"] in ("rank", "nhóm"):
        return amount if row["value"] == 1 else text("table.or_better", lang, place=amount)
    phrases = [text(f"operator.{row['op']}", lang)] if row["op"] else []
    return " ".join([*phrases, amount] if pd.notna(row["value"]) else phrases)


def _unit_pattern(unit: str, lang: str) -> str:
    """Return a unit with ``{}`` for its number; both stay in one line."""
    label_keys = {row["key"] for row in csv_tables.rows("labels")}
    named = text(f"unit.{unit}", lang) if f"unit.{unit}" in label_keys else unit
    if unit in ("rank", "nhóm"):
        return f"{named}\N{NO-BREAK SPACE}{{}}"
    space = "" if named == "%" else "\N{NO-BREAK SPACE}"
    return f"{{}}{space}{named}" if named else "{}"


def _indicator(row: pd.Series, lang: str) -> str:
    """Name the indicator of a target; with the dimension or index if it is for one."""
    indicator_text = str(row[f"indicator_{lang}"] or row["indicator_vi"])
    if row["row"] or not row["series"]:
        return indicator_text
    return f"{frameworks.series_name(row['series'], lang, short=True)}: {indicator_text}"


def _achieved_pattern(row: pd.Series, lang: str) -> str:
    if row["op"] == "increase" or row["unit"] == "bậc":
        plus = "+" if pd.notna(row["achieved"]) and row["achieved"] > 0 else ""
        return f"{plus}{{}} {text('unit.bậc', lang)}"
    return _unit_pattern(row["unit"], lang)


def _met(row: pd.Series, lang: str) -> str:
    state = "unknown" if pd.isna(row["met"]) else "yes" if row["met"] else "no"
    words = text(f"met.{state}", lang).replace(" ", "\N{NO-BREAK SPACE}")
    # Without figures it is the document, or a report on it, that says so.
    is_told = state != "unknown" and pd.isna(row["value"]) and pd.isna(row["achieved"])
    return text("met.told", lang, met=words) if is_told else words


@old_names(top="n_top")
@from_results(
    table="parstats.load_measures: plan series measure_type lead_unit deadline label_vi seen"
)
@keeps_source
def measures(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> Table:
    """Tabulate the measures of a plan, by dimension. Empty without measures.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.load_measures`, the rows to show
    lang : {"vi", "en"}
    n_top : int, optional; show so many; all if not given
    """
    displayed_rows = table[table["seen"] == "measure"]
    if displayed_rows.empty:
        return empty_table("measures", lang)
    displayed_rows = _once(displayed_rows, f"label_{lang}")
    types = {row["measure_type"]: row[f"label_{lang}"] for row in csv_tables.rows("measure_types")}
    data = displayed_rows
    if n_top is not None:
        data = displayed_rows.head(check_integer("n_top", n_top, 1))
    data = data.assign(
        series=[
            frameworks.series_name(series, lang, short=True) if series else MISSING
            for series in data["series"]
        ],
        label=data[f"label_{lang}"].where(data[f"label_{lang}"] != "", data["text"]),
        type=[
            ", ".join(types[name] for name in names.split(";") if name)
            for names in data["measure_type"]
        ],
        lead=data["lead_unit"].replace("", MISSING),
        deadline=data["deadline"].replace("", MISSING),
    )
    columns = (
        text_column("series", text("table.series", lang)),
        text_column("label", text("table.measure", lang)),
        text_column("type", text("table.measure_type", lang)),
        text_column("lead", text("table.lead_unit", lang)),
        text_column("deadline", text("table.deadline", lang)),
    )
    more = len(displayed_rows) - len(data)
    note = text("table.measures_more", lang, n=more) if more else ""
    return Table("measures", lang, data, columns, (note,))


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
@keeps_source
def province_plans(
    table: pd.DataFrame, plans: pd.DataFrame, lang: str, *, vintage: int = provinces.VINTAGE
) -> Table:
    """Tabulate a province's plans for an index, and its rank in the year of each.

    Empty without plans.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.outcomes`, of one province and index
    plans : pandas.DataFrame of `parstats.load_plans`
    lang : {"vi", "en"}
    vintage : {63, 64, 34}
        Set of provinces that the page is about: that of one of the 34 names the former province of
        a plan, which its ranks are of.
    """
    about = plans.set_index("plan")
    data = table.sort_values(["plan_year", "plan"])
    is_broken = data["rank_breaks"].astype(bool) & data["rank_before"].notna()
    data = data.assign(
        document=[document_name(about.loc[plan], lang, vintage) for plan in data["plan"]],
        aims=[_targeted_text(row, lang) for _, row in data.iterrows()],
        before_around=["{} *" if broken else "{}" for broken in is_broken],
    )
    before = ("rank_before", "n_before")
    columns = (
        count_column("year", text("table.year", lang), "plan_year"),
        text_column("document", text("table.document", lang)),
        text_column("aims", text("table.aims", lang)),
        count_column(
            "before", text("table.rank_before_plan", lang), *before, around="before_around"
        ),
        count_column("rank", text("table.rank_of_plan", lang), "rank", "n_ranked"),
        number_column("peers", text("table.rank_peers", lang), "rank_peers", number=MEDIAN),
    )
    break_note = text("table.rank_break_note", lang) if is_broken.any() else ""
    notes = (text("table.peers_note", lang), break_note)
    return Table("province-plans", lang, data, columns, notes)


def document_name(plan: pd.Series, lang: str, vintage: int) -> str:
    """Return kind, number, issuer's level and completeness of a plan, as the tables name it.

    On the page of one of the 34 provinces, `vintage`, a plan of a former province says whose it is.
    """
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
    if vintage == 34 and int(plan["vintage"]) == 63 and _has_merged(plan["province"]):
        name = provinces.by_code(63)[plan["province"]].names[lang]
        parts.insert(0, f"{text('figure.member', lang, name=name)}:")
    return f"{' '.join(parts)} ({', '.join(sentences)})"


def _has_merged(code: str) -> bool:
    """Return whether one of the 63 became part of a larger province."""
    return len(_before_merger(provinces.successors().get(code, ""))) > 1


def _before_merger(code: str) -> list[str]:
    """Return the provinces among the 63 that one of the 34 was made of."""
    return [old for old, new in provinces.successors().items() if new == code]


def _targeted_text(row: pd.Series, lang: str) -> str:
    year = min(int(row["plan_year"]), frameworks.years(row["index"])[1])
    dimensions = frameworks.in_year(row["index"], year, "dimension")
    if len(dimensions) and set(dimensions["series"]) <= set(row["aims"].split(";")):
        words = index_language(lang, row["index"])
        return text("table.all_dimensions", words, n=len(dimensions))
    named = [
        frameworks.series_name(name, lang, short=True) for name in row["aims"].split(";") if name
    ]
    return ", ".join(named) or MISSING
