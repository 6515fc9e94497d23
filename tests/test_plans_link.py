"""From what a plan calls a criterion to the series it means: by the words, never by the number."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from evaluation.calibration import calibrate
from hypothesis import given
from hypothesis import strategies as st

from parstats.errors import UnknownChoice
from parstats.plans import spelling
from parstats.plans.link.criterion_choice import LINKED, TRUSTED, confidence
from parstats.plans.link.criterion_names import key_tokens, tree
from parstats.plans.link.series_links import COLUMNS, index_served, link
from parstats.plans.records import Record, Section, Span
from parstats.reference import csv_tables, frameworks


def record(
    criterion: str = "",
    *headings: str,
    measure: str = "",
    index: str = "PAPI",
    target: str = "",
    surveyed: bool = False,
    inherited: frozenset[str] = frozenset(),
) -> Record:
    return Record(
        section=Section(headings=headings, index=index),
        number="",
        code="",
        criterion=criterion,
        target=target,
        measure=measure,
        lead_unit="",
        support_unit="",
        deadline="",
        product="",
        surveyed=surveyed,
        inherited=inherited,
        span=Span(1, 1),
        text="",
    )


def linked_series(entry: Record, year: int = 2024, **options: object) -> str:
    return str(link([entry], year=year, **options)["series"][0])  # type: ignore[arg-type]


def named(index: str, year: int) -> list[tuple[str, str, str, str]]:
    """Series, official name, short name, name of the parent."""
    spans = frameworks.versions()
    spans = spans[(spans["year_from"] <= year) & (spans["year_to"] >= year)]
    names = dict(zip(spans["series"], spans["name_vi"], strict=True))
    short = frameworks.series().set_index("series")["short_vi"]
    table = frameworks.in_year(index, year)
    table = table[~table["level"].isin(["index", "part"])]
    return [
        (row.series, names[row.series], short[row.series], names.get(row.parent, ""))
        for row in table.itertuples()
    ]


# Names of every framework.


@pytest.mark.parametrize(
    ("index", "year"),
    [
        ("PAPI", 2012),
        ("PAPI", 2018),
        ("PAPI", 2020),
        ("PAPI", 2024),
        ("SIPAS", 2018),
        ("SIPAS", 2022),
        ("SIPAS", 2024),
        ("PAR INDEX", 2017),
        ("PAR INDEX", 2021),
        ("PAR INDEX", 2024),
        ("PAR KHANH HOA", 2022),
        ("PCI", 2020),
    ],
)
def test_every_series_is_found_by_its_names(index: str, year: int) -> None:
    rows = named(index, year)
    records = [record(name, index=index) for _, name, _, _ in rows]
    records += [record(name, above, index=index) for _, name, _, above in rows]
    records += [record(short, above, index=index) for _, _, short, above in rows]
    result = link(records, year=year)
    assert result["series"].tolist() == [row[0] for row in rows] * 3


@pytest.mark.parametrize(
    ("index", "heading", "criterion", "series"),
    [
        ("PAPI", "7. Quản trị môi trường", "Chất lượng nước ở nơi ở", "water_quality"),
        ("PAPI", "Cung ứng dịch vụ công", "Y tế công lập tuyến xã", "public_health"),
        ("PAPI", "Thủ tục hành chính công", "Cấp giấy CNQSDĐ", "land_titles"),
        ("PAPI", "Công khai, minh bạch", "Niêm yết danh sách hộ nghèo", "poverty_lists"),
        ("PAR INDEX", "Cải cách TTHC", "Tỷ lệ hồ sơ giải quyết đúng hạn", "on_time_share"),
        ("PAR INDEX", "Cải cách tổ chức bộ máy", "Tinh giản biên chế", "staff_quotas"),
        ("PAR INDEX", "Cải cách tài chính công", "Giải ngân vốn đầu tư công", "disbursement"),
        ("SIPAS", "Chất lượng chính sách", "Khám, chữa bệnh cho nhân dân", "health_care"),
        ("SIPAS", "Kết quả dịch vụ", "MĐHL về kết quả chính xác, đầy đủ", "accuracy"),
    ],
)
def test_other_wordings_are_found_below_their_heading(
    index: str, heading: str, criterion: str, series: str
) -> None:
    result = link([record(criterion, heading, index=index)], year=2024)
    assert result["series"][0].endswith(series)
    assert result["dimension_basis"][0] == "stated"


def test_a_slip_of_the_pen_does_no_harm() -> None:
    written = record("Tri thưc công dan", "Tham gia của người dan ở cấp cơ sơ")
    assert linked_series(written) == "papi.participation.civic_knowledge"


# Never by number.


@pytest.mark.parametrize("number", ["", "5. ", "V. ", "5 ", "TC 5.1. ", "TCTP 9.9 ", "(5) ", "- "])
def test_printed_numbers_mean_nothing(number: str) -> None:
    heading = f"{number}Chỉ số nội dung “Quản trị điện tử”"
    written = record(f"{number}Tiếp cận và sử dụng Internet", heading)
    assert linked_series(written) == "papi.e_governance.internet_access"


def test_a_number_alone_names_no_dimension() -> None:
    result = link([record("", "Nội dung 3", measure="Trồng cây đầu năm")], year=2024)
    assert result["series"].tolist() == [""]
    assert result["dimension"].tolist() == [""]


@given(st.integers(1, 12), st.integers(1, 9), st.sampled_from(["TC", "TCTP", "", "Tiêu chí"]))
def test_codes_before_a_criterion_are_dropped(major: int, two: int, prefix: str) -> None:
    assert key_tokens(f"{prefix} {major}.{two}. Chất lượng không khí") == (
        "chat",
        "luong",
        "khong",
        "khi",
    )


# The same thing written in other ways.

CRITERIA = (
    "Công khai TTHC và các quy định có liên quan",
    "Theo dõi thi hành pháp luật",
    "Xử lý PAKN của cá nhân, tổ chức về TTHC",
    "Tỷ lệ DVCTT toàn trình",
)


def spaced(text: str, blanks: list[str]) -> str:
    parts = text.split(" ")
    padded = [part + blanks[index % len(blanks)] for index, part in enumerate(parts)]
    return "".join(padded).strip()


@given(
    st.sampled_from(CRITERIA),
    st.sampled_from([str.upper, str.lower, str.title, str]),
    st.sampled_from(["NFC", "NFD"]),
    st.lists(st.sampled_from([" ", "  ", "\u00a0", " \n", "\t"]), min_size=1, max_size=4),
)
def test_case_unicode_and_blanks_mean_nothing(
    text: str, case: object, form: str, blanks: list[str]
) -> None:
    changed = unicodedata.normalize(form, spaced(case(text), blanks))  # type: ignore[operator]
    assert key_tokens(changed) == key_tokens(text)


@given(st.sampled_from(csv_tables.rows("abbreviations")), st.sampled_from([str.upper, str.lower]))
def test_an_abbreviation_means_what_it_stands_for(row: dict[str, str], case: object) -> None:
    short = f"Công tác {case(row['short'])} của tỉnh"  # type: ignore[operator]
    if row["short"] == "KT-XH" and short != short.upper() and "kt-xh" in short:
        return  # two words once it is in small letters
    assert spelling.tokenize(short) == spelling.tokenize(f"Công tác {row['long']} của tỉnh")


def test_old_places_of_tone_marks_mean_nothing() -> None:
    assert spelling.tokenize("Số hoá, uỷ quyền, thuý, khoẻ") == spelling.tokenize(
        "Số hóa, ủy quyền, thúy, khỏe"
    )
    assert spelling.tokenize("quý, quỹ, toàn, thoát") == ("quý", "quỹ", "toàn", "thoát")


def test_criteria_as_other_provinces_would_write_them() -> None:
    """301 wordings with the series a reader would choose, "" where there is none.

    What is sure is right; nearly all is found; the rest is a field instead of its criterion, or
    is left to a person.
    """
    path = Path(__file__).parent / "data" / "criteria_as_written.csv"
    with path.open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    right, surely_wrong = 0, []
    for case in cases:
        headings = filter(None, case["headings"].split(";"))
        written = record(case["criterion"], *headings, index=case["index"])
        result = link([written], year=int(case["year"])).iloc[0]
        right += result["series"] == case["series"]
        above = case["series"].startswith(f"{result['series']}.")
        if not result["review"] and result["series"] != case["series"] and not above:
            surely_wrong.append((case["criterion"], result["series"]))
    assert surely_wrong == []
    assert right >= 0.95 * len(cases)


def test_a_word_of_another_matter_is_no_match() -> None:
    assert linked_series(record("Môi trường")) == "papi.environment"
    assert linked_series(record("Môi trường đầu tư")) == ""


def test_a_name_that_two_indices_of_a_plan_share_is_left_to_a_person() -> None:
    for shared in ("Tham gia của người dân", "Dịch vụ công trực tuyến", "Thủ tục hành chính"):
        result = link([record(shared, index="")], index=("PAPI", "SIPAS", "PAR INDEX"), year=2024)
        assert result["review"].tolist() == [True], shared


def test_the_part_of_an_index_can_be_meant() -> None:
    assert (
        linked_series(record("Cung ứng dịch vụ hành chính công", index="SIPAS")) == "sipas.service"
    )


def test_a_year_of_which_only_the_total_is_known_is_read_by_the_nearest_that_has_fields() -> None:
    result = link([record("Hiện đại hóa hành chính", index="PAR INDEX")], year=2016)
    assert result["series"].tolist() == ["par.digital_government"]
    assert result["framework"].tolist() == [frameworks.framework_in_year("PAR INDEX", 2017)]


# Headings and what stands against them.


def test_the_heading_decides_between_like_criteria_of_two_dimensions() -> None:
    text = "Thủ tục hành chính"
    under_services = record(text, "Cung ứng dịch vụ hành chính công", index="SIPAS")
    assert linked_series(under_services) == "sipas.service.procedures"
    assert linked_series(record("Tiếp cận thông tin", "Công khai, minh bạch")) == (
        "papi.transparency.access_to_information"
    )


def test_a_criterion_that_is_not_sure_is_carried_as_its_dimension() -> None:
    written = record("Một chỉ tiêu chưa ai đặt tên", "Quản trị môi trường")
    result = link([written], year=2024)
    assert result[["series", "basis"]].values.tolist() == [["papi.environment", "heading"]]
    assert result["confidence"][0] >= TRUSTED


def test_a_criterion_of_another_dimension_is_listed_for_a_person() -> None:
    written = record("Chất lượng bầu cử", "Quản trị môi trường")
    result = link([written], year=2024)
    assert result["review"].tolist() == [True]
    assert "papi.participation.village_elections" in result["candidates"][0]
    assert result["dimension"].tolist() == ["papi.environment"]


def test_headings_that_only_part_a_plan_name_nothing() -> None:
    headings = ("Kế hoạch năm 2024", "II. NHIỆM VỤ, GIẢI PHÁP", "1. Nội dung thực hiện")
    result = link([record("", *headings, measure="Sơn lại hàng rào cơ quan")], year=2024)
    assert result[["series", "dimension"]].values.tolist() == [["", ""]]
    assert result["review"].tolist() == [True]


def test_an_inner_heading_may_name_another_dimension_than_the_outer_one() -> None:
    headings = ("Cải cách thủ tục hành chính", "Cải cách tài chính công")
    written = record("", *headings, measure="Việc cần làm", index="PAR INDEX")
    assert linked_series(written) == "par.public_finance"


def test_a_section_on_organisation_serves_the_whole_index() -> None:
    heading = "V. TỔ CHỨC THỰC HIỆN"
    result = link([record("", heading, measure="Theo dõi chung", index="SIPAS")], year=2024)
    assert result[["series", "level", "basis"]].values.tolist() == [
        ["sipas", "index", "whole index"]
    ]
    both = link(
        [record("", heading, measure="Theo dõi chung", index="")],
        index=("PAR INDEX", "SIPAS"),
        year=2024,
    )
    assert both[["series", "index"]].values.tolist() == [["par;sipas", ""]]


def test_without_a_criterion_the_measure_speaks() -> None:
    sentence = "Vận động người dân nộp hồ sơ trực tuyến toàn trình"
    under = record("", "Chính quyền điện tử, chính quyền số", measure=sentence, index="PAR INDEX")
    assert linked_series(under).startswith("par.digital_government")
    result = link([record("", measure="Đẩy mạnh phân cấp, ủy quyền", index="PAR INDEX")], year=2024)
    assert result["series"].tolist() == ["par.apparatus"]
    assert result[["dimension_basis", "review"]].values.tolist() == [["inferred", True]]


def test_a_criterion_from_a_merged_cell_gives_way_to_what_the_record_says() -> None:
    heading = "Xây dựng và phát triển chính quyền điện tử, chính quyền số"
    merged = record(
        "Tỷ lệ hồ sơ trực tuyến toàn trình",
        heading,
        index="PAR INDEX",
        target="Tăng tỷ lệ hồ sơ thanh toán trực tuyến so với năm trước",
        inherited=frozenset({"criterion"}),
    )
    result = link([merged], year=2024)
    assert result["series"].tolist() == ["par.digital_government.payment_files"]
    assert result["review"].tolist() == [True]


def test_the_mark_of_a_survey_decides_between_like_criteria() -> None:
    grown = tree(("PAR INDEX",), 2024)
    position = grown.series.index("par.apparatus.sound_decentralisation")
    assert grown.surveyed[position]
    heading = "Cải cách tổ chức bộ máy"
    text = "Phân cấp, phân quyền hợp lý giữa tỉnh và huyện"
    surveyed = link([record(text, heading, index="PAR INDEX", surveyed=True)], year=2024)
    assert surveyed["series"].tolist() == ["par.apparatus.sound_decentralisation"]


# Whose index, which year.


def test_a_department_is_never_read_by_the_ministrys_index() -> None:
    rows = [
        record("", "Về công tác chỉ đạo, điều hành CCHC", measure="Họp giao ban", index=index)
        for index in ("PAR INDEX", "PAR KHANH HOA")
    ]
    result = link(rows, year=2023, unit_level="department", province="56")
    assert result["series"].tolist() == ["par_khanh_hoa.steering"] * 2
    unknown = link(rows[:1], year=2023, unit_level="department", province="20")
    assert unknown[["series", "index", "review"]].values.tolist() == [["", "", True]]
    assert index_served("PAPI", unit_level="department", province="56") == ""


def test_the_framework_of_the_year_is_used_or_the_nearest() -> None:
    written = record("Cấp phép xây dựng", "Thủ tục hành chính công")
    assert linked_series(written, 2019) == "papi.procedures.construction_permits"
    assert linked_series(written, 2022) == "papi.procedures"
    for year, framework in ((1999, "PAPI-2011"), (2019, "PAPI-2019"), (2030, "PAPI-2021")):
        assert link([written], year=year)["framework"].tolist() == [framework]


def test_a_plan_without_a_known_index_is_not_linked() -> None:
    result = link([record("Chất lượng không khí", index="")], year=2024)
    assert result[["series", "basis"]].values.tolist() == [["", "no index named"]]
    unknown = link([record("Chất lượng không khí", index="DDCI")], year=2024)
    assert unknown["basis"].tolist() == ["no framework"]


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(UnknownChoice, match="unknown index 'DDCI'"):
        link([record()], index="DDCI")
    with pytest.raises(UnknownChoice, match="level of unit 'village'"):
        link([record()], unit_level="village")


# The table.


def test_an_empty_plan_gives_an_empty_table() -> None:
    result = link([], index="PAPI", year=2024)
    assert tuple(result.columns) == COLUMNS
    assert result.empty
    assert result["confidence"].dtype == "float64"


@given(
    st.lists(
        st.tuples(
            st.text(max_size=60),
            st.text(max_size=60),
            st.text(max_size=60),
            st.sampled_from(["PAPI", "PAR INDEX", ""]),
        ),
        max_size=4,
    )
)
def test_whatever_is_written_gives_a_row_a_record(rows: list[tuple[str, str, str, str]]) -> None:
    records = [
        record(criterion, two, measure=three, index=index) for criterion, two, three, index in rows
    ]
    result = link(records, index="SIPAS", year=2024)
    assert result["record"].tolist() == list(range(len(rows)))
    assert result["confidence"].between(0, 1).all()
    linked = result["series"] != ""
    assert (result.loc[linked, "confidence"] >= LINKED * 0.5).all()
    assert (result.loc[~linked, "confidence"] == 0).all()
    assert result.loc[~linked, "review"].all()


def test_the_order_of_the_records_does_not_matter() -> None:
    rows = [record(name, above) for _, name, _, above in named("PAPI", 2024)]
    there, back = link(rows, year=2024), link(rows[::-1], year=2024)
    columns = ["series", "confidence", "candidates"]
    assert there[columns].values.tolist() == back[columns].values.tolist()[::-1]


# Confidence.


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_alike_is_never_less_sure(
    likeness: float, two: float, lead: float, more: float
) -> None:
    low, high = sorted((likeness, two))
    assert confidence(low, lead) <= confidence(high, lead)
    assert confidence(low, min(lead, more)) <= confidence(low, max(lead, more))
    assert 0 < confidence(likeness, lead) < 1


def test_confidence_is_how_often_a_link_is_right() -> None:
    """Names disturbed on purpose: of links said to be 0.8 sure, about 0.8 are right."""
    table, drawn = calibrate()
    shipped = {row["term"]: float(row["weight"]) for row in csv_tables.rows("link_confidence")}
    # Names of another year are drawn too, so that a year of data moves the weights a little.
    assert dict(zip(table["term"], table["weight"], strict=True)) == pytest.approx(shipped, abs=0.1)
    confidences = [
        confidence(likeness, lead)
        for likeness, lead in zip(drawn["likeness"], drawn["lead"], strict=True)
    ]
    drawn = drawn.assign(said=confidences, bin=[min(int(10 * value), 9) for value in confidences])
    bins = drawn.groupby("bin").agg(
        said=("said", "mean"), right=("right", "mean"), n=("right", "size")
    )
    bins = bins[bins["n"] >= 50]
    assert len(bins) >= 6
    assert ((bins["said"] - bins["right"]).abs() < 0.08).all()


# The words in the reference table.


def test_synonyms_name_series_that_exist() -> None:
    series_names = set(frameworks.series()["series"]) | {"*"}
    rows = csv_tables.rows("criterion_synonyms")
    assert {row["series"] for row in rows} <= series_names
    assert {row["kind"] for row in rows} == {
        *("whole", "structure", "filler", "common", "name", "topic", "not")
    }
    for row in rows:
        assert unicodedata.normalize("NFC", row["wording"]) == row["wording"]
    pairs = [(row["series"], row["kind"], row["wording"]) for row in rows]
    assert len(set(pairs)) == len(pairs)


def test_no_name_stands_for_two_series_of_one_dimension() -> None:
    for index, year in (("PAPI", 2024), ("SIPAS", 2024), ("PAR INDEX", 2024)):
        grown = tree((index,), year)
        owners: dict[tuple[object, ...], int] = {}
        for name, owner in zip(grown.names, grown.owners, strict=True):
            if grown.levels[owner] in {"criterion", "subcriterion"}:
                key = (grown.dimensions[owner], name)
                assert owners.setdefault(key, int(owner)) == owner, name


# Whose index it is, and what a small framework leaves open.


@pytest.mark.parametrize("criterion", ["Kiểm tra CCHC", "Tuyên truyền CCHC", "Kế hoạch CCHC"])
def test_what_every_name_of_an_index_holds_is_no_likeness(criterion: str) -> None:
    """Of that field one criterion is known, on initiatives in reform."""
    entry = record(criterion, "Công tác chỉ đạo, điều hành", index="PAR INDEX")
    options = {"unit_level": "department", "province": "56"}
    assert linked_series(entry, **options) == "par_khanh_hoa.steering"
    named = record("Sáng kiến CCHC", "Công tác chỉ đạo, điều hành", index="PAR INDEX")
    assert linked_series(named, **options) == "par_khanh_hoa.steering.initiatives"


def test_the_index_of_districts_is_not_the_one_of_provinces() -> None:
    entry = record("Kiểm tra CCHC", index="PAR INDEX")
    assert linked_series(entry) == "par.steering.inspection"
    assert link([entry], year=2024, unit_level="district")["series"].tolist() == [""]
    assert index_served("PAR INDEX", unit_level="district", province="15") == ""
    assert index_served("PAPI", unit_level="district", province="15") == "PAPI"


def test_a_criterion_under_no_field_states_its_dimension() -> None:
    result = link([record("Danh sách hộ nghèo", "Nhiệm vụ")], year=2024)
    assert result[["dimension", "dimension_basis"]].values.tolist() == [
        ["papi.transparency", "stated"]
    ]
