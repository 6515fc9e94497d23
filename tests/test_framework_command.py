"""A new year of an index by command: from the year before, to be confirmed by a person."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from own_reference import OwnReference
from parstats import errors, folders, frameworks, load_breaks, load_scores, provinces, text
from parstats.panel import change, coverage, evidence, to_vintage
from parstats.pipeline import framework_years
from parstats.pipeline.framework_years import add_year
from small_data import SmallData
from test_own_files import fill_in

WORKBOOK = Path(__file__).parent / "data" / "ingest" / "papi_2025_34_invented.xlsx"
# The newest year that the package knows; the year to be added; a year with figures.
LAST = frameworks.years("PAPI")[1]
NEXT = LAST + 1
EARLIER = 2024
COMMAND = f"parstats framework add-year PAPI {NEXT}"
POVERTY = "papi.transparency.poverty_lists"
AIR = "papi.environment.air_quality"


@pytest.fixture(autouse=True)
def _other_provinces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next year of PAPI is the first about the 34 provinces, whatever has come since."""
    monkeypatch.setattr(provinces, "LAST_YEAR_63_PROVINCES", LAST)


@pytest.fixture
def own(small_data: SmallData) -> OwnReference:
    """An empty data folder."""
    return OwnReference(small_data.folder)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_criteria_are_those_of_the_year_before_and_none_is_confirmed(own, run):
    before = frameworks.in_year("PAPI", LAST)
    status, out, err = run("framework", "add-year", "papi", str(NEXT))
    assert status == 0
    path = own.reference / "frameworks" / "papi.csv"
    assert out.splitlines() == [str(path), str(own.reference / "breaks.csv")]
    assert f"{len(before)} series taken over from {LAST}, none confirmed yet" in err
    assert "first year of the 34 provinces" in err
    assert f"parstats ingest FILE --index papi --year {NEXT} -o" in err
    after = frameworks.in_year("PAPI", NEXT)
    same = ["series", "framework", "code", "parent", "cut", "max_points", "min_points", "scored_by"]
    pd.testing.assert_frame_equal(after[same], before[same])
    assert {row["confirmed"] for row in rows(path)} == {"no"}
    assert all(row["source"].startswith(f"taken over from {LAST}") for row in rows(path))
    assert frameworks.unconfirmed_from("PAPI", NEXT) == LAST
    assert frameworks.unconfirmed_from("PAPI", LAST) is None
    assert frameworks.unconfirmed_series("PAPI", NEXT) == set(before["series"])


def test_the_first_year_of_the_34_compares_with_no_year_before(own):
    add_year("PAPI", NEXT)
    series = frameworks.in_year("PAPI", NEXT)["series"]
    for basis in frameworks.BASES:
        assert not frameworks.comparable(series, NEXT, LAST, basis).any()
    (row,) = rows(own.reference / "breaks.csv")
    assert (row["series"], row["year"], row["kind"]) == ("papi", str(NEXT), "structural")
    assert row["source"] == "chờ xác nhận / to be confirmed"
    texts = frameworks.break_texts(pd.Series(["papi", "papi.environment", AIR]), NEXT, LAST)
    assert texts["break_en"].unique().tolist() == [
        f"From {NEXT} the index covers 34 provinces; it is not yet confirmed whether {NEXT} is "
        f"comparable with {LAST}"
    ]
    assert "34 tỉnh" in texts["break_vi"].iloc[2]


def test_a_later_year_of_the_same_provinces_continues_the_groups(own):
    add_year("PAPI", NEXT)
    added = add_year("PAPI", NEXT + 1)
    assert added.breaks is None
    series = frameworks.in_year("PAPI", NEXT)["series"]
    for basis in frameworks.BASES:
        assert frameworks.comparable(series, NEXT + 1, NEXT, basis).all()
        assert not frameworks.comparable(series, NEXT + 1, LAST, basis).any()
    assert len(rows(own.reference / "breaks.csv")) == 1
    assert frameworks.unconfirmed_from("PAPI", NEXT + 1) == NEXT


