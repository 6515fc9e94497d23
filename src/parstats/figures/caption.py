"""Captions of figures and tables: their basis, and how to read their marks."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from parstats.figures import theme
from parstats.panel.subset_marks import parse_subset, subset_in
from parstats.reference import definitions, frameworks
from parstats.reference import provinces as places
from parstats.reference.labels import number, text

# Size of the letters of a caption in points: the smallest that stays readable in print.
_POINTS = 8.0
# Inches from one line of that size to the next.
_LINE = 1.25 * _POINTS / 72
# Characters of that size to an inch, the mean of Vietnamese and English captions.
_TO_AN_INCH = 16.3
# Characters of a line of a long name at the axis. By judgement: leaves half the width to the plot.
_LONGEST_NAME = 34


def caption(figure: Figure, *sentences: str, ax: Axes | None = None) -> str:
    """Write sentences under a figure; empty ones are left out.

    The figure has its final width. Where a chart is drawn into axes of somebody's own (`ax`),
    nothing is written into their figure: the sentences are returned, else nothing.
    """
    words = " ".join(sentence for sentence in sentences if sentence)
    if ax is not None:
        return words
    _write(figure, _lines(figure, words))
    return ""


def add_source(figure: Figure, source: str) -> None:
    """Write whose figures a drawing shows below its caption, and make it as much higher."""
    lines = _lines(figure, source)
    if not lines:
        return
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + len(lines) * _LINE)
    _write(figure, [*filter(None, figure.get_supxlabel().split("\n")), *lines])


def _lines(figure: Figure, words: str) -> list[str]:
    return textwrap.wrap(words, int(_TO_AN_INCH * figure.get_figwidth()))


def _write(figure: Figure, lines: list[str]) -> None:
    if lines:
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=_POINTS, color=theme.MUTED)


def caption_height(*sentences: str) -> float:
    """Return the height in inches of a caption under a figure as wide as the page."""
    caption_text = " ".join(sentence for sentence in sentences if sentence)
    lines = textwrap.wrap(caption_text, int(_TO_AN_INCH * theme.WIDTH))
    return len(lines) * _LINE


def basis(row: pd.Series, lang: str) -> str:
    """Return the index, year, region and coverage of a result; empty if its table does not say.

    The row has index, year, n_provinces, n_units, coverage and, if it is of one, region.

    >>> row = pd.Series({"index": "PAPI", "year": 2024, "n_provinces": 61, "n_units": 63,
    ...                  "coverage": 61 / 63})
    >>> basis(row, "en")
    'PAPI 2024: 61 of 63 provinces are complete (97%); computed from published scores.'
    """
    if not {"index", "year", "n_provinces", "n_units", "coverage"} <= set(row.index):
        return ""
    fields = {
        "index": row["index"],
        "year": row["year"],
        "n": row["n_provinces"],
        "of": row["n_units"],
        "share": percent(row["coverage"], lang),
    }
    if row.get("region"):
        return text(
            "figure.basis_region", lang, region=text(f"region.{row['region']}", lang), **fields
        )
    return text("figure.basis", lang, **fields)


def subset_note(table: pd.DataFrame, lang: str) -> str:
    """Return which part of the provinces or series a result is about; empty for all.

    >>> table = pd.DataFrame({"index": ["PAPI"], "year": [2024], "subset": ["without region RRD"]})
    >>> subset_note(table, "en")
    'A part only: without the region Red River Delta.'
    """
    if table.empty or not subset_in(table):
        return ""
    phrases = []
    for is_only, kind, codes in parse_subset(subset_in(table)):
        if kind == "series":
            names = [frameworks.series_name(code, lang, short=True) for code in codes]
        elif kind == "region":
            names = [text(f"region.{code}", lang) for code in codes]
        else:
            units = places.by_code(_vintage(table))
            names = [units[code].names[lang] if code in units else code for code in codes]
        key = f"figure.subset_{'only' if is_only else 'without'}_{kind}"
        phrases.append(text(key, lang, names=", ".join(names)))
    return text("figure.subset", lang, parts="; ".join(phrases))


def _vintage(table: pd.DataFrame) -> int:
    """Return the set of units of a result: as it says, else that of its year."""
    index = str(table["index"].iloc[0]) if "index" in table else ""
    if index and frameworks.index_info(index).unit_level == "unit":
        return definitions.unit_set_of_index(index)
    if "vintage" in table:
        return int(table["vintage"].iloc[0])
    return places.vintage_in_year(int(table["year"].max()) if "year" in table else 0)


def percent(share: float, lang: str) -> str:
    """Return a share from 0 to 1 as percent without its sign, with a decimal only where it has one.

    >>> percent(0.95, "vi"), percent(0.975, "vi"), percent(61 / 63, "en")
    ('95', '97,5', '97')
    """
    value = round(100 * share, 6)
    return number(value, lang, 1 if (10 * value).is_integer() and value % 1 else 0)


def range_text(low: float, high: float, lang: str, decimals: int = 2) -> str:
    """Format the ends of an interval; a dash if there is none.

    >>> range_text(0.5, 0.75, "vi"), range_text(float("nan"), float("nan"), "en")
    ('0,50 – 0,75', '–')
    """
    if pd.isna(low) and pd.isna(high):
        return number(low, lang)
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


def short_lines(name: str) -> str:
    """Wrap a name to at most two lines, so that a long one leaves room for the plot.

    >>> short_lines("Danh sách hộ nghèo")
    'Danh sách hộ nghèo'
    """
    return "\n".join(textwrap.wrap(name, _LONGEST_NAME, max_lines=2, placeholder=" …"))
