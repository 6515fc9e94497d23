"""Plans without an outcome: which figure is missing, and what would supply it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from parstats.panel.coverage import needed
from parstats.panel.units import n_units
from parstats.reference import csv_tables, frameworks, labels, provinces
from parstats.remedies.cells.exposure import exposure, left_out
from parstats.remedies.cells.plan_listing import listings
from parstats.remedies.cells.plan_years import plan_years

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
_OF_SCORES = ("beyond", "no_coverage", "before", "no_index", "vintage")
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
    formal: bool = True,
) -> pd.DataFrame:
    """What is missing for the outcome of each plan, and where it would come from.

    Parameters
    ----------
    scores, measures, plans : pandas.DataFrame
        As in `parstats.remedies.cases.contrasts.contrasts`.
    contrasts, standings, targets : pandas.DataFrame
        What there is: of `contrasts`, `parstats.plans.outcomes.outcomes` and `target_results`.
    formal : bool
        Formal plans only.

    Returns
    -------
    pandas.DataFrame
        A row a plan, index and missing figure: plan, index, province, vintage, plan_year, year (of
        the figure; missing where it is of no one year), need (one of `NEEDS`), reason (as in
        `left_out`, "none_targeted", "all_targeted", "few_provinces", or ""), have and required (of
        scores: provinces with figures of every series it names; of results: targets), missing_vi,
        missing_en (the figure), supply_vi, supply_en (what would supply it). A plan with a contrast
        in its outcome year lacks no scores. Of need "comparable", and of "rest" but for
        "few_provinces", no figure would help.

    Raises
    ------
    InvalidRequest
        As `exposure`.

    Examples
    --------
    >>> from parstats import panel
    >>> scores, tables = panel.load_scores("PAPI"), (panel.load_measures(), panel.load_plans())
    >>> none = pd.DataFrame(columns=["plan", "index", "primary", "year", "kind"])
    >>> held = missing_figures(scores, *tables, contrasts=none, standings=none, targets=none)
    >>> own = held[(held["plan"] == "an-giang-2024-ubnd") & (held["need"] == "scores")]
    >>> own[["year", "reason"]].to_numpy().tolist()
    [[2025, 'beyond']]
    """
    dated = plan_years(plans, formal=formal)
    served = list(listings(measures, plans))
    lost = left_out(scores, measures, plans, formal=formal)
    aimed = _aimed(exposure(scores, measures, plans, formal=formal))
    there = contrasts[contrasts["primary"].astype(bool)]
    done = set(zip(there["plan"], there["index"], strict=True))
    rows: list[dict[str, Any]] = []
    for plan in dated.to_dict("records"):
        if plan["reason"] == "informal":
            continue
        for index in [index for name, index in served if name == plan["plan"] and index]:
            if (plan["plan"], index) not in done:
                own = lost[(lost["plan"] == plan["plan"]) & (lost["index"] == index)]
                rows += _for_contrast(plan, index, own, scores, aimed.get((plan["plan"], index)))
            rows += _for_standing(plan, index, standings, scores)
        rows += _for_targets(plan, targets)
    return _worded(rows)


def _aimed(cells: pd.DataFrame) -> dict[tuple[str, str], bool]:
    """Whether each plan that aims at cells leaves some of them, or of unknown ones, to compare."""
    found: dict[tuple[str, str], bool] = {}
    aims = cells[cells["state"] == "targeted"]
    for (names, index, vintage, province, year, level), _ in aims.groupby(
        ["plans", "index", "vintage", "province", "year", "level"], sort=False
    ):
        place = (cells["index"] == index) & (cells["vintage"] == vintage)
        place &= (cells["province"] == province) & (cells["year"] == year)
        others = bool((cells.loc[place & (cells["level"] == level), "state"] != "targeted").any())
        for name in names.split(";"):
            found[name, index] = found.get((name, index), False) or others
    return found


def _for_contrast(
    plan: dict[str, Any],
    index: str,
    own: pd.DataFrame,
    scores: pd.DataFrame,
    others: bool | None,
) -> Iterator[dict[str, Any]]:
    """What keeps the series that a plan names from being compared in its outcome year."""
    gap = _gap(plan, index)
    if plan["reason"] in ("no_province", "no_year"):
        need = "plan_province" if plan["reason"] == "no_province" else "plan_year"
        yield gap | {"need": need, "reason": plan["reason"]}
        return
    if plan["reason"] == "unit":
        return
    reasons = own[~own["reason"].isin(_UNNAMED)]
    if others is not None:
        reason = "few_provinces" if others else "all_targeted"
        yield gap | {"need": "rest", "reason": reason, "year": plan["year"]}
    elif reasons.empty:
        yield gap | _unnamed(plan, unlinked=bool((own["reason"] == "no_link").any()))
    for reason, cases in reasons.groupby("reason", sort=True):
        yield from _for_reason(gap, str(reason), cases, scores)


def _unnamed(plan: dict[str, Any], *, unlinked: bool) -> dict[str, str]:
    """What is missing where a plan is not known to aim at any part of the index."""
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
        for one, have in _years_without(gap, cases, scores, of_province=True):
            yield gap | {"need": "own_score", "reason": reason, "year": one, "have": have}
    elif reason in _OF_SCORES:
        required = needed(n_units(gap["index"], gap["vintage"]))
        for one, have in _years_without(gap, cases, scores, required=required):
            told = {"have": have, "required": required}
            yield gap | {"need": "scores", "reason": reason, "year": one} | told


def _years_without(
    gap: dict[str, Any],
    cases: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    required: int = 1,
    of_province: bool = False,
) -> Iterator[tuple[int, int]]:
    """Years of the three that lack figures of a named series, and how many there are at least."""
    names = sorted(cases["series"].unique())
    last = int(cases["year"].iloc[0])
    held = scores[
        (scores["index"] == gap["index"])
        & (scores["vintage"] == gap["vintage"])
        & (scores["unit_level"] == "province")
    ]
    if of_province:
        held = held[held["province"] == gap["province"]]
    for year in range(last - 2, last + 1):
        counts = held[held["year"] == year].groupby("series")["province"].nunique()
        have = int(counts.reindex(names, fill_value=0).min())
        if have < required:
            yield year, have


def _for_standing(
    plan: dict[str, Any], index: str, standings: pd.DataFrame, scores: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """The years, before and of the plan, of which neither score nor rank of the index is known."""
    gap = _gap(plan, index) | {"need": "standing"}
    if plan["unit_level"] == "department":
        held = scores[(scores["index"] == index) & (scores["province"] == plan["province"])]
        if pd.notna(plan["plan_year"]) and plan["plan_year"] not in set(held["year"]):
            yield gap | {"year": plan["plan_year"]}
        return
    own = standings[(standings["plan"] == plan["plan"]) & (standings["index"] == index)]
    for row in own.to_dict("records"):
        for year, score, rank in (
            (row["before_year"], row["score_before"], row["rank_before"]),
            (row["plan_year"], row["score"], row["rank"]),
        ):
            if pd.notna(year) and pd.isna(score) and pd.isna(rank):
                yield gap | {"year": year}


def _for_targets(plan: dict[str, Any], targets: pd.DataFrame) -> Iterator[dict[str, Any]]:
    own = targets[(targets["kind"] == "target") & (targets["plan"] == plan["plan"])]
    for (index, year), part in own.groupby(["index", "year"], dropna=False, sort=True):
        known = int((part["achieved"].notna() | part["met"].notna()).sum())
        if known < len(part):
            told = {"year": year, "have": known, "required": len(part)}
            yield _gap(plan, str(index)) | {"need": "results"} | told


def _gap(plan: dict[str, Any], index: str) -> dict[str, Any]:
    about = {key: plan[key] for key in ("plan", "province", "vintage", "plan_year", "indices")}
    document = {key: plan[key] for key in ("kind", "number", "date", "agency")}
    none = {"have": None, "required": None}
    return {**about, **document, "index": index, "reason": "", "year": None, **none}


def _worded(rows: list[dict[str, Any]]) -> pd.DataFrame:
    told = [{**row, **_words(row)} for row in rows]
    table = pd.DataFrame(told, columns=list(COLUMNS))
    for name in ("plan_year", "year", "have", "required"):
        table[name] = pd.array([_or_none(value) for value in table[name]], dtype="Int64")
    table["vintage"] = table["vintage"].astype("int64")
    return table.astype(COLUMNS)


def _words(row: dict[str, Any]) -> dict[str, str]:
    found = {}
    for lang in labels.LANGUAGES:
        fields = _fields(row, lang)
        for what, name in (("missing", _missing_key(row)), ("supply", _supply_key(row))):
            found[f"{what}_{lang}"] = labels.text(f"case_{what}.{name}", lang, **fields)
    return found


def _missing_key(row: dict[str, Any]) -> str:
    if row["need"] == "rest":
        return str(row["reason"])
    return (
        "merged" if _of_other_vintage(row) and row["vintage"] == provinces.VINTAGE else row["need"]
    )


def _supply_key(row: dict[str, Any]) -> str:
    if row["need"] == "rest":
        return str(row["reason"])
    if _of_other_vintage(row):
        return "merged" if row["vintage"] == provinces.VINTAGE else "older"
    return str(row["need"])


def _of_other_vintage(row: dict[str, Any]) -> bool:
    """Whether the figures of the year are of other provinces than the plan."""
    year = _or_none(row["year"])
    wanted = row["need"] in ("scores", "own_score", "standing")
    return wanted and year is not None and provinces.vintage_of_year(year) != row["vintage"]


def _fields(row: dict[str, Any], lang: str) -> dict[str, object]:
    known = provinces.by_code(int(row["vintage"]))
    province = known[row["province"]].names[lang] if row["province"] in known else ""
    year = _or_none(row["year"])
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
        "publisher": frameworks.about(row["index"]).publisher[lang] if row["index"] else "",
    }


def _successor(row: dict[str, Any], lang: str) -> str:
    """The province among the 34 that one of the 63 is, or is a part of."""
    code = provinces.successors().get(row["province"])
    return provinces.by_code(34)[code].names[lang] if code else ""


def _document(row: dict[str, Any], lang: str) -> str:
    """A document as one would ask for it: its kind, its number, its date as far as known."""
    known = {label["key"] for label in csv_tables.rows("labels")}
    key = f"plan_kind.{row['kind']}"
    kind = labels.text(key if key in known else "plan_kind.plan", lang)
    date = row["date"] or ("" if pd.isna(row["plan_year"]) else str(row["plan_year"]))
    if lang == "vi":
        date = "/".join(reversed(date.split("-")))
    return " ".join(filter(None, (kind, row["number"], f"({date})" if date else "")))


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value
