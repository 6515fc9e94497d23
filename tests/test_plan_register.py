"""The register of plans: what is coded, how a person corrects it, what a broken file is told."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from parstats import errors, schema
from parstats.figures.text.remedy_answer import plans_read_note
from parstats.panel import load_measures, load_plans, load_printed, load_scores, load_targets
from parstats.pipeline.processed_tables import build, make_tables
from parstats.plans import by_dimension, outcomes, targets_met
from parstats.plans.series_rows import series_dimension, split_series, targeted_series
from parstats.reference import frameworks, provinces
from small_data import SmallData

pytestmark = pytest.mark.usefixtures("figures_to_2024")

PLANS = (
    "plan,province,province_name,vintage,agency,agency_level,number,date,blanks,kind,formal,"
    "plan_year,baseline_year,until_year,indices,unit_level,completeness,parent,document,source,"
    "note_vi,note_en\n"
)
PLAN = (
    "p1,20,Lạng Sơn,63,UBND tỉnh,province,1/KH-UBND,2024-05-02,,plan,true,2024,2023,2024,PAPI,"
    "province,full,,,https://example.org,,\n"
)
MEASURES = (
    "plan,row,appendix,section,code_as_written,criterion_as_written,index,series,series_basis,"
    "list_type,surveyed,measure_type,target_op,target_value,target_unit,indicator_vi,indicator_en,"
    "lead_unit,support_unit,deadline,inherited,label_vi,label_en,line_start,line_end\n"
)
MEASURE = (
    "p1,001,,I,1,,PAPI,papi.services,stated,remediate,false,SECTOR,>=,90,%,Trạm y tế,Clinics,"
    "Sở Y tế,,2024,,Sửa trạm y tế,Mend clinics,3,4\n"
)
OVERRIDES = "plan,row,column,value,reason,coded_by,date\n"
SCORES = "year,province,series,score\n2024,20,papi.services.public_health,1.959565\n"


@pytest.fixture
def register(small_data: SmallData) -> SmallData:
    """A data folder with one score, one plan and one measure."""
    small_data.put("papi_2024.csv", SCORES)
    small_data.put("plans.csv", PLANS + PLAN, folder="plans", form="plans")
    put_measures(small_data, MEASURE)
    return small_data


def put_measures(data: SmallData, *rows: str, name: str = "measures.csv") -> None:
    about = {"form": "measures", "coded_by": "machine-reviewed"}
    data.put(name, MEASURES + "".join(rows), folder="plans", **about)


def problems() -> list[str]:
    with pytest.raises(errors.InvalidData) as caught:
        build()
    return [str(problem) for problem in caught.value.problems]


# What is registered.


def test_four_documents_are_coded_in_full_and_the_rest_in_part(data_folder: Path) -> None:
    plans, measures = load_plans(), load_measures()
    full = plans[plans["completeness"] == "full"]
    rows = measures.drop_duplicates(["plan", "row"]).groupby("plan").size()
    assert rows[full["plan"]].to_dict() == {
        "lang-son-2022-sct": 39,
        "lang-son-2024-sct": 47,
        "khanh-hoa-2023-sct": 24,
        "bac-kan-2024-sct": 85,
    }
    public = plans[plans["completeness"] != "full"]
    assert len(public) == 57
    assert rows[public["plan"]].sum() == 232
    assert public["formal"].sum() == 40


def test_province_years_with_a_formal_plan(data_folder: Path) -> None:
    """The counts of the register, from 2016 on, seeds of departments included."""
    plans = load_plans()
    subset = plans[
        plans["formal"] & (plans["plan_year"] >= 2016) & (plans["unit_level"] == "province")
    ]
    counts = {}
    for index in ("PAPI", "PAR INDEX", "SIPAS"):
        served_plans = subset[[index in served.split(";") for served in subset["indices"]]]
        years = served_plans.drop_duplicates(["vintage", "province", "plan_year"])
        counts[index] = (len(years), years["province"].nunique())
    assert counts == {"PAPI": (34, 20), "PAR INDEX": (18, 16), "SIPAS": (14, 13)}


def test_a_department_score_stands_under_its_own_index(data_folder: Path) -> None:
    plans, measures = load_plans(), load_measures()
    departments = plans[plans["unit_level"] == "department"]["plan"]
    assert set(measures[measures["plan"].isin(departments)]["index"]) == {"PAR KHANH HOA"}
    assert not measures[measures["plan"].isin(departments)]["series"].eq("").any()
    assert set(measures[measures["index"] == "PAR KHANH HOA"]["plan"]) == set(departments)


def test_every_series_is_of_its_index_and_every_row_has_both_labels(data_folder: Path) -> None:
    measures = load_measures()
    index_by_series = frameworks.series().set_index("series")["index"]
    assert (measures["series"].map(index_by_series) == measures["index"]).all()
    assert (measures[["label_vi", "label_en"]] != "").all(axis=None)
    assert (measures["text"] == "").all()
    assert measures["confidence"].isna().all()


def test_codes_of_provinces_are_those_of_the_date(data_folder: Path) -> None:
    plans = load_plans()
    names = {v: provinces.by_code(v) for v in provinces.VINTAGES}
    later = plans[plans["vintage"] == 34].set_index("plan")
    assert sorted(later.index) == ["can-tho-2025-ubnd", "cao-bang-2025-ubnd", "tay-ninh-2025-ubnd"]
    assert names[34][later.loc["tay-ninh-2025-ubnd", "province"]].names["vi"] == "Tây Ninh"
    assert (
        later.loc["tay-ninh-2025-ubnd", "province"]
        != plans.set_index("plan").loc["tay-ninh-2021-ubnd", "province"]
    )
    assert load_plans(province="Long An")["plan"].tolist() == [
        "long-an-2018-chu-tich",
        "tay-ninh-2025-ubnd",
    ]


def test_results_against_thresholds_of_khanh_hoa(data_folder: Path) -> None:
    targets = load_targets("PAR KHANH HOA")
    online = targets[(targets["kind"] == "threshold") & (targets["achieved"] == 63.63)].iloc[0]
    assert (online["op"], online["value"], online["unit"], bool(online["met"])) == (
        ">=",
        80,
        "%",
        False,
    )
    result = targets[(targets["kind"] == "result") & (targets["achieved"] == 83.47)].iloc[0]
    assert (result["rank"], result["n_ranked"], result["year"]) == (17, 21, 2022)
    assert set(targets[targets["kind"] == "change"]["achieved"]) == {3.66, 2.0}
    satisfaction = targets[targets["series"] == "par_khanh_hoa.impact"]
    assert sorted(satisfaction["achieved"]) == [70.69, 78.61, 82.16, 84.56]


def test_one_target_of_a_criterion_with_two_measures_stands_once(data_folder: Path) -> None:
    targets = load_targets().query("plan == 'bac-kan-2024-sct'")
    assert len(targets) == 25
    assert (targets["series"] == "par.civil_service.staff_ability").sum() == 1


def test_nothing_registered_gives_empty_tables(small_data: SmallData) -> None:
    small_data.put("papi_2024.csv", SCORES)
    rows = build().rows
    assert [rows[name] for name in ("plans", "measures", "targets")] == [0, 0, 0]
    assert load_plans("PAPI").empty
    assert load_measures("PAPI").empty
    assert load_targets("PAPI").empty


def test_tables_that_were_never_built_say_so(small_data: SmallData) -> None:
    for load in (load_plans, load_measures, load_targets):
        with pytest.raises(errors.DataNotBuilt, match="run `parstats build`"):
            load()


def test_an_unknown_index_or_province_is_named(data_folder: Path) -> None:
    for load in (load_plans, load_measures, load_targets):
        with pytest.raises(errors.UnknownChoice, match="unknown index 'PAPY'"):
            load("PAPY")
    with pytest.raises(errors.UnknownProvince, match="Lạng Sơn"):
        load_plans(province="Lạng Sơnn Tỉnhh")


# A person's corrections.


def test_a_correction_wins_over_the_coded_row(register: SmallData) -> None:
    assert build().rows["measures"] == 1
    corrections = "p1,001,series,papi.environment,read again,human,2026-01-02\n"
    corrections += "p1,001,target_value,95,,human,2026-01-02\n"
    register.put("overrides.csv", OVERRIDES + corrections, folder="plans", form="overrides")
    build()
    row = load_measures().iloc[0]
    assert (row["series"], row["target_value"], row["coded_by"]) == (
        "papi.environment",
        95.0,
        "human",
    )
    assert load_targets().iloc[0]["value"] == 95.0
    # The coded facts are extracted anew, and the correction still stands.
    put_measures(register, MEASURE.replace("Sửa trạm", "Xây trạm"))
    build()
    row = load_measures().iloc[0]
    assert (row["series"], row["label_vi"]) == ("papi.environment", "Xây trạm y tế")


def test_a_file_of_corrections_may_be_empty(register: SmallData) -> None:
    register.put("overrides.csv", OVERRIDES, folder="plans", form="overrides")
    build()
    assert load_measures()["coded_by"].tolist() == ["machine-reviewed"]


def test_a_measure_for_two_indices_is_two_rows(register: SmallData) -> None:
    both = MEASURE.replace("PAPI,papi.services", "PAPI;SIPAS,papi.services;sipas")
    put_measures(register, both)
    build()
    pairs = load_measures()[["index", "series"]].to_numpy().tolist()
    assert pairs == [["PAPI", "papi.services"], ["SIPAS", "sipas"]]


def test_a_series_of_another_index_is_refused_after_a_correction_too(register: SmallData) -> None:
    corrections = "p1,001,series,sipas.service,,human,2026-01-02\n"
    register.put("overrides.csv", OVERRIDES + corrections, folder="plans", form="overrides")
    build()  # the index comes along with the series
    assert load_measures()["index"].tolist() == ["SIPAS"]
    corrections = "p1,001,series,papi.nothing,,human,2026-01-02\n"
    register.put("overrides.csv", OVERRIDES + corrections, folder="plans", form="overrides")
    assert problems() == [
        "raw/plans/measures.csv, row 2, column series: found 'papi.nothing'; expected series of "
        "PAPI; see reference/frameworks; leave it empty if unsure"
    ]


# Broken files.


@pytest.mark.parametrize(
    ("old", "new", "label", "indicator"),
    [
        ("Sửa trạm y tế,", ",", ["Mend clinics", "Mend clinics"], ["Trạm y tế", "Clinics"]),
        ("Trạm y tế,Clinics", ",Clinics", ["Sửa trạm y tế", "Mend clinics"], ["Clinics"] * 2),
        ("Trạm y tế,Clinics", ",", ["Sửa trạm y tế", "Mend clinics"], None),
    ],
)
def test_what_is_named_in_one_language_or_by_the_measure_alone_is_named(
    register: SmallData, old: str, new: str, label: list[str], indicator: list[str] | None
) -> None:
    """As a machine's own table, which names no indicators, and a table in one language."""
    assert old in MEASURE
    put_measures(register, MEASURE.replace(old, new))
    build()
    assert load_measures()[["label_vi", "label_en"]].to_numpy().tolist() == [label]
    counted = load_targets()[["indicator_vi", "indicator_en"]].to_numpy().tolist()
    assert counted == [indicator or label]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "papi.services,stated",
            "sipas.service,stated",
            "raw/plans/measures.csv, row 2, column series: found 'sipas.service'; expected series "
            "of PAPI; see reference/frameworks; leave it empty if unsure",
        ),
        (
            "SECTOR",
            "SEKTOR",
            "raw/plans/measures.csv, row 2, column measure_type: found 'SEKTOR'; expected COMM, ",
        ),
        (
            ">=,90",
            '>=,"90,5"',
            "raw/plans/measures.csv, row 2, column target_value: found '90,5'; expected a number "
            "with a decimal point; write 90.5, with a decimal point",
        ),
        (
            "Sửa trạm y tế,Mend clinics",
            ",",
            "raw/plans/measures.csv, row 2, column label_vi: found ''; expected the measure in our "
            "own words, in Vietnamese or English; write a short label, no sentence of the plan",
        ),
        (
            "p1,001",
            "p2,001",
            "raw/plans/measures.csv, row 2, column plan: found 'p2'; expected a plan of the "
            "register; add it to plans.csv, or mend it",
        ),
    ],
)
def test_a_wrong_cell_of_a_measure_is_named(
    register: SmallData, old: str, new: str, message: str
) -> None:
    assert old in MEASURE
    put_measures(register, MEASURE.replace(old, new))
    assert [line for line in problems() if line.startswith(message)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "2024-05-02",
            "2025-08-02",
            "raw/plans/plans.csv, row 2, column date: found '2025-08-02'; expected a date before "
            "July 2025 for a code of the 63 provinces; mend date, province or vintage: 63 "
            "provinces to June 2025, 34 since",
        ),
        (
            "2024-05-02",
            "2/5/2024",
            "raw/plans/plans.csv, row 2, column date: found '2/5/2024'; expected a date as "
            "2024-06-13, 2024-06 or 2024; write what is known of it",
        ),
        (
            "Lạng Sơn",
            "Cao Bằng",
            "raw/plans/plans.csv, row 2, column province_name: found 'Cao Bằng'; expected Lạng "
            "Sơn, the province with code 20; mend the code or the name",
        ),
        (
            "province,full",
            "province,whole",
            "raw/plans/plans.csv, row 2, column completeness: found 'whole'; expected one of full, "
            "partial, title_only; mend it",
        ),
        (
            ",true,",
            ",yes,",
            "raw/plans/plans.csv, row 2, column formal: found 'yes'; expected one of true, false; "
            "mend it",
        ),
        (
            "PAPI,province",
            "PCY,province",
            "raw/plans/plans.csv, row 2, column indices: found 'PCY'; expected ",
        ),
    ],
)
def test_a_wrong_cell_of_the_register_is_named(
    register: SmallData, old: str, new: str, message: str
) -> None:
    assert old in PLAN
    register.put("plans.csv", PLANS + PLAN.replace(old, new), folder="plans", form="plans")
    assert [line for line in problems() if line.startswith(message)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "p1,009,series,papi,,human,2026-01-02\n",
            "row 2, column row: found 'p1 009'; expected a measure that is registered; mend plan "
            "or row",
        ),
        (
            "p1,001,line_start,7,,human,2026-01-02\n",
            "row 2, column column: found 'line_start'; expected one of index, series, ",
        ),
        (
            "p1,001,series,papi,,machine,2026-01-02\n",
            "row 2, column coded_by: found 'machine'; expected human; only people's corrections "
            "belong here",
        ),
        (
            "p1,001,list_type,both,,human,2026-01-02\n",
            "row 2, column value: found 'both'; expected one of remediate, maintain, general; "
            "mend it",
        ),
    ],
)
def test_a_wrong_correction_is_named(register: SmallData, row: str, message: str) -> None:
    register.put("overrides.csv", OVERRIDES + row, folder="plans", form="overrides")
    assert [line for line in problems() if line.startswith(f"raw/plans/overrides.csv, {message}")]


