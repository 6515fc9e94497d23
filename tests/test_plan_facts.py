"""Years, number, date, issuer and index of a plan, in letterheads as people publish them."""

from __future__ import annotations

import pytest

from parstats.documents.plain_text import blocks
from parstats.plans import Plan
from parstats.plans.parse.plan_reader import assemble
from parstats.plans.register import tabulate

MEASURES = "I. GIẢI PHÁP\n\n1. Về thủ tục hành chính\n\n- Giải quyết hồ sơ đúng hạn."


def plan_of(
    title: str,
    *,
    letterhead: str = "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN\n\nSố: 30/KH-UBND",
    date: str = "05 tháng 3 năm 2024",
    text: str = "",
) -> Plan:
    head = f"{letterhead}\n\nLạng Sơn, ngày {date}\n\nKẾ HOẠCH\n\n{title}\n\n"
    return assemble(blocks(f"{head}{text}\n\n{MEASURES}"), "plan")


@pytest.mark.parametrize(
    ("title", "date", "expected"),
    [
        ("Nâng cao Chỉ số PAPI giai đoạn 2018 - 2020", "05 tháng 12 năm 2017", (2018, 2020)),
        ("Nâng cao Chỉ số PAPI từ năm 2022 đến năm 2025", "15 tháng 11 năm 2021", (2022, 2025)),
        ("Nâng cao Chỉ số PAPI năm 2024 và năm 2025", "05 tháng 3 năm 2024", (2024, 2025)),
        ("Nâng cao Chỉ số PAPI năm 2024", "20 tháng 12 năm 2023", (2024, 2024)),
        ("Nâng cao Chỉ số PAPI", "05 tháng 3 năm 2024", (2024, 2024)),
        (
            "Nâng cao Chỉ số PAPI năm 2024, định hướng đến năm 2026",
            "05 tháng 3 năm 2024",
            (2024, 2026),
        ),
        (
            "Nâng cao Chỉ số PAPI giai đoạn 2021 - 2025, tầm nhìn đến năm 2030",
            "05 tháng 3 năm 2021",
            (2021, 2030),
        ),
        (
            "Nâng cao Chỉ số PAPI năm 2024 và định hướng giai đoạn 2025 - 2026",
            "05 tháng 3 năm 2024",
            (2024, 2026),
        ),
        (
            "Nâng cao Chỉ số PAPI năm 2024 và các năm tiếp theo đến năm 2026",
            "05 tháng 3 năm 2024",
            (2024, 2026),
        ),
    ],
)
def test_first_and_last_year(title: str, date: str, expected: tuple[int, int]) -> None:
    plan = plan_of(title, date=date)
    assert (plan.plan_year, plan.until_year, plan.baseline_year) == (*expected, None)


@pytest.mark.parametrize(
    ("text", "baseline"),
    [
        ("Kết quả Chỉ số PAPI năm 2022 cho thấy tỉnh còn nhiều việc.", 2022),
        ("Năm 2023, tỉnh bị trừ điểm ở nhiều nội dung.", 2023),
        ("So với năm 2022, tỉnh tăng ba bậc.", None),
        ("Phấn đấu điểm Chỉ số PAPI tăng so với năm 2023.", 2023),
        ("Năm 2023 tỉnh đạt 41,9 điểm, giảm 0,86 so với năm 2022.", 2023),
        ("1. Năm 2023 tỉnh đạt 41,9 điểm, giảm 0,86 so với kết quả năm 2022.", 2023),
        ("Tỉnh đạt 41,9 điểm năm 2023, tăng so với năm 2022 (năm 2022 xếp thứ 30/61).", 2023),
        ("Kết quả khảo sát còn thấp so với chỉ tiêu năm 2023.", 2023),
        ("Theo kết quả công bố năm 2024 thì tỉnh còn nhiều việc.", None),
        ("Luật số 5 được ban hành năm 2022 và áp dụng ở mọi nơi.", None),
    ],
)
def test_the_baseline_is_the_year_that_was_measured(text: str, baseline: int | None) -> None:
    assert plan_of("Nâng cao Chỉ số PAPI năm 2024", text=text).baseline_year == baseline


