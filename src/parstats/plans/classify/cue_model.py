"""The model of cue words: how far they, and some single words, speak for each type.

It is a table, ``reference/measure_model.csv``: a term, a type ("*" for all) and a weight. The log
odds of a type are the sum of the weights of the terms found; `make train-measures` fits them by a
logistic regression that learns what is common to all types once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parstats import errors
from parstats.plans.classify.measure_features import TRAITS, Features
from parstats.plans.classify.measure_types import TYPES
from parstats.reference import csv_tables

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


BASE = "(base)"
CUE = "cue: "


@dataclass(frozen=True)
class CueModel:
    """Weights of the model."""

    base: npt.NDArray[np.float64]  # log odds of each type with nothing found; shape (types,)
    # Weights of `parstats.plans.classify.measure_features.TRAITS`, shared by all types; shape
    # (traits,)
    traits: npt.NDArray[np.float64]
    terms: Mapping[str, tuple[tuple[int, float], ...]]  # weight by term and place of the type

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> CueModel:
        """Read the model from rows of term, type and weight.

        Raises InvalidData if a row names a type that does not exist, or its weight is no number.
        """
        import numpy as np

        type_index = {measure_type: number for number, measure_type in enumerate(TYPES)}
        base, traits = np.zeros(len(TYPES)), np.zeros(len(TRAITS))
        terms: dict[str, list[tuple[int, float]]] = {}
        for number, row in enumerate(rows, start=2):
            term, type_name = row["term"], row["type"]
            weight = _weight(row["weight"], number)
            shared = term == BASE or term in TRAITS
            if type_name not in type_index and not (type_name == "*" and shared):
                raise _wrong(number, "type", type_name, "one of " + ", ".join(TYPES))
            if term == BASE:
                base[slice(None) if type_name == "*" else type_index[type_name]] += weight
            elif term in TRAITS:
                traits[TRAITS.index(term)] = weight
            else:
                terms.setdefault(term, []).append((type_index[type_name], weight))
        return cls(
            base, traits, {term: tuple(types_by_term) for term, types_by_term in terms.items()}
        )

    def log_odds(self, seen: Sequence[Features]) -> npt.NDArray[np.float64]:
        """Return the log odds of each type for each measure, shape (measures, types)."""
        import numpy as np

        traits = np.array([each.traits for each in seen]).reshape(-1, len(TYPES), len(TRAITS))
        odds = traits @ self.traits + self.base
        for row, each in zip(odds, seen, strict=True):
            cued = {f"{CUE}{cue.phrase}" for cue in each.cues}
            for term in sorted(each.grams | cued):
                for position, weight in self.terms.get(term, ()):
                    row[position] += weight
        return odds


def _weight(text: str, number: int) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight):
        raise _wrong(number, "weight", text, "a number")
    return weight


def _wrong(number: int, column: str, actual: str, expected: str) -> errors.InvalidData:
    remedy = "mend the row, or write the table anew with `make train-measures`"
    problem = errors.Problem("measure_model.csv", number, column, repr(actual), expected, remedy)
    return errors.InvalidData([problem])


@cache
def cue_model() -> CueModel:
    """Return the bundled model, from ``reference/measure_model.csv``."""
    return CueModel.from_rows(csv_tables.rows("measure_model"))
