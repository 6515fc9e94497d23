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
from evaluation.linking import links_of
from evaluation.training import fit
from parstats.plans.classify.classifier import THRESHOLD, Model, classify
from parstats.plans.classify.measure_features import TRAITS, Features, features
from parstats.plans.classify.measure_types import TYPES, cues_in, group_of
from parstats.plans.spelling import words
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
def measures_of(document: Document) -> tuple[Measure, ...]:
    """Records of the coded blocks of a document, with the field that the linker reads as stated."""
    links = links_of(document)
    stated = links["dimension"].where(links["dimension_basis"] == "stated", "")
    found = []
    for number, block in enumerate(document.blocks):
        for position in block.records:
            record = document.plan.records[position]
            field = frameworks.name_of(stated[position], "vi") if stated[position] else ""
            text = record.measure or record.product or record.target
            found.append(Measure(text, record.criterion, field, number, block.types))
    return tuple(found)


def training_features(
    measures: Sequence[Measure], *, further: bool
) -> tuple[list[Features], list[Types]]:
    """What the model is fitted to: the records of a block as one measure."""
    blocks: dict[int, list[Measure]] = {}
    for one in measures:
        blocks.setdefault(one.block, []).append(one)
    seen = [
        features(
            "; ".join(one.text for one in held), held[0].criterion, held[0].field, further=further
        )
        for held in blocks.values()
    ]
    return seen, [held[0].types for held in blocks.values()]


def all_training_features(
    documents: Iterable[Document], *, further: bool
) -> tuple[list[Features], list[Types]]:
    """`training_features` of several documents."""
    seen, coded = [], []
    for document in documents:
        of_document, types = training_features(measures_of(document), further=further)
        seen += of_document
        coded += types
    return seen, coded


def _model(documents: Sequence[Document], keep: str = "model", **settings: float) -> Model:
    seen, coded = all_training_features(documents, further=keep == FURTHER)
    if keep == "cues and definitions":
        seen = [replace(each, grams=frozenset()) for each in seen]
    if keep == "cues and words":
        seen = [_without_definition(each) for each in seen]
    rows = fit(seen, coded, **settings).table.astype(str).to_dict("records")  # type: ignore[arg-type]
    return Model.of_rows(rows)


def _chosen_within(others: Sequence[Document]) -> tuple[Model, float]:
    """Model and threshold with the settings that do best among `others`, each left out in turn."""
    best = (-1.0, 0.0, 0, 0.0)
    for scale in _SCALES:
        for times in _TIMES:
            pairs: dict[float, list[tuple[Types, Types]]] = {at: [] for at in _THRESHOLDS}
            for left in others:
                rest = [other for other in others if other is not left]
                model = _model(rest, scale=scale, least_times=times)
                given = [block.types for block in left.blocks]
                for at in _THRESHOLDS:
                    pairs[at] += zip(given, predicted(left, model, at), strict=True)
            best = max(best, *((micro_f1(held), scale, times, at) for at, held in pairs.items()))
    _, scale, times, threshold = best
    return _model(others, scale=scale, least_times=times), threshold


def _without_definition(each: Features) -> Features:
    traits = each.traits.copy()
    traits[:, TRAITS.index("(definition)")] = 0.0
    return replace(each, traits=traits)


def predicted(
    document: Document, model: Model, threshold: float = THRESHOLD, *, further: bool = False
) -> list[Types]:
    """Types of each block: of any of its records."""
    measures = measures_of(document)
    table = classify(
        [one.text for one in measures],
        criteria=[one.criterion for one in measures],
        fields=[one.field for one in measures],
        threshold=threshold,
        with_model=model,
        further=further,
    )
    found: list[set[str]] = [set() for _ in document.blocks]
    for record, of in zip(table["record"], table["measure_type"], strict=True):
        found[measures[record].block].add(of)
    return [frozenset(types) for types in found]


def by_cues(document: Document) -> list[Types]:
    """Types of each block by cue words alone: of the measure, else of the criterion."""
    found: list[set[str]] = [set() for _ in document.blocks]
    for one in measures_of(document):
        cues = cues_in(words(one.text), further=False) or cues_in(
            words(one.criterion), further=False
        )
        found[one.block].update(cue.measure_type for cue in cues)
    return [frozenset(types) for types in found]


def micro_f1(pairs: Sequence[tuple[Types, Types]]) -> float:
    """F1 over all given and found types of all blocks.

    Examples
    --------
    >>> micro_f1([(frozenset({"COMM"}), frozenset({"COMM", "STAFF"}))]).__round__(3)
    0.667
    """
    both = sum(len(given & found) for given, found in pairs)
    either = sum(len(given) + len(found) for given, found in pairs)
    return 2 * both / either if either else float("nan")


