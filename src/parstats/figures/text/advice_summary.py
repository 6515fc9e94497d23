"""Where an effort may move a province's rank, in sentences."""

from __future__ import annotations

import math

import pandas as pd
from IPython.display import Markdown

from parstats.advice import Priorities, RankSteps
from parstats.advice.names_today import name_today, plain_name, successor_name
from parstats.advice.years_ahead import next_year_breaks, next_year_compares
from parstats.arguments import from_results
from parstats.figures.tables.advised_series import (
    N_TOP,
    chance_step,
    names_of,
    rises,
    whole_percent,
)
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text

# Ranks under which a change on average is called none.
_NO_MOVE = 0.5
# Ranks that one series alone should add to be called much. By judgement: what a reader of a
# ranking of 60 would notice.
_MUCH = 3
# Pairs of years under which a caution is added: then four years in a row compare once or twice.
_FEW_YEARS = 6
# Indices whose earlier advice was scored on what came (docs/advice.md).
_EVALUATED = ("PAPI",)
# Names that a sentence holds.
_N_NAMED = 4


@from_results(
    table=(
        "parstats.advice.priorities: vintage province year rank n_ranked series gain_without "
        "added_gain p_0 p_0_without p_5 p_5_without group n_years index"
    ),
    pairs="parstats.advice.priorities: series other gain gain_without p_0 p_5",
)
def priority_note(
    table: pd.DataFrame, pairs: pd.DataFrame, lang: str, *, steps: RankSteps | None = None
) -> Markdown | None:
    """Return what the simulation says, in sentences; None without priorities.

    Parameters
    ----------
    table, pairs : pandas.DataFrame; table and pairs of `parstats.advice.priorities`, one province
    lang : {"vi", "en"}
    steps : RankSteps, optional (`parstats.advice.next_rank`); points to the ranks above and below
    """
    if table.empty:
        return None
    lines = note_lines(table, pairs, lang, steps)
    return Markdown("\n".join(f"- {line}" for line in lines.values()))


def no_priorities_note(answer: Priorities, lang: str) -> Markdown | None:
    """Return why a page has no priorities; None if it has.

    Parameters
    ----------
    answer : Priorities (`parstats.advice.page_priorities`)
    lang : {"vi", "en"}
    """
    return Markdown(text(f"advice.no_{answer.reason}", lang)) if answer.reason else None


def note_lines(
    table: pd.DataFrame, pairs: pd.DataFrame, lang: str, steps: RankSteps | None = None
) -> dict[str, str]:
    """Return the sentences of the note by what they tell: without, steps, first, pair, ..."""
    first = table.iloc[0]
    index, year = str(first["index"]), int(first["year"])
    step = chance_step(int(first["rank"]))
    lines = {"without": _without(first, step, lang)}
    if next_year_breaks(index, year):
        lines["break"] = _break(index, year, lang)
    if steps is not None:
        lines |= step_lines(steps, lang)
    lines |= _first(table, step, lang)
    if len(pairs):
        best = pairs.iloc[0]
        lines["pair"] = text(
            "advice.pair" if step else "advice.pair_kept",
            lang,
            names=names_of([best["series"], best["other"]], lang),
            added=number(float(best["gain"] - best["gain_without"]), lang, 1),
            chance=whole_percent(best[f"p_{step}"], lang),
        )
    if float(first["added_gain"]) < _MUCH:
        lines["little"] = text("advice.little", lang)
    if _is_before_merger(first):
        lines["merged"] = _merged(first, lang)
    n_years = int(first["n_years"])
    lines["limits"] = text("advice.limits", lang, n=n_years)
    if few_years(n_years):
        lines["limits"] += " " + text("advice.few_years", lang)
    if index in _EVALUATED:
        lines["evaluated"] = text("advice.evaluated", lang)
    return lines


def few_years(n_years: int) -> bool:
    """Return whether so few pairs of years compare that a caution is due.

    >>> few_years(3), few_years(12)
    (True, False)
    """
    return n_years < _FEW_YEARS


def _without(first: pd.Series, step: int, lang: str) -> str:
    """Return what is to be expected if all go on as before."""
    return text(
        "advice.without" if step else "advice.without_kept",
        lang,
        name=name_today(str(first["province"]), first["vintage"], lang, str(first["index"])),
        rank=int(first["rank"]),
        of=int(first["n_ranked"]),
        year=int(first["year"]),
        moves=_moves(float(first["gain_without"]), lang),
        chance=whole_percent(first[f"p_{step}_without"], lang),
    )


