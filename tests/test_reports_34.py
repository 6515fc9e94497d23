"""Reports of 2025: 34 provinces, each with its own name, figures and history."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

import parstats as ps
from parstats.cli import app
from parstats.ingest.recognise import ingest
from parstats.pipeline.framework_years import add_year
from parstats.pipeline.processed_tables import build
from parstats.reference import frameworks
from parstats.reference.labels import number, search_key
from parstats.reports import render
from parstats.reports.batch import versions
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import release

ROOT = Path(__file__).parent.parent
INVENTED = Path(__file__).parent / "data" / "ingest" / "papi_2025_34_invented.xlsx"
YEARS = (2022, 2023, 2024)
# One that kept its borders, two that took over another one's code, one that was renamed.
SOME = ("Lạng Sơn", "Lào Cai", "An Giang", "Huế")
SIDECAR = """\
title: invented
index: PAPI
form: scores
producer: nobody
page: none
obtained: compiled
date_accessed: 2026-11-28
licence: none found
sha256: {hash}
"""
MERGERS = {
    row["province"]: row["province_2025"]
    for row in csv.DictReader(
        (Path(ps.__file__).parent / "reference" / "mergers.csv").open(encoding="utf-8")
    )
}


@pytest.fixture(scope="module")
def folder_34(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the years to 2024 and invented figures of the 34 provinces."""
    folder = tmp_path_factory.mktemp("data-34")
    papi = folder / "raw" / "papi"
    papi.mkdir(parents=True)
    for name in ("plans", "par"):
        shutil.copytree(ROOT / "data" / "raw" / name, folder / "raw" / name)
    for year in YEARS:
        for ending in ("csv", "csv.yml"):
            shutil.copy2(ROOT / "data" / "raw" / "papi" / f"papi_{year}.{ending}", papi)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder))
        if frameworks.framework_in_year("PAPI", 2025) is None:
            add_year("PAPI", 2025)
        table = ingest(INVENTED, "PAPI", year=2025).table
        path = papi / "papi_2025.csv"
        table.to_csv(path, index=False)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_name("papi_2025.csv.yml").write_text(SIDECAR.format(hash=digest), "utf-8")
        build()
        yield folder


@pytest.fixture(scope="module")
def scores(folder_34: Path) -> pd.DataFrame:
    return ps.load_scores("PAPI")


def published(code: str, year: int) -> float | None:
    """Overall score of one of the 63 from the raw file, added up here."""
    with (ROOT / "data" / "raw" / "papi" / f"papi_{year}.csv").open(encoding="utf-8") as file:
        parts = [
            float(row["score"])
            for row in csv.DictReader(file)
            if row["province"] == code and row["series"].count(".") == 2
        ]
    return sum(parts) if len(parts) == 28 else None


def weights(code: str) -> dict[str, float]:
    """Share of the population of each member of one of the 34, from the reference table."""
    return {member.code: member.weights[2020] for member in ps.provinces.members(code)}


