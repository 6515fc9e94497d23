"""`parstats remedies`: a verdict in words or one line that says what is missing, never a figure
that means nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from invented_plans import measures, plans
from parstats import cli, errors, remedies
from parstats.cli import application
from parstats.pipeline.user_plans import read_measures, read_plans
from parstats.reference import provinces

pytestmark = pytest.mark.usefixtures("figures_to_2024")

Call = Callable[..., tuple[int, str, str]]
ESTIMATES = ["adjusted_association", "se", "ci_low", "ci_high", "p", "p_adjusted", "p_clustered"]
AIR = "papi.environment.air_quality"
EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "ke-hoach-2024.md"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command; give back exit status, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            cli.main(["remedies", *arguments])
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return call


@pytest.fixture
def table_options(tmp_path: Path) -> Callable[[pd.DataFrame, pd.DataFrame], list[str]]:
    """Write tables of plans and measures; give back the options that name them."""

    def write(plan_table: pd.DataFrame, measure_table: pd.DataFrame) -> list[str]:
        plan_table.to_csv(tmp_path / "plans.csv", index=False)
        measure_table.to_csv(tmp_path / "measures.csv", index=False)
        return ["--plans", f"{tmp_path}/plans.csv", "--measures", f"{tmp_path}/measures.csv"]

    return write


def read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, dtype="str")


# The registered plans.


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_at_a_terminal_every_line_fits_80_columns(
    run: Call, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(application.sys.stdout, "isatty", lambda: True)
    status, out, _ = run("--by", "measure_type", "--lang", lang, "--years", "2018-2024")
    assert status == 0
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "nan" not in out.lower()
    start = {"vi": "  chưa đủ số liệu: ", "en": "  too little data: "}[lang]
    verdicts = [line for line in lines if line.startswith(start)]
    figures = [line for line in lines if re.match(r"\s*\([−+\d]", line)]
    assert len(verdicts) > 3
    assert [line.count("–") for line in figures if " / " in line] == [3] * len(verdicts)


@pytest.mark.slow
def test_a_pipe_gets_csv_and_files_go_by_their_ending(run: Call, tmp_path: Path) -> None:
    status, out, _ = run("--by", "coarse_group", "--years", "2024")
    assert status == 0
    assert out.startswith("by,value,model,family,adjusted_association,")
    for ending, read in (
        (".csv", pd.read_csv),
        (".parquet", pd.read_parquet),
        (".xlsx", pd.read_excel),
        (".json", pd.read_json),
    ):
        path = tmp_path / f"found{ending}"
        assert run("--by", "coarse_group", "--years", "2024", "-o", str(path))[0] == 0
        assert len(read(path)) == out.count("\n") - 1
        assert set(read(path)["verdict"]) == {"insufficient_data"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--by", "type"], "unknown --by 'type': expected one of measure_type, coarse_group, "),
        (["--lang", "fr"], "unknown language 'fr'"),
        (["--lag", "1"], "--lag is now --timing plan_year or next_year (which outcome year), or "),
        (["--event-time", "soon"], "'--event-time'"),
        (["--timing", "soon"], "unknown timing 'soon': expected one of fieldwork, plan_year, "),
        (["--list-types", "fix"], "unknown list type 'fix': expected one of remediate, "),
        (["--n-draws", "0"], "n_draws is 0"),
        (["--years", "last"], "--years 'last': expected a year or two, as 2018-2024"),
        (["--years", "2024-2018"], "the first year is after the last"),
        (["--years", "2018-2031"], "unknown year of PAPI 2031"),
        (["--index", "PAX"], "unknown index 'PAX'"),
        (["--plans", "plans.csv"], "give --plans and --measures together, a folder with both "),
        (["-o", "found.docx"], "unknown ending of an output file 'found.docx'"),
        (["--plans", "a.doc", "--measures", "b.csv"], "unknown ending of a table 'a.doc'"),
    ],
)
def test_wrong_options_end_with_2_and_one_line(
    run: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.strip().splitlines()) == 1, err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--index", "SIPAS"], "nothing of SIPAS can be set beside a plan: it takes scores of a "),
        (["--index", "par"], "nothing of PAR INDEX can be set beside a plan: it takes scores "),
        (["--index", "PCI"], "nothing of PCI can be set beside a plan: it takes scores "),
        (["--years", "2021"], "years that have: 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020, "),
    ],
)
def test_without_any_cell_one_line_says_what_it_takes(
    run: Call, tmp_path: Path, arguments: list[str], says: str
) -> None:
    path = tmp_path / "found.csv"
    status, out, err = run(*arguments, "-o", str(path))
    assert (status, out) == (1, "")
    assert says in err
    assert len(err.strip().splitlines()) == 1, err
    assert not path.exists()


def test_help_shows_examples_and_says_that_an_association_is_no_effect(run: Call) -> None:
    status, out, _ = run("--help")
    text = " ".join(out.split())
    assert status == 0
    assert "Example: parstats remedies --index PAPI --by measure_type" in text
    assert "An association is no effect" in text


# Plans of a user.


@pytest.mark.parametrize(
    ("plan", "measure", "why"),
    [
        ({}, {"series": ""}, "not linked to any part of the index (1)"),
        ({}, {"series": "papi"}, "names the index as a whole, no part of it (1)"),
        ({"plan_year": 2030, "date": "2030-03-01"}, {}, "the outcome year has no scores yet (1)"),
        ({"plan_year": 2021, "date": "2021-03-01"}, {}, "a break in meaning, scale or ranking "),
        ({"province": ""}, {}, "the province of the plan is not known (1)"),
        ({"plan": "another"}, {}, "its plan is not in the list of plans (1)"),
        ({"formal": False}, {}, "the document is no formal plan (1)"),
    ],
)
def test_measures_that_meet_no_cell_are_told_with_the_reason(
    run: Call,
    table_options: Callable[..., list[str]],
    plan: dict[str, Any],
    measure: dict[str, Any],
    why: str,
) -> None:
    status, out, err = run(*table_options(plans(plan), measures({"series": AIR} | measure)))
    assert (status, out) == (1, "")
    unmatched = "1 of 1 measures could not be matched to a result: "
    assert f"no cell is targeted, nothing to estimate: {unmatched}" in err
    assert why in err
    assert len(err.strip().splitlines()) == 1, err


def test_a_single_plan_is_too_little_data(
    run: Call, table_options: Callable[..., list[str]], scores: pd.DataFrame, tmp_path: Path
) -> None:
    options = table_options(plans({"province": "20"}), measures({"series": AIR}, {"series": ""}))
    status, _, err = run(*options, "-o", f"{tmp_path}/found.csv", "--lang", "en")
    (row,) = read_table(tmp_path / "found.csv").to_dict("records")
    assert status == 0
    assert row["verdict_en"].startswith("too little data: 1 province with targeted cells")
    assert (row["n_plans"], row["n_provinces"], row["n_cells"]) == ("1", "1", "1")
    withheld = ["df", "direction", "inference", "omnibus_p", "omnibus_p_all", "p_assignment"]
    assert {row[name] for name in [*ESTIMATES, *withheld]} == {""}
    assert row["naive_no_estimate"] != ""
    assert row["expected"] != ""
    assert row["reason"] == "few_provinces"
    cells = remedies.exposure(
        scores, measures({"series": AIR}), plans({"province": "20"}), years=2024
    )
    found = remedies.estimate(cells, n_draws=19).iloc[0]
    assert found["direction"] == ""
    assert found["adjusted_association"] == found["adjusted_association"]
    unmatched = "1 of 2 measures could not be matched to a result: "
    assert f"{unmatched}not linked to any part of the index (1)" in err


@pytest.mark.slow
def test_where_every_cell_is_targeted_nothing_is_left_to_compare_with(
    run: Call, table_options: Callable[..., list[str]], scores: pd.DataFrame, tmp_path: Path
) -> None:
    series = sorted(remedies.outcomes(scores, 2024)["series"].unique())
    codes = list(provinces.by_code())
    plan_table = plans(*({"plan": f"plan-{code}", "province": code} for code in codes))
    measure_table = measures(
        *(
            {"plan": f"plan-{code}", "series": series_name}
            for code in codes
            for series_name in series
        )
    )
    options = [*table_options(plan_table, measure_table), "--years", "2024", "--lang", "en"]
    status, _, _ = run(*options, "-o", f"{tmp_path}/found.csv")
    (row,) = read_table(tmp_path / "found.csv").to_dict("records")
    assert status == 0
    assert row["verdict_en"] == "too little data: nothing is left to compare with"
    assert {row[name] for name in ESTIMATES} == {""}
    assert row["n_compared"] == "0"


def test_enough_plans_get_the_library_s_figures(
    run: Call,
    table_options: Callable[..., list[str]],
    scores: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = remedies.outcomes(scores, 2024).query("level == 'criterion'")
    planned = sorted(cells["province"].unique())[::2]
    plan_table = plans(*({"plan": f"plan-{code}", "province": code} for code in planned))
    worst = {code: cells[cells["province"] == code].nsmallest(8, "baseline") for code in planned}
    listed = [(code, series_name) for code, rows in worst.items() for series_name in rows["series"]]
    measure_table = measures(
        *({"plan": f"plan-{code}", "series": series_name} for code, series_name in listed)
    )
    options = [*table_options(plan_table, measure_table), "--years", "2024", "--lang", "en"]
    status, _, err = run(*options, "-o", f"{tmp_path}/found.json")
    (row,) = pd.read_json(tmp_path / "found.json").to_dict("records")
    expected = remedies.estimate(
        remedies.exposure(scores, measure_table, plan_table, years=2024)
    ).iloc[0]
    assert status == 0
    assert f"all {len(listed)} measures could be matched" in err
    for name in ("adjusted_association", "ci_low", "ci_high", "p", "mde"):
        assert row[name] == pytest.approx(expected[name], abs=1e-9)
    assert row["verdict"] == expected["verdict"] != "insufficient_data"
    # At a terminal the interval is written out, the naive figure stands in brackets.
    monkeypatch.setattr(application.sys.stdout, "isatty", lambda: True)
    _, out, _ = run(*options)
    assert f"({expected['naive']:+.2f})" in out
    assert f"{expected['mde']:.2f} {len(planned)} / {len(planned)} / {len(listed)}" in " ".join(
        out.split()
    )
    assert out.splitlines()[-1] == "  no association detected"


@pytest.mark.slow
def test_the_timing_moves_the_outcome(
    run: Call, table_options: Callable[..., list[str]], tmp_path: Path
) -> None:
    options = table_options(
        plans({"plan_year": 2023, "date": "2023-03-01"}), measures({"series": AIR})
    )
    estimates = []
    for timing in ("plan_year", "next_year"):
        assert run(*options, "--timing", timing, "-o", f"{tmp_path}/found.csv")[0] == 0
        estimates.append(read_table(tmp_path / "found.csv")["naive_no_estimate"].item())
    assert estimates[0] != estimates[1]


def test_an_example_goes_from_the_document_to_the_verdict(
    run: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans_path, measures_path = tmp_path / "plans.csv", tmp_path / "measures.csv"
    with pytest.raises(SystemExit) as stop:
        cli.main(["plan", str(EXAMPLE), "-o", str(measures_path), "--plans", str(plans_path)])
    assert stop.value.code == 0
    capsys.readouterr()
    table = read_plans(plans_path)
    assert table[["province", "plan_year", "formal"]].to_numpy().tolist() == [["20", 2024, True]]
    status, out, _ = run(
        "--plans", str(plans_path), "--measures", str(measures_path), "--lang", "en"
    )
    assert status == 0
    assert "too little data: 1 province with targeted cells" in out


# Tables that are not in order.


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "json"])
def test_tables_read_the_same_from_every_form(tmp_path: Path, ending: str) -> None:
    plan_table = plans({"province": "01", "date": "2024-03"}, {"plan": "b", "plan_year": None})
    measure_table = measures({"confidence": 0.5}, {"series": "", "measure_type": "COMM;STAFF"})
    for name, table in (("plans", plan_table), ("measures", measure_table)):
        path = tmp_path / f"{name}.{ending}"
        if ending == "xlsx":
            table.to_excel(path, index=False)
        elif ending == "json":
            table.to_json(path, orient="records", force_ascii=False)
        else:
            getattr(table, f"to_{ending}")(path, index=False)
    read = read_plans(tmp_path / f"plans.{ending}")
    actual = read.reset_index(drop=True).fillna(0)
    expected = plan_table[list(read.columns)].fillna(0)
    assert actual.astype("str").equals(expected.astype("str"))
    got = read_measures(tmp_path / f"measures.{ending}").reset_index(drop=True)
    expected_measures = measure_table[list(got.columns)]
    assert got.fillna(-1).astype("str").equals(expected_measures.fillna(-1).astype("str"))


@pytest.mark.parametrize(
    ("which", "column", "value", "says"),
    [
        ("plans", "province", "99", "row 2, column province: found '99'; expected the two-digit "),
        ("plans", "province", "Lang Xan", "column province: found 'Lang Xan'; expected the two-"),
        ("plans", "plan_year", "next", "row 2, column plan_year: found 'next'; expected a number"),
        ("plans", "date", "1/3/2024", "row 2, column date: found '1/3/2024'; expected a date as "),
        ("plans", "formal", "yes", "column formal: found 'yes'; expected one of true, false"),
        ("plans", "vintage", "65", "row 2, column vintage: found '65'; expected 63 or 34"),
        ("plans", "indices", "PAPY", "column indices: found 'PAPY'; expected PAPI, SIPAS, "),
        (
            "measures",
            "series",
            "sipas",
            "column series: found 'sipas'; expected one series of PAPI",
        ),
        ("measures", "measure_type", "COM", "column measure_type: found 'COM'; expected "),
        ("measures", "list_type", "fix", "found 'fix'; expected one of remediate, maintain, "),
        ("measures", "confidence", "1.5", "found '1.5'; expected a share from 0 to 1, or nothing"),
        ("measures", "row", "", "row 2, column row: found ''; expected something; fill it in"),
    ],
)
def test_a_wrong_cell_is_named_with_file_row_and_column(
    run: Call,
    table_options: Callable[..., list[str]],
    tmp_path: Path,
    which: str,
    column: str,
    value: str,
    says: str,
) -> None:
    options = table_options(plans({}), measures({}))
    table = read_table(tmp_path / f"{which}.csv").assign(**{column: value})
    table.to_csv(tmp_path / f"{which}.csv", index=False)
    status, out, err = run(*options, "-o", f"{tmp_path}/found.csv")
    assert (status, out) == (1, "")
    assert f"{tmp_path}/{which}.csv" in err
    assert says in err
    assert not (tmp_path / "found.csv").exists()


def test_tables_that_are_no_tables_are_named(tmp_path: Path) -> None:
    for name, content, says in (
        ("a.xlsx", b"no workbook", "found a damaged or cut off .xlsx; expected a whole one"),
        ("a.parquet", b"PAR1", "found none that can be read; expected a table in a .parquet file"),
        ("a.json", b"[]", "found no column plan, province"),
        ("a.csv", b"plan,province\na,20\n", "column indices: found no such column"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(errors.InvalidData) as refusal:
            read_plans(tmp_path / name)
        assert says in str(refusal.value)
    with pytest.raises(errors.InvalidData) as refusal:
        read_measures(tmp_path / "none.parquet")
    assert "found no such file; expected a readable file" in str(refusal.value)