def coarse(types: Types) -> Types:
    """Groups of some types."""
    return frozenset(map(group_of, types))


def _coarse(pairs: Sequence[tuple[Types, Types]]) -> list[tuple[Types, Types]]:
    return [(coarse(given), coarse(found)) for given, found in pairs]


def _interval(pairs: Sequence[tuple[Types, Types]]) -> str:
    draw = np.random.default_rng(SEED)
    values = [
        micro_f1([pairs[place] for place in draw.integers(len(pairs), size=len(pairs))])
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
    given = {document.name: [block.types for block in document.blocks] for document in documents}
    found: dict[str, dict[str, list[Types]]] = {}
    methods = ("cue words only", "cues and definitions", "cues and words", "model", FURTHER)
    within = "model, settings from training"
    for document in documents:
        others = [other for other in documents if other is not document]
        found.setdefault("cue words only", {})[document.name] = by_cues(document)
        for method in methods[1:]:
            model = _model(others, method)
            types = predicted(document, model, further=method == FURTHER)
            found.setdefault(method, {})[document.name] = types
        if nested:
            types = predicted(document, *_chosen_within(others))
            found.setdefault(within, {})[document.name] = types
    lines = [
        f"{'leaving the document out':30} {'level':7} "
        + " ".join(f"{n:>18}" for n in names)
        + "     all"
    ]
    scores = {}
    for method in found:
        for level in ("fine", "coarse"):
            pairs = {
                name: list(zip(given[name], found[method][name], strict=True)) for name in names
            }
            if level == "coarse":
                pairs = {name: _coarse(held) for name, held in pairs.items()}
            whole = [pair for held in pairs.values() for pair in held]
            scores[method, level] = (micro_f1(whole), whole)
            each = " ".join(f"{micro_f1(pairs[name]):18.3f}" for name in names)
            lines.append(f"{method:30} {level:7} {each}   {micro_f1(whole):.3f}")
    fine, coarse_ = scores["model", "fine"], scores["model", "coarse"]
    lines.append(
        f"model: fine {fine[0]:.3f} (goal {FINE_GOAL}; 95 % by drawing blocks "
        f"{_interval(fine[1])}), coarse {coarse_[0]:.3f} (goal {COARSE_GOAL}; "
        f"{_interval(coarse_[1])}), {len(fine[1])} blocks"
    )
    lines += _by_type(documents, given, found)
    return lines, fine[0] >= FINE_GOAL and coarse_[0] >= COARSE_GOAL


def report_on(reviewed: Sequence[Document], documents: Sequence[Document]) -> list[str]:
    """Types of other documents, by cue words and by models fitted to all coded ones."""
    lines = []
    for document in reviewed:
        given = [block.types for block in document.blocks]
        for method in ("cue words only", "model", FURTHER):
            if method == "cue words only":
                types = by_cues(document)
            else:
                model = _model(documents, method)
                types = predicted(document, model, further=method == FURTHER)
            pairs = list(zip(given, types, strict=True))
            lines.append(
                f"{document.name:22} {method:26} fine {micro_f1(pairs):.3f}, "
                f"coarse {micro_f1(_coarse(pairs)):.3f}, {len(pairs)} blocks"
            )
    return lines


def _by_type(
    documents: Sequence[Document],
    given: dict[str, list[Types]],
    found: dict[str, dict[str, list[Types]]],
) -> list[str]:
    rows = []
    for of in TYPES:
        counts = Counter(
            {
                document.name: sum(of in types for types in given[document.name])
                for document in documents
            }
        )
        row: dict[str, object] = {"type": of, "blocks": counts.total()}
        row["documents"] = sum(count > 0 for count in counts.values())
        for method in ("cue words only", "model"):
            pairs = [
                (frozenset({of}) & one, frozenset({of}) & other)
                for name in given
                for one, other in zip(given[name], found[method][name], strict=True)
            ]
            row[method] = micro_f1(pairs)
        rows.append(row)
    table = pd.DataFrame(rows)
    lines = []
    for count, held in table.groupby("documents", sort=False):
        places = "one document" if count == 1 else f"{count} documents"
        lines.append(f"types coded in {places}: F1 by cue words only, by the model")
        lines += [
            f"  {row.type:11} {row.blocks:3} blocks  {row[4]:.3f}  {row[5]:.3f}"
            for row in held.itertuples()
        ]
    return lines
