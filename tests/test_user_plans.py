"""Tables of plans and measures by hand: few columns, defaults that are told, a check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from parstats import cli, errors, remedies
from parstats.pipeline.user_plans import (
    plan_tables,
    read_measures,
    read_plans,
    read_tables,
    table_form,
)

PLANS = "plan,province,plan_year,indices\na,Lạng Sơn,2024,PAPI\nb,06,2023,PAPI;SIPAS\n"
MEASURES = (
    "plan,index,series,criterion_as_written,measure_type,lead_unit\n"
    "a,PAPI,papi.environment,,COMM,Sở TNMT\n"
    "a,PAPI,,môi trường sống,SECTOR;STAFF,Sở Y tế\n"
    "b,PAPI,papi.services,,,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two tables by hand."""
    (tmp_path / "plans.csv").write_text(PLANS, encoding="utf-8")
    (tmp_path / "measures.csv").write_text(MEASURES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            cli.main(["check", *map(str, arguments)])
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call


# What is left out.


def test_four_columns_make_a_plan_and_the_rest_is_told(folder: Path) -> None:
    table = read_plans(folder / "plans.csv")
    assert table["province"].tolist() == ["20", "06"]
    assert table["until_year"].tolist() == table["plan_year"].tolist() == [2024, 2023]
    taken = table[["vintage", "date", "formal", "unit_level", "agency_level", "completeness"]]
    assert taken.drop_duplicates().to_numpy().tolist() == [
        [63, "", True, "province", "province", "partial"]
    ]
    (remark,) = table.attrs["remarks"]
    for column in [*taken.columns, "until_year"]:
        assert column in remark


def test_what_a_column_says_is_not_told_as_taken(folder: Path) -> None:
    (folder / "plans.csv").write_text(
        "plan,province,plan_year,indices,agency_level,until_year,date\n"
        "a,20,2021,PAPI,department,2025,2021-03\nb,20,2021,PAPI,,,\n",
        encoding="utf-8",
    )
    table = read_plans(folder / "plans.csv")
    assert table["agency_level"].tolist() == ["department", ""]
    assert table["until_year"].fillna(0).tolist() == [2025, 0]
    assert "agency_level" not in table.attrs["remarks"][0]


@pytest.mark.parametrize(
    ("year", "issued", "vintage"),
    [(2024, "", 63), (2025, "", 34), (2025, "2025-06-30", 63), (2025, "2025-07-02", 34)],
)
def test_the_provinces_are_those_of_the_date_or_the_year(
    folder: Path, year: int, issued: str, vintage: int
) -> None:
    text = f"plan,province,plan_year,indices,date\na,20,{year},PAPI,{issued}\n"
    (folder / "plans.csv").write_text(text, encoding="utf-8")
    assert read_plans(folder / "plans.csv")["vintage"].tolist() == [vintage]


def test_measures_are_numbered_in_their_plan(folder: Path) -> None:
    table = read_measures(folder / "measures.csv")
    assert table[["plan", "row"]].to_numpy().tolist() == [["a", "001"], ["a", "002"], ["b", "001"]]
    assert set(table["list_type"]) == {"remediate"}
    assert set(table["seen"]) == {"measure"}
    assert set(table["coded_by"]) == {"human"}
    assert table["confidence"].isna().all()
    assert table["lead_unit"].tolist() == ["Sở TNMT", "Sở Y tế", ""]
    (remark,) = table.attrs["remarks"]
    assert "list_type (remediate)" in remark
    assert "series" not in remark


def test_measures_need_a_series_or_the_words_of_a_criterion(folder: Path) -> None:
    path = folder / "measures.csv"
    path.write_text("plan,index,measure_type\na,PAPI,COMM\n", encoding="utf-8")
    with pytest.raises(errors.InvalidData, match="the column series, or criterion_as_written"):
        read_measures(path)
    text = "plan,index,measure_type,criterion_as_written\na,PAPI,COMM,y tế\n"
    path.write_text(text, encoding="utf-8")
    table = read_measures(path)
    assert table["series"].tolist() == [""]
    assert "series (not linked)" in table.attrs["remarks"][0]


def test_tables_by_hand_are_all_that_a_study_needs(folder: Path, scores: pd.DataFrame) -> None:
    plans, measures = read_tables(folder)
    cells = remedies.exposure(scores, measures, plans, timing="plan_year")
    targeted = cells[cells["state"] == "targeted"]
    assert targeted[["province", "series", "year"]].to_numpy().tolist() == [
        ["06", "papi.services", 2023],
        ["20", "papi.environment", 2024],
    ]
    assert targeted["dose"].fillna(-1).tolist() == [-1, 0.5]
    waiting = remedies.unlinked_measures(scores, measures, plans, timing="plan_year")
    assert waiting["wording"].tolist() == ["002 môi trường sống"]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("date", "2024-02-31", "expected a date as 2024-06-13, 2024-06 or 2024"),
        ("date", "2024-13", "expected a date as 2024-06-13"),
        ("until_year", "2020", "found '2020'; expected 2024 or later"),
        ("agency_level", "ministry", "expected one of province, party, department, district"),
    ],
)
def test_a_date_or_a_year_that_cannot_be_is_named(
    folder: Path, column: str, value: str, says: str
) -> None:
    path = folder / "plans.csv"
    text = f"plan,province,plan_year,indices,{column}\na,20,2024,PAPI,{value}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.InvalidData, match=says) as refusal:
        read_plans(path)
    assert refusal.value.problems[0].row == 2


