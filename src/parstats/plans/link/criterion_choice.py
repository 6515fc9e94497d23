"""Choosing the series of a record: headings first, then the criterion, then the measure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from parstats.plans.link.criterion_names import Tree, headings_by_kind
from parstats.reference import csv_tables

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Tokens = tuple[str, ...]

# The thresholds of this module are probabilities or likenesses, 0 to 1. Unless a line says more,
# they were set by judgement and checked with `make evaluate-plans` and the 301 criteria of
# tests/data/criteria_as_written.csv: no wrong link without a warning.

#: Probability from which a criterion is linked; below it, its dimension is given. By judgement:
#: a little above `LINKED`, as the dimension is a safe second choice.
SURE = 0.6
#: Probability below which there is no link: a wrong link would be likelier than a right one.
LINKED = 0.5
#: Probability below which a link is listed for review. By judgement: catches wrong links, keeps
#: the list short.
TRUSTED = 0.8

#: Basis of a link to the index as a whole.
OVERALL = "whole index"

# Probability given to a heading that holds the name of one dimension among other words.
# By judgement: trusted, but less than a full match.
_NAME_IN_HEADING = 0.85
# Probability given to a heading that says the whole index is meant. By judgement.
_OVERALL_CONFIDENCE = 0.9
# Likeness below which a heading counts half: headings share common words with many names.
# By judgement.
_HEADING_LIKENESS = 0.7
# Least share of a heading's words that a name inside it must make up, since titles list many
# things. By judgement.
_LEAST_SHARE = 0.2
# Factor on the likeness to a series that a phrase rules out (kind "not" in
# reference/criterion_synonyms.csv). By judgement: a halved likeness no longer wins.
_DENIAL = 0.5
# Highest probability of a dimension inferred from the measure alone: below `TRUSTED`, so that such
# a link is always listed for review.
_INFERENCE_CEILING = 0.75
# Rate per phrase at which that probability is approached. By judgement: one phrase gives
# 0.75 * (1 - exp(-1.2)) = 0.52, just a link.
_INFERENCE_RATE = 1.2
# Share of a name (0-1, weighted by rarity) that a measure must hold to mention the series.
# By judgement: all words, with room for rounding.
_MIN_CONTAINMENT = 0.95
# Fewest words of a name found that way; shorter names are common phrases. By judgement.
_MIN_TOKENS = 4
# Probability of a link by such a mention: below `TRUSTED`, so that it is listed for review.
_MENTION_CONFIDENCE = 0.7
# Likeness added to series scored by a survey where the plan writes "(Điều tra XHH)". By judgement:
# decides ties and no more.
_SURVEY_BONUS = 0.03
# Lead in likeness of a series outside the stated dimension from which heading and criterion are
# taken to contradict each other. By judgement.
_CLEAR_MARGIN = 0.15
# Factor on the confidence where they do: the product is below `TRUSTED`, so that it is listed.
_DOUBT_FACTOR = 0.7
# Confidence of a heading from which it wins over the criterion. By judgement: a full, exact name.
_HEADING_CERTAINTY = 0.95
# Candidates given with a link; as many as a person compares at a glance. By judgement.
_N_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A series for one record."""

    position: int = -1  # place of the series in the tree, -1 for none
    confidence: float = 0.0  # probability that it is the right one
    basis: str = ""  # what matched: "criterion", "heading", "measure", `WHOLE`, ""
    dimension: int = -1  # place of the dimension, -1 for none
    stated: bool = False  # whether a heading names the dimension, or the index as a whole
    # Places of the likeliest series and their confidence.
    candidates: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A record as words."""

    headings: tuple[Tokens, ...]  # key words of the headings, the outermost first
    # Key words of the criterion, empty if none is named; words of target, measure and product.
    criterion: Tokens
    measure: Tokens
    short_measure: Tokens  # key words of the measure alone
    # Whether the criterion is marked as scored by a survey, and whether it was taken from the
    # record above.
    surveyed: bool
    inherited: bool


@cache
def _weights() -> tuple[float, float, float]:
    types_by_term = {
        row["term"]: float(row["weight"]) for row in csv_tables.rows("link_confidence")
    }
    return types_by_term["(base)"], types_by_term["likeness"], types_by_term["root of lead"]


def confidence(likeness: float, lead: float) -> float:
    """Return the probability that a link is right.

    `likeness` is of the text to the name of the series, 0-1; `lead` over the next best series that
    is neither above nor below it, negative where that one is more like.

    >>> confidence(0.9, 0.3) > confidence(0.9, 0.05) > confidence(0.6, 0.05)
    True
    """
    base, by_likeness, by_lead = _weights()
    # The root, because the first steps of a lead tell most.
    root = math.copysign(math.sqrt(abs(lead)), lead)
    return 1 / (1 + math.exp(-(base + by_likeness * likeness + by_lead * root)))


def _padded(tokens: Tokens) -> str:
    return f" {' '.join(tokens)} "


def _is_contained(part: Tokens, tokens: Tokens) -> bool:
    return _padded(part) in _padded(tokens)


class Chooser:
    """Chooses among the series of a tree.

    It is given every heading, criterion and beginning of a measure that will be asked about
    (`texts`), and every whole measure; they are compared with all names of the tree at once.
    """

    def __init__(self, grown: Tree, texts: Iterable[Tokens], measures: Iterable[Tokens]) -> None:
        self.tree = grown
        question = list(dict.fromkeys(tokens for tokens in texts if tokens))
        unique_measures = list(dict.fromkeys(tokens for tokens in measures if tokens))
        self._likeness: Mapping[Tokens, Floats] = {}
        self._held: Mapping[Tokens, Floats] = {}
        if question:
            by_series = grown.by_series(grown.by_name(question)) * self._not_denied(question)
            self._likeness = dict(zip(question, by_series, strict=True))
        if unique_measures:
            self._held = dict(zip(unique_measures, grown.year_series(unique_measures), strict=True))
        names = zip(grown.names, grown.owners, strict=True)
        self._names = [(_padded(name), len(name), int(owner)) for name, owner in names]
        self._topics = [(_padded(topic), nodes) for topic, nodes in grown.topics.items()]
        self._all = np.array([level != "index" for level in grown.levels])
        self._criteria = np.array(
            [level not in {"part", "dimension", "bonus"} for level in grown.levels]
        )
        self._fields = self._all & ~self._criteria
        self._surveyed = _SURVEY_BONUS * np.array(grown.surveyed)
        self._kin = [np.array(sorted(grown.kin(position))) for position in range(len(grown.series))]
        self._below = [np.array(grown.below(position)) for position in range(len(grown.series))]
        self._stated: dict[tuple[Tokens, ...], Choice] = {}

    def _not_denied(self, question: list[Tokens]) -> Floats:
        """Return 1, or less where a phrase rules a series out; shape (texts, series)."""
        worth = np.ones((len(question), len(self.tree.series)))
        for phrase, positions in self.tree.denied.items():
            below = [each for position in positions for each in self.tree.below(position)]
            holding = [row for row, tokens in enumerate(question) if _is_contained(phrase, tokens)]
            worth[np.ix_(holding, below)] = _DENIAL
        return worth

    def _within(self, position: int, allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        if position < 0:
            return allowed
        mask = np.zeros(len(allowed), dtype=bool)
        mask[self._below[position]] = allowed[self._below[position]]
        return mask

    def _best(self, scores: Floats, allowed: npt.NDArray[np.bool_]) -> tuple[int, float]:
        """Return the best of the allowed series and its confidence; -1 if none is allowed."""
        if not allowed.any():
            return -1, 0.0
        masked = np.where(allowed, scores, -1.0)
        position = int(masked.argmax())
        return position, confidence(float(masked[position]), self._lead(masked, position))

    def _lead(self, masked: Floats, position: int) -> float:
        rivals = masked.copy()
        rivals[self._kin[position]] = 0.0
        return float(masked[position] - max(rivals.max(), 0.0))

    def _candidates(
        self, scores: Floats, allowed: npt.NDArray[np.bool_]
    ) -> tuple[tuple[int, float], ...]:
        masked = np.where(allowed, scores, -1.0)
        order = np.argsort(-masked, kind="stable")[:_N_CANDIDATES]
        return tuple(
            (int(position), confidence(float(masked[position]), self._lead(masked, int(position))))
            for position in order
            if masked[position] > 0
        )

    def stated(self, headings: tuple[Tokens, ...]) -> Choice:
        """Return the deepest series that the headings name, the outermost heading read first."""
        if headings not in self._stated:
            self._stated[headings] = self._read_headings(headings)
        return self._stated[headings]

    def _read_headings(self, headings: tuple[Tokens, ...]) -> Choice:
        choice = Choice()
        for tokens in filter(None, headings):
            if tokens in headings_by_kind("structure"):
                continue
            if tokens in headings_by_kind("whole"):
                if choice.position < 0:
                    root = self.tree.levels.index("index")
                    choice = Choice(root, _OVERALL_CONFIDENCE, OVERALL, stated=True)
                continue
            # Criteria of a field are side by side in a framework, whatever a plan puts under one.
            above = choice.dimension if choice.dimension >= 0 else choice.position
            above = -1 if choice.basis == OVERALL else above
            scores = self._likeness[tokens]
            scores = np.where(scores >= _HEADING_LIKENESS, scores, 0.5 * scores)
            # A criterion is named in a heading below its dimension, or else by its full name.
            named = (
                self._all if choice.dimension >= 0 or len(tokens) > _MIN_TOKENS else self._fields
            )
            position, sure = self._best(scores, self._within(above, named))
            anywhere, surest = self._best(scores, named)
            if surest > max(sure, choice.confidence, SURE):
                # It names something else better than anything below the heading above it.
                position, sure = anywhere, surest
            if sure < SURE:
                position, sure = self._named_inside(tokens, above)
            if position >= 0 and sure >= SURE:
                dimension = self.tree.dimensions[position]
                choice = Choice(position, sure, "heading", dimension, stated=True)
        return choice

    def _named_inside(self, tokens: Tokens, above: int) -> tuple[int, float]:
        """Return the only dimension or part whose name is inside a heading."""
        allowed = self._within(above, self._all)
        named = [
            (name, int(owner))
            for name, owner in zip(self.tree.names, self.tree.owners, strict=True)
            if allowed[owner]
            and self.tree.levels[owner] in {"dimension", "part", "bonus"}
            and len(name) >= max(_MIN_TOKENS - 1, _LEAST_SHARE * len(tokens))
            and _is_contained(name, tokens)
        ]
        longest = {
            owner
            for name, owner in named
            if not any(name != other and _is_contained(name, other) for other, _ in named)
        }
        return (longest.pop(), _NAME_IN_HEADING) if len(longest) == 1 else (-1, 0.0)

    def choose(self, question: Question) -> Choice:
        """Return the series a record is about."""
        stated = self.stated(question.headings)
        if not question.criterion:
            return self._by_measure(question, stated)
        if stated.dimension < 0:
            return self._under_no_field(question, stated)
        return self._under_a_field(question, stated)

    def _scores(self, tokens: Tokens, surveyed: bool) -> Floats:
        scores = self._likeness[tokens]
        return np.asarray(scores + self._surveyed) if surveyed else scores

    def _allowed(self, stated: Choice) -> npt.NDArray[np.bool_]:
        """Return the series a record may be linked to: those below the stated one."""
        if stated.basis == OVERALL:
            return self._all
        allowed = self._within(
            stated.dimension if stated.dimension >= 0 else stated.position, self._all
        )
        if stated.dimension >= 0:
            allowed[stated.dimension] = False
        return allowed

    def _sure_enough(self, stated: Choice) -> float:
        """Return the confidence a criterion needs: more to leave one named by a heading."""
        return TRUSTED if stated.position not in {-1, stated.dimension} else SURE

    def _under_no_field(self, question: Question, stated: Choice) -> Choice:
        """Link a criterion under headings that name no dimension."""
        scores = self._scores(question.criterion, question.surveyed)
        allowed = self._allowed(stated)
        candidates = self._candidates(scores, allowed)
        position, sure = self._best(scores, allowed)
        least = TRUSTED if stated.basis == OVERALL else SURE
        dimension = self.tree.dimensions[position]
        if sure >= least:
            return Choice(position, sure, "criterion", dimension, dimension >= 0, candidates)
        if dimension >= 0:
            # Which of the criteria of one dimension it is may be open; the dimension is not.
            outside = np.where(self._within(dimension, allowed) | ~allowed, 0.0, scores)
            sure = confidence(float(scores[position]), float(scores[position] - outside.max()))
            if sure >= least:
                return Choice(dimension, sure, "criterion", dimension, candidates=candidates)
        return replace(self._by_measure(question, stated), candidates=candidates)

    def _under_a_field(self, question: Question, stated: Choice) -> Choice:
        """Link a criterion under a heading that names its dimension."""
        scores = self._scores(question.criterion, question.surveyed)
        allowed = self._allowed(stated)
        position, sure = self._best(scores, allowed)
        anywhere, sure_anywhere = self._best(scores, self._all)
        candidates = self._candidates(scores, allowed)
        if position >= 0 and sure >= self._sure_enough(stated):
            sure *= stated.confidence
            if position == anywhere:
                sure = max(sure, sure_anywhere)
            chosen = replace(stated, position=position, confidence=sure, basis="criterion")
            chosen = self._override_inherited(question, chosen) if question.inherited else chosen
            return replace(chosen, candidates=candidates)
        inside = scores[position] if position >= 0 else 0.0
        inside = max(inside, scores[stated.dimension])
        if scores[anywhere] - inside > _CLEAR_MARGIN and sure_anywhere >= TRUSTED:
            return self._doubted(stated, anywhere, sure_anywhere, candidates)
        spoken = (
            self._mentioned(question, allowed) if stated.position == stated.dimension else Choice()
        )
        if spoken.position >= 0:
            spoken = replace(spoken, dimension=stated.dimension, stated=True)
        return replace(spoken if spoken.position >= 0 else stated, candidates=candidates)

    def _doubted(
        self, stated: Choice, rival: int, sure: float, candidates: tuple[tuple[int, float], ...]
    ) -> Choice:
        """Link where a heading names one dimension and the criterion clearly fits another."""
        candidates = ((rival, sure), *candidates[: _N_CANDIDATES - 1])
        if stated.confidence < _HEADING_CERTAINTY:
            dimension = self.tree.dimensions[rival]
            return Choice(
                rival, sure * _DOUBT_FACTOR, "criterion", dimension, candidates=candidates
            )
        return replace(stated, confidence=stated.confidence * _DOUBT_FACTOR, candidates=candidates)

    def _override_inherited(self, question: Question, chosen: Choice) -> Choice:
        """Replace a criterion inherited from above if the record itself mentions another one."""
        allowed = self._within(chosen.dimension, self._all)
        spoken = self._mentioned(question, allowed)
        if spoken.position >= 0 and spoken.position != chosen.position:
            containment = self._held.get(question.measure)
            if (
                containment is not None
                and containment[self.tree.owners == chosen.position].max() < _MIN_CONTAINMENT
            ):
                return replace(
                    chosen,
                    position=spoken.position,
                    confidence=_MENTION_CONFIDENCE,
                    basis="measure",
                )
        return chosen

    def _mentioned(self, question: Question, allowed: npt.NDArray[np.bool_]) -> Choice:
        """Return the criterion whose name, or else topic, the record contains; the longest."""
        types_by_term = self._held.get(question.measure)
        if types_by_term is None:
            return Choice()
        criteria = allowed & self._criteria
        text = _padded(question.measure)
        choice = [
            (size, -owner)
            for position in np.flatnonzero(types_by_term >= _MIN_CONTAINMENT)
            for name, size, owner in (self._names[position],)
            if size >= _MIN_TOKENS and criteria[owner] and name in text
        ] or [
            (len(topic), -position)
            for topic, positions in self._topics
            if topic in text
            for position in positions
            if criteria[position]
        ]
        return Choice(-max(choice)[1], _MENTION_CONFIDENCE, "measure") if choice else Choice()

    def _by_measure(self, question: Question, stated: Choice) -> Choice:
        """Link a record without a criterion by its measure."""
        if stated.basis == OVERALL:
            return stated
        available = stated.dimension >= 0
        allowed = self._allowed(stated)
        candidates: tuple[tuple[int, float], ...] = ()
        if question.short_measure:
            scores = self._scores(question.short_measure, question.surveyed)
            candidates = self._candidates(scores, allowed)
            position, sure = self._best(scores, allowed)
            if position >= 0 and sure >= self._sure_enough(stated):
                dimension = self.tree.dimensions[position]
                sure = sure * stated.confidence if available else min(sure, _MENTION_CONFIDENCE)
                return Choice(position, sure, "measure", dimension, available, candidates)
        if available:
            choice = (
                self._mentioned(question, allowed)
                if stated.position == stated.dimension
                else stated
            )
            choice = replace(choice, dimension=stated.dimension, stated=True)
        else:
            choice = self._inferred(question, self._within(stated.position, self._all))
            candidates = choice.candidates or candidates
        return replace(choice if choice.position >= 0 else stated, candidates=candidates)

    def _inferred(self, question: Question, allowed: npt.NDArray[np.bool_]) -> Choice:
        """Return the dimension whose topics and criteria the measure mentions most."""
        text = _padded(question.criterion + question.measure)
        evidence = np.zeros(len(self.tree.series))
        for topic, positions in self._topics:
            if topic in text:
                for position in positions:
                    evidence[self.tree.dimensions[position]] += 1
        spoken = {
            owner for name, size, owner in self._names if size >= _MIN_TOKENS and name in text
        }
        for position in spoken:
            if self.tree.dimensions[position] >= 0:
                evidence[self.tree.dimensions[position]] += 1
        evidence[~allowed] = 0.0
        total = evidence.sum()
        if not total:
            return Choice()
        sure = _INFERENCE_CEILING * evidence / total * (1 - np.exp(-_INFERENCE_RATE * evidence))
        order = np.argsort(-sure, kind="stable")[:_N_CANDIDATES]
        candidates = tuple((int(each), float(sure[each])) for each in order if sure[each] > 0)
        best = int(order[0])
        if sure[best] < LINKED:
            return Choice(candidates=candidates)
        return Choice(best, float(sure[best]), "measure", best, candidates=candidates)
