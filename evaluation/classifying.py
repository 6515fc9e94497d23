"""How well measures are typed, leaving each document out in turn.

The cue words and definitions are those of ``reference/measure_types.csv``, fixed beforehand. A
model is fitted to the other documents only, with their fields as linked; the document left out has
no part in choosing its words, weights or threshold. A block is what is scored: a coded measure, or
several that the parser reads as one record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from evaluation.coded import Document
from evaluation.linking import document_links
from evaluation.training import fit
from parstats.plans.classify.classifier import THRESHOLD, Model, classify
from parstats.plans.classify.measure_features import TRAITS, Features, features
from parstats.plans.classify.measure_types import TYPES, cues_in, type_group
from parstats.plans.spelling import tokenize
from parstats.reference import frameworks

FINE_GOAL, COARSE_GOAL = 0.75, 0.80
DRAWS, SEED = 2_000, 7
FURTHER = "model, further cue words"
# Settings that are tried where they are chosen within the training documents.
_SCALES, _TIMES, _THRESHOLDS = (0.1, 0.2, 0.3, 0.5), (2, 3), (0.3, 0.35, 0.4, 0.5)

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


def _model(documents: Sequence[Document], keep: str = "model", **settings: float) -> Model:
    seen, coded = all_training_features(documents, further=keep == FURTHER)
    if keep == "cues and definitions":
        seen = [replace(each, grams=frozenset()) for each in seen]
    if keep == "cues and words":
        seen = [_without_definition(each) for each in seen]
    rows = fit(seen, coded, **settings).table.astype(str).to_dict("records")  # type: ignore[arg-type]
    return Model.from_rows(rows)


def _chosen_within(documents: Sequence[Document]) -> tuple[Model, float]:
    """Model and threshold with the best settings for `documents`, each left out in turn."""
    best = (-1.0, 0.0, 0, 0.0)
    for scale in _SCALES:
        for times in _TIMES:
            pairs: dict[float, list[tuple[Types, Types]]] = {at: [] for at in _THRESHOLDS}
            for omitted in documents:
                rest = [other for other in documents if other is not omitted]
                model = _model(rest, scale=scale, least_times=times)
                actual = [block.types for block in omitted.blocks]
                for at in _THRESHOLDS:
                    pairs[at] += zip(actual, predicted(omitted, model, at), strict=True)
            best = max(
                best,
                *(
                    (micro_f1(threshold_pairs), scale, times, at)
                    for at, threshold_pairs in pairs.items()
                ),
            )
    _, scale, times, threshold = best
    return _model(documents, scale=scale, least_times=times), threshold


def _without_definition(each: Features) -> Features:
    traits = each.traits.copy()
    traits[:, TRAITS.index("(definition)")] = 0.0
    return replace(each, traits=traits)


def predicted(
    document: Document, model: Model, threshold: float = THRESHOLD, *, further: bool = False
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


def report(documents: Sequence[Document], *, nested: bool = True) -> tuple[list[str], bool]:
    """Lines to print, and whether both goals are reached.

    Parameters
    ----------
    documents : sequence of Document
        The coded documents.
    nested : bool
        Whether to try the settings of the model too, chosen within the training documents.
    """
    names = [document.name for document in documents]
    actual = {document.name: [block.types for block in document.blocks] for document in documents}
    predictions: dict[str, dict[str, list[Types]]] = {}
    methods = ("cue words only", "cues and definitions", "cues and words", "model", FURTHER)
    within = "model, settings from training"
    for document in documents:
        rest = [other for other in documents if other is not document]
        predictions.setdefault("cue words only", {})[document.name] = by_cues(document)
        for method in methods[1:]:
            model = _model(rest, method)
            types = predicted(document, model, further=method == FURTHER)
            predictions.setdefault(method, {})[document.name] = types
        if nested:
            types = predicted(document, *_chosen_within(rest))
            predictions.setdefault(within, {})[document.name] = types
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
    fine, coarse_ = scores["model", "fine"], scores["model", "coarse"]
    lines.append(
        f"model: fine {fine[0]:.3f} (goal {FINE_GOAL}; 95 % by drawing blocks "
        f"{_interval(fine[1])}), coarse {coarse_[0]:.3f} (goal {COARSE_GOAL}; "
        f"{_interval(coarse_[1])}), {len(fine[1])} blocks"
    )
    lines += _by_type(documents, actual, predictions)
    return lines, fine[0] >= FINE_GOAL and coarse_[0] >= COARSE_GOAL


def report_on(reviewed: Sequence[Document], documents: Sequence[Document]) -> list[str]:
    """Types of other documents, by cue words and by models fitted to all coded ones."""
    lines = []
    for document in reviewed:
        actual = [block.types for block in document.blocks]
        for method in ("cue words only", "model", FURTHER):
            if method == "cue words only":
                types = by_cues(document)
            else:
                model = _model(documents, method)
                types = predicted(document, model, further=method == FURTHER)
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
        for method in ("cue words only", "model"):
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