def test_an_index_of_departments_has_no_other_provinces(own):
    last = frameworks.years("PAR KHANH HOA")[1]
    for year in range(last + 1, NEXT + 1):
        assert add_year("PAR KHANH HOA", year).breaks is None
    series = frameworks.in_year("PAR KHANH HOA", NEXT)["series"]
    assert frameworks.comparable(series, NEXT, last).all()


def test_what_a_person_wrote_before_stays(own):
    own.write("labels", "key,vi,en\ntable.rank,Hạng,Rank\n")
    own.write(
        "breaks",
        "index;series;year;kind;affects;text_vi;text_en;source\n"
        "PAPI;papi;2013;official;level;một, hai;one, two;một văn bản\n",
    )
    add_year("PAPI", NEXT)
    path = own.reference / "breaks.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == "PAPI;papi;2013;official;level;một, hai;one, two;một văn bản"
    assert lines[2].startswith(f"PAPI;papi;{NEXT};structural;level;")
    assert frameworks.breaks_between("PAPI", 2013, 2012)["text_en"].tolist() == ["one, two"]


def test_a_person_confirms_row_by_row(own):
    path = add_year("PAPI", NEXT).framework
    table = rows(path)
    for row in table[1:]:
        row |= {"source": "Báo cáo PAPI 2025", "confirmed": "Yes"}
    own.rows("frameworks/papi", *table)
    assert frameworks.unconfirmed_series("PAPI", NEXT) == {"papi"}
    own.rows("frameworks/papi", *(row | {"source": "x", "confirmed": "có"} for row in table))
    assert frameworks.unconfirmed_from("PAPI", NEXT) is None
    assert text.unconfirmed_note("PAPI", NEXT, "vi") is None


def test_pages_say_that_the_criteria_are_taken_over(own):
    assert text.unconfirmed_text("PAPI", LAST, "vi") == ""
    add_year("PAPI", NEXT)
    assert text.unconfirmed_text("PAPI", NEXT, "vi") == (
        f"Bộ tiêu chí năm {NEXT} tạm lấy theo năm {LAST}, chưa đối chiếu với công bố chính thức."
    )
    assert text.unconfirmed_text("PAPI", NEXT, "en").startswith(f"Criteria taken over from {LAST}:")
    note = text.unconfirmed_note("PAPI", NEXT, "en")
    assert note is not None
    assert "taken over" in note.html


# What is refused.


@pytest.mark.parametrize(
    ("index", "year", "says"),
    [
        ("PAPI", LAST, f"PAPI {LAST} has its criteria already, in the package"),
        ("PAPI", NEXT + 1, f"the next year is {NEXT}, found {NEXT + 1}; run `{COMMAND}` first"),
        ("PAPI", 1999, f"PAPI has criteria for 2011 to {LAST}: only {NEXT} can be added"),
        ("PAX", NEXT, "unknown index 'PAX': expected one of PAPI, SIPAS"),
    ],
)
def test_a_year_that_cannot_be_added_is_refused(own, run, index, year, says):
    status, out, err = run("framework", "add-year", index, str(year))
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1
    assert not own.reference.exists()


def test_a_year_is_added_once(own, run):
    assert run("framework", "add-year", "PAPI", str(NEXT))[0] == 0
    path = own.reference / "frameworks" / "papi.csv"
    content = path.read_bytes()
    status, _, err = run("framework", "add-year", "PAPI", str(NEXT))
    assert (status, f"PAPI {NEXT} has its criteria already, in {path}" in err) == (2, True)
    assert path.read_bytes() == content


def test_data_that_came_with_the_package_are_not_added_to(own, run, monkeypatch):
    monkeypatch.setattr(folders, "reference_folder", lambda: None)
    status, _, err = run("framework", "add-year", "PAPI", str(NEXT))
    assert status == 2
    assert (
        "cannot be added to: make a data folder with `parstats init DIR`, set PARSTATS_DATA" in err
    )
    assert f"run `{COMMAND}` again" in err


def test_a_folder_that_cannot_be_written_to_is_named(own, run, monkeypatch):
    monkeypatch.setattr(framework_years.os, "access", lambda path, mode: False)
    status, _, err = run("framework", "add-year", "PAPI", str(NEXT))
    assert (status, f"{own.folder} cannot be written to: make a data folder" in err) == (2, True)


