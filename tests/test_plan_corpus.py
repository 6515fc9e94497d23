"""Many plans at once: their names, hashes and copies, and doubts that fit one screen."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from parstats.cli import main
from parstats.plans.plan_batch import names, read_all
from parstats.plans.review_lines import review_lines
from parstats.plans.review_summary import summary_lines
from parstats.reference.labels import text
from plan_documents import Document

HEAD = """\
ỦY BAN NHÂN DÂN
TỈNH NGHỆ AN

Số: {number}/KH-UBND

Nghệ An, ngày {day} tháng 3 năm 2024

KẾ HOẠCH

Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024

I. NHIỆM VỤ, GIẢI PHÁP

"""
MEASURES = (
    "1. Niêm yết danh sách hộ nghèo tại nhà văn hóa thôn.\n\n"
    "2. Tổ chức đối thoại với người dân ít nhất 02 lần trong năm.\n\n"
    "3. Công khai dự toán thu, chi ngân sách xã trên bảng tin.\n"
)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def write(path: Path, measures: str = MEASURES, number: int = 17, day: int = 5) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(number=number, day=day) + measures, encoding="utf-8")
    return path


def test_names_hang_on_the_files_and_not_on_their_order() -> None:
    paths = [Path("x/a/plan.txt"), Path("y/a/plan.txt"), Path("y/b/plan.txt"), Path("z/other.pdf")]
    given = dict(zip(paths, names(paths), strict=True))
    assert list(given.values()) == ["x-a-plan", "y-a-plan", "b-plan", "other"]
    assert dict(zip(paths[::-1], names(paths[::-1]), strict=True)) == given


def test_a_name_made_of_a_folder_is_no_other_plans_name() -> None:
    paths = [Path("a/plan.txt"), Path("b/plan.txt"), Path("c/a-plan.txt")]
    assert len(set(names(paths))) == 3


def test_a_plan_says_its_file_hash_and_reader(tmp_path: Path) -> None:
    path = write(tmp_path / "plan.txt")
    plan = read_all([path], n_jobs=1).tables[0].plans.iloc[0]
    assert plan["path"] == str(path)
    assert plan["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert plan["reader_version"]
    assert pd.isna(plan["n_pages"])


def test_pages_of_a_pdf_are_counted(tmp_path: Path) -> None:
    items = [f"{n}. Niêm yết danh sách hộ nghèo tại nhà văn hóa thôn số {n}." for n in range(1, 80)]
    head = ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024", "I. NHIỆM VỤ, GIẢI PHÁP")
    path = Document((*head, *items)).write(tmp_path, "pdf")
    assert read_all([path], n_jobs=1).tables[0].plans.iloc[0]["n_pages"] >= 2


def test_the_same_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    paths = [write(tmp_path / "b.txt"), write(tmp_path / "a.txt")]
    done = read_all(paths, n_jobs=1)
    assert [plan.name for plan in done.plans] == ["a"]
    assert [(copy.plan, copy.of, copy.kind) for copy in done.copies] == [("b", "a", "file")]
    (line,) = [x for x in review_lines(done.tables[0].review, "en") if "other files" in x]
    assert line.endswith("taken once: b")


def test_the_same_plan_in_another_file_is_taken_once(tmp_path: Path) -> None:
    first = write(tmp_path / "a.txt")
    other = tmp_path / "b.md"
    other.write_text(first.read_text(encoding="utf-8") + "\n\n\n", encoding="utf-8")
    done = read_all([first, other], n_jobs=1)
    assert [plan.name for plan in done.plans] == ["a"]
    assert [copy.kind for copy in done.copies] == ["plan"]


@pytest.mark.parametrize(
    ("measures", "number"),
    [
        (MEASURES.replace("02 lần", "04 lần"), 17),  # number and date are the same
        (MEASURES + "\n4. Mở lớp tập huấn về tiếp công dân.\n", 18),  # most measures are
    ],
)
def test_another_version_is_kept_and_listed(tmp_path: Path, measures: str, number: int) -> None:
    done = read_all(
        [write(tmp_path / "a.txt"), write(tmp_path / "b.txt", measures, number)], n_jobs=1
    )
    assert [plan.name for plan in done.plans] == ["a", "b"]
    assert [(copy.plan, copy.kind) for copy in done.copies] == [("b", "version")]
    review = done.tables[1].review
    assert (review["why"] == "version").sum() == 1


def test_the_same_words_for_another_year_are_another_plan(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.txt"), write(tmp_path / "b.txt")]
    paths[1].write_text(paths[1].read_text("utf-8").replace("An năm 2024", "An năm 2025"), "utf-8")
    done = read_all(paths, n_jobs=1)
    assert [plan.plan_year for plan in done.plans] == [2024, 2025]
    assert [copy.kind for copy in done.copies] == ["version"]


def test_plans_of_two_years_that_share_a_sentence_are_two(tmp_path: Path) -> None:
    other = "1. Niêm yết danh sách hộ nghèo tại nhà văn hóa thôn.\n\n"
    other += "2. Mở lớp tập huấn.\n\n3. Lập đường dây nóng.\n"
    done = read_all([write(tmp_path / "a.txt"), write(tmp_path / "b.txt", other, 20, 9)], n_jobs=1)
    assert not done.copies
    assert len(done.plans) == 2


def test_doubts_about_sixty_plans_fit_one_screen(tmp_path: Path, capsys) -> None:
    paths = []
    for number in range(60):
        measures = f"1. Việc làm số {number} của cơ quan.\n\n2. Mở rộng việc {number} ở cơ sở.\n"
        paths.append(write(tmp_path / f"plan-{number:02d}.txt", measures, number + 1))
    assert run("plan", *paths, "-o", tmp_path / "out.csv", "--lang", "en", "--jobs", 1) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 24
    assert any("in 60 plans" in line for line in lines)
    assert "--review" in lines[-1]


def test_few_doubts_are_said_one_by_one_and_many_are_counted() -> None:
    row = ("plan", "001", None, 3, "types", "", "no_type", "")
    columns = ["plan", "row", "page", "line", "what", "found", "why", "candidates"]
    few = pd.DataFrame([row] * 18, columns=columns)
    assert len(summary_lines(few, "vi")) == 18
    many = pd.DataFrame([row] * 19, columns=columns)
    assert len(summary_lines(many, "vi")) == 2
    assert summary_lines(many, "vi")[-1] == text("review.all_in_workbook", "vi", n=19)
