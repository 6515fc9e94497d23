"""Which parts lead the rest of the score: this year's part, next year's total without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_flag, check_integer, check_share
from parstats.drivers.over_time.panel_sample import codes, years_left_out
from parstats.drivers.over_time.part_regressions import PartRegression, part_table
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import lowest_level
from parstats.panel.coverage import needed
from parstats.panel.standings import BREAKS, Breaks, standings
from parstats.panel.units import n_units, province_scores, unit_column, with_vintage
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text
from parstats.stats.panel_regression import not_estimable, regress

Floats = NDArray[np.float64]
_KEYS = ["year", "vintage", "unit"]
# Points that an overall score may differ from the sum of its parts: rounding of printed figures.
_ROUNDING = 0.05
_NO_SPREAD = 1e-9
# Units that a message names. By judgement: one line.
_NAMED = 3


@dataclass(frozen=True)
class Leads:
    """Which parts lead.

    Attributes
    ----------
    parts : pandas.DataFrame
        One row per part, in the order of the framework: index, series, parent, branch (what is
        taken out of the total), coefficient (standard deviations of next year's rest per standard
        deviation of the part), se, t, df, p, ci_low, ci_high, partial_r2, mde, n_cells,
        n_provinces, n_years (outcome years), first, last, p_adjusted (the larger of the next two),
        p_lead (family-wise, over all parts), p_beyond (family-wise, that the part leads by more
        than its dimension does; missing where the part is all of it), ci_level, n_draws,
        persistence (slope of the rest's own lag), province_effects, breaks, years_left_out (years
        of outcomes that did not enter, with the reason), convention. Missing where a part was not
        measured in two pairs of years that compare.
    years : pandas.DataFrame
        One row per year of outcomes: year, entered, reason ("" or why not: "scores", or "break"
        with the year before), n_provinces, n_units.
    """

    parts: pd.DataFrame
    years: pd.DataFrame


def leads(
    scores: pd.DataFrame,
    *,
    level: str | None = None,
    breaks: Breaks = "ranking",
    province_effects: bool = True,
    ci_level: float = 0.95,
    n_draws: int = 999,
    seed: int = 0,
) -> Leads:
    r"""Regress next year's total, without the part's own dimension, on each part of this year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`), several years
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    breaks : {"all", "ranking"}; what ends a run of comparable years
    province_effects : bool
        Compare a province with itself. Without, provinces are compared with each other, and every
        part that shares a lasting cause with the others seems to lead.
    ci_level : float; coverage of the confidence intervals
    n_draws, seed : int; draws of the wild bootstrap, and the seed

    Returns
    -------
    Leads

    Raises
    ------
    InsufficientCoverage: if no series has scores of 90 % of the units in any year
    InsufficientData: if no two years in a row compare
    InvalidRequest: if the parts do not add up to the score

    Notes
    -----
    For part j in dimension g, in standings within the year:
    :math:`y^{-g}_{i,t+1} = \alpha_i + \gamma_t + \rho y^{-g}_{it} + \beta_j x_{ijt} + e`, with
    :math:`y^{-g}` the overall score less the whole dimension, so that no figure is on both sides,
    and its own lag in. Provinces have an effect for each run of comparable years. Standard errors
    are CR2 by province; ``p_lead`` is family-wise over all parts (Romano and Wolf 2005) by a
    wild bootstrap by province.

    Where all parts follow a common current that changes slowly, each part foretells a little of
    it beside the noisy rest. So a second regression has the part's whole dimension in: what the
    part knows of the current, its dimension knows better, but a lead of its own stays.
    ``p_beyond`` is one-sided, in the direction of the lead. A part leads if both p are small.

    With effects of provinces and few years the slope of the own lag is too small, by about
    :math:`(1+\rho)/T` (Nickell 1981, Econometrica 49:1417-1426); ``persistence`` is therefore no
    estimate of persistence. The slope of a part is off only as far as the part moves with the rest
    and keeps its moves longer, or shorter, than the rest does.

    `make evaluate-drivers` shows why effects of provinces are in by default. Without them a lasting
    difference between provinces that all parts share makes nearly every family of parts have a
    ``p_lead`` below 5 %, and ``p_beyond`` then finds few true leads; with them at most 6 % of the
    families have a false lead in noise, persistent parts of a common province factor, mean
    reversion, shocks that all parts share in a year, and a slow common current. What it does
    not tell from leads is such a current where one part shows it much better than the others of its
    dimension, or where the parts are whole dimensions (no ``p_beyond``): docs/methods.md.
    A lead is no effect.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = leads(load_scores("PAPI", years=range(2011, 2021)), level="dimension", n_draws=99)
    >>> result.parts.loc[0, ["series", "branch"]].tolist(), int(result.parts.loc[0, "n_years"])
    (['papi.participation', 'papi.participation'], 9)
    """
    if breaks not in BREAKS:
        raise errors.UnknownChoice("sort of breaks", breaks, BREAKS)
    ci_level, n_draws = check_share("ci_level", ci_level), check_integer("n_draws", n_draws, 1)
    seed = check_integer("seed", seed, 0)
    province_effects = check_flag("province_effects", province_effects)
    index = require_table(scores)
    rows = with_vintage(province_scores(check_scores(scores)))
    rows = rows.assign(unit=rows[unit_column(index)])
    newest = int(rows["year"].max())
    level = frameworks.check_level(level) if level else lowest_level(index, newest)
    if level == "index":
        raise errors.InvalidRequest(
            "level='index' is the score itself, which leaves no rest to lead; take the level of "
            "its parts, as level='dimension'"
        )
    parts = _standings(rows, breaks, level=level)
    overall = _standings(rows, breaks, series=frameworks.top(index))
    years, pairs = _pairs(index, overall)
    if pairs.empty:
        raise errors.InsufficientData(
            f"leads of {index}: no two years in a row whose overall scores compare; pass more years"
        )
    pairs = pairs.assign(province=codes(pairs[["vintage", "unit"]]))
    branches = _branches(parts["series"].unique(), frameworks.top(index))
    rests = _rests(index, rows, tuple(dict.fromkeys(branches.values())))
    fits, beyond = [], []
    for name, branch in branches.items():
        cells = _cells(pairs, parts[parts["series"] == name], rests[branch])
        fits.append(_regression(name, cells, province_effects))
        # Of a part that is all of its dimension nothing is left beyond it.
        alone = list(branches.values()).count(branch) == 1
        beyond.append(
            _regression(name, cells.head(0) if alone else cells, province_effects, own=True)
        )
    persistence = [
        np.nan if fit.regression is None else float(fit.regression.slopes[1]) for fit in fits
    ]
    table = part_table(fits, ci_level, n_draws, seed)
    if table["coefficient"].isna().all():
        raise errors.InsufficientData(
            f"leads of {index}: no part was measured in two pairs of years that compare; pass more "
            "years, or province_effects=False"
        )
    table = _with_beyond(table, part_table(beyond, ci_level, n_draws, seed))
    table.insert(0, "index", index)
    table.insert(3, "branch", list(branches.values()))
    table = table.assign(
        persistence=persistence,
        province_effects=province_effects,
        breaks=breaks,
        years_left_out=years_left_out(years),
        convention="CR2 by province, Satterthwaite df (clubSandwich)",
    )
    return Leads(table, years)


def _with_beyond(table: pd.DataFrame, beyond: pd.DataFrame) -> pd.DataFrame:
    """Return the table with both p: that of the lead, and that of leading beyond the dimension."""
    half = beyond["p_adjusted"] / 2
    same = np.sign(beyond["coefficient"]) == np.sign(table["coefficient"])
    p_beyond = half.where(same, 1 - half)
    place = table.columns.get_loc("p_adjusted") + 1
    table.insert(place, "p_lead", table["p_adjusted"])
    table.insert(place + 1, "p_beyond", p_beyond)
    return table.assign(p_adjusted=np.fmax(table["p_lead"], p_beyond))


def _standings(scores: pd.DataFrame, breaks: Breaks, **chosen: str) -> pd.DataFrame:
    table = standings(scores, breaks=breaks, **chosen)
    return table.rename(columns={unit_column(require_table(scores)): "unit"})


def _pairs(index: str, overall: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the years of outcomes, and the units with both years: year is that of the parts."""
    spans = overall.groupby("year").agg(
        run=("run", "first"), vintage=("vintage", "first"), n_provinces=("unit", "nunique")
    )
    first, last = int(spans.index.min()), int(spans.index.max())
    listed, entered = [], []
    for year in range(first + 1, last + 1):
        measured = year in spans.index and year - 1 in spans.index
        same = measured and spans.loc[year, "run"] == spans.loc[year - 1, "run"]
        vintage = int(spans["vintage"].get(year, spans["vintage"].iloc[0]))
        listed.append(
            {
                "year": year,
                "entered": same,
                "reason": "" if same else "break" if measured else "scores",
                "n_provinces": int(spans["n_provinces"].get(year, 0)),
                "n_units": n_units(index, vintage),
            }
        )
        if same:
            entered.append(year)
    before = overall.assign(year=overall["year"] + 1)[_KEYS]
    both = overall.merge(before, on=_KEYS)
    both = both[both["year"].isin(entered)]
    pairs = both[[*_KEYS, "run"]].assign(year=both["year"] - 1).reset_index(drop=True)
    return pd.DataFrame(listed), pairs


def _branches(names: Iterable[str], top: str) -> dict[str, str]:
    """Return the series right under the overall score that each part lies in."""
    table = frameworks.series()
    parents = dict(zip(table["series"], table["parent"], strict=True))
    branches = {}
    for name in names:
        branch = str(name)
        while parents[branch] != top:
            branch = parents[branch]
        branches[str(name)] = branch
    return branches


def _rests(index: str, rows: pd.DataFrame, branches: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Return, by branch, the standing of each unit and year in the score without it, and in it."""
    weights, top = frameworks.by_year()["weight"].to_dict(), frameworks.top(index)
    parents = frameworks.series().set_index("series")["parent"].to_dict()
    tables: dict[str, list[pd.DataFrame]] = {branch: [] for branch in branches}
    for year, part in rows.groupby("year"):
        if top not in set(part["series"]):
            continue
        wide = part.pivot(index=["vintage", "unit"], columns="series", values="score")
        points = {
            name: wide[name] * weights[name, year]
            for name, parent in parents.items()
            if parent == top and name in wide and (name, year) in weights
        }
        _require_sum(index, int(year), wide[top] - sum(points.values()))
        least = needed(n_units(index, int(part["vintage"].iloc[0])))
        for branch in points.keys() & set(branches):
            rest = (wide[top] - points[branch]).dropna()
            if len(rest) >= least and rest.std(ddof=0) > _NO_SPREAD:
                both = pd.DataFrame({"rest": rest, "own": points[branch].reindex(rest.index)})
                standing = (both - both.mean()) / both.std(ddof=0)
                tables[branch].append(standing.reset_index().assign(year=int(year)))
    empty = pd.DataFrame({"vintage": [], "unit": [], "rest": [], "own": [], "year": []})
    return {
        branch: pd.concat(each, ignore_index=True) if each else empty
        for branch, each in tables.items()
    }


def _require_sum(index: str, year: int, remainder: pd.Series) -> None:
    wrong = remainder[remainder.abs() > _ROUNDING].abs().sort_values(ascending=False)
    if len(wrong):
        units = ", ".join(str(unit) for _, unit in wrong.index[:_NAMED])
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise errors.InvalidRequest(
            f"leads of {index} {period_text(year)}: the parts under the overall score do not add "
            f"up to it in {len(wrong)} of {remainder.notna().sum()} units ({units}{more}; by up to "
            f"{wrong.iloc[0]:.2f} points), so that a dimension cannot be taken out; correct or "
            "drop these, or use an index that is a sum"
        )


def _cells(pairs: pd.DataFrame, part: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    part_standings = part[[*_KEYS, "standing", "run"]].rename(columns={"run": "part_run"})
    now = rest.rename(columns={"rest": "before"})
    after = rest.drop(columns="own").assign(year=rest["year"] - 1)
    cells = pairs.merge(part_standings, on=_KEYS).merge(now, on=_KEYS).merge(after, on=_KEYS)
    return cells.sort_values(["vintage", "unit", "year"], ignore_index=True)


def _regression(
    name: str, cells: pd.DataFrame, province_effects: bool, *, own: bool = False
) -> PartRegression:
    """Return the regression of a part; with `own` its whole dimension is a regressor too."""
    years = cells["year"].to_numpy(np.int64) + 1
    first, last = (int(years.min()), int(years.max())) if len(years) else (0, 0)
    n_years = len(np.unique(years))
    empty = PartRegression(name, None, 0, np.zeros(0, np.int64), n_years, first, last)
    if not len(cells):
        return empty
    provinces, clusters = np.unique(cells["province"].to_numpy(), return_inverse=True)
    regressors = ["standing", "before", *(["own"] if own else [])]
    x = cells[regressors].to_numpy(np.float64)
    units = codes(cells[["vintage", "unit", "run", "part_run"]]) if province_effects else None
    regression = regress(
        cells["rest"].to_numpy(np.float64),
        x,
        clusters.astype(np.int64),
        units=units,
        years=codes(cells[["year"]]),
    )
    if not_estimable(x, regression) or regression.df_residual < 2:
        return empty
    return PartRegression(name, regression, 0, provinces, n_years, first, last)
