"""``python -m evaluation.invented_types``: types of the invented plans, documents left out.

The 303 measures of the invented plans, in ten parts of three documents: the model is fitted to the
coded plans, to what was written for it and to the other parts. The authors of sets c and d of
``measure_types/written.csv`` had read many of these measures, so the figure flatters; below it
stands that of models fitted without the sentences that are alike to a measure left out. At last
the sixty measures coded twice, against each coder.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from evaluation.classifying import all_training_features, fitted, micro_f1
from evaluation.coded import documents
from evaluation.written import (
    Types,
    further_features,
    invented_documents,
    invented_measures,
    second_types,
    written_measures,
)
from parstats.plans.classify.classifier import classify
from parstats.plans.classify.measure_features import Features
from parstats.plans.classify.measure_types import TYPES

PARTS, DRAWS, SEED = 10, 2_000, 7
#: Sentences are alike from this cosine of their words and pairs of words on, weighted by rarity.
ALIKE = 0.15


def parts() -> np.ndarray:
    """Return for each measure the part that its document is in; documents are dealt by chance."""
    names = np.array(sorted(set(invented_documents())))
    np.random.default_rng(SEED).shuffle(names)
    part_of = {name: number % PARTS for number, name in enumerate(names)}
    return np.array([part_of[name] for name in invented_documents()])


def likeness(seen: Sequence[Features], others: Sequence[Features]) -> np.ndarray:
    """Return the cosine of each measure with each of others."""
    vectorizer = TfidfVectorizer(analyzer=lambda each: each.terms, sublinear_tf=True)
    vectorizer.fit([*seen, *others])
    product = vectorizer.transform(seen) @ vectorizer.transform(others).T
    return np.asarray(product.toarray())


def assigned(without_alike: bool) -> list[Types]:
    """Return the types of each measure by a model that has not seen its document."""
    coded_seen, coded = all_training_features(documents(), further=True)
    seen, types = further_features(invented=True)
    n_written, part = len(written_measures()), parts()
    written, invented = seen[:n_written], seen[n_written : n_written + len(part)]
    # Those coded twice stand there twice; both are of the same document.
    part_of_all = np.concatenate([part, part[list(second_types())]])
    alike = likeness(written, invented) >= ALIKE if without_alike else None
    answers: list[Types] = [frozenset()] * len(invented)
    for number in range(PARTS):
        left_out = part == number
        use = ~alike[:, left_out].any(axis=1) if alike is not None else np.ones(n_written, bool)
        chosen = np.flatnonzero(np.concatenate([use, part_of_all != number]))
        model = fitted(
            [*coded_seen, *(seen[at] for at in chosen)], [*coded, *(types[at] for at in chosen)]
        )
        positions = np.flatnonzero(left_out)
        table = classify(
            [invented_measures()[at][0] for at in positions],
            criteria=[invented_measures()[at][1] for at in positions],
            with_model=model,
        )
        for record, found in table.groupby("record")["measure_type"]:
            answers[positions[record]] = frozenset(found)
    return answers


def f1_interval(actual: Sequence[Types], answers: Sequence[Types]) -> tuple[float, float, float]:
    """Return F1 over all types, and its middle 95 % over documents drawn with replacement."""
    names = np.array(invented_documents())
    counts = np.array([[len(a & b), len(a) + len(b)] for a, b in zip(actual, answers, strict=True)])
    by_document = np.array([counts[names == name].sum(axis=0) for name in sorted(set(names))])
    draws = np.random.default_rng(SEED).integers(0, len(by_document), (DRAWS, len(by_document)))
    both, either = by_document[draws].sum(axis=1).T
    low, high = np.quantile(2 * both / either, [0.025, 0.975])
    total = counts.sum(axis=0)
    return float(2 * total[0] / total[1]), float(low), float(high)


def by_type(actual: Sequence[Types], answers: Sequence[Types]) -> list[str]:
    """Return a line a type: measures that have it, missed and too many."""
    lines = [f"{'type':11} given  missed  too many    F1"]
    for name in TYPES:
        given = sum(name in types for types in actual)
        missed = sum(name in a - b for a, b in zip(actual, answers, strict=True))
        more = sum(name in b - a for a, b in zip(actual, answers, strict=True))
        right = given - missed
        score = 2 * right / (2 * right + missed + more) if given or more else float("nan")
        lines.append(f"{name:11} {given:5}  {missed:6}  {more:8}  {score:.2f}")
    return lines


def by_number(actual: Sequence[Types], answers: Sequence[Types]) -> list[str]:
    """Return a line for measures of one type and one for those of several: what is missed."""
    lines = []
    for label, several in (("one type", False), ("several types", True)):
        pairs = [(a, b) for a, b in zip(actual, answers, strict=True) if (len(a) > 1) == several]
        given = sum(len(a) for a, _ in pairs)
        missed, more = sum(len(a - b) for a, b in pairs), sum(len(b - a) for a, b in pairs)
        none = sum(not a & b for a, b in pairs)
        lines.append(
            f"of {label}: {len(pairs)} measures, {given} types, {missed} missed, {more} too many; "
            f"{none} measures without a right type"
        )
    return lines


def _twice(answers: Sequence[Types]) -> list[str]:
    """Return a line a coder: F1 on the measures coded twice."""
    places = list(second_types())
    coded = {
        "first": [invented_measures()[place][2] for place in places],
        "second": list(second_types().values()),
    }
    return [
        f"the {len(places)} coded twice, {coder} coder: "
        f"F1 {micro_f1(list(zip(types, (answers[place] for place in places), strict=True))):.2f}"
        for coder, types in coded.items()
    ]


def main() -> None:
    """Print both figures, and what is missed: by number of types of a measure, and by type."""
    actual = [types for *_, types in invented_measures()]
    for label, without_alike in (("all sentences", False), ("without those alike", True)):
        answers = assigned(without_alike)
        score, low, high = f1_interval(actual, answers)
        print(f"{label:22} n {len(actual)}  F1 {score:.2f} ({low:.2f}-{high:.2f})", flush=True)
    print("\n".join([*by_number(actual, answers), *by_type(actual, answers), *_twice(answers)]))


if __name__ == "__main__":
    main()
