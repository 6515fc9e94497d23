"""Malformed raw files: each is refused with its place, what was found and what to do.

Whatever is wrong, the processed tables stay as they were, byte for byte.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from parstats.errors import InvalidData
from parstats.ingest.sidecar import FORMS
from parstats.panel import load_conflicts, load_scores
from parstats.pipeline.processed_tables import build, make_tables
from parstats.reference import frameworks
from parstats.storage import sha256
from small_data import SmallData

FILE = "raw/papi/papi_2024.csv"
HEADER = "year,province,province_name,series,score"
KNOWLEDGE = "2024,20,Lạng Sơn,papi.participation.civic_knowledge,1.035179"
HEALTH = "2024,20,Lạng Sơn,papi.services.public_health,1.959565"
LAW = "2024,01,Hà Nội,papi.services.law_and_order,1.957371"
GOOD = "\n".join([HEADER, KNOWLEDGE, HEALTH, LAW]) + "\n"

SAVE_AS = "save it as CSV in UTF-8 (in Excel: 'CSV UTF-8 (Comma delimited)')"
QUOTES = (
    "found quotation marks that do not match; expected whole cells between them, or none; check "
    "the quotation marks of this row and of its cells"
)
COLUMNS = "year, province, series, score"
ALL_COLUMNS = f"{COLUMNS}, vintage, province_name, unit, rank, n_ranked, n, se, note, obtained"
FRAMEWORK = "reference/frameworks/papi.csv"
FIRST_YEAR, LAST_YEAR = frameworks.years("PAPI")


def changed(old: str, new: str) -> str:
    """The good file with one thing put in the place of another."""
    assert GOOD.count(old) == 1, f"{old!r} must stand exactly once in the good file"
    return GOOD.replace(old, new)


BAD: dict[str, tuple[str | bytes, list[str]]] = {
    "province that does not exist": (
        changed("2024,01,Hà Nội", "2024,Atlantis,"),
        [
            f"{FILE}, row 4, column province: found 'Atlantis'; expected the two-digit code or the "
            "name of one province; see reference/provinces.csv",
            f"{FILE}, row 4, column province_name: found ''; expected the two-digit code or the "
            "name of one province; see reference/provinces.csv",
        ],
    ),
    "code that no province has": (
        changed("2024,01,", "2024,03,"),
        [
            f"{FILE}, row 4, column province: found '03'; expected the two-digit code or the name "
            "of one province; see reference/provinces.csv"
        ],
    ),
    "ambiguous province": (
        changed("2024,01,Hà Nội", "2024,Huế,Thừa Thiên Huế"),
        [
            f"{FILE}, row 4, column province: found 'Huế'; expected the two-digit code or the name "
            "of one province; perhaps Thừa Thiên Huế"
        ],
    ),
    "dissolved province": (
        changed("2024,01,Hà Nội", "2024,Vĩnh Phú,Vĩnh Phúc"),
        [
            f"{FILE}, row 4, column province: found 'Vĩnh Phú'; expected the two-digit code or the "
            "name of one province; perhaps Phú Thọ or Vĩnh Phúc"
        ],
    ),
    "code and name of two provinces": (
        changed("2024,01,Hà Nội", "2024,01,Hà Nam"),
        [
            f"{FILE}, row 4, column province_name: found 'Hà Nam'; expected Hà Nội, the province "
            "with code 01; mend the code or the name"
        ],
    ),
    "misspelled series": (
        changed("papi.services.law_and_order", "papi.services.law_order"),
        [
            f"{FILE}, row 4, column series: found 'papi.services.law_order'; expected a series of "
            f"{FRAMEWORK}; perhaps papi.services.law_and_order"
        ],
    ),
    "series like no other": (
        changed("papi.services.law_and_order", "S64"),
        [
            f"{FILE}, row 4, column series: found 'S64'; expected a series of "
            f"{FRAMEWORK}; see {FRAMEWORK}"
        ],
    ),
    "series of another year": (
        changed("papi.services.law_and_order", "papi.procedures.construction_permits"),
        [
            f"{FILE}, row 4, column series: found 'papi.procedures.construction_permits'; expected "
            "a series that PAPI held in 2024; mend the year or the series; see "
            f"{FRAMEWORK}"
        ],
    ),
    "total of a dimension": (
        changed("papi.services.law_and_order,1.957371", "papi.services,7.57"),
        [
            f"{FILE}, row 4, column series: found 'papi.services'; expected the series of a "
            "sub-dimension; delete the row: totals are derived from its parts"
        ],
    ),
    "total of the index": (
        changed("papi.services.law_and_order,1.957371", "papi,43.1"),
        [
            f"{FILE}, row 4, column series: found 'papi'; expected the series of a "
            "sub-dimension; delete the row: totals are derived from its parts"
        ],
    ),
    "same cell twice": (
        GOOD + "2024,20,Lạng Sơn,papi.services.public_health,1.96\n",
        [
            f"{FILE}, row 5, column series: found 'papi.services.public_health'; expected one row "
            "for each year, province and series; it stands in row 3 already"
        ],
    ),
    "same cell twice, the province written in two ways": (
        GOOD + "2024,Lang Son,Lạng Sơn,papi.services.public_health,1.959565\n",
        [
            f"{FILE}, row 5, column series: found 'papi.services.public_health'; expected one row "
            "for each year, province and series; it stands in row 3 already"
        ],
    ),
    "score above the maximum": (
        changed("1.957371", "2.51"),
        [
            f"{FILE}, row 4, column score: found '2.51'; expected at most 2.5 points "
            "(papi.services.law_and_order, 2024); check the figure and its column in the source"
        ],
    ),
    "score below the minimum": (
        changed("1.957371", "0.1957371"),
        [
            f"{FILE}, row 4, column score: found '0.1957371'; expected at least 0.25 points "
            "(papi.services.law_and_order, 2024); check the figure and its column in the source"
        ],
    ),
    "negative score": (
        changed("1.957371", "-1.957371"),
        [
            f"{FILE}, row 4, column score: found '-1.957371'; expected at least 0.25 points "
            "(papi.services.law_and_order, 2024); check the figure and its column in the source"
        ],
    ),
    "decimal comma in quotes": (
        changed("1.957371", '"1,957371"'),
        [
            f"{FILE}, row 4, column score: found '1,957371'; expected a number with a decimal "
            "point; write 1.957371, with a decimal point"
        ],
    ),
    "decimal comma without quotes": (
        changed("1.957371", "1,957371"),
        [
            f"{FILE}, row 4, column score: found 6 cells, "
            f"the last two being 1 and 957371 (a decimal comma?); "
            "expected 5 cells; write 1.957371, with a decimal point"
        ],
    ),
    "empty score": (
        changed("1.957371", ""),
        [
            f"{FILE}, row 4, column score: found ''; expected a number with a decimal point; "
            "delete the row: a missing figure is an absent row"
        ],
    ),
    "n/a for a score": (
        changed("1.957371", "n/a"),
        [
            f"{FILE}, row 4, column score: found 'n/a'; expected a number with a decimal point; "
            "delete the row: a missing figure is an absent row"
        ],
    ),
    "percent sign": (
        changed("1.957371", "78.3%"),
        [
            f"{FILE}, row 4, column score: found '78.3%'; expected a number with a decimal point; "
            "write the figure alone, as 1.41"
        ],
    ),
    "infinite score": (
        changed("1.957371", "inf"),
        [
            f"{FILE}, row 4, column score: found 'inf'; expected a number with a decimal point; "
            "write the figure alone, as 1.41"
        ],
    ),
    "year before the index": (
        changed("2024,01", "2010,01"),
        [
            f"{FILE}, row 4, column year: found '2010'; expected a year of PAPI, {FIRST_YEAR} to "
            f"{LAST_YEAR}; mend the year; a new year needs its series in {FRAMEWORK} first"
        ],
    ),
    "year to come": (
        changed("2024,01", "2042,01"),
        [
            f"{FILE}, row 4, column year: found '2042'; expected a year of PAPI, {FIRST_YEAR} to "
            f"{LAST_YEAR}; mend the year; a new year needs its series in {FRAMEWORK} first"
        ],
    ),
    "half a year": (
        changed("2024,01", "2023.5,01"),
        [
            f"{FILE}, row 4, column year: found '2023.5'; expected a whole number; write it "
            "without decimals"
        ],
    ),
    "missing column": (
        "year,province,series\n2024,20,papi.services.public_health\n",
        [
            f"{FILE}, row 1, column score: found no such column; the file has year, province, "
            f"series; expected the columns {COLUMNS}; add a column named score, or rename the one "
            "that holds it"
        ],
    ),
    "misspelled column": (
        changed("score\n", "scores\n"),
        [
            f"{FILE}, row 1, column score: found no such column; the file has year, province, "
            f"province_name, series, scores; expected the columns {COLUMNS}; add a column named "
            "score, or rename the one that holds it",
            f"{FILE}, row 1, column scores: found the header 'scores'; expected {ALL_COLUMNS}; "
            "rename or remove the column",
        ],
    ),
    "column twice": (
        changed("province_name", "province"),
        [
            f"{FILE}, row 1, column province: found the header 'province' 2 times; expected each "
            "once; keep one of them"
        ],
    ),
    "extra column": (
        "\n".join(f"{row},{more}" for row, more in zip([HEADER, LAW], ["grade", "7"], strict=True)),
        [
            f"{FILE}, row 1, column grade: found the header 'grade'; expected {ALL_COLUMNS}; "
            "rename or remove the column"
        ],
    ),
    "column without a header": (
        "\n".join([HEADER + ",", KNOWLEDGE + ","]),
        [
            f"{FILE}, row 1, column : found the header ''; expected {ALL_COLUMNS}; rename or "
            "remove the column"
        ],
    ),
    "Windows-1258 letters": (
        f"{HEADER}\n{KNOWLEDGE}\n".replace("ạ", "a\u0323").encode("cp1258"),
        [f"{FILE}, row 2: found byte 0xF2, which is not UTF-8; expected text in UTF-8; {SAVE_AS}"],
    ),
    "Latin-1 letters": (
        GOOD.replace("Lạng Sơn", "").replace("ộ", "o").encode("latin-1"),
        [f"{FILE}, row 4: found byte 0xE0, which is not UTF-8; expected text in UTF-8; {SAVE_AS}"],
    ),
    "UTF-16": (
        GOOD.encode("utf-16"),
        [f"{FILE}: found UTF-16 text; expected UTF-8; {SAVE_AS}"],
    ),
    "semicolons": (
        GOOD.replace(",", ";"),
        [f"{FILE}, row 1: found semicolons between the columns; expected commas; {SAVE_AS}"],
    ),
    "tabs": (
        GOOD.replace(",", "\t"),
        [f"{FILE}, row 1: found tabs between the columns; expected commas; {SAVE_AS}"],
    ),
    "empty file": (
        "",
        [f"{FILE}: found an empty file; expected a header row and data; fill it"],
    ),
    "blank lines only": (
        "\n  \n\n",
        [f"{FILE}: found an empty file; expected a header row and data; fill it"],
    ),
    "header only": (
        HEADER + "\n",
        [f"{FILE}: found a header without rows; expected data rows; add the figures"],
    ),
    "short row": (
        changed(",1.957371", ""),
        [f"{FILE}, row 4: found 4 cells; expected 5 cells; check the commas of this row"],
    ),
    "unquoted comma in a name": (
        changed("Hà Nội", "Hà Nội, TP"),
        [f"{FILE}, row 4: found 6 cells; expected 5 cells; check the commas of this row"],
    ),
    "quotation mark that is not closed": (
        changed("1.959565", '"1.959565'),
        [f"{FILE}, row 3: {QUOTES}"],
    ),
    "text after a closing quotation mark": (
        changed("1.959565", '"1.9" 59565'),
        [f"{FILE}, row 3: {QUOTES}"],
    ),
    "cell without an end in a large file": (
        GOOD + '2024,20,"Lạng Sơn,' + "0" * 200_000,
        [f"{FILE}, row 5: {QUOTES}"],
    ),
    "digits of another script": (
        changed("1.957371", "１.９５７３７１").replace(
            "2024,20,Lạng Sơn,papi.services", "２０２４,20,Lạng Sơn,papi.services"
        ),
        [
            f"{FILE}, row 3, column year: found '２０２４'; expected a number with a decimal "
            "point; write the figure alone, as 1.41",
            f"{FILE}, row 4, column score: found '１.９５７３７１'; expected a number with a "
            "decimal point; write the figure alone, as 1.41",
        ],
    ),
    "a word and half a year": (
        changed("2024,01", "2023.5,01").replace(
            "2024,20,Lạng Sơn,papi.s", "then,20,Lạng Sơn,papi.s"
        ),
        [
            f"{FILE}, row 3, column year: found 'then'; expected a number with a decimal point; "
            "write the figure alone, as 1.41",
            f"{FILE}, row 4, column year: found '2023.5'; expected a whole number; write it "
            "without decimals",
        ],
    ),
    "workbook saved under another name": (
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00" + bytes(64),
        [f"{FILE}: found a binary file (a workbook?); expected a CSV file; {SAVE_AS}"],
    ),
    "binary file": (
        b"\x89HDF\r\n\x1a\n" + bytes(64),
        [f"{FILE}: found a binary file; expected a CSV file; {SAVE_AS}"],
    ),
    "negative standard error": (
        f"{HEADER},se\n{LAW},-0.1\n",
        [
            f"{FILE}, row 2, column se: found '-0.1'; expected zero or more; "
            "check the figure in the source"
        ],
    ),
    "no respondents": (
        f"{HEADER},n\n{LAW},0\n",
        [
            f"{FILE}, row 2, column n: found '0'; expected one or more; "
            "check the figure in the source"
        ],
    ),
}


@pytest.fixture(scope="session")
def good_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three good rows, and the tables built from them."""
    data = SmallData(tmp_path_factory.mktemp("good") / "data")
    data.put("papi_2024.csv", GOOD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(data.folder))
        build()
    return data.folder


