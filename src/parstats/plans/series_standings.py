"""Where a province stood in a series in a year, beside those that started from the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd


#: Places: provinces that ranked so near in the year before are the peers. By judgement: ten peers
#: for most provinces, few enough to start alike.
WITHIN = 5
# Provinces; a median of fewer is not shown, since it would be the figure of one or two.
LEAST_PEERS = 3


class Standing(NamedTuple):
    """Score and rank of a province in a series and year, and where the rank is from."""

    score: float | None
    rank: int | None
    n: int | None
    basis: str


class Standings:
    """Score and rank of each series, year and province, computed ones before printed ones."""

    def __init__(self, scores: pd.DataFrame, printed: pd.DataFrame, series: set[str]) -> None:
        province = scores[scores["series"].isin(series) & (scores["unit_level"] == "province")]
        keys = ["series", "year", "vintage", "province"]
        self.scores = province.set_index(keys)["score"].to_dict()
        ranked = province[province["rank"].notna()]
        self.ranks = {
            key: (int(rank), int(n))
            for key, rank, n in zip(
                ranked.set_index(keys).index, ranked["rank"], ranked["n_ranked"], strict=True
            )
        }
        self.by_year: dict[tuple[str, int, int], dict[str, int]] = {}
        for (name, year, vintage, code), (rank, _) in self.ranks.items():
            self.by_year.setdefault((name, year, vintage), {})[code] = rank
        printed_rows = printed["series"].isin(series) & printed["rank_printed"].notna()
        province_rows = printed[printed_rows & (printed["unit_level"] == "province")]
        self.printed = {
            key: (int(rank), None if is_missing(n) else int(n))
            for key, rank, n in zip(
                province_rows.set_index(keys).index,
                province_rows["rank_printed"],
                province_rows["n_ranked_printed"],
                strict=True,
            )
        }

    def get(self, series: str, year: Any, vintage: int, province: str) -> Standing:
        """Return the score and rank of a province; missing if unknown."""
        if is_missing(year):
            return Standing(None, None, None, "")
        key = (series, int(year), vintage, province)
        score = self.scores.get(key)
        if key in self.ranks:
            return Standing(score, *self.ranks[key], "computed")
        if key in self.printed:
            return Standing(score, *self.printed[key], "printed")
        return Standing(score, None, None, "")

    def peers(self, series: str, before: int, year: int, vintage: int, province: str) -> list[int]:
        """Return a year's ranks of provinces that ranked near this one in the year before."""
        start = self.ranks.get((series, before, vintage, province))
        now = self.by_year.get((series, year, vintage), {})
        if start is None or province not in now:
            return []
        return [
            now[other]
            for other, rank in self.by_year[series, before, vintage].items()
            if other != province and abs(rank - start[0]) <= WITHIN and other in now
        ]


def before_year(plan: dict[str, Any]) -> Any:
    """Return the baseline year of a plan; the year before if not given."""
    if not is_missing(plan["baseline_year"]):
        return plan["baseline_year"]
    return None if is_missing(plan["plan_year"]) else plan["plan_year"] - 1


def broken_between(index: str, year: Any, before: Any, series: str = "") -> set[str]:
    """Return what is not comparable between two years: "level", "ranking", both or nothing.

    Of a series of the index, which is the index as a whole if none is given.
    """
    import pandas as pd

    if is_missing(year) or is_missing(before) or int(year) == int(before):
        return set()
    series = series or frameworks.top(index)
    breaks = frameworks.breaks_between(index, int(year), int(before), affects="ranking")
    broken = {"ranking"} if (breaks["series"] == series).any() else set()
    same = frameworks.comparable(pd.Series([series]), int(year), int(before)).iloc[0]
    return broken if same else broken | {"level"}


def median(values: list[int]) -> float:
    """Return the middle of some ranks."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[middle])
    return (ordered[middle - 1] + ordered[middle]) / 2


def is_missing(value: Any) -> bool:
    """Return whether a value is None, NaN or missing, without loading pandas."""
    return value is None or str(value) in ("<NA>", "nan", "NaT")