# A folder.


def test_a_folder_holds_one_table_of_each(folder: Path) -> None:
    assert [len(table) for table in read_tables(folder)] == [2, 3]
    with pytest.raises(errors.InvalidRequest, match="leave out"):
        read_tables(folder, folder / "measures.csv")
    with pytest.raises(errors.InvalidRequest, match="name their file too"):
        read_tables(folder / "plans.csv")
    (folder / "plans.json").write_text("[]")
    with pytest.raises(errors.InvalidData, match=r"found plans\.csv and plans\.json; expected one"):
        read_tables(folder)
    (folder / "plans.csv").unlink()
    (folder / "plans.json").unlink()
    with pytest.raises(errors.InvalidData, match="found no plans"):
        read_tables(folder)


# The check.


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".json"])
def test_a_table_is_known_by_its_header(folder: Path, ending: str) -> None:
    for form, text in (("plans", PLANS), ("measures", MEASURES)):
        path = folder / f"mine{ending}"
        table = pd.read_csv(folder / f"{form}.csv", dtype="str")
        if ending == ".csv":
            path.write_text("\ufeff" + text, encoding="utf-8")
        elif ending == ".json":
            table.to_json(path, orient="records")
        else:
            getattr(table, {".xlsx": "to_excel", ".parquet": "to_parquet"}[ending])(path)
        assert table_form(path) == form


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"year,province,series,score\n", b"PK\x03"])
def test_what_is_no_table_of_plans_is_left_to_its_reader(folder: Path, content: bytes) -> None:
    for name in ("other.csv", "other.xlsx", "other.parquet", "other.json", "other.doc"):
        (folder / name).write_bytes(content)
        assert table_form(folder / name) == ""
    assert table_form(folder / "none.csv") == ""
    assert table_form(folder) == ""


def test_tables_in_order_are_counted_and_what_was_taken_is_told(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    status, out, err = check(folder / "plans.csv", folder / "measures.csv")
    assert status == 0
    lines = out.splitlines()
    assert lines[0].endswith("plans.csv: in order as plans (2 plans, 2 provinces)")
    assert lines[1].endswith("in order as measures (3 measures, 2 plans, 1 linked to no series)")
    assert "completeness (partial" in " ".join(err.split())


def test_every_problem_of_a_table_of_plans_is_named(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    path = folder / "plans.csv"
    path.write_text(PLANS.replace("06", "99").replace("PAPI\n", "PAPY\n"), encoding="utf-8")
    status, out, err = check(path, folder / "measures.csv")
    assert status == 1
    assert "measures.csv: in order" in out
    assert "row 3, column province: found '99'" in err
    assert "row 2, column indices: found 'PAPY'" in err
    assert "score" not in err


def test_a_machine_s_own_tables_are_in_order(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    example = Path(__file__).parent.parent / "docs" / "examples" / "ke-hoach-2024.md"
    forms = ("plans", "measures", "targets", "shortcomings")
    paths = {form: tmp_path / f"{form}.csv" for form in forms}
    named = [part for form in forms for part in (f"--{form}", str(paths[form]))]
    named[named.index("--measures")] = "-o"
    with pytest.raises(SystemExit):
        cli.main(["plan", str(example), *named])
    capsys.readouterr()
    status, out, err = check(*paths.values())
    assert (status, out.count("in order as")) == (0, 4)
    assert err == ""


TARGETS = "plan,number,row,index,series,year,kind,op,value\nke-hoach,1,{},2024,target,{}\n"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (TARGETS.format("001,PAPI,papi.services", "=,95"), ""),
        (TARGETS.format("001,PAPI,par", "=,95"), "row 2, column series: found 'par'"),
        (TARGETS.format("001,PAPI,", "=>,95"), "row 2, column op: found '=>'"),
        (TARGETS.format("001,PAPI,", "=,viele"), "row 2, column value: found 'viele'"),
        (TARGETS.format("001,PAPI,", ",95"), "row 2, column op: found ''; expected an operator"),
        (TARGETS.format("001,PAPI,", ">=,"), "row 2, column value: found ''; expected a number"),
    ],
)
def test_a_table_of_targets_is_checked(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]], row: str, told: str
) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(row, encoding="utf-8")
    status, out, err = check(path)
    assert status == bool(told)
    assert told in err if told else "in order as targets (1 target, 1 plan, 0 linked" in out


