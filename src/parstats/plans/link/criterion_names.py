"""Likeness of a written criterion to the names of the series of an index in a year.

A series is known by its official name, its short one, what it was called in other years, the
spellings of published tables and further wordings (``reference/criterion_synonyms.csv``). Two
measures of likeness are mixed: words and pairs of words, rare ones weighing more (inverse document
frequency over the series), and the likeness of the letters, which forgives slips.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parstats.plans import spelling
from parstats.reference import csv_tables, frameworks
from parstats.reference.editions import cached, cached_up_to

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

#: Share of the words in the likeness (0-1). By judgement, checked with `make evaluate-plans`:
#: words tell criteria apart, letters only forgive slips of typing.
TOKENS = 0.6
#: Share of the letters; the two add up to 1.
LETTERS = 0.4
#: Factor on a name that is not the official one of the year: just less than 1, so that ties go to
#: the official name.
_OTHER_NAME = 0.99
# Weight of a word that no series has, as a share of the rarest word that one has. By judgement:
# between ignoring it and letting one odd word outweigh the name.
_UNKNOWN_TOKEN = 0.5
# The same for a pair of words; half, as an unknown word makes two unknown pairs.
_UNKNOWN_PAIR = 0.25

_ENUMERATION = re.compile(
    r"^\s*(?:[-+*•–]\s*|\(?[a-zđ0-9]\)\s*|(?:TCTP|TC)?\s*\d+(?:[.,]\d+)*\s*[.):/–-]?\s+|"
    r"(?:TCTP|TC)\s*\d+(?:[.,]\d+)*[.):]?\s*|\d+(?:[.,]\d+)*[.):]\s*|[IVX]+\s*[.):/–-]\s*|"
    r"[IVX]+\s+(?=[^\W\d_]{2})|[A-Zđ][.)]\s+)"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_YEAR = re.compile(r"(?:\bnăm\s+)?(?<!\d)(?:19|20)\d\d(?!\d)", re.IGNORECASE)
_MARKUP = re.compile(r"[*_#“”\"«»]+")


@cached
def _fillers() -> tuple[tuple[str, ...], ...]:
    rows = csv_tables.rows("criterion_synonyms")
    tokens = {spelling.plain_tokens(row["wording"]) for row in rows if row["kind"] == "filler"}
    return tuple(sorted(tokens, key=lambda filler: (-len(filler), filler)))


@cached_up_to(16_384)
def key_tokens(text: str) -> tuple[str, ...]:
    """Return the distinctive words of a criterion or heading.

    Without numbering, years, brackets, diacritics, and words that come before any criterion, as
    "Chỉ số nội dung" or "Mức độ hài lòng về". A printed number is no part of the meaning: plans
    renumber.

    >>> key_tokens("TCTP 3.1. Công khai TTHC (Điều tra XHH)") == key_tokens("2) công khai TTHC")
    True
    """
    bare = _MARKUP.sub(" ", unicodedata.normalize("NFC", text))
    shorter = _ENUMERATION.sub("", bare, count=1)
    while shorter != bare:
        bare, shorter = shorter, _ENUMERATION.sub("", shorter, count=1)
    bare = _YEAR.sub(" ", bare)
    all_tokens = spelling.plain_tokens(_BRACKETS.sub(" ", bare)) or spelling.plain_tokens(bare)
    tokens = all_tokens
    moved = True
    while moved:
        moved = False
        while len(tokens) > 1 and tokens[0].isdigit():
            tokens = tokens[1:]
        for filler in _fillers():
            if len(tokens) > len(filler) and tokens[: len(filler)] == filler:
                tokens, moved = tokens[len(filler) :], True
                break
    return tokens


@cached
def _common() -> tuple[tuple[str, ...], ...]:
    rows = csv_tables.rows("criterion_synonyms")
    return tuple(spelling.plain_tokens(row["wording"]) for row in rows if row["kind"] == "common")


@cached_up_to(16_384)
def _without_common(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Remove phrases that distinguish nothing."""
    for phrase in _common():
        size = len(phrase)
        for position in reversed(range(len(tokens) - size + 1)):
            if tokens[position : position + size] == phrase:
                tokens = tokens[:position] + tokens[position + size :]
    return tokens


