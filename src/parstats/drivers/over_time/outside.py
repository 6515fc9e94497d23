"""Which parts of a score go with an outcome from outside: another index, or own figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple, check_flag, check_integer, check_share
from parstats.drivers.compared_scores import compared_scores
from parstats.drivers.over_time.identities import SUM_OF_REGRESSORS
from parstats.drivers.over_time.panel_sample import (
    PanelSample,
    SampleBuilder,
    codes,
    no_spread,
    years_left_out,
)
from parstats.drivers.over_time.part_regressions import PartRegression, part_table
from parstats.drivers.score_checks import require_table
from parstats.drivers.score_matrix import lowest_level
from parstats.panel.covariates import figure_columns
from parstats.panel.coverage import needed
from parstats.panel.office_sheets import tidy_headers
from parstats.panel.standings import BREAKS, Breaks
from parstats.panel.units import n_units, unit_column
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text
from parstats.stats.panel_regression import not_estimable, r2, regress

#: Parts of an index that are made of another one: they do not stand beside it. SIPAS makes up
#: points of the PAR INDEX (decision 876/QĐ-BNV of 2022), before 2022 inside the field of impact.
MADE_OF: dict[tuple[str, str], tuple[str, ...]] = {
    ("PAR INDEX", "SIPAS"): ("par.impact", "par.part.sipas"),
}


@dataclass(frozen=True)
class Outside:
    """Which parts go with an outcome from outside.

    Attributes
    ----------
    parts : pandas.DataFrame
        One row per part, in the order of the framework: index, outcome, series, parent, coefficient
        (standard deviations of the outcome per standard deviation of the part), se, t, df, p,
        ci_low, ci_high, partial_r2, mde, n_cells, n_provinces, n_years, first, last, p_adjusted
        (family-wise, over all parts), ci_level, n_draws, adjusted (for the other parts),
        province_effects, lag, breaks, years_left_out (years that were asked for and did not enter,
        with the reason of `PanelResult.years`), convention.
    years : pandas.DataFrame
        One row per part and year: series, and the columns of `PanelResult.years`.
    left_out : pandas.DataFrame
        series and reason ("made_of" the outcome, "coverage", "no_slope") of the parts that have no
        row.
    """

    parts: pd.DataFrame
    years: pd.DataFrame
    left_out: pd.DataFrame


def outside(
    scores: pd.DataFrame,
    outcome: pd.DataFrame | pd.Series,
    *,
    column: str | None = None,
    covariate_unit: str | None = None,
    covariate_year: str | None = None,
    year: int | None = None,
    years: int | str | Iterable[int] | None = None,
    level: str | None = None,
    series: str | Iterable[str] | None = None,
    adjust: bool = False,
    province_effects: bool = False,
    lag: int = 0,
    breaks: Breaks = "ranking",
    ci_level: float = 0.95,
    n_draws: int = 999,
    seed: int = 0,
) -> Outside:
    r"""Regress an outcome from outside on each part of a score.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`), of provinces
    outcome : pandas.DataFrame or pandas.Series
        Scores of another index; or a table with names of provinces, however spelt, years and
        figures (`parstats.panel.join_covariates`); or figures of one year by province.
    column : str, optional; the column of a table with several columns of figures
    covariate_unit, covariate_year : str, optional
        Columns of a table with the names and the years, if their headers do not say.
    year : int, optional; the year of figures by province; needed for them
    years : int, iterable of int, or str ("2021-2024"), optional
        Years of the outcome; the longest run if not given.
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    series : str or iterable of str, optional; the parts by name instead
    adjust : bool; hold the other parts fixed, in one regression
    province_effects : bool; compare provinces with themselves: two years or more
    lag : int; years by which the parts come before the outcome
    breaks : {"all", "ranking"}; what ends a run of comparable years
    ci_level : float; coverage of the confidence intervals
    n_draws, seed : int; draws of the wild bootstrap, and the seed

    Returns
    -------
    Outside

    Raises
    ------
    InsufficientCoverage: if the outcome covers under 90 % of the provinces in every year
    InvalidRequest: if the outcome is the same index, or a named part is made of the outcome
    ProvinceNotMatched: with every name that is no province

    Notes
    -----
    :math:`z(y)_{it} = \gamma_t + \beta_j z(x_j)_{it} + e_{it}` each part by itself,
    both less the mean of their year and in standard deviations over the provinces that have both:
    with one year :math:`\beta_j` is Pearson's correlation of the two. With ``adjust`` all parts are
    in one regression, and it is none. Nothing is regressed on itself: the scores of another index
    enter without what they hold of other indices (`parstats.drivers.across`: the PAR INDEX without
    SIPAS), and parts that are made of the outcome (`MADE_OF`) are left out, or refused if they are
    named. What you bring yourself nobody checks for that. Standard errors are CR2 by province, with
    one year those called HC2; ``p_adjusted`` is family-wise over all parts, as ``p_lead`` of
    `parstats.drivers.leads`. Going together is no effect.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> papi, pci = load_scores("PAPI"), load_scores("PCI")
    >>> result = outside(papi, pci, years=2020, level="dimension", n_draws=99)
    >>> result.parts.loc[0, ["outcome", "series"]].tolist(), int(result.parts.loc[0, "n_provinces"])
    (['PCI', 'papi.participation'], 63)
    """
    if breaks not in BREAKS:
        raise errors.UnknownChoice("sort of breaks", breaks, BREAKS)
    ci_level, n_draws = check_share("ci_level", ci_level), check_integer("n_draws", n_draws, 1)
    seed, lag = check_integer("seed", seed, 0), check_integer("lag", lag, 0)
    adjust = check_flag("adjust", adjust)
    province_effects = check_flag("province_effects", province_effects)
    index = require_table(scores)
    name, figures = _outcome(index, outcome, column, year, (covariate_unit, covariate_year))
    builder = SampleBuilder.from_scores(
        scores, figures, "province", "year", names=(name,), breaks=breaks
    )
    _require_outcome(builder, name, years)
    names, refused = _parts(index, builder, level, series, name)
    left_out = [{"series": each, "reason": "made_of"} for each in refused]
    if adjust:
        names, lacking = _measured(builder, name, names, lag, years)
        left_out += [{"series": each, "reason": "coverage"} for each in lacking]
    fits, tables = [], []
    out: dict[str, str] = {}
    for group in [tuple(names)] if adjust else [(each,) for each in names]:
        try:
            sample = builder.sample(name, group, lag=lag, years=years)
        except errors.InsufficientCoverage:
            if adjust:
                raise
            left_out += [{"series": each, "reason": "coverage"} for each in group]
            continue
        tables += [sample.years.assign(series=each) for each in group]
        out |= dict.fromkeys(group, years_left_out(sample.years))
        fits += _regressions(sample, builder, province_effects)
    left_out += [{"series": f.series, "reason": "no_slope"} for f in fits if f.regression is None]
    fits = [fit for fit in fits if fit.regression is not None]
    if not fits:
        raise errors.InsufficientData(
            f"no part of {index} can be set beside {name}: "
            + "; ".join(f"{row['series']} ({row['reason']})" for row in left_out[:5])
            + "; take other years or parts"
        )
    parts = part_table(fits, ci_level, n_draws, seed)
    parts.insert(0, "index", index)
    parts.insert(1, "outcome", name)
    parts = parts.assign(
        adjusted=adjust,
        province_effects=province_effects,
        lag=lag,
        breaks=breaks,
        years_left_out=[out[name] for name in parts["series"]],
        convention="CR2 by province, Satterthwaite df (clubSandwich)",
    )
    listed = pd.concat(tables, ignore_index=True)
    listed.insert(0, "series", listed.pop("series"))
    return Outside(parts, listed, pd.DataFrame(left_out, columns=["series", "reason"]))


def _outcome(
    index: str,
    outcome: pd.DataFrame | pd.Series,
    column: str | None,
    year: int | None,
    keys: tuple[str | None, str | None],
) -> tuple[str, pd.DataFrame]:
    """Return the name of the outcome, and its figures as columns province, year and that name."""
    if isinstance(outcome, pd.Series):
        if year is None:
            raise errors.InvalidRequest(
                "outcome is a Series of figures by province: name its year with year=..."
            )
        name = str(outcome.name) if outcome.name is not None else "outcome"
        return name, pd.DataFrame(
            {"province": outcome.index.astype(str), "year": int(year), name: outcome.to_numpy()}
        )
    if not isinstance(outcome, pd.DataFrame):
        raise errors.InvalidRequest(
            f"outcome is {type(outcome).__name__}: expected scores of another index, a table with "
            "provinces, years and figures, or a Series by province"
        )
    if {"index", "series", "score"} <= set(outcome.columns):
        return _other_index(index, outcome)
    return _own_figures(outcome, column, *keys)


def _other_index(index: str, outcome: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    other = require_table(outcome)
    if other == index:
        raise errors.InvalidRequest(
            f"the outcome is {index} itself: a part beside its own sum is arithmetic; for what "
            "parts foretell see drivers.leads, for what they make up drivers.shares"
        )
    if frameworks.index_info(other).unit_level != "province":
        rows = outcome[outcome["series"] == frameworks.top(other)]
        rows = rows.rename(columns={unit_column(other): "province", "score": other})
        return other, rows[["province", "year", other]].dropna()
    tables = [
        pd.DataFrame({"province": overall.index, "year": int(each), other: overall.to_numpy()})
        for each in sorted(outcome["year"].unique())
        if len(overall := compared_scores(outcome, int(each)))
    ]
    if not tables:
        raise errors.InvalidRequest(
            f"the scores of {other} hold no overall score of a province, or none without what it "
            f"holds of other indices; pass all that load_scores({other!r}) gives"
        )
    return other, pd.concat(tables, ignore_index=True)


def _own_figures(
    outcome: pd.DataFrame, column: str | None, unit: str | None, year: str | None
) -> tuple[str, pd.DataFrame]:
    outcome = tidy_headers(outcome, filter(None, (column, unit, year)))
    if column is not None and column not in outcome:
        listed = figure_columns(outcome, unit=unit, year=year)[2]
        raise errors.UnknownChoice("column of the outcome", column, listed)
    unit, year, names = figure_columns(outcome, column, unit, year)
    if column is None and len(names) > 1:
        raise errors.InvalidRequest(
            f"the outcome has several columns of figures ({', '.join(names)}); name one with "
            "column=..."
        )
    name = column or names[0]
    table = outcome[[unit, year, name]].dropna(subset=[name])
    return name, table.rename(columns={unit: "province", year: "year"})


def _require_outcome(
    builder: SampleBuilder, name: str, years: int | str | Iterable[int] | None
) -> None:
    """Refuse an outcome that covers under 90 % of the units in every year, with its best year."""
    counts = {year: builder.n_complete((name,), year) for year in builder.requested_years(years)}
    if set(builder.variable(name, 0)["year"]) & set(counts):
        return
    best = max(counts, key=lambda year: counts[year])
    vintage = builder.scores.loc[builder.scores["year"] == best, "vintage"]
    total = n_units(builder.index, int(vintage.iloc[0])) if len(vintage) else 0
    if counts[best] >= needed(total):
        raise no_spread(name, period_text(best))
    raise errors.InsufficientCoverage(
        f"{name} beside the parts of {builder.index}",
        n_complete=counts[best],
        n_required=needed(total),
        n_units=total,
        alternative=f"the most are of {period_text(best)}; figures that get printed are more often "
        "those of the first and the last",
    )


def _measured(
    builder: SampleBuilder,
    outcome: str,
    names: list[str],
    lag: int,
    years: int | str | Iterable[int] | None,
) -> tuple[list[str], list[str]]:
    """Return the parts that the newest year of the outcome has, and the others."""
    newest = max(set(builder.variable(outcome, 0)["year"]) & set(builder.requested_years(years)))
    present = {name for name in names if (builder.variable(name, lag)["year"] == newest).any()}
    return [n for n in names if n in present], [n for n in names if n not in present]


def _parts(
    index: str,
    builder: SampleBuilder,
    level: str | None,
    series: str | Iterable[str] | None,
    outcome: str,
) -> tuple[list[str], list[str]]:
    """Return the parts to set beside the outcome, and those that are made of it."""
    outcome_parts = MADE_OF.get((index, outcome), ())
    parents = frameworks.series().set_index("series")["parent"]
    if series is not None:
        names = [frameworks.check_series(each, index) for each in as_tuple(series)]
    else:
        newest = int(builder.scores["year"].max())
        level = frameworks.check_level(level) if level else lowest_level(index, newest)
        present = set(builder.scores.loc[builder.scores["level"] == level, "series"])
        names = [each for each in frameworks.series()["series"] if each in present]
    made_of = [name for name in names if _touches(name, outcome_parts, parents)]
    if series is not None and made_of:
        raise errors.InvalidRequest(
            f"{', '.join(made_of)} of {index} is made of {outcome}: nothing is regressed on "
            "itself; leave it out"
        )
    if not names:
        raise errors.InvalidRequest(f"the scores of {index} hold no part of the level {level}")
    return [name for name in names if name not in made_of], made_of


def _touches(name: str, outcome_parts: tuple[str, ...], parents: pd.Series) -> bool:
    """Return whether a series is one of the parts of the outcome, has one, or lies in one."""

    def upwards(series: str) -> set[str]:
        above = set()
        while series:
            above.add(series)
            series = str(parents.get(series, ""))
        return above

    return bool(upwards(name) & set(outcome_parts)) or any(
        name in upwards(each) for each in outcome_parts
    )


def _regressions(
    sample: PanelSample, builder: SampleBuilder, province_effects: bool
) -> list[PartRegression]:
    own = ["vintage", unit_column(builder.index)]
    units = builder.scores[own].drop_duplicates().sort_values(own)
    number = {key: place for place, key in enumerate(units.itertuples(index=False, name=None))}
    cells = sample.rows
    x = cells[list(sample.regressors)].to_numpy(np.float64)
    clusters = sample.units
    regression = regress(
        cells[sample.outcome].to_numpy(np.float64),
        x,
        clusters,
        units=clusters if province_effects else None,
        years=codes(cells[["year"]]),
    )
    lost = set(not_estimable(x, regression))
    if province_effects and sample.outcome in sample.lasting:
        raise errors.InvalidRequest(
            f"{sample.outcome} is the same in all years of each province: beside effects of "
            "provinces nothing of it is left; take province_effects=False"
        )
    if lost and len(sample.regressors) > 1:
        named = ", ".join(sample.regressors[column] for column in sorted(lost))
        raise errors.InvalidRequest(
            f"no slope of {named} beside the other parts, which fit it wholly; name parts with "
            "series=..., or adjust=False"
        )
    if regression.df_residual < 2:
        lost = set(range(x.shape[1]))
    elif not lost and r2(regression) > SUM_OF_REGRESSORS:
        raise errors.InvalidRequest(
            f"the parts fit {sample.outcome} without rest: it is made of them, or does not vary; "
            "nothing is left to estimate"
        )
    keys = cells[["vintage", "unit"]].drop_duplicates().sort_values(["vintage", "unit"])
    provinces = np.array([number[key] for key in keys.itertuples(index=False, name=None)])
    years = cells["year"]
    return [
        PartRegression(
            name,
            None if column in lost else regression,
            column,
            provinces,
            int(years.nunique()),
            int(years.min()),
            int(years.max()),
        )
        for column, name in enumerate(sample.regressors)
    ]
