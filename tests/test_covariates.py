"""Figures of one's own as offices write them: percents, totals, stray columns."""

from __future__ import annotations

import pandas as pd
import pytest

import parstats as ps
from parstats import errors


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI", years=[2023, 2024])


def sheet(**columns: object) -> pd.DataFrame:
    """Four provinces of 2024 with the columns."""
    names = ["Hà Nội", "Thừa Thiên Huế", "Cà Mau", "Sơn La"]
    return pd.DataFrame({"Tỉnh": names, "Năm": 2024, **columns})


def joined(papi: pd.DataFrame, table: pd.DataFrame, name: str = "rate") -> list[float]:
    """The figures that were joined, in the order of the codes."""
    return ps.panel.join_covariates(papi, table)[name].dropna().tolist()


# Percent signs.


@pytest.mark.parametrize(
    "rate",
    [
        ["0.107", "8.2%", "0.109", "8.4%"],
        ["0,107", "8,2 %", "0,109", "0,111"],
        [0.107, "8.2%", 0.109, 0.111],
        ["10.7 percent", "8.2%", "10.9 %", "8.4"],
        ["10,7 phần trăm", "8,2", None, "8,4 %"],
    ],
    ids=["half", "one", "beside-numbers", "one-without", "word"],
)
def test_percents_beside_plain_numbers_are_refused(papi, rate) -> None:
    with pytest.raises(errors.InvalidData, match=r"rate.*a percent sign beside others"):
        ps.panel.join_covariates(papi, sheet(rate=rate))
    with pytest.raises(errors.InvalidData, match="a percent sign beside others"):
        ps.drivers.outside(papi, sheet(rate=rate), n_draws=9)


def test_percents_in_all_cells_are_read_as_percents(papi) -> None:
    written = ["10.7%", "8.2 %", "10.9 percent", "8.4%"]
    plain = sheet(rate=[10.7, 8.2, 10.9, 8.4])
    assert joined(papi, sheet(rate=written)) == joined(papi, plain)
    assert sorted(joined(papi, sheet(rate=[*written[:2], "n/a", written[3]]))) == [8.2, 8.4, 10.7]


# Rows, headers and codes of an office's sheet.


def test_rows_of_the_country_and_of_regions_are_left_out_and_named(papi) -> None:
    names = [
        "CẢ NƯỚC - WHOLE COUNTRY",
        "Đồng bằng sông Hồng",
        "Hà Nội",
        "Red River Delta",
        "Cà Mau",
    ]
    names += ["North Central and Central coastal areas", None]
    rates: list[float | None] = [6.0, 7.0, 7.5, 7.1, 6.5, 5.0, None]
    table = pd.DataFrame({"Địa phương": names, "Năm": 2024, "rate": rates})
    result = ps.panel.join_covariates(papi, table)
    assert result["rate"].dropna().tolist() == [7.5, 6.5]
    assert result.attrs["left_out"] == [*names[:2], names[3], names[5]]


def test_a_row_of_figures_without_a_name_is_refused_by_its_number(papi) -> None:
    table = sheet(rate=[7.5, 8.0, 6.5, 7.0])
    for blank in ("", "  ", None, float("nan")):
        table.loc[2, "Tỉnh"] = blank
        with pytest.raises(errors.InvalidData, match=r"1 rows of figures without a name \(row 3,"):
            ps.panel.join_covariates(papi, table)


@pytest.mark.parametrize("header", ["rate ", " rate", "rate\n", "rate\N{NO-BREAK SPACE}"])
def test_blanks_around_a_header_do_not_matter(papi, header) -> None:
    table = sheet(rate=[7.5, 8.0, 6.5, 7.0]).rename(columns={"rate": header, "Năm": "Năm "})
    plain = joined(papi, sheet(rate=[7.5, 8.0, 6.5, 7.0]))
    assert joined(papi, table) == plain
    chosen = ps.panel.join_covariates(papi, table, columns=header)
    assert chosen[header].dropna().tolist() == plain
    every = list(ps.provinces.by_code(63))
    whole = pd.DataFrame({"province": every, "year ": 2024, header: range(63)})
    options = {"outcome": "papi.services", "years": 2024, "model": "between", "n_draws": 0}
    for name in ("rate", header):
        result = ps.drivers.panel(papi, regressors=name, covariates=whole, **options)
        assert result.coefficients["term"].tolist() == [name]
    by_column = ps.drivers.outside(papi, whole, column="rate", level="dimension", n_draws=9)
    assert by_column.parts["outcome"].eq("rate").all()


def test_the_year_of_a_date_counts(papi) -> None:
    plain = joined(papi, sheet(rate=[7.5, 8.0, 6.5, 7.0]))
    dated = sheet(rate=[7.5, 8.0, 6.5, 7.0]).assign(Năm=pd.Timestamp("2024-12-31"))
    assert joined(papi, dated) == plain
    assert joined(papi, dated.astype({"Năm": object})) == plain


@pytest.mark.parametrize("code", [-9999, -99, 9999, "-9999"])
def test_codes_for_missing_figures_are_refused(papi, code) -> None:
    with pytest.raises(errors.InvalidData, match="code for a missing figure"):
        ps.panel.join_covariates(papi, sheet(rate=[7.5, code, 6.5, 7.0]))


def test_figures_near_others_are_no_codes(papi) -> None:
    near = [9800.0, 9999.0, 7000.0, 12000.0]
    assert sorted(joined(papi, sheet(rate=near))) == sorted(near)
    below = [-80.0, -99.0, 30.0, 12.0]
    assert sorted(joined(papi, sheet(rate=below))) == sorted(below)


def test_figures_without_a_year_are_told_how_to_get_one(papi) -> None:
    area = sheet(area=[3360.0, 4947.0, 5274.0, 14110.0]).drop(columns="Năm")
    with pytest.raises(errors.InvalidRequest, match=r"stay the same.*how='cross'"):
        ps.panel.join_covariates(papi, area)
    repeated = area.merge(pd.DataFrame({"year": range(2011, 2025)}), how="cross")
    assert len(joined(papi, repeated, "area")) == 8


# Names of one's own for the columns.


def test_an_outcome_may_name_its_columns() -> None:
    units = [f"Commune {number}" for number in range(30)]
    tables = {
        year: pd.DataFrame(
            {name: [(7 * n + 3 * year + k) % 31 for n in range(30)] for k, name in enumerate("ab")},
            units,
        )
        for year in (2022, 2023)
    }
    scores = ps.index_from(tables, name="Own")
    table = pd.DataFrame({"commune": units, "when": 2023, "income": range(30)})
    try:
        with pytest.raises(errors.InvalidRequest, match="covariate_unit="):
            ps.drivers.outside(scores, table, n_draws=9)
        result = ps.drivers.outside(
            scores, table, covariate_unit="commune", covariate_year="when", n_draws=9
        )
    finally:
        ps.frameworks.undefine("Own")
    assert result.parts["n_provinces"].eq(30).all()
    assert result.parts["outcome"].eq("income").all()
