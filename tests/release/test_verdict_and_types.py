"""The numbers of a verdict, what the plans of today carry, and the types of measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from parstats.plans.classify.measure_types import TYPES
from parstats.remedies.association.verdict import verdict
from test_cli_remedies import ESTIMATES, Call, read_table, run  # noqa: F401
from test_plans_classify import MEASURES


def test_the_verdict_follows_the_rule_written_down() -> None:
    assert verdict(9, 9, 0.1, 0.001) == ("insufficient_data", "few_provinces")
    assert verdict(12, 9, 0.1, 0.001) == ("insufficient_data", "not_exchangeable")
    assert verdict(12, 12, 0.51, 0.001) == ("insufficient_data", "low_power")
    assert verdict(12, 12, float("nan"), float("nan")) == ("insufficient_data", "no_contrast")
    assert verdict(12, 12, 0.5, 0.05) == ("association", "")
    assert verdict(12, 12, 0.5, 0.051) == ("no_association_detected", "")


def test_the_registered_plans_are_too_few_and_the_table_says_so(
    run: Call,  # noqa: F811
    tmp_path: Path,
) -> None:
    status, out, err = run("--lang", "en", "-o", f"{tmp_path}/found.csv")
    assert (status, out) == (0, "")
    (row,) = read_table(tmp_path / "found.csv").to_dict("records")
    assert row["verdict_en"] == (
        "too little data: 1 province with targeted cells, at least 10 needed"
    )
    assert row["verdict_vi"].startswith("chưa đủ số liệu: 1 tỉnh")
    assert {row[name] for name in ESTIMATES} == {""}
    assert float(row["naive_no_estimate"]) == pytest.approx(-0.2, abs=0.1)
    assert not {"naive", "naive_within"} & set(row)
    assert (row["n_plans"], row["n_provinces"], row["n_cells"]) == ("3", "1", "17")
    assert "1 of 1 rows have too little data" in err
    unmatched = "of 147 measures could not be matched to a result: "
    assert f"{unmatched}names the index as a whole, no part of it (46); " in err
    assert "not an estimate, because what stands low comes back by itself" in err
    assert not {"nan", "NaN", "None"} & set(map(str, row.values()))


def test_every_type_has_a_measure_in_the_tests() -> None:
    missing = set(TYPES) - set(MEASURES)
    assert not missing, f"add a measure of {missing} to MEASURES in tests/test_plans_classify.py"
    assert set(MEASURES) <= set(TYPES)
