"""How a number is written, on a page and in a workbook alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import pandas as pd

from parstats.reference.labels import MINUS, number

MISSING = "\N{EN DASH}"
"""What a page shows for a number that is not there."""


# Vietnamese parts the sign from the number.
_LESS = {"vi": "<\N{NO-BREAK SPACE}", "en": "<"}


@dataclass(frozen=True)
class NumberFormat:
    """How a number is written: the page's text and the workbook's number format are made from it.

    Attributes
    ----------
    decimals : int or None
        Digits after the decimal mark; None for as many as the number was printed with
        (`decimal.Decimal` knows them).
    sign : bool; with a plus before positive numbers
    scale : float; what a number is multiplied by to be shown: 100 for a share as percent
    grouped : bool; with a mark between thousands; years have none
    trimmed : bool; without decimals where the number has none
    before, after : str; words around the number, as a bracket, "%"
    floored : bool
        What is below the least number that the decimals show is written as less than it, as p is:
        "<0.001".

    Examples
    --------
    >>> percent = NumberFormat(1, scale=100, after="%")
    >>> percent.text(0.5, "vi"), percent.excel(0.5), percent.scaled(0.5)
    ('50,0%', '#,##0.0"%";"−"#,##0.0"%";#,##0.0"%"', 50.0)
    """

    decimals: int | None = 2
    sign: bool = False
    scale: float = 1
    grouped: bool = True
    trimmed: bool = False
    before: str = ""
    after: str = ""
    floored: bool = False

    def scaled(self, value: Any) -> Any:
        """Return a number in the unit that is shown."""
        return value if self.scale == 1 else self.scale * value

    def text(self, value: Any, lang: str) -> str:
        """Return a number as the page of a language shows it; a dash for a missing one."""
        if pd.isna(value):
            return MISSING
        if floor := self._floor(value, lang):
            return f"{self.before}{_LESS[lang]}{floor}{self.after}"
        return f"{self.before}{self._digits(value, lang, sign=self.sign)}{self.after}"

    def excel(self, value: Any, lang: str = "en", *, before: str = "", after: str = "") -> str:
        """Return the number format with which a spreadsheet shows a number as the page does.

        `before` and `after` are words of the cell, around those of the format.
        """
        if self._floor(value, lang):
            return ";".join([_quoted(before + self.text(value, lang) + after)] * 3)
        before, after = _quoted(before + self.before), _quoted(self.after + after)
        digits = "#,##0" if self.grouped else "0"
        if n_decimals := self._n_decimals(value):
            digits += f".{'0' * n_decimals}"
        plus, minus = "+" if self.sign else "", f'"{MINUS}"'
        if not self._digits(value, "en").strip("0."):  # shown as zero, which has no sign
            plus = minus = ""
        signs = (plus, minus, "")
        return ";".join(f"{before}{sign}{digits}{after}" for sign in signs)

    def _floor(self, value: Any, lang: str) -> str:
        """Return the least number that is shown, if the value is below it."""
        least = 10 ** -(self.decimals or 0)
        is_below = self.floored and 0 <= self.scaled(value) < least
        return number(least, lang, self.decimals or 0) if is_below else ""

    def _digits(self, value: Any, lang: str, *, sign: bool = False) -> str:
        n_decimals = self._n_decimals(value)
        return number(self.scaled(value), lang, n_decimals, sign=sign, grouped=self.grouped)

    def _n_decimals(self, value: Any) -> int:
        """Return how many decimals a number is shown with."""
        if self.decimals is None:
            exponent = Decimal(str(value)).as_tuple().exponent
            return max(-exponent, 0) if isinstance(exponent, int) else 0
        return 0 if self.trimmed and round(self.scaled(value), 6) % 1 == 0 else self.decimals


P_VALUE = NumberFormat(3, floored=True)
"""Of p-values in a table."""


def p_text(value: float, lang: str) -> str:
    """Return what stands behind "p" in a sentence.

    >>> p_text(0.0314, "en"), p_text(0.0002, "en")
    ('= 0.031', '< 0.001')
    """
    words = P_VALUE.text(value, lang)
    return f"< {words.lstrip('<').strip()}" if words.startswith("<") else f"= {words}"


def plain_value(value: Any) -> Any:
    """Return a value as JSON knows it: None where it is missing, printed figures as text.

    >>> plain_value(pd.NA), plain_value(Decimal("90.30")), plain_value(12), plain_value(math.inf)
    (None, '90.30', 12, 'inf')
    """
    if pd.isna(value):
        return None
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) and math.isfinite(value) else str(value)


def _quoted(text_value: str) -> str:
    """Return words as they stand in a number format."""
    return f'"{text_value.replace(chr(34), "”")}"' if text_value else ""
