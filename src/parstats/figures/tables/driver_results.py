"""Tables of the drivers: shares, main effects, choices behind a ranking, reliability, stability.

Each raises InvalidRequest if the result it is given is empty or of another kind.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from parstats.arguments import check_integer, old_names, require_drawable
from parstats.figures.caption import basis
from parstats.figures.table import range_text, sens_text, style_table
from parstats.reference import frameworks
from parstats.reference.labels import number, text


def shares(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate the covariance shares with their parts and intervals.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.shares`
    lang : {"vi", "en"}
    """
    columns = ["series", "share", "variance", "covariance_with_rest", "correlation"]
    columns += ["sens_low", "sens_high"]
    require_drawable(table, columns, "the table of parstats.drivers.shares", once=["series"])
    rows = [
        {
            "name": frameworks.series_name(row["series"], lang, short=True),
            "share": number(100 * row["share"], lang, 1),
            "interval": range_text(100 * row["sens_low"], 100 * row["sens_high"], lang, 1),
            "own": number(100 * row["variance"], lang, 1),
            "rest": number(100 * row["covariance_with_rest"], lang, 1),
            "correlation": number(row["correlation"], lang),
        }
        for _, row in table.iterrows()
    ]
    gt_table = GT(pd.DataFrame(rows), id="shares").cols_label(
        name=text("table.series", lang),
        share=text("table.share", lang),
        interval=sens_text(table.iloc[0], lang),
        own=text("table.variance", lang),
        rest=text("table.covariance", lang),
        correlation=text("table.correlation", lang),
    )
    note = f"{basis(table.iloc[0], lang)} {text('table.shares_note', lang)}".strip()
    gt_table = gt_table.tab_source_note(note)
    numeric = ["share", "interval", "own", "rest", "correlation"]
    return style_table(gt_table, numeric, unbroken=["interval"])


# Above it a negative correlation counts as none, in `parstats.drivers.structure`.
_OPPOSED_UP_TO = 0.05
_SPANS = ("interval", "first_span", "total_span")


def _name(series: str, lang: str) -> str:
    return frameworks.series_name(series, lang, short=True)


def _head(table: pd.DataFrame, n_top: int | None) -> pd.DataFrame:
    return table if n_top is None else table.head(check_integer("n_top", n_top, 1))


def _make_table(
    rows: list[dict[str, str]], names: dict[str, Any], identity: str, *notes: str, group: str = ""
) -> GT:
    """Return a table with named columns, all but the first numbers, and sentences below it."""
    columns = [*names, group] if group else list(names)
    frame = pd.DataFrame(rows, columns=columns)
    table = GT(frame, id=identity, groupname_col=group or None)
    table = table.cols_label(names)
    note = " ".join(sentence for sentence in notes if sentence)
    if note:
        table = table.tab_source_note(note)
    spans = [name for name in names if name in _SPANS]
    return style_table(table, list(names)[1:], unbroken=spans)


