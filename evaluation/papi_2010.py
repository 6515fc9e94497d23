"""The first round of PAPI again: whether provinces surveyed in 2010 score higher in 2011.

Malesky, Phan and Le (2022, Fulbright Review of Economics and Policy, doi
10.1108/FREP-02-2022-0006) compare the 30 provinces that PAPI surveyed in 2010 with their
statistical twins that it did not, of which one of each pair was drawn by lot, on the dimensions of
2011. They report that having been surveyed helped almost all dimensions, and that only
administrative procedures stayed better later on.

The list of the provinces and of the pairs is not part of this repository: no text at hand names
them. Who has it writes it into a file with the columns province (name or code), surveyed (1 or 0)
and, if known, pair, and runs ``python -m evaluation.papi_2010 FILE``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import parstats as ps

YEAR = 2011
#: Whom PAPI surveyed in 2010.
N_SURVEYED = 30


def read_rounds(path: Path) -> pd.DataFrame:
    """Return province, surveyed and pair of a file; a wrong file is refused with what is wrong."""
    table = pd.read_csv(path, dtype=str)
    missing = [name for name in ("province", "surveyed") if name not in table]
    if missing:
        raise ps.errors.InvalidRequest(
            f"{path}: no column {', '.join(missing)}; expected province, surveyed (1 or 0), pair"
        )
    table["province"] = ps.match_provinces(table["province"].tolist(), year=YEAR)
    table["surveyed"] = table["surveyed"].map({"1": 1, "0": 0})
    if table["surveyed"].isna().any() or table["province"].duplicated().any():
        raise ps.errors.InvalidRequest(f"{path}: surveyed is 1 or 0, and each province stands once")
    if int(table["surveyed"].sum()) != N_SURVEYED:
        raise ps.errors.InvalidRequest(
            f"{path}: {int(table['surveyed'].sum())} provinces are surveyed, expected {N_SURVEYED}"
        )
    return table if "pair" in table else table.assign(pair="")


def effects(
    scores: pd.DataFrame, rounds: pd.DataFrame, n_draws: int = 9999, seed: int = 0
) -> pd.DataFrame:
    """Return the difference in each dimension and in the total, with randomization p-values.

    With pairs the lot is drawn anew within each, without them among all provinces of the file. The
    family-wise p is of the largest difference in standard errors over all dimensions.
    """
    wide = ps.panel.wide(scores, YEAR, level="dimension", complete=True)
    wide = wide.assign(papi=wide.sum(axis=1))
    table = rounds[rounds["province"].isin(wide.index)]
    with_pairs = table["pair"].fillna("").ne("").any()
    if with_pairs:
        complete = table.groupby("pair")["surveyed"].agg(["size", "sum"])
        pairs = complete.index[(complete["size"] == 2) & (complete["sum"] == 1)]
        table = table[table["pair"].isin(pairs)].sort_values("pair")
    outcome = wide.loc[table["province"]].to_numpy()
    treated = table["surveyed"].to_numpy(float)
    rng = np.random.default_rng(seed)
    if with_pairs:
        flips = rng.integers(0, 2, size=(n_draws, len(pairs))).repeat(2, axis=1)
        drawn = np.where(flips == 1, 1 - treated, treated)
    else:
        drawn = np.array([rng.permutation(treated) for _ in range(n_draws)])
    observed, permuted = _differences(treated[None], outcome)[0], _differences(drawn, outcome)
    spread = permuted.std(axis=0)
    p = (1 + (np.abs(permuted) >= np.abs(observed) - 1e-12).sum(axis=0)) / (1 + n_draws)
    largest = (np.abs(permuted) / spread).max(axis=1)
    above = (largest[:, None] >= np.abs(observed) / spread - 1e-12).sum(axis=0)
    return pd.DataFrame(
        {
            "series": wide.columns,
            "difference": observed,
            "in_sd": observed / wide.std(ddof=0).to_numpy(),
            "p": p,
            "p_adjusted": (1 + above) / (1 + n_draws),
            "n_provinces": len(table),
            "n_pairs": len(pairs) if with_pairs else 0,
        }
    )


def _differences(treated: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return the means of those surveyed less those of the others, shape (draws, series)."""
    n = treated.sum(axis=1, keepdims=True)
    difference: np.ndarray = treated @ outcome / n - (1 - treated) @ outcome / (
        treated.shape[1] - n
    )
    return difference


def main() -> int:
    """Print the table, or what is missing for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    if options.file is None:
        print("no list of the provinces surveyed in 2010 is at hand: give a file (see --help)")
        return 1
    try:
        table = effects(ps.load_scores("PAPI"), read_rounds(options.file))
    except (OSError, ps.errors.ParstatsError) as error:
        print(error, file=sys.stderr)
        return 1
    print(table.round(3).to_string(index=False))
    print("The paper: almost all dimensions higher in 2011; procedures alone stayed so.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