def test_targets_and_shortcomings_name_measures_that_are_there(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    measures = folder / "measures.csv"
    plan = pd.read_csv(measures)["plan"].iloc[0]
    targets, gaps = folder / "targets.csv", folder / "shortcomings.csv"
    targets.write_text(f"plan,row,kind,op,value\n{plan},777,target,=,9\n", encoding="utf-8")
    header = "plan,criterion_as_written,shortcoming_as_written,measures"
    gaps.write_text(f"{header}\n{plan},,,\nother,Phí,,001;888\n", encoding="utf-8")
    status, _, err = check(gaps)
    assert status == 1
    assert "row 2, column shortcoming_as_written: found ''; expected a criterion" in err
    gaps.write_text(f"{header}\nother,Phí,,001;888\n", encoding="utf-8")
    _, _, err = check(folder / "plans.csv", measures, targets, gaps)
    assert "targets.csv, row 2, column row: found '777'" in err
    assert "shortcomings.csv, row 2, column plan: found 'other'" in err


def test_tables_of_plans_have_no_sidecar(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    status, _, err = check(folder / "plans.csv", "--sidecar")
    assert status == 2
    assert "--sidecar is for files of figures" in err


def test_remedies_takes_a_folder_and_tells_what_was_taken(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = folder / "found.csv"
    options = ["--timing", "plan_year", "--n-draws", "19", "--lang", "en", "-o", str(output)]
    with pytest.raises(SystemExit) as stop:
        cli.main(["remedies", "--plans", str(folder), *options])
    err = " ".join(capsys.readouterr().err.split())
    assert stop.value.code == 0
    assert "agency_level (province)" in err
    assert "list_type (remediate)" in err
    # The eight dimensions and 28 sub-dimensions of 2024, but for the one that it names.
    assert "link first those of: a (measures: 1, cells: 35)" in err
    assert pd.read_csv(output)["n_plans"].tolist() == [2]


# Both tables together.


def test_a_measure_without_its_plan_is_a_problem_and_a_plan_without_measures_a_remark(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    path = folder / "measures.csv"
    path.write_text(MEASURES.replace("\nb,", "\nbb,"), encoding="utf-8")
    status, out, err = check(folder / "plans.csv", path)
    assert status == 1
    assert "plans.csv: in order" in out
    assert "measures.csv: in order" not in out
    told = " ".join(err.split())
    assert "measures.csv, row 4, column plan: found 'bb'; expected the name of a plan in" in told
    assert "no measure of these plans is given: b (row 3)" in told
    # By itself the table is in order.
    assert check(path)[0] == 0


def test_tables_that_name_the_same_plans_have_no_remark_on_them(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    status, _, err = check(folder / "measures.csv", folder / "plans.csv")
    assert status == 0
    assert "no measure of these plans" not in err


def test_a_series_listed_for_remedy_and_to_be_kept_up_is_remarked_on(folder: Path) -> None:
    rows = "a,PAPI,papi.services,COMM,{}\nb,PAPI,papi.services,COMM,remediate\n"
    header = "plan,index,series,measure_type,list_type\n"
    path = folder / "measures.csv"
    both = header + rows.format("remediate") + "a,PAPI,papi.services,STAFF,maintain\n"
    path.write_text(both, encoding="utf-8")
    (line,) = [line for line in read_measures(path).attrs["remarks"] if "papi.services" in line]
    assert "rows 2, 4: plan a " in line
    path.write_text(header + rows.format("maintain"), encoding="utf-8")
    assert not any("papi.services" in line for line in read_measures(path).attrs["remarks"])


@pytest.mark.parametrize(
    ("year", "until", "issued", "in_order"),
    [
        *((2024, "", "2023-01-05", True), (2024, "", "2022-12-31", False)),
        *((2024, "", "2024-12-31", True), (2024, "", "2025-01-02", False)),
        *((2021, "2025", "2025-06", True), (2021, "2025", "2026", False)),
        *((2021, "2025", "2024", True), (2024, "", "", True)),
    ],
)
def test_a_date_outside_the_years_of_the_plan_is_a_problem(
    folder: Path, year: int, until: str, issued: str, in_order: bool
) -> None:
    path = folder / "plans.csv"
    text = f"plan,province,plan_year,until_year,indices,date\na,,{year},{until},PAPI,{issued}\n"
    path.write_text(text, encoding="utf-8")
    if in_order:
        assert read_plans(path)["date"].tolist() == [issued]
        return
    with pytest.raises(errors.InvalidData) as refusal:
        read_plans(path)
    (problem,) = refusal.value.problems
    assert (problem.row, problem.column) == (2, "date")


@pytest.mark.parametrize(
    ("columns", "row", "is_named"),
    [
        ("date", "a,Bắc Kạn,2025,PAPI,2025-07-20", True),
        ("date", "a,Bắc Kạn,2025,PAPI,", False),
        ("date", "a,Bắc Xạn,2025,PAPI,2025-02-01", False),
        ("date,vintage", "a,Bắc Kạn,2025,PAPI,2025-07-20,34", False),
    ],
)
def test_a_date_after_the_merger_is_named_where_a_former_province_is_not_found(
    folder: Path, columns: str, row: str, is_named: bool
) -> None:
    path = folder / "plans.csv"
    path.write_text(f"plan,province,plan_year,indices,{columns}\n{row}\n", encoding="utf-8")
    with pytest.raises(errors.InvalidData) as refusal:
        read_plans(path)
    (problem,) = refusal.value.problems
    assert problem.column == "province"
    assert ("mend the date 2025-07-20" in problem.remedy) == is_named


def test_a_province_that_is_misspelt_is_told_as_it_was_read(
    folder: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    path = folder / "plans.csv"
    path.write_text(PLANS.replace("Lạng Sơn", "Lang Sonn"), encoding="utf-8")
    status, _, err = check(path)
    assert status == 0
    assert "row 2: read 'Lang Sonn' as Lạng Sơn (20)" in " ".join(err.split())
    path.write_text(PLANS.replace("Lạng Sơn", "lang son"), encoding="utf-8")
    assert "lang son" not in check(path)[2]


# Measures of another index, types with blanks.


@pytest.fixture
def of_sipas(folder: Path) -> Path:
    """The folder, with measures for SIPAS alone."""
    text = "plan,index,series,measure_type\na,SIPAS,sipas.service.access,COMM\na,SIPAS,,COMM\n"
    (folder / "measures.csv").write_text(text, encoding="utf-8")
    return folder


def test_measures_of_another_index_are_said_to_be_so(
    of_sipas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["remedies", "--index", "PAPI", "--plans", str(of_sipas)])
    captured = capsys.readouterr()
    assert (stop.value.code, captured.out) == (1, "")
    assert "none of the 2 measures is for PAPI" in " ".join(captured.err.split())
    assert "all 0 measures" not in captured.err


def test_own_tables_tell_how_many_measures_were_read(of_sipas: Path) -> None:
    _, measures = plan_tables("PAPI", of_sipas)
    assert (len(measures), measures.attrs["n_read"]) == (0, 2)
    assert len(plan_tables("SIPAS", of_sipas)[1]) == 2


def test_types_with_blanks_between_are_types(folder: Path, scores: pd.DataFrame) -> None:
    path = folder / "measures.csv"
    path.write_text(MEASURES.replace(",,COMM,", ",, STAFF ; COMM,"), encoding="utf-8")
    plans, measures = plan_tables("PAPI", folder)
    cells = remedies.exposure(scores, measures, plans, timing="plan_year")
    targeted = cells[(cells["state"] == "targeted") & (cells["series"] == "papi.environment")]
    assert targeted["measure_types"].tolist() == ["COMM;STAFF"]
