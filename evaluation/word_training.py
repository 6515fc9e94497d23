"""Fitting the model of all words, as a table of words, their rarity and a weight by type."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence, Set

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from parstats.plans.classify.measure_features import Features
from parstats.plans.classify.measure_types import TYPES
from parstats.plans.classify.word_model import BASE, CRITERION, criterion_terms, weighted

# How little weights are shrunk, and what the words of the criterion count beside those of the
# measure: chosen by leaving documents out, real and invented ones, before the third set was read.
PENALTY_INVERSE, CRITERION_SHARE = 10.0, 0.7
# A word that was seen in fewer measures is left out: with those seen twice the table would be
# nearly twice as long, and no better.
LEAST_MEASURES = 3
# Weights as small say nothing that changes an answer; they keep the table small.
LEAST_WEIGHT = 0.2


def fit_words(
    seen: Sequence[Features],
    coded: Sequence[Set[str]],
    *,
    penalty_inverse: float = PENALTY_INVERSE,
    least_measures: int = LEAST_MEASURES,
) -> pd.DataFrame:
    """Fit the model to coded measures; the table has columns term, idf and one per type.

    Parameters
    ----------
    seen : sequence of Features
        What is seen in each measure.
    coded : sequence of set of str
        Types each was given by the coder.
    penalty_inverse : float
        How little the weights are shrunk, scikit-learn's ``C``.
    least_measures : int
        In how many measures a word has to stand.
    """
    rarity = _rarity(seen, least_measures)
    design = _design(seen, rarity)
    base, weights = np.zeros(len(TYPES)), np.zeros((len(rarity), len(TYPES)))
    for position, name in enumerate(TYPES):
        labels = np.array([name in types for types in coded])
        if not labels.any():
            # As of half a measure: nobody coded it, so no word says anything of it.
            base[position] = np.log(0.5 / (len(coded) + 0.5))
            continue
        regression = LogisticRegression(C=penalty_inverse, max_iter=5_000)
        regression.fit(design, labels)
        base[position], weights[:, position] = regression.intercept_[0], regression.coef_[0]
    weights *= [[CRITERION_SHARE if term.startswith(CRITERION) else 1.0] for term in rarity]
    table = pd.DataFrame(np.vstack([base, weights]), columns=list(TYPES))
    table.insert(0, "term", [BASE, *rarity])
    table.insert(1, "idf", [np.nan, *rarity.values()])
    return table


def _rarity(seen: Sequence[Features], least_measures: int) -> dict[str, float]:
    """How rare each word is: the logarithm of measures by measures that have it, smoothed.

    Numbers, and pairs of words with one, tell no type and are left out.
    """
    counts = Counter(term for each in seen for term in {*each.terms, *criterion_terms(each)})
    return {
        term: 1 + math.log((1 + len(seen)) / (1 + counts[term]))
        for term in sorted(counts)
        if counts[term] >= least_measures and not _has_number(term)
    }


def _has_number(term: str) -> bool:
    return any(word.isdigit() for word in term.removeprefix(CRITERION).split())


def _design(seen: Sequence[Features], rarity: dict[str, float]) -> sparse.csr_array:
    columns = {term: number for number, term in enumerate(rarity)}
    entries = [
        (row, columns[term], share * value)
        for row, each in enumerate(seen)
        for share, terms in ((1.0, each.terms), (CRITERION_SHARE, criterion_terms(each)))
        for term, value in weighted(terms, rarity).items()
    ]
    rows, numbers, values = zip(*entries, strict=True)
    return sparse.csr_array((values, (rows, numbers)), shape=(len(seen), len(columns)))


def shipped(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as the package brings it: rounded, small weights left empty."""
    weights = table[list(TYPES)].round(2)
    is_base = table["term"] == BASE
    return table.assign(
        idf=table["idf"].round(3),
        **{
            name: values.where((values.abs() >= LEAST_WEIGHT) | is_base)
            for name, values in weights.items()
        },
    )
