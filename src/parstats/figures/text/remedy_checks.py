"""Sentences on how much an estimate of remedies hangs on what nobody measured or linked."""

from __future__ import annotations

import math

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import require_columns
from parstats.reference.labels import number, text


def confounding_note(table: pd.DataFrame, lang: str) -> Markdown | None:
    """Say how strong an unobserved reason for targeting would have to be; None without an estimate.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.confounding`
    lang : {"vi", "en"}

    Examples
    --------
    >>> row = {"benchmark": "past", "strength": 1.0, "bias": 0.04, "break_even": 0.12}
    >>> confounding_note(pd.DataFrame([row]), "en").data[:76]
    'The interval would reach 0 if targeted cells had risen by 0.12 standard devi'
    """
    needed = ("benchmark", "strength", "bias", "break_even")
    require_columns(table, needed, "table", "remedies.confounding")
    rows = table[(table["strength"] == 1) & table["bias"].notna()]
    if rows.empty:
        return None
    reach = float(rows["break_even"].iloc[0])
    shifts = [
        text(f"confounding.{row.benchmark}", lang, bias=number(float(row.bias), lang))
        for row in rows.itertuples()
    ]
    key = "reached" if reach == 0 else "gain"
    words = {"gain": number(reach, lang), "shifts": "; ".join(shifts)}
    return Markdown(text(f"note.confounding.{key}", lang, **words))


def spillover_note(table: pd.DataFrame, lang: str) -> Markdown | None:
    """Say whether series beside the targeted ones moved; None where that cannot be told.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.spillover`
    lang : {"vi", "en"}

    Examples
    --------
    >>> row = {"value": "siblings", "adjusted_association": -0.07, "ci_low": -0.2, "ci_high": 0.05}
    >>> print(spillover_note(pd.DataFrame([row]), "en").data.split(":")[0])
    Parts of the same dimension that were not targeted moved like others
    """
    needed = ("value", "adjusted_association", "ci_low", "ci_high")
    require_columns(table, needed, "table", "remedies.spillover")
    row = table[table["value"] == "siblings"].iloc[0]
    if not all(math.isfinite(float(row[name])) for name in needed[1:]):
        return None
    words = {name: number(float(row[name]), lang, sign=True) for name in needed[1:]}
    moved = float(row["ci_low"]) > 0 or float(row["ci_high"]) < 0
    return Markdown(text(f"note.spillover.{'moved' if moved else 'still'}", lang, **words))


def unlinked_bounds_note(table: pd.DataFrame, lang: str) -> Markdown | None:
    """Say what measures that are linked to no series may do to the estimate; None if all are.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.remedies.unlinked_bounds`
    lang : {"vi", "en"}

    Examples
    --------
    >>> rows = pd.DataFrame({"case": ["none", "lowest", "highest"], "n_unlinked": 2,
    ...                      "adjusted_association": [0.1, 0.02, 0.2]})
    >>> print(unlinked_bounds_note(rows, "en").data.split(";")[0])
    Measures that are linked to no part: 2
    """
    require_columns(
        table, ("case", "adjusted_association", "n_unlinked"), "table", "remedies.unlinked_bounds"
    )
    n = int(table["n_unlinked"].iloc[0])
    if not n:
        return None
    figures = table.set_index("case")["adjusted_association"]
    words = {name: number(float(figures[name]), lang, sign=True) for name in ("lowest", "highest")}
    return Markdown(text("note.unlinked_bounds", lang, n=n, **words))
