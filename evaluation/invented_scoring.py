"""Scores of what was read in an invented plan against what its author says.

Measures are matched by their words and in their order. What the reader cut at one place into
several measures (the bullets of a cell) is joined where that fits better, as the author counts a
row as one measure. A measure that was not found counts with all it has as wrong; one that is none
counts under "false" only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from evaluation.invented_content import CELLS, FACTS, OFFICIAL, Content, Measure

#: Share of words in common from which two texts are the same measure. By judgement: half.
SAME = 0.5
# A dash or bullet that stands by itself; the author keeps them in cells, and readers need not.
_BULLET = re.compile(r"(?:^|(?<=\s))[-–+•*](?=\s)")
_WORD = re.compile(r"\w+")
# The number of a criterion: the author keeps it in a cell and drops it from a heading.
_NUMBER = re.compile(r"^(?:TCTP |TC )?(?:(?:[IVX]+|[A-Z])[.)-]|\d+(?:\.\d+)*[.)]?)\s+")
_NOTHING = Measure(
    text="",
    criterion="",
    cells=dict.fromkeys(CELLS, ""),
    lead=frozenset(),
    support=frozenset(),
    deadline_end="",
    targets=(),
    types=frozenset(),
    series=frozenset(),
    series_by_measure=frozenset(),
    index="",
)

Words = Counter[str]


@dataclass
class Score:
    """Counts of one document, or of all.

    `in_pieces` counts measures found that were read as several, `zeros` targets of 0 that nobody
    set, `own_linked` measures for a department's or district's own index that have a series.
    `right` and `totals` are by what is compared: a cell ("lead"), its words ("lead words"), what
    it means ("lead names"), a fact of the plan ("fact date").
    """

    document: str
    true: int = 0
    read: int = 0
    found: int = 0
    false: int = 0
    in_pieces: int = 0
    zeros: int = 0
    own_linked: int = 0
    shortcomings: int = 0
    shortcomings_found: int = 0
    right: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    totals: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    wrong: list[str] = field(default_factory=list)

    def share(self, *names: str) -> float:
        """What was right of all that was compared, as a share of one; nan where nothing was."""
        total = sum(self.totals[name] for name in names)
        return sum(self.right[name] for name in names) / total if total else float("nan")

    def count(self, name: str, right: float, total: float = 1) -> None:
        """Count one comparison."""
        self.right[name] += right
        self.totals[name] += total

    def add(self, other: Score) -> None:
        """Count another document in."""
        for name in (
            "true",
            "read",
            "found",
            "false",
            "in_pieces",
            "zeros",
            "own_linked",
            "shortcomings",
            "shortcomings_found",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, total in other.totals.items():
            self.count(name, other.right[name], total)


def plain(text: str) -> str:
    r"""A text as it is compared: single blanks, no free-standing bullets, no sign at its end.

    Examples
    --------
    >>> plain("- Đủ 03 lớp;\n- Không trễ hạn.")
    'Đủ 03 lớp; Không trễ hạn'
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_BULLET.sub(" ", composed).split()).rstrip(" ;.")


def unnumbered(text: str) -> str:
    """A criterion or heading without its number.

    Examples
    --------
    >>> unnumbered("TC 2.1. Theo dõi thi hành pháp luật"), unnumbered("II. Cải cách thể chế")
    ('Theo dõi thi hành pháp luật', 'Cải cách thể chế')
    """
    return _NUMBER.sub("", text)


