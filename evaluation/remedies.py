"""Size, bias, coverage and power of `parstats.remedies.estimate` on made-up plans.

``python -m evaluation.remedies`` runs what is still missing and writes
``docs/remedies-validation.md``; it can be stopped at any time and goes on from there.
``--sets 200`` is a quick look that writes nothing but its own results.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import itertools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from parstats import remedies
from parstats.panel import load_scores
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.simulation.simulate import On
from parstats.remedies.simulation.synthetic_plans import RULES, Rule, draw_plans
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.design import Design
from parstats.stats.randomization.panel_blocks import Projections

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "remedies-validation.md"
YEARS = range(2018, 2025)
SETS = {("drawn", 0.0): 4_000, ("drawn", 0.3): 1_000, ("real", 0.0): 1_000, ("real", 0.3): 1_000}
DRAWS = 499
SHARD = 250
#: What a cell must hold: size, absolute bias, coverage.
SIZE, BIAS, COVERAGE = (0.035, 0.065), 0.02, (0.935, 0.965)


@dataclass(frozen=True)
class Cell:
    """One setting of made-up plans."""

    outcomes: On
    n_plans: int
    rule: Rule
    hidden_share: float
    effect: float

    @property
    def name(self) -> str:
        """Name of its files."""
        share, effect = round(100 * self.hidden_share), round(100 * self.effect)
        return f"{self.outcomes}-{self.n_plans}-{self.rule}-hidden{share}-effect{effect}"


def cells() -> list[Cell]:
    """All settings. Hidden plans that do nothing are no plans, so they come with an effect only."""
    return [
        Cell(on, n_plans, rule, hidden, effect)  # type: ignore[arg-type]
        for on, effect, hidden, n_plans, rule in itertools.product(
            ("drawn", "real"), (0.0, 0.3), (0.0, 0.5), (12, 30, 60), RULES
        )
        if not (hidden and not effect)
    ]


def panel() -> pd.DataFrame:
    """The cells that plans are made up for: PAPI sub-dimensions."""
    table = remedies.outcomes(load_scores("PAPI"), YEARS)
    return table[table["level"] == "criterion"].reset_index(drop=True)


def shards(n_sets: int | None) -> Iterator[tuple[Cell, int, int]]:
    """Cell, first set and number of sets of every piece of work."""
    for cell in cells():
        total = SETS[cell.outcomes, cell.effect] if n_sets is None else n_sets
        for start in range(0, total, SHARD):
            yield cell, start, min(SHARD, total - start)


def run(table: pd.DataFrame, folder: Path, cell: Cell, start: int, count: int) -> None:
    """Do one piece of work, unless it is done."""
    path = folder / f"{cell.name}-{start}-{count}.csv"
    if path.exists():
        return
    options = dataclasses.asdict(cell)
    simulated = remedies.simulate(
        table, n_sets=range(start, start + count), n_draws=DRAWS, **options
    )
    part = path.with_suffix(f".{os.getpid()}.part")
    simulated.to_csv(part, index=False)
    part.replace(path)


def placebo_limit(table: pd.DataFrame, rule: Rule) -> tuple[float, float]:
    """Association, and its clustered standard error, if every province and year had a plan."""
    layout = panel_layout(table.assign(state="background"))
    years = layout.positions["year"].to_numpy()
    n_plans = sum(
        int(layout.blocks.present[:, years == year].any(axis=1).sum()) for year in np.unique(years)
    )
    plans = draw_plans(layout, rule, n_plans, np.random.default_rng(0))
    treatment = np.zeros(layout.blocks.outcome.shape)
    baseline, previous = layout.blocks.covariates
    for year in np.unique(years):
        columns = np.flatnonzero(years == year)
        treatment[:, columns] = plans.targeting(columns, baseline[:, columns], previous[:, columns])
    design = Design(Projections.build(layout.blocks), treatment)
    return design.estimate, cr2(design).se


def judged(table: pd.DataFrame, folder: Path, n_sets: int | None) -> pd.DataFrame:
    """A row a cell: what was found, and whether it holds."""
    limits = {rule: placebo_limit(table, rule) for rule in RULES}  # type: ignore[arg-type]
    rows = []
    for cell in cells():
        pieces = [piece for piece in shards(n_sets) if piece[0] == cell]
        simulated = pd.concat(
            pd.read_csv(folder / f"{cell.name}-{start}-{count}.csv") for _, start, count in pieces
        )
        summary = remedies.simulation_summary(simulated, effect=cell.effect)
        rows.append(dataclasses.asdict(cell) | summary.to_dict() | _verdict(cell, summary, limits))
    return pd.DataFrame(rows)


def _verdict(
    cell: Cell, summary: pd.Series, limits: dict[str, tuple[float, float]]
) -> dict[str, float | str]:
    """Whether a cell holds what it must; it fails only if its 99 % interval lies outside."""
    limit, error = limits[cell.rule]
    figures: dict[str, float | str] = {"limit": limit, "limit_se": error}
    if cell.hidden_share:
        return figures | {"held": "attenuated"}
    if cell.outcomes == "real":
        chance = np.hypot(error, summary["bias_se"])
        return figures | {"held": "yes" if abs(summary["bias"]) < 2 * chance else "no"}
    wrong = summary["coverage_high"] < COVERAGE[0] or summary["coverage_low"] > COVERAGE[1]
    if cell.effect == 0:
        wrong |= summary["rejected_mc_high"] < SIZE[0] or summary["rejected_mc_low"] > SIZE[1]
    wrong |= abs(summary["bias"]) - 2.576 * summary["bias_se"] > BIAS
    return figures | {"held": "no" if wrong else "yes"}


def page(judged_cells: pd.DataFrame) -> str:
    """The table as Markdown."""
    lines = [
        "# How the adjusted association was validated",
        "",
        "Made by `make validate-remedies`. Plans are made up for random provinces and years of",
        f"PAPI sub-dimensions with outcome years {YEARS[0]}-{YEARS[-1]} (pairs of years across a "
        "break left out); each targets 8 cells",
        f"by a rule. Tests use {DRAWS} reassignments. *drawn*: a new panel for each set of plans, "
        "from dynamics",
        "fitted to the real one, residuals of whole provinces resampled; *real*: the real panel. "
        "*hidden*: share",
        "of all other provinces and years with a plan like these that is not read. A cell of "
        "*drawn* holds unless",
        f"the 99 % interval of its size lies outside of {SIZE[0]:.1%}-{SIZE[1]:.1%}, that of its "
        f"coverage outside of {COVERAGE[0]:.1%}-{COVERAGE[1]:.1%}, or",
        f"its bias beyond {BIAS} standard deviations; one of *real* if its bias is below two "
        "clustered standard errors",
        "of the association that the rule shows when every province and year has a plan (one panel "
        "is one draw).",
        "With hidden plans the association is attenuated, by how much "
        "`parstats.remedies.unobserved_plans` foretells.",
        "",
    ]
    for effect, title in ((0.0, "Plans that do nothing"), (0.3, "Plans that add 0.3 SD")):
        effect_cells = judged_cells[judged_cells["effect"] == effect]
        what = "size" if effect == 0 else "power"
        lines += [
            f"## {title}",
            "",
            f"| panel | plans | rule | hidden | sets | {what} | bias (SE) | coverage | naive "
            "| naive rejects | held |",
            "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---|",
        ]
        lines += [
            f"| {row.outcomes} | {row.n_plans} | {row.rule} "
            f"| {row.hidden_share:.0%} | {row.sets:.0f} "
            f"| {row.rejected:.1%} | {row.bias:+.3f} ({row.bias_se:.3f}) | {row.coverage:.1%} "
            f"| {row.naive:+.2f} | {row.naive_rejected:.0%} | {row.held} |"
            for row in effect_cells.itertuples()
        ]
        lines.append("")
    limits = judged_cells.drop_duplicates("rule")
    lines += ["## If every province and year had a plan (real panel)", ""]
    lines += ["| rule | association | clustered SE |", "|---|---:|---:|"]
    lines += [
        f"| {row.rule} | {row.limit:+.3f} | {row.limit_se:.3f} |" for row in limits.itertuples()
    ]
    return "\n".join([*lines, ""])


def _folder(table: pd.DataFrame) -> Path:
    """Where results lie: another folder for other data or another version of the method."""
    hashed = hashlib.sha256(table.to_csv(index=False).encode())
    for part in ("remedies", "inference/randomization"):
        for path in sorted((ROOT / "src" / "parstats" / part).glob("*.py")):
            if path.stem in _METHOD:
                hashed.update(path.read_bytes())
    folder = ROOT / "build" / "validation" / hashed.hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


_METHOD = {"blocks", "design", "tested", "dynamics", "made_up", "simulation", "layout"}


def main() -> int:
    """Run, judge, write."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.remedies", description=__doc__)
    parser.add_argument("--sets", type=int, help="sets of plans a cell, for a quick look")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    table = panel()
    folder = _folder(table)
    todo = list(shards(options.sets))
    Parallel(n_jobs=options.jobs, verbose=5)(delayed(run)(table, folder, *piece) for piece in todo)
    verdicts = judged(table, folder, options.sets)
    text = page(verdicts)
    if options.sets is None:
        PAGE.write_text(text, encoding="utf-8")
        print(f"{PAGE.relative_to(ROOT)} written")
    else:
        print(text)
    failed = verdicts[verdicts["held"] == "no"]
    print(f"{len(verdicts)} cells, {len(failed)} do not hold")
    return int(len(failed) > 0)


if __name__ == "__main__":
    sys.exit(main())
