"""Classifier of types of measures.

Two models give each type log odds, and their weighted mean counts: that of cue words
(`parstats.plans.classify.cue_model`) knows the words of laws and offices, that of all words
(`parstats.plans.classify.word_model`) also deeds in everyday words. Nothing but their tables is
needed here; `make train-measures` fits both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parstats import errors
from parstats.plans.classify.cue_model import CueModel, cue_model
from parstats.plans.classify.measure_features import Features, features
from parstats.plans.classify.measure_types import TYPES, type_group
from parstats.plans.classify.word_model import WordModel, word_model
from parstats.reference import frameworks

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from parstats.plans.records import Record


#: A type is given from this score on, and the best one of a measure from `FLOOR` on. The threshold
#: is among those with the largest F1 where documents are left out of the fitting.
THRESHOLD = 0.3
#: What scores less is a guess on no evidence: it is no type, and a person is asked. Of documents
#: left out of the fitting, half of the best types with less were right.
FLOOR = 0.1
#: Share of the model of all words in the log odds. Larger ones were worse on real plans, smaller
#: ones on invented ones.
WORD_SHARE = 0.6

COLUMNS = ("record", "measure_type", "coarse_group", "score", "basis", "told_by")


@dataclass(frozen=True)
class Model:
    """The two models whose weighted mean of log odds counts."""

    cues: CueModel
    words: WordModel

    def scores(self, seen: Sequence[Features]) -> npt.NDArray[np.float64]:
        """Return the probability of each type for each measure, shape (measures, types)."""
        import numpy as np

        cued, worded = self.cues.log_odds(seen), self.words.log_odds(seen)
        return np.asarray(1 / (1 + np.exp(-WORD_SHARE * worded - (1 - WORD_SHARE) * cued)))


@cache
def model() -> Model:
    """Return the bundled model."""
    return Model(cue_model(), word_model())


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
    told_by: "measure" if its words alone bring the type to the threshold, "context" if only with
    criterion or field, "" if nothing does. A measure
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
    used = with_model or model()
    scores = used.scores(seen)
    by_measure, by_all = scores >= threshold, scores >= threshold
    if criteria or fields:
        by_measure = used.scores([features(text, further=further) for text in texts]) >= threshold
    matches: list[tuple[int, str, str, float, str, str]] = []
    for record, (each, row) in enumerate(zip(seen, scores, strict=True)):
        if not each.terms and not each.cues:
            continue
        # Ties by the order of the types, so that the same text always has the same answer.
        for rank, position in enumerate(np.argsort(-row, kind="stable")):
            if row[position] < (threshold if rank else floor):
                break
            name = TYPES[int(position)]
            cues = dict.fromkeys(cue.phrase for cue in each.cues if cue.measure_type == name)
            source = "context" if by_all[record, position] else ""
            source = "measure" if by_measure[record, position] else source
            basis = "; ".join(cues) or "model"
            matches.append((record, name, type_group(name), float(row[position]), basis, source))
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
