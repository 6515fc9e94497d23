"""How well measures are typed, leaving each document out in turn.

The model is fitted, as it is shipped, to the other documents with their fields as linked, to the
measures written for it and to those of the invented plans; the document left out has no part in
choosing its words and weights. The further cue words of ``reference/measure_types.csv`` were added
when these documents were known, so the model is scored without them too. A block is what is scored:
a coded measure, or several that the parser reads as one record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from evaluation.coded import Document
from evaluation.linking import document_links
from evaluation.training import fit_cues
from evaluation.word_training import fit_words, shipped
from evaluation.written import further_features
from parstats.plans.classify.classifier import THRESHOLD, Model, classify
from parstats.plans.classify.cue_model import CueModel
from parstats.plans.classify.measure_features import Features, features
from parstats.plans.classify.measure_types import TYPES, cues_in, type_group
from parstats.plans.classify.word_model import WordModel
from parstats.plans.spelling import tokenize
from parstats.reference import frameworks

FINE_GOAL, COARSE_GOAL = 0.75, 0.80
DRAWS, SEED = 2_000, 7
CUES_ONLY, MODEL = "cue words only", "model"
UNFURTHERED = "model, first cue words only"

Types = frozenset[str]


@dataclass(frozen=True, slots=True)
class Measure:
    """A record as the model is given it, and the types of its block."""

    text: str
    criterion: str
    field: str
    block: int
    types: Types


@cache
def document_measures(document: Document) -> tuple[Measure, ...]:
    """Records of the coded blocks of a document, with the field that the linker reads as stated."""
    links = document_links(document)
    stated = links["dimension"].where(links["dimension_basis"] == "stated", "")
    measures = []
    for number, block in enumerate(document.blocks):
        for position in block.records:
            record = document.plan.records[position]
            field = frameworks.series_name(stated[position], "vi") if stated[position] else ""
            text = record.measure or record.product or record.target
            measures.append(Measure(text, record.criterion, field, number, block.types))
    return tuple(measures)


def training_features(
    measures: Sequence[Measure], *, further: bool
) -> tuple[list[Features], list[Types]]:
    """What the model is fitted to: the records of a block as one measure."""
    blocks: dict[int, list[Measure]] = {}
    for measure in measures:
        blocks.setdefault(measure.block, []).append(measure)
    seen = [
        features(
            "; ".join(measure.text for measure in members),
            members[0].criterion,
            members[0].field,
            further=further,
        )
        for members in blocks.values()
    ]
    return seen, [members[0].types for members in blocks.values()]


def all_training_features(
    documents: Iterable[Document], *, further: bool
) -> tuple[list[Features], list[Types]]:
    """`training_features` of several documents."""
    seen, coded = [], []
    for document in documents:
        document_features, types = training_features(document_measures(document), further=further)
        seen += document_features
        coded += types
    return seen, coded


def training(
    documents: Iterable[Document], *, invented: bool = True, further: bool = True
) -> tuple[list[Features], list[Types]]:
    """What the model is fitted to: coded documents, written measures, those of invented plans."""
    seen, coded = all_training_features(documents, further=further)
    more, types = further_features(invented=invented, further=further)
    return seen + more, coded + types


def fitted(seen: Sequence[Features], coded: Sequence[Types]) -> Model:
    """Fit the model as it is shipped."""
    cues, words = fit_cues(seen, coded).table, shipped(fit_words(seen, coded))
    cue_rows, word_rows = (_as_text(table) for table in (cues, words))
    return Model(CueModel.from_rows(cue_rows), WordModel.from_rows(word_rows))


def _as_text(table: pd.DataFrame) -> list[dict[str, str]]:
    return table.astype(object).fillna("").astype(str).to_dict("records")  # type: ignore[return-value]


def predicted(
    document: Document, model: Model, threshold: float = THRESHOLD, *, further: bool = True
) -> list[Types]:
    """Types of each block: of any of its records."""
    measures = document_measures(document)
    table = classify(
        [measure.text for measure in measures],
        criteria=[measure.criterion for measure in measures],
        fields=[measure.field for measure in measures],
        threshold=threshold,
        with_model=model,
        further=further,
    )
    predictions: list[set[str]] = [set() for _ in document.blocks]
    for record, measure_type in zip(table["record"], table["measure_type"], strict=True):
        predictions[measures[record].block].add(measure_type)
    return [frozenset(types) for types in predictions]


def by_cues(document: Document) -> list[Types]:
    """Types of each block by cue words alone: of the measure, else of the criterion."""
    predictions: list[set[str]] = [set() for _ in document.blocks]
    for measure in document_measures(document):
        cues = cues_in(tokenize(measure.text), further=False) or cues_in(
            tokenize(measure.criterion), further=False
        )
        predictions[measure.block].update(cue.measure_type for cue in cues)
    return [frozenset(types) for types in predictions]


def micro_f1(pairs: Sequence[tuple[Types, Types]]) -> float:
    """F1 over all given and found types of all blocks.

    Examples
    --------
    >>> micro_f1([(frozenset({"COMM"}), frozenset({"COMM", "STAFF"}))]).__round__(3)
    0.667
    """
    both = sum(len(actual & assigned) for actual, assigned in pairs)
    either = sum(len(actual) + len(assigned) for actual, assigned in pairs)
    return 2 * both / either if either else float("nan")


def coarse(types: Types) -> Types:
    """Groups of some types."""
    return frozenset(map(type_group, types))


def _coarse(pairs: Sequence[tuple[Types, Types]]) -> list[tuple[Types, Types]]:
    return [(coarse(actual), coarse(assigned)) for actual, assigned in pairs]


def _interval(pairs: Sequence[tuple[Types, Types]]) -> str:
    draw = np.random.default_rng(SEED)
    values = [
        micro_f1([pairs[index] for index in draw.integers(len(pairs), size=len(pairs))])
        for _ in range(DRAWS)
    ]
    low, high = np.quantile(values, (0.025, 0.975))
    return f"{low:.3f}-{high:.3f}"


def report(documents: Sequence[Document]) -> tuple[list[str], bool]:
    """Lines to print, and whether both goals are reached."""
    names = [document.name for document in documents]
    actual = {document.name: [block.types for block in document.blocks] for document in documents}
    predictions: dict[str, dict[str, list[Types]]] = {CUES_ONLY: {}, UNFURTHERED: {}, MODEL: {}}
    for document in documents:
        rest = [other for other in documents if other is not document]
        predictions[CUES_ONLY][document.name] = by_cues(document)
        for method in (UNFURTHERED, MODEL):
            further = method == MODEL
            model = fitted(*training(rest, further=further))
            predictions[method][document.name] = predicted(document, model, further=further)
    lines = [
        f"{'leaving the document out':30} {'level':7} "
        + " ".join(f"{n:>18}" for n in names)
        + "     all"
    ]
    scores = {}
    for method in predictions:
        for level in ("fine", "coarse"):
            pairs = {
                name: list(zip(actual[name], predictions[method][name], strict=True))
                for name in names
            }
            if level == "coarse":
                pairs = {name: _coarse(document_pairs) for name, document_pairs in pairs.items()}
            all_pairs = [pair for document_pairs in pairs.values() for pair in document_pairs]
            scores[method, level] = (micro_f1(all_pairs), all_pairs)
            each = " ".join(f"{micro_f1(pairs[name]):18.3f}" for name in names)
            lines.append(f"{method:30} {level:7} {each}   {micro_f1(all_pairs):.3f}")
    fine, coarse_ = scores[MODEL, "fine"], scores[MODEL, "coarse"]
    lines.append(
        f"model: fine {fine[0]:.3f} (goal {FINE_GOAL}; 95 % by drawing blocks "
        f"{_interval(fine[1])}), coarse {coarse_[0]:.3f} (goal {COARSE_GOAL}; "
        f"{_interval(coarse_[1])}), {len(fine[1])} blocks"
    )
    lines += _by_type(documents, actual, predictions)
    return lines, fine[0] >= FINE_GOAL and coarse_[0] >= COARSE_GOAL


def report_on(reviewed: Sequence[Document], documents: Sequence[Document]) -> list[str]:
    """Types of other documents, by cue words and by models fitted to all coded ones."""
    model, lines = fitted(*training(documents)), []
    for document in reviewed:
        actual = [block.types for block in document.blocks]
        for method, types in ((CUES_ONLY, by_cues(document)), (MODEL, predicted(document, model))):
            pairs = list(zip(actual, types, strict=True))
            lines.append(
                f"{document.name:22} {method:26} fine {micro_f1(pairs):.3f}, "
                f"coarse {micro_f1(_coarse(pairs)):.3f}, {len(pairs)} blocks"
            )
    return lines


def _by_type(
    documents: Sequence[Document],
    actual: dict[str, list[Types]],
    predictions: dict[str, dict[str, list[Types]]],
) -> list[str]:
    rows = []
    for measure_type in TYPES:
        counts = Counter(
            {
                document.name: sum(measure_type in types for types in actual[document.name])
                for document in documents
            }
        )
        row: dict[str, object] = {"type": measure_type, "blocks": counts.total()}
        row["documents"] = sum(count > 0 for count in counts.values())
        for method in (CUES_ONLY, MODEL):
            pairs = [
                (frozenset({measure_type}) & block_types, frozenset({measure_type}) & other)
                for name in actual
                for block_types, other in zip(actual[name], predictions[method][name], strict=True)
            ]
            row[method] = micro_f1(pairs)
        rows.append(row)
    table = pd.DataFrame(rows)
    lines = []
    for count, group in table.groupby("documents", sort=False):
        label = "one document" if count == 1 else f"{count} documents"
        lines.append(f"types coded in {label}: F1 by cue words only, by the model")
        lines += [
            f"  {row.type:11} {row.blocks:3} blocks  {row[4]:.3f}  {row[5]:.3f}"
            for row in group.itertuples()
        ]
    return lines
