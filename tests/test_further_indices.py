"""A further index is a file: PCI, and an index of a province's own departments."""

from __future__ import annotations

import pytest

from parstats import load_measures, load_plans, load_scores, plans, text
from parstats.errors import InsufficientCoverage, InvalidData
from parstats.ingest.recognise import ingest
from parstats.panel import (
    change,
    load_breaks,
    load_conflicts,
    load_printed,
    ranks,
    to_vintage,
    wide,
)
from parstats.pipeline.processed_tables import build
from parstats.pipeline.quality_summary import summary
from parstats.reference import csv_tables, frameworks
from parstats.reference.provinces import by_code

pytestmark = pytest.mark.usefixtures("figures_to_2024")

# Tiền Giang on the page of PCI (pcivietnam.org/tien-giang), 2013 and 2016, in the order there.
SUB_INDICES = (
    "entry_costs",
    "land_access",
    "transparency",
    "time_costs",
    "informal_charges",
    "proactivity",
    "business_support",
    "labour_training",
    "legal_institutions",
)
FIGURES = {
    2013: (57.19, (7.31, 7.04, 5.43, 7.4, 8.17, 5.61, 3.68, 5.13, 7.3)),
    2016: (57.25, (8.88, 5.61, 6.07, 6.61, 5.34, 4.08, 5.53, 5.4, 4.95)),
}


def pci_rows(province: str = "82") -> str:
    lines = ["year,province,series,score"]
    for year, (total, parts) in FIGURES.items():
        lines.append(f"{year},{province},pci,{total}")
        pairs = zip(SUB_INDICES, parts, strict=True)
        lines += [f"{year},{province},pci.{name},{score}" for name, score in pairs]
    return "\n".join(lines) + "\n"


def test_pci_has_ten_sub_indices_since_2013_and_the_package_overall_scores(data_folder):
    dimensions = frameworks.in_year("PCI", 2016, "dimension")
    assert len(dimensions) == 10
    assert set(dimensions["max_points"]) == {10}
    assert frameworks.in_year("PCI", 2016, "index")["max_points"].tolist() == [100]
    assert set(load_scores("PCI")["series"]) == {"pci"}


def test_pci_2020_is_the_ranking_that_the_index_itself_prints(data_folder):
    """Every rank of its site but of a tie that rounding makes, and the press stands behind it."""
    scores = load_scores("PCI", years=2020)
    assert len(scores) == 63
    assert set(scores["origin"]) == {"printed"}
    table = ranks(scores, 2020).set_index("province")
    printed = scores.set_index("province")["rank_printed"]
    differs = printed[printed != table["rank"].reindex(printed.index)]
    # Equal to two digits: Ninh Bình and Lai Châu, Bắc Giang and Khánh Hòa, Hà Tĩnh and Đồng Nai.
    assert differs.to_dict() == {"37": 58, "24": 27, "42": 21}
    assert table.loc["62", "score"] == 62.02
    conflict = load_conflicts().query("index == 'PCI'").iloc[0]
    assert conflict[["year", "province", "kept", "rejected", "resolved_by"]].tolist() == [
        2020,
        "62",
        "62.02",
        "60.02",
        "reading",
    ]


def test_a_printed_rank_says_of_how_many_only_where_that_was_printed(data_folder):
    printed = load_printed().query("index == 'PCI' and year == 2022")
    note = text.printed_note(printed, "37", "en").data  # Ninh Bình: 64.22, 44th
    assert "published rank **44**, computed –;" in note
    assert "/" not in note.split("; source")[0]
    everyone = load_printed().query("index == 'PCI' and year == 2020")
    assert "rank 56/63 (agrees)" in text.printed_note(everyone, "62", "en").data


def test_an_index_that_no_plan_names_has_no_plans_by_dimension(data_folder):
    table = plans.by_dimension(load_measures(), load_plans(), "PCI")
    assert table.empty
    assert {"plan", "series", "n_measures", "maintained"} <= set(table.columns)


def test_a_year_of_pci_with_few_provinces_is_not_ranked(data_folder):
    with pytest.raises(InsufficientCoverage, match="13 of 63 have complete data"):
        ranks(load_scores("PCI"), 2022)


