"""Building: the real figures, the same bytes every time, whole or not at all."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from parstats import schema, storage
from parstats.errors import DataNotBuilt, InvalidData
from parstats.panel import load_conflicts, load_printed, load_scores, load_statistics
from parstats.pipeline import data_package
from parstats.pipeline.processed_tables import build, is_current, make_tables
from parstats.pipeline.raw_files import raw_files
from parstats.reference import frameworks
from small_data import SmallData, table_path

HUE, DAK_NONG, QUANG_NINH, BAC_GIANG, BINH_THUAN = "46", "67", "22", "24", "60"
HA_NOI, CAN_THO = "01", "92"
TABLES = (
    "scores",
    "series",
    "versions",
    "provinces",
    "breaks",
    "gaps",
    "printed",
    "statistics",
    "conflicts",
    "mergers",
    "plans",
    "measures",
    "targets",
    "shortcomings",
    "priorities",
    "priority_pairs",
    "priority_cases",
)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cell(scores: pd.DataFrame, year: int, province: str, series: str = "papi") -> pd.DataFrame:
    keep = (scores["year"] == year) & (scores["province"] == province)
    return scores[keep & (scores["series"] == series)]


# The figures.


def test_every_published_cell_is_there_once(scores: pd.DataFrame) -> None:
    criteria = scores[scores["level"] == "criterion"]
    assert len(criteria) == 21_891
    assert not criteria.duplicated(["year", "province", "series"]).any()
    assert sorted(scores["year"].unique()) == list(range(2011, 2025))


def test_scores_are_the_published_ones_unchanged(data_folder: Path, scores: pd.DataFrame) -> None:
    raw = pd.concat(
        pd.read_csv(path, dtype={"province": str})
        for path in sorted((data_folder / "raw" / "papi").glob("papi_2*.csv"))
    )
    raw = raw[raw["year"] <= 2024]
    keys = ["year", "province", "series"]
    built = scores[scores["level"] == "criterion"].set_index(keys)["score"].sort_index()
    published = raw.set_index(keys)["score"].sort_index()
    assert built.to_dict() == published.to_dict()


@pytest.mark.parametrize(
    ("year", "province", "score", "rank", "n_ranked"),
    [
        (2023, HUE, 46.0415, 1, 61),
        (2023, DAK_NONG, 38.9711, 61, 61),
        (2024, QUANG_NINH, 47.8212, 1, 61),
    ],
)
def test_known_totals_and_ranks(
    scores: pd.DataFrame, year: int, province: str, score: float, rank: int, n_ranked: int
) -> None:
    row = cell(scores, year, province).iloc[0]
    assert round(row["score"], 4) == score
    assert (row["rank"], row["n_ranked"]) == (rank, n_ranked)
    assert (row["level"], row["origin"], row["source"]) == (
        "index",
        "derived",
        "sum of sub-dimensions",
    )


@pytest.mark.parametrize(("year", "province"), [(2018, QUANG_NINH), (2022, BAC_GIANG)])
def test_a_province_with_part_of_the_figures_has_no_total(
    scores: pd.DataFrame, year: int, province: str
) -> None:
    assert cell(scores, year, province).empty
    rows = scores[(scores["year"] == year) & (scores["province"] == province)]
    assert 0 < (rows["level"] == "dimension").sum() < 8
    assert 0 < (rows["level"] == "criterion").sum() < 28


def test_61_provinces_are_ranked_in_2024(scores: pd.DataFrame) -> None:
    totals = scores[(scores["year"] == 2024) & (scores["level"] == "index")]
    assert len(totals) == 61
    assert set(totals["n_ranked"]) == {61}
    assert totals["rank"].min() == 1


def test_gaps_of_the_reference_are_the_gaps_of_the_figures(scores: pd.DataFrame) -> None:
    from parstats.reference.frameworks import gaps
    from parstats.reference.provinces import by_code

    missing = set()
    for year in range(2011, 2025):
        totals = scores[(scores["year"] == year) & (scores["level"] == "index")]
        missing |= {(year, code) for code in set(by_code()) - set(totals["province"])}
    known = gaps()[gaps()["year"] <= 2024]
    assert missing == set(zip(known["year"], known["province"], strict=True))
    assert len(missing) == 13


def test_printed_totals_agree_but_for_four_slips() -> None:
    printed = load_printed()
    compared = printed[printed["index"] == "PAPI"].dropna(subset=["score_agrees"])
    assert compared["score_agrees"].sum() == 125
    slips = compared[~compared["score_agrees"].astype(bool)]
    figures = slips[["year", "province", "score_printed", "score"]].round(2)
    assert figures.to_numpy().tolist() == [
        [2014, CAN_THO, 33.99, 34.22],
        [2019, QUANG_NINH, 44.66, 46.66],
        [2021, BINH_THUAN, 44.51, 44.15],
        [2024, HA_NOI, 43.7, 43.77],
    ]
    listed = load_conflicts().query("index == 'PAPI' and statistic == 'score'")
    cells = set(zip(listed["year"], listed["province"], strict=True))
    assert set(zip(slips["year"], slips["province"], strict=True)) <= cells


def test_printed_ranks_stand_beside_the_computed_ones(scores: pd.DataFrame) -> None:
    printed = load_printed().dropna(subset=["rank_printed", "score"])
    printed = printed[printed["index"] == "PAPI"]
    assert len(printed) > 20
    for row in printed.itertuples():
        computed = cell(scores, row.year, row.province, row.series).iloc[0]
        assert computed["rank_printed"] == row.rank_printed
    assert scores["rank_printed"].notna().sum() == len(printed)


# Building again.


def test_two_builds_in_two_places_give_the_same_bytes(
    cut_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(cut_copy / "raw", other / "raw")
    monkeypatch.setenv("PARSTATS_DATA", str(other))
    assert build().is_new
    first, second = contents(cut_copy / "processed"), contents(other / "processed")
    folder = table_path(other / "processed", "scores").parent.name
    names = {*(f"{folder}/{name}.parquet" for name in TABLES), "datapackage.json"}
    assert first.keys() == second.keys() == names
    assert first == second


def test_building_again_does_nothing_unless_forced(cut_copy: Path) -> None:
    before = contents(cut_copy / "processed")
    times = {path: path.stat().st_mtime_ns for path in (cut_copy / "processed").iterdir()}
    again = build()
    assert not again.is_new
    assert {path: path.stat().st_mtime_ns for path in times} == times
    forced = build(force=True)
    assert forced.is_new
    assert forced.rows == again.rows
    assert contents(cut_copy / "processed") == before


def test_a_touched_file_with_the_same_bytes_is_still_current(cut_copy: Path) -> None:
    os.utime(cut_copy / "raw" / "papi" / "papi_2024.csv", (1, 1))
    assert is_current()
    assert not build().is_new


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "raw/papi/papi_2011.csv").write_text("changed"),
        lambda folder: (folder / "raw/papi/papi_2011.csv.yml").write_text("changed"),
        lambda folder: (folder / "raw/papi/papi_2011.csv").unlink(),
        lambda folder: (folder / "raw/papi/new.csv").write_text("new"),
        lambda folder: table_path(folder / "processed", "gaps").write_bytes(b"damaged"),
        lambda folder: table_path(folder / "processed", "gaps").unlink(),
        lambda folder: (folder / "processed/datapackage.json").write_text("{"),
        lambda folder: (folder / "processed/datapackage.json").unlink(),
    ],
    ids=[
        "raw file changed",
        "sidecar changed",
        "raw file gone",
        "raw file added",
        "table damaged",
        "table gone",
        "descriptor damaged",
        "descriptor gone",
    ],
)
def test_tables_are_not_current_after_a_change(cut_copy: Path, change) -> None:
    assert is_current()
    change(cut_copy)
    assert not is_current()


def test_tables_are_not_current_after_a_change_of_the_code(
    cut_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(cut_copy / "processed")
    monkeypatch.setattr(storage, "code_hash", lambda *rooms: "of other modules")
    assert not is_current()
    assert build().is_new
    assert is_current()
    after = contents(cut_copy / "processed")
    # The same figures by other code: the same tables, described anew.
    assert [name for name in before if before[name] != after[name]] == ["datapackage.json"]


def test_a_damaged_table_is_mended_by_building(cut_copy: Path) -> None:
    path = table_path(cut_copy / "processed", "scores")
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert build().is_new
    assert path.read_bytes() == content


# Loading what was not, or badly, built.


def test_without_processed_tables_the_remedy_is_named(cut_copy: Path) -> None:
    shutil.rmtree(cut_copy / "processed")
    with pytest.raises(DataNotBuilt, match="run `parstats build`"):
        load_scores("PAPI")
    assert not (cut_copy / "processed").exists(), "loading never builds"


@pytest.mark.parametrize("damage", ["byte changed", "cut off", "gone"])
def test_a_damaged_table_is_not_loaded(cut_copy: Path, damage: str) -> None:
    path = table_path(cut_copy / "processed", "scores")
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "cut off":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:1000] + bytes([content[1000] ^ 1]) + content[1001:])
    with pytest.raises(DataNotBuilt, match=r"scores\.parquet.*run `parstats build --force`"):
        load_scores("PAPI")


@pytest.mark.parametrize("content", ['{"resources": [', "{}", "[]", "null", "\xff"])
def test_a_damaged_descriptor_is_not_used(cut_copy: Path, content: str) -> None:
    descriptor = cut_copy / "processed" / "datapackage.json"
    descriptor.write_text(content, encoding="latin-1")
    with pytest.raises(DataNotBuilt, match=r"datapackage\.json cannot be read.*--force"):
        load_scores("PAPI")
    assert not is_current()


@pytest.mark.parametrize(
    "content",
    [
        '{"resources": [1]}',
        '{"resources": {}}',
        '{"resources": [{"name": "scores"}]}',
        '{"resources": []}',
        '{"resources": [], "parstats": {"raw": 1}}',
        "[" * 99_999,
    ],
)
def test_a_descriptor_of_another_form_is_not_used(cut_copy: Path, content: str) -> None:
    (cut_copy / "processed" / "datapackage.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataNotBuilt, match=r"datapackage\.json cannot be read.*--force"):
        load_scores("PAPI")
    assert not is_current()


# Loading after the figures have changed.


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda raw: append(raw / "papi/papi_2024.csv"), "papi_2024.csv"),
        (lambda raw: append(raw / "papi/papi_2024.csv.yml"), "papi_2024.csv.yml"),
        (lambda raw: (raw / "papi/papi_2024.csv").unlink(), "papi_2024.csv"),
        (lambda raw: (raw / "papi/papi_2025.csv").write_text("x"), "papi_2025.csv"),
        (
            lambda raw: (raw / "papi/papi_2024.csv").rename(raw / "papi/z.csv"),
            "papi_2024.csv and 1",
        ),
    ],
    ids=["changed", "sidecar changed", "gone", "new", "renamed"],
)
def test_tables_of_other_figures_are_not_loaded(cut_copy: Path, change, name: str) -> None:
    load_scores("PAPI")
    change(cut_copy / "raw")
    for load in (lambda: load_scores("PAPI"), load_printed, load_statistics, load_conflicts):
        with pytest.raises(DataNotBuilt, match=rf"{re.escape(name)}.* changed since the tables"):
            load()


def append(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def test_a_file_changed_within_its_size_and_time_is_noticed(cut_copy: Path) -> None:
    path = cut_copy / "raw" / "papi" / "papi_2024.csv"
    load_scores("PAPI")
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    os.utime(path, ns=times)
    with pytest.raises(DataNotBuilt, match="changed since"):
        load_scores("PAPI")


def test_figures_are_read_again_only_when_touched(
    cut_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_scores("PAPI")
    read = []
    original = storage.sha256
    monkeypatch.setattr(storage, "sha256", lambda path: read.append(path.name) or original(path))
    load_scores("PAPI")
    assert read == []
    os.utime(cut_copy / "raw" / "papi" / "papi_2024.csv", (1, 1))
    load_scores("PAPI")
    assert read == ["papi_2024.csv"]


def a_link_loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("papi/notes.xlsx", Path.touch, "a file no reader takes"),
        ("papi/x.csv", Path.mkdir, "no file (a folder, pipe or broken link)"),
        ("papi/x.csv", os.mkfifo, "no file (a folder, pipe or broken link)"),
        ("papi/x.csv", a_link_loop, "no file (a folder, pipe or broken link)"),
        ("elsewhere", lambda path: path.symlink_to(path.parent / "papi"), "an unknown folder"),
    ],
    ids=["workbook", "folder", "pipe", "link loop", "linked folder"],
)
def test_what_is_no_figure_is_noticed_while_the_tables_are_current(
    cut_copy: Path, name: str, make, says: str
) -> None:
    make(cut_copy / "raw" / name)
    assert not is_current()
    with pytest.raises(InvalidData, match=re.escape(says)) as refusal:
        build()
    assert len(refusal.value.problems) == 1


# Whole or not at all.


def test_a_failing_build_leaves_everything_as_it_was(cut_copy: Path) -> None:
    (cut_copy / "processed" / "README.md").write_text("a note\n")
    before = contents(cut_copy / "processed")
    (cut_copy / "raw" / "papi" / "papi_2015.csv").write_text("year\n")
    with pytest.raises(InvalidData):
        build(force=True)
    assert contents(cut_copy / "processed") == before
    with pytest.raises(DataNotBuilt, match=r"papi_2015\.csv changed since the tables were built"):
        load_scores("PAPI", years=2015)


def test_a_disk_that_fails_while_writing_leaves_everything_as_it_was(
    cut_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(cut_copy / "processed")
    original = storage.write_table

    def write_table(table: pd.DataFrame, path: Path) -> None:
        if path.stem == "gaps":
            path.write_bytes(b"half a ta")
            raise OSError("no space left on device")
        original(table, path)

    monkeypatch.setattr(storage, "write_table", write_table)
    with pytest.raises(OSError, match="no space left"):
        build(force=True)
    assert contents(cut_copy / "processed") == before
    assert not list((cut_copy / "processed").glob(".*"))


@pytest.mark.process
def test_a_build_killed_at_any_moment_leaves_the_old_tables_or_the_new(cut_copy: Path) -> None:
    """Each of its steps on the disk ends it once; a row less tells which tables were read."""
    processed = cut_copy / "processed"
    inputs = storage.read_descriptor(processed)["parstats"]
    old = {name: storage.read_processed(name).head(50) for name in ("series", "scores", "gaps")}
    new = {name: table.iloc[:-1] for name, table in old.items()}
    data_package.write(old, processed, inputs)
    rows_left = []
    for step in itertools.count(1):
        ended = in_a_child(step, lambda: data_package.write(new, processed, inputs))
        missing = {name: len(old[name]) - len(storage.read_processed(name)) for name in old}
        assert set(missing.values()) in ({0}, {1})
        rows_left.append(missing["scores"])
        if ended == 0:
            break
        data_package.write(old, processed, inputs)
    assert rows_left[-1] == 1
    assert rows_left.count(0) > 3 * len(old)


def in_a_child(step: int, work: Callable[[], object]) -> int:
    """Do some work in a forked process that dies before its step on the disk of this number."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = itertools.count(1)

    def die(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and int(arguments[2]) & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in CHANGES) and next(steps) == step:
            os._exit(9)

    sys.addaudithook(die)
    work()
    os._exit(0)


