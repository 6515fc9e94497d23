"""The cells of a panel regression: an outcome and regressors in years that compare."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

from parstats import errors
from parstats.arguments import as_tuple, as_years, check_flag
from parstats.drivers.over_time.identities import overlapping, series_among
from parstats.drivers.score_checks import check_scores, require_table
from parstats.panel.covariates import figure_columns, join_covariates
from parstats.panel.coverage import needed
from parstats.panel.office_sheets import tidy_headers
from parstats.panel.standings import Breaks, standings
from parstats.panel.units import n_units, province_scores, unit_column, with_vintage
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_of_text, period_text

Codes = NDArray[np.int64]
_KEYS = ["year", "vintage", "unit"]
# A year, quarter or month as `period_text` writes it.
_PERIOD = re.compile(r"\d{4}(?:-Q[1-4]|-\d\d(?!\d))?")
# A spread below is rounding.
_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class PanelSample:
    """Complete cells of the years that compare, one row per unit and year."""

    index: str
    outcome: str
    regressors: tuple[str, ...]
    rows: pd.DataFrame  # year, vintage, unit, and a column for each variable
    # One row per year: year, entered, reason, missing, n_provinces, n_units.
    years: pd.DataFrame
    # Covariates with the same figure in all years of each unit. They seem to move with time where
    # the spread of a year, by which they are divided, is that of another set of units.
    lasting: tuple[str, ...] = ()

    @property
    def units(self) -> Codes:
        """Codes of the units, from 0."""
        return codes(self.rows[["vintage", "unit"]])

    @property
    def year_codes(self) -> Codes:
        """Codes of the years, from 0 in order."""
        return codes(self.rows[["year"]])

    def overlaps(self) -> list[bool]:
        """Return which regressors, of the same year, are made of some figures of the outcome."""
        if not series_among(self.index, [self.outcome]):
            return [False] * len(self.regressors)
        entered = self.years.loc[self.years["entered"], "year"]
        shared = overlapping(
            self.index, self.outcome, series_among(self.index, self.regressors), entered
        )
        return [name in shared for name in self.regressors]


def codes(keys: pd.DataFrame) -> Codes:
    """Return numbers from 0 in order of the keys, without gaps.

    >>> codes(pd.DataFrame({"year": [2024, 2022, 2024]})).tolist()
    [1, 0, 1]
    """
    numbers: Codes = keys.groupby(list(keys.columns), sort=True).ngroup().to_numpy(np.int64)
    return numbers


def panel_sample(
    scores: pd.DataFrame,
    outcome: str,
    regressors: str | Iterable[str],
    *,
    covariates: pd.DataFrame | None = None,
    covariate_unit: str | None = None,
    covariate_year: str | None = None,
    years: int | str | Iterable[int] | None = None,
    breaks: Breaks = "all",
    standardised: bool = True,
    lag: int = 0,
    adjacent: bool = False,
) -> PanelSample:
    """Return the cells of a panel regression, of the longest run of years that compare.

    A year enters if 90 % of its units have the outcome and all regressors, and if every series is
    measured in it as in the other years of the run (`parstats.panel.standings`; of points also on
    the same scale); of equally long runs the newest one does. Years between may be missing, as of
    figures of every second year, unless years have to be `adjacent`. With a `lag` the regressors
    are of so many years before the outcome. Standardised variables are less the mean of their year,
    in standard deviations, over the units that are complete in it. Every year is listed with the
    reason for which it is left out: "scores" or "covariates" (under 90 %, or no spread), "break"
    (measured otherwise than in the years that entered), or "gap" (measured as in these, but not
    next to them, where they have to be).

    >>> from parstats.panel import load_scores
    >>> sample = panel_sample(load_scores("PAPI"), "papi", "papi.environment", breaks="ranking")
    >>> sample.years.query("entered")["year"].tolist()
    [2021, 2022, 2023, 2024]
    """
    names = as_tuple(regressors)
    builder = SampleBuilder.from_scores(
        scores,
        covariates,
        covariate_unit,
        covariate_year,
        names=(outcome, *names),
        breaks=breaks,
        standardised=check_flag("standardised", standardised),
    )
    return builder.sample(outcome, names, lag=lag, years=years, adjacent=adjacent)


@dataclass(frozen=True)
class SampleBuilder:
    """Variables of scores and covariates, and the years in which they can be used."""

    index: str
    scores: pd.DataFrame
    covariates: pd.DataFrame | None
    breaks: Breaks
    standardised: bool
    # Columns of figures of the covariates, joined or not.
    figures: tuple[str, ...] = ()
    _variables: dict[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def from_scores(
        cls,
        scores: pd.DataFrame,
        covariates: pd.DataFrame | None = None,
        covariate_unit: str | None = None,
        covariate_year: str | None = None,
        *,
        names: tuple[str, ...],
        breaks: Breaks = "all",
        standardised: bool = True,
    ) -> SampleBuilder:
        """Check scores, and join those columns of the covariates that are named."""
        index = require_table(scores)
        rows = with_vintage(province_scores(check_scores(scores)))
        added, figures = None, tuple[str, ...]()
        if isinstance(covariates, pd.DataFrame):
            chosen = [name for name in (covariate_unit, covariate_year, *names) if name]
            covariates = tidy_headers(covariates, chosen)
        if covariates is not None:
            unit, year, figures = figure_columns(
                covariates, unit=covariate_unit, year=covariate_year
            )
            columns = [name for name in names if name in covariates and name not in (unit, year)]
            if columns:
                added = join_covariates(rows, covariates, columns=columns, unit=unit, year=year)
                added = added.rename(columns={unit_column(index): "unit"})
        return cls(index, rows, added, breaks, standardised, figures)

    def is_covariate(self, name: str) -> bool:
        """Return whether a variable is a column of the covariates."""
        return self.covariates is not None and name in self.covariates and name not in _KEYS

    def variable(self, name: str, lag: int) -> pd.DataFrame:
        """Return year, vintage, unit, value and run of a variable, `lag` years later."""
        if name not in self._variables:
            own = self.is_covariate(name)
            self._variables[name] = self._covariate(name) if own else self._series(name)
        table = self._variables[name]
        return table.assign(year=table["year"] + lag)

    def _check(self, outcome: str, regressors: tuple[str, ...], lag: int) -> None:
        if not regressors:
            raise errors.InvalidRequest(
                "regressors is empty: name one series or covariate, or more"
            )
        if outcome in regressors and not lag:
            raise errors.InvalidRequest(
                f"{outcome} is the outcome and a regressor: nothing is regressed on itself; leave "
                "it out"
            )
        table = frameworks.series()
        choices = [*table.loc[table["index"] == self.index, "series"]]
        choices = [*self.figures, *choices]
        for name in (outcome, *regressors):
            if name not in choices and not self.is_covariate(name):
                raise errors.UnknownChoice(
                    f"variable of {self.index} or of the covariates", name, choices
                )

    def requested_years(self, years: int | str | Iterable[int] | None) -> list[int]:
        """Return the years of the scores that were asked for, all if none were named."""
        listed = sorted(set(map(int, self.scores["year"])))
        requested = as_years(years)
        if requested is not None and not requested:
            raise errors.InvalidRequest("years is empty: name one or more, or leave it out for all")
        for year in sorted((requested or set()) - set(listed)):
            raise errors.UnknownChoice(f"year of {self.index}", period_text(year), listed)
        return [year for year in listed if requested is None or year in requested]

    def _covariate(self, name: str) -> pd.DataFrame:
        assert self.covariates is not None
        table = self.covariates[[*_KEYS, name]].rename(columns={name: "value"}).dropna()
        groups = table.groupby(["year", "vintage"])["value"]
        least = table["vintage"].map(lambda vintage: needed(n_units(self.index, int(vintage))))
        usable = groups.transform("size") >= least
        if self.standardised:
            usable &= _spread(groups) > 0
        return table[usable].assign(run="")

    def _series(self, name: str) -> pd.DataFrame:
        if "" not in self._variables:
            self._variables[""] = standings(self.scores, breaks=self.breaks)
        table = self._variables[""].rename(columns={unit_column(self.index): "unit"})
        table = table[table["series"] == name]
        table = table.assign(value=table["standing" if self.standardised else "score"])
        run = table["run"].astype(str)
        if not self.standardised:
            bounds = frameworks.by_year()[["min_points", "max_points"]].astype(str)
            scale = bounds["min_points"] + " to " + bounds["max_points"]
            at = pd.MultiIndex.from_frame(table[["series", "year"]])
            run += " " + scale.reindex(at).fillna("").to_numpy()
        return table[[*_KEYS, "value"]].assign(run=run)

    def n_complete(self, names: tuple[str, ...], outcome_year: int, lag: int = 0) -> int:
        """Return the number of units with all variables, the first one in the outcome's year."""
        unit = unit_column(self.index)
        sets = []
        for place, name in enumerate(names):
            year = outcome_year - lag * (place > 0)
            if self.is_covariate(name):
                assert self.covariates is not None
                table = self.covariates.dropna(subset=[name])
                sets.append(set(table.loc[table["year"] == year, "unit"]))
            else:
                rows = self.scores[self.scores["series"] == name]
                sets.append(set(rows.loc[rows["year"] == year, unit]))
        return len(set.intersection(*sets))

    def sample(
        self,
        outcome: str,
        regressors: tuple[str, ...],
        *,
        lag: int = 0,
        years: int | str | Iterable[int] | None = None,
        adjacent: bool = False,
    ) -> PanelSample:
        """Return the complete cells of the longest run; of years next to each other if asked."""
        self._check(outcome, regressors, lag)
        tables = [self.variable(outcome, 0), *(self.variable(name, lag) for name in regressors)]
        names = (outcome, *regressors)
        columns = (outcome, *(f"{name}_before" if name == outcome else name for name in regressors))
        indexed = [table.set_index(_KEYS) for table in tables]
        values = pd.concat([table["value"] for table in indexed], axis=1, keys=range(len(names)))
        runs = pd.concat([table["run"] for table in indexed], axis=1, keys=range(len(names)))
        values, runs = values.dropna(), runs.dropna()
        as_given = values
        if self.standardised:
            values = _standardised(values)
        listed = [
            self._year(year, names, tables, values, runs) for year in self.requested_years(years)
        ]
        table = pd.DataFrame(listed)
        chosen = _longest(table, adjacent=adjacent)
        usable = table["reason"] == ""
        if not chosen:
            raise self._none(table, names, lag)
        run = table.loc[table["year"] == chosen[0], "run"].iloc[0]
        other = usable & ~table["year"].isin(chosen)
        table.loc[other, "reason"] = [
            "gap" if each == run else "break" for each in table["run"][other]
        ]
        table["entered"] = table["year"].isin(chosen)
        rows = values.dropna().reset_index()
        rows = rows[rows["year"].isin(chosen)].rename(columns=dict(enumerate(columns)))
        rows = rows.sort_values(["vintage", "unit", "year"], ignore_index=True)
        own = [place for place, name in enumerate(names) if self.is_covariate(name)]
        entered = as_given.loc[as_given.index.get_level_values("year").isin(chosen), own]
        lasting = tuple(columns[place] for place in _lasting(entered))
        order = ["year", "entered", "reason", "missing", "n_provinces", "n_units"]
        return PanelSample(self.index, outcome, columns[1:], rows, table[order], lasting)

    def _year(
        self,
        year: int,
        names: tuple[str, ...],
        tables: list[pd.DataFrame],
        values: pd.DataFrame,
        runs: pd.DataFrame,
    ) -> dict[str, object]:
        """Return whether a year can be used, why not, and the run that it is of."""
        vintage = int(self.scores.loc[self.scores["year"] == year, "vintage"].iloc[0])
        of_year = values[values.index.get_level_values("year") == year]
        n_rows = len(of_year.dropna())
        missing = [
            name
            for place, (name, table) in enumerate(zip(names, tables, strict=True))
            if not (table["year"] == year).any() or (len(of_year) and of_year[place].isna().all())
        ]
        reason, run = "", ()
        if missing or n_rows < needed(n_units(self.index, vintage)):
            own = set() if self.covariates is None else set(self.covariates)
            reason = "covariates" if missing and set(missing) <= own else "scores"
        else:
            run = (vintage, *runs[runs.index.get_level_values("year") == year].iloc[0])
        return {
            "year": year,
            "reason": reason,
            "missing": "; ".join(dict.fromkeys(missing)),
            "n_provinces": n_rows,
            "n_units": n_units(self.index, vintage),
            "run": run,
        }

    def _none(self, table: pd.DataFrame, names: tuple[str, ...], lag: int) -> errors.ParstatsError:
        """Return the error that no year can be used, with the best covered one."""
        counts = [self.n_complete(names, int(year), lag) for year in table["year"]]
        best = table.iloc[int(np.argmax(counts))]
        year, n_all = period_text(int(best["year"])), int(best["n_units"])
        if max(counts) >= needed(n_all):
            return no_spread(best["missing"] or ", ".join(names), year)
        lacking = (
            f"in {year} {best['missing']} of under 90 % of the units"
            if best["missing"]
            else f"the most are in {year}"
        )
        return errors.InsufficientCoverage(
            f"{', '.join(names[:3])}{' ...' if len(names) > 3 else ''} together in any year",
            n_complete=max(counts),
            n_required=needed(n_all),
            n_units=n_all,
            alternative=f"{lacking}; take other years, or leave out what is missing",
        )


