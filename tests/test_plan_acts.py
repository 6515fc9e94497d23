"""Plans that come as a decision, a letter or a directive, and lines that say who does what."""

from __future__ import annotations

from pathlib import Path

from parstats.plans import Plan, Record, read

LETTERHEAD = ("UBND TỈNH LÂM ĐỒNG", "Số: 12/{}", "Lâm Đồng, ngày 5 tháng 4 năm 2024")


def make_plan(tmp_path: Path, kind: str, *lines: str) -> Plan:
    path = tmp_path / "plan.txt"
    head = [line.format(kind) for line in LETTERHEAD]
    path.write_text("\n\n".join([*head, *lines]), encoding="utf-8")
    return read(path)


def statement(record: Record) -> tuple[str, str, str]:
    return record.measure, record.lead_unit, record.deadline


TITLE = "Nâng cao Chỉ số PAPI tỉnh Lâm Đồng năm 2024"


def test_a_decision_carries_a_plan_and_is_none(tmp_path: Path) -> None:
    plan = make_plan(
        tmp_path,
        "QĐ-UBND",
        "QUYẾT ĐỊNH",
        f"Về việc ban hành Kế hoạch {TITLE[0].lower()}{TITLE[1:]}",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LÂM ĐỒNG",
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "QUYẾT ĐỊNH:",
        "Điều 1. Ban hành kèm theo Quyết định này kế hoạch nói trên.",
        "Điều 2. Giám đốc các sở chịu trách nhiệm thi hành Quyết định này.",
        "Nơi nhận:",
        "- Như Điều 2;",
        "KẾ HOẠCH",
        TITLE,
        "(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 05/4/2024 của UBND tỉnh Lâm Đồng)",
        "I. GIẢI PHÁP",
        "1. Niêm yết lịch tiếp dân tại thôn.",
    )
    assert [record.measure for record in plan.records] == ["Niêm yết lịch tiếp dân tại thôn."]
    assert (plan.number, plan.title) == ("12/QĐ-UBND", f"KẾ HOẠCH {TITLE}")
    assert plan.records[0].section.appendix == ""


def test_whom_a_letter_is_sent_to_does_nothing_yet(tmp_path: Path) -> None:
    plan = make_plan(
        tmp_path,
        "UBND-NC",
        "V/v nâng cao Chỉ số PAPI năm 2024",
        "Kính gửi:",
        "- Các sở, ban, ngành tỉnh;",
        "- UBND các huyện.",
        "Chủ tịch UBND tỉnh yêu cầu:",
        "1. Sở Y tế",
        "- Công khai giá khám bệnh trước ngày 30/6/2024.",
    )
    assert [statement(record) for record in plan.records] == [
        ("Công khai giá khám bệnh trước ngày 30/6/2024.", "Sở Y tế", "trước ngày 30/6/2024")
    ]
    assert plan.title == "nâng cao Chỉ số PAPI năm 2024"


def test_a_director_is_the_one_who_acts(tmp_path: Path) -> None:
    """Without accents the word for a director begins as the verb for lowering."""
    plan = make_plan(
        tmp_path,
        "CT-UBND",
        "CHỈ THỊ",
        TITLE,
        "1. Giám đốc Sở Y tế nâng cấp trạm y tế xã trong quý III năm 2024.",
    )
    assert plan.records[0].lead_unit == "Giám đốc Sở Y tế"


def test_a_line_in_brackets_says_who_does_what_stands_above(tmp_path: Path) -> None:
    plan = make_plan(
        tmp_path,
        "KH-UBND",
        "KẾ HOẠCH",
        TITLE,
        "I. NHIỆM VỤ",
        "Miễn phí trả kết quả qua đường thư.",
        "(Đơn vị thực hiện: Bưu điện tỉnh; thời gian: Quý II)",
    )
    assert [statement(record) for record in plan.records] == [
        ("Miễn phí trả kết quả qua đường thư.", "Bưu điện tỉnh", "Quý II")
    ]


def test_appendices_by_every_name(tmp_path: Path) -> None:
    header = "TT\tNhiệm vụ\tChủ trì\tThời gian"
    plan = make_plan(
        tmp_path,
        "KH-UBND",
        "KẾ HOẠCH",
        "Nâng cao Chỉ số PAR INDEX, SIPAS, PAPI tỉnh Lâm Đồng năm 2024",
        "I. NHIỆM VỤ",
        "Phụ lục kèm theo nêu rõ từng việc.",
        *("PHỤ LỤC I", "NHIỆM VỤ VỀ PAR INDEX", f"{header}\n1\tBố trí máy\tSở A\tQuý I"),
        *("Phụ lục số 02: NHIỆM VỤ VỀ SIPAS", f"{header}\n1\tHỏi ý kiến\tSở B\tQuý I"),
        *("BIỂU SỐ 03", "NHIỆM VỤ VỀ PAPI", f"{header}\n1\tHọp thôn\tSở C\tQuý I"),
    )
    assert [(record.section.appendix, record.section.index) for record in plan.records] == [
        ("1", "PAR INDEX"),
        ("2", "SIPAS"),
        ("3", "PAPI"),
    ]
