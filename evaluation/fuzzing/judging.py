"""Read a file and compare what comes out with what is true."""

from __future__ import annotations

import random
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from parstats.errors import ParstatsError
from parstats.ingest.recognise import ingest

from .changes import CHANGES, Change
from .files import write
from .tables import Key, Table

Verdict = Literal["right", "partial", "asked", "wrong", "traceback"]
VERDICTS: tuple[Verdict, ...] = ("right", "partial", "asked", "wrong", "traceback")


@dataclass(frozen=True)
class Case:
    """A case, and what became of it."""

    number: int
    seed: int
    change: Change
    verdict: Verdict
    message: str

    @property
    def failed(self) -> bool:
        """Whether the verdict is one that no change excuses."""
        return self.verdict in ("wrong", "traceback")


def table_of(change: Change, number: int, seed: int) -> Table:
    """The table of a case."""
    return change.table(random.Random(f"{seed} {number} {change.name}"))


def run_case(name: str, number: int, seed: int, keep: Path | None = None) -> Case:
    """Make, write, read and judge a case; `keep` is a folder for its file."""
    change = CHANGES[name]
    table = table_of(change, number, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = write(table, keep or Path(folder))
        verdict, message = judge(table, path, change.kind != "fault")
    return Case(number, seed, change, verdict, message)


def judge(table: Table, path: Path, all_needed: bool) -> tuple[Verdict, str]:
    """Read a file; `all_needed` says that each figure of the table must come out."""
    try:
        read = ingest(path, table.index, year=table.option_year, series=table.option_series).table
    except ParstatsError as error:
        return "asked", f"{type(error).__name__}: {error}"
    except Exception:
        return "traceback", traceback.format_exc()
    differences = _differences(table, read)
    if differences:
        return "wrong", f"{len(differences)} wrong, as " + "; ".join(differences[:4])
    if all_needed:
        lacking = _lacking(table, read)
        if lacking:
            return "partial", f"{len(lacking)} lacking, as " + "; ".join(lacking[:4])
    return "right", ""


def _keys(read: pd.DataFrame) -> list[Key]:
    return [
        (int(year), str(province), str(series))
        for year, province, series in read[["year", "province", "series"]].values.tolist()
    ]


def _differences(table: Table, read: pd.DataFrame) -> list[str]:
    messages = []
    units = {
        (figures.year, series): len(of_series)
        for figures in table.figures
        for series, of_series in figures.scores.items()
    }
    values = read[["score", "rank", "n_ranked", "vintage"]].itertuples(index=False)
    for key, (score, rank, n_ranked, vintage) in zip(_keys(read), values, strict=True):
        true = table.scores.get(key)
        if pd.notna(score) and (true is None or abs(true - score) > table.tolerance):
            messages.append(f"{key}: score {score}, right is {true}")
        if pd.notna(rank) and rank != table.ranks.get(key):
            messages.append(f"{key}: rank {rank}, right is {table.ranks.get(key)}")
        n_units = units.get((key[0], key[2]))
        if n_units and pd.notna(n_ranked) and n_ranked != n_units:
            messages.append(f"{key}: rank out of {n_ranked}, right is {n_units}")
        if vintage != (63 if key[0] <= 2024 else 34):
            messages.append(f"{key}: vintage {vintage}")
    repeated = [key for key, count in Counter(_keys(read)).items() if count > 1]
    return messages + [f"{key}: twice" for key in repeated]


def _lacking(table: Table, read: pd.DataFrame) -> list[str]:
    keys = _keys(read)
    scored = {key for key, there in zip(keys, read["score"].notna(), strict=True) if there}
    ranked = {key for key, there in zip(keys, read["rank"].notna(), strict=True) if there}
    message = [f"no score of {key}" for key in sorted(table.shown - scored)]
    return message + [f"no rank of {key}" for key in sorted(table.shown_ranks - ranked)]