def years_left_out(years: pd.DataFrame) -> str:
    """Return the years that did not enter, by reason, as "2018-2019 (scores); 2021 (gap)".

    >>> years_left_out(pd.DataFrame({"year": [2018, 2019, 2020], "reason": ["gap", "gap", ""]}))
    '2018-2019 (gap)'
    """
    out = years[~years["reason"].isin(["", "change"])]
    spans: list[tuple[int, int, str]] = []
    for year, reason in zip(out["year"], out["reason"], strict=True):
        if spans and spans[-1][2] == reason and year - spans[-1][1] == 1:
            spans[-1] = (spans[-1][0], int(year), reason)
        else:
            spans.append((int(year), int(year), reason))
    return "; ".join(
        f"{'-'.join(dict.fromkeys((period_text(first), period_text(last))))} ({reason})"
        for first, last, reason in spans
    )


def left_out_years(spans: str) -> dict[int, str]:
    """Return the years of a text of `years_left_out`, with the reason of each.

    >>> left_out_years("2018-2019 (scores); 2021 (gap)")
    {2018: 'scores', 2019: 'scores', 2021: 'gap'}
    """
    years: dict[int, str] = {}
    for span in filter(None, spans.split("; ")):
        written, _, reason = span.partition(" (")
        ends = [period_of_text(end) or 0 for end in _PERIOD.findall(written)]
        years |= dict.fromkeys(range(ends[0], ends[-1] + 1), reason.removesuffix(")"))
    return years


