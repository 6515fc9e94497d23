"""Sections of a notebook page: heading, lead and content."""

from __future__ import annotations

from typing import Any

from IPython.display import Markdown, display

from parstats.figures.chart import Chart
from parstats.figures.index_language import index_language
from parstats.figures.table import Table
from parstats.reference.labels import text


def language(lang: str, index: str, level: str | None = None) -> str:
    """Return the language of a page about an index: with its own terms, and of its units.

    Of an index that grades no provinces the texts say "unit" where they would say "province".

    Parameters
    ----------
    lang : {"vi", "en"}
    index : str
    level : {"criterion", "dimension"}, optional
        What the page is about; by default what makes up the overall score of the index.

    Examples
    --------
    >>> language("vi", "PAPI")
    'vi'
    >>> section("profile", language("en", "PAPI", "dimension"))  # nothing to show
    """
    return index_language(lang, index, level)


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


def opening(key: str, lang: str, **fields: object) -> Markdown:
    """Return the title of a page and its first paragraph: ``page.<key>`` of the labels.

    Parameters
    ----------
    key : str; the texts ``page.<key>.title`` and ``page.<key>.lead``
    lang : {"vi", "en"}
    **fields
        Values of the ``{fields}`` in the texts.

    Examples
    --------
    >>> opening("drivers", language("en", "PAPI"), index="PAPI", year=2024).data.splitlines()[0]
    '# PAPI 2024: where the differences between provinces lie'
    """
    title = text(f"page.{key}.title", lang, **fields)
    return Markdown(f"# {title}\n\n{text(f'page.{key}.lead', lang, **fields)}")
