"""Styles of Vietnamese office documents (Decree 30/2020/NĐ-CP, annex I).

A4; margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman, the text in 13 points;
the number of the page in the middle above the text, none on the first page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parstats.reports.formats import page_content

if TYPE_CHECKING:
    from parstats.reports.formats.report_info import About


def add_runs(paragraph: Any, runs: page_content.Runs) -> None:
    """Add formatted text to a paragraph; web addresses become links."""
    for run in runs:
        docx_run = paragraph.add_run(run.text)
        docx_run.bold, docx_run.italic = run.bold or None, run.italic or None
        if run.code:
            docx_run.font.name = "Courier New"
        if run.href.startswith(("https://", "http://")):
            _link(paragraph, docx_run, run.href)


def _link(paragraph: Any, run: Any, address: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:hyperlink")
    element.set(
        qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    run.font.underline = True
    element.append(run._r)
    paragraph._p.append(element)


FONT = "Times New Roman"
TEXT_WIDTH = 210 - 30 - 15
"""Millimetres of A4 inside the margins of Decree 30/2020/NĐ-CP: 30 left, 15 right."""
_LOCALES = {"vi": "vi-VN", "en": "en-GB"}


@dataclass(frozen=True)
class _Look:
    """A paragraph style: points for sizes and spaces, millimetres for indents."""

    name: str
    size: float
    base: str = "Normal"
    bold: bool = False
    italic: bool = False
    align: str = "LEFT"
    before: float = 0
    after: float = 6
    first: float = 0
    indent: float = 0
    with_next: bool = False


_LOOKS = (
    _Look("Body Text", 13, align="JUSTIFY", first=10),
    _Look("Title", 16, bold=True, align="CENTER", after=4, with_next=True),
    _Look("Subtitle", 13, italic=True, align="CENTER", after=10),
    _Look("Heading 1", 14, bold=True, before=14, with_next=True),
    _Look("Heading 2", 13, bold=True, before=10, with_next=True),
    _Look("Heading 3", 13, bold=True, italic=True, before=8, with_next=True),
    _Look("List Bullet", 13, align="JUSTIFY", after=3),
    _Look("List Bullet 2", 13, align="JUSTIFY", after=3),
    _Look("List Bullet 3", 13, align="JUSTIFY", after=3),
    _Look("List", 13, align="JUSTIFY", after=3, first=-7, indent=14),
    _Look("Contents", 12.5, after=0),
    _Look("Picture", 13, align="CENTER", before=4, after=2, with_next=True),
    _Look("Caption", 12, italic=True, align="CENTER", after=8),
    _Look("Table Caption", 12, "Caption", italic=True, before=6, after=3, with_next=True),
    _Look("Table Text", 11, before=2, after=2),
    _Look("Table Note", 10.5, italic=True, align="JUSTIFY", before=2, after=8),
    _Look("Notice", 13, align="JUSTIFY", after=3, indent=4),
    _Look("Verbatim", 10, after=6),
)


def document(about: About) -> Any:
    """Make an empty document in that style, with title and language in its properties."""
    import docx

    docx_document = docx.Document()
    _page(docx_document.sections[0])
    _defaults(docx_document, _LOCALES[about.lang])
    for look in _LOOKS:
        _style(docx_document.styles, look)
    _tab_to_the_right(docx_document.styles["Contents"])
    _number_headings(docx_document)
    _box(docx_document.styles["Notice"])
    _modern(docx_document)
    properties = docx_document.core_properties
    properties.title, properties.author, properties.comments = about.title, "parstats", ""
    properties.language = _LOCALES[about.lang]
    return docx_document


def field(paragraph: Any, code: str, displayed_rows: str, *, is_old: bool = False) -> None:
    """Add a field that Word computes, as the number of a page, with what it shows until then.

    One that `is_old` is computed as soon as the document is opened.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def mark(kind: str) -> None:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
        if is_old and kind == "begin":
            element.set(qn("w:dirty"), "true")
        paragraph.add_run()._r.append(element)

    mark("begin")
    instruction = OxmlElement("w:instrText")
    instruction.text = f" {code} "
    instruction.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(instruction)
    mark("separate")
    paragraph.add_run(displayed_rows)
    mark("end")