@pytest.fixture
def good(good_template: Path, small_data: SmallData) -> SmallData:
    """A copy of the three good rows, built; what is built must not change afterwards."""
    shutil.copytree(good_template, small_data.folder, dirs_exist_ok=True)
    return small_data


def refusal(data: SmallData) -> list[str]:
    """Problems that a build names, having checked that it changed nothing."""
    before = data.processed_bytes()
    with pytest.raises(InvalidData) as caught:
        build()
    assert data.processed_bytes() == before
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(("content", "messages"), BAD.values(), ids=BAD.keys())
def test_malformed_file_is_refused_with_place_and_remedy(
    good: SmallData, content: str | bytes, messages: list[str]
) -> None:
    good.put("papi_2024.csv", content)
    assert refusal(good) == messages


ACCEPTED: dict[str, str | bytes] = {
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "CRLF line ends": GOOD.replace("\n", "\r\n"),
    "no line end after the last row": GOOD.rstrip("\n"),
    "leading zero lost in Excel": changed("2024,01,", "2024,1,"),
    "codes as Excel numbers": changed("2024,01,", "2024,1.0,"),
    "names instead of codes": changed("2024,01,", "2024,Thành phố Hà Nội,"),
    "decomposed Unicode letters": changed("Hà Nội", "Ha\u0300 No\u0323\u0302i"),
    "blanks around cells": GOOD.replace(",", " , "),
    "blank lines between": GOOD.replace("\n", "\n\n"),
    "quotes around all cells": "\n".join(
        '"' + line.replace(",", '","') + '"' for line in GOOD.splitlines()
    ),
    "rows and columns in another order": "\n".join(
        ",".join(reversed(line.split(","))) for line in [HEADER, *reversed(GOOD.splitlines()[1:])]
    ),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_harmless_differences_give_the_same_scores(good: SmallData, content: str | bytes) -> None:
    expected = load_scores("PAPI")
    assert len(expected) == 3
    good.put("papi_2024.csv", content)
    assert build().is_new
    assert load_scores("PAPI").equals(expected)


def test_a_cell_in_two_files_that_agree_is_there_once(good: SmallData) -> None:
    expected = load_scores("PAPI")
    good.put("papi_2024_again.csv", f"{HEADER}\n{KNOWLEDGE.replace(',20,', ',Lạng Sơn,')}\n{LAW}\n")
    assert build().is_new
    assert load_scores("PAPI").equals(expected)
    assert load_conflicts().empty


def test_a_cell_in_two_files_that_differ_names_both_in_the_table_of_conflicts(
    good: SmallData,
) -> None:
    good.put("papi_2024_z.csv", f"{HEADER}\n{LAW.replace('1.957371', '1.95')}\n", obtained="press")
    build()
    scores, (conflict,) = load_scores("PAPI"), load_conflicts().to_dict("records")
    law = scores[(scores["series"] == "papi.services.law_and_order") & (scores["province"] == "01")]
    assert law[["score", "source"]].to_numpy().tolist() == [[1.957371, FILE]]
    assert (conflict["kept"], conflict["rejected"]) == ("1.957371", "1.95")
    assert conflict["source"] == f"{FILE} ; raw/papi/papi_2024_z.csv"
    assert conflict["resolved_by"] == "precedence"


def test_problems_of_several_files_are_reported_together(good: SmallData) -> None:
    good.put("papi_2022.csv", f"{HEADER}\n{LAW.replace('2024', '2022').replace('1.957371', '9')}\n")
    good.put("papi_2023.csv", "")
    good.put("papi_2024.csv", changed("1.035179", "?").replace("1.957371", "x"))
    good.put("press.csv", "year,province\n2024,20\n", form="printed", licence=None)
    assert refusal(good) == [
        "raw/papi/papi_2022.csv, row 2, column score: found '9'; expected at most 2.5 points "
        "(papi.services.law_and_order, 2022); check the figure and its column in the source",
        "raw/papi/papi_2023.csv: found an empty file; expected a header row and data; fill it",
        f"{FILE}, row 2, column score: found '?'; expected a number with a decimal point; write "
        "the figure alone, as 1.41",
        f"{FILE}, row 4, column score: found 'x'; expected a number with a decimal point; "
        "delete the row: a missing figure is an absent row",
        "raw/papi/press.csv.yml, column licence: found nothing; expected a value; add it",
    ]


def test_a_file_whose_sidecar_is_wrong_is_not_read_further(good: SmallData) -> None:
    """What the file is cannot be told, so its cells are not faulted for being something else."""
    good.put("press.csv", "year,province\n2024,20\n", form="printed", obtained=None)
    assert refusal(good) == [
        "raw/papi/press.csv.yml, column obtained: found nothing; expected a value; add it"
    ]
    good.put("press.csv", "year,province\n2024,20\n", form="printed", obtained="press")
    printed = "year, province, series, score, rank, n_ranked, source"
    assert refusal(good) == [
        f"raw/papi/press.csv, row 1, column {column}: found no such column; the file has year, "
        f"province; expected the columns {printed}; add a column named {column}, or rename the one "
        "that holds it"
        for column in ("series", "score", "rank", "n_ranked", "source")
    ]


def test_problems_of_one_file_come_in_row_order(good: SmallData) -> None:
    good.put(
        "papi_2024.csv",
        GOOD.replace("1.035179", "9")
        .replace("Hà Nội", "Hà Nam")
        .replace("2024,20,Lạng Sơn,papi.s", "2010,20,Lạng Sơn,papi.s"),
    )
    rows = [message.partition(":")[0] for message in refusal(good)]
    assert rows == [
        f"{FILE}, row 2, column score",
        f"{FILE}, row 3, column year",
        f"{FILE}, row 4, column province_name",
    ]


# The sidecar: every figure says where it is from, and that it is the one that was checked.


def test_a_file_without_sidecar_is_refused(good: SmallData) -> None:
    (good.papi / "papi_2024.csv.yml").unlink()
    assert refusal(good) == [
        f"{FILE}: found no sidecar; expected one that tells its source; write {FILE}.yml with "
        "title, form, producer, page, obtained, date_accessed, licence, sha256: `parstats check "
        f"{good.papi / 'papi_2024.csv'} --sidecar` makes a draft of it"
    ]


@pytest.mark.parametrize("key", ["title", "producer", "page", "obtained", "licence", "sha256"])
def test_a_sidecar_without_a_key_is_refused(good: SmallData, key: str) -> None:
    good.put("papi_2024.csv", GOOD, **{key: None})
    assert refusal(good) == [f"{FILE}.yml, column {key}: found nothing; expected a value; add it"]


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [("obtained", "hearsay", "official, compiled, press"), ("form", "wide", ", ".join(FORMS))],
)
def test_a_sidecar_with_a_value_not_allowed_is_refused(
    good: SmallData, key: str, value: str, allowed: str
) -> None:
    good.put("papi_2024.csv", GOOD, **{key: value})
    assert refusal(good) == [
        f"{FILE}.yml, column {key}: found {value!r}; expected one of {allowed}; mend it"
    ]


