"""Fitting the model of cue words, as a table of terms, types and weights.

One logistic regression over all pairs of a measure and a type, so that what is common to all types
is learnt once. Weights of single cues, words and pairs of words are shrunk: their columns are
scaled by `scale`, which under the same penalty lets them move less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from parstats.plans.classify.cue_model import BASE, CUE
from parstats.plans.classify.measure_features import TRAITS, Features
from parstats.plans.classify.measure_types import TYPES

SCALE = 1.0
# A word speaks for a type if it was seen so that often, in this share of its measures at least,
# and so much more often than the type is given at all.
LEAST_TIMES, LEAST_SHARE, LEAST_LIFT = 2, 0.3, 2.0


@dataclass(frozen=True)
class Fitted:
    """A fitted model: the table that the package reads, and the regression it was taken from."""

    table: pd.DataFrame
    regression: LogisticRegression
    columns: tuple[tuple[str, str], ...]
    scale: float

    def design(self, seen: Sequence[Features]) -> sparse.csr_array:
        """Columns of the regression for some measures, a row a measure and type."""
        return _design(seen, self.columns, self.scale)


def fit_cues(
    seen: Sequence[Features],
    coded: Sequence[Set[str]],
    *,
    scale: float = SCALE,
    least_times: int = LEAST_TIMES,
) -> Fitted:
    """Fit the model to coded measures.

    Parameters
    ----------
    seen : sequence of Features
        What is seen in each measure.
    coded : sequence of set of str
        Types each was given by the coder.
    scale : float
        How far single words may move, see above.
    least_times : int
        How often a word has to be seen with a type.
    """
    columns = _columns(seen, coded, least_times)
    labels = np.array([measure_type in types for types in coded for measure_type in TYPES])
    regression = LogisticRegression(C=1.0, tol=1e-8, max_iter=5_000)
    # A type that nobody coded yet is no evidence against its words: it keeps its cue words.
    coded_types = frozenset().union(*coded)
    is_coded = np.tile([name in coded_types for name in TYPES], len(seen))
    regression.fit(_design(seen, columns, scale)[is_coded], labels[is_coded])
    weights = regression.coef_[0] * [1.0 if term in TRAITS else scale for term, _ in columns]
    rows = [(BASE, "*", float(regression.intercept_[0]))]
    rows += [(*column, float(weight)) for column, weight in zip(columns, weights, strict=True)]
    table = pd.DataFrame(rows, columns=["term", "type", "weight"])
    return Fitted(table[table["weight"].abs() >= 5e-7].round(6), regression, columns, scale)


def _columns(
    seen: Sequence[Features], coded: Sequence[Set[str]], least_times: int
) -> tuple[tuple[str, str], ...]:
    types = Counter(measure_type for measure_types in coded for measure_type in measure_types)
    gram_counts = Counter(gram for each in seen for gram in each.grams)
    together = Counter(
        (gram, measure_type)
        for each, measure_types in zip(seen, coded, strict=True)
        for gram in each.grams
        for measure_type in measure_types
    )
    associated = [
        (gram, measure_type)
        for (gram, measure_type), times in together.items()
        if times >= least_times
        and times / gram_counts[gram] >= LEAST_SHARE
        and times / gram_counts[gram] >= LEAST_LIFT * types[measure_type] / len(coded)
    ]
    cues = {(CUE + cue.phrase, cue.measure_type) for each in seen for cue in each.cues}
    traits = [(trait, "*") for trait in TRAITS]
    return (
        *traits,
        *((BASE, measure_type) for measure_type in TYPES),
        *sorted(cues),
        *sorted(associated),
    )


def _design(
    seen: Sequence[Features], columns: Sequence[tuple[str, str]], scale: float
) -> sparse.csr_array:
    column_numbers = {column: number for number, column in enumerate(columns)}
    by_term: dict[str, list[tuple[int, int]]] = {}
    for (term, label), number in column_numbers.items():
        if label != "*" and term != BASE:
            by_term.setdefault(term, []).append((TYPES.index(label), number))
    entries: list[tuple[int, int, float]] = []
    for measure, each in enumerate(seen):
        first = measure * len(TYPES)
        for label, row in enumerate(each.traits):
            entries += [(first + label, column_numbers[BASE, TYPES[label]], scale)]
            entries += [(first + label, trait, value) for trait, value in enumerate(row) if value]
        for term in each.grams | {CUE + cue.phrase for cue in each.cues}:
            entries += [(first + label, number, scale) for label, number in by_term.get(term, ())]
    rows, numbers, values = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(seen) * len(TYPES), len(columns))
    return sparse.csr_array((values, (rows, numbers)), shape=shape)
