"""Table of the provinces that merged into one of the 34."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import from_results
from parstats.figures.column import count_column, number_column
from parstats.figures.table import Table, keeps_source
from parstats.reference import provinces
from parstats.reference.labels import text


@from_results(table="parstats.panel.member_scores: province vintage weight year score rank")
@keeps_source
def members(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate scores and ranks of the provinces that merged, side by side, the newest year first.

    Empty for a province whose borders did not change.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.member_scores`
    lang : {"vi", "en"}
    """
    codes = list(dict.fromkeys(table["province"]))
    wide = table.pivot(index="year", columns="province", values=["score", "rank", "n_ranked"])
    wide.columns = [f"{name}_{code}" for name, code in wide.columns]
    data = wide.sort_index(ascending=False).reset_index()
    columns = [count_column("year", text("table.year", lang))]
    for code in codes:
        name = provinces.by_code(63)[code].names[lang]
        columns += [
            number_column(f"score_{code}", text("table.member_score", lang, name=name)),
            count_column(
                f"rank_{code}", text("table.member_rank", lang), f"rank_{code}", f"n_ranked_{code}"
            ),
        ]
    return Table("members", lang, data, tuple(columns))
