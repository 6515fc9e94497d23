"""Addresses of places on the front page and in the explorer, as pages link to them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from parstats.figures.index_language import index_language
from parstats.reference import frameworks, labels

FRONT_PAGE = "index.html"
EXPLORER = "explore.html"
#: What there is in a folder of reports, for the pages' own links to each other.
PAGE_LIST = "pages.js"


def section_id(index: str, year: int, lang: str) -> str:
    """Return the name of a section of the front page.

    >>> section_id("PAR INDEX", 2024, "vi")
    'par-index-2024-vi'
    """
    return f"{labels.search_key(index).replace(' ', '-')}-{year}-{lang}"


def page_links(
    index: str, year: int, lang: str, provinces: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the links of a page: words, and the address below the folder of the reports.

    >>> page_links("PAPI", 2024, "en", ["20"])[1]
    ('Explore', 'explore.html#i=papi&y=2024&l=en&p=20')
    """
    view = {"i": frameworks.slug(index), "y": year, "l": lang}
    if provinces:
        view["p"] = ",".join(provinces)
    words = index_language(lang, index)
    return (
        (labels.text("page.home", words), f"{FRONT_PAGE}#{section_id(index, year, lang)}"),
        (labels.text("explorer.open", words), f"{EXPLORER}#{urlencode(view, safe=',')}"),
    )
