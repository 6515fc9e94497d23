"""Reference tables of one's own in the data folder: read on top, checked, never stale."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from own_reference import OwnReference, package_row
from parstats import errors, frameworks, labels, load_scores, provinces, schema, storage
from parstats.ingest.score_tables.header_meaning import header_meaning
from parstats.pipeline.framework_years import add_year
from parstats.pipeline.processed_tables import build, is_current
from parstats.plans.fields.agencies import normalise
from parstats.reference import csv_tables, editions, overlay
from parstats.reports.batch import versions

AIR = "papi.environment.air_quality"
# The newest year that the package knows, and the one after.
LAST = frameworks.years("PAPI")[1]
NEXT = LAST + 1


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnReference:
    """An empty data folder, in use for the time of the test."""
    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path))
    return OwnReference(tmp_path)


def last_year() -> list[dict[str, str]]:
    """The rows of the package's PAPI framework of its last year, with the columns of a file."""
    found = csv_tables.package_rows("frameworks/papi")
    return [dict(row) for row in found if row["year_to"] == str(LAST)]


def problems(check=csv_tables.check_data_folder) -> list[str]:
    """What is wrong with the tables of the data folder, a line each."""
    with pytest.raises(errors.InvalidData) as caught:
        check()
    return [str(problem) for problem in caught.value.problems]


# What the tables of a data folder change.


def test_an_alias_of_the_data_folder_is_matched(own):
    with pytest.raises(errors.UnknownProvince):
        provinces.match_province("Xứ Lạng")
    own.write("aliases", "alias,province\nXứ Lạng,20\n")
    assert provinces.match_province("xu lang") == "20"
    assert provinces.match_province("Xứ Lạng", year=2025) == "20"
    assert provinces.match_province("TP.HCM") == "79"


def test_a_label_of_the_data_folder_replaces_that_of_the_package(own):
    before = labels.text("table.rank", "vi")
    own.write("labels", "key,vi,en\ntable.province,Địa phương,Place\n")
    assert labels.text("table.province", "vi") == "Địa phương"
    assert labels.text("table.province", "en") == "Place"
    assert labels.text("table.rank", "vi") == before


def test_a_province_can_be_renamed_and_keeps_what_the_file_leaves_out(own):
    row = package_row("provinces", province="20", vintage="34")
    named = row | {
        "name_vi": "Xứ Lạng",
        "short_vi": "Lạng",
        "note": "",
        "full_name_vi": "Tỉnh Lạng",
    }
    del named["population_2020_thousand"]
    own.rows("provinces", named)
    assert provinces.by_code(34)["20"].names == {"vi": "Xứ Lạng", "en": "Lang Son"}
    assert provinces.by_code(63)["20"].names["vi"] == "Lạng Sơn"
    (changed,) = (
        r for r in provinces.table_rows() if (r["province"], r["vintage"]) == ("20", "34")
    )
    assert changed["population_2020_thousand"] == row["population_2020_thousand"]


def test_a_row_that_replaces_one_needs_its_key_and_what_it_changes(own):
    row = package_row("provinces", province="20", vintage="34")
    own.write("provinces", "province,vintage,name_vi\n20,34,Xứ Lạng\n")
    (changed,) = (
        r for r in provinces.table_rows() if (r["province"], r["vintage"]) == ("20", "34")
    )
    assert changed == row | {"name_vi": "Xứ Lạng"}
    own.write("labels", "key,vi\ntable.province,Địa phương\n")
    assert labels.text("table.province", "vi") == "Địa phương"
    assert labels.text("table.province", "en") == "Province"


def test_a_later_year_of_a_series_keeps_its_points_where_the_file_has_no_column_of_them(own):
    rows = [row | {"year_from": str(NEXT), "year_to": str(NEXT)} for row in last_year()]
    without = [
        {column: value for column, value in row.items() if column != "max_points"} for row in rows
    ]
    own.rows("frameworks/papi", *without)
    after = frameworks.in_year("PAPI", NEXT).set_index("series")["max_points"]
    assert after.to_dict() == pytest.approx({r["series"]: float(r["max_points"]) for r in rows})
    own.rows("frameworks/papi", *(row | {"max_points": ""} for row in rows))
    assert frameworks.in_year("PAPI", NEXT)["max_points"].isna().all()


def test_a_year_added_by_command_leaves_rows_as_they_are(own):
    (air,) = (row for row in last_year() if row["series"] == AIR)
    key = {"series": AIR, "year_from": air["year_from"]}
    own.rows("frameworks/papi", key | {"code": "Z9"})
    add_year("PAPI", NEXT)
    before, after = (frameworks.in_year("PAPI", year).set_index("series") for year in (LAST, NEXT))
    assert before.loc[AIR, "code"] == "Z9"
    assert before["max_points"].tolist() == after["max_points"].tolist()


