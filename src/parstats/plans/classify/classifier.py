"""Classifier of types of measures.

The model is a table, ``reference/measure_model.csv``: a term, a type ("*" for all) and a weight.
The log odds of a type are the sum of the weights of the terms found; `make train-measures` fits
them by a logistic regression. Nothing but that table is needed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parstats import errors
from parstats.plans.classify.measure_features import TRAITS, Features, features
from parstats.plans.classify.measure_types import TYPES, type_group
from parstats.reference import csv_tables, frameworks

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from parstats.plans.records import Record


BASE = "(base)"
CUE = "cue: "
#: A type is given from this score on, and the best one of a measure from `FLOOR` on. F1 is largest
#: when the threshold is half of the F1 that can be reached (Lipton, Elkan and Naryanaswamy 2014),
#: here about 0.7.
THRESHOLD = 0.35
#: What scores less is a guess on no evidence: it is no type, and a person is asked. By judgement:
#: about one over the number of types, the chance of a random guess.
FLOOR = 0.05

COLUMNS = ("record", "measure_type", "coarse_group", "score", "basis", "told_by")


@dataclass(frozen=True)
class Model:
    """Weights of the model."""

    base: npt.NDArray[np.float64]  # log odds of each type with nothing found; shape (types,)
    # Weights of `parstats.plans.classify.measure_features.TRAITS`, shared by all types; shape
    # (traits,)
    traits: npt.NDArray[np.float64]
    terms: Mapping[str, tuple[tuple[int, float], ...]]  # weight by term and place of the type

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> Model:
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

    def scores(self, seen: Sequence[Features]) -> npt.NDArray[np.float64]:
        """Return the probability of each type for each measure, shape (measures, types)."""
        import numpy as np

        if not seen:
            return np.zeros((0, len(TYPES)))
        odds = np.stack([each.traits for each in seen]) @ self.traits + self.base
        for row, each in zip(odds, seen, strict=True):
            cued = {f"{CUE}{cue.phrase}" for cue in each.cues}
            for term in sorted(each.grams | cued):
                for position, weight in self.terms.get(term, ()):
                    row[position] += weight
        return np.asarray(1 / (1 + np.exp(-odds)))


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
def model() -> Model:
    """Return the bundled model, from ``reference/measure_model.csv``."""
    return Model.from_rows(csv_tables.rows("measure_model"))


def classify(
    texts: Sequence[str],
    *,
    criteria: Sequence[str] | None = None,
    fields: Sequence[str] | None = None,
    threshold: float = THRESHOLD,
    floor: float = FLOOR,
    with_model: Model | None = None,
    further: bool = True,
) -> pd.DataFrame:
    """Classify measures; one may have several types.

    Criterion and name of the field that each measure is for help where they are known. `floor` is
    the least score of the best type of a measure, `threshold` that of its other types; `with_model`
    stands in for the model the package brings; for `further` see `cues_in`.

    One row per measure and type, best first: record (position in `texts`), measure_type,
    coarse_group, score (0-1) and basis: the cue words of the type that were found, else "model";
    told_by: whether measure, criterion or field holds the cue words, "" where none does. A measure
    without words, or without a type that likely, has no row. Raises InvalidRequest if `criteria` or
    `fields` is not as long as `texts`, or a limit is not within 0-1.

    >>> table = classify(["Niêm yết công khai thủ tục", "Tiết kiệm kinh phí, thanh toán ngân sách"])
    >>> table[["record", "measure_type"]].values.tolist()
    [[0, 'DISCLOSE'], [1, 'FINANCE']]
    """
    import numpy as np
    import pandas as pd

    for name, limit in (("threshold", threshold), ("floor", floor)):
        if not 0 <= limit <= 1:
            raise errors.InvalidRequest(f"{name} {limit}: expected a number from 0 to 1")
    columns = {"criteria": criteria, "fields": fields}
    for name, column in columns.items():
        if column is not None and len(column) != len(texts):
            message = f"{name}: found {len(column)}, expected one for each of {len(texts)} texts"
            raise errors.InvalidRequest(message)
    blank = [""] * len(texts)
    seen = [
        features(*each, further=further)
        for each in zip(texts, criteria or blank, fields or blank, strict=True)
    ]
    scores = (with_model or model()).scores(seen)
    matches: list[tuple[int, str, str, float, str, str]] = []
    for record, (each, row) in enumerate(zip(seen, scores, strict=True)):
        if not each.grams and not each.cues:
            continue
        # Ties by the order of the types, so that the same text always has the same answer.
        order = np.argsort(-row, kind="stable")
        for rank, position in enumerate(order):
            if row[position] < (threshold if rank else floor):
                break
            type_name = TYPES[int(position)]
            cues = dict.fromkeys(cue.phrase for cue in each.cues if cue.measure_type == type_name)
            basis = "; ".join(cues) or "model"
            matches.append(
                (
                    record,
                    type_name,
                    type_group(type_name),
                    float(row[position]),
                    basis,
                    each.evidence,
                )
            )
    types = {"record": "int64", "score": "float64"}
    return pd.DataFrame(matches, columns=list(COLUMNS)).astype(
        {column: types.get(column, "str") for column in COLUMNS}
    )


def classify_records(
    records: Sequence[Record], links: pd.DataFrame | None = None, *, floor: float = FLOOR
) -> pd.DataFrame:
    """Return the types of the measures of plan records, see `classify`.

    The records are of one plan; `links` is what `parstats.plans.link.series_links.link` says of
    them: the field that the plan states helps.
    """
    fields = None
    if links is not None:
        stated = links["dimension"].where(links["dimension_basis"] == "stated", "")
        fields = [frameworks.series_name(series, "vi") if series else "" for series in stated]
    return classify(
        [record.measure or record.product or record.target for record in records],
        criteria=[record.criterion for record in records],
        fields=fields,
        floor=floor,
    )
