"""Targets of a plan, or typed, beside what provinces really reached from the same place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from parstats.advice.asked_targets import asked_targets, refusal_fields, series_scale
from parstats.advice.names_today import case_name
from parstats.advice.next_year import N_DRAWS
from parstats.advice.series_ahead import SeriesAhead, measured, series_ahead
from parstats.advice.sound_scores import check_province, sound_scores
from parstats.advice.years_ahead import next_year_compares
from parstats.arguments import require_columns
from parstats.panel.coverage import check_year, index_in, needed
from parstats.panel.ranks import quartile
from parstats.panel.units import (
    n_units,
    province_scores,
    unit_column,
    vintage_in,
    with_published_vintage,
)
from parstats.plans.fields.index_targets import TargetRefused, score_or_rank
from parstats.plans.plans_of_province import code_in_set, own_plans
from parstats.reference import provinces
from parstats.reference.labels import LANGUAGES, period

Verdict = Literal["usual", "above_usual", "unprecedented", "undecided"]
#: A target that is reached less often than this is above the usual range: the upper end of the
#: ranges of 80 % that `parstats.advice.attainable` gives.
LEAST_USUAL = 0.1
#: Cases from the same place, under which nothing is said: with none of 20, the probability may
#: still be 0.14 (95 %; Clopper and Pearson 1934, Biometrika 26:404-413).
LEAST_CASES = 20
# Scores equal to this many decimals are the same score, as in `parstats.panel.ranks`.
_SAME = 9
COLUMNS = (
    *("index", "year", "province", "vintage", "plan", "number", "target_vi", "target_en"),
    *("series", "measure"),
    *("value", "unit", "now", "median", "range_low", "range_high", "probability"),
    *("n_cases", "n_reached", "cases_vi", "cases_en", "basis", "verdict", "reason", "detail"),
    "outcome",
)
# Cases that are named, the newest first.
_N_NAMED = 3


def check_targets(
    scores: pd.DataFrame,
    province: str,
    targets: pd.DataFrame | str | Iterable[str],
    year: int,
    *,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Say of each target for an index how often it would be reached, and who reached the like.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; name or code
    targets : pandas.DataFrame, str or iterable of str
        Rows of `parstats.load_targets`, or texts such as "PAPI 46.5", "SIPAS 85 %", "top 20",
        "+2 ranks" ("+2 bậc"), "+1.5 points", "upper-middle group" ("nhóm trung bình cao trở lên").
    year : int; the baseline; the targets are for the year after, if they name none

    Returns
    -------
    pandas.DataFrame: one row per target: index, year, province, vintage, plan, number,
        target_vi and target_en (as written), series, measure (score, score_change, rank,
        rank_change or group), value, unit; now (the same measure at the baseline), median,
        range_low, range_high (80 %) of the simulated years, probability; n_cases (province-years
        from the same place), n_reached (of these, that had reached as much a year later), cases_vi
        and cases_en (the newest three of these by name); basis of the simulation: "history" (of
        the series) or "parts" (of the whole index); verdict: "usual" (probability of 0.1 or
        more), "above_usual", "unprecedented" (less than 0.1, and none of the cases reached it),
        "undecided" with a reason: "indicator" (not a score, rank or group of the index),
        "no_number", "horizon" (not the year after the baseline), "base_year" (compared
        with another year), "break" (the year after is measured in another way, by the frameworks
        that are known), "merged" (of `check_plans`: the province was made by a merger, and the
        scores of the year before are those of the former ones), "ranked" (a rank among other
        provinces than are ranked), "coverage" (no scores of 90 % of the provinces), "no_score"
        (none of the province), "years" (too few years that compare), "cases" (fewer than 20), or
        why a typed target is none here: "unreadable", "ambiguous", "two", "other_index", "percent",
        "scale", "below", "rank"; detail: what the reason is about, as the number of provinces with
        a score; outcome: what came, where it is known. Missing where nothing is said.

    Raises
    ------
    InvalidRequest: if no typed target can be read, or each is out of the scale of the index, which
        is that of the year asked about; among others that can be such a target is a row of its own
    UnknownChoice: if the year has no scores, or the province does not exist

    Notes
    -----
    Scores are judged by the distribution of `parstats.advice.attainable` (the history of the series
    itself), with the shift of the mean of all on top, which is drawn from a normal distribution of
    its usual size. Ranks and groups of the whole index are judged by the simulation behind
    `parstats.advice.priorities`, which takes all parts of all provinces at once
    (`parstats.advice.next_year`); if parts are lacking, by the history of the total, and "basis"
    says so. The two are models of their own: a score and a rank that go together today may have
    other probabilities. From the same place: within 0.5 standard deviations of the score, or within
    5 ranks. Nothing here says what a target costs, or whether a plan will reach it.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = check_targets(load_scores("PAPI"), "Lạng Sơn", ["top 20", "PAPI 49"], 2024)
    >>> table[["measure", "now", "verdict"]].to_numpy().tolist()
    [['rank', 12.0, 'usual'], ['score', 45.00..., 'above_usual']]
    """
    index, scores = sound_scores(scores, year)
    year = check_year(scores, year)
    vintage = vintage_in(scores, year)
    code = provinces.match_province(check_province(province), vintage=vintage)
    rows = asked_targets(index, targets, year)
    for row in rows:
        row["reason"] = row["reason"] or _not_this_year(row, index, year)
    past = scores[scores["year"] <= year]
    asked = sorted({(row["series"], _by_rank(row)) for row in rows if not row["reason"]})
    ahead = {
        (series, by_rank): series_ahead(past, index, series, year, n_draws, seed, by_rank=by_rank)
        for series, by_rank in asked
    }
    refused: list[TargetRefused] = []
    answers = []
    for row in rows:
        answer = {"index": index, "year": int(year), "province": code, "vintage": vintage, **row}
        refusal = answer.pop("refusal")
        if not row["reason"]:
            of_series = ahead[row["series"], _by_rank(row)]
            try:
                _check_low(answer, of_series, code)
                _check_end(answer, of_series, code)
                answer |= _checked(row, of_series, (code, vintage), index, seed)
            except TargetRefused as error:
                refusal, answer = error, answer | refusal_fields(error)
            if answer["reason"] == "coverage":
                answer["detail"] = _counted(scores, index, str(row["series"]), year, vintage)
            if not answer["reason"]:
                answer["outcome"] = _outcome(scores, row, of_series, code, year)
        refused += [] if refusal is None else [refusal]
        answers.append({"verdict": "undecided"} | answer)
    if refused and len(refused) == len(rows):
        raise refused[0]
    return with_published_vintage(pd.DataFrame(answers, columns=list(COLUMNS)))


