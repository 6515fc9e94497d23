"""Size, bias, coverage and power of `parstats.remedies.estimate` on made-up plans.

``python -m evaluation.remedies`` runs what is still missing and writes
``docs/remedies-validation.md``; it can be stopped at any time and goes on from there, also on
another day: results lie in ``evaluation/results/remedies``, under the key of data and method.
``--sets 40`` runs no more than so many sets of each setting; ``--only types`` one part;
``--page`` writes the page from what is there.
"""

from __future__ import annotations

import argparse
import ast
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

#PAGE
from evaluation.remedies_settings import SHARD, Setting, run_sets, settings
from parstats import remedies
from parstats.panel import load_scores

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "remedies-validation.md"
RESULTS = ROOT / "evaluation" / "results" / "remedies"
# What decides on a result: the model, its tests, and the made-up plans.
_METHOD = (
    "remedies/cells/history.py",
    *(f"remedies/association/{name}.py" for name in ("panel_layout", "decisions", "testing")),
    *(f"remedies/association/{name}.py" for name in ("hypotheses", "measure_types", "verdict")),
    *(f"remedies/simulation/{name}.py" for name in ("standing_panels", "synthetic_plans")),
    *(f"remedies/simulation/{name}.py" for name in ("variance_components", "simulate")),
    *(f"stats/randomization/{name}.py" for name in ("panel_blocks", "design", "significance")),
    *(f"stats/randomization/{name}.py" for name in ("cluster_variance", "step_down")),
)


def method_key() -> str:
    """Key of data and method: comments, docstrings and layout of the code do not matter."""
    hashed = hashlib.sha256(load_scores("PAPI").to_csv(index=False).encode())
    for name in _METHOD:
        tree = ast.parse((ROOT / "src" / "parstats" / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
                node
            ):
                node.body = node.body[1:]
        hashed.update(ast.dump(tree).encode())
    return hashed.hexdigest()[:12]


@dataclass(frozen=True)
class Piece:
    """Sets of one setting that are run together."""

    setting: Setting
    start: int
    count: int

    def path(self, folder: Path) -> Path:
        """Where its results lie."""
        return folder / f"{self.setting.name}-{self.start:04}.csv"


def pieces(n_sets: int | None, only: str | None) -> Iterator[Piece]:
    """Every piece of work, the first sets of all settings first."""
    wanted = [setting for setting in settings() if only in (None, setting.part)]
    most = max(setting.n_sets for setting in wanted)
    for start, setting in itertools.product(range(0, most, SHARD), wanted):
        total = setting.n_sets if n_sets is None else min(n_sets, setting.n_sets)
        if start < total:
            yield Piece(setting, start, min(SHARD, total - start))


def run(folder: Path, piece: Piece) -> None:
    """Do one piece of work, unless it is done."""
    path = piece.path(folder)
    if path.exists() and len(pd.read_csv(path)["set"].unique()) >= piece.count:
        return
    results = run_sets(piece.setting, range(piece.start, piece.start + piece.count))
    part = path.with_suffix(f".{os.getpid()}.part")
    results.round(6).to_csv(part, index=False)
    part.replace(path)


def results(folder: Path) -> dict[Setting, pd.DataFrame]:
    """All results there are, by setting."""
    tables = {}
    for setting in settings():
        files = sorted(folder.glob(f"{setting.name}-[0-9]*.csv"))
        if files:
            tables[setting] = pd.concat(map(pd.read_csv, files), ignore_index=True)
    return tables


def main() -> int:
    """Run, judge, write."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.remedies", description=__doc__)
    parser.add_argument("--sets", type=int, help="no more than so many sets of each setting")
    parser.add_argument("--only", choices=sorted({setting.part for setting in settings()}))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--page", action="store_true", help="write the page, run nothing")
    options = parser.parse_args()
    folder = RESULTS / method_key()
    folder.mkdir(parents=True, exist_ok=True)
    if not options.page:
        todo = list(pieces(options.sets, options.only))
        Parallel(n_jobs=options.jobs, verbose=5)(delayed(run)(folder, piece) for piece in todo)
    text, n_failed = page(results(folder), settings())
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written; {n_failed} settings do not hold")
    return int(n_failed > 0)


def placebo_limit(rule: str) -> tuple[float, float]:
    """Association, and its clustered standard error, if every province and year had a plan.

    It is what the one real panel has by chance in store for plans of the rule.
    """
    from parstats.remedies.association.hypotheses import everything
    from parstats.remedies.association.testing import fitted
    from parstats.remedies.simulation.simulate import SimulatedPlans
    from parstats.remedies.simulation.standing_panels import standing_panel
    from parstats.stats.randomization.cluster_variance import cr2
    from parstats.stats.randomization.panel_blocks import Projections

    table = remedies.outcomes(load_scores("PAPI"), range(2018, 2025))
    panel = standing_panel(table[table["level"] == "criterion"].reset_index(drop=True))
    n_plans = sum(int(panel.eligible(int(at)).any(axis=1).sum()) for at in panel.outcome_years)
    made = SimulatedPlans(panel, None, rule, n_plans, 0.0).made(np.random.default_rng(0))  # type: ignore[arg-type]
    layout = panel.made_layout(made.standing, made.read)
    design = fitted(everything(layout, Projections.build(layout.blocks)))
    return (design.estimate, cr2(design).se) if design is not None else (0.0, float("inf"))


if __name__ == "__main__":
    sys.exit(main())
