"""The forms of a report: each says what the page says, in the look of its kind."""

from __future__ import annotations

import base64
import io
import re
import shutil
import sys
import zipfile

import docx
import openpyxl
import pandas as pd
import pdfplumber
import pytest
from lxml import html as lxml_html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from tests.excel_display import excel_display

import parstats as ps
from parstats import errors, storage
from parstats.figures.boxes import Cards
from parstats.figures.column import count_column, number_column, text_column
from parstats.figures.table import Table
from parstats.reference.labels import text
from parstats.reports.formats import html, page_content, pdf
from parstats.reports.formats.docx import PartWriter
from parstats.reports.formats.notebook_content import report_parts
from parstats.reports.formats.office_table import table_grid
from parstats.reports.formats.writer import FORMS, About, check, write

pytestmark = pytest.mark.usefixtures("figures_to_2024")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REPORTS = {
    "ranked": ("Lạng Sơn", 2024, "vi"),
    "without data": ("Vĩnh Phúc", 2024, "en"),
    "over a break": ("Thừa Thiên Huế", 2021, "en"),
}


@pytest.fixture(scope="module", params=REPORTS)
def report(request):
    """A provincial report: its executed notebook, what it is about, and its page."""
    province, year, lang = REPORTS[request.param]
    executed = run_report(province=province, year=year, lang=lang)
    about = About(f"{province} {year}", lang, (("All", "index.html"),), "../")
    page = lxml_html.document_fromstring(write("html", executed, about).decode())
    return executed, about, page.find(".//main")


@pytest.fixture(scope="module")
def document(report):
    executed, about, _ = report
    return docx.Document(io.BytesIO(write("docx", executed, about)))


@pytest.fixture(scope="module")
def workbook(report):
    executed, about, _ = report
    return openpyxl.load_workbook(io.BytesIO(write("xlsx", executed, about)))