def _by_rank(row: Mapping[str, Any]) -> bool:
    return row["measure"] in ("rank", "rank_change", "group")


def _not_this_year(row: Mapping[str, Any], index: str, year: int) -> str:
    """Return why a baseline tells nothing of a target: "horizon", "base_year", "break", or ""."""
    if row["target_year"] not in (None, year + 1):
        return "horizon"
    if row["base_year"] not in (None, year):
        return "base_year"
    return (
        "" if next_year_compares(index, str(row["series"]), str(row["measure"]), year) else "break"
    )


def _counted(scores: pd.DataFrame, index: str, series: str, year: int, vintage: int) -> str:
    """Return how many provinces have a score of a series, of all."""
    rows = province_scores(scores[(scores["year"] == year) & (scores["series"] == series)])
    return f"{rows['score'].notna().sum()}/{n_units(index, vintage)}"


def check_plans(
    scores: pd.DataFrame,
    province: str,
    plans: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    vintage: int | None = None,
) -> pd.DataFrame:
    """Check the targets of a province's plans, each from the year before its own.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; name or code
    plans, targets : pandas.DataFrame of `parstats.load_plans` and `parstats.load_targets`
        Plans whose year before has no scores are left out, and those of what the province became
        part of or was made from. Of a province made by a merger, whose scores of the year before
        are those of the former provinces, the targets are undecided ("merged").
    vintage : int, optional; 63 or 34
        The set of provinces that `province` is one of; without it that of the newest scores.

    Returns
    -------
    pandas.DataFrame: as `check_targets`; plans in the order given.

    Examples
    --------
    >>> from parstats.panel import load_plans, load_scores, load_targets
    >>> plans = load_plans("PAPI", province="Lào Cai")
    >>> checks = check_plans(load_scores("PAPI"), "Lào Cai", plans, load_targets("PAPI"))
    >>> checks[["year", "measure", "verdict", "reason"]].head(1).to_numpy().tolist()
    [[2018, 'score', 'undecided', 'break']]
    """
    index, scores = sound_scores(scores)
    require_columns(
        plans, ["plan", "plan_year", "baseline_year"], "the table of plans", "load_plans(index)"
    )
    require_columns(
        targets, ["plan", "index", "kind"], "the table of targets", "load_targets(index)"
    )
    years = set(scores["year"])
    tables = [pd.DataFrame(columns=list(COLUMNS))]
    newest = vintage_in(scores, int(max(years)))
    of_set = newest if vintage is None else provinces.check_vintage(vintage)
    code = provinces.match_province(check_province(province), vintage=of_set)
    own = plans
    if {"vintage", "province"} <= set(plans.columns) and len(plans):
        own = own_plans(plans, of_set, code)
    about = own[["plan", "plan_year", "baseline_year"]]
    for plan, plan_year, baseline in about.itertuples(index=False):
        mine = targets[(targets["plan"] == plan) & (targets["index"] == index)]
        if mine.empty or pd.isna(plan_year) or int(plan_year) - 1 not in years:
            continue
        before = int(plan_year) - 1
        then = code_in_set(of_set, code, vintage_in(scores, before))
        if then is None:
            tables.append(before_merger(index, mine, before, of_set, code))
            continue
        mine = mine.assign(base_year=None if pd.isna(baseline) else int(baseline))
        tables.append(check_targets(scores, then, mine, before))
    full = [table for table in tables if len(table)]
    return pd.concat(full, ignore_index=True) if full else tables[0]


