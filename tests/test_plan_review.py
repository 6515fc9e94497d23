"""From records to tables, the workbook a colleague corrects, and the way back."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from parstats import errors, schema
from parstats.cli import main
from parstats.pipeline.plan_files import read_overrides
from parstats.plans import review
from parstats.plans.corrections import COLUMNS, apply_corrections, fingerprints, merged
from parstats.plans.records import Figure, Plan, Record, Section, Span
from parstats.plans.register import Tables, apply, tabulate, together
from parstats.plans.review_lines import review_lines

PAPI = Section("1", ("KẾ HOẠCH", "Công khai, minh bạch"), "PAPI", "remediate")


def record(
    section: Section = PAPI,
    code: str = "2.1",
    criterion: str = "Danh sách hộ nghèo",
    measure: str = "Niêm yết công khai danh sách tại nhà văn hóa thôn",
    target: str = "100% thôn",
    unit: str = "Phòng Lao động",
    line: int = 10,
) -> Record:
    return Record(
        section, "1", code, criterion, target, measure, unit, "", "Quý II/2024", "", False,
        frozenset(), Span(line, line + 2), f"{code} {criterion} {measure}",
    )  # fmt: skip


PLAN = Plan(
    "thu-nghiem",
    province="20",
    agency="Sở Lao động",
    number="9/KH-SLĐ",
    date="2024-03-05",
    plan_year=2024,
    baseline_year=2023,
    indices=("PAPI",),
    list_type="remediate",
    records=(
        record(),
        record(
            code="2.3",
            criterion="Thu, chi ngân sách cấp xã",
            measure="Đăng dự toán lên mạng",
            line=14,
        ),
        record(
            code="9.9",
            criterion="Giống cây trồng vụ đông",
            measure="Cấp giống khoai",
            target="",
            line=18,
            section=Section("1", ("KẾ HOẠCH",), "PAPI", "remediate"),
        ),
    ),
)


@pytest.fixture
def tables() -> Tables:
    return tabulate(PLAN)


@pytest.fixture
def workbook(tables: Tables, tmp_path: Path) -> Path:
    path = tmp_path / "review.xlsx"
    review.write(tables, path, "en")
    return path


def edit(path: Path, changes: dict[tuple[int, str], object], sheet: str = "Measures") -> None:
    """Put values into cells by row and header, as a colleague would."""
    book = load_workbook(path)
    at = {cell.value: cell.column for cell in book[sheet][1]}
    for (row, header), value in changes.items():
        book[sheet].cell(row, at[header]).value = value
    book.save(path)


def read_problems(path: Path, tables: Tables) -> list[str]:
    with pytest.raises(errors.InvalidData) as caught:
        review.read(path, tables)
    return [str(problem) for problem in caught.value.problems]


# Tables.


def test_a_record_becomes_a_row(tables: Tables) -> None:
    row = tables.measures.iloc[0]
    assert (row["plan"], row["row"], row["index"]) == ("thu-nghiem", "001", "PAPI")
    assert (row["series"], row["series_basis"]) == ("papi.transparency.poverty_lists", "stated")
    assert (row["target_op"], row["target_value"], row["target_unit"]) == ("=", 100.0, "%")
    assert "DISCLOSE" in row["measure_type"].split(";")
    assert (row["line_start"], row["line_end"], row["coded_by"]) == (10, 12, "machine")
    assert row["text"] == PLAN.records[0].measure
    assert row["confidence"] > 0.8


def test_what_identifies_the_plan_becomes_a_row(tables: Tables) -> None:
    plan = tables.plans.iloc[0]
    assert (plan["province"], plan["vintage"], plan["agency_level"]) == ("20", 63, "department")
    assert (plan["number"], plan["plan_year"], plan["aims"]) == (
        "9/KH-SLĐ",
        2024,
        "papi.transparency",
    )
    later = tabulate(replace(PLAN, date="2025-09-01")).plans.iloc[0]
    assert later["vintage"] == 34


def test_what_is_unsure_is_left_empty_and_listed(tables: Tables) -> None:
    row = tables.measures.iloc[2]
    assert row["series"] == ""
    lines = review_lines(tables.review, "en")
    assert any(
        "thu-nghiem, measure 003: series: no sure link for “Giống cây trồng" in line
        for line in lines
    )
    assert any(
        "biện pháp 003: nội dung: không chắc" in line for line in review_lines(tables.review, "vi")
    )


def test_a_plan_without_province_or_year_is_listed() -> None:
    bare = replace(PLAN, province="", plan_year=None)
    lines = review_lines(tabulate(bare).review, "en")
    assert lines[:2] == [
        "thu-nghiem: province: not found in the document",
        "thu-nghiem: plan year: not found in the document",
    ]


def test_a_result_and_its_threshold_are_one_row() -> None:
    about = {"item": "Hồ sơ trực tuyến", "unit": "%", "year": 2023, "rank": None, "ranked": None}
    about |= {"grade": "", "span": Span(5, 5)}
    figures = (
        Figure(kind="result", operator="=", value=63.6, met=None, **about),
        Figure(kind="threshold", operator=">=", value=80.0, met=False, **about),
    )
    table = tabulate(replace(PLAN, figures=figures)).targets
    thresholds = table[table["kind"] == "threshold"]
    assert thresholds[["op", "value", "achieved"]].to_numpy().tolist() == [[">=", 80.0, 63.6]]
    assert thresholds["met"].tolist() == [False]
    assert table["number"].tolist() == list(range(1, len(table) + 1))


def test_an_empty_plan_gives_empty_tables() -> None:
    empty = tabulate(replace(PLAN, records=()))
    assert len(empty.long()) == len(empty.targets) == 0


def test_several_plans_stand_together(tables: Tables) -> None:
    both = together([tables, tabulate(replace(PLAN, name="khac"))])
    assert both.measures["plan"].tolist() == ["thu-nghiem"] * 3 + ["khac"] * 3
    schema.validate("plans", both.plans)
    assert set(both.fingerprints) == {"thu-nghiem", "khac"}


def test_fingerprints_tell_equal_records_apart_and_stay_when_rows_move() -> None:
    digests = fingerprints(PLAN.records)
    assert len(set(fingerprints([PLAN.records[0]] * 2))) == 2
    assert fingerprints(PLAN.records[::-1]) == digests[::-1]


# The workbook.


def test_the_workbook_is_ready_to_be_corrected(workbook: Path, tables: Tables) -> None:
    book = load_workbook(workbook)
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [
        "Read first",
        "Measures",
        "Plans",
        "Targets",
        "Shortcomings",
        "To check",
    ]
    sheet = book["Measures"]
    headers = [cell.value for cell in sheet[1]]
    assert headers[:2] == ["Plan", "Row"]
    assert sheet.freeze_panes == "C2"
    assert sheet.max_row == len(tables.measures) + 1
    assert all(sheet.column_dimensions[cell.column_letter].width >= 6 for cell in sheet[1])
    lists = {
        str(rule.sqref).split(":")[0][:-1]: rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    chosen = {
        sheet.cell(1, at).value for at in range(1, 22) if sheet.cell(1, at).column_letter in lists
    }
    assert chosen == {"Series", "Type 1", "Type 2", "Type 3", "Kind of list", "Target"}
    fill = {
        row: sheet.cell(row, headers.index("Series") + 1).fill.start_color.rgb for row in (2, 4)
    }
    assert fill[2].endswith("C6E7C8")
    assert fill[4].endswith("F5B7B1")
    series = [cell.value for cell in book["_lists"]["A"] if cell.value]
    assert "PAPI › Transparency › Poverty lists" in series
    assert not [name for name in series if name.startswith("SIPAS")]


def test_headers_and_lists_come_in_vietnamese_too(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "vi.xlsx"
    review.write(tables, path, "vi")
    book = load_workbook(path)
    assert book["Biện pháp"]["A1"].value == "Kế hoạch"
    assert review.read(path, tables).empty
    with pytest.raises(errors.UnknownChoice, match="unknown language 'fr'"):
        review.write(tables, path, "fr")


def test_an_untouched_workbook_corrects_nothing(workbook: Path, tables: Tables) -> None:
    assert review.read(workbook, tables).empty


def test_only_what_changed_becomes_a_correction(workbook: Path, tables: Tables) -> None:
    edit(
        workbook,
        {
            (4, "Series"): "PAPI › Public services › Infrastructure",
            (3, "Value"): "95,5",
            (3, "Type 2"): "Online payment",
            (2, "Deadline"): None,
        },
    )
    cells = review.read(workbook, tables, today="2026-02-03")
    assert list(cells) == list(COLUMNS)
    actual = cells.set_index(["row", "column"])["value"].to_dict()
    types = tables.measures.loc[1, "measure_type"].split(";")
    assert actual == {
        ("001", "deadline"): "",
        ("002", "target_value"): "95.5",
        ("002", "measure_type"): ";".join(dict.fromkeys([types[0], "EPAY", *types[2:]])),
        ("003", "series"): "papi.services.infrastructure",
    }
    assert set(cells["coded_by"]) == {"human"}
    assert set(cells["date"]) == {"2026-02-03"}
    table = apply(tables, cells)
    assert table.measures["coded_by"].tolist() == ["human"] * 3
    row = table.measures.iloc[2]
    assert (row["index"], row["series"]) == ("PAPI", "papi.services.infrastructure")
    assert pd.isna(row["confidence"])
    assert table.targets.loc[table.targets["row"] == "002", "value"].tolist() == [95.5]
    assert not [line for line in review_lines(table.review, "en") if "row 003: series" in line]
    schema.validate("measures", table.long())


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"Value": "-5"}, "a number from 0 on"),
        ({"Value": "1000", "Unit": "%"}, "a share up to 100 %"),
        ({"Value": "1000 %", "Unit": None}, "a share up to 100 %"),
    ],
)
def test_a_target_that_cannot_be_is_refused(
    workbook: Path, tables: Tables, cells: dict[str, str | None], told: str
) -> None:
    edit(workbook, {(3, header): value for header, value in cells.items()})
    with pytest.raises(errors.InvalidData, match="column Value") as refused:
        review.read(workbook, tables)
    assert [problem.expected for problem in refused.value.problems] == [told]


def test_what_rises_may_rise_by_more_than_there_was(workbook: Path, tables: Tables) -> None:
    edit(workbook, {(3, "Value"): "150", (3, "Unit"): "%", (3, "Target"): "increase"})
    cells = review.read(workbook, tables).set_index("column")["value"]
    assert cells["target_value"] == "150.0"


def test_rows_may_be_sorted_and_filtered(workbook: Path, tables: Tables) -> None:
    book = load_workbook(workbook)
    sheet = book["Measures"]
    sheet.move_range("A2:U2", rows=10)
    sheet.delete_rows(2)
    book.save(workbook)
    assert review.read(workbook, tables).empty


def test_corrections_find_their_measure_after_the_document_was_read_anew(
    workbook: Path, tables: Tables
) -> None:
    edit(workbook, {(4, "Series"): "PAPI › Public services › Infrastructure"})
    cells = review.read(workbook, tables)
    moved = tabulate(replace(PLAN, records=(record(criterion="Mới"), *PLAN.records)))
    table = apply(moved, cells).measures.set_index("row")
    assert table.loc["004", "series"] == "papi.services.infrastructure"
    assert table.loc["003", "coded_by"] == "machine"
    gone = tabulate(replace(PLAN, records=PLAN.records[:2]))
    lines = review_lines(apply(gone, cells).review, "en")
    assert "correct it anew" in lines[-1]


def test_of_two_corrections_of_a_cell_the_newer_stands() -> None:
    older = pd.DataFrame(
        [["p", "001", "deadline", "2024", "", "human", "2026-01-01", "aa"],
         ["p", "002", "series", "papi", "", "human", "2026-01-01", "bb"]],
        columns=list(COLUMNS),
    )  # fmt: skip
    newer = older.iloc[[0]].assign(value="2025", row="007")
    assert merged(older, newer)[["row", "value"]].to_numpy().tolist() == [
        ["002", "papi"],
        ["007", "2025"],
    ]


def test_a_correction_without_a_measure_changes_nothing() -> None:
    measures = pd.DataFrame(
        [["p", "001", "x", "machine"]], columns=["plan", "row", "deadline", "coded_by"]
    )
    other = pd.DataFrame([["q", "001", "deadline", "y"]], columns=list(COLUMNS[:4]))
    pd.testing.assert_frame_equal(apply_corrections(measures, other), measures)


# What cannot be read.


def test_a_deleted_row_is_no_measure(workbook: Path, tables: Tables) -> None:
    book = load_workbook(workbook)
    book["Measures"].delete_rows(3)
    book.save(workbook)
    corrections = review.read(workbook, tables)
    assert corrections[["row", "column", "value"]].values.tolist() == [["002", "dropped", "true"]]
    remaining = apply(tables, corrections)
    assert remaining.measures["row"].tolist() == ["001", "003"]
    assert "002" in tables.targets["row"].tolist()
    assert "002" not in {*remaining.targets["row"], *remaining.review["row"]}


def test_a_workbook_that_lost_most_of_its_rows_is_refused(workbook: Path, tables: Tables) -> None:
    book = load_workbook(workbook)
    book["Measures"].delete_rows(3, 2)
    book.save(workbook)
    assert read_problems(workbook, tables) == [
        "review.xlsx, sheet Measures: found 2 measures of thu-nghiem missing; expected at least "
        "half of them; restore them, or write a new workbook with --review"
    ]


@pytest.mark.parametrize(
    ("typed", "series"),
    [
        ("Village elections", "papi.participation.village_elections"),
        ("village  ELECTIONS", "papi.participation.village_elections"),
        ("papi.Participation", "papi.participation"),
        ("PAPI › Participation", "papi.participation"),
    ],
)
def test_a_series_may_be_typed_by_its_name_or_code(
    workbook: Path, tables: Tables, typed: str, series: str
) -> None:
    edit(workbook, {(2, "Series"): typed})
    assert review.read(workbook, tables)["value"].tolist() == [series]


def test_a_name_that_several_series_share_is_that_of_the_index_of_the_plan(
    workbook: Path, tables: Tables
) -> None:
    edit(workbook, {(2, "Series"): "Participation"})
    assert review.read(workbook, tables)["value"].tolist() == ["papi.participation"]
    both = replace(tables, plans=tables.plans.assign(indices="PAPI;SIPAS"))
    assert read_problems(workbook, both) == [
        "review.xlsx, sheet Measures, row 2, column Series: found 'Participation'; expected an "
        "entry of the list; choose from the list, perhaps PAPI › Participation or "
        "SIPAS › Participation"
    ]


def test_a_value_typed_as_a_percentage_is_what_the_reader_saw(
    workbook: Path, tables: Tables
) -> None:
    book = load_workbook(workbook)
    sheet = book["Measures"]
    at = {cell.value: cell.column for cell in sheet[1]}["Value"]
    sheet.cell(2, at).value, sheet.cell(2, at).number_format = 0.95, "0%"
    sheet.cell(3, at).value = "62,5%"
    book.save(workbook)
    corrections = review.read(workbook, tables)
    assert corrections.set_index("row")["value"].to_dict() == {"001": "95.0", "002": "62.5"}


def test_a_formula_is_not_taken_for_an_empty_cell(workbook: Path, tables: Tables) -> None:
    edit(workbook, {(2, "Series"): "=I3", (3, "Value"): "inf"})
    assert read_problems(workbook, tables) == [
        "review.xlsx, sheet Measures, row 2, column Series: found '=I3'; expected a value; replace "
        "the formula by what it shows",
        "review.xlsx, sheet Measures, row 3, column Value: found 'inf'; expected a number; write "
        "the number alone, as 95",
    ]


def test_a_line_above_the_headers_is_told_in_one_line(workbook: Path, tables: Tables) -> None:
    book = load_workbook(workbook)
    book["Measures"].insert_rows(1)
    book["Measures"].cell(1, 1).value = "Reviewed"
    book.save(workbook)
    assert read_problems(workbook, tables) == [
        "review.xlsx, sheet Measures, row 1: found no headers; expected the headers in the first "
        "row; delete what is above"
    ]


def test_bad_cells_are_named_by_sheet_row_and_column(workbook: Path, tables: Tables) -> None:
    edit(
        workbook,
        {
            (2, "Series"): "PAPI › Poverty",
            (3, "Value"): "many",
            (4, "Kind of list"): "to remediate; general",
            (4, "Row"): "017",
        },
    )
    lines = read_problems(workbook, tables)
    assert lines[0].startswith(
        "review.xlsx, sheet Measures, row 2, column Series: found 'PAPI › Poverty'; expected an "
        "entry of the list; choose from the list, perhaps PAPI › "
    )
    assert lines[1:] == [
        "review.xlsx, sheet Measures, row 3, column Value: found 'many'; expected a number; write "
        "the number alone, as 95",
        "review.xlsx, sheet Measures, row 4, column Row: found 'thu-nghiem 017'; expected a "
        "measure of this workbook; restore plan and row; none can be added here",
    ]


def test_one_entry_where_only_one_can_stand(workbook: Path, tables: Tables) -> None:
    edit(workbook, {(4, "Kind of list"): "to maintain; general"})
    assert read_problems(workbook, tables) == [
        "review.xlsx, sheet Measures, row 4, column Kind of list: found 'to maintain; general'; "
        "expected one entry of the list; keep one"
    ]


def test_a_renamed_column_and_a_removed_sheet_are_named(workbook: Path, tables: Tables) -> None:
    edit(workbook, {(1, "Deadline"): "When"})
    assert read_problems(workbook, tables) == [
        "review.xlsx, sheet Measures, row 1, column Deadline: found no such column; expected its "
        "header; restore it"
    ]
    book = load_workbook(workbook)
    del book["Measures"]
    book.save(workbook)
    assert read_problems(workbook, tables) == [
        "review.xlsx: found no sheet Measures; expected the sheet of measures; restore it"
    ]


def test_a_workbook_of_another_plan_is_refused(workbook: Path) -> None:
    assert read_problems(workbook, tabulate(replace(PLAN, name="khac"))) == [
        "review.xlsx: found a workbook of the plan thu-nghiem; expected one of khac; apply it "
        "together with its own document"
    ]
    rewritten = tuple(record(criterion=f"Nội dung {n}", line=n) for n in range(1, 5))
    assert read_problems(workbook, tabulate(replace(PLAN, records=rewritten))) == [
        "review.xlsx: found a workbook with 0% of its measures in thu-nghiem; expected one made of "
        "the same document; check that it is the same document; if it was revised, review it anew"
    ]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 cut"])
def test_what_is_no_workbook_is_refused(content: bytes, tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)
    assert read_problems(path, tables) == [
        "r.xlsx: found no readable workbook; expected a workbook that `parstats plan --review` "
        "wrote; name the workbook, or write a new one with --review"
    ]


def test_another_workbook_a_missing_one_and_a_bomb_are_refused(
    tables: Tables, tmp_path: Path
) -> None:
    other, bomb = tmp_path / "other.xlsx", tmp_path / "bomb.xlsx"
    Workbook().save(other)
    assert "found another workbook" in read_problems(other, tables)[0]
    assert "found no such file" in read_problems(tmp_path / "none.xlsx", tables)[0]
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * (60 * 2**20))
    assert "found 60 MB inside" in read_problems(bomb, tables)[0]


def test_a_formula_in_the_document_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    table = tabulate(replace(PLAN, records=(record(measure="=HYPERLINK(1)", unit="\x07Phòng"),)))
    review.write(table, path, "en")
    sheet = load_workbook(path)["Measures"]
    cells = {sheet.cell(1, at).value: sheet.cell(2, at) for at in range(1, 22)}
    cell = cells["Measure as written"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert review.read(path, table).empty


# On the command line.

DOCUMENT = """UBND TỈNH LẠNG SƠN
SỞ Y TẾ
Số: 12/KH-SYT
Lạng Sơn, ngày 3 tháng 4 năm 2024

