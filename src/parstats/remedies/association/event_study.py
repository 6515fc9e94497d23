"""Association of being targeted with the change in years before and after the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index, old_names
from parstats.remedies.association.event_cells import event_cells, losses, lost_cells
from parstats.remedies.association.hypotheses import Hypothesis, everything
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.association.testing import Tested, decided, fitted, tested
from parstats.remedies.association.verdict import direction, verdict
from parstats.remedies.cells.plan_years import Timing
from parstats.stats.randomization.design import exchangeable, shared_exchanges
from parstats.stats.randomization.panel_blocks import Projections
from parstats.stats.randomization.significance import interval
from parstats.stats.randomization.step_down import omnibus, romano_wolf

Floats = NDArray[np.float64]

COLUMNS: tuple[str, ...] = (
    *("event_time", "kind", "adjusted_association", "direction", "se", "df", "ci_low", "ci_high"),
    *("band_ci_low", "band_ci_high", "p", "p_adjusted", "inference", "n_plans", "n_provinces"),
    *("n_decisions", "n_exchangeable", "n_cells", "n_again", "n_compared", "n_lost"),
    *("n_provinces_lost", "lost", "mde", "omnibus_p", "omnibus_p_placebo", "n_draws", "verdict"),
    "reason",
)
# Relative difference below which two statistics tie; sums in another order differ in the last bits.
_TIE = 1e-9
_PROVINCE = ["vintage", "province"]


@old_names(draws="n_draws", formal="formal_only", level="ci_level")
@keeps_index
def event_study(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    leads: int = 2,
    lags: int = 2,
    timing: Timing = "fieldwork",
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    r"""Estimate the adjusted association by years from the plan's first outcome year.

    From the outcome year t on, at event time k the outcome is the whole change since the year
    before it,

    .. math:: z_{t+k} - z_{t-1},

    explained by what was known before the plan, as in `parstats.remedies.estimate`: so the row says
    how far targeted series stand from like ones k years later, whether an effect ended, lasted,
    faded or came late, with what later plans added. Before it, at k below 0, the outcome is the
    yearly change that many years earlier, explained by what was known before that: a placebo test.
    Each event time has its own cells; those that a break, or a missing figure, takes away are
    counted beside.

    Parameters
    ----------
    scores, measures, plans, timing, list_types, formal_only
        As in `parstats.remedies.exposure`.
    leads, lags : int; years before and after the first outcome year
    n_draws, seed : int; number of reassignments and seed; the same for all event times
    ci_level : float; of intervals and band

    Returns
    -------
    pandas.DataFrame: one row per event time: event_time, kind ("placebo", "primary", "later"),
        adjusted_association, direction ("" where data are insufficient), se, df, ci_low, ci_high,
        band_ci_low, band_ci_high (hold for all event times from 0 on at once), p, p_adjusted
        (Romano-Wolf over these; missing for placebo tests), inference (as
        `parstats.remedies.estimate`), n_plans, n_provinces, n_decisions, n_exchangeable, n_cells
        (targeted), n_again (of these, targeted again by a plan of a later year up to the end of the
        change), n_compared, n_lost (targeted cells that do not exist or do not count at this event
        time), n_provinces_lost (provinces left without
        any), lost (how many for what reason, the largest first; the words are in `event_losses`),
        mde, omnibus_p (anything from the outcome year on), omnibus_p_placebo (anything before it),
        n_draws, verdict, reason. Where nothing can be estimated the figures are missing and the
        reason says why. A placebo test has no verdict; its reason is "placebo".

    Raises
    ------
    InsufficientData, InvalidRequest: if no plan targets a series, or there is no cell; if tables or
        options are not as described

    Notes
    -----
    **Years before the plan test no parallel trends here.** Plans target what is low, or fell, in
    the year before their outcome; that year's change is the outcome at event time -1, so the
    association there is negative by selection, and at -2 too as far as low standing lasts. It would
    be zero only if cells were targeted at random. A negative placebo shows that plans answer to the
    figures; it is what the history is held for from event time 0 on, and no sign that it fails.

    Later rows need figures of every year from t-2 to t+k without a break: of PAPI's sub-dimensions
    the years 2018, 2019 and 2023 for k = 1, and 2018 alone for k = 2. They hold what later plans of
    the same province added; cells that are targeted again are counted, not left out, as to leave
    them out would choose by what came of the first plan.

    The band is that of intervals at one common, higher level: the smallest p-value over the event
    times from 0 on falls below one less that level in a share 1 - `ci_level` of the reassignments
    (Westfall and Young 1993, "minP"). The adjusted p-values are from the same p-values. So an event
    time with few provinces does not widen the others, as the largest t statistic would.

    Each event time has its own cells: a difference between two may be one between their cells.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> scores = load_scores("PAPI", years=range(2018, 2025))
    >>> given = scores, load_measures("PAPI"), load_plans("PAPI")
    >>> table = event_study(*given, leads=0, lags=0, n_draws=99)
    >>> table[["event_time", "verdict", "reason"]].values.tolist()
    [[0, 'insufficient_data', 'few_provinces']]
    """
    _check(leads, lags, n_draws, seed, ci_level)
    times = range(-leads, lags + 1)
    options: dict[str, Any] = {
        "timing": timing,
        "list_types": list_types,
        "formal_only": formal_only,
    }
    cells = event_cells(scores, measures, plans, times, **options)
    lost = lost_cells(scores, measures, plans, cells, **options)
    if lost.empty and not any(
        (time_cells["state"] == "targeted").any() for time_cells in cells.values()
    ):
        raise errors.InsufficientData("no plan that counts targets a series: there is no event")
    with threadpool_limits(1, "blas"):
        fits = _fits(cells, n_draws, seed, ci_level)
    return _table(cells, lost, fits, n_draws, ci_level)


@old_names(formal="formal_only")
def event_losses(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    leads: int = 2,
    lags: int = 2,
    timing: Timing = "fieldwork",
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
) -> pd.DataFrame:
    """Count the cells that `event_study` loses to breaks and missing figures.

    Parameters
    ----------
    scores, measures, plans, leads, lags, timing, list_types, formal_only
        As in `event_study`.

    Returns
    -------
    pandas.DataFrame: one row per event time and reason: event_time, reason
        (`parstats.remedies.cells.missing_outcomes.REASONS`, or "overlapping": the cell is targeted
        at event time 0 as well, by another plan), reason_vi, reason_en, n_cells, n_provinces.

    Raises
    ------
    InvalidRequest: if tables or options are not as described

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> scores = load_scores("PAPI", years=range(2018, 2025))
    >>> given = scores, load_measures("PAPI"), load_plans("PAPI")
    >>> table = event_losses(*given, leads=0, lags=1)
    >>> table.loc[table["reason"] == "break", "event_time"].tolist()
    [0, 1]
    """
    check_integer("leads", leads, 0)
    check_integer("lags", lags, 0)
    options: dict[str, Any] = {
        "timing": timing,
        "list_types": list_types,
        "formal_only": formal_only,
    }
    cells = event_cells(scores, measures, plans, range(-leads, lags + 1), **options)
    return losses(lost_cells(scores, measures, plans, cells, **options))


def _check(leads: int, lags: int, n_draws: int, seed: int, ci_level: float) -> None:
    check_integer("leads", leads, 0)
    check_integer("lags", lags, 0)
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    check_share("ci_level", ci_level)


@dataclass(frozen=True)
class _Fit:
    """One event time: counts and, where it can be estimated, the tested coefficient."""

    counts: dict[str, int]
    tested: Tested | None


def _fits(
    cells: dict[int, pd.DataFrame], n_draws: int, seed: int, ci_level: float
) -> dict[int, _Fit]:
    """Fit each event time; a draw sends a province to the same place in all of them."""
    # An event time without any cell, as behind the last year, has nothing to fit.
    rows = {}
    for time, time_cells in cells.items():
        if len(time_cells):
            layout = panel_layout(time_cells)
            rows[time] = everything(layout, Projections.build(layout.blocks))
    panels = [
        (row.layout.blocks, list(row.layout.provinces.itertuples(index=False, name=None)))
        for row in rows.values()
    ]
    drawn = shared_exchanges(panels, n_draws, np.random.default_rng(seed))
    result = {time: _Fit(dict.fromkeys(_COUNTS, 0), None) for time in cells}
    for (time, row), exchanges in zip(rows.items(), drawn, strict=True):
        design = fitted(row) if row.chosen.any() else None
        found = None if design is None else tested(row, design, exchanges, ci_level)
        result[time] = _Fit(_counts(row), found)
    return result


_COUNTS = (
    *("n_plans", "n_provinces", "n_decisions", "n_exchangeable", "n_cells", "n_again"),
    "n_compared",
)


def _counts(row: Hypothesis) -> dict[str, int]:
    cells, blocks = row.layout.cells, row.layout.blocks
    aimed = cells[row.chosen]
    treated = (row.regressor > 0).any(axis=1)
    figures = (
        *(_n_plans(cells), int(treated.sum()), decided(row).n_decisions),
        *(int((treated & exchangeable(blocks)).sum()), len(aimed)),
        int(aimed["targeted_again"].sum()) if "targeted_again" in aimed else 0,
        int(blocks.estimation_sample.sum()) - len(aimed),
    )
    return dict(zip(_COUNTS, figures, strict=True))


def _n_plans(cells: pd.DataFrame) -> int:
    plans = cells.loc[cells["state"] == "targeted", "plans"]
    return len({name for names in plans for name in names.split(";") if name})


@dataclass(frozen=True)
class _Joint:
    """The event times that can be estimated, together."""

    times: list[int]
    observed: Floats
    drawn: Floats

    @classmethod
    def build(cls, fits: dict[int, _Fit]) -> _Joint:
        available = {k: fit.tested for k, fit in fits.items() if fit.tested is not None}
        drawn = [result.drawn for result in available.values()]
        return cls(
            list(available),
            np.array([result.observed for result in available.values()]),
            np.stack(drawn, 1) if drawn else np.zeros((0, 0)),
        )

    def p_values(self) -> Floats:
        """Of the real assignment (first) and of each draw, each event time by itself."""
        observed_and_drawn = np.abs(np.concatenate([self.observed[None], self.drawn]))
        n = len(observed_and_drawn)
        return np.stack(
            [(n - np.searchsorted(np.sort(t), t * (1 - _TIE))) / n for t in observed_and_drawn.T],
            axis=1,
        )

    def adjusted(self) -> dict[int, float]:
        """Return the p-values for all event times at once."""
        if not self.times:
            return {}
        p = self.p_values()
        adjusted_p = romano_wolf(1 / p[0], 1 / p[1:])
        return dict(zip(self.times, adjusted_p.tolist(), strict=True))

    def level(self, ci_level: float) -> float:
        """Return the level of each event time's interval for joint coverage."""
        if not self.times:
            return ci_level
        smallest = np.sort(self.p_values().min(axis=1))
        values, first = np.unique(smallest, return_index=True)
        reached = np.append(first[1:], len(smallest)) / len(smallest)
        allowed = values[reached <= 1 - ci_level + 1e-12]
        return 1.0 - float(allowed[-1]) if len(allowed) else 1.0

    def omnibus(self) -> float:
        """Return the p-value of no association at any event time, by the largest statistic."""
        return omnibus(self.observed, self.drawn)[0] if self.times else math.nan


