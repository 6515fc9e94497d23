"""`parstats framework new`: an index of one's own in the data folder, known to every process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import parstats as ps
from parstats import errors, storage
from parstats.pipeline import new_index as module
from parstats.pipeline.new_index import new_index
from parstats.pipeline.processed_tables import build
from parstats.reference import csv_tables, editions, frameworks

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
DEPARTMENTS = ("cchc-so.csv", "cchc-so-tieu-chi.csv")
COMMUNES = ("cchc-xa.csv", "cchc-xa-tieu-chi.csv")
PAPI = "year,province,series,score\n2011,20,papi.transparency.poverty_lists,2.1\n"
POINTS = {"normalise": "none", "aggregate": "sum", "missing": "index"}


@pytest.fixture
def folder(small_data) -> Path:
    """A data folder with one figure of PAPI, in use."""
    small_data.put("papi.csv", PAPI)
    return small_data.folder


def workbook(path: Path) -> Path:
    values = pd.DataFrame(
        {
            "unit": ["a", "b", "c", "d"],
            "Đường": [10.5, 20, 30, 15],
            "Trạm": [3, 1, 2, 2.5],
            "Trễ hạn": [5, 6, 9, 7],
        }
    )
    groups = pd.DataFrame(
        {
            "Mã": ["Đường", "Trạm", "Trễ hạn", "Hạ tầng"],
            "Nhóm": ["Hạ tầng", "Hạ tầng", "", ""],
            "Trọng số": [2, 1, 1, 3],
            "Chiều": [1, 1, -1, 1],
            "Tên": ["Đường sá", "Trạm y tế", "Hồ sơ trễ hạn", "Hạ tầng"],
        }
    )
    units = pd.DataFrame({"code": list("abcd"), "name": ["Xã A", "Xã B", "Xã C", "Xã D"]})
    grades = pd.DataFrame({"Xếp loại": ["Tốt", "Khá"], "Từ điểm": [50, 30]})
    with pd.ExcelWriter(path) as book:
        values.to_excel(book, sheet_name="values", index=False)
        groups.to_excel(book, sheet_name="Tiêu chí", index=False)
        units.to_excel(book, sheet_name="Đơn vị", index=False)
        grades.to_excel(book, sheet_name="Xếp loại", index=False)
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in ("raw", "reference")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def test_a_workbook_becomes_an_index_like_any_other(folder, tmp_path, run):
    book = workbook(tmp_path / "book.xlsx")
    status, out, said = run("framework", "new", "My index", str(book), "--year", "2025")
    assert (status, said) == (0, said)
    assert [Path(line).name for line in out.splitlines()] == [
        "my-index.csv",
        "my-index.csv.yml",
        "my-index.csv",
        "indices.csv",
        "units.csv",
        "grades.csv",
    ]
    assert "My index: 4 units, 6 series, 1 period" in said
    assert run("build")[0] == 0
    status, out, _ = run("drivers", "--index", "My index", "--year", "2025", "--province", "Xã B")
    assert status == 0
    assert "my_index.duong" in out
    scores = ps.load_scores("My index")
    assert sorted(ps.panel.ranks(scores, 2025)["province"]) == ["a", "b", "c", "d"]
    table = ps.panel.grades(scores, 2025)
    assert set(table["grade_vi"]) <= {"Tốt", "Khá", ""}
    assert frameworks.series_name("my_index.tram", "vi") == "Trạm y tế"


def test_the_stored_index_is_the_one_in_memory(folder, tmp_path):
    book = workbook(tmp_path / "book.xlsx")
    new_index("Stored", book, year=2025)
    build()
    stored = ps.load_scores("Stored")
    values = pd.read_excel(book, sheet_name="values")
    groups = pd.read_excel(book, sheet_name="Tiêu chí").set_axis(
        ["code", "parent", "weight", "direction", "name"], axis=1
    )
    units = pd.read_excel(book, sheet_name="Đơn vị")
    memory = ps.index_from(
        values,
        groups=groups,
        units=units,
        grades={"Tốt": 50, "Khá": 30},
        name="In memory",
        year=2025,
    )
    columns = ["year", "province", "level", "score", "max_score", "min_score", "rank", "origin"]
    order = ["year", "province", "level", "score"]
    pd.testing.assert_frame_equal(
        stored[columns].sort_values(order).reset_index(drop=True),
        memory[columns].sort_values(order).reset_index(drop=True),
        check_dtype=False,
        check_exact=False,
        rtol=1e-12,
    )
    stored_shares = ps.drivers.shares(stored, 2025, n_draws=20)
    shares = ps.drivers.shares(memory, 2025, n_draws=20)
    assert stored_shares["share"].tolist() == pytest.approx(shares["share"].tolist())
    changed = ps.index_from(values, groups=groups, name="In memory", year=2025)
    assert set(changed["framework"]) != set(memory["framework"])


def test_another_process_knows_the_index(folder, tmp_path):
    new_index("Elsewhere too", workbook(tmp_path / "book.xlsx"), year=2025)
    build()
    script = (
        "import parstats as ps; t = ps.load_scores('Elsewhere too');"
        "print(ps.drivers.rank_attribution(t, 'Xã C', 2025)['rank'].iloc[0])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    expected = ps.panel.ranks(ps.load_scores("Elsewhere too"), 2025).set_index("province")["rank"]
    assert int(printed) == expected["c"]


# The case of officials: departments by quarter, communes by other criteria.


@pytest.fixture
def officials(folder) -> Path:
    table, groups = (EXAMPLES / name for name in DEPARTMENTS)
    additions = ["Sáng kiến", "Chậm báo cáo"]
    new_index("CCHC cấp sở", table, groups=groups, additions=additions, **POINTS)
    table, groups = (EXAMPLES / name for name in COMMUNES)
    new_index("CCHC cấp xã", table, groups=groups, year="2025-Q2", **POINTS)
    build()
    return folder


def test_departments_and_communes_are_two_indices_that_never_mix(officials):
    departments, communes = ps.load_scores("CCHC cấp sở"), ps.load_scores("CCHC cấp xã")
    first, second = ps.panel.parse_period("2025-Q1"), ps.panel.parse_period("2025-Q2")
    assert sorted(departments["year"].unique()) == [first, second]
    ranked = ps.panel.ranks(departments, second)
    # 10 + 10 + 14 + 19 + 22.8 of 80, and a bonus of 1
    score = ranked.set_index("province").loc["Sở Tư pháp", "score"]
    assert score == pytest.approx(100 * 75.8 / 80 + 1)
    assert len(ps.panel.ranks(communes, second)) == 8
    with pytest.raises(errors.InvalidRequest, match="scores of one index are needed"):
        ps.panel.ranks(pd.concat([departments, communes]), second)


def test_what_was_not_assessed_is_marked_as_calculated(officials):
    scores = ps.load_scores("CCHC cấp sở")
    cell = (scores["province"] == "Sở Tài chính") & (scores["series"] == "cchc_cap_so.kiem_tra")
    assert set(scores[cell]["origin"]) == {"derived"}
    other = (scores["province"] == "Sở Y tế") & (scores["series"] == "cchc_cap_so.kiem_tra")
    assert set(scores[other]["origin"]) == {"compiled"}


def test_the_change_of_a_department_between_quarters_adds_up(officials):
    scores = ps.load_scores("CCHC cấp sở")
    second = ps.panel.parse_period("Quý II/2025")
    table = ps.drivers.change_attribution(scores, "Sở Nội vụ", second)
    row = table.iloc[0]
    assert table["rank_part"].sum() == pytest.approx(row["rank_previous"] - row["rank"])
    totals = scores[scores["level"] == "index"].set_index(["province", "year"])["score"]
    moved = totals["Sở Nội vụ", second] - totals["Sở Nội vụ", second - 1]
    assert table["score_part"].sum() == pytest.approx(moved)


# Refused, and nothing written.


def put_csv(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_name_that_exists_is_refused_and_nothing_changes(folder, tmp_path, run):
    book = workbook(tmp_path / "book.xlsx")
    new_index("My index", book, year=2025)
    before = files_in(folder)
    for name, remedy in (("My index", "--replace"), ("PAPI", "give yours another name")):
        status, out, said = run("framework", "new", name, str(book), "--year", "2025")
        assert (status, out) == (2, "")
        assert remedy in said
    assert run("framework", "new", "PAPI", str(book), "--year", "2025", "--replace")[0] == 2
    assert files_in(folder) == before


def test_an_index_made_so_before_can_be_replaced_alone(folder, tmp_path):
    book = workbook(tmp_path / "book.xlsx")
    new_index("First", book, year=2025)
    new_index("Second", book, year=2025)
    new_index("First", book, year=2026, aggregate="sum", normalise="none", replace=True)
    build()
    assert set(ps.load_scores("First")["year"]) == {2026}
    assert set(ps.load_scores("Second")["year"]) == {2025}
    indices = [row["index"] for row in csv_tables.rows("indices")]
    assert indices.count("First") == indices.count("Second") == 1
    units = [row["index"] for row in csv_tables.rows("units")]
    assert units.count("First") == 4


BAD = {
    "a text in a cell": (
        ("unit,x,y", "a,1,2", "b,tốt,3", "c,2,4"),
        r"table.csv, row 3, column x: found 'tốt' for b",
    ),
    "a unit twice": (("unit,x,y", "a,1,2", "a,1,3"), "row 3, column unit: found a again"),
    "a header twice": (("unit,x,x", "a,1,2", "b,1,3"), "row 1, column x: found a header twice"),
    "no header": (("unit,x,", "a,1,2", "b,1,3"), "row 1: found no header of column 3"),
    "a constant column": (("unit,x,y", "a,1,2", "b,1,3"), "column x: found 1 for all units"),
    "a gap": (("unit,x,y", "a,1,2", "b,,3", "c,4,4"), "row 3, column x: found no value for b"),
    "one unit": (("unit,x,y", "a,1,2"), "of 1 unit"),
    "an empty file": (("",), "nothing"),
    "a row of totals": (
        ("unit,x,y", "a,1,2", "b,2,3", ",,", "Tổng cộng,3,5"),
        "row 5, column unit: found 'Tổng cộng'; expected a unit",
    ),
    "a column of totals": (("unit,x,y,Tổng điểm", "a,1,2,3", "b,2,3,5"), "column Tổng điểm"),
    "a title above the table": (("BẢNG ĐIỂM,,", "unit,x,y", "a,1,2"), "row 1: found no header"),
    "headers in two rows": (("unit,X,X", ",x,y", "a,1,2"), "row 1, column X: found a header tw"),
    "a dash": (("unit,x,y", "a,-,2", "b,2,3"), "column x: found '-' for a.*không đánh giá"),
    "percents beside shares": (
        ("unit,x,y", "a,85%,2", "b,0.9,3"),
        "column x: found '85%' for a; expected a number; write all cells of the column with a per",
    ),
    "marks of thousands beside decimal commas": (
        ("unit;x;y", "a;1.500;2,5", "b;2.250;3"),
        r"row 2, column x: found '1.500'; expected a number, .*; write 1500 or 1,5",
    ),
    "marks of thousands where decimals may have a comma": (
        ("unit;x;y", "a;700;2", "b;1.500;5", "c;2.250;4"),
        r"row 3, column x: found '1.500'; expected a number that .*; write 1500 or 1,5",
    ),
    "millions": (("unit;x;y", "a;700;2", "b;1.500.000;5"), "row 3, column x.*write 1500000"),
    "thousands parted by a blank": (("unit,x", "a,700", "b,1 500"), "row 3, column x.*write 1500"),
    "thousands and decimals": (("unit;x", "a;700", "b;1.500,25"), "row 3, column x.*write 1500.25"),
    "a minus before thousands": (
        ("unit;x", "a;700", "b;\N{MINUS SIGN}1.500"),
        "row 3, column x.*write -1500 or -1,5",
    ),
    "a mark of thousands beside decimal points": (
        ("unit,x,y", "a,700,2", 'b,"1,500",5'),
        r"row 3, column x: found '1,500' for b; expected a number; write 1500 or 1.5",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_refused_with_its_place_and_nothing_is_written(folder, tmp_path, name):
    lines, message = BAD[name]
    table = put_csv(tmp_path / "table.csv", *lines)
    before = files_in(folder)
    with pytest.raises(ps.ParstatsError, match=message):
        new_index("Bad", table, year=2025)
    assert files_in(folder) == before
    editions.refresh()
    assert "Bad" not in frameworks.indices()


def test_a_fault_of_the_groups_names_their_file(folder, tmp_path):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,2,3")
    groups = put_csv(tmp_path / "groups.csv", "code,parent", "x,A", "q,A")
    with pytest.raises(errors.InvalidData, match=r"groups.csv, column q: found neither a column"):
        new_index("Bad groups", table, groups=groups, year=2025)


def test_a_number_may_have_a_decimal_comma_but_not_a_mark_of_thousands(folder, tmp_path):
    table = put_csv(tmp_path / "table.csv", "unit;x;y", "a;1,5;2", "b;2,25;3")
    made = new_index("Commas", table, year=2025)
    assert made.n_units == 2
    table = put_csv(tmp_path / "table.csv", "unit;x;y", "a;1,500;2", "b;2,25;3")
    with pytest.raises(errors.InvalidData, match=r"row 2, column x: found '1,500' for a"):
        new_index("Thousands", table, year=2025)


def put_texts(path: Path, *lines: str) -> Path:
    """A workbook whose cells are all text."""
    rows = [line.split(";") for line in lines]
    pd.DataFrame(rows[1:], columns=rows[0]).to_excel(path, index=False)
    return path


def test_thousands_in_text_cells_of_a_workbook_are_asked_about_and_numbers_are_not(
    folder, tmp_path
):
    book = tmp_path / "book.xlsx"
    put_texts(book, "unit;x;y", "a;700;2", "b;1.500;5", "c;2.250;4")
    with pytest.raises(errors.InvalidData, match=r"row 3, column x: found '1.500'.*1500 or 1.5"):
        new_index("Texts", book, year=2025)
    values = pd.DataFrame({"unit": list("abc"), "x": [1.125, 2.375, 3.625], "y": [1, 2, 4]})
    values.to_excel(book, index=False)
    assert new_index("Numbers", book, year=2025).n_units == 3


@pytest.mark.parametrize("cells", [("0.125", "1.500"), ("12.5", "1.500"), ("1.5", "2.25")])
def test_numbers_that_are_decimals_for_certain_are_read_as_such(folder, tmp_path, cells):
    table = put_csv(tmp_path / "certain.csv", "unit;x;y", f"a;{cells[0]};0", f"b;{cells[1]};0")
    assert scores_of(table) == dict(zip("ab", map(float, cells), strict=True))


@pytest.mark.parametrize("form", ["csv", "text", "number"])
def test_codes_of_units_keep_their_zeros(folder, tmp_path, form):
    lines = ("code;x;y", "01;1;5", "02;2;6", "10;3;8")
    table = put_csv(tmp_path / "codes.csv", *lines)
    if form != "csv":
        table = put_texts(tmp_path / "codes.xlsx", *lines)
    if form == "number":  # shown with a zero before it
        book = openpyxl.load_workbook(table)
        for row, code in enumerate((1, 2, 10), start=2):
            book.active.cell(row, 1, code).number_format = "00"
        book.save(table)
    units = put_csv(tmp_path / "units.csv", "code,name", "01,Xã A", "02,Xã B", "10,Xã C")
    assert scores_of(table, units=units) == {"01": 6, "02": 8, "10": 11}
    assert scores_of(table, replace=True) == {"01": 6, "02": 8, "10": 11}


def test_a_code_without_the_zeros_of_the_units_is_asked_about_in_the_words_of_the_file(
    folder, tmp_path
):
    table = put_csv(tmp_path / "c.csv", "Mã đơn vị,x,y", "1,1,5", "02,2,6", "11,2,9")
    units = put_csv(tmp_path / "units.csv", "Mã đơn vị,Tên đơn vị", "01,Xã A", "02,Xã B")
    with pytest.raises(errors.InvalidData) as caught:
        new_index("Zeros", table, units=units, year=2025)
    one, eleven = map(str, caught.value.problems)
    assert "c.csv, row 2, column Mã đơn vị: found 1; expected 01, as the units are listed" in one
    assert "c.csv, row 4, column Mã đơn vị: found 11; expected one of the 2 units" in eleven


def test_a_weight_may_be_a_percentage(folder, tmp_path):
    table = put_csv(tmp_path / "weights.csv", "unit,x,y", "a,1,5", "b,2,6", "c,4,7")
    groups = put_csv(tmp_path / "groups.csv", "Mã,Nhóm,Trọng số", "x,,60%", "y,,0.4")
    assert scores_of(table, groups=groups) == pytest.approx({"a": 2.6, "b": 3.6, "c": 5.2})
    groups = put_csv(tmp_path / "groups.csv", "Mã;Nhóm;Trọng số", "x;;60%", "y;;7,5 %")
    scores = scores_of(table, groups=groups, replace=True)
    assert scores == pytest.approx({"a": 0.975, "b": 1.65, "c": 2.925})


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [("10 điểm", "correct it"), ("1,500", "write 1500 or 1.5"), ("most%", "correct it")],
)
def test_a_text_among_the_numbers_of_the_groups_is_refused_with_its_place(
    folder, tmp_path, cell, remedy
):
    table = put_csv(tmp_path / "c.csv", "unit,x,y", "a,1,5", "b,2,6")
    groups = put_csv(tmp_path / "g.csv", "Mã,Nhóm,Trọng số", "x,,1", f'y,,"{cell}"')
    message = f"g.csv, row 3, column Trọng số: found '{cell}'; expected a number; {remedy}"
    with pytest.raises(errors.InvalidData, match=re.escape(message)):
        new_index("Text", table, groups=groups, year=2025)


def test_a_column_that_the_groups_do_not_list_may_hold_thousands(folder, tmp_path):
    table = put_csv(tmp_path / "left.csv", "unit;x;Dân số", "a;1;1.500", "b;2;2.250")
    groups = put_csv(tmp_path / "g.csv", "Mã,Nhóm", "x,")
    assert scores_of(table, groups=groups) == {"a": 1, "b": 2}


def test_a_table_of_groups_or_units_without_a_column_is_named_with_the_headers_it_has(
    folder, tmp_path
):
    table = put_csv(tmp_path / "c.csv", "unit,x,y", "a,1,5", "b,2,6")
    bad = put_csv(tmp_path / "bad.csv", "Mã,Điểm chuẩn", "x,10")
    message = r"bad.csv, row 1: found the columns Mã, Điểm chuẩn; expected a table of groups, with "
    with pytest.raises(errors.InvalidData, match=message + r".*\(in Vietnamese Nhóm\)"):
        new_index("Without", table, groups=bad, year=2025)
    with pytest.raises(errors.InvalidData, match=r"bad.csv, row 1: .*; add a column name"):
        new_index("Without", table, units=bad, year=2025)


def test_hidden_rows_and_columns_that_count_are_named(folder, tmp_path, run):
    path = workbook(tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    book["values"].row_dimensions[3].hidden = True
    book["values"].column_dimensions["D"].hidden = True
    book.save(path)
    status, _, said = run("framework", "new", "Hidden", str(path), "--year", "2025")
    assert status == 0
    assert "book.xlsx, sheet values: counted though hidden: row 3, column D\n" in said


def scores_of(table: Path, **options: object) -> dict[str, float]:
    """Overall scores of the points in a table, by unit."""
    name = table.stem
    new_index(name, table, year=2025, normalise="none", aggregate="sum", **options)
    build()
    scores = ps.load_scores(name, level="index")
    return scores.set_index("province")["score"].to_dict()


def test_signs_that_people_write_are_read(folder, tmp_path):
    lines = ("Tên đơn vị;Tỷ lệ;Điểm", "a;85,5%;\N{MINUS SIGN}3", "b;KĐG;1.25", "c;90 %;2")
    table = put_csv(tmp_path / "signs.csv", *lines)
    with pytest.raises(errors.InvalidData, match="row 3, column Tỷ lệ: found no value for b"):
        scores_of(table)
    table = put_csv(tmp_path / "signs.csv", *(line.replace("1.25", "1") for line in lines))
    assert scores_of(table, missing="leave_out") == pytest.approx({"a": 82.5, "c": 92})


def test_files_of_criteria_and_units_have_vietnamese_headers(folder, tmp_path):
    table = put_csv(tmp_path / "headers.csv", "Mã đơn vị,x,y,Ghi chú", "a,1,2,", "b,2,3,mới")
    groups = put_csv(
        tmp_path / "criteria.csv",
        "Tiêu chí,Lĩnh vực,Điểm chuẩn,Chiều,Tên tiếng Việt",
        "x,X,10,thuận,Đường",
        "y,X,10,nghịch,Trễ hạn",
    )
    units = put_csv(tmp_path / "units.csv", "Mã đơn vị,Tên đơn vị", "a,Xã A", "b,Xã B")
    assert scores_of(table, groups=groups, units=units) == {"a": -1, "b": -1}
    assert frameworks.series_name("headers.y", "vi") == "Trễ hạn"
    assert {row["name_vi"] for row in csv_tables.rows("units") if row["index"] == "headers"} == {
        "Xã A",
        "Xã B",
    }


def test_what_no_figure_came_from_is_said(folder, tmp_path, run):
    book = tmp_path / "book.xlsx"
    values = pd.DataFrame({"Đơn vị": ["a", "b"], "STT": [1, 2], "x": [1, 2], "y": [2, 1]})
    groups = pd.DataFrame({"Mã": ["x"], "Nhóm": [""], "Điểm tối đa": [10]})
    with pd.ExcelWriter(book) as writer:
        values.to_excel(writer, sheet_name="Quý I", index=False)
        values.to_excel(writer, sheet_name="Quý II", index=False)
        groups.to_excel(writer, sheet_name="Tiêu chí", index=False)
    status, _, said = run("framework", "new", "Said", str(book), "--year", "2025-Q1")
    assert status == 0
    assert "columns left out, as the groups do not list them: STT; y\n" in said
    assert "sheets not read: Quý II\n" in said
    assert "the groups state the most points, but units are scored against each other" in said


def test_a_unit_without_a_score_is_listed_with_its_quarter(folder, tmp_path, run):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,,3", "c,2,4")
    options = ("--year", "2025-Q3", "--missing", "leave_out")
    said = run("framework", "new", "Gaps", str(table), *options)[2]
    assert "2025-Q3: no overall score of b\n" in said
    assert "empty, and taken as not assessed: row 3, x; where that is meant, write" in said
    lines = ("unit,x,y,z", "a,1,2,", "b,Không đánh giá,3,", "c,2,4,1")
    table = put_csv(tmp_path / "table.csv", *lines)
    options = ("--normalise", "none", "--aggregate", "sum", "--missing", "leave_out")
    said = run(
        *("framework", "new", "Bonus", str(table), "--year", "2025", "--additions", " z", *options)
    )[2]
    assert "no overall score of b" in said
    assert "empty" not in said


def test_the_drivers_say_which_quarter_they_are_of(officials, run):
    status, out, _ = run("drivers", "--index", "cchc cap so", "--year", "Quý I/2025")
    assert status == 0
    assert out.splitlines()[1].startswith("CCHC cấp sở,2025-Q1,")
    assert set(ps.load_scores("CCHC cấp sở", years="2025-Q1")["year"]) == {8100}


def test_a_raw_file_that_was_written_passes_the_check(officials, run):
    path = officials / "raw" / "cchc-cap-so" / "cchc-cap-so.csv"
    status, _, said = run("check", str(path), "--index", "CCHC cấp sở")
    assert (status, said) == (0, said)


def test_a_further_period_is_added_to_the_table(officials, run):
    status, _, said = run("framework", "add-year", "CCHC cấp sở", "2026")
    assert status == 2
    assert 'run `parstats framework new "CCHC cấp sở" TABLE --replace`' in said


def test_the_names_of_both_sets_are_offered_for_what_they_share(officials, run):
    status, _, said = run("drivers", "--index", "CCHC")
    assert status == 2
    assert "unknown index 'CCHC'" in said
    assert "CCHC cấp sở, CCHC cấp xã" in said


@pytest.mark.parametrize("name", ["Chỉ số / năm 2025", "..//..//x", 'a, "b"; c', "PAPI của xã"])
def test_any_name_with_letters_is_one_of_an_index(folder, tmp_path, name, run):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,2,3", "c,3,1")
    before = {path for path in folder.rglob("*") if path.is_file()}
    assert new_index(name, table, year=2025).index == name
    assert run("drivers", "--index", name)[0] == 0
    assert before < {path for path in folder.rglob("*") if path.is_file()}
    assert set(ps.load_scores(name)["index"]) == {name}


@pytest.mark.parametrize(
    "name",
    ["plans", "CON", "All", "logs", "Conflicts", "PAPI", "par index", "  ", "...", "x" * 300],
)
def test_a_name_that_cannot_be_one_is_refused_before_anything_is_written(
    folder, tmp_path, name, run
):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,2,3")
    before = files_in(folder)
    status, _, said = run("framework", "new", name, str(table), "--year", "2025", "--replace")
    assert status == 2
    assert "name" in said
    assert files_in(folder) == before


def test_a_data_folder_that_is_not_there_or_cannot_be_written_to_is_named(
    folder, tmp_path, monkeypatch, run
):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,2,3")

    def refusing(path: Path, content: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(module.storage, "write_text", refusing)
        status, _, said = run("framework", "new", "Locked", str(table), "--year", "2025")
    assert (status, "locked.csv: Permission denied" in said) == (1, True)
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path / "nowhere"))
    status, _, said = run("framework", "new", "Nowhere", str(table), "--year", "2025")
    assert status == 1
    assert "nowhere, which has no folder raw/" in said
    assert "parstats init" in said


@pytest.mark.parametrize("broken", [1, 3, 4, 5])
def test_all_files_appear_or_none(folder, tmp_path, monkeypatch, broken):
    book = workbook(tmp_path / "book.xlsx")
    new_index("There already", book, year=2025)
    before = files_in(folder)
    write, calls = storage.write_text, []

    def failing(path: Path, content: str) -> None:
        calls.append(path)
        if len(calls) == broken:
            raise OSError(28, "No space left on device", str(path))
        write(path, content)

    monkeypatch.setattr(module.storage, "write_text", failing)
    with pytest.raises(OSError, match="No space"):
        new_index("Half", book, year=2025)
    assert files_in(folder) == before


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--scale", "low,high", "--scale 'low,high': expected LOW,HIGH"),
        ("--grades", "Tốt", "--grades 'Tốt': expected NAME=LEAST"),
        ("--normalise", "best", "unknown normalisation 'best'"),
        ("--aggregate", "sum,sum", "one for each of"),
        ("--year", "soon", "'soon' is no period"),
    ],
)
def test_a_wrong_option_is_refused_by_name(folder, tmp_path, run, option, value, message):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,2,3")
    year = () if option == "--year" else ("--year", "2025")
    status, _, said = run("framework", "new", "Options", str(table), *year, option, value)
    assert status == 2
    assert message in said


GAPS = ("unit,x,y", "a,1,2", "b,,3", "c,2,4")
POINTS_OPTIONS = ("--normalise", "none", "--aggregate", "sum")


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        (GAPS, (), "or pass --missing leave_out, group or index"),
        (("Phường,x,y", "a,1,2", "b,2,3"), (), "pass --unit, perhaps 'Phường'"),
        (GAPS[::3], ("--scale", "1,2", "--normalise", "none"), "but --normalise none leaves the"),
        (GAPS, (*POINTS_OPTIONS, "--missing", "group"), "use --missing index, points over"),
        (GAPS, (*POINTS_OPTIONS, "--missing", "index"), "attainable points in --additions"),
        (GAPS[:2] + GAPS[3:], ("--aggregate", "geometric"), "as --scale 1,100, or aggregate"),
        (GAPS[:2] + GAPS[3:], ("--additions", "x"), "they need --aggregate sum"),
    ],
)
def test_a_message_names_the_option_of_the_command(folder, tmp_path, run, lines, options, message):
    table = put_csv(tmp_path / "table.csv", *lines, "d,1,9")
    status, _, said = run("framework", "new", "Named", str(table), "--year", "2025", *options)
    assert status in (1, 2)
    assert message in said
    assert not re.search(r"\b(missing|aggregate|normalise|scale|additions|unit|year)=", said)


def test_a_missing_year_is_asked_for_by_its_option(folder, tmp_path, run):
    table = put_csv(tmp_path / "table.csv", "unit,x", "a,1", "b,2")
    assert "pass --year, as 2024" in run("framework", "new", "Named", str(table))[2]


def test_grades_that_no_unit_can_reach_are_refused_or_named(folder, tmp_path, run):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,18,9", "b,10,5", "c,2,1")
    groups = put_csv(tmp_path / "groups.csv", "Mã,Nhóm,Điểm tối đa", "x,,20", "y,,10")
    command = ("framework", "new", "Graded", str(table), "--groups", str(groups), "--year", "2025")
    before = files_in(folder)
    status, _, said = run(*command, *POINTS_OPTIONS, "--grades", "Tốt=80,Khá=65")
    assert (status, files_in(folder)) == (2, before)
    assert "--grades are Tốt 80, Khá 65, but no unit can have more than 30" in said
    status, _, said = run(*command, *POINTS_OPTIONS, "--grades", "Tốt=80,Khá=25,Đạt=15")
    assert status == 0
    assert "grades that no unit can reach, as it can have 30 at most: Tốt (80)\n" in said
    assert "without a grade, below the lowest (Đạt, 15): c; for a grade of theirs" in said
    said = run(*command, *POINTS_OPTIONS, "--grades", "Tốt=30,Đạt=0", "--replace")[2]
    assert "grade" not in said


@pytest.mark.parametrize("listed", [True, False])
def test_a_unit_whose_name_no_file_can_have_is_refused(folder, tmp_path, listed):
    long = "Xã " + "rất " * 20 + "dài"
    if listed:
        table = put_csv(tmp_path / "t.csv", "unit,x,y", "1,1,2", "con,2,3", "nul,3,1")
        rows = (f"1,{long}", "con,Con", "nul,Xã Nul")
        units = put_csv(tmp_path / "units.csv", "Mã đơn vị,Tên đơn vị", *rows)
        expected = [f"{units}, row 2, column Tên đơn vị", f"{units}, row 3, column Tên đơn vị"]
    else:
        table = put_csv(tmp_path / "t.csv", "unit,x,y", f"{long},1,2", "con,2,3", "b,3,1")
        units, expected = None, [f"{table}, column code", f"{table}, column name"]
    before = files_in(folder)
    with pytest.raises(errors.InvalidData) as caught:
        new_index("Files", table, units=units, year=2025)
    found = sorted(str(problem).partition(":")[0] for problem in caught.value.problems)
    assert found == expected
    assert files_in(folder) == before


def test_an_index_of_the_same_name_but_for_signs_is_named(folder, tmp_path, run):
    table = put_csv(tmp_path / "table.csv", "unit,x,y", "a,1,2", "b,2,3")
    new_index("Case 1", table, year=2025)
    status, _, said = run("framework", "new", "case-1", str(table), "--year", "2025")
    assert status == 2
    assert "there is an index Case 1 already (the same name but for signs): give yours" in said
