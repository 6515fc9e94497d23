"""Files appear whole or not at all, in the form their ending names."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pandas as pd
import pytest

from parstats import storage
from parstats.errors import DataNotBuilt, UnknownChoice

TABLE = pd.DataFrame({"province": ["01", "20"], "name": ["Hà Nội", "Lạng Sơn"], "score": [1.5, 2]})
READERS = {
    ".csv": lambda path: pd.read_csv(path, dtype={"province": str}),
    ".parquet": pd.read_parquet,
    ".xlsx": lambda path: pd.read_excel(path, dtype={"province": str}),
    ".json": lambda path: pd.read_json(path, dtype={"province": str}),
}


@pytest.mark.parametrize("ending", storage.TABLE_ENDINGS)
def test_a_table_written_in_any_form_reads_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "new" / f"table{ending}"
    storage.write_table(TABLE, path)
    pd.testing.assert_frame_equal(READERS[ending](path), TABLE, check_dtype=False)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".json"])
def test_the_same_table_gives_the_same_bytes(tmp_path: Path, ending: str) -> None:
    for name in ("a", "b"):
        storage.write_table(TABLE, tmp_path / (name + ending))
    first, second = ((tmp_path / (name + ending)).read_bytes() for name in ("a", "b"))
    assert first == second


def test_csv_opens_in_excel_with_vietnamese_letters(tmp_path: Path) -> None:
    storage.write_table(TABLE, tmp_path / "table.csv")
    content = (tmp_path / "table.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "Lạng Sơn" in content.decode("utf-8")


@pytest.mark.parametrize("name", ["table.pdf", "table", "table.csv.gz"])
def test_another_ending_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownChoice, match=r"expected one of \.csv, \.parquet, \.xlsx, \.json"):
        storage.write_table(TABLE, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_capital_ending_is_the_same_form(tmp_path: Path) -> None:
    storage.write_table(TABLE, tmp_path / "TABLE.CSV")
    assert len(pd.read_csv(tmp_path / "TABLE.CSV")) == 2


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(part: Path) -> None:
        part.write_text("half")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        storage.write_atomic(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    seen = []

    def write(part: Path) -> None:
        part.write_text("ne")
        seen.append(path.read_text())
        part.write_text("new")

    storage.write_atomic(path, write)
    assert (seen, path.read_text()) == (["old"], "new")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_files_get_the_usual_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("x")
    storage.write_text(tmp_path / "ours.txt", "x")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (plain, tmp_path / "ours.txt")]
    assert modes[0] == modes[1]


def test_text_and_json_are_utf8_with_plain_line_ends(tmp_path: Path) -> None:
    storage.write_text(tmp_path / "a.txt", "Đắk Lắk\nx\n")
    storage.write_json(tmp_path / "a.json", {"name": "Đắk Lắk", "n": [1, 2]})
    assert (tmp_path / "a.txt").read_bytes() == "Đắk Lắk\nx\n".encode()
    content = (tmp_path / "a.json").read_bytes()
    assert json.loads(content) == {"name": "Đắk Lắk", "n": [1, 2]}
    assert "Đắk Lắk".encode() in content
    assert content.endswith(b"\n")


def test_one_hash_over_files_changes_with_names_and_contents(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text("x")
    a, b = tmp_path / "a", tmp_path / "b"
    hashes = {storage.hash_files([a, b], tmp_path), storage.hash_files([a], tmp_path)}
    hashes.add(storage.hash_files([b], tmp_path))
    b.write_text("y")
    hashes.add(storage.hash_files([a, b], tmp_path))
    assert len(hashes) == 4
    assert storage.sha256(a) == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


# Which data are in use.


def test_the_named_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path))
    assert storage.data_folder() == storage.DataFolder(tmp_path / "raw", tmp_path / "processed")


def test_a_named_folder_without_raw_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path))
    with pytest.raises(DataNotBuilt, match="which has no folder raw/; put the published figures"):
        storage.data_folder()


def test_a_home_sign_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine" / "raw").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PARSTATS_DATA", "~/mine")
    assert storage.data_folder().raw == tmp_path / "mine" / "raw"


def test_without_a_named_folder_the_figures_of_the_package_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PARSTATS_DATA")
    assert (storage.data_folder().raw / "papi" / "papi_2024.csv").is_file()


def test_an_unknown_table_is_not_there(data_folder: Path) -> None:
    with pytest.raises(DataNotBuilt, match="no table measures_of_nobody"):
        storage.read_processed("measures_of_nobody")
