"""Figures as printed: read with their digits, refused without their source."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from parstats.errors import InvalidData
from parstats.ingest.known_files import press_figures
from parstats.reference import frameworks

HEADER = "year,province,province_name,series,score,rank,n_ranked,source,note_en"
GOOD = "2024,20,Lạng Sơn,papi,43.10,12,61,https://example.org,"


def read(path: Path, *rows: str) -> pd.DataFrame:
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return press_figures.read(path, "PAPI", name="press.csv")


def problems(path: Path, *rows: str) -> list[str]:
    with pytest.raises(InvalidData) as caught:
        read(path, *rows)
    return [str(problem) for problem in caught.value.problems]


def test_a_printed_total_may_lack_score_or_rank(tmp_path: Path) -> None:
    table = read(
        tmp_path / "a.csv",
        GOOD,
        "2023,20,Lạng Sơn,papi,43,,,https://example.org,cut off",
        "2022,20,Lạng Sơn,papi.services,,3,,https://example.org,",
    )
    assert table["score_printed"].tolist()[:2] == [43.1, 43.0]
    assert table["score_printed"].isna().tolist() == [False, False, True]
    assert table["rank_printed"].fillna(0).tolist() == [12, 0, 3]
    assert table["n_ranked_printed"].fillna(0).tolist() == [61, 0, 0]
    assert table["note_en"].tolist() == ["", "cut off", ""]


def test_the_note_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "year,province,series,score,rank,n_ranked,source\n2024,20,papi,43.1,,,https://example.org\n"
    )
    assert press_figures.read(path, "PAPI")["note_vi"].tolist() == [""]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            GOOD.replace("https://example.org", ""),
            "column source: found ''; expected where it was printed; add the address",
        ),
        (
            GOOD.replace(",12,61,", ",62,61,"),
            "column rank: found '62'; expected a rank from 1 to n_ranked; check the source",
        ),
        (
            GOOD.replace(",12,61,", ",0,61,"),
            "column rank: found '0'; expected a rank from 1 to n_ranked; check the source",
        ),
        (
            GOOD.replace(",12,61,", ",12.5,61,"),
            "column rank: found '12.5'; expected a whole number; write it without decimals",
        ),
        (
            GOOD.replace("papi,", "papi.total,"),
            "column series: found 'papi.total'; expected a series of "
            "reference/frameworks/papi.csv; perhaps papi",
        ),
        (
            GOOD.replace("43.10", '"43,10"'),
            "column score: found '43,10'; expected a number with a decimal point; write 43.10, "
            "with a decimal point",
        ),
        (
            GOOD.replace("Lạng Sơn", "Cao Bằng"),
            "column province_name: found 'Cao Bằng'; expected Lạng Sơn, the province with code "
            "20; mend the code or the name",
        ),
        (
            GOOD.replace("2024", "2040"),
            "column year: found '2040'; expected a year of PAPI, 2011 to "
            f"{frameworks.years('PAPI')[1]}; mend the year; a "
            "new year needs its series in reference/frameworks/papi.csv first",
        ),
    ],
)
def test_a_wrong_row_is_refused(tmp_path: Path, row: str, message: str) -> None:
    assert problems(tmp_path / "a.csv", row) == [f"press.csv, row 2, {message}"]


def test_the_same_total_twice_is_refused_even_from_two_sources(tmp_path: Path) -> None:
    assert problems(tmp_path / "a.csv", GOOD, GOOD.replace("example.org", "example.com")) == [
        "press.csv, row 3, column series: found 'papi'; expected one row for each year, province "
        "and series; it stands in row 2 already"
    ]


def test_the_bundled_file_reads_whole(data_folder: Path) -> None:
    path = data_folder / "raw" / "papi" / "printed_totals.csv"
    table = press_figures.read(path, "PAPI")
    assert len(table) == 88
    assert (table["source"] != "").all()
