"""Totals and ranks as printed in the press: kept beside the computed ones, never mixed in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from parstats import frameworks
from parstats.errors import InvalidData
from parstats.ingest import text_table
from parstats.ingest.cells import Cells

COLUMNS = ("year", "province", "series", "score", "rank", "n_ranked", "source")
OPTIONAL = ("province_name", "note_vi", "note_en")


def read(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read and check a file of printed totals.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8: year, province, series, score, rank, n_ranked (each of the last three may be
        empty), source and, if wanted, province_name, note_vi and note_en.
    index : str
        The index the figures are of.
    name : str, optional
        What messages should call the file; its path if not given.

    Returns
    -------
    pandas.DataFrame
        year, province, series, score_printed, rank_printed, n_ranked_printed, source, note_vi,
        note_en.

    Raises
    ------
    InvalidData
        With every problem of the file.
    """
    name = name or str(path)
    table = text_table.read(path, name, COLUMNS, OPTIONAL)
    cells = Cells(table, name)
    read_ = pd.DataFrame(
        {
            "year": cells.years(index),
            "province": cells.provinces(),
            "series": table["series"],
            "score_printed": cells.numbers("score", optional=True),
            "rank_printed": cells.whole_numbers("rank", optional=True),
            "n_ranked_printed": cells.whole_numbers("n_ranked", optional=True),
            "source": table["source"],
            "note_vi": table.get("note_vi", ""),
            "note_en": table.get("note_en", ""),
        }
    )
    cells.names_agree(read_["province"], "province_name")
    known = frameworks.series()
    known = known[known["index"] == index]["series"]
    cells.report(
        ~table["series"].isin(known),
        "series",
        lambda _: ("a series of reference/series.csv", "mend the series"),
    )
    keys = pd.MultiIndex.from_frame(read_[["series", "year"]])
    most = frameworks.by_year()["max_points"].reindex(keys).set_axis(read_.index)
    cells.report(
        read_["score_printed"] > most,
        "score",
        lambda row: (f"at most {most.at[row]:g} points", "check the figure in the source"),
    )
    low = (read_["rank_printed"] < 1).fillna(False)
    over = (read_["rank_printed"] > read_["n_ranked_printed"]).fillna(False)
    cells.report(low | over, "rank", lambda _: ("a rank from 1 to n_ranked", "check the source"))
    cells.report(
        table["source"] == "", "source", lambda _: ("where it was printed", "add the address")
    )
    cells.no_repeats(read_[["year", "province", "series"]], "series", "year, province and series")
    if cells.problems:
        raise InvalidData(cells.problems)
    return read_.astype({"year": "int64"})
