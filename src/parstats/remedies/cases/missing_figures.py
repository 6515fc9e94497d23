"""Missing figures of plans without an outcome, and what would supply them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from parstats.panel.coverage import needed
from parstats.panel.units import n_units
from parstats.reference import csv_tables, frameworks, labels, provinces
from parstats.remedies.cases.target_results import or_none
from parstats.remedies.cells.exposure import exposure, unmatched_measures
from parstats.remedies.cells.plan_listing import listings
from parstats.remedies.cells.plan_years import years_of_pairs

COLUMNS = {
    **dict.fromkeys(("plan", "index", "province"), "str"),
    "vintage": "int64",
    **dict.fromkeys(("plan_year", "year"), "Int64"),
    **dict.fromkeys(("need", "reason"), "str"),
    **dict.fromkeys(("have", "required"), "Int64"),
    **dict.fromkeys(("missing_vi", "missing_en", "supply_vi", "supply_en"), "str"),
}
#: What can be missing: the text of the plan, links of its measures, scores of enough provinces,
#: scores of the province, years that compare, a part of the index to compare (with), the overall
#: score or rank of the province, results of targets; the plan's province or year.
NEEDS = (
    *("plan_text", "links", "scores", "own_score", "comparable", "rest", "standing", "results"),
    *("plan_province", "plan_year"),
)
_SCORE_REASONS = ("beyond", "no_coverage", "before", "no_index", "vintage")
_NOTHING_SUPPLIES = ("break", "not_measured", "no_spread")
_UNNAMED = ("no_link", "whole_index")


def missing_figures(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    contrasts: pd.DataFrame,
    standings: pd.DataFrame,
    targets: pd.DataFrame,
    formal_only: bool = True,
) -> pd.DataFrame:
    """Return the missing figures of each plan's outcome, and where they would come from.

    `contrasts`, `standings` and `targets` are what there is: of
    `parstats.remedies.cases.contrasts.contrasts`, `parstats.plans.outcomes` and
    `target_results`. One row per plan, index and missing figure: plan, index, province, vintage,
    plan_year, year (of the figure; missing where it is of no one year), need (one of `NEEDS`),
    reason (as in `unmatched_measures`, "none_targeted", "all_targeted", "few_provinces", or ""),
    have and required (of scores: provinces with figures of every series it names; of results:
    targets), missing_vi, missing_en (the figure), supply_vi, supply_en (what would supply it). A
    plan with a contrast in its outcome year lacks no scores. Of need "comparable", and of "rest"
    but for "few_provinces", no figure would help. Raises InvalidRequest as `exposure`.

    >>> from parstats import panel
    >>> scores, tables = panel.load_scores("PAPI"), (panel.load_measures(), panel.load_plans())
    >>> none = pd.DataFrame(columns=["plan", "index", "primary", "year", "kind"])
    >>> held = missing_figures(scores, *tables, contrasts=none, standings=none, targets=none)
    >>> own = held[(held["plan"] == "an-giang-2024-ubnd") & (held["need"] == "scores")]
    >>> own[["year", "reason"]].to_numpy().tolist()
    [[2025, 'beyond']]
    """
    plan_listings = listings(measures, plans)
    # A row for each plan also if it serves no index that is known.
    pairs = [*plan_listings, *((name, "") for name in plans["plan"])]
    dated = years_of_pairs(plans, dict.fromkeys(pairs), formal_only=formal_only)
    lost = unmatched_measures(scores, measures, plans, formal_only=formal_only)
    aimed = _aimed(exposure(scores, measures, plans, formal_only=formal_only))
    there = contrasts[contrasts["primary"].astype(bool)]
    done = set(zip(there["plan"], there["index"], strict=True))
    rows: list[dict[str, Any]] = []
    for plan in dated[dated["first"]].to_dict("records"):
        if plan["reason"] == "informal":
            continue
        key = plan["plan"], plan["index"]
        if not plan["index"]:
            rows += _for_targets(plan, targets)
            continue
        if key not in done:
            plan_losses = lost[(lost["plan"] == key[0]) & (lost["index"] == key[1])]
            rows += _for_contrast(plan, key[1], plan_losses, scores, aimed.get(key))
        rows += _for_standing(plan, key[1], standings, scores)
    return _worded(rows)


def _aimed(cells: pd.DataFrame) -> dict[tuple[str, str], bool]:
    """Return whether each plan leaves untargeted cells for comparison."""
    targeted_by_plan: dict[tuple[str, str], bool] = {}
    targeted_cells = cells[cells["state"] == "targeted"]
    for (names, index, vintage, province, year, level), _ in targeted_cells.groupby(
        ["plans", "index", "vintage", "province", "year", "level"], sort=False
    ):
        cell_key = (cells["index"] == index) & (cells["vintage"] == vintage)
        cell_key &= (cells["province"] == province) & (cells["year"] == year)
        has_comparison = bool(
            (cells.loc[cell_key & (cells["level"] == level), "state"] != "targeted").any()
        )
        for name in names.split(";"):
            targeted_by_plan[name, index] = (
                targeted_by_plan.get((name, index), False) or has_comparison
            )
    return targeted_by_plan


def _for_contrast(
    plan: dict[str, Any],
    index: str,
    plan_losses: pd.DataFrame,
    scores: pd.DataFrame,
    has_comparison: bool | None,
) -> Iterator[dict[str, Any]]:
    """Return why the series of a plan cannot be compared in its outcome year."""
    gap = _gap(plan, index)
    if plan["reason"] == "unit":
        return
    if plan["reason"]:
        # All others are of the years or the date.
        need = "plan_province" if plan["reason"] == "no_province" else "plan_year"
        yield gap | {"need": need, "reason": plan["reason"]}
        return
    reasons = plan_losses[~plan_losses["reason"].isin(_UNNAMED)]
    if has_comparison is not None:
        reason = "few_provinces" if has_comparison else "all_targeted"
        yield gap | {"need": "rest", "reason": reason, "year": plan["year"]}
    elif reasons.empty:
        yield gap | _unnamed(plan, unlinked=bool((plan_losses["reason"] == "no_link").any()))
    for reason, cases in reasons.groupby("reason", sort=True):
        yield from _for_reason(gap, str(reason), cases, scores)


def _unnamed(plan: dict[str, Any], *, unlinked: bool) -> dict[str, str]:
    """Return what is missing if no target series of a plan is known."""
    if unlinked:
        return {"need": "links", "reason": "no_link"}
    if plan["completeness"] == "full":
        return {"need": "rest", "reason": "none_targeted"}
    return {"need": "plan_text", "reason": "whole_index"}


def _for_reason(
    gap: dict[str, Any], reason: str, cases: pd.DataFrame, scores: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    year = int(cases["year"].iloc[0])
    if reason in _NOTHING_SUPPLIES:
        yield gap | {"need": "comparable", "reason": reason, "year": year}
    elif reason == "no_score":
        for gap_year, have in _years_without(gap, cases, scores, province_only=True):
            yield gap | {"need": "own_score", "reason": reason, "year": gap_year, "have": have}
    elif reason in _SCORE_REASONS:
        required = needed(n_units(gap["index"], gap["vintage"]))
        for gap_year, have in _years_without(gap, cases, scores, required=required):
            fields = {"have": have, "required": required}
            yield gap | {"need": "scores", "reason": reason, "year": gap_year} | fields


def _years_without(
    gap: dict[str, Any],
    cases: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    required: int = 1,
    province_only: bool = False,
) -> Iterator[tuple[int, int]]:
    """Return the years (of three) without figures of a named series, and their least number."""
    names = sorted(cases["series"].unique())
    last = int(cases["year"].iloc[0])
    listings = scores[
        (scores["index"] == gap["index"])
        & (scores["vintage"] == gap["vintage"])
        & (scores["unit_level"] == "province")
    ]
    if province_only:
        listings = listings[listings["province"] == gap["province"]]
    for year in range(last - 2, last + 1):
        counts = listings[listings["year"] == year].groupby("series")["province"].nunique()
        have = int(counts.reindex(names, fill_value=0).min())
        if have < required:
            yield year, have


def _for_standing(
    plan: dict[str, Any], index: str, standings: pd.DataFrame, scores: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """The years, before and of the plan, of which neither score nor rank of the index is known."""
    gap = _gap(plan, index) | {"need": "standing"}
    if plan["unit_level"] == "department":
        listings = scores[(scores["index"] == index) & (scores["province"] == plan["province"])]
        if pd.notna(plan["plan_year"]) and plan["plan_year"] not in set(listings["year"]):
            yield gap | {"year": plan["plan_year"]}
        return
    plan_standings = standings[(standings["plan"] == plan["plan"]) & (standings["index"] == index)]
    for row in plan_standings.to_dict("records"):
        for year, score, rank in (
            (row["before_year"], row["score_before"], row["rank_before"]),
            (row["plan_year"], row["score"], row["rank"]),
        ):
            if pd.notna(year) and pd.isna(score) and pd.isna(rank):
                yield gap | {"year": year}


def _for_targets(plan: dict[str, Any], targets: pd.DataFrame) -> Iterator[dict[str, Any]]:
    plan_targets = targets[(targets["kind"] == "target") & (targets["plan"] == plan["plan"])]
    for (index, year), part in plan_targets.groupby(["index", "year"], dropna=False, sort=True):
        available = int((part["achieved"].notna() | part["met"].notna()).sum())
        if available < len(part):
            fields = {"year": year, "have": available, "required": len(part)}
            yield _gap(plan, str(index)) | {"need": "results"} | fields


def _gap(plan: dict[str, Any], index: str) -> dict[str, Any]:
    about = {key: plan[key] for key in ("plan", "province", "vintage", "plan_year", "indices")}
    document = {key: plan[key] for key in ("kind", "number", "date", "agency")}
    none = {"have": None, "required": None}
    return {**about, **document, "index": index, "reason": "", "year": None, **none}


def _worded(rows: list[dict[str, Any]]) -> pd.DataFrame:
    fields = [{**row, **_texts(row)} for row in rows]
    table = pd.DataFrame(fields, columns=list(COLUMNS))
    for name in ("plan_year", "year", "have", "required"):
        table[name] = pd.array([or_none(value) for value in table[name]], dtype="Int64")
    table["vintage"] = table["vintage"].astype("int64")
    return table.astype(COLUMNS)


def _texts(row: dict[str, Any]) -> dict[str, str]:
    texts = {}
    for lang in labels.LANGUAGES:
        fields = _fields(row, lang)
        for what, name in (("missing", _missing_key(row)), ("supply", _supply_key(row))):
            texts[f"{what}_{lang}"] = labels.text(f"case_{what}.{name}", lang, **fields)
    return texts


def _missing_key(row: dict[str, Any]) -> str:
    if row["need"] == "rest":
        return str(row["reason"])
    return (
        "merged" if _is_other_vintage(row) and row["vintage"] == provinces.VINTAGE else row["need"]
    )


def _supply_key(row: dict[str, Any]) -> str:
    if row["need"] == "rest":
        return str(row["reason"])
    if _is_other_vintage(row):
        return "merged" if row["vintage"] == provinces.VINTAGE else "older"
    return str(row["need"])


def _is_other_vintage(row: dict[str, Any]) -> bool:
    """Return whether the figures of the year are of other provinces than the plan."""
    year = or_none(row["year"])
    needs_scores = row["need"] in ("scores", "own_score", "standing")
    return needs_scores and year is not None and provinces.vintage_in_year(year) != row["vintage"]


def _fields(row: dict[str, Any], lang: str) -> dict[str, object]:
    provinces_by_code = provinces.by_code(int(row["vintage"]))
    province = (
        provinces_by_code[row["province"]].names[lang]
        if row["province"] in provinces_by_code
        else ""
    )
    year = or_none(row["year"])
    return {
        # A target may be for a plan as a whole.
        "index": row["index"] or row["indices"].replace(";", ", "),
        "province": province or labels.text("case.province_unknown", lang),
        "successor": _successor(row, lang),
        "year": labels.text("case.year_unknown", lang) if year is None else year,
        "have": row["have"],
        "required": row["required"],
        "why": labels.text(f"no_cell.{row['reason']}", lang) if row["need"] == "comparable" else "",
        "document": _document(row, lang),
        "agency": row["agency"],
        "publisher": frameworks.index_info(row["index"]).publisher[lang] if row["index"] else "",
    }


def _successor(row: dict[str, Any], lang: str) -> str:
    """Return the province among the 34 that one of the 63 is, or is a part of."""
    code = provinces.successors().get(row["province"])
    return provinces.by_code(34)[code].names[lang] if code else ""


def _document(row: dict[str, Any], lang: str) -> str:
    """Name a document for a request: kind, number, date as far as known."""
    label_keys = {label["key"] for label in csv_tables.rows("labels")}
    key = f"plan_kind.{row['kind']}"
    kind = labels.text(key if key in label_keys else "plan_kind.plan", lang)
    date = row["date"] or ("" if pd.isna(row["plan_year"]) else str(row["plan_year"]))
    if lang == "vi":
        date = "/".join(reversed(date.split("-")))
    return " ".join(filter(None, (kind, row["number"], f"({date})" if date else "")))
