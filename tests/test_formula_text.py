"""Text of a document never becomes a formula in a table that parstats writes, and reads back."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from parstats import errors, formula_text, storage
from parstats.cli import application
from parstats.documents.grid import clean
from parstats.documents.reader import read_tables
from parstats.ingest.known_files import csv_text

FORMULAS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+SUM(A1)",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "  =1+1",
    "\t=1+1",
    "\rx",
    "'=1+1",
    "- Tiếp tục thực hiện",
    "＝1+1",
    "-1-1",
]
NUMBERS = ["-5,2", "+3", "-1.234,5", "-0.5", "-5 %", "-1e-05", "- 5", "-.5", "-1 234"]
PLAIN = ["", "Lạng Sơn", "a = b", "'trích dẫn'", "80%", ">= 5", "(=1)", "–5", "it's"]

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.text(st.sampled_from(list("'=+-@ \t\r\n5,.%ađ\"＝")), max_size=6),
    st.sampled_from([*FORMULAS, *NUMBERS, *PLAIN]),
)


def table(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"n": range(len(texts)), "text": list(texts)})


def written(texts: list[str], path: Path) -> Path:
    storage.write_table(table(*texts), path)
    return path


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_gets_an_apostrophe_in_csv(text: str, tmp_path: Path) -> None:
    content = written([text], tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    (_, cell) = list(csv.reader(io.StringIO(content, newline="")))[1]
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", [*NUMBERS, *PLAIN])
def test_numbers_and_other_texts_stay_as_they_are_in_csv(text: str, tmp_path: Path) -> None:
    content = written([text], tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(content)))[1] == ["0", text]


def test_numbers_of_a_column_of_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    storage.write_table(
        pd.DataFrame({"change": [-1.5, 2.0, None], "mixed": [-1, "=1", None]}), path
    )
    assert path.read_text(encoding="utf-8-sig").splitlines()[1:] == ["-1.5,-1", "2.0,'=1", ","]


def test_a_header_is_escaped_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    storage.write_table(pd.DataFrame({"=1+1": [1], 5: [2]}), path)
    assert path.read_text(encoding="utf-8-sig").splitlines()[0] == "'=1+1,5"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_is_text_in_a_workbook(text: str, tmp_path: Path) -> None:
    cell = load_workbook(written([text], tmp_path / "a.xlsx")).active["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("_x000D_", "\r") == text


@pytest.mark.parametrize("text", ["#N/A", "#REF!"])
def test_a_text_like_an_error_is_text_in_a_workbook(text: str, tmp_path: Path) -> None:
    assert load_workbook(written([text], tmp_path / "a.xlsx")).active["B2"].data_type == "s"


def test_parquet_and_json_hold_the_text_itself(tmp_path: Path) -> None:
    read = {".parquet": pd.read_parquet, ".json": pd.read_json}
    for ending, reader in read.items():
        assert reader(written(FORMULAS, tmp_path / f"a{ending}"))["text"].tolist() == FORMULAS


@given(TEXTS)
@example("''=1")
@example("'-5,2")
def test_escaping_is_undone_exactly(text: str) -> None:
    escaped = formula_text.escape(text)
    assert formula_text.unescape(escaped) == text
    assert not formula_text.is_formula(escaped.removeprefix("'")) or escaped.startswith("'")


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_table_of_scores_or_plans_reads_back_from_csv(texts: list[str]) -> None:
    """Both readers take blanks around a text away, in this or another file."""
    texts = ["x", *texts]
    with tempfile.TemporaryDirectory() as folder:
        path = written(texts, Path(folder) / "a.csv")
        known = csv_text.read(path, "a.csv", ["n", "text"])
        (grid,) = read_tables(path).tables
    assert known["text"].tolist() == [text.strip() for text in texts]
    assert [row.cells[1] for row in grid.rows] == ["text", *map(clean, texts)]


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_table_reads_back_from_a_workbook(texts: list[str]) -> None:
    texts = ["x", *(text.replace("\r", " ") for text in texts)]
    with tempfile.TemporaryDirectory() as folder:
        (grid,) = read_tables(written(texts, Path(folder) / "a.xlsx")).tables
    kept = [clean(without_control_letters(text)) for text in texts]
    assert [row.cells[1] for row in grid.rows] == ["text", *kept]


def without_control_letters(text: str) -> str:
    """A text as a workbook holds it: without control letters."""
    return "".join(
        " " if ord(letter) < 32 and letter not in "\t\n\r" else letter for letter in text
    )


def test_what_does_not_fit_into_a_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.InvalidRequest, match=r"a text of 40,000 letters.*write \.csv"):
        written(["x" * 40_000], tmp_path / "a.xlsx")
    monkeypatch.setattr(storage, "_MOST_ROWS", 2)
    with pytest.raises(errors.InvalidRequest, match=r"2 rows; a workbook holds at most 1"):
        written(["x", "y"], tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_result_in_a_pipe_is_escaped_like_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    application._emit(table("=1+1"), None)
    assert capsys.readouterr().out.splitlines()[1] == "0,'=1+1"


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_plan_with_formulas_gives_a_table_without(tmp_path: Path, ending: str) -> None:
    plan = tmp_path / "plan.txt"
    lines = ["UBND TỈNH LẠNG SƠN", "KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024"]
    lines += ["1. =cmd|'/C calc'!A0 Công khai danh sách hộ nghèo", "2. Niêm yết thủ tục"]
    plan.write_text("\n".join(lines), encoding="utf-8")
    target = tmp_path / f"measures{ending}"
    result = CliRunner().invoke(application.app, ["plan", str(plan), "-o", str(target)])
    assert result.exit_code == 0, result.output
    if ending == ".csv":
        rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        assert any("calc" in cell for cell in cells)
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    else:
        cells = [cell for row in load_workbook(target).active.iter_rows() for cell in row]
        assert any("calc" in str(cell.value) for cell in cells)
        assert "f" not in {cell.data_type for cell in cells}
