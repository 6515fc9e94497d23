"""From a file of one's own to the built tables: ingest, check, sidecar, build, precedence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
import yaml

from parstats import load_conflicts, load_scores
from parstats.errors import DataNotBuilt
from parstats.ingest.recognise import ingest
from parstats.panel import ranks
from parstats.pipeline.processed_tables import build
from parstats.reference import frameworks
from parstats.reference.provinces import by_code
from pdf_files import PdfFile
from small_data import table_path

pytestmark = pytest.mark.usefixtures("figures_to_2024")

LANG_SON_2023 = "papi.services.public_health"


def fill_in(sidecar: Path, **answers: str) -> None:
    """What a person does with the draft of a sidecar."""
    content = yaml.safe_load(sidecar.read_text(encoding="utf-8")) | answers
    sidecar.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.slow
def test_an_official_file_wins_over_the_bundled_one_and_the_conflict_is_reported(
    run, built_copy, tmp_path
):
    was = load_scores("PAPI", 2023).set_index(["province", "series"])["score"]
    table = tmp_path / "table.csv"
    table.write_text("Tỉnh;Y tế công lập\nLạng Sơn;1,99\nHà Nội;2,05\n", encoding="utf-8")
    mine = built_copy / "raw" / "papi" / "mine.csv"
    assert run("ingest", str(table), "--year", "2023", "-o", str(mine))[0] == 0

    status, out, err = run("check", str(mine), "--sidecar")
    assert status == 0
    assert "in order as scores of PAPI (2 rows, 1 year, 2 provinces, 1 series)" in out
    assert "fill in what is empty" in err
    sidecar = mine.with_name("mine.csv.yml")
    status, _, err = run("build")
    assert status == 1
    assert "raw/papi/mine.csv.yml, column producer: found nothing; expected a value; add it" in err
    with pytest.raises(DataNotBuilt, match=r"mine\.csv and 1 more changed since"):
        load_scores("PAPI", 2023)

    about = {"title": "a table", "producer": "PAPI", "page": "papi.org.vn", "licence": "none found"}
    fill_in(sidecar, obtained="official", **about)
    status, out, _ = run("build")
    assert status == 0
    assert "papi.services.public_health score: 1.99 stands before" in out
    now = load_scores("PAPI", 2023).set_index(["province", "series"])
    assert now.loc[("20", LANG_SON_2023), ["score", "origin"]].tolist() == [1.99, "printed"]
    gain = 1.99 - was["20", LANG_SON_2023]
    assert now.loc[("20", "papi"), "score"] == pytest.approx(was["20", "papi"] + gain)
    ruled = load_conflicts().query("resolved_by == 'precedence' and series == @LANG_SON_2023")
    assert set(ruled["province"]) == {"01", "20"}
    assert ruled["why_en"].unique().tolist() == [
        "Kind of source: official takes precedence over compiled"
    ]


@pytest.mark.slow
def test_a_file_from_the_press_loses_against_the_bundled_one(run, built_copy):
    was = load_scores("PAPI", 2023)
    mine = built_copy / "raw" / "papi" / "mine.csv"
    mine.write_text(f"year,province,series,score\n2023,20,{LANG_SON_2023},1.99\n", encoding="utf-8")
    run("check", str(mine), "--sidecar")
    about = {"title": "a table", "producer": "x", "page": "x", "licence": "none found"}
    fill_in(mine.with_name("mine.csv.yml"), obtained="press", **about)
    assert run("build")[0] == 0
    pd.testing.assert_frame_equal(load_scores("PAPI", 2023), was)
    ruled = load_conflicts().query("resolved_by == 'precedence' and series == @LANG_SON_2023")
    assert ruled["rejected"].tolist() == ["1.99"]


def test_a_sidecar_that_is_there_is_not_written_over(run, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(f"year,province,series,score\n2023,20,{LANG_SON_2023},1.9\n", encoding="utf-8")
    sidecar = tmp_path / "scores.csv.yml"
    sidecar.write_text("mine", encoding="utf-8")
    status, _, err = run("check", str(path), "--sidecar")
    assert status == 2
    assert "is there already; remove it first" in err
    assert sidecar.read_text(encoding="utf-8") == "mine"


def test_a_bad_file_gets_no_sidecar(run, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("year,province,series,score\n2023,20,papi.x,1.9\n", encoding="utf-8")
    assert run("check", str(path), "--sidecar")[0] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["scores.csv"]


def test_ingest_asks_and_writes_nothing_until_it_is_told(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text("Tỉnh;2022;2023\nHà Nội;89,58;91,43\nHải Phòng;90,09;91,87\n")
    status, out, err = run("ingest", "table.csv", "--index", "PAR", "-o", "tidy.csv")
    assert (status, out) == (1, "")
    assert '--map "2022=par", or =ignore' in err
    assert not Path("tidy.csv").exists()
    mapping = ("--map", "2022=ignore", "--map", "2023=par@2023")
    status, _, err = run("ingest", "table.csv", "--index", "PAR", "-o", "tidy.csv", *mapping)
    assert status == 0
    assert "'2023' -> score par 2023 (by map)" in err
    assert pd.read_csv("tidy.csv")["score"].tolist() == [91.43, 91.87]
    assert run("ingest", "table.csv", "--map", "2022")[0] == 2


def test_a_ranking_of_63_provinces_over_three_pages_comes_back_without_loss(scores, tmp_path):
    ranking = ranks(scores, 2022, LANG_SON_2023, provinces=by_code())
    assert len(ranking) == 63
    body = [
        [
            str(number),
            by_code()[row.province].names["vi"],
            f"{row.score:.3f}".replace(".", ","),
            f"{row.rank}/63",
        ]
        for number, row in enumerate(ranking.itertuples(), start=1)
    ]
    pdf = PdfFile()
    pdf.paragraph("ỦY BAN NHÂN DÂN TỈNH (Kèm theo Quyết định số 109/QĐ-UBND ngày 12/02/2024)")
    pdf.paragraph("Bảng xếp hạng các tỉnh, thành phố năm 2022")
    head = ["TT", "Tỉnh, thành phố", "Y tế công lập", "Xếp hạng"]
    pdf.ruled([head, *body], [40, 200, 90, 80], padding=6)
    pdf.paragraph("Ghi chú: xếp theo điểm.")
    pdf.document.output(str(tmp_path / "ranking.pdf"))
    assert pdf.document.page_no() == 3
    read = ingest(tmp_path / "ranking.pdf", "PAPI").table.set_index("province")
    expected = ranking.set_index("province").sort_index()
    assert read["year"].unique().tolist() == [2022]
    assert read["score"].to_dict() == expected["score"].round(3).to_dict()
    assert read["rank"].to_dict() == expected["rank"].to_dict()
    assert read["n_ranked"].unique().tolist() == [63]


def test_a_fetched_file_is_built_and_a_spoiled_one_is_taken_back(small_data, monkeypatch, run):
    """The command, with the download itself replaced: `test_fetch` is about that."""
    from parstats.pipeline import fetch

    row = "2024,20,papi.services.public_health,1.9"
    small_data.put("a.csv", f"year,province,series,score\n{row}\n")
    build()
    before = hashlib.sha256(table_path(small_data.processed, "scores").read_bytes()).hexdigest()
    header = "year,geo_code,geo_name,geo_short,geo_system,sipas_rank,sipas_index\n"

    def fetched(score: str):
        def download(index: str) -> fetch.Fetched:
            about = {"form": "vn-sipas-provincial", "index": "SIPAS"}
            line = f"2017,26,Vinh Phuc,VP,historical_63,1,{score}\n"
            path = small_data.put("set.csv", header + line, folder="sipas", **about)
            return fetch.Fetched((path,), fresh=True, revision="0123abcd")

        return download

    monkeypatch.setattr(fetch, "fetch", fetched("195.75"))
    status, _, err = run("fetch", "sipas")
    assert status == 1
    assert (
        "raw/sipas/set.csv, row 2, column sipas_index: found '195.75'; expected at most 100" in err
    )
    assert "they were removed again" in err
    assert list((small_data.folder / "raw" / "sipas").iterdir()) == []
    now = hashlib.sha256(table_path(small_data.processed, "scores").read_bytes()).hexdigest()
    assert now == before

    monkeypatch.setattr(fetch, "fetch", fetched("95.75"))
    assert run("fetch", "sipas")[0] == 0
    assert load_scores("SIPAS")[["province", "score", "origin"]].values.tolist() == [
        ["26", 95.75, "compiled"]
    ]


def test_check_tells_the_index_by_the_series_then_by_the_folder(run, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("year,province,series,score\n2023,20,par,85.5\n", encoding="utf-8")
    status, out, _ = run("check", str(path), "--sidecar")
    assert status == 0
    assert "in order as scores of PAR INDEX (1 row," in out
    assert yaml.safe_load((tmp_path / "mine.csv.yml").read_text(encoding="utf-8"))["form"]

    path = tmp_path / "sipas" / "mine.csv"
    path.parent.mkdir()
    path.write_text("year,province,series,score\n2023,20,sippas,85.5\n", encoding="utf-8")
    status, _, err = run("check", str(path))
    assert status == 1
    assert "found 'sippas'; expected a series of reference/frameworks/sipas.csv" in err
    assert run("check", str(path), "--index", "PAPI")[0] == 1


WATER = "papi.environment.water_quality"


def wide_table(path: Path, year: int, *, left_out: str = "") -> Path:
    """A table of the criteria of a year as a colleague has it, without one of them."""
    scores = load_scores("PAPI", year, level="criterion")
    names = scores["province"].map(lambda code: by_code()[code].names["vi"])
    table = scores.assign(Tỉnh=names).pivot(index="Tỉnh", columns="series", values="score")
    table.drop(columns=[left_out] if left_out else []).to_csv(path)
    return path


def test_a_series_without_a_column_is_named(run, tmp_path):
    tidy = tmp_path / "tidy.csv"
    gap = f"2024: no figures of {WATER} (one of 28 of its level)\n"
    table = wide_table(tmp_path / "wide.csv", 2024, left_out=WATER)
    status, _, said = run("ingest", str(table), "--year", "2024", "-o", str(tidy))
    assert (status, gap in said) == (0, True)
    assert ": 1 column of provinces, 27 columns of scores\n" in said
    status, _, said = run("check", str(tidy))
    assert (status, said) == (0, gap)
    table = wide_table(tmp_path / "wide.csv", 2024)
    said = run("ingest", str(table), "--year", "2024", "-o", str(tidy))[2]
    assert "no figures of" not in said
    tidy.write_text(f"year,province,series,score\n2024,20,{WATER},1.2\n", encoding="utf-8")
    assert run("check", str(tidy))[::2] == (0, "")


def test_a_file_in_the_raw_folder_of_nothing_is_said_to_be_elsewhere(
    run, tmp_path, small_data, monkeypatch
):
    table = tmp_path / "table.csv"
    table.write_text("Tỉnh;Y tế công lập\nLạng Sơn;1,99\nHà Nội;2,05\n", encoding="utf-8")
    (tmp_path / "clone").mkdir()
    monkeypatch.chdir(tmp_path / "clone")
    right = small_data.folder / "raw" / "papi" / "mine.csv"
    for command in (
        ("ingest", str(table), "--year", "2023", "-o", "data/raw/papi/mine.csv"),
        ("check", "data/raw/papi/mine.csv", "--sidecar"),
    ):
        status, _, said = run(*command)
        assert status == 0
        assert f"is not in the data folder in use, so nothing reads it; write it to {right}" in said
    for output in (str(right), "mine.csv"):
        said = run("ingest", str(table), "--year", "2023", "-o", output)[2]
        assert "data folder" not in said


@pytest.mark.parametrize("coded", [False, True])
def test_a_table_of_the_63_provinces_for_a_year_of_the_34_is_asked_about_first(
    run, tmp_path, merged_in_2025, monkeypatch, coded
):
    table = wide_table(tmp_path / "wide.csv", 2023)
    if coded:
        codes = {province.names["vi"]: code for code, province in by_code().items()}
        frame = pd.read_csv(table)
        frame.assign(Tỉnh=frame["Tỉnh"].map(codes)).to_csv(table, index=False)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("PARSTATS_DATA", str(tmp_path / "data"))
    if frameworks.framework_in_year("PAPI", 2025) is None:
        assert run("framework", "add-year", "PAPI", "2025")[0] == 0
    status, _, said = run("ingest", str(table), "--year", "2025")
    assert status == 1
    assert (
        "of the 63 provinces to June 2025: this looks like a table of them" in said.splitlines()[1]
    )
    assert "are the figures of 2024? then say --year 2024" in said.splitlines()[1]
