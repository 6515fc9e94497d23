"""An executed notebook as parts: its prose, and its outputs with the data that they carry."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parstats.figures import boxes, table
from parstats.figures import brief_parts as briefs
from parstats.figures.boxes import Cards, Notice
from parstats.figures.brief_parts import Brief
from parstats.figures.table import Table
from parstats.reference.labels import text
from parstats.reports.formats import html
from parstats.reports.formats.markdown_content import markdown_parts, verbatim
from parstats.reports.formats.page_content import Box, Figure, Item, Paragraph, Part, Run
from parstats.reports.formats.text_table import html_tables

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About

_RASTER = ("image/png", "image/jpeg")


def report_parts(executed: NotebookNode, about: About) -> list[Part]:
    """Return the parts of a report: what its page shows, in that order.

    Tables, cards and warnings of parstats and its charts come with their data. Of other outputs a
    picture, Markdown, a table in HTML (as pandas shows a DataFrame) and text are taken; of other
    HTML a sentence says that it is on the page only.
    """
    hidden = html.hidden_tags(about.lang)
    parts: list[Part] = []
    for cell in executed.cells:
        if hidden & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            parts += markdown_parts(cell.source, about.lang, cell.get("attachments"))
        for output in cell.get("outputs", []):
            parts += _output_parts(output, about.lang)
    return parts


def brief_in(executed: NotebookNode) -> Brief | None:
    """Return the brief that an executed notebook holds; None without one."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            content = output.get("data", {}).get(briefs.MIME_TYPE)
            if content:
                return Brief.from_json(content)
    return None


def _output_parts(output: NotebookNode, lang: str) -> Iterator[Part]:
    if output.output_type == "stream":
        yield verbatim(output.text)
    elif output.output_type == "error":
        yield verbatim(f"{output.ename}: {output.evalue}")
    else:
        yield from _data_parts(output.data, output.get("metadata", {}), lang)


def _data_parts(data: Any, metadata: Any, lang: str) -> Iterator[Part]:
    """Yield the parts of an output, from the form of it that tells most."""
    if table.MIME_TYPE in data:
        yield Table.from_json(data[table.MIME_TYPE])
    elif boxes.CARDS_TYPE in data:
        yield from _card_parts(Cards.from_json(data[boxes.CARDS_TYPE]))
    elif boxes.NOTICE_TYPE in data:
        yield _box(Notice.from_json(data[boxes.NOTICE_TYPE]))
    elif raster := [kind for kind in _RASTER if kind in data]:
        yield _figure(base64.b64decode(data[raster[0]]), raster[0], metadata)
    elif "image/svg+xml" in data:
        yield _figure(data["image/svg+xml"].encode(), "image/svg+xml", metadata)
    elif "text/markdown" in data:
        yield from markdown_parts(data["text/markdown"], lang)
    elif tables := html_tables(data.get("text/html", "")):
        yield from tables
    elif "text/html" in data and _is_repr(data.get("text/plain", "")):
        yield Paragraph((Run(text("form.only_on_page", lang)),))
    elif text_value := data.get("text/plain") or data.get("text/latex"):
        yield verbatim(text_value)


def _is_repr(text_value: str) -> bool:
    """Whether a text only names an object, as ``<IPython.core.display.HTML object>``."""
    return not text_value or (text_value.startswith("<") and text_value.endswith(">"))


def _figure(content: bytes, kind: str, metadata: Any) -> Figure:
    about = metadata.get(kind, {})
    # A figure is drawn for 100 pixels to an inch.
    drawn = Table.from_json(about["table"]) if "table" in about else None
    return Figure(content, kind, about.get("alt", ""), about.get("width", 0) / 100, drawn)


def _card_parts(cards: Cards) -> Iterator[Part]:
    if cards.group:
        yield Paragraph((Run(cards.group, bold=True), Run(f" {cards.group_note}")))
    yield cards


def _box(notice: Notice) -> Box:
    lead = [Paragraph((Run(notice.lead, bold=True),))] if notice.lead else []
    body = [Paragraph((Run(notice.text),))] if notice.text else []
    return Box((*lead, *body, *(Item((Run(item),)) for item in notice.items)))