def test_figures_of_pci_build_and_compare_within_their_framework(small_data):
    small_data.put("pci.csv", pci_rows(), folder="pci", obtained="official")
    build()
    scores = load_scores("PCI")
    assert set(scores["framework"]) == {"PCI-2013"}
    assert scores["rank"].isna().all()
    moved = change(scores, 2016, 2013).set_index("series")["change"]
    assert moved["pci"] == pytest.approx(0.06)
    assert moved["pci.transparency"] == pytest.approx(0.64)
    with pytest.raises(InsufficientCoverage, match="1 of 63 have complete data, 57 are needed"):
        ranks(scores, 2016)


def test_a_full_year_of_pci_is_ranked_and_becomes_the_34(small_data):
    lines = [f"2016,{code},pci,{60 + number / 10}" for number, code in enumerate(sorted(by_code()))]
    content = "year,province,series,score\n" + "\n".join(lines) + "\n"
    small_data.put("pci.csv", content, folder="pci", obtained="official")
    build()
    scores = load_scores("PCI")
    assert ranks(scores, 2016)["province"].iloc[0] == "96"
    new = to_vintage(scores)
    assert len(new) == 34
    assert sorted(new["rank"]) == list(range(1, 35))


def test_a_pci_score_above_its_scale_is_refused(small_data):
    small_data.put("pci.csv", pci_rows().replace("8.88", "18.88"), folder="pci")
    with pytest.raises(
        InvalidData, match=r"row 13, column score: found '18.88'; expected at most 10"
    ):
        build()


def test_a_table_of_sub_indices_is_recognised(tmp_path):
    head = "Tỉnh;Gia nhập thị trường;Tiếp cận đất đai;PCI\n"
    text = head + "Tiền Giang;8,88;5,61;57,25\nLong An;8;6;60\n"
    path = tmp_path / "pci.csv"
    path.write_text(text, encoding="utf-8")
    read = ingest(path, "PCI", year=2016).table
    actual = read[read["province"] == "82"].set_index("series")["score"].to_dict()
    assert actual == {"pci.entry_costs": 8.88, "pci.land_access": 5.61, "pci": 57.25}


def test_columns_a_framework_has_nothing_to_say_in_may_be_left_out(monkeypatch):
    full = csv_tables.rows
    spared = ("cut", "scored_by", "short_vi", "short_en", "note")
    spared += tuple(name for name in full("frameworks/pci")[0] if name.startswith("comparable"))
    few = [{k: v for k, v in row.items() if k not in spared} for row in full("frameworks/pci")]
    monkeypatch.setattr(
        csv_tables, "rows", lambda name: few if name == "frameworks/pci" else full(name)
    )
    table = frameworks._spans.__wrapped__()
    rows = table[table["series"] == "pci.entry_costs"]
    assert rows["short_vi"].tolist() == rows["name_vi"].tolist()
    assert rows["comparable_group"].tolist() == [
        f"pci.entry_costs@{framework}" for framework in rows["framework"]
    ]
    assert rows["cut"].eq("").all()


def test_departments_that_are_missing_are_counted_on_the_screen(data_folder):
    lines = summary(load_scores(None), load_breaks(), load_printed(), load_conflicts()).splitlines()
    index_lines = [line for line in lines if line.startswith("PAR KHANH HOA")]
    assert [line.endswith("1/21      0       no  20 departments") for line in index_lines] == [
        True,
        True,
    ]


def test_the_index_of_departments_stands_apart_from_the_ministry_s(scores):
    table = load_scores("PAR KHANH HOA", level="index").set_index("year")
    assert table["score"].to_dict() == {2021: 79.81, 2022: 83.47}
    assert table["rank_printed"].to_dict() == {2021: 19, 2022: 17}
    assert set(table["unit"]) == {"Sở Công Thương"}
    assert set(table["unit_level"]) == {"department"}
    assert table["rank"].isna().all()
    ministry = load_scores("PAR INDEX")
    assert set(ministry["unit_level"]) == {"province"}
    assert not set(ministry["series"]) & set(load_scores("PAR KHANH HOA")["series"])
    assert wide(load_scores("PAR KHANH HOA"), 2022, level="index").index.tolist() == [
        "Sở Công Thương"
    ]
    with pytest.raises(InsufficientCoverage, match="1 of 21"):
        ranks(load_scores("PAR KHANH HOA"), 2022)


def test_bonus_and_penalty_points_have_a_place_in_the_framework():
    series = frameworks.series()
    rows = series[series["index"] == "PAR KHANH HOA"]
    assert "bonus" in set(rows["level"])
