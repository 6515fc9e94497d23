"""A report as a Word document with real headings, captions and tables."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from parstats import errors
from parstats.figures.boxes import Cards
from parstats.figures.brief_parts import Brief
from parstats.figures.table import Table
from parstats.figures.zip_dates import dateless
from parstats.reference.labels import text
from parstats.reports.formats import office_style, office_table, page_content
from parstats.reports.formats.notebook_content import brief_in, report_parts
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


# Millimetres that a picture may be high. Two fit on a page with their headings, so that little of a
# page stays empty before one that does not; one of many rows, which is narrow, needs more.
_PICTURE_HEIGHT = 90.0
_TALL_HEIGHT = 165.0
# Height over width from which a picture is one of many rows.
_TALL = 1.25
# Characters, by judgement: a first paragraph that long is no subtitle but already text.
_SUBTITLE = 160
# Characters, by judgement (three lines): a caption that long keeps to its first sentence; the rest
# is in the description of the picture.
_CAPTION = 220
_SENTENCE = re.compile(r"(?<!\bTP)\.\s+(?=\w)")
# Sections from which on a document has contents. By judgement: as many fill more than four pages.
_SECTIONS_WITH_CONTENTS = 5
# What the lead under a heading stays with.
_KEEP_WITH_NEXT = Figure | Table | Heading
_KINDS = ("image/png", "image/jpeg")


def write(executed: NotebookNode, about: About) -> bytes:
    """Write the report as .docx, on A4 in the style of Vietnamese offices.

    Raises ToolFailed if a picture is there as SVG only, which Word documents cannot hold alone.
    """
    return write_parts(report_parts(executed, about), about, summary=brief_in(executed))


def _with_summary(parts: list[Part], brief: Brief | None, lang: str) -> tuple[list[Part], int]:
    """Return the parts with a summary before the first section, and where contents would follow.

    The place is 0 without sections.
    """
    first = next(
        (at for at, part in enumerate(parts) if isinstance(part, Heading) and part.level > 1), 0
    )
    if brief is None or not first:
        return parts, first
    summary: list[Part] = [Paragraph((Run(text("form.summary", lang), bold=True),))]
    summary += [Item((Run(line),)) for line in brief.summary if line]
    return [*parts[:first], *summary, *parts[first:]], first + len(summary)


def write_parts(parts: list[Part], about: About, summary: Brief | None = None) -> bytes:
    """Write headings, tables and other parts as .docx; see `write`.

    A report of many sections gets a page of contents, behind the summary if there is one.
    """
    writer = PartWriter(about)
    parts, first = _with_summary(parts, summary, about.lang)
    sections = [part for part in parts if isinstance(part, Heading) and part.level == 2]
    if len(sections) >= _SECTIONS_WITH_CONTENTS and first:
        writer.write(parts[:first])
        writer.contents([page_content.plain(part.runs) for part in sections])
        writer.write(parts[first:])
    else:
        writer.write(parts)
    if about.source:
        writer.note(about.source)
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return dateless(buffer.getvalue())


class PartWriter:
    """Writes parts into a document, counting figures and tables."""

    def __init__(self, about: About) -> None:
        self.lang = about.lang
        self.document = office_style.document(about)
        self.heading = about.title
        self.captioned = False  # whether a table bears the heading as its caption
        self.titled = False
        self.counts = {"Figure": 0, "Table": 0, "Section": 0}

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
        self.heading, self.captioned = page_content.plain(part.runs), False
        paragraph = self._add(f"Heading {min(max(part.level - 1, 1), 3)}", part.runs)
        if part.level == 2:
            self.counts["Section"] += 1
            office_style.bookmark(paragraph, _mark(self.counts["Section"]))

    def contents(self, sections: list[str]) -> None:
        """Write the contents: each section with its number and page, which Word counts."""
        self._add("Body Text", (Run(text("form.contents", self.lang), bold=True),))
        for number, section in enumerate(sections, start=1):
            paragraph = self.document.add_paragraph(style="Contents")
            paragraph.add_run(f"{number}. {section}\t")
            office_style.field(paragraph, f"PAGEREF {_mark(number)} \\h", "–", is_old=True)

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
        if part.kind not in _KINDS or not part.content:
            raise errors.ToolFailed(
                f"no docx: figure {self.counts['Figure'] + 1} ({part.alt or 'without description'})"
                f" is {part.kind or 'not in the notebook'}; a document needs PNG: show the figure "
                "as parstats.charts.Chart does, or take --format pdf"
            )
        self.picture(part.content, part.alt, part.width * 25.4)

    def picture(self, content: bytes, alt: str, width: float) -> None:
        """Write a picture with its caption; as wide as asked, in millimetres, if it fits the page.

        As wide as the picture is itself if `width` is 0.
        """
        from docx.shared import Mm

        run = self.document.add_paragraph(style="Picture").add_run()
        picture = run.add_picture(io.BytesIO(content))
        requested = Mm(width) if width else picture.width
        is_tall = picture.height > _TALL * picture.width
        scale = min(
            requested / picture.width,
            Mm(office_style.TEXT_WIDTH) / picture.width,
            Mm(_TALL_HEIGHT if is_tall else _PICTURE_HEIGHT) / picture.height,
        )
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        self._describe(picture, alt)
        self._caption("Figure", "Caption", _short(alt) or self.heading)

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
        # A further table under a heading also says what it lists.
        again = self.captioned and part.columns
        self.table(part, f"{self.heading}: {part.columns[0].heading}" if again else self.heading)
        self.captioned = True

    def table(self, part: Table, caption: str) -> None:
        """Write a table under a caption, its notes below."""
        self._caption("Table", "Table Caption", caption)
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

    def note(self, words: str) -> None:
        """Write words in small letters, as below a table."""
        self._add("Table Note", (Run(words),))

    def _gap(self) -> None:
        """Put a paragraph between two tables, which Word would join."""
        self.document.add_paragraph(style="Table Note")

    def _box(self, part: page_content.Box) -> None:
        for inner in part.parts:
            mark = (Run("–\N{NO-BREAK SPACE}"),) if isinstance(inner, Item) else ()
            self._add("Notice", (*mark, *inner.runs))


def _mark(section: int) -> str:
    """Return the name of the bookmark of a section."""
    return f"section_{section}"


def _short(alt: str) -> str:
    """Return a description as a caption: all of it, or its first sentence if it is long."""
    return alt if len(alt) <= _CAPTION else f"{_SENTENCE.split(alt, maxsplit=1)[0].rstrip('.')}."
