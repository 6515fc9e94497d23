"""Association of being targeted with the change in years before and after the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index, old_names
from parstats.remedies.association.event_cells import event_cells, losses, lost_cells
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.association.verdict import verdict
from parstats.stats.detectable_effect import minimum_detectable_effect
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.design import Design, Draws, exchangeable, exchanges
from parstats.stats.randomization.panel_blocks import Projection, Projections, projected
from parstats.stats.randomization.significance import (
    interval,
    observed_statistic,
    randomization_test,
    statistics,
)
from parstats.stats.randomization.step_down import omnibus, romano_wolf

Floats = NDArray[np.float64]

COLUMNS: tuple[str, ...] = (
    *("event_time", "kind", "adjusted_association", "se", "df", "ci_low", "ci_high", "band_ci_low"),
    *("band_ci_high", "p", "p_adjusted", "n_plans", "n_provinces", "n_exchangeable", "n_cells"),
    *("n_compared", "n_lost", "n_provinces_lost", "lost", "mde", "omnibus_p", "omnibus_p_leads"),
    *("n_draws", "verdict", "reason"),
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
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    r"""Estimate the adjusted association by years from the plan's outcome year.

    At event time k the outcome is the change in the year k years after the primary outcome year,
    explained by its own baseline and previous change as in `parstats.remedies.estimate`; each event
    time has its own cells. Those that a break, or a missing figure, takes away are counted beside.

    Parameters
    ----------
    scores, measures, plans, list_types, formal_only
        As in `parstats.remedies.exposure`.
    leads, lags : int; years before and after the primary outcome year
    n_draws, seed : int; number of reassignments and seed; the same for all event times
    ci_level : float; of intervals and band

    Returns
    -------
    pandas.DataFrame: one row per event time: event_time, kind ("lead", "primary", "lag"),
        adjusted_association, se, df, ci_low, ci_high, band_ci_low, band_ci_high (hold for all event
        times at once), p, p_adjusted (Romano-Wolf over the event times), n_plans, n_provinces,
        n_exchangeable, n_cells (targeted), n_compared, n_lost (targeted cells that do not exist or
        do not count at this event time), n_provinces_lost (provinces left without any), lost (how
        many for what reason, the largest first; the words are in `event_losses`), mde, omnibus_p
        (anything at any event time), omnibus_p_leads (at any lead), n_draws, verdict, reason. Where
        nothing can be estimated the figures are missing and the reason says why.

    Raises
    ------
    InsufficientData, InvalidRequest: if no plan targets a series, or there is no cell; if tables or
        options are not as described

    Notes
    -----
    **Leads test no parallel trends here.** Plans target what is low, or fell, in the year before
    their outcome; that year's change is the outcome at event time -1, so the association there is
    negative by selection, and at -2 too as far as low standing lasts. It would be zero only if
    cells were targeted at random. A negative lead shows that plans answer to the figures; it is
    what baseline and previous change are held for at event time 0, and no sign that they fail.

    The band is that of intervals at one common, higher level: the smallest p-value over the event
    times falls below one less that level in a share 1 - `ci_level` of the reassignments (Westfall
    and Young 1993, "minP"). The adjusted p-values are from the same p-values. So an event time with
    few provinces does not widen the others, as the largest t statistic would.

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
    options: dict[str, Any] = {"list_types": list_types, "formal_only": formal_only}
    cells = event_cells(scores, measures, plans, times, **options)
    lost = lost_cells(scores, measures, plans, cells, **options)
    if lost.empty and not any(
        (time_cells["state"] == "targeted").any() for time_cells in cells.values()
    ):
        raise errors.InsufficientData("no plan that counts targets a series: there is no event")
    fits = _fits(cells, n_draws, seed)
    return _table(cells, lost, fits, n_draws, ci_level)