def test_a_short_name_of_an_office_is_written_out(own):
    assert normalise("BĐPXYZ") == "BĐPXYZ"
    own.write("unit_names", "kind,short,long\nshort,BĐPXYZ,Ban Điều phối\n")
    assert normalise("BĐPXYZ") == "Ban Điều phối"


def test_a_header_of_the_data_folder_is_understood(own):
    assert header_meaning(["Mức độ trong lành"], "PAPI", 2024).series == ""
    own.write("column_maps/spellings", f"series,header\n{AIR},Mức độ trong lành\n")
    assert header_meaning(["Mức độ trong lành"], "PAPI", 2024).series == AIR


def test_an_index_of_the_data_folder_counts_everywhere(own):
    index = package_row("indices", index="PCI")
    own.rows("indices", index | {"index": "MINE", "slug": "mine", "aliases": "mine;của tôi"})
    top = package_row("frameworks/pci", series="pci", framework="PCI-2013")
    mine = top | {"series": "mine", "framework": "MINE-1", "name_vi": "Của tôi", "name_en": "Mine"}
    own.rows("frameworks/mine", mine | {"short_vi": "", "short_en": ""})
    assert frameworks.INDICES[0] == "PAPI"
    assert frameworks.INDICES[-1] == "MINE"
    assert frameworks.check_index("Của tôi") == "MINE"
    assert frameworks.top("MINE") == "mine"
    assert frameworks.years("MINE") == (2013, 2024)
    table = frameworks.breaks().head(1).assign(index="MINE")
    assert schema.validate("breaks", table)["index"].tolist() == ["MINE"]


def test_an_index_that_nobody_knows_is_refused_by_the_schema():
    with pytest.raises(errors.InvalidData, match="the indices of reference/indices"):
        schema.validate("breaks", frameworks.breaks().head(1).assign(index="MINE"))


def test_what_a_spreadsheet_saves_is_read(own):
    table = 'alias;province;note\r\nXứ Lạng;20;"một; hai"\r\n;;\r\n'
    for content in (b"\xef\xbb\xbf" + table.encode(), table.encode("utf-16")):
        own.write("aliases", content)
        assert provinces.match_province("Xứ Lạng") == "20"


def test_notes_and_hidden_files_are_no_tables(own):
    own.reference.mkdir()
    for name in ("README.md", ".hidden.csv", "~$labels.csv", "desktop.ini"):
        (own.reference / name).write_text("x", encoding="utf-8")
    editions.refresh()
    assert editions.number() == 0
    csv_tables.check_data_folder()


# Nothing stale.


def test_another_data_folder_has_its_facts_at_once(own, tmp_path, monkeypatch):
    own.write("labels", "key,vi,en\ntable.province,Địa phương,Place\n")
    assert labels.text("table.province", "en") == "Place"
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path / "other"))
    assert labels.text("table.province", "en") == "Province"
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path))
    assert labels.text("table.province", "en") == "Place"


def test_data_folders_that_add_nothing_share_what_is_remembered(own, tmp_path, monkeypatch):
    series = frameworks.series()
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path / "other"))
    assert frameworks.series() is series


def test_a_command_sees_a_table_written_just_before(own, run):
    path = own.reference / "aliases.csv"
    path.parent.mkdir()
    assert provinces.match_provinces("Xứ Lạng", errors="coerce") == [None]
    path.write_text("alias,province\nXứ Lạng,20\n", encoding="utf-8")
    table = own.folder / "mine.csv"
    table.write_text(f"year,province,series,score\n2024,Xứ Lạng,{AIR},2.0\n", encoding="utf-8")
    assert run("check", str(table))[0] == 0
    path.write_text("alias,province\nXứ Lạng,1\n", encoding="utf-8")
    status, _, err = run("check", str(table))
    assert (status, "found '1'; expected the code of one of the 63 provinces, as 20" in err) == (
        1,
        True,
    )


def test_processed_tables_are_out_of_date_once_a_table_changes(cut_copy, run):
    assert is_current()
    path = OwnReference(cut_copy).write("aliases", "alias,province\nXứ Lạng,20\n")
    assert not is_current()
    with pytest.raises(errors.DataNotBuilt, match=r"aliases\.csv changed since the tables were"):
        load_scores("PAPI")
    status, _, err = run("drivers", "--year", "2024")
    assert (status, "built the processed tables first" in err) == (0, True)
    assert versions.current()["reference"] == {"aliases.csv": storage.sha256(path)}
    state = versions.hash_state(versions.current())
    # Not by a command: what is loaded next is refused, and build sees the change.
    path.write_text("alias,province\nMột nơi,20\n", encoding="utf-8")
    with pytest.raises(errors.DataNotBuilt):
        load_scores("PAPI")
    assert build().is_new
    assert provinces.match_province("Một nơi") == "20"
    assert versions.hash_state(versions.current()) != state
    path.unlink()
    assert build().is_new
    assert provinces.match_provinces("Một nơi", errors="coerce") == [None]


