"""``python -m evaluation.second_coding``: agreement of two coders, and of the model with them.

The bundled model is fitted to the invented plans, so it is scored on the third set alone: eighty
measures that nobody who worked on the model had read when it was final.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score

from evaluation.coded import CODED, ROOT
from evaluation.written import invented_documents, invented_measures, rows, second_types
from parstats.plans.classify.classifier import classify
from parstats.plans.classify.measure_types import TYPES

FOLDER = Path(__file__).parent
#: Least F1 of the model, on average of both coders: that of the two coders less this.
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


def by_type(first: np.ndarray, second: np.ndarray, model: np.ndarray | None = None) -> list[str]:
    """Return a line a type: how often each gave it, both did, and kappa; how often the model did.

    Kappa of a type that neither gave is left out.
    """
    lines = [f"{'type':11} first  second  both  kappa" + ("  model" if model is not None else "")]
    for place, name in enumerate(TYPES):
        a, b = first[:, place], second[:, place]
        kappa = f"{cohen_kappa_score(a, b):5.2f}" if (a | b).any() else "     "
        text = f"{name:11} {a.sum():5}  {b.sum():6}  {(a & b).sum():4}  {kappa}"
        lines.append(text + (f"  {model[:, place].sum():5}" if model is not None else ""))
    return lines


def with_both(
    first: np.ndarray, second: np.ndarray, model: np.ndarray
) -> tuple[float, float, float]:
    """Return the mean of F1 with either coder, and its middle 95 % over measures drawn."""

    def mean(at: np.ndarray) -> float:
        return float(
            np.mean([f1_score(each[at].ravel(), model[at].ravel()) for each in (first, second)])
        )

    draws = np.random.default_rng(SEED).integers(0, len(first), (DRAWS, len(first)))
    low, high = np.quantile([mean(draw) for draw in draws], [0.025, 0.975])
    return mean(np.arange(len(first))), float(low), float(high)


def assigned(measures: Sequence[dict[str, str]]) -> np.ndarray:
    """Return the decisions of the bundled model."""
    table = classify(
        [row["measure"] for row in measures],
        criteria=[row["criterion_as_written"] for row in measures],
    )
    by_record = table.groupby("record")["measure_type"].agg(";".join)
    return decisions([by_record.get(at, "") for at in range(len(measures))])


def earlier() -> list[str]:
    """Return how far the coders agree on the sixty measures and on the thirty of real plans."""
    places = list(second_types())
    first = decisions([";".join(invented_measures()[at][2]) for at in places])
    second = decisions([";".join(types) for types in second_types().values()])
    files = [invented_documents()[at] for at in places]
    coded = {
        (row["plan"], row["row"]): row for row in rows(ROOT / "data" / "raw" / "plans" / CODED)
    }
    real = rows(FOLDER / "coded_plans.csv")
    thirty = decisions([coded[row["plan"], row["row"]]["measure_type"] for row in real])
    by_other = decisions([row["types"] for row in real])
    # Three documents are too few to draw from: measures are.
    each = [f"{row['plan']} {row['row']}" for row in real]
    return [
        line("invented plans: the two coders", first, second, files),
        line("coded plans: the two coders", thirty, by_other, each),
    ]


def main() -> None:
    """Print the agreement of the coders and of the model."""
    print("\n".join(earlier()))
    third = rows(FOLDER / "third_set.csv")
    first, second = (decisions([row[name] for row in third]) for name in ("first", "second"))
    model = assigned(third)
    each = [row["number"] for row in third]
    print(line("third set: the two coders", first, second, each))
    print(line("third set: model and first", first, model, each))
    print(line("third set: model and second", second, model, each))
    print("\n".join(by_type(first, second, model)))
    goal = agreement(first, second)[0] - MARGIN
    reached, low, high = with_both(first, second, model)
    verdict = "reached" if reached >= goal else "MISSED"
    print(
        f"goal: F1 {goal:.3f} (the coders' less {MARGIN}); "
        f"the model's {reached:.3f} ({low:.3f}-{high:.3f}): {verdict}"
    )


if __name__ == "__main__":
    main()