def plain(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def html_of(box: object) -> str:
    return str(box._repr_mimebundle_()["text/html"])  # type: ignore[attr-defined]


def render_34(folder: Path, names: tuple[str, ...] | None, langs: list[str]) -> Path:
    selection = release.select_provinces(names, {"PAPI": [2025]})
    jobs = release.jobs(selection, langs, ["html"])
    results = render(jobs, folder, state=versions.current(), n_jobs=2)
    assert [result.message for result in results if result.status != "done"] == []
    release.write_front_page(folder, lang="vi")
    return folder


@pytest.fixture(scope="module")
def release_34(scores: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_34(tmp_path_factory.mktemp("release"), SOME, ["vi"])


def check_page(folder: Path, code: str, lang: str, scores: pd.DataFrame) -> None:
    """Title, file name, figures and history of one page against the merger table."""
    province = ps.provinces.by_code(34)[code]
    name = province.names[lang]
    stem = (
        folder
        / "papi"
        / "2025"
        / lang
        / f"{code}-{search_key(province.names['vi']).replace(' ', '-')}"
    )
    page = stem.with_suffix(".html").read_text(encoding="utf-8")
    assert re.search(rf"<h1[^>]*>{re.escape(name)}: PAPI 2025", page)
    total = scores[(scores["year"] == 2025) & (scores["series"] == "papi")]
    score = total.set_index("province")["score"][code]
    assert f"<b>{number(score, lang)}</b>" in page
    former = [old for old, new in MERGERS.items() if new == code]
    words = plain(page)
    if len(former) > 1:
        for old in former:
            assert ps.provinces.by_code(63)[old].names[lang] in words
    else:
        assert ("không thay đổi địa giới" if lang == "vi" else "borders of") in words
    drawn = {"vi": f"Điểm và thứ hạng của {name} từ", "en": f"Score and rank of {name} from"}
    assert drawn[lang] in html.unescape(page)
    linked = ps.panel.backcast(scores, year=2025)
    history = ps.panel.history(linked, code).set_index("year")
    assert sorted(history.index) == [*YEARS, 2025]
    assert history.loc[2025, "score"] == pytest.approx(score)
    assert not history.loc[2025, "calculated"]
    for year in YEARS:
        members = {old: published(old, year) for old in former}
        if None in members.values():
            assert pd.isna(history.loc[year, "score"])
            continue
        mean = sum(weights(code)[old] * value for old, value in members.items())
        assert history.loc[year, "score"] == pytest.approx(mean / sum(weights(code).values()))
        assert bool(history.loc[year, "calculated"]) == (len(former) > 1)
        assert history.loc[year, "rank_calculated"]


def check_front_page(folder: Path, codes: list[str]) -> None:
    front = (folder / "index.html").read_text(encoding="utf-8")
    section = front[front.index('id="papi-2025-vi"') :]
    section = section[: section.index("</section>")]
    for code in codes:
        province = ps.provinces.by_code(34)[code]
        href = f'href="papi/2025/vi/{province.stem}.html"'
        tile = re.search(rf'<a\s+class="tile[^>]*data-code="{code}"[^>]*>.*?</a>', section, re.S)
        assert tile
        assert href in tile.group()
        assert province.names["vi"] in plain(tile.group())
        assert f"grid-area:{province.tile[0] + 1}/{province.tile[1] + 1}" in tile.group()
        row = re.search(rf'<tr data-code="{code}".*?</tr>', section, re.S)
        assert row
        assert href in row.group()
        searched = re.search(r'data-search="([^"]*)"', row.group()).group(1)  # type: ignore[union-attr]
        for old, new in MERGERS.items():
            if new == code:
                assert search_key(ps.provinces.by_code(63)[old].names["vi"]) in searched


def test_pages_of_2025_carry_their_own_names_figures_and_histories(release_34, scores) -> None:
    codes = ps.match_provinces(SOME, year=2025)
    assert sorted(path.stem for path in (release_34 / "papi/2025/vi").glob("*.html")) == [
        "15-lao-cai", "20-lang-son", "46-hue", "91-an-giang",
    ]  # fmt: skip
    for code in codes:
        check_page(release_34, code, "vi", scores)
    check_front_page(release_34, codes)


@pytest.mark.slow
def test_all_34_pages_and_some_in_english(scores, tmp_path) -> None:
    codes = list(ps.provinces.by_code(34))
    assert len(codes) == 34
    folder = render_34(tmp_path / "all", None, ["vi"])
    render_34(folder, tuple(codes[::3]), ["en"])
    for lang, of_lang in (("vi", codes), ("en", codes[::3])):
        assert len(list((folder / "papi" / "2025" / lang).glob("*.html"))) == len(of_lang)
        for code in of_lang:
            check_page(folder, code, lang, scores)
    check_front_page(folder, codes)


def test_the_manifest_says_which_province_in_which_vintage(release_34: Path) -> None:
    reports = Manifest.open(release_34).reports
    assert reports["papi/2025/vi/15-lao-cai"]["unit"] == {
        "vintage": 34,
        "province": "15",
        "name": "Lào Cai",
    }


def test_the_years_show_new_provinces_and_under_them_the_former_ones(release_34: Path) -> None:
    front = (release_34 / "index.html").read_text(encoding="utf-8")
    matrix = front[front.index('id="papi-years"') :]
    rows = re.findall(r"<tr([^>]*)><th scope=\"row\">(.*?)</th>(.*?)</tr>", matrix, re.S)
    names = [plain(re.sub(r'<span lang="en">.*?</span>', "", name)).strip() for _, name, _ in rows]
    at = names.index("Lào Cai")
    assert names[at : at + 3] == ["Lào Cai", "Lào Cai (cũ)", "Yên Bái (cũ)"]
    cells = [re.findall(r"<td[^>]*>", row) for _, _, row in rows]
    assert ["none" in cell for cell in cells[at]] == [True, True, True, False]
    assert ["none" in cell for cell in cells[at + 2]] == [False, False, False, True]
    # What kept its borders goes on in one row.
    assert names.count("Lạng Sơn") == 1
    assert "Lạng Sơn (cũ)" not in names
    assert not any("none" in cell for cell in cells[names.index("Lạng Sơn")])
    assert len(names) == 34 + sum(
        1 for old, new in MERGERS.items() if list(MERGERS.values()).count(new) > 1
    )


def test_a_merged_name_is_refused_and_its_page_offered(scores, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["report", "Yên Bái", "--year", "2025", "-o", str(tmp_path)])
    assert isinstance(result.exception, ps.errors.InvalidRequest)
    message = str(result.exception)
    assert "Yên Bái became part of Lào Cai in July 2025" in message
    assert 'parstats report "Lào Cai" --index PAPI --year 2025' in message
    assert not list(tmp_path.iterdir())


def test_a_name_is_read_in_each_year_and_a_code_of_two_provinces_refused(scores) -> None:
    selection = release.select_provinces(["Yên Bái", "Lạng Sơn"], {"PAPI": [2024, 2025]})
    assert dict(selection.codes) == {("PAPI", 2024): ["15", "20"], ("PAPI", 2025): ["20"]}
    assert [(year, error.candidates) for year, error in selection.merged] == [(2025, ["Lào Cai"])]
    with pytest.raises(ps.errors.InvalidRequest, match="code 15 means another province"):
        release.select_provinces(["15"], {"PAPI": [2024, 2025]})
    assert release.select_provinces(["15"], {"PAPI": [2025]}).codes == {("PAPI", 2025): ["15"]}
    assert release.select_provinces(["46"], {"PAPI": [2024, 2025]}).merged == ()
    with pytest.raises(ps.errors.UnknownProvince, match="Lào Cai"):
        release.select_provinces(["10"], {"PAPI": [2025]})


def test_an_old_record_with_a_code_of_2025_is_left_out_and_named(scores, tmp_path: Path) -> None:
    """Nobody knows whether 15 in a record without a vintage is Yên Bái or Lào Cai."""
    folder = render_34(tmp_path / "old", ("Lạng Sơn",), ["vi"])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["reports"]["papi/2025/vi/20-lang-son"]["unit"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    page = release.write_front_page(folder, lang="vi").read_text(encoding="utf-8")
    assert "20-lang-son" not in page
    assert release.reports_without_figures(folder) == ["papi/2025/vi/20-lang-son"]


# History and comparison below the pages.


def test_a_history_is_of_the_provinces_of_the_newest_year(scores: pd.DataFrame) -> None:
    assert ps.panel.history(scores, "Lào Cai")["year"].tolist() == [*YEARS, 2025]
    assert ps.panel.history(scores, "15")["calculated"].tolist() == [True, True, True, False]
    assert ps.panel.history(scores, "Yên Bái", vintage=63)["year"].tolist() == list(YEARS)
    with pytest.raises(ps.errors.MergedProvince):
        ps.panel.history(scores, "Yên Bái")


def test_the_year_before_is_calculated_and_says_so(scores: pd.DataFrame) -> None:
    linked = ps.panel.backcast(scores, year=2025)
    standing = ps.panel.overall(linked, "Lào Cai", 2025)
    assert (standing.previous, standing.n_members) == (2024, 2)
    assert standing.is_calculated_previous
    assert standing.score_previous == pytest.approx(
        sum(weights("15")[old] * published(old, 2024) for old in ("10", "15"))  # type: ignore[operator]
    )
    assert "không phải kết quả công bố" in html_of(ps.text.headline(standing, "vi"))
    # Of what was never published for a former province, nothing is made.
    assert ps.panel.overall(linked, "Phú Thọ", 2025).score_previous is None
    note = ps.text.merger_note(standing, "15", ps.panel.member_scores(scores, "15"), "en")
    assert "Lao Cai (former) and Yen Bai (former)" in html_of(note)


def test_nothing_is_averaged_of_an_index_that_grades_administrations() -> None:
    rows = [
        ("63", "10", 2024, 80.0), ("63", "15", 2024, 90.0), ("63", "20", 2024, 85.0),
        ("34", "15", 2025, 88.0), ("34", "20", 2025, 87.0),
    ]  # fmt: skip
    base = ps.load_scores("PAR INDEX", years=2023, level="index").iloc[:1]
    scores = pd.concat(
        [
            base.assign(vintage=int(vintage), province=code, year=year, score=score)
            for vintage, code, year, score in rows
        ],
        ignore_index=True,
    )
    linked = ps.panel.backcast(scores, 34)
    cells = linked.set_index(["province", "year"])["score"].to_dict()
    assert cells == {("20", 2024): 85.0, ("15", 2025): 88.0, ("20", 2025): 87.0}
    assert linked.loc[linked["year"] == 2024, ["rank", "rank_printed"]].isna().all(axis=None)
    members = ps.panel.member_scores(scores, "Lào Cai")
    assert members[["province", "score"]].values.tolist() == [["10", 80.0], ["15", 90.0]]
    with pytest.raises(ps.errors.InvalidRequest, match="member_scores"):
        ps.panel.to_vintage(scores[scores["vintage"] == 63])


def test_plans_of_former_provinces_are_on_the_page_of_the_new_one() -> None:
    new = ps.load_plans("PAPI", province="Thái Nguyên", vintage=34)
    old = ps.load_plans("PAPI", province="Bắc Kạn", vintage=63)
    assert len(old)
    assert set(old["plan"]) <= set(new["plan"])
    assert "06" in set(new["province"])


def test_the_table_of_plans_names_the_former_province_that_ranks_are_of(scores) -> None:
    plans = ps.load_plans("PAPI", province="Thái Nguyên", vintage=34)
    planned = ps.plans.outcomes(plans, scores, ps.load_printed(), "PAPI")
    for lang, name in (("vi", "Bắc Kạn (cũ):"), ("en", "Bac Kan (former):")):
        assert name in ps.tables.province_plans(planned, plans, lang, vintage=34).gt.as_raw_html()
        assert name not in ps.tables.province_plans(planned, plans, lang).gt.as_raw_html()


def test_targets_of_a_former_province_are_read_off_its_own_figures_only(scores) -> None:
    """In 2025 the code of Yên Bái is that of Lào Cai: its rank is no result of Yên Bái's plan."""
    plans = ps.load_plans().iloc[:1].assign(
        plan="x", province="15", vintage=63, plan_year=2025, baseline_year=2024,
        indices="PAPI", unit_level="province",
    )  # fmt: skip
    row = ps.plans.outcomes(plans, scores, ps.load_printed(), "PAPI").iloc[0]
    assert row["rank_before"] > 0
    assert pd.isna(row["rank"])
    assert pd.isna(row["score"])


def test_the_map_of_the_34_has_the_shape_of_the_country() -> None:
    tiles = {p.names["vi"]: p.tile for p in ps.provinces.by_code(34).values()}
    assert len(set(tiles.values())) == 34
    north_to_south = ["Cao Bằng", "Lạng Sơn", "Bắc Ninh", "Ninh Bình", "Thanh Hóa", "Nghệ An",
                      "Hà Tĩnh", "Quảng Trị", "Huế", "Đà Nẵng", "Quảng Ngãi", "Gia Lai", "Đắk Lắk",
                      "Lâm Đồng", "Hồ Chí Minh", "Vĩnh Long", "Cần Thơ", "Cà Mau"]  # fmt: skip
    rows = [tiles[name][0] for name in north_to_south]
    assert rows == sorted(set(rows))
    pairs = {
        "Điện Biên": "Lạng Sơn",
        "Thanh Hóa": "Ninh Bình",
        "Tây Ninh": "Hồ Chí Minh",
        "An Giang": "Vĩnh Long",
        "Đồng Nai": "Khánh Hòa",
        "Hà Nội": "Hải Phòng",
    }
    for west, east in pairs.items():
        assert tiles[west][1] < tiles[east][1]


# What is no table of the 34.


def changed(path: Path, change: Callable[[Worksheet], None]) -> Path:
    book = load_workbook(INVENTED)
    change(book.active)
    book.save(path)
    return path


def test_a_table_with_a_former_province_beside_the_new_ones_is_refused(scores, tmp_path) -> None:
    def add_yen_bai(sheet: Worksheet) -> None:
        row = [cell.value for cell in sheet[8]]
        assert row[0] == "Lào Cai"
        sheet.append(["Yên Bái", *(round(value + 0.01, 4) for value in row[1:])])

    path = changed(tmp_path / "half.xlsx", add_yen_bai)
    expected = r"row 36, .* found 'Yên Bái'; expected one of the 34 .* part of Lào Cai"
    with pytest.raises(ps.errors.InvalidData, match=expected):
        ingest(path, "PAPI", year=2025)


def test_a_province_that_a_table_lacks_is_named(scores, tmp_path) -> None:
    def without_lao_cai(sheet: Worksheet) -> None:
        sheet.delete_rows(8)

    read = ingest(changed(tmp_path / "33.xlsx", without_lao_cai), "PAPI", year=2025)
    assert read.report().endswith("2025: no row of Lào Cai (34 provinces)")
    assert "no row of" not in ingest(INVENTED, "PAPI", year=2025).report()