def words(text: str) -> Words:
    """The words of a text, in small letters."""
    return Counter(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def likeness(first: Words, second: Words) -> float:
    """Words in common, as a share of the words of both.

    Examples
    --------
    >>> likeness(words("họp dân ở ấp"), words("Họp dân"))
    0.66...
    """
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0


def score(true: Content, read: Content) -> Score:
    """Compare what was read in a document with what it says."""
    result = Score(true.document, true=len(true.measures), read=len(read.measures))
    runs = align(
        [words(measure.text) for measure in true.measures],
        [words(measure.text) for measure in read.measures],
        [measure.place for measure in read.measures],
    )
    result.found = len(runs)
    result.false = len(read.measures) - sum(end - start for start, end in runs.values())
    for number, measure in enumerate(true.measures):
        start, end = runs.get(number, (0, 0))
        found = join(read.measures[start:end]) if end else None
        if found is None:
            result.wrong.append(f"missed: {plain(measure.text)}")
        result.in_pieces += end - start > 1
        _compare_written(result, measure, found or _NOTHING, in_pieces=end - start > 1)
        _compare_meant(result, measure, found or _NOTHING)
    _compare_facts(result, true, read)
    own = true.facts["indices"] == "own"
    result.own_linked = sum(bool(measure.series) for measure in read.measures) if own else 0
    _compare_shortcomings(result, true.shortcomings or (), read.shortcomings or ())
    return result


def align(
    true: Sequence[Words], read: Sequence[Words], places: Sequence[Hashable]
) -> dict[int, tuple[int, int]]:
    """Match texts in their order, as alike as can be.

    Returns
    -------
    dict of int to (int, int)
        For each text that was found its number, and from where to where it was read: more than one
        only at the same place.
    """
    best = [[0.0] * (len(read) + 1) for _ in range(len(true) + 1)]
    taken: dict[tuple[int, int], int] = {}  # start of the run that ends there
    for row in range(1, len(true) + 1):
        for end in range(1, len(read) + 1):
            best[row][end] = max(best[row - 1][end], best[row][end - 1])
            joined: Words = Counter()
            for start in range(end - 1, -1, -1):
                if places[start] != places[end - 1]:
                    break
                joined = joined + read[start]
                alike = likeness(true[row - 1], joined)
                reached = best[row - 1][start] + alike
                if alike >= SAME and reached > best[row][end]:
                    best[row][end] = reached
                    taken[row, end] = start
    runs, end = {}, len(read)
    for row in range(len(true), 0, -1):
        while end and best[row][end] == best[row][end - 1]:
            end -= 1
        if end and best[row][end] > best[row - 1][end]:
            start = taken[row, end]
            runs[row - 1] = (start, end)
            end = start
    return runs


def join(measures: Sequence[Measure]) -> Measure:
    """What was read at one place as one measure."""
    if len(measures) == 1:
        return measures[0]

    def texts(parts: Iterable[str]) -> str:
        return " ".join(dict.fromkeys(filter(None, parts)))

    def union(part: Callable[[Measure], frozenset[str]]) -> frozenset[str]:
        return frozenset[str]().union(*map(part, measures))

    return replace(
        measures[0],
        text=texts(measure.text for measure in measures),
        criterion=texts(measure.criterion for measure in measures),
        cells={name: texts(measure.cells[name] for measure in measures) for name in CELLS},
        lead=union(lambda measure: measure.lead),
        support=union(lambda measure: measure.support),
        deadline_end=max(measure.deadline_end for measure in measures),
        targets=tuple(dict.fromkeys(aim for measure in measures for aim in measure.targets)),
        types=union(lambda measure: measure.types),
        series=union(lambda measure: measure.series),
        confidence=max(measure.confidence for measure in measures),
    )


def _compare_written(result: Score, true: Measure, read: Measure, *, in_pieces: bool) -> None:
    """Compare the words, and each cell that one of the two has."""
    texts = {
        "measure": (plain(true.text), plain(read.text)),
        "criterion": (unnumbered(plain(true.criterion)), unnumbered(plain(read.criterion))),
        **{name: (plain(text), plain(read.cells[name])) for name, text in true.cells.items()},
    }
    if in_pieces:
        # The sign between two pieces belongs to neither.
        said, found = (text.replace(";", "").replace(".", "") for text in texts["measure"])
        texts["measure"] = (said, found)
    for name, (written, found) in texts.items():
        if written or found:
            result.count(name, written == found)
            result.count(f"{name} words", likeness(words(written), words(found)))
            if read is not _NOTHING and written != found:
                result.wrong.append(f"{name}: {written!r} read as {found!r}")


def _compare_meant(result: Score, true: Measure, read: Measure) -> None:
    """Compare units, deadline, targets, types and series; what both leave empty does not count."""
    meant: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        "lead names": (sorted(true.lead), sorted(read.lead)),
        "support names": (sorted(true.support), sorted(read.support)),
        "deadline end": (true.deadline_end, read.deadline_end),
        "series": (sorted(true.series), sorted(read.series)),
    }
    if true.index != "own":  # whose index it is, is scored once, with the plan
        meant["index"] = (true.index, read.index)
    for position, name in enumerate(("op", "value", "unit")):
        said, found = (sorted(str(aim[position]) for aim in side.targets) for side in (true, read))
        meant[f"target {name}"] = said, found
    meant[f"value of {'cells' if 'target' in true.cells else 'sentences'}"] = meant["target value"]
    result.zeros += "0.0" in meant["target value"][1] and "0.0" not in meant["target value"][0]
    for name, pair in meant.items():
        if any(pair):
            result.count(name, pair[0] == pair[1])
            if read is not _NOTHING and pair[0] != pair[1]:
                result.wrong.append(f"{name}: {pair[0] or 'none'} read as {pair[1] or 'none'}")
    if true.series or read.series:
        either = bool(read.series) and read.series in (true.series, true.series_by_measure)
        result.count("series, either", either)
    # F1: twice what both have, of all that either has.
    result.count("types", 2 * len(true.types & read.types), len(true.types) + len(read.types))


def _compare_facts(result: Score, true: Content, read: Content) -> None:
    for name in FACTS:
        said, found = true.facts[name], read.facts.get(name)
        right = said == found
        if name == "indices" and said == "own" and found is not None:
            right = OFFICIAL.isdisjoint(found.split(";")) and bool(found)
        result.count(f"fact {name}", right)
        if not right and found is not None:
            result.wrong.append(f"{name}: {said!r} read as {found!r}")


def _compare_shortcomings(
    result: Score, true: Sequence[Sequence[str]], read: Sequence[Sequence[str]]
) -> None:
    """Match by the words of criterion and cause, and compare each cell."""
    sides = [[words(f"{row[0]} {row[-1]}") for row in side] for side in (true, read)]
    runs = align(sides[0], sides[1], range(len(read)))
    result.shortcomings, result.shortcomings_found = len(true), len(runs)
    for number, row in enumerate(true):
        start, _ = runs.get(number, (-1, -1))
        found = read[start] if start >= 0 else [""] * len(row)
        for said, cell in zip(row, found, strict=True):
            if said or cell:
                result.count("shortcoming cells", plain(said) == plain(cell))
