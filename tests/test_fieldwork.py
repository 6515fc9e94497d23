"""The days that the figures of an index and year are about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from parstats import errors
from parstats.reference import csv_tables, editions
from parstats.reference.fieldwork import fieldwork, share_covered


def test_every_row_is_of_an_index_a_year_and_days_of_that_year() -> None:
    rows = csv_tables.package_rows("fieldwork")
    indices = {row["index"] for row in csv_tables.package_rows("indices")}
    for row in rows:
        days = fieldwork(row["index"], int(row["year"]))
        assert row["index"] in indices
        assert str(days.first) == row["from"]
        assert str(days.last) == row["to"]
        assert days.source
    years = {
        index: {int(row["year"]) for row in rows if row["index"] == index}
        for index in ("PAPI", "SIPAS", "PAR INDEX")
    }
    assert years == {
        "PAPI": set(range(2011, 2026)),
        "SIPAS": set(range(2017, 2026)),
        "PAR INDEX": set(range(2012, 2026)),
    }


def test_a_year_beyond_the_table_has_the_months_of_the_nearest() -> None:
    assert fieldwork("PAPI", 2040)[:2] == (date(2040, 8, 1), date(2040, 11, 30))
    assert fieldwork("PAPI", 2005)[:2] == (date(2005, 8, 1), date(2005, 11, 30))
    assert fieldwork("an index of one's own", 2024)[:2] == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "share"),
    [
        (date(2024, 8, 1), date(2024, 11, 30), 1),
        (date(2020, 1, 1), date(2030, 1, 1), 1),
        (date(2024, 11, 30), date(2024, 12, 31), 1 / 122),
        (date(2024, 12, 1), date(2024, 12, 31), 0),
        (date(2024, 1, 1), date(2024, 7, 31), 0),
        (date(2024, 10, 1), date(2024, 9, 1), 0),
    ],
)
def test_the_share_counts_days_both_ends_included(first: date, last: date, share: float) -> None:
    assert share_covered("PAPI", 2024, first, last) == pytest.approx(share)


@pytest.fixture
def own_fieldwork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for reference tables; the file to write."""
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path))
    (tmp_path / "reference").mkdir()
    return tmp_path / "reference" / "fieldwork.csv"


def test_days_of_the_data_folder_take_the_place_of_the_package_s(own_fieldwork: Path) -> None:
    own_fieldwork.write_text(
        "index,year,from,to,source\nPAPI,2024,2024-02-29,2024-12-06,the report\n"
    )
    editions.refresh()
    assert fieldwork("PAPI", 2024) == (date(2024, 2, 29), date(2024, 12, 6), "the report")
    assert fieldwork("PAPI", 2023).first == date(2023, 8, 1)


def test_the_29th_of_february_is_the_28th_in_other_years(own_fieldwork: Path) -> None:
    own_fieldwork.write_text("index,year,from,to,source\nPCI,2024,2024-01-01,2024-02-29,x\n")
    editions.refresh()
    assert fieldwork("PCI", 2026)[:2] == (date(2026, 1, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("2024-08-01,30/11/2024", "column to: found '30/11/2024'; expected a day as 2024-08-01"),
        ("2024-08-01,2024-07-01", "column to: found '2024-07-01'; expected a day not before"),
        ("2024-02-30,2024-07-01", "column from: found '2024-02-30'; expected a day"),
    ],
)
def test_days_that_are_none_are_named(own_fieldwork: Path, days: str, says: str) -> None:
    own_fieldwork.write_text(f"index,year,from,to,source\nPAPI,2024,{days},x\n")
    editions.refresh()
    with pytest.raises(errors.InvalidData, match=says):
        fieldwork("PAPI", 2024)