@pytest.mark.parametrize("content", ["just a sentence", "- a\n- list", ""])
def test_a_sidecar_that_is_no_mapping_is_refused(good: SmallData, content: str) -> None:
    good.put_sidecar("papi_2024.csv", content)
    assert refusal(good) == [f"{FILE}.yml: found no keys; expected key: value lines; mend it"]


def test_a_sidecar_with_broken_yaml_is_refused(good: SmallData) -> None:
    good.put_sidecar("papi_2024.csv", "title: 'not closed\nform: scores\n")
    (message,) = refusal(good)
    assert message.startswith(f"{FILE}.yml: found while scanning a quoted scalar in ")
    assert message.endswith("; expected YAML in UTF-8; mend it")
    assert "line 1, column 8" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("replaces: ../papi/papi_2024.csv", "column replaces: found '../papi/papi_2024.csv'"),
        ("replaces: ['']", "column replaces: found ''; expected the name of a file beside it"),
        ("replaces: [..]", "column replaces: found '..'"),
        ("replaces: /etc/hostname", "column replaces: found '/etc/hostname'"),
        ("replaces: 'a\\b.csv'", "column replaces: found"),
        ('replaces: "a\\0.csv"', "column replaces: found"),
        ("replaces: {a: b}", "column replaces: found {'a': 'b'}"),
        ("replaces: [[a.csv]]", "column replaces: found ['a.csv']"),
        ("replaces: 5", "column replaces: found 5"),
        ("title: [a, b]", "column title: found ['a', 'b']; expected a text"),
        ("title: {a: b}", "column title: found {'a': 'b'}"),
        ("licence: no", "column licence: found a number or yes or no"),
        ("page: 0x" + "f" * 5000, "column page: found a number or yes or no"),
        ("producer: !!binary aGVsbG8=", "column producer: found b'hello'"),
        ("index: [PAPI]", "column index: found ['PAPI']"),
        ("form: [scores]", "column form: found ['scores']"),
        ("note: " + "[" * 3000, "lists in lists"),
        ("note: " + "[" * 10 + "]" * 10, "lists in lists"),
        ("note: &a b\nother: *a", "an alias (*)"),
        ("note: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("note: " + "x" * 70_000, "more than 64 kB"),
        ("note: " + "9" * 5000, "Exceeds the limit"),
        ("? [a, b]\n: c", "unhashable key"),
    ],
)
def test_an_odd_sidecar_is_refused_in_one_line(good: SmallData, line: str, says: str) -> None:
    key = line.partition(":")[0]
    content = (good.papi / "papi_2024.csv.yml").read_text(encoding="utf-8").splitlines()
    kept = [written for written in content if not written.startswith(f"{key}:")]
    good.put_sidecar("papi_2024.csv", "\n".join([*kept, line]) + "\n")
    (problem,) = refusal(good)
    assert problem.startswith(f"{FILE}.yml")
    assert says in problem
    assert "\n" not in problem


