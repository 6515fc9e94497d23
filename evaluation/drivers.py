"""False finds and power of `parstats.drivers.leads` and `predictive` on made-up scores.

``python -m evaluation.drivers`` runs what is still missing and prints a table; it can be stopped at
any time and goes on from there. ``--sets 50`` is a quick look.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray

import parstats as ps
from parstats.reference import frameworks
from parstats.stats.panel_regression import regress

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
SETS, SHARD, DRAWS = 1_000, 50, 499
N, YEARS, DIMENSIONS, IN_DIMENSION = 63, 8, 8, 3
PARTS = DIMENSIONS * IN_DIMENSION
#: Rules by which the parts are made up. In none does a part lead, but where a lead is planted.
RULES = {
    "noise": "pure noise",
    "factor": "persistent parts (0.7 a year) of a common province factor that stays",
    "reversion": "levels that stay, half of them common, and as much noise of one year",
    "shared": "levels that stay, and shocks of a year that all parts of a province share",
    "current": "a common current that changes slowly (0.9 a year)",
    "uneven": "such a current, told by some parts much more than by others: beyond leads",
}
METHODS = {"with effects of provinces": True, "without": False}
#: Goals: false finds of a family, and finds of a planted lead of partial R2 0.1.
FALSE, FOUND, PLANTED = 0.07, 0.80, 0.1
BEYOND = {"uneven"}
# Sets of scores of leads for each one of the stability selection, which takes as long as ten.
PER_SELECTION = 10
#: Frequency in the stability selection from which a part counts as found.
FREQUENT = 0.9
# What the results rest on; another version of these files begins anew.
_METHOD = (
    "drivers/over_time/leads.py",
    "drivers/over_time/part_regressions.py",
    "stats/panel_regression.py",
    "stats/randomization/step_down.py",
    "panel/standings.py",
)


@dataclass(frozen=True)
class Cell:
    """One setting: how parts are made up, and whether the first one leads."""

    rule: str
    planted: bool

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.rule}-{'planted' if self.planted else 'null'}"


CELLS = [
    *(Cell(rule, planted=False) for rule in RULES),
    Cell("factor", planted=True),
    Cell("reversion", planted=True),
]


def drawn(rule: str, rng: np.random.Generator) -> Floats:
    """Return made-up parts, shape (years, units, parts)."""
    shape = (YEARS, N, PARTS)
    common = rng.normal(size=(N, 1))
    noise = rng.normal(size=shape)
    if rule == "noise":
        return noise
    if rule == "factor":
        own = noise[0]
        parts = np.empty(shape)
        for year in range(YEARS):
            own = 0.7 * own + np.sqrt(1 - 0.7**2) * noise[year]
            parts[year] = 0.8 * common + 0.6 * own
        return parts
    levels = np.sqrt(0.5) * common + np.sqrt(0.5) * rng.normal(size=(N, PARTS))
    if rule == "reversion":
        return levels + noise
    if rule == "shared":
        return levels + 0.5 * rng.normal(size=(YEARS, N, 1)) + 0.8 * noise
    share, spread = np.full(PARTS, 0.8), np.full(PARTS, 0.6)
    if rule == "uneven":
        share, spread = rng.uniform(0.4, 1.1, PARTS), rng.uniform(0.3, 0.9, PARTS)
    parts = np.empty(shape)
    for year in range(YEARS):
        parts[year] = share * common + spread * noise[year]
        common = 0.9 * common + np.sqrt(1 - 0.9**2) * rng.normal(size=(N, 1))
    return parts


def plant(parts: Floats) -> Floats:
    """Let the first part raise all parts of other dimensions a year later, with partial R2 0.1."""
    others = parts[:, :, IN_DIMENSION:].sum(axis=2)
    unit = np.tile(np.arange(N), YEARS - 1)
    year = np.repeat(np.arange(YEARS - 1), N)
    x = np.column_stack([parts[:-1, :, 0].ravel(), others[:-1].ravel()])
    fit = regress(others[1:].ravel(), x, unit, units=unit, years=year)
    own = regress(x[:, 0], x[:, 1:], unit, units=unit, years=year)
    slope = np.sqrt(
        PLANTED / (1 - PLANTED) * np.square(fit.residuals).sum() / np.square(own.residuals).sum()
    )
    raised = parts.copy()
    raised[1:, :, IN_DIMENSION:] += slope * parts[:-1, :, :1] / (PARTS - IN_DIMENSION)
    return raised


def scores(parts: Floats) -> pd.DataFrame:
    """Return the parts as the scores of an index of one's own, of points that add up."""
    names = [f"p{number:02d}" for number in range(PARTS)]
    groups = {name: f"d{number // IN_DIMENSION}" for number, name in enumerate(names)}
    units = [f"unit {number:02d}" for number in range(N)]
    tables = {2011 + year: pd.DataFrame(parts[year], units, names) for year in range(YEARS)}
    return ps.index_from(tables, groups=groups, name="Made up")


def leads_of(cell: Cell, seed: int, *, province_effects: bool = True) -> pd.DataFrame:
    """Return the leads in one set of scores."""
    rng = np.random.default_rng([seed, list(RULES).index(cell.rule), cell.planted])
    parts = drawn(cell.rule, rng)
    table = scores(plant(parts) if cell.planted else parts)
    found = ps.drivers.leads(table, province_effects=province_effects, n_draws=DRAWS, seed=seed)
    frameworks.undefine("Made up")
    return found.parts


