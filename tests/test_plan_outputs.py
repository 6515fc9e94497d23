"""What comes out of documents: tables, what to look at, and the files of the command."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from parstats import errors
from parstats.cli import main
from parstats.pipeline.plan_derivation import derive
from parstats.plans import read, tabulate
from parstats.plans import register as tables_module
from parstats.plans.corrections import COLUMNS
from parstats.plans.plan_batch import names, read_all
from parstats.plans.records import Note, Plan
from parstats.plans.register import Tables, apply
from parstats.plans.review_lines import review_lines

HEADER = "| TT | Tiêu chí | Giải pháp | Chủ trì | Thời hạn |\n|---|---|---|---|---|\n"


def plan_text(office: str, number: str, locality: str, title: str, body: str) -> str:
    day = f"{locality}, ngày 3 tháng 4 năm 2024"
    return f"{office}\n\nSố: {number}\n\n{day}\n\nKẾ HOẠCH\n\n{title}\n\n{body}\n"


PAPI = plan_text(
    "UBND TỈNH HÀ NAM",
    "12/KH-UBND",
    "Hà Nam",
    "Nâng cao Chỉ số PAPI tỉnh Hà Nam năm 2024",
    "I. MỤC TIÊU\n\n- Chỉ số PAPI năm 2024 đạt từ 43,5 điểm trở lên.\n\n"
    "- Nội dung Công khai, minh bạch đạt từ 5,5 điểm trở lên.\n\n"
    "- Tỷ lệ hộ có sân phơi đạt tối thiểu 80%.\n\n"
    "II. NHIỆM VỤ, GIẢI PHÁP\n\n"
    f"{HEADER}"
    "| 1 | Danh sách hộ nghèo | Niêm yết tại nhà văn hóa thôn | UBND xã | Quý II |\n"
    "| 2 | Thu, chi ngân sách cấp xã | Đăng dự toán lên mạng | UBND xã | Thường xuyên |\n"
    "| 3 | Sân phơi của thôn | Xyz | UBND xã | 15/9/2024 |\n",
)
DEPARTMENT = plan_text(
    "SỞ Y TẾ TỈNH ĐỒNG THÁP",
    "7/KH-SYT",
    "Đồng Tháp",
    "Khắc phục hạn chế Chỉ số CCHC của Sở Y tế năm 2024",
    f"{HEADER}"
    "| 1 | Kiểm tra CCHC | Kiểm tra 03 phòng | Văn phòng | Quý II/2024 |\n"
    "| 2 | Tuyên truyền CCHC | Đăng 10 tin bài | Văn phòng | Quý II/2024 |\n",
)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return tabulate(read(write(tmp_path, "ha-nam.md", PAPI)))


# One file does not stop the rest.


def test_a_department_without_a_framework_is_read_target_sheets_others(tmp_path: Path) -> None:
    paths = [write(tmp_path, "so.md", DEPARTMENT), write(tmp_path, "ha-nam.md", PAPI)]
    out = tmp_path / "measures.csv"
    assert run("plan", *paths, "-o", out) == 0
    table = pd.read_csv(out, keep_default_na=False)
    assert table.groupby("plan").size().to_dict() == {"so": 2, "ha-nam": 3}
    assert set(table.loc[table["plan"] == "so", "series"]) == {""}


def test_whatever_is_refused_names_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = tables_module.tabulate

    def refusing(plan: Plan) -> Tables:
        if plan.name == "so":
            raise errors.UnknownChoice("index", "PAR XYZ", ["PAPI"])
        return original(plan)

    monkeypatch.setattr(tables_module, "tabulate", refusing)
    paths = [write(tmp_path, "so.md", DEPARTMENT), write(tmp_path, "ha-nam.md", PAPI)]
    done = read_all(paths, n_jobs=1)
    assert [plan.name for plan in done.plans] == ["ha-nam"]
    (problem,) = done.problems
    assert str(problem).startswith(f"{paths[0]}: found unknown index 'PAR XYZ'")


def test_no_two_plans_have_one_name() -> None:
    paths = [Path("plan.docx"), Path("plan.pdf"), Path("plan-2.txt"), Path("b/plan.md")]
    result = names(paths)
    assert len(set(result)) == len(paths)
    assert result == ["plan-docx", "plan-pdf", "plan-2", "plan"]


# What to look at.


def test_a_framework_that_is_not_known_is_said_once(tmp_path: Path) -> None:
    table = tabulate(read(write(tmp_path, "so.md", DEPARTMENT))).review
    about_links = table[table["what"].isin(["series", "indices"])]
    assert review_lines(about_links, "en") == [
        "so: indices: no framework known by which Đồng Tháp scores its departments: no measure "
        "is linked to a criterion"
    ]
    assert "Đồng Tháp chấm các sở" in review_lines(about_links, "vi")[0]


def test_a_type_without_evidence_is_left_empty_and_its_guess_is_listed(tables: Tables) -> None:
    assert tables.measures["measure_type"].tolist()[2] == ""
    doubts = tables.review[(tables.review["row"] == "003") & (tables.review["what"] == "types")]
    assert doubts["why"].tolist() == ["guessed_type"]
    assert "no evidence, left empty; nearest: " in review_lines(doubts, "en")[0]


def test_a_type_that_only_the_criterion_tells_is_listed(tmp_path: Path) -> None:
    text = PAPI.replace("Niêm yết tại nhà văn hóa thôn", "Nấu ăn").replace(
        "Danh sách hộ nghèo", "Công khai danh sách hộ nghèo"
    )
    result = tabulate(read(write(tmp_path, "p.md", text)))
    assert result.measures["measure_type"][0] == "DISCLOSE"
    doubts = result.review[result.review["row"] == "001"]
    assert doubts["why"].tolist() == ["type_of_criterion"]
    assert "Disclosure" in review_lines(doubts, "en")[0]


@pytest.mark.parametrize(
    ("note", "vi", "en"),
    [
        (Note("no_measure", {"n": "1"}), "văn bản chính: 1", "in the main text: 1"),
        (
            Note("no_measure_appendix", {"n": "3", "appendix": "2"}),
            "phụ lục 2: 3",
            "in appendix 2: 3",
        ),
        (Note("pictures", {"pages": "2, 5"}), "trang 2, 5", "pages 2, 5"),
    ],
)
def test_notes_are_said_in_both_languages(note: Note, vi: str, en: str) -> None:
    review = tabulate(Plan("p", province="20", plan_year=2024, indices=("PAPI",), notes=(note,)))
    assert vi in review_lines(review.review, "vi")[-1]
    assert en in review_lines(review.review, "en")[-1]


# Deadlines and goals.


def test_deadlines_are_dates_periods_or_rules(tables: Tables) -> None:
    columns = ["deadline", "deadline_start", "deadline_end", "deadline_rule"]
    assert tables.long()[columns].values.tolist() == [
        ["Quý II", "2024-04-01", "2024-06-30", ""],
        ["Thường xuyên", "", "", "thuong xuyen"],
        ["15/9/2024", "", "2024-09-15", ""],
    ]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("Quý III", ["2024-07-01", "2024-09-30", ""]), ("2024-12-31", ["", "2024-12-31", ""])],
)
def test_a_corrected_deadline_is_read_anew(
    written: str, read_as: list[str], tables: Tables
) -> None:
    cell = ["ha-nam", "002", "deadline", written, "", "human", "2026-01-01", ""]
    table = apply(tables, pd.DataFrame([cell], columns=list(COLUMNS))).measures
    columns = ["deadline_start", "deadline_end", "deadline_rule"]
    assert table.loc[1, columns].tolist() == read_as


def test_a_plan_without_any_target_can_be_corrected(tmp_path: Path) -> None:
    head, _, rest = PAPI.partition("I. MỤC TIÊU")
    text = head + "II. NHIỆM VỤ" + rest.partition("II. NHIỆM VỤ")[2]
    bare = tabulate(read(write(tmp_path, "bare.md", text)))
    assert bare.targets.empty
    cell = ["bare", "002", "lead_unit", "Sở Nội vụ", "", "human", "2026-01-01", ""]
    table = apply(bare, pd.DataFrame([cell], columns=list(COLUMNS)))
    assert table.measures["lead_unit"].tolist()[1] == "Sở Nội vụ"
    assert table.targets.empty


def test_registered_deadlines_are_read_with_the_year_of_their_plan(tables: Tables) -> None:
    plans = tables.plans.assign(kind="plan", formal=True)
    measures = tables.measures.drop(columns=["deadline_start", "deadline_end", "deadline_rule"])
    coded = measures.assign(coded_by="hand", indicator_vi="", indicator_en="")
    built = derive({"plans": plans.drop(columns="aims"), "measures": coded})["measures"]
    assert built["deadline_end"].tolist() == ["2024-06-30", "", "2024-09-15"]
    assert built["deadline_rule"].tolist() == ["", "thuong xuyen", ""]


def test_goals_are_targets_of_the_index_or_dimension_they_name(tables: Tables) -> None:
    table = tables.targets
    columns = ["index", "series", "kind", "op", "value", "unit", "year"]
    assert table.loc[table["row"] == "", columns].values.tolist() == [
        ["PAPI", "papi", "target", ">=", 43.5, "điểm", 2024],
        ["PAPI", "papi.transparency", "target", ">=", 5.5, "điểm", 2024],
        ["", "", "target", ">=", 80.0, "%", 2024],
    ]
    assert table["number"].tolist() == list(range(1, len(table) + 1))


# The command.


@pytest.mark.parametrize(
    ("lang", "message"),
    [("vi", "kế hoạch: 1, biện pháp: 3"), ("en", "plans: 1, measures: 3")],
)
def test_the_command_speaks_one_language(
    lang: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, book = write(tmp_path, "ha-nam.md", PAPI), tmp_path / "r.xlsx"
    assert run("plan", plan, "--review", book, "--lang", lang) == 0
    assert message in capsys.readouterr().err
    deadline = {"vi": "Thời hạn", "en": "Deadline"}[lang]
    correct(book, deadline, "2024")
    assert run("plan", plan, "--apply", book, "-o", tmp_path / "m.csv", "--lang", lang) == 0
    cells = {"vi": "số ô đã sửa: 1, đã bỏ: 0 biện pháp", "en": "cells corrected: 1, "}[lang]
    assert cells in " ".join(capsys.readouterr().err.split())


def correct(path: Path, header: str, value: str) -> None:
    """Put a value into the first measure of a workbook."""
    book = load_workbook(path)
    sheet = book.worksheets[1]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at[header]).value = value
    book.save(path)


@pytest.mark.slow
def test_a_corrected_workbook_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, book = write(tmp_path, "ha-nam.md", PAPI), tmp_path / "r.xlsx"
    again = ("plan", plan, "--review", book, "--lang", "en")
    assert run(*again) == 0
    assert run(*again) == 0  # nothing was corrected in it
    correct(book, "Deadline", "2025")
    before = book.read_bytes()
    assert run(*again) == 2
    assert "holds corrections that would be lost" in " ".join(capsys.readouterr().err.split())
    assert book.read_bytes() == before
    # What was applied is in the new workbook too.
    assert run("plan", plan, "--apply", book, "-o", tmp_path / "m.csv") == 0
    assert run(*again, "--overrides", book.with_suffix(".overrides.csv")) == 0


def test_a_row_that_was_deleted_is_a_correction(tmp_path: Path) -> None:
    plan, book = write(tmp_path, "ha-nam.md", PAPI), tmp_path / "r.xlsx"
    again = ("plan", plan, "--review", book)
    assert run(*again) == 0
    opened = load_workbook(book)
    opened.worksheets[1].delete_rows(3)
    opened.save(book)
    assert run(*again) == 2


def test_a_file_that_is_no_workbook_is_not_written_over(tmp_path: Path) -> None:
    plan, other = write(tmp_path, "ha-nam.md", PAPI), write(tmp_path, "r.xlsx", "mine")
    assert run("plan", plan, "--review", other) == 2
    assert other.read_text(encoding="utf-8") == "mine"
