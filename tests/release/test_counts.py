"""Today's release in numbers: rows of the tables, newest years, names of the newest year.

A new year of data, a new type of measure or another number of a verdict may break what stands in
this folder, and nothing else (`make test-next-year`): write down here what is true then.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parstats import panel
from parstats.pipeline.processed_tables import build
from parstats.pipeline.raw_files import raw_files
from parstats.reference import frameworks, provinces


@pytest.mark.parametrize(
    ("load", "rows"),
    [
        (panel.load_provinces, 63),
        (panel.load_mergers, 63),
        (panel.load_series, 40 + 138),
        (panel.load_versions, 176 + 232),
        (panel.load_breaks, 37 + 11),
        (panel.load_gaps, 13),
        (panel.load_printed, 88 + 532),
        (panel.load_statistics, 169),
        (panel.load_conflicts, 49),
    ],
)
def test_companion_tables_load(load, rows: int) -> None:
    assert len(load()) == rows


@pytest.mark.parametrize(
    ("load", "rows"),
    [
        (panel.load_series, 40),
        (panel.load_breaks, 37),
        (panel.load_gaps, 13),
        (panel.load_printed, 88),
        (panel.load_conflicts, 10),
    ],
)
def test_companion_tables_say_what_is_of_papi(load, rows: int) -> None:
    table = load()
    assert (table["index"] == "PAPI").sum() == rows


def test_rows_of_each_index() -> None:
    combined = panel.load_scores(None)
    assert combined["index"].value_counts().to_dict() == {
        "PAPI": 28_854,
        "PAR INDEX": 270,
        "SIPAS": 117,
        "PAR KHANH HOA": 3,
    }


def test_rows_that_a_build_tells(data_folder: Path) -> None:
    rows = build().rows
    assert (rows["scores"], rows["provinces"]) == (28_854 + 390, 64 + 63 + 34)


def test_published_cells_and_years_of_papi() -> None:
    scores = panel.load_scores("PAPI")
    assert (scores["level"] == "criterion").sum() == 21_891
    assert sorted(scores["year"].unique()) == list(range(2011, 2025))


@pytest.mark.parametrize(
    ("index", "last"),
    [("PAPI", 2024), ("SIPAS", 2026), ("PAR INDEX", 2030), ("PCI", 2024), ("PAR KHANH HOA", 2022)],
)
def test_the_last_year_that_a_framework_is_known_for(index: str, last: int) -> None:
    table = frameworks.series().merge(frameworks.versions(), on="series", suffixes=("", "_"))
    assert table.loc[table["index"] == index, "year_to"].max() == last


def test_indices_are_about_the_63_provinces_to_2024() -> None:
    assert [provinces.vintage_in_year(year) for year in (2011, 2024, 2025)] == [63, 63, 34]


def test_raw_files(data_folder: Path) -> None:
    assert [(file.index, file.path.name) for file in raw_files(data_folder / "raw")] == [
        *(("PAPI", f"papi_{year}.csv") for year in range(2011, 2025)),
        ("PAPI", "papi_conflicts.csv"),
        ("PAPI", "printed_totals.csv"),
        *(("SIPAS", f"sipas_{kind}.csv") for kind in ("conflicts", "printed", "statistics")),
        *(("PAR INDEX", f"par_{kind}.csv") for kind in ("conflicts", "printed", "statistics")),
        ("PAR KHANH HOA", "departments_printed.csv"),
    ]
    text = (data_folder / "processed" / "datapackage.json").read_text(encoding="utf-8")
    assert len(json.loads(text)["parstats"]["raw"]) == 58
