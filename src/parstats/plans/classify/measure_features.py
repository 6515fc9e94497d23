"""Features of a measure for the classifier: cue words, definition words, word pairs.

Types differ much in how often they were coded, some only once or twice. So most of what the model
learns is shared by all types: how far *a cue of the type* speaks for the type, be it the first cue
of the text or the only one (`TRAITS`). Weights of single cues and words come on top, shrunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parstats.plans import spelling
from parstats.plans.classify.measure_types import TYPES, Cue, cues_in
from parstats.reference import csv_tables
from parstats.reference.editions import cached

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


#: What is known of a text and a type, whichever the type. "(cue)": a cue word of the type is
#: there; "(further cues)": how many more, two at most, and one if the criterion has one too; "(only
#: type)": no other type has a cue; "(first cue)": none is before it; "(definition)": pairs of
#: words shared with the definition of the type, in text, criterion and field, each counted by how
#: few definitions hold it.
TRAITS = ("(cue)", "(further cues)", "(only type)", "(first cue)", "(definition)")

_TYPE_INDEX = {measure_type: position for position, measure_type in enumerate(TYPES)}
# Caps, so that long texts do not win by length alone. By judgement; the F1 of the types is measured
# with `make evaluate-plans`, each document left out in turn.
# Further cue words of a type that count.
_CUE_CAP = 2
# Shared pairs of words, weighted by rarity (a pair of one definition counts 1), per type: of the
# text and the criterion, ...
_TEXT_CAP = 3.0
# ... and of the field, which says less.
_FIELD_CAP = 2.0
_PART = re.compile(r"[,;:]")


@dataclass(frozen=True, slots=True)
class Features:
    """Features of one measure."""

    traits: npt.NDArray[np.float64]  # values of `TRAITS` for every type; shape (types, traits)
    cues: tuple[Cue, ...]  # cue words: of the measure, else of its criterion, else of its field
    terms: tuple[str, ...] = ()  # words and pairs of words of the measure, ...
    context: tuple[str, ...] = ()  # ... and of its criterion, else of its field

    @property
    def grams(self) -> frozenset[str]:
        """Each of the words and pairs of words of the measure once."""
        return frozenset(self.terms)


def terms(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words and pairs of words of a text; blanked words part it.

    >>> terms(("xin", "lỗi", "", "dân"))
    ('xin', 'lỗi', 'dân', 'xin lỗi')
    """
    both = (*tokens, *spelling.pairs(tokens))
    return tuple(term for term in both if term == term.strip() != "")


@cached
def _definitions() -> dict[str, tuple[tuple[int, float], ...]]:
    """Return the types whose definition has a pair of words, by pair, with weights."""
    types_by_term: dict[str, set[int]] = {}
    for row in csv_tables.rows("measure_types"):
        for part in _PART.split(row["definition_vi"]):
            for pair in spelling.pairs(spelling.tokenize(part)):
                types_by_term.setdefault(pair, set()).add(_TYPE_INDEX[row["measure_type"]])
    return {
        pair: tuple((position, 1 / len(positions)) for position in positions)
        for pair, positions in types_by_term.items()
    }


def _defined(tokens: Iterable[str]) -> dict[int, float]:
    definitions = _definitions()
    total: dict[int, float] = {}
    for pair in tokens:
        for position, weight in definitions.get(pair, ()):
            total[position] = total.get(position, 0.0) + weight
    return total


@cached
def _offices() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Names of offices that hold words of measures, by their first word, the longest first."""
    phrases_by_token: dict[str, list[tuple[str, ...]]] = {}
    for row in csv_tables.rows("offices"):
        name = spelling.tokenize(row["name"])
        phrases_by_token.setdefault(name[0], []).append(name)
    return {
        first: tuple(sorted(names, key=len, reverse=True))
        for first, names in phrases_by_token.items()
    }


def without_offices(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Blank the words of offices' names, which say who acts, not what is done.

    >>> without_offices(("thanh", "tra", "tỉnh", "sửa", "nhà"))
    ('', '', '', 'sửa', 'nhà')
    """
    remaining = list(tokens)
    for position, first in enumerate(tokens):
        for name in _offices().get(first, ()):
            if tuple(remaining[position : position + len(name)]) == name:
                remaining[position : position + len(name)] = [""] * len(name)
    return tuple(remaining)


def features(
    measure: str, criterion: str = "", field: str = "", *, further: bool = True
) -> Features:
    """Compute the features of a measure.

    The criterion it is for speaks where the measure has no cue word; `field` is the name of the
    field or dimension the plan puts it in; for `further` see
    `parstats.plans.classify.measure_types.cues_in`.

    >>> seen = features("Niêm yết công khai phí, lệ phí")
    >>> [cue.phrase for cue in seen.cues]
    ['niêm yết', 'công khai', 'lệ phí']
    """
    import numpy as np

    text = without_offices(spelling.tokenize(measure))
    context = without_offices(spelling.tokenize(criterion))
    heading = spelling.tokenize(field)
    criterion_cues = cues_in(context, further=further)
    cues = cues_in(text, further=further) or criterion_cues or cues_in(heading, further=further)
    traits = np.zeros((len(TYPES), len(TRAITS)))
    by_type: dict[str, set[str]] = {}
    for cue in cues:
        by_type.setdefault(cue.measure_type, set()).add(cue.phrase)
    also = {cue.measure_type for cue in criterion_cues}
    for measure_type, types_by_term in by_type.items():
        more = min(len(types_by_term) - 1, _CUE_CAP) + (measure_type in also)
        first = any(
            cue.measure_type == measure_type for cue in cues if cue.position == cues[0].position
        )
        traits[_TYPE_INDEX[measure_type], :4] = (1, more, len(by_type) == 1, first)
    text_terms = terms(text)
    for position, total in _defined({*text_terms, *spelling.pairs(context)}).items():
        traits[position, 4] += min(total, _TEXT_CAP)
    for position, total in _defined(set(spelling.pairs(heading))).items():
        traits[position, 4] += min(total, _FIELD_CAP)
    return Features(traits, tuple(cues), text_terms, terms(context) or terms(heading))
