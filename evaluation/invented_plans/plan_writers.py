"""Write the pieces of an invented plan in the forms people hold plans in."""

from __future__ import annotations

import html
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from openpyxl.styles import Alignment, Border, Font, Side

BULLETS = {"dash": "- ", "symbol": "\uf0b7 ", "wingdings": "\uf0d8 ", "plus": "+ ", "dot": "• "}
# As Word itself writes a text box: a drawing, and the same words again for older programs.
TEXT_BOX = (
    '<w:r {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="5588000" cy="{emu}"/>'
    '<wp:docPr id="{number}" name="Text Box {number}"/><a:graphic><a:graphicData uri='
    '"http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="5588000" cy="{emu}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr>'
    "<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" type="#_x0000_t202" '
    'style="width:440pt;height:{height}pt;mso-wrap-style:square" stroked="t"><v:textbox>'
    "<w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
EMU_IN_POINT = 12700  # ECMA-376, part 1, 20.1.2.1: English metric units in a point


def cut_rows(blocks: list[tuple]) -> list[tuple]:
    """End a table where a page cuts a row; begin it anew, header first, with the row's rest."""
    out: list[tuple] = []
    for block in blocks:
        if block[0] != "table":
            out.append(block)
            continue
        kept: list = []
        for row in block[2]:
            if isinstance(row, str) or not any(" >> " in (cell or "") for cell in row):
                kept.append(row)
                continue
            parted = [(cell or "").partition(" >> ") for cell in row]
            firsts = [
                None if cell is None else part[0] for cell, part in zip(row, parted, strict=True)
            ]
            out += [("table", block[1], [*kept, firsts]), ("pb", "")]
            kept = [[part[2] for part in parted]]
        out.append(("table", block[1], kept))
    return out


def words_of(blocks: list[tuple]) -> Iterator[str]:
    """Give all words of the document in their order."""
    for block in blocks:
        if block[0] != "table":
            yield block[1]
            continue
        for row in block[2]:
            yield from [row] if isinstance(row, str) else (cell for cell in row if cell)


def letterhead(facts: dict[str, str]) -> tuple[list[str], list[str]]:
    """Give the lines left and right above a plan."""
    left = [line.strip() for line in facts["agency"].split("//")] + [
        f"Số: {facts['number_printed']}"
    ]
    nation = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    if facts["level"] == "party":
        nation = ["ĐẢNG CỘNG SẢN VIỆT NAM"]
    return left, [*nation, facts["date_printed"]]


def broken(left: list[str], right: list[str]) -> list[str]:
    """Give a letterhead as it comes out where its two halves were mixed line by line."""
    first = [f"{left[0]} {right[0]}", f"{left[1] if len(left) > 2 else ''} {right[1]}".strip()]
    number, date = left[-1], right[-1]
    half = len(date) // 2
    place = date.rfind(" ", 0, half)
    return [*first, f"{number[:6]}", f"{number[6:].strip()} {date[:place]}", date[place + 1 :]]


def titles(facts: dict[str, str]) -> list[str]:
    """Give the lines of the title."""
    return [line.strip() for line in facts["title"].split("//")]


# ---- Word ----


def _paragraph(
    place,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    centre: bool = False,
    size: float = 13,
):
    """Add a paragraph in the style of office documents."""
    paragraph = place.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.paragraph_format.space_after = Pt(4)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _bullet(document, text: str, kind: str, size: float) -> None:
    """Add a paragraph with a dash, or a sign of a symbol font (a private-use character)."""
    if kind not in ("symbol", "wingdings"):
        _paragraph(document, BULLETS[kind] + text, size=size)
        return
    paragraph = document.add_paragraph()
    sign = paragraph.add_run()
    symbol = OxmlElement("w:sym")
    symbol.set(qn("w:font"), "Symbol" if kind == "symbol" else "Wingdings")
    symbol.set(qn("w:char"), "F0B7" if kind == "symbol" else "F0D8")
    sign._r.append(symbol)
    paragraph.add_run(" " + text).font.size = Pt(size)
    paragraph.paragraph_format.left_indent = Cm(0.6)


def _box(document, lines: list[str], *, bold: bool = False) -> None:
    """Add a text box that holds the lines."""
    mark = "<w:rPr><w:b/></w:rPr>" if bold else ""
    inside = "".join(
        f'<w:p><w:r>{mark}<w:t xml:space="preserve">{html.escape(line)}</w:t></w:r></w:p>'
        for line in lines
    )
    height = 22 + 16 * sum(1 + len(line) // 75 for line in lines)
    number = 1 + len(document.element.xpath("//w:drawing"))
    drawn = {"height": height, "emu": height * EMU_IN_POINT, "number": number, "inside": inside}
    document.add_paragraph()._p.append(parse_xml(TEXT_BOX.format(ns=nsdecls("w"), **drawn)))


def _frame(document, lines: list[str], *, x: int, width: int) -> None:
    """Add paragraphs in a Word frame."""
    for line in lines:
        paragraph = _paragraph(document, line, centre=True, size=12)
        frame = OxmlElement("w:framePr")
        for name, value in (
            ("w", width),
            ("hSpace", 180),
            ("wrap", "around"),
            ("vAnchor", "page"),
            ("hAnchor", "page"),
            ("x", x),
            ("y", 1100),
        ):
            frame.set(qn(f"w:{name}"), str(value))
        paragraph._p.get_or_add_pPr().insert(0, frame)


def _head(document, facts: dict[str, str]) -> None:
    """Write the letterhead in the way this plan has it."""
    left, right = letterhead(facts)
    style = facts.get("letterhead", "table")
    if style == "table":
        table = document.add_table(rows=1, cols=2)
        for cell, lines in zip(table.rows[0].cells, (left, right), strict=True):
            cell._tc.remove(cell.paragraphs[0]._p)
            for number, line in enumerate(lines):
                _paragraph(cell, line, bold=number < len(lines) - 1, centre=True, size=12)
    elif style == "box":
        _box(document, left, bold=True)
        _box(document, right)
    elif style == "frame":
        _frame(document, left, x=1000, width=4200)
        _frame(document, right, x=5600, width=5400)
    elif style == "broken":
        for line in broken(left, right):
            _paragraph(document, line, size=12)
    else:
        for line in left + right:
            _paragraph(document, line, centre=True, size=12)
    _paragraph(document, "", size=6)
    for line in titles(facts):
        _paragraph(document, line, bold=True, centre=True, size=14)


def _merge(cell, value: str) -> None:
    """Mark a cell as the beginning or the rest of cells merged downwards."""
    mark = OxmlElement("w:vMerge")
    mark.set(qn("w:val"), value)
    cell._tc.get_or_add_tcPr().append(mark)


def _fill(cell, text: str, *, bold: bool, size: float) -> None:
    """Write a cell, a paragraph a line."""
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        run = paragraph.add_run(line)
        run.bold, run.font.size = bold, Pt(size)
        paragraph.paragraph_format.space_after = Pt(1)


def _table(document, head: tuple[list[str], list[int]], rows: list, facts: dict[str, str]) -> None:
    """Write a ruled table; its header is repeated by Word where the plan says so."""
    headers, widths = head
    size = float(facts.get("table_size", 11))
    table = document.add_table(rows=1 + len(rows), cols=len(headers))
    table.style, table.autofit = "Table Grid", False
    room = 26.0 if facts.get("page") == "landscape" else 17.0
    grid = [table.rows[number].cells for number in range(len(rows) + 1)]
    for number, header in enumerate(headers):
        _fill(grid[0][number], header, bold=True, size=size)
        table.columns[number].width = Cm(room * widths[number] / sum(widths))
        for cells in grid:
            cells[number].width = Cm(room * widths[number] / sum(widths))
    if facts.get("repeat") == "yes":
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for number, row in enumerate(rows, start=1):
        if isinstance(row, str):
            _fill(grid[number][0].merge(grid[number][-1]), row, bold=True, size=size)
            continue
        for column, text in enumerate(row):
            below = rows[number] if number < len(rows) else ""
            if text is None:
                _merge(grid[number][column], "continue")
            else:
                _fill(grid[number][column], text, bold=False, size=size)
                if not isinstance(below, str) and below[column] is None:
                    _merge(grid[number][column], "restart")


def _columns(document, count: str) -> None:
    """Begin a section of so many columns on the same page."""
    section = document.add_section(0)
    columns = section._sectPr.find(qn("w:cols"))
    columns = (
        columns
        if columns is not None
        else section._sectPr.append(OxmlElement("w:cols")) or section._sectPr.find(qn("w:cols"))
    )
    columns.set(qn("w:num"), count)
    columns.set(qn("w:space"), "500")


def _new_document(facts: dict[str, str]):
    """Give an empty page of the right size and letters."""
    document = docx.Document()
    style = document.styles["Normal"]
    # Tinos (Debian's fonts-croscore) is as wide as Times New Roman and has all Vietnamese letters;
    # where a letter comes from a second font, text copied from the PDF falls apart.
    letters = "Tinos" if facts["form"] in ("pdf", "layout", "raw") else "Times New Roman"
    style.font.name = letters
    style.element.rPr.rFonts.set(qn("w:eastAsia"), letters)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if facts.get("page") == "landscape":
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    return document


def _write_block(document, facts: dict[str, str], block: tuple) -> None:
    """Write one piece of the document."""
    kind, text = block[0], block[1]
    size = float(facts.get("size", 13))
    if kind == "table":
        _table(document, text, block[2], facts)
    elif kind == "pb":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    elif kind == "sp":
        document.add_paragraph().paragraph_format.space_after = Pt(float(text))
    elif kind == "cols":
        _columns(document, text)
    elif kind == "bullet":
        _bullet(document, text, facts.get("bullet", "dash"), size)
    elif kind == "box":
        _box(document, [text])
    elif kind == "frame":
        _frame(document, [text], x=1200, width=9600)
    elif kind != "sheet":
        bold, centre = kind in ("heading", "centre"), kind == "centre"
        _paragraph(document, text, bold=bold, italic=kind == "italic", centre=centre, size=size)


def write_docx(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write a Word file."""
    document = _new_document(facts)
    _head(document, facts)
    for block in blocks:
        _write_block(document, facts, block)
    if facts.get("signer"):
        _paragraph(document, "")
        for line in facts["signer"].split("//"):
            signature = _paragraph(document, line.strip(), bold=True)
            signature.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(path)


# ---- sheets ----


def _sheet_table(sheet, head: tuple[list[str], list[int]], rows: list) -> None:
    """Put a table below what the sheet has."""
    line = Border(*(Side(style="thin"),) * 4)
    begin = sheet.max_row + 1
    for number, row in enumerate([head[0], *rows], start=begin):
        cells = [row] + [None] * (len(head[0]) - 1) if isinstance(row, str) else row
        for column, text in enumerate(cells, start=1):
            cell = sheet.cell(number, column, text)
            cell.border, cell.alignment = line, Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name="Times New Roman", bold=number == begin or isinstance(row, str))
        if isinstance(row, str):
            sheet.merge_cells(
                start_row=number, end_row=number, start_column=1, end_column=len(head[0])
            )
    for column in range(len(head[0])):
        sheet.column_dimensions[chr(65 + column)].width = head[1][column] * 1.3
        _merge_down(sheet, rows, column, begin + 1)


def _merge_down(sheet, rows: list, column: int, begin: int) -> None:
    """Merge the cells of one column that the plan has as one."""
    start = None
    for number, row in enumerate([*rows, "end"]):
        merged = not isinstance(row, str) and row[column] is None
        if merged and start is None:
            start = number - 1
        elif not merged and start is not None:
            sheet.merge_cells(
                start_row=begin + start,
                end_row=begin + number - 1,
                start_column=column + 1,
                end_column=column + 1,
            )
            start = None


def write_xlsx(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write a workbook: letterhead, title and paragraphs in cells, tables below them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = facts.get("sheet", "Sheet1")
    left, right = letterhead(facts)
    for number in range(max(len(left), len(right))):
        sheet.cell(number + 1, 1, left[number] if number < len(left) else None)
        sheet.cell(number + 1, 4, right[number] if number < len(right) else None)
    for line in titles(facts):
        sheet.cell(sheet.max_row + 1, 1, line).font = Font(bold=True, size=13)
    for block in blocks:
        if block[0] == "table":
            _sheet_table(sheet, block[1], block[2])
        elif block[0] == "sheet":
            sheet = book.create_sheet(block[1])
        elif block[1]:
            sheet.cell(sheet.max_row + 1, 1, block[1]).font = Font(
                bold=block[0] in ("heading", "centre")
            )
    book.save(path)


# ---- web pages and text ----


def _html_table(head: tuple[list[str], list[int]], rows: list) -> str:
    """Give a table of a web page with merged cells."""
    lines = [
        "<table border=1 cellspacing=0>",
        "<tr>" + "".join(f"<th>{html.escape(name)}</th>" for name in head[0]) + "</tr>",
    ]
    for number, row in enumerate(rows):
        if isinstance(row, str):
            lines.append(f"<tr><td colspan={len(head[0])}><b>{html.escape(row)}</b></td></tr>")
            continue
        cells = ""
        for column, text in enumerate(row):
            if text is None:
                continue
            down = 1
            while (
                number + down < len(rows)
                and not isinstance(rows[number + down], str)
                and rows[number + down][column] is None
            ):
                down += 1
            cells += (
                f"<td{f' rowspan={down}' if down > 1 else ''}><p>"
                + html.escape(text).replace("\n", "</p><p>")
                + "</p></td>"
            )
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>"])


def write_html(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write a web page as portals have them, with a menu above and below."""
    left, right = (
        ("<br>".join(html.escape(line) for line in lines)) for lines in letterhead(facts)
    )
    out = [
        "<!DOCTYPE html><html lang=vi><head><meta charset=utf-8>",
        f"<title>{html.escape(titles(facts)[-1])}</title></head><body>",
    ]
    out += [
        "<ul><li><a href='#'>Trang chủ</a><li><a href='#'>Giới thiệu</a>"
        "<li><a href='#'>Văn bản</a></ul>"
    ]
    out += [
        f"<table width=100%><tr><td align=center>{left}</td>"
        f"<td align=center>{right}</td></tr></table>"
    ]
    out += [f"<p align=center><b>{html.escape(line)}</b></p>" for line in titles(facts)]
    for block in blocks:
        if block[0] == "table":
            out.append(_html_table(block[1], block[2]))
        elif block[0] == "bullet":
            out.append(f"<p>- {html.escape(block[1])}</p>")
        elif block[0] == "heading":
            out.append(f"<p><strong>{html.escape(block[1])}</strong></p>")
        elif block[1] and block[0] != "pb":
            out.append(f"<p>{html.escape(block[1])}</p>")
    out.append(
        "<div class=footer>Bản quyền thuộc Cổng thông tin điện tử. Lượt truy cập: 4.812</div>"
        "</body></html>"
    )
    path.write_text("\n".join(out), encoding="utf-8")


def write_md(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write text with marks, as converters of PDF give it: bold headings, pipes between cells."""
    left, right = letterhead(facts)
    out = [*left, "", *right, ""] + [f"## **{line}**" for line in titles(facts)]
    for kind, text, *rows in blocks:
        if kind == "table":
            out += [
                "",
                "| " + " | ".join(name.replace("\n", "<br>") for name in text[0]) + " |",
                "|" + "---|" * len(text[0]),
            ]
            for row in rows[0]:
                cells = (
                    [f"**{row}**"] + [""] * (len(text[0]) - 1)
                    if isinstance(row, str)
                    else [(cell or "").replace("\n", "<br>") for cell in row]
                )
                out.append("| " + " | ".join(cells) + " |")
        elif kind == "heading":
            out += ["", f"### **{text}**"]
        elif kind == "pb":
            out += ["", text or "", "---"]
        elif text:
            out += ["", BULLETS["dash"] + text if kind == "bullet" else text]
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


def write_tabs(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write text as copied from a PDF, tabs between cells; a group row has tabs after it."""
    left, right = letterhead(facts)
    out = [*left, *right, "", *titles(facts), ""]
    for kind, text, *rows in blocks:
        if kind == "table":
            out += ["", "\t".join(name.replace("\n", " ") for name in text[0])]
            for row in rows[0]:
                cells = (
                    [row] + [""] * (len(text[0]) - 1)
                    if isinstance(row, str)
                    else [(cell or "").replace("\n", " ") for cell in row]
                )
                out.append("\t".join(cells))
        elif text:
            out += [BULLETS["dash"] + text if kind == "bullet" else text]
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


# ---- through LibreOffice ----


def _through_office(facts: dict[str, str], blocks: list[tuple], path: Path, form: str) -> None:
    """Write a Word file or a workbook and let LibreOffice make the form wanted from it."""
    sheets = form in ("xls", "ods")
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / f"{path.stem}.{'xlsx' if sheets else 'docx'}"
        (write_xlsx if sheets else write_docx)(facts, blocks, first)
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            folder,
            first,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        made = Path(folder) / f"{path.stem}.{form}"
        path.write_bytes(made.read_bytes())


def _copied(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write the text of a PDF as copied: lines in place (layout), or one by one (raw)."""
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "plan.pdf"
        _through_office(facts, blocks, printed, "pdf")
        subprocess.run(["pdftotext", f"-{facts['form']}", printed, path], check=True)


def write(facts: dict[str, str], blocks: list[tuple], path: Path) -> None:
    """Write the document in the form its source names."""
    form = facts["form"]
    direct = {
        "docx": write_docx,
        "xlsx": write_xlsx,
        "html": write_html,
        "md": write_md,
        "tabs": write_tabs,
    }
    if form in direct:
        direct[form](facts, blocks, path)
    elif form in ("layout", "raw"):
        _copied(facts, blocks, path)
    else:
        _through_office(facts, blocks, path, form)
    print(path.name)
