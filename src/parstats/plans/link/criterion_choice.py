"""Choosing the series a record is about: headings first, then the criterion, then the measure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from parstats.plans.link.criterion_names import Tree, headings_of_kind
from parstats.reference import csv_tables

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Words = tuple[str, ...]

#: A criterion is carried as deep as its confidence reaches this, else its dimension is given.
SURE = 0.6
#: Below this there is no link at all.
LINKED = 0.5
#: Links below this are listed for a person to look at.
TRUSTED = 0.8

#: Basis of a link to the index as a whole.
WHOLE = "whole index"

# What a heading that holds the name of one dimension among other words is worth, and one that
# says the whole index is meant.
_NAMED_INSIDE, _WHOLE = 0.85, 0.9
# Headings say many things that are like some name; less alike than this they count half.
_HEADING_LIKE = 0.7
# Least share of the heading's words that such a name has to be: titles name many things.
_LEAST_SHARE = 0.2
# What likeness to a series is worth where a phrase says that it is not meant.
_DENIED = 0.5
# Most that is said of a dimension that only the measure speaks of, and how fast it is reached.
_MOST_INFERRED, _REACHED = 0.75, 1.2
# A series whose name stands inside a measure, and how sure that is.
_HELD, _LEAST_WORDS, _SPOKEN_OF = 0.95, 4, 0.7
# "(Điều tra XHH)" decides between series that are otherwise as like: one is scored by a survey.
_SURVEY = 0.03
# A criterion that fits a series outside the stated dimension so much better raises a doubt.
_MUCH_BETTER, _DOUBT, _UNSHAKEN = 0.15, 0.7, 0.95
_N_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A series for one record.

    Attributes
    ----------
    place : int
        Place of the series in the tree, -1 for none.
    confidence : float
        Probability that it is the right one.
    basis : str
        What matched: "criterion", "heading", "measure", `WHOLE`, "".
    dimension : int
        Place of the dimension, -1 for none.
    stated : bool
        Whether a heading names the dimension, or the index as a whole.
    candidates : tuple of (int, float)
        Places of the likeliest series and their confidence.
    """

    place: int = -1
    confidence: float = 0.0
    basis: str = ""
    dimension: int = -1
    stated: bool = False
    candidates: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of a record, as words.

    Attributes
    ----------
    headings : tuple of tuple of str
        Key words of the headings, the outermost first.
    criterion : tuple of str
        Key words of the criterion, empty if none is named.
    measure : tuple of str
        Words of target, measure and product.
    short_measure : tuple of str
        Key words of the measure alone.
    surveyed, inherited : bool
        Whether the criterion is marked as scored by a survey, and whether it was taken from the
        record above.
    """

    headings: tuple[Words, ...]
    criterion: Words
    measure: Words
    short_measure: Words
    surveyed: bool
    inherited: bool


@cache
def _weights() -> tuple[float, float, float]:
    held = {row["term"]: float(row["weight"]) for row in csv_tables.rows("link_confidence")}
    return held["(base)"], held["likeness"], held["root of lead"]


def confidence(likeness: float, lead: float) -> float:
    """Probability that a link is right.

    Parameters
    ----------
    likeness : float
        Of the text to the name of the series, 0-1.
    lead : float
        Over the next best series that is neither above nor below it; negative where that one is
        more like.

    Examples
    --------
    >>> confidence(0.9, 0.3) > confidence(0.9, 0.05) > confidence(0.6, 0.05)
    True
    """
    base, by_likeness, by_lead = _weights()
    # The root, because the first steps of a lead tell most.
    root = math.copysign(math.sqrt(abs(lead)), lead)
    return 1 / (1 + math.exp(-(base + by_likeness * likeness + by_lead * root)))


def _padded(words: Words) -> str:
    return f" {' '.join(words)} "


def _stands_in(part: Words, whole: Words) -> bool:
    return _padded(part) in _padded(whole)


class Chooser:
    """Chooses among the series of a tree.

    Parameters
    ----------
    grown : Tree
        The series.
    texts, measures : iterable of tuple of str
        Every heading, criterion and beginning of a measure that will be asked about, and every
        whole measure; they are compared with all names at once.
    """

    def __init__(self, grown: Tree, texts: Iterable[Words], measures: Iterable[Words]) -> None:
        self.tree = grown
        asked = list(dict.fromkeys(words for words in texts if words))
        whole = list(dict.fromkeys(words for words in measures if words))
        self._likeness: Mapping[Words, Floats] = {}
        self._held: Mapping[Words, Floats] = {}
        if asked:
            by_series = grown.by_series(grown.by_name(asked)) * self._not_denied(asked)
            self._likeness = dict(zip(asked, by_series, strict=True))
        if whole:
            self._held = dict(zip(whole, grown.held(whole), strict=True))
        names = zip(grown.names, grown.owners, strict=True)
        self._names = [(_padded(name), len(name), int(owner)) for name, owner in names]
        self._topics = [(_padded(topic), of) for topic, of in grown.topics.items()]
        self._all = np.array([level != "index" for level in grown.levels])
        self._criteria = np.array(
            [level not in {"part", "dimension", "bonus"} for level in grown.levels]
        )
        self._fields = self._all & ~self._criteria
        self._surveyed = _SURVEY * np.array(grown.surveyed)
        self._kin = [np.array(sorted(grown.kin(place))) for place in range(len(grown.series))]
        self._below = [np.array(grown.below(place)) for place in range(len(grown.series))]
        self._stated: dict[tuple[Words, ...], Choice] = {}

    def _not_denied(self, asked: list[Words]) -> Floats:
        """1, less where a phrase says that a series is not meant; shape (texts, series)."""
        worth = np.ones((len(asked), len(self.tree.series)))
        for phrase, places in self.tree.denied.items():
            below = [each for place in places for each in self.tree.below(place)]
            holding = [row for row, words in enumerate(asked) if _stands_in(phrase, words)]
            worth[np.ix_(holding, below)] = _DENIED
        return worth

    def _within(self, place: int, allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        if place < 0:
            return allowed
        mask = np.zeros(len(allowed), dtype=bool)
        mask[self._below[place]] = allowed[self._below[place]]
        return mask

    def _best(self, scores: Floats, allowed: npt.NDArray[np.bool_]) -> tuple[int, float]:
        """The best of the allowed series and its confidence; -1 if none is allowed."""
        if not allowed.any():
            return -1, 0.0
        masked = np.where(allowed, scores, -1.0)
        place = int(masked.argmax())
        return place, confidence(float(masked[place]), self._lead(masked, place))

    def _lead(self, masked: Floats, place: int) -> float:
        others = masked.copy()
        others[self._kin[place]] = 0.0
        return float(masked[place] - max(others.max(), 0.0))

    def _candidates(
        self, scores: Floats, allowed: npt.NDArray[np.bool_]
    ) -> tuple[tuple[int, float], ...]:
        masked = np.where(allowed, scores, -1.0)
        order = np.argsort(-masked, kind="stable")[:_N_CANDIDATES]
        return tuple(
            (int(place), confidence(float(masked[place]), self._lead(masked, int(place))))
            for place in order
            if masked[place] > 0
        )

    def stated(self, headings: tuple[Words, ...]) -> Choice:
        """The deepest series that the headings name, the outermost heading read first."""
        if headings not in self._stated:
            self._stated[headings] = self._read_headings(headings)
        return self._stated[headings]

    def _read_headings(self, headings: tuple[Words, ...]) -> Choice:
        found = Choice()
        for words in filter(None, headings):
            if words in headings_of_kind("structure"):
                continue
            if words in headings_of_kind("whole"):
                if found.place < 0:
                    root = self.tree.levels.index("index")
                    found = Choice(root, _WHOLE, WHOLE, stated=True)
                continue
            # Criteria of a field stand side by side in a framework, whatever a plan puts under one.
            above = found.dimension if found.dimension >= 0 else found.place
            above = -1 if found.basis == WHOLE else above
            scores = self._likeness[words]
            scores = np.where(scores >= _HEADING_LIKE, scores, 0.5 * scores)
            # A criterion stands in a heading below its dimension, or else by its full name.
            named = self._all if found.dimension >= 0 or len(words) > _LEAST_WORDS else self._fields
            place, sure = self._best(scores, self._within(above, named))
            anywhere, surest = self._best(scores, named)
            if surest > max(sure, found.confidence, SURE):
                # It names something else better than anything below the heading above it.
                place, sure = anywhere, surest
            if sure < SURE:
                place, sure = self._named_inside(words, above)
            if place >= 0 and sure >= SURE:
                dimension = self.tree.dimensions[place]
                found = Choice(place, sure, "heading", dimension, stated=True)
        return found

    def _named_inside(self, words: Words, above: int) -> tuple[int, float]:
        """The one dimension or part whose name stands among the other words of a heading."""
        allowed = self._within(above, self._all)
        named = [
            (name, int(owner))
            for name, owner in zip(self.tree.names, self.tree.owners, strict=True)
            if allowed[owner]
            and self.tree.levels[owner] in {"dimension", "part", "bonus"}
            and len(name) >= max(_LEAST_WORDS - 1, _LEAST_SHARE * len(words))
            and _stands_in(name, words)
        ]
        longest = {
            owner
            for name, owner in named
            if not any(name != other and _stands_in(name, other) for other, _ in named)
        }
        return (longest.pop(), _NAMED_INSIDE) if len(longest) == 1 else (-1, 0.0)

    def choose(self, asked: Question) -> Choice:
        """The series a record is about."""
        stated = self.stated(asked.headings)
        if not asked.criterion:
            return self._by_measure(asked, stated)
        if stated.dimension < 0:
            return self._under_no_field(asked, stated)
        return self._under_a_field(asked, stated)

    def _scores(self, words: Words, surveyed: bool) -> Floats:
        scores = self._likeness[words]
        return np.asarray(scores + self._surveyed) if surveyed else scores

    def _allowed(self, stated: Choice) -> npt.NDArray[np.bool_]:
        """Series a record may be linked to: below what is stated, the stated field left out."""
        if stated.basis == WHOLE:
            return self._all
        allowed = self._within(
            stated.dimension if stated.dimension >= 0 else stated.place, self._all
        )
        if stated.dimension >= 0:
            allowed[stated.dimension] = False
        return allowed

    def _sure_enough(self, stated: Choice) -> float:
        """How sure a criterion has to be: surer to leave one that a heading names."""
        return TRUSTED if stated.place not in {-1, stated.dimension} else SURE

    def _under_no_field(self, asked: Question, stated: Choice) -> Choice:
        """A criterion under headings that name no dimension."""
        scores = self._scores(asked.criterion, asked.surveyed)
        allowed = self._allowed(stated)
        candidates = self._candidates(scores, allowed)
        place, sure = self._best(scores, allowed)
        least = TRUSTED if stated.basis == WHOLE else SURE
        dimension = self.tree.dimensions[place]
        if sure >= least:
            return Choice(place, sure, "criterion", dimension, dimension >= 0, candidates)
        if dimension >= 0:
            # Which of the criteria of one dimension it is may be open; the dimension is not.
            outside = np.where(self._within(dimension, allowed) | ~allowed, 0.0, scores)
            sure = confidence(float(scores[place]), float(scores[place] - outside.max()))
            if sure >= least:
                return Choice(dimension, sure, "criterion", dimension, candidates=candidates)
        return replace(self._by_measure(asked, stated), candidates=candidates)

    def _under_a_field(self, asked: Question, stated: Choice) -> Choice:
        """A criterion under a heading that names its dimension."""
        scores = self._scores(asked.criterion, asked.surveyed)
        allowed = self._allowed(stated)
        place, sure = self._best(scores, allowed)
        anywhere, sure_anywhere = self._best(scores, self._all)
        candidates = self._candidates(scores, allowed)
        if place >= 0 and sure >= self._sure_enough(stated):
            sure *= stated.confidence
            if place == anywhere:
                sure = max(sure, sure_anywhere)
            chosen = replace(stated, place=place, confidence=sure, basis="criterion")
            chosen = self._own_content(asked, chosen) if asked.inherited else chosen
            return replace(chosen, candidates=candidates)
        inside = scores[place] if place >= 0 else 0.0
        inside = max(inside, scores[stated.dimension])
        if scores[anywhere] - inside > _MUCH_BETTER and sure_anywhere >= TRUSTED:
            return self._doubted(stated, anywhere, sure_anywhere, candidates)
        spoken = self._spoken_of(asked, allowed) if stated.place == stated.dimension else Choice()
        if spoken.place >= 0:
            spoken = replace(spoken, dimension=stated.dimension, stated=True)
        return replace(spoken if spoken.place >= 0 else stated, candidates=candidates)

    def _doubted(
        self, stated: Choice, rival: int, sure: float, candidates: tuple[tuple[int, float], ...]
    ) -> Choice:
        """A heading names one dimension, the criterion clearly fits another."""
        candidates = ((rival, sure), *candidates[: _N_CANDIDATES - 1])
        if stated.confidence < _UNSHAKEN:
            dimension = self.tree.dimensions[rival]
            return Choice(rival, sure * _DOUBT, "criterion", dimension, candidates=candidates)
        return replace(stated, confidence=stated.confidence * _DOUBT, candidates=candidates)

    def _own_content(self, asked: Question, chosen: Choice) -> Choice:
        """A criterion from the merged cell above, where the record itself speaks of another one."""
        allowed = self._within(chosen.dimension, self._all)
        spoken = self._spoken_of(asked, allowed)
        if spoken.place >= 0 and spoken.place != chosen.place:
            own = self._held.get(asked.measure)
            if own is not None and own[self.tree.owners == chosen.place].max() < _HELD:
                return replace(chosen, place=spoken.place, confidence=_SPOKEN_OF, basis="measure")
        return chosen

    def _spoken_of(self, asked: Question, allowed: npt.NDArray[np.bool_]) -> Choice:
        """The criterion whose name, or else whose topic, the record holds; the longest such."""
        held = self._held.get(asked.measure)
        if held is None:
            return Choice()
        criteria = allowed & self._criteria
        text = _padded(asked.measure)
        found = [
            (size, -owner)
            for place in np.flatnonzero(held >= _HELD)
            for name, size, owner in (self._names[place],)
            if size >= _LEAST_WORDS and criteria[owner] and name in text
        ] or [
            (len(topic), -place)
            for topic, places in self._topics
            if topic in text
            for place in places
            if criteria[place]
        ]
        return Choice(-max(found)[1], _SPOKEN_OF, "measure") if found else Choice()

    def _by_measure(self, asked: Question, stated: Choice) -> Choice:
        """A record that names no criterion: its measure may be worded like one, or speak of one."""
        if stated.basis == WHOLE:
            return stated
        known = stated.dimension >= 0
        allowed = self._allowed(stated)
        candidates: tuple[tuple[int, float], ...] = ()
        if asked.short_measure:
            scores = self._scores(asked.short_measure, asked.surveyed)
            candidates = self._candidates(scores, allowed)
            place, sure = self._best(scores, allowed)
            if place >= 0 and sure >= self._sure_enough(stated):
                dimension = self.tree.dimensions[place]
                sure = sure * stated.confidence if known else min(sure, _SPOKEN_OF)
                return Choice(place, sure, "measure", dimension, known, candidates)
        if known:
            found = self._spoken_of(asked, allowed) if stated.place == stated.dimension else stated
            found = replace(found, dimension=stated.dimension, stated=True)
        else:
            found = self._inferred(asked, self._within(stated.place, self._all))
            candidates = found.candidates or candidates
        return replace(found if found.place >= 0 else stated, candidates=candidates)

    def _inferred(self, asked: Question, allowed: npt.NDArray[np.bool_]) -> Choice:
        """The dimension whose topics and criteria the measure speaks of most."""
        text = _padded(asked.criterion + asked.measure)
        evidence = np.zeros(len(self.tree.series))
        for topic, places in self._topics:
            if topic in text:
                for place in places:
                    evidence[self.tree.dimensions[place]] += 1
        spoken = {
            owner for name, size, owner in self._names if size >= _LEAST_WORDS and name in text
        }
        for place in spoken:
            if self.tree.dimensions[place] >= 0:
                evidence[self.tree.dimensions[place]] += 1
        evidence[~allowed] = 0.0
        total = evidence.sum()
        if not total:
            return Choice()
        sure = _MOST_INFERRED * evidence / total * (1 - np.exp(-_REACHED * evidence))
        order = np.argsort(-sure, kind="stable")[:_N_CANDIDATES]
        candidates = tuple((int(each), float(sure[each])) for each in order if sure[each] > 0)
        best = int(order[0])
        if sure[best] < LINKED:
            return Choice(candidates=candidates)
        return Choice(best, float(sure[best]), "measure", best, candidates=candidates)