@dataclass(frozen=True)
class Tree:
    """The series of an index in a year, with all their names."""

    indices: tuple[str, ...]
    year: int | None  # year asked for
    # Series and their levels.
    series: tuple[str, ...]
    levels: tuple[str, ...]
    # Place of the parent of each series, and of the dimension it belongs to (itself for one), -1 if
    # none.
    parents: tuple[int, ...]
    dimensions: tuple[int, ...]
    surveyed: tuple[bool, ...]  # whether the series is scored by a survey
    owners: npt.NDArray[np.int64]  # place of the series of each name
    names: tuple[tuple[str, ...], ...]  # words of the names
    worth: Floats  # 1 for an official name of the year, a little less for others
    # Places of the series that a phrase points to, and of those that a text with the phrase is not
    # about, alike as it may be: "môi trường đầu tư" is no environment.
    topics: dict[tuple[str, ...], tuple[int, ...]]
    denied: dict[tuple[str, ...], tuple[int, ...]]
    _vocabulary: dict[str, int]
    _rarity: Floats
    _matrix: Floats

    def below(self, position: int) -> tuple[int, ...]:
        """Return the places of a series and of all below it."""
        nodes = [position]
        for each in nodes:
            nodes += [child for child, parent in enumerate(self.parents) if parent == each]
        return tuple(nodes)

    def kin(self, position: int) -> frozenset[int]:
        """Return the places of a series, of all above and of all below it."""
        above = []
        up = position
        while up >= 0:
            above.append(up)
            up = self.parents[up]
        return frozenset(above) | frozenset(self.below(position))

    def year_series(self, queries: Sequence[tuple[str, ...]]) -> Floats:
        """Return the share of each name that a query holds, shape (queries, names), from 0 to 1."""
        import numpy as np

        shared, _ = self._shared(queries)
        return np.asarray(shared / self._matrix.sum(axis=1)[None, :])

    def by_name(self, queries: Sequence[tuple[str, ...]]) -> Floats:
        """Return the likeness of queries to every name, shape (queries, names), from 0 to 1."""
        import numpy as np
        from rapidfuzz import fuzz, process

        shared, weight = self._shared(queries)
        name_weight = self._matrix.sum(axis=1)
        token_likeness = 2 * shared / np.maximum(weight[:, None] + name_weight[None, :], 1e-9)
        texts = [" ".join(query) for query in queries]
        names = [" ".join(name) for name in self.names]
        letters = process.cdist(texts, names, scorer=fuzz.ratio, dtype=np.float32)
        likeness = TOKENS * token_likeness + LETTERS * letters.astype(np.float64) / 100
        positions: dict[str, list[int]] = {}
        for position, name in enumerate(names):
            positions.setdefault(name, []).append(position)
        for row, text in enumerate(texts):
            likeness[row, positions.get(text, [])] = 1.0
        return np.asarray(likeness * self.worth * self._distinctive_overlap(queries))

    def _distinctive_overlap(self, queries: Sequence[tuple[str, ...]]) -> Floats:
        """Return 0 where a query and a name share only words that many names have, else 1.

        "Kiểm tra CCHC" is not "Sáng kiến CCHC", also where no other criterion is known.
        """
        import numpy as np

        names = [_without_common(name) for name in self.names]
        worth = np.ones((len(queries), len(names)))
        for row, query in enumerate(queries):
            distinctive = _without_common(query)
            if distinctive == query:
                continue
            for position, name in enumerate(names):
                if len(name) < len(self.names[position]) and not set(distinctive) & set(name):
                    worth[row, position] = float(distinctive == name)
        return worth

    def _shared(self, queries: Sequence[tuple[str, ...]]) -> tuple[Floats, Floats]:
        """Return the weight of words and pairs shared by queries and names, and of queries."""
        import numpy as np

        nodes = np.zeros((len(queries), len(self._vocabulary)))
        weight = np.zeros(len(queries))
        rarest = _rarity(_holders()[0], 1)
        for row, query in enumerate(queries):
            for grams, strange in ((query, _UNKNOWN_TOKEN), (spelling.pairs(query), _UNKNOWN_PAIR)):
                available = {self._vocabulary.get(gram, -1) for gram in grams}
                available.discard(-1)
                nodes[row, list(available)] = 1.0
                unknown = {gram for gram in grams if gram not in self._vocabulary}
                weight[row] += strange * rarest * len(unknown)
        return nodes @ self._matrix.T, weight + nodes @ self._rarity

    def by_series(self, by_name: Floats) -> Floats:
        """Return the best likeness over the names of each series, shape (queries, series)."""
        import numpy as np

        best = np.zeros((len(by_name), len(self.series)))
        np.maximum.at(best.T, self.owners, by_name.T)
        return best


@cached_up_to(256)
def framework_year(index: str, year: int | None) -> int:
    """Return the year if the index's fields are known for it, else the nearest such year.

    Of some years only the total was published, or a few fields: to choose among those would
    be to link to a field because the right one is not there. Such a year has less than half of
    the most fields the index ever had. Of two years as near, the earlier.

    >>> framework_year("PAPI", 2099) == frameworks.years("PAPI")[1]
    True
    >>> framework_year("PAR INDEX", 2023)
    2023
    >>> framework_year("PAR INDEX", 2016)
    2017
    """
    first, last = frameworks.years(index)
    fields = {
        each: int((frameworks.in_year(index, each)["level"] == "dimension").sum())
        for each in range(first, last + 1)
    }
    available = [each for each, count in fields.items() if 2 * count >= max(fields.values())]
    requested = last if year is None else year
    return min(available, key=lambda each: (abs(each - requested), each))