def test_an_alias_bomb_is_refused_before_it_is_unpacked(good: SmallData) -> None:
    bomb = ["a0: &a0 [x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    good.put_sidecar("papi_2024.csv", "\n".join([*bomb, "title: *a8"]))
    (problem,) = refusal(good)
    assert "an alias (*)" in problem


def test_a_changed_file_is_refused_until_its_sidecar_says_so(good: SmallData) -> None:
    raw = good.papi / "papi_2024.csv"
    old, new = sha256(raw), GOOD.replace("1.957371", "1.957372")
    raw.write_text(new, encoding="utf-8", newline="\n")
    assert refusal(good) == [
        f"{FILE}: found SHA-256 {sha256(raw)[:12]}...; expected {old[:12]}... as in {FILE}.yml; "
        f"restore the file; if the change is meant, say so in the sidecar and set sha256: "
        f"{sha256(raw)}"
    ]
    good.put("papi_2024.csv", new)
    assert build().is_new


def test_a_folder_without_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidData) as caught:
        make_tables(tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{tmp_path}: found no CSV file below {tmp_path}; expected raw figures; add them"
    ]


@pytest.mark.parametrize("row", ["2024,20,papi,43.1,12,61,a newspaper", "2024,20,papi,,12,61,a"])
def test_printed_totals_of_papi_without_scores_are_refused(small_data: SmallData, row: str) -> None:
    header = "year,province,series,score,rank,n_ranked,source"
    small_data.put("press.csv", f"{header}\n{row}\n", form="printed", obtained="press")
    assert refusal(small_data) == [
        "raw: found no scores; expected scores of provinces; add a file of scores"
    ]


