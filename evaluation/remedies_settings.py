"""The settings of the validation of the remedies, written down before any of them was run.

Part "rules": plans that do nothing, or add 0.3 SD, on drawn panels and on the real one, by every
rule. "types": ten types of measures, one of which works, all of which work alike, or that always
come together. "later": the change up to later years, for effects that end, last, fade or come late.
"missing": scattered figures that are missing. "hidden": half of all other provinces have plans like
these that nobody read. "copied": whole regions copy, with few and with many decisions. "future":
targeted series gain anyway what nobody knows of, and the plans do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from parstats import remedies
from parstats.panel import load_scores
from parstats.remedies.association.hypotheses import everything
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.association.testing import fitted, tested
from parstats.remedies.simulation.simulate import FADING, SimulatedPlans
from parstats.remedies.simulation.standing_panels import (
    StandingPanel,
    standing_panel,
    with_missing,
)
from parstats.remedies.simulation.synthetic_plans import RULES
from parstats.remedies.simulation.variance_components import variance_components
from parstats.stats.randomization.design import exchanges
from parstats.stats.randomization.panel_blocks import Projections

YEARS = range(2018, 2025)
DRAWS = 399
SHARD = 100
#: Seed of all sets; not one that the model was chosen on.
SEED = 20261129
TYPES = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J")
# Three tenths of the targeted cells have each type, latent correlation one half.
_TYPE_LIMIT, _CORRELATION = 0.5244, 0.5
PATHS = {
    "fades": FADING,
    "ends": (1.0,),
    "lasts": (1.0,) * 7,
    "comes late": (0.0, 0.5, 1.0, 1.0, 1.0),
}


@dataclass(frozen=True)
class Setting:
    """One setting of made-up plans."""

    part: str
    outcomes: str
    rule: str
    n_plans: int
    effect: float
    n_sets: int = 1_000
    kind: str = ""  # of types: which work; of later years: the path of the effect
    horizon: int = 0
    missing: float = 0.0
    hidden_share: float = 0.0

    @property
    def name(self) -> str:
        """Name of its files."""
        words = (self.part, self.outcomes, self.rule, self.n_plans, f"{self.effect:g}", self.kind)
        share = f"{100 * max(self.missing, self.hidden_share):g}%" * bool(
            self.missing or self.hidden_share
        )
        later = f"k{self.horizon}" * (self.part == "later")
        return "-".join(
            str(word).replace(" ", "_") for word in (*words, share, later) if word != ""
        )

    @property
    def truth(self) -> float:
        """What the estimate is to find."""
        if self.part == "later":
            path = PATHS[self.kind]
            return self.effect * (path[self.horizon] if self.horizon < len(path) else 0.0)
        return 0.0 if self.part == "future" else self.effect


def settings() -> list[Setting]:
    """All settings."""
    made = [
        Setting("rules", on, rule, n_plans, effect)
        for n_plans, effect in ((60, 0.0), (30, 0.3), (30, 0.0), (12, 0.0))
        for on in ("drawn", "real")
        for rule in RULES
        if not (rule == "region_copies" and n_plans < 60)
    ]
    made += [
        Setting("types", on, rule, 80, effect, 400, kind)
        for on, rule, effect, kind in (
            ("drawn", "worst", 0.4, "one works"),
            ("real", "long_low", 0.4, "one works"),
            ("real", "long_low", 0.0, "none works"),
            ("drawn", "worst", 0.3, "all alike"),
            ("drawn", "worst", 0.3, "together"),
            ("drawn", "worst", 0.4, "one each"),
            ("drawn", "worst", 0.4, "two each"),
        )
    ]
    made += [
        Setting("later", "drawn", rule, 60, 0.4, 400, kind, horizon)
        for rule, kind, horizon in (
            *((("random", kind, k)) for kind in PATHS for k in (0, 1, 2)),
            *((("long_low", "lasts", k)) for k in (1, 2)),
        )
    ]
    made += [
        Setting("missing", "drawn", "worst", 60, effect, 400, missing=share)
        for effect, share in ((0.0, 0.01), (0.0, 0.05), (0.3, 0.01))
    ]
    made += [
        Setting("hidden", "drawn", rule, 30, 0.3, 400, hidden_share=0.5)
        for rule in ("random", "worst", "long_low")
    ]
    made += [
        Setting("copied", on, "region_copies", n_plans, effect, 400)
        for on, n_plans, effect in (
            *(("drawn", 120, 0.0), ("drawn", 120, 0.3), ("real", 120, 0.0), ("drawn", 30, 0.3)),
        )
    ]
    # What targeted series gain anyway, plan or not: no covariate of the past can show it.
    made += [
        Setting("future", "drawn", rule, 60, gain, 400)
        for rule in ("random", "worst", "long_low")
        for gain in (0.15, 0.3)
    ]
    return made


@cache
def panel(horizon: int) -> StandingPanel:
    """The panel that plans are made up for: PAPI sub-dimensions."""
    table = remedies.outcomes(load_scores("PAPI"), YEARS, horizon=horizon)
    return standing_panel(table[table["level"] == "criterion"].reset_index(drop=True), horizon)


def run_sets(setting: Setting, sets: Iterable[int]) -> pd.DataFrame:
    """Run some sets of a setting: a row a set; of types a row a set and type."""
    with threadpool_limits(1, "blas"):
        rows = [_run_set(setting, number) for number in sets]
    return pd.concat(rows, ignore_index=True)


def _run_set(setting: Setting, number: int) -> pd.DataFrame:
    rng = np.random.default_rng([SEED, number])
    whole = panel(setting.horizon)
    used = with_missing(whole, setting.missing, rng) if setting.missing else whole
    plans = SimulatedPlans(
        used,
        variance_components(whole) if setting.outcomes == "drawn" else None,
        *(setting.rule, setting.n_plans),  # type: ignore[arg-type]
        0.0 if setting.part == "types" else setting.effect,
        setting.hidden_share,
        path=PATHS[setting.kind] if setting.part == "later" else FADING,
    )
    made = plans.made(rng)
    cells = used.cells(made.standing, made.read)
    if setting.part == "types":
        return _types(setting, cells, rng).assign(set=number)
    layout = panel_layout(cells)
    row = everything(layout, Projections.build(layout.blocks))
    design = fitted(row)
    assert design is not None, setting
    result = tested(row, design, exchanges(layout.blocks, DRAWS, rng), 0.95)
    kept = ("adjusted_association", "se", "ci_low", "ci_high", "p", "mde", "inference")
    return pd.DataFrame([{name: result.figures[name] for name in kept} | {"set": number}])


def _types(setting: Setting, cells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give targeted cells types, add what those that work add, and estimate."""
    aimed = np.flatnonzero(cells["state"] == "targeted")
    common, own = rng.normal(size=(len(aimed), 1)), rng.normal(size=(len(aimed), len(TYPES)))
    latent = np.sqrt(_CORRELATION) * common + np.sqrt(1 - _CORRELATION) * own
    has = latent > _TYPE_LIMIT
    if setting.kind == "together":
        has = np.repeat(has[:, :2], len(TYPES) // 2, axis=1)
    if setting.kind == "two each":
        has = latent.argsort(axis=1).argsort(axis=1) >= len(TYPES) - 2
    if setting.kind == "one each":
        has = latent.argmax(axis=1)[:, None] == np.arange(len(TYPES))
    added = np.zeros(len(cells))
    if setting.kind in ("one works", "one each", "two each"):
        added[aimed] = setting.effect * has[:, 0]
    elif setting.kind in ("all alike", "together"):
        added[aimed] = setting.effect
    names = np.full(len(cells), "", dtype=object)
    names[aimed] = [
        ";".join(name for name, there in zip(TYPES, row, strict=True) if there) for row in has
    ]
    cells = cells.assign(change=cells["change"] + added, measure_types=names)
    table = remedies.estimate(cells, by="measure_type", n_draws=DRAWS, seed=1, separately=False)
    kept = ["value", "model", "adjusted_association", "se", "p", "p_adjusted", "verdict", "reason"]
    return table[kept]