def bookmark(paragraph: Any, name: str) -> None:
    """Put a bookmark around a paragraph, for the contents to name its page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    number = str(len(paragraph.part.element.findall(f".//{qn('w:bookmarkStart')}")) + 1)
    for kind, place in (("bookmarkStart", 0), ("bookmarkEnd", None)):
        element = OxmlElement(f"w:{kind}")
        element.set(qn("w:id"), number)
        if kind == "bookmarkStart":
            element.set(qn("w:name"), name)
        runs = paragraph._p.findall(qn("w:r"))
        if place == 0 and runs:
            runs[0].addprevious(element)
        else:
            paragraph._p.append(element)


def _page(section: Any) -> None:
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = alignment("CENTER")
    field(paragraph, "PAGE", "2")


def alignment(name: str) -> Any:
    """Return the alignment of a paragraph by its name in capitals, as "CENTER"."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    available: Any = WD_ALIGN_PARAGRAPH
    return available[name]


def _defaults(docx_document: Any, locale: str) -> None:
    """Set the default font and language."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    normal = docx_document.styles["Normal"]
    _font(normal, 13)
    normal.paragraph_format.line_spacing = 1.15
    normal.paragraph_format.widow_control = True
    element = normal.element.get_or_add_rPr()
    defaults = docx_document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for parent in (element, defaults):
        for old in parent.findall(qn("w:lang")):
            parent.remove(old)
        lang = OxmlElement("w:lang")
        for name in ("val", "eastAsia"):
            lang.set(qn(f"w:{name}"), locale)
        parent.append(lang)


def _font(style: Any, size: float) -> None:
    """Set the font for all alphabets; the template names other ones by theme."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _style(styles: Any, look: _Look) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    available = [style.name for style in styles]
    style = styles[look.name] if look.name in available else None
    if style is None:
        style = styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles[look.base]
    _font(style, look.size)
    style.font.bold, style.font.italic = look.bold, look.italic
    form = style.paragraph_format
    form.alignment = alignment(look.align)
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next = look.with_next
    if look.size < 13:
        form.line_spacing = 1.0
    if look.first or look.indent:
        form.first_line_indent, form.left_indent = Mm(look.first), Mm(look.indent)
    for border in style.element.findall(f".//{qn('w:pBdr')}"):  # under the title, in the template
        border.getparent().remove(border)
    for spacing in style.element.rPr.findall(qn("w:spacing")) + style.element.rPr.findall(
        qn("w:kern")
    ):
        style.element.rPr.remove(spacing)


def _number_headings(docx_document: Any) -> None:
    """Number the headings 1., 1.1., 1.1.1. by their styles, so that Word keeps count."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    numbering = docx_document.part.numbering_part.element
    used = [
        int(element.get(qn("w:abstractNumId")))
        for element in numbering.findall(qn("w:abstractNum"))
    ]
    item_number = max(used, default=0) + 1
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Heading{level + 1}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{"".join(f"%{n + 1}." for n in range(level + 1))}"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for level in range(3)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{item_number}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert(len(used), abstract)
    number = numbering.add_num(item_number).numId
    for level in range(3):
        properties = docx_document.styles[f"Heading {level + 1}"].element.get_or_add_pPr()
        counted = properties.get_or_add_numPr()
        counted.get_or_add_ilvl().val = level
        counted.get_or_add_numId().val = number


def _tab_to_the_right(style: Any) -> None:
    """Set page numbers of contents flush right behind dots."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm

    style.paragraph_format.tab_stops.add_tab_stop(
        Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )


def _box(style: Any) -> None:
    """Add a bar on the left and a light background."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    properties = style.element.get_or_add_pPr()
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="6" w:color="8C510A"/>'
        "</w:pBdr>"
    )
    ground = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FBF5EC"/>')
    # Word wants the parts of a style in the order of the standard.
    before = properties.insert_element_before
    later = ("w:spacing", "w:ind", "w:jc")
    before(border, "w:shd", *later)
    before(ground, *later)


def _modern(docx_document: Any) -> None:
    """Mark the document as current; else Word opens it in the mode of 2010."""
    from docx.oxml.ns import qn

    for setting in docx_document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