CHANGES = {
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.chmod",
    "os.utime",
    "shutil.rmtree",
}


def test_a_reader_that_opened_the_descriptor_before_finds_its_tables(cut_copy: Path) -> None:
    processed = cut_copy / "processed"
    path = table_path(processed, "scores")
    content, inputs = path.read_bytes(), storage.read_descriptor(processed)["parstats"]
    tables = {name: storage.read_processed(name) for name in TABLES}
    os.utime(path.parent, (1, 1))  # built long ago
    for n_rows in (1, 2, 3):
        data_package.write(tables | {"gaps": tables["gaps"].iloc[:n_rows]}, processed, inputs)
        assert table_path(processed, "scores") != path
        assert path.read_bytes() == content


def test_tables_of_yesterday_are_removed_by_a_later_build(cut_copy: Path) -> None:
    processed = cut_copy / "processed"
    inputs = storage.read_descriptor(processed)["parstats"]
    tables = {name: storage.read_processed(name) for name in TABLES}
    first = table_path(processed, "scores").parent
    (processed / "scores.parquet").write_bytes(b"of version 0.1.0")
    data_package.write(tables | {"gaps": tables["gaps"].iloc[:1]}, processed, inputs)
    assert first.is_dir()
    for path in (first, processed / "scores.parquet"):
        os.utime(path, (1, 1))
    data_package.write(tables | {"gaps": tables["gaps"].iloc[:1]}, processed, inputs)
    current = table_path(processed, "scores").parent
    assert sorted(path.name for path in processed.iterdir()) == ["datapackage.json", current.name]
    assert storage.read_processed("gaps").shape[0] == 1


