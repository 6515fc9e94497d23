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

ROOT = Path(__file__).parent.parent.parent
# The day the further figures were taken over.
LATER = "2026-11-28"


@pytest.mark.parametrize(
    ("load", "rows"),
    [
        (panel.load_provinces, 63),
        (panel.load_mergers, 63),
        (panel.load_series, 40 + 138),
        (panel.load_versions, 176 + 236),
        (panel.load_breaks, 37 + 11),
        (panel.load_gaps, 13),
        (panel.load_printed, 147 + 807),
        (panel.load_statistics, 169),
        (panel.load_conflicts, 68),
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
        (panel.load_printed, 147),
        (panel.load_conflicts, 20),
    ],
)
def test_companion_tables_say_what_is_of_papi(load, rows: int) -> None:
    table = load()
    assert (table["index"] == "PAPI").sum() == rows


def test_rows_of_each_index() -> None:
    combined = panel.load_scores(None)
    assert combined["index"].value_counts().to_dict() == {
        "PAPI": 28_854,
        "PAR INDEX": 360,
        "SIPAS": 142,
        "PCI": 105,
        "PAR KHANH HOA": 3,
    }


def test_rows_that_a_build_tells(data_folder: Path) -> None:
    rows = build().rows
    assert (rows["scores"], rows["provinces"]) == (28_854 + 610, 64 + 63 + 34)


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
        ("PAPI", f"papi_conflicts_{LATER}.csv"),
        ("PAPI", "printed_totals.csv"),
        ("PAPI", f"printed_totals_{LATER}.csv"),
        ("SIPAS", "sipas_conflicts.csv"),
        ("SIPAS", "sipas_printed.csv"),
        ("SIPAS", f"sipas_printed_{LATER}.csv"),
        ("SIPAS", "sipas_statistics.csv"),
        ("PAR INDEX", "par_conflicts.csv"),
        ("PAR INDEX", f"par_conflicts_{LATER}.csv"),
        ("PAR INDEX", "par_printed.csv"),
        ("PAR INDEX", f"par_printed_{LATER}.csv"),
        ("PAR INDEX", "par_statistics.csv"),
        ("PCI", "pci_2020.csv"),
        ("PCI", "pci_conflicts.csv"),
        ("PCI", "pci_printed.csv"),
        ("PAR KHANH HOA", "departments_printed.csv"),
    ]
    text = (data_folder / "processed" / "datapackage.json").read_text(encoding="utf-8")
    assert len(json.loads(text)["parstats"]["raw"]) == 74


def test_the_coverage_that_readme_and_docs_tell() -> None:
    """Overall scores by year, of 63 provinces; in README, docs/data.md and docs/huong-dan.md."""
    documents = {
        name: (ROOT / name).read_text(encoding="utf-8")
        for name in ("README.md", "docs/data.md", "docs/huong-dan.md")
    }
    counts = {}
    for index in ("SIPAS", "PAR INDEX", "PCI"):
        scores = panel.load_scores(index, level="index")
        counts[index] = scores.groupby("year")["province"].nunique()
    table = {
        line.split("|")[1].strip(): line.split("|")
        for line in documents["docs/data.md"].splitlines()
        if line.startswith("| ")
    }
    for index, by_year in counts.items():
        few = by_year.drop(2020) if index == "PCI" else by_year
        assert f"{few.min()} to {few.max()} of 63" in table[index][3], index
    years = (counts["SIPAS"].index, counts["PAR INDEX"].index)
    found = counts["SIPAS"].sum() + counts["PAR INDEX"].sum()
    share = round(100 * found / (63 * sum(map(len, years))))
    assert f"({share}% of the province-years)" in documents["README.md"]
    assert f"({share}% số tỉnh-năm)" in documents["docs/huong-dan.md"]
    assert counts["PCI"][2020] == 63


def test_the_printed_totals_that_the_readme_tells() -> None:
    printed = panel.load_printed().query("index == 'PAPI'")
    agree = printed["score_agrees"].dropna()
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"{agree.sum()} of {len(agree)} totals found in print agree with ours" in text
