"""Tables of advice: what may be raised, what it takes and who did it; targets and how often met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from parstats.advice.names_today import case_name
from parstats.arguments import check_integer, from_results
from parstats.figures.caption import range_text
from parstats.figures.column import count_column, number_column, sentence_column, text_column
from parstats.figures.number_format import MISSING, NumberFormat
from parstats.figures.table import Table, empty_table, keeps_source
from parstats.figures.tables.planned_series import (
    other_plans_note,
    plan_years,
    planned,
    unread_note,
    years_read,
)
from parstats.plans.plans_of_province import own_plans, plans_until
from parstats.reference import frameworks
from parstats.reference.labels import number, period, text

# Priorities on a page, and of each the provinces named. By judgement: one screen.
N_TOP = 5
_N_CASES = 2
# Ranks whose gain a chance is given of; where there are not so many above, of keeping the rank.
_STEP = 5
# Reasons of targets that no table of the index can judge.
_NOT_OF_THE_INDEX = ("indicator", "no_number")
# As `parstats.advice.check_targets` names what it was simulated from.
_BY_HISTORY = "history"
# Values equal to this many decimals are the same, as in `parstats.panel.ranks`.
_SAME = 9


@from_results(
    table=(
        "parstats.advice.priorities: series score max_score series_rank n_ranked expected_score "
        "aim added_gain added_low added_high p_0 p_0_without p_5 p_5_without n_cases n_reached "
        "position rank vintage province year"
    ),
    cases=(
        "parstats.advice.priorities: series case_province case_vintage case_year score_later "
        "case_score"
    ),
)
@keeps_source
def priorities(
    table: pd.DataFrame,
    cases: pd.DataFrame,
    lang: str,
    *,
    measures: pd.DataFrame | None = None,
    plans: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
    n_top: int = N_TOP,
) -> Table:
    """Tabulate what raising each series takes and may bring, and who did it. Empty without any.

    Parameters
    ----------
    table, cases : pandas.DataFrame; table and cases of `parstats.advice.priorities`, one province
    lang : {"vi", "en"}
    measures, plans, targets : pandas.DataFrame, optional
        The province's measures (`parstats.load_measures`), plans (`parstats.load_plans`) and goals
        (`parstats.load_targets`). Plans of what it became, or was before, are named in a note and
        not counted, later ones than of the year after left out; without own plans and measures
        the column of what its plans do is left out.
    n_top : int; show so many
    """
    data = table.head(check_integer("n_top", n_top, 1)).reset_index(drop=True)
    if data.empty:
        return empty_table("priorities", lang)
    data = data.assign(
        name=[frameworks.series_name(series, lang, short=True) for series in data["series"]],
        now=[_now(row, lang) for row in data.to_dict("records")],
        needed=[_needed(row, lang) for row in data.to_dict("records")],
        chance=[_chance(row, lang) for row in data.to_dict("records")],
        added_around=[
            f"{{}} ({range_text(low, high, lang, 1)})"
            for low, high in zip(data["added_low"], data["added_high"], strict=True)
        ],
        who=[_who(row, cases, lang) for row in data.to_dict("records")],
    )
    columns = [
        count_column("position", "#", width="4%"),
        text_column("name", text("table.series", lang), width="15%"),
        text_column("now", text("table.now_score", lang), width="11%"),
        text_column("needed", text("table.to_reach", lang), width="14%"),
        number_column(
            *("added", text("table.added_ranks", lang), "added_gain"),
            number=NumberFormat(1, sign=True),
            around="added_around",
            width="10%",
        ),
        text_column("chance", text(_chance_heading(data), lang), width="10%"),
        text_column("who", text("table.who_did_it", lang), width="18%"),
    ]
    notes_of_plans: tuple[str, ...] = ()
    if measures is not None and plans is not None and len(plans):
        plans = plans_until(plans, int(data["year"].iloc[0]))
        own = own_plans(plans, data["vintage"].iloc[0], str(data["province"].iloc[0]))
        has = [planned(series, own, measures, targets, lang) for series in data["series"]]
        if any(has):
            data["plan"] = [words or text("table.not_in_plan", lang) for words in has]
            heading = text("table.in_the_plan", lang, years=plan_years(own))
            columns.append(text_column("plan", heading, width="18%"))
        notes_of_plans = (
            *_reading_notes(own, measures, str(data["index"].iloc[0]), any(has), lang),
            other_plans_note(plans, own, lang),
        )
    is_held = not bool(rises(data["aim"], data["score"]).all())
    notes = (
        text("table.priorities_note", lang),
        text("table.hold_note", lang) if is_held else "",
        text("table.who_note", lang),
        *notes_of_plans,
    )
    return Table("priorities", lang, data, tuple(columns), tuple(filter(None, notes)))


def _reading_notes(
    own: pd.DataFrame, measures: pd.DataFrame, index: str, has_any: bool, lang: str
) -> tuple[str, str]:
    """Return what was read of plans, and in which no measure could be seen."""
    years = years_read(own, measures, index, lang)
    key = "table.plans_were_read" if has_any else "table.none_planned"
    read = text(key, lang, years=years) if years else ""
    return read, unread_note(own, measures, index, lang)


def chance_step(rank: int) -> int:
    """Return the ranks whose gain a chance is given of; 0, to keep it, where there are not five.

    >>> chance_step(12), chance_step(3)
    (5, 0)
    """
    return _STEP if rank > _STEP else 0


def _now(row: dict[str, float], lang: str) -> str:
    of = number(row["max_score"], lang) if pd.notna(row["max_score"]) else MISSING
    return text(
        "table.now_score_cell",
        lang,
        score=number(row["score"], lang),
        of=of,
        rank=int(row["series_rank"]),
    )


def _needed(row: dict[str, float], lang: str) -> str:
    """Return the score to reach; where it is none above today's, that it is to be held."""
    return text(
        "table.reach" if rises(row["aim"], row["score"]) else "table.hold",
        lang,
        aim=number(row["aim"], lang),
        expected=number(row["expected_score"], lang),
    )


