"""What the model of measure types sees in a measure: cue words, its definition's words, word pairs.

Types differ much in how often they were coded, some only once or twice. So most of what the model
learns is shared by all types: how far *a cue of the type* speaks for the type, be it the first cue
of the text or the only one (`TRAITS`). Weights of single cues and words come on top, shrunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from parstats.plans import spelling
from parstats.plans.classify.measure_types import TYPES, Cue, cues_in
from parstats.reference import csv_tables

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


#: What is known of a text and a type, whichever the type. "(cue)": a cue word of the type stands
#: there; "(further cues)": how many more, two at most, and one if the criterion has one too; "(only
#: type)": no other type has a cue; "(first cue)": none stands before it; "(definition)": pairs of
#: words shared with the definition of the type, in text, criterion and field, each counted by how
#: few definitions hold it.
TRAITS = ("(cue)", "(further cues)", "(only type)", "(first cue)", "(definition)")

_PLACE = {measure_type: place for place, measure_type in enumerate(TYPES)}
_MOST_FURTHER = 2
_MOST_TEXT, _MOST_FIELD = 3.0, 2.0
_PART = re.compile(r"[,;:]")


@dataclass(frozen=True, slots=True)
class Features:
    """What was seen in one measure.

    Attributes
    ----------
    traits : numpy.ndarray of float, shape (types, traits)
        Values of `TRAITS` for every type.
    cues : tuple of Cue
        Cue words: of the measure, else of its criterion, else of its field.
    grams : frozenset of str
        Words and pairs of words of the measure.
    told_by : {"measure", "criterion", "field", ""}
        Whose cue words they are; "" if there is none.
    """

    traits: npt.NDArray[np.float64]
    cues: tuple[Cue, ...]
    grams: frozenset[str]
    told_by: str = ""


def grams(found: tuple[str, ...]) -> frozenset[str]:
    """Words and pairs of words of a text.

    Examples
    --------
    >>> sorted(grams(("xin", "lỗi")))
    ['lỗi', 'xin', 'xin lỗi']
    """
    return frozenset(found).union(spelling.pairs(found))


@cache
def _definitions() -> dict[str, tuple[tuple[int, float], ...]]:
    """Types that define themselves by a pair of words, by the pair, and what it weighs for each."""
    held: dict[str, set[int]] = {}
    for row in csv_tables.rows("measure_types"):
        for part in _PART.split(row["definition_vi"]):
            for pair in spelling.pairs(spelling.words(part)):
                held.setdefault(pair, set()).add(_PLACE[row["measure_type"]])
    return {pair: tuple((place, 1 / len(of)) for place in of) for pair, of in held.items()}


def _defined(found: Iterable[str]) -> dict[int, float]:
    definitions = _definitions()
    total: dict[int, float] = {}
    for pair in found:
        for place, weight in definitions.get(pair, ()):
            total[place] = total.get(place, 0.0) + weight
    return total


@cache
def _offices() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Names of offices that hold words of measures, by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in csv_tables.rows("offices"):
        name = spelling.words(row["name"])
        found.setdefault(name[0], []).append(name)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in found.items()}


def without_offices(found: tuple[str, ...]) -> tuple[str, ...]:
    """Words with "" for each word of an office's name, which says who acts and not what is done.

    Examples
    --------
    >>> without_offices(("thanh", "tra", "tỉnh", "sửa", "nhà"))
    ('', '', '', 'sửa', 'nhà')
    """
    left = list(found)
    for place, first in enumerate(found):
        for name in _offices().get(first, ()):
            if tuple(left[place : place + len(name)]) == name:
                left[place : place + len(name)] = [""] * len(name)
    return tuple(left)


def features(
    measure: str, criterion: str = "", field: str = "", *, further: bool = True
) -> Features:
    """What the model sees in a measure.

    Parameters
    ----------
    measure : str
        Text of the measure.
    criterion : str
        Criterion it is for; it speaks where the measure has no cue word of its own.
    field : str
        Name of the field or dimension the plan puts it in.
    further : bool
        Whether cue words count that were added later, see `parstats.plans.classify.measure_types`.

    Examples
    --------
    >>> seen = features("Niêm yết công khai phí, lệ phí")
    >>> [cue.words for cue in seen.cues]
    ['niêm yết', 'công khai']
    """
    import numpy as np

    text = without_offices(spelling.words(measure))
    context = without_offices(spelling.words(criterion))
    own = cues_in(text, further=further)
    of_criterion = cues_in(context, further=further)
    by_source = {
        "measure": own,
        "criterion": of_criterion,
        "field": cues_in(spelling.words(field), further=further),
    }
    told_by = next((source for source, held in by_source.items() if held), "")
    cues = by_source.get(told_by, [])
    traits = np.zeros((len(TYPES), len(TRAITS)))
    by_type: dict[str, set[str]] = {}
    for cue in cues:
        by_type.setdefault(cue.measure_type, set()).add(cue.words)
    also = {cue.measure_type for cue in of_criterion}
    for measure_type, held in by_type.items():
        more = min(len(held) - 1, _MOST_FURTHER) + (measure_type in also)
        first = any(cue.measure_type == measure_type for cue in cues if cue.place == cues[0].place)
        traits[_PLACE[measure_type], :4] = (1, more, len(by_type) == 1, first)
    seen = frozenset(gram for gram in grams(text) if gram == gram.strip() != "")
    for place, total in _defined(seen | set(spelling.pairs(context))).items():
        traits[place, 4] += min(total, _MOST_TEXT)
    for place, total in _defined(set(spelling.pairs(spelling.words(field)))).items():
        traits[place, 4] += min(total, _MOST_FIELD)
    return Features(traits, tuple(cues), seen, told_by)