def _break(index: str, year: int, lang: str) -> str:
    """Return that the year after is measured in another way, and how, as far as it is known."""
    top = frameworks.top(index)
    what = frameworks.break_texts(pd.Series([top]), year + 1, year)[f"break_{lang}"].iloc[0]
    return text(
        "advice.break_points" if next_year_compares(index, top, "rank", year) else "advice.break",
        lang,
        year=year,
        next=year + 1,
        what=f" ({what})" if what else "",
    )


def _is_before_merger(first: pd.Series) -> bool:
    is_former = not pd.isna(first["vintage"]) and int(first["vintage"]) == provinces.VINTAGE
    return is_former and int(first["year"]) >= provinces.LAST_YEAR_63_PROVINCES


def _merged(first: pd.Series, lang: str) -> str:
    """Return that there are 34 provinces now, and what became of this one."""
    line = text("advice.merged", lang, of=int(first["n_ranked"]), year=int(first["year"]))
    code, vintage = str(first["province"]), first["vintage"]
    now = successor_name(code, vintage, lang)
    if not now:
        return line
    name = plain_name(code, vintage, lang)
    return line + " " + text("advice.merged_into", lang, name=name, now=now)


def _first(table: pd.DataFrame, step: int, lang: str) -> dict[str, str]:
    """Return what to raise first, and what to hold: the parts that cannot be told apart."""
    first = table.iloc[0]
    group = table[table["group"] == first["group"]]
    is_raised = rises(group["aim"], group["score"])
    raised, held = group[is_raised], group[~is_raised]
    # The level to hold stands in the table: only parts that are in it are named.
    held = held[held["position"] <= N_TOP]
    lines = {}
    if len(raised):
        lines["first"] = text(
            "advice.raise" if len(raised) > 1 else "advice.raise_one",
            lang,
            names=_named(raised, lang),
            added=number(float(raised["added_gain"].max()), lang, 1),
            chances=_chances(raised.iloc[0], step, lang),
        )
    if len(held):
        lines["hold"] = text(
            "advice.hold",
            lang,
            names=_named(held, lang),
            added=number(float(held["added_gain"].max()), lang, 1),
        )
    n_named = len(raised) + len(held)
    if n_named > 1:
        last = "hold" if "hold" in lines else "first"
        lines[last] += " " + text("advice.alike", lang, n=n_named)
    return lines


def _named(rows: pd.DataFrame, lang: str) -> str:
    more = len(rows) - _N_NAMED
    names = names_of(rows["series"].head(_N_NAMED), lang)
    return names + (text("table.and_more", lang, n=more) if more > 0 else "")


def _chances(row: pd.Series, step: int, lang: str) -> str:
    """Return the chance of five ranks with and without, where they differ as shown."""
    chance, without = (
        whole_percent(row[name], lang) for name in (f"p_{step}", f"p_{step}_without")
    )
    key = "advice.same_chance" if chance == without else "advice.chances"
    return text(key if step else f"{key}_kept", lang, chance=chance, without=without)


def _moves(gain: float, lang: str) -> str:
    if abs(gain) < _NO_MOVE:
        return text("advice.stays", lang)
    return text("advice.rises" if gain > 0 else "advice.falls", lang, n=number(abs(gain), lang, 1))


def step_lines(steps: RankSteps, lang: str) -> dict[str, str]:
    """Return the points to the next ranks above, and what may be lost, others unchanged."""
    lines = {}
    whole = steps.gains[steps.gains["series"] == ""].drop_duplicates("rank")
    listed = [
        text(
            "advice.step_group" if row["step"] == "group" else "advice.step",
            lang,
            rank=int(row["rank"]),
            points=_rounded_up(row["overall_gain"], lang),
            level=text("advice.level", lang, n=int(row["n_level"])) if row["n_level"] > 1 else "",
        )
        for row in whole.to_dict("records")
    ]
    if listed:
        lines["steps"] = text("advice.steps", lang, listed="; ".join(listed))
    if len(steps.losses):
        loss = float(steps.losses.iloc[0]["overall_loss"])
        # Rounded down: with the points shown no rank is lost.
        points = math.floor(100 * loss + 1e-7) / 100
        key = "advice.losses" if points else "advice.any_loss"
        lines["losses"] = text(key, lang, points=number(points or 0.01, lang))
    return lines


def _rounded_up(points: float, lang: str) -> str:
    """Return points with two decimals, rounded up: with them the rank is reached."""
    return number(math.ceil(100 * points - 1e-7) / 100, lang)
