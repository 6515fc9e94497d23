"""Tables of the measures side by side: which question each answers, and what each puts first."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import check_integer, from_results
from parstats.drivers.overview import MEASURES
from parstats.figures.caption import basis
from parstats.figures.column import count_column, sentence_column, text_column
from parstats.figures.index_language import series_language
from parstats.figures.table import Table, joined, keeps_source
from parstats.reference import frameworks
from parstats.reference.labels import text


def questions(lang: str) -> Table:
    """Tabulate which measure of the drivers answers which question, and what it does not say.

    Parameters
    ----------
    lang : {"vi", "en"}; a language about an index (`parstats.text.language`) uses its terms

    Examples
    --------
    >>> questions("en").displayed["measure"].tolist()[0]
    'Covariance share'
    """
    data = pd.DataFrame(
        {
            "measure": [text(f"measure.{name}", lang) for name in MEASURES],
            "question": [text(f"measure.{name}.question", lang) for name in MEASURES],
            "limit": [text(f"measure.{name}.limit", lang) for name in MEASURES],
        }
    )
    columns = (
        text_column("measure", text("table.measure_of_drivers", lang)),
        sentence_column("question", text("table.question", lang)),
        sentence_column("limit", text("table.not_said", lang)),
    )
    return Table("questions", lang, data, columns)


@keeps_source
@from_results(table="parstats.drivers.overview: series share n_first n_measures flags")
def overview(table: pd.DataFrame, lang: str, *, n_top: int | None = 14) -> Table:
    """Tabulate the rank of each part by every measure, those among the first of most first.

    Parameters
    ----------
    table : pandas.DataFrame; parts of `parstats.drivers.overview`, or its whole result
    lang : {"vi", "en"}
    n_top : int, optional; show so many; all if None
    """
    lang = series_language(lang, table["series"])
    rows = table if n_top is None else table.head(check_integer("n_top", n_top, 1))
    measures = [name for name in MEASURES if f"{name}_rank" in rows and rows[name].notna().any()]
    data = rows.assign(
        name=[frameworks.series_name(name, lang, short=True) for name in rows["series"]],
        marks=[flag_texts(flags, lang) for flags in rows["flags"]],
    )
    columns = (
        text_column("name", text("table.sub_dimension", lang)),
        *(
            count_column(f"{name}_rank", text(f"measure.{name}.short", lang), f"{name}_rank")
            for name in measures
        ),
        count_column("among", text("table.among_first", lang), "n_first", "n_measures"),
        *([text_column("marks", text("table.marks", lang))] if data["marks"].ne("").any() else []),
    )
    notes = [text("table.overview_note", lang)]
    if len(rows) < len(table):
        notes.insert(0, text("table.top_note", lang, n=len(rows), p=len(table)))
    return Table("overview", lang, data, columns, joined(*notes, _basis(table, lang)))


def _basis(table: pd.DataFrame, lang: str) -> str:
    return basis(table.iloc[0], lang) if len(table) else ""


def flag_texts(flags: str, lang: str) -> str:
    """Return the flags of a part in words.

    >>> flag_texts("first_year; negative_share", "en")
    'first year; negative share'
    """
    return "; ".join(text(f"flag.{flag}", lang) for flag in flags.split("; ") if flag)
