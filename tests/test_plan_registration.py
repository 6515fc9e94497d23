"""A plan from its document into the data folder, without an edit in between."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

import parstats as ps
from parstats import errors
from parstats.cli import main
from parstats.pipeline.plan_registration import register_plans
from parstats.plans import read, tabulate
from parstats.plans.plan_facts import NoFact, fact_value, with_corrected_facts
from small_data import SmallData

SCORES = "year,province,series,score\n2024,40,papi.services.public_health,1.959565\n"
TEXT = """\
ỦY BAN NHÂN DÂN
TỈNH NGHỆ AN

Số: 17/KH-UBND

Nghệ An, ngày 5 tháng 3 năm 2024

KẾ HOẠCH

Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024

I. NHIỆM VỤ, GIẢI PHÁP

| TT | Tiêu chí | Giải pháp | Mục tiêu | Chủ trì | Phối hợp | Thời gian |
|---|---|---|---|---|---|---|
| 1 | Danh sách hộ nghèo | Niêm yết danh sách | 100% | Sở LĐTBXH | Sở Nội vụ | Quý II/2024 |
| 2 | Thu, chi ngân sách cấp xã | Công khai dự toán ngân sách xã | 95% | Sở Tài chính |  | 2024 |
"""


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "ke-hoach-nghe-an.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def data(small_data: SmallData) -> SmallData:
    """A data folder with one score and no plan."""
    small_data.put("papi_2024.csv", SCORES)
    return small_data


def raw_files(data: SmallData) -> set[str]:
    folder = data.folder / "raw" / "plans"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_registered_plan_is_what_was_read(data: SmallData, document: Path) -> None:
    read_tables = tabulate(read(document))
    register_plans(read_tables)
    plan = ps.load_plans().iloc[0]
    assert (plan["province"], plan["plan_year"], plan["number"]) == ("40", 2024, "17/KH-UBND")
    assert plan["sha256"] == read_tables.plans.iloc[0]["sha256"]
    measures = ps.load_measures("PAPI")
    as_read = read_tables.long()
    pd.testing.assert_frame_equal(measures, as_read, check_like=True)
    targets = ps.load_targets("PAPI")
    assert targets[["row", "op", "value", "unit"]].values.tolist() == [
        ["001", "=", 100.0, "%"],
        ["002", "=", 95.0, "%"],
    ]


def test_every_file_has_a_sidecar_and_the_command_says_where(
    data: SmallData, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("plan", document, "--register", "--lang", "en") == 0
    stderr = capsys.readouterr().err
    assert "registered ke-hoach-nghe-an in" in stderr
    names = raw_files(data)
    tables = {name for name in names if name.endswith(".csv")}
    assert {f"{name}.yml" for name in tables} == names - tables
    assert "ke-hoach-nghe-an.measures.csv" in tables


def test_a_second_time_replaces_the_first(data: SmallData, document: Path) -> None:
    register_plans(tabulate(read(document)))
    document.write_text(TEXT.replace("95%", "97%"), encoding="utf-8")
    done = register_plans(tabulate(read(document)))
    assert done.replaced == ("ke-hoach-nghe-an",)
    assert set(ps.load_targets("PAPI")["value"]) == {100.0, 97.0}


def test_the_same_plan_is_not_registered_under_a_second_name(
    data: SmallData, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register_plans(tabulate(read(document)))
    other = document.with_name("kh-17.md")
    other.write_text(TEXT.replace("95%", "96%"), encoding="utf-8")
    assert run("plan", other, "--register", "--lang", "en") == 1
    stderr = " ".join(capsys.readouterr().err.split())
    assert "registered as ke-hoach-nghe-an (same province, number and date)" in stderr
    assert set(ps.load_plans()["plan"]) == {"ke-hoach-nghe-an"}


def test_other_measures_of_the_same_act_are_registered_and_said(
    data: SmallData, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register_plans(tabulate(read(document)))
    other = document.with_name("phu-luc.md")
    rows = [line for line in TEXT.splitlines(keepends=True) if not line.startswith(("| 1", "| 2"))]
    row = "| 1 | Y tế công lập | Thay ghế ở phòng chờ | 90% | Sở Y tế | | 2024 |\n"
    other.write_text("".join(rows) + row, encoding="utf-8")
    assert run("plan", other, "--register", "--lang", "en") == 0
    stderr = " ".join(capsys.readouterr().err.split())
    assert "phu-luc has the province, number and date of ke-hoach-nghe-an" in stderr


def test_a_measure_without_a_type_is_a_measure_all_the_same(
    data: SmallData, document: Path
) -> None:
    tables = tabulate(read(document))
    tables.measures["measure_type"] = ""
    register_plans(tables)
    assert set(ps.load_measures("PAPI")["seen"]) == {"measure"}
    given = ps.load_plans(), ps.load_scores("PAPI"), ps.load_printed()
    assert len(ps.plans.measure_results(ps.load_measures("PAPI"), *given)) == 2


def test_files_that_a_person_changed_are_not_written_over(data: SmallData, document: Path) -> None:
    register_plans(tabulate(read(document)))
    path = data.folder / "raw" / "plans" / "ke-hoach-nghe-an.measures.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Sở Nội vụ", "Sở Y tế"), "utf-8")
    changed = path.read_bytes()
    with pytest.raises(errors.InvalidData, match="changed since"):
        register_plans(tabulate(read(document)))
    assert path.read_bytes() == changed


def test_a_changed_file_of_one_plan_keeps_no_other_plan_out(
    data: SmallData, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register_plans(tabulate(read(document)))
    path = data.folder / "raw" / "plans" / "ke-hoach-nghe-an.measures.csv"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("Sở Nội vụ", "Sở Y tế"), encoding="utf-8")
    other = document.with_name("ke-hoach-2025.md")
    other.write_text(TEXT.replace("2024", "2025").replace("17/KH", "9/KH"), encoding="utf-8")
    assert run("plan", other, "--register", "--lang", "en") == 0
    stderr = " ".join(capsys.readouterr().err.split())
    assert "ke-hoach-nghe-an.measures.csv: found a file that was changed since" in stderr
    assert set(ps.load_plans()["plan"]) == {"ke-hoach-2025"}
    with pytest.raises(errors.InvalidData, match="SHA-256"):
        ps.build()  # which has all plans, or none
    path.write_text(written, encoding="utf-8")
    ps.build()
    assert set(ps.load_plans()["plan"]) == {"ke-hoach-2025", "ke-hoach-nghe-an"}


def test_a_plan_that_the_build_refuses_leaves_nothing_behind(
    data: SmallData, document: Path
) -> None:
    before = raw_files(data)
    tables = tabulate(read(document))
    tables.plans["until_year"] = 2020  # ends before it begins
    with pytest.raises(errors.InvalidData, match="column plan_year"):
        register_plans(tables)
    assert raw_files(data) == before


def test_a_plan_without_a_province_is_refused_until_the_workbook_names_it(
    data: SmallData, document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document.write_text(TEXT.replace("NGHỆ AN", "…").replace("Nghệ An", "…"), encoding="utf-8")
    assert run("plan", document, "--register", "--lang", "en") == 1
    assert "column province: found nothing" in capsys.readouterr().err
    workbook = tmp_path / "review.xlsx"
    assert run("plan", document, "--review", workbook, "--lang", "en") == 0
    book = load_workbook(workbook)
    sheet = book["Plans"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Province"]).value = "Nghệ An"
    sheet.cell(2, columns["Last year of the plan"]).value = 2025
    book.save(workbook)
    assert run("plan", document, "--apply", workbook, "--register", "--lang", "en") == 0
    plan = ps.load_plans().iloc[0]
    assert (plan["province"], plan["until_year"], plan["plan_year"]) == ("40", 2025, 2024)


def test_a_fact_that_cannot_be_read_is_named_by_its_cell(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = tmp_path / "review.xlsx"
    run("plan", document, "--review", workbook, "--lang", "en")
    book = load_workbook(workbook)
    columns = {cell.value: cell.column for cell in book["Plans"][1]}
    book["Plans"].cell(2, columns["Date"]).value = "5 March"
    book.save(workbook)
    capsys.readouterr()
    assert run("plan", document, "--apply", workbook, "-o", tmp_path / "m.csv") == 1
    stderr = capsys.readouterr().err
    assert "sheet Plans, row 2, column Date: found '5 March'; expected a date" in stderr
    assert not (tmp_path / "m.csv").exists()


def test_another_index_links_the_measures_anew(document: Path, tmp_path: Path) -> None:
    workbook, out = tmp_path / "review.xlsx", tmp_path / "m.csv"
    run("plan", document, "--review", workbook, "--lang", "en")
    book = load_workbook(workbook)
    columns = {cell.value: cell.column for cell in book["Plans"][1]}
    book["Plans"].cell(2, columns["Indices"]).value = "SIPAS"
    book.save(workbook)
    assert run("plan", document, "--apply", workbook, "-o", out) == 0
    assert "PAPI" not in set(pd.read_csv(out, keep_default_na=False)["index"])


@pytest.mark.parametrize(
    ("fact", "written", "value"),
    [
        ("date", "5/12/2017", "2017-12-05"),
        ("date", "2024-06", "2024-06"),
        ("plan_year", " 2024 ", "2024"),
        ("indices", "PAPI, SIPAS", "PAPI;SIPAS"),
        ("agency", "UBND  tỉnh", "UBND tỉnh"),
        ("until_year", "", ""),
    ],
)
def test_facts_are_read_as_a_person_writes_them(fact: str, written: str, value: str) -> None:
    assert fact_value(fact, written) == value


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        ("date", "31/2/2024"),
        ("plan_year", "24"),
        ("indices", "PAPPI"),
        ("province", "Atlantis"),
        ("province", "Quang Tre"),
    ],
)
def test_what_is_no_fact_is_refused(fact: str, written: str) -> None:
    with pytest.raises(NoFact):
        fact_value(fact, written)


def test_a_day_that_excel_made_a_date_of_stays_that_day(document: Path, tmp_path: Path) -> None:
    workbook, out = tmp_path / "review.xlsx", tmp_path / "m.csv"
    run("plan", document, "--review", workbook, "--lang", "en")
    book = load_workbook(workbook)
    columns = {cell.value: cell.column for cell in book["Measures"][1]}
    book["Measures"].cell(2, columns["Deadline"]).value = datetime(2024, 10, 15)
    plans = {cell.value: cell.column for cell in book["Plans"][1]}
    book["Plans"].cell(2, plans["Date"]).value = datetime(2024, 4, 2)
    book.save(workbook)
    assert run("plan", document, "--apply", workbook, "-o", out, "--plans", tmp_path / "p.csv") == 0
    first = pd.read_csv(out, keep_default_na=False).iloc[0]
    assert (first["deadline"], first["deadline_end"]) == ("15/10/2024", "2024-10-15")
    assert pd.read_csv(tmp_path / "p.csv")["date"].iloc[0] == "2024-04-02"


def test_what_cannot_be_registered_is_said_in_a_line(data: SmallData, document: Path) -> None:
    tables = tabulate(read(document))
    tables.plans["indices"] = "PAR AN BINH"
    with pytest.raises(errors.InvalidData, match="found PAR AN BINH; expected an index that"):
        register_plans(tables)
    tables = tabulate(read(document))
    tables.plans["plan_year"] = 2042
    with pytest.raises(errors.InvalidData) as caught:
        register_plans(tables)
    assert [problem.column for problem in caught.value.problems] == ["plan_year"]


def test_a_corrected_date_brings_the_provinces_of_its_time() -> None:
    plans = pd.DataFrame([{"plan": "p", "province": "20", "date": "2024-03-05", "vintage": 63}])
    case = {"plan": "p", "row": "", "column": "date", "value": "2025-08-01"}
    corrected = with_corrected_facts(plans, pd.DataFrame([case]))
    assert corrected[["date", "vintage"]].values.tolist() == [["2025-08-01", 34]]