def no_spread(name: str, year: str) -> errors.InvalidRequest:
    """Return the error that a variable is the same for all units, so that nothing goes with it.

    >>> str(no_spread("grdp", "2024"))[:46]
    'grdp is the same for all units, also in 2024: '
    """
    return errors.InvalidRequest(
        f"{name} is the same for all units, also in {year}: expected figures that differ between "
        "units, since nothing can go with what is the same for all; leave it out"
    )


def _spread(groups: DataFrameGroupBy | SeriesGroupBy) -> pd.DataFrame | pd.Series:
    """Return the standard deviation of its group at each row; zero where it is rounding."""
    spread = groups.transform(lambda value: value.std(ddof=0))
    largest = groups.transform(lambda value: value.abs().max())
    return spread.where(spread > _NO_SPREAD * largest, 0.0)


def _standardised(values: pd.DataFrame) -> pd.DataFrame:
    """Return complete cells less the mean of their year, in standard deviations; or missing."""
    if values.empty:
        return values
    groups = values.groupby(level=["year", "vintage"])
    spread = _spread(groups)
    return (values - groups.transform("mean")) / spread.where(spread > 0)


def _lasting(values: pd.DataFrame) -> list[int]:
    """Return the columns with the same figure in all years of each unit, of several years."""
    if values.index.get_level_values("year").nunique() < 2:
        return []
    n_figures = values.groupby(level=["vintage", "unit"]).nunique()
    return [int(place) for place in values if (n_figures[place] == 1).all()]


def _longest(table: pd.DataFrame, *, adjacent: bool) -> list[int]:
    """Return the years of the longest run, the newest of equally long ones.

    Years of a run may have others between them that cannot be used, unless they are `adjacent`.
    """
    best: list[int] = []
    runs: dict[tuple[object, ...], list[int]] = {}
    for row in table.itertuples():
        if row.reason:
            continue
        before = runs.get(row.run, [])
        follows = bool(before) and (row.year - before[-1] == 1 or not adjacent)
        runs[row.run] = [*before, int(row.year)] if follows else [int(row.year)]
        if len(runs[row.run]) >= len(best):
            best = runs[row.run]
    return best
