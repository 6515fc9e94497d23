"""Tables of the drivers: shares, main effects, choices behind a ranking, reliability, stability.

Each raises InvalidRequest if the result it is given is empty or of another kind.
"""

from __future__ import annotations

import pandas as pd

from parstats.arguments import check_integer, old_names, require_drawable, result_part
from parstats.figures.caption import basis, percent
from parstats.figures.column import (
    PERCENT,
    SIGNED,
    Column,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.index_language import series_language
from parstats.figures.number_format import NumberFormat
from parstats.figures.table import Table, joined, keeps_source
from parstats.figures.terminal_table import terminal_table
from parstats.reference import frameworks
from parstats.reference.labels import number, text

# Above it a negative correlation counts as none, in `parstats.drivers.structure`.
_OPPOSED_UP_TO = 0.05
_WHOLE_PERCENT = NumberFormat(0, scale=100)
_SENS = ("sens_low", "sens_high")


def sens_text(row: pd.Series, lang: str) -> str:
    """Return the heading of sensitivity intervals, with their share if the table has it.

    >>> sens_text(pd.Series({"sens_level": 0.9}), "vi"), sens_text(pd.Series(), "en")
    ('Độ nhạy (90%)', 'Sensitivity')
    """
    if "sens_level" not in row.index:
        return text("table.sensitivity", lang)
    return text("table.sensitivity_of", lang, share=percent(row["sens_level"], lang))


def _area(row: pd.Series, lang: str) -> str:
    """Return the index of a result, and its region if it is of one."""
    region = row.get("region")
    return f"{row['index']}, {text(f'region.{region}', lang)}" if region else str(row["index"])


def _below(scales: pd.Series, lang: str) -> str:
    """Return the language about what scales are made of: all that lies below one of them."""
    below = frameworks.series().query("parent in @scales and series not in @scales")
    return series_language(lang, below["series"])


def _named(table: pd.DataFrame, column: str, lang: str) -> pd.DataFrame:
    """Return the table with the names of its series."""
    return table.assign(
        name=[frameworks.series_name(name, lang, short=True) for name in table[column]]
    )


def _head(table: pd.DataFrame, n_top: int | None) -> pd.DataFrame:
    return table if n_top is None else table.head(check_integer("n_top", n_top, 1))


def _interval(
    table: pd.DataFrame,
    lang: str,
    values: tuple[str, str] = _SENS,
    number: NumberFormat | None = None,
) -> Column:
    heading = sens_text(table.iloc[0], lang)
    return number_column("interval", heading, *values, number=number, unbroken=True)


@keeps_source
def shares(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate the covariance shares with their parts and intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        That of `parstats.drivers.shares`; of `parstats.drivers.shares_without_noise` also the
        shares without noise, and the reliability of each part.
    lang : {"vi", "en"}
    """
    required = ["series", "share", "variance", "covariance_with_rest", "correlation", *_SENS]
    require_drawable(table, required, "the table of parstats.drivers.shares", once=["series"])
    lang = series_language(lang, table["series"])
    columns: tuple[Column, ...] = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("share", text("table.share", lang), number=PERCENT),
        _interval(table, lang, number=PERCENT),
        number_column("own", text("table.variance", lang), "variance", number=PERCENT),
        number_column(
            "rest", text("table.covariance", lang), "covariance_with_rest", number=PERCENT
        ),
        number_column("correlation", text("table.correlation", lang)),
    )
    notes = joined(basis(table.iloc[0], lang), text("table.shares_note", lang))
    if {"reliability", "share_without_noise"} <= set(table):
        without = text("table.share_without_noise", lang)
        columns += (
            number_column("reliability", text("table.reliability_share", lang)),
            number_column("without_noise", without, "share_without_noise", number=PERCENT),
        )
        notes = (*notes, text("table.without_noise_note", lang))
    return Table("shares", lang, _named(table, "series", lang), columns, notes)


def shares_on_screen(table: pd.DataFrame, lang: str, width: int = 80) -> str:
    """Return the covariance shares as lines of a terminal, with a province's place if given.

    Parameters
    ----------
    table : pandas.DataFrame
        That of `parstats.drivers.shares`; with score and percentile of a province if these are to
        stand beside each share.
    lang : {"vi", "en"}
    width : int; characters of a line
    """
    printed = shares(table, lang)
    columns = [*printed.columns[:3], printed.columns[5]]
    if {"score", "percentile"} <= set(table):
        columns = [
            *columns[:3],
            number_column("score", text("table.score", lang)),
            number_column("percentile", text("table.percentile", lang), number=NumberFormat(0)),
        ]
    data = _named(table, "series", printed.lang)
    return terminal_table(Table("shares", printed.lang, data, tuple(columns), printed.notes), width)


@old_names(top="n_top")
@keeps_source
def main_effects(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> Table:
    """Tabulate the nominal weight of each part beside its main effect.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.drivers.main_effects`
    lang : {"vi", "en"}
    n_top : int, optional; show so many of the largest; all if not given
    """
    required = ["series", "nominal", "effective", "ratio", "linear", "local_linear", "unique"]
    source = "the table of parstats.drivers.main_effects"
    require_drawable(table, [*required, *_SENS], source, once=["series"])
    lang = series_language(lang, table["series"])
    displayed_rows = _head(table, n_top)
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        number_column("nominal", text("table.nominal", lang), number=PERCENT),
        number_column("effective", text("table.effective", lang), number=PERCENT),
        number_column("ratio", text("table.ratio", lang), number=NumberFormat(1)),
        number_column("linear", text("table.linear", lang)),
        number_column("local", text("table.local_linear", lang), "local_linear"),
        _interval(table, lang),
        number_column("unique", text("table.unique", lang)),
    )
    notes = [basis(table.iloc[0], lang), text("table.main_effects_note", lang)]
    if len(displayed_rows) < len(table):
        notes.insert(0, text("table.top_note", lang, n=len(displayed_rows), p=len(table)))
    if displayed_rows["unique"].isna().any():
        notes.append(text("table.unique_missing", lang))
    note = joined(*notes, text("table.shares_note", lang))
    return Table("main-effects", lang, _named(displayed_rows, "series", lang), columns, note)


@keeps_source
def choices(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate which choice behind the index moves the ranks most.

    Parameters
    ----------
    table : pandas.DataFrame
        The choices of `parstats.drivers.robustness`, or its whole result. Where provinces were
        filled in, theirs stand in a separate group.
    lang : {"vi", "en"}
    """
    first, total = ("first_mc_low", "first_mc_high"), ("total_mc_low", "total_mc_high")
    required = ["provinces", "choice", "first_order", *first, "total", *total, "n_draws"]
    source = "the choices of parstats.drivers.robustness"
    table = result_part(table, required)
    require_drawable(table, required, source, once=["provinces", "choice"])
    data = table.assign(
        choice=[text(f"choice.{choice}", lang) for choice in table["choice"]],
        provinces=[text(f"table.choices_{group}", lang) for group in table["provinces"]],
    )
    error = text("table.monte_carlo", lang)
    columns = (
        text_column("choice", text("table.choice", lang)),
        number_column(
            "first", text("table.first_order", lang), "first_order", number=_WHOLE_PERCENT
        ),
        number_column("first_span", error, *first, number=_WHOLE_PERCENT, unbroken=True),
        number_column("total", text("table.total_order", lang), number=_WHOLE_PERCENT),
        number_column("total_span", error, *total, number=_WHOLE_PERCENT, unbroken=True),
    )
    row = table.iloc[0]
    note = text("table.choices_note", lang, draws=number(row["n_draws"], lang, 0))
    group = "provinces" if table["provinces"].nunique() > 1 else ""
    return Table("choices", lang, data, columns, joined(basis(row, lang), note), group)


@keeps_source
def reliability(table: pd.DataFrame, lang: str) -> Table:
    """Tabulate Cronbach's alpha of the index and of each dimension.

    Parameters
    ----------
    table : pandas.DataFrame; the reliability of `parstats.drivers.structure`, or all of its result
    lang : {"vi", "en"}
    """
    required = ["scale", "n_items", "alpha", *_SENS, "mean_correlation"]
    table = result_part(table, required)
    require_drawable(
        table, required, "the reliability of parstats.drivers.structure", once=["scale"]
    )
    lang = _below(table["scale"], lang)
    columns = (
        text_column("scale", text("table.scale", lang)),
        count_column("n", text("table.n_items", lang), "n_items"),
        number_column("alpha", text("table.alpha", lang)),
        _interval(table, lang),
        number_column("mean", text("table.mean_correlation", lang), "mean_correlation"),
    )
    notes = [basis(table.iloc[0], lang), text("table.reliability_note", lang)]
    note = joined(*notes, text("table.shares_note", lang))
    data = table.assign(scale=_named(table, "scale", lang)["name"])
    return Table("reliability", lang, data, columns, note)


@old_names(top="n_top")
@keeps_source
def opposed(table: pd.DataFrame, lang: str, *, n_top: int = 10) -> Table:
    """Tabulate pairs of parts that cancel in the sum, the strongest first.

    Empty if no pair is opposed.

    Parameters
    ----------
    table : pandas.DataFrame; the correlations of `parstats.drivers.structure`, or its whole result
    lang : {"vi", "en"}
    n_top : int
    """
    source = "the correlations of parstats.drivers.structure"
    required = ["series", "other", "pearson", *_SENS, "opposed"]
    table = result_part(table, required)
    require_drawable(table, required, source, once=["series", "other"])
    lang = series_language(lang, table["series"])
    opposed_pairs = table[table["opposed"]].sort_values("pearson", kind="stable")
    displayed_rows = _head(opposed_pairs, n_top)
    names = [_named(displayed_rows, column, lang)["name"] for column in ("series", "other")]
    pairs = [f"{name} – {other}" for name, other in zip(*names, strict=True)]
    columns = (
        text_column("pair", text("table.pair", lang)),
        number_column("pearson", text("table.pair_correlation", lang)),
        _interval(table, lang),
    )
    notes = [
        text("table.opposed_note", lang, p=number(_OPPOSED_UP_TO, lang)),
        basis(table.iloc[0], lang),
    ]
    if len(displayed_rows) < len(opposed_pairs):
        notes.insert(0, text("table.pairs_note", lang, n=len(displayed_rows), p=len(opposed_pairs)))
    note = joined(*notes, text("table.shares_note", lang))
    return Table("opposed", lang, displayed_rows.assign(pair=pairs), columns, note)


@old_names(top="n_top")
@keeps_source
def stability(table: pd.DataFrame, lang: str, *, n_top: int | None = None) -> Table:
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
    ends = ("reversion_sens_low", "reversion_sens_high")
    required = ["index", "series", "pooled", "n_pairs", "n_common", "n_units", "rank_correlation"]
    required += ["pearson", "mean_reversion", *ends, "expected_bounce"]
    source = "the table of parstats.drivers.stability"
    require_drawable(table, required, source)
    pooled = table[table["pooled"]].sort_values("pearson", kind="stable")
    require_drawable(pooled, required, f"{source}, with pooled rows", once=["series"])
    displayed_rows = _head(pooled, n_top)
    lang = series_language(lang, displayed_rows["series"])
    bounce = text("table.expected_bounce", lang)
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        count_column("pairs", text("table.pairs_of_years", lang), "n_pairs"),
        number_column("rank", text("table.rank_correlation", lang), "rank_correlation"),
        number_column("reversion", text("table.mean_reversion", lang), "mean_reversion"),
        _interval(table, lang, ends),
        number_column("bounce", bounce, "expected_bounce", number=SIGNED),
    )
    notes = [
        text(
            "table.stability_basis",
            lang,
            index=_area(table.iloc[0], lang),
            least=displayed_rows["n_common"].min(),
            most=displayed_rows["n_common"].max(),
            of=displayed_rows["n_units"].max(),
        ),
        text("table.stability_note", lang),
    ]
    if len(displayed_rows) < len(pooled):
        notes.insert(0, text("table.top_note", lang, n=len(displayed_rows), p=len(pooled)))
    note = joined(*notes, text("table.shares_note", lang))
    return Table("stability", lang, _named(displayed_rows, "series", lang), columns, note)