def test_a_row_that_two_files_code_is_refused(register: SmallData) -> None:
    put_measures(register, MEASURE, name="more.csv")
    assert problems() == [
        "raw/plans/more.csv, row 2, column row: found 'p1 001'; expected each row of a plan in one "
        "file; keep one of them"
    ]


def test_a_file_of_measures_says_who_coded_it(register: SmallData) -> None:
    register.put("measures.csv", MEASURES + MEASURE, folder="plans", form="measures")
    messages = problems()
    assert messages[0] == (
        "raw/plans/measures.csv.yml, column coded_by: found nothing; expected one of hand, "
        "machine, machine-reviewed, human; say in the sidecar who coded the rows"
    )


def test_a_file_of_plans_in_the_folder_of_an_index_is_refused(register: SmallData) -> None:
    register.put("plans.csv", PLANS + PLAN, form="plans")
    message = (
        "raw/papi/plans.csv.yml, column form: found 'plans'; expected one of scores, printed, "
    )
    assert [line for line in problems() if line.startswith(message)]


def test_problems_of_scores_and_of_plans_are_told_together(register: SmallData) -> None:
    register.put("papi_2024.csv", SCORES.replace("1.959565", "1,9"))
    put_measures(register, MEASURE.replace("p1,001", "p2,001"))
    messages = problems()
    assert any(line.startswith("raw/papi/") for line in messages)
    assert any(line.startswith("raw/plans/") for line in messages)


