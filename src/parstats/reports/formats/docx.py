"""A report as a Word document with real headings, captions and tables."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from parstats import errors
from parstats.figures.boxes import Cards
from parstats.figures.table import Table
from parstats.figures.zip_dates import dateless
from parstats.reference.labels import text
from parstats.reports.formats import office_style, office_table, page_content
from parstats.reports.formats.notebook_content import report_parts
from parstats.reports.formats.office_style import add_runs
from parstats.reports.formats.office_table import Cell, Grid
from parstats.reports.formats.page_content import (
    Figure,
    Heading,
    Item,
    Paragraph,
    Part,
    Run,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


# Millimetres that a picture may be high: what a page has left under a heading and its lead.
_PICTURE_HEIGHT = 195.0
# Characters, by judgement: a first paragraph that long is no subtitle but already text.
_SUBTITLE = 160
# Characters, by judgement (three lines): a caption that long keeps to its first sentence; the rest
# is in the description of the picture.
_CAPTION = 220
_SENTENCE = re.compile(r"(?<!\bTP)\.\s+(?=\w)")
# What the lead under a heading stays with.
_KEEP_WITH_NEXT = Figure | Table | Heading
_KINDS = ("image/png", "image/jpeg")


def write(executed: NotebookNode, about: About) -> bytes:
    """Write the report as .docx, on A4 in the style of Vietnamese offices.

    Raises ToolFailed if a picture is there as SVG only, which Word documents cannot hold alone.
    """
    return write_parts(report_parts(executed, about), about)


def write_parts(parts: list[Part], about: About) -> bytes:
    """Write headings, tables and other parts as .docx; see `write`."""
    writer = _Writer(about)
    source = [Paragraph((Run(about.source, italic=True),))] if about.source else []
    writer.write([*parts, *source])
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return dateless(buffer.getvalue())


class _Writer:
    """Writes parts into a document, counting figures and tables."""

    def __init__(self, about: About) -> None:
        self.lang = about.lang
        self.document = office_style.document(about)
        self.heading = about.title
        self.titled = False
        self.counts = {"Figure": 0, "Table": 0}

    def write(self, parts: list[Part]) -> None:
        """Write all parts; each knows the one before and after it."""
        for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
            self._write_part(part, before, after)

    def _write_part(self, part: Part, before: Part | None, after: Part | None) -> None:
        makers: dict[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Item: self._item,
            Figure: self._figure,
            Table: self._table,
            Cards: self._cards,
            page_content.Box: self._box,
        }
        if isinstance(part, Paragraph):
            heads = isinstance(before, Heading)
            leads = heads and not self._only_title() and isinstance(after, _KEEP_WITH_NEXT)
            self._paragraph(part, first=heads, with_next=leads)
        else:
            makers[type(part)](part)

    def _add(self, style: str, runs: page_content.Runs) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        add_runs(paragraph, runs)
        return paragraph

    def _heading(self, part: Heading) -> None:
        if part.level == 1 and not self.titled:
            self.titled = True
            self._add("Title", part.runs)
            return
        self.heading = page_content.plain(part.runs)
        self._add(f"Heading {min(max(part.level - 1, 1), 3)}", part.runs)

    def _paragraph(self, part: Paragraph, *, first: bool, with_next: bool) -> None:
        opens = first and self._only_title()
        short = len(page_content.plain(part.runs)) <= _SUBTITLE
        style = "Verbatim" if part.verbatim else "Subtitle" if opens and short else "Body Text"
        paragraph = self._add(style, part.runs)
        if with_next:
            paragraph.paragraph_format.keep_with_next = True

    def _only_title(self) -> bool:
        return self.titled and len(self.document.paragraphs) == 1

    def _item(self, part: Item) -> None:
        if part.number is None:
            deep = min(part.depth, 2)
            self._add("List Bullet" if not deep else f"List Bullet {deep + 1}", part.runs)
        else:
            self._add("List", (Run(f"{part.number}.\t"), *part.runs))

    def _figure(self, part: Figure) -> None:
        from docx.shared import Mm

        if part.kind not in _KINDS or not part.content:
            raise errors.ToolFailed(
                f"no docx: figure {self.counts['Figure'] + 1} ({part.alt or 'without description'})"
                f" is {part.kind or 'not in the notebook'}; a document needs PNG: show the figure "
                "as parstats.charts.Chart does, or take --format pdf"
            )
        run = self.document.add_paragraph(style="Picture").add_run()
        picture = run.add_picture(io.BytesIO(part.content))
        requested = Mm(part.width * 25.4) if part.width else picture.width
        scale = min(
            requested / picture.width,
            Mm(office_style.TEXT_WIDTH) / picture.width,
            Mm(_PICTURE_HEIGHT) / picture.height,
        )
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        self._describe(picture, part.alt)
        self._caption("Figure", "Caption", _short(part.alt) or self.heading)

    def _describe(self, picture: Any, alt: str) -> None:
        about = picture._inline.docPr
        about.set("name", f"Figure {self.counts['Figure'] + 1}")
        about.set("descr", alt)

    def _caption(self, kind: str, style: str, runs: str) -> None:
        """A numbered caption; Word counts it, and lists it in a table of figures."""
        self.counts[kind] += 1
        paragraph = self.document.add_paragraph(style=style)
        paragraph.add_run(f"{text(f'form.{kind.lower()}', self.lang)} ").bold = True
        office_style.field(paragraph, f"SEQ {kind} \\* ARABIC", str(self.counts[kind]))
        paragraph.add_run(". ").bold = True
        paragraph.add_run(runs)

    def _table(self, part: Table) -> None:
        self._caption("Table", "Table Caption", self.heading)
        grid = office_table.table_grid(part)
        office_table.add(self.document, grid, with_next=bool(part.notes))
        for note in part.notes:
            self._add("Table Note", (Run(note),))
        if not part.notes:
            self._gap()

    def _cards(self, part: Cards) -> None:
        rows = tuple(
            (
                Cell((Run(card.label),)),
                Cell((Run(card.text(part.lang), bold=True),), "right"),
                Cell((Run(card.note),)),
            )
            for card in part.cards
        )
        office_table.add(self.document, Grid((), rows, widths=(0.36, 0.14, 0.5)))
        self._gap()

    def _gap(self) -> None:
        """Put a paragraph between two tables, which Word would join."""
        self.document.add_paragraph(style="Table Note")

    def _box(self, part: page_content.Box) -> None:
        for inner in part.parts:
            mark = (Run("–\N{NO-BREAK SPACE}"),) if isinstance(inner, Item) else ()
            self._add("Notice", (*mark, *inner.runs))


def _short(alt: str) -> str:
    """Return a description as a caption: all of it, or its first sentence if it is long."""
    return alt if len(alt) <= _CAPTION else f"{_SENTENCE.split(alt, maxsplit=1)[0].rstrip('.')}."
