"""Tables of the drivers: main effects, choices behind a ranking, audit, stability."""

from __future__ import annotations

import pandas as pd
from great_tables import GT

from parstats import frameworks
from parstats.figures.tables import finished
from parstats.labels import number, text


def _name(series: str, lang: str) -> str:
    return frameworks.name_of(series, lang, short=True)


def _span(low: float, high: float, lang: str, decimals: int = 2) -> str:
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


def _made(rows: list[dict[str, str]], names: dict[str, str], lang: str, identity: str) -> GT:
    """A table whose columns are named by keys of the labels; all but the first are numbers."""
    table = GT(pd.DataFrame(rows, columns=list(names)), id=identity)
    table = table.cols_label({column: text(key, lang) for column, key in names.items()})
    return finished(table, list(names)[1:])


def main_effects(table: pd.DataFrame, lang: str, *, top: int | None = None) -> GT:
    """Weight that the rules give each part beside the weight that the scores give it.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.main_effects` gives it.
    lang : {"vi", "en"}
        Language.
    top : int, optional
        Show so many of the largest; all if not given.
    """
    rows = [
        {
            "name": _name(row["series"], lang),
            "nominal": number(100 * row["nominal"], lang, 1),
            "effective": number(100 * row["effective"], lang, 1),
            "ratio": number(row["ratio"], lang, 1),
            "linear": number(row["linear"], lang),
            "local": number(row["local_linear"], lang),
            "interval": _span(row["ci_low"], row["ci_high"], lang),
            "unique": number(row["unique"], lang),
        }
        for _, row in (table.head(top) if top else table).iterrows()
    ]
    names = {
        "name": "table.series",
        "nominal": "table.nominal",
        "effective": "table.effective",
        "ratio": "table.ratio",
        "linear": "table.linear",
        "local": "table.local_linear",
        "interval": "table.sensitivity",
        "unique": "table.unique",
    }
    return _made(rows, names, lang, "main-effects")


def choices(table: pd.DataFrame, lang: str) -> GT:
    """Which choice behind the index moves the ranks most.

    Parameters
    ----------
    table : pandas.DataFrame
        The choices of `parstats.drivers.robustness`.
    lang : {"vi", "en"}
        Language.
    """
    rows = [
        {
            "choice": text(f"choice.{row['choice']}", lang),
            "first": number(100 * row["first_order"], lang, 0),
            "first_span": _span(100 * row["first_low"], 100 * row["first_high"], lang, 0),
            "total": number(100 * row["total"], lang, 0),
            "total_span": _span(100 * row["total_low"], 100 * row["total_high"], lang, 0),
        }
        for _, row in table.iterrows()
    ]
    names = {
        "choice": "table.choice",
        "first": "table.first_order",
        "first_span": "table.monte_carlo",
        "total": "table.total_order",
        "total_span": "table.monte_carlo",
    }
    return _made(rows, names, lang, "choices")


def reliability(table: pd.DataFrame, lang: str) -> GT:
    """Cronbach's alpha of the index and of each dimension.

    Parameters
    ----------
    table : pandas.DataFrame
        The reliability of `parstats.drivers.structure`.
    lang : {"vi", "en"}
        Language.
    """
    rows = [
        {
            "scale": _name(row["scale"], lang),
            "n": str(row["n_items"]),
            "alpha": number(row["alpha"], lang),
            "interval": _span(row["ci_low"], row["ci_high"], lang),
            "mean": number(row["mean_correlation"], lang),
        }
        for _, row in table.iterrows()
    ]
    names = {
        "scale": "table.scale",
        "n": "table.n_items",
        "alpha": "table.alpha",
        "interval": "table.sensitivity",
        "mean": "table.mean_correlation",
    }
    return _made(rows, names, lang, "reliability")


def opposed(table: pd.DataFrame, lang: str, *, top: int = 10) -> GT | None:
    """Pairs of parts that cancel in the sum, the strongest first.

    Parameters
    ----------
    table : pandas.DataFrame
        The correlations of `parstats.drivers.structure`.
    lang : {"vi", "en"}
        Language.
    top : int
        Show so many.

    Returns
    -------
    great_tables.GT or None
        None if no pair is opposed.
    """
    shown = table[table["opposed"]].sort_values("pearson").head(top)
    if shown.empty:
        return None
    rows = [
        {
            "pair": f"{_name(row['series'], lang)} – {_name(row['other'], lang)}",
            "pearson": number(row["pearson"], lang),
            "interval": _span(row["ci_low"], row["ci_high"], lang),
        }
        for _, row in shown.iterrows()
    ]
    names = {
        "pair": "table.pair",
        "pearson": "table.pair_correlation",
        "interval": "table.sensitivity",
    }
    return _made(rows, names, lang, "opposed")


def stability(table: pd.DataFrame, lang: str, *, top: int | None = None) -> GT:
    """How far ranks and scores of neighbouring years agree, pooled by series.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.drivers.stability` gives it.
    lang : {"vi", "en"}
        Language.
    top : int, optional
        Show so many of the least stable; all if not given.
    """
    pooled = table[table["pooled"]].sort_values("pearson", kind="stable")
    rows = [
        {
            "name": _name(row["series"], lang),
            "pairs": str(row["n_pairs"]),
            "rank": number(row["rank_correlation"], lang),
            "reversion": number(row["mean_reversion"], lang),
            "interval": _span(row["reversion_low"], row["reversion_high"], lang),
            "bounce": number(row["expected_bounce"], lang, sign=True),
        }
        for _, row in (pooled.head(top) if top else pooled).iterrows()
    ]
    names = {
        "name": "table.series",
        "pairs": "table.pairs_of_years",
        "rank": "table.rank_correlation",
        "reversion": "table.mean_reversion",
        "interval": "table.sensitivity",
        "bounce": "table.expected_bounce",
    }
    return _made(rows, names, lang, "stability")