def result(
    cell: Cell, seed: int, methods: tuple[str, ...] = tuple(METHODS)
) -> list[dict[str, object]]:
    """Return what each method finds in one set of scores."""
    rows = []
    for method in methods:
        found = leads_of(cell, seed, province_effects=METHODS[method])
        p = found["p_adjusted"].to_numpy()
        rows.append(
            {
                "method": method,
                "found": p[0] <= 0.05,
                "false": bool((p[cell.planted :] <= 0.05).any()),
                "false_lead": bool((found["p_lead"].to_numpy()[cell.planted :] <= 0.05).any()),
                "false_single": float((found["p"].to_numpy()[cell.planted :] <= 0.05).mean()),
                "partial_r2": float(found["partial_r2"].iloc[0]),
                "coefficient": float(found["coefficient"].iloc[0]),
            }
        )
    return rows


def selected(planted: bool, seed: int) -> dict[str, float]:
    """Return what the stability selection of `predictive` finds in one set of pure noise."""
    rng = np.random.default_rng([seed, len(RULES), planted])
    parts = drawn("noise", rng)
    found = ps.drivers.predictive(
        scores(plant(parts) if planted else parts),
        methods="elastic_net",
        n_repeats=1,
        n_draws=199,
        seed=seed,
    )
    frameworks.undefine("Made up")
    often = found.selection[found.selection["frequency"] >= FREQUENT]["series"]
    is_first = often.str.endswith(".p00")
    help_ = found.performance.set_index("method").loc["elastic_net", "parts_help"]
    return {
        "found": float(is_first.any()),
        "false": float((~is_first | (not planted)).any()),
        "parts_help": float(help_),
    }


def selection_text(n_sets: int, n_jobs: int) -> str:
    """Return false finds and finds of the stability selection as Markdown."""
    lines = ["", "| stability selection | sets | false part | lead found | said to help |"]
    lines.append("|---|---:|---:|---:|---:|")
    for planted in (False, True):
        rows = Parallel(n_jobs=n_jobs)(
            delayed(selected)(planted, seed) for seed in range(max(1, n_sets // PER_SELECTION))
        )
        means = pd.DataFrame(rows).mean()
        lines.append(
            f"| pure noise, lead {'planted' if planted else 'none'} | {len(rows)} "
            f"| {means['false']:.1%} | {means['found']:.1%} | {means['parts_help']:.1%} |"
        )
    return "\n".join(lines)


def shards(n_sets: int) -> Iterator[tuple[Cell, int, int]]:
    """Cell, first set and number of sets of every piece of work; a bit of each cell at a time."""
    for start in range(0, n_sets, SHARD):
        for cell in CELLS:
            yield cell, start, min(SHARD, n_sets - start)


def run(folder: Path, cell: Cell, start: int, count: int) -> None:
    """Do one piece of work, unless it is done."""
    path = folder / f"{cell.name}-{start}-{count}.csv"
    if path.exists():
        return
    rows = [row for seed in range(start, start + count) for row in result(cell, seed)]
    part = path.with_suffix(f".{os.getpid()}.part")
    pd.DataFrame(rows).to_csv(part, index=False)
    part.replace(path)


def judged(folder: Path, n_sets: int) -> pd.DataFrame:
    """A row per cell and method: what was found, and whether it holds."""
    rows = []
    for cell in CELLS:
        pieces = [piece for piece in shards(n_sets) if piece[0] == cell]
        table = pd.concat(
            pd.read_csv(folder / f"{cell.name}-{start}-{count}.csv") for _, start, count in pieces
        )
        for method, part in table.groupby("method", sort=False):
            means = part.drop(columns="method").mean()
            held = means["false"] <= FALSE and (not cell.planted or means["found"] >= FOUND)
            state = "beyond" if cell.rule in BEYOND else "yes" if held else "no"
            rows.append(
                {"rule": cell.rule, "planted": cell.planted, "method": method, "sets": len(part)}
                | means.to_dict()
                | {"held": state}
            )
    return pd.DataFrame(rows)


def text(table: pd.DataFrame) -> str:
    """The table as Markdown."""
    lines = [
        f"{N} units, {YEARS} years, {PARTS} parts in {DIMENSIONS} dimensions; goals: a family of "
        f"parts with a false find in at most {FALSE:.0%},",
        f"a planted lead of partial R2 {PLANTED} found in at least {FOUND:.0%} of the sets.",
        "",
        "| rule | lead | effects of provinces | sets | false find | by p_lead alone | of single "
        "tests | lead found | its partial R2 | held |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in table.itertuples():
        power = f"{row.found:.1%} | {row.partial_r2:.2f}" if row.planted else "|"
        lines.append(
            f"| {RULES[row.rule]} | {'planted' if row.planted else 'none'} | {row.method} "
            f"| {row.sets} | {row.false:.1%} | {row.false_lead:.1%} | {row.false_single:.1%} "
            f"| {power} | {row.held} |"
        )
    return "\n".join(lines)


def _folder() -> Path:
    """Where results lie: another folder for another version of the method."""
    hashed = hashlib.sha256(Path(__file__).read_bytes())
    for name in _METHOD:
        hashed.update((ROOT / "src" / "parstats" / name).read_bytes())
    folder = ROOT / "build" / "evaluation" / f"drivers-{hashed.hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main() -> int:
    """Run, judge, print; 1 if leads with effects of provinces misses a goal."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.drivers", description=__doc__)
    parser.add_argument("--sets", type=int, default=SETS, help="sets of scores a cell")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    folder = _folder()
    pieces = list(shards(options.sets))
    Parallel(n_jobs=options.jobs, verbose=5)(delayed(run)(folder, *piece) for piece in pieces)
    table = judged(folder, options.sets)
    print(text(table))
    print(selection_text(options.sets, options.jobs))
    failed = table[(table["held"] == "no") & (table["method"] == next(iter(METHODS)))]
    print(f"{len(failed)} cells with effects of provinces do not hold")
    return int(len(failed) > 0)


if __name__ == "__main__":
    sys.exit(main())
