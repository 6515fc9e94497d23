"""What stands in the margins of a PDF's pages and is no part of the text: numbers, heads, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pdfplumber.page import Page

from parstats.documents import pdf_headed
from parstats.documents.pdf_pages import Letter
from parstats.documents.pdf_words import NEAR, TextLine

_PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?\d{1,3}(?:\s*-)?\s*$|^Trang\s+\d+(?:\s*/\s*\d+)?$")
# Size of a footnote's letters as a share of those of the text: plans are set in 13 or 14 points,
# notes in 10 or 11 (11 / 13 = 0.85).
_SMALL = 0.86
# Where running heads stand, as a share of the page's height from its edge, and the pages that have
# the same. By judgement: Decree 30/2020/NĐ-CP leaves 20 to 25 mm of 297 free.
_EDGE = 0.1
_FEWEST_HEADS = 3


def without_page_numbers(lines: Sequence[TextLine], height: float) -> list[TextLine]:
    """Drop the numbers at the head and foot of a page of a height."""
    body_lines = list(lines)
    while body_lines and _PAGE_NUMBER.match(body_lines[-1].text):
        body_lines.pop()
    # Decree 30/2020/NĐ-CP puts the number at the head of the page: its top eighth, by judgement.
    while body_lines and _PAGE_NUMBER.match(body_lines[0].text) and body_lines[0].top < height / 8:
        body_lines.pop(0)
    return body_lines


def without_running_heads(
    pages: Sequence[tuple[Sequence[TextLine], float]],
) -> list[list[TextLine]]:
    """Drop lines that stand at the head or foot of most pages, alike but for the number.

    Each page is given as its lines and its height.
    """
    counts = Counter(text for lines, height in pages for text in set(_edge_texts(lines, height)))
    heads = {
        text
        for text, count in counts.items()
        if text and count >= _FEWEST_HEADS and count * 2 > len(pages)
    }
    return [
        [
            line
            for line in lines
            if not (_is_at_edge(line, height) and _without_figures(line.text) in heads)
        ]
        for lines, height in pages
    ]


def _edge_texts(lines: Sequence[TextLine], height: float) -> Iterator[str]:
    """Yield the lines at the head and foot of a page, without figures; no header of a table."""
    for position, line in enumerate(lines):
        if _is_at_edge(line, height) and not pdf_headed.header_height(lines[position:]):
            yield _without_figures(line.text)


def _is_at_edge(line: TextLine, height: float) -> bool:
    return line.bottom < _EDGE * height or line.top > (1 - _EDGE) * height


def _without_figures(text: str) -> str:
    return " ".join(re.sub(r"\d+", " ", text).split())


def without_notes(
    lines: Sequence[TextLine], size: float, marks: Sequence[Letter], page: Page
) -> list[TextLine]:
    """Drop the footnotes: small lines at the end of the page, from the first mark on.

    Small letters alone make no footnote: a list or a table may be set in them too.
    """
    small = len(lines)
    while small and lines[small - 1].size < _SMALL * size:
        small -= 1
    for position in range(max(small, 1), len(lines)):
        if _opens_note(lines[position - 1], lines[position], marks, page):
            return list(lines[:position])
    return list(lines)


def _opens_note(above: TextLine, line: TextLine, marks: Sequence[Letter], page: Page) -> bool:
    """Return whether a line opens a footnote: a raised number, a short rule, or a wide gap."""
    marked = any(
        mark["top"] < line.bottom
        and line.top < mark["bottom"]
        and 0 <= line.left - mark["x1"] < 2 * NEAR
        for mark in marks
    )
    ruled = any(
        above.bottom - NEAR < rule["top"] < line.top + NEAR
        and rule["width"] < page.width / 2
        and rule["height"] < NEAR
        for rule in (*page.lines, *page.rects)
    )
    # A note without mark and rule: in the last eighth, after one and a half lines of white.
    far = line.top > page.height * 7 / 8 and line.top - above.bottom > 1.5 * above.size
    return marked or ruled or far