def run_report(**parameters):
    """The provincial notebook run in this process, without a kernel."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    notebook = nbformat.read(storage.notebooks_folder() / "04_province_report.ipynb", 4)
    settings = {"index": "PAPI", **parameters}
    try:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            tagged = "parameters" in cell.metadata.get("tags", [])
            lines = "\n".join(f"{name} = {value!r}" for name, value in settings.items())
            with capture_output() as captured:
                shell.run_cell(f"{cell.source}\n{lines}" if tagged else cell.source).raise_error()
            cell.outputs = [display_output(out.data, out.metadata) for out in captured.outputs]
    finally:
        InteractiveShell.clear_instance()
    notebook.metadata["papermill"] = {"parameters": settings}
    return notebook


def display_output(data, metadata=None):
    return new_output("display_data", data=data, metadata=metadata or {})


def new_report(*cells, **metadata):
    return new_notebook(cells=list(cells), metadata=metadata)


def result(data, metadata=None):
    return new_code_cell("secret_name = 1", outputs=[display_output(data, metadata)])


def shown(*objects):
    """A cell that shows things as a notebook does."""
    outputs = [display_output(thing._repr_mimebundle_()) for thing in objects]
    return new_code_cell("secret_name = 1", outputs=outputs)


def words_table(*rows, identity="words"):
    names = [str(position) for position in range(len(rows[0]))]
    columns = tuple(text_column(name, f"column {name}") for name in names)
    return Table(identity, "vi", pd.DataFrame(rows, columns=names), columns)


def picture(kind="PNG"):
    buffer = io.BytesIO()
    Image.new("RGB", (120, 80), "#01665e").save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def element_text(element):
    return " ".join(element.text_content().split())


def headings(page, *levels):
    return [element_text(heading) for heading in page.iter(*(f"h{level}" for level in levels))]


# The page


def test_a_page_shows_prose_of_its_language_and_no_code():
    report = new_report(
        new_markdown_cell("Tiếng Việt", metadata={"tags": ["lang-vi"]}),
        new_markdown_cell("English", metadata={"tags": ["lang-en"]}),
        new_markdown_cell("for the author", metadata={"tags": ["note"]}),
        new_code_cell("secret_name = 1"),
    )
    pages = {
        lang: write("html", report, About("A <b>", lang, (("All", "i.html"),), "../")).decode()
        for lang in ("vi", "en")
    }
    assert "English" in pages["en"]
    assert "Tiếng Việt" not in pages["en"]
    assert "Tiếng Việt" in pages["vi"]
    assert "English" not in pages["vi"]
    for lang, page in pages.items():
        assert f'<html lang="{lang}">' in page
        assert "secret_name" not in page
        assert "for the author" not in page
        assert "A &lt;b&gt;" in page
        assert '<a href="../i.html">' in page


def test_a_page_is_light_and_needs_no_other_file(report):
    executed, about, _ = report
    page = write("html", executed, about)
    assert len(page) < 1_500_000
    assert not re.search(rb'(src|srcset)="(?!data:)', page)
    assert b"<script" not in page
    assert b"@import" not in page
    assert not re.search(rb"<link\b", page)


def test_the_same_outputs_give_the_same_page_whatever_was_written_between(report):
    executed, about, _ = report
    first = write("html", executed, about)
    write("html", new_report(new_markdown_cell("# Other")), About("Other", "vi"))
    assert write("html", executed, about) == first


def test_a_page_has_all_pictures_each_with_its_description(report):
    executed, _, page = report
    outputs = [out for cell in executed.cells for out in cell.get("outputs", [])]
    expected = [out.metadata["image/png"]["alt"] for out in outputs if "image/png" in out.data]
    assert expected
    assert [image.get("alt") for image in page.iter("img")] == expected


def test_vector_pictures_are_taken_for_the_page_and_raster_ones_for_documents():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    both = new_report(result({"image/svg+xml": drawing, "image/png": picture()}))
    about = About("Both", "en")
    assert "<svg" in html.page(both, about)
    assert [part.kind for part in report_parts(both, about)] == ["image/png"]


# What the forms are written from


def test_no_word_of_the_page_is_lost_on_the_way_to_the_other_forms(report):
    executed, about, page = report
    for style in list(page.iter("style")):
        style.drop_tree()
    parts = report_parts(executed, about)
    joined = "".join("".join(part_texts(part)) for part in parts)
    assert squeezed(joined) == squeezed(page.text_content())


def part_texts(part):
    if isinstance(part, page_content.Box):
        return ["".join(part_texts(inner)) for inner in part.parts]
    if isinstance(part, Table):
        return [cell.text for row in table_grid(part).rows for cell in row] + list(part.notes)
    if isinstance(part, Cards):
        texts = [(card.label, card.text(part.lang), card.note) for card in part.cards]
        return [entry for card in texts for entry in card]
    return [] if isinstance(part, page_content.Figure) else [page_content.plain(part.runs)]


def squeezed(string):
    return re.sub(r"\s", "", string)


def test_lists_links_and_looks_are_read():
    source = "- one **two**\n  - deeper\n\n1. first\n2. [link](https://example.org) `code`\n"
    parts = report_parts(new_report(new_markdown_cell(source)), About("t", "en"))
    assert [(page_content.plain(p.runs), p.depth, p.number) for p in parts] == [
        ("one two", 0, None),
        ("deeper", 1, None),
        ("first", 0, 1),
        ("link code", 0, 2),
    ]
    assert [run.text for run in parts[0].runs if run.bold] == ["two"]
    assert [run.href for run in parts[3].runs] == ["https://example.org", "", ""]
    assert [run.text for run in parts[3].runs if run.code] == ["code"]


def test_what_a_cell_printed_keeps_its_lines():
    cell = new_code_cell("x", outputs=[new_output("stream", name="stdout", text="a  b\n c\n")])
    (part,) = report_parts(new_report(cell), About("t", "en"))
    assert part.verbatim
    assert page_content.plain(part.runs) == "a  b\n c"


# Word documents


def styled(document, *styles):
    return [p.text for p in document.paragraphs if p.style.name in styles]


def test_a_document_has_the_headings_of_the_page_numbered_by_word(report, document):
    _, _, page = report
    assert styled(document, "Title") == headings(page, 1)
    assert styled(document, "Heading 1") == headings(page, 2)
    numbers = document.part.numbering_part.element
    heading_id = document.styles["Heading 1"].element.find(f".//{W}numId").get(f"{W}val")
    (used,) = [n for n in numbers.iter(f"{W}num") if n.get(f"{W}numId") == heading_id]
    abstract = used.find(f"{W}abstractNumId").get(f"{W}val")
    (levels,) = [
        n for n in numbers.iter(f"{W}abstractNum") if n.get(f"{W}abstractNumId") == abstract
    ]
    patterns = [level.get(f"{W}val") for level in levels.iter(f"{W}lvlText")]
    assert patterns == ["%1.", "%1.%2.", "%1.%2.%3."]


def test_a_document_has_all_figures_captioned_and_described(report, document):
    _, about, page = report
    alts = [image.get("alt") for image in page.iter("img")]
    label = text("form.figure", about.lang)
    expected = [f"{label} {index}. {alt}" for index, alt in enumerate(alts, start=1)]
    assert styled(document, "Caption") == expected
    drawn = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert drawn == alts
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert all(shape.width <= room for shape in document.inline_shapes)


def test_a_figure_stands_on_one_page_with_its_caption(document):
    assert all(
        p.paragraph_format.keep_with_next or p.style.paragraph_format.keep_with_next
        for p in document.paragraphs
        if p.style.name in ("Picture", "Table Caption", "Heading 1")
    )


def test_tables_are_tables_with_the_cells_of_the_page(report, document):
    _, about, page = report
    tables = [table for table in document.tables if head_rows(table)]
    expected = [page_rows(table) for table in page.iter("table")]
    assert [document_rows(table) for table in tables] == expected
    label = text("form.table", about.lang)
    captions = styled(document, "Table Caption")
    assert [caption.split(".")[0] for caption in captions] == [
        f"{label} {index}" for index in range(1, len(tables) + 1)
    ]
    notes = [element_text(cell) for cell in page.iter("td") if "gt_sourcenote" in cell.get("class")]
    assert [note for note in styled(document, "Table Note") if note] == notes


def head_rows(table):
    return [row for row in table.rows if row._tr.find(f"{W}trPr/{W}tblHeader") is not None]


def document_rows(table):
    return [
        [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in unmerged(row)]
        for row in table.rows
    ]


def unmerged(row):
    return list({id(cell._tc): cell for cell in row.cells}.values())


def page_rows(table):
    return [
        [element_text(cell) for cell in row.iterchildren("td", "th")]
        for part in ("thead", "tbody")
        for row in table.findall(f"{part}/tr")
    ]


def test_rows_are_not_cut_and_numbers_stand_to_the_right(document):
    for table in document.tables:
        assert all(row._tr.find(f"{W}trPr/{W}cantSplit") is not None for row in table.rows)
        body = table.rows[len(head_rows(table)) :]
        for row in body:
            for cell in unmerged(row):
                if re.fullmatch(r"[+−]?\d+[,.]\d+", cell.text):
                    assert cell.paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def test_a_table_is_as_wide_as_the_text_and_no_word_is_broken(report, document):
    room = 165.0
    for table in document.tables:
        widths = [column.width.mm for column in table.columns]
        assert sum(widths) == pytest.approx(room, abs=0.5)
        for column, width in zip(table.columns, widths, strict=True):
            size = min(run.font.size.pt for p in column.cells[-1].paragraphs for run in p.runs)
            cells = [c for c in column.cells if len(unmerged_cells(table, c)) == 1]
            longest = max(len(token) for cell in cells for token in cell.text.split(" "))
            # A letter of Times New Roman is 0.45 of its size wide, in the mean.
            assert longest * 0.45 * size * 0.3528 < width, [c.text for c in cells]


def unmerged_cells(table, cell):
    return [other for row in table.rows for other in row.cells if other._tc is cell._tc]


def test_a_document_is_laid_out_as_an_office_does(report, document):
    _, about, _ = report
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]
    for name in ("Normal", "Body Text", "Heading 1"):
        style = document.styles[name]
        assert style.font.name == "Times New Roman"
        assert style.font.size.pt in (13, 14)
    assert section.different_first_page_header_footer
    (field,) = section.header._element.iter(f"{W}instrText")
    assert field.text.strip() == "PAGE"
    languages = {"vi": "vi-VN", "en": "en-GB"}
    lang = document.styles["Normal"].element.find(f".//{W}lang")
    assert lang.get(f"{W}val") == languages[about.lang]
    assert document.core_properties.title == about.title


def test_warnings_of_the_page_stand_out(report, document):
    _, _, page = report
    boxes = page.find_class("ps-warning")
    notices = styled(document, "Notice")
    assert bool(boxes) == bool(notices)
    texts = [notice.removeprefix("–\N{NO-BREAK SPACE}") for notice in notices]
    assert texts == [element_text(part) for box in boxes for part in box.iter("p", "li")]


def test_links_lead_where_they_led():
    report = new_report(
        new_markdown_cell("# T\n\nSee [the source](https://example.org/a) and [x](#y).")
    )
    document = docx.Document(io.BytesIO(write("docx", report, About("T", "en"))))
    (link,) = [link for p in document.paragraphs for link in p.hyperlinks]
    assert (link.text, link.address) == ("the source", "https://example.org/a")
    assert document.paragraphs[1].text == "See the source and x."


def test_a_figure_that_word_cannot_hold_is_refused_by_name():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    report = new_report(new_markdown_cell("# T"), result({"image/svg+xml": drawing}))
    with pytest.raises(errors.ToolFailed, match=r"no docx: figure 1 .*image/svg\+xml.*needs PNG"):
        write("docx", report, About("T", "en"))


def test_jpeg_pictures_are_taken():
    report = new_report(result({"image/jpeg": picture("JPEG")}))
    document = docx.Document(io.BytesIO(write("docx", report, About("T", "en"))))
    assert len(document.inline_shapes) == 1


# What a notebook of one's own may show besides


def test_a_data_frame_is_a_table_in_documents_and_workbooks():
    frame = pd.DataFrame(
        {"code": ["01", "20"], "score": ["41.50", "3.25"], "rank": [1, None]}, index=["a", "b"]
    )
    cell = result({"text/html": frame.to_html(), "text/plain": repr(frame)})
    report = new_report(new_markdown_cell("## Mine"), cell)
    document = docx.Document(io.BytesIO(write("docx", report, About("T", "vi"))))
    (docx_table,) = document.tables
    assert document_rows(docx_table) == [
        ["", "code", "score", "rank"],
        ["a", "01", "41.50", "1.0"],
        ["b", "20", "3.25", "–"],
    ]
    book = openpyxl.load_workbook(io.BytesIO(write("xlsx", report, About("T", "vi"))))
    rows = [[cell.value for cell in row] for row in book["Mine"].iter_rows(min_row=2)]
    assert rows == [["a", "01", 41.5, 1], ["b", "20", 3.25, None]]
    assert excel_display(41.5, book["Mine"]["C2"].number_format, "en") == "41.50"


def test_headings_over_several_columns_stand_before_each():
    table = (
        "<table><thead><tr><th rowspan=2>a</th><th colspan=2>b</th></tr>"
        "<tr><th>c</th><th>d</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody></table>"
    )
    report = new_report(result({"text/html": table}))
    document = docx.Document(io.BytesIO(write("docx", report, About("T", "en"))))
    assert document_rows(document.tables[0]) == [["a", "b: c", "b: d"], ["1", "2", "3"]]
    book = openpyxl.load_workbook(io.BytesIO(write("xlsx", report, About("T", "en"))))
    assert [cell.value for cell in book.worksheets[1][1]] == ["a", "b: c", "b: d"]


def test_a_table_changed_by_great_tables_keeps_groups_notes_and_figures(scores):
    table = ps.tables.extremes(ps.panel.profile(scores, "20", 2024), "vi", n_top=2)
    changed = table.gt.cols_hide("region")
    (part,) = report_parts(
        new_report(result({"text/html": changed.as_raw_html()})), About("T", "vi")
    )
    assert part.notes == table.notes
    displayed = table.displayed.drop(columns="region")
    assert part.data["group"].tolist() == displayed.pop("group").tolist()
    assert part.displayed.drop(columns="group").to_numpy().tolist() == displayed.to_numpy().tolist()


def test_a_table_without_headings_has_no_row_of_them():
    cells = (
        "<table><tbody><tr><td>a</td><td>01</td></tr><tr><td>b</td><td>2</td></tr></tbody></table>"
    )
    report = new_report(result({"text/html": cells}))
    document = docx.Document(io.BytesIO(write("docx", report, About("T", "en"))))
    assert document_rows(document.tables[0]) == [["a", "01"], ["b", "2"]]


def test_a_table_in_markdown_is_a_table():
    source = "| name | score |\n|---|---:|\n| **Lạng Sơn** | 41.50 |\n"
    (part,) = report_parts(new_report(new_markdown_cell(source)), About("T", "vi"))
    assert [column.heading for column in part.columns] == ["name", "score"]
    assert part.displayed.to_numpy().tolist() == [["Lạng Sơn", "41.50"]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_html_that_only_a_page_can_show_is_named(lang):
    placeholder = "<IPython.core.display.HTML object>"
    report = new_report(
        result({"text/html": "<b>a map</b>", "text/plain": placeholder}),
        new_markdown_cell("<div>block</div>"),
        new_markdown_cell("<!-- a remark -->"),
    )
    parts = report_parts(report, About("T", lang))
    only_on_page = text("form.only_on_page", lang)
    assert [page_content.plain(part.runs) for part in parts] == [only_on_page] * 2


def test_errors_and_values_are_shown_as_printed():
    error = new_output("error", ename="ValueError", evalue="no such year", traceback=[])
    value = new_output("execute_result", data={"text/plain": "42"})
    report = new_report(new_code_cell("x", outputs=[error, value]))
    parts = report_parts(report, About("T", "en"))
    assert [page_content.plain(part.runs) for part in parts] == ["ValueError: no such year", "42"]
    assert all(part.verbatim for part in parts)


def test_pictures_in_markdown_are_taken_with_their_description():
    attached = new_markdown_cell("See ![the map](attachment:map.png) here.")
    attached["attachments"] = {"map.png": {"image/png": picture()}}
    embedded = new_markdown_cell(f"![again](data:image/png;base64,{picture()})")
    parts = report_parts(new_report(attached, embedded), About("T", "en"))
    figures = [part for part in parts if isinstance(part, page_content.Figure)]
    assert [(f.alt, f.kind) for f in figures] == [("the map", "image/png"), ("again", "image/png")]
    assert [figure.content for figure in figures] == [base64.b64decode(picture())] * 2
    assert page_content.plain(parts[1].runs) == "See here."


# Workbooks


def test_a_workbook_has_a_sheet_for_each_table_named_by_its_heading(report, workbook):
    _, about, page = report
    tables = list(page.iter("table"))
    assert len(workbook.worksheets) == 1 + len(tables)
    assert workbook.sheetnames[0] == text("form.about", about.lang)
    under = [element_text(table.xpath("preceding::h2[1]")[0]) for table in tables]
    for name, heading in zip(workbook.sheetnames[1:], under, strict=True):
        assert heading.startswith(name)
        assert len(name) <= 31


def test_a_sheet_shows_what_the_page_shows(report, workbook):
    _, about, page = report
    for sheet, table in zip(workbook.worksheets[1:], page.iter("table"), strict=True):
        rows = [row for row in page_rows(table)[1:] if len(row) > 1]
        shift = 1 if sheet.cell(1, 1).value == text("form.group", about.lang) else 0
        for number, row in enumerate(rows, start=2):
            shown_cells = [
                excel_display(cell.value, cell.number_format, about.lang)
                for cell in sheet[number][shift:]
            ]
            assert without_joints("".join(shown_cells)) == without_joints("".join(row))
            for words in row:  # what is a number on the page is one in the sheet
                if re.fullmatch(r"[+−]?\d+[.,]\d+", words):
                    cell = sheet[number][shift + shown_cells.index(words)]
                    assert isinstance(cell.value, float)


def without_joints(string):
    return re.sub(r"[\s/–]", "", string)


def test_numbers_have_all_their_digits(report, workbook):
    executed, about, _ = report
    tables = [part for part in report_parts(executed, about) if isinstance(part, Table)]
    for sheet, table in zip(workbook.worksheets[1:], tables, strict=True):
        cells = {rounded(cell.value) for row in sheet.iter_rows(min_row=2) for cell in row}
        for column in table.columns:
            for name, form in zip(column.values, column.formats, strict=False):
                values = table.data[name].dropna().map(form.scaled)
                assert set(values.map(rounded)) <= cells or column.instead


def rounded(value):
    """A number to the digits that files keep."""
    return float(f"{value:.14g}") if isinstance(value, int | float) else value


def test_a_sheet_can_be_read_as_a_table():
    data = pd.DataFrame(
        {
            "region": ["Miền Bắc", "Miền Bắc"],
            "name": ["Lạng Sơn", "Cao Bằng"],
            "rank": [12, None],
            "n": [61, None],
            "low": [0.5, None],
            "high": [0.75, None],
            "change": [-1234.5, None],
            "no_change": ["", "không so được"],
            "provinces": [3, 1],
            "cells": [17, 4],
        }
    )
    columns = (
        text_column("name", "Tỉnh"),
        count_column("rank", "Hạng", "rank", "n"),
        number_column("interval", "Khoảng", "low", "high"),
        number_column("change", "Thay đổi", instead="no_change"),
        count_column("counts", "Tỉnh / ô", "provinces", "cells", joint=" / "),
    )
    table = Table("try", "vi", data, columns, ("Ghi chú.",), "region")
    report = new_report(new_markdown_cell("# Thử"), shown(table))
    book = write("xlsx", report, About("Thử", "vi"))
    frame = pd.read_excel(io.BytesIO(book), sheet_name="Thử").head(2)
    assert list(frame) == [
        "Nhóm", "Tỉnh", "Hạng", "Hạng (trên)", "Khoảng (từ)", "Khoảng (đến)", "Thay đổi",
        "Tỉnh.1", "ô",
    ]  # fmt: skip
    assert frame.iloc[0].tolist() == ["Miền Bắc", "Lạng Sơn", 12, 61, 0.5, 0.75, -1234.5, 3, 17]
    assert frame.iloc[1, 2:6].isna().all()
    assert frame.iloc[1, 6:].tolist() == ["không so được", 1, 4]
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Thử"]
    assert sheet.freeze_panes == "A2"
    assert sheet.cell(5, 1).value == "Ghi chú."


def test_figures_at_the_head_of_the_page_are_numbers(report, workbook):
    executed, about, _ = report
    cards = [
        (card, part.lang)
        for part in report_parts(executed, about)
        if isinstance(part, Cards)
        for card in part.cards
    ]
    labels = {row[0].value: row[1] for row in workbook.worksheets[0].iter_rows()}
    for card, lang in cards:
        cell = labels[card.label]
        assert cell.value == pytest.approx(card.value)
        expected = "" if card.value is None else card.text(lang)
        assert excel_display(cell.value, cell.number_format, lang) == expected


def test_the_first_sheet_says_what_the_workbook_is(report, workbook):
    executed, about, page = report
    front = [cell.value for row in workbook.worksheets[0].iter_rows() for cell in row if cell.value]
    assert front[0] == headings(page, 1)[0]
    assert f"parstats {storage.version()}" in front
    for name, value in executed.metadata["papermill"]["parameters"].items():
        assert front[front.index(name) + 1] == value
    sources = [element_text(item) for item in page.findall(".//ul/li")]
    assert set(sources[-7:]) <= set(front)
    if len(workbook.worksheets) == 1:
        assert text("form.no_tables", about.lang) in front


def test_sheets_of_one_heading_have_names_of_their_own():
    heading = new_markdown_cell("## Về [mọi] thứ: có hay không, ở đâu và từ khi nào?")
    report = new_report(heading, shown(*(words_table(["a"]) for _ in range(3))))
    book = openpyxl.load_workbook(io.BytesIO(write("xlsx", report, About("T", "vi"))))
    names = book.sheetnames[1:]
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_words_that_look_like_formulas_or_dates_stay_words():
    table = words_table(["=1+1", "6/2024", "03", "131/KH-UBND"])
    book = openpyxl.load_workbook(
        io.BytesIO(write("xlsx", new_report(shown(table)), About("T", "vi")))
    )
    row = book.worksheets[1][2]
    assert [cell.value for cell in row] == ["=1+1", "6/2024", "03", "131/KH-UBND"]
    assert [cell.data_type for cell in row] == ["s"] * 4


# Documents and workbooks alike


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_the_same_outputs_give_the_same_file_on_any_day(report, form):
    executed, about, _ = report
    first = write(form, executed, about)
    archive = zipfile.ZipFile(io.BytesIO(first))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"dcterms:created" not in archive.read("docProps/core.xml")
    assert b"dcterms:modified" not in archive.read("docProps/core.xml")
    assert write(form, executed, about) == first


def test_a_notebook_form_is_the_executed_notebook():
    import nbformat

    report = new_report(new_markdown_cell("Tỉnh"), result({"text/plain": "1"}))
    again = nbformat.reads(write("ipynb", report, About("T", "vi")).decode(), as_version=4)
    assert [cell.source for cell in again.cells] == ["Tỉnh", "secret_name = 1"]
    assert again.cells[1].outputs == report.cells[1].outputs


# PDF


def printed(report, about):
    try:
        return write("pdf", report, about)
    except errors.ToolMissing as missing:
        pytest.skip(str(missing))


def test_a_pdf_has_all_of_the_page_on_a4_with_its_fonts(report):
    executed, about, page = report
    file = printed(executed, about)
    assert b"/CreationDate" not in file
    assert b"/ModDate" not in file
    with pdfplumber.open(io.BytesIO(file)) as opened:
        assert opened.metadata["Title"] == about.title
        sizes = [(p.width * 25.4 / 72, p.height * 25.4 / 72) for p in opened.pages]
        texts = [p.extract_text() for p in opened.pages]
        images = sum(len(p.images) for p in opened.pages)
        fonts = [font for p in opened.pages for font in page_fonts(p)]
    assert {(round(width), round(height)) for width, height in sizes} == {(210, 297)}
    sheets = [squeezed(page_text) for page_text in texts]
    vocabulary = [set(page_text.split()) for page_text in texts]
    assert images == len(list(page.iter("img")))  # one cut by a page end is drawn on both
    assert fonts
    assert all("+" in name for name in fonts)  # the mark of an embedded subset
    for heading in headings(page, 1, 2):
        assert any(squeezed(heading) in sheet for sheet in sheets)
    for sheet_number, sheet in enumerate(sheets, start=1):
        assert sheet.endswith(str(sheet_number))
    for row in page.iter("tr"):
        tokens = {token for cell in row for token in element_text(cell).split()}
        assert any(tokens <= sheet for sheet in vocabulary), element_text(row)


def page_fonts(page):
    return {char["fontname"] for char in page.chars}


@pytest.mark.process
def test_printing_twice_gives_the_same_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    report, about = new_report(new_markdown_cell("# Lạng Sơn")), About("Lạng Sơn", "vi")
    assert printed(report, about) == printed(report, about)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_browser(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_pdf_without_a_tool_is_refused_before_any_work_and_says_what_to_do(no_browser, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    expected = r"pdf needs Chromium or WeasyPrint.*pip install 'parstats\[pdf\]'.*--format docx"
    with pytest.raises(errors.ToolMissing, match=expected) as refused:
        check(["html", "pdf"])
    assert "\n" not in str(refused.value)
    check(["html", "docx", "xlsx", "ipynb"])


def test_weasyprint_is_taken_where_there_is_no_browser(no_browser, monkeypatch):
    class Printed:
        def __init__(self, string):
            self.string = string

        def write_pdf(self, **_):
            if "fails" in self.string:
                raise ValueError("line one\nno such thing")
            return b"%PDF " + b"/CreationDate (D:20240101)"

    module = type(sys)("weasyprint")
    module.HTML = Printed
    monkeypatch.setitem(sys.modules, "weasyprint", module)
    check(["pdf"])
    file = write("pdf", new_report(new_markdown_cell("fine")), About("T", "en"))
    assert file == b"%PDF " + b" " * len(b"/CreationDate (D:20240101)")
    with pytest.raises(errors.ToolFailed, match="WeasyPrint said: no such thing; install chromium"):
        write("pdf", new_report(new_markdown_cell("fails")), About("T", "en"))


def browser(tmp_path, monkeypatch, script):
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program) if name == "chromium" else None)


@pytest.mark.skipif(sys.platform == "win32", reason="the browser of this test is a shell script")
@pytest.mark.process
def test_a_browser_that_does_not_print_is_told_with_its_words(tmp_path, monkeypatch):
    browser(tmp_path, monkeypatch, "echo '[1:2:ERROR:a.cc(3)] Cannot open display' >&2; exit 1")
    with pytest.raises(errors.ToolFailed, match=r"chromium said: Cannot open display; .*docx"):
        write("pdf", new_report(new_markdown_cell("x")), About("T", "en"))


@pytest.mark.skipif(sys.platform == "win32", reason="the browser of this test is a shell script")
def test_a_browser_that_hangs_is_stopped_with_what_it_started(tmp_path, monkeypatch):
    import os
    import subprocess
    import time

    class Browser(subprocess.Popen):
        """Its time is over as soon as its helper runs."""

        def communicate(self, input=None, timeout=None):
            while timeout and not (tmp_path / "helper").exists():
                time.sleep(0.01)
            return super().communicate(input, timeout and 0.01)

    # The file appears with all that is in it.
    script = (
        f"sleep 600 & echo $! > {tmp_path}/written; mv {tmp_path}/written {tmp_path}/helper; wait"
    )
    browser(tmp_path, monkeypatch, script)
    monkeypatch.setattr(pdf.subprocess, "Popen", Browser)
    with pytest.raises(errors.ToolFailed, match=rf"no answer in {pdf._SECONDS} seconds"):
        write("pdf", new_report(new_markdown_cell("x")), About("T", "en"))
    helper = int((tmp_path / "helper").read_text())
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            os.kill(helper, 0)
        except ProcessLookupError:
            return
        if process_state(helper) == "Z":  # ended, and waits for whoever asks
            return
        time.sleep(0.1)
    pytest.fail("the helper of the browser still runs")


def process_state(process):
    from pathlib import Path

    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def test_unknown_forms_are_refused_with_those_that_are_known():
    for refuse in (lambda: check(["odt"]), lambda: write("odt", new_report(), About("T", "en"))):
        with pytest.raises(errors.UnknownChoice, match=r"unknown format 'odt'.*docx"):
            refuse()
    assert set(FORMS) == {"html", "docx", "pdf", "ipynb", "xlsx", "brief"}


def test_a_further_table_under_a_heading_says_what_it_lists():
    first = Table("a", "en", pd.DataFrame({"x": ["1"]}), (text_column("x", "Measure"),), (), "")
    further = Table("b", "en", pd.DataFrame({"x": ["2"]}), (text_column("x", "Left out"),), (), "")
    writer = PartWriter(About("T", "en"))
    runs = page_content.Run("Plans")
    writer.write([page_content.Heading(2, (runs,)), first, further])
    captions = [p.text for p in writer.document.paragraphs if p.style.name == "Table Caption"]
    assert captions == ["Table 1. Plans", "Table 2. Plans: Left out"]
