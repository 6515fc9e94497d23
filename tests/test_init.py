"""A data folder of one's own by command, and the steps that its README says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from parstats import frameworks, provinces, storage
from parstats.pipeline import new_data_folder
from parstats.pipeline.new_data_folder import create
from parstats.reference import csv_tables, editions
from parstats.reference.labels import LANGUAGES
from test_framework_command import WORKBOOK

NEWEST = frameworks.years("PAPI")[1]
#: Commands of the README that tests run elsewhere (a notebook) or that need another program.
_ELSEWHERE = ("parstats report", "jupyter")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A data folder in each language, made once; no test changes them."""
    parent = tmp_path_factory.mktemp("số liệu của tôi")
    return {lang: create(parent / f"dữ liệu {lang}", lang=lang).folder for lang in LANGUAGES}


def commands(readme: Path) -> list[list[str]]:
    """The commands in the blocks of a README, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", readme.read_text(encoding="utf-8"), re.M | re.S)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line]


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_folder_holds_all_that_parstats_data_has_to_name(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run("init", "số liệu")
    folder = tmp_path / "số liệu"
    assert (status, out.strip()) == (0, str(folder / "README.md"))
    assert "PARSTATS_DATA" in err
    names = set(snapshot(folder))
    assert {"README.md", "reference/README.md", "reference/labels.csv", "tables/papi.xlsx"} < names
    assert {"plans/ke-hoach-mau.docx", "notebooks/04_province_report.ipynb"} < names
    assert {"raw/papi/papi_2024.csv", "raw/papi/papi_2024.csv.yml", "raw/README.md"} < names
    assert [path.name for path in tmp_path.iterdir()] == ["số liệu"]
    monkeypatch.setenv("PARSTATS_DATA", str(folder))
    assert storage.data_folder().raw == folder / "raw"
    assert storage.raw_hashes(folder / "raw") == storage.raw_hashes(
        new_data_folder.folders.package_raw()
    )


def test_headed_tables_change_nothing(folders, monkeypatch):
    before = csv_tables.rows("labels")
    monkeypatch.setenv("PARSTATS_DATA", str(folders["vi"]))
    assert len(editions.overlay_files()) == len(new_data_folder._HEADED)
    frameworks.check_data_folder()
    assert csv_tables.rows("labels") == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notebooks_are_in_the_language_and_otherwise_the_same(folders, lang):
    for path in sorted(storage.notebooks_folder().glob("*.ipynb")):
        notebook = json.loads((folders[lang] / "notebooks" / path.name).read_text(encoding="utf-8"))
        original = json.loads(path.read_text(encoding="utf-8"))
        others = {f"lang-{other}" for other in LANGUAGES if other != lang}
        original["cells"] = [
            c for c in original["cells"] if not others & set(c["metadata"].get("tags", ()))
        ]
        (cell,) = (c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", ()))
        source = "".join(cell["source"])
        assert f'lang = "{lang}"' in source.splitlines()
        (other,) = (c for c in original["cells"] if c["id"] == cell["id"])
        assert source.replace(f'lang = "{lang}"', 'lang = "vi"') == "".join(other["source"])
        cell["source"] = other["source"]
        assert notebook == original


def test_readmes_say_the_same_in_both_languages(folders):
    own = {lang: commands(folder / "README.md") for lang, folder in folders.items()}
    assert [[word for word in line if word not in LANGUAGES] for line in own["vi"]] == [
        [word for word in line if word not in LANGUAGES] for line in own["en"]
    ]
    for lang, folder in folders.items():
        readme = (folder / "README.md").read_text(encoding="utf-8")
        assert f"framework add-year PAPI {NEWEST + 1}" in readme
        assert "{" not in re.sub(r"```.*?```", "", readme, flags=re.S)
        for shell in (
            'export PARSTATS_DATA="$PWD"',
            "$env:PARSTATS_DATA = ",
            'set "PARSTATS_DATA=',
        ):
            assert shell in readme
        assert {lang} == {
            line[line.index("--lang") + 1]
            for line in commands(folder / "README.md")
            if "--lang" in line
        }
    tables = [
        (folder / "reference" / "README.md").read_text("utf-8") for folder in folders.values()
    ]
    assert re.findall(r"`[^`]+`", tables[0]) == re.findall(r"`[^`]+`", tables[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_commands_of_the_readme_work(run, tmp_path, monkeypatch, lang):
    folder = create(tmp_path / "dữ liệu", lang=lang).folder
    for path in (folder / "raw").iterdir():  # a few years are quicker to build
        for file in path.iterdir() if path.is_dir() else ():
            if path.name != "papi" or f"papi_{NEWEST}" not in file.name:
                file.unlink()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PARSTATS_DATA", str(folder))
    new_year = f"papi_{NEWEST + 1}.csv"
    for line in commands(folder / "README.md"):
        if " ".join(line).startswith(_ELSEWHERE) or line[0] == "export":
            continue
        assert line[0] == "parstats"
        if line[1] == "ingest":
            fill_in_table(folder / "tables" / "papi.xlsx")
        status, _, err = run(*line[1:])
        assert status == 0, (line, err)
    scores = pd.read_csv(folder / "raw" / "papi" / new_year)
    units = len(provinces.by_code(provinces.vintage_in_year(NEWEST + 1)))
    assert (len(scores), scores["province"].nunique()) == (28 * units, units)
    assert len(pd.read_csv(folder / "measures.csv")) == 3
    assert (folder / "review.xlsx").is_file()


def fill_in_table(path: Path) -> None:
    """Write a score into every cell, that of the invented workbook's first province."""
    first = next(openpyxl.load_workbook(WORKBOOK).active.iter_rows(min_row=2, values_only=True))
    heads = [cell.value for cell in openpyxl.load_workbook(WORKBOOK).active[1]]
    values = dict(zip(heads, first, strict=True))
    names = {
        frameworks.series_name(name, lang): values[frameworks.series_name(name, "vi")]
        for name in frameworks.in_year("PAPI", NEWEST, "criterion")["series"]
        for lang in LANGUAGES
    }
    book = openpyxl.load_workbook(path)
    sheet = book.active
    for row in sheet.iter_rows(min_row=2, min_col=2):
        for cell in row:
            cell.value = names[sheet.cell(1, cell.column).value] + cell.row / 1000
    book.save(path)


