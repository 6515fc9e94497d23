"""A printed table in LaTeX, with the rules of the package booktabs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parstats.figures.table import Table

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: rf"\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\N{MINUS SIGN}": "$-$",
    "\N{EN DASH}": "--",
    "\N{SUPERSCRIPT TWO}": r"\textsuperscript{2}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
}
_PATTERN = re.compile("|".join(map(re.escape, _SPECIAL)))


def escape(words: str) -> str:
    r"""Return words as LaTeX prints them; letters of Vietnamese stay.

    >>> escape("R² (%), −0,5 – 1")
    'R\\textsuperscript{2} (\\%), $-$0,5 -- 1'
    """
    return _PATTERN.sub(lambda match: _SPECIAL[match[0]], words)


def latex(table: Table) -> str:
    """Return a table as a LaTeX environment ``table``, its notes below it."""
    frame = table.displayed
    names = [column.name for column in table.columns]
    if table.group:
        names = [table.group, *names]
    cells = frame[names].map(lambda cell: escape(str(cell)))
    headings = {column.name: escape(column.heading) for column in table.columns}
    cells = cells.rename(columns={**headings, table.group: ""})
    align = ("l" if table.group else "") + "".join(column.align[0] for column in table.columns)
    body = cells.style.hide(axis="index").to_latex(column_format=align, hrules=True)
    notes = [rf"\par\smallskip\footnotesize {escape(note)}" for note in table.notes]
    lines = [r"\begin{table}[htbp]", r"\centering", body.rstrip(), *notes, r"\end{table}", ""]
    return "\n".join(lines)