def _table(
    cells: dict[int, pd.DataFrame],
    lost: pd.DataFrame,
    fits: dict[int, _Fit],
    n_draws: int,
    ci_level: float,
) -> pd.DataFrame:
    joint = _Joint.build({k: fit for k, fit in fits.items() if k >= 0})
    before = _Joint.build({k: fit for k, fit in fits.items() if k < 0})
    adjusted, band_level = joint.adjusted(), joint.level(ci_level)
    shared = {
        "omnibus_p": joint.omnibus(),
        "omnibus_p_placebo": before.omnibus(),
        "n_draws": n_draws,
    }
    records = []
    for k, fit in fits.items():
        figures = _figures(fit, ci_level if k < 0 else band_level)
        p = adjusted.get(k, math.nan)
        if fit.tested is not None and fit.tested.copied and k >= 0:
            # Exchanges of provinces do not hold here: Bonferroni over the event times.
            p = min(1.0, float(figures["p"]) * len(joint.times))
        judged = _judged(k, fit, figures.get("mde", math.nan), p)
        estimate = figures.get("adjusted_association", math.nan)
        records.append(
            {"event_time": k, "kind": "primary" if k == 0 else "placebo" if k < 0 else "later"}
            | figures
            | {"p_adjusted": p, "direction": direction(estimate, judged["verdict"])}
            | fit.counts
            | judged
            | _cost(cells[k], lost[lost["event_time"] == k])
            | shared
        )
    return pd.DataFrame(records, columns=list(COLUMNS))


