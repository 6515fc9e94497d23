"""``python -m evaluation.second_coding``: agreement of two coders, and of the model with them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score

from evaluation.classifying import fitted, training
from evaluation.coded import CODED, ROOT, VARIABLE, documents
from evaluation.written import rows
from parstats.plans.classify.classifier import Model, classify
from parstats.plans.classify.measure_types import TYPES

FOLDER = Path(__file__).parent
#: Least F1 of the model on the sixty: that of the two coders less this.
MARGIN = 0.05
DRAWS, SEED = 2_000, 7


def decisions(types: Sequence[str]) -> np.ndarray:
    """Return for each measure and type whether it was given; shape (measures, types)."""
    named = [set(text.split(";")) for text in types]
    return np.array([[name in each for name in TYPES] for each in named])


def agreement(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return F1 over all decisions, and Cohen's kappa over them."""
    a, b = first.ravel(), second.ravel()
    return float(f1_score(a, b)), float(cohen_kappa_score(a, b))


def interval(
    first: np.ndarray, second: np.ndarray, documents: Sequence[str]
) -> tuple[float, float]:
    """Return the middle 95 % of F1 over documents drawn with replacement."""
    generator = np.random.default_rng(SEED)
    members = [np.flatnonzero(np.array(documents) == name) for name in sorted(set(documents))]
    draws = generator.integers(0, len(members), (DRAWS, len(members)))
    drawn = [np.concatenate([members[document] for document in draw]) for draw in draws]
    values = [f1_score(first[at].ravel(), second[at].ravel()) for at in drawn]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def line(name: str, first: np.ndarray, second: np.ndarray, documents: Sequence[str]) -> str:
    """Describe the agreement of two codings; the interval is over documents."""
    (f1, kappa), (low, high) = agreement(first, second), interval(first, second, documents)
    return f"{name:38}  n {len(first):3}  F1 {f1:.2f} ({low:.2f}-{high:.2f})  kappa {kappa:.2f}"


def assigned(measures: Sequence[dict[str, str]], with_model: Model | None = None) -> np.ndarray:
    """Return the decisions of the model, the bundled one or another."""
    table = classify(
        [row["measure"] for row in measures],
        criteria=[row["criterion_as_written"] for row in measures],
        with_model=with_model,
    )
    by_record = table.groupby("record")["measure_type"].agg(";".join)
    return decisions([by_record.get(at, "") for at in range(len(measures))])


def main() -> None:
    """Print the agreement of the coders and of the model."""
    by_second = rows(FOLDER / "invented_plans.csv")
    invented = {
        (row["file"], row["order"]): row
        for row in rows(ROOT / "evaluation" / "invented_plans" / "measures.csv")
    }
    sixty = [invented[row["file"], row["order"]] for row in by_second]
    first = decisions([row["measure_types"] for row in sixty])
    second = decisions([row["types"] for row in by_second])
    model = assigned(sixty)
    coded = {
        (row["plan"], row["row"]): row for row in rows(ROOT / "data" / "raw" / "plans" / CODED)
    }
    real = rows(FOLDER / "coded_plans.csv")
    thirty = decisions([coded[row["plan"], row["row"]]["measure_type"] for row in real])
    files = [row["file"] for row in by_second]
    print(line("invented plans: the two coders", first, second, files))
    print(line("invented plans: model and first", first, model, files))
    print(line("invented plans: model and second", second, model, files))
    if os.environ.get(VARIABLE):
        # As of a plan by an author of whom the model has seen nothing.
        unseen = assigned(sixty, fitted(*training(documents(), invented=False)))
        print(line("... fitted to no invented plan: first", first, unseen, files))
        print(line("... fitted to no invented plan: second", second, unseen, files))
    by_other = decisions([row["types"] for row in real])
    # Three documents are too few to draw from: measures are.
    each = [f"{row['plan']} {row['row']}" for row in real]
    print(line("coded plans: the two coders", thirty, by_other, each))
    goal = agreement(first, second)[0] - MARGIN
    reached = np.mean([agreement(coder, model)[0] for coder in (first, second)])
    verdict = "reached" if reached >= goal else "MISSED"
    print(f"goal: F1 {goal:.2f} (the coders' less {MARGIN}); the model's {reached:.2f}: {verdict}")


if __name__ == "__main__":
    main()