def rises(aim: Any, score: Any) -> Any:
    """Whether what is to be reached is more than there is, as far as two decimals show it."""
    return aim > score + 0.005


def _chance_heading(data: pd.DataFrame) -> str:
    step = chance_step(int(data["rank"].iloc[0]))
    return "table.chance_of_five" if step else "table.chance_of_keeping"


def _chance(row: dict[str, float], lang: str) -> str:
    step = chance_step(int(row["rank"]))
    return text(
        "table.chance_cell",
        lang,
        chance=whole_percent(row[f"p_{step}"], lang),
        without=whole_percent(row[f"p_{step}_without"], lang),
    )


def whole_percent(share: float, lang: str) -> str:
    """Return a share as percent without decimals and sign.

    >>> whole_percent(0.415, "vi")
    '42'
    """
    return number(100 * share, lang, 0)


def _who(row: dict[str, float], cases: pd.DataFrame, lang: str) -> str:
    """Return how many did it from there, and the newest of them."""
    mine = cases[cases["series"] == row["series"]].drop_duplicates("case_province")
    columns = {"case_province": "province", "case_vintage": "vintage", "case_year": "year"}
    newest = mine.head(_N_CASES)[list(columns)].rename(columns=columns)
    own = (str(row["province"]), row["vintage"])
    named = "; ".join(
        f"{case_name(case, 'province', own, lang)} {case['year']}"
        for case in newest.to_dict("records")
    )
    if not row["n_cases"]:
        return text("table.no_cases", lang)
    counted = text("table.who_cell", lang, n=int(row["n_reached"]), of=int(row["n_cases"]))
    return f"{counted}: {named}" if named else counted