def _judged(k: int, fit: _Fit, mde: float, p_adjusted: float) -> dict[str, str]:
    """Return verdict and reason; a year before the plan has no verdict."""
    if k < 0:
        return {"verdict": "", "reason": "placebo"}
    counts = fit.counts
    verdict_name, reason = verdict(
        *(counts["n_provinces"], counts["n_exchangeable"], mde, p_adjusted),
        n_decisions=counts["n_decisions"],
    )
    return {"verdict": verdict_name, "reason": reason}


def _figures(fit: _Fit, band_level: float) -> dict[str, Any]:
    if fit.tested is None:
        return {}
    figures = dict(fit.tested.figures)
    low, high = (float(figures[name]) for name in ("ci_low", "ci_high"))
    if fit.tested.copied:
        band_low, band_high = low, high
    else:
        band_low, band_high = interval(fit.tested.design, fit.tested.draws, band_level)
    return figures | {"band_ci_low": min(band_low, low), "band_ci_high": max(band_high, high)}


def _cost(cells: pd.DataFrame, lost: pd.DataFrame) -> dict[str, Any]:
    """Return the targeted cells and provinces that this event time lacks, and why."""
    retained = set(
        cells.loc[cells["state"] == "targeted", _PROVINCE].itertuples(index=False, name=None)
    )
    without = set(lost[_PROVINCE].itertuples(index=False, name=None)) - retained
    counts = lost["reason"].value_counts()
    return {
        "n_lost": len(lost),
        "n_provinces_lost": len(without),
        "lost": "; ".join(f"{reason} {n}" for reason, n in counts.items()),
    }
