"""Measures that are linked to no series, and the cells that each plan's may be about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.exposure import check_list_types
from parstats.remedies.cells.plan_listing import Listing, checked, listings
from parstats.remedies.cells.plan_years import Timing, years_of_pairs

COLUMNS = {
    **dict.fromkeys(("plan", "province"), "str"),
    "vintage": "int64",
    "index": "str",
    "year": "Int64",
    **dict.fromkeys(("n_unlinked", "n_open", "n_targeted"), "int64"),
    "wording": "str",
}
# Where the words of a measure may stand, the document's own first.
_WORDS = ("criterion_as_written", "label_vi", "label_en", "text")


def unlinked_measures(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    timing: Timing = "fieldwork",
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
) -> pd.DataFrame:
    """Return the plans with measures that are linked to no series, those to link first on top.

    A cell that a plan does not name stays "not_targeted" in `exposure` even if measures of the plan
    are not linked; each of these may be about it. Links bring most where many measures and many
    cells wait for one another.

    Parameters
    ----------
    scores, measures, plans, timing, list_types, formal_only
        As in `exposure`.

    Returns
    -------
    pandas.DataFrame: one row per plan and index with such measures, the largest product of n_open
        and n_unlinked first: plan, province, vintage, index, year (the first outcome year), the
        counts n_unlinked (measures of the index, or of no index, that are linked to no series),
        n_open (cells with an outcome, of all outcome years of the plan, that they may be about: not
        named by another measure) and n_targeted (cells that a linked one targets), wording (number
        and words of each of these measures, parted by semicolons). A plan that does not count
        (`plan_years` says why) has no cells.

    Raises
    ------
    InvalidRequest: if a column is missing, a row is duplicated, or a series is not of its index
    UnknownChoice: if an option, an index, a series or a type of measure does not exist

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> measures = load_measures("PAPI").assign(series=lambda table: table["series"].where(
    ...     table["series"] != "papi.corruption.state_employment", ""))
    >>> table = unlinked_measures(load_scores("PAPI"), measures, load_plans("PAPI"))
    >>> bool((table["n_unlinked"] > 0).all())
    True
    """
    check_list_types(list_types)
    rows = checked(measures)
    plan_listings = {
        pair: listing for pair, listing in listings(rows, plans).items() if listing.n_unlinked
    }
    named = {pair: listing for pair, listing in plan_listings.items() if pair[1]}
    dated = years_of_pairs(plans, named, timing=timing, formal_only=formal_only)
    cells = outcomes(scores)
    places = cells.groupby(["index", "vintage", "province", "year"])["series"].agg(list).to_dict()
    unlinked = rows[rows["series"] == ""]
    found = [
        _plan_row(part, plan_listings[plan, index], places, unlinked, list_types)
        for (plan, index), part in dated.groupby(["plan", "index"], sort=False)
    ]
    table = pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)
    weight = -(table["n_open"] * table["n_unlinked"])
    return table.loc[weight.sort_values(kind="stable").index].reset_index(drop=True)


def _plan_row(
    years: pd.DataFrame,
    listing: Listing,
    places: dict[tuple[Any, ...], list[str]],
    unlinked: pd.DataFrame,
    list_types: Sequence[str],
) -> dict[str, Any]:
    """Return the row of one plan and index, of which `years` are the rows of `plan_years`."""
    first = years.iloc[0]
    states = [
        (series, listing.state(series, int(row["year"]), list_types)[0])
        for row in years[years["reason"] == ""].to_dict("records")
        for series in places.get(
            (row["index"], row["vintage"], row["province"], int(row["year"])), ()
        )
    ]
    own = unlinked[
        (unlinked["plan"] == first["plan"]) & unlinked["index"].isin(["", first["index"]])
    ]
    return {
        **{name: first[name] for name in ("plan", "province", "vintage", "index", "year")},
        "n_unlinked": listing.n_unlinked,
        "n_open": sum(series not in listing.named for series, _ in states),
        "n_targeted": sum(state == "targeted" for _, state in states),
        "wording": "; ".join(
            f"{row['row']} {_words(row)}".strip() for row in own.to_dict("records")
        ),
    }


def _words(measure: dict[str, Any]) -> str:
    """Return the words of a measure, those of the document if they are there."""
    written = (measure.get(column, "") for column in _WORDS)
    return next((text.strip() for text in written if isinstance(text, str) and text.strip()), "")
