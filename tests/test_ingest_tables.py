"""Tables of others, in the layouts that offices, newspapers and colleagues use."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from official_files import papi_workbook
from parstats.documents import number_formats
from parstats.errors import ColumnsToMap, InvalidData
from parstats.ingest.recognise import ingest
from parstats.ingest.score_tables.header_meaning import _line_meaning, header_meaning
from parstats.reference import frameworks
from parstats.reference.labels import plain
from parstats.reference.provinces import by_code
from pdf_files import PdfFile

KEY = ["year", "province", "series"]
PROVINCES = by_code(63)
CRITERIA = {
    year: frameworks.in_year("PAPI", year, "criterion")["series"].tolist()
    for year in range(2011, 2025)
}


def put(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def table_rows(table: pd.DataFrame, *columns: str) -> list[list[object]]:
    return [[None if pd.isna(cell) else cell for cell in row] for row in table[[*columns]].values]


def as_cells(table: pd.DataFrame) -> pd.Series:
    return table.set_index(KEY)["score"].sort_index()


# --- the official PAPI workbook ---------------------------------------------------------------


@pytest.fixture(scope="module")
def published(scores: pd.DataFrame) -> pd.Series:
    rows = scores[(scores["level"] == "criterion") & scores["year"].between(2011, 2016)]
    return as_cells(rows)


def test_the_official_workbook_gives_the_bundled_series(scores, published, tmp_path):
    read = ingest(papi_workbook(tmp_path / "papi.xlsx", scores), "PAPI")
    pd.testing.assert_series_equal(as_cells(read.table), published, check_exact=True)
    assert read.form == "official PAPI workbook"
    assert sum("the helper row 999" in row for row in read.skipped_rows) == 6
    assert "2632 dimension scores and totals agree with the sums" in read.report()


@pytest.mark.slow
def test_both_replaced_columns_of_accountability_are_told_by_header_and_year(scores, tmp_path):
    read = ingest(papi_workbook(tmp_path / "papi.xlsx", scores), "PAPI").table
    rows = read[read["series"].str.startswith("papi.accountability.")]
    by_year = rows.groupby("year")["series"].unique().map(lambda names: {n[20:] for n in names})
    assert by_year[2015] == {"interactions", "inspection_boards", "investment_boards"}
    assert by_year[2016] == {"interactions", "response_to_citizens", "inspection_boards"}


@pytest.mark.slow
def test_columns_of_the_workbook_may_stand_in_any_order(scores, published, tmp_path):
    read = ingest(papi_workbook(tmp_path / "papi.xlsx", scores, reverse=True), "PAPI")
    pd.testing.assert_series_equal(as_cells(read.table), published, check_exact=True)


WORDINGS = {
    "numbered": lambda name: f"{name.count('.')}.1. {frameworks.series_name(name, 'en')}",
    "capitals": lambda name: frameworks.series_name(name, "en").upper(),
    "short": lambda name: frameworks.series_name(name, "en", short=True),
    "no diacritics": lambda name: plain(frameworks.series_name(name, "vi")),
    "with points": lambda name: f"{frameworks.series_name(name, 'vi')} (điểm)",
}


@pytest.mark.parametrize("wording", WORDINGS)
def test_the_wording_of_headers_may_vary(wording, scores, published, tmp_path):
    path = papi_workbook(
        tmp_path / "papi.xlsx",
        scores,
        range(2015, 2017),
        first=WORDINGS[wording],
        second=lambda _: "",
    )
    read = as_cells(ingest(path, "PAPI").table)
    pd.testing.assert_series_equal(read, published.loc[2015:2016], check_exact=True)


def test_a_header_that_cannot_be_told_is_asked_for_and_then_mapped(scores, published, tmp_path):
    def renamed(name: str) -> str:
        other = name.endswith("communal_budget")
        return "Column of a colleague" if other else frameworks.series_name(name, "en")

    path = papi_workbook(
        tmp_path / "papi.xlsx", scores, range(2011, 2012), first=renamed, second=lambda _: ""
    )
    with pytest.raises(ColumnsToMap, match=r"no column for papi\.transparency\.communal_budget"):
        ingest(path, "PAPI")
    mapping = {"Column of a colleague": "papi.transparency.communal_budget"}
    read = as_cells(ingest(path, "PAPI", maps=mapping).table)
    pd.testing.assert_series_equal(read, published.loc[2011:2011], check_exact=True)


@pytest.mark.slow
def test_one_year_of_the_workbook_can_be_kept(scores, tmp_path):
    path = papi_workbook(tmp_path / "papi.xlsx", scores, range(2014, 2017))
    assert ingest(path, "PAPI", year=2015).table["year"].unique().tolist() == [2015]
    assert ingest(path, "PAPI", sheet="2016_PAPI").table["year"].unique().tolist() == [2016]


# --- wide and long tables ---------------------------------------------------------------------


def test_a_ranking_with_title_footnotes_and_totals(tmp_path):
    text = (
        "BẢNG XẾP HẠNG CHỈ SỐ CẢI CÁCH HÀNH CHÍNH NĂM 2023;;;\n"
        "TT;Tỉnh, thành phố;Chỉ số (%);Xếp hạng\n"
        "(1);(2);(3);(4)\n"
        "1;Quảng Ninh;92,18*;1/63\n"
        "2;TP. Hải Phòng;91,87%;2/63\n"
        ";Đồng bằng sông Hồng;88,33;\n"
        ";Trung bình cả nước;86,98;\n"
        "Ghi chú: * cao nhất;;;\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX")
    columns = ["year", "vintage", "province", "series", "score", "rank", "n_ranked"]
    assert table_rows(read.table, *columns) == [
        [2023, 63, "22", "par", 92.18, 1, 63],
        [2023, 63, "31", "par", 91.87, 2, 63],
    ]
    reasons = [row.split(": ", 1)[1] for row in read.skipped_rows]
    assert [reason.split(" (")[0] for reason in reasons] == [
        "a total, a mean or a region",
        "a total, a mean or a region",
        "a text without figures",
    ]


def test_years_over_scores_and_ranks_as_a_csv_keeps_merged_cells(tmp_path):
    text = (
        "STT,Địa phương,Năm 2022,,Năm 2023,\n,,Điểm,Hạng,Điểm,Hạng\n"
        '1,Quảng Ninh,"90,10",1,"92,18",1\n2,Hải Phòng,"90,09",2,"91,87",2\n'
    )
    read = ingest(put(tmp_path, text), "PAR INDEX").table
    assert table_rows(read, "year", "province", "score", "rank") == [
        [2022, "22", 90.10, 1],
        [2022, "31", 90.09, 2],
        [2023, "22", 92.18, 1],
        [2023, "31", 91.87, 2],
    ]


def test_merged_header_cells_of_a_workbook(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (
        ["Kết quả SIPAS các năm", None, None, None],
        ["Tỉnh", "SIPAS", None, "Ghi chú"],
        [None, 2021, 2022, None],
        ["Lạng Sơn", 87.07, 72.54, "x"],
        ["Khánh Hòa", 84.4, None, None],
    ):
        sheet.append(row)
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(area)
    book.save(tmp_path / "sipas.xlsx")
    read = ingest(tmp_path / "sipas.xlsx", "SIPAS").table
    assert table_rows(read, "year", "province", "score") == [
        [2021, "20", 87.07],
        [2021, "56", 84.4],
        [2022, "20", 72.54],
    ]


def test_percentages_that_a_workbook_stores_as_shares(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Tỉnh", "SIPAS 2021"])
    for name, share in (("Lạng Sơn", 0.8707), ("Khánh Hòa", 0.844)):
        sheet.append([name, share])
        sheet.cell(sheet.max_row, 2).number_format = "0.00%"
    book.save(tmp_path / "sipas.xlsx")
    read = ingest(tmp_path / "sipas.xlsx", "SIPAS").table
    assert table_rows(read, "province", "score") == [["20", 87.07], ["56", 84.4]]


def test_a_formula_that_was_never_computed_is_refused(tmp_path):
    book = Workbook()
    book.active.append(["Tỉnh", "SIPAS 2021"])
    book.active.append(["Lạng Sơn", "=80+7"])
    book.save(tmp_path / "sipas.xlsx")
    with pytest.raises(InvalidData, match="cell B2: found a formula without a saved value"):
        ingest(tmp_path / "sipas.xlsx", "SIPAS")


def test_a_long_table_in_vietnamese(tmp_path):
    text = (
        "Năm;Tỉnh;Lĩnh vực;Điểm\n"
        "2023;Quảng Nam;Cải cách thể chế;9,38\n"
        "2023;Quảng Nam;Cải cách TTHC;10,68\n"
        "2023;Quảng Nam;Chỉ đạo, điều hành CCHC;9,44\n"
        "2022;Quảng Nam;Cải cách TTHC;9,66\n"
    )
    read = ingest(put(tmp_path, text), "PAR").table
    assert table_rows(read, "year", "series", "score") == [
        [2022, "par.procedures", 9.66],
        [2023, "par.institutions", 9.38],
        [2023, "par.procedures", 10.68],
        [2023, "par.steering", 9.44],
    ]


def test_the_eight_fields_with_total_and_rank(tmp_path):
    text = (
        "TT,Đơn vị,Chỉ đạo điều hành CCHC,Cải cách thể chế,Cải cách TTHC,Cải cách tổ chức bộ máy,"
        'Cải cách chế độ công vụ,Cải cách tài chính công,"Xây dựng và phát triển CQĐT, CQS",'
        "Tác động của CCHC,Tổng điểm,Xếp hạng\n"
        "1,Quảng Nam,8.46,8.82,9.66,9.4,10.92,9.29,11.08,13.28,80.91,57/63\n"
        "2,Thanh Hóa,7.82,8.93,12.7,9.23,11.49,9.88,14.18,13.61,87.83,14/63\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX", year=2022).table
    fields = frameworks.in_year("PAR INDEX", 2022, "dimension")["series"]
    assert set(read["series"]) == {"par", *fields}
    table = read[read["province"] == "49"].set_index("series")
    assert table.loc[fields, "score"].sum() == pytest.approx(80.91)
    assert table.loc["par", "rank"] == 57
    assert table["rank"].notna().sum() == 1


def test_provinces_may_stand_in_columns(tmp_path):
    text = "Năm 2023,Quảng Ninh,Hà Nội\nTham gia,5.1,5.0\nDanh sách hộ nghèo,1.1,1.3\n"
    read = ingest(put(tmp_path, text), "PAPI").table
    assert table_rows(read, "province", "series", "score") == [
        ["01", "papi.participation", 5.0],
        ["01", "papi.transparency.poverty_lists", 1.3],
        ["22", "papi.participation", 5.1],
        ["22", "papi.transparency.poverty_lists", 1.1],
    ]


def test_codes_do_for_names(tmp_path):
    read = ingest(put(tmp_path, "tinhid,sipas\n22,90.61\n1,83.57\n"), "SIPAS", year=2023).table
    assert table_rows(read, "province", "score") == [["01", 83.57], ["22", 90.61]]


@pytest.mark.usefixtures("merged_in_2025")
def test_a_year_from_2025_on_is_about_the_34_provinces(tmp_path):
    path = put(tmp_path, "Tỉnh,SIPAS\nLào Cai,84.1\nHuế,83.2\nTP.HCM,85\n")
    read = ingest(path, "SIPAS", year=2025).table
    assert table_rows(read, "vintage", "province", "province_name") == [
        [34, "15", "Lào Cai"],
        [34, "46", "Huế"],
        [34, "79", "Hồ Chí Minh"],
    ]
    before = ingest(path, "SIPAS", year=2024).table
    assert before["province"].tolist() == ["10", "46", "79"]


def test_percentages_of_a_known_maximum_become_points(tmp_path):
    path = put(tmp_path, "Tỉnh;Cải cách TTHC (%)\nKhánh Hòa;98,85%\nHà Nội;90%\n")
    read = ingest(path, "PAR INDEX", year=2024)
    assert read.table["score"].tolist() == pytest.approx([11.7, 12.8505])
    assert any("turned into points" in remark for remark in read.remarks)


def test_a_name_read_by_likeness_is_reported(tmp_path):
    read = ingest(put(tmp_path, "Tỉnh;SIPAS 2023\nQuảng Ninh;90,61\nLạng Sơnn;80\n"), "SIPAS")
    assert "'Lạng Sơnn' read as Lạng Sơn" in read.remarks
    assert read.table["province"].tolist() == ["20", "22"]


def test_what_is_not_recognised_is_listed_and_left_out(tmp_path):
    path = put(tmp_path, "Tỉnh;Dân số;SIPAS 2023\nQuảng Ninh;1350;90,61\nHà Nội;8330;83,57\n")
    read = ingest(path, "SIPAS")
    unknown = [column.header for column in read.columns if not column.meaning]
    assert unknown == ["Dân số"]
    assert read.table["series"].unique().tolist() == ["sipas"]
    assert f"{path}, column B: 'Dân số'" in read.report()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_of_other_programs(encoding, separator, tmp_path):
    import unicodedata

    lines = [["Tỉnh", "SIPAS 2023"], ["Quảng Ninh", "90.61"], ["Lạng Sơn", "80.5"]]
    text = "\n".join(separator.join(cells) for cells in lines)
    form = "NFD" if encoding == "cp1258" else "NFC"
    written = unicodedata.normalize(form, text)
    if encoding == "cp1258":  # it has the letters ă â ê ô ơ ư đ whole, and tones as signs
        for letter in "ăâêôơưĂÂÊÔƠƯ":
            written = written.replace(unicodedata.normalize("NFD", letter), letter)
    path = tmp_path / "table.csv"
    path.write_bytes(written.encode(encoding))
    read = ingest(path, "SIPAS").table
    assert table_rows(read, "province", "score") == [["20", 80.5], ["22", 90.61]]


def test_the_same_table_on_two_sheets_counts_once_and_another_figure_is_refused(tmp_path):
    def book(last: float) -> Path:
        workbook = Workbook()
        workbook.remove(workbook.active)
        for title, figure in (("Bảng 1", 90.61), ("Bảng 2", last)):
            sheet = workbook.create_sheet(title)
            sheet.append(["Tỉnh", "SIPAS 2023"])
            sheet.append(["Quảng Ninh", figure])
            sheet.append(["Lạng Sơn", 80.5])
        workbook.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    assert len(ingest(book(90.61), "SIPAS").table) == 2
    with pytest.raises(InvalidData, match="two tables with other figures of Quảng Ninh"):
        ingest(book(90.6), "SIPAS")
    assert ingest(book(90.6), "SIPAS", sheet="Bảng 2").table["score"].tolist() == [80.5, 90.6]


# --- what real tables do ------------------------------------------------------------------------


ATTESTED = {
    "papi.participation.village_elections": "1.3 Quality of\nElections ",
    "papi.participation.voluntary_contributions": "1.4 Contributions",
    "papi.transparency.communal_budget": "2.2 Communal Budgets",
    "papi.transparency.land_plans": "2.3 Land-Use Plan/Pricing",
    "papi.accountability": "Dimension 3: Vertical Accountability",
    "papi.accountability.investment_boards": "Community Investment Boards (CIB)",
    "papi.accountability.response_to_citizens": "3.2. Giải quyết khiếu nại, tố giác",
    "papi.corruption_control": "D4",
    "papi.corruption_control.limits_in_government": "4.1 Limits on Public Sector Corruption",
    "papi.corruption_control.limits_in_services": "4.2. Trong cung ứng dịch vụ công",
    "papi.procedures.certification": "Certificaton procedures",
    "papi.procedures.land_titles": "5.3. Giấy CNQSD đất",
    "papi.procedures.personal_procedures": "papi_procedures_personal",
}


def test_headers_of_the_workbook_as_reports_and_colleagues_write_them(scores, published, tmp_path):
    path = papi_workbook(
        tmp_path / "papi.xlsx",
        scores,
        range(2014, 2017),
        first=lambda name: ATTESTED.get(name, frameworks.series_name(name, "en")),
        second=lambda _: "",
    )
    read = as_cells(ingest(path, "PAPI").table)
    pd.testing.assert_series_equal(read, published.loc[2014:2016], check_exact=True)


def test_a_sheet_of_the_workbook_as_csv_is_not_of_the_year_in_the_header_of_its_total(
    scores, published, tmp_path
):
    book = load_workbook(papi_workbook(tmp_path / "papi.xlsx", scores, range(2011, 2012)))
    lines = [
        ";".join("" if cell is None else str(cell) for cell in row)
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    path = put(tmp_path, "\n".join(lines))
    with pytest.raises(InvalidData, match="no year"):
        ingest(path, "PAPI")
    read = as_cells(ingest(path, "PAPI", year=2011).table)
    pd.testing.assert_series_equal(read, published.loc[2011:2011], check_exact=True)


def test_a_weighted_total_and_bounds_of_confidence_are_no_scores(tmp_path):
    text = (
        "Tỉnh;Unweighted PAPI;Weighted PAPI;PAPI (95% CI low);Sai số chuẩn;Mục tiêu PAPI 2023\n"
        "Hà Nội;43,96;44,1;42,9;0,4;46\nCà Mau;41,5;41,6;40,9;0,3;45\n"
    )
    read = ingest(put(tmp_path, text), "PAPI", year=2023)
    assert table_rows(read.table, "province", "score") == [["01", 43.96], ["96", 41.5]]
    aside = [column.header for column in read.columns if column.meaning == "statistic"]
    assert aside == ["Weighted PAPI", "PAPI (95% CI low)", "Sai số chuẩn", "Mục tiêu PAPI 2023"]


def test_provinces_in_columns_and_questions_between_the_parts(tmp_path):
    text = (
        "Chỉ tiêu;Thang điểm;Hà Nội;Cà Mau\n"
        "PAPI tổng hợp không có trọng số;8-80;43,96;41,5\n"
        "PAPI tổng hợp không có trọng số (điểm thấp, KTC 95%);8-80;42,9;40,9\n"
        "Chỉ số nội dung 2: Công khai, minh bạch;1-10;5,6;5,1\n"
        "2.2 Công khai danh sách hộ nghèo;0,25-2,5;1,5;1,4\n"
        "d202a. Tỷ lệ biết danh sách hộ nghèo được công khai (%);0-100%;55;44\n"
    )
    read = ingest(put(tmp_path, text), "PAPI", year=2023).table
    assert table_rows(read[read["province"] == "01"], "series", "score") == [
        ["papi", 43.96],
        ["papi.transparency", 5.6],
        ["papi.transparency.poverty_lists", 1.5],
    ]


def test_columns_of_other_indices_are_left_out(tmp_path):
    path = put(
        tmp_path,
        "Tỉnh;PAR INDEX;SIPAS;PAPI;Xếp hạng PCI\nQuảng Ninh;92,18;90,61;46,04;1\n"
        "Hà Nội;91,43;83,57;43,96;28\n",
    )
    for index, score in (("PAR INDEX", 91.43), ("SIPAS", 83.57), ("PAPI", 43.96)):
        read = ingest(path, index, year=2023).table
        assert table_rows(read, "province", "score", "rank")[0] == ["01", score, None]
        assert read["series"].nunique() == 1


def test_a_rank_that_may_be_that_of_another_index_is_asked_for_by_its_column(tmp_path):
    path = put(
        tmp_path,
        "Tỉnh;PAR INDEX 2023;SIPAS 2023;Hạng;Hạng\nQuảng Ninh;92,18;90,61;1;2\n"
        "Hà Nội;91,43;83,57;3;30\n",
    )
    with pytest.raises(ColumnsToMap, match=r'--map "#D=rank:par"'):
        ingest(path, "PAR INDEX")
    mapping = {"#D": "rank:par", "#E": "ignore"}
    assert ingest(path, "PAR INDEX", maps=mapping).table["rank"].tolist() == [3, 1]


def test_a_rank_beside_each_score_is_the_rank_by_it(tmp_path):
    path = put(
        tmp_path,
        "Tỉnh;PAR INDEX 2023;Hạng;SIPAS 2023;Hạng\nQuảng Ninh;92,18;1;90,61;2\n"
        "Hà Nội;91,43;3;83,57;30\n",
    )
    assert ingest(path, "PAR INDEX").table["rank"].tolist() == [3, 1]
    assert ingest(path, "SIPAS").table["rank"].tolist() == [30, 2]


def test_a_column_below_the_head_of_a_group_is_not_the_group(tmp_path):
    text = (
        "Tỉnh;Cải cách TTHC;;Tổ chức bộ máy;\n;Hồ sơ;Trễ hạn;Điểm;Hạng\n"
        "Hà Nội;11;2;9;1\nHải Phòng;12;1;8;2\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX", year=2024).table
    assert table_rows(read, "province", "series", "score", "rank") == [
        ["01", "par.apparatus", 9.0, 1],
        ["31", "par.apparatus", 8.0, 2],
    ]


def test_headers_in_two_languages_that_contradict_each_other_are_asked_for(tmp_path):
    text = (
        "Tỉnh;Poverty Lists;Communal Budgets\n;Thu, chi ngân sách;Danh sách hộ nghèo\n"
        "Hà Nội;1,5;1,6\nHà Giang;1,4;1,3\n"
    )
    with pytest.raises(ColumnsToMap, match="several things"):
        ingest(put(tmp_path, text), "PAPI", year=2015)


def test_points_beside_percentages_of_the_maximum(tmp_path):
    text = (
        "Tỉnh;Cải cách TTHC;;;Cải cách thể chế;;\n;Điểm;Tỷ lệ (%);Hạng;Điểm;Tỷ lệ (%);Hạng\n"
        "Hà Nội;11,7;90;2;9;94,7;1\nHải Phòng;12,35;95;1;8,5;89,5;2\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX", year=2024).table
    assert table_rows(read[read["province"] == "01"], "series", "score", "rank") == [
        ["par.institutions", 9.0, 1],
        ["par.procedures", 11.7, 2],
    ]


def test_a_header_of_percent_is_believed_only_where_the_figures_bear_it_out(tmp_path):
    path = put(tmp_path, "Tỉnh;Cải cách TTHC (%)\nHà Nội;90\nHải Phòng;95\n")
    read = ingest(path, "PAR INDEX", year=2024).table
    assert read["score"].tolist() == pytest.approx([11.7, 12.35])
    path = put(tmp_path, "Tỉnh;Cải cách TTHC (tỷ trọng 13%)\nHà Nội;9\nHải Phòng;12\n")
    assert ingest(path, "PAR INDEX", year=2024).table["score"].tolist() == [9, 12]


def test_halves_of_a_ranking_side_by_side(tmp_path):
    text = (
        "Chỉ số CCHC năm 2023\nTT;Tỉnh;Chỉ số;Hạng;;TT;Tỉnh;Chỉ số;Hạng\n"
        "1;Quảng Ninh;92,18;1;;3;Hà Nội;91,43;3\n2;Hải Phòng;91,87;2;;;;;\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX")
    assert table_rows(read.table, "year", "province", "score", "rank") == [
        [2023, "01", 91.43, 3],
        [2023, "22", 92.18, 1],
        [2023, "31", 91.87, 2],
    ]
    assert "column H: 'Chỉ số' -> score par 2023" in read.report()


def test_tables_one_below_the_other_have_their_own_year_and_series(tmp_path):
    head = "TT;Tỉnh;Điểm;Hạng\n"
    text = (
        f"Bảng 1. Chỉ số CCHC năm 2022\n{head}1;Quảng Ninh;90,1;1\n2;Hà Nội;89,58;3\n"
        f"Bảng 2. Chỉ số CCHC năm 2023\n{head}1;Hải Phòng;91,87;2\n2;Hà Nội;91,43;3\n"
        "Bảng 3. Chỉ số thành phần Cải cách TTHC năm 2024\n"
        f"{head}1;Cà Mau;11;1\n2;Hà Nội;9;2\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX").table
    assert table_rows(read, "year", "province", "series", "score", "rank") == [
        [2022, "01", "par", 89.58, 3],
        [2022, "22", "par", 90.1, 1],
        [2023, "01", "par", 91.43, 3],
        [2023, "31", "par", 91.87, 2],
        [2024, "01", "par.procedures", 9.0, 2],
        [2024, "96", "par.procedures", 11.0, 1],
    ]


def test_a_second_table_of_another_index_is_left_out(tmp_path):
    text = (
        "Tỉnh;Chỉ số;Hạng\nQuảng Ninh;92,18;1\nHải Phòng;91,87;2\n"
        "Tỉnh;SIPAS;Hạng\nHà Nội;83,57;1\nCà Mau;82;2\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX", year=2023).table
    assert read["province"].tolist() == ["22", "31"]


def test_of_sheets_by_year_only_the_one_that_is_asked_for_is_read(tmp_path):
    book = Workbook()
    book.remove(book.active)
    for year, rows in {
        2022: [("Hà Nội", 89.58), ("Bắc Kạn", 80)],
        2023: [("Hà Nội", 91.43)],
    }.items():
        sheet = book.create_sheet(str(year))
        for row in (("Tỉnh", "Chỉ số"), *rows):
            sheet.append(row)
    book.save(tmp_path / "par.xlsx")
    read = ingest(tmp_path / "par.xlsx", "PAR INDEX", year=2023).table
    assert table_rows(read, "year", "province", "score") == [[2023, "01", 91.43]]


def test_rows_of_regions_maxima_and_the_country_may_stand_on_top(tmp_path):
    text = (
        "TT;Tỉnh;Cải cách TTHC;Tổng điểm\n;Điểm tối đa;13;100\n;TB cả nước;11,2;88,37\n"
        "I;MIỀN NÚI PHÍA BẮC;11;87\n1;1. Hà Giang (*);11;85%(*)\nII;ĐBSCL;11;86\n2;Cà Mau;12;82%\n"
    )
    read = ingest(put(tmp_path, text), "PAR INDEX", year=2024)
    assert table_rows(read.table, "province", "series", "score") == [
        ["02", "par", 85.0],
        ["02", "par.procedures", 11.0],
        ["96", "par", 82.0],
        ["96", "par.procedures", 12.0],
    ]
    assert len(read.skipped_rows) == 4


def test_another_thing_with_a_year_and_a_year_the_series_was_not_held_are_no_obstacle(tmp_path):
    text = "Năm;Tỉnh;Dân số 2023;D1;D7\n2023;Hà Nội;8.500.000;5,1;3,2\n2017;Cà Mau;1.200.000;5,2;\n"
    read = ingest(put(tmp_path, text), "PAPI").table
    assert table_rows(read, "year", "province", "series", "score") == [
        [2017, "96", "papi.participation", 5.2],
        [2023, "01", "papi.environment", 3.2],
        [2023, "01", "papi.participation", 5.1],
    ]


def test_a_criterion_of_a_long_table_that_is_like_a_name_is_asked_about(tmp_path):
    text = (
        "Tỉnh;Năm;Tiêu chí;Giá trị\nHà Nội;2023;Danh sách hộ nghèo ở xã;1,5\n"
        "Hà Nam;2023;Danh sách hộ nghèo;1,6\n"
    )
    path = put(tmp_path, text)
    with pytest.raises(InvalidData, match=r"row 2, .* expected papi.transparency.poverty_lists"):
        ingest(path, "PAPI")
    maps = {"Danh sách hộ nghèo ở xã": "papi.transparency.poverty_lists"}
    assert ingest(path, "PAPI", maps=maps).table["score"].tolist() == [1.5, 1.6]


def test_pages_of_a_pdf_with_a_caption_each_are_tables_of_their_own(tmp_path):
    pdf = PdfFile()
    head = ["TT", "Tỉnh, thành phố", "Chỉ số (%)", "Xếp hạng"]
    pdf.paragraph("Bảng 1. Chỉ số CCHC năm 2022")
    pdf.ruled([head, ["1", "Quảng Ninh", "90,10", "1/63"]], [40, 200, 90, 80])
    pdf.page().paragraph("Bảng 2. Chỉ số CCHC năm 2023")
    pdf.ruled([head, ["3", "Hà Nội", "91,43", "3/63"]], [40, 200, 90, 80])
    pdf.document.output(str(tmp_path / "par.pdf"))
    read = ingest(tmp_path / "par.pdf", "PAR INDEX").table
    assert table_rows(read, "year", "province", "score", "rank") == [
        [2022, "22", 90.1, 1],
        [2023, "01", 91.43, 3],
    ]


# --- properties -------------------------------------------------------------------------------


QUICK = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, deadline=None, suppress_health_check=QUICK)
@given(
    codes=st.lists(st.sampled_from(sorted(PROVINCES)), min_size=2, max_size=8, unique=True),
    year=st.sampled_from(sorted(CRITERIA)),
    data=st.data(),
)
@pytest.mark.slow
def test_any_table_of_sub_dimensions_is_read_back_whatever_the_order(codes, year, data, tmp_path):
    series = data.draw(
        st.lists(st.sampled_from(CRITERIA[year]), min_size=1, max_size=6, unique=True)
    )
    lang = data.draw(st.sampled_from(["vi", "en"]))
    comma = data.draw(st.booleans())
    figures = {
        (code, name): round(data.draw(st.floats(0.55, 2.4)), 3) for code in codes for name in series
    }
    # Two provinces with the same figures throughout are refused.
    assume(len({tuple(figures[code, name] for name in series) for code in codes}) == len(codes))
    separator = ";" if comma else ","

    def cell(text: str) -> str:
        return f'"{text}"'

    header = [cell("Tỉnh"), *(cell(frameworks.series_name(name, lang)) for name in series)]
    lines = [separator.join(header)]
    for code in codes:
        numbers = [f"{figures[code, name]:.3f}" for name in series]
        numbers = [text.replace(".", ",") if comma else text for text in numbers]
        lines.append(separator.join([cell(PROVINCES[code].names[lang]), *numbers]))
    read = ingest(put(tmp_path, "\n".join(lines) + "\n"), "PAPI", year=year).table
    actual = read.set_index(["province", "series"])["score"].to_dict()
    assert actual == pytest.approx(figures)


@given(
    year=st.sampled_from(sorted(CRITERIA)),
    data=st.data(),
    lang=st.sampled_from(["vi", "en"]),
    change=st.sampled_from(["none", "capitals", "plain", "numbered", "brackets", "spaces"]),
)
def test_every_name_of_a_series_is_recognised_in_its_year(year, data, lang, change):
    name = data.draw(st.sampled_from(CRITERIA[year]))
    text = frameworks.series_name(name, lang)
    text = {
        "none": text,
        "capitals": text.upper(),
        "plain": plain(text),
        "numbered": f"3.2. {text}",
        "brackets": f"{text} (0,25-2,5 điểm)",
        "spaces": text.replace(" ", "  "),
    }[change]
    assert header_meaning([text], "PAPI", year).series == name


@given(text=st.text(max_size=40), year=st.sampled_from([None, 2011, 2020]))
def test_no_header_whatsoever_raises_and_none_is_both_sure_and_open(text, year):
    meaning = header_meaning([text], "PAPI", year)
    assert not (meaning.series and meaning.candidates)


@settings(max_examples=150, deadline=None, suppress_health_check=QUICK)
@given(content=st.binary(max_size=300), ending=st.sampled_from([".csv", ".xlsx", ".pdf"]))
def test_no_file_whatsoever_ends_in_a_traceback(content, ending, tmp_path):
    path = tmp_path / f"any{ending}"
    path.write_bytes(content)
    with pytest.raises(InvalidData):
        ingest(path, "SIPAS", year=2023)


# --- very wide tables ---------------------------------------------------------------------------


def wide(folder: Path, n_columns: int) -> Path:
    """The same series over and over, with figures that differ from column to column."""
    rows = [["TT", "Tỉnh", *["Chỉ số SIPAS"] * n_columns]]
    for number, name in enumerate(("Hà Nội", "Hà Giang", "Cao Bằng"), 1):
        rows.append([str(number), name, *(f"{50 + at % 40}.{number}" for at in range(n_columns))])
    return put(folder, "\n".join(map(";".join, rows)))


def test_the_work_grows_with_the_columns_and_not_with_their_square(tmp_path, monkeypatch):
    read, counts = number_formats.read_numbers, []
    monkeypatch.setattr(
        number_formats,
        "read_numbers",
        lambda *cells, **how: counts.append(1) or read(*cells, **how),
    )
    numbers = []
    for n_columns in (50, 200):
        counts.clear()
        with pytest.raises(ColumnsToMap) as asked:
            ingest(wide(tmp_path, n_columns), "SIPAS", year=2023)
        assert len(asked.value.problems) == n_columns - 1
        numbers.append(len(counts))
    assert numbers[1] < 5 * numbers[0]


def test_headers_of_the_widest_sheet_are_read_once():
    """Excel has 16,384 columns; a line and the whole header of each are looked at."""
    assert _line_meaning.cache_info().maxsize > 2 * 16_384