def test_statistics_without_scores_are_refused(small_data: SmallData) -> None:
    small_data.put(
        "national.csv",
        "year,series,statistic,region,value,unit,source\n2024,papi,mean,,43.1,points,a report\n",
        form="statistics",
        obtained="press",
    )
    assert refusal(small_data) == [
        "raw: found no scores; expected scores of provinces; add a file of scores"
    ]


def test_the_checks_do_not_stop_at_the_twentieth_problem(good: SmallData) -> None:
    rows = [f"2024,{code},papi.services.public_health,9" for code in range(1, 97)]
    good.put("papi_2024.csv", "\n".join(["year,province,series,score", *rows]))
    with pytest.raises(InvalidData) as caught:
        build()
    # 63 of the numbers are provinces: their scores are too high; the other 33 are no provinces,
    # and the score is too high all the same.
    assert len(caught.value.problems) == 96 + 33
    lines = str(caught.value).splitlines()
    assert lines[0] == "129 problems found"
    assert lines[-1] == "... and 109 more"
    assert len(lines) == 22


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "papi/old.xlsx",
            "raw/papi/old.xlsx: found a file no reader takes; expected CSV files; "
            "turn it into a tidy CSV with `parstats ingest`, or remove it",
        ),
        (
            "papi/papi_2010.csv.yml",
            "raw/papi/papi_2010.csv.yml: found a sidecar without its file; "
            "expected papi_2010.csv; restore the file, or remove both",
        ),
        (
            "pappi/papi_2025.csv",
            "raw/pappi: found an unknown folder; expected folders named papi, sipas, par, pci, "
            "par-khanh-hoa, plans; rename or remove it",
        ),
    ],
)
def test_a_file_that_nothing_would_read_is_not_passed_over(
    cut_copy: Path, name: str, line: str
) -> None:
    path = cut_copy / "raw" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    with pytest.raises(InvalidData) as refusal:
        build(force=True)
    assert [str(problem) for problem in refusal.value.problems] == [line]