def test_others_may_read_the_tables_as_they_may_read_new_files(cut_copy: Path) -> None:
    folder = table_path(cut_copy / "processed", "scores").parent
    (cut_copy / "new").mkdir()
    assert folder.stat().st_mode == (cut_copy / "new").stat().st_mode


def test_other_files_beside_the_tables_survive(cut_copy: Path) -> None:
    note = cut_copy / "processed" / "README.md"
    note.write_text("a note\n")
    assert build(force=True).is_new
    assert note.read_text() == "a note\n"
    assert not list((cut_copy / "processed").glob(".*"))


def test_the_raw_files_are_never_changed(cut_copy: Path) -> None:
    before = contents(cut_copy / "raw")
    build(force=True)
    assert contents(cut_copy / "raw") == before


# What the tables say of themselves.


def test_descriptor_gives_hash_and_rows_of_every_table(data_folder: Path) -> None:
    processed = data_folder / "processed"
    descriptor = json.loads((processed / "datapackage.json").read_text(encoding="utf-8"))
    assert [item["name"] for item in descriptor["resources"]] == list(TABLES)
    for item in descriptor["resources"]:
        path = processed / item["path"]
        content = path.read_bytes()
        table = pd.read_parquet(path)
        assert Path(item["path"]).name == f"{item['name']}.parquet"
        assert item["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert item["rows"] == len(table)
        assert [field["name"] for field in item["schema"]["fields"]] == table.columns.tolist()
        assert all(field["description"] for field in item["schema"]["fields"])
        key = item["schema"]["primaryKey"]
        assert item["name"] == "conflicts" or not table.duplicated(key).any()


def test_descriptor_names_its_inputs_and_no_place_on_this_machine(data_folder: Path) -> None:
    text = (data_folder / "processed" / "datapackage.json").read_text(encoding="utf-8")
    descriptor = json.loads(text)
    assert str(data_folder) not in text
    raw = sorted(path for path in (data_folder / "raw").rglob("*") if path.is_file())
    assert descriptor["parstats"]["raw"] == {
        path.relative_to(data_folder / "raw").as_posix(): storage.sha256(path) for path in raw
    }


def test_tables_are_a_valid_data_package(cut_copy: Path) -> None:
    """Read by frictionless: types and primary keys of the figures themselves."""
    path = cut_copy / "processed" / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    assert not list(Package.validate_descriptor(descriptor).errors)
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "scores"]
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    report = Package(str(path)).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    assert report.stats["tasks"] == len(TABLES) - 1


