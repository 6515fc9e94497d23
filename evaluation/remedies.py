"""Size, bias, coverage and power of `parstats.remedies.estimate` on made-up plans.

``python -m evaluation.remedies`` runs what is still missing and writes
``docs/remedies-validation.md``; it can be stopped at any time and goes on from there, also on
another day: results lie in ``evaluation/results/remedies``, under the key of data and method.
``--sets 40`` runs no more than so many sets of each setting; ``--only types`` one part;
``--page`` writes the page from what is there.
"""

from __future__ import annotations

import argparse
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

from evaluation.remedies_page import page
from evaluation.remedies_settings import SHARD, Setting, panel, run_sets, settings
from parstats.remedies.association.hypotheses import everything
from parstats.remedies.association.testing import fitted
from parstats.remedies.simulation.simulate import SimulatedPlans
from parstats.remedies.simulation.synthetic_plans import RULES
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.panel_blocks import Projections

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "remedies-validation.md"
RESULTS = ROOT / "evaluation" / "results" / "remedies"
# Every so many settings, one set is run to know the method by what it gives.
_PROBED = 6
# Digits of the figures that make the key: far coarser than sums in another order differ by.
_DIGITS = 4


def method_key() -> str:
    """Key of data and method: what they give for a set of every sixth setting.

    Other code that gives the same figures is the same method.
    """
    hashed = hashlib.sha256()
    for setting in [item for item in settings() if item.part != "future"][::_PROBED]:
        probe = run_sets(setting, [0]).select_dtypes("number").round(_DIGITS) + 0.0
        hashed.update(probe.to_csv(index=False).encode())
    return hashed.hexdigest()[:12]


@dataclass(frozen=True)
class Piece:
    """Sets of one setting that are run together."""

    setting: Setting
    start: int
    count: int

    def path(self, folder: Path) -> Path:
        """Where its results lie."""
        return folder / f"{self.setting.name}@{self.start:04}.csv"


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
    wanted = range(piece.start, piece.start + piece.count)
    if path.exists() or set(wanted) <= _sets_done(folder, piece.setting):
        return
    part = path.with_suffix(f".{os.getpid()}.part")
    run_sets(piece.setting, wanted).round(6).to_csv(part, index=False)
    part.replace(path)


def _sets_done(folder: Path, setting: Setting) -> set[int]:
    path = folder / f"{setting.name}.csv"
    return set(pd.read_csv(path, usecols=["set"])["set"]) if path.exists() else set()


def collect(folder: Path) -> dict[Setting, pd.DataFrame]:
    """Put the pieces of each setting into one file, and return all results there are."""
    tables = {}
    for setting in settings():
        whole = folder / f"{setting.name}.csv"
        found = sorted(folder.glob(f"{setting.name}@*.csv"))
        parts = [pd.read_csv(path) for path in ([whole] if whole.exists() else []) + found]
        if not parts:
            continue
        table = pd.concat(parts, ignore_index=True).drop_duplicates()
        tables[setting] = table.sort_values("set", kind="stable").reset_index(drop=True)
        if found:
            part = whole.with_suffix(".part")
            tables[setting].to_csv(part, index=False)
            part.replace(whole)
            for path in found:
                path.unlink()
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
    limits = {rule: placebo_limit(rule) for rule in RULES}
    text, n_failed = page(collect(folder), settings(), limits)
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written; {n_failed} settings do not hold")
    return int(n_failed > 0)


def placebo_limit(rule: str) -> tuple[float, float]:
    """Association, and its clustered standard error, if every province and year had a plan.

    It is what the one real panel has by chance in store for plans of the rule.
    """
    made_for = panel(0)
    n_plans = sum(
        int(made_for.eligible(int(at)).any(axis=1).sum()) for at in made_for.outcome_years
    )
    plans = SimulatedPlans(made_for, None, rule, n_plans, 0.0)  # type: ignore[arg-type]
    made = plans.made(np.random.default_rng(0))
    layout = made_for.made_layout(made.standing, made.read)
    design = fitted(everything(layout, Projections.build(layout.blocks)))
    return (design.estimate, cr2(design).se) if design is not None else (0.0, float("inf"))


if __name__ == "__main__":
    sys.exit(main())