@pytest.mark.parametrize(
    "head",
    [
        "ỦY BAN NHÂN DÂN\n\nTỈNH LẠNG SƠN\n\nSố:\n\n12/KH-UBND\n\nLạng\n\n"
        "Sơn, ngày 05 tháng 12 năm 2023",
        "ỦY BAN NHÂN DÂN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\n"
        "TỈNH LẠNG SƠN | Độc lập - Tự do\n\n"
        "Số: 12/KH-UBND | Lạng Sơn, ngày 05 tháng 12 năm 2023",
        "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN\n\nSố: 1\n\n2/KH-UBND Lạng Sơn, ngày\n\n"
        "05 tháng 12 năm 2023",
    ],
)
def test_broken_letterheads_are_read(head: str) -> None:
    plan = assemble(
        blocks(f"{head}\n\nKẾ HOẠCH\n\nNâng cao Chỉ số PAPI năm 2024\n\n{MEASURES}"), "plan"
    )
    assert (plan.agency, plan.number, plan.date) == (
        "UBND tỉnh Lạng Sơn",
        "12/KH-UBND",
        "2023-12-05",
    )
    assert [record.measure for record in plan.records] == ["Giải quyết hồ sơ đúng hạn."]


@pytest.mark.parametrize(
    ("letterhead", "agency", "level"),
    [
        ("ỦY BAN NHÂN DÂN\n\nHUYỆN CƯ M'GAR\n\nSố: 3/KH-UBND", "UBND huyện Cư M'gar", "district"),
        (
            "UBND HUYỆN CHÂU THÀNH\n\nỦY BAN NHÂN DÂN XÃ LONG HƯNG\n\nSố: 3/KH-UBND",
            "UBND xã Long Hưng",
            "commune",
        ),
        (
            "TỈNH ỦY LẠNG SƠN\n\nBAN CÁN SỰ ĐẢNG ỦY BAN NHÂN DÂN TỈNH\n\nSố: 18-KH/BCSĐ",
            "Ban Cán sự đảng UBND tỉnh Lạng Sơn",
            "party",
        ),
    ],
)
def test_who_issued_it_and_of_which_level(letterhead: str, agency: str, level: str) -> None:
    plan = plan_of("Nâng cao Chỉ số PAPI năm 2024", letterhead=letterhead)
    row = tabulate(plan).plans.iloc[0]
    assert (row["agency"], row["agency_level"], bool(row["number"])) == (agency, level, True)


@pytest.mark.parametrize(
    ("above", "agency"),
    [
        ("UBND TỈNH LẠNG SƠN\n\nSỞ TÀI CHÍNH", "Sở Tài chính"),
        ("ỦY BAN NHÂN DÂN\n\nTỈNH LẠNG SƠN\n\nSỞ NỘI VỤ", "Sở Nội vụ"),
        ("ỦY\n\nBAN NHÂN DÂN\n\nTỈNH LẠNG SƠN", "UBND tỉnh Lạng Sơn"),
        ("CÔNG TY TNHH ABC", ""),
        ("TẬP ĐOÀN XYZ\n\nCÔNG TY CỔ PHẦN MỘT HAI BA", ""),
    ],
)
def test_the_letterhead_says_who_issued_it_not_the_number(above: str, agency: str) -> None:
    plan = plan_of(
        "Nâng cao Chỉ số PAPI tỉnh Lạng Sơn năm 2024", letterhead=f"{above}\n\nSố: 9/KH-UBND"
    )
    assert plan.agency == agency
    assert ("agency" in set(tabulate(plan).review.query("row == ''")["what"])) == (not agency)


@pytest.mark.parametrize(
    ("unit", "level"), [("HUYỆN AN BÌNH", "district"), ("XÃ LONG HƯNG", "commune")]
)
@pytest.mark.parametrize("index", ["CCHC và SIPAS", "CCHC (PAR INDEX)", "hài lòng (SIPAS)"])
def test_an_own_index_is_never_linked_to_the_ministrys(unit: str, level: str, index: str) -> None:
    name = unit.split(maxsplit=1)[1].title()
    plan = plan_of(
        f"Nâng cao Chỉ số {index} {unit.partition(' ')[0].lower()} {name}, tỉnh Lạng Sơn năm 2024",
        letterhead=f"ỦY BAN NHÂN DÂN {unit}\n\nSố: 3/KH-UBND",
    )
    assert plan.unit_level == level
    assert not {"PAPI", "SIPAS", "PAR INDEX"} & set(plan.indices)
    assert set(tabulate(plan).measures["series"]) == {""}