def before_merger(
    index: str, targets: pd.DataFrame, year: int, vintage: int, code: str
) -> pd.DataFrame:
    """Return targets of a province that had no scores of its own in a year, undecided.

    Parameters
    ----------
    index : str
    targets : pandas.DataFrame; rows of `parstats.load_targets`
    year, vintage, code : the year before the targets, and the province among those since the merger

    Examples
    --------
    >>> from parstats.panel import load_targets
    >>> targets = load_targets("PAPI").query("plan == 'tay-ninh-2025-ubnd'")
    >>> before_merger("PAPI", targets, 2024, 34, "80")["reason"].tolist()
    ['merged']
    """
    about = {"index": index, "year": year, "province": code, "vintage": vintage}
    rows = [
        about | row | {"verdict": "undecided", "reason": row["reason"] or "merged"}
        for row in asked_targets(index, targets, year)
    ]
    return with_published_vintage(pd.DataFrame(rows, columns=list(COLUMNS)))


def _checked(
    row: Mapping[str, Any], ahead: SeriesAhead | str, own: tuple[str, int], index: str, seed: int
) -> dict[str, Any]:
    """Return distribution, cases and verdict of one target; `own` is the province and its set."""
    code, _ = own
    if isinstance(ahead, str) or code not in ahead.provinces:
        return {"reason": ahead if isinstance(ahead, str) else "no_score"}
    if row["measure"] == "group" and index != "PAPI":
        return {"reason": "indicator"}
    if row["measure"] == "rank" and row["of"] not in (None, len(ahead.provinces)):
        return {"reason": "ranked", "detail": f"{row['of']}/{len(ahead.provinces)}"}
    at = ahead.provinces.index(code)
    _check_ranks(row, ahead, at)
    now, draws, cases = measured(ahead, at, str(row["measure"]), float(row["value"]), seed)
    low, median, high = (
        float(value) for value in np.quantile(draws, [0.1, 0.5, 0.9], method="nearest")
    )
    falls = row["measure"] in ("rank", "group")  # the lower the better
    hit = draws <= row["value"] if falls else draws >= row["value"] - 10.0**-_SAME
    probability = float(hit.mean())
    reached = cases[cases["is_reached"]]
    answer = {
        **{"now": now, "median": median, "range_low": low, "basis": ahead.basis},
        **{"range_high": high, "probability": probability},
        **{"n_cases": len(cases), "n_reached": len(reached)},
        **{f"cases_{lang}": _named(reached, own, index, lang) for lang in LANGUAGES},
    }
    if len(cases) < LEAST_CASES:
        return answer | {"reason": "cases"}
    # In whole per cent, as it is shown: finer than the error of so many draws it is not.
    if round(100 * probability) >= 100 * LEAST_USUAL:
        return answer | {"verdict": "usual"}
    return answer | {"verdict": "above_usual" if len(reached) else "unprecedented"}