def test_the_plan_is_read_in_full(folders, run, tmp_path):
    plan, measures = folders["vi"] / "plans" / "ke-hoach-mau.docx", tmp_path / "m.csv"
    plans = tmp_path / "p.csv"
    status, _, err = run(
        "plan", str(plan), "-o", str(measures), "--plans", str(plans), "--lang", "en"
    )
    assert status == 0
    assert "look at:" not in err
    table = pd.read_csv(measures)
    full = ["series", "measure_type", "target_value", "lead_unit", "support_unit", "deadline"]
    assert table[full].notna().all().all()
    (row,) = pd.read_csv(plans, dtype=str).to_dict("records")
    assert (row["province"], row["plan_year"]) == ("20", str(NEWEST + 1))


# What is refused or left alone.


def test_a_folder_of_others_is_refused(run, tmp_path):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    for name, says in ((tmp_path, "holds other files"), (tmp_path / "a.txt", "is a file")):
        status, out, err = run("init", str(name))
        assert (status, out) == (2, "")
        assert f"{name} {says}; name a folder that is new or empty" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_an_unknown_language_is_refused(run, tmp_path):
    status, _, err = run("init", str(tmp_path / "a"), "--lang", "fr")
    assert (status, "unknown language 'fr': expected one of vi, en" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "a").mkdir()
    assert "README.md" in create(tmp_path / "a").added


def test_a_folder_of_ours_gets_what_it_lacks_and_keeps_what_it_has(run, tmp_path):
    folder = create(tmp_path / "a").folder
    (folder / "README.md").unlink()
    (folder / "raw" / "papi" / "papi_2024.csv").write_text("mine", encoding="utf-8")
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    before = snapshot(folder)
    status, _, err = run("init", str(folder), "--lang", "en")
    assert (status, "wrote 1 files" in err, "as they were" in err) == (0, True, True)
    after = snapshot(folder)
    assert set(after) - set(before) == {"README.md"}
    assert {name: after[name] for name in before} == before


def test_nothing_is_half_written(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(new_data_folder, "_write_plan", fail)
    with pytest.raises(OSError, match="disk full"):
        create(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_figures_names_the_command(tmp_path, monkeypatch, run):
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path))
    status, _, err = run("build")
    assert (status, "as `parstats init` does" in err) == (1, True)
