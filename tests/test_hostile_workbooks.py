"""Workbooks that are small as files and vast when read, or damaged inside: one line, at once."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart

from parstats import documents
from parstats.documents import delimited_text, limits
from parstats.errors import InvalidData
from parstats.pipeline import user_plans
from parstats.plans import review
from test_plan_review import PLAN, tabulate

SHEET = "xl/worksheets/sheet1.xml"


def changed(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """A small workbook with one of its parts changed."""
    book = Workbook()
    book.active.append(["TT", "Tỉnh", "Chỉ số"])
    book.active.append([1, "Hà Nội", 84.51])
    book.save(path.with_name("before.xlsx"))
    with zipfile.ZipFile(path.with_name("before.xlsx")) as before, zipfile.ZipFile(path, "w") as to:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                content = change(content.decode()).encode()
                assert content != before.read(name)
            to.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InvalidData) as caught:
        documents.read_tables(path, path.name)
    (problem,) = caught.value.problems
    return str(problem)


def with_merge(areas: str) -> Callable[[str], str]:
    return lambda sheet: sheet.replace(
        "</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{areas}"/></mergeCells>'
    )


def with_link(areas: str) -> Callable[[str], str]:
    return lambda sheet: sheet.replace(
        "</sheetData>",
        f'</sheetData><hyperlinks><hyperlink ref="{areas}" location="A1"/></hyperlinks>',
    )


def with_cell(reference: str, row: int) -> Callable[[str], str]:
    return lambda sheet: sheet.replace(
        "</sheetData>", f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'
    )


@pytest.mark.parametrize("areas", ["A3:XFD1048576", "A3:A1048576", "A3:CV10002", "$A$3:$CV$10002"])
@pytest.mark.parametrize("kind", [with_merge, with_link])
def test_merges_and_links_over_vast_areas_are_counted_before_a_cell_is_made(
    tmp_path: Path, kind: Callable[[str], Callable[[str], str]], areas: str, monkeypatch
) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, kind(areas))
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("it was loaded"))
    assert "merged or linked areas of 1" in refusal(path)
    assert "expected at most 100,000; undo the merges" in refusal(path)


def test_merges_of_a_table_are_read(tmp_path: Path) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, with_merge("A3:C1000"))
    (grid,) = documents.read_tables(path).tables
    assert [row.cells[:2] for row in grid.rows] == [("TT", "Tỉnh"), ("1", "Hà Nội")]


def test_a_cell_far_away_costs_no_cell_on_the_way(tmp_path: Path, monkeypatch) -> None:
    """Of a sheet within the limits; one beyond them is refused."""
    from openpyxl.worksheet.worksheet import Worksheet

    near = changed(tmp_path / "a.xlsx", SHEET, with_cell("CV10000", 10000))
    far = changed(tmp_path / "b.xlsx", SHEET, with_cell("XFD1048576", 1048576))
    made = []
    monkeypatch.setattr(Worksheet, "cell", lambda *place, **_: made.append(place))
    (grid,) = documents.read_tables(near).tables
    assert len(grid.rows) == 3
    assert "17,179,869,184 cells" in refusal(far)
    assert made == []


def test_cells_are_counted_before_they_are_loaded(tmp_path: Path, monkeypatch) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, with_cell("A3", 3))
    monkeypatch.setattr(limits, "MOST_CELLS", 6)
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("it was loaded"))
    assert "found 7 cells; expected at most 6" in refusal(path)


def test_a_long_text_that_a_merge_repeats_is_refused(tmp_path: Path) -> None:
    cell = '<row r="3"><c r="A3" t="inlineStr"><is><t>' + "x" * 30_000 + "</t></is></c></row>"
    path = changed(
        tmp_path / "a.xlsx",
        SHEET,
        lambda xml: with_merge("A3:C9999")(xml.replace("</sheetData>", f"{cell}</sheetData>")),
    )
    assert "letters; expected at most 100,663,296; cut the cells" in refusal(path)


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda xml: xml.replace(old, new)


DAMAGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "no XML": (SHEET, lambda xml: xml[: len(xml) // 2]),
    "a style that is not there": (SHEET, replaced('r="A1"', 'r="A1" s="99"')),
    "a date that is none": (SHEET, replaced('t="n"><v>84.51', 't="d"><v>2024-99')),
    "no number": (SHEET, replaced("84.51", "84..51")),
    "a shared string that is not there": (SHEET, replaced('t="n"><v>84.51', 't="s"><v>99')),
    "styles without formats": ("xl/styles.xml", replaced("cellXfs", "cells")),
    "no sheets": ("xl/workbook.xml", replaced("sheets>", "leaves>")),
    "a sheet that is nowhere": ("xl/_rels/workbook.xml.rels", replaced("sheet1", "sheet9")),
    "a merge of nothing": (SHEET, with_merge("")),
    "a merge of words": (SHEET, with_merge("here:there")),
    "a merge the wrong way round": (SHEET, with_merge("C9:A1")),
    "a row of letters": (SHEET, replaced('<row r="2"', '<row r="two"')),
    "a cell in no row": (SHEET, replaced('r="A2"', 'r="A"')),
    "a cell of no column": (SHEET, replaced('r="A2"', 'r="2"')),
    "entities in entities": (
        SHEET,
        lambda xml: (
            '<!DOCTYPE x [<!ENTITY a0 "x">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
            + "]>"
            + xml.replace("84.51", "&a9;")
        ),
    ),
    "another file outside": (
        SHEET,
        lambda xml: (
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + xml.replace("84.51", "&a;")
        ),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_workbook_is_read_or_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    path = changed(tmp_path / "a.xlsx", *DAMAGES[damage])
    try:
        documents.read_tables(path, path.name)
    except InvalidData as error:
        (problem,) = error.problems
        assert "\n" not in str(problem)
        assert str(problem).startswith("a.xlsx")


def test_a_chart_that_fills_a_sheet_is_no_table(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["TT", "Tỉnh"])
    book.create_chartsheet("Biểu đồ", 0).add_chart(BarChart())
    book.save(tmp_path / "a.xlsx")
    (grid,) = documents.read_tables(tmp_path / "a.xlsx").tables
    assert [row.cells for row in grid.rows] == [("TT", "Tỉnh")]


# Other readers of workbooks.


@pytest.mark.parametrize(
    "change", [with_merge("A3:XFD1048576"), with_cell("XFD1048576", 1048576)], ids=["merge", "far"]
)
def test_a_table_of_measures_is_counted_too(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, change)
    with pytest.raises(InvalidData, match="cells; expected at most") as caught:
        user_plans.read_measures(path)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "change",
    [
        with_merge("A3:XFD1048576"),
        with_cell("XFD1048576", 1048576),
        replaced('r="A1"', 'r="A1" s="99"'),
        lambda xml: xml[: len(xml) // 2],
    ],
    ids=["merge", "far", "style", "cut"],
)
def test_a_review_workbook_is_counted_and_may_be_damaged(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, change)
    with pytest.raises(InvalidData) as caught:
        review.read(path, tabulate(PLAN))
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("cell", ["A1", "B1", "A2", "C2"])
def test_a_review_workbook_with_a_changed_original_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.xlsx"
    review.write(tabulate(PLAN), path, "en")
    book = load_workbook(path)
    book["_parstats"][cell] = None
    book.save(path)
    with pytest.raises(InvalidData, match=r"another workbook|damaged workbook"):
        review.read(path, tabulate(PLAN))


# Tables as text.


@pytest.mark.parametrize("rows_before", [0, 60])
@pytest.mark.parametrize("limit", [131_072, 2**31 - 1], ids=["usual", "raised by a library"])
def test_a_cell_longer_than_any_is_refused_with_its_row(
    tmp_path: Path, rows_before: int, limit: int
) -> None:
    before = csv.field_size_limit(limit)
    try:
        path = tmp_path / "a.csv"
        rows = "1;Hà Nội;5\n" * rows_before + f"2;{'x' * 200_000};5\n"
        path.write_text(rows, encoding="utf-8")
        assert f"row {rows_before + 1}" in refusal(path)
        assert "check the quotation marks" in refusal(path)
    finally:
        csv.field_size_limit(before)


def test_a_line_of_commas_is_counted_and_not_kept(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_CELLS", 1000)
    kept = []
    make_grid = delimited_text.make_grid
    monkeypatch.setattr(
        delimited_text, "make_grid", lambda *parts: kept.append(parts) or make_grid(*parts)
    )
    path = tmp_path / "a.csv"
    path.write_text("," * 5000 + "\n" * 3, encoding="utf-8")
    assert "found 15,003 cells; expected at most 1,000" in refusal(path)
    assert kept == []