@pytest.mark.parametrize("place", ["thành phố Vinh, tỉnh Nghệ An", "thành phố Vinh", "TP. Vinh"])
def test_the_index_of_a_city_within_a_province_is_its_own(place: str) -> None:
    plan = plan_of(
        f"Nâng cao Chỉ số cải cách hành chính (PAR INDEX) {place} năm 2024",
        letterhead="ỦY BAN NHÂN DÂN\n\nTHÀNH PHỐ VINH\n\nSố: 3/KH-UBND",
    )
    assert (plan.unit_level, plan.indices) == ("district", ("PAR VINH",))


@pytest.mark.parametrize("city", ["thành phố Hà Nội", "Thành phố Hồ Chí Minh", "TP. Cần Thơ"])
def test_the_index_of_a_city_that_is_a_province_is_the_ministrys(city: str) -> None:
    plan = plan_of(f"Nâng cao Chỉ số PAR INDEX {city} năm 2024")
    assert (plan.unit_level, plan.indices) == ("province", ("PAR INDEX",))


def test_papi_is_of_the_province_whoever_works_for_it() -> None:
    plan = plan_of(
        "Thực hiện các giải pháp cải thiện Chỉ số PAPI trên địa bàn xã Long Hưng năm 2024",
        letterhead="ỦY BAN NHÂN DÂN XÃ LONG HƯNG\n\nSố: 3/KH-UBND",
    )
    assert (plan.indices, plan.unit_level) == (("PAPI",), "province")


def test_facts_that_are_missing_are_listed_and_blank_ones_are_not() -> None:
    bare = assemble(blocks(f"KẾ HOẠCH\n\nNâng cao Chỉ số PAPI\n\n{MEASURES}"), "plan")
    listed = set(tabulate(bare).review.query("row == ''")["what"])
    assert listed >= {"agency", "number", "date", "baseline_year", "province", "plan_year"}
    blank = plan_of("Nâng cao Chỉ số PAPI năm 2024", letterhead="UBND TỈNH\n\nSố:   /KH-UBND")
    assert "number" not in set(tabulate(blank).review["what"])


@pytest.mark.parametrize("second", ["", "Điều 2. Quyết định có hiệu lực kể từ ngày ký.\n\n"])
def test_after_a_decision_a_section_on_shortcomings_holds_no_measures(second: str) -> None:
    act = "QUYẾT ĐỊNH:\n\nĐiều 1. Ban hành kèm theo Quyết định này Kế hoạch khắc phục.\n\n"
    act += f"{second}KẾ HOẠCH\n\n"
    text = f"{act}I. Những tồn tại, hạn chế\n\n- Tỷ lệ hồ sơ trực tuyến còn thấp.\n\n"
    text += "- Một số đơn vị chưa được giao tự chủ tài chính."
    plan = plan_of("Nâng cao Chỉ số PAR INDEX tỉnh Lạng Sơn năm 2024", text=text)
    assert [record.measure for record in plan.records] == ["Giải quyết hồ sơ đúng hạn."]
    assert len(plan.shortcomings) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "PAR INDEX: đạt trên 88%; SIPAS: đạt trên 85%; PAPI: đạt trên 45 điểm.",
            [("PAR INDEX", 88), ("SIPAS", 85), ("PAPI", 45)],
        ),
        (
            "Phấn đấu năm 2024: Chỉ số PAPI đạt trên 45 điểm, Chỉ số SIPAS đạt trên 85%.",
            [("PAPI", 45), ("SIPAS", 85)],
        ),
        (
            "PAR INDEX đạt trên 88% và SIPAS đạt trên 85%.",
            [("PAR INDEX", 88), ("SIPAS", 85)],
        ),
        ("Chỉ số PAR INDEX và SIPAS đạt trên 85%.", [("", 85)]),
    ],
)
def test_goals_of_several_indices_in_a_line_are_each_of_its_own(
    line: str, expected: list[tuple[str, float]]
) -> None:
    title = "Nâng cao các Chỉ số PAPI, SIPAS và PAR INDEX tỉnh Lạng Sơn năm 2024"
    goals = tabulate(plan_of(title, text=f"I. MỤC TIÊU\n\n- {line}")).targets
    goals = goals[goals["kind"] == "target"]
    assert list(zip(goals["index"].fillna(""), goals["value"], strict=True)) == expected