KẾ HOẠCH
Khắc phục, nâng cao Chỉ số PAPI năm 2024

STT\tNội dung\tGiải pháp\tCơ quan chủ trì\tCơ quan phối hợp\tThời gian
1\tY tế công lập\tSửa trạm y tế ở năm xã, đạt 100%\tPhòng Kế hoạch\tCác phòng\tQuý III/2024
2\tCơ sở hạ tầng căn bản\tVận động hộ dân làm đường vào thôn\tVăn phòng\tCác phòng\tThường xuyên
3\tAn ninh, trật tự\tTrực gác cổng bệnh viện ban đêm\tVăn phòng\tCác phòng\tThường xuyên
"""


def status(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["plan", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_review_and_apply_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, book, out = tmp_path / "kh.txt", tmp_path / "r.xlsx", tmp_path / "m.csv"
    plan.write_text(DOCUMENT, encoding="utf-8")
    assert status(plan, "--review", book, "--lang", "en") == 0
    assert capsys.readouterr().out == ""
    edit(book, {(3, "Deadline"): "2024-12-31"})
    assert status(plan, "--apply", book, "-o", out, "--targets", tmp_path / "t.csv") == 0
    table = pd.read_csv(out, dtype=str)
    assert table.loc[1, ["deadline", "coded_by"]].tolist() == ["2024-12-31", "human"]
    overrides = book.with_suffix(".overrides.csv")
    assert len(read_overrides(overrides, overrides.name)) == 1
    # The same corrections, without the workbook.
    again = tmp_path / "again.csv"
    assert status(plan, "--overrides", overrides, "-o", again) == 0
    assert again.read_bytes() == out.read_bytes()
    assert len(pd.read_csv(tmp_path / "t.csv")) == 1


def test_a_cell_set_back_is_no_correction_any_more(tmp_path: Path) -> None:
    plan, book, out = tmp_path / "kh.txt", tmp_path / "r.xlsx", tmp_path / "m.csv"
    plan.write_text(DOCUMENT, encoding="utf-8")
    assert status(plan, "--review", book, "--lang", "en") == 0
    edit(book, {(2, "Unit"): "trạm", (3, "Deadline"): "2024-12-31"})
    assert status(plan, "--apply", book, "-o", out) == 0
    # A unit of the document's own is kept, and its corrections can be read again.
    overrides = book.with_suffix(".overrides.csv")
    assert set(read_overrides(overrides, overrides.name)["value"]) == {"trạm", "2024-12-31"}
    edit(book, {(3, "Deadline"): "Thường xuyên"})
    assert status(plan, "--apply", book, "-o", out) == 0
    assert read_overrides(overrides, overrides.name)["value"].tolist() == ["trạm"]
    # Made of corrected measures, a workbook holds the next corrections only: the first stay.
    second = tmp_path / "r.xlsx"
    assert status(plan, "--overrides", overrides, "--review", second, "--lang", "en") == 0
    edit(second, {(4, "Deadline"): "2025"})
    assert status(plan, "--apply", second, "-o", out) == 0
    assert set(read_overrides(overrides, overrides.name)["value"]) == {"trạm", "2025"}


def test_a_wrong_ending_or_language_or_workbook_ends_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "kh.txt"
    plan.write_text(DOCUMENT, encoding="utf-8")
    assert status(plan, "--review", "r.csv") == 2
    assert (
        "unknown ending of a workbook to review 'r.csv': expected one of .xlsx"
        in capsys.readouterr().err
    )
    assert status(plan, "--lang", "fr") == 2
    assert status(plan, "--apply", plan, "-o", tmp_path / "m.csv") == 1
    assert "kh.txt: found no readable workbook" in " ".join(capsys.readouterr().err.split())
    assert status(plan, "--overrides", tmp_path / "none.csv") == 1
    assert not (tmp_path / "m.csv").exists()


def test_the_example_of_the_readme_gives_what_it_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = Path(__file__).parent.parent, tmp_path / "measures.csv"
    plan = root / "docs" / "examples" / "ke-hoach-2024.md"
    assert status(plan, "-o", out, "--lang", "en") == 0
    doubt = capsys.readouterr().err.splitlines()[-1]
    table = pd.read_csv(out, dtype=str, keep_default_na=False)
    readme = (root / "README.md").read_text(encoding="utf-8")
    block = readme.split("this comes out (six of the 35 columns, confidence to two places):")[
        1
    ].split("```")[1]
    header, *rows = block.splitlines()[1:]
    columns = header.split()
    assert len(table.columns) == 35
    rounded = table["confidence"].astype(float).map("{:.2f}".format)
    actual = table.assign(confidence=rounded)[columns].to_string(index=False).splitlines()
    # How sure a link is depends a little on the years of data that names were drawn from.
    expected, found = ([line.rsplit(None, 1) for line in lines] for lines in (rows, actual[1:]))
    assert [header, *(text for text, _ in expected)] == [actual[0], *(text for text, _ in found)]
    for (_, said), (_, confidence) in zip(expected, found, strict=True):
        assert float(confidence) == pytest.approx(float(said), abs=0.02)
    assert f"`{doubt}`" in readme