def test_a_damaged_table_is_left_as_it_is(own, run):
    path = own.write("frameworks/papi", "series,year_from\npapi,năm nay\n")
    status, _, err = run("framework", "add-year", "PAPI", str(NEXT))
    assert status == 1
    assert f"{path}, row 1, column parent: found no such column" in err
    assert path.read_text(encoding="utf-8").startswith("series,year_from\npapi")


def test_nothing_is_half_written(own, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("disk full")

    add_year("PAPI", NEXT)
    content = (own.reference / "frameworks" / "papi.csv").read_bytes()
    monkeypatch.setattr(framework_years.storage, "write_atomic", fail)
    with pytest.raises(OSError, match="disk full"):
        add_year("PAPI", NEXT + 1)
    assert (own.reference / "frameworks" / "papi.csv").read_bytes() == content
    assert sorted(path.name for path in own.reference.rglob("*.csv")) == ["breaks.csv", "papi.csv"]


# What the commands say of a year without criteria.


def test_ingest_names_the_command_of_the_next_year_only(own, run):
    status, _, err = run("ingest", str(WORKBOOK), "--year", str(NEXT))
    assert (status, f"or add its criteria with `{COMMAND}`" in err) == (2, True)
    status, _, err = run("ingest", str(WORKBOOK), "--year", str(NEXT + 1))
    assert (status, "add-year" in err, f"{LAST - 1}, {LAST}" in err) == (2, False, True)


def test_a_header_with_the_next_year_names_the_command_once(own, run, tmp_path):
    table = tmp_path / "table.csv"
    heads = f"Danh sách hộ nghèo {NEXT};Tri thức công dân {NEXT}"
    table.write_text(f"Tỉnh;{heads}\nLạng Sơn;1,9;1,5\nHà Nội;2,1;1,6\n", encoding="utf-8")
    status, _, err = run("ingest", str(table))
    assert status == 1
    assert f"found figures of {NEXT}; expected a year of PAPI, 2011 to {LAST}; check the" in err
    assert err.count(COMMAND) == 1


def test_check_names_the_command_of_the_next_year_only(own, run, tmp_path):
    table = tmp_path / "table.csv"
    for year, named in ((NEXT, True), (NEXT + 1, False)):
        table.write_text(f"year,province,series,score\n{year},20,{AIR},2.0\n", encoding="utf-8")
        status, _, err = run("check", str(table))
        assert (status, COMMAND in err) == (1, named)


# Headers of a year that nobody has confirmed.


def renamed(tmp_path: Path, **headers: str) -> Path:
    """The invented workbook with other headers, by those that it has."""
    book = openpyxl.load_workbook(WORKBOOK)
    for cell in book.active[1]:
        cell.value = headers.get(str(cell.value), cell.value)
    path = tmp_path / "renamed.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    "header",
    [
        "chất lượng  Không khí",
        "Quality of Air",
        frameworks.series_name(AIR, "en", short=True),
        "Chất lượng không khí / Quality of Air",
        f"Chất lượng không khí {NEXT}",
        "7.2. Chất lượng không khí",
    ],
)
def test_a_name_of_last_year_is_taken(own, tmp_path, run, header):
    add_year("PAPI", NEXT)
    path = renamed(tmp_path, **{"Chất lượng không khí": header})
    status, _, err = run("ingest", str(path), "--year", str(NEXT), "-o", str(tmp_path / "a.csv"))
    assert (status, "952 rows: 34 provinces" in err) == (0, True)


@pytest.mark.parametrize(
    "header",
    ["8.4. Chất lượng không khí", "7.4. Chất lượng không khí", "Chat luong khong khi"],
)
def test_any_other_header_is_asked_about_until_it_is_confirmed(own, tmp_path, run, header):
    path = renamed(tmp_path, **{"Chất lượng không khí": header})
    framework = add_year("PAPI", NEXT).framework
    arguments = ("ingest", str(path), "--year", str(NEXT), "-o", str(tmp_path / "a.csv"))
    status, _, err = run(*arguments)
    assert status == 1
    assert f"({header}): found a header that is not exactly a name of the year before" in err
    assert f"whose criteria nobody has confirmed; this may be {AIR}" in err
    assert f'say which: --map "{header}={AIR}", or =ignore' in err
    assert run(*arguments, "--map", f"{header}={AIR}")[0] == 0
    confirmed = [row | {"source": "x", "confirmed": "yes"} for row in rows(framework)]
    own.rows("frameworks/papi", *confirmed)
    assert run(*arguments)[0] == 0


