"""Randomization inference beside loops over regressions with dummies."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import numpy as np
import pandas as pd

import parstats as ps
from benchmarks.timing import Line, median, once
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.cells.plan_listing import groups
from parstats.stats.randomization.design import Design, exchanges
from parstats.stats.randomization.panel_blocks import Blocks, Projections
from parstats.stats.randomization.reassignment import reassignment_statistics
from parstats.stats.randomization.significance import randomization_test

DRAWS = 2_000
# Draws of a loop that are run; its time is taken in proportion.
LOOPED = 20


def lines(scores: pd.DataFrame) -> Iterator[Line]:
    """Two-way fixed effects, 28 series of 2018-2024 as outcomes, a staggered treatment."""
    outcomes, treatment = _panel(scores)
    present = np.ones(treatment.shape, dtype=bool)
    group, series = np.zeros(len(treatment.T), dtype=int), np.arange(len(treatment.T))
    none = np.zeros((0, *treatment.shape))
    blocks = Blocks(outcomes[0], none, present, present, group, series)
    drawn = exchanges(blocks, DRAWS, np.random.default_rng(0))
    assignments = drawn.assignments
    ours = median(lambda: reassignment_statistics(blocks, treatment, assignments, outcomes))
    name = f"{DRAWS:,} treatments exchanged, {len(outcomes)} outcomes"
    yield Line(name, ours, "the goal", 1.0, measured=False)
    each = ours / len(outcomes)
    yield Line(
        f"{DRAWS:,} treatments exchanged, one outcome",
        each,
        *_statsmodels(outcomes, treatment, assignments),
    )
    yield Line(
        f"{DRAWS:,} treatments exchanged, one outcome",
        each,
        *_feols(outcomes, treatment, assignments),
    )

    def freedman_lane() -> None:
        for outcome in outcomes:
            design = Design(
                Projections.build(Blocks(outcome, none, present, present, group, series)), treatment
            )
            randomization_test(design, design.draws(drawn))

    name = f"{DRAWS:,} Freedman-Lane draws with intervals, {len(outcomes)} outcomes"
    yield Line(name, median(freedman_lane), "the goal", 1.0, measured=False)
    cells = _all_type_cells(scores)
    estimates: list[pd.DataFrame] = []
    took = median(lambda: estimates.append(ps.remedies.estimate(cells, by="measure_type")), 3)
    name = f"{len(estimates[0])} types of measure, Romano-Wolf, {len(cells):,} cells"
    yield Line(name, took, "the goal", 5.0, measured=False)


def _panel(scores: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes of provinces that are complete, and a treatment that half of them take up."""
    criteria = scores[(scores["level"] == "criterion") & scores["year"].between(2018, 2024)]
    wide = criteria.pivot(index="province", columns=["series", "year"], values="score")
    series = [name for name, years in wide.T.groupby(level=0).size().items() if years == 7]
    wide = wide[series].dropna()
    outcomes = wide.to_numpy().reshape(len(wide), len(series), 7).transpose(1, 0, 2)
    start = np.random.default_rng(1).integers(1, 7, len(wide))
    treatment = (np.arange(7) >= start[:, None]) & (np.arange(len(wide)) % 2 == 0)[:, None]
    return np.ascontiguousarray(outcomes), treatment.astype(np.float64)


def _all_type_cells(scores: pd.DataFrame) -> pd.DataFrame:
    """All cells of the panel, 60 made-up plans that list ten series each, two types for each."""
    cells = ps.remedies.outcomes(scores)
    rng = np.random.default_rng(0)
    kinds = sorted(groups())
    columns = {"state": "background", "plans": "", "measure_types": "", "coarse_groups": ""}
    cells = cells.assign(**columns)
    members = cells.groupby(["province", "year"], sort=True).indices
    keys = list(members)
    for number, at in enumerate(rng.choice(len(keys), 60, replace=False)):
        group = cells.index[members[keys[at]]]
        chosen = rng.choice(group, 10, replace=False)
        cells.loc[group, "state"] = "not_targeted"
        cells.loc[chosen, "state"] = "targeted"
        cells.loc[chosen, "plans"] = f"plan-{number}"
        two = [";".join(rng.choice(kinds, 2, replace=False)) for _ in chosen]
        cells.loc[chosen, "measure_types"] = two
    return cells


def _long(outcomes: np.ndarray, treatment: np.ndarray) -> pd.DataFrame:
    province, year = np.indices(treatment.shape)
    return pd.DataFrame(
        {
            "y": outcomes[0].ravel(),
            "d": treatment.ravel(),
            "province": province.ravel(),
            "year": year.ravel(),
        }
    )


def _statsmodels(
    outcomes: np.ndarray, treatment: np.ndarray, assignments: np.ndarray
) -> tuple[str, float]:
    import statsmodels
    import statsmodels.api as sm

    table = _long(outcomes, treatment)
    dummies = pd.get_dummies(table[["province", "year"]].astype(str), drop_first=True, dtype=float)
    x = np.column_stack([table["d"], np.ones(len(table)), dummies])
    groups = table["province"].to_numpy()

    def loop() -> None:
        for assignment in assignments[:LOOPED]:
            x[:, 0] = treatment[assignment].ravel()
            sm.OLS(table["y"].to_numpy(), x).fit(cov_type="cluster", cov_kwds={"groups": groups})

    took = once(loop) * DRAWS / LOOPED
    return f"statsmodels {statsmodels.__version__} arrays, from {LOOPED} draws", took


def _feols(
    outcomes: np.ndarray, treatment: np.ndarray, assignments: np.ndarray
) -> tuple[str, float]:
    if importlib.util.find_spec("pyfixest") is None:
        return "pyfixest not installed", float("nan")
    import pyfixest

    table = _long(outcomes, treatment)

    def loop() -> None:
        for assignment in assignments[:LOOPED]:
            treated = table.assign(d=treatment[assignment].ravel())
            pyfixest.feols("y ~ d | province + year", treated, vcov={"CRV1": "province"})

    loop()  # what is compiled or loaded once
    took = once(loop) * DRAWS / LOOPED
    return f"pyfixest {pyfixest.__version__} feols, from {LOOPED} draws", took


def growth(scores: pd.DataFrame) -> Iterator[str]:
    """Cells and draws of the whole model: baselines, previous changes, two kinds of effects."""
    cells = ps.remedies.outcomes(scores).assign(state="background")
    cells = cells[cells["level"] == "criterion"]
    for first in (2023, 2019, 2013):
        layout = panel_layout(cells[cells["year"] >= first])
        chosen = layout.cells["baseline"] < -1
        treatment = layout.spread((chosen & (layout.row % 3 == 0)).to_numpy(dtype=np.float64))
        projections = Projections.build(layout.blocks)
        design = Design(projections, treatment)
        for draws in (1_000, 10_000):
            assignments = exchanges(layout.blocks, draws, np.random.default_rng(0))
            took = once(
                lambda assignments=assignments, design=design: randomization_test(
                    design, design.draws(assignments)
                )
            )
            yield f"{len(layout.cells):>7,} cells {draws:>7,} draws {took:8.3f} s"
