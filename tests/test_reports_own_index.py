"""Reports of an index of one's own: pages and a front page for departments and communes."""

from __future__ import annotations

import csv
import html
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import parstats as ps
from parstats.cli import app
from parstats.pipeline.new_index import new_index
from parstats.pipeline.processed_tables import build
from parstats.reference.labels import LANGUAGES, number
from parstats.reports import render
from parstats.reports.batch import versions
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import release

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
PAPI = Path(__file__).parent.parent / "data" / "raw" / "papi" / "papi_2011.csv"
DEPARTMENTS, COMMUNES = "CCHC cấp sở", "CCHC cấp xã"
POINTS = {"normalise": "none", "aggregate": "sum", "missing": "index"}
SCORED = {"Tốt": 85, "Khá": 70, "Trung bình": 50}
# Words of provinces, in what a reader sees of a page about departments.
OF_PROVINCES = {
    "vi": r"\b(tỉnh|thành phố|(?<!hồi quy )địa phương|cả nước|vùng)\b",
    "en": r"\b(provinc\w+|countr\w+|national|regions?)\b",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with departments by quarter and communes of a year."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "raw" / "papi").mkdir(parents=True)
    for path in (PAPI, PAPI.with_name("papi_2011.csv.yml")):
        (folder / "raw" / "papi" / path.name).write_bytes(path.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARSTATS_DATA", str(folder))
        new_index(
            DEPARTMENTS,
            EXAMPLES / "cchc-so.csv",
            groups=EXAMPLES / "cchc-so-tieu-chi.csv",
            additions=["Sáng kiến", "Chậm báo cáo"],
            grades=SCORED,
            publisher="Sở Nội vụ",
            **POINTS,
        )
        new_index(
            COMMUNES,
            EXAMPLES / "cchc-xa.csv",
            groups=EXAMPLES / "cchc-xa-tieu-chi.csv",
            year=2025,
            **POINTS,
        )
        build()
        yield folder


def rendered(
    folder: Path, index: str, names: list[str] | None, years: str, langs: Sequence[str]
) -> Path:
    selection = release.select_provinces(names, {index: release.select_years(index, years)})
    jobs = release.jobs(selection, langs, ["html"], country=True)
    results = render(jobs, folder, state=versions.current(), n_jobs=2)
    assert [result.message for result in results if result.status != "done"] == []
    release.write_front_page(folder, lang="vi")
    return folder


@pytest.fixture(scope="module")
def pages(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages")
    rendered(out, DEPARTMENTS, ["so tai chinh"], "2025", LANGUAGES)
    return rendered(out, COMMUNES, None, "", ["vi"])


def words(page: Path) -> str:
    """What a reader of a page sees or hears."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"<style.*?</style>|<script.*?</script>", " ", text, flags=re.DOTALL)
    alternatives = " ".join(re.findall(r'alt="([^"]*)"', text))
    return html.unescape(re.sub(r"<[^>]+>", " ", text) + alternatives)


def share_of_attainable(unit: str, quarter: str) -> float:
    """Points of a department over what it could attain, by hand from the example's file."""
    with (EXAMPLES / "cchc-so-tieu-chi.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    highest = {row["Mã"]: float(row["Điểm tối đa"]) for row in rows if row["Nhóm"]}
    sign = {row["Mã"]: float(row["Chiều"]) for row in rows if row["Nhóm"]}
    extra = {row["Mã"] for row in rows if row["Nhóm"] == "Cộng trừ"}
    with (EXAMPLES / "cchc-so.csv").open(encoding="utf-8") as file:
        row = next(
            row for row in csv.DictReader(file) if (row["Đơn vị"], row["Kỳ"]) == (unit, quarter)
        )
    points = {
        name: float(row[name].replace(",", "."))
        for name in highest
        if row[name] and row[name] != "Không đánh giá"
    }
    base = sum(value for name, value in points.items() if name not in extra)
    attainable = sum(highest[name] for name in points if name not in extra)
    return 100 * base / attainable + sum(
        sign[name] * value for name, value in points.items() if name in extra
    )


def test_every_unit_and_quarter_has_a_page_of_its_own(pages: Path) -> None:
    found = sorted(path.relative_to(pages).as_posix() for path in pages.glob("*/*/vi/*.html"))
    assert found == [
        *(
            f"cchc-cap-so/2025-q{quarter}/vi/{name}.html"
            for quarter in (1, 2)
            for name in ("drivers", "so-tai-chinh")
        ),
        "cchc-cap-xa/2025/vi/drivers.html",
        *(
            f"cchc-cap-xa/2025/vi/{name}.html"
            for name in (
                "phuong-dong-hai",
                "phuong-ea-kar",
                "phuong-khanh-xuan",
                "xa-an-binh",
                "xa-binh-loc",
                "xa-cam-hoa",
                "xa-gia-ninh",
                "xa-hoa-son",
            )
        ),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_has_the_score_the_rank_the_grade_and_the_quarter(pages: Path, lang: str) -> None:
    text = words(pages / f"cchc-cap-so/2025-q2/{lang}/so-tai-chinh.html")
    when = {"vi": "quý II/2025", "en": "Q2 2025"}[lang]
    before = {"vi": "so với quý I/2025", "en": "since Q1 2025"}[lang]
    assert f"Sở Tài chính: {DEPARTMENTS} {when}" in text
    score = share_of_attainable("Sở Tài chính", "Quý II/2025")
    previous = share_of_attainable("Sở Tài chính", "Quý I/2025")
    assert number(score, lang) in text
    assert number(score - previous, lang, sign=True) in text
    assert {"vi": "Xếp loại: Khá", "en": "Grade: Khá"}[lang] in text
    assert "4 / 6" in re.sub(r"\s+", " ", text)
    assert before in text
    assert "năm quý" not in text
    skipped = {"vi": "Không đánh giá: Kiểm tra công vụ", "en": "Not assessed: Inspections"}
    assert skipped[lang] in text
    best, worst = {"vi": ("Mạnh nhất", "Yếu nhất"), "en": ("Strongest", "Weakest")}[lang]
    extremes = text[text.rindex(best) : text.rindex(worst)]
    assert not re.search("Kiểm tra công vụ|Inspections", extremes)
    assert {"vi": "CCHC cấp sở của Sở Nội vụ", "en": "CCHC cấp sở, Sở Nội vụ"}[lang] in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_speaks_of_provinces_or_counts_quarters_in_numbers(pages: Path, lang: str) -> None:
    for page in [*pages.glob(f"*/*/{lang}/*.html"), pages / "index.html"]:
        text = words(page)
        for language in LANGUAGES if page.name == "index.html" else (lang,):
            assert re.findall(OF_PROVINCES[language], text, re.IGNORECASE) == [], page
        assert re.findall(r"\b8\s?[.,]?10[01]\b", text) == [], page
        assert "nan" not in text.lower().split(), page


def test_the_front_page_lists_the_units_with_their_grades(pages: Path, folder: Path) -> None:
    front = (pages / "index.html").read_text(encoding="utf-8")
    section = front[front.index('id="cchc-cap-xa-2025-vi"') :]
    section = section[: section.index("</section>")]
    assert "<figure>" not in section
    rows = re.findall(r"<tr data-code.*?</tr>", section, re.DOTALL)
    by_rank = ps.panel.ranks(ps.load_scores(COMMUNES), 2025).sort_values("rank")
    assert [re.search('data-code="([^"]*)"', row).group(1) for row in rows] == list(  # type: ignore[union-attr]
        by_rank["province"]
    )
    for row, score in zip(rows, by_rank["score"], strict=True):
        assert number(score, "vi") in row
    departments = front[front.index('id="cchc-cap-so-8101-vi"') :]
    assert "Xếp loại" in departments[: departments.index("</section>")]
    assert "Khá" in departments[: departments.index("</section>")]


def test_the_periods_are_columns_and_every_page_is_linked(pages: Path) -> None:
    front = (pages / "index.html").read_text(encoding="utf-8")
    matrix = front[front.index('id="cchc-cap-so-years"') :]
    heads = re.findall(r'<th scope="col"><span lang="vi">(.*?)</span>', matrix)
    assert heads[:3] == ["Đơn vị", "QI/2025", "QII/2025"]
    for page in pages.glob("*/*/*/*.html"):
        assert f'href="{page.relative_to(pages).as_posix()}"' in front


def test_a_unit_that_came_later_leaves_the_earlier_pages_valid(
    folder: Path, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(folder, copy)
    shutil.copytree(pages, out)
    monkeypatch.setenv("PARSTATS_DATA", str(copy))
    table = pd.read_csv(EXAMPLES / "cchc-xa.csv", dtype=str)
    table.loc[len(table)] = ["Xã Mới", "20", "20", "8", "30"]
    table.to_csv(tmp_path / "xa.csv", index=False)
    groups = EXAMPLES / "cchc-xa-tieu-chi.csv"
    new_index(COMMUNES, tmp_path / "xa.csv", groups=groups, year=2025, replace=True, **POINTS)
    build()
    release.write_front_page(out, lang="vi")
    assert len(Manifest.open(out).reports) == 2 * 2 * 2 + 9


def test_names_that_are_no_unit_and_quarters_without_figures_are_refused(folder: Path) -> None:
    with pytest.raises(ps.errors.UnknownUnit, match="unknown unit 'Sở Du lịch' of CCHC cấp sở"):
        release.select_provinces(["Sở Du lịch"], {DEPARTMENTS: [8101]})
    with pytest.raises(ps.errors.UnknownChoice, match="expected one of 2025-Q1, 2025-Q2"):
        release.select_years(DEPARTMENTS, "2025-Q4")
    assert release.select_years(DEPARTMENTS, "2025-Q1") == [8100]
    assert release.select_years(DEPARTMENTS, "2024-2025") == [8100, 8101]
    arguments = ["report", "Sở Y tế", "--index", DEPARTMENTS, "--year", "2024"]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, ps.errors.UnknownChoice)


def test_an_index_without_highest_scores_groups_or_grades_has_pages(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard scores have no highest one, and a part may be the same for all."""
    copy = tmp_path / "data"
    shutil.copytree(folder, copy)
    monkeypatch.setenv("PARSTATS_DATA", str(copy))
    random = np.random.default_rng(3)
    values = pd.DataFrame(random.normal(size=(12, 3)), columns=["a", "b", "c"])
    values.insert(0, "unit", [f"U{number:02d}" for number in range(12)])
    values.to_csv(tmp_path / "z.csv", index=False)
    new_index("Firms", tmp_path / "z.csv", year="2025-07", normalise="zscore")
    constant = values.assign(a=5.0)
    constant.to_csv(tmp_path / "p.csv", index=False)
    new_index("Points", tmp_path / "p.csv", year=2024, normalise="none", aggregate="sum")
    # Three units, and a gap before the last year.
    few = pd.DataFrame(
        {"unit": ["u01", "u02", "u03"] * 2, "year": [2021] * 3 + [2024] * 3, "a": range(6)}
    )
    few.assign(b=[1, 2, 1, 2, 3, 1]).to_csv(tmp_path / "f.csv", index=False)
    new_index("Few", tmp_path / "f.csv", normalise="none", aggregate="sum")
    build()
    for index in ("Firms", "Points", "Few"):
        out = rendered(tmp_path / index, index, ["u03"], "", ["en"])
        page = next(out.glob("*/*/en/u03.html"))
        text = words(page)
        assert "out of" not in text
        ranks = ps.panel.ranks(ps.load_scores(index), release.select_years(index, "")[0])
        score = ranks[ranks["province"].str.lower() == "u03"]["score"].iloc[0]
        assert number(score, "en") in text
        assert ("the latest before that are for 2021" in text) == (index == "Few")
    assert next((tmp_path / "Firms").glob("*/*/en/u03.html")).parent.parent.name == "2025-07"


def test_units_and_indices_that_are_gone_are_left_out_and_said(
    folder: Path, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    copy, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(folder, copy)
    shutil.copytree(pages, out)
    monkeypatch.setenv("PARSTATS_DATA", str(copy))
    table = pd.read_csv(EXAMPLES / "cchc-xa.csv", dtype=str)
    table = table[table["Đơn vị"] != "Xã Gia Ninh"]
    table.loc[table["Đơn vị"] == "Xã An Bình", "Một cửa"] = "30"
    table.to_csv(tmp_path / "xa.csv", index=False)
    groups = EXAMPLES / "cchc-xa-tieu-chi.csv"
    new_index(COMMUNES, tmp_path / "xa.csv", groups=groups, year=2025, replace=True, **POINTS)
    shutil.rmtree(copy / "raw" / "cchc-cap-so")
    build()
    arguments = ["report", "Xã An Bình", "--index", COMMUNES, "-o", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    front = (out / "index.html").read_text(encoding="utf-8")
    assert "Xã Gia Ninh" not in front
    assert "Sở Tài chính" not in front
    assert number(90.0, "vi") in front
    gone = release.reports_without_figures(out)
    assert "cchc-cap-xa/2025/vi/xa-gia-ninh" in gone
    assert len(gone) == 1 + 2 * 2 * 2


def test_units_that_differ_in_diacritics_only_have_pages_of_their_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(folder, copy)
    monkeypatch.setenv("PARSTATS_DATA", str(copy))
    (tmp_path / "xa.csv").write_text(
        "unit,a,b\nXã Đông Sơn,1,2\nXã Đồng Sơn,2,3\nXã Hòa,3,1\nXã Lộc,5,5\n", encoding="utf-8"
    )
    new_index("Xã", tmp_path / "xa.csv", year=2025)
    build()
    out = rendered(tmp_path / "out", "Xã", None, "", ["vi"])
    titles = {
        path.name: re.search(r"<h1[^>]*>(.*?):", path.read_text("utf-8")).group(1)  # type: ignore[union-attr]
        for path in out.glob("*/*/vi/xa-*.html")
    }
    assert sorted(titles.values()) == ["Xã Hòa", "Xã Lộc", "Xã Đông Sơn", "Xã Đồng Sơn"]
    assert {"xa-hoa.html", "xa-loc.html"} < set(titles)
