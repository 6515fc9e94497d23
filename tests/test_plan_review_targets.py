"""The sheets of targets and shortcomings in the workbook a colleague corrects."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from parstats import errors, schema
from parstats.cli import main
from parstats.documents.plain_text import blocks
from parstats.pipeline.plan_files import read_overrides
from parstats.plans import review
from parstats.plans.parse.plan_reader import assemble
from parstats.plans.register import Tables, apply, tabulate
from parstats.plans.review_lines import review_lines

TEXT = """ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN
Số: 45/KH-UBND
Lạng Sơn, ngày 12 tháng 3 năm 2024

KẾ HOẠCH

Khắc phục hạn chế Chỉ số PAPI năm 2024

I. MỤC TIÊU

- Chỉ số PAPI đạt 45 điểm.

- Chỉ số PAPI thuộc nhóm 15 tỉnh dẫn đầu.

II. TỒN TẠI, HẠN CHẾ

- Mức độ hài lòng về y tế công lập mới đạt 52%, mục tiêu 60%, do thiếu bác sĩ.

- Hồ sơ qua mạng chưa nhiều: có nơi đạt 40%, nơi khác 55%.

III. GIẢI PHÁP

STT\tTiêu chí\tGiải pháp\tChỉ tiêu\tCơ quan chủ trì\tThời gian
1\tY tế công lập\tLuân phiên bác sĩ về trạm y tế xã\t80% trạm; 02 lần/năm\tSở Y tế\tQuý III/2024
2\tCơ sở hạ tầng căn bản\tVận động hộ dân làm đường thôn\t100% thôn\tSở Xây dựng\tNăm 2024
"""


def document(text: str = TEXT) -> Tables:
    return tabulate(assemble(blocks(text), "ke-hoach"))


@pytest.fixture
def tables() -> Tables:
    return document()


@pytest.fixture
def workbook(tables: Tables, tmp_path: Path) -> Path:
    path = tmp_path / "review.xlsx"
    review.write(tables, path, "en")
    return path


def edit(path: Path, sheet: str, changes: dict[tuple[int, str], object]) -> None:
    book = load_workbook(path)
    at = {cell.value: cell.column for cell in book[sheet][1]}
    for (row, header), value in changes.items():
        book[sheet].cell(row, at[header]).value = value
    book.save(path)


def delete(path: Path, sheet: str, row: int) -> None:
    book = load_workbook(path)
    book[sheet].delete_rows(row)
    book.save(path)


def shown(path: Path, sheet: str, *headers: str) -> list[tuple[object, ...]]:
    page = load_workbook(path)[sheet]
    at = {cell.value: n for n, cell in enumerate(page[1])}
    return [
        tuple(row[at[header]] for header in headers)
        for row in page.iter_rows(min_row=2, values_only=True)
    ]


def refused(path: Path, tables: Tables) -> list[str]:
    with pytest.raises(errors.InvalidData) as caught:
        review.read(path, tables)
    return [str(problem) for problem in caught.value.problems]


def cells(table: pd.DataFrame) -> set[tuple[str, str, str]]:
    return set(table[["row", "column", "value"]].itertuples(index=False, name=None))


def test_targets_stand_with_their_words_and_place(workbook: Path) -> None:
    rows = shown(workbook, "Targets", "Row", "Of measure", "As written", "Value", "Unit", "Year")
    assert rows[:4] == [
        ("t001", "001", "80% trạm; 02 lần/năm", 80, "%", 2024),
        ("t002", "001", "80% trạm; 02 lần/năm", 2, "lần/năm", 2024),
        ("t003", "002", "100% thôn", 100, "%", 2024),
        ("t004", None, "- Chỉ số PAPI đạt 45 điểm.".strip("- "), 45, "điểm", 2024),
    ]
    assert [place for (place,) in shown(workbook, "Targets", "Page:line")][3] == "11"


def test_shortcomings_stand_with_their_words_and_what_to_check(workbook: Path) -> None:
    rows = shown(workbook, "Shortcomings", "Row", "Achieved", "Threshold", "Cause as written")
    assert rows == [("s001", 52, 60, "thiếu bác sĩ"), ("s002", None, None, None)]
    (_, (words, check)) = shown(workbook, "Shortcomings", "As written", "To check")
    assert str(words).startswith("Hồ sơ qua mạng chưa nhiều")
    assert "several figures" in str(check)


def test_an_untouched_workbook_corrects_nothing(workbook: Path, tables: Tables) -> None:
    assert review.read(workbook, tables).empty
    review.check_free(workbook, tables)


def test_changed_cells_of_targets_become_corrections(workbook: Path, tables: Tables) -> None:
    edit(
        workbook,
        "Targets",
        {
            (5, "Value"): "46,5",
            (5, "Target"): "at least",
            (5, "Year"): 2025,
            (5, "Series"): "papi.services",
            (3, "Unit"): "lần",
        },
    )
    found = review.read(workbook, tables)
    assert cells(found) == {
        ("t004", "value", "46.5"),
        ("t004", "op", ">="),
        ("t004", "year", "2025"),
        ("t004", "series", "papi.services"),
        ("t002", "unit", "lần"),
    }
    assert set(found["coded_by"]) == {"human"}
    targets = schema.validate("targets", apply(tables, found).targets).set_index("number")
    goal = targets.loc[4]
    assert (goal["op"], goal["value"], goal["year"]) == (">=", 46.5, 2025)
    assert (goal["index"], goal["series"]) == ("PAPI", "papi.services")
    assert targets.loc[2, "unit"] == "lần"


def test_the_own_target_of_a_measure_is_corrected_in_both_tables(
    workbook: Path, tables: Tables
) -> None:
    edit(workbook, "Targets", {(2, "Value"): 85})
    found = review.read(workbook, tables)
    assert cells(found) == {("001", "target_value", "85.0")}
    corrected = apply(tables, found)
    assert corrected.measures.loc[0, ["target_value", "coded_by"]].tolist() == [85.0, "human"]
    assert corrected.targets["value"].tolist()[:3] == [85.0, 2.0, 100.0]


def test_a_target_corrected_differently_in_both_sheets_is_asked_back(
    workbook: Path, tables: Tables
) -> None:
    edit(workbook, "Targets", {(2, "Value"): 85})
    edit(workbook, "Measures", {(2, "Value"): 85})
    assert cells(review.read(workbook, tables)) == {("001", "target_value", "85.0")}
    edit(workbook, "Measures", {(2, "Value"): 90})
    assert refused(workbook, tables) == [
        "review.xlsx, sheet Targets, row 2, column Value: found '85'; expected the same as in the "
        "sheet Measures, where it was changed to '90.0'; change it in one of both"
    ]


def test_a_deleted_row_is_left_out(workbook: Path, tables: Tables) -> None:
    delete(workbook, "Targets", 5)
    delete(workbook, "Shortcomings", 3)
    found = review.read(workbook, tables)
    assert cells(found) == {("t004", "dropped", "true"), ("s002", "dropped", "true")}
    corrected = apply(tables, found)
    assert corrected.targets["number"].tolist() == [
        number for number in tables.targets["number"] if number != 4
    ]
    assert corrected.shortcomings["number"].tolist() == [1]
    assert not any("several figures" in line for line in review_lines(corrected.review, "en"))


def test_the_deleted_target_of_a_measure_leaves_it_without_one(
    workbook: Path, tables: Tables
) -> None:
    delete(workbook, "Targets", 4)
    corrected = apply(tables, review.read(workbook, tables))
    assert corrected.measures.loc[1, ["target_op", "target_unit"]].tolist() == ["", ""]
    assert 3 not in corrected.targets["number"].tolist()
    assert len(corrected.measures) == 2


def test_a_target_given_to_a_measure_without_one_stands_among_the_targets(tmp_path: Path) -> None:
    tables = document(TEXT.replace("100% thôn", ""))
    path = tmp_path / "review.xlsx"
    review.write(tables, path, "en")
    edit(path, "Measures", {(3, "Target"): "at least", (3, "Value"): 90, (3, "Unit"): "%"})
    corrected = apply(tables, review.read(path, tables))
    added = schema.validate("targets", corrected.targets).iloc[-1]
    assert (added["row"], added["op"], added["value"], added["year"]) == ("002", ">=", 90.0, 2024)
    assert added["number"] == len(tables.targets) + 1
    # Anything else that is corrected there adds none.
    edit(path, "Measures", {(3, "Target"): None, (3, "Value"): None, (3, "Unit"): None})
    edit(path, "Measures", {(3, "Deadline"): "2025"})
    assert len(apply(tables, review.read(path, tables)).targets) == len(tables.targets)


def test_what_is_emptied_was_not_there(workbook: Path, tables: Tables) -> None:
    emptied = dict.fromkeys([(6, "Value"), (6, "Unit"), (6, "Target")])
    edit(workbook, "Targets", emptied)
    edit(workbook, "Shortcomings", {(2, "Threshold"): None, (2, "Cause as written"): None})
    corrected = apply(tables, review.read(workbook, tables))
    assert 5 not in corrected.targets["number"].tolist()  # it says nothing any more
    case = corrected.shortcomings.iloc[0]
    assert (case["achieved"], case["cause_as_written"]) == (52.0, "")
    assert pd.isna(case["threshold"])


def test_changed_cells_of_shortcomings_become_corrections(workbook: Path, tables: Tables) -> None:
    edit(
        workbook,
        "Shortcomings",
        {
            (3, "Criterion as written"): "Hồ sơ qua mạng",
            (3, "Achieved"): "40",
            (3, "Threshold"): 55,
            (3, "Unit"): "%",
            (3, "Series"): "papi.e_governance",
            (3, "Measures that answer (rows parted by ;)"): "1; 002",
        },
    )
    corrected = apply(tables, review.read(workbook, tables))
    case = schema.validate("shortcomings", corrected.shortcomings).iloc[1]
    assert (case["achieved"], case["threshold"], case["unit"]) == (40.0, 55.0, "%")
    assert (case["criterion_as_written"], case["measures"]) == ("Hồ sơ qua mạng", "001;002")
    assert (case["index"], case["series"]) == ("PAPI", "papi.e_governance")


@pytest.mark.parametrize(
    ("sheet", "header", "typed", "expected"),
    [
        ("Targets", "Value", "many", "a number; write the number alone, as 95"),
        ("Targets", "Value", "=1+1", "a value; replace the formula by what it shows"),
        ("Targets", "Year", "26", "a whole number from 2005 to 2100; mend it, or empty the cell"),
        ("Targets", "Target", "nearly", "an entry of the list; choose from the list"),
        ("Targets", "Row", "t099", "a row of this workbook; restore plan and row; none can be"),
        ("Shortcomings", "Achieved", "-1", "a number from 0 on; write it without the sign"),
        ("Shortcomings", "Achieved", "120", "a share up to 100 %; mend it, or name another unit"),
        (
            "Shortcomings",
            "Measures that answer (rows parted by ;)",
            "009",
            "rows of measures of the plan, parted by ;; mend 009",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    workbook: Path, tables: Tables, sheet: str, header: str, typed: str, expected: str
) -> None:
    edit(workbook, sheet, {(2, header): typed})
    line = refused(workbook, tables)[0]
    assert line.startswith(f"review.xlsx, sheet {sheet}, row 2, column {header}: found ")
    assert f"; expected {expected}" in line


@pytest.mark.parametrize(("sheet", "value"), [("Targets", "Value"), ("Shortcomings", "Achieved")])
def test_per_cent_in_words_is_a_share(
    workbook: Path, tables: Tables, sheet: str, value: str
) -> None:
    edit(workbook, sheet, {(2, value): "64", (2, "Unit"): "Phần trăm"})
    assert ("unit", "%") in {(name[-4:], read) for _, name, read in read_cells(workbook, tables)}
    edit(workbook, sheet, {(2, value): "120"})
    assert "a share up to 100 %" in refused(workbook, tables)[0]


def test_per_cent_in_words_is_a_share_of_a_measure_too(workbook: Path, tables: Tables) -> None:
    edit(workbook, "Measures", {(2, "Value"): "64", (2, "Unit"): "phần trăm"})
    assert ("001", "target_unit", "%") in read_cells(workbook, tables)
    edit(workbook, "Measures", {(2, "Value"): "120"})
    assert "a share up to 100 %" in refused(workbook, tables)[0]


def read_cells(workbook: Path, tables: Tables) -> set[tuple[str, str, str]]:
    return cells(review.read(workbook, tables))


def test_the_series_of_a_measures_target_is_that_of_the_measure(
    workbook: Path, tables: Tables
) -> None:
    edit(workbook, "Targets", {(2, "Series"): "papi.services"})
    assert refused(workbook, tables) == [
        "review.xlsx, sheet Targets, row 2, column Series: found 'papi.services'; expected the "
        "series of its measure; correct it in the sheet Measures"
    ]


def test_a_renamed_header_or_a_removed_sheet_is_refused(workbook: Path, tables: Tables) -> None:
    edit(workbook, "Shortcomings", {(1, "Achieved"): "Reached"})
    assert refused(workbook, tables) == [
        "review.xlsx, sheet Shortcomings, row 1, column Achieved: found no such column; expected "
        "its header; restore it"
    ]
    book = load_workbook(workbook)
    del book["Shortcomings"]
    book.save(workbook)
    assert refused(workbook, tables) == [
        "review.xlsx: found no sheet Shortcomings; expected the sheet; restore it"
    ]


def test_a_workbook_of_an_earlier_version_has_not_these_sheets(
    workbook: Path, tables: Tables
) -> None:
    book = load_workbook(workbook)
    for name in ("Targets", "Shortcomings", "_parstats_targets", "_parstats_shortcomings"):
        del book[name]
    book.save(workbook)
    assert review.read(workbook, tables).empty


@pytest.mark.parametrize("table", ["targets", "shortcomings", "plans"])
def test_a_sheet_whose_hidden_sheet_was_lost_is_refused(
    workbook: Path, tables: Tables, table: str
) -> None:
    book = load_workbook(workbook)
    del book[f"_parstats_{table}"]
    book.save(workbook)
    said = f"without its hidden sheet _parstats_{table}"
    assert [said in problem for problem in refused(workbook, tables)] == [True]


@pytest.mark.parametrize("typed", ["Quý 5/2025", "31/02/2025", 45930])
def test_a_deadline_that_is_no_time_is_refused(
    workbook: Path, tables: Tables, typed: object
) -> None:
    edit(workbook, "Measures", {(2, "Deadline"): typed})
    assert ["column Deadline" in problem for problem in refused(workbook, tables)] == [True]


def test_corrections_that_were_not_applied_are_not_written_over(
    workbook: Path, tables: Tables
) -> None:
    edit(workbook, "Targets", {(5, "Value"): 46})
    with pytest.raises(errors.OutputRefused, match="corrections that would be lost"):
        review.check_free(workbook, tables)
    review.check_free(workbook, apply(tables, review.read(workbook, tables)))


def test_a_correction_finds_its_row_by_the_words(workbook: Path, tables: Tables) -> None:
    edit(workbook, "Targets", {(5, "Value"): 46})
    found = review.read(workbook, tables)
    moved = document(
        TEXT.replace("- Chỉ số PAPI đạt", "- Chỉ số SIPAS đạt 80%.\n\n- Chỉ số PAPI đạt")
    )
    values = apply(moved, found).targets.set_index("indicator_vi")["value"]
    assert (values["Chỉ số PAPI"], values["Chỉ số SIPAS"]) == (46.0, 80.0)
    gone = document(TEXT.replace("- Chỉ số PAPI đạt 45 điểm.", "- Chỉ số PAPI tăng bậc."))
    lines = review_lines(apply(gone, found).review, "en")
    assert any("ke-hoach, target t004: value: corrected (46.0), but" in line for line in lines)


def test_review_and_apply_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, book = tmp_path / "ke-hoach.txt", tmp_path / "r.xlsx"
    plan.write_text(TEXT, encoding="utf-8")
    told = {name: tmp_path / f"{name}.csv" for name in ("targets", "shortcomings")}
    outputs = [part for name, path in told.items() for part in (f"--{name}", str(path))]
    assert _status(plan, "--review", book, "--lang", "en") == 0
    edit(book, "Targets", {(5, "Value"): 46})
    delete(book, "Shortcomings", 3)
    capsys.readouterr()
    assert _status(plan, "--apply", book, "-o", tmp_path / "m.csv", *outputs, "--lang", "en") == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "cells corrected: 1, left out: 0 measures, 0 targets, 1 shortcomings" in said
    assert pd.read_csv(told["targets"])["value"].tolist()[3] == 46
    assert len(pd.read_csv(told["shortcomings"])) == 1
    overrides = book.with_suffix(".overrides.csv")
    assert cells(read_overrides(overrides, "o")) == {
        ("t004", "value", "46.0"),
        ("s002", "dropped", "true"),
    }
    # A workbook of corrected tables holds the next corrections only: the first stay.
    assert _status(plan, "--overrides", overrides, "--review", book, "--lang", "en") == 0
    edit(book, "Targets", {(5, "Year"): 2026})
    assert _status(plan, "--apply", book, "-o", tmp_path / "m.csv") == 0
    assert {column for _, column, _ in cells(read_overrides(overrides, "o"))} == {
        *("value", "year", "dropped")
    }


def test_a_column_that_a_table_has_not_is_refused_in_a_file_of_corrections(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    header = "plan,row,column,value,reason,coded_by,date,fingerprint"
    path.write_text(f"{header}\np,t001,deadline,2024,,human,2024-01-01,\n", encoding="utf-8")
    with pytest.raises(errors.InvalidData) as caught:
        read_overrides(path, "o.csv")
    assert "mend it: the row is of targets" in str(caught.value.problems[0])


def _status(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["plan", *map(str, arguments)])
    return int(ended.value.code or 0)