def _named(reached: pd.DataFrame, own: tuple[str, int], index: str, lang: str) -> str:
    """Return the newest cases by name of the province and year."""
    unit = unit_column(index)
    newest = reached.sort_values(["year", unit], ascending=[False, True], kind="stable")
    rows = newest.drop_duplicates(unit).head(_N_NAMED).to_dict("records")
    return "; ".join(
        f"{case_name(row, unit, own, lang, index)} {period(row['year'], lang)}" for row in rows
    )


def _check_ranks(row: Mapping[str, Any], ahead: SeriesAhead, at: int) -> None:
    """Refuse a typed rank that there is none of."""
    n = len(ahead.provinces)
    rank = 1 + int((np.round(ahead.now, _SAME) > round(float(ahead.now[at]), _SAME)).sum())
    most = {"rank": n, "rank_change": rank - 1}.get(str(row["measure"]))
    if row["plan"] != "" or most is None or row["value"] <= most:
        return
    if row["measure"] == "rank":
        said = f"{n} are ranked; name a rank from 1 to {n}"
    elif rank == 1:
        said = f"it ranks 1 of {n} and cannot rise; write 'keep the rank' ('giữ hạng')"
    else:
        said = f"it ranks {rank} of {n}; name a rise of {rank - 1} ranks at most"
    raise TargetRefused(
        f"the target {row['target_vi']!r} is not possible: {said}", "rank", f"{rank}/{n}"
    )


def _check_low(row: Mapping[str, Any], ahead: SeriesAhead | str, code: str) -> None:
    """Refuse a typed score too low to be meant: a place ("PAPI 20"), a rise to less than now."""
    if row["plan"] != "" or row["measure"] != "score":
        return
    if isinstance(ahead, str) or code not in ahead.provinces:
        return
    value, now = float(row["value"]), float(ahead.now[ahead.provinces.index(code)])
    is_whole = not row["unit"] and value == int(value)
    if is_whole and value < float(ahead.now.min()) and value <= len(ahead.provinces):
        raise score_or_rank(str(row["target_vi"]), value)
    if row["rises"] and value < round(now, 2):
        raise TargetRefused(
            f"the target {row['target_vi']!r} is to rise to {value:g} points, and there are "
            f"{now:.2f} now; if it is a rise by so many, write '+{value:g} points'",
            "below",
            f"{now:.2f}",
        )


def _check_end(row: Mapping[str, Any], ahead: SeriesAhead | str, code: str) -> None:
    """Refuse a typed rise that would end above the scale: it may be meant as a level."""
    if row["plan"] != "" or row["measure"] != "score_change":
        return
    if isinstance(ahead, str) or code not in ahead.provinces:
        return
    now = float(ahead.now[ahead.provinces.index(code)])
    scale = series_scale(str(row["index"]), str(row["series"]), int(row["year"]))
    _, high = scale or (0.0, np.nan)
    if now + row["value"] > high + 10.0**-_SAME:
        raise TargetRefused(
            f"the target {row['target_vi']!r} is not possible: from {now:.2f} a rise of "
            f"{row['value']:g} ends above the scale, {high:g}; write a level as "
            f"'{row['value']:g} points'",
            "scale",
            f"{now:.2f} + {row['value']:g} > {high:g}",
        )


def _outcome(
    scores: pd.DataFrame, row: Mapping[str, Any], ahead: SeriesAhead | str, code: str, year: int
) -> float | None:
    """Return what came a year later, in the measure of the target; None if it is not known."""
    later = scores[(scores["year"] == year + 1) & (scores["series"] == row["series"])]
    index = index_in(scores)
    if len(later) and vintage_in(later, year + 1) != vintage_in(scores, year):
        return None  # codes of other provinces
    later = later.set_index(unit_column(index))["score"].dropna()
    if isinstance(ahead, str) or code not in later.index:
        return None
    at, score = ahead.provinces.index(code), float(later[code])
    if str(row["measure"]).startswith("score"):
        return score - (float(ahead.now[at]) if row["measure"] == "score_change" else 0.0)
    # Both years are ranked on the provinces that have both.
    common = [code_ in later.index for code_ in ahead.provinces]
    if sum(common) < needed(len(ahead.provinces)):
        return None
    now = np.round(ahead.now[common], _SAME)
    then = later.reindex(np.array(ahead.provinces)[common]).round(_SAME).to_numpy()
    before = 1 + int((now > round(float(ahead.now[at]), _SAME)).sum())
    rank = 1 + int((then > round(score, _SAME)).sum())
    return float(
        {"rank": rank, "rank_change": before - rank, "group": quartile(rank, len(then))}[
            str(row["measure"])
        ]
    )