def test_a_name_in_a_row_is_asked_about_once(own, tmp_path, run):
    add_year("PAPI", NEXT)
    table = tmp_path / "long.csv"
    lines = [
        f"{NEXT};{province};{name};1,5"
        for province in ("Lạng Sơn", "Hà Nội")
        for name in ("Danh sach ho ngheo", "Tri thức công dân")
    ]
    text_lines = ["Năm;Tỉnh;Nội dung thành phần;Điểm", *lines]
    table.write_text("\n".join(text_lines) + "\n", encoding="utf-8")
    status, _, err = run("ingest", str(table))
    assert status == 1
    assert err.count("whose criteria nobody has confirmed") == 1
    remedy = "Danh sach ho ngheo=papi.transparency.poverty_lists"
    assert f'--map "{remedy}"' in err
    status, out, _ = run("ingest", str(table), "--map", remedy)
    assert (status, len(out.splitlines())) == (0, 5)


# The whole way.


def test_from_the_workbook_to_built_figures(cut_copy, run):
    """As the README of a data folder says, with the invented figures of the 34 provinces."""
    assert run("framework", "add-year", "PAPI", str(NEXT))[0] == 0
    mine = cut_copy / "raw" / "papi" / f"papi_{NEXT}.csv"
    assert run("ingest", str(WORKBOOK), "--year", str(NEXT), "-o", str(mine))[0] == 0
    assert run("check", str(mine), "--sidecar")[0] == 0
    answers = {"title": "invented", "producer": "nobody", "page": "by hand", "licence": "none"}
    fill_in(mine.with_name(f"{mine.name}.yml"), obtained="official", **answers)
    status, out, _ = run("build")
    assert status == 0
    (line,) = (line for line in out.splitlines() if line.split()[:2] == ["PAPI", str(NEXT)])
    assert line.split()[3] == "34/34"
    scores = load_scores("PAPI")
    counts = coverage(scores).set_index("year").loc[NEXT, ["n_complete", "n_units"]]
    assert counts.tolist() == [34, 34]
    assert evidence(scores, load_scores("PAPI").head(0), NEXT).n_units == 34
    bridged = pd.concat(
        [to_vintage(scores[scores["year"] == EARLIER], 34), scores[scores["year"] == NEXT]]
    )
    moved = change(bridged, NEXT, EARLIER)
    assert len(moved) > 0
    assert not moved["comparable"].any()
    assert moved["change"].isna().all()
    with pytest.raises(errors.BreakCrossed, match=f"PAPI {EARLIER} and {NEXT} cannot be compared"):
        change(bridged, NEXT, EARLIER, on_break="raise")
    assert NEXT in load_breaks()["year"].tolist()


def test_a_year_with_criteria_and_without_figures_says_where_they_go(small_data, run):
    small_data.put("papi.csv", f"year,province,series,score\n2011,20,{POVERTY},2.1\n")
    assert run("build")[0] == 0
    said = run("report", "20", "--year", str(NEXT), "-o", str(small_data.folder / "out"))[2]
    assert f"check the year, or add its criteria with `{COMMAND}`" in said
    add_year("PAPI", NEXT)
    folder = small_data.folder / "raw" / "papi"
    expected = (
        f"unknown year of PAPI {NEXT}: expected one of 2011; there are criteria of {NEXT} but no "
        f"figures; these are expected in {folder}: `parstats ingest FILE --index PAPI --year {NEXT}"
    )
    for command in (("report", "20", "-o", str(small_data.folder / "out")), ("drivers",)):
        status, _, said = run(*command, "--year", str(NEXT))
        assert (status, expected in said, "--sidecar" in said) == (2, True, True)
    with pytest.raises(errors.UnknownChoice, match="there are criteria of"):
        load_scores("PAPI", NEXT)
