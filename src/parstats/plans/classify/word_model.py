"""The model of all words: how far the words of a measure and its context speak for each type.

A table, ``reference/measure_words.csv``, has a row per word or pair of words: how rare it is
("idf") and a weight by type. The words of a text are weighted by rarity and by how often they stand
there, scaled to length one, so that long texts say no more than short ones (TF-IDF; Salton and
Buckley 1988). `make train-measures` fits the weights, a logistic regression per type.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parstats import errors
from parstats.plans.classify.measure_features import Features
from parstats.plans.classify.measure_types import TYPES
from parstats.reference import csv_tables

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


BASE = "(base)"
#: What stands before a word of the criterion.
CRITERION = "criterion: "


@dataclass(frozen=True)
class WordModel:
    """Weights of words."""

    base: npt.NDArray[np.float64]  # log odds of each type without any known word; shape (types,)
    rarity: Mapping[str, float]  # by word
    weights: npt.NDArray[np.float64]  # shape (words, types), in the order of `rarity`
    places: Mapping[str, int]  # of the words in `weights`

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> WordModel:
        """Read the model from rows of term, idf and a weight by type; an empty weight is none.

        Raises InvalidData if a cell is no number.
        """
        import numpy as np

        base = np.zeros(len(TYPES))
        rarity: dict[str, float] = {}
        weights: list[list[float]] = []
        for number, row in enumerate(rows, start=2):
            values = [_number(row, name, number) for name in TYPES]
            if row["term"] == BASE:
                base = np.array(values)
            else:
                rarity[row["term"]] = _number(row, "idf", number)
                weights.append(values)
        places = {term: place for place, term in enumerate(rarity)}
        return cls(base, rarity, np.array(weights).reshape(-1, len(TYPES)), places)

    def log_odds(self, seen: Sequence[Features]) -> npt.NDArray[np.float64]:
        """Return the log odds of each type for each measure, shape (measures, types)."""
        import numpy as np

        odds = [
            self.base + self._said_by(each.terms) + self._said_by(criterion_terms(each))
            for each in seen
        ]
        return np.array(odds).reshape(-1, len(TYPES))

    def _said_by(self, terms: Iterable[str]) -> npt.NDArray[np.float64]:
        import numpy as np

        values = weighted(terms, self.rarity)
        places = [self.places[term] for term in values]
        return np.asarray(np.array(list(values.values())) @ self.weights[places])


def weighted(terms: Iterable[str], rarity: Mapping[str, float]) -> dict[str, float]:
    """Weight the known words of a text by rarity and times, scaled to length one.

    >>> weighted(["phí", "lệ phí", "phí", "xã"], {"phí": 1.5, "xã": 2.0})
    {'phí': 0.785..., 'xã': 0.618...}
    """
    counts = Counter(term for term in terms if term in rarity)
    values = {term: (1 + math.log(counts[term])) * rarity[term] for term in sorted(counts)}
    length = math.hypot(*values.values())
    return {term: value / length for term, value in values.items()}


def criterion_terms(seen: Features) -> list[str]:
    """Return the words of the criterion, else of the field, as the table has them.

    >>> from parstats.plans.classify.measure_features import features
    >>> criterion_terms(features("Niêm yết", "phí"))
    ['criterion: phí']
    """
    return [CRITERION + term for term in seen.context]


def _number(row: Mapping[str, str], column: str, number: int) -> float:
    text = row[column]
    try:
        value = float(text or 0)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        remedy = "write the table anew with `make train-measures`"
        problem = errors.Problem(
            "measure_words.csv", number, column, repr(text), "a number", remedy
        )
        raise errors.InvalidData([problem])
    return value


@cache
def word_model() -> WordModel:
    """Return the bundled model, from ``reference/measure_words.csv``.

    >>> "niêm yết" in word_model().rarity
    True
    """
    return WordModel.from_rows(csv_tables.rows("measure_words"))