@cached_up_to(64)
def tree(indices: tuple[str, ...], year: int | None) -> Tree:
    """Return the series of one or several indices in a year, with their names.

    Raises UnknownChoice if the package does not know an index.

    >>> grown = tree(("PAPI",), 2024)
    >>> likeness = grown.by_name([key_tokens("Tri thức của công dân")])
    >>> grown.series[int(grown.by_series(likeness).argmax())]
    'papi.participation.civic_knowledge'
    """
    import numpy as np
    import pandas as pd

    year_series = pd.concat(
        [frameworks.in_year(index, framework_year(index, year)) for index in indices]
    )
    # Score parts of another cut ("assessed", "surveyed") hold no fields and name no measure.
    year_series = year_series[
        (year_series["level"] != "part") | year_series["series"].isin(year_series["parent"])
    ]
    series = tuple(year_series["series"])
    position_by_series = {name: number for number, name in enumerate(series)}
    levels = tuple(year_series["level"])
    parents = tuple(position_by_series.get(parent, -1) for parent in year_series["parent"])
    names = _names(series, indices, year)
    owners = np.array([position_by_series[owner] for owner, _, _ in names])
    vocabulary: dict[str, int] = {}
    bags = []
    for _, name, _ in names:
        grams = dict.fromkeys([*name, *spelling.pairs(name)])
        bags.append([vocabulary.setdefault(gram, len(vocabulary)) for gram in grams])
    total, holders = _holders()
    rarity = np.array([_rarity(total, holders.get(gram, 1)) for gram in vocabulary])
    matrix = np.zeros((len(names), len(vocabulary)))
    for row, bag in enumerate(bags):
        matrix[row, bag] = rarity[bag]
    return Tree(
        indices,
        year,
        series,
        levels,
        parents,
        tuple(_dimension(number, levels, parents) for number in range(len(series))),
        tuple("survey" in by for by in year_series["scored_by"]),
        owners,
        tuple(name for _, name, _ in names),
        np.array([worth for _, _, worth in names]),
        _phrases("topic", position_by_series),
        _phrases("not", position_by_series),
        vocabulary,
        rarity,
        matrix,
    )


def _rarity(total: int, holders: int) -> float:
    return math.log(1 + total / holders)


@cached
def _holders() -> tuple[int, dict[str, int]]:
    """Count all series, and those with each word or pair in their name.

    Over all indices, since in a small framework even "thực hiện" would be a rare word.
    """
    grams: dict[str, set[str]] = {}
    for span in frameworks.versions().itertuples():
        name = key_tokens(span.name_vi)
        grams.setdefault(span.series, set()).update(name, spelling.pairs(name))
    return len(grams), Counter(gram for year_series in grams.values() for gram in year_series)


def _dimension(position: int, levels: tuple[str, ...], parents: tuple[int, ...]) -> int:
    while position >= 0 and levels[position] not in {"dimension", "bonus"}:
        position = parents[position]
    return position


def _names(
    series: tuple[str, ...], indices: tuple[str, ...], year: int | None
) -> list[tuple[str, tuple[str, ...], float]]:
    """Return the series, words and worth of every name, each once."""
    official: dict[tuple[str, tuple[str, ...]], float] = {}
    spans = frameworks.versions()
    info = frameworks.series().set_index("series")
    years = {index: framework_year(index, year) for index in indices}
    requested = set(series)
    for span in spans[spans["series"].isin(requested)].itertuples():
        is_in_year = span.year_from <= years[info.at[span.series, "index"]] <= span.year_to
        official[span.series, key_tokens(span.name_vi)] = 1.0 if is_in_year else _OTHER_NAME
    other = [(code, info.at[code, "short_vi"]) for code in series]
    other += [
        (row["series"], row["header"])
        for row in csv_tables.rows("column_maps/spellings")
        if row["series"] in requested and not row["header"].isascii()
    ]
    other += [
        (row["series"], row["wording"])
        for row in csv_tables.rows("criterion_synonyms")
        if row["series"] in requested and row["kind"] == "name"
    ]
    for code, name in other:
        official.setdefault((code, key_tokens(name)), _OTHER_NAME)
    return [(code, name, worth) for (code, name), worth in official.items() if name]


def _phrases(
    kind: str, position_by_series: dict[str, int]
) -> dict[tuple[str, ...], tuple[int, ...]]:
    nodes: dict[tuple[str, ...], tuple[int, ...]] = {}
    for row in csv_tables.rows("criterion_synonyms"):
        if row["kind"] == kind and row["series"] in position_by_series:
            tokens = spelling.plain_tokens(row["wording"])
            nodes[tokens] = (*nodes.get(tokens, ()), position_by_series[row["series"]])
    return nodes


@cached
def headings_by_kind(kind: str) -> frozenset[tuple[str, ...]]:
    """Return the headings that name no series.

    They mean the index as a whole, as "Tổ chức thực hiện" ("whole"), or only part a plan, as "Nội
    dung, giải pháp" ("structure").

    >>> key_tokens("IV. TỔ CHỨC THỰC HIỆN") in headings_by_kind("whole")
    True
    """
    rows = csv_tables.rows("criterion_synonyms")
    return frozenset(key_tokens(row["wording"]) for row in rows if row["kind"] == kind)
