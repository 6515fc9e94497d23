"""The codebook of an index, and its scores for Stata."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pandas.io.stata import StataReader

import parstats as ps
from parstats.errors import UnknownChoice
from parstats.figures.index_codebook import TABLES
from parstats.pipeline.codebook_tables import STATA_KEYS, stata_names
from parstats.pipeline.framework_years import add_year
from parstats.pipeline.new_index import new_index
from parstats.pipeline.processed_tables import build
from parstats.reference import frameworks, sources
from parstats.storage import data_version
from test_citation import LONG_NAME, put_year

INDICES = ("PAPI", "SIPAS", "PAR INDEX", "PCI", "PAR KHANH HOA")
STATA_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}")


def stata(path):
    """The rows of a data set, the labels of its variables and of its values."""
    with StataReader(path) as reader:
        rows = reader.read(convert_categoricals=False)
        return rows, reader.variable_labels(), reader.value_labels(), reader.data_label


@pytest.mark.usefixtures("figures_to_2024")
class TestCodebookOfTheReleasedFigures:
    @pytest.mark.parametrize("index", INDICES)
    def test_lists_every_series_once(self, index):
        book = ps.codebook(index)
        series = ps.load_series().query("index == @index")["series"]
        assert book.series["series"].tolist() == series.tolist()
        assert set(book.versions["series"]) == set(series)
        assert book.series["n_scores"].sum() == len(ps.load_scores(index))

    def test_tells_the_codes_that_a_series_had(self):
        rows = ps.codebook("PAPI").series.set_index("series")
        poverty = rows.loc["papi.transparency.poverty_lists"]
        published = frameworks.in_year("PAPI", 2011).set_index("series")["code"]
        assert poverty["codes"].startswith(published["papi.transparency.poverty_lists"])
        assert "2030" not in " ".join(ps.codebook("PAR").series["codes"])

    def test_names_the_missing_units_with_the_reason(self):
        missing = ps.codebook("PAPI", lang="vi").missing
        assert missing.query("year == 2024")["name"].tolist() == ["Tiền Giang", "Vĩnh Phúc"]
        assert len(missing) == len(ps.load_gaps())
        assert set(ps.codebook("SIPAS").missing["reason"]) == {"no figure found"}

    @pytest.mark.parametrize("index", INDICES)
    def test_links_to_listed_hosts_only(self, index):
        book = ps.codebook(index)
        text = " ".join([*book.sources.to_numpy().ravel(), *book.breaks["source"]])
        addresses = [part for part in text.split() if part.startswith(("http://", "https://"))]
        assert addresses or index == "PAR KHANH HOA"
        assert all(sources.page(address.rstrip(";,")).is_linked for address in addresses)
        pages = book.sources.query("kind == 'copy'")
        assert set(pages["link"]) <= {""}

    @pytest.mark.parametrize("lang", ["vi", "en"])
    def test_a_workbook_has_a_sheet_for_each_table(self, tmp_path, lang):
        book = ps.codebook("PAPI", lang=lang)
        book.save(tmp_path / "new" / "codebook.xlsx")
        read = load_workbook(tmp_path / "new" / "codebook.xlsx")
        assert len(read.sheetnames) == 1 + len(TABLES)
        for name, table in zip(TABLES, read.worksheets[1:], strict=True):
            assert table.max_row == len(getattr(book, name)) + 1
            assert table.max_column == len(getattr(book, name).columns)
        assert read.worksheets[0]["A3"].value == ps.cite("PAPI", lang=lang)

    @pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "dta"])
    def test_the_same_figures_give_the_same_bytes(self, tmp_path, ending):
        for name in ("a", "b"):
            ps.codebook("PCI").save(tmp_path / f"{name}.{ending}")
        assert len({(tmp_path / f"{n}.{ending}").read_bytes() for n in "ab"}) == 1

    def test_json_holds_all_tables_and_the_citation(self, tmp_path):
        ps.codebook("PAPI").save(tmp_path / "codebook.json")
        content = json.loads((tmp_path / "codebook.json").read_text("utf-8"))
        assert content["citation"] == ps.cite("PAPI")
        assert [len(content[name]) > 0 for name in TABLES] == [True] * len(TABLES)

    @pytest.mark.parametrize("index", INDICES)
    def test_stata_has_a_row_for_each_unit_and_year(self, tmp_path, index):
        ps.codebook(index, lang="vi").save(tmp_path / "scores.dta")
        rows, labels, _, about = stata(tmp_path / "scores.dta")
        scores = ps.load_scores(index)
        units = scores[["vintage", "province", "unit", "year"]].drop_duplicates()
        assert len(rows) == len(units) == len(rows[["unit_id", "year"]].drop_duplicates())
        assert rows.drop(columns=list(STATA_KEYS), errors="ignore").notna().sum().sum() == len(
            scores
        )
        assert all(STATA_NAME.fullmatch(name) and 0 < len(labels[name]) <= 80 for name in labels)
        assert about.startswith(f"{index}; data ")

    def test_stata_has_the_scores_under_the_names_of_the_codebook(self, tmp_path):
        book = ps.codebook("PAPI")
        book.save(tmp_path / "papi.dta")
        rows, labels, values, _ = stata(tmp_path / "papi.dta")
        scores = ps.load_scores("PAPI").set_index(["province", "year", "series"])["score"]
        for series, name in zip(book.series["series"], book.series["stata_name"], strict=True):
            row = rows[(rows["unit_id"] == 6320) & (rows["year"] == 2019)].iloc[0]
            expected = scores.get(("20", 2019, series))
            assert row[name] == expected or (expected is None and pd.isna(row[name]))
        assert values["unit_id"][6320] == "Lang Son"
        assert labels["papi"].endswith("breaks 2016, 2018, 2019, 2020, 2021, 2022")

    def test_another_ending_is_refused(self, tmp_path):
        with pytest.raises(UnknownChoice, match=r"unknown ending of a codebook 'a\.sav'"):
            ps.codebook("PAPI").save(tmp_path / "a.sav")


def test_a_code_of_both_sets_of_provinces_is_two_units(small_data, tmp_path):
    row = "year,province,series,score\n{year},15,papi.transparency.poverty_lists,2\n"
    small_data.put("papi_2024.csv", row.format(year=2024))
    add_year("PAPI", 2025)
    small_data.put("papi_2025.csv", row.format(year=2025))
    build()
    ps.codebook("PAPI", lang="vi").save(tmp_path / "papi.dta")
    rows, _, values, _ = stata(tmp_path / "papi.dta")
    assert rows[["unit_id", "year"]].to_numpy().tolist() == [[3415, 2025], [6315, 2024]]
    assert values["unit_id"] == {3415: "Lào Cai", 6315: "Yên Bái"}
    book = ps.codebook("PAPI")
    assert book.years[["vintage", "n_units"]].to_numpy().tolist() == [[63, 63], [34, 34]]


def test_an_index_of_one_s_own_with_long_vietnamese_names(small_data, tmp_path):
    put_year(small_data, 2024)
    (tmp_path / "own.csv").write_text(
        "unit,year,Nhân lực số của Ủy ban nhân dân các phường xã thị trấn trên địa bàn A,"
        "Nhân lực số của Ủy ban nhân dân các phường xã thị trấn trên địa bàn B\n"
        "Xã Ea Kao,2025-Q3,1,5\nXã Cư Êbur,2025-Q3,2,4\nP. Tân Lợi,2025-Q3,3,9\n"
    )
    new_index(LONG_NAME, tmp_path / "own.csv")
    build()
    for ending in ("xlsx", "json", "csv", "dta"):
        ps.codebook(LONG_NAME, lang="vi").save(tmp_path / f"sổ mã.{ending}")
    rows, labels, values, about = stata(tmp_path / "sổ mã.dta")
    assert len(about) <= 80
    assert about.startswith("Chỉ số đo lường mức độ")
    assert about.endswith(
        f"…; data {data_version(frameworks.slug(LONG_NAME))}; parstats {ps.__version__}"
    )
    assert list(values["unit_id"].values()) == ["P. Tân Lợi", "Xã Cư Êbur", "Xã Ea Kao"]
    assert set(rows["period"]) == {"2025-Q3"}
    assert all(len(name) <= 32 for name in labels)
    assert len(set(labels)) == len(rows.columns) == 8
    assert "vintage" not in rows


@given(
    st.lists(
        st.text("abcdefgh_.1", min_size=1, max_size=50).map(lambda text: f"x.{text}"),
        unique=True,
        max_size=12,
    )
)
def test_names_for_stata_are_legal_and_unique(series):
    names = stata_names(series, "x")
    assert all(STATA_NAME.fullmatch(name) for name in names)
    assert len({name.lower() for name in names}) == len(series)


@pytest.mark.parametrize("name", ["year", "if", "str12", "unit_id", "_n", "2024"])
def test_what_stata_keeps_for_itself_is_no_name(name):
    (legal,) = stata_names([f"x.{name}"], "x")
    assert legal != name
    assert STATA_NAME.fullmatch(legal)


def test_the_command_writes_or_shows_it(run, cut_folder, monkeypatch, tmp_path):
    monkeypatch.setenv("PARSTATS_DATA", str(cut_folder))
    status, _, err = run("codebook", "--index", "PAPI", "-o", str(tmp_path / "new" / "c.xlsx"))
    assert status == 0, err
    assert (tmp_path / "new" / "c.xlsx").is_file()
    status, out, _ = run("codebook", "--index", "PAPI")
    assert status == 0
    assert out.splitlines()[0].startswith("series,stata_name,level")
    assert run("codebook", "-o", str(tmp_path / "c.doc"))[0] == 2
    assert run("codebook", "--index", "PAX")[0] == 2
    assert not (tmp_path / "c.doc").exists()
