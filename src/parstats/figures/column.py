"""Columns of printed tables: which data they show, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from parstats.figures.number_format import MISSING, NumberFormat

WHOLE = NumberFormat(0)
"""Without decimals."""
COUNT = NumberFormat(0, grouped=False)
"""Of years, ranks and small counts."""
PERCENT = NumberFormat(1, scale=100)
"""Of shares, as percent with a decimal; the heading says so."""
SIGNED = NumberFormat(sign=True)
"""Of changes and associations."""
BRACKETED = NumberFormat(sign=True, before="(", after=")")
"""Of naive figures, which are no estimates."""
MEDIAN = NumberFormat(1, trimmed=True)
"""Of ranks that may lie between two, and of maxima."""


@dataclass(frozen=True)
class Column:
    """A displayed column: its heading, the columns of the data that it shows, and how.

    Attributes
    ----------
    name : str; its id on the page
    heading : str
    values : tuple of str
        Columns of the data that it shows: several for "12/61" or "0,5 – 0,7". Without the first
        value of a row its cell is a dash.
    formats : tuple of NumberFormat; of each of the values; none for words
    joint : str; what stands between several values
    instead, around : str
        Columns of the data with the words of a row in place of its number ("not comparable"), and
        those around it ("{} *", "{}%"); none if empty.
    align : {"left", "right"}
    unbroken : bool; cells stay on one line
    width, least_width : str; in CSS, as "11%"
    markdown : bool; words are Markdown, as links are
    """

    name: str
    heading: str
    values: tuple[str, ...]
    formats: tuple[NumberFormat, ...] = ()
    joint: str = " – "
    instead: str = ""
    around: str = ""
    align: Literal["left", "right"] = "left"
    unbroken: bool = False
    width: str = ""
    least_width: str = ""
    markdown: bool = False

    @property
    def is_range(self) -> bool:
        """Whether its two values are the ends of an interval."""
        return len(self.values) == 2 and self.joint.strip() == MISSING

    def plain_text(self, row: Mapping[str, Any]) -> str | None:
        """Return what a row shows that is no number; None for numbers."""
        if not self.formats:
            value = row[self.values[0]]
            return "" if pd.isna(value) else str(value)
        if self.instead and row[self.instead]:
            return str(row[self.instead])
        return MISSING if pd.isna(row[self.values[0]]) else None

    def pattern(self, row: Mapping[str, Any]) -> str:
        """Return the words around the numbers of a row, which stand at ``{}``."""
        return (str(row[self.around]) if self.around else "") or "{}"

    def text(self, row: Mapping[str, Any], lang: str) -> str:
        """Return the cell of a row as the page shows it."""
        text_value = self.plain_text(row)
        if text_value is not None:
            return text_value
        pairs = zip(self.values, self.formats, strict=True)
        numbers = [form.text(row[name], lang) for name, form in pairs if not pd.isna(row[name])]
        return self.pattern(row).replace("{}", self.joint.join(numbers))

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Column:
        """Return the column that a table described as JSON."""
        formats = tuple(NumberFormat(**form) for form in content["formats"])
        return cls(**{**content, "values": tuple(content["values"]), "formats": formats})


def text_column(name: str, heading: str, **look: Any) -> Column:
    """Describe a column of words; `look` are further attributes of `Column`.

    >>> text_column("name", "Province").values
    ('name',)
    """
    return Column(name, heading, (name,), **look)


def sentence_column(name: str, heading: str) -> Column:
    """Describe a column of sentences, which is never narrower than some words.

    >>> sentence_column("verdict", "Verdict").least_width
    '8em'
    """
    return text_column(name, heading, least_width="8em")


def number_column(
    name: str, heading: str, *values: str, number: NumberFormat | None = None, **look: Any
) -> Column:
    """Describe a column of numbers, set flush right.

    Parameters
    ----------
    name, heading : str
    *values : str; columns of the data that it shows; the one called `name` if none is given
    number : NumberFormat; of all of them, two decimals if not given
    **look
        Further attributes of `Column`.

    Examples
    --------
    >>> interval = number_column("interval", "Range", "low", "high")
    >>> interval.text({"low": 0.5, "high": 0.75}, "vi"), interval.text({"low": None}, "vi")
    ('0,50 – 0,75', '–')
    """
    values = values or (name,)
    formats = (number or NumberFormat(),) * len(values)
    return Column(name, heading, values, **{"formats": formats, "align": "right", **look})


def count_column(name: str, heading: str, *values: str, joint: str = "/", **look: Any) -> Column:
    """Describe a column of years, ranks or counts, as "12/61".

    >>> count_column("year", "Năm").text({"year": 2024}, "vi")
    '2024'
    """
    return number_column(name, heading, *values, number=COUNT, joint=joint, **look)