@pytest.mark.slow
def test_two_readings_give_the_same_tables(data_folder: Path) -> None:
    once, again = make_tables(data_folder / "raw"), make_tables(data_folder / "raw")
    for name in ("plans", "measures", "targets"):
        pd.testing.assert_frame_equal(once[name], again[name])
        schema.validate(name, once[name])


# Dimensions and series.


def test_aims_leave_out_what_is_only_kept_up_and_the_index_as_a_whole() -> None:
    rows = [
        ("p", "papi.services.infrastructure", "remediate"),
        ("p", "papi", "remediate"),
        ("p", "papi.environment", "maintain"),
        ("p", "papi.participation", "general"),
    ]
    measures = pd.DataFrame(rows, columns=["plan", "series", "list_type"])
    assert targeted_series(measures) == {"p": "papi.participation;papi.services"}
    assert series_dimension("papi") == series_dimension("sipas.policy") == ""
    assert series_dimension("par_khanh_hoa.bonus") == "par_khanh_hoa.bonus"


def test_an_index_without_a_series_keeps_its_row() -> None:
    table = pd.DataFrame({"index": ["PAPI;SIPAS", ""], "series": ["papi.services", ""]})
    assert split_series(table)[["index", "series"]].to_numpy().tolist() == [
        ["PAPI", "papi.services"],
        ["SIPAS", ""],
        ["", ""],
    ]


