"""Tables of others, in the layouts that offices, newspapers and colleagues use."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from official_files import papi_workbook
from parstats import frameworks
from parstats.errors import ColumnsToMap, InvalidData
from parstats.ingest.recognise import ingest
from parstats.ingest.tables.headers import meaning_of
from parstats.labels import plain
from parstats.provinces import by_code

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


def rows_of(table: pd.DataFrame, *columns: str) -> list[list[object]]:
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
    assert sum("the helper row 999" in row for row in read.left_out) == 6
    assert "2632 dimension scores and totals agree with the sums" in read.report()


def test_both_replaced_columns_of_accountability_are_told_by_header_and_year(scores, tmp_path):
    read = ingest(papi_workbook(tmp_path / "papi.xlsx", scores), "PAPI").table
    held = read[read["series"].str.startswith("papi.accountability.")]
    by_year = held.groupby("year")["series"].unique().map(lambda names: {n[20:] for n in names})
    assert by_year[2015] == {"interactions", "inspection_boards", "investment_boards"}
    assert by_year[2016] == {"interactions", "response_to_citizens", "inspection_boards"}


def test_columns_of_the_workbook_may_stand_in_any_order(scores, published, tmp_path):
    read = ingest(papi_workbook(tmp_path / "papi.xlsx", scores, reverse=True), "PAPI")
    pd.testing.assert_series_equal(as_cells(read.table), published, check_exact=True)


WORDINGS = {
    "numbered": lambda name: f"{name.count('.')}.1. {frameworks.name_of(name, 'en')}",
    "capitals": lambda name: frameworks.name_of(name, "en").upper(),
    "short": lambda name: frameworks.name_of(name, "en", short=True),
    "no diacritics": lambda name: plain(frameworks.name_of(name, "vi")),
    "with points": lambda name: f"{frameworks.name_of(name, 'vi')} (điểm)",
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
        return "Column of a colleague" if other else frameworks.name_of(name, "en")

    path = papi_workbook(
        tmp_path / "papi.xlsx", scores, range(2011, 2012), first=renamed, second=lambda _: ""
    )
    with pytest.raises(ColumnsToMap, match=r"no column for papi\.transparency\.communal_budget"):
        ingest(path, "PAPI")
    told = {"Column of a colleague": "papi.transparency.communal_budget"}
    read = as_cells(ingest(path, "PAPI", maps=told).table)
    pd.testing.assert_series_equal(read, published.loc[2011:2011], check_exact=True)


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
    assert rows_of(read.table, *columns) == [
        [2023, 63, "22", "par", 92.18, 1, 63],
        [2023, 63, "31", "par", 91.87, 2, 63],
    ]
    reasons = [row.split(": ", 1)[1] for row in read.left_out]
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
    assert rows_of(read, "year", "province", "score", "rank") == [
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
    assert rows_of(read, "year", "province", "score") == [
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
    assert rows_of(read, "province", "score") == [["20", 87.07], ["56", 84.4]]


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
    assert rows_of(read, "year", "series", "score") == [
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
    own = read[read["province"] == "49"].set_index("series")
    assert own.loc[fields, "score"].sum() == pytest.approx(80.91)
    assert own.loc["par", "rank"] == 57
    assert own["rank"].notna().sum() == 1


def test_provinces_may_stand_in_columns(tmp_path):
    text = "Năm 2023,Quảng Ninh,Hà Nội\nTham gia,5.1,5.0\nDanh sách hộ nghèo,1.1,1.3\n"
    read = ingest(put(tmp_path, text), "PAPI").table
    assert rows_of(read, "province", "series", "score") == [
        ["01", "papi.participation", 5.0],
        ["01", "papi.transparency.poverty_lists", 1.3],
        ["22", "papi.participation", 5.1],
        ["22", "papi.transparency.poverty_lists", 1.1],
    ]


def test_codes_do_for_names(tmp_path):
    read = ingest(put(tmp_path, "tinhid,sipas\n22,90.61\n1,83.57\n"), "SIPAS", year=2023).table
    assert rows_of(read, "province", "score") == [["01", 83.57], ["22", 90.61]]


def test_a_year_from_2025_on_is_about_the_34_provinces(tmp_path):
    path = put(tmp_path, "Tỉnh,SIPAS\nLào Cai,84.1\nHuế,83.2\nTP.HCM,85\n")
    read = ingest(path, "SIPAS", year=2025).table
    assert rows_of(read, "vintage", "province", "province_name") == [
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
    assert rows_of(read, "province", "score") == [["20", 80.5], ["22", 90.61]]


def test_the_same_table_on_two_sheets_counts_once_and_another_figure_is_refused(tmp_path):
    def book(last: float) -> Path:
        made = Workbook()
        made.remove(made.active)
        for title, figure in (("Bảng 1", 90.61), ("Bảng 2", last)):
            sheet = made.create_sheet(title)
            sheet.append(["Tỉnh", "SIPAS 2023"])
            sheet.append(["Quảng Ninh", figure])
            sheet.append(["Lạng Sơn", 80.5])
        made.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    assert len(ingest(book(90.61), "SIPAS").table) == 2
    with pytest.raises(InvalidData, match="two tables with other figures of Quảng Ninh"):
        ingest(book(90.6), "SIPAS")
    assert ingest(book(90.6), "SIPAS", sheet="Bảng 2").table["score"].tolist() == [80.5, 90.6]


# --- properties -------------------------------------------------------------------------------


QUICK = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, deadline=None, suppress_health_check=QUICK)
@given(
    codes=st.lists(st.sampled_from(sorted(PROVINCES)), min_size=2, max_size=8, unique=True),
    year=st.sampled_from(sorted(CRITERIA)),
    data=st.data(),
)
def test_any_table_of_sub_dimensions_is_read_back_whatever_the_order(codes, year, data, tmp_path):
    series = data.draw(
        st.lists(st.sampled_from(CRITERIA[year]), min_size=1, max_size=6, unique=True)
    )
    lang = data.draw(st.sampled_from(["vi", "en"]))
    comma = data.draw(st.booleans())
    figures = {
        (code, name): round(data.draw(st.floats(0.55, 2.4)), 3) for code in codes for name in series
    }
    separator = ";" if comma else ","

    def cell(text: str) -> str:
        return f'"{text}"'

    header = [cell("Tỉnh"), *(cell(frameworks.name_of(name, lang)) for name in series)]
    lines = [separator.join(header)]
    for code in codes:
        numbers = [f"{figures[code, name]:.3f}" for name in series]
        numbers = [text.replace(".", ",") if comma else text for text in numbers]
        lines.append(separator.join([cell(PROVINCES[code].names[lang]), *numbers]))
    read = ingest(put(tmp_path, "\n".join(lines) + "\n"), "PAPI", year=year).table
    found = read.set_index(["province", "series"])["score"].to_dict()
    assert found == pytest.approx(figures)


@given(
    year=st.sampled_from(sorted(CRITERIA)),
    data=st.data(),
    lang=st.sampled_from(["vi", "en"]),
    change=st.sampled_from(["none", "capitals", "plain", "numbered", "brackets", "spaces"]),
)
def test_every_name_of_a_series_is_recognised_in_its_year(year, data, lang, change):
    name = data.draw(st.sampled_from(CRITERIA[year]))
    text = frameworks.name_of(name, lang)
    text = {
        "none": text,
        "capitals": text.upper(),
        "plain": plain(text),
        "numbered": f"3.2. {text}",
        "brackets": f"{text} (0,25-2,5 điểm)",
        "spaces": text.replace(" ", "  "),
    }[change]
    assert meaning_of([text], "PAPI", year).series == name


@given(text=st.text(max_size=40), year=st.sampled_from([None, 2011, 2020]))
def test_no_header_whatsoever_raises_and_none_is_both_sure_and_open(text, year):
    found = meaning_of([text], "PAPI", year)
    assert not (found.series and found.candidates)


@settings(max_examples=150, deadline=None, suppress_health_check=QUICK)
@given(content=st.binary(max_size=300), ending=st.sampled_from([".csv", ".xlsx", ".pdf"]))
def test_no_file_whatsoever_ends_in_a_traceback(content, ending, tmp_path):
    path = tmp_path / f"any{ending}"
    path.write_bytes(content)
    with pytest.raises(InvalidData):
        ingest(path, "SIPAS", year=2023)
