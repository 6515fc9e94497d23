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