@old_names(formal="formal_only")
def event_losses(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    leads: int = 2,
    lags: int = 2,
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
) -> pd.DataFrame:
    """Count the cells that `event_study` loses to breaks and missing figures.

    Parameters
    ----------
    scores, measures, plans, leads, lags, list_types, formal_only
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
    options: dict[str, Any] = {"list_types": list_types, "formal_only": formal_only}
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
    """One event time: counts and, where it can be estimated, the design and its draws."""

    counts: dict[str, int]
    design: Design | None
    drawn: Draws | None


def _fits(cells: dict[int, pd.DataFrame], n_draws: int, seed: int) -> dict[int, _Fit]:
    """Fit each event time; the cells are the same in all, only their states differ."""
    result: dict[int, _Fit] = {}
    present: Projection | None = None
    reassignments: NDArray[np.int64] | None = None
    for event_time, time_cells in cells.items():
        layout = panel_layout(time_cells)
        blocks = layout.blocks
        treatment = layout.treatment(np.ones(len(time_cells), dtype=bool))
        treated = (treatment > 0).any(axis=1)
        counts = {
            "n_plans": _n_plans(time_cells),
            "n_provinces": int(treated.sum()),
            "n_exchangeable": int((treated & exchangeable(blocks.present)).sum()),
            "n_cells": int((treatment > 0).sum()),
            "n_compared": int((blocks.estimation_sample & ~(treatment > 0)).sum()),
        }
        if present is None or reassignments is None:
            present = projected(blocks, blocks.present)
            reassignments = exchanges(blocks.present, n_draws, np.random.default_rng(seed))
        result[event_time] = _Fit(counts, None, None)
        if counts["n_cells"]:
            try:
                projections = Projections(
                    blocks, projected(blocks, blocks.estimation_sample), present
                )
                design = Design(projections, treatment)
            except errors.InsufficientData:
                # Told as "no_contrast" in the row of this event time.
                continue
            result[event_time] = _Fit(counts, design, design.draws(reassignments))
    return result


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
        available = {k: (fit.design, fit.drawn) for k, fit in fits.items()}
        times, observed, drawn = [], [], []
        for k, (design, draws) in available.items():
            if design is not None and draws is not None:
                times.append(k)
                observed.append(observed_statistic(design))
                drawn.append(statistics(draws.numerators, draws.scores))
        return cls(times, np.array(observed), np.stack(drawn, 1) if times else np.zeros((0, 0)))

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

    def omnibus(self, leads_only: bool) -> float:
        """Return the p-value of no association at any event time, by the largest statistic."""
        tested = [at for at, k in enumerate(self.times) if k < 0 or not leads_only]
        return omnibus(self.observed[tested], self.drawn[:, tested])[0] if tested else math.nan


def _table(
    cells: dict[int, pd.DataFrame],
    lost: pd.DataFrame,
    fits: dict[int, _Fit],
    n_draws: int,
    ci_level: float,
) -> pd.DataFrame:
    joint = _Joint.build(fits)
    adjusted, band_critical_value = joint.adjusted(), joint.level(ci_level)
    shared = {
        "omnibus_p": joint.omnibus(leads_only=False),
        "omnibus_p_leads": joint.omnibus(leads_only=True),
        "n_draws": n_draws,
    }
    records = []
    for k, fit in fits.items():
        figures = _figures(fit, ci_level, band_critical_value) | {
            "p_adjusted": adjusted.get(k, math.nan)
        }
        verdict_name, reason = verdict(
            fit.counts["n_provinces"],
            fit.counts["n_exchangeable"],
            figures.get("mde", math.nan),
            figures["p_adjusted"],
        )
        kind = "primary" if k == 0 else "lead" if k < 0 else "lag"
        about = {"event_time": k, "kind": kind, "verdict": verdict_name, "reason": reason}
        records.append(
            about | fit.counts | figures | _cost(cells[k], lost[lost["event_time"] == k]) | shared
        )
    return pd.DataFrame(records, columns=list(COLUMNS))


def _figures(fit: _Fit, ci_level: float, band_critical_value: float) -> dict[str, float]:
    if fit.design is None or fit.drawn is None:
        return {}
    robust = cr2(fit.design)
    tested = randomization_test(fit.design, fit.drawn, ci_level)
    band_ci_low, band_ci_high = interval(fit.design, fit.drawn, band_critical_value)
    return {
        "adjusted_association": fit.design.estimate,
        "se": robust.se,
        "df": robust.df,
        "ci_low": tested.ci_low,
        "ci_high": tested.ci_high,
        "band_ci_low": min(band_ci_low, tested.ci_low),
        "band_ci_high": max(band_ci_high, tested.ci_high),
        "p": tested.p,
        # One targeted province leaves no degree of freedom; at least one is needed to tell.
        "mde": minimum_detectable_effect(
            tested.spread, max(robust.df, 1.0) if math.isfinite(robust.df) else 1.0
        ),
    }


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