@from_results(
    table=(
        "parstats.advice.check_targets: index year series target_vi target_en measure value unit "
        "now median range_low range_high probability n_cases n_reached verdict reason detail "
        "outcome basis"
    )
)
@keeps_source
def target_checks(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate targets for an index with how often they would be reached. Empty without any.

    Of targets that are no score, rank or group of the index a note gives the number.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.advice.check_targets`
    lang : {"vi", "en"}
    """
    is_other = table["reason"].isin(_NOT_OF_THE_INDEX)
    n_others = int(is_other.sum())
    table = table[~is_other].reset_index(drop=True)
    if table.empty:
        return empty_table("target-checks", lang)
    rows = table.to_dict("records")
    data = table.assign(
        name=[_target_name(row, lang) for row in rows],
        aim=[_asked(row, lang) for row in rows],
        now_cell=[target_value(row, row["now"], lang) for row in rows],
        usual=[_usual(row, lang) for row in rows],
        cases=[_cases(row, lang) for row in rows],
        verdict=[verdict(row, lang) for row in rows],
        came=[target_value(row, row["outcome"], lang) for row in rows],
    )
    columns = [
        text_column("name", text("table.target", lang)),
        text_column("aim", text("table.aimed_at", lang)),
        text_column("now_cell", _baseline(table, lang)),
        text_column("usual", text("table.usual_range", lang)),
        number_column(
            *("probability", text("table.probability", lang), "probability"),
            number=NumberFormat(0, scale=100),
        ),
        text_column("cases", text("table.like_cases", lang)),
        sentence_column("verdict", text("table.verdict", lang)),
    ]
    if table["outcome"].notna().any():
        columns.insert(4, text_column("came", text("table.came", lang)))
    others = other_targets(n_others, lang) if n_others else ""
    history = text("table.checks_history", lang) if _lacks_parts(table) else ""
    of_scores = table["measure"].astype(str).str.startswith("score") & table["n_cases"].notna()
    by_scores = text("table.checks_scores", lang) if of_scores.any() else ""
    notes = (text("table.checks_note", lang), by_scores, history, others)
    return Table("target-checks", lang, data, tuple(columns), notes)


def other_targets(n: int, lang: str) -> str:
    """Return how many targets of plans the scores cannot judge.

    >>> other_targets(1, "en").split(":")[0]
    '1 other target of the plans is an indicator of its own or names no number'
    """
    return text("table.other_targets" if n > 1 else "table.other_target", lang, n=n)


def _baseline(table: pd.DataFrame, lang: str) -> str:
    """Return the heading of the values now: the year, if it is one."""
    years = table["year"].unique()
    if len(years) > 1:
        return text("table.year_before", lang)
    return text("table.of_year", lang, year=int(years[0]))


def _lacks_parts(table: pd.DataFrame) -> bool:
    """Return whether ranks of a whole index were simulated without its parts."""
    of_ranks = table["measure"].isin(["rank", "rank_change", "group"])
    whole = table["series"].isin([frameworks.top(index) for index in table["index"].unique()])
    return bool((of_ranks & whole & (table["basis"] == _BY_HISTORY)).any())


def _target_name(row: dict[str, str], lang: str) -> str:
    written = row[f"target_{lang}"] or row["target_vi"]
    if not row["plan"] or not row["series"]:
        return written
    return f"{frameworks.series_name(row['series'], lang, short=True)}: {written}"


def target_value(row: dict[str, str], value: float | None, lang: str) -> str:
    """Return a value in the measure of a target: points, a rank, ranks gained or a group.

    >>> target_value({"measure": "rank"}, 20.0, "en"), target_value({"measure": "group"}, 1, "en")
    ('rank 20', 'Highest quarter')
    """
    if value is None or pd.isna(value) or not row["measure"]:
        return MISSING if value is None or pd.isna(value) else number(float(value), lang)
    if row["measure"] == "group":
        return text(f"quartile_short.{int(value)}", lang)
    if row["measure"] in ("rank", "rank_change"):
        gained = "table.rank_gained" if abs(value) == 1 else "table.ranks_gained"
        key = "table.rank_value" if row["measure"] == "rank" else gained
        return text(key, lang, n=number(value, lang, 0, sign=row["measure"] == "rank_change"))
    return number(float(value), lang, sign=row["measure"] == "score_change")


def target_words(row: dict[str, str], lang: str) -> str:
    """Return a target as it is written, with the value that it asks for.

    >>> row = {"target_en": "Group of four", "target_vi": "", "measure": "group", "value": 1.0}
    >>> target_words(row, "en")
    'Group of four, Highest quarter'
    """
    return f"{row[f'target_{lang}'] or row['target_vi']}, {_asked(row, lang)}"


def _asked(row: dict[str, Any], lang: str) -> str:
    """Return the value that a target asks for; of a change by none that nothing may be lost."""
    if str(row["measure"]).endswith("_change") and row["value"] == 0:
        return text("table.no_lower", lang)
    return target_value(row, row["value"], lang)


def is_met(row: dict[str, Any]) -> bool:
    """Return whether what came is as good as a target asked for; ranks and groups count downwards.

    >>> is_met({"measure": "group", "value": 1.0, "outcome": 2.0})
    False
    >>> is_met({"measure": "score", "value": 45.0, "outcome": 45.0})
    True
    """
    asked, came = round(float(row["value"]), _SAME), round(float(row["outcome"]), _SAME)
    return came <= asked if row["measure"] in ("rank", "group") else came >= asked


def _usual(row: dict[str, str], lang: str) -> str:
    if pd.isna(row["median"]):
        return MISSING
    low, median, high = (
        target_value(row, float(row[name]), lang) for name in ("range_low", "median", "range_high")
    )
    if low == high:
        return median
    return text("table.median_cell", lang, median=median, low=low, high=high)


def _cases(row: dict[str, float], lang: str) -> str:
    if pd.isna(row["n_cases"]):
        return MISSING
    counted = text("table.who_cell", lang, n=int(row["n_reached"]), of=int(row["n_cases"]))
    named = str(row.get(f"cases_{lang}") or "")
    if str(row["measure"]).startswith("score"):
        counted = text("table.who_cell_scores", lang, counted=counted)
    return f"{counted}: {named}" if named else counted


def verdict(row: dict[str, str], lang: str) -> str:
    """Return the verdict on a target in words; why there is none, and what would decide.

    >>> row = {"verdict": "undecided", "reason": "horizon", "year": 2024, "n_cases": None}
    >>> verdict(row, "en")
    'not enough to judge by: not a target for 2025; the scores of the year before it are needed'
    """
    words = text(f"verdict.{row['verdict']}", lang)
    if not row["reason"]:
        return words
    return f"{words}: {_why_undecided(row, lang)}"


def _why_undecided(row: dict[str, str], lang: str) -> str:
    """Return why there is no verdict, and what would decide."""
    n = 0 if pd.isna(row["n_cases"]) else int(row["n_cases"])
    detail = str(row.get("detail") or "")
    first, _, second = detail.partition("/")
    if row["reason"] in ("scale", "below") and lang == "vi":
        detail = detail.replace(".", ",")
    key, fields = f"undecided.{row['reason']}", {"n": str(n), "of": first, "ranked": second}
    if row["reason"] == "coverage" and second:
        key, fields = "undecided.coverage_counted", {"n": first, "of": second}
    year = int(row["year"])
    return text(
        key,
        lang,
        year=period(year, lang),
        next=period(year + 1, lang),
        detail=detail,
        **fields,
    )


def names_of(series: Iterable[str], lang: str) -> str:
    """Return the names of series, with commas between.

    >>> names_of(["papi.services", "papi.environment"], "en")
    'Public services, Environment'
    """
    return ", ".join(frameworks.series_name(name, lang, short=True) for name in series)