def test_a_damaged_table_is_named_by_build_once(cut_copy, run):
    OwnReference(cut_copy).write("aliases", "alias,prov\nXứ Lạng,20\n")
    status, out, err = run("build")
    assert (status, out) == (1, "")
    assert "2 problems found" in err
    assert "aliases.csv, row 1, column prov: found a column 'prov'; expected columns among" in err
    assert "Traceback" not in err


# Bad tables.

AIR_NEXT = package_row("frameworks/papi", series=AIR, framework="PAPI-2021") | {
    "year_from": str(NEXT),
    "year_to": str(NEXT),
}


def framework(**changes: str) -> str:
    row = {key: value.replace('"', "") for key, value in (AIR_NEXT | changes).items()}
    return ",".join(row) + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n"


BAD = {
    "a column is missing": ("labels", "key,vi\na,b\n", "row 1, column en: found no such column"),
    "an unknown column": (
        "labels",
        "key,vi,en,de\na,b,c,d\n",
        "row 1, column de: found a column 'de'; expected columns among key, vi, en; take the",
    ),
    "a column twice": ("labels", "key,vi,en,en\na,b,c,d\n", "column en: found the column twice"),
    "a row too long": ("labels", "key,vi,en\na,b,c,d\n", "row 2: found 4 cells; expected 3"),
    "nothing at all": ("labels", "", "row 1, column key: found no such column"),
    "no letters": ("labels", b"key,vi,en\na,\xff\xff,c\n", "found letters that are no UTF-8"),
    "two rows with one key": (
        "labels",
        "key,vi,en\ntable.rank,a,b\n\ntable.rank,c,d\n",
        "row 4, column key: found 'table.rank' again, as in row 2; expected one row for each key",
    ),
    "a field that is not filled in": (
        "labels",
        "key,vi,en\nbreak.new,từ {năm},since {year}\n",
        "row 2, column vi: found năm; expected {fields} among year",
    ),
    "a text with a single bracket": (
        "labels",
        "key,vi,en\nbreak.new,từ {year,since {year}\n",
        "row 2, column vi: found { or } alone",
    ),
    "an unknown key": (
        "labels",
        "key,vi,en\ntable.provinze,a,b\n",
        "row 2, column key: found 'table.provinze'; expected the key of a row of the package "
        "(nearest: table.province, ",
    ),
    "bars between the cells": (
        "labels",
        "key|vi|en\ntable.rank|a|b\n",
        "row 1: found cells parted by '|'; expected commas, semicolons or tabs",
    ),
    "a new row without a column": (
        "gaps",
        "index,year,vintage,province\nPAPI,2024,63,01\n",
        ", for the row 2 that the package does not have",
    ),
    "an unknown province": (
        "aliases",
        "alias,province\nA,99\n",
        "row 2, column province: found '99'",
    ),
    "a province that does not exist": (
        "provinces",
        ",".join(package_row("provinces", province="20", vintage="34"))
        + "\n"
        + ",".join(
            f'"{value}"'
            for value in (
                package_row("provinces", province="20", vintage="34") | {"province": "99"}
            ).values()
        ),
        "row 2, column province: found '99 34'; expected the province and vintage of a row of the",
    ),
    "a year that is no number": (
        "frameworks/papi",
        framework(year_to="năm 2025"),
        "row 2, column year_to: found 'năm 2025'; expected a year from 1990 to 2100",
    ),
    "a scale that is no number": (
        "frameworks/papi",
        framework(max_points="3,33"),
        "row 2, column max_points: found '3,33'; expected a number with a decimal point",
    ),
    "a span that ends before it begins": (
        "frameworks/papi",
        framework(year_from=str(NEXT + 1)),
        f"row 2, column year_to: found {NEXT}; expected {NEXT + 1}, its year_from, or a later",
    ),
    "spans that overlap": (
        "frameworks/papi",
        framework(year_from=str(LAST)),
        f"row 2, column year_from: found {AIR} in {LAST}-{NEXT}, and also in 2021-{LAST}; expected",
    ),
    "a parent that does not exist": (
        "frameworks/papi",
        framework(parent="papi.nothing"),
        "row 2, column parent: found 'papi.nothing'; expected a series of the same framework",
    ),
    "a parent that the year does not have": (
        "frameworks/papi",
        framework(),
        f"row 2, column parent: found papi.environment, which has no row for {NEXT}; expected a",
    ),
    "a part without a parent": (
        "frameworks/papi",
        framework(parent=""),
        "row 2, column parent: found nothing; expected the series it is a part of",
    ),
    "a series that is a part of itself": (
        "frameworks/papi",
        framework(parent=AIR),
        f"row 2, column parent: found {AIR}, a part of {AIR} itself",
    ),
    "a second overall score": (
        "frameworks/papi",
        framework(level="index", parent=""),
        "row 2, column level: found index; expected index for papi only",
    ),
    "an unknown level": (
        "frameworks/papi",
        framework(level="nhóm"),
        "row 2, column level: found 'nhóm'; expected one of index, part, dimension, criterion",
    ),
    "confirmed by nothing": (
        "frameworks/papi",
        framework(confirmed="yes", source=""),
        "row 2, column source: found nothing; expected the document by which the row was confirmed",
    ),
    "a draft that no longer says so": (
        "frameworks/papi",
        framework(confirmed="", source="taken over from 2024"),
        "row 2, column source: found 'taken over from 2024'; expected the document by which",
    ),
    "neither yes nor no": (
        "frameworks/papi",
        framework(confirmed="perhaps"),
        "row 2, column confirmed: found 'perhaps'; expected yes or no",
    ),
    "a break of an unknown series": (
        "breaks",
        "index,series,year,kind,affects,text_vi,text_en,source\n"
        "PAPI,papi.nothing,2025,structural,level,a,b,c\n",
        "row 2, column series: found 'papi.nothing'; expected one of the series of frameworks, as",
    ),
    "a table of the package alone": (
        "measure_model",
        "term,type,weight\n",
        "found 'measure_model.csv'; expected one of frameworks/INDEX, abbreviations, aliases",
    ),
}


