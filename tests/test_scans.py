"""Pages that are pictures: rules, cells, words, measures; recognition where it is installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from evaluation import scans
from PIL import Image, ImageDraw
from typer.testing import CliRunner

import parstats as ps
from parstats.cli import application
from parstats.documents import pdf_text, scan_file, scan_models, scan_picture, scan_rules
from parstats.documents.document import Span
from parstats.documents.scan_cells import Recogniser
from parstats.documents.scan_page import ScannedPage
from parstats.documents.scan_picture import Picture
from parstats.documents.scan_strokes import quarter
from parstats.documents.scan_words import Word, in_order, mended, numbered
from parstats.errors import InvalidData, ToolMissing
from parstats.plans.parse.plan_reader import assemble
from parstats.plans.records import Note, Plan, Record, Section

DATA = Path(__file__).parent / "data" / "scans"
PAPER = 235


def installed() -> bool:
    try:
        scan_models.find_models()
    except ToolMissing:
        return False
    return True


needs_recognition = pytest.mark.skipif(
    not installed(), reason="tesserocr or tesseract's files for Vietnamese are not installed"
)


def drawn(
    xs: list[int],
    ys: list[int],
    *,
    ink: int = 90,
    width: int = 3,
    leave_out: list[tuple[int, int, int, int]] | None = None,
) -> Image.Image:
    """A page with a grid; `leave_out` are areas where its rules are not printed."""
    page = Image.new("RGB", (xs[-1] + 200, ys[-1] + 200), (PAPER,) * 3)
    pen = ImageDraw.Draw(page)
    for x in xs:
        pen.line((x, ys[0], x, ys[-1]), fill=(ink,) * 3, width=width)
    for y in ys:
        pen.line((xs[0], y, xs[-1], y), fill=(ink,) * 3, width=width)
    for area in leave_out or []:
        pen.rectangle(area, fill=(PAPER,) * 3)
    return page


def picture(page: Image.Image) -> Picture:
    return scan_picture.without_red(np.asarray(page))


XS, YS = [150, 260, 800, 1100, 1500], [200, 300, 420, 540, 660, 780]


def only_table(page: Image.Image) -> scan_rules.Table:
    (table,) = scan_rules.tables(scan_picture.level(picture(page)))
    return table


def shape(table: scan_rules.Table) -> tuple[int, int, int]:
    """Columns, rows and cells."""
    return len(table.xs) - 1, len(table.ys) - 1, len(table.boxes)


# The grid of a table.


def test_rules_are_where_they_were_drawn() -> None:
    table = only_table(drawn(XS, YS))
    assert shape(table) == (4, 5, 20)
    assert np.abs(np.subtract(table.xs, XS)).max() <= 3
    assert np.abs(np.subtract(table.ys, YS)).max() <= 3


def test_hairlines_on_grainy_paper_are_rules() -> None:
    page = np.asarray(drawn(XS, YS, ink=185, width=2)).astype(float)
    page += np.random.default_rng(1).normal(0, 6, page.shape[:2])[..., None]
    assert shape(only_table(Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)))) == (4, 5, 20)


@pytest.mark.parametrize("degrees", [-3.0, -0.4, 1.7])
def test_a_skewed_page_is_levelled(degrees: float) -> None:
    page = drawn(XS, YS).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(PAPER,) * 3)
    assert scan_picture.skew(picture(page)) == pytest.approx(-degrees, abs=0.11)
    assert shape(only_table(page)) == (4, 5, 20)


def test_gaps_in_a_rule_do_not_join_cells() -> None:
    gaps = [(255, 350, 265, 370), (795, 560, 805, 580), (400, 415, 420, 425)]
    assert shape(only_table(drawn(XS, YS, leave_out=gaps))) == (4, 5, 20)


def test_cells_without_a_rule_between_them_are_one() -> None:
    group_row = (264, 304, 1496, 416)
    table = only_table(drawn(XS, YS, leave_out=[group_row]))
    assert shape(table) == (4, 5, 18)
    assert any(box[2] - box[0] > 1200 for box in table.boxes)


def test_a_header_of_one_line_keeps_its_columns() -> None:
    """Its sides are too short for strokes; most rows below are groups."""
    ys = [200, 255, 310, 430, 550, 605, 725]
    groups = [(264, 259, 1496, 306), (264, 554, 1496, 601)]
    assert shape(only_table(drawn(XS, ys, leave_out=groups))) == (4, 6, 24 - 2 * 2)


def stamped(page: Image.Image, centre: tuple[int, int], radius: int) -> Image.Image:
    """Put a red stamp over a page so thick that it covers what is under it."""
    x, y = centre
    ImageDraw.Draw(page).ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=(210, 40, 50)
    )
    return page


def test_a_rule_under_a_stamp_is_inferred_and_told() -> None:
    xs, ys = XS, [*YS, 900, 1020, 1140]
    table = only_table(stamped(drawn(xs, ys), (1100, 250), 48))
    assert shape(table) == (4, 8, 32)
    assert [side[0] for side in table.inferred] == [pytest.approx(1100, abs=3)]
    assert not only_table(drawn(xs, ys)).inferred


def test_a_stamp_where_no_row_has_a_rule_adds_none() -> None:
    group_row = (264, 304, 1496, 416)
    page = stamped(drawn(XS, YS, leave_out=[group_row]), (650, 360), 40)
    assert shape(only_table(page)) == (4, 5, 18)


def test_red_ink_goes_and_black_under_it_stays() -> None:
    page = np.full((1, 3, 3), PAPER, dtype=np.uint8)
    page[0, 1], page[0, 2] = (205, 60, 70), (60, 8, 12)
    read = scan_picture.without_red(page)
    assert read.grey[0, 1] == 255
    assert read.grey[0, 2] <= 60


def test_a_header_with_fewer_cells_than_its_rows_is_told() -> None:
    lost_side = (1096, 204, 1104, 296)
    assert only_table(drawn(XS, YS, leave_out=[lost_side])).lacks_header_cells
    assert not only_table(drawn(XS, YS)).lacks_header_cells


def test_prose_and_a_single_frame_are_no_tables() -> None:
    page = Image.new("RGB", (1700, 1200), (PAPER,) * 3)
    pen = ImageDraw.Draw(page)
    for row in range(20):
        pen.text(
            (150, 100 + 40 * row), "Thuc hien nghiem viec cong khai " * 4, fill=0, font_size=30
        )
    assert not scan_rules.tables(picture(page))
    assert not scan_rules.looks_ruled(picture(page.reduce(3)))
    pen.rectangle((100, 80, 1650, 1000), outline=0, width=3)
    assert not scan_rules.tables(picture(page))


def test_a_table_is_seen_on_a_small_picture() -> None:
    page = drawn([n * 3 // 2 for n in XS], [n * 2 for n in YS]).reduce(3)
    small = scan_picture.without_red(np.asarray(page), resolution=100)
    assert scan_rules.looks_ruled(small)


def test_a_sheet_of_any_size_is_drawn_within_limits() -> None:
    document = pypdfium2.PdfDocument.new()
    assert scan_picture.draw(document.new_page(9000, 9000)).grey.size <= 36_500_000


# Numerals and words.


def numeral(text: str, height: int = 34) -> np.ndarray[Any, Any]:
    """A quarter with its year as a picture; letters with feet, as in Times."""
    page = Image.new("L", (12 * height, 2 * height), 255)
    pen = ImageDraw.Draw(page)
    x, top, foot = height // 2, height // 2, height // 2 + height
    for letter in text:
        if letter == "V":
            pen.line((x, top, x + height // 2, foot), fill=0, width=4)
            pen.line((x + height // 2, foot, x + height, top), fill=0, width=4)
            x += round(1.07 * height)
        else:
            middle = x + height // 4
            pen.line((middle, top, middle, foot), fill=0, width=5)
            for y in (top, foot):
                pen.line((x + 3, y, x + height // 2 - 3, y), fill=0, width=2)
            x += height // 2
    pen.line((x + height // 3, top, x, foot), fill=0, width=3)
    x += round(0.42 * height)
    for _ in range(4):
        pen.ellipse((x + 2, top, x + round(0.7 * height), foot), outline=0, width=4)
        x += round(0.74 * height)
    return np.asarray(page)


@pytest.mark.parametrize("text", ["I", "II", "III", "IV"])
def test_strokes_tell_the_quarter(text: str) -> None:
    assert quarter(numeral(text), has_year=True) == text


def test_a_quarter_that_is_none_is_left() -> None:
    assert quarter(np.full((60, 200), 255, dtype=np.uint8), has_year=True) == ""


def word_texts(*texts: str, confidence: float = 95) -> list[str]:
    words = [Word(text, 10 * at, 0, 10 * at + 9, 9, confidence) for at, text in enumerate(texts)]
    return [word.text for word in mended(words)]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (["Quý", "H/2024"], ["Quý", "II/2024"]),
        (["Quý", "IH⁄2025"], ["Quý", "III/2025"]),
        (["Quý", "1"], ["Quý", "I"]),
        (["Quý", "2/2024"], ["Quý", "2/2024"]),
        (["Quý", "khách"], ["Quý", "khách"]),
        (["Tháng", "11/2024"], ["Tháng", "11/2024"]),
        (["Nhiệmvụ"], ["Nhiệm", "vụ"]),
        (["SởY", "tế"], ["Sở", "Y", "tế"]),
        (["Viettel,", "VNPT", "internet"], ["Viettel,", "VNPT", "internet"]),
        (["nghiêng", "Đắk", "Lắk"], ["nghiêng", "Đắk", "Lắk"]),
        (["'Sở", ":gian"], ["Sở", "gian"]),
        (["sở,", "ban.", "ngành"], ["sở,", "ban,", "ngành"]),
        (["(PAP])"], ["(PAPI)"]),
        (["IH.", "TỔ", "CHỨC"], ["III.", "TỔ", "CHỨC"]),
        (["1.", "Công", "khai"], ["1.", "Công", "khai"]),
        (["A.", "MỤC", "ĐÍCH"], ["A.", "MỤC", "ĐÍCH"]),
    ],
)
def test_words_are_mended_in_the_ways_they_are_misread(read: list[str], meant: list[str]) -> None:
    assert word_texts(*read) == meant


def test_dirt_is_dropped_and_signs_of_print_stay() -> None:
    assert word_texts("Sở", "-.Ö¿", confidence=20) == ["Sở"]
    assert word_texts("Lao", "động", "-", "Xã", "≥", "98%") == [
        "Lao",
        "động",
        "-",
        "Xã",
        "≥",
        "98%",
    ]


def test_a_stroke_at_the_edge_of_a_cell_is_no_word() -> None:
    assert word_texts("UBND", "huyện", "-") == ["UBND", "huyện"]
    assert word_texts("Năm", "2024'") == ["Năm", "2024"]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("I H I V", "I II III IV"),
        ("I II HI IV V VI", "I II III IV V VI"),
        ("I II III I H", "I II III I II"),
        ("A B C", "A B C"),
        ("1 2 3", "1 2 3"),
        ("I MI", "I II"),
    ],
)
def test_numerals_of_groups_follow_their_order(read: str, meant: str) -> None:
    assert in_order(read.split()) == meant.split()


def test_a_number_between_two_rows_is_the_one_between() -> None:
    assert numbered(["10", "lại", "12"]) == ["10", "11", "12"]
    assert numbered(["1.a", "1.b", "2"]) == ["1.a", "1.b", "2"]


# From recognised words to measures; what was recognised of two scans is kept.


def pages(name: str) -> list[ScannedPage]:
    content = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return [ScannedPage.of_dict(page) for page in content]


def scanned_plan(name: str) -> Plan:
    document = pdf_text.of_recognised(pages(name), f"{name}.pdf")
    return assemble(document.blocks, name, document.unread)


@pytest.mark.parametrize("name", ["stamp-160", "sideways-300"])
def test_recognised_words_become_the_measures_of_the_pdf(name: str) -> None:
    true = ps.plans.read(scans.FOLDER / f"{scans.KINDS[name].plan}.pdf")
    plan = scanned_plan(name)
    count = scans.compare(true, plan)
    assert count.wholly >= scans.GOAL * count.true, count.wrong
    assert count.extra == 0
    assert (plan.number, plan.date, plan.province, plan.plan_year) == (
        (true.number, true.date, true.province, true.plan_year)
    )


def spoilt(page: ScannedPage, old: str, new: str) -> ScannedPage:
    """The page with one word read otherwise."""
    at = next(at for at, word in enumerate(page.words) if word.text == old)
    words = list(page.words)
    words[at] = replace(words[at], text=new)
    return replace(page, words=tuple(words))


def test_a_header_that_a_stamp_spoils_is_that_of_the_next_page() -> None:
    first, second = pages("stamp-160")
    document = pdf_text.of_recognised([spoilt(first, "phối", "øJ"), second], "scan.pdf")
    records = assemble(document.blocks, "scan", document.unread).records
    assert records[1].support_unit == "UBND các huyện, thị xã"
    assert not [part for part in document.unread if part.kind == "column"]


def test_a_column_whose_header_cannot_be_read_is_told() -> None:
    first, second = (spoilt(page, "phối", "øJ") for page in pages("stamp-160"))
    document = pdf_text.of_recognised([first, second], "scan.pdf")
    places = [part.place for part in document.unread if part.kind == "column"]
    assert places == ["page 1 (“Cơ quan øJ hợp”)", "page 2 (“Cơ quan øJ hợp”)"]


def test_a_cell_is_spelt_as_the_others_that_say_the_same() -> None:
    first, second = pages("stamp-160")
    document = pdf_text.of_recognised([spoilt(first, "huyện,", "huyên,"), second], "scan.pdf")
    texts = [cell.text for block in document.blocks for cell in block.cells]
    assert texts.count("UBND các huyện, thị xã") == 3


def test_groups_keep_their_titles_and_numerals() -> None:
    headings = {record.section.headings for record in scanned_plan("sideways-300").records}
    groups = sorted(heading[-1][:4] for heading in headings if len(heading) > 1)
    assert groups == ["I. T", "II. ", "III.", "IV. "]


def test_a_row_cut_by_the_page_is_one_measure() -> None:
    (cut,) = (record for record in scanned_plan("stamp-160").records if record.number == "11")
    assert cut.measure.startswith("Lắp trạm đo")
    assert cut.measure.endswith("của tỉnh")


def test_what_a_person_should_look_at_is_noted_in_both_languages() -> None:
    notes = {note.key: note for note in scanned_plan("stamp-160").notes}
    assert notes["recognised_page"].fields == {"places": "1, 2"}
    assert "3: “Quý II/2024” / “Quý I/2024”" in notes["quarter_page"].fields["places"]
    for lang, words in (("vi", "trang 1, 2"), ("en", "pages 1, 2")):
        assert words in notes["recognised_page"].as_text(lang)


def test_every_kind_of_doubt_has_words() -> None:
    for kind in ("recognised", "quarter", "header", "column", "rule", "unsure", "language"):
        note = Note(f"{kind}_page", {"places": "1 (7: “?”)"})
        assert all("1 (7: “?”)" in note.as_text(lang) for lang in ("vi", "en"))


def test_a_page_is_the_same_out_of_a_file() -> None:
    (page, *_) = pages("stamp-160")
    assert ScannedPage.of_dict(json.loads(json.dumps(page.as_dict()))) == page


def test_words_whose_boxes_overlap_stay_apart() -> None:
    words = (Word("Sở", 0, 0, 12, 10), Word("Y", 11, 0, 17, 10), Word("tế", 17.1, 0, 25, 10))
    page = ScannedPage(1, 100, 100, words)
    (block,) = pdf_text.of_recognised([page], "scan.pdf").blocks
    assert block.text == "Sở Y tế"


# A table that was not read lowers the confidence of what stands there.


def plan_with(note: Note | None) -> Plan:
    def record(page: int) -> Record:
        return Record(
            Section(headings=("Chỉ số PAPI",), index="PAPI", list_type="remediate"),
            str(page), "2.1", "Danh sách hộ nghèo", "100%", "Niêm yết công khai danh sách",
            "Văn phòng", "", "Thường xuyên", "", False, frozenset(), Span(page, page, page), "",
        )  # fmt: skip

    notes = (note,) if note else ()
    records = (record(1), record(3))
    return Plan(
        "plan", province="20", plan_year=2024, indices=("PAPI",), records=records, notes=notes
    )


@pytest.mark.parametrize("key", ["table_page", "header_page"])
def test_measures_of_a_page_whose_table_was_lost_are_listed(key: str) -> None:
    surely = ps.plans.tabulate(plan_with(None)).measures["confidence"]
    assert surely.min() >= 0.8
    found = ps.plans.tabulate(plan_with(Note(key, {"places": "3"})))
    first, second = found.measures["confidence"]
    assert first == surely.iloc[0]
    assert second < 0.8
    unsure = found.review[found.review["why"] == "unsure_link"]
    assert unsure["page"].tolist() == [3]


def test_measures_after_a_lost_header_are_listed_where_there_are_no_pages() -> None:
    found = ps.plans.tabulate(plan_with(Note("table_line", {"places": "2"})))
    assert (found.measures["confidence"] < 0.8).tolist() == [False, True]


def with_hidden_text(path: Path, page: Image.Image, text: str) -> Path:
    """A scan with invisible letters over it, as OCR software leaves it."""
    from fpdf import FPDF
    from fpdf.enums import TextMode

    file = FPDF()
    file.add_page()
    file.image(page, 0, 0, 210, 297)
    file.set_font("helvetica", size=9)
    file.text_mode = TextMode.INVISIBLE
    file.set_xy(20, 40)
    file.multi_cell(170, 5, text)
    file.output(str(path))
    return path


def test_a_ruled_table_under_hidden_text_is_told_though_nothing_names_it(tmp_path: Path) -> None:
    page = drawn([150, 260, 900, 1300, 1650], [400, 700, 1100, 1500, 1900, 2300])
    page = page.resize((1240, 1754))
    path = with_hidden_text(tmp_path / "ocr.pdf", page, "Cong khai ket qua thi tuyen. " * 20)
    document = pdf_text.read(path)
    assert [(part.place, part.kind) for part in document.unread] == [("page 1", "table")]
    blank = with_hidden_text(
        tmp_path / "prose.pdf", Image.new("RGB", (1240, 1754), "white"), "Le " * 99
    )
    assert not pdf_text.read(blank).unread


# What is not installed, and what cannot be read.


def test_without_the_extra_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_models, "find_spec", lambda _: None)
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.4")
    result = CliRunner().invoke(application.app, ["plan", str(path), "--ocr"])
    assert result.exit_code != 0
    with pytest.raises(ToolMissing, match=r'pip install "parstats\[ocr\]".*tesseract-ocr-vie'):
        ps.plans.read(path, ocr=True)


def test_without_files_for_vietnamese_one_line_says_where_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_models, "find_spec", lambda _: object())
    monkeypatch.setattr(scan_models, "_FOLDERS", (str(tmp_path),))
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    with pytest.raises(ToolMissing, match="apt install tesseract-ocr-script-viet"):
        scan_models.find_models()


@pytest.mark.parametrize(
    ("files", "first", "second"),
    [
        (["Vietnamese", "vie", "osd"], "Vietnamese", "vie"),
        (["script/Vietnamese", "vie"], "script/Vietnamese", "vie"),
        (["vie"], "vie", None),
    ],
)
def test_the_best_files_for_vietnamese_are_taken(
    files: list[str],
    first: str,
    second: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in files:
        path = tmp_path / f"{name}.traineddata"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    monkeypatch.setattr(scan_models, "find_spec", lambda _: object())
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    models = scan_models.find_models()
    assert (models.first, models.second, models.orientation) == (first, second, "osd" in files)


# Recognition itself.


@pytest.fixture(scope="module")
def scan_of() -> Callable[[str, Path], Path]:
    def write(name: str, folder: Path) -> Path:
        path = folder / f"{name}.pdf"
        path.write_bytes(scans.scan(scans.KINDS[name], list(scans.KINDS).index(name)))
        return path

    return write


@needs_recognition
def test_a_cell_is_recognised(tmp_path: Path) -> None:
    with pypdfium2.PdfDocument(scans.FOLDER / "portrait.pdf") as document:
        page = scan_picture.draw(document[0])
    table = max(scan_rules.tables(page), key=lambda table: len(table.boxes))
    left, top, right, bottom = table.boxes[7]
    with Recogniser(scan_models.find_models()) as recogniser:
        crop = page.grey[top + 5 : bottom - 5, left + 5 : right - 5]
        words = recogniser.read(crop, (left + 5, top + 5), page.points)
        assert recogniser.quarter_turns(scan_picture.turned(page, 1)) == 3
    assert " ".join(word.text for word in words).startswith("Cập nhật và niêm yết bộ thủ tục")
    assert words[0].x0 == pytest.approx(left * page.points, abs=8)


@needs_recognition
@pytest.mark.slow
@pytest.mark.parametrize("name", ["colour-200", "sideways-200-stamp"])
def test_a_scan_is_read_to_measures(
    name: str, tmp_path: Path, scan_of: Callable[[str, Path], Path]
) -> None:
    plan = ps.plans.read(scan_of(name, tmp_path), ocr=True)
    count = scans.compare(ps.plans.read(scans.FOLDER / f"{scans.KINDS[name].plan}.pdf"), plan)
    assert count.wholly >= scans.GOAL * count.true, count.wrong


@needs_recognition
@pytest.mark.slow
def test_a_picture_file_is_read_like_a_scan(tmp_path: Path) -> None:
    with pypdfium2.PdfDocument(scans.FOLDER / "landscape.pdf") as document:
        document[0].render(scale=200 / 72).to_pil().save(tmp_path / "plan.png", dpi=(200, 200))
    plan = ps.plans.read(tmp_path / "plan.png", ocr=True)
    assert [record.number for record in plan.records[:9]] == [str(n) for n in range(1, 10)]


@needs_recognition
@pytest.mark.slow
def test_only_pages_that_are_pictures_are_recognised(
    tmp_path: Path, scan_of: Callable[[str, Path], Path]
) -> None:
    mixed = pypdfium2.PdfDocument(scans.FOLDER / "portrait.pdf")
    mixed.del_page(1)
    with pypdfium2.PdfDocument(scan_of("grey-300", tmp_path)) as scanned:
        mixed.import_pages(scanned, [1])
    mixed.save(tmp_path / "mixed.pdf")
    (page,) = scan_file.recognised_pages(tmp_path / "mixed.pdf")
    assert page.number == 2
    plan = ps.plans.read(tmp_path / "mixed.pdf", ocr=True)
    assert [record.number for record in plan.records[:14]] == [str(n) for n in range(1, 15)]


@needs_recognition
def test_a_damaged_picture_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    with pytest.raises(InvalidData, match="a picture that does not open"):
        ps.plans.read(path, ocr=True)
