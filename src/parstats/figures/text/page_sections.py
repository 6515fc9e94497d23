"""Sections of a notebook page: heading, lead and content."""

from __future__ import annotations

from typing import Any

from IPython.display import Markdown, display

from parstats.figures.chart import Chart
from parstats.figures.table import Table
from parstats.reference import frameworks
from parstats.reference.labels import UnitLanguage, check_language, text


def language(lang: str, index: str) -> str:
    """Return the language of a page about an index: one that speaks of its units.

    Of an index that grades no provinces the texts say "unit" where they would say "province".

    Parameters
    ----------
    lang : {"vi", "en"}
    index : str

    Examples
    --------
    >>> language("vi", "PAPI")
    'vi'
    """
    check_language(lang)
    info = frameworks.index_info(index)
    return UnitLanguage(lang) if info.unit_level == "unit" else lang


def show(*parts: Any) -> None:
    """Show several things in a notebook cell, one below the other; what is empty is left out."""
    for part in filter(_has_content, parts):
        display(part)


def _has_content(part: Any) -> bool:
    """Whether a part shows something: not None, and no chart or table without data."""
    return part is not None and not (isinstance(part, Chart | Table) and not part)


def section(key: str, lang: str, *parts: Any, **fields: object) -> None:
    """Show a heading, its lead and the parts, in a notebook cell.

    Parameters
    ----------
    key : str; the texts ``section.<key>.title`` and ``section.<key>.lead`` of the labels
    lang : {"vi", "en"}
    *parts
        What to show under the heading, in order. None and empty tables and charts are left out;
        if all parts are, the section is not shown at all, so a page says nothing about what it has
        no data for.
    **fields
        Values of the ``{fields}`` in the texts.
    """
    displayed = list(filter(_has_content, parts))
    if not displayed:
        return
    title = text(f"section.{key}.title", lang, **fields)
    lead = text(f"section.{key}.lead", lang, **fields)
    display(Markdown(f"## {title}\n\n{lead}"))
    show(*displayed)


def paragraph(key: str, lang: str, **fields: object) -> Markdown:
    """Return a paragraph inside a section: the text ``paragraph.<key>`` of the labels.

    Parameters
    ----------
    key : str
    lang : {"vi", "en"}
    **fields
        Values of the ``{fields}`` in the text.
    """
    return Markdown(text(f"paragraph.{key}", lang, **fields))