@old_names(top="n_top")
def main_effects(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> GT:
    """Tabulate the nominal weight of each part beside its main effect.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.main_effects`
    lang : {"vi", "en"}
    n_top : int, optional; show so many of the largest; all if not given
    """
    columns = ["series", "nominal", "effective", "ratio", "linear", "local_linear", "unique"]
    source = "the table of parstats.drivers.main_effects"
    require_drawable(table, [*columns, "sens_low", "sens_high"], source, once=["series"])
    displayed_rows = _head(table, n_top)
    rows = [
        {
            "name": _name(row["series"], lang),
            "nominal": number(100 * row["nominal"], lang, 1),
            "effective": number(100 * row["effective"], lang, 1),
            "ratio": number(row["ratio"], lang, 1),
            "linear": number(row["linear"], lang),
            "local": number(row["local_linear"], lang),
            "interval": range_text(row["sens_low"], row["sens_high"], lang),
            "unique": number(row["unique"], lang),
        }
        for _, row in displayed_rows.iterrows()
    ]
    names = {
        "name": text("table.series", lang),
        "nominal": text("table.nominal", lang),
        "effective": text("table.effective", lang),
        "ratio": text("table.ratio", lang),
        "linear": text("table.linear", lang),
        "local": text("table.local_linear", lang),
        "interval": sens_text(table.iloc[0], lang),
        "unique": text("table.unique", lang),
    }
    notes = [basis(table.iloc[0], lang), text("table.main_effects_note", lang)]
    if len(displayed_rows) < len(table):
        notes.insert(0, text("table.top_note", lang, n=len(displayed_rows), p=len(table)))
    if displayed_rows["unique"].isna().any():
        notes.append(text("table.unique_missing", lang))
    return _make_table(rows, names, "main-effects", *notes, text("table.shares_note", lang))


def choices(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate which choice behind the index moves the ranks most.

    Parameters
    ----------
    table : pandas.DataFrame
        The choices of `parstats.drivers.robustness`. Where provinces were filled in, theirs stand
        in a separate group.
    lang : {"vi", "en"}
    """
    columns = ["provinces", "choice", "first_order", "first_mc_low", "first_mc_high"]
    columns += ["total", "total_mc_low", "total_mc_high", "n_draws"]
    source = "the choices of parstats.drivers.robustness"
    require_drawable(table, columns, source, once=["provinces", "choice"])
    rows = [
        {
            "choice": text(f"choice.{row['choice']}", lang),
            "first": number(100 * row["first_order"], lang, 0),
            "first_span": range_text(
                100 * row["first_mc_low"], 100 * row["first_mc_high"], lang, 0
            ),
            "total": number(100 * row["total"], lang, 0),
            "total_span": range_text(
                100 * row["total_mc_low"], 100 * row["total_mc_high"], lang, 0
            ),
            "provinces": text(f"table.choices_{row['provinces']}", lang),
        }
        for _, row in table.iterrows()
    ]
    names = {
        "choice": text("table.choice", lang),
        "first": text("table.first_order", lang),
        "first_span": text("table.monte_carlo", lang),
        "total": text("table.total_order", lang),
        "total_span": text("table.monte_carlo", lang),
    }
    row = table.iloc[0]
    note = text("table.choices_note", lang, draws=number(row["n_draws"], lang, 0))
    group = "provinces" if table["provinces"].nunique() > 1 else ""
    return _make_table(rows, names, "choices", basis(row, lang), note, group=group)


def reliability(table: pd.DataFrame, lang: str) -> GT:
    """Tabulate Cronbach's alpha of the index and of each dimension.

    Parameters
    ----------
    table : pandas.DataFrame; the reliability of `parstats.drivers.structure`
    lang : {"vi", "en"}
    """
    columns = ["scale", "n_items", "alpha", "sens_low", "sens_high", "mean_correlation"]
    require_drawable(
        table, columns, "the reliability of parstats.drivers.structure", once=["scale"]
    )
    rows = [
        {
            "scale": _name(row["scale"], lang),
            "n": str(row["n_items"]),
            "alpha": number(row["alpha"], lang),
            "interval": range_text(row["sens_low"], row["sens_high"], lang),
            "mean": number(row["mean_correlation"], lang),
        }
        for _, row in table.iterrows()
    ]
    names = {
        "scale": text("table.scale", lang),
        "n": text("table.n_items", lang),
        "alpha": text("table.alpha", lang),
        "interval": sens_text(table.iloc[0], lang),
        "mean": text("table.mean_correlation", lang),
    }
    notes = [basis(table.iloc[0], lang), text("table.reliability_note", lang)]
    return _make_table(rows, names, "reliability", *notes, text("table.shares_note", lang))


@old_names(top="n_top")
def opposed(table: pd.DataFrame, lang: str, *, n_top: int = 10) -> GT | None:
    """Tabulate pairs of parts that cancel in the sum, the strongest first.

    None if no pair is opposed.

    Parameters
    ----------
    table : pandas.DataFrame; the correlations of `parstats.drivers.structure`
    lang : {"vi", "en"}
    n_top : int
    """
    columns = ["series", "other", "pearson", "sens_low", "sens_high", "opposed"]
    source = "the correlations of parstats.drivers.structure"
    require_drawable(table, columns, source, once=["series", "other"])
    opposed_pairs = table[table["opposed"]].sort_values("pearson", kind="stable")
    displayed_rows = _head(opposed_pairs, n_top)
    if displayed_rows.empty:
        return None
    rows = [
        {
            "pair": f"{_name(row['series'], lang)} – {_name(row['other'], lang)}",
            "pearson": number(row["pearson"], lang),
            "interval": range_text(row["sens_low"], row["sens_high"], lang),
        }
        for _, row in displayed_rows.iterrows()
    ]
    names = {
        "pair": text("table.pair", lang),
        "pearson": text("table.pair_correlation", lang),
        "interval": sens_text(table.iloc[0], lang),
    }
    notes = [
        text("table.opposed_note", lang, p=number(_OPPOSED_UP_TO, lang)),
        basis(table.iloc[0], lang),
    ]
    if len(displayed_rows) < len(opposed_pairs):
        notes.insert(0, text("table.pairs_note", lang, n=len(displayed_rows), p=len(opposed_pairs)))
    return _make_table(rows, names, "opposed", *notes, text("table.shares_note", lang))


@old_names(top="n_top")
def stability(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> GT:
    """Tabulate how far ranks and scores of consecutive years agree, pooled by series.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.stability`
    lang : {"vi", "en"}
    n_top : int, optional; show so many of the least stable; all if not given

    Raises
    ------
    InvalidRequest: if the table is empty or of another kind, or no series has years that can be
        pooled
    """
    columns = ["index", "series", "pooled", "n_pairs", "n_common", "n_units", "rank_correlation"]
    columns += [
        "pearson",
        "mean_reversion",
        "reversion_sens_low",
        "reversion_sens_high",
        "expected_bounce",
    ]
    source = "the table of parstats.drivers.stability"
    require_drawable(table, columns, source)
    pooled = table[table["pooled"]].sort_values("pearson", kind="stable")
    require_drawable(pooled, columns, f"{source}, with pooled rows", once=["series"])
    displayed_rows = _head(pooled, n_top)
    rows = [
        {
            "name": _name(row["series"], lang),
            "pairs": str(row["n_pairs"]),
            "rank": number(row["rank_correlation"], lang),
            "reversion": number(row["mean_reversion"], lang),
            "interval": range_text(row["reversion_sens_low"], row["reversion_sens_high"], lang),
            "bounce": number(row["expected_bounce"], lang, sign=True),
        }
        for _, row in displayed_rows.iterrows()
    ]
    names = {
        "name": text("table.series", lang),
        "pairs": text("table.pairs_of_years", lang),
        "rank": text("table.rank_correlation", lang),
        "reversion": text("table.mean_reversion", lang),
        "interval": sens_text(table.iloc[0], lang),
        "bounce": text("table.expected_bounce", lang),
    }
    notes = [
        text(
            "table.stability_basis",
            lang,
            index=table["index"].iloc[0],
            least=displayed_rows["n_common"].min(),
            most=displayed_rows["n_common"].max(),
            of=displayed_rows["n_units"].max(),
        ),
        text("table.stability_note", lang),
    ]
    if len(displayed_rows) < len(pooled):
        notes.insert(0, text("table.top_note", lang, n=len(displayed_rows), p=len(pooled)))
    return _make_table(rows, names, "stability", *notes, text("table.shares_note", lang))
