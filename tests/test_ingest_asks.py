"""What is unsure in a file is asked or refused with its place; what is right is read."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from parstats.errors import ColumnsToMap, InvalidData, InvalidRequest, UnknownChoice
from parstats.ingest.recognise import Ingested, ingest
from parstats.reference import frameworks, provinces

DATA = Path(__file__).parent / "data" / "ingest"
NAMES = [province.names["vi"] for province in provinces.by_code(63).values()]


def put(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def figures(read: Ingested) -> list[list[object]]:
    return read.table[["year", "province", "series", "score"]].values.tolist()


def problems(path: Path, index: str, **options: object) -> list[str]:
    with pytest.raises(InvalidData) as caught:
        ingest(path, index, **options)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


# Shape.


def test_decimal_commas_without_quotes_are_refused_with_row_and_cause() -> None:
    (line,) = problems(DATA / "ragged_decimal_commas.csv", "PAR INDEX")
    assert "row 2: found 4 cells under 3 headers (so in rows 2, 3, 4, 5, 6, 7)" in line
    assert "decimal commas without quotes part a figure into two cells" in line


def test_a_row_with_too_few_cells_is_refused(tmp_path: Path) -> None:
    text = "TT;Tỉnh;SIPAS 2023;Hạng\n1;Hà Nội;84,5;20\n2;82,5;30\n3;Hà Giang;80,1\n"
    (line,) = problems(put(tmp_path, text), "SIPAS")
    assert "row 4: found 3 cells under 4 headers; expected 4 cells" in line


def test_notes_below_and_empty_cells_at_the_end_are_no_uneven_rows(tmp_path: Path) -> None:
    text = (
        "TT,Tỉnh,SIPAS 2023\n1,Hà Nội,84.5,,\n2,Hà Giang,82.5\nNguồn: Bộ Nội vụ, năm 2024, tr. 5\n"
    )
    assert len(ingest(put(tmp_path, text), "SIPAS").table) == 2


@pytest.mark.parametrize("year", [2006, 2023, 2025])
def test_a_rank_above_the_number_of_units_is_refused(tmp_path: Path, year: int) -> None:
    n_units = len(provinces.by_code(provinces.vintage_in_year(year)))
    text = f"Tỉnh;PCI {year};Hạng\nHà Nội;60,5;{n_units + 1}\nLạng Sơn;59,5;3\n"
    index = "PCI" if year != 2025 else "SIPAS"
    text = text.replace("PCI", index)
    lines = problems(put(tmp_path, text), index)
    assert any(f"found rank {n_units + 1}; expected 1 to {n_units}" in line for line in lines)


def ranking(tmp_path: Path, ranks: list[int]) -> Path:
    scores = ["84,50", "84,00", "83,99", "82,10"]
    rows = "\n".join(f"{n};{s};{r}" for n, s, r in zip(NAMES, scores, ranks, strict=False))
    return put(tmp_path, f"Tỉnh;SIPAS 2023;Hạng\n{rows}\n")


def test_a_better_rank_for_a_lower_score_is_asked_about(tmp_path: Path) -> None:
    path = ranking(tmp_path, [1, 2, 4, 3])
    with pytest.raises(ColumnsToMap) as caught:
        ingest(path, "SIPAS")
    line = str(caught.value.problems[0])
    assert "1 ranks of sipas 2023 against the scores: Bắc Kạn is 3 with 82.1, Cao Bằng 4" in line
    assert "--ranks ignore leaves the ranks out, --ranks keep takes them as printed" in line
    kept = ingest(path, "SIPAS", ranks="keep").table
    assert kept["rank"].tolist() == [1, 2, 4, 3]
    ignored = ingest(path, "SIPAS", ranks="ignore").table
    assert ignored["rank"].isna().all()
    assert ignored["score"].tolist() == kept["score"].tolist()
    with pytest.raises(UnknownChoice, match="ranks"):
        ingest(path, "SIPAS", ranks="drop")


def test_one_unit_of_the_last_printed_digit_is_rounding(tmp_path: Path) -> None:
    assert len(ingest(ranking(tmp_path, [1, 3, 2, 4]), "SIPAS").table) == 4


@pytest.mark.parametrize("cell", ["1963-05-01", "May-63", "05-Thg5"])
def test_dates_that_excel_made_are_one_problem_with_their_cause(tmp_path: Path, cell: str) -> None:
    rows = "\n".join(f"{name};84,{n};{cell}" for n, name in enumerate(NAMES[:9]))
    (line,) = problems(put(tmp_path, f"Tỉnh;SIPAS 2023;Hạng\n{rows}\n"), "SIPAS")
    assert f"found a date, {cell}, and 9 in all (rows 2, 3, 4, 5, 6, 7, 8, 9, ...)" in line
    assert "Excel turned figures such as 5/63 or 12.5 into dates" in line


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("tcvn3.csv", "TCVN3"), ("mojibake.csv", "UTF-8 read as Windows-1252")],
)
def test_old_and_damaged_letters_are_decoded_and_it_is_said(name: str, encoding: str) -> None:
    read = ingest(DATA / name, "PAR INDEX")
    assert read.table["province"].tolist() == ["01", "46", "48", "66", "77", "79"]
    assert read.table["score"].tolist() == [91.43, 88.38, 89.95, 87.35, 91.03, 86.97]
    assert any(f"decoded from {encoding}; check the names" in remark for remark in read.remarks)


def test_letters_of_vni_are_decoded(tmp_path: Path) -> None:
    text = "Tænh;PAR INDEX 2023\nHaø Noäi;91,43\nÑaø Naüng;89,95\nThöøa Thieân - Hueá;88,38\n"
    read = ingest(put(tmp_path, text), "PAR INDEX")
    assert read.table["province"].tolist() == ["01", "46", "48"]
    path = tmp_path / "old.csv"
    path.write_bytes(text.encode("latin-1"))
    assert figures(ingest(path, "PAR INDEX")) == figures(read)


# Year.


@pytest.mark.parametrize(
    "header",
    [
        "PAR INDEX 2023 (công bố năm 2024)",
        "Điểm PAR INDEX năm 2023 theo Bộ tiêu chí 2022",
        "PAR INDEX 2023 (cập nhật 2025)",
        "PAR INDEX năm 2023 (khảo sát cuối năm 2023, đầu năm 2024)",
        "PAR INDEX 2023 (published in 2024)",
        "PAR INDEX năm 2023, công bố ngày 17/4/2024",
        "Chỉ số CCHC năm 2023 (Quyết định số 280/QĐ-BNV ngày 17 tháng 4 năm 2024)",
    ],
)
def test_the_year_is_that_of_the_figures(tmp_path: Path, header: str) -> None:
    path = put(tmp_path, f'Tỉnh;"{header}"\nHà Nội;91,43\nLạng Sơn;86,10\n')
    assert set(ingest(path, "PAR INDEX").table["year"]) == {2023}
    titled = put(tmp_path, f'"{header}"\nTỉnh;Điểm\nHà Nội;91,43\nLạng Sơn;86,10\n', "titled.csv")
    assert set(ingest(titled, "PAR INDEX").table["year"]) == {2023}


@pytest.mark.parametrize("header", ["PAR INDEX 2022 và 2023", "PAR INDEX 2022-2023"])
def test_two_years_that_the_words_do_not_settle_are_asked_about(tmp_path, header: str) -> None:
    path = put(tmp_path, f"Tỉnh;{header}\nHà Nội;91,43\nLạng Sơn;86,10\n")
    (line,) = problems(path, "PAR INDEX")
    assert "found a header with several years; expected one of par@2022, par@2023" in line
    assert set(ingest(path, "PAR INDEX", maps={header: "par@2022"}).table["year"]) == {2022}


# Meaning.


def test_survey_questions_are_no_sub_dimensions() -> None:
    (line,) = problems(DATA / "survey_questions.csv", "PAPI", year=2022)
    assert "no column of scores or ranks" in line
    assert "Người dân phải đưa thêm tiền" in line


@pytest.mark.parametrize(
    "header",
    [
        "Người dân phải đưa thêm tiền để làm xong giấy chứng nhận quyền sử dụng đất (%)",
        "Đóng góp tự nguyện cho dự án công trình công cộng (%)",
        "Tỷ lệ người trả lời biết danh sách hộ nghèo được công bố công khai trong xã/phường",
    ],
)
def test_a_question_beside_a_sub_dimension_is_left_out_and_listed(tmp_path, header: str) -> None:
    text = f"Tỉnh;Danh sách hộ nghèo;{header}\nHà Nội;1,75;57,6\nLạng Sơn;1,62;42,1\n"
    read = ingest(put(tmp_path, text), "PAPI", year=2022)
    assert set(read.table["series"]) == {"papi.transparency.poverty_lists"}
    assert header in read.report()


def test_a_header_with_a_slip_is_asked_about_with_the_name(tmp_path: Path) -> None:
    path = put(tmp_path, "Tỉnh;Danh sách hộ nghéo nghèo\nHà Nội;1,75\nLạng Sơn;1,62\n")
    (line,) = problems(path, "PAPI", year=2022)
    assert "found a header that is like a name, but none" in line
    assert "expected one of papi.transparency.poverty_lists; say which: --map" in line


def test_ids_are_no_scores(tmp_path: Path) -> None:
    for ids in (range(1, 64), [int(code) for code in provinces.by_code(63)]):
        rows = "\n".join(f"{name};{n}" for name, n in zip(NAMES, ids, strict=True))
        path = put(tmp_path, f"Tỉnh;PCI\n{rows}\n")
        (line,) = problems(path, "PCI", year=2019)
        assert "each once: ids, codes or ranks; expected scores of pci" in line
        ranks = ingest(path, "PCI", year=2019, maps={"PCI": "rank:pci"}) if max(ids) == 63 else None
        assert ranks is None or ranks.table["rank"].tolist() == list(ids)


# Scale.


def test_figures_out_of_ten_are_asked_about_and_turned_on_demand() -> None:
    path = DATA / "sipas_out_of_ten.xlsx"
    (line,) = problems(path, "SIPAS")
    assert "figures from 8.41 to 9.14, all on another scale; expected 0 to 100 points" in line
    turned = ingest(path, "SIPAS", maps={"SIPAS 2023": "sipas*10"}).table["score"]
    assert turned.max() == pytest.approx(91.4)
    as_written = ingest(path, "SIPAS", maps={"SIPAS 2023": "sipas*1"}).table["score"]
    assert as_written.max() == 9.14


@pytest.mark.parametrize(("factor", "target"), [(0.01, "*100"), (100, "/100"), (10, "/10")])
def test_other_scales_are_recognised_from_all_values_together(tmp_path, factor, target) -> None:
    values = [84.5, 91.2, 77.3]
    rows = "\n".join(f"{n};{factor * v:g}" for n, v in zip(NAMES, values, strict=False))
    path = put(tmp_path, f"Tỉnh;SIPAS 2023\n{rows}\n")
    (line,) = problems(path, "SIPAS")
    assert f"sipas{target}" in line
    read = ingest(path, "SIPAS", maps={"SIPAS 2023": f"sipas{target}"})
    assert sorted(read.table["score"]) == pytest.approx(sorted(values))


def test_percentages_become_points_only_where_that_is_published(tmp_path: Path) -> None:
    par = put(tmp_path, "Tỉnh;Cải cách TTHC (%)\nHà Nội;95,5\nLạng Sơn;90,5\n")
    assert ingest(par, "PAR INDEX", year=2024).table["score"].tolist() == pytest.approx(
        [0.13 * 95.5, 0.13 * 90.5]
    )
    papi = put(tmp_path, "Tỉnh;Danh sách hộ nghèo (%)\nHà Nội;55,5\nLạng Sơn;40,5\n", "p.csv")
    (line,) = problems(papi, "PAPI", year=2022)
    assert "found percentages, but PAPI publishes points" in line


# Names in time.


def test_ha_tay_is_a_unit_of_its_own_until_july_2008() -> None:
    table = ingest(DATA / "ha_tay_2007.csv", "PCI").table
    assert table[["vintage", "province", "province_name", "score"]].values.tolist() == [
        [64, "28", "Hà Tây", 52.43],
        [64, "35", "Hà Nam", 52.0],
    ]


def test_cities_with_names_of_provinces_are_asked_about() -> None:
    (line,) = problems(DATA / "cities_named_as_provinces.xlsx", "SIPAS")
    assert (
        "column Địa phương: found no names of provinces: 'Thành phố Hòa Bình' (perhaps Hòa" in line
    )
    assert "not of cities or districts" in line


def test_a_city_among_provinces_is_a_problem_of_its_row(tmp_path: Path) -> None:
    text = "Tỉnh;SIPAS 2023\nHà Nội;84,5\nTP. Cao Bằng;82,5\nLạng Sơn;80,1\nHuế;81,2\n"
    (line,) = problems(put(tmp_path, text), "SIPAS")
    assert "row 3, column Tỉnh: found 'TP. Cao Bằng'; expected the name of a province" in line


def test_old_names_in_a_table_of_2025_are_listed_with_their_new_unit() -> None:
    (line,) = problems(DATA / "old_names_2025.xlsx", "SIPAS")
    assert "found 3 old names: BRVT (now Hồ Chí Minh), Bắc Cạn (now Thái Nguyên), Hoà Bình" in line


# Empty is empty.


def test_a_sum_over_an_empty_row_is_no_figure() -> None:
    read = ingest(DATA / "sum_over_empty_rows.xlsx", "PAPI")
    assert any("rows 7, 12: a total of 0 and no other figure: no data" in r for r in read.remarks)
    assert read.table["province"].nunique() == 10
    assert (read.table["score"] > 0).all()


# Tables that contradict themselves.


def table_of(names: list[str], header: str, *columns: list[object]) -> str:
    rows = (";".join(map(str, row)) for row in zip(names, *columns, strict=True))
    return "\n".join([header, *rows]) + "\n"


def test_a_total_that_its_parts_do_not_add_up_to_is_refused(tmp_path: Path) -> None:
    fields = frameworks.in_year("PAR INDEX", 2024, "dimension").fillna({"max_points": 12.0})
    parts = [round(0.8 * points, 2) for points in fields["max_points"]]
    names = [frameworks.series_name(series, "vi") for series in fields["series"]]
    header = ";".join(["Tỉnh", "PAR INDEX 2024", *(f'"{name}"' for name in names)])
    total = round(sum(parts), 2)
    rows = [["Hà Nội", total - 1, parts[0] - 1, *parts[1:]], ["Lạng Sơn", total + 1, *parts]]
    text = "\n".join([header, *(";".join(map(str, row)) for row in rows)]) + "\n"
    (line,) = problems(put(tmp_path, text), "PAR INDEX")
    assert "points of Lạng Sơn in par 2024; expected" in line
    assert "the sum of its parts" in line


def test_a_figure_merged_over_rows_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Tỉnh", "SIPAS 2023"], ["Hà Nội", 84.5], ["Lạng Sơn", None], ["Hà Nam", 80.1]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    (line,) = problems(tmp_path / "a.xlsx", "SIPAS")
    assert "found 84.5 in a cell merged over 2 rows and 1 columns" in line


def test_raised_digits_in_a_cell_of_a_workbook_are_notes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    raised = TextBlock(InlineFont(vertAlign="superscript"), "3")
    for row in (["Tỉnh", "SIPAS 2023"], ["Hà Nội", CellRichText("84,52", raised)]):
        book.active.append(row)
    book.active.append(["Lạng Sơn", "80,11"])
    book.save(tmp_path / "a.xlsx")
    assert ingest(tmp_path / "a.xlsx", "SIPAS").table["score"].tolist() == [84.52, 80.11]


def test_the_figures_of_one_province_beside_another_are_asked_about(tmp_path: Path) -> None:
    columns = ("PCI 2019", "Gia nhập thị trường", "Tiếp cận đất đai")
    figures_of = [[66.5, 7.5, 6.5], [66.5, 7.5, 6.5], [61.2, 7.1, 6.9]]
    rows = [";".join([name, *map(str, row)]) for name, row in zip(NAMES, figures_of, strict=False)]
    text = "\n".join([";".join(["Tỉnh", *columns]), *rows]) + "\n"
    (line,) = problems(put(tmp_path, text), "PCI", year=2019)
    assert "row 3: found the same figures as in row 2, of another province" in line


def test_ranks_that_no_rule_of_ties_gives_are_asked_about(tmp_path: Path) -> None:
    scores = [90 - n / 10 for n in range(63)]
    ranks = list(range(1, 64))
    scores[40], ranks[40] = scores[10], ranks[10]
    (line,) = problems(
        put(tmp_path, table_of(NAMES, "Tỉnh;SIPAS 2023;Hạng", scores, ranks)), "SIPAS"
    )
    assert "leave out 41 and give 11 twice" in line


@pytest.mark.parametrize("change", ["a digit lost", "filled down", "a series"])
def test_figures_that_cannot_be_measured_are_asked_about(tmp_path: Path, change: str) -> None:
    scores = [90 - (7 * n % 63) / 4.1 for n in range(63)]
    if change == "a digit lost":
        scores[5] /= 10
    elif change == "filled down":
        scores[10:20] = [scores[10]] * 10
    else:
        scores = [20.34 + n for n in range(63)]
    rounded = [round(score, 2) for score in scores]
    path = put(tmp_path, table_of(NAMES, "Tỉnh;SIPAS 2023", rounded))
    (line,) = problems(path, "SIPAS")
    assert "sipas*1" in line
    as_written = ingest(path, "SIPAS", maps={"SIPAS 2023": "sipas*1"}).table
    assert sorted(as_written["score"]) == sorted(rounded)


def test_codes_that_contradict_the_names_are_refused(tmp_path: Path) -> None:
    codes = list(provinces.by_code(63))
    shifted = [*codes[1:], codes[0]]
    scores = [80 + n / 10 for n in range(63)]
    path = put(tmp_path, table_of(NAMES, "Tỉnh;Mã tỉnh;SIPAS 2023", shifted, scores))
    assert any(
        "codes of other provinces than the names in 63 rows" in p for p in problems(path, "SIPAS")
    )


def test_a_title_of_another_index_or_year_is_asked_about(tmp_path: Path) -> None:
    text = "Chỉ số PAPI năm 2022\nTỉnh;Điểm\nHà Nội;43,9\nLạng Sơn;41,2\n"
    lines = problems(put(tmp_path, text), "PAR INDEX")
    assert any("a title of PAPI above figures that name no index" in line for line in lines)
    text = "Chỉ số SIPAS năm 2022\nTỉnh;Điểm\nHà Nội;83,9\nLạng Sơn;81,2\n"
    (line,) = problems(put(tmp_path, text), "SIPAS", year=2023)
    assert "found 2022 in the title; expected a table of 2023, as --year says" in line


def test_the_34_provinces_in_a_year_of_the_63_are_asked_about(tmp_path: Path) -> None:
    names = [province.names["vi"] for province in provinces.by_code(34).values()]
    scores = [80 + n / 10 for n in range(34)]
    lines = problems(put(tmp_path, table_of(names, "Tỉnh;SIPAS 2023", scores)), "SIPAS")
    assert any("34 names, all of provinces since July 2025, in 2023" in line for line in lines)


def test_two_lists_of_provinces_and_a_shifted_header_are_asked_about(tmp_path: Path) -> None:
    scores = [80 + n / 10 for n in range(63)]
    text = table_of(NAMES, "Địa phương;Tỉnh;SIPAS 2023", NAMES[::-1], scores)
    assert any(
        "another list of provinces" in line for line in problems(put(tmp_path, text), "SIPAS")
    )
    text = table_of(NAMES, "TT;Tỉnh;SIPAS 2023", scores, scores)
    lines = problems(put(tmp_path, text), "SIPAS")
    assert any("figures under the header of the provinces" in line for line in lines)


def test_a_rank_beside_a_figure_that_is_no_score_is_asked_about(tmp_path: Path) -> None:
    text = "Tỉnh;Số phiếu SIPAS;Thứ hạng\nHà Nội;600;2\nLạng Sơn;580;1\n"
    (line,) = problems(put(tmp_path, text), "SIPAS", year=2023)
    assert "expected one of rank:sipas" in line


def test_a_header_in_both_languages_is_a_name(tmp_path: Path) -> None:
    text = "Tỉnh;Danh sách hộ nghèo / Poverty Lists\nHà Nội;1,75\nLạng Sơn;1,62\n"
    table = ingest(put(tmp_path, text), "PAPI", year=2022).table
    assert set(table["series"]) == {"papi.transparency.poverty_lists"}


# Forms.


def test_pairs_of_names_and_figures_each_sorted_by_itself_are_read() -> None:
    table = ingest(DATA / "pairs_sorted_apart.xlsx", "PCI", year=2016).table
    assert table.groupby("series")["province"].nunique().to_dict() == {
        "pci": 20,
        "pci.entry_costs": 20,
        "pci.land_access": 20,
        "pci.transparency": 20,
    }
    sheet = openpyxl.load_workbook(DATA / "pairs_sorted_apart.xlsx").active
    for row in sheet.iter_rows(min_row=3, values_only=True):
        code = provinces.match_province(row[2])
        cell = table[(table["series"] == "pci.land_access") & (table["province"] == code)]
        assert cell["score"].tolist() == [row[3]]


def test_codes_are_read_with_a_codebook(tmp_path: Path) -> None:
    path = put(tmp_path, "tinh;SC_T\nP01;84,5\nP02;82,5\nP31;90,1\n")
    codes = put(
        tmp_path, "code;name\nP01;Hà Nội\nP02;Hà Giang\nP31;Hải Phòng\nSC_T;sipas\n", "codes.csv"
    )
    table = ingest(path, "SIPAS", year=2023, codes=[codes]).table
    assert table["province"].tolist() == ["01", "02", "31"]
    assert table["score"].tolist() == [84.5, 82.5, 90.1]
    put(tmp_path, "code;name\nP01;Hà Nội\nP01;Hà Giang\n", "codes.csv")
    (line,) = problems(path, "SIPAS", year=2023, codes=[codes])
    assert "row 3: found P01 for Hà Giang, and above for Hà Nội" in line
    put(tmp_path, "code\nP01\n", "codes.csv")
    with pytest.raises(InvalidRequest, match="no codes"):
        ingest(path, "SIPAS", year=2023, codes=[codes])


def test_a_data_set_of_stata_is_read_by_the_labels_of_its_variables(tmp_path: Path) -> None:
    table = pd.DataFrame({"p": ["Hà Nội", "Lạng Sơn"], "v1": [84.51, float("nan")]})
    labels = {"p": "Tỉnh", "v1": "Chỉ số SIPAS 2023"}
    table.to_stata(tmp_path / "a.dta", write_index=False, version=118, variable_labels=labels)
    assert figures(ingest(tmp_path / "a.dta", "SIPAS")) == [[2023, "01", "sipas", 84.51]]
    content = (tmp_path / "a.dta").read_bytes()
    (tmp_path / "a.dta").write_bytes(content[: len(content) // 3])
    (line,) = problems(tmp_path / "a.dta", "SIPAS")
    assert "no Stata data set or is damaged" in line


# Messages.


def test_the_report_of_a_wide_workbook_fits_a_screen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for year in range(2012, 2024):
        sheet = book.create_sheet(f"{year}")
        sheet.append(["Tỉnh", f"SIPAS {year}", *(f"Câu hỏi {n}" for n in range(40))])
        for name in NAMES[:5]:
            sheet.append([name, 80.5, *([1.5] * 40)])
    book.save(tmp_path / "wide.xlsx")
    read = ingest(tmp_path / "wide.xlsx", "SIPAS")
    assert len(read.report().splitlines()) <= 40
    assert len(read.report(verbose=True).splitlines()) > 400
    assert "more (--verbose)" in read.report()
