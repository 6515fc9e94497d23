"""Names beside the codes of result tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from tests.test_drivers_bad_input import QUICK

import parstats as ps
from parstats.errors import InvalidRequest, UnknownChoice


def test_names_stand_beside_their_codes_in_either_language(scores: pd.DataFrame) -> None:
    table = ps.drivers.leave_one_out(scores, 2024, region="RRD").ranks
    for lang, names in {
        "vi": ["Hà Nội", "Đồng bằng sông Hồng"],
        "en": ["Ha Noi", "Red River Delta"],
    }.items():
        named = ps.with_names(table, lang)
        row = named[named["province"] == "01"].iloc[0]
        assert [row["province_name"], row["region_name"]] == names
        assert row["series_name"] == ps.frameworks.series_name(row["series"], lang)
        assert row["parent_name"] == ps.frameworks.series_name(row["parent"], lang)
        columns = list(named.columns)
        assert columns[columns.index("province") + 1] == "province_name"
        assert columns[columns.index("index") + 1] == "index_name"
        pd.testing.assert_frame_equal(named[table.columns], table)
        pd.testing.assert_frame_equal(ps.with_names(named, lang), named)
    english = ps.with_names(ps.with_names(table, "vi"), "en")
    pd.testing.assert_frame_equal(english, ps.with_names(table, "en"))
    assert "province_name" not in table


def test_a_code_is_of_the_set_of_provinces_of_its_row() -> None:
    table = pd.DataFrame({"province": ["15", "15"], "vintage": [63, 34]})
    assert ps.with_names(table)["province_name"].tolist() == ["Yên Bái", "Lào Cai"]
    by_year = pd.DataFrame({"province": ["15", "15"], "year": [2024, 2025]})
    assert ps.with_names(by_year)["province_name"].tolist() == ["Yên Bái", "Lào Cai"]
    assert ps.with_names(by_year, vintage=63)["province_name"].tolist() == ["Yên Bái"] * 2
    bare = pd.DataFrame({"province": ["20"]})
    assert ps.with_names(bare)["province_name"].tolist() == ["Lạng Sơn"]
    with pytest.raises(InvalidRequest, match=r"code '15' .* another province in each .* vint"):
        ps.with_names(bare.assign(province="15"))
    assert ps.with_names(bare.assign(province="15"), vintage=34)["province_name"][0] == "Lào Cai"


@pytest.mark.parametrize("name", sorted(set(QUICK) - {"has_parts", "has_structure"}))
def test_every_result_of_the_drivers_takes_names(name: str, scores: pd.DataFrame) -> None:
    recent = scores[scores["year"] >= 2022]
    result = QUICK[name](recent)
    tables = [result] if isinstance(result, pd.DataFrame) else list(vars(result).values())
    for table in tables:
        if isinstance(table, pd.DataFrame):
            named = ps.with_names(table)
            assert len(named) == len(table)
            assert [column for column in named if column in set(table)] == list(table)


def test_what_holds_no_codes_stays_and_missing_codes_have_no_name() -> None:
    plain = pd.DataFrame({"score": [1.0], "name": ["x"]})
    pd.testing.assert_frame_equal(ps.with_names(plain), plain)
    table = pd.DataFrame({"series": ["papi", "", "mine"], "region": ["", "RRD", None]})
    named = ps.with_names(table, "en")
    assert named["series_name"].tolist()[1:] == ["", "mine"]
    assert named["region_name"].tolist() == ["", "Red River Delta", ""]
    assert ps.with_names(table.head(0)).columns.tolist() == named.columns.tolist()


@pytest.mark.parametrize("wrong", [None, [1], "PAPI"])
def test_what_is_no_table_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidRequest, match="expected a table of parstats"):
        ps.with_names(wrong)


def test_wrong_options_are_refused() -> None:
    table = pd.DataFrame({"province": ["99"], "year": [2024]})
    with pytest.raises(UnknownChoice, match="language"):
        ps.with_names(table, "fr")
    with pytest.raises(UnknownChoice, match="vintage"):
        ps.with_names(table, vintage=62)
    with pytest.raises(InvalidRequest, match="code '99' of the column province is of no province"):
        ps.with_names(table)
