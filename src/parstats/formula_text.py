"""Text that a spreadsheet would take for a formula, written so that it stays text.

A cell that begins with one of ``= + - @`` is computed when a file is opened, and a formula can
start programs. In CSV an apostrophe in front prevents that (as OWASP advises against "CSV
injection"); a workbook has a mark for it, and its text stays as it is. Numbers are left alone, also
"-5,2" in a column of text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# The wide signs are read as the others where Chinese or Japanese is written.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
_NUMBER = re.compile(
    r"\s*[+\-]?\s*[.,]?\d(?:[\d., \u00a0\u202f]*\d)?(?:[eE][+\-]?\d+)?\s*%?\s*", re.ASCII
)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula, also one with an apostrophe.

    >>> [is_formula(text) for text in ("=1+1", " @SUM(A1)", "- do it", "-5,2", "a = b")]
    [True, True, True, False, False]
    """
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text.lstrip("'"))


def escape(text: str) -> str:
    """Return a text as a CSV file has it: with an apostrophe if it is like a formula.

    >>> escape("=1+1"), escape("+5 %")
    ("'=1+1", '+5 %')
    """
    return f"'{text}" if is_formula(text) else text


def unescape(text: str) -> str:
    """Return a text as it was before `escape`.

    >>> unescape("'=1+1"), unescape("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def escape_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its texts and headers escaped; other columns are not touched."""
    import pandas as pd

    escaped = table.copy(deep=False)
    for position in range(table.shape[1]):
        column = table.iloc[:, position]
        if any(isinstance(value, str) and is_formula(value) for value in _texts(column)):
            values = [escape(value) if isinstance(value, str) else value for value in column]
            escaped.isetitem(position, pd.Series(values, index=table.index, dtype="object"))
    return escaped.rename(columns=lambda name: escape(name) if isinstance(name, str) else name)


def _texts(column: pd.Series) -> Any:
    return () if column.dtype.kind in "biufcmM" else column


def keep_text(book: Any) -> None:
    """Mark the texts of a workbook of openpyxl, so that none is a formula or an error.

    For a workbook without formulas of its own, before it is saved.

    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> book.active["A1"] = "=1+1"
    >>> keep_text(book)
    >>> book.active["A1"].data_type, book.active["A1"].quotePrefix
    ('s', True)
    """
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and (
                    cell.data_type != "s" or is_formula(cell.value)
                ):
                    cell.data_type, cell.quotePrefix = "s", True