# Forms of the input.


def test_every_raw_file_is_found_with_its_index(data_folder: Path) -> None:
    files = raw_files(data_folder / "raw")
    slugs = {frameworks.slug(index): index for index in frameworks.INDICES}
    assert [(file.index, file.path.name) for file in files] == [
        (index, path.name)
        for slug, index in slugs.items()
        for path in sorted((data_folder / "raw" / slug).glob("*.csv"))
    ]
    for file in files:
        folder = frameworks.slug(file.index)
        assert file.path == data_folder / "raw" / folder / file.path.name
        assert file.name == f"raw/{folder}/{file.path.name}"


def test_figures_without_printed_totals_build_too(small_data: SmallData) -> None:
    small_data.put(
        "papi_2024.csv",
        "year,province,series,score\n2024,20,papi.services.public_health,1.959565\n",
        obtained="official",
    )
    built = build()
    assert [built.rows[name] for name in ("printed", "statistics", "conflicts")] == [0, 0, 0]
    assert load_printed().empty
    assert load_statistics("PAPI").empty
    assert load_conflicts().empty
    row = load_scores("PAPI").iloc[0]
    assert (row["score"], row["origin"], row["framework"]) == (1.959565, "printed", "PAPI-2021")


@pytest.mark.slow
def test_tables_of_the_build_keep_their_models(data_folder: Path) -> None:
    tables = make_tables(data_folder / "raw")
    assert set(tables) == set(schema.TABLES) == set(TABLES)
    for name, table in tables.items():
        assert schema.validate(name, table) is table or schema.validate(name, table).equals(table)
        assert pd.read_parquet(table_path(data_folder / "processed", name)).equals(table)
