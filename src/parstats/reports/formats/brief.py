"""The brief of a report: two pages in Word, laid out as a Vietnamese administrative report.

Decree 30/2020/NĐ-CP, annex I: letterhead to fill in, kind and subject of the document in the
middle, place of the signature. In English the same without letterhead. It is a draft, and says so
on every page.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from parstats import errors
from parstats.figures.brief_parts import Section
from parstats.figures.zip_dates import dateless
from parstats.reference.labels import text
from parstats.reports.formats import office_style
from parstats.reports.formats.docx import PartWriter
from parstats.reports.formats.notebook_content import brief_in
from parstats.reports.formats.page_content import Heading, Item, Paragraph, Part, Run

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About

# Millimetres of the picture: as wide as it is drawn, so that its letters are those of a caption.
_PICTURE_WIDTH = 127.0
# Millimetres of the lines under the names: a third to a half of the agency's, and as long as the
# motto (annex I of the decree).
_AGENCY_RULE, _MOTTO_RULE = 22.0, 62.0
# Points between and inside paragraphs; the decree asks for one to one and a half lines.
_AFTER, _LINES = 3, 1.0


def write(executed: NotebookNode, about: About) -> bytes:
    """Write the brief of a report as .docx.

    Raises InvalidRequest for a report that holds none: never another form under its name.
    """
    from docx.shared import Pt

    brief = brief_in(executed)
    if brief is None:
        raise errors.InvalidRequest(
            f"{about.title} has no brief: there are briefs of single provinces only; take html, "
            "docx or pdf"
        )
    writer = PartWriter(about)
    _tighten(writer.document)
    _mark_as_draft(writer.document, about.lang)
    if about.lang == "vi":
        _letterhead(writer.document, about.lang)
    writer.write([Heading(1, (Run(text("brief.report", about.lang)),))])
    if about.lang == "vi":
        writer.document.paragraphs[-1].paragraph_format.space_before = Pt(12)
    subject = writer.document.add_paragraph(style="Subtitle")
    office_style.add_runs(subject, (Run(brief.title, bold=True),))
    for section in brief.sections:
        _section(writer, section, about.lang)
    if brief.source:
        office_style.add_runs(
            writer.document.add_paragraph(style="Table Note"), (Run(brief.source),)
        )
    if about.lang == "vi":
        _signature(writer.document, about.lang)
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return dateless(buffer.getvalue())


def _section(writer: PartWriter, section: Section, lang: str) -> None:
    parts: list[Part] = [Paragraph((Run(line),)) for line in section.paragraphs]
    parts += [Item((Run(line),)) for line in section.items]
    writer.write([Heading(2, (Run(section.heading),))])
    # Above text that may break, so that no page is left half empty before it.
    pictured_first = section.table is not None
    if not pictured_first:
        writer.write(parts)
    if section.picture is not None:
        writer.picture(section.picture.content, section.picture.caption, _PICTURE_WIDTH)
    if pictured_first:
        writer.write(parts)
    if section.table is not None:
        writer.table(section.table, section.caption)
    writer.write([Paragraph((Run(line),)) for line in section.closing])


def _tighten(document: Any) -> None:
    """Set the text closer than in a long report, as far as the decree allows."""
    from docx.shared import Pt

    for style in ("Body Text", "List Bullet", "Heading 1", "Caption", "Table Note"):
        form = document.styles[style].paragraph_format
        form.space_after, form.line_spacing = Pt(_AFTER), _LINES
        form.space_before = Pt(6 if style == "Heading 1" else 0)


def _mark_as_draft(document: Any, lang: str) -> None:
    """Write that it is a draft above the first page and all others."""
    section = document.sections[0]
    for header in (section.first_page_header, section.header):
        paragraph = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
        if header is section.header:
            paragraph.add_run("\t")
        run = paragraph.add_run(text("brief.draft", lang))
        run.bold = True
        paragraph.alignment = office_style.alignment("RIGHT")


def _letterhead(document: Any, lang: str) -> None:
    """Write agency and number on the left, nation, motto and date on the right, to fill in."""
    left = (("brief.superior", False, False), ("brief.agency", True, False))
    right = (("brief.nation", True, False), ("brief.motto", True, False))
    table = document.add_table(rows=2, cols=2)
    cells = (
        (0, 0, left),
        (0, 1, right),
        (1, 0, (("brief.number", False, False),)),
        (1, 1, (("brief.date", False, True),)),
    )
    _fill(table, cells, lang, widths=(58, 107))
    for column, width, length in ((0, 58, _AGENCY_RULE), (1, 107, _MOTTO_RULE)):
        _rule(table.cell(0, column).add_paragraph(), (width - length) / 2)


def _rule(paragraph: Any, indent: float) -> None:
    """Draw a line over an empty paragraph, so many millimetres from either side."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent)
    form.space_after, form.line_spacing = Pt(2), Pt(4)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    # Borders stand before spacing and indents in what Word accepts.
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _signature(document: Any, lang: str) -> None:
    """Write who gets copies on the left, who signs on the right, to fill in."""
    table = document.add_table(rows=1, cols=2)
    right = (
        *(("brief.signer", True, False), ("brief.signature", False, True)),
        ("brief.signer_name", True, False),
    )
    cells = (
        (
            0,
            0,
            (
                ("brief.receivers", True, True),
                ("brief.receiver", False, False),
                ("brief.archive", False, False),
            ),
        ),
        (0, 1, right),
    )
    _fill(table, cells, lang, widths=(62, 103), align_left=frozenset({(0, 0)}))


def _fill(
    table: Any,
    cells: tuple[tuple[int, int, tuple[tuple[str, bool, bool], ...]], ...],
    lang: str,
    *,
    widths: tuple[int, int],
    align_left: frozenset[tuple[int, int]] = frozenset(),
) -> None:
    """Fill the cells of a table without lines with texts: key, whether bold, whether italic."""
    from docx.shared import Mm, Pt

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row, column, lines in cells:
        cell = table.cell(row, column)
        cell.width = Mm(widths[column])
        for at, (key, bold, italic) in enumerate(lines):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            is_left = (row, column) in align_left
            paragraph.alignment = office_style.alignment("LEFT" if is_left else "CENTER")
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.line_spacing = _LINES
            run = paragraph.add_run(text(key, lang))
            run.bold, run.italic = bold, italic
            run.font.size = Pt(12 if row == 0 else 13)
    if align_left:
        table.cell(0, 1).paragraphs[1].paragraph_format.space_after = Pt(24)