@pytest.mark.parametrize(("name", "content", "says"), BAD.values(), ids=BAD)
def test_a_damaged_table_is_one_line_with_its_place(own, name, content, says):
    path = own.write(name, content)
    lines = problems()
    assert any(line.startswith(str(path)) and says in line for line in lines), lines
    assert all("\n" not in line for line in lines)


def test_a_file_that_is_no_table_is_named(own):
    own.write("labels", "key,vi,en\n")
    (own.reference / "labels.xlsx").write_bytes(b"PK")
    editions.refresh()
    (line,) = problems(lambda: labels.text("table.rank", "vi"))
    assert "labels.xlsx: found no CSV file; expected CSV files; save it as CSV (UTF-8)" in line


def test_a_framework_and_its_index_need_each_other(own):
    own.write("frameworks/mine", framework(series="mine", parent="", level="index"))
    assert "found a framework of 'mine'" in problems(frameworks.check_data_folder)[0]
    (own.reference / "frameworks" / "mine.csv").unlink()
    index = package_row("indices", index="PCI")
    own.rows("indices", index | {"index": "MINE", "slug": "mine"})
    assert "'mine' of MINE, without a framework" in problems(frameworks.check_data_folder)[0]


def test_every_table_of_a_data_folder_has_the_columns_that_its_rules_name():
    for name in (*overlay.TABLES, "frameworks/papi"):
        rules = overlay.table_rules(name)
        assert rules is not None
        columns = {*csv_tables.columns(name), *rules.extra}
        named = {*rules.key, *rules.optional, *rules.blank, *rules.years, *rules.integers}
        named |= {*rules.numbers, *rules.choices, *rules.references}
        assert named <= columns, name


# Cells of the kinds that tables have, and what nobody expects.
CELLS = st.one_of(
    st.sampled_from(
        ["", "papi", AIR, "20", "34", str(NEXT), "index", "no", "yes", "9" * 5000, "1e9"]
    ),
    st.text(max_size=8),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(["aliases", "breaks", "frameworks/papi", "provinces"]))
def test_any_table_is_read_or_named(own, data, name):
    columns = [*csv_tables.columns(name), "confirmed"]
    header = data.draw(st.lists(st.sampled_from(columns), min_size=1, unique=True))
    if data.draw(st.booleans()):
        header = columns[:-1]
    lines = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header))))
    content = "\n".join(",".join(cells) for cells in [header, *lines])
    own.write(name, content.encode("utf-8", "surrogatepass") + data.draw(st.binary(max_size=3)))
    with contextlib.suppress(errors.ParstatsError):
        frameworks.check_data_folder()


@pytest.mark.parametrize("name", overlay.TABLES)
def test_the_package_s_own_tables_are_in_order_by_these_rules(own, name):
    """A copy of the package's table in the data folder changes nothing."""
    before = csv_tables.package_rows(name)
    if not before:  # of indices of one's own only
        own.write(name, ",".join(csv_tables.columns(name)) + "\n")
    else:
        own.rows(name, *({k: v.replace('"', '""') for k, v in row.items()} for row in before))
    assert csv_tables.rows(name) == before
