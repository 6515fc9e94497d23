"""Which figure stands where several files give one for the same cell."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parstats.errors import InvalidData
from parstats.ingest.precedence import CELL, KINDS, resolve, settle_sums
from parstats.panel import load_conflicts, load_printed, load_scores
from parstats.pipeline.processed_tables import build
from parstats.reference import frameworks
from small_data import SmallData

ABOUT = ("kind", "accessed", "file", "base", "replaces")
HEALTH = "papi.services.public_health"
EARLY, LATE = "2026-01-01", "2026-02-01"


def figure(
    score: float | None,
    kind: str = "press",
    accessed: str = EARLY,
    base: str = "a.csv",
    replaces: str = "",
    province: str = "20",
    index: str = "PAPI",
) -> dict[str, object]:
    cell = (index, 2024, 63, "province", province, "", HEALTH)
    about = (kind, accessed, f"raw/{index}/{base}", base, replaces)
    return dict(zip((*CELL, "score", *ABOUT), (*cell, score, *about), strict=True))


def standing(*figures: dict[str, object]) -> list[float]:
    """Scores that stand, whatever the order the figures come in."""
    outcomes = {
        tuple(resolve(pd.DataFrame(order), "score")[0]["score"].sort_values())
        for order in itertools.permutations(figures)
    }
    (scores,) = outcomes
    return list(scores)


# The steps of the rule.


@pytest.mark.parametrize(("higher", "lower"), list(itertools.combinations(KINDS, 2)))
def test_kinds_come_first_whatever_else_speaks_for_the_other(higher: str, lower: str) -> None:
    better = figure(1.0, higher, LATE, "z.csv")
    worse = figure(2.0, lower, EARLY, "a.csv", replaces="z.csv")
    assert standing(better, worse) == [1.0]


def test_kinds_are_official_then_compiled_then_press_then_derived() -> None:
    assert KINDS == ("official", "compiled", "press", "derived")


def test_a_file_stands_before_the_one_it_replaces_though_it_came_later() -> None:
    newer = figure(1.0, accessed=LATE, base="z.csv", replaces="a.csv")
    assert standing(newer, figure(2.0)) == [1.0]
    assert standing(newer | {"replaces": "b.csv;a.csv"}, figure(2.0)) == [1.0]
    assert standing(newer | {"replaces": "other.csv"}, figure(2.0)) == [2.0]


def test_a_replaced_file_still_stands_before_the_one_it_replaced_itself() -> None:
    """Three editions; the newest is silent on this cell."""
    newest = figure(1.0, base="c.csv", replaces="b.csv", province="01")
    middle = figure(2.0, accessed=LATE, base="b.csv", replaces="a.csv")
    assert standing(newest, middle, figure(3.0)) == [1.0, 2.0]
    assert standing(newest | {"province": "20"}, middle, figure(3.0)) == [1.0]


def test_a_name_that_is_replaced_in_one_folder_is_not_in_another() -> None:
    newer = figure(1.0, base="new.csv", replaces="a.csv", index="SIPAS")
    papi = (figure(2.0, base="a.csv"), figure(3.0, accessed=LATE, base="b.csv"))
    assert standing(newer, *papi) == [1.0, 2.0]


def test_two_files_that_replace_each_other_come_out_alike_in_any_order() -> None:
    first = figure(1.0, base="z.csv", replaces="a.csv")
    second = figure(2.0, accessed=LATE, base="a.csv", replaces="z.csv")
    assert len(standing(first, second)) == 1


def test_of_two_of_a_kind_the_one_accessed_first_stands_then_the_first_name() -> None:
    early, late = figure(1.0, accessed=EARLY, base="z.csv"), figure(2.0, accessed=LATE)
    assert standing(early, late) == [1.0]
    assert standing(early, figure(2.0, accessed=EARLY, base="b.csv")) == [2.0]


def test_a_figure_that_differs_by_rounding_only_is_no_conflict() -> None:
    official = figure(45.343, "official")
    for score, conflicts in ((45.34, 0), (45.348, 0), (45.35, 1), (45.33, 1)):
        table = pd.DataFrame([official, figure(score, base="b.csv")])
        resolved, reported = resolve(table, "score")
        assert resolved["score"].tolist() == [45.343]
        assert len(reported) == conflicts


def test_a_conflict_names_both_figures_both_files_and_the_reason() -> None:
    table = pd.DataFrame(
        [
            figure(2.0, "press", base="b.csv"),
            figure(1.5, "official", base="z.csv"),
            figure(1.7, "official", LATE, base="c.csv"),
        ]
    )
    _, reported = resolve(table, "score")
    rows = reported.set_index("rejected")
    assert rows["kept"].tolist() == ["1.5", "1.5"]
    assert set(rows["statistic"]) == {"score"}
    assert rows.loc["2", "source"] == "raw/PAPI/z.csv ; raw/PAPI/b.csv"
    assert rows.loc["1.7", "source"] == "raw/PAPI/z.csv ; raw/PAPI/c.csv"
    assert rows.loc["2", "why_en"] != rows.loc["1.7", "why_en"]
    assert (reported[["why_en", "why_vi"]] != "").all(axis=None)
    assert reported[list(CELL)].drop_duplicates().to_numpy().tolist() == [
        ["PAPI", 2024, 63, "province", "20", "", HEALTH]
    ]


@pytest.mark.parametrize(
    ("accepted", "rejected", "expected"),
    [
        ({"kind": "official"}, {"replaces": "a.csv"}, "official takes precedence over"),
        ({"replaces": "b.csv", "accessed": LATE}, {}, "the file not used was replaced by another"),
        ({}, {"accessed": LATE}, "the one accessed first is kept"),
        ({}, {}, "accessed on the same day: the file whose name comes first is kept"),
    ],
)
def test_a_conflict_gives_the_step_of_the_rule_that_decided(
    accepted: dict[str, str], rejected: dict[str, str], expected: str
) -> None:
    table = pd.DataFrame([figure(1.0), figure(2.0, base="b.csv")])
    table = table.astype(object)
    for row, about in enumerate((accepted, rejected)):
        for column, value in about.items():
            table.loc[row, column] = value
    resolved, reported = resolve(table.astype({"score": float}), "score")
    assert resolved["score"].tolist() == [1.0]
    (why,) = reported["why_en"]
    assert expected in why


def test_a_missing_rank_contradicts_nothing() -> None:
    table = pd.DataFrame([figure(1.0), figure(1.0, base="b.csv")]).assign(
        rank_printed=pd.array([3, pd.NA], dtype="Int64")
    )
    assert resolve(table, "rank_printed")[1].empty
    both = table.assign(rank_printed=pd.array([3, 4], dtype="Int64"))
    (conflict,) = resolve(both, "rank_printed")[1].to_dict("records")
    assert (conflict["statistic"], conflict["kept"], conflict["rejected"]) == ("rank", "3", "4")


# What holds for any figures.

FILES = ["a.csv", "b.csv", "c.csv", "d.csv"]


@st.composite
def figure_tables(draw: st.DrawFn) -> pd.DataFrame:
    """Figures of up to four files, each of one kind and date, a cell once in a file."""
    rows = []
    for base in FILES:
        kind, accessed = draw(st.sampled_from(KINDS)), draw(st.sampled_from([EARLY, LATE]))
        replaces = draw(st.sampled_from(["", *(name for name in FILES if name < base)]))
        codes = draw(st.lists(st.sampled_from(["01", "20", "56"]), unique=True))
        for code in codes:
            score = draw(st.integers(100, 110)) / 100
            rows.append(figure(score, kind, accessed, base, replaces, code))
    return pd.DataFrame(rows, columns=[*CELL, "score", *ABOUT])


@given(table=figure_tables(), seed=st.integers(0, 99))
@pytest.mark.slow
def test_the_order_of_the_rows_does_not_matter(table: pd.DataFrame, seed: int) -> None:
    resolved, conflicts = resolve(table, "score")
    again, conflicts_again = resolve(table.sample(frac=1, random_state=seed), "score")
    order = [*CELL, "file"]
    pd.testing.assert_frame_equal(resolved.sort_values(order), again.sort_values(order))
    by = [*CELL, "source"]
    pd.testing.assert_frame_equal(
        conflicts.sort_values(by, ignore_index=True),
        conflicts_again.sort_values(by, ignore_index=True),
    )


@given(table=figure_tables())
def test_one_figure_a_cell_stands_and_none_is_invented(table: pd.DataFrame) -> None:
    resolved, _ = resolve(table, "score")
    assert not resolved.duplicated(CELL).any()
    assert len(resolved) == len(table[CELL].drop_duplicates())
    pd.testing.assert_frame_equal(resolved, table.loc[resolved.index])


@given(table=figure_tables())
@pytest.mark.slow
def test_what_stands_is_never_of_a_lower_kind_nor_of_a_file_that_was_replaced(
    table: pd.DataFrame,
) -> None:
    resolved, _ = resolve(table, "score")
    for row in resolved.itertuples():
        rivals = table[table["province"] == row.province]
        assert KINDS.index(row.kind) == min(map(KINDS.index, rivals["kind"]))
        alike = rivals[rivals["kind"] == row.kind]
        assert row.base not in set(alike["replaces"])


@given(table=figure_tables())
@pytest.mark.slow
def test_every_figure_that_differs_is_reported_and_no_other(table: pd.DataFrame) -> None:
    resolved, conflicts = resolve(table, "score")
    accepted = resolved.set_index("province")["score"]
    differ = table[(table["score"] - table["province"].map(accepted)).abs() > 0.005 + 1e-9]
    expected = sorted(zip(differ["province"], differ["score"], differ["file"], strict=True))
    actual = sorted(
        (row.province, float(row.rejected), row.source.partition(" ; ")[2])
        for row in conflicts.itertuples()
    )
    assert actual == expected
    assert conflicts["kept"].astype(float).tolist() == conflicts["province"].map(accepted).tolist()


# In a build.

SCORES = "year,province,series,score"
PRINTED = "year,province,series,score,rank,n_ranked,source"


def test_a_build_keeps_the_official_figure_and_lists_the_other(small_data: SmallData) -> None:
    small_data.put("a.csv", f"{SCORES}\n2024,20,{HEALTH},1.9\n", obtained="press")
    small_data.put("b.csv", f"{SCORES}\n2024,Lạng Sơn,{HEALTH},1.95\n", obtained="official")
    build()
    row = load_scores("PAPI").iloc[0]
    assert (row["score"], row["origin"], row["source"]) == (1.95, "printed", "raw/papi/b.csv")
    (conflict,) = load_conflicts().to_dict("records")
    assert (conflict["kept"], conflict["rejected"], conflict["resolved_by"]) == (
        "1.95",
        "1.9",
        "precedence",
    )


def test_a_build_keeps_the_file_whose_sidecar_says_it_replaces_the_other(
    small_data: SmallData,
) -> None:
    small_data.put("a.csv", f"{SCORES}\n2024,20,{HEALTH},1.9\n", date_accessed="2025-01-01")
    content = f"{SCORES}\n2024,20,{HEALTH},1.95\n"
    small_data.put("b.csv", content, date_accessed="2026-01-01")
    build()
    assert load_scores("PAPI")["score"].tolist() == [1.9]
    small_data.put("b.csv", content, date_accessed="2026-01-01", replaces="a.csv")
    build()
    assert load_scores("PAPI")["score"].tolist() == [1.95]


def test_files_that_replace_each_other_in_a_circle_are_refused(small_data: SmallData) -> None:
    names = ("a.csv", "b.csv", "c.csv", "d.csv")
    for name, older in zip(names, ("b.csv", "c.csv", "a.csv", "a.csv"), strict=True):
        small_data.put(name, f"{SCORES}\n2024,20,{HEALTH},1.9\n", replaces=older)
    before = small_data.processed_bytes()
    with pytest.raises(InvalidData) as caught:
        build()
    assert [problem.file for problem in caught.value.problems] == [
        f"raw/papi/{name}.yml" for name in names[:3]
    ]
    assert "replaces itself" in str(caught.value)
    assert small_data.processed_bytes() == before


@pytest.mark.parametrize(
    "replacement",
    ["21/11/2026", "2026-1-5", "20260105", "banana", "[2026-01-05]", "2026-01-05T10:00:00Z"],
)
def test_a_day_that_no_other_can_be_compared_with_is_refused(
    small_data: SmallData, replacement: str
) -> None:
    path = small_data.put("a.csv", f"{SCORES}\n2024,20,{HEALTH},1.9\n")
    sidecar = path.with_name("a.csv.yml")
    written = sidecar.read_text(encoding="utf-8").replace("'2026-01-31'", replacement)
    sidecar.write_text(written, encoding="utf-8")
    with pytest.raises(
        InvalidData, match=r"column date_accessed: .* expected a date as 2026-01-31"
    ):
        build()


def test_a_day_that_does_not_exist_is_refused(small_data: SmallData) -> None:
    path = small_data.put("a.csv", f"{SCORES}\n2024,20,{HEALTH},1.9\n")
    sidecar = path.with_name("a.csv.yml")
    written = sidecar.read_text(encoding="utf-8").replace("'2026-01-31'", "2026-13-45")
    sidecar.write_text(written, encoding="utf-8")
    with pytest.raises(InvalidData, match=r"a\.csv\.yml: found month must be in 1\.\.12"):
        build()


def test_a_score_derived_from_a_printed_change_gives_way_to_a_printed_one(
    small_data: SmallData,
) -> None:
    """Though its file was accessed first and its name comes first."""
    header = f"{PRINTED},basis_score"
    row = "2024,20,sipas,{score},,,a newspaper,{basis}"
    about = {"form": "printed", "obtained": "press", "folder": "sipas"}
    small_data.put("a.csv", f"{header}\n{row.format(score=83.1, basis='derived')}\n", **about)
    small_data.put("b.csv", f"{header}\n{row.format(score=84.2, basis='printed')}\n", **about)
    build()
    scores = load_scores("SIPAS")
    assert scores[["score", "origin"]].to_numpy().tolist() == [[84.2, "press"]]
    assert load_conflicts()["rejected"].tolist() == ["83.1"]
    assert len(load_printed()) == 1


# Totals and their parts.

PARTS = tuple(
    f"par.part.{name}" for name in ("assessed", "socio_economic", "leaders_survey", "sipas")
)


def score_of(series: str, score: float, kind: str, base: str) -> dict[str, object]:
    return figure(score, kind, base=base, index="PAR INDEX") | {"series": series, "year": 2023}


def settled(*rows: dict[str, object]) -> tuple[dict[str, float], pd.DataFrame]:
    figures, conflicts = settle_sums(pd.DataFrame(rows), frameworks.by_year(), 0.05)
    return dict(zip(figures["series"], figures["score"], strict=True)), conflicts


def test_parts_of_the_press_do_not_stand_beside_an_official_total_they_contradict() -> None:
    total = score_of("par", 87.33, "official", "official.csv")
    parts = [score_of(name, 21.0, "press", "press.csv") for name in PARTS]
    scores, conflicts = settled(total, *parts)
    assert scores == {"par": 87.33}
    assert conflicts["series"].tolist() == list(PARTS)
    assert set(conflicts["rejected"]) == {"21"}
    assert conflicts["why_en"].iloc[0].startswith("Parts (")


def test_parts_that_agree_stand_whatever_their_source() -> None:
    total = score_of("par", 84.0, "official", "official.csv")
    parts = [score_of(name, 21.0, "press", "press.csv") for name in PARTS]
    scores, conflicts = settled(total, *parts)
    assert len(scores) == 5
    assert conflicts.empty


def test_official_parts_stand_and_the_total_of_the_press_does_not() -> None:
    total = score_of("par", 87.33, "press", "press.csv")
    parts = [score_of(name, 21.0, "official", "official.csv") for name in PARTS]
    scores, conflicts = settled(total, *parts)
    assert set(scores) == set(PARTS)
    assert conflicts[["series", "rejected"]].values.tolist() == [["par", "87.33"]]


def test_a_file_that_contradicts_itself_is_left_to_the_check_of_the_tables() -> None:
    rows = [score_of("par", 87.33, "official", "official.csv")]
    rows += [score_of(name, 21.0, "official", "official.csv") for name in PARTS]
    scores, conflicts = settled(*rows)
    assert len(scores) == 5
    assert conflicts.empty


# Printed scores and ranks.

WITH_BASIS = "year,province,series,score,rank,n_ranked,basis_score,basis_rank,source"


def put_printed(data: SmallData, name: str, accessed: str, *rows: str) -> None:
    content = "\n".join([WITH_BASIS, *rows]) + "\n"
    data.put(name, content, folder="par", form="printed", obtained="press", date_accessed=accessed)


def printed_row() -> pd.Series:
    build()
    (row,) = (row for _, row in load_printed().iterrows())
    return row


def test_score_and_rank_of_two_files_stand_in_one_row_with_both_pages(
    small_data: SmallData,
) -> None:
    put_printed(small_data, "a.csv", EARLY, "2023,96,par,86.89,,,printed,,http://a.vn")
    put_printed(small_data, "b.csv", LATE, "2023,96,par,,34,63,,printed,http://b.vn")
    row = printed_row()
    figures = ["score_printed", "rank_printed", "n_ranked_printed", "source", "file"]
    assert row[figures].tolist() == [86.89, 34, 63, "http://a.vn http://b.vn", "raw/par/a.csv"]
    scores = load_scores("par")
    assert scores[["score", "rank_printed"]].to_numpy().tolist() == [[86.89, 34]]
    assert load_conflicts().empty


def test_what_was_printed_stands_before_what_was_derived_whichever_came_first(
    small_data: SmallData,
) -> None:
    derived = "2023,56,par,88.60,14,63,derived,derived,http://a.vn"
    put_printed(small_data, "a.csv", EARLY, derived)
    put_printed(small_data, "b.csv", LATE, "2023,56,par,88.61,15,63,printed,printed,http://b.vn")
    row = printed_row()
    assert row[["score_printed", "rank_printed", "basis_rank"]].tolist() == [88.61, 15, "printed"]
    assert row["source"] == "http://b.vn"
    conflicts = load_conflicts().set_index("statistic")
    assert conflicts["rejected"].to_dict() == {"score": "88.6", "rank": "14"}
    assert conflicts["resolved_by"].tolist() == ["precedence"] * 2


@pytest.mark.parametrize(
    ("other", "is_named"),
    [
        ("2023,31,par,91.87,2,63,printed,printed,http://b.vn", True),
        ("2023,31,par,91.874,2,63,printed,printed,http://b.vn", True),
        ("2023,31,par,91.81,2,63,printed,printed,http://b.vn", False),
        ("2023,31,par,91.87,3,63,printed,printed,http://b.vn", False),
        ("2023,31,par,,2,63,,printed,http://b.vn", False),
        ("2023,31,par,91.87,,,printed,,http://b.vn", False),
        ("2023,31,par,91.87,2,63,printed,printed,http://a.vn", False),
    ],
)
def test_a_page_is_a_source_if_it_prints_all_of_the_row(
    small_data: SmallData, other: str, is_named: bool
) -> None:
    put_printed(small_data, "a.csv", EARLY, "2023,31,par,91.87,2,63,printed,printed,http://a.vn")
    put_printed(small_data, "b.csv", LATE, other)
    assert printed_row()["source"] == "http://a.vn" + (" http://b.vn" if is_named else "")


def settle(data: SmallData, name: str, accessed: str, kept: str, rejected: str) -> None:
    content = (
        "year,province,series,statistic,kept,rejected,why_vi,why_en,source\n"
        f"2023,96,par,rank,{kept},{rejected},vì,because,{name}\n"
    )
    about = {"form": "conflicts", "obtained": "press", "date_accessed": accessed}
    data.put(name, content, folder="par", **about)


def test_what_a_reader_settled_is_not_listed_again_by_the_rule(small_data: SmallData) -> None:
    put_printed(small_data, "a.csv", EARLY, "2023,96,par,86.89,34,63,printed,printed,http://a.vn")
    put_printed(small_data, "b.csv", LATE, "2023,96,par,86.89,32,63,printed,printed,http://b.vn")
    build()
    assert load_conflicts()["resolved_by"].tolist() == ["precedence"]
    settle(small_data, "c.csv", EARLY, "34", "32;31")
    build()
    assert load_conflicts()[["resolved_by", "rejected"]].to_numpy().tolist() == [
        ["reading", "32;31"]
    ]


def test_of_two_readings_of_one_contradiction_the_later_stands(small_data: SmallData) -> None:
    put_printed(small_data, "a.csv", EARLY, "2023,96,par,86.89,34,63,printed,printed,http://a.vn")
    settle(small_data, "c.csv", EARLY, "", "32")
    settle(small_data, "d.csv", LATE, "34", "32.0")
    build()
    assert load_conflicts()[["kept", "source"]].to_numpy().tolist() == [["34", "d.csv"]]
    settle(small_data, "d.csv", LATE, "34", "33")
    build()
    assert sorted(load_conflicts()["rejected"]) == ["32", "33"]