# Plans and results.


@pytest.fixture(scope="module")
def tables(figures_to_2024: None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Plans, scores and printed figures."""
    return load_plans(), load_scores(None), load_printed()


def test_lang_son_2022_and_bac_kan_2024(tables: tuple[pd.DataFrame, ...]) -> None:
    table = outcomes(*tables).set_index(["plan", "index"])
    lang_son = table.loc[("lang-son-2022-sct", "SIPAS")]
    assert (lang_son["rank_before"], lang_son["rank"], lang_son["n_ranked"]) == (31, 63, 63)
    assert lang_son["rank_breaks"]
    assert pd.isna(lang_son["rank_peers"])
    bac_kan = table.loc[("bac-kan-2024-sct", "PAPI")]
    assert (bac_kan["rank_before"], bac_kan["rank"], bac_kan["basis"]) == (22, 22, "computed")
    assert table.loc[("bac-kan-2024-sct", "SIPAS"), "rank"] == 63


def test_others_from_the_same_place_by_hand(tables: tuple[pd.DataFrame, ...]) -> None:
    """The median of the ranks in 2024 of those within five places of Bắc Kạn's in 2023."""
    scores = tables[1]
    ranks = scores[scores["series"] == "papi"].pivot(
        index="province", columns="year", values="rank"
    )
    start = ranks.loc["06", 2023]
    near = ranks[((ranks[2023] - start).abs() <= 5).fillna(False)].drop("06")
    near = near.dropna(subset=[2024])
    outcome = outcomes(*tables, "PAPI").set_index("plan").loc["bac-kan-2024-sct"]
    assert outcome["rank_peers"] == near[2024].astype(float).median()
    assert outcome["n_peers"] == len(near)


def test_an_index_without_plans_has_an_empty_table_of_outcomes(tables) -> None:
    """Booleans choose rows; text, which an empty table would hold, chooses columns."""
    empty = outcomes(*tables, "PCI")
    assert len(empty) == 0
    assert list(empty[empty["formal"]].columns) == list(empty.columns)
    note = plans_read_note(tables[0], "PCI", "en").data
    assert note.startswith("Formal documents of PCI: 0")


def test_no_comparison_across_the_break_of_2021(tables: tuple[pd.DataFrame, ...]) -> None:
    table = outcomes(*tables, "PAPI")
    crossing = table[(table["plan_year"] == 2021) & (table["before_year"] == 2020)]
    assert len(crossing) > 3
    assert crossing["rank_breaks"].all()
    assert crossing["rank_peers"].isna().all()


def test_what_the_register_can_carry(tables: tuple[pd.DataFrame, ...]) -> None:
    """The counts that the notebook states."""
    table = outcomes(*tables)
    rows = table[table["formal"] & table["plan_year"].between(2016, 2024)]
    rows = rows.drop_duplicates(["vintage", "province", "plan_year", "index"])
    assert rows.groupby("index").size().to_dict() == {"PAPI": 26, "PAR INDEX": 14, "SIPAS": 10}
    both = rows[rows["score"].notna() & rows["score_before"].notna()]
    assert both.groupby("index").size().to_dict() == {"PAPI": 26, "PAR INDEX": 2, "SIPAS": 4}
    everywhere = table[table["formal"] & (table["plan_year"] >= 2016)]
    assert everywhere["province"].nunique() == 22


def test_targets_are_read_off_the_results(tables: tuple[pd.DataFrame, ...]) -> None:
    result = targets_met(load_targets(), *tables)
    lao_cai = result[(result["plan"] == "lao-cai-2019-ubnd")].set_index("unit")
    assert (lao_cai.loc["điểm", "met"], lao_cai.loc["nhóm", "met"]) == (False, True)
    assert set(lao_cai["told_by"]) == {"result"}
    an_giang = result[result["plan"] == "an-giang-2023-ubnd"].iloc[0]
    assert (bool(an_giang["met"]), an_giang["told_by"]) == (False, "plan")
    ahead = result[(result["plan"] == "tay-ninh-2025-ubnd")].iloc[0]
    assert (pd.isna(ahead["met"]), ahead["told_by"]) == (True, "")
    # A target of a measure is never read off the index.
    assert set(result[result["row"] != ""]["told_by"]) == {""}


def test_by_dimension_counts_measures_and_marks_what_is_kept_up(data_folder: Path) -> None:
    table = by_dimension(load_measures(), load_plans(), "PAR INDEX")
    rows = table[table["plan"] == "bac-kan-2024-sct"].set_index("series")
    assert rows.loc["par.procedures", "n_measures"] == 5
    assert rows.loc["par.procedures", "maintained"]
    assert not rows.loc["par.civil_service", "maintained"]
    seen = table[table["plan"] == "ha-tinh-2022-ubnd"]
    assert seen["n_measures"].tolist() == [0, 0]


def test_sidecars_tell_their_source(data_folder: Path) -> None:
    descriptor = json.loads((data_folder / "processed" / "datapackage.json").read_text("utf-8"))
    titles = {item["title"] for item in descriptor["sources"]}
    assert "data/raw/plans/plans.csv" in titles
    assert "data/raw/plans/overrides.csv" in titles


def test_a_correction_may_leave_a_row_out(register: SmallData) -> None:
    put_measures(register, MEASURE, MEASURE.replace("p1,001", "p1,002"))
    row = "p1,001,dropped,true,no measure,human,2026-01-01\n"
    register.put("overrides.csv", OVERRIDES + row, folder="plans", form="overrides")
    build()
    assert load_measures()["row"].tolist() == ["002"]
    wrong = row.replace("true", "yes")
    register.put("overrides.csv", OVERRIDES + wrong, folder="plans", form="overrides")
    assert problems()[0].startswith("raw/plans/overrides.csv, row 2, column value: found 'yes'; ")


def test_plans_of_a_merged_province_say_so(data_folder: Path) -> None:
    from parstats.figures.tables import plan_targets

    plans = load_plans("PAPI", province="Long An")
    done = outcomes(plans, load_scores("PAPI"), load_printed(), "PAPI")
    page = plan_targets.province_plans(done, plans, "en").gt.as_raw_html()
    assert "Plan 315/KH-UBND (Tay Ninh after the merger, in part)" in page


def test_one_measure_of_several_rows_is_shown_once_with_all_its_types(
    data_folder: Path,
) -> None:
    from parstats.figures.tables import plan_targets

    rows = load_measures().query("plan == 'lang-son-2019-ubnd' and series == 'papi'")
    assert len(rows) == 3
    page = plan_targets.measures(rows, "en").gt.as_raw_html()
    assert page.count("<tr") == 2  # the header and one row
    assert "Communication, Surveys, Planning and reporting" in page
