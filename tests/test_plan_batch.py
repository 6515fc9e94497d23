"""`parstats plan`: many documents, one bad one does not stop the rest."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

import pandas as pd
import pytest

from parstats.cli import main
from parstats.plans import read
from parstats.plans.plan_batch import names, read_all
from plan_documents import Document, Table

TEXT = (
    "KẾ HOẠCH\n\nNâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024\n\nI. GIẢI PHÁP\n\n"
    "1. Niêm yết danh sách hộ nghèo tại nhà văn hóa thôn.\n\n2. Tổ chức đối thoại với người dân.\n"
)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "nghe-an.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_plan_becomes_a_table(plan_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "measures.csv"
    assert run("plan", plan_file, "-o", out) == 0
    table = pd.read_csv(out, dtype=str)
    assert list(table["plan"].unique()) == ["nghe-an"]
    assert list(table["line_start"].unique()) == ["7", "9"]


def test_a_bad_file_is_named_and_the_others_are_read(
    plan_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "empty.pdf"
    bad.write_bytes(b"")
    out = tmp_path / "measures.csv"
    assert run("plan", bad, plan_file, tmp_path / "none.docx", "-o", out) == 1
    assert set(pd.read_csv(out)["plan"]) == {"nghe-an"}
    stderr = capsys.readouterr().err
    assert f"{bad}: found an empty file" in stderr
    assert "none.docx: found No such file" in stderr
    assert "Traceback" not in stderr


def test_plans_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    paths = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "plan.txt")
        paths[-1].write_text(TEXT + f"3. Mở lớp {folder}.\n", encoding="utf-8")
    done = read_all(paths, n_jobs=1)
    assert [plan.name for plan in done.plans] == names(paths) == ["a-plan", "b-plan"]


def test_processes_change_nothing(plan_file: Path) -> None:
    paths = [plan_file] * 4
    assert read_all(paths, n_jobs=2).plans == read_all(paths, n_jobs=1).plans


@pytest.mark.slow
def test_the_work_grows_with_the_pages_and_no_faster(tmp_path: Path) -> None:
    header = ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Thời gian")
    deed = "Tổ chức đối thoại với người dân và trả lời các kiến nghị trong thời hạn quy định; " * 9

    def work(n_rows: int) -> tuple[int, int]:
        """Pages of a document, and calls of functions that it takes to read it."""
        rows = [
            (f"{n}", f"Nội dung thứ {n}", deed.strip(), "Sở Nội vụ", "Quý II/2024")
            for n in range(1, n_rows + 1)
        ]
        table = Table(header, rows, (40, 150, 350, 120, 100))
        lines = ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", table)
        path = Document(lines).write(tmp_path, "pdf")
        counted = cProfile.Profile()
        plan = counted.runcall(read, path)
        assert len(plan.records) == n_rows
        pages = max(record.span.page or 0 for record in plan.records)
        return pages, pstats.Stats(counted).total_calls

    work(3)  # what is imported once does not count
    few_pages, few_calls = work(30)
    pages, calls = work(90)
    assert pages >= 30
    assert calls / few_calls < 1.3 * pages / few_pages
